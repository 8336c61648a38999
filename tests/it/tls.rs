//! The real binary over TLS, as the real network speaks it: every verb, and everything that can be wrong with
//! certificates, handshakes, redirects and proxies.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::Output,
    sync::mpsc,
};

use crate::{
    tls_server::{HERE, TestAuthority, VALID, serve_tls},
    verb::{World, command, fails, text},
};

/// A service behind TLS, whose authority is private.
struct Secured {
    world: World,
    authority: TestAuthority,
    origin: String,
}

impl Secured {
    fn new(name: &str) -> Self {
        let (world, authority) = (World::new(), TestAuthority::new(name));
        let address = serve_tls(&world.runtime, authority.certify(HERE, VALID), world.running.address);
        Self { world, authority, origin: format!("https://{address}") }
    }

    fn run(&self, args: &[&str]) -> Output {
        command(&self.origin, args).env("HERENOW_CA_FILE", self.authority.path()).output().unwrap()
    }

    /// A verb succeeds, and says this.
    #[track_caller]
    fn says(&self, args: &[&str], words: &str) {
        let output = self.run(args);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success() && out.contains(words), "{args:?}: {out}{err}");
    }
}

/// Ask at an origin, and fail with these words.
#[track_caller]
fn refuses(origin: &str, more: &[&str], code: i32, words: &[&str]) {
    fails(&command(origin, &[&["here-now", "lobby"], more].concat()).output().unwrap(), code, words);
}

#[test]
fn every_verb_works_over_tls() {
    let secured = Secured::new("verbs");
    secured.says(&["heartbeat", "--user-id", "ann", "lobby"], "ann");
    secured.says(&["here-now", "lobby"], "ann");
    secured.says(&["here-now", "--all", "--json"], "\"lobby\"");
    secured.says(&["where-now", "ann"], "lobby");
    secured.says(&["state", "set", "--user-id", "ann", "lobby", "{\"mood\":\"busy\"}"], "busy");
    secured.says(&["state", "get", "--user-id", "ann", "lobby"], "busy");
    secured.says(&["group", "add", "vips", "lobby"], "lobby");
    secured.says(&["group", "list", "vips"], "lobby");
    secured.says(&["group", "remove", "vips", "lobby"], "");
    secured.says(&["group", "delete", "vips"], "");
    secured.says(&["check", "ann present in lobby"], "✓ held");
    secured.says(&["wait", "--timeout", "1m", "occupancy of lobby == 1"], "✓ held");
    secured.says(&["events", "lobby", "--kind", "snapshot", "--count", "1"], "\"snapshot\"");
    secured.says(&["leave", "--user-id", "ann", "lobby"], "");
    secured.says(&["here-now", "lobby"], "0 here");
    secured.says(&["config", "show"], secured.authority.path());
    let flag = ["here-now", "--ca-file", secured.authority.path(), "lobby"];
    assert!(command(&secured.origin, &flag).output().unwrap().status.success());
}

/// Whoever connects is answered with these bytes, and the connection ends.
fn answer_with(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut heard = [0; 4096];
            let _ = stream.read(&mut heard);
            let _ = stream.write_all(answer);
        }
    });
    address
}

