//! Counts what belongs to an incident, as it comes in.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    time::Duration,
};

use super::{
    Incident, IncidentKind,
    channel_changes::ChannelChanges,
    movement::{Comeback, Movement, MovementKind, Movements},
};
use crate::presence::Moment;

/// The most users that are told apart in one incident.
const MOST_USERS: usize = 1 << 17;

/// What goes on for longer than this is not one incident, unless the same users are concerned again and again.
const LONGEST: Duration = Duration::from_secs(40);

/// Who is restarted at once is back within so many seconds, and intervals tell of it.
const LONGEST_RESTART: u64 = 36;

/// Clients with PubNub's default presence timeout of 300 s lose their network at once, and time out for half of that.
const LONGEST_TIMEOUTS: Duration = Duration::from_secs(180);

/// What follows within so many seconds is part of the same incident.
pub(super) const SAME: u64 = 12;

/// What happens within so many seconds happens at once, if all of it takes no longer than this; it is over after so many without more of it.
const AT_ONCE: u64 = 10;
const SHORT: u64 = 20;
const QUIET: u64 = 2;

/// Fewer than so many are few.
const FEW: u64 = 20;

/// It is over after a silence in which so many more would have been heard of.
const SILENT: u64 = 6;

/// An incident is told once more if it concerns at least so many more.
const LEAST_MORE: u64 = 5;

/// Who joins another channel within this time after a mass leave has moved there.
pub(super) const MOVED: Duration = Duration::from_secs(20);

/// Returns are counted per second for so many seconds.
const RETURN_SECONDS: usize = 20;

pub(super) type UserSet = HashSet<u64, foldhash::fast::RandomState>;

/// What was told of an incident: its kind, of how many, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastTelling {
    pub kind: IncidentKind,
    pub count: u64,
    pub at: Moment,
}

impl LastTelling {
    /// Whether there is more to tell: it is something else, or half as many again.
    pub fn is_outdated(&self, incident: &Incident) -> bool {
        let count = incident.count();
        incident.kind != self.kind || count >= self.count + LEAST_MORE && count * 2 >= self.count * 3
    }
}

/// An incident and those concerned.
#[derive(Debug, Clone)]
pub(super) struct Tracked {
    pub incident: Incident,
    pub users: UserSet,
    /// For each channel, by its place: the changes that belong to the incident, and by how much its occupancy changed
    /// since the beginning.
    pub channels: ChannelChanges,
    /// Where those concerned may have left: the changes on each channel in each second.
    seconds: HashMap<(u32, u64), u64, foldhash::fast::RandomState>,
    /// The longest time that one of them sums up, in seconds.
    pub spread: u64,
    /// What happened until then belongs to it.
    pub until: Moment,
    /// Movements before this number are dealt with, and so are these behind it: summaries come late.
    next: u64,
    ahead: UserSet,
    /// Movements before this number were looked at when `until` was that.
    scanned: (u64, Moment),
    /// When the last of those who are counted did what is counted.
    pub gone: Moment,
    /// It may be the next batch of a deploy.
    pub is_batch: bool,
    /// How many batches it is of, one after the other.
    pub waves: u32,
    /// The number of the next movement since its beginning.
    next_net: u64,
    /// Those who were told in an interval to have joined while they were known to be there: they had gone unheard.
    pub unheard: Vec<Movement>,
    pub next_unheard: u64,
    /// The users who joined again, and how many did so in the last seconds.
    pub returned: UserSet,
    pub returns: VecDeque<(u64, u64)>,
    /// Those of them who were away for a few seconds only.
    pub quick_returns: u64,
    /// Those who had joined another channel before they left, and how many users were known when they were looked for.
    pub moved_before: UserSet,
    pub moves_looked_for: usize,
    /// When those of them joined who came to another channel than the one that they left, for each by its place.
    pub elsewhere: HashMap<u32, Vec<Moment>, foldhash::fast::RandomState>,
    next_return: u64,
    /// The number of the first movement since its beginning, and how many users were known when returns were counted.
    first: u64,
    looked_for: usize,
    /// For a return: the number of the incident in which they had gone, if it is known.
    pub returns_of: Option<u64>,
    /// Only these users are counted, if they are known beforehand.
    pub only: Option<UserSet>,
    /// Only what happens on this channel is counted, by its place: it is a rush to it.
    pub only_on: Option<u32>,
    /// Those who are back are not counted: others tell of them.
    pub newcomers: bool,
    /// What is counted for it, which stays what it was at first.
    pub counted: IncidentKind,
    /// So many leaves a second are usual.
    pub usual_leaves: f64,
    /// For a rolling deploy: so many were back in a second when it was found. Otherwise nothing.
    pub rolling: Option<f64>,
    /// Whether its numbers may still grow.
    pub open: bool,
    /// What it was told as, once it was.
    pub told: Option<LastTelling>,
    /// How many it concerned when a person read it.
    pub read_of: u64,
    /// Changes were last counted at this moment, so that details are looked for again only if there are others.
    pub detailed: u64,
}

