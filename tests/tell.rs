//! The watch list and the doctor as people meet them: screens from a simulated world, and the real loop
//! with scripted keys, listening to what it tells aloud.

#[path = "support/sim.rs"]
mod sim;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    crowd::{Profile, Script, people},
    dashboard::{self, Aside},
    engine::World,
    keys::Key,
    model::{Action, Model, Msg, Session},
    presence::{
        Answered, Batch, Channel, Command, Counted, Happening, Heard, Ledger, LinkChange, Notice, Outcome,
        PresenceEvent, Prices, Snapshot, SubscribeKey, Subscription, Timetoken, Trouble, UserId,
    },
    service::Settings,
    teller::{Teller, Ways},
    terminal::Input,
    view::{self, Look, Symbols},
};
use ratatui::{backend::TestBackend, buffer::Buffer, layout::Rect};
use sim::Sim;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const CHANNELS: [&str; 5] = ["lobby", "support", "match.eu.1", "match.us.2", "stage"];

/// A crowd of 60, the watcher at the look, for so many seconds.
fn crowd(seconds: u64) -> Sim {
    let script = Script::new(Profile::STEADY, people(60, 1), 1);
    let settings = Settings { deltas: true, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1);
    sim.run(Duration::from_secs(1));
    sim.connect();
    sim.run(Duration::from_secs(seconds));
    sim
}

fn text(buffer: &Buffer) -> String {
    let (width, height) = (buffer.area.width, buffer.area.height);
    let row = |y| {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
            }
            skip = std::cmp::max(skip, unicode_width::UnicodeWidthStr::width(symbol)).saturating_sub(1);
        }
        line.trim_end().to_owned()
    };
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn screen(sim: &Sim, width: u16, height: u16) -> String {
    text(&sim.frame(width, height))
}

fn watching(seconds: u64) -> Sim {
    let mut sim = crowd(5);
    let someone = sim.believed("lobby").first().unwrap().as_str().to_owned();
    for what in [
        &format!("user {someone}"),
        "lobby",
        "user e\u{202e}vil;李雷",
        "channel later.on",
        "occupancy of lobby > 3",
        "occupancy of match.* > 500",
        "no timeout in support for 10m",
    ] {
        sim.model.watch_for(what).unwrap();
    }
    sim.run(Duration::from_secs(seconds));
    sim
}

fn trouble(sentence: &str) -> Trouble {
    Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None }
}

/// Somewhere between unlucky and broken.
fn ill() -> Sim {
    let mut sim = crowd(5);
    let mut ledger = Ledger::default();
    for (kind, count, failed) in [("subscribe", 1_284, 3), ("here now", 61, 0), ("heartbeat", 12, 1), ("time", 9, 0)] {
        (0..count).for_each(|n| ledger.note(kind, n < failed));
    }
    let notice = |sim: &Sim, ledger: Ledger| {
        let change = LinkChange::Alive { round_trip: Duration::from_millis(12), ledger };
        Msg::Notice(Notice::Link { poll: 0, change, at: sim.now })
    };
    let first = notice(&sim, ledger.clone());
    sim.tell(first);
    sim.run(Duration::from_secs(85));
    for (what, sentence) in [("support", "the token does not grant `read` on support-pnpres"), ("stage", "the same")] {
        let what = vec![Subscription::Channel(Channel::heard(what))];
        let change = LinkChange::Refused { trouble: trouble(sentence), what, everything: false };
        let notice = Notice::Link { poll: 1, change, at: sim.now };
        sim.tell(Msg::Notice(notice));
    }
    for change in [
        LinkChange::Lost { trouble: trouble("no answer"), attempt: 1, retry_at: sim.now },
        LinkChange::Live { resumed: None, round_trip: Duration::from_millis(12) },
    ] {
        for poll in [0, 1] {
            let notice = Notice::Link { poll, change: change.clone(), at: sim.now };
            sim.tell(Msg::Notice(notice));
        }
    }
    sim.run(Duration::from_secs(5));
    (0..40).for_each(|_| ledger.note("subscribe", false));
    let last = notice(&sim, ledger);
    sim.tell(last);
    sim.model.session.production = true;
    sim.model.session.name = Some("shop".into());
    sim.model.own.timeout = Duration::from_secs(10);
    sim
}

