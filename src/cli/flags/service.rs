//! The settings of the service: the same entries as flags, in a scenario's `[service]` and in the
//! configuration. What is not given has PubNub's own default.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use crate::{duration::Span, service::ByteSize};

/// The keys of our own service: it accepts any, and these are the ones that PubNub publishes for
/// everybody.
pub const DEMO_KEY: &str = "demo";

/// How our own presence service behaves.
#[derive(Debug, Clone, Default, PartialEq, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[command(next_help_heading = "Service: the keyset's settings")]
pub struct ServiceArgs {
    /// Announce Max: occupancy above this is told in intervals instead of join by join [default: 20].
    #[arg(long, value_name = "N")]
    pub announce_max: Option<u32>,
    /// Interval: time between two intervals [default: 10s].
    #[arg(long, value_name = "TIME")]
    pub interval: Option<Span>,
    /// Presence Deltas: intervals name who joined, left and timed out [default: false; in the demo true].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub deltas: Option<bool>,
    /// Generate Leave on TCP FIN or RST: who hangs up on an open poll leaves [default: false].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true)]
    pub leave_on_disconnect: Option<bool>,
    /// Unless they poll again within this time [default: 500ms].
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub disconnect_grace: Option<Span>,
    /// Stream Filtering: events carry `u`, by which a filter-expr can choose [default: true].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true)]
    pub stream_filtering: Option<bool>,
    /// Debounce: for so long after a leave, the join of a subscribe waits [default: 2s].
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    pub debounce: Option<Span>,
    /// Active notice channel: where it is published that a channel became active or inactive.
    #[arg(long, value_name = "CHANNEL", hide_short_help = true)]
    pub active_notice_channel: Option<String>,
    /// Global here now: allow a here now for all channels at once [default: true].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true)]
    pub global_here_now: Option<bool>,
    /// Presence Management: only these channels, or patterns such as 'match.*', have presence at all;
    /// may be given several times [default: all].
    #[arg(long, value_name = "CHANNEL", hide_short_help = true)]
    pub presence_on: Option<Vec<String>>,