impl Tracked {
    pub fn new(incident: Incident, movements: &Movements) -> Self {
        let first = movements.recent(incident.begin).map(|(number, _)| number).min().unwrap_or(movements.count_all());
        let counted = incident.kind;
        Self {
            until: incident.begin,
            gone: incident.begin,
            is_batch: false,
            waves: 1,
            scanned: (first, incident.begin),
            incident,
            ahead: UserSet::default(),
            users: UserSet::default(),
            channels: ChannelChanges::default(),
            seconds: HashMap::default(),
            spread: 0,
            next: first,
            next_net: first,
            unheard: Vec::new(),
            next_unheard: first,
            returned: UserSet::default(),
            returns: VecDeque::new(),
            quick_returns: 0,
            moved_before: UserSet::default(),
            moves_looked_for: 0,
            elsewhere: HashMap::default(),
            next_return: first,
            first,
            looked_for: 0,
            returns_of: None,
            only: None,
            only_on: None,
            newcomers: false,
            counted,
            usual_leaves: 0.0,
            rolling: None,
            open: true,
            told: None,
            read_of: 0,
            detailed: 0,
        }
    }

    /// Roughly the bytes of a copy.
    pub fn weigh(&self) -> usize {
        let users = self.users.len()
            + self.ahead.len()
            + self.returned.len()
            + self.only.as_ref().map_or(0, UserSet::len)
            + self.moved_before.len();
        size_of::<Self>()
            + users * 16
            + self.unheard.len() * size_of::<Movement>()
            + self.elsewhere.values().map(Vec::len).sum::<usize>() * 8
            + self.channels.weigh()
            + self.incident.channels.len() * 64
    }

    /// Count what came in and happened until `last`, or may have.
    pub fn count(&mut self, movements: &Movements, last: Moment) {
        let longest = if self.counted == IncidentKind::MassTimeout { LONGEST_TIMEOUTS } else { LONGEST };
        let most = self.incident.begin.plus(longest);
        let lasts = matches!(self.counted, IncidentKind::Flapping | IncidentKind::Herd | IncidentKind::Reconnect);
        let most = if lasts { last } else { most };
        self.until = self.until.max(last.min(most));
        // Of those that were looked at with the same end, none is within it now that was not then.
        let unseen = if self.scanned.1 == self.until { self.scanned.0.max(self.next) } else { self.next };
        self.scanned = (movements.count_all(), self.until);
        let mut in_order = unseen == self.next;
        let Self { incident, users, channels, next, only, counted, until, ahead, seconds, spread, gone, .. } = self;
        let (only_on, rolls, newcomers) = (self.only_on, self.rolling.is_some(), self.newcomers);
        for (number, movement) in movements.since(unseen) {
            let from = Moment::from_micros(movement.at.micros().saturating_sub(u64::from(movement.spread) * 1_000_000));
            if from > *until {
                in_order = false;
                continue;
            }
            if in_order {
                *next = number + 1;
            } else if !ahead.insert(number) {
                continue;
            }
            if movement.at < incident.begin || in_order && !ahead.is_empty() && ahead.remove(&number) {
                continue;
            }
            let is_here = only_on.is_none_or(|only| only == movement.channel) && !(newcomers && movement.is_back());
            let is_one = is_here && only.as_ref().is_none_or(|only| only.contains(&movement.user));
            // Of a return after some had gone without a name.
            let lacks = only.as_ref().is_some_and(|only| (only.len() as u64) < incident.returned)
                && incident.count() < incident.returned;
            let is_unnamed = lacks && movement.kind == MovementKind::Up;
            let concerns = movement.concerns(*counted) || rolls && movement.comeback != Comeback::No;
            if is_unnamed || is_one && concerns {
                count_change(incident, users, movement);
                incident.unheard += u64::from(*counted == IncidentKind::Reconnect && movement.went_unheard());
                channels.at(movement.channel).0 += movement.count_changes();
                if matches!(counted, IncidentKind::MassLeave | IncidentKind::Unclear) {
                    *spread = (*spread).max(u64::from(movement.spread));
                    *seconds.entry((movement.channel, movement.at.seconds())).or_default() += movement.count_changes();
                }
                *gone = (*gone).max(movement.at.min(*until));
                incident.last = incident.last.max(*gone);
                let (first, last) = incident.events.unwrap_or((movement.published, movement.published));
                incident.events = Some((first.min(movement.published), last.max(movement.published)));
            } else {
                incident.left += u64::from(movement.kind == MovementKind::Left);
                incident.timed_out += u64::from(movement.kind == MovementKind::TimedOut);
            }
        }
        // Nobody is restarted for so long but one after the other.
        self.incident.rolling |= self.counted == IncidentKind::Reconnect && self.incident.seconds() >= LONGEST_RESTART;
        // Those who left were restarted if they are back: then so were those who were back before it was told.
        if matches!(self.incident.kind, IncidentKind::MassTimeout | IncidentKind::Reconnect)
            && self.counted != IncidentKind::Reconnect
        {
            self.count_unheard(movements);
        }
        self.follow_occupancy(movements);
    }

