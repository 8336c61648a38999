//! What is due for which channel, and when. Kept sorted, so that the next due item is found at once, however many
//! channels are in view.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::channel_id::ChannelId;
use crate::presence::{Moment, rules::LARGEST_URL};

/// What is due within this, in microseconds, happens together. So the channels of a pattern, which are discovered
/// one after the other, are asked about in one request.
const GRID: u64 = 10_000;

/// Channels in one here now: with names of usual length, the URL stays far below its limit.
const TOGETHER: usize = 50;

/// Bytes of names in one here now: half of a URL, so that the rest of it always fits.
const ROOM: usize = LARGEST_URL / 2;

/// The moment of the grid at which something due at `at` happens: never before it.
pub(super) fn round_to_grid(at: Moment) -> Moment {
    Moment::from_micros(at.micros().div_ceil(GRID).saturating_mul(GRID))
}

/// What the agenda holds for one channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Booked {
    /// When to ask here now.
    pub ask: Option<Moment>,
    /// When to report a difference that nothing has explained.
    pub report: Option<Moment>,
    /// A here now is on its way.
    pub asking: bool,
    /// The occupancy, if it is known: a part of the total.
    pub occupancy: Option<u64>,
    /// The number of names on its list.
    pub names: usize,
    /// Bytes of its list.
    pub bytes: usize,
}

/// All due items, sorted by moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Agenda {
    asks: BTreeSet<(Moment, ChannelId)>,
    reports: BTreeSet<(Moment, ChannelId)>,
    /// The number of channels for which a here now is on its way.
    asking: usize,
}

impl Agenda {
    /// Replace what the agenda holds for a channel.
    pub fn rebook(&mut self, id: ChannelId, before: Booked, next: Booked) {
        let all = [(&mut self.asks, before.ask, next.ask), (&mut self.reports, before.report, next.report)];
        for (set, before, next) in all {
            if before != next {
                before.map(|at| set.remove(&(at, id)));
                next.map(|at| set.insert((at, id)));
            }
        }
        self.asking = self.asking + usize::from(next.asking) - usize::from(before.asking);
    }

    /// The channels to ask about by `now`, as many as fit into one request; none while another request is on its way.
    /// `length` gives the bytes of a channel's name.
    pub fn select_asks(&self, now: Moment, length: impl Fn(ChannelId) -> usize) -> Vec<ChannelId> {
        let (mut picked, mut used) = (Vec::new(), 0);
        if self.asking > 0 {
            return picked;
        }
        for (_, id) in self.asks.iter().take_while(|(at, _)| *at <= now) {
            // A name takes up to three bytes of URL for each of its own.
            let size = length(*id) * 3;
            if picked.len() < TOGETHER && (used + size <= ROOM || picked.is_empty()) {
                used += size;
                picked.push(*id);
            } else {
                break;
            }
        }
        picked
    }

    /// The first channel whose report is due by `now`.
    pub fn next_report(&self, now: Moment) -> Option<ChannelId> {
        self.reports.first().filter(|(at, _)| *at <= now).map(|(_, id)| *id)
    }

    /// When the next item is due. Nothing is asked while the link is down or an answer is outstanding.
    pub fn next_due(&self, is_live: bool) -> Option<Moment> {
        let ask = if is_live && self.asking == 0 { self.asks.first() } else { None };
        ask.into_iter().chain(self.reports.first()).map(|(at, _)| *at).min()
    }
}
