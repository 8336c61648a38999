//! Clients that are not our code: PubNub's official SDKs, unmodified, each in a process of its own.
//! They take an exam on `herenow serve`, meet each other there, and are seen on the dashboard.
//!
//! `cargo test` does it with the Rust SDK; `.ci/run` installs the others and names them by
//! `HERENOW_PYTHON`, an interpreter with the pubnub package, and `HERENOW_NODE_MODULES`, a folder
//! with it.

#![cfg(unix)]

mod adapter;
mod asking;
mod exam;
mod hearing;
mod scene;
mod service;
mod table;

#[path = "../support/pty.rs"]
mod pty;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use adapter::Sdk;
use pty::Start;

/// A file next to this one.
fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(file)
}

fn rust() -> Sdk {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let program = BUILT.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official-sdk");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(here("rust/Cargo.toml"));
        build.arg("--target-dir").arg(&target);
        // What this test run was told is not for another crate.
        for name in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_BUILD_TARGET_DIR"] {
            build.env_remove(name);
        }
        assert!(build.status().unwrap().success(), "the SDK's crate must build");
        target.join("debug/official-sdk")
    });
    Sdk { name: "rust", program: vec![program.into()], shortest: 20 }
}

fn told(variable: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set; .ci/run sets it"))
}

fn python(name: &'static str, client: &str) -> Sdk {
    Sdk { name, program: vec![told("HERENOW_PYTHON"), here("python.py").into(), client.into()], shortest: 4 }
}

fn python_threads() -> Sdk {
    python("python threads", "threads")
}

fn python_asyncio() -> Sdk {
    python("python asyncio", "asyncio")
}

/// It reads `HERENOW_NODE_MODULES` by itself.
fn javascript(name: &'static str, subscribe_loop: &str) -> Sdk {
    told("HERENOW_NODE_MODULES");
    Sdk { name, program: vec!["node".into(), here("javascript/node.mjs").into(), subscribe_loop.into()], shortest: 4 }
}

fn javascript_engine() -> Sdk {
    javascript("javascript engine", "engine")
}

fn javascript_classic() -> Sdk {
    javascript("javascript classic", "classic")
}

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

/// Two clients of one SDK on the demo's service: the first joins, is seen by name on the dashboard, and
/// leaves; the second joins and goes silent.
fn comes_and_goes(sdk: &Sdk) {
    // A crowd small enough to leave what we wait for in the log's sight.
    let session = Start::herenow(&["demo", "--people", "6"]).start();
    let origin = session.origin();
    session.shows("● live");

    let (guests, mut ghosts) = (sdk.start(&origin), sdk.start(&origin));
    let guest = guests.connect("guest", "AAA-guest", scene::CALM).unwrap();
    guest.subscribe(&["lobby"], &[]).unwrap();
    session.shows_line(&["+ join", "lobby", "AAA-guest"]).shows_line(&["│   AAA-guest"]);
    let ghost = ghosts.connect("ghost", "AAA-ghost", 5).unwrap();
    ghost.subscribe(&["lobby"], &[]).unwrap();
    std::mem::forget(ghost);
    session.shows_line(&["│   AAA-ghost"]);

    drop(guest);
    session.shows_line(&["- leave", "lobby", "AAA-guest"]).shows_no_line(&["│   AAA-guest"]);
    ghosts.kill();
    session.shows_line(&["! timeout", "lobby", "AAA-ghost"]).shows_no_line(&["│   AAA-ghost"]);
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
