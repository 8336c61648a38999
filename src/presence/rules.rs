//! The numbers of the protocol, once, each with where it is known from.
//!
//! How sure one can be of a number:
//!
//! - *recorded*: seen in recorded traffic of the real service, which official SDKs keep for their tests;
//! - *tested*: an SDK's integration test asserts it of the real service;
//! - *SDK source*: official SDKs send it or count on it;
//! - *documented*: a page of PubNub's documentation, by its title, says so;
//! - *inferred*: none of these, but what fits with all of them.

use std::{ops::RangeInclusive, time::Duration};

/// How old an answer to here now may be. A reader dates the answer so far back, and asks about one channel no
/// more often than this: sooner, the same answer may come again.
///
/// Documented ("Here Now", REST API: "3-second cache"); recorded: `Age` headers of up to 3.
pub const HERE_NOW_CACHE: Duration = Duration::from_secs(3);

/// A change above the announce max is told this much later at most, by the next interval; and here now counts it up to its
/// age sooner.
pub const SUMMED_UP_WITHIN: Duration = DEFAULT_INTERVAL.saturating_add(HERE_NOW_CACHE);

/// The most user ids per channel that one here now returns; for more, one asks page by page. Also what it
/// returns when no limit is given.
///
/// Tested (Kotlin, `PresenceIntegrationTests`): above it the service refuses with "Cannot return more than 1000
/// uuids at a time".
pub const HERE_NOW_PAGE: usize = 1000;

/// The presence timeout of who names none, and of SDKs unless they are told otherwise: without a sign of life
/// for so long, a user times out.
///
/// Documented ("Announce Heartbeat", REST API); SDK source (JavaScript, Kotlin, Python, C#, Rust).
pub const DEFAULT_PRESENCE_TIMEOUT: Duration = Duration::from_secs(300);

/// The shortest presence timeout that SDKs let their users choose. The service itself honours less.
///
/// SDK source (Kotlin, Go) and documented (C#, Swift). Recorded by Python: a timeout of 8 s was in force.
pub const LEAST_SDK_PRESENCE_TIMEOUT: Duration = Duration::from_secs(20);

/// The presence timeouts, in seconds, that herenow itself asks for on a person's order.
///
/// Below 5 s the way to the service eats the timeout, and an hour is far above the 320 s that the JavaScript
/// SDK allows. Inferred.
pub const PRESENCE_TIMEOUT_CHOICES: RangeInclusive<u64> = 5..=3600;

/// The shortest pause between two heartbeats that makes sense.
///
/// Documented (Swift SDK, configuration: "not below 3").
pub const LEAST_HEARTBEAT_INTERVAL: Duration = Duration::from_secs(3);

/// After an explicit leave, a subscribe does not join the user again for so long (the keyset option Debounce,
/// its default): the poll that was open meanwhile is answered with that very leave, and must not undo it.
///
/// Documented (`presence_debounce` in the keyset schema of PubNub's MCP server).
pub const DEFAULT_DEBOUNCE: Duration = Duration::from_secs(2);

/// Occupancy above this is announced in intervals instead of one by one (Announce Max, its default).
///
/// Documented (`presence_announce_max` in the keyset schema of PubNub's MCP server; "Presence Overview": "goes
/// above"). An older page says "reached".
pub const DEFAULT_ANNOUNCE_MAX: usize = 20;

/// How often interval events are sent while a channel is above its announce max (Interval, its default and
/// its least).
///
/// Documented (`presence_interval` in the keyset schema of PubNub's MCP server); recorded exactly 10.0 s apart.
pub const DEFAULT_INTERVAL: Duration = Duration::from_secs(10);

/// Bytes of user ids in an interval event; with more, the service sends none and asks for a here now.
///
/// Documented (about 30 KB; one page says 32).
pub const INTERVAL_DELTAS: usize = 30 * 1024;

/// Messages and events that the service keeps for a subscriber to catch up with, and the most in one reply.
/// A client that receives as many may have missed others.
///
/// Documented ("Connection Management"); SDK source (JavaScript reports `PNRequestMessageCountExceeded`).
pub const REPLY_EVENTS: usize = 100;

/// How long the service keeps them.
///
/// Documented ("Connection Management": about 20 minutes).
pub const CATCH_UP_AGE: Duration = Duration::from_secs(20 * 60);

/// How long the service holds a poll open when nothing happens.
///
/// Documented values differ (280, 300 and 310 s). This is the one below the poll timeout of every SDK; the
/// least of those is Dart's, 300 s. Inferred.
pub const POLL_WINDOW: Duration = Duration::from_secs(280);

/// How long a client waits for the answer to a poll: longer than any poll is held open.
///
/// SDK source (JavaScript, Kotlin, Python, Go, C#, Rust).
pub const POLL_TIMEOUT: Duration = Duration::from_secs(310);

/// Bytes of a request's path and query; the service refuses more with 414.
///
/// Documented ("API Limits": about 32 KiB); the body of the 414 was recorded.
pub const LARGEST_URL: usize = 32 * 1024;

/// Bytes of a message, metadata included.
///
/// Documented ("API Limits").
pub const LARGEST_MESSAGE: usize = 32 * 1024;

/// Bytes of a signal.
///
/// Documented ("API Limits"); the refusal of a larger one, "Signal size too large", was recorded.
pub const LARGEST_SIGNAL: usize = 64;

/// Bytes of a presence state, which travels in the URL of a set state. PubNub names no bound of its own.
///
/// Inferred from [`LARGEST_URL`].
pub const LARGEST_STATE: usize = LARGEST_URL;

/// Characters in the name of a channel or group, and in a user id.
///
/// Documented (the guide to valid names; "API Limits").
pub const LONGEST_NAME: usize = 92;

/// Characters in a name where the service is lenient: a bound there has to be.
///
/// Documented (a newer table of limits allows so many for the name of a channel).
pub const LONGEST_LENIENT_NAME: usize = 2_048;

/// Channel groups that one subscribe may name.
///
/// Documented ("API Limits").
pub const SUBSCRIBE_GROUPS: usize = 10;

/// Channels in one channel group.
///
/// Documented ("API Limits": 2,000 at the most, less in smaller plans).
pub const GROUP_CHANNELS: usize = 2_000;
