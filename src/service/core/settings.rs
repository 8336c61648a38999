//! What a PubNub keyset can be set to, with PubNub's own defaults, and what nobody outside PubNub
//! knows for sure, each a switch with the likelier answer.

use std::{collections::BTreeSet, time::Duration};

use crate::presence::{Channel, SubscribeKey, rules};

/// The settings of the service, the same for every key.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of a keyset")]
pub struct Settings {
    /// How long a poll is held open when nothing happens. Below 300 s, the shortest SDK timeout.
    pub poll_window: Duration,
    /// How many events a channel keeps for subscribers that come back; also the most that one reply
    /// holds.
    pub backlog: usize,
    /// For how long it keeps them.
    pub backlog_age: Duration,
    /// The presence timeout of a user who names none.
    pub presence_timeout: Duration,
    /// From a subscribe's answer to the join that follows it: the answer never holds the caller's
    /// own join.
    pub join_delay: Duration,

    /// Announce Max: occupancy above this is told in intervals instead of one by one.
    pub announce_max: usize,
    /// Interval: how often.
    pub interval: Duration,
    /// Presence Deltas: whether intervals name who joined, left and timed out.
    pub deltas: bool,
    /// Debounce: for so long after an explicit leave, a subscribe does not join again: the poll that
    /// was open meanwhile is answered with that very leave, and must not undo it.
    pub debounce: Duration,
    /// Generate Leave on TCP FIN or RST: a poll whose connection closes before it was answered is a
    /// leave, unless its user polls again within [`disconnect_grace`](Self::disconnect_grace).
    pub leave_on_disconnect: bool,
    /// How long that is waited for.
    pub disconnect_grace: Duration,
    /// Stream Filtering: events carry their changes as metadata (`u`) that a `filter-expr` can name.
    /// PubNub's default is off, but current keysets were recorded with it and one SDK ignores events
    /// without it, so it is on.
    pub stream_filtering: bool,
    /// Active notice channel: where it is published that a channel became active or inactive.
    pub active_notice_channel: Option<Channel>,
    /// Global here now: whether a here now may ask about every channel at once. Off for new keysets,
    /// on for those that were recorded.
    pub global_here_now: bool,
    /// Presence Management: the channels, and patterns such as `match.*`, that have presence at all.
    /// None: all of them.
    pub presence_on: Option<Vec<Channel>>,

    /// The subscribe keys that are accepted. None: any.
    pub keys: Option<BTreeSet<SubscribeKey>>,
    /// How the service behaves where no source says how PubNub does.
    pub guesses: Guesses,
    /// What the service can carry.
    pub bounds: Bounds,
}

/// Questions that no source answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question with two answers")]
pub struct Guesses {
    /// A malformed `state` of a heartbeat or subscribe is ignored instead of refused with 400.
    pub bad_state_is_ignored: bool,
    /// Here now for several channels lists those where nobody is, too.
    pub empty_channels_are_listed: bool,
    /// Get state for a group with one member answers as for that channel, not by channel.
    pub group_state_is_flat: bool,
    /// A join by a user who is present already is announced once more.
    pub duplicate_joins_are_announced: bool,
    /// A state outlives a leave, for the next join.
    pub state_outlives_leave: bool,
    /// A timeout named by a heartbeat is not changed by the one that a subscribe names.
    pub heartbeat_timeout_wins: bool,
    /// Interval mode begins at the announce max, not above it.
    pub interval_mode_at_max: bool,
    /// Intervals without deltas name the users who timed out all the same.
    pub timeouts_without_deltas: bool,
    /// An event goes once to a subscriber, however many of its names match; PubNub sends one copy
    /// for each.
    pub one_copy: bool,
    /// A subscribe that is answered counts as a heartbeat.
    pub subscribe_is_heartbeat: bool,
    /// How long an answer to here now is given again to the same question. PubNub: up to 3 s.
    pub here_now_cache: Duration,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            bad_state_is_ignored: false,
            empty_channels_are_listed: false,
            group_state_is_flat: false,
            duplicate_joins_are_announced: false,
            state_outlives_leave: false,
            heartbeat_timeout_wins: false,
            interval_mode_at_max: false,
            timeouts_without_deltas: false,
            one_copy: false,
            subscribe_is_heartbeat: true,
            here_now_cache: Duration::ZERO,
        }
    }
}

/// Beyond these the service says no (503, or 400 for groups) instead of growing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Subscribe keys in use.
    pub keys: usize,
    /// Users present, each counted once per channel, over all keys.
    pub present: usize,
    /// Polls held open.
    pub polls: usize,
    /// Channels with a backlog, per key; the one unused for longest is forgotten.
    pub backlogs: usize,
    /// Bytes that all backlogs of a key hold together; the oldest are forgotten.
    pub backlog_bytes: usize,
    /// Channel groups, per key.
    pub groups: usize,
    /// Channels in one group. PubNub's own bound.
    pub group_channels: usize,
    /// Connections open at a time; more are closed at once.
    pub connections: usize,
    /// A client that has not finished asking for so long is cut off; an idle connection too.
    pub slow_asker: Duration,
    /// A client that takes nothing of its answer for so long is cut off.
    pub slow_reader: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            keys: 1_000,
            present: 1_000_000,
            polls: 20_000,
            backlogs: 50_000,
            backlog_bytes: 128 << 20,
            groups: 10_000,
            group_channels: rules::GROUP_CHANNELS,
            connections: 25_000,
            slow_asker: Duration::from_secs(75),
            slow_reader: Duration::from_secs(30),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            poll_window: rules::POLL_WINDOW,
            backlog: rules::REPLY_EVENTS,
            backlog_age: rules::CATCH_UP_AGE,
            presence_timeout: rules::DEFAULT_PRESENCE_TIMEOUT,
            join_delay: Duration::from_millis(50),
            announce_max: rules::DEFAULT_ANNOUNCE_MAX,
            interval: rules::DEFAULT_INTERVAL,
            deltas: false,
            debounce: rules::DEFAULT_DEBOUNCE,
            leave_on_disconnect: false,
            disconnect_grace: Duration::from_millis(500),
            stream_filtering: true,
            active_notice_channel: None,
            global_here_now: true,
            presence_on: None,
            keys: None,
            guesses: Guesses::default(),
            bounds: Bounds::default(),
        }
    }
}

impl Settings {
    /// Whether a channel has presence: by name, or by a pattern that ends in `*`.
    pub fn has_presence(&self, channel: &Channel) -> bool {
        let matches = |rule: &Channel| matches_rule(rule.as_str(), channel.as_str());
        self.presence_on.as_ref().is_none_or(|rules| rules.iter().any(matches))
    }

    /// Whether so many on a channel are summed up in intervals.
    pub fn is_crowded(&self, occupancy: usize) -> bool {
        let at_max = self.guesses.interval_mode_at_max && occupancy == self.announce_max && occupancy > 0;
        occupancy > self.announce_max || at_max
    }
}

/// Whether a rule, a name or a pattern that ends in `*`, means this name.
pub(super) fn matches_rule(rule: &str, name: &str) -> bool {
    match rule.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => rule == name,
    }
}
