//! The real loop on a test backend, with scripted keys and a scripted world: no terminal, no socket.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    crowd::Remote,
    dashboard::{self, Aside},
    engine::World,
    keys::{Key, Keys},
    model::{ACTIONS, Action, Line, Model, Note, Pane, Session, Shares},
    presence::{
        Answered, Channel, Command, Counted, Direction, Ledger, LinkChange, Notice, Outcome, SceneStatus, Snapshot,
        SubscribeKey, Subscription, Timetoken, UserId,
    },
    terminal::{Hand, Input, Mouse},
    view::{Layout, Look},
};
use ratatui::backend::TestBackend;
use tokio::sync::{
    mpsc::{self, Receiver, Sender},
    watch,
};
use tokio_util::sync::CancellationToken;

struct Beyond {
    notices: Sender<Notice>,
    commands: Receiver<Command>,
    outcomes: Sender<Outcome>,
    keys: Sender<Input>,
    broken: CancellationToken,
    directions: Receiver<Direction>,
    scene: watch::Sender<SceneStatus>,
    clock: Clock,
    run: tokio::task::JoinHandle<color_eyre::Result<Model>>,
}

fn scene(profile: &'static str) -> SceneStatus {
    SceneStatus { profile, label: None, phase: None, speed: 1.0, next: None }
}

/// In front of our own crowd, or of strangers.
fn open_before(crowd: bool) -> Beyond {
    open_on(crowd, false)
}

fn open_on(crowd: bool, production: bool) -> Beyond {
    let clock = Clock::start();
    let (notices, heard) = mpsc::channel(16);
    let (orders, commands) = mpsc::channel(16);
    let (outcomes, ended) = mpsc::channel(16);
    let (keys, pressed) = mpsc::channel(16);
    let broken = CancellationToken::new();
    let session = Session {
        name: None,
        region: None,
        production,
        read_only: false,
        budget: 10,
        announce_max: None,
        origin: "https://ps.pndsn.com".into(),
        subscribe_key: SubscribeKey::heard("demo"),
        user: UserId::heard("me"),
        watching: vec![Subscription::Channel(Channel::heard("lobby"))],
        join_hint: None,
    };
    let mut model = Model::new(session, Duration::from_secs(300), clock.now());
    let (wishes, directions) = mpsc::channel(8);
    let (scene, status) = watch::channel(scene("steady"));
    let stage = crowd.then(|| Remote { directions: wishes, status });
    model.scene = stage.as_ref().map(|remote| remote.status.borrow().clone());
    let world = World {
        notices: heard,
        watching: watch::channel(Vec::new()).0,
        commands: orders,
        outcomes: ended,
        broken: broken.clone(),
        stage,
        clock,
    };
    let input = Box::pin(stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }));
    let look = Look::default();
    let aside = Aside::default();
    let run = tokio::spawn(dashboard::run(TestBackend::new(80, 24), input.fuse(), world, model, look, aside));
    Beyond { notices, commands, outcomes, keys, broken, directions, scene, clock, run }
}

fn open() -> Beyond {
    open_before(false)
}

impl Beyond {
    async fn type_in(&self, text: &str) {
        for c in text.chars() {
            self.press(Key::Char(c)).await;
        }
    }

    /// The next command that is no question.
    async fn ordered(&mut self) -> Command {
        loop {
            match self.commands.recv().await.unwrap() {
                Command::AskHereNow { places } => {
                    self.answer(Command::AskHereNow { places }, Answered::HereNow(Vec::new())).await;
                }
                other => return other,
            }
        }
    }

    async fn quit(self) -> Model {
        self.keys.send(Input::Key(Key::Ctrl('c'))).await.unwrap();
        self.keys.send(Input::Key(Key::Char('q'))).await.unwrap();
        drop(self.outcomes);
        self.run.await.unwrap().unwrap()
    }

    async fn press(&self, key: Key) {
        self.keys.send(Input::Key(key)).await.unwrap();
    }

    async fn answer(&self, command: Command, answered: Answered) {
        let outcome = Outcome {
            command,
            at: self.clock.now(),
            took: Duration::ZERO,
            ledger: Ledger::default(),
            result: Ok(answered),
        };
        self.outcomes.send(outcome).await.unwrap();
    }

    /// Connect, and answer the first look with one occupant.
    async fn connect(&mut self) {
        let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
        self.notices.send(Notice::Link { poll: 0, change, at: self.clock.now() }).await.unwrap();
        let asked = self.commands.recv().await.unwrap();
        assert!(matches!(asked, Command::AskHereNow { .. }), "{asked:?}");
        let snapshot = Snapshot {
            channel: Channel::heard("lobby"),
            occupancy: 1,
            listed: Some(vec![Counted { user: UserId::heard("ann"), state: None }]),
            with_state: true,
            as_of: Timetoken::new(1),
            complete: true,
        };
        self.answer(asked, Answered::HereNow(vec![snapshot])).await;
    }
}

