//! The record of an incident.

use std::time::Duration;

use super::{Common, IncidentKind};
use crate::presence::{Channel, Moment, Timetoken, UserId};

/// What many do one by one for so many seconds is no deploy and no kick.
const ONE_BY_ONE: u64 = 15;

/// Fewer who leave together may be friends who do so, unless they are this part of all, in percent, or more.
const GROUP: u64 = 10;
const MOST_PERCENT: u64 = 50;

/// How bad it is when many leave one by one, or as many as had come right before.
const EBB: u8 = 3;

/// How bad it is when some at a time leave and are back: somebody does that on purpose.
const ROLLING: u8 = 2;

/// How bad it is when many joined, whatever the reason, also where others left at the same time.
const JOINS: u8 = 2;

/// Fewer changes, fewer users, or a smaller part of all in percent, are not told: one with many devices is one.
const LEAST: u64 = 4;
const LEAST_USERS: u64 = 3;
const LEAST_PERCENT: u64 = 2;

/// The most channels and names that a record keeps.
pub(super) const MOST_CHANNELS: usize = 100;
pub(super) const MOST_NAMES: usize = 50;

/// A channel that an incident concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelChange {
    /// The channel.
    pub channel: Channel,
    /// The changes on it that belong to the incident.
    pub changes: u64,
    /// The occupancy before.
    pub before: u64,
    /// The occupancy after.
    pub after: u64,
}

/// Something unusual that happened. Its numbers are counts of events, so each can be counted again from the log.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Incident {
    /// Its number, from 1 on.
    pub number: u64,
    /// What it is, as far as that can be told.
    pub kind: IncidentKind,
    /// What it was told as before, where more is known by now.
    pub was: Option<IncidentKind>,
    /// When it began, by our clock.
    pub begin: Moment,
    /// When the last of it happened.
    pub last: Moment,
    /// The first and the last event that belongs to it, by the service's clock.
    pub events: Option<(Timetoken, Timetoken)>,
    /// The number of distinct users who were named.
    pub users: u64,
    /// There were more users than are told apart.
    pub at_least: bool,
    /// The number of changes: a user on two channels counts twice.
    pub presences: u64,
    /// Of the changes, those of whom only the number is known.
    pub unnamed: u64,
    /// Of the users, those who were back before an interval told that they had gone.
    pub unheard: u64,
    /// So many fewer are present besides, as here now says, whom the next intervals have yet to name.
    pub not_told: u64,
    /// Of leaves: as many are here again as before, and who came is not named yet: they may have moved.
    pub made_up: bool,
    /// Leaves at the same time, for one that is about something else.
    pub left: u64,
    /// So many leaves are usual in that time.
    pub usual_left: u64,
    /// Timeouts at the same time, likewise.
    pub timed_out: u64,
    /// How many of the users have joined again since; for a return: how many had timed out.
    pub returned: u64,
    /// The occupancy before, over all channels: a user on two channels counts twice.
    pub before: u64,
    /// The occupancy at the end of it, counted likewise; what comes later changes nothing.
    pub after: u64,
    /// The channels concerned, those with most changes first; at most a hundred.
    pub channels: Vec<ChannelChange>,
    /// The number of channels concerned.
    pub concerned: usize,
    /// The number of channels in view.
    pub in_view: usize,
    /// What those concerned have in common and the others have not.
    pub common: Option<Common>,
    /// Of so many of those concerned the state was known, of so many who were looked at.
    pub stated: (usize, usize),
    /// Some of those concerned; at most fifty.
    pub names: Vec<UserId>,
    /// Whether summaries of several seconds tell of it, so that the order within them is not known.
    pub summed_up: bool,
    /// The reason that was told, for a link that is lost or refused. Safe to show.
    pub reason: Option<String>,
    /// They joined: nobody went.
    pub joins: bool,
    /// Of a mass leave, or one that may be: it happened within seconds, and it is over.
    pub sudden: bool,
    /// Of a mass leave, or one that may be: as many had come right before, to the same channel.
    pub ebb: bool,
    /// About as many came at about the same time, and intervals do not tell in which order.
    pub mixed: bool,
    /// Of leaves and joins of the same users: they went one after the other, for minutes.
    pub rolling: bool,
    /// It is over: the link is back, or nothing is refused any more.
    pub over: bool,
    /// A person has read it.
    pub read: bool,
    /// Another incident tells how it went on.
    pub continued: bool,
}

impl Incident {
    pub(super) const fn new(number: u64, kind: IncidentKind, begin: Moment) -> Self {
        Self {
            number,
            kind,
            was: None,
            begin,
            last: begin,
            events: None,
            users: 0,
            at_least: false,
            presences: 0,
            unnamed: 0,
            unheard: 0,
            not_told: 0,
            made_up: false,
            left: 0,
            usual_left: 0,
            timed_out: 0,
            returned: 0,
            before: 0,
            after: 0,
            channels: Vec::new(),
            concerned: 0,
            in_view: 0,
            common: None,
            stated: (0, 0),
            names: Vec::new(),
            summed_up: false,
            reason: None,
            joins: false,
            sudden: false,
            ebb: false,
            mixed: false,
            rolling: false,
            over: false,
            read: false,
            continued: false,
        }
    }

