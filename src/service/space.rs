//! Everything that belongs to one subscribe key: who is present, what is told, groups, and who
//! listens for what. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use super::{Announcer, Backlog, Fact, PollId, Registry, Settings};
use crate::{
    presence::{Channel, Moment, PNPRES, PresenceEvent, State, SubscribeKey, Timetoken, UserId},
    wire::{Names, close_envelope, open_envelope},
};

/// The region this service says it is.
pub(super) const REGION: i32 = 1;

/// A channel's backlog is kept for at least this long, and dropped some time after.
const BACKLOG_MEMORY: Duration = Duration::from_secs(20 * 60);

/// A join that follows a subscribe's answer.
#[derive(Debug, Clone)]
struct Arrival {
    channel: Channel,
    user: UserId,
    timeout: Duration,
}

pub(super) struct Space {
    key: SubscribeKey,
    pub registry: Registry,
    announcer: Announcer,
    groups: HashMap<Arc<str>, BTreeSet<Channel>>,
    backlogs: BTreeMap<Arc<str>, Backlog>,
    arrivals: BTreeMap<(Moment, u64), Arrival>,
    arrivals_made: u64,
    /// Explicit leaves, each until its debounce is over.
    left: HashMap<(Channel, UserId), Moment>,
    left_in_order: VecDeque<(Moment, Channel, UserId)>,
    /// Old backlogs are looked for when there are so many.
    forget_at: usize,
    listeners: HashMap<Arc<str>, BTreeSet<PollId>>,
}

/// A group's name among the listened names, where it can't be mistaken for a channel.
fn group_key(group: &str) -> Arc<str> {
    format!(",{group}").into()
}

impl Space {
    pub fn new(key: SubscribeKey) -> Self {
        Self {
            key,
            registry: Registry::default(),
            announcer: Announcer::default(),
            groups: HashMap::new(),
            backlogs: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            arrivals_made: 0,
            left: HashMap::new(),
            left_in_order: VecDeque::new(),
            forget_at: 0,
            listeners: HashMap::new(),
        }
    }

    /// The channels where a request makes its caller present: plain names, patterns (as the literal
    /// channel of that name) and the members of groups; never a presence twin.
    pub fn places(&self, names: &Names) -> BTreeSet<Channel> {
        let plain = names.channels.iter().filter(|n| !n.ends_with(PNPRES)).map(|n| Channel::heard(n));
        let groups = names.groups.iter().filter(|g| !g.ends_with(PNPRES));
        let members = groups.filter_map(|g| self.groups.get(g)).flatten().cloned();
        plain.chain(members).collect()
    }

    /// A sign of life on one channel.
    pub fn heartbeat(&mut self, channel: &Channel, user: &UserId, timeout: Duration, now: Moment) -> Option<Fact> {
        self.arrivals.retain(|_, a| !(a.channel == *channel && a.user == *user));
        self.registry.heartbeat(channel, user, timeout, now)
    }

    /// The implicit heartbeat of a subscribe that is being answered: renews at once, joins a little
    /// later, so that no answer holds the caller's own join. `anew`: the subscribe begins a
    /// conversation, so it joins after the debounce of an earlier leave; one that was open during that
    /// leave does not.
    pub fn arrive(
        &mut self,
        channel: Channel,
        user: &UserId,
        timeout: Duration,
        delay: Duration,
        anew: bool,
        now: Moment,
    ) {
        if self.registry.is_present(&channel, user) {
            self.registry.heartbeat(&channel, user, timeout, now);
            return;
        }
        let debounced = self.left.get(&(channel.clone(), user.clone())).copied().filter(|debounced| *debounced > now);
        if debounced.is_some() && !anew {
            return;
        }
        if self.arrivals.values().any(|a| a.channel == channel && a.user == *user) {
            return;
        }
        self.arrivals_made += 1;
        let at = now.plus(delay).max(debounced.unwrap_or_default());
        self.arrivals.insert((at, self.arrivals_made), Arrival { channel, user: user.clone(), timeout });
    }

