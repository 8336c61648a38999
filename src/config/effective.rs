//! What counts in the end: the flag, then the environment, then the file, then the default. Pure.

use std::{collections::BTreeSet, fmt::Display, path::PathBuf, sync::Arc, time::Duration};

use super::{
    Binding, Config, Error, Keyset, LogLevel, Notifications, Sourced, Tariff, ThemeName, TokenFrom, bounds,
    keyset::{bad_key, groups, origin, subscriptions},
    variables,
};
use crate::{
    client::Origin,
    presence::{ChannelGroup, PublishKey, SubscribeKey, Subscription, UserId},
    wire::Auth,
};

/// Frames per second on a slow line.
const SLOW: u32 = 10;

/// What was typed. There is no token: what is typed is seen by every other program. Nor is there a
/// publish key: no verb publishes.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// `--keyset`
    pub keyset: Option<String>,
    /// `--subscribe-key`
    pub subscribe_key: Option<String>,
    /// `--origin`
    pub origin: Option<String>,
    /// `--user-id`
    pub user_id: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--production`
    pub production: bool,
    /// `--read-only`
    pub read_only: bool,
    /// `--presence-timeout`
    pub presence_timeout: Option<Duration>,
    /// `--budget`
    pub budget: Option<u32>,
    /// Channels and patterns.
    pub channels: Vec<String>,
    /// `--group`
    pub groups: Vec<String>,
    /// `--theme`
    pub theme: Option<ThemeName>,
    /// `--slow`
    pub slow: bool,
    /// `--log`
    pub log: Option<PathBuf>,
    /// `--log-level`
    pub log_level: Option<LogLevel>,
}

/// What counts, each with where it came from.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The keyset that is chosen, by its name in the file, and by whom.
    pub keyset: Option<Sourced<Arc<str>>>,
    /// Which application.
    pub subscribe_key: Option<Sourced<SubscribeKey>>,
    /// With which one may publish there.
    pub publish_key: Option<Sourced<PublishKey>>,
    /// Who provides the token.
    pub token: Option<Sourced<TokenFrom>>,
    /// Our own user id; without one, [`identity`](super::identity) has one.
    pub user_id: Option<Sourced<UserId>>,
    /// Where the service is.
    pub origin: Sourced<Origin>,
    /// What to call the place where it is. Foreign text.
    pub region: Option<Sourced<String>>,
    /// Whether real people depend on it.
    pub production: Sourced<bool>,
    /// Whether nothing may be changed there.
    pub read_only: Sourced<bool>,
    /// Channels and patterns, each once. If any channel or group is typed, or else set, those that
    /// come later don't count.
    pub channels: Sourced<Vec<Subscription>>,
    /// Channel groups, each once.
    pub groups: Sourced<Vec<ChannelGroup>>,
    /// Requests per second that herenow allows itself at the most.
    pub budget: Sourced<u32>,
    /// The presence timeout that our own presence asks for.
    pub presence_timeout: Sourced<Duration>,
    /// Which colours.
    pub theme: Sourced<ThemeName>,
    /// Frames per second that the dashboard draws at the most: 1 to 30.
    pub frames_per_second: Sourced<u32>,
    /// Entries that its event log keeps: 100 to 100,000.
    pub log_entries: Sourced<u32>,
    /// Whether a log is written, and how much of it.
    pub log: Logging,
    /// Keys other than the standard ones. The file says it alone.
    pub keys: Vec<Binding>,
    /// What requests cost. The file says it alone.
    pub tariff: Tariff,
    /// What to be told of, and how. The file says it alone.
    pub notifications: Notifications,
}

/// Whether a log is written, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logging {
    /// The file; `~/` is the home folder. `None`: no log is written.
    pub file: Option<Sourced<PathBuf>>,
    /// How much it says.
    pub level: Sourced<LogLevel>,
}

/// The environment variables that [`effective`] asks for.
pub const WATCHED_ENVIRONMENT: &[&str] = &[
    variables::KEYSET,
    variables::SUBSCRIBE_KEY,
    variables::PUBLISH_KEY,
    variables::TOKEN,
    variables::USER_ID,
    variables::ORIGIN,
    variables::REGION,
    variables::PRODUCTION,
    variables::READ_ONLY,
    variables::CHANNELS,
    variables::GROUPS,
    variables::BUDGET,
    variables::PRESENCE_TIMEOUT,
    variables::THEME,
    variables::LOG,
    variables::LOG_LEVEL,
];

/// The environment: variables' values; one of blanks alone is as good as none.
#[derive(Clone, Copy)]
struct Set<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Set<'_> {
    /// A variable, read by `reader`.
    fn read<T, E: Display>(
        self,
        variable: &'static str,
        reader: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<Sourced<T>>, Error> {
        let set = (self.0)(variable).filter(|value| !value.trim().is_empty());
        set.map(|value| Sourced::environment(variable, value).read(|value| reader(&value))).transpose()
    }

    /// What was typed, or else a variable; both read by `reader`.
    fn under<T, E: Display>(
        self,
        flag: &'static str,
        typed: Option<&String>,
        variable: &'static str,
        reader: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<Sourced<T>>, Error> {
        match typed {
            Some(typed) => Sourced::flag(flag, typed).read(|typed| reader(typed)).map(Some),
            None => self.read(variable, reader),
        }
    }
}

/// Text as it is.
#[expect(clippy::unnecessary_wraps, reason = "a reader that always succeeds")]
fn plain(text: &str) -> Result<String, Error> {
    Ok(text.to_owned())
}

/// What counts. `environment` has the variables' values; one of blanks alone is as good as none.
///
/// A keyset is a whole: where a subscribe key is given by flag or environment and no keyset is named,
/// the default keyset stays out of it, so that no token of one application goes to another.
///
/// `production` and `read-only` can only be made stricter: if the flag, the environment or the file
/// says yes, the answer is yes, whoever says no; and the file says it for a subscribe key, by whatever
/// way that key was given.
///
/// # Errors
/// If the keyset that was asked for is not there, or what was typed or set can't be meant.
pub fn effective(
    config: &Config,
    typed: &Typed,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Effective, Error> {
    let set = Set(environment);
    let asked = set.under("--keyset", typed.keyset.as_ref(), variables::KEYSET, plain)?;
    let key = set.under("--subscribe-key", typed.subscribe_key.as_ref(), variables::SUBSCRIBE_KEY, plain)?;
    let keyset = if key.is_some() && asked.is_none() { None } else { config.find(asked.as_ref())? };
    let chosen_by = asked.map(|asked| asked.from).or(config.default_keyset.as_ref().map(|name| name.from.clone()));
    macro_rules! file {
        ($field:ident) => {
            keyset.and_then(|keyset| keyset.$field.clone())
        };
    }
    let subscribe_key = key.map(|key| key.read(|key| SubscribeKey::parse(&key).map_err(bad_key))).transpose()?;
    let subscribe_key = subscribe_key.or(file!(subscribe_key));
    let publish_key = set.read(variables::PUBLISH_KEY, |key| PublishKey::parse(key).map_err(bad_key))?;
    let token = set.read(variables::TOKEN, plain)?;
    let token = token.map(|token| Sourced { value: TokenFrom::Given(Auth::new(token.value.trim())), from: token.from });
    let user_id = set.under("--user-id", typed.user_id.as_ref(), variables::USER_ID, UserId::parse)?;
    let place = set.under("--origin", typed.origin.as_ref(), variables::ORIGIN, origin)?;
    let region =
        set.under("--region", typed.region.as_ref(), variables::REGION, |text| bounds::label("the region", text))?;
    // Whatever the file says of this subscribe key.
    let of_this_key = |other: &&Keyset| {
        let key = subscribe_key.as_ref().map(|key| &key.value);
        key.is_some() && other.subscribe_key.as_ref().map(|key| &key.value) == key
    };
    let written: Vec<&Keyset> = keyset.into_iter().chain(config.keysets.iter().filter(of_this_key)).collect();
    let yes = |variable| set.read(variable, |text| bounds::yes("the value", text));
    let production = strictest(
        typed.production.then_some(Sourced::flag("--production", true)),
        yes(variables::PRODUCTION)?,
        written.iter().filter_map(|keyset| keyset.production.clone()),
    );
    let read_only = strictest(
        typed.read_only.then_some(Sourced::flag("--read-only", true)),
        yes(variables::READ_ONLY)?,
        written.iter().filter_map(|keyset| keyset.read_only.clone()),
    );
    let (channels, groups) = watched(typed, set, keyset)?;
    let budget = set.read(variables::BUDGET, |text| bounds::number("the budget", text, bounds::BUDGET))?;
    let (least, longest) = bounds::PRESENCE_TIMEOUT;
    let presence_timeout =
        set.read(variables::PRESENCE_TIMEOUT, |text| bounds::seconds("the timeout", text, least, longest))?;
    let theme = set.read(variables::THEME, |text| bounds::one_of("the theme", text, ThemeName::ALL))?;
    Ok(Effective {
        keyset: keyset.zip(chosen_by).map(|(keyset, from)| Sourced { value: keyset.name.clone(), from }),
        subscribe_key,
        publish_key: publish_key.or(file!(publish_key)),
        token: token.or(file!(token)),
        user_id: user_id.or(file!(user_id)),
        origin: place.or(file!(origin)).unwrap_or(Sourced::default(Origin::default())),
        region: region.or(file!(region)),
        production,
        read_only,
        channels,
        groups,
        budget: typed
            .budget
            .map(|budget| Sourced::flag("--budget", budget))
            .or(budget)
            .or(config.limits.requests_per_second.clone())
            .unwrap_or(Sourced::default(5)),
        presence_timeout: typed
            .presence_timeout
            .map(|timeout| Sourced::flag("--presence-timeout", timeout))
            .or(presence_timeout)
            .or(config.limits.presence_timeout.clone())
            .unwrap_or(Sourced::default(Duration::from_secs(300))),
        theme: typed
            .theme
            .map(|theme| Sourced::flag("--theme", theme))
            .or(theme)
            .or(config.theme.clone())
            .unwrap_or(Sourced::default(ThemeName::Terminal)),
        frames_per_second: typed
            .slow
            .then_some(Sourced::flag("--slow", SLOW))
            .or(config.limits.frames_per_second.clone())
            .unwrap_or(Sourced::default(bounds::FRAMES.1)),
        log_entries: config.limits.log_entries.clone().unwrap_or(Sourced::default(10_000)),
        log: logging(config, typed, environment)?,
        keys: config.keys.clone(),
        tariff: config.tariff.clone(),
        notifications: config.notifications.clone(),
    })
}

/// What counts of the log alone: it is opened before anything else.
///
/// # Errors
/// If what was typed or set can't be meant.
pub fn logging(config: &Config, typed: &Typed, environment: &dyn Fn(&str) -> Option<String>) -> Result<Logging, Error> {
    let set = Set(environment);
    let file = typed.log.clone().map(|file| Sourced::flag("--log", file));
    let file = match file {
        Some(file) if file.value.as_os_str().is_empty() => {
            return Err(file.from.wrong("the name of the file is empty; name one, or leave the flag out"));
        }
        Some(file) => Some(file),
        None => set.read(variables::LOG, plain)?.map(|file| Sourced { value: file.value.into(), from: file.from }),
    };
    let level = typed.log_level.map(|level| Sourced::flag("--log-level", level));
    let set_level = set.read(variables::LOG_LEVEL, |text| bounds::one_of("the level", text, LogLevel::ALL))?;
    Ok(Logging {
        file: file.or(config.log.file.clone()),
        level: level.or(set_level).or(config.log.level.clone()).unwrap_or(Sourced::default(LogLevel::Info)),
    })
}

/// Yes, if anybody says so; by the first who does.
fn strictest(
    flag: Option<Sourced<bool>>,
    set: Option<Sourced<bool>>,
    written: impl Iterator<Item = Sourced<bool>>,
) -> Sourced<bool> {
    let mut all: Vec<_> = flag.into_iter().chain(set).chain(written).collect();
    let at = all.iter().position(|said| said.value).unwrap_or(0);
    if all.is_empty() { Sourced::default(false) } else { all.swap_remove(at) }
}

type Watched = (Sourced<Vec<Subscription>>, Sourced<Vec<ChannelGroup>>);

/// What is typed, or else set, or else what the keyset names; each once, in the order given.
fn watched(typed: &Typed, set: Set<'_>, file: Option<&Keyset>) -> Result<Watched, Error> {
    if !(typed.channels.is_empty() && typed.groups.is_empty()) {
        let channels = Sourced::flag("CHANNEL", &typed.channels);
        let named = Sourced::flag("--group", &typed.groups);
        let channels = channels.read(|names| subscriptions(names.iter().map(String::as_str)))?;
        let named = named.read(|names| groups(names.iter().map(String::as_str)))?;
        return Ok((once(Some(channels)), once(Some(named))));
    }
    let channels = set.read(variables::CHANNELS, |names| subscriptions(names.split(',').map(str::trim)))?;
    let named = set.read(variables::GROUPS, |names| groups(names.split(',').map(str::trim)))?;
    if channels.is_some() || named.is_some() {
        return Ok((once(channels), once(named)));
    }
    Ok((once(file.and_then(|keyset| keyset.channels.clone())), once(file.and_then(|keyset| keyset.groups.clone()))))
}

fn once<T: Ord + Clone>(names: Option<Sourced<Vec<T>>>) -> Sourced<Vec<T>> {
    let Sourced { value, from } = names.unwrap_or(Sourced::default(Vec::new()));
    let mut seen = BTreeSet::new();
    Sourced { value: value.into_iter().filter(|name| seen.insert(name.clone())).collect(), from }
}

#[cfg(test)]
mod tests;
