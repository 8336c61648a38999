//! What counts in the end: the flag, then the environment, then the file, then the default. Pure.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    Config, Error, Keyset, Sourced, TokenFrom,
    keyset::{bad_key, origin},
    variables,
};
use crate::{
    client::Origin,
    presence::{ChannelGroup, PublishKey, SubscribeKey, Subscription, UserId},
    wire::Auth,
};

/// What was typed. There is no token: what is typed is seen by every other program.
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
    /// `--presence-timeout`
    pub presence_timeout: Option<Duration>,
    /// `--budget`
    pub budget: Option<u32>,
    /// Channels and patterns.
    pub channels: Vec<String>,
    /// `--group`
    pub groups: Vec<String>,
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
    /// Channels and patterns, each once. If any channel or group is typed, those of the file don't
    /// count.
    pub channels: Sourced<Vec<Subscription>>,
    /// Channel groups, each once.
    pub groups: Sourced<Vec<ChannelGroup>>,
    /// Requests per second that herenow allows itself at the most.
    pub budget: Sourced<u32>,
    /// The presence timeout that our own presence asks for.
    pub presence_timeout: Sourced<Duration>,
}

/// The environment variables that [`effective`] asks for.
pub const WATCHED_ENVIRONMENT: &[&str] = &[
    variables::KEYSET,
    variables::SUBSCRIBE_KEY,
    variables::PUBLISH_KEY,
    variables::TOKEN,
    variables::USER_ID,
    variables::ORIGIN,
];