    /// How bad it is: what is over is mild.
    pub const fn severity(&self) -> u8 {
        match self.kind {
            _ if self.over => 1,
            IncidentKind::Unclear if self.joins || self.mixed => JOINS,
            IncidentKind::MassLeave | IncidentKind::Unclear if !self.sudden || self.ebb || self.made_up => EBB,
            IncidentKind::Reconnect if self.rolling => ROLLING,
            kind => kind.severity(),
        }
    }

    /// Whether it concerns enough users to be told.
    pub fn is_worth_telling(&self) -> bool {
        use IncidentKind::{Herd, MassLeave, MassTimeout, Reconnect, Rush, Unclear};
        match self.kind {
            MassTimeout | MassLeave | Reconnect | Unclear | Herd | Rush => {
                self.presences >= LEAST && self.count() >= LEAST_USERS && self.percent() >= LEAST_PERCENT
            }
            _ => true,
        }
    }

    /// How many it concerns: those who were named and those who were only counted.
    pub const fn count(&self) -> u64 {
        self.users + self.unnamed
    }

    /// The part of all who were present before, in percent; of all after it, for joins.
    pub fn percent(&self) -> u64 {
        let all = match self.kind {
            IncidentKind::Rush | IncidentKind::Herd => self.after,
            _ => self.before,
        };
        let changes = self.presences.min(all);
        (changes * 100 + all / 2).checked_div(all).unwrap_or(0)
    }

    /// Whether more are concerned than were present before: some of them came meanwhile.
    pub const fn outnumbers(&self) -> bool {
        !matches!(self.kind, IncidentKind::Rush | IncidentKind::Herd) && self.presences > self.before
    }

    /// Whether many are gone from channels that name nobody: whether they left or timed out is not told there.
    pub const fn is_nameless(&self) -> bool {
        matches!(self.kind, IncidentKind::Unclear) && !self.joins && !self.mixed && self.users == 0 && self.unnamed > 0
    }

    /// The likely cause in a few words, and in one or two; nothing where there is none to tell.
    pub fn cause(&self) -> (&'static str, &'static str) {
        match self.kind {
            IncidentKind::MassLeave if self.made_up => ("who came is not named yet", "moved?"),
            IncidentKind::MassLeave if self.ebb => ("as many had come right before", "visitors leave"),
            IncidentKind::MassLeave if self.sudden && self.count() < GROUP && self.percent() < MOST_PERCENT => {
                ("a group, a deploy or a kick, not a network", "group, deploy or kick")
            }
            IncidentKind::MassLeave if self.sudden => (self.kind.cause(), self.kind.short_cause()),
            IncidentKind::MassLeave if self.seconds() > ONE_BY_ONE => {
                ("one by one, slower than a deploy or a kick", "one by one")
            }
            IncidentKind::Reconnect if self.rolling => ("a rolling deploy", "rolling deploy"),
            IncidentKind::MassLeave => ("not clear whether all at once", "unclear whether at once"),
            IncidentKind::Unclear if self.mixed => ("intervals do not tell in which order", self.kind.short_cause()),
            IncidentKind::Unclear if self.is_nameless() => {
                ("whether they left or timed out is not told (no deltas)", self.kind.short_cause())
            }
            kind => (kind.cause(), kind.short_cause()),
        }
    }

    /// How long it took, in whole seconds, at least one.
    pub fn seconds(&self) -> u64 {
        let took = self.last.since(self.begin);
        took.as_secs() + u64::from(took.subsec_nanos() > 0).max(u64::from(took == Duration::ZERO))
    }

    /// Whether it concerns every channel in view.
    pub const fn is_everywhere(&self) -> bool {
        self.concerned >= self.in_view && self.in_view > 0
    }

    /// What is not known about it, in sentences. Safe to show.
    pub fn list_unknowns(&self) -> Vec<String> {
        let mut unknowns = Vec::new();
        if self.unnamed > 0 {
            // The names that a here now found missing are of some, and of others who went meanwhile.
            let found = if self.names.is_empty() { "" } else { ", and lists asked for since have named some" };
            unknowns.push(format!(
                "{} of them are known by number only{found}: intervals without names tell neither who they are nor \
                 whether they left or timed out",
                self.unnamed
            ));
        }
        if self.unheard > 0 {
            unknowns.push(format!(
                "{} of them were back before an interval told that they had gone: whether they left or timed out is not \
                 known",
                self.unheard
            ));
        }
        if self.summed_up {
            unknowns.push("intervals sum up several seconds: when it happened within them is not known".to_owned());
        }
        if self.at_least {
            unknowns.push("there were more users than are told apart: the number is a lower bound".to_owned());
        }
        match self.kind {
            IncidentKind::MassTimeout => unknowns.push(
                "what failed is not seen: their network, their clients' heartbeats, or the way to the service"
                    .to_owned(),
            ),
            IncidentKind::MassLeave => {
                unknowns.push("whether they were closed, restarted or disconnected is not seen".to_owned());
            }
            IncidentKind::Reconnect if self.rolling => {
                unknowns.push("why they were restarted is not seen".to_owned());
            }
            IncidentKind::Reconnect => unknowns.push("why they reconnected is not seen".to_owned()),
            IncidentKind::Unclear if self.is_nameless() => {
                unknowns.push("the cause: a network, a deploy and a kick look alike without deltas".to_owned());
            }
            IncidentKind::Unclear => unknowns.push("the cause: it fits none of the known kinds".to_owned()),
            _ => {}
        }
        unknowns
    }
}