#[test]
fn the_watch_list_at_several_sizes() {
    let mut sim = watching(60);
    sim.tell(Msg::Act(Action::Watchlist));
    sim.tell(Msg::Act(Action::Down));
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("watch_list_{width}x{height}"), screen(&sim, width, height));
    }
    sim.tell(Msg::Act(Action::Mute));
    assert!(screen(&sim, 80, 24).contains("watch list · 7 · muted"));
}

#[test]
fn an_empty_watch_list_says_how_to_fill_it() {
    let mut sim = crowd(5);
    sim.tell(Msg::Act(Action::Watchlist));
    insta::assert_snapshot!(screen(&sim, 80, 24));
}

#[test]
fn the_panes_mark_who_is_watched_and_the_log_says_what_was_told() {
    let sim = watching(1);
    let all = screen(&sim, 120, 40);
    assert!(all.contains("★ watch"), "{all}");
    assert!(all.lines().any(|line| line.contains("● lobby") && line.contains('★')), "{all}");
    let ascii = Look { symbols: Symbols::Ascii, ..Look::default() };
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    view::draw(&sim.model, &ascii, sim.now, buffer.area, &mut buffer);
    let all = text(&buffer);
    assert!(all.is_ascii() && all.contains("* watch"), "{all}");
}

#[test]
fn a_healthy_doctor_says_what_it_looked_at() {
    let mut sim = crowd(45);
    sim.tell(Msg::Act(Action::Doctor));
    insta::assert_snapshot!(screen(&sim, 120, 40));
}

#[test]
fn findings_come_gravest_first_and_are_counted_below() {
    let mut sim = ill();
    for (width, height) in [(120, 40), (80, 24)] {
        insta::assert_snapshot!(format!("ill_{width}x{height}"), screen(&sim, width, height));
    }
    sim.tell(Msg::Act(Action::Doctor));
    sim.model.prices = Some(Prices { currency: "EUR".into(), per_million: Some(12.5), ..Prices::default() });
    for (width, height) in [(120, 50), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("doctor_{width}x{height}"), screen(&sim, width, height));
    }
    for _ in 0..9 {
        sim.tell(Msg::Act(Action::PageDown));
    }
    insta::assert_snapshot!("doctor_80x24_end", screen(&sim, 80, 24));
}

#[test]
fn every_size_draws() {
    let mut sim = watching(5);
    for action in [Action::Watchlist, Action::Doctor] {
        sim.tell(Msg::Act(Action::Close));
        sim.model.open = None;
        sim.tell(Msg::Act(action));
        assert!(sim.model.open.is_some());
        for width in (1..40).chain([60, 99, 140, 500]) {
            for height in (1..14).chain([24, 60, 200]) {
                sim.frame(width, height);
            }
        }
    }
}

/// The real loop, with what it writes beside the picture.
struct Beyond {
    notices: mpsc::Sender<Notice>,
    commands: mpsc::Receiver<Command>,
    outcomes: mpsc::Sender<Outcome>,
    keys: mpsc::Sender<Input>,
    emitted: Arc<Mutex<Vec<u8>>>,
    clock: Clock,
    run: tokio::task::JoinHandle<color_eyre::Result<Model>>,
}

