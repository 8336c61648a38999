//! Keeps inputs, facts and keyframes.

use std::{collections::VecDeque, fmt, time::Duration};

use super::budget::{KeepLimits, LEAST_APART, Stretch, weigh_world};
use crate::{
    presence::Moment,
    recording::KeptInput,
    world::{EntryKind, Input, Listener, World},
};

/// What is told of a world, which can be told once more.
pub trait HistoryListener: Listener + Clone {
    /// What it takes from elsewhere.
    type Fact: Clone + fmt::Debug;

    /// Something of that kind comes while or right after the world takes in what it takes in next.
    fn expect_fact(&mut self, fact: &Self::Fact);

    /// Take something that was not caused by the world. `world` is as it was then.
    fn take_fact(&mut self, world: &World, fact: &Self::Fact);
}

/// Reads the stretches of a recording.
pub trait StretchSource<T: HistoryListener>: fmt::Debug + Send {
    /// All of them, each going on where the one before ended; at least one.
    fn stretches(&self) -> &[Stretch];

    /// What happened in one of them. Nothing, if it can't be read any more.
    fn load(&mut self, place: usize) -> Option<History<T>>;
}

/// Why no instant can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// Nothing is to be kept.
    Off,
    /// Copies of the world are too large for the bound; so many bytes would do.
    TooLarge(usize),
    /// Nothing has happened so far.
    Nothing,
}

/// A world of before, with what was told of it.
#[derive(Debug)]
pub(super) struct Keyframe<T> {
    pub world: Box<World>,
    pub told: T,
    /// The number of the first item behind it.
    pub next: u64,
    weight: usize,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct KeptItem<F> {
    /// When it came to be known: no earlier than what was kept before.
    pub known: Moment,
    /// The moment at which the world took it in.
    pub at: Moment,
    /// How far the world was before it.
    pub before: Moment,
    pub what: KeptWhat<F>,
    /// The kinds of the entries that it made, as bits by their place in [`EntryKind::ALL`].
    pub kinds: u32,
    weight: usize,
}

#[derive(Debug)]
pub(super) enum KeptWhat<F> {
    Input(Box<KeptInput>),
    Fact(F),
}

/// The last while of a world.
#[derive(Debug)]
pub struct History<T: HistoryListener> {
    limits: KeepLimits,
    pub(super) frames: VecDeque<Keyframe<T>>,
    pub(super) items: VecDeque<KeptItem<T::Fact>>,
    /// The number of the first item that is kept.
    pub(super) first: u64,
    /// Bytes of keyframes, of items, and of the items behind the last keyframe.
    frame_bytes: usize,
    item_bytes: usize,
    recent_bytes: usize,
    /// How far keyframes are apart.
    apart: Duration,
    /// A keyframe would take so much, and does not fit; not tried again before then.
    too_large: Option<(usize, Moment)>,
    /// Whether entries that are made come from the last item.
    is_open: bool,
    /// Of a recording: what reads it, and which of its stretches is in memory.
    pub(super) source: Option<Box<dyn StretchSource<T>>>,
    pub(super) loaded: Option<usize>,
}

impl<T: HistoryListener> Default for History<T> {
    fn default() -> Self {
        Self::new(KeepLimits::default())
    }
}

impl<T: HistoryListener> History<T> {
    /// Nothing is kept yet.
    pub const fn new(limits: KeepLimits) -> Self {
        Self {
            limits,
            frames: VecDeque::new(),
            items: VecDeque::new(),
            first: 0,
            frame_bytes: 0,
            item_bytes: 0,
            recent_bytes: 0,
            apart: LEAST_APART,
            too_large: None,
            is_open: false,
            source: None,
            loaded: None,
        }
    }

    /// A stretch that begins with this world and what was told of it: all that is to happen is kept, and the first item
    /// has this number.
    pub fn of_stretch(first: u64, world: &World, told: T) -> Self {
        let mut history = Self { first, ..Self::new(KeepLimits::WHOLE) };
        history.add_frame(world, told);
        history
    }

    /// Keep a copy of the world and of what was told of it, from which later instants of a stretch are sooner reached.
    pub fn add_frame(&mut self, world: &World, told: T) {
        let next = self.next_number();
        self.frames.push_back(Keyframe { world: Box::new(world.clone()), told, next, weight: 0 });
    }

    /// What was recorded. Nothing else is kept in it.
    pub fn of_recording(source: Box<dyn StretchSource<T>>) -> Self {
        Self { source: Some(source), ..Self::default() }
    }

    /// How much is kept at the most.
    pub const fn limits(&self) -> KeepLimits {
        self.limits
    }

    /// What is kept weighs about so many bytes.
    pub const fn weigh(&self) -> usize {
        self.frame_bytes + self.item_bytes
    }

