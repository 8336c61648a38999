//! The SDKs that can be examined, and how each is started.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

use super::adapter::Sdk;

/// Steps of the exam that an SDK takes at the same time: most of them wait most of the time.
const AT_A_TIME: usize = 4;

/// A file next to this one.
pub fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(file)
}

/// What the environment names, or the reason why nothing can be done without it.
pub fn told(variable: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set; tests/sdk/main.rs says what it names"))
}

pub fn rust() -> Sdk {
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
    Sdk { name: "rust".into(), program: vec![program.into()], shortest: 20, at_a_time: AT_A_TIME }
}

fn python(client: &str) -> Sdk {
    let program = vec![told("HERENOW_PYTHON"), here("python.py").into(), client.into()];
    let ask = "import importlib.metadata as m; print(m.version('pubnub'))";
    let name = format!("python {} {client}", output_of(Command::new(&program[0]).args(["-c", ask])));
    Sdk { name, program, shortest: 4, at_a_time: AT_A_TIME }
}

pub fn python_threads() -> Sdk {
    python("threads")
}

pub fn python_asyncio() -> Sdk {
    python("asyncio")
}

/// What a program prints that must succeed.
fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn node() -> OsString {
    std::env::var_os("HERENOW_NODE").unwrap_or_else(|| "node".into())
}

fn javascript_version() -> String {
    let package = Path::new(&told("HERENOW_NODE_MODULES")).join("pubnub/package.json");
    let package = std::fs::read(&package).unwrap_or_else(|e| panic!("{}: {e}", package.display()));
    let package: Value = serde_json::from_slice(&package).unwrap();
    package["version"].as_str().unwrap().to_owned()
}

/// The adapters read `HERENOW_NODE_MODULES` by themselves.
fn javascript(how: &str, words: &[&str], at_a_time: usize) -> Sdk {
    let version = javascript_version();
    let major: u32 = version.split('.').next().unwrap().parse().unwrap();
    let shortest = if major < 9 { 20 } else { 4 };
    let program = std::iter::once(node()).chain(words.iter().map(Into::into)).collect();
    Sdk { name: format!("javascript {version} {how}"), program, shortest, at_a_time }
}

pub fn javascript_engine() -> Sdk {
    javascript("engine", &[here("javascript/node.mjs").to_str().unwrap(), "engine"], AT_A_TIME)
}

pub fn javascript_classic() -> Sdk {
    javascript("classic", &[here("javascript/node.mjs").to_str().unwrap(), "classic"], AT_A_TIME)
}

/// A page on `host`, with the SDK's build for browsers. A browser opens at most six connections to one
/// origin; with two polls to a step there is room for one step.
pub fn browser(host: &str, subscribe_loop: &str) -> Sdk {
    told("HERENOW_CHROMIUM");
    let how = format!("browser {subscribe_loop}");
    javascript(&how, &[here("javascript/browser.mjs").to_str().unwrap(), host, subscribe_loop], 1)
}
