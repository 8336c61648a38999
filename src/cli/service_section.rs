//! The `[service]` of the configuration, read as the flags are.

use clap::Args;

use super::{
    Failure,
    flags::{service::ServiceArgs, service_values::BadSetting},
};
use crate::{
    clock::Clock,
    config::{self, Config, ServiceEntry},
    presence::{sanitize, sanitize_sentence},
    redact::{redact_name, redact_words},
};

/// The service's settings of a configuration: what is not there is left open.
///
/// # Errors
/// Names every entry that can't be meant, with its line, and the nearest name that there is.
pub(super) fn service_settings(config: &Config) -> Result<ServiceArgs, Vec<config::ConfigError>> {
    let mut mistakes = Vec::new();
    let all = config.values.service.iter().fold(ServiceArgs::default(), |all, entry| match read_entry(entry) {
        Ok(one) => all.over(one),
        Err(mistake) => {
            mistakes.push(mistake);
            all
        }
    });
    if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
}

/// As [`service_settings`], for a verb that needs them.
///
/// # Errors
/// The first entry that can't be meant.
pub(super) fn require_service_settings(config: &Config) -> Result<ServiceArgs, Failure> {
    let first = |mistakes| config::ConfigError::first(mistakes).map_or(String::new(), |e| e.to_string());
    service_settings(config).map_err(|mistakes| Failure::usage(first(mistakes)))
}

/// One entry, as if it were alone: so that a mistake has its line.
fn read_entry(entry: &ServiceEntry) -> Result<ServiceArgs, config::ConfigError> {
    let known = list_names();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let name = sanitize(&crate::wording::excerpt(&redact_name(&entry.name), 60)).into_owned();
    if !known.contains(&entry.name.as_str()) {
        let hint = config::suggest_nearest(&entry.name, &known);
        return Err(entry.from.wrong(&format!("there is no `{name}` in [service]; {hint}")));
    }
    let alone = toml::Table::from_iter([(entry.name.clone(), entry.value.clone())]);
    let args: ServiceArgs = alone.try_into().map_err(|e: toml::de::Error| {
        // What serde says repeats the value, which here is a token.
        let secret = entry.name == "accept-token";
        let said = if secret { "it has to be a list of texts, such as [\"a\", \"b\"]" } else { e.message().trim() };
        entry
            .from
            .wrong(&format!("in [service], `{name}`: {}", sanitize_sentence(&redact_words(&said.replace('\n', " ")))))
    })?;
    let wrong = |why: BadSetting| {
        let said = why.to_string();
        entry.from.wrong(&format!("in [service], {}", sanitize_sentence(said.trim_start_matches('-'))))
    };
    args.settings().map_err(wrong)?;
    args.access(&Clock::start()).map_err(wrong)?;
    args.faults().map_err(wrong)?;
    args.browsers().map_err(wrong)?;
    stand_in_for_webhooks(&args).webhooks().map_err(wrong)?;
    Ok(args)
}

/// An entry about webhooks with what it needs beside it to be meant: the whole is read again when all of it is there.
fn stand_in_for_webhooks(args: &ServiceArgs) -> ServiceArgs {
    let url = args.webhook.clone().unwrap_or_else(|| "http://127.0.0.1/".to_owned());
    ServiceArgs { webhook: Some(url), webhook_anywhere: Some(true), ..args.clone() }
}

/// The names that can stand in `[service]`.
fn list_names() -> Vec<String> {
    let command = ServiceArgs::augment_args(clap::Command::new("service"));
    command.get_arguments().map(|arg| arg.get_id().as_str().replace('_', "-")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_services_settings_are_said_with_line_and_nearest_name() {
        let read = |line: &str| {
            let config = Config::parse(&format!("[service]\n{line}\n"), Path::new("c.toml"), None).unwrap();
            service_settings(&config).map_err(|all| all[0].to_string())
        };
        assert_eq!(read("announce-max = 3").unwrap().announce_max, Some(3));
        assert_eq!(read("keys = [\"demo\"]\nbacklog = 3").unwrap().backlog, Some(3));
        for (line, why) in [
            ("anounce-max = 3", "c.toml, line 2: there is no `anounce-max` in [service]; did you mean `announce-max`?"),
            ("deltas = true\nbacklog = 0", "c.toml, line 3: in [service], backlog: 0 is not between 1 and 10000"),
            ("interval = 0", "c.toml, line 2: in [service], interval: 0s is not between 100ms and 86400s"),
        ] {
            assert_eq!(read(line).unwrap_err(), why);
        }
        let why = read("deltas = 3").unwrap_err();
        assert!(why.starts_with("c.toml, line 2: in [service], `deltas`: invalid type: integer `3`"), "{why}");
        let why = "c.toml, line 2: in [service], `accept-token`: it has to be a list of texts, such as [\"a\", \"b\"]";
        assert_eq!(read("accept-token = \"MARKER\"").unwrap_err(), why);
        assert!(!read("accept-token = [\"MARKER=soon\"]").unwrap_err().contains("MARKER"));
        let two = Config::parse("[service]\nx = 1\nbacklog = 7\nbacklgo = 0\n", Path::new("c.toml"), None).unwrap();
        assert_eq!(service_settings(&two).unwrap_err().len(), 2);
        assert_eq!(read("webhook-batch = 5\nwebhook = \"http://127.0.0.1:9/\"").unwrap().webhook_batch, Some(5));
        let why = read("deltas = true\nwebhook-batch = 0").unwrap_err();
        assert_eq!(why, "c.toml, line 3: in [service], webhook-batch: 0 is not between 1 and 10000");
        assert!(read("webhook = \"file:///x\"").unwrap_err().contains("not by `file`"));
        assert!(read("fault = [\"levitate\"]").unwrap_err().contains("`levitate` is not a fault"));
    }
}
