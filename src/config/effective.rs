//! What counts in the end: the flag, then the environment, then the file, then the default. Pure.

use super::{
    Config, ConfigError, ConfigValues, KeysetSection, Logging, Sourced, Typed, Whence,
    setting::{InFile, Rule, Setting},
    table::{SETTINGS, settings_in},
};
use crate::presence::SubscribeKey;

/// Environment variables' values.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

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
pub fn settle_values(
    config: &Config,
    typed: &Typed,
    environment: Environment<'_>,
) -> Result<ConfigValues, ConfigError> {
    let (typed, set) = read_sources(SETTINGS.iter().copied(), typed, environment)?;
    let key = typed.subscribe_key.as_ref().or(set.subscribe_key.as_ref());
    let asked = typed.keyset.as_ref().or(set.keyset.as_ref());
    let keyset = if key.is_some() && asked.is_none() { None } else { config.find(asked)? };
    let key = key.or(keyset.and_then(|keyset| keyset.values.subscribe_key.as_ref()));
    let sources = Sources {
        marked: keyset.into_iter().chain(of_subscribe_key(config, key)).map(|keyset| &keyset.values).collect(),
        ranked: [Some(&typed), Some(&set), keyset.map(|keyset| &keyset.values), Some(&config.values)]
            .into_iter()
            .flatten()
            .collect(),
        typed: &typed,
        set: &set,
    };
    let mut all = ConfigValues::default();
    for setting in SETTINGS {
        sources.settle(*setting, &mut all);
    }
    let chosen_by = asked.or(config.values.keyset.as_ref()).map(|name| name.from.clone());
    all.keyset = keyset.zip(chosen_by).map(|(keyset, from)| Sourced { value: keyset.name.clone(), from });
    Ok(all)
}

/// What counts of the log alone: it is opened before anything else.
///
/// # Errors
/// If what was typed or set can't be meant.
pub fn settle_logging(config: &Config, typed: &Typed, environment: Environment<'_>) -> Result<Logging, ConfigError> {
    let settings = || settings_in(InFile::Table("log"));
    let (typed, set) = read_sources(settings(), typed, environment)?;
    let ranked = vec![&typed, &set, &config.values];
    let sources = Sources { typed: &typed, set: &set, marked: Vec::new(), ranked };
    let mut all = ConfigValues::default();
    settings().for_each(|setting| sources.settle(setting, &mut all));
    Ok(all.log)
}

/// The keysets of this subscribe key.
fn of_subscribe_key<'a>(
    config: &'a Config,
    key: Option<&Sourced<SubscribeKey>>,
) -> impl Iterator<Item = &'a KeysetSection> {
    let key = key.map(|key| key.value.clone());
    let has_key = move |keyset: &&KeysetSection| {
        let other = keyset.values.subscribe_key.as_ref().map(|key| &key.value);
        other.is_some() && other == key.as_ref()
    };
    config.keysets.iter().filter(has_key)
}

/// What was typed, and what is set besides.
///
/// # Errors
/// If something of it can't be meant. A variable that a flag goes before is not looked at, unless it could
/// make the answer stricter.
fn read_sources(
    settings: impl Iterator<Item = &'static dyn Setting>,
    words: &Typed,
    environment: Environment<'_>,
) -> Result<(ConfigValues, ConfigValues), ConfigError> {
    let (mut typed, mut set) = (ConfigValues::default(), ConfigValues::default());
    for setting in settings {
        let about = setting.about();
        if let Some(flag) = &about.flag
            && let Some(words) = words.find_words(flag)
        {
            setting.read_typed(&mut typed, Whence::Flag(flag.name), &words)?;
        }
        if (about.rule == Rule::AnyYes || !setting.is_said(&typed))
            && let Some(variable) = about.variable
            && let Some(text) = environment(variable).filter(|text| !text.trim().is_empty())
        {
            setting.read_variable(&mut set, Whence::Environment(variable), &text)?;
        }
    }
    Ok((typed, set))
}

/// What each source says.
struct Sources<'a> {
    typed: &'a ConfigValues,
    set: &'a ConfigValues,
    /// The keysets whose marks count.
    marked: Vec<&'a ConfigValues>,
    /// All sources, the one that is heard first at the front.
    ranked: Vec<&'a ConfigValues>,
}

impl Sources<'_> {
    /// Copy what counts of a setting.
    fn settle(&self, setting: &dyn Setting, all: &mut ConfigValues) {
        let is_said = |values: &&ConfigValues| setting.is_said(values);
        let ranked = self.ranked.iter().copied();
        let source = match setting.about().rule {
            Rule::First => ranked.into_iter().find(is_said),
            Rule::FirstTogether => ranked.into_iter().find(|values| says_any_together(values)),
            Rule::AnyYes => {
                let said: Vec<_> =
                    [self.typed, self.set].into_iter().chain(self.marked.iter().copied()).filter(is_said).collect();
                said.iter().copied().find(|values| setting.is_yes(values)).or(said.first().copied())
            }
        };
        if let Some(source) = source {
            setting.copy(source, all);
        }
    }
}

/// Whether a source says any of the settings that are said together.
fn says_any_together(values: &ConfigValues) -> bool {
    SETTINGS.iter().any(|setting| setting.about().rule == Rule::FirstTogether && setting.is_said(values))
}

#[cfg(test)]
mod tests;
