//! How one terminal is drawn on, for one person.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{buffer::Buffer, style::Color};

use super::{Depth, Symbols, Theme};
use crate::keys::Keys;

/// How one terminal is drawn on, for one person.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// Colours and symbols.
    pub theme: Theme,
    /// Whether the theme is that of the terminal only until the terminal has told its background.
    pub follows_background: bool,
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

    /// Draw in the colours of this name from here on; without effect if there is no such theme.
    pub fn set_theme(&mut self, name: &str) {
        if let Some(theme) = Theme::by_name(name, self.depth) {
            (self.theme, self.follows_background) = (theme, false);
        }
    }

    /// Draw as it suits the background of the terminal, unless a theme was chosen.
    pub fn adopt_background(&mut self, is_light: bool) {
        if self.follows_background {
            self.set_theme(if is_light { "light" } else { "dark" });
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
