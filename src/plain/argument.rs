//! Which actions mean something without a screen, and what they take.

use crate::ui::{Action, Pane};

/// What an action takes besides its name, if it means something without a screen.
pub(super) const fn describe_argument(action: Action) -> Option<&'static str> {
    Some(match action {
        Action::Heartbeat | Action::Leave | Action::Resync | Action::Remove | Action::GoTo(Pane::Occupants) => {
            "[CHANNEL]"
        }
        Action::EditState => "JSON",
        Action::PresenceTimeout => "TIME",
        Action::WhereNow => "USER",
        Action::Mark => "TEXT",
        Action::Record => "[FILE] or end",
        Action::Add => "CHANNEL",
        Action::Watch => "USER, CHANNEL or CLAIM",
        Action::KeepAlive
        | Action::NextChannel
        | Action::PreviousChannel
        | Action::GoTo(_)
        | Action::Watchlist
        | Action::Mute
        | Action::Acknowledge
        | Action::Incident
        | Action::CopyReport
        | Action::Doctor
        | Action::EventLevel
        | Action::LogOfChannel
        | Action::Pause
        | Action::Help
        | Action::Direct(_)
        | Action::Quit => "",
        _ => return None,
    })
}
