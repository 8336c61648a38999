//! The log, the pause, copying and writing to files: as screens of a simulated world, and by the real loop
//! with scripted keys.

#[path = "support/sim.rs"]
mod sim;

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    crowd::{Profile, Script, people},
    dashboard::{self, Aside},
    engine::World,
    keys::Key,
    model::{Action, Kind, LogPart, Model, Msg, Open, Pane, Session, Typing, wakes_at},
    presence::{
        Answered, Batch, Channel, Command, Happening, Heard, Ledger, LinkChange, Moment, Notice, Outcome,
        PresenceEvent, State, SubscribeKey, Subscription, Timetoken, Trouble, UserId,
    },
    service::Settings,
    terminal::Input,
    view::Look,
};
use ratatui::{
    backend::{Backend, ClearType, TestBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};
use sim::Sim;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_util::sync::CancellationToken;

fn crowd(profile: Profile, size: usize) -> Sim {
    let script = Script::new(profile, people(size, 1), 1);
    let settings = Settings { deltas: true, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &["lobby", "support", "match.eu.1", "match.us.2", "stage"], "me", 1);
    sim.run(Duration::from_secs(1));
    sim.connect();
    sim.run(Duration::from_secs(45));
    sim
}

fn text(sim: &Sim, width: u16, height: u16) -> String {
    let buffer = sim.frame(width, height);
    let row = |y| {
        let mut line = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // A wide letter has two cells.
            x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol)).unwrap().max(1);
        }
        line.trim_end().to_owned()
    };
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn act(sim: &mut Sim, actions: &[Action]) {
    for action in actions {
        sim.tell(Msg::Act(*action));
    }
}

fn type_in(sim: &mut Sim, text: &str) {
    for c in text.chars() {
        sim.tell(Msg::Type(Typing::Char(c)));
    }
    sim.tell(Msg::Type(Typing::Enter));
}

fn lost_and_back(sim: &mut Sim) {
    let sentence = "https://ps.pndsn.com can't be reached: connection refused".to_owned();
    let trouble = Trouble { sentence, passing: true, refused: Vec::new(), retry_after: None };
    let changes = [
        LinkChange::Lost { trouble, attempt: 1, retry_at: sim.now },
        LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) },
    ];
    for change in changes {
        sim.tell(Msg::Notice(Notice::Link { poll: 0, change, at: sim.now }));
        sim.run(Duration::from_secs(2));
    }
}

/// Events on the lobby, from outside the simulated service.
fn hear(model_now: Moment, what: Vec<Happening>, raw: &str) -> Msg {
    let published = Timetoken::at(model_now);
    let event = |what| {
        Heard::Event(PresenceEvent {
            channel: Channel::heard("lobby"),
            subscription: Some(Subscription::Pattern(Channel::heard("lob.*"))),
            published,
            timestamp: None,
            occupancy: Some(7),
            what,
            raw: Some(raw.into()),
        })
    };
    Msg::Notice(Notice::Batch(Batch {
        poll: 0,
        heard: what.into_iter().map(event).collect(),
        cursor: published,
        duplicates: 0,
        full: false,
        over_limit: 0,
        at: model_now,
    }))
}

fn joined(user: &str) -> Happening {
    Happening::Joined { user: UserId::heard(user), state: None }
}

#[test]
fn bursts_and_breaks_in_the_log() {
    let mut sim = crowd(Profile::STEADY, 30);
    sim.pause_crowd();
    let names = (0..40).map(|n| joined(&format!("guest-{n:02}"))).collect();
    let msg = hear(sim.now, names, "{}");
    sim.tell(msg);
    lost_and_back(&mut sim);
    act(&mut sim, &[Action::NextPane]);
    assert_eq!(sim.model.focus.pane, Pane::Log);
    insta::assert_snapshot!("log_burst", text(&sim, 100, 30));
    let burst = sim.model.log.journal().rows(usize::MAX).find(|row| row.part == LogPart::Burst);
    while sim.model.log.journal().cursor() != burst {
        act(&mut sim, &[Action::Up]);
    }
    act(&mut sim, &[Action::Open]);
    insta::assert_snapshot!("log_burst_unfolded", text(&sim, 100, 30));
    act(&mut sim, &[Action::Open, Action::Bottom]);
    assert!(!sim.model.log.journal().is_held());
}

