//! The engine without a screen, in a scripted world and on a paused clock: what comes is taken in, what
//! the model wants is asked, and time ends a step.

use std::time::Duration;

use crate::model::Told;
use herenow::{
    clock::Clock,
    doctor::examine_world,
    engine::{Engine, Step},
    presence::{Command, CommandAnswer, EventKind, Moment, PresenceEvent, Timetoken},
    world::{EntryKind, Input, Order},
};

use crate::{
    happen::{batch, event, joined, on, snapshot, trouble, user, without_state},
    world::{Beyond, Plan},
};

fn open() -> (Engine<Told>, Beyond) {
    let (io, model, beyond) = Plan { notices: 1024, commands: 1, ..Plan::watching(&["lobby"]) }.open(Clock::start());
    (Engine::new(io, model.world, Told::default()), beyond)
}

impl Beyond {
    /// A timetoken of the service's, `n` ticks from now.
    fn timetoken(&self, n: u64) -> Timetoken {
        let now = self.clock.now().since(Moment::default()).as_micros();
        Timetoken::new(u64::try_from(now).unwrap() * 10 + n)
    }

    /// Users with these numbers join in one reply, a tick apart; as many are there then.
    fn join_many(&self, users: std::ops::Range<u64>) {
        let (cursor, now) = (self.timetoken(users.end), self.clock.now());
        let event = |n: u64| event("lobby", self.timetoken(n), joined(&n.to_string()));
        self.hear(batch(users.map(|n| PresenceEvent { occupancy: Some(n), ..event(n) }), cursor, now));
    }

    /// One is there.
    fn answer_with_one(&self, command: Command) {
        let lobby = snapshot("lobby", vec![without_state("ann")], self.timetoken(1));
        self.answer(command, CommandAnswer::HereNow(vec![lobby]));
    }
}

fn kinds(engine: &mut Engine<Told>) -> Vec<EntryKind> {
    engine.watcher.listener.0.drain(..).map(|entry| entry.body.kind()).collect()
}

/// What is asked next.
async fn asked(engine: &mut Engine<Told>, beyond: &mut Beyond) -> Command {
    loop {
        if let Ok(command) = beyond.commands.try_recv() {
            return command;
        }
        engine.step(None).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn steps_take_in_and_ask_and_end_when_their_time_has_come() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert_eq!(kinds(&mut engine), [EntryKind::Link]);
    let asked = asked(&mut engine, &mut beyond).await;
    assert!(matches!(asked, Command::AskHereNow { .. }), "{asked:?}");
    beyond.answer_with_one(asked);
    beyond.join_many(2..5);
    // The answer was there first, and outcomes come before news.
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert_eq!(kinds(&mut engine), [EntryKind::Snapshot]);
    assert_eq!(engine.step(None).await.unwrap(), Step::News);
    assert_eq!(kinds(&mut engine), [EntryKind::Join; 3]);
    assert_eq!(engine.watcher.world.channels.get(0).unwrap().roster.len(), 4);

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
    (0..1024).for_each(|n| beyond.join_many(n..n + 1));
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
            beyond.join_many(n..n + 1);
        }
        drop(given_up.await);
    }
    beyond.join_many(100..101);
    engine.step(None).await.unwrap();
    assert_eq!(kinds(&mut engine).len(), 51);
}

