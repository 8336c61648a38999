//! The table of keys: which key means what, in one place. The help and the footer are drawn from
//! it. Pure.

use crate::{model::Action, presence::Direction};

/// A key as a person thinks of it, free of any terminal library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character, shifted as it prints.
    Char(char),
    /// A letter with Ctrl.
    Ctrl(char),
    /// An arrow.
    Up,
    /// An arrow.
    Down,
    /// An arrow.
    Left,
    /// An arrow.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
    /// Tab.
    Tab,
    /// Shift and tab.
    BackTab,
    /// Escape.
    Esc,
    /// Enter.
    Enter,
}

/// One line of the table.
#[derive(Debug)]
pub struct Binding {
    /// Any of these.
    pub keys: &'static [Key],
    /// Means this.
    pub action: Action,
    /// The keys, as written in the help.
    pub name: &'static str,
    /// What it does, in the help; nothing if the line before says it.
    pub help: &'static str,
    /// Keys and a word for the footer; `None` keeps it out of there.
    pub short: Option<(&'static str, &'static str)>,
}

const fn bind(
    keys: &'static [Key],
    action: Action,
    name: &'static str,
    help: &'static str,
    short: Option<(&'static str, &'static str)>,
) -> Binding {
    Binding { keys, action, name, help, short }
}

/// All bindings, in the order of the help; those with a short word in the order of the footer.
pub const TABLE: &[Binding] = &[
    bind(
        &[Key::Char('H')],
        Action::Heartbeat,
        "H",
        "send a heartbeat: be present on the selected channel",
        Some(("H", "heartbeat")),
    ),
    bind(&[Key::Char('L')], Action::Leave, "L", "leave the selected channel", Some(("L", "leave"))),
    bind(&[Key::Char('r')], Action::Resync, "r", "ask here now for the selected channel", Some(("r", "resync"))),
    bind(
        &[Key::Tab],
        Action::NextPane,
        "Tab",
        "go to the next pane; with Shift to the one before",
        Some(("Tab", "pane")),
    ),
    bind(&[Key::BackTab], Action::PreviousPane, "", "", None),
    bind(&[Key::Right, Key::Char('l')], Action::NextChannel, "→ l  ← h", "next channel, channel before", None),
    bind(&[Key::Left, Key::Char('h')], Action::PreviousChannel, "", "", Some(("←→", "channel"))),
    bind(&[Key::Down, Key::Char('j')], Action::Down, "↓ j  ↑ k", "one row down, one up", None),
    bind(&[Key::Up, Key::Char('k')], Action::Up, "", "", Some(("↑↓", "move"))),
    bind(&[Key::PageDown, Key::Ctrl('d')], Action::PageDown, "PgDn Ctrl-D", "ten rows down", None),
    bind(&[Key::PageUp, Key::Ctrl('u')], Action::PageUp, "PgUp Ctrl-U", "ten rows up", None),
    bind(&[Key::Home, Key::Char('g')], Action::Top, "Home g", "first row", None),
    bind(&[Key::End, Key::Char('G')], Action::Bottom, "End G", "last row; in the log: follow again", None),
    bind(&[Key::Char('?')], Action::Help, "?", "open or close this help", Some(("?", "help"))),
    bind(&[Key::Esc], Action::Close, "Esc", "close the help; let the log follow", None),
    bind(
        &[Key::Char('q'), Key::Ctrl('c')],
        Action::Quit,
        "q Ctrl-C",
        "quit, leaving wherever we are present",
        Some(("q", "quit")),
    ),
];

/// What a presenter can do to the simulated crowd, where there is one; otherwise these keys mean
/// nothing.
pub const STAGE: &[Binding] = &[
    bind(
        &[Key::Char('n')],
        Action::Direct(Direction::Next),
        "n",
        "crowd: next scene, or next profile",
        Some(("n", "scene")),
    ),
    bind(&[Key::Char('>')], Action::Direct(Direction::Faster), "> <", "crowd: faster, slower", None),
    bind(&[Key::Char('<')], Action::Direct(Direction::Slower), "", "", Some(("<>", "speed"))),
    bind(
        &[Key::Char('o')],
        Action::Direct(Direction::Outage),
        "o",
        "crowd: a region loses its network now",
        Some(("o", "outage")),
    ),
];

/// The bindings that mean something, with a simulated crowd or without.
pub fn bindings(stage: bool) -> impl Iterator<Item = &'static Binding> {
    let last = TABLE.iter().position(|binding| binding.action == Action::Help).unwrap_or(TABLE.len());
    let (first, last) = TABLE.split_at(last);
    first.iter().chain(STAGE.iter().filter(move |_| stage)).chain(last)
}

/// Keys that belong to the terminal rather than to the model, for the help.
pub const TERMINAL: &[(&str, &str)] = &[("Ctrl-Z", "stop; `fg` brings it back"), ("Ctrl-L", "draw everything anew")];

/// What a key means.
pub fn action(key: Key) -> Option<Action> {
    bindings(true).find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things_and_no_action_stands_twice() {
        let keys: Vec<Key> = bindings(true).flat_map(|b| b.keys).copied().collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        let actions: HashSet<Action> = bindings(true).map(|b| b.action).collect();
        assert_eq!(actions.len(), TABLE.len() + STAGE.len());
        // A line of the help tells of the bindings without one that follow it.
        assert!(bindings(true).all(|b| b.name.is_empty() == b.help.is_empty()));
    }
}
