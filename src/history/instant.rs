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
        Position { next: self.next_number(), at: now }
    }

    /// The instant of now.
    pub fn hold(&self, live: &World, told: T, now: Moment) -> Instant<T> {
        Instant { at: now, world: Box::new(live.clone()), told, next: self.next_number() }
    }

    /// Go to an instant. Nothing, if it is before all that is kept.
    pub fn look_at(&self, at: Moment) -> Option<Instant<T>> {
        let mut instant = self.frames.iter().rev().find(|frame| frame.world.now() <= at)?.copy();
        self.go_on(&mut instant, at).then_some(instant)
    }

    /// Let an instant go on to a later one. Returns `false` if what was in between is not kept any more.
    pub fn go_on(&self, instant: &mut Instant<T>, to: Moment) -> bool {
        while let Some(item) = self.get(instant.next).filter(|item| item.known <= to) {
            self.fold_item(instant, item);
        }
        // What comes next may be known later than the moment at which the world takes it in.
        let until = self.get(instant.next).map_or(to, |next| next.at.min(to));
        instant.world.step(until, Input::Tick, &mut instant.told);
        instant.at = to;
        instant.next >= self.first
    }

    /// Go to the moment right after the item with this number.
    pub fn look_after(&self, number: u64) -> Option<Instant<T>> {
        let mut instant = self.frames.iter().rev().find(|frame| frame.next <= number)?.copy();
        self.go_on_after(&mut instant, number).then_some(instant)
    }

    /// Let an instant go on to right after the item with this number. Returns `false` if what was in between is not kept
    /// any more.
    pub fn go_on_after(&self, instant: &mut Instant<T>, number: u64) -> bool {
        while let Some(item) = self.get(instant.next).filter(|_| instant.next <= number) {
            self.fold_item(instant, item);
        }
        instant.next > number
    }

    /// The number of the last item before a position that made an entry of one of these kinds, as bits; the one at whose
    /// very moment the position is does not count.
    pub fn find_before(&self, position: Position, kinds: u32) -> Option<u64> {
        let mut before = (self.first..position.next).rev().filter(|number| self.tells(*number, kinds));
        let last = before.next()?;
        let stands_there = self.get(last).is_some_and(|item| item.known == position.at);
        if stands_there { before.next() } else { Some(last) }
    }

    /// The number of the next item behind a position that made an entry of one of these kinds.
    pub fn find_after(&self, position: Position, kinds: u32) -> Option<u64> {
        (position.next.max(self.first)..self.next_number()).find(|number| self.tells(*number, kinds))
    }

    /// The moment of the item that comes so many behind a position, or of the last one.
    pub fn find_moment(&self, position: Position, items: u64) -> Option<Moment> {
        let last = self.next_number().checked_sub(1)?;
        let number = position.next.saturating_add(items).min(last);
        self.get(number).filter(|_| number >= position.next).map(|item| item.known)
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