#[test]
fn exam_54_tls_faults_are_told_each_in_its_own_words_and_never_fall_back_to_http() {
    let secured = Secured::new("faults");
    let (authority, other) = (&secured.authority, TestAuthority::new("other"));
    let behind = secured.world.running.address;
    let serve = |config| format!("https://{}", serve_tls(&secured.world.runtime, config, behind));
    let trusting = ["--ca-file", authority.path()];
    let expired = "shows a certificate that expired on 2021-01-01; have it renewed";
    refuses(&serve(authority.certify(HERE, (2020, 2021))), &trusting, 1, &[expired, "clock"]);
    let early = "shows a certificate that is not valid before 2199-01-01; set this machine's clock";
    refuses(&serve(authority.certify(HERE, (2199, 2200))), &trusting, 1, &[early]);
    let named = serve(authority.certify(&["other.example"], VALID));
    refuses(&named, &trusting, 1, &["shows a certificate for other.example, and not for 127.0.0.1"]);
    let named = named.replace("127.0.0.1", "localhost");
    refuses(&named, &trusting, 1, &["shows a certificate for other.example, and not for localhost"]);
    let private = "of an authority that this machine does not know; if it is a private one, name its certificate with \
                   --ca-file FILE";
    refuses(&secured.origin, &[], 1, &["shows a certificate", private]);
    let unknown = "shows a certificate that neither this machine's authorities nor those of --ca-file have signed";
    refuses(&secured.origin, &["--ca-file", other.path()], 1, &[unknown]);
    let own = "shows the certificate of an authority, as self-signed ones often are, and no server's";
    refuses(&serve(authority.show_itself()), &trusting, 1, &[own]);
    assert!(secured.run(&["here-now", "lobby"]).status.success(), "the right one passes");

    let fault = |answer| format!("https://{}", answer_with(answer));
    let plain = fault(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let authority_of = |origin: &str| origin.trim_start_matches("https://").to_owned();
    refuses(&plain, &trusting, 1, &[&format!("answers without TLS: write http://{}", authority_of(&plain))]);
    let service = format!("https://{behind}");
    refuses(&service, &[], 1, &[&format!("answers without TLS: write http://{behind}")]);
    // A fatal alert "protocol version"; and a hello of TLS 1.0.
    let old = "speaks only an old TLS, and herenow none below 1.2";
    refuses(&fault(b"\x15\x03\x01\0\x02\x02\x46"), &[], 1, &[old]);
    refuses(&fault(OLD_HELLO), &[], 1, &[old]);
    refuses(&fault(b"\x15\x03\x03\0\x02\x02\x28"), &[], 1, &["knows no cipher that is safe enough"]);
    refuses(&fault(b""), &[], 1, &["cut the connection in the TLS handshake"]);
    refuses(&fault(b"\x16\x03\x03\x00\x40\x02"), &[], 1, &["cut the connection in the TLS handshake"]);

    let tls = secured.origin.replace("https", "http");
    let cure = format!("does not answer by plain HTTP, as a port for TLS does not: write {}", secured.origin);
    refuses(&tls, &[], 1, &[&cure]);
    let web = answer_with(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 66\r\n\r\n<html><title>The plain HTTP request was sent to HTTPS port</title>",
    );
    refuses(&format!("http://{web}"), &[], 1, &[&format!("write https://{web}")]);
}

/// A server's hello of TLS 1.0: version, 32 bytes of chance, no session, a cipher, no compression.
const OLD_HELLO: &[u8] = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01\
    0123456789abcdef0123456789abcdef\x00\x00\x2f\x00";

#[test]
fn exam_53_a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let second = elsewhere.local_addr().unwrap();
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        for to in
            [format!("http://{second}/x"), format!("https://{second}/x"), "/itself".into(), "file:///etc/passwd".into()]
        {
            let answer = format!("HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            let (heard, requests) = mpsc::channel();
            let first = TcpListener::bind("127.0.0.1:0").unwrap();
            let origin = format!("http://{}", first.local_addr().unwrap());
            std::thread::spawn(move || {
                for stream in first.incoming() {
                    let mut stream: TcpStream = stream.unwrap();
                    let mut head = [0; 4096];
                    let read = stream.read(&mut head).unwrap();
                    let _ = heard.send(String::from_utf8_lossy(&head[..read]).into_owned());
                    let _ = stream.write_all(answer.as_bytes());
                }
            });
            let output = command(&origin, &["where-now", "ann"]).output().unwrap();
            fails(&output, 1, &[&status[..3]]);
            assert!(requests.try_iter().all(|request| request.contains("/uuid/ann")), "{to}");
            assert!(elsewhere.accept().is_err(), "{status} to {to} was followed");
        }
    }
}

#[test]
fn exam_55_without_a_store_of_authorities_loopback_works_and_https_names_the_cure() {
    let secured = Secured::new("store");
    let run = |origin: &str, more: &[&str]| {
        let mut command = command(origin, &[&["here-now", "lobby"], more].concat());
        command.env("SSL_CERT_FILE", "/nowhere/at/all").env("SSL_CERT_DIR", "/nowhere/at/all").output().unwrap()
    };
    assert!(run(&format!("http://{}", secured.world.running.address), &[]).status.success());
    if cfg!(target_os = "linux") {
        let words = ["no HTTPS client could be made", "ca-certificates", "SSL_CERT_FILE", "--ca-file"];
        fails(&run(&secured.origin, &[]), 1, &words);
    }
    assert!(run(&secured.origin, &["--ca-file", secured.authority.path()]).status.success());
}

