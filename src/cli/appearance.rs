//! How the dashboard looks and which keys it knows: what was settled, as far as the terminal can show it.

use jiff::tz::TimeZone;

use super::Failure;
use crate::{
    config::{Binding, ConfigError, ConfigValues, ThemeName},
    keys::Keys,
    view::{Appearance, Depth, Symbols, Theme},
};

/// What counts of theme and keys, on this terminal.
pub(super) fn choose_appearance(all: &ConfigValues) -> Result<Appearance, Failure> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let depth = Depth::of(said("COLORTERM").as_deref(), said("TERM").as_deref());
    let name = all.theme.value;
    let theme = match name {
        _ if said("NO_COLOR").is_some() => Theme::monochrome(),
        ThemeName::Auto => Theme::terminal(),
        _ => Theme::by_name(&name.to_string(), depth).unwrap_or_else(Theme::terminal),
    };
    let follows_background = name == ThemeName::Auto && theme.name == "terminal";
    let symbols = Symbols::of(said("LC_ALL").as_deref(), said("LC_CTYPE").as_deref(), said("LANG").as_deref());
    let keys = apply_bindings(&all.keys).map_err(|mistakes| {
        let sentences: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Failure::usage(sentences.join("\n"))
    })?;
    Ok(Appearance {
        theme,
        follows_background,
        has_light_background: None,
        depth,
        frames_per_second: all.frames_per_second.value,
        zone: TimeZone::system(),
        symbols,
        keys,
    })
}

/// The table of keys with the changes of a configuration.
///
/// # Errors
/// All that is wrong with them, each with its place.
pub(super) fn apply_bindings(changes: &[Binding]) -> Result<Keys, Vec<ConfigError>> {
    let named = changes.iter().map(|binding| (binding.action.as_str(), binding.keys.as_slice()));
    Keys::with(named).map_err(|mistakes| {
        let told = |(place, sentence): (usize, String)| Some(changes.get(place)?.from.wrong(&sentence));
        mistakes.into_iter().filter_map(told).collect()
    })
}
