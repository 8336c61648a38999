//! Values that have names.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// One of these, by its name, for help and completions to know.
pub fn one_of<T: Copy + Send + Sync + 'static>(
    known: &'static [(&'static str, T)],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(known.iter().map(|(name, _)| *name)).try_map(|text| {
        let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        found.ok_or_else(|| format!("there is no `{text}`"))
    })
}
