//! The engine without a screen, in a scripted world and on a paused clock: what comes is taken in, what
//! the model wants is asked, and time ends a step.

use std::time::Duration;

use herenow::{
    clock::Clock,
    engine::{Engine, Step, World},
    model::{Action, Kind, Model, Msg, Session},
    presence::{
        Answered, Batch, Channel, Command, Counted, Happening, Heard, Ledger, LinkChange, Moment, Notice, Outcome,
        PresenceEvent, Snapshot, SubscribeKey, Subscription, Timetoken, UserId,
    },
};
use tokio::sync::{
    mpsc::{self, Receiver, Sender},
    watch,
};
use tokio_util::sync::CancellationToken;

struct Beyond {
    notices: Sender<Notice>,
    commands: Receiver<Command>,
    outcomes: Sender<Outcome>,
    broken: CancellationToken,
    clock: Clock,
}

fn open() -> (Engine, Beyond) {
    let clock = Clock::start();
    let (notices, heard) = mpsc::channel(1024);
    let (orders, commands) = mpsc::channel(1);
    let (outcomes, ended) = mpsc::channel(16);
    let broken = CancellationToken::new();
    let lobby = Subscription::Channel(Channel::heard("lobby"));
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
        watching: vec![lobby],
        join_hint: None,
    };
    let mut model = Model::new(session, Duration::from_secs(300), clock.now());
    model.log.listen();
    let world = World {
        notices: heard,
        watching: watch::channel(Vec::new()).0,
        commands: orders,
        outcomes: ended,
        broken: broken.clone(),
        stage: None,
        clock,
    };
    (Engine::new(world, model), Beyond { notices, commands, outcomes, broken, clock })
}

impl Beyond {
    fn live(&self) {
        let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
        self.notices.try_send(Notice::Link { poll: 0, change, at: self.clock.now() }).unwrap();
    }

    /// A timetoken of the service's, `n` ticks from now.
    fn timetoken(&self, n: u64) -> Timetoken {
        let now = self.clock.now().since(Moment::default()).as_micros();
        Timetoken::new(u64::try_from(now).unwrap() * 10 + n)
    }

    /// Users with these numbers join in one reply, a tick apart; as many are there then.
    fn join(&self, users: std::ops::Range<u64>) {
        let event = |n: u64| {
            Heard::Event(PresenceEvent {
                raw: None,
                channel: Channel::heard("lobby"),
                subscription: None,
                published: self.timetoken(n),
                timestamp: None,
                occupancy: Some(n),
                what: Happening::Joined { user: UserId::heard(&n.to_string()), state: None },
            })
        };
        let (cursor, at) = (self.timetoken(users.end), self.clock.now());
        let heard = users.map(event).collect();
        let batch = Batch { poll: 0, heard, cursor, duplicates: 0, full: false, over_limit: 0, at };
        self.notices.try_send(Notice::Batch(batch)).unwrap();
    }

    fn answer(&self, command: Command) {
        let snapshot = Snapshot {
            channel: Channel::heard("lobby"),
            occupancy: 1,
            listed: Some(vec![Counted { user: UserId::heard("ann"), state: None }]),
            with_state: true,
            as_of: self.timetoken(1),
            complete: true,
        };
        let (at, result) = (self.clock.now(), Ok(Answered::HereNow(vec![snapshot])));
        let outcome = Outcome { command, at, took: Duration::ZERO, ledger: Ledger::default(), result };
        self.outcomes.try_send(outcome).unwrap();
    }
}

fn kinds(engine: &mut Engine) -> Vec<Kind> {
    engine.model.log.take_fresh().map(|entry| entry.line.kind()).collect()
}

