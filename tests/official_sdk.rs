//! Clients that are not our code: PubNub's official SDKs, each in a process of its own, on the embedded
//! service of the demo, as seen on the dashboard's screen.

#![cfg(unix)]

mod support;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use support::Start;

/// Build the SDK's crate, once.
fn sdk() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official-sdk/Cargo.toml");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official-sdk");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest).arg("--target-dir").arg(&target);
        // What this test run was told is not for another crate.
        for name in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_BUILD_TARGET_DIR"] {
            build.env_remove(name);
        }
        assert!(build.status().unwrap().success(), "the SDK's crate must build");
        target.join("debug/official-sdk")
    })
}

struct Foreign(Child);

impl Foreign {
    fn start(program: &[&Path], origin: &str, user: &str) -> Self {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).args([origin, user]);
        Self(command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap())
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.0.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// No leave, no more heartbeats.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Two clients of one SDK: the first joins, is seen by name, and leaves; the second joins and goes
/// silent.
fn comes_and_goes(program: &[&Path]) {
    // A crowd small enough to leave what we wait for in the log's sight.
    let session = Start::herenow(&["demo", "--people", "6"]).start();
    let origin = session.origin();
    session.shows("● live");

    let mut guest = Foreign::start(program, &origin, "AAA-guest");
    guest.tell("join lobby 30");
    session.shows_line(&["+ join", "lobby", "AAA-guest"]).shows_line(&["│   AAA-guest"]);
    let mut ghost = Foreign::start(program, &origin, "AAA-ghost");
    ghost.tell("join lobby 5");
    session.shows_line(&["│   AAA-ghost"]);

    guest.tell("leave");
    session.shows_line(&["- leave", "lobby", "AAA-guest"]).shows_no_line(&["│   AAA-guest"]);
    ghost.kill();
    session.shows_line(&["! timeout", "lobby", "AAA-ghost"]).shows_no_line(&["│   AAA-ghost"]);
}

#[test]
fn the_rust_sdk_joins_is_seen_by_name_leaves_and_times_out() {
    comes_and_goes(&[sdk()]);
}

/// Run by `.ci/run`, which installs the SDK and names its interpreter.
#[test]
#[ignore = "needs HERENOW_PYTHON, an interpreter with the pubnub package"]
fn the_python_sdk_joins_is_seen_by_name_leaves_and_times_out() {
    let python = std::env::var_os("HERENOW_PYTHON").expect("HERENOW_PYTHON names a Python with the pubnub package");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official_sdk.py");
    comes_and_goes(&[Path::new(&python), &script]);
}
