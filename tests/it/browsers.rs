//! Pages in a browser: those of this machine can use the service, and those of others can't so much as ask. The raw
//! requests are such as browsers send.

use std::{
    io::Write,
    net::{IpAddr, SocketAddr, TcpStream},
};

use flate2::{Compression, write::ZlibEncoder};

use crate::raw_service::{Reply, Service};

const HERE_NOW: &str = "/v2/presence/sub-key/demo/channel/lobby";

/// What a browser adds to a request of a page from elsewhere.
fn from_page(origin: &str) -> String {
    format!("origin: {origin}\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: cors\r\nreferer: {origin}/\r\n")
}

/// The headers by which pages are let in.
fn let_in(reply: &Reply) -> Vec<&str> {
    let names =
        ["allow-origin", "allow-methods", "allow-headers", "expose-headers", "allow-private-network", "max-age"];
    names.iter().filter_map(|name| reply.header(&format!("access-control-{name}"))).collect()
}

#[test]
fn attack_03_a_page_on_another_port_of_this_machine_can_use_it() {
    let service = Service::plain();
    for origin in ["http://localhost:3000", "https://127.0.0.1:8443", "http://[::1]:5173", "http://app.localhost"] {
        let page = from_page(origin);
        let asking = format!("{page}access-control-request-headers: content-type, x-a\r\n");
        let preflight = service.send("OPTIONS", "/publish/p/demo/0/lobby/0", &asking, b"").unwrap();
        let allowed = [origin, "OPTIONS, GET, POST", "content-type, x-a", "*", "true", "3600"];
        assert_eq!((preflight.status, let_in(&preflight)), (200, allowed.to_vec()));
        assert_eq!(preflight.header("vary"), Some("Origin"));
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"{\"from\":\"page\"}").unwrap();
        let headers = format!("{page}content-encoding: deflate\r\ncontent-type: application/json\r\n");
        let since = service.now();
        let said = service.send("POST", "/publish/p/demo/0/lobby/0?uuid=ann", &headers, &packed.finish().unwrap());
        assert_eq!(said.unwrap().status, 200);
        let poll = format!("/v2/subscribe/demo/lobby/0?tt={since}&uuid=ann");
        let told = service.send("GET", &poll, &page, b"").unwrap();
        assert_eq!((told.status, let_in(&told)), (200, vec![origin, "OPTIONS, GET, POST", "*"]));
        assert!(told.text().contains("\"d\":{\"from\":\"page\"}"), "{}", told.text());
        assert_eq!(told.header("vary"), Some("Origin"));
    }
    let none = service.get(HERE_NOW);
    assert_eq!((let_in(&none), none.header("vary")), (vec![], None), "nobody asked to read it from a page");
}

const FOREIGN: &str = r#"{"status":403,"error":true,"message":"Pages of this origin may not use this service; if they are meant to, start it with --cors ORIGIN","service":"Presence"}"#;

#[test]
fn attack_03_a_page_from_elsewhere_can_neither_read_nor_change_anything() {
    let service = Service::plain();
    service.get(&format!("{HERE_NOW}/heartbeat?uuid=ann"));
    let pages = [
        from_page("https://evil.example"),
        from_page("null"),
        "origin: http://localhost.evil.example\r\n".to_owned(),
        // Pictures, scripts, links and forms.
        "referer: https://evil.example/page\r\n".to_owned(),
        "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\nsec-fetch-dest: image\r\n".to_owned(),
        "sec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\nsec-fetch-user: ?1\r\n".to_owned(),
    ];
    for page in &pages {
        for target in [
            "/v2/presence/sub-key/demo/channel/lobby/leave?uuid=ann",
            "/v2/presence/sub-key/demo/channel/lobby/heartbeat?uuid=mallory",
            "/v2/presence/sub-key/demo/channel/lobby/uuid/ann/data?state=%7B%22mood%22%3A%22hacked%22%7D",
            "/v2/subscribe/demo/lobby/0?tt=0&uuid=mallory",
            "/publish/demo/demo/0/lobby/0/%22spam%22",
            "/signal/demo/demo/0/lobby/0/%22spam%22",
            "/v1/channel-registration/sub-key/demo/channel-group/g?add=lobby",
            "/v1/channel-registration/sub-key/demo/channel-group/g/remove",
            "/v2/presence/sub-key/demo?state=1",
            "/time/0",
        ] {
            let reply = service.send("GET", target, page, b"").unwrap();
            assert_eq!(
                (reply.status, reply.text().as_str(), let_in(&reply)),
                (403, FOREIGN, vec![]),
                "{page} {target}"
            );
        }
        let posted = service.send("POST", "/publish/demo/demo/0/lobby/0", page, b"\"spam\"").unwrap();
        let preflight = service.send("OPTIONS", "/publish/demo/demo/0/lobby/0", page, b"").unwrap();
        assert_eq!((posted.status, preflight.status, let_in(&preflight)), (403, 403, vec![]), "{page}");
    }
    let here = service.get(&format!("{HERE_NOW}?state=1")).text();
    assert!(here.contains("\"uuids\":[{\"uuid\":\"ann\"}]") && here.contains("\"occupancy\":1"), "{here}");
}

