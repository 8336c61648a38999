//! Heads, whole and cut, and all that is wrong with them.

use super::*;

fn status(head: &str) -> u16 {
    match find_head(head.as_bytes(), 0) {
        Ok(Some(range)) => match read_head(&head.as_bytes()[range]) {
            Ok(passed) => {
                if passed.head.too_long {
                    414
                } else {
                    200
                }
            }
            Err(refused) => refused.status,
        },
        Ok(None) => 0,
        Err(refused) => refused.status,
    }
}

#[track_caller]
fn read(head: &[u8]) -> PassedHead<'_> {
    let range = find_head(head, 0).unwrap().unwrap();
    read_head(&head[range]).unwrap()
}

fn target(line: &[u8]) -> String {
    read(&[line, b"\r\nHost: h\r\n\r\n"].concat()).head.target
}

#[test]
fn whatever_a_target_holds_is_read() {
    for (line, expected) in [
        (&b"GET /a?b HTTP/1.1"[..], "/a?b"),
        (b"GET /s?state={\"c\":{\"x\":1}}&a=<b> HTTP/1.1", "/s?state=%7B%22c%22:%7B%22x%22:1%7D%7D&a=%3Cb%3E"),
        (b"GET /a b\\c^d`e|f HTTP/1.1", "/a%20b%5Cc%5Ed%60e%7Cf"),
        (b"GET /\xc3\xa4\xff HTTP/1.1", "/%C3%A4%FF"),
        (b"GET /a HTTP/1.1 HTTP/1.0", "/a%20HTTP/1.1"),
        (b"GET /a  HTTP/1.1", "/a%20"),
        (b"GET //a//b HTTP/1.1", "//a//b"),
        (b"GET /%zz%2 HTTP/1.1", "/%zz%2"),
        (b"GET http://h/a?b#c HTTP/1.1", "/a?b#c"),
        (b"GET HTTPS://h:1?a=http://x HTTP/1.1", "/?a=http://x"),
        (b"GET http://[::1] HTTP/1.1", "/"),
        (b"OPTIONS * HTTP/1.1", "*"),
    ] {
        assert_eq!(target(line), expected);
    }
    let head = read(b"GET /a?b?c#d?e HTTP/1.1\r\nHost: h\r\n\r\n").head;
    assert_eq!((head.path(), head.query()), ("/a", "b?c"));
    let head = read(b"GET /a#b?c HTTP/1.1\r\nHost: h\r\n\r\n").head;
    assert_eq!((head.path(), head.query()), ("/a", ""));
}

#[test]
fn the_authority_of_a_url_goes_before_the_host() {
    let authority = |head: &[u8]| read(head).head.authority;
    assert_eq!(authority(b"GET / HTTP/1.1\r\nhOsT:  h:7 \r\n\r\n").as_deref(), Some("h:7"));
    assert_eq!(authority(b"GET http://u:8/ HTTP/1.1\r\nHost: h\r\n\r\n").as_deref(), Some("u:8"));
    assert_eq!(authority(b"GET / HTTP/1.1\r\nHost:\r\n\r\n").as_deref(), Some(""));
    assert_eq!(authority(b"GET / HTTP/1.0\r\n\r\n"), None);
}

#[test]
fn a_body_has_one_length() {
    let left = |headers: &str| read(format!("POST / HTTP/1.1\r\nHost: h\r\n{headers}\r\n").as_bytes()).body;
    assert_eq!(left(""), BodyLeft::Bytes(0));
    assert_eq!(left("content-LENGTH: 012\r\n"), BodyLeft::Bytes(12));
    assert_eq!(left("Transfer-encoding: Chunked\r\n"), BodyLeft::CHUNKED);
}

/// Each line of headers here is refused with 400.
const AMBIGUOUS: &[&str] = &[
    "Host: h\r\nHost: h\r\n",
    "Host: h\r\nHost: i\r\n",
    "Host: h, i\r\n",
    "Host: h i\r\n",
    "Host: h/i\r\n",
    "Host: u@h\r\n",
    "X: y\r\n",
    "Host: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
    "Host: h\r\nContent-Length: 1, 1\r\n",
    "Host: h\r\nContent-Length: +1\r\n",
    "Host: h\r\nContent-Length: -1\r\n",
    "Host: h\r\nContent-Length: 0x1\r\n",
    "Host: h\r\nContent-Length: 1 1\r\n",
    "Host: h\r\nContent-Length:\r\n",
    "Host: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
    "Host: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n",
    "Host: h\r\nTransfer-Encoding: gzip, chunked\r\n",
    "Host: h\r\nTransfer-Encoding: chunked, chunked\r\n",
    "Host: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Host: h\r\nTransfer-Encoding: identity\r\n",
    "Host: h\r\nTransfer-Encoding:\r\n",
    "Host: h\r\nTransfer-Encoding: xchunked\r\n",
    "Host: h\r\nTransfer-Encoding: \"chunked\"\r\n",
    "Host: h\r\nTransfer-Encoding : chunked\r\n",
    "Host: h\r\nX: a\r\n b\r\n",
    "Host: h\r\nX: a\r\n\tTransfer-Encoding: chunked\r\n",
    " Host: h\r\n",
    "Host: h\r\nX\r\n",
    "Host: h\r\n: x\r\n",
    "Host: h\r\nX(: x\r\n",
    "Host: h\r\nX: a\0b\r\n",
    "Host: h\r\nX: a\x0bb\r\n",
    "Host: h\r\nX: a\x7fb\r\n",
    "Host: h\r\nX: a\rb\r\n",
    "Host: h\r\nX: a\nb: c\r\n",
    "Host: h\nX: a\r\n",
    "Host: h\r\n\nX: a\r\n",
    "Host: h\r\n\r",
];