#[test]
fn exam_56_a_proxy_is_asked_only_where_it_should_be_and_its_password_is_not_said() {
    let world = World::new();
    let dead = format!("http://user:MARKER@{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let run = |origin: &str, variables: &[(&str, &str)]| {
        let mut command = command(origin, &["here-now", "lobby"]);
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert!(!text(&output.stderr).contains("MARKER"), "{}", text(&output.stderr));
        output
    };
    let service = world.running.address;
    for origin in [format!("http://{service}"), format!("http://localhost:{}", service.port())] {
        for proxy in [dead.as_str(), "ftp://x", "http://user:MARKER@bad host"] {
            assert!(run(&origin, &[("ALL_PROXY", proxy), ("HTTP_PROXY", proxy)]).status.success(), "{origin} {proxy}");
        }
    }
    let through = dead.replace("user:MARKER", "…");
    for origin in ["https://service.invalid", "http://service.invalid"] {
        let output = run(origin, &[("ALL_PROXY", &dead)]);
        fails(&output, 1, &["can't be reached", "connection refused", &format!("(through the proxy {through})")]);
        for (name, proxy, why) in [
            ("HTTPS_PROXY", "http://user:MARKER@bad host", "HTTPS_PROXY: `http://…@bad host` can't be read as a proxy"),
            ("http_proxy", "ftp://user:MARKER@x", "http_proxy: `ftp://…@x` is no proxy that herenow can use"),
            ("ALL_PROXY", "socks5://user:MARKER@x", "is a SOCKS proxy, which herenow can't use"),
            ("NO_PROXY", "http://user:MARKER@x", "NO_PROXY: `http://…@x` is no host, address or network"),
        ] {
            fails(&run(origin, &[(name, proxy)]), 2, &[why]);
        }
    }
}

/// The request reaches the proxy, and the name is the proxy's to look up.
#[test]
fn a_proxy_that_works_is_used() {
    let proxy = answer_with(
        b"HTTP/1.1 200 OK\r\nContent-Length: 54\r\n\r\n{\"status\":200,\"message\":\"OK\",\"occupancy\":0,\"uuids\":[]}",
    );
    let mut asked = command("http://service.invalid", &["here-now", "lobby"]);
    let output =
        asked.env("HTTP_PROXY", format!("http://{proxy}")).env_remove("NO_PROXY").env_remove("no_proxy").output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_file_of_authorities_that_can_not_be_used_is_told() {
    let authority = TestAuthority::new("files");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (pem, der) = authority.certificate();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let told = |path: &str, words: &[&str]| {
        refuses(
            "https://127.0.0.1:1",
            &["--ca-file", path],
            2,
            &[&["--ca-file: the certificates in "], words].concat(),
        );
    };
    told("/nowhere/at/all.pem", &["/nowhere/at/all.pem: the file is not there; name another"]);
    told(&write("empty.pem", b" \n"), &["is empty; write the authority's certificate into it, in PEM"]);
    told(&write("der.pem", &der), &["is a certificate in DER; turn it into PEM with `openssl x509"]);
    told(&write("garbage.pem", b"hello"), &["holds no certificate in PEM"]);
    told(&write("binary.pem", b"\x7fELF\0"), &["is not text"]);
    told(&write("broken.pem", &pem.as_bytes()[..pem.len() / 2]), &["number 1: it is not whole"]);
    let hollow = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    told(&write("hollow.pem", format!("{pem}{hollow}").as_bytes()), &["number 2: it is no certificate"]);
    let key = "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n";
    told(&write("key.pem", key.as_bytes()), &["holds a private key and no certificate"]);
    told(env!("CARGO_TARGET_TMPDIR"), &["is a directory"]);
    // Several, as an editor on Windows saves them.
    let both = format!("\u{feff}# ours\r\n{}{}", pem.replace('\n', "\r\n"), TestAuthority::new("more").certificate().0);
    let both = write("both.pem", both.as_bytes());
    let secured = Secured::new("both");
    let second = write("second.pem", format!("{pem}{}", secured.authority.certificate().0).as_bytes());
    assert!(command(&secured.origin, &["here-now", "--ca-file", &second, "lobby"]).output().unwrap().status.success());
    refuses(&secured.origin, &["--ca-file", &both], 1, &["neither this machine's authorities nor those of --ca-file"]);
}
