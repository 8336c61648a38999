//! Expressions, held against what happens right when it happens: what is true for a moment only is not missed.

use std::{sync::Arc, time::Duration};

use crate::{
    clock::Clock,
    expression::{Expression, Judge, Verdict},
    incident::IncidentWatch,
    presence::{Channel, Moment},
    world::{ChannelId, Entry, Listener, Touched, World},
};

/// While events come, judging that is slow takes at most this part of the time.
const SHARE: u32 = 10;

/// Judging that takes no longer than this is not slow: no event is passed over because of it.
const SLOW: Duration = Duration::from_millis(1);

/// What becomes of the answers.
pub(super) trait Course: Send {
    /// Whether the expressions have to hold all the while, and not only at the moment of asking.
    fn judges_over_time(&self) -> bool {
        false
    }

    /// What is known of each expression at this moment. Returns when to look again if nothing happens; nothing,
    /// if it is over.
    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment>;

    /// Until when all has been told that may speak against each expression; of those that have to hold all the while,
    /// and before their verdicts.
    fn take_told(&mut self, _until: &[Moment]) {}
}

/// Expressions, and what becomes of the answers.
pub(super) struct Judging<C> {
    judges: Vec<Judge>,
    /// What becomes of the answers.
    pub course: C,
    /// Tells how long judging takes; nobody waits for what is over.
    clock: Option<Clock>,
    /// Why nothing can be known now, whatever the world says.
    pub doubt: Option<String>,
    /// What is unusual of all that happens.
    incidents: Box<IncidentWatch>,
    /// Judging took long: not again before this, as long as events come.
    rest_until: Moment,
    over: bool,
}

impl<C: Course> Judging<C> {
    pub fn new(expressions: impl IntoIterator<Item = Expression>, course: C, clock: Clock) -> Self {
        let over_time = course.judges_over_time();
        Self { clock: Some(clock), ..Self::over_the_past(expressions, course, over_time) }
    }

    /// As [`new`](Self::new), for what is over: each moment of it is judged.
    pub fn over_the_past(expressions: impl IntoIterator<Item = Expression>, course: C, over_time: bool) -> Self {
        let open = if over_time { Judge::over_time } else { Judge::new };
        let judges = expressions.into_iter().map(open).collect();
        let (incidents, rest_until) = (Box::default(), Moment::default());
        Self { judges, course, clock: None, doubt: None, incidents, rest_until, over: false }
    }

    /// The answers that are wanted are there.
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// Answer again. Returns when to look next if nothing happens, or `None` if it is over.
    pub fn look(&mut self, world: &World, now: Moment) -> Option<Moment> {
        if self.over {
            return None;
        }
        let began = self.clock.map(|clock| clock.now());
        self.incidents.look(world, now);
        for incident in self.incidents.take_news(now) {
            let channels: Vec<&Channel> = incident.channels.iter().map(|change| &change.channel).collect();
            let what = incident.sentence();
            self.judges.iter_mut().for_each(|judge| judge.take_incident(&channels, &what, now));
        }
        let known = world.facts(now);
        let doubt = self.doubt.as_ref();
        let judge = |judge: &mut Judge| {
            let verdict = judge.judge(&known, now);
            doubt.map_or(verdict, |why| Verdict::Unknown { why: why.clone(), for_good: false })
        };
        let verdicts = self.judges.iter_mut().map(judge).collect();
        if let (Some(began), Some(clock)) = (began, self.clock) {
            let ended = clock.now();
            let took = ended.since(began);
            self.rest_until = if took > SLOW { ended.plus(took.saturating_mul(SHARE - 1)) } else { ended };
        }
        if self.course.judges_over_time() {
            let told: Vec<Moment> = self.judges.iter().map(|judge| judge.told_until(&known, now)).collect();
            self.course.take_told(&told);
        }
        let again = self.course.take(verdicts, now);
        self.over = again.is_none();
        again
    }
}

impl<C: Course> Listener for Judging<C> {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        if self.over {
            return;
        }
        let now = world.now();
        self.judges.iter_mut().for_each(|judge| world.facts(now).tell_judge(judge, entry));
        self.incidents.take_entry(world, entry);
        // In the middle of anything else, some lists may be of before it and some of after it.
        if entry.event.is_some() && self.clock.is_none_or(|clock| self.rest_until <= clock.now()) {
            self.look(world, now);
        }
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        if !self.over {
            self.incidents.take_change(world, channel, touched);
        }
    }
}

/// Waiting changes nothing any more.
pub(super) fn is_settled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::NotHeld { for_good: true, .. } | Verdict::Unknown { for_good: true, .. })
}

