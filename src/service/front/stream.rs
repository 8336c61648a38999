//! The socket as hyper sees it.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Sleep,
};

use super::{
    super::{MemoryAccount, Share},
    body::BodyLeft,
    head::{RefusedHead, find_head, read_head},
    queue::HeadQueue,
};

/// How long a connection is read on, and how much of it, when its client sends what is not read any more. A socket that
/// is closed over unread bytes is reset, and the client may never see the answer.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 512 * 1024;

/// What comes of a head counts as memory beyond so many bytes: those that SDKs send are smaller.
const SMALL_HEAD: usize = 8 * 1024;

/// A stream of requests, of which hyper reads only what was checked: heads that passed, each with its number in the
/// queue for a target, and their bodies. A head that is refused becomes a request without headers, which is answered
/// by what the queue says, and nothing behind it is read.
///
/// ```text
///         whole, and passes                  has a body
///   Head ------------------> passed on ---------------------> Body
///    | ^                         |                            |  |
///    | +-------------------------+-------- body is over ------+  | can't be read
///    v refused                                                   v
///  Refused: nothing more until hyper ends it              Broken: as if it ended here
/// ```
#[derive(Debug)]
pub(in crate::service) struct CheckedStream<S> {
    inner: S,
    /// What came and was not passed on. Freed when it is empty: thousands of polls are held.
    came: BytesMut,
    /// How much of it was looked at in search of the end of a head.
    seen: usize,
    /// What hyper is to read next.
    passing: Bytes,
    phase: ReadPhase,
    queue: HeadQueue,
    lingering: Option<(Pin<Box<Sleep>>, usize)>,
    memory: Option<Arc<MemoryAccount>>,
    /// What of it a head that is not whole takes.
    held: Option<Box<Share>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadPhase {
    Head,
    Body(BodyLeft),
    Refused,
    Broken,
}

impl<S> CheckedStream<S> {
    /// A stream that is at the beginning of a head.
    pub fn new(inner: S, queue: HeadQueue) -> Self {
        let (came, passing) = (BytesMut::new(), Bytes::new());
        let phase = ReadPhase::Head;
        Self { inner, came, seen: 0, passing, phase, queue, lingering: None, memory: None, held: None }
    }

    /// As it is, with what it keeps of a long head as a part of this memory.
    pub fn with_memory(self, memory: &MemoryAccount) -> Self {
        Self { memory: Some(Arc::new(memory.clone())), ..self }
    }

    /// Count what came of a head. Whether there is room for it: half of the memory is for what heads ask for.
    fn hold_head(&mut self) -> bool {
        let Some(memory) = self.memory.as_ref().filter(|_| self.came.capacity() > SMALL_HEAD) else { return true };
        let held = self.held.get_or_insert_with(|| Box::new(memory.lasting.share(0)));
        let more = self.came.capacity().saturating_sub(held.size());
        let fits = memory.fits(more + memory.most / 2);
        if fits {
            held.add(more);
        }
        fits
    }

    /// A stream whose client is told why nothing that it sends is read.
    pub fn refuse(inner: S, queue: HeadQueue, refused: RefusedHead) -> Self {
        let mut stream = Self::new(inner, queue);
        stream.pass_refusal(refused);
        stream
    }

    fn pass_refusal(&mut self, refused: RefusedHead) {
        let number = self.queue.push(Err(refused));
        self.passing = format!("GET /{number} HTTP/1.1\r\nconnection: close\r\n\r\n").into();
        self.phase = ReadPhase::Refused;
        (self.came, self.held) = (BytesMut::new(), None);
    }

