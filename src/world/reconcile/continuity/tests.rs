use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::presence::{Channel, Roster, State, UserId};

fn user(n: u8) -> UserId {
    UserId::from_wire(&n.to_string())
}

fn join(n: u8) -> EventKind {
    EventKind::Joined { user: user(n), state: None }
}

fn leave(n: u8) -> EventKind {
    EventKind::Left { user: user(n) }
}

fn state(n: u8) -> EventKind {
    EventKind::StateChanged { user: user(n), state: State::parse("{}").unwrap() }
}

fn event(at: u64, occupancy: usize, what: EventKind) -> PresenceEvent {
    PresenceEvent {
        channel: Channel::from_wire("lobby"),
        subscription: None,
        published: Timetoken::new(at),
        timestamp: None,
        occupancy: Some(occupancy as u64),
        what,
        raw: None,
    }
}

/// A watcher of one channel, which counts the losses it is sure of.
#[derive(Default)]
struct Watcher {
    roster: Roster,
    continuity: Continuity,
    now: Moment,
    losses: usize,
}

impl Watcher {
    fn hear(&mut self, event: &PresenceEvent) -> Continued {
        let before = self.roster.len();
        let change = self.roster.apply(event).change;
        let step = ListStep { before, after: self.roster.len(), change };
        let continued = self.continuity.take_event(event, step, self.now);
        if let EventKind::Interval { refresh: true, .. } = &event.what {
            self.continuity.excuse_interval();
        }
        continued
    }

    fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        self.losses += usize::from(self.continuity.take_certain_loss(self.now).is_some());
    }

    /// Hear all of it, and wait until nothing can come late any more.
    fn count_losses<'a>(events: impl IntoIterator<Item = &'a PresenceEvent>) -> usize {
        let mut watcher = Self::default();
        for event in events {
            watcher.hear(event);
            watcher.wait(Duration::from_micros(100));
        }
        watcher.wait(INTERVALS);
        watcher.losses
    }
}

/// A channel of a service that announces each change, up to an announce max, and sums up above it.
struct Service {
    here: BTreeSet<u8>,
    announce_max: usize,
    named: [BTreeSet<u8>; 2],
    is_summing_up: bool,
    events: Vec<PresenceEvent>,
}

impl Service {
    fn new(announce_max: usize) -> Self {
        let named = [BTreeSet::new(), BTreeSet::new()];
        Self { here: BTreeSet::new(), announce_max, named, is_summing_up: false, events: Vec::new() }
    }

    fn publish(&mut self, what: EventKind) {
        let at = 10 * (self.events.len() as u64 + 1);
        self.events.push(event(at, self.here.len(), what));
    }

    /// A change of this user: a join or a leave, or, if they are here and `again`, one that changes no count.
    fn change(&mut self, n: u8, again: u8) {
        if self.here.contains(&n) && again < 3 {
            return match again {
                0 if self.here.len() > self.announce_max => {}
                0 => self.publish(join(n)),
                _ => self.publish(state(n)),
            };
        }
        let is_join = self.here.insert(n) || !self.here.remove(&n);
        let what = if is_join { join(n) } else { leave(n) };
        for named in &mut self.named {
            named.remove(&n);
        }
        if self.here.len() <= self.announce_max {
            return self.publish(what);
        }
        self.is_summing_up = true;
        self.named[usize::from(!is_join)].insert(n);
    }

    fn send_interval(&mut self) {
        if std::mem::take(&mut self.is_summing_up) {
            self.is_summing_up = self.here.len() > self.announce_max;
            let [joined, left] = std::mem::take(&mut self.named).map(|named| named.into_iter().map(user).collect());
            self.publish(EventKind::Interval { joined, left, timed_out: Vec::new(), refresh: false });
        }
    }
}

fn all_events(changes: &[(u8, u8)], announce_max: usize) -> Vec<PresenceEvent> {
    let mut service = Service::new(announce_max);
    for (place, (n, again)) in changes.iter().enumerate() {
        service.change(*n, *again);
        if place % 20 == 19 {
            service.send_interval();
        }
    }
    service.send_interval();
    service.events
}