#[test]
fn scope_kinds_and_filter_stand_in_the_title() {
    let mut sim = crowd(Profile::STEADY, 60);
    let all = sim.model.log.journal().len();
    act(&mut sim, &[Action::NextPane, Action::LogOfChannel]);
    let of_lobby = sim.model.log.journal().len();
    assert!(of_lobby > 0 && of_lobby < all);
    act(&mut sim, &[Action::NextChannel]);
    assert_eq!(sim.model.log.journal().shown().channel.as_ref().map(Channel::as_str), Some("support"));
    act(&mut sim, &[Action::PreviousChannel, Action::LogOfChannel, Action::Filter]);
    type_in(&mut sim, "a !state.mood");
    act(&mut sim, &[Action::Kinds]);
    type_in(&mut sim, "state");
    insta::assert_snapshot!("log_kinds", text(&sim, 80, 24));
    sim.tell(Msg::Type(Typing::Cancel));
    assert!(!sim.model.log.journal().shown().has(Kind::StateChange));
    insta::assert_snapshot!("log_filtered", text(&sim, 120, 40));
    act(&mut sim, &[Action::Filter]);
    sim.tell(Msg::Type(Typing::Clear));
    type_in(&mut sim, "state.level>x");
    assert!(matches!(&sim.model.open, Some(Open::Line(line)) if line.mistake.is_some()), "a mistake stays typed");
}

#[test]
fn an_entry_opens_with_its_json_and_nothing_hostile_gets_out() {
    let mut sim = crowd(Profile::STEADY, 0);
    let hostile = "\u{202e}evil\u{1b}[2J|=cmd";
    let raw = r#"{"action":"state-change","uuid":"BIDIevil\u001b[2J|=cmd","occupancy":7,
        "data":{"mood":"busy","big":12345678901234567890.10,"list":[1,{"deep":"BIDI"}],"empty":{},"long":"LONG"}}"#
        .replace("LONG", &"宽 ".repeat(60))
        .replace("BIDI", "\u{202e}");
    let state = State::parse(r#"{"mood":"busy"}"#).unwrap();
    let msg = hear(sim.now, vec![Happening::StateChanged { user: UserId::heard(hostile), state }], &raw);
    sim.tell(msg);
    act(&mut sim, &[Action::NextPane, Action::Open]);
    let screen = text(&sim, 100, 30);
    insta::assert_snapshot!("log_entry", screen);
    assert!(!screen.contains(['\u{202e}', '\u{1b}']));
    let small = text(&sim, 50, 12);
    act(&mut sim, &[Action::PageDown, Action::Down]);
    assert_ne!(text(&sim, 50, 12), small, "it scrolls");
    for (width, height) in (0..=60).flat_map(|w| (0..=20).map(move |h| (w, h))) {
        sim.frame(width, height);
    }
    act(&mut sim, &[Action::CopyId, Action::CopyJson]);
    let copied: Vec<String> = sim.model.wishes.drain(..).map(|wish| format!("{wish:?}")).collect();
    assert_eq!(copied, [format!("Copy({hostile:?})"), format!("Copy({raw:?})")], "exactly as it came");
    act(&mut sim, &[Action::Close]);
    assert!(sim.model.open.is_none());
}

#[test]
fn while_paused_the_picture_stands_still_and_the_world_goes_on_behind_it() {
    let mut sim = crowd(Profile::STEADY, 60);
    act(&mut sim, &[Action::Pause]);
    let before = text(&sim, 100, 30);
    let (listed, events) = (sim.believed("lobby"), sim.model.counters.events);
    sim.run(Duration::from_secs(90));
    let after = text(&sim, 100, 30);
    let body = |screen: &str| screen.lines().take(29).collect::<Vec<_>>().join("\n");
    assert_eq!(body(&before), body(&after), "clocks and ages, too");
    let waiting = sim.model.paused().unwrap().waiting;
    assert!(waiting > 10 && after.contains(&format!("PAUSED at 12:00:46 · {waiting} events wait")), "{after}");
    insta::assert_snapshot!("paused", after);
    assert_eq!((sim.believed("lobby"), sim.model.counters.events), (listed, events));
    // Moving about, in the picture.
    act(&mut sim, &[Action::NextPane, Action::Up, Action::Up, Action::LogOfChannel, Action::Filter]);
    type_in(&mut sim, "lobby");
    let held = sim.model.log.journal().cursor();
    assert!(held.is_some());
    // What is done is done to the world: the heartbeat is sent and answered, and the picture knows nothing of it.
    act(&mut sim, &[Action::Heartbeat]);
    sim.run(Duration::from_secs(5));
    assert!(sim.model.own.places.is_empty());
    assert!(sim.truth("lobby").contains(&sim.model.session.user), "but there we are");
    act(&mut sim, &[Action::Pause]);
    assert!(sim.model.own.places.len() == 1 && sim.model.paused().is_none());
    assert_eq!(sim.model.log.journal().cursor(), held, "where one was is where one is");
    assert_eq!(sim.model.log.journal().shown().filter.as_str(), "lobby");
    sim.run(Duration::from_secs(5));
    assert_eq!(sim.believed("lobby"), sim.truth("lobby"), "nothing was missed");
}