    /// How many it concerns, those included whom no event has told yet.
    pub const fn count_all(&self) -> u64 {
        self.incident.count() + self.incident.not_told
    }

    /// What concerns a fifth more than when it was read has to be read again.
    pub fn follow_growth(&mut self) {
        let all = self.count_all();
        self.incident.read &= all < self.read_of + LEAST_MORE || all * 5 < self.read_of * 6;
    }

    /// What another one has counted is not counted here any more.
    pub fn skip_to(&mut self, other: &Self) {
        (self.until, self.gone) = (self.until.max(other.until), self.gone.max(other.gone));
        (self.next, self.scanned, self.next_return) = (other.next, other.scanned, other.next_return);
        self.ahead.clone_from(&other.ahead);
    }

    /// By how much the occupancy of each channel changed since the beginning.
    fn follow_occupancy(&mut self, movements: &Movements) {
        let Self { incident, channels, next_net, .. } = self;
        for (number, movement) in movements.since(*next_net) {
            *next_net = number + 1;
            if movement.at >= incident.begin {
                channels.at(movement.channel).1 += movement.count_net();
            }
        }
    }

    /// Count those who joined again.
    pub fn count_returns(&mut self, movements: &Movements) {
        if self.spread > 0 && self.users.len() > self.looked_for {
            // The interval that tells of a leave may come after the one that tells of the join elsewhere.
            self.next_return = self.first;
        }
        self.looked_for = self.users.len();
        if self.returned.len() == self.users.len() {
            // All of them are back.
            self.next_return = movements.count_all();
        }
        for (number, movement) in movements.since(self.next_return) {
            self.next_return = number + 1;
            let comes = matches!(movement.kind, MovementKind::Joined | MovementKind::Again);
            if comes && self.users.contains(&movement.user) && self.returned.insert(movement.user) {
                let is_back = matches!(movement.comeback, Comeback::First | Comeback::Once);
                self.quick_returns += u64::from(is_back);
                if !is_back && movement.at.since(self.incident.last) < MOVED {
                    self.elsewhere.entry(movement.channel).or_default().push(movement.at);
                }
                let second = movement.at.seconds();
                match self.returns.iter_mut().find(|(at, _)| *at == second) {
                    Some((_, count)) => *count += 1,
                    None => self.returns.push_back((second, 1)),
                }
                if self.returns.len() > RETURN_SECONDS {
                    self.returns.pop_front();
                }
            }
        }
        self.incident.returned = self.returned.len() as u64;
    }

    /// Whether most changes happened within seconds, and no more do now. `interval`: they are told so much later.
    pub fn is_sudden(&self, now: Moment, interval: u64) -> bool {
        if self.seconds.is_empty() {
            return false;
        }
        let interval = interval.max(self.spread);
        let mut seconds: BTreeMap<u64, u64> = BTreeMap::new();
        let mut channels: HashMap<u32, u64> = HashMap::new();
        for ((channel, second), count) in &self.seconds {
            *seconds.entry(*second).or_default() += count;
            let most = channels.entry(*channel).or_default();
            *most = (*most).max(*count);
        }
        let all: u64 = seconds.values().sum();
        // A few may come close together by chance.
        let within = if all < FEW { AT_ONCE / 2 } else { AT_ONCE } + interval;
        let sum = |from: u64| seconds.range(from..from + within).map(|(_, count)| *count).sum::<u64>();
        let at_once = seconds.keys().map(|from| sum(*from)).max().unwrap_or(0);
        // Had it gone on as before, more would have been heard of within this time.
        let took = self.incident.seconds();
        let quiet = (took * SILENT / all.max(1)).max(QUIET) + interval;
        let recent: u64 = seconds.range(now.seconds().saturating_sub(quiet)..).map(|(_, count)| count).sum();
        // What goes on for long is in several intervals of a channel.
        let in_one_interval = interval == 0 || channels.values().sum::<u64>() * 10 >= all * 9;
        let is_short = took <= if interval == 0 { SHORT } else { interval + 2 * QUIET };
        is_short && at_once * 10 >= all * 8 && recent * 10 <= at_once && in_one_interval
    }

    /// How many joined again since this second, and when the first of them did.
    pub fn returns_since(&self, second: u64) -> (u64, u64) {
        let recent = self.returns.iter().filter(|(at, _)| *at >= second);
        recent.fold((0, u64::MAX), |(count, first), (at, more)| (count + more, first.min(*at)))
    }
}

pub(super) fn count_change(incident: &mut Incident, users: &mut UserSet, movement: &Movement) {
    incident.presences += movement.count_changes();
    if matches!(movement.kind, MovementKind::Up | MovementKind::Down) {
        incident.unnamed += movement.user;
        return;
    }
    if incident.kind == IncidentKind::Unclear {
        incident.left += u64::from(movement.kind == MovementKind::Left);
        incident.timed_out += u64::from(movement.kind == MovementKind::TimedOut);
    }
    if users.len() < MOST_USERS {
        users.insert(movement.user);
        incident.users = users.len() as u64;
    } else if !users.contains(&movement.user) {
        incident.at_least = true;
    }
}
