//! The table of settings: one row for each. Flags, environment, file, `config show`, completions and the
//! table in the manual are loops over it; a new setting is a row here and a field of
//! [`ConfigValues`](super::ConfigValues).

use std::sync::LazyLock;

use super::{
    ConfigValues, LogLevel, Megabytes, Osc, ShownValue, ThemeName,
    bounds::{MOST_FRAMES, explain_bad_key, parse_origin},
    kinds,
    readers::{
        Amount, FilePath, NameList, OneOf, Parsed, ProgramToRun, ShortText, TokenProvider, WholeNumber, WholeSeconds,
        YesOrNo,
    },
    setting::{Flag, Form, InFile, Rule, Setting, SettingEntries, SettingNames, SettingRow},
};
use crate::presence::{ChannelGroup, PublishKey, SubscribeKey, Subscription, UserId};

/// A setting that one word of one source says; flag and variable are added where there are such.
const fn name_setting(name: &'static str, file: InFile, keys: &'static [&'static str]) -> SettingNames {
    SettingNames { name, flag: None, variable: None, file, keys, rule: Rule::First }
}

const fn make_flag(name: &'static str, form: Form, help: &'static str) -> Flag {
    Flag { name, form, help, more: "" }
}

/// A row whose value is in a field.
macro_rules! row {
    ($($field:ident).+, $reader:expr, $about:expr) => {
        &SettingRow { about: $about, reader: $reader, get: |all| &all.$($field).+, get_mut: |all| &mut all.$($field).+ }
    };
}

/// A row whose entries are in a field.
macro_rules! entries {
    ($($field:ident).+, $read:expr, $show:expr, $about:expr) => {
        &SettingEntries {
            about: $about,
            read: $read,
            show: $show,
            get: |all| &all.$($field).+,
            get_mut: |all| &mut all.$($field).+,
        }
    };
}

/// All settings, in the order in which `config show` tells them.
pub(crate) static SETTINGS: &[&dyn Setting] = &[
    row!(
        keyset,
        Parsed(|name| Ok(name.into())),
        SettingNames {
            flag: Some(make_flag(
                "--keyset",
                Form::Value("NAME"),
                "The keyset, by its name in the configuration [default: `HERENOW_KEYSET`, or default-keyset]",
            )),
            variable: Some("HERENOW_KEYSET"),
            ..name_setting("keyset", InFile::Top, &["default-keyset"])
        }
    ),
    row!(
        subscribe_key,
        Parsed(|key| SubscribeKey::parse(key).map_err(explain_bad_key)),
        SettingNames {
            flag: Some(make_flag(
                "--subscribe-key",
                Form::Value("KEY"),
                "The subscribe key [default: `HERENOW_SUBSCRIBE_KEY`, or the keyset's]; a token for Access Manager is \
             read from `HERENOW_AUTH_TOKEN` or as the keyset says, never from the command line",
            )),
            variable: Some("HERENOW_SUBSCRIBE_KEY"),
            ..name_setting("subscribe-key", InFile::Keyset, &["subscribe-key"])
        }
    ),
    // No verb publishes, so that no flag says it.
    row!(
        publish_key,
        Parsed(|key| PublishKey::parse(key).map_err(explain_bad_key)),
        SettingNames {
            variable: Some("HERENOW_PUBLISH_KEY"),
            ..name_setting("publish-key", InFile::Keyset, &["publish-key"])
        }
    ),
    row!(
        token,
        TokenProvider,
        SettingNames {
            variable: Some("HERENOW_AUTH_TOKEN"),
            ..name_setting("token", InFile::Keyset, &["token", "token-file", "token-command"])
        }
    ),
    row!(
        user_id,
        Parsed(|id| UserId::parse(id).map_err(|e| e.to_string())),
        SettingNames {
            flag: Some(make_flag(
                "--user-id",
                Form::Value("ID"),
                "Your user id [default: `HERENOW_USER_ID`, or the keyset's; without one the dashboard keeps an id of its own, \
             queries use `herenow`, and heartbeat, leave and state refuse]",
            )),
            variable: Some("HERENOW_USER_ID"),
            ..name_setting("user-id", InFile::Keyset, &["user-id"])
        }
    ),
    row!(
        origin,
        Parsed(parse_origin),
        SettingNames {
            flag: Some(make_flag(
                "--origin",
                Form::Value("ORIGIN"),
                "The service: a host for https, or http://HOST:PORT for plain http [default: `HERENOW_ORIGIN`, or the \
             keyset's, or ps.pndsn.com]",
            )),
            variable: Some("HERENOW_ORIGIN"),
            ..name_setting("origin", InFile::Keyset, &["origin"])
        }
    ),
    row!(
        ca_file,
        FilePath,
        SettingNames {
            flag: Some(make_flag(
                "--ca-file",
                Form::Value("FILE"),
                "PEM file of certificate authorities to trust in addition to the system's [default: `HERENOW_CA_FILE`, or the \
             keyset's, or none]",
            )),
            variable: Some("HERENOW_CA_FILE"),
            ..name_setting("ca-file", InFile::Keyset, &["ca-file"])
        }
    ),
    // A label: the header has to leave room for the rest.
    row!(
        region,
        ShortText { what: "the region", most: 20 },
        SettingNames {
            flag: Some(make_flag(
                "--region",
                Form::Value("LABEL"),
                "A label for the region of the service, at most 20 characters [default: `HERENOW_REGION`, or \
             the keyset's]",
            )),
            variable: Some("HERENOW_REGION"),
            ..name_setting("region", InFile::Keyset, &["region"])
        }
    ),
    row!(
        production,
        YesOrNo,
        SettingNames {
            flag: Some(make_flag(
                "--production",
                Form::Switch("true"),
                "Mark the keyset as production on the screen; one that the configuration marks stays marked",
            )),
            variable: Some("HERENOW_PRODUCTION"),
            rule: Rule::AnyYes,
            ..name_setting("production", InFile::Keyset, &["production"])
        }
    ),
    row!(
        read_only,
        YesOrNo,
        SettingNames {
            flag: Some(make_flag(
                "--read-only",
                Form::Switch("true"),
                "Refuse every action that would change something; a keyset that the configuration marks read-only stays so",
            )),
            variable: Some("HERENOW_READ_ONLY"),
            rule: Rule::AnyYes,
            ..name_setting("read-only", InFile::Keyset, &["read-only"])
        }
    ),
    row!(
        channels,
        NameList(Subscription::parse),
        SettingNames {
            flag: Some(make_flag(
                "CHANNEL",
                Form::Several("CHANNEL"),
                "What to watch: channels, and patterns such as 'match.*'"
            )),
            variable: Some("HERENOW_CHANNELS"),
            rule: Rule::FirstTogether,
            ..name_setting("channels", InFile::Keyset, &["channels"])
        }
    ),
    row!(
        groups,
        NameList(ChannelGroup::parse),
        SettingNames {
            flag: Some(make_flag(
                "--group",
                Form::Several("GROUP"),
                "A channel group to watch; may be given several times"
            )),
            variable: Some("HERENOW_GROUPS"),
            rule: Rule::FirstTogether,
            ..name_setting("groups", InFile::Keyset, &["groups"])
        }
    ),
    row!(
        budget,
        WholeNumber { what: "the budget", least: 1, most: 1000 },
        SettingNames {
            flag: Some(make_flag(
                "--budget",
                Form::Value("N"),
                "The most requests per second, polls included [default: `HERENOW_BUDGET`, or the configuration's, or 5 plus \
             the polls that follow a full reply at once]",
            )),
            variable: Some("HERENOW_BUDGET"),
            ..name_setting("requests-per-second", InFile::Table("limits"), &["requests-per-second"])
        }
    ),
    row!(
        most_names,
        WholeNumber { what: "the names", least: 1000, most: 2_000_000 },
        SettingNames {
            flag: Some(make_flag(
                "--most-names",
                Form::Value("N"),
                "The most user ids per channel that here now collects, 1000 per request [default: \
             `HERENOW_MOST_NAMES`, or the configuration's, or 1000000]",
            )),
            variable: Some("HERENOW_MOST_NAMES"),
            ..name_setting("most-names", InFile::Table("limits"), &["most-names"])
        }
    ),
    // As where it is typed in the dashboard.
    row!(
        presence_timeout,
        WholeSeconds { what: "the timeout", least: 5, most: 3600 },
        SettingNames {
            flag: Some(make_flag(
                "--presence-timeout",
                Form::Value("SECONDS"),
                "The presence timeout that `H` asks for, in seconds [default: `HERENOW_PRESENCE_TIMEOUT`, or the \
             configuration's, or 300]",
            )),
            variable: Some("HERENOW_PRESENCE_TIMEOUT"),
            ..name_setting("presence-timeout", InFile::Table("limits"), &["presence-timeout"])
        }
    ),
    row!(
        frames_per_second,
        WholeNumber { what: "the frames", least: 1, most: MOST_FRAMES },
        SettingNames {
            flag: Some(make_flag(
                "--slow",
                Form::Switch("10"),
                "At most 10 frames a second, for slow connections [default: the configuration's, or 30]",
            )),
            ..name_setting("frames-per-second", InFile::Table("limits"), &["frames-per-second"])
        }
    ),
    row!(
        log_entries,
        WholeNumber { what: "the entries", least: 100, most: 100_000 },
        name_setting("log-entries", InFile::Table("limits"), &["log-entries"])
    ),
    row!(
        keep,
        WholeSeconds { what: "the time to keep", least: 0, most: 86_400 },
        SettingNames {
            flag: Some(make_flag(
                "--keep",
                Form::Value("TIME"),
                "How long the dashboard keeps events in memory to look back at; 0 keeps nothing [default: \
             `HERENOW_KEEP`, or the configuration's, or 10m]",
            )),
            variable: Some("HERENOW_KEEP"),
            ..name_setting("keep", InFile::Table("limits"), &["keep"])
        }
    ),
    row!(
        keep_memory,
        Parsed(str::parse::<Megabytes>),
        SettingNames {
            flag: Some(make_flag(
                "--keep-memory",
                Form::Value("SIZE"),
                "The most memory for --keep; whichever limit is reached first applies [default: \
             `HERENOW_KEEP_MEMORY`, or the configuration's, or 64MB]",
            )),
            variable: Some("HERENOW_KEEP_MEMORY"),
            ..name_setting("keep-memory", InFile::Table("limits"), &["keep-memory"])
        }
    ),
    row!(
        theme,
        OneOf { what: "the theme", known: ThemeName::ALL },
        SettingNames {
            flag: Some(make_flag(
                "--theme",
                Form::Value("NAME"),
                "The colour theme [default: `HERENOW_THEME`, or the configuration's, or auto]",
            )),
            variable: Some("HERENOW_THEME"),
            ..name_setting("theme", InFile::Top, &["theme"])
        }
    ),
    entries!(
        keys,
        |section, _| kinds::read_bindings(section),
        |keys| kinds::show_bindings(keys),
        name_setting("keys", InFile::WholeTable("keys"), &[])
    ),
    row!(
        tariff.currency,
        ShortText { what: "the currency", most: kinds::LONGEST_CURRENCY },
        name_setting("tariff.currency", InFile::Table("tariff"), &["currency"])
    ),
    row!(
        tariff.per_million,
        Amount { most: kinds::HIGHEST_PRICE },
        name_setting("tariff.per-million", InFile::Table("tariff"), &["per-million"])
    ),
    entries!(
        tariff.by_kind,
        kinds::read_kinds,
        kinds::show_kinds,
        name_setting("tariff.per-million-by-kind", InFile::Table("tariff"), &["per-million-by-kind"])
    ),
    entries!(
        notifications.watch,
        kinds::read_watch,
        |all| kinds::show_watch(all),
        name_setting("notifications.watch", InFile::Table("notifications"), &["watch"])
    ),
    row!(notifications.bell, YesOrNo, name_setting("notifications.bell", InFile::Table("notifications"), &["bell"])),
    row!(notifications.title, YesOrNo, name_setting("notifications.title", InFile::Table("notifications"), &["title"])),
    row!(
        notifications.osc,
        OneOf { what: "the sequence", known: Osc::ALL },
        name_setting("notifications.osc", InFile::Table("notifications"), &["osc"])
    ),
    row!(
        notifications.command,
        ProgramToRun,
        name_setting("notifications.command", InFile::Table("notifications"), &["command"])
    ),
    row!(
        notifications.cool_down,
        WholeSeconds { what: "the cool-down", least: 1, most: 86_400 },
        name_setting("notifications.cool-down", InFile::Table("notifications"), &["cool-down"])
    ),
    row!(
        log.file,
        FilePath,
        SettingNames {
            flag: Some(Flag {
                name: "--log",
                form: Form::Value("FILE"),
                help: "Append a log to this file, without keys and tokens [default: `HERENOW_LOG`, or the \
                   configuration's, or none]",
                more: "The file is readable by you alone. At 16 MiB it is renamed to FILE.1, so both take at most 32 MiB.",
            }),
            variable: Some("HERENOW_LOG"),
            ..name_setting("log.file", InFile::Table("log"), &["file"])
        }
    ),
    row!(
        log.level,
        OneOf { what: "the level", known: LogLevel::ALL },
        SettingNames {
            flag: Some(Flag {
                name: "--log-level",
                form: Form::Value("LEVEL"),
                help: "The log level [default: `HERENOW_LOG_LEVEL`, or the configuration's, or info]",
                more: "error: failures; warn: also refusals, losses and retries; info: also what began and how it ended; \
                   debug: also every request, those to our own service included; trace: also every reply of the \
                   stream.",
            }),
            variable: Some("HERENOW_LOG_LEVEL"),
            ..name_setting("log.level", InFile::Table("log"), &["level"])
        }
    ),
    entries!(
        service,
        |section, _| kinds::read_service(section),
        |all| kinds::show_service(all),
        name_setting("service", InFile::WholeTable("service"), &[])
    ),
];

/// The settings that stand there in the file.
pub(super) fn settings_in(place: InFile) -> impl Iterator<Item = &'static dyn Setting> {
    SETTINGS.iter().copied().filter(move |setting| setting.about().file == place)
}

/// The keys that can stand there in the file.
pub(super) fn keys_in(place: InFile) -> Vec<&'static str> {
    settings_in(place).flat_map(|setting| setting.about().keys).copied().collect()
}

/// Whether a variable says something of ourselves or of this machine: that counts for whatever keyset. What
/// says something of one keyset, such as its token, is nothing for another.
pub fn counts_for_any_keyset(variable: &str) -> bool {
    let setting = SETTINGS.iter().find(|setting| setting.about().variable == Some(variable));
    setting.is_some_and(|setting| match setting.about().name {
        "user-id" | "ca-file" => true,
        "keyset" => false,
        _ => setting.about().file != InFile::Keyset,
    })
}

/// All settings as `config show` tells them.
pub fn show_settings(values: &ConfigValues) -> Vec<ShownValue> {
    SETTINGS.iter().flat_map(|setting| setting.lines(values)).collect()
}

/// The environment variables that settings are read from.
pub static WATCHED_ENVIRONMENT: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| SETTINGS.iter().filter_map(|setting| setting.about().variable).collect());

#[cfg(test)]
mod tests;
