//! Many similar entries in quick succession: what is folded into one row, and what may still grow into it.

use std::collections::{HashMap, VecDeque};

use crate::{
    presence::Channel,
    world::{Entry, EntryBody, EntryKind, Note},
};

/// A burst grows while the next entry comes within this, in microseconds.
const SOON: u64 = 1_000_000;

/// The same for a wave: over many channels the service takes longer.
const SOON_IN_WAVE: u64 = 2_000_000;

/// The same for changes between single announcements and intervals, of which a channel at the threshold has many.
const SOON_FOR_MODES: u64 = 30_000_000;

/// A wave takes no more than this, so that on a busy keyset a row says when it was.
const WAVE: u64 = 20_000_000;

/// What began within this may be one wave.
const WAVE_BEGINS: u64 = 4_000_000;

/// A wave is on so many channels at least. On fewer each has its own row.
const WAVE_CHANNELS: usize = 3;

/// A wave has so many entries at least.
const WAVE_ENTRIES: usize = 10;

/// So many leaves or timeouts at once stay in sight for a while.
pub(super) const GRAVE: usize = 10;

/// The number of bursts that may grow at the same time.
const OPEN: usize = 12;

/// The same for changes of the mode.
const OPEN_MODES: usize = 64;

/// Many similar entries in quick succession.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Burst {
    /// The numbers of its entries, in order.
    pub members: VecDeque<u64>,
    /// Whether its entries are shown one by one as well.
    pub unfolded: bool,
    /// The channels that it is about, each with the occupancy before and after it.
    places: HashMap<Channel, Option<(u64, u64)>, foldhash::fast::RandomState>,
}

impl Burst {
    /// The number of channels that it is about.
    pub fn count_channels(&self) -> usize {
        self.places.len()
    }

    /// The occupancy of its channels together, before and after it, if it is known of all.
    pub fn occupancy(&self) -> Option<(u64, u64)> {
        let mut places = self.places.values();
        places.try_fold((0, 0), |(before, after), place| place.map(|(b, a)| (before + b, after + a)))
    }

    /// Take one more entry.
    pub(super) fn extend(&mut self, number: u64, one: &Happening<'_>) {
        self.members.push_back(number);
        match self.places.get_mut(one.channel) {
            Some(place) => *place = place.zip(one.occupancy).map(|((before, _), (_, after))| (before, after)),
            None => drop(self.places.insert(one.channel.clone(), one.occupancy)),
        }
    }

    /// Take what was, or was to become, a burst of its own.
    pub(super) fn merge(&mut self, other: Self) {
        self.members.extend(other.members);
        self.unfolded |= other.unfolded;
        self.places.extend(other.places);
    }
}

/// What an entry that may be part of a burst tells of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Happening<'e> {
    kind: (EntryKind, bool),
    channel: &'e Channel,
    /// When, in microseconds.
    at: u64,
    /// The occupancy before and after it.
    occupancy: Option<(u64, u64)>,
}

impl<'e> Happening<'e> {
    /// What an entry tells of, unless it stands on its own. An interval does: it is many already.
    pub fn of(entry: &'e Entry) -> Option<Self> {
        let folds = match &entry.body {
            EntryBody::Interval { .. } => false,
            EntryBody::Note(note) => matches!(note, Note::Mode(_)),
            _ => entry.event.is_some(),
        };
        let channel = entry.channel.as_ref().filter(|_| folds)?;
        let kind = (entry.body.kind(), matches!(entry.body, EntryBody::Flap { .. }));
        let occupancy = entry.occupancy.and_then(|after| {
            let before = match entry.body {
                EntryBody::Join { .. } => after.checked_sub(1)?,
                EntryBody::Leave { .. } | EntryBody::Timeout { .. } => after.checked_add(1)?,
                _ => after,
            };
            Some((before, after))
        });
        Some(Self { kind, channel, at: entry.at.micros(), occupancy })
    }

    const fn is_mode(&self) -> bool {
        matches!(self.kind.0, EntryKind::Mode)
    }

    /// Whether so many of the same are a burst. States and modes say little one by one.
    pub const fn is_burst(&self, count: usize) -> bool {
        count > if matches!(self.kind.0, EntryKind::StateChange | EntryKind::Mode) { 1 } else { 3 }
    }

    /// Whether so many of them are something to look at for a while.
    pub const fn is_grave(&self, count: usize) -> bool {
        count >= GRAVE && matches!(self.kind.0, EntryKind::Leave | EntryKind::Timeout)
    }

    /// Whether it can be part of a wave over many channels.
    const fn makes_waves(&self) -> bool {
        matches!(self.kind.0, EntryKind::Join | EntryKind::Leave | EntryKind::Timeout)
    }
}

/// What is a burst or may become one.
#[derive(Debug, Clone)]
pub(super) struct Growing {
    kind: (EntryKind, bool),
    /// The channel; a wave has none.
    channel: Option<Channel>,
    /// The times of the first and the last entry, in microseconds.
    since: u64,
    last: u64,
    /// The numbers of the entries; once folded, only of the first.
    pub first: Vec<u64>,
    pub folded: bool,
    count: usize,
    /// The occupancy before and after its entries.
    occupancy: Option<(u64, u64)>,
}

