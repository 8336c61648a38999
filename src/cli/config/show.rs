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
    config::{self, FoundConfig, ShownValue, Whence},
    presence::{sanitize, sanitize_sentence, show_path},
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
struct ShownRows(Vec<[String; 3]>);

impl ShownRows {
    fn add(&mut self, name: &str, value: impl Display, from: impl Display) {
        self.0.push([name.to_owned(), sanitize_sentence(&value.to_string()).into_owned(), from.to_string()]);
    }
}

impl Display for ShownRows {
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

pub(super) fn show_config(found: &FoundConfig, args: &ShowArgs, log: &LogArgs) -> Result<String, Failure> {
    let typed = args.watched.collect_typed().and(log.collect_typed());
    let all = config::settle_values(&found.config, &typed, &|name| std::env::var(name).ok())?;
    require_service_settings(&found.config)?;
    let mut rows = ShownRows::default();
    let named_by = found.place.as_ref().and_then(|place| place.named_by).map_or("default".to_owned(), |by| {
        if by.starts_with("--") { format!("flag {by}") } else { format!("environment {by}") }
    });
    match &found.place {
        Some(place) if found.exists => rows.add("configuration", place.path.display(), named_by),
        Some(place) => rows.add("configuration", format!("{} (not there)", place.path.display()), named_by),
        None => rows.add("configuration", "none", named_by),
    }
    for ShownValue { name, value, from } in config::show_settings(&all) {
        if name == "user-id" && all.user_id.is_none() {
            add_kept_user_id(&mut rows);
        } else {
            rows.add(&sanitize(&name), value, from);
        }
    }
    Ok(rows.to_string())
}

/// Only looked at: showing makes nothing.
fn add_kept_user_id(rows: &mut ShownRows) {
    let folder = config::find_state_folder(config::Platform::HERE, &|name| std::env::var_os(name));
    match folder.as_deref().map(config::read_identity) {
        Some(Ok(Some(user))) => {
            let folder = show_path(&folder.unwrap_or_default());
            rows.add("user-id", user, Whence::Kept(folder.into()));
        }
        Some(Ok(None)) => rows.add("user-id", "a new one at the first start, kept from then on", Whence::Default),
        Some(Err(_)) | None => rows.add("user-id", "a new one at each start: none can be kept", Whence::Default),
    }
}
