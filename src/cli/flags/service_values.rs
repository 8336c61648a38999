//! What the settings of the service mean, entry by entry.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use super::service::{DEMO_KEY, ServiceArgs};
use crate::{
    clock::Clock,
    duration::Span,
    presence::{Channel, NameError, SubscribeKey, sanitize},
    service::{
        Access, AccessRule, AccessRuleError, Bounds, BrowserAccess, ByteSize, FaultRule, Guesses, Settings, TlsOptions,
    },
    wire::Auth,
};

/// An entry that can't be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--{entry}: {why}")]
pub struct BadSetting {
    entry: &'static str,
    why: String,
}

pub(super) fn reject(entry: &'static str, why: &impl ToString) -> BadSetting {
    BadSetting { entry, why: why.to_string() }
}

pub(super) fn check_span(
    entry: &'static str,
    given: Option<Span>,
    default: Duration,
    range: std::ops::RangeInclusive<Duration>,
) -> Result<Duration, BadSetting> {
    let value = given.map_or(default, |span| span.0);
    if range.contains(&value) {
        return Ok(value);
    }
    Err(reject(entry, &format!("{} is not between {} and {}", Span(value), Span(*range.start()), Span(*range.end()))))
}

const DAY: Duration = Duration::from_secs(86_400);

impl ServiceArgs {
    /// The settings they mean.
    ///
    /// # Errors
    /// Names the entry that can't be meant, and why.
    pub fn settings(&self) -> Result<Settings, BadSetting> {
        let known = Settings::default();
        let millisecond = Duration::from_millis(1);
        let second = Duration::from_secs(1);
        let channels = |entry, names: &[String]| {
            let rule = |name: &String| match name.strip_suffix('*') {
                Some(prefix) if prefix.is_empty() || prefix.ends_with('.') => Ok(Channel::from_wire(name)),
                _ => Channel::parse(name).map_err(|e: NameError| reject(entry, &e)),
            };
            names.iter().map(rule).collect::<Result<Vec<_>, _>>()
        };
        let keys = self.keys.as_deref().map(|keys| {
            keys.iter().map(|key| SubscribeKey::parse(key).map_err(|e| reject("key", &e))).collect::<Result<_, _>>()
        });
        let backlog = self.backlog.map_or(known.backlog, |n| n as usize);
        if !(1..=10_000).contains(&backlog) {
            return Err(reject("backlog", &format!("{backlog} is not between 1 and 10000")));
        }
        let notice = self.active_notice_channel.as_deref();
        Ok(Settings {
            announce_max: self.announce_max.map_or(known.announce_max, |n| n as usize),
            interval: check_span("interval", self.interval, known.interval, second / 10..=DAY)?,
            deltas: self.deltas.unwrap_or(known.deltas),
            leave_on_disconnect: self.leave_on_disconnect.unwrap_or(known.leave_on_disconnect),
            disconnect_grace: check_span(
                "disconnect-grace",
                self.disconnect_grace,
                known.disconnect_grace,
                Duration::ZERO..=DAY,
            )?,
            stream_filtering: self.stream_filtering.unwrap_or(known.stream_filtering),
            debounce: check_span("debounce", self.debounce, known.debounce, Duration::ZERO..=DAY)?,
            active_notice_channel: notice
                .map(|name| Channel::parse(name).map_err(|e| reject("active-notice-channel", &e)))
                .transpose()?,
            global_here_now: self.global_here_now.unwrap_or(known.global_here_now),
            presence_on: self.presence_on.as_deref().map(|names| channels("presence-on", names)).transpose()?,
            presence_timeout: check_span(
                "default-timeout",
                self.default_timeout,
                known.presence_timeout,
                second..=DAY,
            )?,
            timeout_grace: check_span(
                "timeout-grace",
                self.timeout_grace,
                known.timeout_grace,
                Duration::ZERO..=second * 10,
            )?,
            poll_window: check_span("poll-window", self.poll_window, known.poll_window, second / 10..=DAY)?,
            backlog,
            backlog_age: check_span("backlog-age", self.backlog_age, known.backlog_age, millisecond..=DAY)?,
            join_delay: check_span("join-delay", self.join_delay, known.join_delay, Duration::ZERO..=second * 60)?,
            lenient: self.lenient.unwrap_or_default(),
            keys: keys.transpose()?,
            guesses: self.read_guesses(&known.guesses)?,
            bounds: Bounds { memory: self.read_memory(known.bounds.memory)?, ..known.bounds },
        })
    }

