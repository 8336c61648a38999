//! Who is heard first, and what is said about what can't be meant.

use super::*;
use crate::{config::TokenFrom, wire::Auth};
use std::path::Path;

const FILE: &str = "default-keyset = \"a\"\n\
    [keyset.a]\nsubscribe-key = \"demo-a\"\norigin = \"a.example\"\ntoken = \"MARKER\"\nuser-id = \"ann\"\n\
    production = true\nchannels = [\"x\", \"y\", \"x\"]\n\
    [keyset.b]\nsubscribe-key = \"demo-b\"\ngroups = [\"g\"]\n\
    [limits]\nrequests-per-second = 9\npresence-timeout = \"1m\"\n";

fn laid(typed: &Typed, environment: &[(&str, &str)]) -> Result<ConfigValues, String> {
    let config = Config::parse(FILE, Path::new("c.toml"), None).unwrap();
    let get = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    settle_values(&config, typed, &get).map_err(|e| e.to_string())
}

fn type_flag(typed: &mut Typed, flag: &'static str, word: &str) {
    *typed = std::mem::take(typed).with(flag, word);
}

fn typed(set: impl FnOnce(&mut Typed)) -> Typed {
    let mut typed = Typed::default();
    set(&mut typed);
    typed
}

#[test]
fn the_flag_goes_before_the_environment_that_before_the_file_that_before_the_default() {
    let environment = [("HERENOW_ORIGIN", "b.example"), ("HERENOW_USER_ID", "")];
    let origin = |typed: &Typed, environment: &[(&str, &str)]| {
        let origin = laid(typed, environment).unwrap().origin;
        format!("{} {}", origin.value, origin.from)
    };
    let flag = typed(|t| type_flag(t, "--origin", "c.example"));
    assert_eq!(origin(&flag, &environment), "https://c.example flag --origin");
    assert_eq!(origin(&Typed::default(), &environment), "https://b.example environment HERENOW_ORIGIN");
    assert_eq!(origin(&Typed::default(), &[]), "https://a.example c.toml:4");
    let b = typed(|t| type_flag(t, "--keyset", "b"));
    assert_eq!(origin(&b, &[]), "https://ps.pndsn.com default");
    let all = laid(&Typed::default(), &environment).unwrap();
    assert_eq!(all.user_id.unwrap().value.as_str(), "ann", "an empty variable is none");
    assert_eq!((all.budget.value, all.presence_timeout.value.as_secs()), (9, 60));
    assert!(all.production.value && !all.read_only.value);
    assert_eq!(all.channels.value.len(), 2, "each once");
    assert_eq!(laid(&typed(|t| type_flag(t, "--budget", "2")), &[]).unwrap().budget, Sourced::flag("--budget", 2));
}

#[test]
fn a_keyset_is_chosen_by_flag_environment_or_default() {
    let keyset = |typed: &Typed, environment: &[(&str, &str)]| {
        laid(typed, environment).map(|all| all.keyset.map(|k| format!("{} {}", k.value, k.from)))
    };
    let environment = [("HERENOW_KEYSET", "b")];
    assert_eq!(keyset(&Typed::default(), &[]), Ok(Some("a c.toml:1".into())));
    assert_eq!(keyset(&Typed::default(), &environment), Ok(Some("b environment HERENOW_KEYSET".into())));
    let flag = typed(|t| type_flag(t, "--keyset", "a"));
    assert_eq!(keyset(&flag, &environment), Ok(Some("a flag --keyset".into())));
    let unknown = typed(|t| type_flag(t, "--keyset", "staging"));
    assert_eq!(keyset(&unknown, &[]), Err("--keyset: there is no keyset `staging`; there are a, b".into()));
    let empty = typed(|t| type_flag(t, "--keyset", ""));
    assert!(keyset(&empty, &[]).unwrap_err().starts_with("--keyset: the keyset's name is empty"));
}

