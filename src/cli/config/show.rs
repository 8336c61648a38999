//! What counts, in three columns: what, which, from where.

use std::fmt::Display;

use clap::Args;
use unicode_width::UnicodeWidthStr;

use crate::{
    cli::{
        Failure,
        flags::{log::LogArgs, watched::WatchedArgs},
        service_section::require_service_settings,
    },
    config::{self, Binding, Effective, Found, KINDS, Notifications, Sourced, Tariff, Typed, Whence},
    duration::Span,
    presence::shown,
};

/// `herenow config show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// As for watch.
    #[command(flatten)]
    pub watched: WatchedArgs,
}

/// Lines of three columns: what, which, from where.
#[derive(Default)]
struct Rows(Vec<[String; 3]>);

impl Rows {
    fn add(&mut self, name: &str, value: impl Display, from: impl Display) {
        self.0.push([name.to_owned(), shown(&value.to_string()).into_owned(), from.to_string()]);
    }

    /// A value, or that there is none.
    fn maybe<T: Display>(&mut self, name: &str, value: Option<&Sourced<T>>) {
        match value {
            Some(Sourced { value, from }) => self.add(name, value, from),
            None => self.add(name, "none", Whence::Default),
        }
    }

    fn list<T: Display>(&mut self, name: &str, list: &Sourced<Vec<T>>) {
        let names: Vec<String> = list.value.iter().map(ToString::to_string).collect();
        self.add(name, if names.is_empty() { "none".to_owned() } else { names.join(" ") }, &list.from);
    }
}

impl Display for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One long value does not push every source out of sight.
        let width = |column: usize| self.0.iter().map(|row| row[column].width()).max().unwrap_or(0).min(48);
        let (name, value) = (width(0), width(1));
        self.0.iter().try_for_each(|[n, v, from]| {
            let (after_name, after_value) = (name.saturating_sub(n.width()), value.saturating_sub(v.width()));
            writeln!(f, "{n}{:after_name$}  {v}{:after_value$}  {from}", "", "")
        })
    }
}

pub(super) fn show(found: &Found, args: &ShowArgs, log: &LogArgs) -> Result<String, Failure> {
    let watched = &args.watched;
    let logged = log.typed();
    let typed = Typed { log: logged.log, log_level: logged.log_level, ..watched.typed() };
    let typed = watched.keyset.typed(typed);
    let all = config::effective(&found.config, &typed, &|name| std::env::var(name).ok())?;
    require_service_settings(&found.config)?;
    let mut rows = Rows::default();
    let named_by = found.place.as_ref().and_then(|place| place.named_by).map_or("default".to_owned(), |by| {
        if by.starts_with("--") { format!("flag {by}") } else { format!("environment {by}") }
    });
    match &found.place {
        Some(place) if found.exists => rows.add("configuration", place.path.display(), named_by),
        Some(place) => rows.add("configuration", format!("{} (not there)", place.path.display()), named_by),
        None => rows.add("configuration", "none", named_by),
    }
    keyset_rows(&mut rows, &all);
    rows.maybe("theme", Some(&all.theme));
    for Binding { action, keys, from } in &found.config.keys {
        rows.add(&format!("keys.{}", shown(action)), keys.join(" "), from);
    }
    tariff_rows(&mut rows, &found.config.tariff);
    notification_rows(&mut rows, &found.config.notifications);
    match &all.log.file {
        Some(file) => rows.add("log.file", file.value.display(), &file.from),
        None => rows.add("log.file", "none", Whence::Default),
    }
    rows.maybe("log.level", Some(&all.log.level));
    for entry in &found.config.service {
        let value = if entry.name == "accept-token" { "provided".to_owned() } else { text(&entry.value) };
        rows.add(&format!("service.{}", entry.name), value, &entry.from);
    }
    Ok(rows.to_string())
}

fn tariff_rows(rows: &mut Rows, tariff: &Tariff) {
    rows.maybe("tariff.currency", tariff.currency.as_ref());
    rows.maybe("tariff.per-million", tariff.per_million.as_ref());
    for (name, kind) in KINDS {
        if let Some(price) = tariff.by_kind.get(kind) {
            rows.maybe(&format!("tariff.per-million-by-kind.{name}"), Some(price));
        }
    }
}

fn notification_rows(rows: &mut Rows, told: &Notifications) {
    if told.watch.is_empty() {
        rows.add("notifications.watch", "none", Whence::Default);
    }
    for line in &told.watch {
        rows.maybe("notifications.watch", Some(line));
    }
    rows.maybe("notifications.bell", Some(&told.bell));
    rows.maybe("notifications.title", Some(&told.title));
    rows.maybe("notifications.osc", Some(&told.osc));
    rows.maybe("notifications.command", told.command.as_ref());
    rows.add("notifications.cool-down", Span(told.cool_down.value), &told.cool_down.from);
}

/// A value in a line. The settings that passed know texts, numbers, yes and no, and lists of them.
fn text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(" "),
        toml::Value::Table(_) => "a table".to_owned(),
    }
}

fn keyset_rows(rows: &mut Rows, all: &Effective) {
    rows.maybe("keyset", all.keyset.as_ref());
    rows.maybe("subscribe-key", all.subscribe_key.as_ref());
    rows.maybe("publish-key", all.publish_key.as_ref());
    rows.maybe("token", all.token.as_ref());
    match &all.user_id {
        Some(_) => rows.maybe("user-id", all.user_id.as_ref()),
        None => kept_user_id(rows),
    }
    rows.maybe("origin", Some(&all.origin));
    rows.maybe("region", all.region.as_ref());
    rows.maybe("production", Some(&all.production));
    rows.maybe("read-only", Some(&all.read_only));
    rows.list("channels", &all.channels);
    rows.list("groups", &all.groups);
    rows.maybe("requests-per-second", Some(&all.budget));
    rows.add("presence-timeout", Span(all.presence_timeout.value), &all.presence_timeout.from);
    rows.maybe("frames-per-second", Some(&all.frames_per_second));
    rows.maybe("log-entries", Some(&all.log_entries));
}

/// Only looked at: showing makes nothing.
fn kept_user_id(rows: &mut Rows) {
    let folder = config::state_folder(config::Platform::HERE, &|name| std::env::var_os(name));
    match folder.as_deref().map(config::kept_identity) {
        Some(Ok(Some(user))) => {
            let folder = shown(&folder.unwrap_or_default().display().to_string()).into_owned();
            rows.add("user-id", user, Whence::Kept(folder.into()));
        }
        Some(Ok(None)) => rows.add("user-id", "a new one at the first start, kept from then on", Whence::Default),
        Some(Err(_)) | None => rows.add("user-id", "a new one at each start: none can be kept", Whence::Default),
    }
}
