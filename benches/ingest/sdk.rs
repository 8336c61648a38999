//! PubNub's official Rust SDK, which is no part of herenow: it is fetched and built here.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Build its adapter, if that is possible here.
///
/// # Errors
/// Why not, in one line.
pub fn build() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("official-sdk");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sdk/rust/Cargo.toml");
    eprintln!("building PubNub's Rust SDK …");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--release", "--locked", "--quiet", "--manifest-path", manifest])
        .arg("--target-dir")
        .arg(&target);
    let built = cargo.output().map_err(|e| format!("cargo can't be started: {e}"))?;
    if built.status.success() {
        return Ok(target.join("release/official-sdk"));
    }
    let said = String::from_utf8_lossy(&built.stderr);
    Err(said.lines().find(|line| line.contains("error")).unwrap_or("cargo failed").to_owned())
}