    /// The presence timeout of users who name none [default: 300s].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: operation")]
    pub default_timeout: Option<Span>,
    /// How much later than the presence timeout a user times out, 0 to 10s [default: 100ms].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: operation")]
    pub timeout_grace: Option<Span>,
    /// How long a poll is held open when nothing happens [default: 280s].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: operation")]
    pub poll_window: Option<Span>,
    /// How many events a channel keeps for subscribers that come back, and one reply holds [default: 100].
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Service: operation")]
    pub backlog: Option<u32>,
    /// For how long it keeps them [default: 20m].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: operation")]
    pub backlog_age: Option<Span>,
    /// From a subscribe's answer to the join that follows it [default: 50ms].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: operation")]
    pub join_delay: Option<Span>,
    /// How long an answer to here now is given again; PubNub: up to 3s [default: 0].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: operation")]
    pub here_now_cache: Option<Span>,
    /// Accept names that PubNub refuses, of up to 2048 characters [default: false].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: operation")]
    pub lenient: Option<bool>,
    /// The most that the service keeps in memory, from 16MiB up; beyond it, it refuses [default: 1GiB].
    #[arg(long, value_name = "SIZE", hide_short_help = true, help_heading = "Service: operation")]
    pub memory: Option<ByteSize>,
    /// Write one line of JSON per request to this file, never a token.
    #[arg(long, value_name = "FILE", help_heading = "Service: operation")]
    pub ledger: Option<PathBuf>,
    /// Answer for this host, too, besides localhost and the address; may be given several times.
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "Service: operation")]
    pub allow_host: Option<Vec<String>>,
    /// Allow web pages of this origin, '*' for any page; may be given several times [default: pages of localhost].
    #[arg(long, value_name = "ORIGIN", hide_short_help = true, help_heading = "Service: operation")]
    pub cors: Option<Vec<String>>,
    /// Serve https, and write the certificate that a client has to trust to this file
    /// [default: herenow-PORT.pem among the temporary files].
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "auto")]
    #[arg(hide_short_help = true, help_heading = "Service: operation")]
    pub tls: Option<PathBuf>,

    /// Accept only this subscribe key; may be given several times [default: any key].
    #[arg(long = "key", value_name = "KEY", hide_short_help = true, help_heading = "Service: access control")]
    pub keys: Option<Vec<String>>,
    /// v3: require a token, and enforce what a token of Access Manager v3 grants, without checking its
    /// signature [default: open].
    #[arg(long, value_name = "HOW", hide_short_help = true, help_heading = "Service: access control")]
    pub access: Option<String>,
    /// Deny a channel, pattern or group, and its presence, with a 403; may be given several times.
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "Service: access control")]
    pub deny: Option<Vec<String>>,
    /// Require a token, and accept this one: TOKEN, TOKEN=60s (expires) or TOKEN=revoked; may be given
    /// several times. For testing clients: a token on the command line is no secret.
    #[arg(long, value_name = "TOKEN", hide_short_help = true, help_heading = "Service: access control")]
    pub accept_token: Option<Vec<String>>,

    /// Send presence webhooks to this URL on this machine, as PubNub's Events & Actions does.
    #[arg(long, value_name = "URL", help_heading = "Service: webhooks")]
    pub webhook: Option<String>,
    /// Allow a URL on another machine, which then learns who is on which channel [default: false].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_anywhere: Option<bool>,
    /// The envelope of a body: none, none-schema, 1.0, 2.0 or 2.1 [default: none].
    #[arg(long, value_name = "FORM", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_envelope: Option<String>,
    /// The most events of a batch, 1 to 10000; 1 sends them one by one [default: 100].
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_batch: Option<u32>,
    /// How long a batch waits for more [default: 5s].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_batch_time: Option<Span>,
    /// How often a batch that was not accepted is sent again, in whole, 0 to 4 [default: 4].
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_retries: Option<u32>,
    /// The shortest wait before that [default: 10s].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_least_wait: Option<Span>,
    /// The longest wait before that; each wait is random between the two [default: 900s].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_most_wait: Option<Span>,
    /// How long a receiver may take to answer [default: 10s].
    #[arg(long, value_name = "TIME", hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_timeout: Option<Span>,
    /// Counts above the announce max also list who timed out [default: false].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: webhooks")]
    pub webhook_lists_timeouts: Option<bool>,

    /// A fault, such as 'delay=500ms on=subscribe chance=10%'; may be given several times. There are:
    /// delay=TIME drop lose-answer 403 429=SECONDS 500 500-html truncate cut garbage empty
    /// slow=BYTES duplicate reorder step-back=TIME lose webhook-late=TIME webhook-twice webhook-lost.
    #[arg(long, value_name = "FAULT", hide_short_help = true, help_heading = "Service: faults")]
    pub fault: Option<Vec<String>>,

    /// A malformed state of a heartbeat or subscribe is ignored, not refused.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub ignore_bad_state: Option<bool>,
    /// Here now for several channels lists those where nobody is, too.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub list_empty_channels: Option<bool>,
    /// Get state for a group with one channel answers as for that channel.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub flat_group_state: Option<bool>,
    /// The join of a second device of a user who is present is announced, too.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub announce_duplicate_join: Option<bool>,
    /// A state outlives a leave, for the next join.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub keep_state: Option<bool>,
    /// A subscribe does not change the presence timeout of a user who is present.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub heartbeat_timeout_wins: Option<bool>,
    /// Interval mode begins at the announce max, not above it.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub interval_at_max: Option<bool>,
    /// Intervals name who timed out even without deltas.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub timeouts_without_deltas: Option<bool>,
    /// An event goes once to a subscriber, however many of its names match.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub one_copy: Option<bool>,
    /// A subscribe that is answered renews the presence of a user who is present [default: true].
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub implicit_heartbeat: Option<bool>,
    /// Leave needs permission, too.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub leave_needs_permission: Option<bool>,
    /// A heartbeat may name nothing but patterns.
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(hide_short_help = true, help_heading = "Service: undocumented behaviour of PubNub")]
    pub heartbeat_on_patterns: Option<bool>,
}

impl ServiceArgs {
    /// These entries, and what they leave open from `below`.
    pub fn over(self, below: Self) -> Self {
        macro_rules! first {
            ($($entry:ident)*) => { Self { $($entry: self.$entry.or(below.$entry)),* } };
        }
        first!(announce_max interval deltas leave_on_disconnect disconnect_grace stream_filtering debounce
            active_notice_channel global_here_now presence_on default_timeout timeout_grace poll_window backlog
            backlog_age join_delay here_now_cache lenient memory ledger allow_host cors tls keys access deny accept_token
            webhook webhook_anywhere webhook_envelope webhook_batch webhook_batch_time webhook_retries
            webhook_least_wait webhook_most_wait webhook_timeout webhook_lists_timeouts fault ignore_bad_state list_empty_channels
            flat_group_state announce_duplicate_join keep_state heartbeat_timeout_wins interval_at_max
            timeouts_without_deltas one_copy implicit_heartbeat leave_needs_permission
            heartbeat_on_patterns)
    }
}
