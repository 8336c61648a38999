//! How a service is configured.

use std::{collections::BTreeSet, time::Duration};

use crate::presence::{Channel, SubscribeKey, rules};

/// The most dots of a pattern: three levels.
const PATTERN_DOTS: usize = 2;

/// The same where the service is lenient.
const LENIENT_DOTS: usize = 16;

/// How the keysets of a service are configured; the same for every subscribe key. The defaults are PubNub's, from
/// [`rules`].
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of a keyset")]
pub struct Settings {
    /// How long a poll is held open when nothing happens. Keep it below 300 s, the shortest poll timeout of an SDK.
    pub poll_window: Duration,
    /// Events that a channel keeps for subscribers that come back; also the most in one reply.
    pub backlog: usize,
    /// How long a channel keeps them.
    pub backlog_age: Duration,
    /// The presence timeout of a user who names none.
    pub presence_timeout: Duration,
    /// How much later than its timeout a user times out. Recorded: 20 to 700 ms; without it, a client that sends its
    /// heartbeats exactly as often as its timeout says would time out and join again, again and again.
    pub timeout_grace: Duration,
    /// The delay from the answer to a subscribe to the join that follows from it, so that no answer holds the
    /// caller's own join. Recorded: 0.5 to 1.5 s; less here, so that nobody has to wait.
    pub join_delay: Duration,

    /// Announce Max: above this occupancy, changes are announced in intervals instead of one by one.
    pub announce_max: usize,
    /// Interval: the time between two interval events.
    pub interval: Duration,
    /// Presence Deltas: whether interval events name who joined, left and timed out.
    pub deltas: bool,
    /// Debounce: after an explicit leave, no subscribe joins the user again for so long. The poll that was open
    /// meanwhile is answered with that very leave, and must not undo it.
    pub debounce: Duration,
    /// Generate Leave on TCP FIN or RST: a poll whose connection closes before it was answered is a leave, unless
    /// the user polls again within [`disconnect_grace`](Self::disconnect_grace).
    pub leave_on_disconnect: bool,
    /// How long a closed connection may still be followed by another poll of the same user.
    pub disconnect_grace: Duration,
    /// Stream Filtering: whether events carry their facts as metadata (`u`), which a `filter-expr` can name. PubNub's
    /// default is off. On here: today's keysets were recorded with it, and Dart's SDK ignores events without it.
    pub stream_filtering: bool,
    /// Active notice channel: where the service publishes that a channel became active or inactive. `None`: nowhere.
    pub active_notice_channel: Option<Channel>,
    /// Global here now: whether a here now may ask about all channels at once. PubNub's default is off for new
    /// keysets; on here, since the keysets that were recorded have it.
    pub global_here_now: bool,
    /// Presence Management: the channels, and patterns such as `match.*`, that have presence at all. `None`: all.
    pub presence_on: Option<Vec<Channel>>,

    /// Take names that PubNub refuses, as long as they have at most
    /// [`rules::LONGEST_LENIENT_NAME`] characters.
    pub lenient: bool,
    /// The subscribe keys that are served. `None`: any.
    pub keys: Option<BTreeSet<SubscribeKey>>,
    /// How the service behaves where no source says how PubNub does.
    pub guesses: Guesses,
    /// Beyond these, the service refuses instead of growing.
    pub bounds: Bounds,
}

/// Questions about PubNub's behaviour that no source answers. The default is the likelier answer, `false` unless
/// said otherwise; set the other to see whether a client copes with both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question with two answers")]
pub struct Guesses {
    /// Ignore a malformed `state` of a heartbeat or subscribe, instead of refusing it with 400.
    pub bad_state_is_ignored: bool,
    /// A here now for several channels lists the empty ones, too.
    pub empty_channels_are_listed: bool,
    /// A get state for a group with one member answers as for that channel, not by channel.
    pub group_state_is_flat: bool,
    /// The join of a user who is present already is announced once more.
    pub duplicate_joins_are_announced: bool,
    /// A state is kept when its user leaves, for the next join.
    pub state_outlives_leave: bool,
    /// The timeout that a heartbeat named is not changed by the one that a subscribe names.
    pub heartbeat_timeout_wins: bool,
    /// Interval mode begins at the announce max, not above it.
    pub interval_mode_at_max: bool,
    /// Interval events without deltas name the users who timed out all the same.
    pub timeouts_without_deltas: bool,
    /// A subscriber receives one copy of an event, however many of its names match. PubNub was recorded to send one
    /// copy for each.
    pub one_copy: bool,
    /// A subscribe that is answered renews the presence timeout of a user who is present, as docs say. Two
    /// recordings of 2025 say that it does not. On by default. A user who is absent joins either way.
    pub subscribe_renews_presence: bool,
    /// A leave needs permission, as was recorded in 2016 and 2020; today's table of permissions names none.
    pub leave_needs_permission: bool,
    /// A heartbeat on nothing but patterns is taken. The JavaScript SDK sends such where only patterns are subscribed to.
    pub patterns_take_heartbeats: bool,
    /// How long an answer to here now is repeated for the same question. PubNub: up to
    /// [`rules::HERE_NOW_CACHE`]; zero by default, so that tests need not wait.
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
            subscribe_renews_presence: true,
            leave_needs_permission: false,
            patterns_take_heartbeats: false,
            here_now_cache: Duration::ZERO,
        }
    }
}

/// What the service can hold. Beyond these it refuses (with 503, or 400 for groups and for what no request may be) or
/// forgets, instead of growing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Subscribe keys in use.
    pub keys: usize,
    /// Users present, each counted once per channel, over all keys.
    pub present: usize,
    /// Polls held open.
    pub polls: usize,
    /// Channels with a backlog, per key. The least recently used are forgotten.
    pub backlogs: usize,
    /// Channels of one request, its groups unfolded.
    pub channels: usize,
    /// Bytes of all that is kept, over all keys. The least recently used backlogs make room for everything else.
    pub memory: usize,
    /// Channel groups, per key.
    pub groups: usize,
    /// Channels in one group; see [`rules::GROUP_CHANNELS`].
    pub group_channels: usize,
    /// Connections open at a time. More are closed at once.
    pub connections: usize,
    /// How long a request may take to arrive, and a connection may be idle, before it is closed.
    pub slow_asker: Duration,
    /// How long a client may read nothing of its answer before its connection is closed.
    pub slow_reader: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            keys: 1_000,
            present: 1_000_000,
            polls: 20_000,
            backlogs: 50_000,
            channels: 2_000,
            memory: 1 << 30,
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
            timeout_grace: Duration::from_millis(100),
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
            lenient: false,
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

    /// The most dots of a pattern that can be subscribed to: `a.b.*` has two. Names that may be longer have a bound
    /// all the same, as work on each part of a name would grow with the square of its length.
    pub(super) fn most_dots(&self) -> usize {
        if self.lenient { LENIENT_DOTS } else { PATTERN_DOTS }
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
