//! Every action by name, for keys, mouse buttons and the palette.

use super::Pane;
use crate::presence::Direction;

/// What a person can order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send a heartbeat on the selected channel.
    Heartbeat,
    /// Leave the selected channel.
    Leave,
    /// Edit our own state on the selected channel.
    EditState,
    /// Turn automatic heartbeats on or off.
    KeepAlive,
    /// Add subscriptions.
    Add,
    /// Remove the selected channel from view.
    Remove,
    /// Switch to another keyset.
    Keysets,
    /// Ask here now for the selected channel.
    Resync,
    /// Set the presence timeout.
    PresenceTimeout,
    /// Ask on which channels the selected occupant is.
    WhereNow,
    /// Open the selected occupant or log entry, go to the people of the selected channel, or fold it.
    Open,
    /// Filter the focused pane.
    Filter,
    /// Choose the order of the focused pane.
    Sort,
    /// Reverse the order of the focused pane.
    Reverse,
    /// Choose the fields of states that have a column.
    Columns,
    /// List recent departures, or hide them.
    JustLeft,
    /// Focus this pane.
    GoTo(Pane),
    /// Focus the next pane.
    NextPane,
    /// Focus the previous pane.
    PreviousPane,
    /// Select the next channel.
    NextChannel,
    /// Select the previous channel.
    PreviousChannel,
    /// Move one row down.
    Down,
    /// Move one row up.
    Up,
    /// Move ten rows down.
    PageDown,
    /// Move ten rows up.
    PageUp,
    /// Move to the first row.
    Top,
    /// Move to the last row; in the log, follow it.
    Bottom,
    /// Zoom the focused pane, or show all panes again.
    Zoom,
    /// Have the selection go by itself, or not.
    Follow,
    /// Show the wall view, or the panes again.
    Wall,
    /// Limit the log to the selected channel, or show all channels.
    LogOfChannel,
    /// Show more kinds in the log, or people and trouble only again.
    EventLevel,
    /// Choose the kinds that the log shows.
    Kinds,
    /// Show a longer span: changes, lines, chart.
    LongerSpan,
    /// Show a shorter span.
    ShorterSpan,
    /// Pause or resume the screen; in the past, play it or hold it.
    Pause,
    /// Look back to the event before.
    EventBack,
    /// In the past, go on to the next event.
    EventForward,
    /// Look back a minute.
    MinuteBack,
    /// In the past, go on by a minute.
    MinuteForward,
    /// Look back to a time.
    GoToTime,
    /// Go from the past to now.
    GoLive,
    /// Mark this moment with a text.
    Mark,
    /// Begin a recording, with all since the start, or end it.
    Record,
    /// Copy the selected user id.
    CopyId,
    /// Copy the JSON of the selection.
    CopyJson,
    /// Export the focused pane to a file.
    Export,
    /// Put the selection on the watch list, or take it off.
    Watch,
    /// Open or close the watch list.
    Watchlist,
    /// Mute or unmute the watch list.
    Mute,
    /// Acknowledge the rules that hold: they are quiet until they have ceased.
    Acknowledge,
    /// Open or close the evidence of the incident that the verdict tells of.
    Incident,
    /// Copy the report of an incident.
    CopyReport,
    /// Open or close the doctor.
    Doctor,
    /// Show how another client joins our own service.
    JoinIn,
    /// Choose a scene of the simulated crowd; again, go on to the next.
    Scenes,
    /// Direct the simulated crowd, where there is one.
    Direct(Direction),
    /// Open or close the palette of all actions.
    Palette,
    /// Open or close the help.
    Help,
    /// Close the dialog.
    Close,
    /// Choose a theme.
    Theme,
    /// Return the mouse to the terminal, or take it again.
    Mouse,
    /// Redraw everything.
    Redraw,
    /// Suspend the program, as a shell does.
    Suspend,
    /// Quit the program.
    Quit,
}