    /// Look for a head in what came. Whether there is something to do about it.
    fn check_head(&mut self) -> bool {
        let range = match find_head(&self.came, self.seen) {
            Ok(Some(range)) => range,
            Ok(None) => {
                self.seen = self.came.len();
                return false;
            }
            Err(refused) => {
                self.pass_refusal(refused);
                return true;
            }
        };
        let end = range.end;
        match read_head(&self.came[range]) {
            Ok(passed) => {
                let number = self.queue.push(Ok(passed.head));
                let line = format!("{} /{number} {}\r\n", passed.method, passed.version);
                self.passing = [line.as_bytes(), passed.headers].concat().into();
                self.phase = ReadPhase::Body(passed.body);
                self.skip(end);
            }
            Err(refused) => self.pass_refusal(refused),
        }
        true
    }

    /// Forget what was passed on.
    fn skip(&mut self, count: usize) {
        self.came.advance(count);
        self.seen = 0;
        if self.came.is_empty() {
            (self.came, self.held) = (BytesMut::new(), None);
        }
    }

    /// Pass on what there is. Whether there was anything.
    fn pass_on(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        if !self.passing.is_empty() {
            let count = self.passing.len().min(buf.remaining());
            buf.put_slice(&self.passing[..count]);
            self.passing.advance(count);
            if self.passing.is_empty() {
                self.passing = Bytes::new();
            }
            return true;
        }
        let ReadPhase::Body(mut left) = self.phase else { return false };
        let most = self.came.len().min(buf.remaining());
        let count = left.advance(&self.came[..most]);
        buf.put_slice(&self.came[..count]);
        self.skip(count);
        self.phase = match left {
            BodyLeft::Broken => ReadPhase::Broken,
            left if left.is_over() => ReadPhase::Head,
            left => ReadPhase::Body(left),
        };
        count > 0
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for CheckedStream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if buf.remaining() == 0 || this.pass_on(buf) {
                return Poll::Ready(Ok(()));
            }
            match this.phase {
                // The answer is on its way, and needs nobody to wake it.
                ReadPhase::Refused => return Poll::Pending,
                ReadPhase::Broken => return Poll::Ready(Ok(())),
                ReadPhase::Head => {
                    if !this.came.is_empty() && this.check_head() {
                        continue;
                    }
                }
                ReadPhase::Body(_) => {}
            }
            // Hyper's buffer is borrowed, so that a connection on which nothing comes needs none of its own.
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
            if buf.filled().len() == before {
                return Poll::Ready(Ok(()));
            }
            this.came.extend_from_slice(&buf.filled()[before..]);
            buf.set_filled(before);
            if this.phase == ReadPhase::Head && !this.hold_head() {
                let (status, why, path) = (503, "The memory of the service is full", String::new());
                this.pass_refusal(RefusedHead { status, why, path });
            }
        }
    }
}

impl<S: AsyncRead + Unpin> CheckedStream<S> {
    /// Read, and forget, what still comes.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (over, read) = self.lingering.get_or_insert_with(|| (Box::pin(tokio::time::sleep(LINGER)), 0));
        if over.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        while *read < LINGER_BYTES {
            let mut bytes = [0; 4096];
            let mut buf = ReadBuf::new(&mut bytes);
            match ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => *read += buf.filled().len(),
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for CheckedStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.inner).poll_shutdown(cx))?;
        }
        let unread = match this.phase {
            ReadPhase::Head => false,
            ReadPhase::Body(left) => !left.is_over(),
            ReadPhase::Refused | ReadPhase::Broken => true,
        };
        if unread {
            ready!(this.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn a_poll_that_is_held_costs_little() {
        let head = b"GET /v2/subscribe/demo/lobby/0 HTTP/1.1\r\nhost: localhost\r\n\r\n";
        let queue = HeadQueue::default();
        let mut stream = CheckedStream::new(&head[..], queue.clone());
        let mut passed = Vec::new();
        stream.read_to_end(&mut passed).await.unwrap();
        assert_eq!(passed, b"GET /1 HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(queue.take("/1").unwrap().unwrap().path(), "/v2/subscribe/demo/lobby/0");
        assert_eq!((stream.came.capacity(), stream.passing.len()), (0, 0));
        assert!(size_of::<CheckedStream<()>>() <= 200, "{}", size_of::<CheckedStream<()>>());
    }
}
