//! Those who are back: one by one, all at once, or over and over.

use std::{collections::HashMap, time::Duration};

use super::{
    Incident, IncidentKind, IncidentWatch,
    tracking::{Tracked, UserSet},
};
use crate::presence::Moment;

/// Those who come back within this time may be a herd.
const HERD_SECONDS: u64 = 15;

/// Those who had gone so long ago may be those who come.
const DROP: Duration = Duration::from_secs(60);

/// A rush of unnamed users this many seconds before or after many left may be theirs.
const AROUND: u64 = 15;

/// Who came together may go together within this time.
const VISIT: Duration = Duration::from_secs(60);

/// Leaves within so many seconds, of users who are back within this time, were a reconnect.
const SUDDEN: u64 = 20;
const RECONNECT: Duration = Duration::from_secs(60);

/// Most of those who left are back together if they are within so many seconds. Within the longer time they were restarted;
/// later, they have come once more.
const TOGETHER: u64 = 10;
const RESTART: Duration = Duration::from_secs(30);

/// One in so many is few.
const FEW: u64 = 5;

impl IncidentWatch {
    /// Whether most joins of these seconds are those of users who had gone in an incident.
    pub(super) fn are_returns(&self, from: u64, to: u64) -> bool {
        let counts = self.counts.sum(from, self.looked.seconds());
        let joined = u64::from(counts.joined + counts.back + counts.up);
        self.tracked.iter().any(|tracked| {
            let drop =
                matches!(tracked.counted, IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear);
            let (returned, _) = tracked.returns_since(from);
            // Who left and is back together after a while has come; one by one somebody is always back.
            let most = returned * 2 >= tracked.incident.users && to - from <= TOGETHER;
            let together = tracked.counted == IncidentKind::MassLeave && most;
            let follows = if together { RESTART } else { super::watch::TOLD_FOR };
            let recent = self.looked.since(tracked.incident.last) < follows;
            drop && recent && returned * 5 >= joined * 2 && returned > 0
        })
    }

    /// Whether those who go are as many as had come right before, mostly to the channel that they leave: a crowd that was
    /// there for a while goes home. A network that fails takes those along who were there before.
    pub(super) fn is_ebb(&self, place: usize) -> bool {
        let gone = &self.tracked[place];
        let busiest = |tracked: &Tracked| {
            let most = tracked.channels.iter().max_by_key(|(_, changes, _)| *changes);
            most.map(|(channel, ..)| channel)
        };
        // Where both are named it is known whether they are the same.
        let is_named = |tracked: &Tracked| tracked.incident.unnamed * 2 < tracked.incident.presences;
        let may_be_same = |rush: &Tracked| {
            let are_same = || gone.users.intersection(&rush.users).count() * 2 >= gone.users.len();
            !is_named(gone) || !is_named(rush) || are_same()
        };
        let begin = gone.incident.begin;
        self.tracked.iter().any(|rush| {
            let came = matches!(rush.counted, IncidentKind::Rush | IncidentKind::Herd);
            let recent = rush.incident.begin < begin && begin.since(rush.incident.last) <= VISIT;
            let as_many = gone.incident.presences * 4 <= rush.incident.presences * 5;
            came && recent && as_many && busiest(rush) == busiest(gone) && may_be_same(rush)
        })
    }

    /// Where many left and others came within a few intervals, these do not tell in which order, nor whether one has to do
    /// with the other.
    pub(super) fn find_mixed(&mut self) {
        let within = 2 * self.overview.interval;
        for place in 0..self.tracked.len() {
            let Incident { kind, begin, .. } = self.tracked[place].incident;
            let open = within > 0 && self.looked.since(begin) < DROP;
            let left = &self.tracked[place];
            // Most of them are known to be back, and as many are here as before: those who are not named are the others.
            let are_all_back = kind == IncidentKind::Reconnect
                && self.overview.people * 20 >= left.incident.before * 19
                && self.overview.people * 20 <= left.incident.before * 23;
            if open && are_all_back {
                self.drop_returns(place);
                continue;
            }
            let is_mixed = |rush: &Tracked| rush.counted == IncidentKind::Rush && left.is_mixed_with(rush, within);
            if open
                && matches!(kind, IncidentKind::MassLeave | IncidentKind::Reconnect)
                && self.tracked.iter().any(is_mixed)
            {
                let incident = &mut self.tracked[place].incident;
                (incident.kind, incident.mixed) = (IncidentKind::Unclear, true);
            }
        }
    }

    /// Of a rush since then hardly any are named who had not left: they are those who are told to be back.
    fn drop_returns(&mut self, place: usize) {
        // Intervals tell of some seconds before.
        let slack = Duration::from_secs(self.overview.interval);
        let (before, later) = self.tracked.make_contiguous().split_at_mut(place);
        let Some((left, later)) = later.split_first_mut() else { return };
        for rush in before.iter_mut().chain(later).filter(|rush| rush.counted == IncidentKind::Rush) {
            let strangers = rush.users.difference(&left.users).count() as u64;
            let follows = rush.incident.begin.plus(slack) >= left.incident.begin;
            let are_back = follows && strangers * FEW <= rush.incident.count();
            if are_back && rush.incident.unnamed > 0 {
                (rush.incident.continued, rush.open) = (true, false);
            }
        }
    }