fn outline(events: &[PresenceEvent]) -> String {
    let one = |event: &PresenceEvent| {
        let count = event.occupancy.unwrap();
        match &event.what {
            EventKind::Joined { user, .. } => format!("+{user}={count}"),
            EventKind::Left { user } => format!("-{user}={count}"),
            EventKind::Interval { joined, left, .. } => format!("[{joined:?} {left:?}]={count}"),
            _ => format!("s={count}"),
        }
    };
    events.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Whether those that come after this one are enough to show that it is missing.
fn is_provable(events: &[PresenceEvent], missing: usize) -> bool {
    let counts = |event: &&PresenceEvent| !matches!(event.what, EventKind::StateChanged { .. });
    let told = |event: &PresenceEvent| event.occupancy;
    let before = events[..missing].iter().rev().find(counts);
    let after = events[missing + 1..].iter().find(counts);
    let (Some(before), Some(after)) = (before, after) else { return false };
    // Of a user who is away, or here, for no other event, the next one tells the same as a join announced again.
    let user = |event: &PresenceEvent| event.what.user().cloned();
    let hides = matches!(after.what, EventKind::Joined { .. }) && user(after) == user(&events[missing]);
    told(before) != told(&events[missing]) && !hides
}

fn changes() -> impl Strategy<Value = Vec<(u8, u8)>> {
    prop::collection::vec((0..30u8, 0..10u8), 20..300)
}

proptest! {
    #[test]
    fn one_event_that_is_missing_is_one_loss_and_none_is_none(changes in changes(), missing in any::<prop::sample::Index>()) {
        let mut events = all_events(&changes, usize::MAX);
        prop_assert_eq!(Watcher::count_losses(&events), 0);
        let missing = missing.index(events.len());
        let expected = usize::from(is_provable(&events, missing));
        events.remove(missing);
        prop_assert_eq!(Watcher::count_losses(&events), expected, "{} without {}", outline(&events), missing);
    }

    #[test]
    fn repeats_and_late_events_are_no_losses_and_hide_none(
        changes in changes(),
        repeats in prop::collection::vec((any::<prop::sample::Index>(), 1..40usize), 0..20),
        late in prop::option::of((any::<prop::sample::Index>(), 1..10usize)),
        missing in any::<prop::sample::Index>(),
    ) {
        let all = all_events(&changes, usize::MAX);
        let mut order: Vec<usize> = (0..all.len()).collect();
        if let Some((place, later)) = late {
            let place = place.index(order.len());
            let moved = order.remove(place);
            order.insert((place + later).min(order.len()), moved);
        }
        let heard = |order: &[usize]| Watcher::count_losses(order.iter().map(|n| &all[*n]));
        prop_assert_eq!(heard(&order), 0, "{} {:?}", outline(&all), order);
        let mut order: Vec<usize> = (0..all.len()).collect();
        let missing = missing.index(order.len());
        order.remove(missing);
        for (place, later) in repeats {
            let place = place.index(order.len());
            let again = order[place];
            order.insert((place + later).min(order.len()), again);
        }
        prop_assert_eq!(heard(&order), usize::from(is_provable(&all, missing)), "{} without {} {:?}", outline(&all), missing, order);
    }

    #[test]
    fn stays_above_the_announce_max_are_no_losses(changes in changes(), announce_max in 0..25usize) {
        prop_assert_eq!(Watcher::count_losses(&all_events(&changes, announce_max)), 0, "{} {}", outline(&all_events(&changes, announce_max)), announce_max);
    }

    #[test]
    fn an_interval_that_is_missing_is_one_loss_if_it_named_a_change(changes in changes(), missing in any::<prop::sample::Index>()) {
        let mut events = all_events(&changes, 0);
        let missing = missing.index(events.len());
        let names = |event: &PresenceEvent| match &event.what {
            EventKind::Interval { joined, left, .. } => joined.len().abs_diff(left.len()),
            _ => 0,
        };
        let is_interval = |event: &PresenceEvent| matches!(event.what, EventKind::Interval { .. });
        let was_told = events[..missing].iter().any(is_interval);
        let will_show = events[missing + 1..].iter().find(|event| is_interval(event)).is_some();
        let is_interval = is_interval(&events[missing]);
        let lost = events.remove(missing);
        let losses = Watcher::count_losses(&events);
        prop_assert!(losses <= usize::from(is_interval && was_told), "{} without {}", outline(&events), missing);
        // Whoever left unnoticed and is named again later evens it out.
        if is_interval && was_told && will_show && names(&lost) > 25 {
            prop_assert_eq!(losses, 1);
        }
    }
}

#[test]
fn a_loss_is_told_with_what_was_expected() {
    let mut watcher = Watcher::default();
    watcher.hear(&event(1, 1, join(1)));
    assert_eq!(watcher.hear(&event(2, 2, join(2))), Continued::Proven);
    assert_eq!(watcher.hear(&event(4, 4, join(4))), Continued::Broken);
    assert_eq!(watcher.continuity.take_certain_loss(watcher.now), None, "it may come late");
    let sure = watcher.now.plus(GRACE);
    assert_eq!(watcher.continuity.certain_at(), Some(sure));
    assert_eq!(watcher.continuity.take_certain_loss(sure), Some(MissingEvents { expected: 3, told: 4 }));
    assert_eq!(watcher.hear(&event(5, 3, leave(1))), Continued::Proven);
}

#[test]
fn servers_whose_clocks_differ_and_equal_timetokens_lose_nothing() {
    for events in [
        // The second and the third were published by two servers: told in the one order, stamped in the other.
        [event(1, 1, join(1)), event(2, 3, join(3)), event(3, 2, join(2)), event(4, 4, join(4))],
        [event(1, 1, join(1)), event(2, 3, join(3)), event(2, 2, join(2)), event(4, 4, join(4))],
        [event(1, 1, join(1)), event(2, 2, join(2)), event(2, 3, join(3)), event(4, 4, join(4))],
    ] {
        assert_eq!(Watcher::count_losses(&events), 0);
    }
}

#[test]
fn what_proves_nothing_is_no_loss() {
    let untold = PresenceEvent { occupancy: None, ..event(2, 0, join(2)) };
    assert_eq!(Watcher::count_losses(&[event(1, 1, join(1)), untold, event(3, 9, join(3))]), 0);
    // A change of state, which tells of somebody who is not present, and of some time.
    assert_eq!(Watcher::count_losses(&[event(1, 1, join(1)), event(2, 0, state(9)), event(3, 2, join(3))]), 0);
    // The list is not known yet, so the user may have been here before.
    assert_eq!(Watcher::count_losses(&[event(1, 5, join(1)), event(2, 5, join(2)), event(3, 6, join(3))]), 0);
    let mut watcher = Watcher::default();
    watcher.hear(&event(1, 1, join(1)));
    watcher.continuity.forget();
    watcher.hear(&event(2, 7, join(2)));
    assert_eq!(watcher.continuity, Continuity { last: watcher.continuity.last, announced: 7, ..Continuity::default() });
}

#[test]
fn at_the_highest_occupancy_a_lost_join_shows_when_an_event_is_announced_above_it() {
    let mut watcher = Watcher::default();
    for event in [event(1, 1, join(1)), event(2, 2, join(2)), event(4, 2, leave(1))] {
        assert_ne!(watcher.hear(&event), Continued::Broken);
    }
    assert_eq!(watcher.continuity.unsettled_until(), None);
    let mut ended = watcher.continuity.clone();
    ended.end();
    assert_eq!(ended.take_certain_loss(watcher.now), None, "not for sure");
    assert_eq!(watcher.hear(&event(5, 3, join(5))), Continued::Broken);
    watcher.wait(GRACE);
    assert_eq!(watcher.losses, 1);
}