    /// An explicit leave; no subscribe joins the user again until `debounced`.
    pub fn leave(&mut self, channel: &Channel, user: &UserId, debounced: Moment) -> Option<Fact> {
        self.arrivals.retain(|_, a| !(a.channel == *channel && a.user == *user));
        self.left.insert((channel.clone(), user.clone()), debounced);
        self.left_in_order.push_back((debounced, channel.clone(), user.clone()));
        self.registry.leave(channel, user)
    }

    /// What has become true by `now` without anybody asking: arrivals and timeouts.
    pub fn pass_time(&mut self, now: Moment) -> Vec<Fact> {
        self.forget_old(now);
        while let Some((_, channel, user)) = self.left_in_order.pop_front_if(|(debounced, ..)| *debounced <= now) {
            if self.left.get(&(channel.clone(), user.clone())).is_some_and(|debounced| *debounced <= now) {
                self.left.remove(&(channel, user));
            }
        }
        let mut facts = self.registry.expire(now);
        while let Some(first) = self.arrivals.first_entry().filter(|first| first.key().0 <= now) {
            let Arrival { channel, user, timeout } = first.remove();
            facts.extend(self.registry.heartbeat(&channel, &user, timeout, now));
        }
        facts
    }

    /// Channels where nothing was published for so long that all of it is too old to be asked for.
    fn forget_old(&mut self, now: Moment) {
        if self.backlogs.len() >= self.forget_at.max(64) {
            let horizon = Timetoken::at(now).minus(BACKLOG_MEMORY);
            self.backlogs.retain(|_, backlog| backlog.newest().is_some_and(|newest| newest >= horizon));
            self.forget_at = self.backlogs.len() * 2;
        }
    }

    pub fn next_deadline(&self) -> Option<Moment> {
        let arrival = self.arrivals.keys().next().map(|(at, _)| *at);
        let debounced = self.left_in_order.front().map(|(at, ..)| *at);
        [arrival, debounced, self.registry.next_deadline(), self.announcer.next_deadline()].into_iter().flatten().min()
    }

    /// What is to be told of a fact now.
    pub fn announce(&mut self, fact: Fact, settings: &Settings, now: Moment) -> Option<Fact> {
        self.announcer.announce(fact, settings, now)
    }

    pub fn intervals_due(&mut self, settings: &Settings, now: Moment) -> Vec<Fact> {
        self.announcer.due(settings, now)
    }

    /// Put a fact into the stream; the polls that wait for it are returned.
    pub fn publish(&mut self, fact: Fact, at: Timetoken, settings: &Settings) -> BTreeSet<PollId> {
        let event = PresenceEvent {
            channel: fact.channel.clone(),
            subscription: None,
            published: at,
            timestamp: Some(at.seconds()),
            occupancy: Some(fact.occupancy as u64),
            what: fact.what,
        };
        let envelope = open_envelope(&event, &self.key, REGION);
        let name: Arc<str> = format!("{}{PNPRES}", fact.channel.as_str()).into();
        let mut woken = BTreeSet::new();
        for listened in self.names_hearing(&name, &fact.channel) {
            woken.extend(self.listeners.get(&listened).into_iter().flatten());
        }
        self.backlogs.entry(name).or_default().push(at, envelope.into(), settings.backlog, settings.backlog_age);
        woken
    }

    /// Every name under which somebody could listen for what is published on `name`.
    fn names_hearing(&self, name: &Arc<str>, channel: &Channel) -> Vec<Arc<str>> {
        let mut names = vec![name.clone()];
        for (dot, _) in name.match_indices('.') {
            names.push(format!("{}.*", &name[..dot]).into());
            names.push(format!("{}.*{PNPRES}", &name[..dot]).into());
        }
        let groups = self.groups.iter().filter(|(_, members)| members.contains(channel));
        names.extend(groups.map(|(group, _)| group_key(&format!("{group}{PNPRES}"))));
        names
    }

    pub fn listen(&mut self, poll: PollId, names: &Names) {
        let groups = names.groups.iter().map(|g| group_key(g));
        for name in names.channels.iter().cloned().chain(groups) {
            self.listeners.entry(name).or_default().insert(poll);
        }
    }

    pub fn stop_listening(&mut self, poll: PollId, names: &Names) {
        let groups = names.groups.iter().map(|g| group_key(g));
        for name in names.channels.iter().cloned().chain(groups) {
            if let Some(polls) = self.listeners.get_mut(&name) {
                polls.remove(&poll);
                if polls.is_empty() {
                    self.listeners.remove(&name);
                }
            }
        }
    }