#[test]
fn another_subscribe_key_does_not_get_the_default_keysets_token() {
    let key = typed(|t| type_flag(t, "--subscribe-key", "other"));
    let all = laid(&key, &[]).unwrap();
    assert!(all.keyset.is_none() && all.token.is_none() && all.channels.value.is_empty());
    let named = typed(|t| {
        type_flag(t, "--subscribe-key", "other");
        type_flag(t, "--keyset", "a");
    });
    assert!(laid(&named, &[]).unwrap().token.is_some());
    let all = laid(&Typed::default(), &[("HERENOW_AUTH_TOKEN", " MARKER-2\n")]).unwrap();
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
    let why = laid(&Typed::default(), &[("HERENOW_ORIGIN", "me:MARKER@host")]).unwrap_err();
    assert!(why.starts_with("HERENOW_ORIGIN: the origin holds an `@`") && !why.contains("MARKER"), "{why}");
}

/// A value, as it is told, with its source.
type Told = fn(&ConfigValues) -> String;

/// Says it by flag.
type Say = fn(&mut Typed);

fn told<T: std::fmt::Debug>(value: &Sourced<T>) -> String {
    format!("{:?} {}", value.value, value.from)
}

fn maybe<T: std::fmt::Debug>(value: Option<&Sourced<T>>) -> String {
    value.map_or("none".to_owned(), told)
}