/// The section of the help that an action belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Actions that send a request to the service.
    Act,
    /// Actions that change what is shown, or copy it.
    Look,
    /// Actions that move the focus or the selection.
    Move,
    /// Actions about alerts and findings.
    Tell,
    /// Actions that direct the simulated crowd.
    Crowd,
    /// Actions about herenow itself.
    Program,
}

impl Section {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Move => "move",
            Self::Look => "look closer",
            Self::Tell => "watch list and doctor",
            Self::Crowd => "direct the crowd",
            Self::Program => "herenow",
        }
    }
}

/// An action with its name and its help.
#[derive(Debug, Clone, Copy)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name in the configuration and the palette.
    pub name: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
    /// Its section of the help.
    pub section: Section,
}

const fn info(action: Action, name: &'static str, help: &'static str, section: Section) -> ActionInfo {
    ActionInfo { action, name, help, section }
}

/// All actions, in the order of the help.
pub const ACTIONS: &[ActionInfo] = &{
    use Section::{Act, Crowd, Look, Move, Program, Tell};
    [
        info(Action::Heartbeat, "heartbeat", "send a heartbeat on this channel", Act),
        info(Action::Leave, "leave", "leave this channel", Act),
        info(Action::EditState, "edit-state", "edit your state on this channel", Act),
        info(Action::Resync, "resync", "ask here now for this channel", Act),
        info(Action::PresenceTimeout, "presence-timeout", "set how long a heartbeat counts", Act),
        info(Action::WhereNow, "where-now", "find the channels of this user", Act),
        info(Action::KeepAlive, "auto-heartbeat", "turn automatic heartbeats on or off", Act),
        info(Action::Add, "add", "watch a channel, pattern or group", Act),
        info(Action::Remove, "remove", "stop watching this channel", Act),
        info(Action::Keysets, "switch-keyset", "switch to another keyset", Act),
        info(Action::Open, "open", "open the selected row, or unfold it", Look),
        info(Action::Filter, "filter", "filter the pane in focus", Look),
        info(Action::Sort, "sort", "choose the order of the pane in focus", Look),
        info(Action::Reverse, "reverse", "reverse the order", Look),
        info(Action::Columns, "columns", "choose state fields as columns", Look),
        info(Action::JustLeft, "just-left", "list or name who has just left", Look),
        info(Action::Zoom, "zoom", "enlarge this pane, or show all panes", Look),
        info(Action::Follow, "auto", "select what changes most, or stop", Look),
        info(Action::Wall, "wall", "wall view for a room, or panes again", Look),
        info(Action::ShorterSpan, "shorter-span", "shorter span of changes and chart", Look),
        info(Action::LongerSpan, "longer-span", "longer span of changes and chart", Look),
        info(Action::Pause, "pause", "pause or resume; the past: play, hold", Look),
        info(Action::EventLevel, "event-level", "events: people, with states, everything", Look),
        info(Action::Kinds, "kinds", "choose the kinds of events shown", Look),
        info(Action::LogOfChannel, "log-of-channel", "events: this channel, or all channels", Look),
        info(Action::CopyId, "copy-id", "copy the selected user id", Look),
        info(Action::CopyJson, "copy-json", "copy the state or the event as JSON", Look),
        info(Action::Export, "export", "write this pane to a file", Look),
        info(Action::EventBack, "event-back", "look back: the event before", Look),
        info(Action::EventForward, "event-forward", "in the past: the next event", Look),
        info(Action::MinuteBack, "minute-back", "look back: a minute earlier", Look),
        info(Action::MinuteForward, "minute-forward", "in the past: a minute later", Look),
        info(Action::GoToTime, "go-to-time", "look back to a time; `now` goes on", Look),
        info(Action::GoLive, "now", "from the past to now", Look),
        info(Action::Mark, "mark", "mark this moment with a text", Look),
        info(Action::Record, "record", "record, since the start; again: end it", Look),
        info(Action::GoTo(Pane::Channels), "channels", "go to the channels", Move),
        info(Action::GoTo(Pane::Occupants), "people", "go to the people of this channel", Move),
        info(Action::GoTo(Pane::Log), "events", "go to the events", Move),
        info(Action::NextPane, "next-pane", "next pane", Move),
        info(Action::PreviousPane, "previous-pane", "previous pane", Move),
        info(Action::NextChannel, "next-channel", "next channel", Move),
        info(Action::PreviousChannel, "previous-channel", "previous channel", Move),
        info(Action::Down, "down", "one row down", Move),
        info(Action::Up, "up", "one row up", Move),
        info(Action::PageDown, "page-down", "ten rows down", Move),
        info(Action::PageUp, "page-up", "ten rows up", Move),
        info(Action::Top, "first", "first row", Move),
        info(Action::Bottom, "last", "last row; follow events; past: to now", Move),
        info(Action::Watch, "watch", "watch this user or channel, or stop", Tell),
        info(Action::Watchlist, "watch-list", "open or close the watch list", Tell),
        info(Action::Mute, "mute", "mute or unmute alarms", Tell),
        info(Action::Acknowledge, "acknowledge", "quiet the alarms until they cease", Tell),
        info(Action::Incident, "incident", "evidence of what the second row tells", Tell),
        info(Action::CopyReport, "copy-report", "copy the incident report as Markdown", Tell),
        info(Action::Doctor, "doctor", "show problems, remedies and requests", Tell),
        info(Action::JoinIn, "join", "how another client joins this service", Crowd),
        info(Action::Scenes, "scenes", "choose a scene; twice: the next one", Crowd),
        info(Action::Direct(Direction::Next), "crowd-next", "next scene or profile", Crowd),
        info(Action::Direct(Direction::Faster), "crowd-faster", "crowd faster", Crowd),
        info(Action::Direct(Direction::Slower), "crowd-slower", "crowd slower", Crowd),
        info(Action::Direct(Direction::Outage), "crowd-outage", "take the network from a region", Crowd),
        info(Action::Palette, "palette", "find an action by name", Program),
        info(Action::Help, "help", "open or close the help", Program),
        info(Action::Close, "close", "close; past: to now; drop filter; back", Program),
        info(Action::Theme, "theme", "choose the colours", Program),
        info(Action::Mouse, "mouse", "give the mouse to the terminal, or back", Program),
        info(Action::Redraw, "redraw", "redraw the screen", Program),
        info(Action::Suspend, "suspend", "suspend; `fg` resumes", Program),
        info(Action::Quit, "quit", "leave all channels and quit", Program),
    ]
};

