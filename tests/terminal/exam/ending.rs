//! Every end and every stop, whatever is going on.

use std::{net::TcpListener, time::Duration};

use super::{demo, start};
use crate::{
    pty::{Session, Start},
    verb::World,
};

const SIGNALS: [&str; 4] = ["TERM", "INT", "QUIT", "HUP"];

/// What an end may take on a machine that is busy with other tests; a second on one that is not.
const LIMIT: Duration = Duration::from_secs(5);

/// A signal ends it soon, with this exit code, and the terminal is whole.
#[track_caller]
fn ends(mut session: Session, signal: &str, code: u32) {
    session.signal(signal);
    let status = session.ended_unread(LIMIT);
    assert_eq!(status.exit_code(), code, "{signal}: {status:?}\n{}", session.screen());
    session.ended();
    session.assert_restored();
}

/// A service that takes connections and says nothing.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

#[test]
fn exam_30_a_signal_at_the_start_while_connecting_in_a_popup_and_in_mid_frame() {
    let (_kept, origin) = silent();
    for signal in SIGNALS {
        let session = demo_that_starts();
        ends(session, signal, 0);
        let session =
            Start::herenow(&["watch", "--subscribe-key", "demo", "--user-id", "me", "--origin", &origin, "lobby"]);
        let session = session.start();
        session.shows("connecting");
        ends(session, signal, 0);
        for keys in ["?", "/half", "a\x1b[200~half a paste"] {
            let mut session = demo();
            session.keys(keys).keys("\x0c");
            ends(session, signal, 0);
        }
    }
}

/// As soon as it has taken the terminal, and before anything is drawn.
fn demo_that_starts() -> Session {
    let session = Start::herenow(&["demo", "--people", "30"]).start();
    session.until_written("the alternate screen", b"\x1b[?1049h");
    session
}

#[test]
fn exam_30_a_signal_leaves_where_we_are_present() {
    let world = World::new();
    for signal in SIGNALS {
        let mut session = start(&world, &[]);
        session.shows("● live");
        session.keys("H").shows("✓ present on lobby as me");
        assert_eq!(world.places_of("me").len(), 1);
        session.keys("?");
        ends(session, signal, 0);
        assert_eq!(world.places_of("me"), [], "{signal}");
    }
}

#[test]
fn exam_29_double_panic() {
    for (places, keys) in [("worker,end", ""), ("source,end", ""), ("end", "q"), ("end", "\x03")] {
        let mut session = Start::herenow(&["demo", "--people", "30"]).env("HERENOW_TEST_PANIC", places).start();
        if !keys.is_empty() {
            session.shows("● live");
            session.keys(keys);
        }
        // Reported are all, whatever was on its way out at the time.
        for place in places.split(',') {
            session.until_written(place, format!("failed on purpose in the {place}").as_bytes());
        }
        let status = session.ended_unread(LIMIT);
        assert!(!status.success(), "{places}: {status:?}");
        session.ended();
        session.assert_restored();
    }
}

/// A dashboard below a shell that can stop it and wake it again.
struct Shell {
    session: Session,
    rounds: usize,
}

impl Shell {
    fn new() -> Self {
        let mut session = Start::command("sh", &["-i"]).env("PS1", "ready> ").env("ENV", "").start();
        session.shows("ready> ");
        session.keys(&format!("{} demo --people 30\n", env!("CARGO_BIN_EXE_herenow")));
        session.shows("● live");
        Self { session, rounds: 0 }
    }

    /// The shell has the terminal again, and can be used.
    fn wait_until_usable(&mut self) {
        self.rounds += 1;
        // Not before the shell asks again: what is typed earlier is still ours.
        self.session.until("the shell to ask again", |screen| {
            screen.contains("Stopped") && screen.trim_end().ends_with("ready>")
        });
        // Cleared, so that the next stop is told apart from this one.
        self.session.keys(&format!("clear; echo usable-$((1000 + {}))\n", self.rounds));
        let said = format!("usable-{}", 1000 + self.rounds);
        self.session.until("the shell to be used", |screen| screen.starts_with(&said));
    }

    fn wake(&mut self) {
        self.session.keys("fg\n").shows("● live").shows("following");
    }

    /// Who is in front of the terminal, by the number of its group.
    fn send_to_front(&self, signal: &str) {
        let group = self.session.front().to_string();
        let sent = std::process::Command::new("kill").args(["-s", signal, "--", &format!("-{group}")]).status();
        assert!(sent.unwrap().success());
    }

    fn quit(mut self) {
        // Not before the shell asks again: what is typed earlier is still ours.
        self.session
            .keys("q")
            .until("the shell", |screen| !screen.contains("● live") && screen.trim_end().ends_with("ready>"));
        self.session.keys("exit\n");
        self.session.ended();
    }
}

fn stop_and_go(rounds: usize) {
    let mut shell = Shell::new();
    for round in 0..rounds {
        if round % 2 == 0 {
            shell.session.keys("\x1a");
        } else {
            shell.send_to_front("TSTP");
        }
        shell.wait_until_usable();
        let (cols, rows) = [(120, 40), (80, 24), (100, 30)][round % 3];
        shell.session.resize(cols, rows);
        shell.wake();
        let screen = shell.session.screen();
        assert!(screen.lines().all(|line| line.chars().count() <= usize::from(cols)), "{screen}");
        assert!(screen.lines().count() <= usize::from(rows), "{screen}");
    }
    shell.quit();
}

#[test]
fn exam_32_stop_and_go() {
    stop_and_go(4);
}

#[test]
#[ignore = "takes minutes"]
fn exam_32_stop_and_go_in_full() {
    stop_and_go(100);
}

#[test]
fn exam_32_going_on_without_a_stop_draws_everything_again() {
    let mut session = demo();
    for _ in 0..20 {
        session.signal("CONT");
    }
    session.keys("?").shows("send a heartbeat on this channel");
    assert!(session.keys("\x07\x07q").ended().success());
    session.assert_restored();
}

#[test]
fn exam_32_nobody_who_could_wake_it_is_left() {
    let mut session = demo();
    // Our parent leads the session, and no shell is there to give the terminal to.
    session.keys("\x1a").shows("there is no shell to go back to");
    session.signal("TSTP");
    session.keys("?").shows("send a heartbeat on this channel");
    assert!(session.keys("\x07\x07q").ended().success());
    session.assert_restored();
}