    /// Say of joins without names what they are, by what was told of those who had gone: a return after a mass timeout,
    /// a rush after others had left, and unclear if nothing was told.
    pub(super) fn settle_returns(&mut self, place: usize) {
        let now = self.looked;
        let gone = self.tracked.iter_mut().rev().find(|tracked| {
            let drop = matches!(
                tracked.incident.kind,
                IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear
            );
            drop && !tracked.incident.joins && now.since(tracked.incident.last) < DROP
        });
        let (mut returned, mut kind) = (0, IncidentKind::Unclear);
        if let Some(gone) = gone {
            if gone.counted == IncidentKind::MassTimeout {
                (gone.incident.continued, gone.open) = (true, false);
                (returned, kind) = (gone.incident.count(), IncidentKind::Herd);
            } else {
                kind = IncidentKind::Rush;
            }
        }
        let incident = &mut self.tracked[place].incident;
        (incident.returned, incident.kind, incident.joins) = (returned, kind, kind == IncidentKind::Unclear);
    }

    /// What seemed to be a reconnect goes on and on.
    pub(super) fn continue_reconnects(&mut self, now: Moment) {
        for tracked in &mut self.tracked {
            if tracked.incident.kind == IncidentKind::Reconnect && now.since(tracked.incident.begin).as_secs() < 60 {
                tracked.incident.continued = true;
                tracked.open = false;
            }
        }
    }

    /// Count who is back of those who had gone, and see whether they come all at once.
    pub(super) fn follow_returns(&mut self, now: Moment) {
        let (mut herd, mut moved) = (None, None);
        let people = self.overview.people;
        for (place, tracked) in self.tracked.iter_mut().enumerate() {
            let Tracked { incident, counted, .. } = tracked;
            let follows =
                matches!(counted, IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear)
                    && now.since(incident.last) < super::watch::TOLD_FOR;
            if !follows || tracked.users.is_empty() {
                continue;
            }
            tracked.count_returns(&self.movements);
            if tracked.counted != IncidentKind::MassTimeout && now.since(tracked.incident.last) < DROP {
                tracked.count_moved_before(&self.movements);
            }
            let all = tracked.incident.users;
            let most_back = tracked.are_most_back(now) && tracked.are_made_up_for(people);
            if tracked.counted != IncidentKind::MassTimeout
                && !tracked.incident.continued
                && let Some((channel, first)) = tracked.find_destination()
            {
                moved = Some((place, channel, first));
                continue;
            }
            if tracked.counted != IncidentKind::MassTimeout && tracked.are_elsewhere() {
                // They are on several others now: nobody is gone.
                (tracked.incident.continued, tracked.open) = (true, false);
                continue;
            }
            match tracked.incident.kind {
                IncidentKind::MassLeave
                    if most_back
                        && tracked.incident.seconds() <= SUDDEN
                        && now.since(tracked.incident.last) < RECONNECT =>
                {
                    tracked.incident.kind = IncidentKind::Reconnect;
                }
                IncidentKind::MassTimeout => {
                    let (count, first) = tracked.returns_since(now.seconds().saturating_sub(HERD_SECONDS));
                    if count >= 4 && count * 5 >= all * 2 && !tracked.incident.continued {
                        herd = Some((place, first));
                    }
                }
                _ => {}
            }
            tracked.extend_reconnect(now);
        }
        if let Some((place, first)) = herd {
            self.begin_herd(place, first, now);
        }
        if let Some((place, channel, first)) = moved {
            self.begin_gathering(place, channel, first, now);
        }
        self.explain_unnamed_moves(now);
        self.join_waves();
        self.join_reconnects();
        self.follow_unheard();
        self.explain_unheard();
    }

    /// Some intervals told that they left before others told that they left and are back: it is the same, told twice.
    fn join_reconnects(&mut self) {
        let is_one =
            |tracked: &&Tracked| tracked.incident.kind == IncidentKind::Reconnect && !tracked.incident.continued;
        let whole: Vec<UserSet> = self
            .tracked
            .iter()
            .filter(is_one)
            .filter(|tracked| tracked.counted == IncidentKind::Reconnect && tracked.rolling.is_none())
            .map(|tracked| tracked.users.clone())
            .collect();
        for left in self.tracked.iter_mut().filter(|left| left.counted == IncidentKind::MassLeave) {
            let most = |users: &UserSet| left.users.intersection(users).count() * 2 >= left.users.len();
            if is_one(&&*left) && whole.iter().any(most) {
                (left.incident.continued, left.open) = (true, false);
            }
        }
    }