#[tokio::test(start_paused = true)]
async fn steps_take_in_and_ask_and_end_when_their_time_has_come() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert_eq!(kinds(&mut engine), [Kind::Link]);
    let asked = beyond.commands.try_recv().unwrap();
    assert!(matches!(asked, Command::AskHereNow { .. }), "{asked:?}");
    beyond.answer(asked);
    beyond.join(2..5);
    // The answer was there first, and outcomes come before news.
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert_eq!(kinds(&mut engine), [Kind::Snapshot]);
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert_eq!(kinds(&mut engine), [Kind::Join; 3]);
    assert_eq!(engine.model.selected().unwrap().roster.len(), 4);

    let until = beyond.clock.now().plus(Duration::from_secs(30));
    while engine.step(Some(until)).await.unwrap() == Step::News {}
    assert_eq!(beyond.clock.now(), until);
    // What nobody can see needs no waking: the next thing to do is the audit.
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert!(beyond.clock.now().since(until) >= Duration::from_secs(29));
}

#[tokio::test(start_paused = true)]
async fn a_flood_does_not_put_the_end_off_and_is_taken_in_by_parts() {
    let (mut engine, beyond) = open();
    (0..1024).for_each(|n| beyond.join(n..n + 1));
    let until = beyond.clock.now().plus(Duration::from_millis(1));
    assert_eq!(engine.step(Some(until)).await.unwrap(), Step::News);
    let taken = kinds(&mut engine).len();
    assert!(0 < taken && taken < 1024, "{taken}");
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(engine.step(Some(until)).await.unwrap(), Step::Due);
}

#[tokio::test(start_paused = true)]
async fn a_step_given_up_halfway_loses_nothing() {
    let (mut engine, beyond) = open();
    for n in 0..100 {
        let given_up = tokio::time::timeout(Duration::from_millis(1), engine.step(None));
        if n % 2 == 0 {
            beyond.join(n..n + 1);
        }
        drop(given_up.await);
    }
    beyond.join(100..101);
    engine.step(None).await.unwrap();
    assert_eq!(kinds(&mut engine).len(), 51);
}

#[tokio::test(start_paused = true)]
async fn what_finds_the_queue_full_is_asked_again_later() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    engine.step(None).await.unwrap();
    let first = beyond.commands.try_recv().unwrap();
    // Another order fills the queue, and the question that is due finds it full.
    engine.tell(Msg::Act(Action::Heartbeat));
    engine.send();
    beyond.answer(first);
    engine.step(None).await.unwrap();
    while engine.model.counters.refused_busy == 0 {
        engine.step(None).await.unwrap();
    }
    assert!(matches!(beyond.commands.try_recv().unwrap(), Command::SendHeartbeat { .. }));
    let again = loop {
        engine.step(None).await.unwrap();
        if let Ok(again) = beyond.commands.try_recv() {
            break again;
        }
    };
    assert!(matches!(again, Command::AskHereNow { .. }), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn leaving_on_the_way_out_waits_for_a_full_queue_but_not_for_ever() {
    for worker_lives in [true, false] {
        let (mut engine, mut beyond) = open();
        beyond.live();
        engine.step(None).await.unwrap();
        assert!(matches!(beyond.commands.try_recv(), Ok(Command::AskHereNow { .. })));
        engine.tell(Msg::Act(Action::Heartbeat));
        engine.send();
        engine.tell(Msg::Act(Action::Quit));
        engine.send();
        let begun = beyond.clock.now();
        let farewell = tokio::spawn(engine.farewell());
        if worker_lives {
            assert!(matches!(beyond.commands.recv().await, Some(Command::SendHeartbeat { .. })));
            assert!(matches!(beyond.commands.recv().await, Some(Command::Leave { .. })));
            assert!(beyond.commands.recv().await.is_none(), "nothing comes after it");
            drop(beyond.outcomes);
            farewell.await.unwrap().unwrap();
        } else {
            let late = farewell.await.unwrap().map(drop).unwrap_err().to_string();
            assert!(late.contains("did not confirm"), "{late}");
            assert_eq!(beyond.clock.now().since(begun), Duration::from_secs(2));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_elsewhere_ends_it() {
    let (mut engine, beyond) = open();
    beyond.broken.cancel();
    assert!(engine.step(None).await.is_err());
}
