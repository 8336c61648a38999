//! The real binary in a pseudo-terminal, its screen read by a terminal parser. Nothing here sleeps:
//! every wait is for a condition, woken by what the program writes.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    io::{Read, Write},
    num::NonZero,
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// No condition takes longer than this, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shown {
    parser: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
    /// Nothing more is read for now.
    held: bool,
}

/// A program on a screen.
pub struct Session {
    shown: Arc<(Mutex<Shown>, Condvar)>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    /// How the terminal was set before the program ran.
    before: String,
}

/// How to start one.
pub struct Start {
    command: CommandBuilder,
    size: PtySize,
}

impl Start {
    /// herenow itself, behind a line of text that has to be there again when it ends.
    pub fn herenow(args: &[&str]) -> Self {
        let script = r#"printf 'before herenow\n'; exec "$0" "$@""#;
        let mut start = Self::command("sh", &["-c", script, env!("CARGO_BIN_EXE_herenow")]);
        start.command.args(args);
        start
    }

    /// Any command.
    pub fn command(program: &str, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("RUST_BACKTRACE", "0")] {
            command.env(name, value);
        }
        let looks = ["HERENOW_CONFIG", "HERENOW_THEME", "NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE"];
        for name in herenow::config::WATCHED_ENVIRONMENT.iter().chain(&looks) {
            command.env_remove(name);
        }
        // A home of its own: no configuration and no user id of whoever runs the tests.
        let home = concat!(env!("CARGO_TARGET_TMPDIR"), "/home");
        // It is not the first start, either.
        std::fs::create_dir_all(format!("{home}/herenow")).unwrap();
        std::fs::write(format!("{home}/herenow/introduced"), "").unwrap();
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            command.env(name, home);
        }
        Self { command, size: PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 } }
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn size(mut self, cols: u16, rows: u16) -> Self {
        (self.size.cols, self.size.rows) = (cols, rows);
        self
    }

    pub fn start(self) -> Session {
        let pair = native_pty_system().openpty(self.size).unwrap();
        let before = settings(&*pair.master);
        let child = pair.slave.spawn_command(self.command).unwrap();
        drop(pair.slave);
        let keyboard = pair.master.take_writer().unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let parser = vt100::Parser::new(cells(self.size.rows), cells(self.size.cols), 0);
        let shown =
            Arc::new((Mutex::new(Shown { parser, raw: Vec::new(), closed: false, held: false }), Condvar::new()));
        let writer = shown.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            loop {
                drop(writer.1.wait_while(writer.0.lock().unwrap(), |shown| shown.held).unwrap());
                let count = output.read(&mut bytes).unwrap_or(0);
                let mut shown = writer.0.lock().unwrap();
                shown.parser.process(&bytes[..count]);
                shown.raw.extend_from_slice(&bytes[..count]);
                shown.closed = count == 0;
                writer.1.notify_all();
                if shown.closed {
                    return;
                }
            }
        });
        Session { shown, child, master: pair.master, keyboard, before }
    }
}

/// The parser has at least one row and column, even where the terminal has none.
fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap_or(NonZero::<u16>::MIN)
}

/// The terminal's settings (raw mode and the like), comparable as text.
fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