    fn read_memory(&self, known: usize) -> Result<usize, BadSetting> {
        let ByteSize(memory) = self.memory.unwrap_or(ByteSize(known));
        let too_small = || reject("memory", &format!("{} is less than 16MiB", ByteSize(memory)));
        if memory >= 16 << 20 { Ok(memory) } else { Err(too_small()) }
    }

    /// What they say of what nobody knows for sure.
    fn read_guesses(&self, known: &Guesses) -> Result<Guesses, BadSetting> {
        Ok(Guesses {
            bad_state_is_ignored: self.ignore_bad_state.unwrap_or_default(),
            empty_channels_are_listed: self.list_empty_channels.unwrap_or_default(),
            group_state_is_flat: self.flat_group_state.unwrap_or_default(),
            duplicate_joins_are_announced: self.announce_duplicate_join.unwrap_or_default(),
            state_outlives_leave: self.keep_state.unwrap_or_default(),
            heartbeat_timeout_wins: self.heartbeat_timeout_wins.unwrap_or_default(),
            interval_mode_at_max: self.interval_at_max.unwrap_or_default(),
            timeouts_without_deltas: self.timeouts_without_deltas.unwrap_or_default(),
            one_copy: self.one_copy.unwrap_or_default(),
            subscribe_renews_presence: self.implicit_heartbeat.unwrap_or(known.subscribe_renews_presence),
            leave_needs_permission: self.leave_needs_permission.unwrap_or_default(),
            patterns_take_heartbeats: self.heartbeat_on_patterns.unwrap_or_default(),
            here_now_cache: check_span("here-now-cache", self.here_now_cache, Duration::ZERO, Duration::ZERO..=DAY)?,
        })
    }

    /// Who may do what, from now on.
    ///
    /// # Errors
    /// If a name or a token's end can't be read.
    pub fn access(&self, clock: &Clock) -> Result<Access, BadSetting> {
        let mut access = Access::default();
        match self.access.as_deref() {
            None | Some("open") => {}
            Some("v3") => access.read_tokens(),
            Some(other) => return Err(reject("access", &format!("`{}` is neither open nor v3", sanitize(other)))),
        }
        let denied = self.deny.iter().flatten().map(|name| ("deny", AccessRule::deny(name)));
        for (entry, rule) in denied.chain(self.read_tokens().map(|rule| ("accept-token", rule))) {
            if entry == "accept-token" {
                access.demand_token();
            }
            let rule = rule.map_err(|e| reject(entry, &e))?;
            access.apply(rule, clock.now()).map_err(|e| reject(entry, &e))?;
        }
        Ok(access)
    }

    /// The hosts it answers for and the pages that may use it.
    ///
    /// # Errors
    /// If a host or an origin can't be read.
    pub fn browsers(&self) -> Result<BrowserAccess, BadSetting> {
        let mut browsers = BrowserAccess::default();
        for host in self.allow_host.iter().flatten() {
            browsers.allow_host(host).map_err(|e| reject("allow-host", &e))?;
        }
        for origin in self.cors.iter().flatten() {
            browsers.allow_origin(origin).map_err(|e| reject("cors", &e))?;
        }
        Ok(browsers)
    }

    /// How it is served over https, if it is.
    pub fn https(&self) -> Option<TlsOptions> {
        self.tls.as_ref().map(|file| TlsOptions { file: Some(file.clone()).filter(|file| file != "auto") })
    }