impl Beyond {
    async fn open() -> Self {
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
            subscribe_key: SubscribeKey::heard("demo"),
            user: UserId::heard("me"),
            watching: vec![Subscription::Channel(Channel::heard("lobby"))],
            join_hint: None,
        };
        let model = Model::new(session, Duration::from_secs(300), clock.now());
        let emitted = Arc::new(Mutex::new(Vec::new()));
        let ear = emitted.clone();
        let world = World {
            notices: heard,
            watching: tokio::sync::watch::channel(Vec::new()).0,
            commands: orders,
            outcomes: ended,
            broken: CancellationToken::new(),
            stage: None,
            clock,
        };
        let teller = Teller::new(Ways::default(), None, move |bytes: &[u8]| {
            ear.lock().unwrap().extend_from_slice(bytes);
        });
        let aside = Aside { teller, ..Aside::default() };
        let input = Box::pin(stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }));
        let look = Look::default();
        let run = tokio::spawn(dashboard::run(TestBackend::new(80, 24), input.fuse(), world, model, look, aside));
        let mut beyond = Self { notices, commands, outcomes, keys, emitted, clock, run };
        let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
        beyond.notices.send(Notice::Link { poll: 0, change, at: clock.now() }).await.unwrap();
        let asked = beyond.commands.recv().await.unwrap();
        let snapshot = Snapshot {
            channel: Channel::heard("lobby"),
            occupancy: 1,
            listed: Some(vec![Counted { user: UserId::heard("ann"), state: None }]),
            with_state: true,
            as_of: Timetoken::new(1),
            complete: true,
        };
        let (result, ledger) = (Ok(Answered::HereNow(vec![snapshot])), Ledger::default());
        let outcome = Outcome { command: asked, at: clock.now(), took: Duration::ZERO, ledger, result };
        beyond.outcomes.send(outcome).await.unwrap();
        beyond.settle().await;
        beyond
    }

    /// Until all that was sent is taken in: time stands still, so only that can happen.
    async fn settle(&self) {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }

    async fn press(&self, keys: &[Key]) {
        for key in keys {
            self.keys.send(Input::Key(*key)).await.unwrap();
        }
        self.settle().await;
    }

    async fn happen(&self, what: Happening, occupancy: u64) {
        let published = Timetoken::at(self.clock.now());
        let event = PresenceEvent {
            raw: None,
            channel: Channel::heard("lobby"),
            subscription: None,
            published,
            timestamp: None,
            occupancy: Some(occupancy),
            what,
        };
        let (heard, at) = (vec![Heard::Event(event)], self.clock.now());
        let batch = Batch { poll: 0, heard, cursor: published, duplicates: 0, full: false, over_limit: 0, at };
        self.notices.send(Notice::Batch(batch)).await.unwrap();
        self.settle().await;
    }

    fn said(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.emitted.lock().unwrap())).unwrap()
    }

    async fn quit(self) -> Model {
        self.keys.send(Input::Key(Key::Ctrl('c'))).await.unwrap();
        self.keys.send(Input::Key(Key::Char('q'))).await.unwrap();
        drop(self.outcomes);
        self.run.await.unwrap().unwrap()
    }
}

fn user(name: &str) -> UserId {
    UserId::heard(name)
}

#[tokio::test(start_paused = true)]
async fn a_watched_user_rings_and_names_the_window_until_a_key_is_pressed() {
    let beyond = Beyond::open().await;
    beyond.press(&[Key::Down, Key::Char('*')]).await;
    assert_eq!(beyond.said(), "");
    beyond.happen(Happening::Left { user: user("ann") }, 0).await;
    assert_eq!(beyond.said(), "\x1b]2;herenow · lobby 0 · ann left\x1b\\\x07");
    beyond.press(&[Key::Char('m')]).await;
    assert_eq!(beyond.said(), "\x1b]2;herenow\x1b\\");
    tokio::time::advance(Duration::from_secs(60)).await;
    beyond.happen(Happening::Joined { user: user("ann"), state: None }, 1).await;
    assert_eq!(beyond.said(), "", "muted");
    assert!(beyond.quit().await.watchlist.muted);
}

#[tokio::test(start_paused = true)]
async fn the_list_is_kept_by_keys_and_a_wrong_answer_stays_typed() {
    let beyond = Beyond::open().await;
    let typed = |text: &str| text.chars().map(Key::Char).collect::<Vec<_>>();
    beyond.press(&[Key::Char('W'), Key::Char('a')]).await;
    beyond.press(&typed("occupancy of lobby")).await;
    beyond.press(&[Key::Enter]).await;
    beyond.press(&typed(" > 0")).await;
    beyond.press(&[Key::Enter, Key::Char('a')]).await;
    assert_eq!(beyond.said(), "\x1b]2;herenow · occupancy of lobby > 0 holds\x1b\\\x07\x1b]2;herenow\x1b\\");
    beyond.press(&typed("bob\x1b")).await;
    beyond.press(&[Key::Backspace, Key::Enter, Key::Char('x')]).await;
    beyond.press(&[Key::Esc, Key::Char('d'), Key::Down, Key::Char('d')]).await;
    let model = beyond.quit().await;
    let names: Vec<String> = model.watchlist.items().iter().map(|item| item.about().to_string()).collect();
    assert_eq!(names, ["occupancy of lobby > 0"]);
    assert!(model.open.is_none());
}

#[tokio::test(start_paused = true)]
async fn enter_goes_where_somebody_is() {
    let beyond = Beyond::open().await;
    let typed = |text: &str| text.chars().map(Key::Char).collect::<Vec<_>>();
    beyond.press(&[Key::Char('W'), Key::Char('a')]).await;
    beyond.press(&typed("ann")).await;
    beyond.press(&[Key::Enter, Key::Enter]).await;
    let model = beyond.quit().await;
    assert_eq!(model.focus.user, Some(user("ann")));
}
