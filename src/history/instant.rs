//! Goes to an instant, and from one to a later one.

use super::history::{History, HistoryListener, KeptItem, KeptWhat, Keyframe};
use crate::{
    presence::Moment,
    world::{Input, World},
};

/// A world as it was, with what was told of it then.
#[derive(Debug)]
pub struct Instant<T> {
    /// The instant.
    pub at: Moment,
    /// The world.
    pub world: Box<World>,
    /// What was told of it.
    pub told: T,
    next: u64,
}

/// A place among what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The number of the item that comes next.
    next: u64,
    at: Moment,
}

impl<T> Instant<T> {
    /// Where it is among what is kept.
    pub const fn position(&self) -> Position {
        Position { next: self.next, at: self.at }
    }
}

impl<T: Clone> Keyframe<T> {
    fn copy(&self) -> Instant<T> {
        Instant { at: self.world.now(), world: self.world.clone(), told: self.told.clone(), next: self.next }
    }
}

impl<T: HistoryListener> History<T> {
    /// Where it is now, behind all that is kept.
    pub fn end(&self, now: Moment) -> Position {
        Position { next: self.last_number(), at: now }
    }

    /// The instant of now.
    pub fn hold(&self, live: &World, told: T, now: Moment) -> Instant<T> {
        Instant { at: now, world: Box::new(live.clone()), told, next: self.last_number() }
    }

    /// Go to an instant. Nothing, if it is before all that is kept or can't be read.
    pub fn look_at(&mut self, at: Moment) -> Option<Instant<T>> {
        if !self.load_at(at) {
            return None;
        }
        let mut instant = self.frames.iter().rev().find(|frame| frame.world.now() <= at)?.copy();
        self.go_on(&mut instant, at).then_some(instant)
    }

    /// Let an instant go on to a later one. Returns `false` if what was in between is not kept any more, or is so much
    /// that going there from a keyframe is sooner done.
    pub fn go_on(&mut self, instant: &mut Instant<T>, to: Moment) -> bool {
        if !self.is_near(instant.next, to) {
            return false;
        }
        loop {
            if !self.load_item(instant.next) {
                return false;
            }
            while let Some(item) = self.get(instant.next).filter(|item| item.known <= to) {
                self.fold_item(instant, item);
            }
            // The next stretch begins with what comes next.
            let next = self.loaded.and_then(|place| self.stretches().get(place + 1));
            if next.is_none_or(|next| instant.next < next.first || next.begin > to) {
                break;
            }
        }
        // What comes next may be known later than the moment at which the world takes it in.
        let until = self.get(instant.next).map_or(to, |next| next.at.min(to));
        instant.world.step(until, Input::Tick, &mut instant.told);
        instant.at = to;
        instant.next >= self.first
    }

    /// Go to the moment right after the item with this number.
    pub fn look_after(&mut self, number: u64) -> Option<Instant<T>> {
        if !self.load_item(number) {
            return None;
        }
        let mut instant = self.frames.iter().rev().find(|frame| frame.next <= number)?.copy();
        self.go_on_after(&mut instant, number).then_some(instant)
    }

    /// Let an instant go on to right after the item with this number. Returns `false` if what was in between is not kept
    /// any more.
    pub fn go_on_after(&mut self, instant: &mut Instant<T>, number: u64) -> bool {
        let far = |history: &Self| history.find_stretch(number) > history.find_stretch(instant.next).map(|it| it + 1);
        if !self.stretches().is_empty() && far(self) {
            return false;
        }
        while instant.next <= number && self.load_item(instant.next) {
            let before = instant.next;
            while let Some(item) = self.get(instant.next).filter(|_| instant.next <= number) {
                self.fold_item(instant, item);
            }
            if instant.next == before {
                break;
            }
        }
        instant.next > number
    }

    /// The number of the last item before a position that made an entry of one of these kinds, as bits; the one at whose
    /// very moment the position is does not count.
    pub fn find_before(&mut self, position: Position, kinds: u32) -> Option<u64> {
        let last = self.find_last(position.next, kinds)?;
        let stands_there = self.get(last).is_some_and(|item| item.known == position.at);
        if stands_there { self.find_last(last, kinds) } else { Some(last) }
    }

    /// The number of the next item behind a position that made an entry of one of these kinds.
    pub fn find_after(&mut self, position: Position, kinds: u32) -> Option<u64> {
        let mut from = position.next;
        while let Some(place) = self.find_stretch(from) {
            let stretch = self.stretches()[place];
            if stretch.kinds & kinds != 0 && self.load_item(from) {
                let found = (from..stretch.end).find(|number| self.tells(*number, kinds));
                if found.is_some() {
                    return found;
                }
            }
            if place + 1 == self.stretches().len() {
                return None;
            }
            from = stretch.end;
        }
        (from.max(self.first)..self.next_number()).find(|number| self.tells(*number, kinds))
    }

    /// The number of the last item before this one that made an entry of one of these kinds.
    fn find_last(&mut self, end: u64, kinds: u32) -> Option<u64> {
        let mut end = end;
        while let Some(place) = end.checked_sub(1).and_then(|last| self.find_stretch(last)) {
            let stretch = self.stretches()[place];
            end = end.min(stretch.end);
            if stretch.kinds & kinds != 0 && self.load_item(stretch.first) {
                let found = (stretch.first..end).rev().find(|number| self.tells(*number, kinds));
                if found.is_some() {
                    return found;
                }
            }
            end = stretch.first;
        }
        (self.first..end).rev().find(|number| self.tells(*number, kinds))
    }

    /// The moment of the item that comes so many behind a position, or of the last one that is in memory.
    pub fn find_moment(&self, position: Position, items: u64) -> Option<Moment> {
        let last = self.next_number().checked_sub(1)?;
        let number = position.next.saturating_add(items).min(last);
        let known = self.get(number).filter(|_| number >= position.next).map(|item| item.known);
        // The next stretch is loaded on the way.
        let next = || self.stretches().iter().find(|next| next.first >= position.next).map(|next| next.begin);
        known.or_else(next)
    }

    /// The number behind all items.
    fn last_number(&self) -> u64 {
        self.stretches().last().map_or(self.next_number(), |last| last.end)
    }

    fn tells(&self, number: u64, kinds: u32) -> bool {
        self.get(number).is_some_and(|item| item.kinds & kinds != 0)
    }

    /// Take in the next item once more.
    fn fold_item(&self, instant: &mut Instant<T>, item: &KeptItem<T::Fact>) {
        let Instant { at, world, told, next } = instant;
        // Facts may come from the middle of a step.
        for number in *next.. {
            match self.get(number).map(|item| &item.what) {
                Some(KeptWhat::Fact(fact)) => told.expect_fact(fact),
                Some(KeptWhat::Input(_)) if number == *next => {}
                _ => break,
            }
        }
        *next += 1;
        *at = item.known;
        // What a list was like depends on how far the world was.
        world.step(item.before, Input::Tick, told);
        match &item.what {
            KeptWhat::Fact(fact) => told.take_fact(world, fact),
            // The lists are those of then, so that each is found.
            KeptWhat::Input(kept) => {
                if let Ok(input) = (**kept).clone().restore(world) {
                    world.step(item.at, input, told);
                }
            }
        }
    }
}
