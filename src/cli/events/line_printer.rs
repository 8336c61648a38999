//! Which entries are told, and how.

use std::collections::BTreeSet;

use super::args::{Events, Format};
use crate::{
    cli::print,
    expression::Filter,
    incident::Incident,
    output::lines,
    presence::{Channel, EventKind, Moment, Occupant, State, UserId, sanitize_lines, sanitize_sentence},
    view::{Appearance, show_plain_entry},
    world::{ChannelId, ChannelState, Entry, EntryKind, Touched, World},
};

/// Cells of a line for people where there is no terminal to ask.
const WIDTH: usize = 120;

/// Makes lines of entries.
pub(in crate::cli) struct LinePrinter {
    format: Format,
    quiet: bool,
    kinds: BTreeSet<EntryKind>,
    filter: Filter,
    /// Lines still to be told, if their number is bounded.
    left: Option<u64>,
    /// Channels whose lists have changed, if their rosters are told.
    changed: Option<BTreeSet<Channel>>,
    look: Appearance,
    width: usize,
    out: String,
}

impl LinePrinter {
    /// Tell what was asked for on the command line.
    pub fn new(args: &Events, look: Appearance) -> Self {
        Self {
            format: args.format.unwrap_or(Format::Json),
            quiet: args.quiet,
            kinds: args.kinds.iter().copied().collect(),
            filter: args.filter.clone().unwrap_or_default(),
            left: args.count.map(Into::into),
            changed: args.roster.then(BTreeSet::new),
            look,
            width: WIDTH,
            out: String::new(),
        }
    }

    /// Tell an entry, if it is to be told; `world` is as it was after it, or later. Returns whether
    /// that was enough.
    pub fn take_entry(&mut self, entry: &Entry, world: &World) -> bool {
        if let (Some(changed), Some(channel)) = (&mut self.changed, &entry.channel)
            && has_changed(entry)
        {
            changed.insert(channel.clone());
        }
        if !self.is_meant(entry, world) {
            return false;
        }
        if !self.quiet {
            match self.format {
                Format::Json => lines::write_entry(&mut self.out, entry),
                Format::People => {
                    self.out.push_str(&sanitize_sentence(&show_plain_entry(entry, &self.look, self.width)));
                    self.out.push('\n');
                }
            }
        }
        let counts = !self.kinds.is_empty() || entry.body.kind().is_event();
        match &mut self.left {
            Some(left) if counts => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            _ => false,
        }
    }

    /// Tell an incident, unless only some kinds of entries are told.
    pub fn tell_incident(&mut self, incident: &Incident, now: Moment) {
        if self.quiet || !self.kinds.is_empty() {
            return;
        }
        match self.format {
            Format::Json => lines::write_incident(&mut self.out, incident, now),
            Format::People => {
                let line = format!("▲ {}: {}", incident.kind, incident.sentence());
                self.out.push_str(&sanitize_sentence(&line));
                self.out.push('\n');
            }
        }
    }

    /// Take a change of a list, if rosters are told: what a here now changed has no entry of its own.
    pub fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        if let (Some(changed), Touched::HereNow { difference, first, .. }) = (&mut self.changed, touched)
            && (*first || !difference.is_empty() || difference.learned > 0)
        {
            changed.insert(world.channels.at(channel).channel.clone());
        }
    }

    /// Tell who is on the channels that have changed.
    pub fn tell_rosters(&mut self, world: &World, now: Moment) {
        let changed = self.changed.as_mut().map(std::mem::take).unwrap_or_default();
        for watched in changed.iter().filter_map(|channel| world.channels.look_up(channel)) {
            // A list whose pages are coming in is told once, when all are there.
            if let (true, Some(changed)) = (watched.is_collecting(), &mut self.changed) {
                changed.insert(watched.channel.clone());
                continue;
            }
            let certainty = world.certainty(watched, now);
            match self.format {
                Format::Json => lines::write_roster(&mut self.out, watched, &certainty, now),
                Format::People => {
                    let (name, here) = (print::name(watched.channel.as_str()), watched.occupancy());
                    let line = format!("{name}  {here} here, {}: {}\n", certainty.word(), list_users(watched));
                    self.out.push_str(&sanitize_lines(&line));
                }
            }
        }
    }

    /// What was told since the last time.
    pub fn take_text(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    fn is_meant(&self, entry: &Entry, world: &World) -> bool {
        if !self.kinds.is_empty() && !self.kinds.contains(&entry.body.kind()) {
            return false;
        }
        let Some(event) = entry.event.as_ref().filter(|_| !self.filter.is_empty()) else { return true };
        let known = |user: &UserId| -> Option<State> {
            world.channels.look_up(&event.channel)?.roster.get(user)?.state().cloned()
        };
        let meant = |user: &UserId| self.filter.matches(user.as_str(), known(user).as_ref());
        match &event.what {
            EventKind::Joined { user, state: Some(state) } | EventKind::StateChanged { user, state } => {
                self.filter.matches(user.as_str(), Some(state))
            }
            EventKind::Joined { user, .. } | EventKind::Left { user } | EventKind::TimedOut { user } => meant(user),
            EventKind::Interval { joined, left, timed_out, .. } => {
                joined.iter().chain(left).chain(timed_out).any(meant)
            }
            EventKind::Unknown { .. } => true,
        }
    }
}

/// Whether a list or its occupancy may have changed by what an entry tells.
const fn has_changed(entry: &Entry) -> bool {
    matches!(
        entry.body.kind(),
        EntryKind::Join | EntryKind::Leave | EntryKind::Timeout | EntryKind::StateChange | EntryKind::Interval
    )
}

/// List everybody, with their states.
fn list_users(watched: &ChannelState) -> String {
    let one = |(user, occupant): (&UserId, &Occupant)| {
        let state = occupant.state().map(print::state).filter(|state| !state.is_empty());
        let name = print::name(user.as_str());
        state.map_or(name.clone(), |state| format!("{name} ({state})"))
    };
    watched.roster.iter().map(one).collect::<Vec<_>>().join(", ")
}