#[tokio::test(start_paused = true)]
async fn what_finds_the_queue_full_is_asked_again_later() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    let first = asked(&mut engine, &mut beyond).await;
    // Another order fills the queue, and the question that is due finds it full.
    engine.take(Input::Order(Order::Join(on("lobby"))));
    engine.send();
    beyond.answer_with_one(first);
    engine.step(None).await.unwrap();
    while engine.watcher.world.counters.refused_busy == 0 {
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
        assert!(matches!(asked(&mut engine, &mut beyond).await, Command::AskHereNow { .. }));
        engine.take(Input::Order(Order::Join(on("lobby"))));
        engine.send();
        engine.take(Input::Order(Order::LeaveAll));
        let begun = beyond.clock.now();
        let finish = tokio::spawn(engine.finish());
        if worker_lives {
            assert!(matches!(beyond.commands.recv().await, Some(Command::SendHeartbeat { .. })));
            assert!(matches!(beyond.commands.recv().await, Some(Command::Leave { .. })));
            assert!(beyond.commands.recv().await.is_none(), "nothing comes after it");
            drop(beyond.outcomes);
            finish.await.unwrap().unwrap();
        } else {
            let late = finish.await.unwrap().map(drop).unwrap_err().to_string();
            assert!(late.contains("did not confirm"), "{late}");
            assert_eq!(beyond.clock.now().since(begun), Duration::from_secs(1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_elsewhere_ends_it() {
    let (mut engine, beyond) = open();
    beyond.broken.cancel();
    assert!(engine.step(None).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_here_now_that_fails_is_said_once_and_known_to_the_doctor_until_it_succeeds() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    engine.step(None).await.unwrap();
    assert_eq!(kinds(&mut engine), [EntryKind::Link]);
    for failure in 0..3 {
        let asked = asked(&mut engine, &mut beyond).await;
        beyond.refuse(asked, trouble("the service answered 500"));
        engine.step(None).await.unwrap();
        assert_eq!(kinds(&mut engine).len(), usize::from(failure == 0));
        let watched = engine.watcher.world.channels.get(0).unwrap();
        assert_eq!(
            (watched.known_occupancy(), engine.watcher.world.certainty(watched, engine.now()).word()),
            (None, "partial")
        );
        let found = examine_world(&engine.watcher.world, engine.now());
        assert!(found.iter().any(|finding| finding.what == "here now fails for 1 channel"), "{found:?}");
        while beyond.commands.is_empty() {
            engine.step(None).await.unwrap();
        }
    }
    let asked = beyond.commands.recv().await.unwrap();
    let found = snapshot("lobby", vec![without_state("ann")], beyond.timetoken(1));
    beyond.answer(asked, CommandAnswer::HereNow(vec![found]));
    engine.step(None).await.unwrap();
    assert_eq!(engine.watcher.world.channels.get(0).unwrap().known_occupancy(), Some(1));
    assert!(
        examine_world(&engine.watcher.world, engine.now()).iter().all(|finding| !finding.what.contains("here now"))
    );
}

#[tokio::test(start_paused = true)]
async fn counts_and_lists_that_never_agree_are_asked_about_ever_less_often() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    let end = beyond.clock.now().plus(Duration::from_secs(600));
    let mut asked = 0;
    while engine.step(Some(end)).await.unwrap() == Step::News {
        while let Ok(command) = beyond.commands.try_recv() {
            asked += 1;
            let mut found = snapshot("lobby", vec![without_state("ann")], beyond.timetoken(1));
            found.occupancy = 7;
            beyond.answer(command, CommandAnswer::HereNow(vec![found]));
        }
    }
    assert!((8..=20).contains(&asked), "{asked} in ten minutes");
}

#[tokio::test(start_paused = true)]
async fn an_event_from_the_future_is_not_believed() {
    let (mut engine, mut beyond) = open();
    beyond.live();
    let asked = asked(&mut engine, &mut beyond).await;
    beyond.answer_with_one(asked);
    engine.step(None).await.unwrap();
    assert_eq!(kinds(&mut engine), [EntryKind::Link, EntryKind::Snapshot]);
    let far = Timetoken::new(beyond.timetoken(0).ticks() * 100);
    let left = EventKind::Left { user: user("ann") };
    let events = [event("lobby", far, joined("ghost")), event("lobby", beyond.timetoken(5), left)];
    beyond.hear(batch(events, beyond.timetoken(9), beyond.clock.now()));
    engine.step(None).await.unwrap();
    assert_eq!(kinds(&mut engine), [EntryKind::Garbled, EntryKind::Leave]);
    assert!(engine.watcher.world.channels.get(0).unwrap().roster.is_empty());
}
