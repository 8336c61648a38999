//! What a person can mean: every action by name, whichever key, mouse button or palette line says it.

use crate::presence::Direction;

/// What a person can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send a heartbeat on the selected channel.
    Heartbeat,
    /// Leave the selected channel.
    Leave,
    /// Edit our own state on the selected channel.
    EditState,
    /// Go on sending heartbeats by ourselves, or stop that.
    KeepAlive,
    /// Watch another channel, pattern or group.
    Add,
    /// Watch the selected channel no more.
    Remove,
    /// Go over to another keyset.
    Keysets,
    /// Ask here now for the selected channel.
    Resync,
    /// Say for how long a heartbeat keeps us present.
    PresenceTimeout,
    /// Ask on which channels the selected occupant is.
    WhereNow,
    /// Open what is selected, to see all of it.
    Open,
    /// Say who is to be listed.
    Filter,
    /// Choose by what the occupants are sorted.
    Sort,
    /// Turn their order round.
    Reverse,
    /// Say which fields of their states have a column.
    Columns,
    /// List those who have just left, or no longer.
    JustLeft,
    /// Go to the next pane.
    NextPane,
    /// Go to the pane before.
    PreviousPane,
    /// The next channel.
    NextChannel,
    /// The channel before.
    PreviousChannel,
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// Ten rows down.
    PageDown,
    /// Ten rows up.
    PageUp,
    /// The first row.
    Top,
    /// The last row; in the log: follow.
    Bottom,
    /// Let the pane fill the body, or show all again.
    Zoom,
    /// Let the log tell of the selected channel only, or of all.
    LogOfChannel,
    /// Choose the kinds that the log shows.
    Kinds,
    /// Hold the picture still, or let it go on.
    Pause,
    /// Copy the user id that is selected.
    CopyId,
    /// Copy the JSON of what is selected.
    CopyJson,
    /// Write what the focused pane shows into a file.
    Export,
    /// Put what is selected on the watch list, or take it off.
    Watch,
    /// Open or close the watch list.
    Watchlist,
    /// Let the watch list tell nothing aloud, or do again.
    Mute,
    /// Open or close what is wrong, and what was asked of the service.
    Doctor,
    /// Tell the simulated crowd what to do, where there is one.
    Direct(Direction),
    /// Open or close the palette of all actions.
    Palette,
    /// Open or close the help.
    Help,
    /// Close what is open.
    Close,
    /// Choose a theme.
    Theme,
    /// Give the mouse back to the terminal, or take it again.
    Mouse,
    /// Draw everything anew.
    Redraw,
    /// Stop the program, as a shell does; it can be continued.
    Suspend,
    /// End the program.
    Quit,
}

/// What an action belongs to, in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// It asks or tells the service something.
    Act,
    /// It changes what is shown, or takes it along.
    Look,
    /// It changes where one looks.
    Move,
    /// It is about what one wants to be told.
    Tell,
    /// It directs the simulated crowd.
    Crowd,
    /// It is about herenow itself.
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

/// An action, as it is called and explained.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// Which.
    pub action: Action,
    /// What the configuration and the palette call it.
    pub name: &'static str,
    /// What it does, in a few words.
    pub help: &'static str,
    /// Where it belongs.
    pub section: Section,
}

const fn means(action: Action, name: &'static str, help: &'static str, section: Section) -> Meaning {
    Meaning { action, name, help, section }
}

