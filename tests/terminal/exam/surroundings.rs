//! What it is started in: no terminal, one that can do little, a disk that is full, a service that says nothing.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use super::demo;
use crate::{
    pty::Start,
    verb::{World, closed_pipe, command, fails, nowhere, text},
};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("exam-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn exam_34_no_tty() {
    let folder = folder("no-tty");
    let file = folder.join("out");
    let run = |stdin: Stdio, stdout: Stdio| -> Output {
        let mut command = command(nowhere(), &["demo"]);
        command.stdin(stdin).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
    };
    let one_sentence = |output: &Output| {
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("terminal") && !said.contains('\u{1b}'), "{said:?}");
        assert!(output.stdout.is_empty());
    };
    let null = || OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
    one_sentence(&run(Stdio::null(), Stdio::piped()));
    one_sentence(&run(null().into(), null().into()));
    one_sentence(&run(closed_pipe(), Stdio::piped()));
    one_sentence(&run(Stdio::null(), File::create(&file).unwrap().into()));
    assert_eq!(fs::read(&file).unwrap(), b"");
    // Closed altogether, so that what is opened next has their numbers.
    for closed in ["<&-", ">&-", "<&- >&-"] {
        let script = format!("exec \"$0\" demo {closed}");
        let output = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_herenow")]).output().unwrap();
        one_sentence(&output);
    }
    let _ = fs::remove_dir_all(&folder);
}

#[test]
fn exam_35_dumb() {
    let mut dumb = Start::herenow(&["demo", "--people", "30"]).env("TERM", "dumb").start();
    dumb.shows("Now: calm for");
    // The end of what a terminal sends is the person leaving.
    dumb.keys("where-now nobody\n").shows("nobody is on no channel.");
    assert!(dumb.keys("\u{4}").ended().success());
    assert!(!dumb.raw().contains(&0x1b), "{}", dumb.screen());
    // What is not known is drawn on all the same: everything understands the usual sequences.
    for term in [None, Some(""), Some("no-such-terminal")] {
        let start = Start::herenow(&["demo", "--people", "30"]);
        let start = if let Some(term) = term { start.env("TERM", term) } else { start.without("TERM") };
        let mut session = start.start();
        session.shows("● live");
        assert!(session.keys("q").ended().success(), "{term:?}");
        session.assert_restored();
    }
    let mut plain = Start::herenow(&["demo", "--people", "30"]).env("NO_COLOR", "1").start();
    plain.shows("● live").shows("following");
    assert!(plain.keys("q").ended().success());
    assert!(!has_colour(&plain.raw()), "NO_COLOR means none");
    let coloured = demo();
    assert!(has_colour(&coloured.raw()), "or this test sees none");
    // Answers that are piped have no escape sequence, whatever is asked for.
    let world = World::new();
    world.present("lobby", "ann", Some("{\"mood\":\"busy\"}"));
    let no_escape = |args: &[&str], variable: &str| {
        let output = world.command(args).env(variable, "1").env("TERM", "xterm-256color").output().unwrap();
        assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "{variable} {args:?}");
    };
    for variable in ["CLICOLOR_FORCE", "FORCE_COLOR", "CLICOLOR", "NO_COLOR"] {
        for args in
            [&["here-now", "--state", "lobby"][..], &["where-now", "--json", "ann"], &["config", "show"], &["watch"]]
        {
            no_escape(args, variable);
        }
    }
    for args in [&["--help"][..], &["here-now", "--nonsense"]] {
        no_escape(args, "NO_COLOR");
        no_escape(args, "COLORTERM");
    }
}

/// Whether a colour was set: 30 to 48 or 90 to 107 among the numbers of a sequence that ends in `m`.
fn has_colour(raw: &[u8]) -> bool {
    let raw = String::from_utf8_lossy(raw);
    raw.split("\x1b[").skip(1).any(|sequence| {
        let numbers: String = sequence.chars().take_while(|c| c.is_ascii_digit() || *c == ';').collect();
        sequence[numbers.len()..].starts_with('m')
            && numbers.split(';').any(|n| {
                n.parse()
                    .is_ok_and(|n: u16| (30..=38).contains(&n) || (40..=48).contains(&n) || (90..=107).contains(&n))
            })
    })
}

