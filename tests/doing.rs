//! Acting, by the real loop with scripted keys: our own state, more and less to watch, a presence that runs
//! out, other keysets; and what becomes of each when it fails.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    dashboard::{self, Aside, Next, Switcher, Wanted},
    engine::World,
    keys::Key,
    model::{KeysetLine, Keysets, Line, Model, Note, Open, Session, Stage},
    presence::{
        Answered, Batch, Channel, Command, Counted, Happening, Heard, Ledger, LinkChange, Notice, Outcome,
        PresenceEvent, Snapshot, State, SubscribeKey, Subscription, Timetoken, Trouble, UserId,
    },
    terminal::Input,
    view::Look,
};
use ratatui::backend::TestBackend;
use tokio::sync::{
    mpsc::{self, Receiver, Sender},
    watch,
};
use tokio_util::sync::CancellationToken;

/// The far ends of a world.
struct Beyond {
    notices: Sender<Notice>,
    watching: watch::Receiver<Vec<Subscription>>,
    commands: Receiver<Command>,
    outcomes: Sender<Outcome>,
    clock: Clock,
}

/// A dashboard that runs in one.
struct Desk {
    beyond: Beyond,
    keys: Sender<Input>,
    asked: Receiver<Wanted>,
    ready: Sender<Result<Next, String>>,
    run: tokio::task::JoinHandle<color_eyre::Result<Model>>,
}

fn on(name: &str) -> Subscription {
    Subscription::parse_any(name).unwrap()
}

fn world(name: &str, watching: &[&str], clock: Clock, change: impl FnOnce(&mut Session)) -> (World, Model, Beyond) {
    let (notices, heard) = mpsc::channel(16);
    let (watched, watching_now) = watch::channel(Vec::new());
    let (orders, commands) = mpsc::channel(16);
    let (outcomes, ended) = mpsc::channel(16);
    let mut session = Session {
        name: Some(name.into()),
        region: None,
        production: false,
        read_only: false,
        budget: 10,
        announce_max: None,
        origin: "https://ps.pndsn.com".into(),
        subscribe_key: SubscribeKey::heard("demo"),
        user: UserId::heard("me"),
        watching: watching.iter().map(|name| on(name)).collect(),
        join_hint: None,
    };
    change(&mut session);
    let mut model = Model::new(session, Duration::from_secs(20), clock.now());
    let line = |name: &str| KeysetLine { name: name.into(), region: None, production: false, read_only: false };
    model.keysets = Keysets { all: vec![line("staging"), line("live")], ..Keysets::default() };
    let world = World {
        notices: heard,
        watching: watched,
        commands: orders,
        outcomes: ended,
        broken: CancellationToken::new(),
        stage: None,
        clock,
    };
    (world, model, Beyond { notices, watching: watching_now, commands, outcomes, clock })
}

fn open_with(watching: &[&str], change: impl FnOnce(&mut Session)) -> Desk {
    let (world, model, beyond) = world("staging", watching, Clock::start(), change);
    let (keys, pressed) = mpsc::channel(64);
    let (ask, asked) = mpsc::channel(1);
    let (ready, next) = mpsc::channel(1);
    let input = Box::pin(stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }));
    let look = Look::default();
    let aside = Aside { switcher: Some(Switcher { ask, ready: next }), ..Aside::default() };
    let run = tokio::spawn(dashboard::run(TestBackend::new(100, 30), input.fuse(), world, model, look, aside));
    Desk { beyond, keys, asked, ready, run }
}

fn open(watching: &[&str]) -> Desk {
    open_with(watching, |_| {})
}

fn trouble(sentence: &str) -> Trouble {
    Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None }
}

impl Beyond {
    async fn live(&self) {
        let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
        self.notices.send(Notice::Link { poll: 0, change, at: self.clock.now() }).await.unwrap();
    }

    async fn answer(&self, command: Command, result: Result<Answered, Trouble>) {
        let (at, took) = (self.clock.now(), Duration::ZERO);
        self.outcomes.send(Outcome { command, at, took, ledger: Ledger::default(), result }).await.unwrap();
    }