/// A value: how it is told; by flag, and what counts then; by environment, and what counts then; by the
/// file's line, and what counts then; what counts if nobody says anything.
type SettingRow = (
    &'static str,
    Told,
    Option<(Say, &'static str)>,
    (&'static str, &'static str, &'static str),
    (&'static str, &'static str),
    &'static str,
);

/// Values of every kind; what holds for every setting is in the tests of the table.
const TABLE: &[SettingRow] = &[
    (
        "subscribe-key",
        |all| maybe(all.subscribe_key.as_ref()),
        Some((|t| type_flag(t, "--subscribe-key", "demo-f"), "SubscribeKey(…) flag --subscribe-key")),
        ("HERENOW_SUBSCRIBE_KEY", "demo-e", "SubscribeKey(…) environment HERENOW_SUBSCRIBE_KEY"),
        ("subscribe-key = \"sub-c-x\"", "SubscribeKey(sub-c-…) c.toml:3"),
        "none",
    ),
    (
        "publish-key",
        |all| maybe(all.publish_key.as_ref()),
        None,
        ("HERENOW_PUBLISH_KEY", "pub-e", "PublishKey(…) environment HERENOW_PUBLISH_KEY"),
        ("publish-key = \"pub-c-x\"", "PublishKey(pub-c-…) c.toml:3"),
        "none",
    ),
    (
        "token",
        |all| maybe(all.token.as_ref()),
        None,
        ("HERENOW_AUTH_TOKEN", "MARKER", "TokenFrom(provided) environment HERENOW_AUTH_TOKEN"),
        ("token-command = \"pass x\"", "TokenFrom(provided by the command `pass`) c.toml:3"),
        "none",
    ),
    (
        "user-id",
        |all| maybe(all.user_id.as_ref()),
        Some((|t| type_flag(t, "--user-id", "f"), "UserId(\"f\") flag --user-id")),
        ("HERENOW_USER_ID", "e", "UserId(\"e\") environment HERENOW_USER_ID"),
        ("user-id = \"c\"", "UserId(\"c\") c.toml:3"),
        "none",
    ),
    (
        "origin",
        |all| format!("{} {}", all.origin.value, all.origin.from),
        Some((|t| type_flag(t, "--origin", "f.example"), "https://f.example flag --origin")),
        ("HERENOW_ORIGIN", "e.example", "https://e.example environment HERENOW_ORIGIN"),
        ("origin = \"c.example\"", "https://c.example c.toml:3"),
        "https://ps.pndsn.com default",
    ),
    (
        "region",
        |all| maybe(all.region.as_ref()),
        Some((|t| type_flag(t, "--region", "f"), "\"f\" flag --region")),
        ("HERENOW_REGION", "e", "\"e\" environment HERENOW_REGION"),
        ("region = \"c\"", "\"c\" c.toml:3"),
        "none",
    ),
    (
        "production",
        |all| told(&all.production),
        Some((|t| type_flag(t, "--production", "true"), "true flag --production")),
        ("HERENOW_PRODUCTION", "yes", "true environment HERENOW_PRODUCTION"),
        ("production = true", "true c.toml:3"),
        "false default",
    ),
    (
        "read-only",
        |all| told(&all.read_only),
        Some((|t| type_flag(t, "--read-only", "true"), "true flag --read-only")),
        ("HERENOW_READ_ONLY", "1", "true environment HERENOW_READ_ONLY"),
        ("read-only = true", "true c.toml:3"),
        "false default",
    ),
    (
        "channels",
        |all| told(&all.channels),
        Some((|t| t.channels = vec!["f".into(), "f".into()], "[Channel(Channel(\"f\"))] flag CHANNEL")),
        (
            "HERENOW_CHANNELS",
            "e, e2",
            "[Channel(Channel(\"e\")), Channel(Channel(\"e2\"))] environment HERENOW_CHANNELS",
        ),
        ("channels = [\"c\"]", "[Channel(Channel(\"c\"))] c.toml:3"),
        "[] default",
    ),
    (
        "groups",
        |all| told(&all.groups),
        Some((|t| t.groups = vec!["f".into()], "[ChannelGroup(\"f\")] flag --group")),
        ("HERENOW_GROUPS", "e", "[ChannelGroup(\"e\")] environment HERENOW_GROUPS"),
        ("groups = [\"c\"]", "[ChannelGroup(\"c\")] c.toml:3"),
        "[] default",
    ),
    (
        "requests-per-second",
        |all| told(&all.budget),
        Some((|t| type_flag(t, "--budget", "1"), "1 flag --budget")),
        ("HERENOW_BUDGET", "2", "2 environment HERENOW_BUDGET"),
        ("[limits]\nrequests-per-second = 3", "3 c.toml:4"),
        "5 default",
    ),
    (
        "most-names",
        |all| told(&all.most_names),
        Some((|t| type_flag(t, "--most-names", "1000"), "1000 flag --most-names")),
        ("HERENOW_MOST_NAMES", "2000", "2000 environment HERENOW_MOST_NAMES"),
        ("[limits]\nmost-names = 3000", "3000 c.toml:4"),
        "1000000 default",
    ),
    (
        "presence-timeout",
        |all| told(&all.presence_timeout),
        Some((|t| type_flag(t, "--presence-timeout", "10"), "10s flag --presence-timeout")),
        ("HERENOW_PRESENCE_TIMEOUT", "20", "20s environment HERENOW_PRESENCE_TIMEOUT"),
        ("[limits]\npresence-timeout = \"30s\"", "30s c.toml:4"),
        "300s default",
    ),
    (
        "theme",
        |all| told(&all.theme),
        Some((|t| type_flag(t, "--theme", "dark"), "Dark flag --theme")),
        ("HERENOW_THEME", "light", "Light environment HERENOW_THEME"),
        ("^theme = \"high-contrast\"", "HighContrast c.toml:1"),
        "Auto default",
    ),
    (
        "log",
        |all| maybe(all.log.file.as_ref()),
        Some((|t| type_flag(t, "--log", "/f"), "\"/f\" flag --log")),
        ("HERENOW_LOG", "/e", "\"/e\" environment HERENOW_LOG"),
        ("[log]\nfile = \"/c\"", "\"/c\" c.toml:4"),
        "none",
    ),
    (
        "log-level",
        |all| told(&all.log.level),
        Some((|t| type_flag(t, "--log-level", "error"), "Error flag --log-level")),
        ("HERENOW_LOG_LEVEL", "trace", "Trace environment HERENOW_LOG_LEVEL"),
        ("[log]\nlevel = \"warn\"", "Warn c.toml:4"),
        "Info default",
    ),
];

#[test]
fn every_value_comes_from_the_flag_or_the_environment_or_the_file_or_is_the_default() {
    for (name, told, flag, (variable, set, by_environment), (line, by_file), by_default) in TABLE {
        // What stands above all tables goes first.
        let file = match line.strip_prefix('^') {
            Some(line) => format!("{line}\n"),
            None => format!("default-keyset = \"a\"\n[keyset.a]\n{line}\n"),
        };
        let with = |text: &str, typed: &Typed, environment: &[(&str, &str)]| {
            let config =
                Config::parse(text, Path::new("c.toml"), Some(0o600)).unwrap_or_else(|e| panic!("{name}: {e}"));
            let get = |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            told(&settle_values(&config, typed, &get).unwrap_or_else(|e| panic!("{name}: {e}")))
        };
        let nothing = Typed::default();
        let environment = [(*variable, *set)];
        if let Some((say, by_flag)) = flag {
            assert_eq!(with(&file, &typed(say), &environment), *by_flag, "{name}");
            assert_eq!(with("", &typed(say), &[]), *by_flag, "{name}");
        }
        assert_eq!(with(&file, &nothing, &environment), *by_environment, "{name}");
        assert_eq!(with(&file, &nothing, &[(*variable, "")]), *by_file, "{name}: an empty variable is none");
        assert_eq!(with(&file, &nothing, &[]), *by_file, "{name}");
        assert_eq!(with("", &nothing, &[]), *by_default, "{name}");
    }
}

#[test]
fn a_mark_can_be_made_stricter_and_never_looser() {
    let file = "[keyset.a]\nsubscribe-key = \"demo-a\"\nread-only = true\n[keyset.b]\nread-only = false\n";
    let config = Config::parse(file, Path::new("c.toml"), None).unwrap();
    let read_only = |typed: &Typed, set: &str| {
        let get = |name: &str| (name == "HERENOW_READ_ONLY").then(|| set.to_owned());
        settle_values(&config, typed, &get).map(|all| told(&all.read_only)).map_err(|e| e.to_string())
    };
    let keyset = |name: &str| typed(|t| type_flag(t, "--keyset", name));
    assert_eq!(read_only(&keyset("a"), "false").as_deref(), Ok("true c.toml:3"));
    assert_eq!(read_only(&keyset("b"), "").as_deref(), Ok("false c.toml:5"));
    assert_eq!(read_only(&keyset("b"), "true").as_deref(), Ok("true environment HERENOW_READ_ONLY"));
    assert_eq!(read_only(&keyset("b"), "no").as_deref(), Ok("false environment HERENOW_READ_ONLY"));
    assert_eq!(read_only(&typed(|t| type_flag(t, "--read-only", "true")), "0").as_deref(), Ok("true flag --read-only"));
    let key = |key: &str| typed(|t| type_flag(t, "--subscribe-key", key));
    assert_eq!(read_only(&key("demo-a"), "").as_deref(), Ok("true c.toml:3"), "the same key by another way");
    assert_eq!(read_only(&key("other"), "").as_deref(), Ok("false default"));
    let why = "HERENOW_READ_ONLY: the value is `maybe`; it has to be true or false";
    assert_eq!(read_only(&key("x"), "maybe").unwrap_err(), why);
}

#[test]
fn what_is_set_is_judged_as_what_is_written() {
    for (name, value, why) in [
        ("HERENOW_BUDGET", "0", "the budget is `0`; it can be 1 to 1000"),
        ("HERENOW_PRESENCE_TIMEOUT", "4", "the timeout is 4s; it can be 5s to 3600s, in whole seconds"),
        (
            "HERENOW_PRESENCE_TIMEOUT",
            "soon",
            "the timeout: `soon` is not a length of time; write 10, 500ms, 5s or 1m30s",
        ),
        ("HERENOW_THEME", "drak", "the theme can't be `drak`; did you mean `dark`?"),
        ("HERENOW_LOG_LEVEL", "all", "the level can't be `all`; there are error, warn, info, debug, trace"),
        ("HERENOW_REGION", "a region of more than twenty", "the region has 28 characters; it can have 1 to 20"),
        ("HERENOW_CHANNELS", "a,,b", "the channel is empty; give it a name such as `lobby`"),
        ("HERENOW_PUBLISH_KEY", "MARKER/x", "the publish key holds `/`, which no key does; copy it again"),
    ] {
        assert_eq!(laid(&Typed::default(), &[(name, value)]).unwrap_err(), format!("{name}: {why}"));
    }
    let why = laid(&typed(|t| type_flag(t, "--log", "")), &[]).unwrap_err();
    assert_eq!(why, "--log: the name of the file is empty; name one, or leave the flag out");
}
