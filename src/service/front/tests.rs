//! Whatever is sent, and however it is cut: hyper sees the requests that were meant, and no others.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Response, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::*;

/// A client that sends these pieces, one a read, and ends; what it is answered is counted, and read by nobody.
struct Pieces {
    pieces: Vec<Vec<u8>>,
    answered: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Pieces {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let Some(piece) = self.pieces.first_mut() else { return Poll::Ready(Ok(())) };
        if piece.is_empty() {
            // Nothing for now.
            self.pieces.remove(0);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let count = piece.len().min(buf.remaining());
        buf.put_slice(&piece[..count]);
        piece.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.answered.lock().unwrap().extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A request as a handler sees it: its method, its target, a header, and its body, or that it can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SeenRequest {
    method: String,
    target: String,
    mark: Option<String>,
    body: Option<Vec<u8>>,
}

/// What comes of these bytes: the requests that passed, and the status of the head that did not.
fn serve(bytes: &[u8], cuts: &[usize]) -> (Vec<SeenRequest>, Option<u16>) {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    let pieces = cuts.windows(2).map(|cut| bytes[cut[0]..cut[1]].to_vec()).collect();
    let (seen, refused) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(None)));
    let queue = HeadQueue::default();
    let stream = CheckedStream::new(Pieces { pieces, answered: Arc::default() }, queue.clone());
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let head = queue.take(request.uri().path()).expect("hyper asks for each head, in order");
        let (seen, refused) = (seen.clone(), refused.clone());
        async move {
            match head {
                Ok(head) => {
                    let method = request.method().to_string();
                    let mark =
                        request.headers().get("x-mark").map(|m| String::from_utf8_lossy(m.as_bytes()).into_owned());
                    let target = match head.query() {
                        "" => head.path().to_owned(),
                        query => format!("{}?{query}", head.path()),
                    };
                    let body = request.into_body().collect().await.ok().map(|body| body.to_bytes().to_vec());
                    seen.lock().unwrap().push(SeenRequest { method, target, mark, body });
                }
                Err(head) => *refused.lock().unwrap() = Some(head.status),
            }
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"answer"))))
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // How it ends is the client's concern.
    let _ = runtime.block_on(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let seen = seen.lock().unwrap().clone();
    let refused = *refused.lock().unwrap();
    (seen, refused)
}

#[derive(Debug, Clone)]
enum SentBody {
    None,
    Sized(Vec<u8>),
    Chunked(Vec<Vec<u8>>),
}