    /// The next command that is no question; those are answered with one occupant, us with a state.
    async fn ordered(&mut self) -> Command {
        loop {
            let command = self.commands.recv().await.unwrap();
            if command == Command::FindChannels {
                self.answer(command, Ok(Answered::HereNow(Vec::new()))).await;
                continue;
            }
            let Command::AskHereNow { places } = &command else { return command };
            let state = Some(State::parse(r#"{"mood":"idle"}"#).unwrap());
            let snapshot = |place: &Subscription| Snapshot {
                channel: Channel::heard(place.as_str()),
                occupancy: 1,
                listed: Some(vec![Counted { user: UserId::heard("me"), state: state.clone() }]),
                with_state: true,
                as_of: Timetoken::new(1),
                complete: true,
            };
            let snapshots = places.iter().filter(|p| matches!(p, Subscription::Channel(_))).map(snapshot).collect();
            self.answer(command, Ok(Answered::HereNow(snapshots))).await;
        }
    }

    /// Nothing but questions is asked in the next moment; they are answered.
    async fn orders_nothing(&mut self) {
        let ordered = tokio::time::timeout(Duration::from_millis(100), self.ordered()).await;
        assert!(ordered.is_err(), "{ordered:?}");
    }

    async fn join(&self, channel: &str, through: Option<&str>, user: &str, n: u64) {
        let heard = Heard::Event(PresenceEvent {
            raw: None,
            channel: Channel::heard(channel),
            subscription: through.map(on),
            published: Timetoken::new(n),
            timestamp: None,
            occupancy: Some(1),
            what: Happening::Joined { user: UserId::heard(user), state: None },
        });
        let (cursor, at) = (Timetoken::new(n), self.clock.now());
        let batch = Batch { poll: 0, heard: vec![heard], cursor, duplicates: 0, full: false, over_limit: 0, at };
        self.notices.send(Notice::Batch(batch)).await.unwrap();
    }
}

impl Desk {
    async fn press(&self, key: Key) {
        self.keys.send(Input::Key(key)).await.unwrap();
    }

    async fn type_in(&self, text: &str) {
        for c in text.chars() {
            self.press(Key::Char(c)).await;
        }
    }

    /// Let everything that was sent be taken in, within the time that nothing else needs.
    async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// End by the system's word, whatever is open, and return what was known then.
    async fn end(self) -> Model {
        self.settle().await;
        self.keys.send(Input::End).await.unwrap();
        let Self { beyond, run, .. } = self;
        drop(beyond.outcomes);
        run.await.unwrap().unwrap()
    }
}

fn names(model: &Model) -> Vec<&str> {
    model.channels.iter().map(|watched| watched.channel.as_str()).collect()
}

fn said(model: &Model) -> &str {
    model.word.as_ref().map_or("", |word| word.text.as_str())
}

#[tokio::test(start_paused = true)]
async fn a_state_is_edited_checked_refused_kept_and_sent_again() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live().await;
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, Ok(Answered::Done)).await;
    desk.beyond.orders_nothing().await;
    desk.type_in("e").await;
    // What we carry there, laid out; one field more, at first without its value.
    desk.press(Key::Down).await;
    desk.press(Key::End).await;
    desk.type_in(", \"n\": ").await;
    desk.press(Key::Ctrl('s')).await;
    desk.press(Key::End).await;
    desk.beyond.orders_nothing().await;
    desk.press(Key::Up).await;
    desk.press(Key::End).await;
    desk.keys.send(Input::Paste("[1]".into())).await.unwrap();
    desk.press(Key::Ctrl('s')).await;
    let sent = desk.beyond.ordered().await;
    // The cursor had gone to the mistake, at the end of its line or the start of the next.
    let Command::SetState { places, state } = sent.clone() else {
        panic!("{sent:?}");
    };
    assert_eq!((places, state.as_json()), (vec![on("lobby")], r#"{"mood":"idle","n":[1]}"#));
    desk.beyond.answer(sent, Err(trouble("the service can't be reached"))).await;
    desk.settle().await;
    // What was typed is still there; sent again, the service takes it.
    desk.press(Key::Ctrl('s')).await;
    let again = desk.beyond.ordered().await;
    assert!(matches!(&again, Command::SetState { state, .. } if state.as_json().contains("[1]")), "{again:?}");
    desk.beyond.answer(again, Ok(Answered::Done)).await;
    let model = desk.end().await;
    assert!(model.open.is_none(), "closed once it was taken");
    assert_eq!(said(&model), "the service took the state on lobby");
}

#[tokio::test(start_paused = true)]
async fn a_refused_state_stays_with_the_reason_and_esc_throws_it_away_the_second_time_only() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live().await;
    desk.type_in("e\"a\":1").await;
    desk.press(Key::Ctrl('s')).await;
    let sent = desk.beyond.ordered().await;
    desk.beyond.answer(sent, Err(trouble("no"))).await;
    desk.settle().await;
    desk.press(Key::Esc).await;
    let model = desk.end().await;
    let Some(Open::Editor(editor)) = &model.open else { panic!("{:?}", model.open) };
    assert_eq!((editor.text.text().as_str(), &editor.stage), ("{\"a\":1}", &Stage::Leaving));

    let desk = open(&["lobby"]);
    desk.type_in("e ").await;
    desk.press(Key::Esc).await;
    desk.press(Key::Esc).await;
    assert!(desk.end().await.open.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_state_for_nobody_present_says_so_and_production_asks_and_read_only_refuses() {
    let mut desk = open_with(&["lobby"], |session| session.production = true);
    desk.type_in("e").await;
    desk.press(Key::Ctrl('s')).await;
    desk.type_in("n").await;
    desk.press(Key::Ctrl('s')).await;
    desk.type_in("y").await;
    let sent = desk.beyond.ordered().await;
    assert!(matches!(sent, Command::SetState { .. }), "{sent:?}");
    desk.beyond.answer(sent, Ok(Answered::Done)).await;
    desk.beyond.orders_nothing().await;
    assert!(said(&desk.end().await).contains("you are not present on lobby"));

    let desk = open_with(&["lobby"], |session| session.read_only = true);
    desk.type_in("e").await;
    let model = desk.end().await;
    assert!(model.open.is_none() && said(&model).contains("read-only"));
}

#[tokio::test(start_paused = true)]
async fn more_is_watched_after_a_name_that_is_one() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live().await;
    desk.type_in("alobby").await;
    desk.press(Key::Enter).await;
    desk.press(Key::Ctrl('u')).await;
    desk.type_in("a/b").await;
    desk.press(Key::Enter).await;
    desk.settle().await;
    assert!(desk.beyond.watching.borrow().is_empty(), "neither a name twice nor a bad one");
    desk.press(Key::Ctrl('u')).await;
    desk.type_in("support, match.* group:eu").await;
    desk.press(Key::Enter).await;
    desk.settle().await;
    let all = ["lobby", "support", "match.*", "group:eu"].map(on);
    assert_eq!(*desk.beyond.watching.borrow_and_update(), all);
    desk.beyond.join("match.1", Some("match.*"), "ann", 20).await;
    desk.beyond.join("stranger", None, "ann", 21).await;
    desk.beyond.join("strange", Some("group:us"), "ann", 22).await;
    // Here now is asked for what is new, and the answer shows it.
    let deadline = tokio::time::timeout(Duration::from_secs(2), desk.beyond.ordered()).await;
    assert!(deadline.is_err());
    let model = desk.end().await;
    assert_eq!(names(&model)[..3], ["lobby", "support", "match.1"]);
    assert_eq!(model.selected().unwrap().channel.as_str(), "support");
    assert_eq!(model.selected().unwrap().roster.len(), 1);
    assert!(!names(&model).contains(&"strange"), "{:?}", names(&model));
    assert!(model.log.tail(50).any(|entry| matches!(&entry.line, Line::Note(Note::Added { what }) if what.len() == 3)));
}

#[tokio::test(start_paused = true)]
async fn a_channel_goes_with_a_leave_where_we_are_present_and_the_last_one_stays() {
    let mut desk = open(&["lobby", "support"]);
    desk.beyond.live().await;
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, Ok(Answered::Done)).await;
    desk.settle().await;
    desk.type_in("x").await;
    let leave = desk.beyond.ordered().await;
    assert_eq!(leave, Command::Leave { places: vec![on("lobby")] });
    desk.beyond.answer(leave, Ok(Answered::Done)).await;
    assert_eq!(*desk.beyond.watching.borrow_and_update(), [on("support")]);
    // Late news does not bring it back.
    desk.beyond.join("lobby", None, "ann", 20).await;
    desk.settle().await;
    desk.type_in("x").await;
    desk.settle().await;
    assert!(!desk.beyond.watching.has_changed().unwrap());
    let model = desk.end().await;
    assert_eq!(names(&model), ["support"]);
    assert!(model.own.places.is_empty());
    assert!(said(&model).contains("all that is watched"), "{}", said(&model));
}

#[tokio::test(start_paused = true)]
async fn what_came_through_a_pattern_goes_alone_or_with_it() {
    let mut desk = open(&["lobby", "match.*"]);
    desk.beyond.live().await;
    for (n, name) in ["match.1", "match.2", "match.3"].into_iter().enumerate() {
        desk.beyond.join(name, Some("match.*"), "ann", 20 + n as u64).await;
    }
    desk.settle().await;
    // The first choice is this channel alone.
    desk.press(Key::Right).await;
    desk.type_in("x").await;
    desk.press(Key::Enter).await;
    desk.beyond.join("match.1", Some("match.*"), "bob", 30).await;
    desk.settle().await;
    assert!(!desk.beyond.watching.has_changed().unwrap(), "the pattern stays");
    desk.press(Key::Right).await;
    desk.type_in("x").await;
    desk.press(Key::Down).await;
    desk.press(Key::Enter).await;
    desk.settle().await;
    assert_eq!(*desk.beyond.watching.borrow_and_update(), [on("lobby")]);
    let model = desk.end().await;
    assert_eq!((names(&model), model.focus.channel), (vec!["lobby"], 0));
    let told = model.log.tail(50).filter(|entry| matches!(entry.line, Line::Note(Note::Removed { .. }))).count();
    assert_eq!(told, 2);
}

#[tokio::test(start_paused = true)]
async fn a_presence_that_nothing_keeps_runs_out_and_one_that_is_kept_again_goes_on() {
    let mut desk = open_with(&["lobby"], |session| session.production = true);
    desk.beyond.live().await;
    desk.type_in("Hy").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, Ok(Answered::Done)).await;
    desk.settle().await;
    // To stop is noticed by nobody; to go on is.
    desk.type_in("A").await;
    assert!(tokio::time::timeout(Duration::from_secs(15), desk.beyond.ordered()).await.is_err(), "no heartbeat");
    desk.type_in("Ay").await;
    let again = desk.beyond.ordered().await;
    assert!(matches!(again, Command::SendHeartbeat { by_hand: false, .. }), "{again:?}");
    desk.beyond.answer(again, Ok(Answered::Done)).await;
    desk.type_in("A").await;
    assert!(tokio::time::timeout(Duration::from_secs(26), desk.beyond.ordered()).await.is_err(), "no heartbeat");
    let model = desk.end().await;
    assert!(model.own.places.is_empty() && !model.own.kept_alive);
    assert!(model.log.tail(50).any(|entry| matches!(entry.line, Line::Note(Note::RanOut { .. }))));
}