/// When one of them may come to hold by time alone.
pub(super) fn look_again_at(verdicts: &[Verdict], now: Moment) -> Moment {
    let until = |verdict: &Verdict| match verdict {
        Verdict::Pending { until, .. } | Verdict::Unsettled { until, .. } => Some(*until),
        _ => None,
    };
    // A quiet time that was broken becomes quiet again; looking every second is soon enough.
    let again = now.plus(Duration::from_secs(1));
    verdicts.iter().filter_map(until).chain([again]).filter(|until| *until > now).min().unwrap_or(again)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        presence::{
            Batch, Command, CommandAnswer, EventKind, Ledger, LinkChange, ListPart, ListedUser, Notice, Outcome,
            PresenceEvent, ReplyItem, Snapshot, Subscription, Timetoken, Trouble, UserId,
        },
        world::{Input, Session},
    };

    const START: u64 = 1_795_262_400;

    fn at(second: u64) -> Moment {
        Moment::from_micros((START + second) * 1_000_000)
    }

    struct UntilHeld;

    impl Course for UntilHeld {
        fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment> {
            let held = verdicts.iter().all(|verdict| matches!(verdict, Verdict::Held { .. }));
            (!held).then(|| look_again_at(&verdicts, now))
        }
    }

    fn lobby() -> Channel {
        Channel::from_wire("lobby")
    }

    fn link(world: &mut World, change: LinkChange, second: u64, judging: &mut Judging<UntilHeld>) {
        let notice = Notice::Link { poll: 0, change, at: at(second) };
        world.step(at(second), Input::Notice(notice), judging);
    }

    /// The here now that was asked for first is answered: these are there.
    fn answer(world: &mut World, users: &[&str], second: u64, judging: &mut Judging<UntilHeld>) {
        let listed = users.iter().map(|user| ListedUser { user: UserId::from_wire(user), state: None }).collect();
        let snapshot = Snapshot {
            unread: 0,
            first_unread: None,
            part: ListPart::default(),
            channel: lobby(),
            occupancy: users.len() as u64,
            listed: Some(listed),
            with_state: true,
            as_of: Timetoken::at(at(second)),
            complete: true,
        };
        let command = Command::AskHereNow { places: vec![Subscription::Channel(lobby())] };
        let result = Ok(CommandAnswer::HereNow(vec![snapshot]));
        let (took, ledger) = (Duration::ZERO, Ledger::default());
        let outcome = Outcome { command, at: at(second), took, ledger, result };
        world.step(at(second), Input::Outcome(outcome), judging);
    }

    fn open(expression: &str) -> (World, Judging<UntilHeld>) {
        let session = Session::for_a_test(vec![Subscription::Channel(lobby())]);
        let world = World::new(session, Duration::from_secs(300), at(0));
        (world, Judging::new([Expression::parse(expression).unwrap()], UntilHeld, Clock::start()))
    }

    #[test]
    fn what_is_true_between_two_events_of_one_reply_is_seen() {
        let (mut world, mut judging) = open("bob present in lobby");
        link(&mut world, LinkChange::Live { resumed: None, round_trip: Duration::ZERO }, 1, &mut judging);
        answer(&mut world, &["ann"], 2, &mut judging);
        let bob = || UserId::from_wire("bob");
        let event = |what: EventKind, occupancy: u64, second: u64| {
            ReplyItem::from(PresenceEvent {
                channel: lobby(),
                subscription: None,
                published: Timetoken::at(at(second)),
                timestamp: None,
                occupancy: Some(occupancy),
                what,
                raw: None,
            })
        };
        let heard = vec![
            event(EventKind::Joined { user: bob(), state: None }, 2, 10),
            event(EventKind::Left { user: bob() }, 1, 11),
        ];
        let cursor = Timetoken::at(at(12));
        let batch = Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at: at(12) };
        world.step(at(12), Input::Notice(Notice::from(batch)), &mut judging);
        assert!(judging.is_over());
    }

    #[test]
    fn a_list_from_before_a_gap_is_no_answer_when_the_link_is_back() {
        let (mut world, mut judging) = open("ann present in lobby");
        link(&mut world, LinkChange::Live { resumed: None, round_trip: Duration::ZERO }, 1, &mut judging);
        let trouble = Trouble { sentence: "no answer".into(), passing: true, refused: Vec::new(), retry_after: None };
        link(&mut world, LinkChange::Lost { trouble, attempt: 1, retry_at: at(9) }, 2, &mut judging);
        answer(&mut world, &["ann"], 3, &mut judging);
        let live = LinkChange::Live { resumed: Some(Timetoken::at(at(2))), round_trip: Duration::ZERO };
        link(&mut world, live, 60, &mut judging);
        judging.look(&world, at(60));
        assert!(!judging.is_over(), "she may have left meanwhile");
        answer(&mut world, &["ann"], 62, &mut judging);
        judging.look(&world, at(62));
        assert!(judging.is_over());
    }
}
