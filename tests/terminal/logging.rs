//! `--log`: what real verbs write, and what they never write.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
};

use herenow::service::{Grant, ServiceOptions};

use crate::{
    pty::Start,
    verb::{World, command, nowhere, text},
};

/// As one finds them in a keyset: none of them may be in a log.
const TOKEN: &str = "qEF2AkF0GmMARKERtoken0123456789";
const SUBSCRIBE_KEY: &str = "sub-c-MARKER01-89ab-cdef-0123-456789abcdef";
const PUBLISH_KEY: &str = "pub-c-MARKER02-89ab-cdef-0123-456789abcdef";

struct Log(PathBuf);

impl Log {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("herenow-logging-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> String {
        self.0.join("herenow.log").display().to_string()
    }

    /// What is in it, after a look at what must not be.
    #[track_caller]
    fn read(&self) -> String {
        let mode = fs::metadata(self.file()).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        let log = fs::read_to_string(self.file()).unwrap();
        for secret in [TOKEN, SUBSCRIBE_KEY, PUBLISH_KEY, "MARKER", "456789abcdef", "auth=", "uuid="] {
            assert!(!log.contains(secret), "{secret} in:\n{log}");
        }
        assert!(!log.chars().any(|c| c.is_control() && c != '\n'), "{log:?}");
        for line in log.lines() {
            let mut words = line.split_whitespace();
            let (time, level) = (words.next().unwrap(), words.next().unwrap());
            assert!(time.len() == 24 && time.ends_with('Z') && time.contains('T'), "{line}");
            assert!(["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level), "{line}");
        }
        log
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// With secrets of every kind.
fn secretly(mut command: Command, log: &Log, level: &str) -> Command {
    command.env("HERENOW_SUBSCRIBE_KEY", SUBSCRIBE_KEY).env("HERENOW_PUBLISH_KEY", PUBLISH_KEY);
    command.env("HERENOW_AUTH_TOKEN", TOKEN);
    command.args(["--log", &log.file(), "--log-level", level]);
    command
}

fn guarded() -> World {
    let mut plan = ServiceOptions::default();
    plan.access.grant(TOKEN.to_owned(), Grant::Good);
    plan.access.deny("secret".to_owned());
    World::with(plan)
}

#[test]
fn a_log_tells_what_verbs_did_and_no_secret() {
    let (world, log) = (guarded(), Log::new("verbs"));
    let run = |args: &[&str]| secretly(world.command(args), &log, "trace").output().unwrap().status.code();
    for args in [
        &["heartbeat", "--user-id", "ann", "lobby"][..],
        &["here-now", "lobby"],
        &["where-now", "ann"],
        &["state", "set", "--user-id", "ann", "lobby", "{\"a\":1}"],
        &["state", "get", "--of", "ann", "lobby"],
        &["group", "add", "all", "lobby"],
        &["leave", "--user-id", "ann", "lobby"],
        &["config", "show"],
    ] {
        assert_eq!(run(args), Some(0), "{args:?}");
    }
    assert_eq!(run(&["here-now", "secret"]), Some(1));
    assert_eq!(run(&["heartbeat", "lobby"]), Some(2));
    let nobody = secretly(command(nowhere(), &["where-now", "ann"]), &log, "trace").output().unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    let refused = secretly(world.command(&["here-now", "lobby"]), &log, "warn")
        .env("HERENOW_AUTH_TOKEN", format!("{TOKEN}-other"))
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let told = log.read();
    for line in [
        "INFO  cli      begun version=",
        " verb=here-now level=trace",
        "INFO  cli      configuration file=none keyset=none origin=http://127.0.0.1:",
        " token=provided read_only=false",
        "DEBUG client   request kind=\"here now\" status=200 ms=",
        "DEBUG client   request kind=heartbeat status=200 ms=",
        "WARN  client   request refused kind=\"here now\" status=403 ms=",
        "WARN  client   request failed kind=\"where now\" ms=",
        "connection refused",
        "attempt=1",
        "ERROR cli      failed code=1 why=\"access refused (403) for secret ",
        "ERROR cli      failed code=2 why=\"no user id: ",
        "INFO  cli      ended",
    ] {
        assert!(told.contains(line), "no {line:?} in:\n{told}");
    }
}

#[test]
fn a_level_says_no_more_than_it_should_and_the_file_may_name_the_log() {
    let (world, log) = (guarded(), Log::new("levels"));
    let file = log.0.join("config.toml");
    fs::write(&file, "[log]\nfile = \"herenow.log\"\nlevel = \"error\"\n").unwrap();
    let run = |variables: &[(&str, &str)]| {
        let mut command = world.command(&["here-now", "lobby", "--config", file.to_str().unwrap()]);
        let output = command.env("HERENOW_AUTH_TOKEN", TOKEN).envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        log.read()
    };
    assert_eq!(run(&[]), "");
    assert_eq!(run(&[("HERENOW_LOG_LEVEL", "warn")]), "");
    let info = run(&[("HERENOW_LOG_LEVEL", "info")]);
    assert!(info.contains("INFO  cli      ended") && !info.contains("DEBUG"), "{info}");
    let debug = run(&[("HERENOW_LOG_LEVEL", "debug")]);
    assert!(debug.starts_with(&info) && debug.contains("DEBUG client"), "appended: {debug}");
}

#[test]
fn the_dashboard_and_its_service_tell_links_orders_and_panics() {
    let (world, log) = (guarded(), Log::new("watch"));
    let watch = |failpoint: &str| {
        let origin = format!("http://{}", world.running.address);
        let args = ["watch", "--origin", &origin, "--log", &log.file(), "--log-level", "trace", "lobby", "secret"];
        let start = Start::herenow(&args)
            .env("HERENOW_SUBSCRIBE_KEY", SUBSCRIBE_KEY)
            .env("HERENOW_PUBLISH_KEY", PUBLISH_KEY)
            .env("HERENOW_AUTH_TOKEN", TOKEN)
            .env("HERENOW_TEST_PANIC", failpoint);
        start.start()
    };
    let mut session = watch("");
    session.shows("live").shows_line(&["lobby"]);
    session.keys("H").shows("PRESENT").shows("+ join");
    session.keys("q");
    assert!(session.ended().success());
    let told = log.read();
    for line in [
        "INFO  cli      begun version=",
        " verb=watch level=trace",
        "DEBUG source   connecting poll=0 names=2",
        "WARN  source   refused poll=0 names=1 everything=false why=\"access refused (403) for secret-pnpres",
        "INFO  source   live poll=0 names=1 ms=",
        "INFO  client   order carried out order=heartbeat places=1 ms=",
        "TRACE source   reply poll=0 heard=",
        "INFO  cli      ended",
    ] {
        assert!(told.contains(line), "no {line:?} in:\n{told}");
    }
    let mut session = watch("worker");
    assert!(!session.ended().success());
    let told = log.read();
    assert!(told.contains("ERROR cli      panic at=src/failpoint.rs:"), "{told}");
    assert!(told.contains("said=\"failed on purpose in the worker\""), "{told}");
}

#[test]
fn the_service_tells_every_request_and_no_secret() {
    let log = Log::new("serve");
    let mut serve = command(nowhere(), &["serve", "--port", "0", "--accept-token", TOKEN]);
    serve = secretly(serve, &log, "debug");
    let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let origin = lines.find_map(|line| Some(line.unwrap().strip_prefix("  origin")?.trim().to_owned())).unwrap();
    let mut ask = command(&format!("http://{origin}"), &["here-now", "lobby"]);
    ask.env("HERENOW_AUTH_TOKEN", TOKEN).env("HERENOW_SUBSCRIBE_KEY", SUBSCRIBE_KEY);
    assert_eq!(ask.output().unwrap().status.code(), Some(0));
    assert_eq!(ask.env("HERENOW_AUTH_TOKEN", "x").output().unwrap().status.code(), Some(1));
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let warned = text(&output.stderr);
    assert!(warned.starts_with("herenow: warning: other programs on this machine can see the tokens"), "{warned}");
    assert_eq!(warned.lines().count(), 1);
    let told = log.read();
    for line in [
        "DEBUG service  answered kind=\"here now\" status=200 ms=",
        "DEBUG service  answered kind=\"here now\" status=403 ms=",
        "INFO  cli      ended",
    ] {
        assert!(told.contains(line), "no {line:?} in:\n{told}");
    }
}
