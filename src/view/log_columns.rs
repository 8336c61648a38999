//! The columns of the log, by the room that there is.
//!
//! ```text
//! │ time     what       channel     here who                                   late │
//! │ 12:04:28 + join     lobby         23 ann                                        │
//! ```

use ratatui::text::{Line, Span};

use super::{
    Appearance,
    format::{pad, pad_left},
};
use crate::presence::Moment;

/// From this width on every column has its room: the hour is told, details, and the kind of an entry by a word.
pub(super) const ROOMY: usize = 70;

/// From this width on there is room for the hour, and for both numbers of a change.
const WITH_CHANGE: usize = 50;

/// From this width on the time is told.
const TIMED: usize = 34;

/// From this width on the channel is told. With less, neither is the occupancy, which would mean nothing.
pub(super) const PLACED: usize = 24;

/// From this width on it is told how late an event was, where any in view was late.
const LATE: usize = 100;

/// Cells of `12 channels`.
const SEVERAL: usize = 11;

/// How much of the time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeColumn {
    None,
    /// `04:28`.
    Minute,
    /// `12:04:28`.
    Hour,
    /// `11-29 12:04:28`, where not all rows in view are of one day.
    Date,
}

/// What the rows in view have in common.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowsInView {
    /// Cells of the longest name of a channel, if that is known.
    pub longest: Option<usize>,
    /// They are all of one channel.
    pub one_channel: bool,
    /// They are not all of one day.
    pub dated: bool,
    /// An event was late.
    pub late: bool,
}

/// The columns of the log. As room gets scarce, the hour goes first, then the details, then the time; names get
/// shorter, and the channel goes last.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogColumns {
    /// All cells of a row.
    pub width: usize,
    time: TimeColumn,
    /// Whether the kind has a word beside its glyph.
    pub word: bool,
    /// Cells of the channel; none where only one is shown, or where there is no room.
    pub channel: usize,
    /// Cells of the user id, if something follows it.
    pub who: usize,
    /// Whether the details of an entry are told.
    pub details: bool,
    /// Cells of the occupancy, beside the channel; none where it is not told.
    pub here: usize,
    /// Cells of the lateness, with the blank before it.
    pub late: usize,
}

impl LogColumns {
    /// The columns for this width.
    pub fn fit(width: usize, rows: RowsInView) -> Self {
        let RowsInView { longest, one_channel, dated, late } = rows;
        let time = match width {
            ROOMY.. if dated => TimeColumn::Date,
            WITH_CHANGE.. => TimeColumn::Hour,
            TIMED.. => TimeColumn::Minute,
            _ => TimeColumn::None,
        };
        let channel = match width {
            ROOMY.. => (width / 7).clamp(10, 20).min(longest.map_or(usize::MAX, |cells| cells.max(SEVERAL))),
            // Where room is scarce, what is the same in all rows goes.
            _ if one_channel => 0,
            PLACED.. => (width / 5).clamp(8, 12),
            _ => 0,
        };
        Self {
            width,
            time,
            word: width >= ROOMY,
            channel,
            who: if width >= ROOMY { (width / 4).clamp(12, 24) } else { 14 },
            details: width >= ROOMY,
            here: match width {
                _ if !one_channel && channel == 0 => 0,
                WITH_CHANGE.. => 7,
                _ => 5,
            },
            late: if late && width >= LATE { 10 } else { 0 },
        }
    }

    /// Cells behind what is said: the lateness, and a blank at the end.
    pub const fn tail(&self) -> usize {
        self.late + 1
    }

    /// The time of a row, with the blank after it.
    pub fn show_time(&self, look: &Appearance, at: Moment) -> String {
        let seconds = at.seconds();
        match self.time {
            TimeColumn::None => String::new(),
            // The colon in front tells it from hours and minutes.
            TimeColumn::Minute => format!("{} ", look.time_of_day(seconds).get(2..).unwrap_or_default()),
            TimeColumn::Hour => format!("{} ", look.time_of_day(seconds)),
            TimeColumn::Date => format!("{} {} ", look.month_and_day(seconds), look.time_of_day(seconds)),
        }
    }

    /// The line that names the columns.
    pub fn show_heading<'a>(&self, look: &Appearance) -> Line<'a> {
        let time = match self.time {
            TimeColumn::None => 0,
            TimeColumn::Minute => 7,
            TimeColumn::Hour => 9,
            TimeColumn::Date => 15,
        };
        let mut said = format!(
            " {}{}",
            pad("time", time),
            pad(if self.word { "what" } else { "" }, if self.word { 11 } else { 2 })
        );
        if self.channel > 0 {
            said += &pad("channel", self.channel + 1);
        }
        if self.here > 0 {
            said += &(pad_left("here", self.here) + " ");
        }
        said = pad(&(said + "who"), self.width.saturating_sub(self.late));
        if self.late > 0 {
            said += &pad_left("late ", self.late);
        }
        Line::from(Span::styled(said, look.theme.quiet))
    }
}
