//! How one terminal is drawn on, for one person.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{buffer::Buffer, style::Color};

use super::{Depth, Symbols, Theme};
use crate::{keys::Keys, ui::ThemePicker};

/// How one terminal is drawn on, for one person.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// Colours and symbols.
    pub theme: Theme,
    /// Whether the theme is the one that suits the terminal's background, once that is known.
    pub follows_background: bool,
    /// Whether the terminal's background is light, if it was asked and has answered.
    pub has_light_background: Option<bool>,
    /// How many colours there are for another theme.
    pub depth: Depth,
    /// Frames per second at the most.
    pub frames_per_second: u32,
    /// For times of day.
    pub zone: TimeZone,
    /// What is offered by which key.
    pub keys: Keys,
    /// What the terminal can show.
    pub symbols: Symbols,
}

impl Default for Appearance {
    /// The terminal's own colours, the standard keys, and times in UTC.
    fn default() -> Self {
        Self {
            theme: Theme::terminal(),
            follows_background: false,
            has_light_background: None,
            depth: Depth::Sixteen,
            frames_per_second: 30,
            zone: TimeZone::UTC,
            keys: Keys::default(),
            symbols: Symbols::Unicode,
        }
    }
}

impl Appearance {
    /// The last touch to a picture: ink and paper where nothing else was said, and nothing but what the
    /// terminal can show.
    pub(super) fn settle(&self, buf: &mut Buffer) {
        let (ink, paper) = (self.theme.base.fg, self.theme.base.bg);
        if ink.is_some() || paper.is_some() {
            for cell in &mut buf.content {
                if cell.fg == Color::Reset {
                    cell.fg = ink.unwrap_or_default();
                }
                if cell.bg == Color::Reset {
                    cell.bg = paper.unwrap_or_default();
                }
            }
        }
        self.symbols.settle(buf);
    }

    /// The same to be read from afar.
    pub(super) fn for_wall(&self) -> Self {
        Self { theme: self.theme.for_wall(self.depth), ..self.clone() }
    }

    /// Draw in the colours of this name from here on, or as it suits the terminal's background if it is
    /// [`AUTO`](crate::ui::ThemePicker::AUTO); without effect if there is no such theme.
    pub fn set_theme(&mut self, name: &str) {
        let follows = name == ThemePicker::AUTO;
        let name = match self.has_light_background {
            _ if !follows => name,
            Some(true) => "light",
            Some(false) => "dark",
            None => "terminal",
        };
        if let Some(theme) = Theme::by_name(name, self.depth) {
            (self.theme, self.follows_background) = (theme, follows);
        }
    }

    /// What was chosen: the name of a theme, or [`AUTO`](crate::ui::ThemePicker::AUTO).
    pub fn theme_choice(&self) -> &'static str {
        if self.follows_background { ThemePicker::AUTO } else { self.theme.name }
    }

    /// Whether to ask the terminal for its background. With sixteen colours the terminal's own are the better ones, and
    /// a console may draw the question.
    pub fn asks_background(&self) -> bool {
        self.follows_background && self.depth != Depth::Sixteen
    }

    /// Draw as it suits the background of the terminal, unless a theme was chosen.
    pub fn adopt_background(&mut self, is_light: bool) {
        self.has_light_background = Some(is_light);
        if self.follows_background {
            self.set_theme(ThemePicker::AUTO);
        }
    }

    /// `12:04` where the person is.
    pub fn hour_and_minute(&self, unix_seconds: u64) -> String {
        let mut time = self.time_of_day(unix_seconds);
        time.truncate(5);
        time
    }

    /// `11-29` where the person is.
    pub fn month_and_day(&self, unix_seconds: u64) -> String {
        let stamp = i64::try_from(unix_seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
        stamp.map_or_else(|| "--".to_owned(), |stamp| stamp.to_zoned(self.zone.clone()).strftime("%m-%d").to_string())
    }

    /// `12:04:28` where the person is.
    pub fn time_of_day(&self, unix_seconds: u64) -> String {
        let stamp = i64::try_from(unix_seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
        match stamp {
            Some(stamp) => stamp.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string(),
            None => "--:--:--".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f16_the_theme_is_that_of_the_background_when_auto_is_chosen_and_again() {
        let mut look = Appearance { depth: Depth::True, ..Appearance::default() };
        look.adopt_background(true);
        assert_eq!((look.theme.name, look.theme_choice()), ("terminal", "terminal"), "nobody asked for it");
        look.set_theme(ThemePicker::AUTO);
        assert_eq!((look.theme.name, look.theme_choice(), look.asks_background()), ("light", ThemePicker::AUTO, true));
        look.adopt_background(false);
        assert_eq!(
            (look.theme.name, look.theme_choice()),
            ("dark", ThemePicker::AUTO),
            "the terminal has other colours now"
        );
        look.set_theme("high-contrast");
        look.adopt_background(true);
        assert_eq!((look.theme.name, look.asks_background()), ("high-contrast", false));
        look.set_theme("Light");
        assert_eq!(look.theme_choice(), "high-contrast", "there is no such theme");
        let mut unknown = Appearance::default();
        unknown.set_theme(ThemePicker::AUTO);
        assert_eq!((unknown.theme.name, unknown.asks_background()), ("terminal", false), "sixteen colours");
    }
}