/// What counts. `environment` has the variables' values; an empty one is as good as none.
///
/// A keyset is a whole: where a subscribe key is given by flag or environment and no keyset is named,
/// the default keyset stays out of it, so that no token of one application goes to another.
///
/// # Errors
/// If the keyset that was asked for is not there, or what was typed or set can't be meant.
pub fn effective(
    config: &Config,
    typed: &Typed,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Effective, Error> {
    let given = |flag: &'static str, typed: &Option<String>, variable: &'static str| {
        let set = || environment(variable).filter(|value| !value.is_empty());
        let typed = typed.clone().map(|value| Sourced::flag(flag, value));
        typed.or_else(|| set().map(|value| Sourced::environment(variable, value)))
    };
    let asked = given("--keyset", &typed.keyset, variables::KEYSET);
    let key = given("--subscribe-key", &typed.subscribe_key, variables::SUBSCRIBE_KEY);
    let keyset = if key.is_some() && asked.is_none() { None } else { config.find(asked.as_ref())? };
    let chosen_by = asked.map(|asked| asked.from).or(config.default_keyset.as_ref().map(|name| name.from.clone()));
    macro_rules! file {
        ($field:ident) => {
            keyset.and_then(|keyset| keyset.$field.clone())
        };
    }
    let subscribe_key = key.map(|key| key.read(|key| SubscribeKey::parse(&key).map_err(bad_key))).transpose()?;
    let publish_key = given("--publish-key", &None, variables::PUBLISH_KEY);
    let publish_key = publish_key.map(|key| key.read(|key| PublishKey::parse(&key).map_err(bad_key))).transpose()?;
    let token = given("", &None, variables::TOKEN);
    let token = token.map(|token| Sourced { value: TokenFrom::Given(Auth::new(token.value.trim())), from: token.from });
    let user_id = given("--user-id", &typed.user_id, variables::USER_ID);
    let user_id = user_id.map(|id| id.read(|id| UserId::parse(&id))).transpose()?;
    let place = given("--origin", &typed.origin, variables::ORIGIN);
    let place = place.map(|text| text.read(|text| origin(&text))).transpose()?;
    let (channels, groups) = watched(typed, keyset)?;
    Ok(Effective {
        keyset: keyset.zip(chosen_by).map(|(keyset, from)| Sourced { value: keyset.name.clone(), from }),
        subscribe_key: subscribe_key.or(file!(subscribe_key)),
        publish_key: publish_key.or(file!(publish_key)),
        token: token.or(file!(token)),
        user_id: user_id.or(file!(user_id)),
        origin: place.or(file!(origin)).unwrap_or(Sourced::default(Origin::default())),
        region: file!(region),
        production: file!(production).unwrap_or(Sourced::default(false)),
        read_only: file!(read_only).unwrap_or(Sourced::default(false)),
        channels,
        groups,
        budget: typed
            .budget
            .map(|budget| Sourced::flag("--budget", budget))
            .or(config.limits.requests_per_second.clone())
            .unwrap_or(Sourced::default(5)),
        presence_timeout: typed
            .presence_timeout
            .map(|timeout| Sourced::flag("--presence-timeout", timeout))
            .or(config.limits.presence_timeout.clone())
            .unwrap_or(Sourced::default(Duration::from_secs(300))),
    })
}

type Watched = (Sourced<Vec<Subscription>>, Sourced<Vec<ChannelGroup>>);

/// What is typed, or else what the keyset names; each once, in the order given.
fn watched(typed: &Typed, file: Option<&Keyset>) -> Result<Watched, Error> {
    let (channels, groups) = if typed.channels.is_empty() && typed.groups.is_empty() {
        (file.and_then(|keyset| keyset.channels.clone()), file.and_then(|keyset| keyset.groups.clone()))
    } else {
        let channels = Sourced::flag("CHANNEL", &typed.channels);
        let groups = Sourced::flag("--group", &typed.groups);
        (
            Some(channels.read(|names| names.iter().map(|name| Subscription::parse(name)).collect::<Result<_, _>>())?),
            Some(groups.read(|names| names.iter().map(|name| ChannelGroup::parse(name)).collect::<Result<_, _>>())?),
        )
    };
    Ok((once(channels), once(groups)))
}

fn once<T: Ord + Clone>(names: Option<Sourced<Vec<T>>>) -> Sourced<Vec<T>> {
    let Sourced { value, from } = names.unwrap_or(Sourced::default(Vec::new()));
    let mut seen = BTreeSet::new();
    Sourced { value: value.into_iter().filter(|name| seen.insert(name.clone())).collect(), from }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const FILE: &str = "default-keyset = \"a\"\n\
        [keyset.a]\nsubscribe-key = \"demo-a\"\norigin = \"a.example\"\ntoken = \"MARKER\"\nuser-id = \"ann\"\n\
        production = true\nchannels = [\"x\", \"y\", \"x\"]\n\
        [keyset.b]\nsubscribe-key = \"demo-b\"\ngroups = [\"g\"]\n\
        [limits]\nrequests-per-second = 9\npresence-timeout = \"1m\"\n";

    fn laid(typed: &Typed, environment: &[(&str, &str)]) -> Result<Effective, String> {
        let config = Config::parse(FILE, Path::new("c.toml"), None).unwrap();
        let get = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        effective(&config, typed, &get).map_err(|e| e.to_string())
    }

    fn typed(set: impl FnOnce(&mut Typed)) -> Typed {
        let mut typed = Typed::default();
        set(&mut typed);
        typed
    }

    #[test]
    fn the_flag_goes_before_the_environment_that_before_the_file_that_before_the_default() {
        let environment = [(variables::ORIGIN, "b.example"), (variables::USER_ID, "")];
        let origin = |typed: &Typed, environment: &[(&str, &str)]| {
            let origin = laid(typed, environment).unwrap().origin;
            format!("{} {}", origin.value, origin.from)
        };
        let flag = typed(|t| t.origin = Some("c.example".into()));
        assert_eq!(origin(&flag, &environment), "https://c.example flag --origin");
        assert_eq!(origin(&Typed::default(), &environment), "https://b.example environment HERENOW_ORIGIN");
        assert_eq!(origin(&Typed::default(), &[]), "https://a.example c.toml:4");
        let b = typed(|t| t.keyset = Some("b".into()));
        assert_eq!(origin(&b, &[]), "https://ps.pndsn.com default");
        let all = laid(&Typed::default(), &environment).unwrap();
        assert_eq!(all.user_id.unwrap().value.as_str(), "ann", "an empty variable is none");
        assert_eq!((all.budget.value, all.presence_timeout.value.as_secs()), (9, 60));
        assert!(all.production.value && !all.read_only.value);
        assert_eq!(all.channels.value.len(), 2, "each once");
        assert_eq!(laid(&typed(|t| t.budget = Some(2)), &[]).unwrap().budget, Sourced::flag("--budget", 2));
    }

    #[test]
    fn a_keyset_is_chosen_by_flag_environment_or_default() {
        let keyset = |typed: &Typed, environment: &[(&str, &str)]| {
            laid(typed, environment).map(|all| all.keyset.map(|k| format!("{} {}", k.value, k.from)))
        };
        let environment = [(variables::KEYSET, "b")];
        assert_eq!(keyset(&Typed::default(), &[]), Ok(Some("a c.toml:1".into())));
        assert_eq!(keyset(&Typed::default(), &environment), Ok(Some("b environment HERENOW_KEYSET".into())));
        let flag = typed(|t| t.keyset = Some("a".into()));
        assert_eq!(keyset(&flag, &environment), Ok(Some("a flag --keyset".into())));
        let unknown = typed(|t| t.keyset = Some("staging".into()));
        assert_eq!(keyset(&unknown, &[]), Err("--keyset: there is no keyset `staging`; there are a, b".into()));
        let empty = typed(|t| t.keyset = Some(String::new()));
        assert!(keyset(&empty, &[]).unwrap_err().starts_with("--keyset: the keyset's name is empty"));
    }

    #[test]
    fn another_subscribe_key_does_not_get_the_default_keysets_token() {
        let key = typed(|t| t.subscribe_key = Some("other".into()));
        let all = laid(&key, &[]).unwrap();
        assert!(all.keyset.is_none() && all.token.is_none() && all.channels.value.is_empty());
        let named = typed(|t| (t.subscribe_key, t.keyset) = (Some("other".into()), Some("a".into())));
        assert!(laid(&named, &[]).unwrap().token.is_some());
        let all = laid(&Typed::default(), &[(variables::TOKEN, " MARKER-2\n")]).unwrap();
        assert_eq!(all.token.as_ref().unwrap().value, TokenFrom::Given(Auth::new("MARKER-2")));
        assert!(!format!("{all:?}").contains("MARKER"), "{all:?}");
    }

    #[test]
    fn what_is_typed_is_watched_instead_of_what_is_written() {
        let all = laid(&typed(|t| t.groups = vec!["h".into()]), &[]).unwrap();
        assert!(all.channels.value.is_empty());
        assert_eq!(all.groups.value.len(), 1);
        let why = laid(&typed(|t| t.channels = vec!["a,b".into()]), &[]).unwrap_err();
        assert!(why.starts_with("CHANNEL: the channel `a,b` holds"), "{why}");
        let why = laid(&Typed::default(), &[(variables::ORIGIN, "me:MARKER@host")]).unwrap_err();
        assert!(why.starts_with("HERENOW_ORIGIN: the origin holds an `@`") && !why.contains("MARKER"), "{why}");
    }
}