#[test]
fn exam_40_broken_pipe() {
    let world = World::new();
    world.present("lobby", "ann", None);
    let origin = format!("http://{}", world.running.address);
    for errors in ["", "2>&-"] {
        // A reader who takes one line and is gone; with stderr closed, too.
        for verb in ["events --json", "events --format people", "here-now --json", "where-now --json"] {
            let script = format!("exec \"$0\" {verb} lobby {errors}");
            let mut shell = Command::new("sh");
            shell.args(["-c", &script, env!("CARGO_BIN_EXE_herenow")]);
            shell.env("HERENOW_SUBSCRIBE_KEY", "demo").env("HERENOW_ORIGIN", &origin);
            shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = shell.spawn().unwrap();
            let mut reader = BufReader::new(child.stdout.take().unwrap());
            assert!(reader.read_line(&mut String::new()).unwrap() > 0);
            drop(reader);
            // Nobody is told of it before there is something to write.
            let mut count = 0;
            while verb.starts_with("events") && child.try_wait().unwrap().is_none() {
                count += 1;
                world.present("lobby", &format!("user-{count}"), None);
                assert!(count < 10_000, "{verb} {errors} goes on");
            }
            let output = child.wait_with_output().unwrap();
            assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{verb} {errors}");
        }
    }
}

/// From here on no file grows beyond so many blocks: as on a disk that is full, what is written beyond fails.
#[cfg(target_os = "linux")]
const FULL: &str = "trap '' XFSZ; ulimit -f";

#[cfg(target_os = "linux")]
#[test]
fn exam_41_full_disk() {
    let world = World::new();
    // The log: the picture goes on, and what was lost is said at the end.
    let folder = folder("full");
    let log = folder.join("herenow.log");
    let origin = format!("http://{}", world.running.address);
    let script = format!("printf 'before herenow\\n'; {FULL} 0; exec \"$0\" \"$@\"");
    let binary = env!("CARGO_BIN_EXE_herenow");
    let told = ["--log", log.to_str().unwrap(), "--log-level", "trace", "--user-id", "me", "lobby"];
    let args = [&["-c", &script, binary, "watch", "--subscribe-key", "demo", "--origin", &origin], &told[..]].concat();
    let mut session = Start::command("sh", &args).start();
    session.shows("● live");
    session.keys("HrrrHrH").shows("✓ present on lobby as me");
    world.present("lobby", "ann", None);
    session.shows_line(&["   ann "]);
    // An export: why not, in the footer.
    session.keys("E").shows("export to");
    session.keys(&format!("\x15{}\r", folder.join("x.csv").display())).shows("can't be written (file too large)");
    let status = session.keys("\x07\x07q").ended();
    assert!(session.screen().contains("herenow.log"), "{status:?}\n{}", session.screen());
    session.assert_restored();
    // Where nothing can be written beside it, an old file is intact.
    let old = folder.join("rosters.json");
    fs::write(&old, "old").unwrap();
    let script = &format!("{FULL} 0; exec \"$0\" events lobby --for 300ms --quiet --roster-file \"$1\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_herenow"), old.to_str().unwrap()]);
    shell.env("HERENOW_SUBSCRIBE_KEY", "demo").env("HERENOW_ORIGIN", &origin);
    let output = shell.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(&old).unwrap(), "old");
    let left = fs::read_dir(&folder).unwrap().flatten().filter(|entry| entry.path() != log).count();
    assert_eq!(left, 1, "no draft is left");
    let _ = fs::remove_dir_all(&folder);
}

/// An address that answers nothing at all: its queue of connections is full, so that the system drops what comes.
#[cfg(target_os = "linux")]
fn blackhole() -> (Vec<std::net::TcpStream>, TcpListener, String) {
    use std::{net::TcpStream, time::Duration};
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        socket.listen(1).unwrap().into_std().unwrap()
    });
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        waiting.push(stream);
    }
    (waiting, listener, format!("http://{address}"))
}

#[cfg(target_os = "linux")]
#[test]
fn exam_42_refused_and_unreachable() {
    let mut session =
        Start::herenow(&["watch", "--subscribe-key", "demo", "--origin", nowhere(), "--user-id", "me", "lobby"])
            .start();
    session.shows("can't be reached: connection refused").shows("next try in").shows("try 3");
    assert_eq!(session.keys("q").ended().exit_code(), 1);
    session.assert_restored();
    let (_waiting, _listener, origin) = blackhole();
    let asked = command(&origin, &["where-now", "ann"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut session =
        Start::herenow(&["watch", "--subscribe-key", "demo", "--origin", &origin, "--user-id", "me", "lobby"]).start();
    session.shows("connecting");
    // Keys are answered while it connects.
    session.keys("?").shows("send a heartbeat on this channel");
    session.keys("\x1b");
    session.shows("can't be reached").shows("next try in");
    session.signal("TERM");
    session.ended_unread(std::time::Duration::from_secs(5));
    session.ended();
    session.assert_restored();
    fails(&asked.wait_with_output().unwrap(), 1, &[&origin]);
}