    /// The envelopes published after `cursor` on what `names` listen for: one copy per matching
    /// name, in publish order, at most `most`, the newest.
    pub fn hear(&self, names: &Names, cursor: Timetoken, most: usize) -> Vec<(Timetoken, String)> {
        let mut heard: Vec<(Timetoken, &Arc<str>, &str)> = Vec::new();
        for listened in &names.channels {
            let (pattern, twin) = match listened.strip_suffix(PNPRES) {
                Some(name) => (name.strip_suffix('*'), true),
                None => (listened.strip_suffix('*'), false),
            };
            if let Some(prefix) = pattern.filter(|p| p.ends_with('.')) {
                // Recorded: with both `x.*` and `x.*-pnpres`, both copies say they came for `x.*`.
                let plain = format!("{prefix}*");
                let plain = names.channels.iter().find(|n| ***n == *plain);
                let said_for = plain.filter(|_| twin).unwrap_or(listened);
                let range =
                    self.backlogs.range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
                let matching = range.take_while(|(name, _)| name.starts_with(prefix));
                for (_, backlog) in matching.filter(|(name, _)| !twin || name.ends_with(PNPRES)) {
                    heard.extend(backlog.after(cursor).map(|(t, e)| (*t, e, &**said_for)));
                }
            } else if let Some(backlog) = self.backlogs.get(listened) {
                heard.extend(backlog.after(cursor).map(|(t, e)| (*t, e, &**listened)));
            }
        }
        for listened in &names.groups {
            let (group, suffix) = match listened.strip_suffix(PNPRES) {
                Some(group) => (group, PNPRES),
                None => (&**listened, ""),
            };
            for member in self.groups.get(group).into_iter().flatten() {
                let name = format!("{}{suffix}", member.as_str());
                let backlog = self.backlogs.get(name.as_str());
                heard.extend(backlog.into_iter().flat_map(|b| b.after(cursor)).map(|(t, e)| (*t, e, &**listened)));
            }
        }
        heard.sort_by_key(|(published, ..)| *published);
        let newest = heard.len().saturating_sub(most);
        let alone = names.single().is_some();
        let close = |(t, e, b): &(Timetoken, &Arc<str>, &str)| (*t, close_envelope(e, (!alone).then_some(b)));
        heard[newest..].iter().map(close).collect()
    }

    pub fn group(&self, name: &str) -> Vec<Channel> {
        self.groups.get(name).into_iter().flatten().cloned().collect()
    }

    pub fn add_to_group(&mut self, name: &Arc<str>, channels: &[Arc<str>]) {
        self.groups.entry(name.clone()).or_default().extend(channels.iter().map(|c| Channel::heard(c)));
    }

    pub fn remove_from_group(&mut self, name: &Arc<str>, channels: &[Arc<str>]) {
        if let Some(members) = self.groups.get_mut(name) {
            for channel in channels {
                members.remove(&Channel::heard(channel));
            }
        }
    }

    pub fn delete_group(&mut self, name: &Arc<str>) {
        self.groups.remove(name);
    }

    /// Take states as [`read_states`] read them; only what changes is a fact.
    pub fn set_states(&mut self, states: &[(Channel, State)], user: &UserId) -> Vec<Fact> {
        let mut facts = Vec::new();
        for (channel, state) in states {
            let known = self.registry.state(channel, user);
            if known != Some(state) && !(known.is_none() && state.is_empty()) {
                facts.extend(self.registry.set_state(channel, user, state));
            }
        }
        facts
    }
}

/// States as a heartbeat or subscribe carries them: a JSON object of objects, by channel. `None` if it
/// is anything else.
pub(super) fn read_states(by_channel: &str) -> Option<Vec<(Channel, State)>> {
    let states: serde_json::Map<String, serde_json::Value> = serde_json::from_str(by_channel).ok()?;
    let read = |(name, value): (String, serde_json::Value)| {
        Some((Channel::heard(&name), State::parse(&value.to_string()).ok()?))
    };
    states.into_iter().map(read).collect()
}