#[test]
fn paused_and_quiet_nothing_is_to_be_done_but_our_heartbeats_and_audits() {
    let mut sim = crowd(Profile::STEADY, 20);
    sim.pause_crowd();
    sim.run(Duration::from_secs(30));
    act(&mut sim, &[Action::Pause]);
    let still = sim.model.stillness();
    assert!(still.is_some());
    // No ticking of clocks and ages: what is due is at least seconds away, and leaves the picture alone.
    let wake = wakes_at(&sim.model, sim.now).unwrap();
    assert!(wake.since(sim.now) >= Duration::from_secs(2), "{:?}", wake.since(sim.now));
    sim.run(Duration::from_secs(600));
    let waits = sim.model.stillness().unwrap().0;
    // The simulated people stopped sending heartbeats: timeouts came, and were counted.
    assert_eq!(waits > 0, sim.model.paused().unwrap().waiting > 0);
}

#[test]
fn exports_are_suggested_written_and_asked_about() {
    let mut sim = crowd(Profile::STEADY, 20);
    act(&mut sim, &[Action::Export]);
    let Some(Open::Line(line)) = &sim.model.open else { panic!("a question") };
    assert_eq!(line.field.text(), "herenow-lobby-occupants-20261121T120046Z.csv");
    sim.tell(Msg::Type(Typing::Clear));
    type_in(&mut sim, "x.txt");
    assert!(matches!(&sim.model.open, Some(Open::Line(line)) if line.mistake.is_some()));
    sim.tell(Msg::Type(Typing::Clear));
    type_in(&mut sim, "x.JSONL");
    assert!(sim.model.open.is_none());
    assert!(format!("{:?}", sim.model.wishes).contains("JsonLines"), "{:?}", sim.model.wishes);
}

/// A screen that counts its frames.
struct Counted {
    screen: TestBackend,
    /// Frames that changed something.
    frames: Arc<AtomicUsize>,
}

impl Backend for Counted {
    type Error = <TestBackend as Backend>::Error;
    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Self::Error> {
        self.frames.fetch_add(1, Ordering::SeqCst);
        self.screen.draw(content)
    }
    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.screen.hide_cursor()
    }
    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.screen.show_cursor()
    }
    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.screen.get_cursor_position()
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.screen.set_cursor_position(position)
    }
    fn clear(&mut self) -> Result<(), Self::Error> {
        self.screen.clear()
    }
    fn clear_region(&mut self, region: ClearType) -> Result<(), Self::Error> {
        self.screen.clear_region(region)
    }
    fn size(&self) -> Result<Size, Self::Error> {
        self.screen.size()
    }
    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.screen.window_size()
    }
    fn flush(&mut self) -> Result<(), Self::Error> {
        self.screen.flush()
    }
}

struct Beyond {
    notices: Sender<Notice>,
    commands: Receiver<Command>,
    outcomes: Sender<Outcome>,
    keys: Sender<Input>,
    frames: Arc<AtomicUsize>,
    sent: Arc<Mutex<Vec<u8>>>,
    clock: Clock,
    run: tokio::task::JoinHandle<color_eyre::Result<Model>>,
}

fn open() -> Beyond {
    let clock = Clock::start();
    let (notices, heard) = mpsc::channel(16);
    let (orders, commands) = mpsc::channel(16);
    let (outcomes, ended) = mpsc::channel(16);
    let (keys, pressed) = mpsc::channel(16);
    let session = Session {
        name: None,
        region: None,
        production: false,
        read_only: false,
        budget: 10,
        announce_max: None,
        origin: "https://ps.pndsn.com".into(),
        subscribe_key: SubscribeKey::heard("sub-c-secret"),
        user: UserId::heard("me"),
        watching: vec![Subscription::Channel(Channel::heard("lobby"))],
        join_hint: None,
    };
    let model = Model::new(session, Duration::from_secs(300), clock.now());
    let sent = Arc::new(Mutex::new(Vec::new()));
    let terminal = sent.clone();
    let send = move |bytes: &[u8]| -> io::Result<()> {
        terminal.lock().unwrap().extend_from_slice(bytes);
        Ok(())
    };
    let world = World {
        notices: heard,
        watching: tokio::sync::watch::channel(Vec::new()).0,
        commands: orders,
        outcomes: ended,
        broken: CancellationToken::new(),
        stage: None,
        clock,
    };
    let aside = Aside { send: Box::new(send), ..Aside::default() };
    let input = Box::pin(stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }));
    let look = Look::default();
    let frames = Arc::new(AtomicUsize::new(0));
    let backend = Counted { screen: TestBackend::new(80, 24), frames: frames.clone() };
    let run = tokio::spawn(dashboard::run(backend, input.fuse(), world, model, look, aside));
    Beyond { notices, commands, outcomes, keys, frames, sent, clock, run }
}

