//! Every way out of the dashboard gives the terminal back as it was found.

use std::time::{Duration, Instant};

use crate::{
    pty::{Session, Start},
    verb::nowhere,
};

fn demo() -> Session {
    let session = Start::herenow(&["demo", "--people", "30"]).start();
    session.shows("● live").shows("following");
    session
}

#[test]
fn the_demo_opens_with_a_crowd_and_ends_on_q() {
    let mut session = demo();
    session.shows_line(&["● lobby"]).shows_line(&["+ join"]).shows("watching only");
    let status = session.keys("q").ended();
    assert!(status.success(), "{status:?}");
    session.assert_restored();
}

#[test]
fn a_presenter_changes_the_scene_by_keys() {
    let mut session = demo();
    session.shows("crowd: steady").shows("n scene");
    session.keys(">").shows("×1.5");
    session.keys("o").shows("eu is silent · ").shows_line(&["· crowd", "eu has no network"]);
    session.keys("n").shows("rush hour");
    session.keys("n").shows_line(&["· crowd", "rush hour"]);
    assert!(session.keys("q").ended().success());
    session.assert_restored();
    let scenario = Start::herenow(&["demo", "--scenario", "product-launch"]).start();
    scenario.shows_line(&["· crowd", "Before the doors open (night)"]).shows_line(&["● demo.eu"]);
}

#[test]
fn ctrl_c_and_every_polite_signal_are_quiet_ways_out() {
    let mut session = demo();
    assert!(session.keys("\x03").ended().success());
    session.assert_restored();
    for signal in ["TERM", "INT", "QUIT", "HUP"] {
        let mut session = demo();
        session.signal(signal);
        let status = session.ended();
        assert!(status.success(), "{signal}: {status:?}");
        session.assert_restored();
    }
}

#[test]
fn exam_28_a_panic_anywhere_leaves_a_whole_terminal_and_a_readable_report() {
    for (place, keys) in [("view", "?"), ("worker", ""), ("source", "")] {
        let mut session = Start::herenow(&["demo", "--people", "30"]).env("HERENOW_TEST_PANIC", place).start();
        if place == "view" {
            session.shows("● live");
        }
        if !keys.is_empty() {
            session.keys(keys);
        }
        let status = session.ended();
        assert!(!status.success(), "{place}: {status:?}");
        session.assert_restored();
        let screen = session.screen();
        assert!(screen.contains(&format!("failed on purpose in the {place}")), "{screen}");
    }
}

#[test]
fn an_unreachable_service_is_said_on_the_screen_and_again_on_the_way_out() {
    let args = ["watch", "--subscribe-key", "demo", "--origin", nowhere(), "lobby"];
    let mut session = Start::herenow(&args).start();
    session.shows("connection refused").shows("next try in");
    let status = session.keys("q").ended();
    assert_eq!(status.exit_code(), 1);
    session.assert_restored();
    assert!(
        session.screen().contains(&format!("{} can't be reached: connection refused", nowhere())),
        "{}",
        session.screen()
    );
}

#[test]
fn ctrl_z_gives_the_shell_its_terminal_and_fg_draws_everything_again() {
    let mut shell = Start::command("sh", &["-i"]).env("PS1", "ready> ").env("ENV", "").start();
    shell.shows("ready> ");
    let binary = env!("CARGO_BIN_EXE_herenow");
    shell.keys(&format!("{binary} demo --people 30\n"));
    shell.shows("● live");
    for round in 0..3 {
        shell.keys("\x1a");
        // Not before the shell asks again: what is typed earlier is still ours.
        shell.until("the shell to ask again", |screen| {
            screen.matches("Stopped").count() == round + 1 && screen.trim_end().ends_with("ready>")
        });
        shell.keys(&format!("echo shell-is-usable-{round}\n"));
        shell.shows_line(&[&format!("shell-is-usable-{round}")]);
        shell.keys("fg\n");
        shell.shows("● live").shows("following");
    }
    shell
        .keys("q")
        .until("the shell to ask again", |screen| !screen.contains("● live") && screen.trim_end().ends_with("ready>"));
    shell.keys("exit\n");
    shell.ended();
}