#[tokio::test(start_paused = true)]
async fn another_keyset_takes_over_once_it_stands_and_until_then_this_one_stays() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live().await;
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, Ok(Answered::Done)).await;
    desk.settle().await;
    // We are present: that is asked about.
    desk.type_in("K").await;
    desk.press(Key::Enter).await;
    desk.type_in("y").await;
    let wanted = desk.asked.recv().await.unwrap();
    assert_eq!(wanted, Wanted { name: "live".into(), watching: vec![on("lobby")] });
    desk.ready.send(Err("it has no subscribe-key".into())).await.unwrap_or_default();
    desk.settle().await;
    desk.type_in("K").await;
    desk.press(Key::Enter).await;
    desk.type_in("y").await;
    assert_eq!(desk.asked.recv().await.unwrap().name.as_ref(), "live");
    let (next_world, model, next) = world("live", &["stage"], desk.beyond.clock, |_| {});
    assert!(desk.ready.send(Ok(Next { world: next_world, model })).await.is_ok());
    // The old world is left before the new one takes the keys.
    let leave = desk.beyond.ordered().await;
    assert_eq!(leave, Command::Leave { places: vec![on("lobby")] });
    let old = std::mem::replace(&mut desk.beyond, next);
    old.answer(leave, Ok(Answered::Done)).await;
    drop(old);
    desk.beyond.live().await;
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    assert!(matches!(&heartbeat, Command::SendHeartbeat { places, .. } if *places == [on("stage")]), "{heartbeat:?}");
    let model = desk.end().await;
    assert_eq!(model.session.name.as_deref(), Some("live"));
}

#[tokio::test(start_paused = true)]
async fn a_keyset_that_can_not_be_reached_is_told_and_nothing_changes() {
    let mut desk = open(&["lobby"]);
    desk.type_in("Klive").await;
    desk.press(Key::Enter).await;
    desk.asked.recv().await.unwrap();
    desk.ready.send(Err("it has no subscribe-key".into())).await.unwrap_or_default();
    let model = desk.end().await;
    assert_eq!(said(&model), "still here; live can't be looked at: it has no subscribe-key");
    assert_eq!((model.session.name.as_deref(), model.keysets.under_way), (Some("staging"), None));
}