impl Beyond {
    async fn keys(&self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            self.keys.send(Input::Key(key)).await.unwrap();
        }
        // In virtual time: until all of it is taken in and drawn.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    async fn type_in(&self, text: &str) {
        self.keys(text.chars().map(Key::Char)).await;
    }

    async fn hear(&self, users: &[&str]) {
        let Msg::Notice(notice) = hear(self.clock.now(), users.iter().map(|user| joined(user)).collect(), "{\"a\":1}")
        else {
            return;
        };
        self.notices.send(notice).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    /// Connect, and answer the first look with nothing.
    async fn connect(&mut self) {
        let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
        self.notices.send(Notice::Link { poll: 0, change, at: self.clock.now() }).await.unwrap();
        let command = self.commands.recv().await.unwrap();
        let (at, result) = (self.clock.now(), Ok(Answered::HereNow(Vec::new())));
        let outcome = Outcome { command, at, took: Duration::ZERO, ledger: Ledger::default(), result };
        self.outcomes.send(outcome).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    async fn quit(self) -> Model {
        self.keys.send(Input::End).await.unwrap();
        drop(self.outcomes);
        self.run.await.unwrap().unwrap()
    }

    fn frames(&self) -> usize {
        self.frames.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn paused_it_draws_nothing_by_itself_and_counts_once_a_second() {
    let mut beyond = open();
    beyond.connect().await;
    beyond.keys([Key::Char(' ')]).await;
    beyond.frames();
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert_eq!(beyond.frames(), 0);
    for n in 0..100 {
        beyond.hear(&[&format!("u{n}")]).await;
    }
    let frames = beyond.frames();
    assert!((8..=12).contains(&frames), "{frames} frames in ten seconds of events");
    beyond.keys([Key::Tab]).await;
    assert_eq!(beyond.frames(), 1, "a key is answered all the same");
    let model = beyond.quit().await;
    assert!((90..=100).contains(&model.paused().unwrap().waiting));
}

#[tokio::test(start_paused = true)]
async fn what_is_copied_reaches_the_terminal_in_one_sequence() {
    let mut beyond = open();
    beyond.connect().await;
    beyond.hear(&["ann\u{7}"]).await;
    beyond.keys([Key::Tab, Key::Char('y'), Key::Char('Y')]).await;
    let sent = String::from_utf8(beyond.sent.lock().unwrap().clone()).unwrap();
    assert_eq!(sent, "\u{1b}]52;c;YW5uBw==\u{7}\u{1b}]52;c;eyJhIjoxfQ==\u{7}");
    let model = beyond.quit().await;
    assert!(model.word.unwrap().text.starts_with("copied the event as JSON, 7 bytes"));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_written_whole_and_never_over_another_without_asking() {
    let folder = std::env::temp_dir().join(format!("herenow-export-{:016x}", fastrand::u64(..)));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("a.jsonl").to_str().unwrap().to_owned();
    let written = |path: String| async move {
        // The clock stands still while a file is being written: no time passes here that is not needed.
        for _ in 0..500 {
            if let Ok(text) = std::fs::read_to_string(&path) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing was written");
    };
    let mut beyond = open();
    beyond.connect().await;
    beyond.hear(&["ann"]).await;
    beyond.keys([Key::Tab, Key::Char('E'), Key::Ctrl('u')]).await;
    beyond.type_in(&path).await;
    beyond.keys([Key::Enter]).await;
    let text = written(path.clone()).await;
    assert!(text.ends_with("\"user\":\"ann\",\"occupancy\":7,\"event\":{\"a\":1}}\n"), "{text}");
    assert!(!text.contains("sub-c-"), "no keys");
    // Once more: it asks; another name is a new file, the same name replaces the old one.
    std::fs::write(&path, "precious").unwrap();
    beyond.keys([Key::Char('E'), Key::Ctrl('u')]).await;
    beyond.type_in(&path).await;
    beyond.keys([Key::Enter]).await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    beyond.keys([Key::Backspace; 5]).await;
    beyond.type_in("csv").await;
    beyond.keys([Key::Esc]).await;
    beyond.keys([Key::Char('E'), Key::Ctrl('u')]).await;
    beyond.type_in(&path).await;
    beyond.keys([Key::Enter]).await;
    beyond.keys([Key::Enter]).await;
    for _ in 0..500 {
        if std::fs::read_to_string(&path).unwrap() != "precious" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(std::fs::read_to_string(&path).unwrap().contains("\"ann\""));
    let model = beyond.quit().await;
    assert!(model.open.is_none(), "{:?}", model.open);
    std::fs::remove_dir_all(&folder).unwrap();
}