impl Action {
    /// Whether it goes on by a text that is typed, if it is not refused.
    pub const fn takes_text(self) -> bool {
        use Action::{Add, Columns, EditState, Filter, Keysets, Mark, PresenceTimeout, Record, Scenes, Sort};
        matches!(self, Add | Columns | EditState | Filter | Keysets | Mark | PresenceTimeout | Record | Scenes | Sort)
    }

    /// The name and the help of the action.
    pub fn info(self) -> &'static ActionInfo {
        ACTIONS.iter().find(|info| info.action == self).unwrap_or(&ACTIONS[0])
    }

    /// The action with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|info| info.name == name).map(|info| info.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn f55_a_help_line_is_short() {
        for info in ACTIONS {
            assert!(info.help.chars().count() <= 40, "{}", info.help);
        }
    }

    #[test]
    fn every_action_stands_in_the_table_once_under_a_name_of_its_own() {
        let names: HashSet<&str> = ACTIONS.iter().map(|info| info.name).collect();
        let actions: HashSet<Action> = ACTIONS.iter().map(|info| info.action).collect();
        assert_eq!((names.len(), actions.len()), (ACTIONS.len(), ACTIONS.len()));
        for info in ACTIONS {
            assert_eq!(info.action.info().name, info.name);
            assert_eq!(Action::by_name(info.name), Some(info.action));
        }
    }
}
