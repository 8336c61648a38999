//! Which colours.

use std::fmt;

/// A theme, by name. What it looks like is the view's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// Dark or light, as the terminal's background is.
    #[default]
    Auto,
    /// The terminal's own colours.
    Terminal,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// As much contrast as there is.
    HighContrast,
    /// Told apart without red and green.
    ColourBlind,
}

impl ThemeName {
    /// All of them, each by its name.
    pub const ALL: &[(&str, Self)] = &[
        ("auto", Self::Auto),
        ("terminal", Self::Terminal),
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("high-contrast", Self::HighContrast),
        ("colour-blind", Self::ColourBlind),
    ];
}

impl fmt::Display for ThemeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, theme)| theme == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}
