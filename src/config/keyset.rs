//! One keyset of the file.

use std::sync::Arc;

use super::{
    ConfigValues, Whence,
    read::FileTable,
    setting::InFile,
    table::{keys_in, settings_in},
};
use crate::{presence::sanitize, redact::redact_words, wording::excerpt};

/// A keyset's name has at most so many characters.
const LONGEST_NAME: usize = 64;

/// One keyset, as far as the file describes it.
#[derive(Debug, Clone)]
pub struct KeysetSection {
    /// What it is called: 1 to 64 characters, no control characters.
    pub name: Arc<str>,
    /// Where it begins.
    pub from: Whence,
    /// What it says of the settings.
    pub values: ConfigValues,
}

impl KeysetSection {
    /// Read one.
    pub(super) fn read(section: &FileTable<'_, '_>, name: &str, from: Whence) -> Self {
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST_NAME || name.chars().any(char::is_control) {
            let what = "is no name for a keyset; 1 to 64 characters will do, as in [keyset.staging]";
            section.wrong(&from, &format!("`{}` {what}", sanitize(&excerpt(&redact_words(name), LONGEST_NAME))));
        }
        section.only(&keys_in(InFile::Keyset));
        let mut values = ConfigValues::default();
        settings_in(InFile::Keyset).for_each(|setting| setting.read_file(&mut values, section));
        Self { name: name.into(), from, values }
    }
}