#[test]
fn without_a_shell_to_go_back_to_ctrl_z_says_so_instead_of_stopping_for_ever() {
    let mut session = demo();
    session.keys("\x1a").shows("there is no shell to go back to");
    assert!(session.keys("q").ended().success());
    session.assert_restored();
}

#[test]
fn no_size_is_refused_and_resizing_loses_nothing() {
    let mut session = demo();
    for (cols, rows) in [(80, 24), (40, 12), (20, 5), (1, 1), (200, 60), (120, 40)] {
        session.resize(cols, rows);
    }
    session.shows("● live").shows("following");
    assert!(session.keys("q").ended().success());
    session.assert_modes_restored();
}

#[test]
fn the_keys_do_what_the_footer_says() {
    let mut session = Start::herenow(&["demo", "--crowd", "none", "--user-id", "AAA-me"]).start();
    session.shows("● live").shows("watching only");
    session.keys("H").shows("✓ present on lobby as AAA-me").shows_line(&["◆", "AAA-me (you)"]).shows("PRESENT 29");
    session.shows_line(&["+ join", "AAA-me"]);
    session.keys("L").shows("✓ left lobby").shows_line(&["- leave", "AAA-me"]).shows("watching only");
    session.shows_no_line(&["AAA-me (you)"]);
    session.keys("?").shows("send a heartbeat on this channel");
    session.keys("\x1b").shows_no_line(&["send a heartbeat on this channel"]);
    session.keys("\x1b[C").shows_no_line(&["people · lobby"]);
    session.keys("h").shows("people · lobby");
    session.keys("r").shows("✓ lobby asked again");
    assert!(session.keys("q").ended().success());
}

#[test]
fn who_has_never_looked_is_told_once_what_there_is_to_see() {
    let folder = std::env::temp_dir().join(format!("herenow-first-run-{}", std::process::id()));
    let state = folder.to_str().unwrap();
    let open = |args: &[&str]| Start::herenow(args).env("XDG_STATE_HOME", state).start();
    let told = "Who is on a channel, right now: + came, - left, ! timed out. Press ? for help";
    let mut plain = open(&["demo", "--plain", "--people", "30"]);
    plain.shows("Now: calm for");
    assert!(plain.keys("quit\n").ended().success() && !plain.screen().contains(told));
    let mut first = open(&["demo", "--people", "30"]);
    first.shows(told).shows("? help");
    assert!(first.keys("q").ended().success());
    let mut second = open(&["demo", "--people", "30"]);
    second.shows("● live").shows_no_line(&[told]);
    assert!(second.keys("q").ended().success());
    let _ = std::fs::remove_dir_all(&folder);
    // Where nothing can be kept, nothing is told.
    let mut nowhere = Start::herenow(&["demo", "--people", "30"]).env("XDG_STATE_HOME", "/proc/none").start();
    nowhere.shows("● live").shows_no_line(&[told]);
    assert!(nowhere.keys("q").ended().success());
}

#[test]
fn f60_two_interrupts_end_the_program_from_anywhere_and_leave_first() {
    for keys in ["", "?", "/lob", "e", "d", ":", "s"] {
        let mut session = Start::herenow(&["demo", "--crowd", "none", "--user-id", "AAA-me"]).start();
        session.shows("● live");
        session.keys("H").shows("PRESENT 29");
        assert!(session.keys(keys).keys("\u{3}\u{3}").ended().success(), "{keys:?}");
        session.assert_restored();
    }
}

#[test]
fn quitting_while_present_leaves_first() {
    let service = Start::herenow(&["serve", "--port", "0"]).start();
    service.shows("Watch it with");
    let screen = service.screen();
    let origin = screen.split("origin").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let url = format!("http://{origin}");
    let watch = |user: &str| {
        let args = ["watch", "--subscribe-key", "demo", "--origin", &url, "--user-id", user, "lobby"];
        let session = Start::herenow(&args).start();
        session.shows("● live");
        session
    };
    let observer = watch("observer");
    let mut guest = watch("guest");
    guest.keys("H").shows("✓ present on lobby");
    observer.shows_line(&["+ join", "guest"]);
    assert!(guest.keys("q").ended().success());
    observer.shows_line(&["- leave", "guest"]);
    // Watching alone made nobody present.
    assert!(!observer.screen().contains("+ join     lobby            observer"));
    observer.shows("0 here");
}