/// All of them, in the order of the help.
pub const ACTIONS: &[Meaning] = &{
    use Section::{Act, Crowd, Look, Move, Program, Tell};
    [
        means(Action::Heartbeat, "heartbeat", "send a heartbeat: be present on the selected channel", Act),
        means(Action::Leave, "leave", "leave the selected channel", Act),
        means(Action::EditState, "edit-state", "edit your own state on the selected channel", Act),
        means(Action::Resync, "resync", "ask here now for the selected channel", Act),
        means(Action::PresenceTimeout, "presence-timeout", "for how long a heartbeat keeps you present", Act),
        means(Action::WhereNow, "where-now", "on which channels the selected occupant is", Act),
        means(Action::KeepAlive, "auto-heartbeat", "keep your presence alive by heartbeats, or let it run out", Act),
        means(Action::Add, "add", "watch another channel, pattern or group", Act),
        means(Action::Remove, "remove", "watch the selected channel no more", Act),
        means(Action::Keysets, "switch-keyset", "go over to another keyset of the configuration", Act),
        means(Action::Open, "open", "see all of an occupant or log entry; unfold a burst", Look),
        means(Action::Filter, "filter", "show only what matches, of the occupants or the log", Look),
        means(Action::Sort, "sort", "choose by what occupants are sorted", Look),
        means(Action::Reverse, "reverse", "turn the order round", Look),
        means(Action::Columns, "columns", "choose fields of the states as columns", Look),
        means(Action::JustLeft, "just-left", "list who has just left, or no longer", Look),
        means(Action::Zoom, "zoom", "let this pane fill the screen, or show all panes again", Look),
        means(Action::Pause, "pause", "hold the picture still while the world goes on, or let go", Look),
        means(Action::Kinds, "kinds", "choose the kinds of events that the log shows", Look),
        means(Action::LogOfChannel, "log-of-channel", "log: the selected channel only, or all channels", Look),
        means(Action::CopyId, "copy-id", "copy the selected user id, or that of the log entry", Look),
        means(Action::CopyJson, "copy-json", "copy their state, or the raw event, as JSON", Look),
        means(Action::Export, "export", "write what the pane shows to a file: .csv, .jsonl or .md", Look),
        means(Action::NextPane, "next-pane", "go to the next pane", Move),
        means(Action::PreviousPane, "previous-pane", "go to the pane before", Move),
        means(Action::NextChannel, "next-channel", "go to the next channel", Move),
        means(Action::PreviousChannel, "previous-channel", "go to the channel before", Move),
        means(Action::Down, "down", "one row down", Move),
        means(Action::Up, "up", "one row up", Move),
        means(Action::PageDown, "page-down", "ten rows down", Move),
        means(Action::PageUp, "page-up", "ten rows up", Move),
        means(Action::Top, "first", "to the first row", Move),
        means(Action::Bottom, "last", "to the last row; in the log: follow again", Move),
        means(Action::Watch, "watch", "be told about the selected user or channel, or no more", Tell),
        means(Action::Watchlist, "watch-list", "open or close the watch list", Tell),
        means(Action::Mute, "mute", "let the watch list tell nothing aloud, or do again", Tell),
        means(Action::Doctor, "doctor", "what is wrong, what to do, what was asked, and its price", Tell),
        means(Action::Direct(Direction::Next), "crowd-next", "next scene, or next profile", Crowd),
        means(Action::Direct(Direction::Faster), "crowd-faster", "the crowd lives faster", Crowd),
        means(Action::Direct(Direction::Slower), "crowd-slower", "the crowd lives slower", Crowd),
        means(Action::Direct(Direction::Outage), "crowd-outage", "a region loses its network now", Crowd),
        means(Action::Palette, "palette", "find any action by its name", Program),
        means(Action::Help, "help", "open or close the help", Program),
        means(Action::Close, "close", "close what is open; let the log follow; drop the filter", Program),
        means(Action::Theme, "theme", "choose the colours", Program),
        means(Action::Mouse, "mouse", "give the mouse to the terminal, to mark text; or take it", Program),
        means(Action::Redraw, "redraw", "draw everything anew", Program),
        means(Action::Suspend, "suspend", "stop; `fg` brings it back", Program),
        means(Action::Quit, "quit", "quit, leaving wherever we are present", Program),
    ]
};

impl Action {
    /// What it is called, and what it does.
    pub fn meaning(self) -> &'static Meaning {
        let known = ACTIONS.iter().find(|meaning| meaning.action == self);
        known.unwrap_or(&ACTIONS[0])
    }

    /// The action with this name.
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|meaning| meaning.name == name).map(|meaning| meaning.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_action_stands_in_the_table_once_under_a_name_of_its_own() {
        let names: HashSet<&str> = ACTIONS.iter().map(|meaning| meaning.name).collect();
        let actions: HashSet<Action> = ACTIONS.iter().map(|meaning| meaning.action).collect();
        assert_eq!((names.len(), actions.len()), (ACTIONS.len(), ACTIONS.len()));
        for meaning in ACTIONS {
            assert!(meaning.help.len() <= 58, "fits into the help at 80 columns: {}", meaning.help);
            assert_eq!(meaning.action.meaning().name, meaning.name);
            assert_eq!(Action::named(meaning.name), Some(meaning.action));
        }
    }
}