/// A request as bytes, and as it is to be seen.
fn make_request(method: &str, target: &str, mark: u32, body: &SentBody) -> (Vec<u8>, SeenRequest) {
    let mut bytes = format!("{method} {target} HTTP/1.1\r\nhost: h\r\nx-mark: {mark}\r\n").into_bytes();
    let sent = match body {
        SentBody::None => {
            bytes.extend(b"\r\n");
            Vec::new()
        }
        SentBody::Sized(body) => {
            bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            bytes.extend(body);
            body.clone()
        }
        SentBody::Chunked(chunks) => {
            bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in chunks {
                bytes.extend(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
            chunks.concat()
        }
    };
    let target = target.replace('"', "%22").replace(' ', "%20").replace('<', "%3C").replace('ä', "%C3%A4");
    let (method, mark) = (method.to_owned(), Some(mark.to_string()));
    (bytes, SeenRequest { method, target, mark, body: Some(sent) })
}

/// A request that a body may hide.
const HIDDEN: &[u8] = b"GET /hidden HTTP/1.1\r\nhost: h\r\n\r\n";

fn any_body() -> impl Strategy<Value = SentBody> {
    let part = || prop_oneof![prop::collection::vec(any::<u8>(), 1..60), Just(HIDDEN.to_vec()), Just(b"\r\n".to_vec())];
    prop_oneof![
        Just(SentBody::None),
        prop::collection::vec(part(), 0..4).prop_map(|parts| SentBody::Sized(parts.concat())),
        prop::collection::vec(part(), 0..4).prop_map(SentBody::Chunked),
    ]
}

fn any_request() -> impl Strategy<Value = (Vec<u8>, SeenRequest)> {
    ("GET|POST|PUT", "/[a-c \"<ä%]{0,12}", any::<u32>(), any_body())
        .prop_map(|(method, target, mark, body)| make_request(&method, &target, mark, &body))
}

fn any_cuts() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(any::<usize>(), 0..12)
}

proptest! {
    #[test]
    fn requests_are_seen_as_they_were_meant_however_they_are_cut(
        requests in prop::collection::vec(any_request(), 1..6),
        cuts in any_cuts(),
    ) {
        let bytes: Vec<u8> = requests.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let meant: Vec<SeenRequest> = requests.into_iter().map(|(_, meant)| meant).collect();
        prop_assert_eq!(serve(&bytes, &cuts), (meant, None));
    }

    /// Whatever is changed, what was the body of the first request is never a head.
    #[test]
    fn attack_22_a_request_in_a_body_is_never_taken_for_one(
        (first, meant) in any_request(),
        cuts in any_cuts(),
        chunked in any::<bool>(),
        at in any::<usize>(),
        put in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..4),
            prop::sample::select(vec![
                &b"\r"[..], b"\n", b"\0", b" ", b"\t", b":", b"\r\n ", b"transfer-encoding: chunked\r\n",
                b"content-length: 0\r\n", b"Transfer-Encoding: identity\r\n", b"host: i\r\n", b"HTTP/1.0", b",",
            ]).prop_map(<[u8]>::to_vec),
        ],
        over in 0_usize..3,
    ) {
        let body = if chunked { SentBody::Chunked(vec![HIDDEN.to_vec()]) } else { SentBody::Sized(HIDDEN.to_vec()) };
        let (mut second, _) = make_request("POST", "/p", 1, &body);
        let head = second.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let at = at % head;
        second.splice(at..head.min(at + over), put);
        let (seen, _) = serve(&[first, second].concat(), &cuts);
        prop_assert_eq!(seen.first(), Some(&meant));
        // Without its length a request has no body, and what follows it is the next one: as it says itself.
        let lost = seen.len() > 1 && seen[1].body.as_deref() == Some(b"");
        prop_assert!(lost || seen.iter().all(|request| request.target != "/hidden"), "{seen:?}");
    }

    #[test]
    fn no_bytes_make_it_panic(
        parts in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..30),
                prop::sample::select(vec![
                    &b"GET / HTTP/1.1\r\n"[..], b"POST /", b" HTTP/1.0\r\n", b"host: h\r\n", b"\r\n", b"\r\n\r\n", b"\r", b"\n",
                    b"content-length: 5\r\n", b"transfer-encoding: chunked\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b": ", b"ffffffff\r\n",
                ]).prop_map(<[u8]>::to_vec),
            ],
            0..10,
        ),
        cuts in any_cuts(),
    ) {
        serve(&parts.concat(), &cuts);
    }
}

#[test]
fn what_follows_a_refused_head_is_not_read() {
    let (good, meant) = make_request("GET", "/a", 1, &SentBody::None);
    for (bad, status) in [("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/3\r\nhost: h\r\n\r\n", 400), ("\u{16}", 400)] {
        let bytes = [&good[..], bad.as_bytes(), HIDDEN].concat();
        assert_eq!(serve(&bytes, &[]), (vec![meant.clone()], Some(status)), "{bad:?}");
    }
}

#[test]
fn a_broken_body_ends_the_connection() {
    let bytes =
        [b"POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n", HIDDEN].concat();
    let (seen, refused) = serve(&bytes, &[]);
    assert_eq!((seen.len(), &seen[0].body, refused), (1, &None, None));
}
