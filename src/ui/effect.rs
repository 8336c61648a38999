//! What the ui asks of the terminal, the disk and the program. The loop carries it out after each step,
//! and tells whether a recording is written.

use std::sync::Arc;

use crate::{alerts::Alert, output::Export};

/// A request to the terminal, the disk, or the program around the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Redraw everything, because the screen may hold anything.
    Redraw,
    /// Take the mouse, or return it to the terminal, which then selects text with it.
    Mouse(bool),
    /// Switch to this theme, one of [`THEMES`](crate::ui::THEMES), or to [`AUTO`](crate::ui::ThemePicker::AUTO).
    Theme(&'static str),
    /// Suspend the program, as a shell does.
    Suspend,
    /// Copy this text to the clipboard: at most [`MOST_COPIED`](crate::output::MOST_COPIED) bytes. Foreign text.
    Copy(String),
    /// Write a file. [`UiEvent::Exported`](crate::ui::UiEvent::Exported) reports how that ended.
    Export(Box<Export>),
    /// Begin a recording into this new file. Foreign text.
    Record(String),
    /// End the recording.
    EndRecording,
    /// Switch to the keyset with this name.
    Switch(Arc<str>),
    /// Deliver an alert, by bell, title, notification or command.
    Tell(Alert),
}

/// Whether a recording is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecordingSign {
    /// None can be: what is shown is one, or nobody writes.
    #[default]
    Impossible,
    /// None is.
    Ready,
    /// One is.
    Writing {
        /// So many inputs are missing in it.
        lost: u64,
        /// It can't be written now.
        is_troubled: bool,
    },
}

impl RecordingSign {
    /// What the last row says of it, if a recording is written.
    pub fn describe(self) -> Option<String> {
        let Self::Writing { lost, is_troubled } = self else { return None };
        let trouble = if is_troubled { " NOT WRITTEN" } else { "" };
        Some(if lost > 0 { format!("REC{trouble} {lost} lost") } else { format!("REC{trouble}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_row_says_what_is_lost() {
        let writing = |lost, is_troubled| RecordingSign::Writing { lost, is_troubled }.describe();
        assert_eq!(RecordingSign::Ready.describe(), None);
        assert_eq!(writing(0, false).as_deref(), Some("REC"));
        assert_eq!(writing(12, true).as_deref(), Some("REC NOT WRITTEN 12 lost"));
    }
}