    /// Those who left did so because they went to another channel, all to the same: that is a rush to it.
    fn begin_gathering(&mut self, place: usize, channel: u32, first: Moment, now: Moment) {
        let left = &mut self.tracked[place];
        (left.incident.continued, left.open) = (true, false);
        // Others may have come there before those who left first.
        let known = self.tracked.iter().any(|rush| {
            let is_there = rush.only_on.is_none_or(|only| only == channel);
            rush.counted == IncidentKind::Rush && is_there && rush.incident.last >= first
        });
        if !known {
            let rush = self.add(IncidentKind::Rush, first);
            self.tracked[rush].only_on = Some(channel);
            self.tracked[rush].count(&self.movements, now);
            self.counts.mark_unusual(first.seconds(), now.seconds());
        }
    }

    /// Where a channel names nobody, those who come to it may be those who left the others: they are if most of a rush
    /// is on one channel, as many as had left, and as many are present as before.
    fn explain_unnamed_moves(&mut self, now: Moment) {
        let people = self.overview.people;
        let rushes: Vec<(Moment, u64)> = self
            .tracked
            .iter()
            .filter(|rush| rush.counted == IncidentKind::Rush && now.since(rush.incident.last) < DROP)
            .filter_map(|rush| {
                let all: u64 = rush.channels.iter().map(|(_, changes, _)| changes).sum();
                let (_, most, gain) = rush.channels.iter().max_by_key(|(.., net)| *net)?;
                (rush.incident.unnamed > 0 && most * 10 >= all * 6)
                    .then_some((rush.incident.begin, u64::try_from(gain).ok()?))
            })
            .collect();
        for left in self.tracked.iter_mut().filter(|left| left.incident.kind == IncidentKind::MassLeave) {
            let Incident { begin, before, presences, left: gone, .. } = left.incident;
            let went = presences.max(gone);
            // The time of what an interval tells is known to some seconds only.
            let follows = |(rush, gain): &(Moment, u64)| {
                rush.seconds().abs_diff(begin.seconds()) <= AROUND && *gain * 2 >= went && people * 10 >= before * 9
            };
            if !left.incident.continued && rushes.iter().any(follows) {
                (left.incident.continued, left.open) = (true, false);
            }
        }
    }

    fn begin_herd(&mut self, place: usize, first: u64, now: Moment) {
        let gone = &mut self.tracked[place];
        gone.count(&self.movements, now);
        gone.incident.continued = true;
        gone.open = false;
        let (only, all, unheard) = (gone.users.clone(), gone.incident.count(), gone.incident.unheard);
        let number = gone.incident.number;
        let herd = self.add(IncidentKind::Herd, Moment::from_micros(first * 1_000_000));
        let tracked = &mut self.tracked[herd];
        (tracked.only, tracked.returns_of) = (Some(only), Some(number));
        (tracked.incident.returned, tracked.incident.unheard) = (all, unheard);
        tracked.count(&self.movements, now);
        self.counts.mark_unusual(first, now.seconds());
    }
}

impl Tracked {
    /// Whether others came at about the same time, and it is not clear that it has nothing to do with it.
    fn is_mixed_with(&self, rush: &Self, within: u64) -> bool {
        let (left, came) = (&self.incident, &rush.incident);
        // One that was over before the other began was first.
        let together = came.begin.seconds().abs_diff(left.begin.seconds()) <= within
            && came.begin <= left.last
            && left.begin <= came.last;
        together && came.presences * 2 >= left.presences && !self.is_apart_from(rush)
    }

    /// Whether it concerns other users on other channels, as far as is known.
    fn is_apart_from(&self, other: &Self) -> bool {
        let common = self.users.intersection(&other.users).count() as u64;
        let changes: HashMap<u32, u64> = other.channels.iter().map(|(place, changes, _)| (place, changes)).collect();
        let shared = |(place, count, _)| changes.get(&place).copied().unwrap_or(0).min(count);
        let together: u64 = self.channels.iter().map(shared).sum();
        let named = self.incident.unnamed + other.incident.unnamed == 0;
        // Of those who are back it is known that they are no newcomers, wherever these are.
        let are_back = self.counted == IncidentKind::Reconnect;
        named && common * FEW <= self.incident.users && (are_back || together * FEW <= self.incident.presences)
    }

    /// Whether most of those who left are back: soon, or together. One by one somebody is always back.
    fn are_most_back(&self, now: Moment) -> bool {
        // Where some left without a name, those who are named tell of them only if hardly any stays away.
        let (of, least) = if self.incident.unnamed > 0 { (4, 3) } else { (2, 1) };
        let are_most = |back: u64| back * of >= self.incident.users * least && back >= 4;
        let (together, _) = self.returns_since(now.seconds().saturating_sub(HERD_SECONDS));
        are_most(self.quick_returns) || now.since(self.incident.last) < RESTART && are_most(together)
    }

    /// Whether so many are here that most of those who left without a name may be back as well.
    fn are_made_up_for(&self, people: u64) -> bool {
        self.incident.unnamed == 0 || people + self.incident.presences / 2 >= self.incident.before
    }

    /// A reconnect lasts until the last of them is back.
    fn extend_reconnect(&mut self, now: Moment) {
        if self.incident.kind == IncidentKind::Reconnect
            && let Some((second, _)) = self.returns.back()
            && now.since(self.gone) < RECONNECT
        {
            self.incident.last = self.incident.last.max(Moment::from_micros(second * 1_000_000));
        }
    }
}