impl Session {
    fn wait_until(&self, what: &str, condition: impl Fn(&Shown) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut shown = self.shown.0.lock().unwrap();
        while !condition(&shown) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !shown.closed,
                "waited in vain for {what}; the screen:\n{}",
                shown.parser.screen().contents()
            );
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Wait until the screen holds `text`.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        self.wait_until(text, |shown| shown.parser.screen().contents().contains(text));
        self
    }

    /// Whether the screen holds `text` within this time.
    pub fn shows_within(&self, text: &str, limit: Duration) -> bool {
        let is_missing = |shown: &mut Shown| !shown.parser.screen().contents().contains(text);
        let (_shown, waited) =
            self.shown.1.wait_timeout_while(self.shown.0.lock().unwrap(), limit, is_missing).unwrap();
        !waited.timed_out()
    }

    /// Wait until these bytes have been written.
    #[track_caller]
    pub fn until_written(&self, what: &str, bytes: &[u8]) -> &Self {
        self.until_written_after(what, 0, bytes)
    }

    /// The same, behind so many others.
    #[track_caller]
    pub fn until_written_after(&self, what: &str, others: usize, bytes: &[u8]) -> &Self {
        self.wait_until(what, |shown| shown.raw[others..].windows(bytes.len()).any(|seen| seen == bytes));
        self
    }

    /// The group of processes that is in front of the terminal.
    #[cfg(unix)]
    pub fn front(&self) -> i32 {
        self.master.process_group_leader().unwrap()
    }

    /// The process that was started.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Wait until one line of the screen holds all of `words`.
    #[track_caller]
    pub fn shows_line(&self, words: &[&str]) -> &Self {
        self.wait_until(&format!("a line with {words:?}"), |shown| {
            let contents = shown.parser.screen().contents();
            contents.lines().any(|line| words.iter().all(|word| line.contains(word)))
        });
        self
    }

    /// Wait until no line of the screen holds all of `words`.
    #[track_caller]
    pub fn shows_no_line(&self, words: &[&str]) -> &Self {
        self.wait_until(&format!("no line with {words:?}"), |shown| {
            let contents = shown.parser.screen().contents();
            !contents.lines().any(|line| words.iter().all(|word| line.contains(word)))
        });
        self
    }

    /// Wait until the screen's text meets a condition.
    #[track_caller]
    pub fn until(&self, what: &str, condition: impl Fn(&str) -> bool) -> &Self {
        self.wait_until(what, |shown| condition(&shown.parser.screen().contents()));
        self
    }

    /// What is on the screen now.
    pub fn screen(&self) -> String {
        self.shown.0.lock().unwrap().parser.screen().contents()
    }

    /// The line between the people and what is beside them is whole: nothing that strangers write has moved it.
    #[track_caller]
    pub fn assert_line_beside_people(&self) {
        let screen = self.screen();
        let lines: Vec<&str> = screen.lines().collect();
        let title = lines.iter().position(|line| line.contains("[2]")).expect("people are on the screen");
        let begin = lines[title].find("[2]").unwrap_or_default();
        let Some(joint) = lines[title][begin..].find(['┬', '┼']) else { return };
        let column = lines[title][..begin + joint].width();
        let rows = lines[title + 1..].iter().take_while(|line| !line.starts_with('─') && !line.contains("? help"));
        for line in rows {
            let mut end = 0;
            let there = line.chars().find(|c| {
                end += c.width().unwrap_or(0);
                end > column
            });
            assert!(there.is_some_and(|c| "│├".contains(c)), "the line has moved: {line:?}\n{screen}");
        }
    }

    /// All bytes written so far.
    pub fn raw(&self) -> Vec<u8> {
        self.shown.0.lock().unwrap().raw.clone()
    }

    /// Press keys.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    pub fn resize(&self, cols: u16, rows: u16) -> &Self {
        self.shown.0.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        self
    }

    /// Send a signal by name, as `kill` does.
    pub fn signal(&self, name: &str) -> &Self {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
        self
    }

    /// Read nothing more that is written to the terminal, and have the program draw until it waits for that.
    #[cfg(target_os = "linux")]
    pub fn stall(&mut self) -> &mut Self {
        self.shown.0.lock().unwrap().held = true;
        let deadline = Instant::now() + PATIENCE;
        while !self.is_held_up() {
            assert!(Instant::now() < deadline, "it never waits for the terminal");
            self.keys("\x0c");
            std::thread::yield_now();
        }
        self
    }

    /// Whether the thread that writes to the terminal waits for it.
    #[cfg(target_os = "linux")]
    fn is_held_up(&self) -> bool {
        let tasks = format!("/proc/{}/task", self.child.process_id().unwrap());
        std::fs::read_dir(tasks).unwrap().flatten().any(|task| {
            let read = |name: &str| std::fs::read_to_string(task.path().join(name)).unwrap_or_default();
            let write = nix::libc::SYS_write.to_string();
            read("comm").trim() == "terminal" && read("syscall").split_whitespace().next() == Some(&*write)
        })
    }

    /// Read on.
    pub fn read_on(&mut self) -> &mut Self {
        self.shown.0.lock().unwrap().held = false;
        self.shown.1.notify_all();
        self
    }

    /// Wait for the end while nothing is read, and no longer than `limit`.
    pub fn ended_unread(&mut self, limit: Duration) -> ExitStatus {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end within {limit:?}");
            std::thread::yield_now();
        }
    }

    /// Wait for the end.
    pub fn ended(&mut self) -> ExitStatus {
        self.wait_closed();
        self.child.wait().unwrap()
    }

    fn wait_closed(&self) {
        let deadline = Instant::now() + PATIENCE;
        let mut shown = self.shown.0.lock().unwrap();
        while !shown.closed {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not end; the screen:\n{}", shown.parser.screen().contents());
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// The terminal is as it was found: settings, modes, cursor, and what was on the screen.
    #[track_caller]
    pub fn assert_restored(&self) {
        self.assert_modes_restored();
        let screen = self.screen();
        assert!(screen.starts_with("before herenow"), "the screen:\n{screen}");
    }

    /// The terminal's settings are as they were found.
    #[track_caller]
    pub fn assert_settings_restored(&self) {
        assert_eq!(settings(&*self.master), self.before, "terminal settings");
    }

    /// As above, where the screen itself was cut on the way.
    #[track_caller]
    pub fn assert_modes_restored(&self) {
        self.assert_settings_restored();
        let shown = self.shown.0.lock().unwrap();
        let screen = shown.parser.screen();
        assert!(!screen.alternate_screen(), "alternate screen");
        assert!(!screen.hide_cursor(), "cursor");
        assert!(!screen.bracketed_paste(), "bracketed paste");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// What was written, without the question for the terminal's background, which is ours.
    pub fn raw_without_question(&self) -> Vec<u8> {
        const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";
        let raw = self.raw();
        match raw.windows(QUESTION.len()).position(|written| written == QUESTION) {
            Some(at) => [&raw[..at], &raw[at + QUESTION.len()..]].concat(),
            None => raw,
        }
    }

    /// Where the demo's service listens, read off the screen.
    pub fn origin(&mut self) -> String {
        self.keys(":join\r").shows("--origin http");
        let screen = self.screen();
        let after = screen.split("--origin ").nth(1).unwrap();
        let url = after.split_whitespace().next().unwrap().to_owned();
        self.keys("\x1b").shows_no_line(&["--origin http"]);
        url.split("://").nth(1).unwrap().to_owned()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
