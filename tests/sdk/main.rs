//! Clients that are not our code: PubNub's official SDKs, unmodified, each in a process of its own.
//! They take an exam on `herenow serve`, meet each other there, hear a recording live again, and are seen on the dashboard.
//!
//! `cargo test` does it with the Rust SDK; `.ci/run` installs others where they can be had, and names them:
//!
//! | variable | what it names |
//! |---|---|
//! | `HERENOW_PYTHON` | an interpreter with the pubnub package |
//! | `HERENOW_NODE_MODULES` | a folder with the pubnub package |
//! | `HERENOW_NODE` | the Node that runs it, if not the one in `PATH` |
//! | `HERENOW_CHROMIUM` | Chromium or a browser made of it, for the same package in a page |
//! | `HERENOW_GO` | a Go module that requires the SDK; `go` builds the adapter in it |
//! | `HERENOW_PHP` | the `autoload.php` of Composer, with the pubnub package; `php` runs it |
//! | `HERENOW_RUBY` | an interpreter with the pubnub gem |
//! | `HERENOW_CCORE` | words for `cc`: where C-core's headers are, its definitions, its library (the sync one) |

#![cfg(unix)]

mod adapter;
mod asking;
mod exam;
mod foreign_page;
mod hearing;
mod reliving;
mod scene;
mod sdks;
mod service;
mod stand_ins;
mod table;

#[path = "../support/pty.rs"]
mod pty;

use adapter::Sdk;
use pty::{Session, Start};
use sdks::{
    browser, ccore, go, javascript_classic, javascript_engine, php, python_asyncio, python_threads, ruby, rust,
};

#[test]
fn the_rust_sdk_passes() {
    exam::take(&rust());
}

#[test]
#[ignore = "needs HERENOW_PYTHON"]
fn the_python_sdk_passes_with_threads() {
    exam::take(&python_threads());
}

#[test]
#[ignore = "needs HERENOW_PYTHON"]
fn the_python_sdk_passes_with_asyncio() {
    exam::take(&python_asyncio());
}

#[test]
#[ignore = "needs HERENOW_NODE_MODULES"]
fn the_javascript_sdk_passes_with_its_event_engine() {
    exam::take(&javascript_engine());
}

#[test]
#[ignore = "needs HERENOW_NODE_MODULES"]
fn the_javascript_sdk_passes_without_its_event_engine() {
    exam::take(&javascript_classic());
}

#[test]
#[ignore = "needs HERENOW_GO"]
fn the_go_sdk_passes() {
    exam::take(&go());
}

#[test]
#[ignore = "needs HERENOW_PHP"]
fn the_php_sdk_passes() {
    exam::take(&php());
}

#[test]
#[ignore = "needs HERENOW_RUBY"]
fn the_ruby_sdk_passes() {
    exam::take(&ruby());
}

#[test]
#[ignore = "needs HERENOW_CCORE"]
fn the_c_sdk_passes() {
    exam::take(&ccore());
}

#[test]
#[ignore = "needs HERENOW_PYTHON and HERENOW_NODE_MODULES"]
fn python_and_javascript_see_each_other() {
    exam::meet(&python_threads(), &javascript_engine());
}

#[test]
#[ignore = "needs HERENOW_PYTHON"]
fn python_and_rust_see_each_other() {
    exam::meet(&python_threads(), &rust());
}

#[test]
#[ignore = "needs HERENOW_NODE_MODULES"]
fn javascript_and_rust_see_each_other() {
    exam::meet(&javascript_engine(), &rust());
}

#[test]
fn the_rust_sdk_hears_a_recording_again() {
    reliving::hear_again(&rust());
}

#[test]
#[ignore = "needs HERENOW_PYTHON"]
fn the_python_sdk_hears_a_recording_again() {
    reliving::hear_again(&python_threads());
}

#[test]
#[ignore = "needs HERENOW_NODE_MODULES"]
fn the_javascript_sdk_hears_a_recording_again() {
    reliving::hear_again(&javascript_engine());
}

/// Two clients of one SDK on the demo's service: the first joins, is seen by name on the dashboard, and
/// leaves; the second joins and goes silent.
fn comes_and_goes(sdk: &Sdk) {
    // A crowd small enough to leave what we wait for in the log's sight.
    let mut session = Start::herenow(&["demo", "--people", "6"]).start();
    let origin = session.origin();
    session.shows("● live");
    // The lobby, and no other channel that changes more.
    session.keys(":auto\r:lobby\r").shows("lobby · occupancy");
    let is_listed = |screen: &str, user: &str| screen.lines().any(|line| line.starts_with(&format!("   {user} ")));
    let comes = |session: &Session, user: &str| {
        session.until(&format!("{user} in the list"), |screen| is_listed(screen, user));
    };
    let goes = |session: &Session, user: &str| {
        session.until(&format!("{user} out of the list"), |screen| !is_listed(screen, user));
    };

    let (guests, mut ghosts) = (sdk.start(&origin), sdk.start(&origin));
    let guest = guests.connect("guest", "AAA-guest", scene::CALM).unwrap();
    guest.subscribe(&["lobby"], &[]).unwrap();
    session.shows_line(&["+ join", "lobby", "AAA-guest"]);
    comes(&session, "AAA-guest");
    let ghost = ghosts.connect("ghost", "AAA-ghost", 5).unwrap();
    ghost.subscribe(&["lobby"], &[]).unwrap();
    std::mem::forget(ghost);
    comes(&session, "AAA-ghost");

    drop(guest);
    session.shows_line(&["- leave", "lobby", "AAA-guest"]);
    goes(&session, "AAA-guest");
    ghosts.kill();
    session.shows_line(&["! timeout", "lobby", "AAA-ghost"]);
    goes(&session, "AAA-ghost");
}

#[test]
fn the_rust_sdk_is_seen_on_the_dashboard() {
    comes_and_goes(&rust());
}

#[test]
#[ignore = "needs HERENOW_PYTHON"]
fn the_python_sdk_is_seen_on_the_dashboard() {
    comes_and_goes(&python_threads());
}

#[test]
#[ignore = "needs HERENOW_CHROMIUM and HERENOW_NODE_MODULES"]
fn the_javascript_sdk_passes_in_a_page_with_its_event_engine() {
    exam::take(&browser("localhost", "engine"));
}

#[test]
#[ignore = "needs HERENOW_CHROMIUM and HERENOW_NODE_MODULES"]
fn the_javascript_sdk_passes_in_a_page_without_its_event_engine() {
    exam::take(&browser("localhost", "classic"));
}