    /// The earliest instant that can be looked at.
    ///
    /// # Errors
    /// If there is none.
    pub fn earliest(&self) -> Result<Moment, NotKept> {
        if let Some(first) = self.stretches().first() {
            return Ok(first.begin);
        }
        match (self.frames.front(), self.too_large) {
            (Some(first), _) => Ok(first.world.now()),
            (None, _) if self.limits.is_off() => Err(NotKept::Off),
            (None, Some((weight, _))) => Err(NotKept::TooLarge(KeepLimits::need_bytes(weight))),
            (None, None) => Err(NotKept::Nothing),
        }
    }

    /// Keep an input that the world is about to take in. A keyframe, if one is due, is a copy of the world and of what
    /// is told of it, which weighs so much.
    pub fn keep_input(
        &mut self,
        world: &World,
        at: Moment,
        input: &Input,
        weigh: impl FnOnce() -> usize,
        copy: impl FnOnce() -> T,
    ) {
        self.is_open = false;
        if self.is_recording() || self.limits.is_off() || *input == Input::Tick {
            return;
        }
        if self.is_frame_due(world.now()) {
            self.keep_frame(world, weigh(), copy);
        }
        if self.frames.is_empty() {
            return;
        }
        let kept = Box::new(KeptInput::keep(world, input, None));
        let weight = kept.weigh();
        let at = at.max(world.now());
        self.push((at, at, world.now()), KeptWhat::Input(kept), weight);
        self.is_open = true;
        self.drop_oldest(world.now());
    }

    /// Keep a fact of this weight, which is known since `now`; the world is as it is.
    pub fn keep_fact(&mut self, world: &World, now: Moment, fact: T::Fact, kinds: u32, weight: usize) {
        if !self.frames.is_empty() && !self.is_recording() {
            self.push((now, world.now(), world.now()), KeptWhat::Fact(fact), weight);
            if let Some(last) = self.items.back_mut() {
                last.kinds = kinds;
            }
            self.is_open = false;
        }
    }

    /// The input that was kept last made an entry of this kind.
    pub fn note_entry(&mut self, kind: EntryKind) {
        if let Some(last) = self.items.back_mut().filter(|_| self.is_open) {
            last.kinds |= 1 << kind as u32;
        }
    }

    /// The number of the item that will be kept next.
    pub fn next_number(&self) -> u64 {
        self.first + self.items.len() as u64
    }

    /// The kinds of the entries that the items from this one on made, as bits.
    pub fn sum_kinds(&self, from: u64) -> u32 {
        (from..self.next_number()).filter_map(|number| self.get(number)).fold(0, |kinds, item| kinds | item.kinds)
    }

    /// The item with this number, if it is still kept.
    pub(super) fn get(&self, number: u64) -> Option<&KeptItem<T::Fact>> {
        self.items.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    fn push(&mut self, (known, at, before): (Moment, Moment, Moment), what: KeptWhat<T::Fact>, weight: usize) {
        let known = self.items.back().map_or(known, |last| known.max(last.known));
        let weight = weight + size_of::<KeptItem<T::Fact>>();
        self.items.push_back(KeptItem { known, at, before, what, kinds: 0, weight });
        self.item_bytes += weight;
        self.recent_bytes += weight;
    }

    fn is_frame_due(&self, now: Moment) -> bool {
        if let Some((_, again)) = self.too_large {
            return now >= again;
        }
        self.frames.back().is_none_or(|last| {
            let age = now.since(last.world.now());
            age >= self.apart || age >= LEAST_APART && self.limits.is_much(self.recent_bytes)
        })
    }

    fn keep_frame(&mut self, world: &World, told: usize, copy: impl FnOnce() -> T) {
        let weight = told.saturating_add(weigh_world(world));
        let Some(apart) = self.limits.space_frames(weight) else {
            self.clear();
            self.too_large = Some((weight, world.now().plus(LEAST_APART)));
            return;
        };
        (self.apart, self.too_large, self.recent_bytes) = (apart, None, 0);
        let next = self.next_number();
        self.frames.push_back(Keyframe { world: Box::new(world.clone()), told: copy(), next, weight });
        self.frame_bytes += weight;
    }

    fn clear(&mut self) {
        *self = Self { first: self.next_number(), ..Self::new(self.limits) };
    }

    /// Drop what is too old or too much, up to the next keyframe each time.
    fn drop_oldest(&mut self, now: Moment) {
        let frame_limit = self.limits.frame_bytes();
        while let Some(second) = self.frames.get(1)
            && (second.world.now().plus(self.limits.time) <= now
                || self.weigh() > self.limits.bytes
                || self.frame_bytes > frame_limit)
        {
            let until = second.next;
            self.frame_bytes -= self.frames.pop_front().map_or(0, |gone| gone.weight);
            while self.first < until {
                self.item_bytes -= self.items.pop_front().map_or(0, |gone| gone.weight);
                self.first += 1;
            }
        }
        // One keyframe, and more behind it than may be: the next input begins afresh.
        if self.weigh() > self.limits.bytes && self.items.len() > 1 {
            self.clear();
        }
    }
}
