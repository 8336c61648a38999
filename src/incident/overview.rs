//! What there is to tell when nothing is wrong, looked up now and then so that no frame has to.

use std::{collections::VecDeque, time::Duration};

use super::memory::{ChannelMemory, is_summed_up, told_occupancy};
use crate::{
    presence::{Channel, Moment},
    world::{Certainty, Mode, World},
};

/// The change is told over so many minutes.
pub(super) const MINUTES: u64 = 5;

/// The usual time between two intervals, in seconds.
const INTERVAL: u64 = 10;

/// Seconds that are remembered.
const SECONDS: usize = 90;

/// All channels together.
#[derive(Debug, Clone, Default)]
pub(super) struct Overview {
    /// Users present, over all channels.
    pub people: u64,
    /// Of them, those on channels that name who comes and goes.
    pub named: u64,
    /// As many as the events have told of so far: a here now may be ahead of the next interval.
    pub told: u64,
    /// The channel with most of them. How many that are is looked up when it is told.
    pub busiest: Option<Channel>,
    /// The number of lists that name exactly those present.
    pub exact: usize,
    /// The number of those, and of lists that are only a little behind.
    pub current: usize,
    /// The usual time between two intervals, in seconds, if some channels are summed up.
    pub interval: u64,
    /// When the list that was asked for longest ago was asked for.
    pub asked: Option<Moment>,
    /// The occupancy at the end of each of the last minutes.
    minutes: VecDeque<(u64, u64)>,
    /// The occupancy in each of the last seconds, where it was looked up.
    seconds: VecDeque<(u64, u64)>,
}

impl Overview {
    /// Look at all channels.
    pub fn refresh(&mut self, world: &World, memories: &[ChannelMemory], is_settled: bool, now: Moment) {
        (self.people, self.told, self.named, self.interval, self.asked) = (0, 0, 0, 0, None);
        (self.exact, self.current) = (0, 0);
        let mut busiest = None;
        for (place, watched) in world.channels.iter().enumerate() {
            let occupancy = watched.occupancy();
            self.people += occupancy;
            self.told += told_occupancy(world, watched, memories.get(place));
            if occupancy > 0 && busiest.is_none_or(|(_, most)| occupancy > most) {
                busiest = Some((place, occupancy));
            }
            if is_summed_up(world, watched) {
                self.interval = INTERVAL;
            }
            if watched.mode != (Mode::Interval { deltas: false }) {
                self.named += occupancy;
            }
            let certainty = world.certainty(watched, now);
            let is_exact = certainty == Certainty::Exact;
            self.exact += usize::from(is_exact);
            self.current += usize::from(is_exact || world.lag_behind(watched, &certainty, now).is_some());
            if let Some(at) = watched.reconciler.answered_at() {
                self.asked = Some(self.asked.map_or(at, |oldest| oldest.min(at)));
            }
        }
        let busiest = busiest.and_then(|(place, _)| world.channels.get(place));
        self.busiest = busiest.map(|watched| watched.channel.clone());
        self.note_people(self.people, now);
        let minute = now.seconds() / 60;
        match self.minutes.back_mut() {
            Some((latest, people)) if *latest == minute => *people = self.people,
            // At a first look it is not known yet how many there are.
            _ if is_settled => self.minutes.push_back((minute, self.people)),
            _ => {}
        }
        while self.minutes.front().is_some_and(|(first, _)| first + MINUTES + 1 < minute) {
            self.minutes.pop_front();
        }
    }

    /// Keep how many there are in this second.
    pub fn note_people(&mut self, people: u64, now: Moment) {
        self.people = people;
        match self.seconds.back_mut() {
            Some((latest, last)) if *latest == now.seconds() => *last = people,
            _ => self.seconds.push_back((now.seconds(), people)),
        }
        if self.seconds.len() > SECONDS {
            self.seconds.pop_front();
        }
    }

    /// The occupancies from a second on, the first of them as it was at that second.
    pub fn list_seconds(&self, from: u64) -> impl Iterator<Item = (u64, u64)> {
        let stayed = self.seconds.iter().rev().find(|(at, _)| *at < from).map(|(_, people)| (from, *people));
        let later = self.seconds.iter().filter(move |(at, _)| *at >= from).copied();
        stayed.into_iter().chain(later)
    }

    /// By how much the occupancy changed, and over how many whole minutes; nothing in the first two.
    pub fn change(&self, now: Moment) -> Option<(i64, u64)> {
        let (minute, before) = self.minutes.front()?;
        // What is kept of a minute is how it ended.
        let minutes = now.seconds().saturating_sub((minute + 1) * 60) / 60;
        (minutes >= 2).then(|| (self.people.cast_signed().saturating_sub(before.cast_signed()), minutes))
    }

    /// The highest occupancy between two seconds.
    pub fn most_between(&self, from: u64, to: u64) -> Option<u64> {
        self.seconds.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, people)| *people).max()
    }

    /// The same with what it was at the first of them, if nothing was looked up then: nothing had changed.
    pub fn most_from(&self, from: u64, to: u64) -> Option<u64> {
        let stayed = self.seconds.iter().rev().find(|(at, _)| *at < from).map(|(_, people)| *people);
        stayed.max(self.most_between(from, to))
    }

    /// The lowest occupancy since a second.
    pub fn least_since(&self, second: u64) -> Option<u64> {
        self.seconds.iter().filter(|(at, _)| *at >= second).map(|(_, people)| *people).min()
    }

    /// Forget how it was before: there are other channels now.
    pub fn forget_changes(&mut self) {
        self.minutes.clear();
        self.seconds.clear();
    }

    /// How long ago the list asked for longest ago was asked for.
    pub fn asked_ago(&self, now: Moment) -> Option<Duration> {
        self.asked.map(|at| now.since(at))
    }
}