/// Every key of the table but the ways out and what writes a file, and some text for whatever asks for it.
const STORM: [&str; 61] = [
    "H", "L", "r", "t", "w", "\r", "/", "s", "S", "c", "J", "e", "A", "a", "x", "K", "\t", "\x1b[Z", "\x1b[C", "l",
    "\x1b[D", "h", "\x1b[B", "j", "\x1b[A", "k", "\x1b[6~", "\x04", "\x1b[5~", "\x15", "\x1b[H", "g", "\x1b[F", "G",
    "z", " ", "f", "F", "y", "Y", "*", "W", "m", "d", "n", ">", "<", "o", "?", "\x07", "T", "M", "\x0c", "\x13",
    "\x0b", "\x1b", "user", "é", "漢", "{", "\x7f",
];

/// The way out of whatever is open.
const OUT: &str = "\x07\x07\x07";

#[test]
fn a_storm_of_keys_and_sizes_is_lived_through_and_no_key_is_lost() {
    const SIZES: [(u16, u16); 8] = [(120, 40), (80, 24), (40, 12), (20, 5), (1, 1), (200, 60), (2, 30), (300, 3)];
    let mut session = demo();
    for seed in 0..8 {
        let mut chance = fastrand::Rng::with_seed(seed);
        for _ in 0..100 {
            let burst: String = (0..chance.usize(1..8)).map(|_| STORM[chance.usize(..STORM.len())]).collect();
            session.keys(&burst);
            let (cols, rows) = SIZES[chance.usize(..SIZES.len())];
            session.resize(cols, rows);
        }
        // The last key before a calm has to be heard as well.
        session.resize(120, 40);
        let fence = format!("fence-{seed}");
        session.keys(&format!("{OUT}:{fence}"));
        session.shows(&fence);
        session.keys(OUT);
    }
    // Held still or in the past, as some of the keys may have it: this leads to now.
    session.keys("[\x1b[F");
    session.shows_no_line(&["fence-"]).shows("● live");
    let status = session.keys("q").ended();
    assert!(status.success(), "{status:?}\n{}", session.screen());
    session.assert_modes_restored();
}

#[test]
fn what_a_terminal_begins_and_never_finishes_holds_back_no_key() {
    let mut session = demo();
    for begun in ["\x1b[", "\x1bO", "\x1b[1;", "\x1b]11;rgb:", "\x1b[<0;1", "\x1b[M "] {
        session.keys(":").keys(begun);
        // At first each may belong to what was begun.
        while !session.shows_within("7777", Duration::from_millis(50)) {
            session.keys("7");
        }
        session.keys(OUT).shows_no_line(&["7777"]);
    }
    // A paste counts as far as it came, and is not executed.
    session.keys(":").keys("\x1b[200~zebra\x03").shows("zebra");
    session.keys("\x03").shows_no_line(&["zebra"]);
    assert!(session.keys("q").ended().success());
    session.assert_restored();
}

/// What a frame, and all else that has to be done meanwhile, may take on a machine that is busy with other tests.
const NO_FREEZE: Duration = Duration::from_secs(5);

#[test]
fn exam_37_a_giant_paste_freezes_nothing_and_executes_nothing() {
    let mut session = demo();
    let bomb = format!("\x1b[200~{}\x1b[201~", "q\r:quit\r\x03\x1b[A".repeat(100_000));
    for typing in ["", "/", ":"] {
        session.keys(typing).keys(&bomb);
        let began = Instant::now();
        session.keys(OUT).keys("?").shows("send a heartbeat on this channel");
        assert!(began.elapsed() < NO_FREEZE, "{:?}", began.elapsed());
        session.keys(OUT).shows_no_line(&["send a heartbeat on this channel"]);
    }
    assert!(session.keys("q").ended().success());
    session.assert_restored();
}

#[test]
fn a_recording_is_played_and_ends_where_it_ends() {
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz");
    let mut session = Start::herenow(&["replay", recorded]).size(120, 40).start();
    session.shows("PAST ").shows("plays");
    // It sends nothing: who would act is told why not.
    session.keys("H").shows("this is a recording");
    session.keys("\u{1b}[F").shows("the recording ends here");
    session.keys("q");
    assert!(session.ended().success());
    session.assert_restored();
}