#[tokio::test(start_paused = true)]
async fn keys_become_commands_and_outcomes_become_presence_and_quitting_leaves() {
    let mut beyond = open();
    beyond.connect().await;
    beyond.press(Key::Char('H')).await;
    let heartbeat = beyond.commands.recv().await.unwrap();
    assert!(matches!(&heartbeat, Command::SendHeartbeat { by_hand: true, .. }), "{heartbeat:?}");
    beyond.answer(heartbeat, Answered::Done).await;
    // The heartbeat interval is half the timeout less a second.
    let before = beyond.clock.now();
    let again = loop {
        match beyond.commands.recv().await.unwrap() {
            Command::AskHereNow { places } => {
                beyond.answer(Command::AskHereNow { places }, Answered::HereNow(Vec::new())).await;
            }
            other => break other,
        }
    };
    assert!(matches!(&again, Command::SendHeartbeat { by_hand: false, .. }), "{again:?}");
    assert_eq!(beyond.clock.now().since(before).as_secs(), 149);
    beyond.answer(again, Answered::Done).await;
    beyond.press(Key::Char('q')).await;
    let farewell = loop {
        match beyond.commands.recv().await.unwrap() {
            Command::AskHereNow { .. } => {}
            other => break other,
        }
    };
    assert!(matches!(&farewell, Command::Leave { .. }), "{farewell:?}");
    beyond.answer(farewell, Answered::Done).await;
    drop(beyond.outcomes);
    let model = beyond.run.await.unwrap().unwrap();
    assert!(model.selected().unwrap().roster.get(&UserId::heard("ann")).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_confirms_our_leave_holds_us_up_for_two_seconds_at_most() {
    let mut beyond = open();
    beyond.connect().await;
    beyond.press(Key::Char('H')).await;
    beyond.commands.recv().await.unwrap();
    let before = beyond.clock.now();
    beyond.press(Key::Char('q')).await;
    let ended = (&mut beyond.run).await.unwrap();
    assert!(ended.unwrap_err().to_string().contains("did not confirm"));
    assert!(beyond.clock.now().since(before) <= Duration::from_millis(2_100));
}

#[tokio::test(start_paused = true)]
async fn a_panic_elsewhere_and_the_end_of_input_end_the_loop() {
    let beyond = open();
    beyond.broken.cancel();
    assert!(beyond.run.await.unwrap().is_err());

    let beyond = open();
    beyond.keys.send(Input::End).await.unwrap();
    drop(beyond.outcomes);
    assert!(beyond.run.await.unwrap().unwrap().quitting);
}

#[tokio::test(start_paused = true)]
async fn a_presenters_keys_reach_the_crowd_and_what_it_is_at_comes_back() {
    let mut beyond = open_before(true);
    beyond.connect().await;
    for key in ['n', '>', '<', 'o'] {
        beyond.press(Key::Char(key)).await;
    }
    for wanted in [Direction::Next, Direction::Faster, Direction::Slower, Direction::Outage] {
        assert_eq!(beyond.directions.recv().await, Some(wanted));
    }
    let next = Some(("the ebb".to_owned(), beyond.clock.now().plus(Duration::from_secs(9))));
    let rush = SceneStatus { phase: Some("the rush".into()), next, ..scene("rush hour") };
    beyond.scene.send_replace(rush.clone());
    // A crowd that has ended is no reason to end.
    drop((beyond.scene, beyond.directions));
    tokio::time::sleep(Duration::from_secs(1)).await;
    beyond.keys.send(Input::Key(Key::Char('o'))).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    beyond.keys.send(Input::Key(Key::Char('q'))).await.unwrap();
    drop(beyond.outcomes);
    let model = beyond.run.await.unwrap().unwrap();
    assert_eq!(model.scene, Some(rush));
    let said = Line::Note(Note::Crowd { title: "rush hour, the rush".to_owned() });
    assert!(model.log.tail(10).any(|entry| entry.line == said));
}

#[tokio::test(start_paused = true)]
async fn before_strangers_a_presenters_keys_mean_nothing() {
    let mut beyond = open();
    beyond.connect().await;
    for key in ['n', '>', '<', 'o', 'H'] {
        beyond.press(Key::Char(key)).await;
    }
    let first = beyond.commands.recv().await.unwrap();
    assert!(matches!(first, Command::SendHeartbeat { .. }), "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn the_palette_finds_an_action_by_its_name_and_does_it() {
    let mut beyond = open();
    beyond.connect().await;
    // Letters are text while something is open: neither help nor quit nor leave.
    beyond.type_in(":quL").await;
    beyond.press(Key::Ctrl('u')).await;
    beyond.keys.send(Input::Paste("heartb".to_owned())).await.unwrap();
    beyond.press(Key::Enter).await;
    let ordered = beyond.ordered().await;
    assert!(matches!(ordered, Command::SendHeartbeat { .. }), "{ordered:?}");
    beyond.type_in("?q").await;
    beyond.press(Key::Esc).await;
    let model = beyond.quit().await;
    assert!(model.open.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_presence_timeout_is_asked_for_until_it_is_one() {
    let mut beyond = open();
    beyond.connect().await;
    beyond.press(Key::Char('t')).await;
    beyond.press(Key::Ctrl('u')).await;
    beyond.type_in("1").await;
    beyond.press(Key::Enter).await;
    beyond.press(Key::Backspace).await;
    beyond.type_in("2m").await;
    beyond.press(Key::Enter).await;
    beyond.press(Key::Char('H')).await;
    let ordered = beyond.ordered().await;
    assert!(matches!(ordered, Command::SendHeartbeat { timeout, .. } if timeout.as_secs() == 120), "{ordered:?}");
}

#[tokio::test(start_paused = true)]
async fn what_others_would_notice_on_a_production_keyset_is_done_after_a_yes_only() {
    let mut beyond = open_on(false, true);
    beyond.connect().await;
    beyond.type_in("Hn").await;
    beyond.type_in("Ly").await;
    let ordered = beyond.ordered().await;
    assert!(matches!(ordered, Command::Leave { .. }), "the heartbeat was not confirmed: {ordered:?}");
    beyond.type_in("Hy").await;
    let ordered = beyond.ordered().await;
    assert!(matches!(ordered, Command::SendHeartbeat { .. }), "{ordered:?}");
}

#[tokio::test(start_paused = true)]
async fn the_mouse_points_drags_and_turns_until_it_is_given_back() {
    let mut beyond = open();
    beyond.connect().await;
    // What was answered is on the screen.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let hand = |hand, column, row| Input::Mouse(Mouse { hand, column, row });
    // Tabs, gauge, the list's border and heading, and its only row.
    let screen = ratatui::layout::Rect::new(0, 0, 80, 24);
    let splitter = Layout::of(screen, Pane::Log, true, false, Shares::default()).log.unwrap().y;
    for row in 4..8 {
        beyond.keys.send(hand(Hand::Press, 10, row)).await.unwrap();
    }
    beyond.keys.send(hand(Hand::WheelDown, 10, 20)).await.unwrap();
    for (what, row) in [(Hand::Press, splitter), (Hand::Drag, 10), (Hand::Release, 10), (Hand::Drag, 20)] {
        beyond.keys.send(hand(what, 30, row)).await.unwrap();
    }
    beyond.type_in("zM").await;
    let model = beyond.quit().await;
    assert_eq!(model.focus.user, Some(UserId::heard("ann")));
    assert_eq!(model.focus.pane, Pane::Log, "the wheel turned over the log");
    assert!(model.focus.zoom && !model.mouse);
    let dragged = model.focus.shares.log;
    assert!((45..=70).contains(&dragged), "the line above the log went up and stayed there: {dragged}");
}

#[tokio::test(start_paused = true)]
async fn a_theme_is_worn_while_it_is_chosen_and_taken_off_on_second_thoughts() {
    let mut beyond = open();
    beyond.connect().await;
    beyond.type_in("Tlight").await;
    beyond.press(Key::Enter).await;
    beyond.type_in("T").await;
    beyond.press(Key::Down).await;
    beyond.press(Key::Esc).await;
    assert_eq!(beyond.quit().await.theme, "light");
}

#[tokio::test(start_paused = true)]
async fn every_action_can_be_done_by_its_key_and_leaves_the_loop_alive() {
    for meaning in ACTIONS.iter().filter(|meaning| meaning.action != Action::Quit) {
        let mut beyond = open_before(true);
        beyond.connect().await;
        for key in Keys::default().of(meaning.action) {
            beyond.press(*key).await;
        }
        // What was opened closes, and what was begun is given up.
        for _ in 0..3 {
            beyond.press(Key::Esc).await;
        }
        let ended = tokio::time::timeout(Duration::from_secs(60), beyond.quit()).await;
        assert!(ended.is_ok_and(|model| model.quitting), "{}", meaning.name);
    }
}