#[test]
fn attack_03_a_name_that_was_pointed_at_this_machine_is_not_answered() {
    let service = Service::start(|plan| plan.browsers.allow_host("presence.test").unwrap());
    let port = service.at.port();
    let status = |target: &str, host: &str| {
        let bytes = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nsec-fetch-site: same-origin\r\n\r\n");
        let reply = service.raw(bytes.as_bytes()).unwrap();
        (reply.status, reply.text())
    };
    let refused = r#"{"status":421,"error":true,"message":"This service does not answer for the host `evil.example:PORT`; if it is meant, start it with --allow-host","service":"Presence"}"#;
    for target in [HERE_NOW, "/herenow/status", "/herenow/faults", "/time/0"] {
        let refused = refused.replace("PORT", &port.to_string());
        assert_eq!(status(target, &format!("evil.example:{port}")), (421, refused), "{target}");
    }
    for host in ["localhost", "LOCALHOST.", "a.localhost:1", "127.0.0.1", "127.3.2.1:9", "[::1]", "presence.test:80"] {
        assert_eq!(status("/time/0", host).0, 200, "{host}");
    }
    for host in ["", "0.0.0.0", "2130706433", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1"] {
        assert_eq!(status("/time/0", host).0, 421, "{host}");
    }
    // In a whole URL the host is what the URL says.
    let whole = |host: &str| status(&format!("http://{host}/time/0"), "localhost").0;
    assert_eq!((whole("evil.example"), whole("localhost")), (421, 200));
}

#[test]
fn attack_03_what_a_browser_sends_does_not_reach_the_administration() {
    let service = Service::start(|plan| plan.browsers.allow_origin("*").unwrap());
    let refused = r#"{"status":403,"error":true,"message":"only a program on the same machine may do this, such as curl, and no browser","service":"herenow"}"#;
    for headers in [
        "origin: http://localhost:3000\r\n",
        "origin: null\r\n",
        "origin: \r\n",
        "referer: http://localhost/\r\n",
        "sec-fetch-site: none\r\n",
        "sec-fetch-site: same-origin\r\n",
        "sec-fetch-mode: navigate\r\n",
        "sec-fetch-dest: document\r\n",
    ] {
        for (method, target) in [
            ("GET", "/herenow/status"),
            ("GET", "/herenow/faults"),
            ("POST", "/herenow/faults"),
            ("DELETE", "/herenow/faults"),
            ("OPTIONS", "/herenow/faults"),
            ("GET", "/herenow/other"),
        ] {
            let reply = service.send(method, target, headers, b"drop").unwrap();
            assert_eq!(
                (reply.status, reply.text().as_str(), let_in(&reply)),
                (403, refused, vec![]),
                "{method} {headers}"
            );
        }
    }
    // Node's `fetch` is no browser, though it sends one of their headers.
    assert_eq!(service.send("GET", "/herenow/faults", "sec-fetch-mode: cors\r\n", b"").unwrap().status, 200);
    assert_eq!(let_in(&service.get("/herenow/status")), Vec::<&str>::new());
}

#[test]
fn pages_that_are_allowed_can_use_it_as_well() {
    let service = Service::start(|plan| plan.browsers.allow_origin("https://app.example").unwrap());
    let status = |origin: &str| {
        let reply = service.send("GET", HERE_NOW, &from_page(origin), b"").unwrap();
        (reply.status, reply.header("access-control-allow-origin").map(str::to_owned))
    };
    let allowed = |origin: &str| (200, Some(origin.to_owned()));
    assert_eq!(status("https://app.example"), allowed("https://app.example"));
    assert_eq!(status("http://localhost:1"), allowed("http://localhost:1"));
    assert_eq!(status("https://other.example"), (403, None));
    let any = Service::start(|plan| plan.browsers.allow_origin("*").unwrap());
    let preflight = any.send("OPTIONS", HERE_NOW, &from_page("https://other.example"), b"").unwrap();
    assert_eq!(
        (preflight.status, let_in(&preflight)),
        (200, vec!["*", "OPTIONS, GET, POST", "*", "*", "true", "3600"])
    );
    assert_eq!(any.get(HERE_NOW).header("access-control-allow-origin"), Some("*"));
    assert_eq!(any.send("GET", HERE_NOW, &from_page("null"), b"").unwrap().header("vary"), None);
}

/// A service on every address of both families answers who comes by IPv4, and takes it for what it is.
#[test]
fn attack_20_a_program_of_this_machine_is_local_whatever_the_socket() {
    let every = SocketAddr::new("::".parse::<IpAddr>().unwrap(), 0);
    // A machine may have no IPv6 at all.
    if std::net::TcpListener::bind(every).is_err() {
        return;
    }
    let service = Service::start(|plan| plan.at = every);
    for from in ["127.0.0.1", "::1"] {
        let mut stream = TcpStream::connect(SocketAddr::new(from.parse().unwrap(), service.at.port())).unwrap();
        let host = if from == "::1" { "[::1]" } else { from };
        write!(stream, "GET /herenow/status HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
        assert_eq!(Reply::read(stream).unwrap().status, 200, "{from}");
    }
}