#[test]
fn attack_22_what_could_be_understood_in_two_ways_is_refused() {
    for headers in AMBIGUOUS {
        assert_eq!(status(&format!("POST / HTTP/1.1\r\n{headers}\r\n")), 400, "{headers:?}");
    }
    for line in [
        "GET /",
        "GET",
        "",
        " / HTTP/1.1",
        "GET HTTP/1.1",
        "GET  HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET / HTTP/01.1",
        "GET / http/1.1",
        "GET / HTTP/1.1\t",
        "GET\t/ HTTP/1.1",
        "GET /\ta HTTP/1.1",
        "GET /\0 HTTP/1.1",
        "GET /\x1b HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "G(T / HTTP/1.1",
        "GET a HTTP/1.1",
        "GET ?a HTTP/1.1",
        "GET * HTTP/1.1",
        "GET ftp://h/ HTTP/1.1",
        "GET http:/// HTTP/1.1",
        "GET http://u@h/ HTTP/1.1",
        "GET http://h i/ HTTP/1.1",
        "PRI * HTTP/2.0",
    ] {
        assert_eq!(status(&format!("{line}\r\nHost: h\r\n\r\n")), 400, "{line:?}");
    }
    assert_eq!(status("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n"), 405);
    assert_eq!(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
    assert_eq!(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999999999999999\r\n\r\n"), 413);
    assert_eq!(status("GET / HTTP/1.0\r\n\r\n"), 200);
    // One empty line before a head is an old habit, two are none.
    assert_eq!(status("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
    assert_eq!(status("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

#[test]
fn what_can_t_become_a_head_is_refused_before_it_ends() {
    for begin in ["\x16\x03\x01", "GET / HTTP/1.1\n", "GET / HTTP/1.1\rX", "\n", "\rX", "\r\n\r\n", "GET /\0"] {
        assert_eq!(status(begin), 400, "{begin:?}");
    }
    for begin in ["", "\r", "\r\n", "\r\n\r", "GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost: h\r\n\r"] {
        assert_eq!(status(begin), 0, "{begin:?}");
    }
}

fn head_of(length: usize) -> String {
    let head = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    format!("{head}{}\r\n\r\n", "x".repeat(length - head.len() - 4))
}

#[test]
fn attack_19_each_size_holds_on_both_sides_of_its_edge() {
    assert_eq!((status(&head_of(LARGEST_HEAD)), status(&head_of(LARGEST_HEAD + 1))), (200, 431));
    assert_eq!(status(&format!("\r\n{}", head_of(LARGEST_HEAD))), 200);
    assert_eq!(status(&head_of(LARGEST_HEAD + 1)[..LARGEST_HEAD - 1]), 0, "it may still end");
    assert_eq!(status(&head_of(LARGEST_HEAD + 1)[..LARGEST_HEAD]), 431, "it can't end any more");
    let to = |length: usize, fill: &str| {
        format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", fill.repeat((length - 1) / fill.len()))
    };
    for fill in ["x", "\"", "%22"] {
        let edge = LARGEST_URL - (LARGEST_URL - 1) % fill.len();
        assert_eq!(status(&to(edge, fill)), 200, "{fill}");
    }
    assert_eq!((status(&to(LARGEST_URL, "x")), status(&to(LARGEST_URL + 1, "x"))), (200, 414));
    assert_eq!(status(&to(LARGEST_HEAD, "x")), 414);
    assert_eq!(status(&to(LARGEST_URL + 1, "x").replace("Host: h", &"X: y\r\n".repeat(20_000))), 414);
    let headers = |count: usize| format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "X: y\r\n".repeat(count - 1));
    assert_eq!((status(&headers(MOST_HEADERS)), status(&headers(MOST_HEADERS + 1))), (200, 431));
    let named = |length: usize| format!("GET / HTTP/1.1\r\nHost: h\r\n{}: y\r\n\r\n", "X".repeat(length));
    assert_eq!((status(&named(LONGEST_NAME)), status(&named(LONGEST_NAME + 1))), (200, 431));
}

#[test]
fn a_refusal_knows_the_path_but_no_query() {
    let path = |head: &str| match find_head(head.as_bytes(), 0) {
        Ok(Some(range)) => read_head(&head.as_bytes()[range]).unwrap_err().path,
        Ok(None) => unreachable!("{head:?} is not whole"),
        Err(refused) => refused.path,
    };
    assert_eq!(path("GET /v2/presence?auth=secret HTTP/1.1\r\n\r\n"), "/v2/presence");
    assert_eq!(path("GET /v2/presence#secret\0"), "/v2/presence");
    assert_eq!(path("\x16\x03"), "");
}
