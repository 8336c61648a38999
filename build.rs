//! Writes down what the program is to know of its making: which sequences of characters are emoji of Unicode's list, and
//! what `--version` answers.

use std::{collections::BTreeMap, env, error::Error, fs, path::Path, process::Command};

/// What `cargo package` leaves in a crate of the commit that it was made of.
const PACKAGED: &str = ".cargo_vcs_info.json";

/// What the program is built from.
const SOURCES: [&str; 5] = ["Cargo.toml", "Cargo.lock", "build.rs", "src", "assets"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let folder = env::var("OUT_DIR")?;
    fs::write(Path::new(&folder).join("emoji.rs"), list_emoji())?;
    fs::write(Path::new(&folder).join("version.txt"), describe_build()?)?;
    Ok(())
}

/// Of the crate that knows the list, the program would otherwise carry all the names, too, and a pointer for each.
fn list_emoji() -> String {
    let tones = emojis::iter().filter_map(emojis::Emoji::skin_tones).flatten();
    let mut by_length: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for emoji in emojis::iter().chain(tones).map(emojis::Emoji::as_str) {
        by_length.entry(emoji.len()).or_default().push(emoji);
    }
    let mut table = "&[\n".to_owned();
    for (length, mut all) in by_length {
        all.sort_unstable();
        all.dedup();
        table.extend([format!("({length}, {:?}),\n", all.concat())]);
    }
    table.push(']');
    table
}

/// The version, and what this build was made of and by.
fn describe_build() -> Result<String, env::VarError> {
    let features = env::var("CARGO_CFG_FEATURE").unwrap_or_default().replace(',', " ");
    Ok(format!(
        "{}\ncommit: {}\ntarget: {}\nrustc: {}\nfeatures: {}",
        env::var("CARGO_PKG_VERSION")?,
        find_commit().unwrap_or_else(|| "unknown".to_owned()),
        env::var("TARGET")?,
        run(&env::var("RUSTC")?, &["--version"]).unwrap_or_else(|| "unknown".to_owned()),
        if features.is_empty() { "none" } else { &features },
    ))
}

/// Only a release build asks git: while one works, no commit is to build the library again.
fn find_commit() -> Option<String> {
    if let Ok(told) = fs::read_to_string(PACKAGED) {
        println!("cargo:rerun-if-changed={PACKAGED}");
        let (_, after) = told.split_once("\"sha1\"")?;
        return describe_commit(after.split('"').nth(1)?, told.contains("\"dirty\": true"));
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return Some("unknown (a debug build)".to_owned());
    }
    // Inside a repository of somebody else, its commits say nothing of herenow.
    if !run("git", &["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    let watched = ["HEAD", "logs/HEAD"].into_iter().filter_map(|name| run("git", &["rev-parse", "--git-path", name]));
    // What is not there would be taken for changed, each time.
    for path in watched.filter(|path| Path::new(path).exists()).chain(SOURCES.map(str::to_owned)) {
        println!("cargo:rerun-if-changed={path}");
    }
    let asked = [&["status", "--porcelain", "--untracked-files=no", "--"][..], &SOURCES].concat();
    describe_commit(&run("git", &["rev-parse", "HEAD"])?, !run("git", &asked)?.is_empty())
}

fn describe_commit(hash: &str, is_changed: bool) -> Option<String> {
    let short = hash.get(..12).filter(|short| short.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    Some(format!("{short}{}", if is_changed { ", with changes" } else { "" }))
}

/// What a program says, without the end of its line; `None` if it fails.
fn run(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim_end().to_owned())
}
