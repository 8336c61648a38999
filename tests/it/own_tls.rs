//! The service over https, with the certificate that it makes for itself.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use herenow::service::{Bounds, ServiceOptions, StartError, TlsOptions};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use crate::{
    raw_service::Service,
    verb::{World, command, fails, nowhere, text},
};

fn file(name: &str) -> String {
    format!("{}/own-{name}.pem", env!("CARGO_TARGET_TMPDIR"))
}

fn secured(name: &str) -> TlsOptions {
    TlsOptions { file: Some(file(name).into()) }
}

/// A client's side of TLS, to this name.
fn shake_hands(service: &Service, name: &str) -> StreamOwned<ClientConnection, TcpStream> {
    let mut trusted = RootCertStore::empty();
    let pem = &service.running().certificate.as_ref().unwrap().pem;
    trusted.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), service.connect())
}

/// The status line of an answer over TLS, or nothing where there is none.
fn ask(service: &Service, name: &str) -> Option<String> {
    let mut stream = shake_hands(service, name);
    write!(stream, "GET /time/0 HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.lines().next().map(str::to_owned)
}

#[test]
fn every_verb_works_over_its_own_tls() {
    let world = World::with(ServiceOptions { tls: Some(secured("verbs")), ..ServiceOptions::default() });
    let origin = world.running.url();
    assert!(origin.starts_with("https://127.0.0.1:"));
    let says = |args: &[&str], words: &str| {
        let output = command(&origin, args).env("HERENOW_CA_FILE", file("verbs")).output().unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success() && out.contains(words), "{args:?}: {out}{err}");
    };
    says(&["heartbeat", "--user-id", "ann", "lobby"], "ann");
    says(&["here-now", "lobby"], "ann");
    says(&["state", "set", "--user-id", "ann", "lobby", "{\"mood\":\"busy\"}"], "busy");
    says(&["group", "add", "vips", "lobby"], "lobby");
    says(&["wait", "--timeout", "1m", "occupancy of lobby == 1"], "✓ held");
    says(&["events", "lobby", "--kind", "snapshot", "--count", "1"], "\"snapshot\"");
    says(&["leave", "--user-id", "ann", "lobby"], "");
    // Nobody else has a reason to trust it.
    fails(&command(&origin, &["here-now", "lobby"]).output().unwrap(), 1, &["shows a certificate", "--ca-file FILE"]);
}

#[test]
fn its_certificate_is_for_all_its_names_and_its_file_holds_no_key() {
    let service = Service::start(|plan| {
        plan.tls = Some(secured("names"));
        plan.browsers.allow_host("presence.test").unwrap();
        plan.browsers.allow_host("192.0.2.7").unwrap();
    });
    for name in ["localhost", "127.0.0.1", "::1", "presence.test", "192.0.2.7"] {
        let host = if name == "::1" { "[::1]" } else { name };
        let mut stream = shake_hands(&service, name);
        write!(stream, "GET /time/0 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{name}: {answer}");
    }
    assert!(shake_hands(&service, "other.test").write_all(b"GET").is_err(), "no certificate for that");
    let written = fs::read_to_string(file("names")).unwrap();
    assert_eq!(written, service.running().certificate.as_ref().unwrap().pem);
    assert_eq!((written.matches("-----BEGIN CERTIFICATE-----").count(), written.matches("-----BEGIN").count()), (1, 1));
}

#[test]
fn a_plain_request_to_it_is_told_so() {
    let service = Service::start(|plan| plan.tls = Some(secured("plain")));
    let mut stream = service.connect();
    stream.write_all(b"GET /herenow/status HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let body =
        r#"{"status":400,"error":true,"message":"The plain HTTP request was sent to HTTPS port","service":"Presence"}"#;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert_eq!(answer.split_once("\r\n\r\n").unwrap().1, body);
    let origin = service.running().origin();
    let asked = command(&format!("http://{origin}"), &["here-now", "lobby"]).output().unwrap();
    fails(&asked, 1, &[&format!("write https://{origin}")]);
}

#[test]
fn a_handshake_that_is_torn_or_never_ends_costs_nobody_else() {
    let short = Duration::from_millis(200);
    let service = Service::start(|plan| {
        plan.tls = Some(secured("torn"));
        plan.settings.bounds = Bounds { connections: 1, slow_asker: short, ..Bounds::default() };
    });
    for begin in
        [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x16\x03\x01\xff\xff", b"\0\0\0\0"]
    {
        // The only connection there may be, and it is left open.
        let mut held = service.connect();
        held.write_all(begin).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while ask(&service, "localhost").as_deref() != Some("HTTP/1.1 200 OK") {
            assert!(Instant::now() < deadline, "{begin:?} holds the connection");
        }
        let mut torn = service.connect();
        let _ = torn.write_all(begin);
        drop(torn);
    }
}

#[test]
fn a_file_that_can_t_be_written_is_told() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let nowhere_at_all = Some(TlsOptions { file: Some("/nowhere/at/all.pem".into()) });
    let refused = runtime.block_on(ServiceOptions { tls: nowhere_at_all, ..ServiceOptions::default() }.start());
    assert!(matches!(refused, Err(StartError::CertificateFile { .. })));
    let words =
        "the certificate can't be written to /nowhere/at/all.pem (entity not found); name another file with --tls";
    fails(
        &command(nowhere(), &["serve", "--port", "0", "--tls", "/nowhere/at/all.pem"]).output().unwrap(),
        1,
        &[words],
    );
}

/// What `serve` says at its start, up to its last line.
fn read_start(args: &[&str]) -> Vec<String> {
    let mut serve = command(nowhere(), &[&["serve", "--port", "0"], args].concat());
    let mut serve = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(serve.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = Vec::new();
    for line in lines {
        let is_last = line == "Ctrl-C ends it.";
        said.push(line);
        if is_last {
            break;
        }
    }
    serve.kill().unwrap();
    serve.wait().unwrap();
    said
}

#[test]
fn the_start_says_how_to_use_it_and_which_pages_may() {
    let file = file("serve");
    let said = read_start(&["--tls", &file, "--cors", "https://app.example", "--cors", "null"]);
    let origin = said[1].strip_prefix("  origin         ").unwrap();
    assert!(origin.starts_with("https://127.0.0.1:"), "{said:#?}");
    assert_eq!(said[0], "herenow serves PubNub Presence on this machine, with TLS and without authentication.");
    assert!(
        said.contains(&format!("  certificate    {file}, for clients to trust; good until this ends")),
        "{said:#?}"
    );
    assert!(said.contains(&"  pages          https://app.example · null".to_owned()), "{said:#?}");
    let watch = format!("Watch it with: herenow watch --origin {origin} --ca-file {file} --subscribe-key demo lobby");
    assert!(said.contains(&watch), "{said:#?}");
    let usual = read_start(&["--cors", "*", "--tls"]);
    let port = usual[1].rsplit(':').next().unwrap();
    let usual_file = std::env::temp_dir().join(format!("herenow-{port}.pem"));
    assert!(fs::read_to_string(&usual_file).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    fs::remove_file(usual_file).unwrap();
    assert!(usual.contains(&"  pages          any page in a browser may use it".to_owned()), "{usual:#?}");
    let plain = read_start(&[]);
    assert_eq!(plain[0], "herenow serves PubNub Presence on this machine, without TLS and without authentication.");
    assert!(plain[1].starts_with("  origin         127.0.0.1:"), "{plain:#?}");
}