impl Growing {
    const fn soon(&self) -> u64 {
        match self.kind.0 {
            EntryKind::Mode => SOON_FOR_MODES,
            _ if self.channel.is_none() => SOON_IN_WAVE,
            _ => SOON,
        }
    }

    fn fits(&self, one: &Happening<'_>, near: u64) -> bool {
        let same_place = self.channel.as_ref().map_or(one.at.abs_diff(self.since) <= WAVE, |c| c == one.channel);
        self.kind == one.kind && same_place && (one.is_mode() || self.first[0] >= near)
    }

    /// Take one more entry.
    pub fn extend(&mut self, number: u64, one: &Happening<'_>) {
        self.last = one.at;
        self.count += 1;
        self.occupancy = self.occupancy.zip(one.occupancy).map(|((before, _), (_, after))| (before, after));
        if !self.folded {
            self.first.push(number);
        }
    }

    /// Fold what has come so far. Returns the burst.
    pub fn fold(&mut self) -> Burst {
        let members = std::mem::take(&mut self.first);
        self.first.push(members[0]);
        self.folded = true;
        let places = self.channel.iter().map(|channel| (channel.clone(), self.occupancy)).collect();
        Burst { members: members.into(), unfolded: false, places }
    }
}

/// All that may grow.
#[derive(Debug, Clone, Default)]
pub(super) struct GrowingBursts(Vec<Growing>);

impl GrowingBursts {
    /// Drop what grows no more at this time.
    pub fn forget_old(&mut self, one: &Happening<'_>) {
        self.0.retain(|growing| one.at.abs_diff(growing.last) <= growing.soon());
    }

    /// What an entry is to be part of, if its row is not before the one with the number `near`.
    pub fn find(&mut self, one: &Happening<'_>, near: u64) -> Option<&mut Growing> {
        self.0.iter_mut().find(|growing| growing.fits(one, near))
    }

    /// Begin with the first entry of its kind on its channel.
    pub fn begin(&mut self, number: u64, one: &Happening<'_>) {
        let (mode, most) = (one.is_mode(), if one.is_mode() { OPEN_MODES } else { OPEN });
        self.0.retain(|growing| growing.kind != one.kind || growing.channel.as_ref() != Some(one.channel));
        let is_alike = |growing: &Growing| (growing.kind.0 == EntryKind::Mode) == mode;
        if self.0.iter().filter(|growing| is_alike(growing)).count() >= most
            && let Some(oldest) = self.0.iter().position(is_alike)
        {
            self.0.remove(oldest);
        }
        self.0.push(Growing {
            kind: one.kind,
            channel: Some(one.channel.clone()),
            since: one.at,
            last: one.at,
            first: vec![number],
            folded: false,
            count: 1,
            occupancy: one.occupancy,
        });
    }

    /// Take out what makes a wave over many channels together with this entry, which has been taken in already.
    pub fn take_wave(&mut self, one: &Happening<'_>) -> Vec<Growing> {
        let is_part = |growing: &Growing| {
            growing.kind == one.kind && growing.channel.is_some() && one.at.abs_diff(growing.since) <= WAVE_BEGINS
        };
        if !one.makes_waves() {
            return Vec::new();
        }
        let parts = self.0.iter().filter(|growing| is_part(growing));
        let (channels, entries) = parts.fold((0, 0), |(channels, entries), part| (channels + 1, entries + part.count));
        if channels < WAVE_CHANNELS || entries < WAVE_ENTRIES {
            return Vec::new();
        }
        self.0.extract_if(.., |growing| is_part(growing)).collect()
    }

    /// Let a wave grow that was made of these parts and begins with the entry `first`.
    pub fn begin_wave(&mut self, first: u64, parts: &[Growing]) {
        let Some(part) = parts.first() else { return };
        self.0.retain(|growing| growing.kind != part.kind);
        self.0.push(Growing {
            channel: None,
            since: parts.iter().map(|part| part.since).min().unwrap_or(part.since),
            last: parts.iter().map(|part| part.last).max().unwrap_or(part.last),
            first: vec![first],
            folded: true,
            count: 0,
            occupancy: None,
            kind: part.kind,
        });
    }

    /// A note separates what came before it from what comes after, but for changes of the mode.
    pub fn part(&mut self) {
        self.0.retain(|growing| growing.kind.0 == EntryKind::Mode);
    }

    /// Forget all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The burst that begins with this entry is gone.
    pub fn forget_burst(&mut self, first: u64) {
        self.0.retain(|growing| growing.first[0] != first);
    }

    /// A single entry was removed.
    pub fn remove_entry(&mut self, number: u64) {
        for growing in &mut self.0 {
            growing.first.retain(|first| *first != number);
        }
        self.0.retain(|growing| !growing.first.is_empty());
    }
}