    fn read_tokens(&self) -> impl Iterator<Item = Result<AccessRule, AccessRuleError>> {
        self.accept_token.iter().flatten().map(|token| AccessRule::token_with_end(token))
    }

    /// With a token of our own, where requests need one and none that is given stays good: for our own crowd and
    /// dashboard.
    pub fn with_way_in(mut self) -> Self {
        let needs_token = self.access.as_deref() == Some("v3") || self.accept_token.is_some();
        if needs_token && self.own_way_in().1.is_none() {
            // Made of the seeds of the standard library's hashes, which nobody else knows.
            let part = || RandomState::new().build_hasher().finish();
            self.accept_token.get_or_insert_default().push(format!("herenow-{:016x}{:016x}", part(), part()));
        }
        self
    }

    /// Whom it asks who they are, for a sentence.
    pub fn describe_access(&self) -> &'static str {
        match (self.access.is_some() || self.accept_token.is_some(), self.deny.is_some()) {
            (true, _) => "for those with a token",
            (false, true) => "without authentication, but for what is denied",
            (false, false) => "without authentication",
        }
    }

    /// What our own crowd and dashboard need to be let in: the first key that is accepted, and the
    /// first token that stays good.
    pub fn own_way_in(&self) -> (SubscribeKey, Option<Auth>) {
        let key = self.keys.iter().flatten().next().map_or(DEMO_KEY, String::as_str);
        let good = self.read_tokens().flatten().find_map(|rule| rule.lasting_token().cloned());
        (SubscribeKey::from_wire(key), good)
    }

    /// The faults to begin with.
    ///
    /// # Errors
    /// If one can't be read.
    pub fn faults(&self) -> Result<Vec<FaultRule>, BadSetting> {
        self.fault.iter().flatten().map(|line| line.parse().map_err(|e| reject("fault", &e))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        service: ServiceArgs,
    }

    fn args(line: &[&str]) -> ServiceArgs {
        Line::try_parse_from([&["service"], line].concat()).unwrap_or_else(|e| panic!("{e}")).service
    }

    #[test]
    fn nothing_given_is_what_pubnub_does() {
        assert_eq!(args(&[]).settings(), Ok(Settings::default()));
    }

    #[test]
    fn what_is_given_first_counts() {
        let flags = args(&["--interval", "2", "--deltas", "--one-copy=false"]);
        let below =
            ServiceArgs { deltas: Some(false), announce_max: Some(3), one_copy: Some(true), ..Default::default() };
        let settings = flags.over(below).settings().unwrap();
        assert_eq!((settings.interval, settings.announce_max), (Duration::from_secs(2), 3));
        assert!(settings.deltas && !settings.guesses.one_copy);
    }

    #[test]
    fn what_can_t_be_meant_is_said_with_its_name() {
        let why = |line: &[&str]| {
            let args = args(line);
            let clock = Clock::start();
            let first = args.settings().err().or_else(|| args.access(&clock).err()).or_else(|| args.faults().err());
            let first = first.or_else(|| args.browsers().err());
            first.unwrap_or_else(|| panic!("{line:?} was taken")).to_string()
        };
        assert_eq!(why(&["--interval", "0"]), "--interval: 0s is not between 100ms and 86400s");
        assert_eq!(why(&["--memory", "15MiB"]), "--memory: 15MiB is less than 16MiB");
        assert_eq!(why(&["--backlog", "0"]), "--backlog: 0 is not between 1 and 10000");
        assert!(why(&["--presence-on", "a,b"]).starts_with("--presence-on: the channel `a,b` holds"));
        assert!(why(&["--deny", ""]).starts_with("--deny: the"));
        assert!(why(&["--accept-token", "abc=soon"]).contains("`soon` is not a length of time"));
        assert!(why(&["--allow-host", "a/b"]).starts_with("--allow-host: `a/b` is not a host"));
        assert!(why(&["--cors", "example.com"]).starts_with("--cors: `example.com` is not an origin"));
        assert!(why(&["--fault", "levitate"]).starts_with("--fault: `levitate` is not a fault"));
    }
}
