//! The whole dashboard over TLS, as the real network speaks it; and the demo where a proxy is set.

use herenow::presence::{Channel, UserId};

use crate::{
    pty::Start,
    tls_server::{HERE, TestAuthority, VALID, serve_tls},
    verb::{World, command, text},
};

#[test]
fn the_dashboard_works_over_tls() {
    let (world, authority) = (World::new(), TestAuthority::new("dashboard"));
    world.present("lobby", "ann", Some("{\"mood\":\"busy\"}"));
    let address = serve_tls(&world.runtime, authority.certify(HERE, VALID), world.running.address);
    let origin = format!("https://{address}");
    let args =
        ["watch", "--subscribe-key", "demo", "--user-id", "me", "--origin", &origin, "--ca-file", authority.path()];
    let mut session = Start::herenow(&[&args[..], &["lobby"]].concat()).start();
    session.shows("● live").shows_line(&["   ann "]);
    world.present("lobby", "bob", None);
    session.shows_line(&["   bob "]);
    session.keys("H").shows("✓ present on lobby as me").shows("PRESENT");
    assert_eq!(world.places_of("me"), [Channel::from_wire("lobby")]);
    session.keys("L").shows("watching only");
    session.keys("H").shows("PRESENT");
    let gone = world.client.as_user(UserId::from_wire("bob"));
    let lobby = herenow::presence::Subscription::parse("lobby").unwrap();
    world.runtime.block_on(gone.leave(std::slice::from_ref(&lobby))).unwrap();
    session.shows_no_line(&["   bob ", "·"]);
    session.keys("r").shows("● live");
    assert!(session.keys("q").ended().success());
    session.assert_restored();
    assert_eq!(world.places_of("me"), []);
}

#[test]
fn the_dashboard_says_what_is_wrong_with_a_certificate() {
    let (world, authority) = (World::new(), TestAuthority::new("stranger"));
    let address = serve_tls(&world.runtime, authority.certify(HERE, VALID), world.running.address);
    let origin = format!("https://{address}");
    let mut session =
        Start::herenow(&["watch", "--subscribe-key", "demo", "--user-id", "me", "--origin", &origin, "lobby"]).start();
    session.shows("shows a certificate");
    session.keys("q").ended();
    session.assert_modes_restored();
}

#[test]
fn the_demo_works_over_tls_of_its_own() {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/demo.pem");
    let mut session = Start::herenow(&["demo", "--people", "30", "--tls", file]).size(200, 40).start();
    session.shows("● live");
    let origin = format!("https://{}", session.origin());
    let asked = command(&origin, &["wait", "--timeout", "1m", "occupancy of lobby > 0", "--ca-file", file]).output();
    let asked = asked.unwrap();
    assert!(asked.status.success(), "{}", text(&asked.stderr));
    assert!(session.keys("q").ended().success());
}

#[test]
fn exam_56_the_demo_asks_no_proxy() {
    let mut session = Start::herenow(&["demo", "--people", "30"])
        .env("ALL_PROXY", "http://user:MARKER@127.0.0.1:1")
        .env("HTTP_PROXY", "ftp://user:MARKER@bad host")
        .start();
    session.shows("● live");
    session.origin();
    assert!(session.keys("q").ended().success());
    assert!(!String::from_utf8_lossy(&session.raw()).contains("MARKER"));
}
