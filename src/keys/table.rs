//! The table of keys: which key means what, in one place. The help, the footer and the palette are
//! drawn from it. Pure.

use std::collections::BTreeMap;

use super::Key;
use crate::{
    presence::{Direction, sanitize},
    ui::{ACTIONS, Action, Dialog, EditKey, Pane, Screen, UiEvent},
};

/// Which keys mean what, unless the configuration says otherwise.
const STANDARD: &[(Action, &[Key])] = &[
    (Action::Heartbeat, &[Key::Char('H')]),
    (Action::Leave, &[Key::Char('L')]),
    (Action::Resync, &[Key::Char('r')]),
    (Action::PresenceTimeout, &[Key::Char('t')]),
    (Action::WhereNow, &[Key::Char('w')]),
    (Action::Open, &[Key::Enter]),
    (Action::Filter, &[Key::Char('/')]),
    (Action::Sort, &[Key::Char('s')]),
    (Action::Reverse, &[Key::Char('S')]),
    (Action::Columns, &[Key::Char('c')]),
    (Action::JustLeft, &[Key::Char('J')]),
    (Action::EditState, &[Key::Char('e')]),
    (Action::KeepAlive, &[Key::Char('A')]),
    (Action::Add, &[Key::Char('a')]),
    (Action::Remove, &[Key::Char('x')]),
    (Action::Keysets, &[Key::Char('K')]),
    (Action::GoTo(Pane::Channels), &[Key::Char('1')]),
    (Action::GoTo(Pane::Occupants), &[Key::Char('2')]),
    (Action::GoTo(Pane::Log), &[Key::Char('3')]),
    (Action::NextPane, &[Key::Tab]),
    (Action::PreviousPane, &[Key::BackTab]),
    (Action::NextChannel, &[Key::Right, Key::Char('l')]),
    (Action::PreviousChannel, &[Key::Left, Key::Char('h')]),
    (Action::Down, &[Key::Down, Key::Char('j')]),
    (Action::Up, &[Key::Up, Key::Char('k')]),
    (Action::PageDown, &[Key::PageDown, Key::Ctrl('d')]),
    (Action::PageUp, &[Key::PageUp, Key::Ctrl('u')]),
    (Action::Top, &[Key::Home]),
    (Action::Bottom, &[Key::End, Key::Char('G')]),
    (Action::Zoom, &[Key::Char('z')]),
    (Action::Follow, &[]),
    (Action::Wall, &[Key::Char('p')]),
    (Action::ShorterSpan, &[Key::Char('-')]),
    (Action::LongerSpan, &[Key::Char('+')]),
    (Action::Pause, &[Key::Char(' ')]),
    (Action::EventBack, &[Key::Char('[')]),
    (Action::EventForward, &[Key::Char(']')]),
    (Action::MinuteBack, &[Key::Char('{')]),
    (Action::MinuteForward, &[Key::Char('}')]),
    (Action::GoToTime, &[Key::Char('g')]),
    (Action::GoLive, &[]),
    (Action::Mark, &[Key::Char('b')]),
    (Action::Record, &[Key::Char('R')]),
    (Action::EventLevel, &[Key::Char('v')]),
    (Action::Kinds, &[Key::Char('f')]),
    (Action::LogOfChannel, &[Key::Char('F')]),
    (Action::CopyId, &[Key::Char('y')]),
    (Action::CopyJson, &[Key::Char('Y')]),
    (Action::Export, &[Key::Char('E')]),
    (Action::Watch, &[Key::Char('*')]),
    (Action::Watchlist, &[Key::Char('W')]),
    (Action::Mute, &[Key::Char('m')]),
    (Action::Acknowledge, &[]),
    (Action::Incident, &[Key::Char('I')]),
    (Action::CopyReport, &[Key::Char('i')]),
    (Action::Doctor, &[Key::Char('d')]),
    (Action::JoinIn, &[Key::Char('P')]),
    (Action::Scenes, &[Key::Char('n')]),
    (Action::Direct(Direction::Next), &[]),
    (Action::Direct(Direction::Faster), &[Key::Char('>')]),
    (Action::Direct(Direction::Slower), &[Key::Char('<')]),
    (Action::Direct(Direction::Outage), &[Key::Char('o')]),
    (Action::Palette, &[Key::Char(':')]),
    (Action::Help, &[Key::Char('?')]),
    (Action::Close, &[Key::Esc]),
    (Action::Theme, &[Key::Char('T')]),
    (Action::Mouse, &[Key::Char('M')]),
    (Action::Redraw, &[Key::Ctrl('l')]),
    (Action::Suspend, &[Key::Ctrl('z')]),
    (Action::Quit, &[Key::Char('q'), Key::Ctrl('c')]),
];

/// Actions that share a word of the footer, and the word.
type FooterOffer = (&'static [Action], &'static str);

/// What the footer offers of the channels, from left to right.
const FOOTER_OF_CHANNELS: &[FooterOffer] = &[
    (&[Action::GoTo(Pane::Occupants)], "people"),
    (&[Action::GoTo(Pane::Log)], "events"),
    (&[Action::Open], "open"),
    (&[Action::Sort], "order"),
    (&[Action::Filter], "find"),
    (&[Action::Add], "watch more"),
    (&[Action::Remove], "remove"),
];

/// The same of the people.
const FOOTER_OF_OCCUPANTS: &[FooterOffer] = &[
    (&[Action::GoTo(Pane::Channels)], "channels"),
    (&[Action::GoTo(Pane::Log)], "events"),
    (&[Action::Open], "detail"),
    (&[Action::WhereNow], "where now"),
    (&[Action::Watch], "tell me"),
    (&[Action::CopyId], "copy id"),
    (&[Action::Filter], "find"),
    (&[Action::Sort], "order"),
    (&[Action::Columns], "columns"),
];

/// The same of the log.
const FOOTER_OF_LOG: &[FooterOffer] = &[
    (&[Action::GoTo(Pane::Channels)], "channels"),
    (&[Action::GoTo(Pane::Occupants)], "people"),
    (&[Action::Kinds], "kinds"),
    (&[Action::LogOfChannel], "this channel"),
    (&[Action::Open], "open"),
    (&[Action::Filter], "find"),
    (&[Action::CopyId], "copy id"),
];

/// The same behind those of each pane: first what is harmless, last what others notice.
const FOOTER: &[FooterOffer] = &[
    (&[Action::PreviousChannel, Action::NextChannel], "channel"),
    (&[Action::Zoom], "zoom"),
    (&[Action::Pause], "hold"),
    (&[Action::Watchlist], "watch list"),
    (&[Action::Resync], "resync"),
    (&[Action::Scenes], "scenes"),
    (&[Action::Direct(Direction::Slower), Action::Direct(Direction::Faster)], "speed"),
    (&[Action::Direct(Direction::Outage)], "outage"),
    (&[Action::Palette], "all"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
    (&[Action::Heartbeat], "be here"),
    (&[Action::Leave], "leave"),
    (&[Action::EditState], "state"),
];

/// The same while the past is shown.
const FOOTER_OF_PAST: &[FooterOffer] = &[
    (&[Action::EventBack, Action::EventForward], "event"),
    (&[Action::MinuteBack, Action::MinuteForward], "minute"),
    (&[Action::GoToTime], "time"),
    (&[Action::Pause], "play"),
    (&[Action::Bottom], "now"),
    (&[Action::ShorterSpan, Action::LongerSpan], "speed"),
    (&[Action::NextPane], "pane"),
    (&[Action::Zoom], "zoom"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
];

/// What others notice: not offered where the keyset is only read.
const ACTING: [Action; 3] = [Action::Heartbeat, Action::Leave, Action::EditState];

/// The same while an occupant or an entry lies over the panes.
const FOOTER_OF_ONE: &[FooterOffer] = &[
    (&[Action::Up, Action::Down], "move"),
    (&[Action::CopyId], "copy id"),
    (&[Action::CopyJson], "copy JSON"),
    (&[Action::WhereNow], "where now"),
    (&[Action::Close], "close"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
];

/// The same while the evidence of an incident does.
const FOOTER_OF_INCIDENT: &[(&[Action], &str)] = &[
    (&[Action::Up, Action::Down], "move"),
    (&[Action::PreviousChannel, Action::NextChannel], "earlier, later"),
    (&[Action::CopyReport], "copy the report"),
    (&[Action::Close], "close"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
];

/// The same while it is shown how to join in.
const FOOTER_OF_JOIN_IN: &[FooterOffer] =
    &[(&[Action::CopyId], "copy the line"), (&[Action::Close], "close"), (&[Action::Quit], "quit")];

/// The same while a list does.
const FOOTER_OF_LIST: &[FooterOffer] = &[
    (&[Action::Up, Action::Down], "move"),
    (&[Action::Close], "close"),
    (&[Action::Help], "help"),
    (&[Action::Quit], "quit"),
];

/// What the footer offers while keys are text: these can't be changed.
fn list_typing_offers(open: &Dialog) -> &'static [(&'static str, &'static str)] {
    match open {
        Dialog::Editor(_) => &[("Ctrl-S", "send"), ("Esc", "close")],
        Dialog::Help(page) if page.searching => &[("a…z", "search"), ("↑↓", "move"), ("Esc", "close")],
        Dialog::Help(_) => &[("m", "manual"), ("/", "search"), ("↑↓", "move"), ("q Esc", "close")],
        Dialog::Manual(reader) if reader.open.is_some() => &[("/", "search"), ("↑↓", "move"), ("Esc", "back")],
        Dialog::Manual(_) => &[("a…z", "search"), ("↑↓", "move"), ("Enter", "open"), ("Esc", "back")],
        Dialog::Prompt(_) => &[("Tab", "complete"), ("Enter", "apply"), ("Esc", "close")],
        Dialog::Kinds(_) => &[("a…z", "search"), ("↑↓", "move"), ("Enter", "show or hide"), ("Esc", "close")],
        _ => &[("a…z", "search"), ("↑↓", "move"), ("Enter", "choose"), ("Esc", "close")],
    }
}

/// Which key means what, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    bound: Vec<(Action, Vec<Key>)>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { bound: STANDARD.iter().map(|(action, keys)| (*action, keys.to_vec())).collect() }
    }
}

impl Keys {
    /// The standard table with changes: the name of an action and all the keys that it is to have, none
    /// to take them away. A key given to one action must not be left to another, and something has to
    /// quit.
    ///
    /// # Errors
    /// A sentence for each mistake, with the place in `changes` of the change that it is about.
    pub fn with<'a>(changes: impl IntoIterator<Item = (&'a str, &'a [String])>) -> Result<Self, Vec<(usize, String)>> {
        let mut table = Self::default();
        let mut mistakes = Vec::new();
        let mut changed = BTreeMap::new();
        for (place, (name, keys)) in changes.into_iter().enumerate() {
            let Some(action) = Action::by_name(name) else {
                mistakes.push((place, reject_unknown(name)));
                continue;
            };
            let mut read = Vec::new();
            for key in keys {
                match key.parse() {
                    Ok(key) => read.push(key),
                    Err(sentence) => mistakes.push((place, sentence)),
                }
            }
            changed.insert(action.info().name, place);
            if let Some((_, keys)) = table.bound.iter_mut().find(|(bound, _)| *bound == action) {
                *keys = read;
            }
        }
        let mut owners: Vec<(Key, &str)> = Vec::new();
        for (action, keys) in &table.bound {
            let name = action.info().name;
            for key in keys {
                let Some((_, other)) = owners.iter().find(|(taken, _)| taken == key) else {
                    owners.push((*key, name));
                    continue;
                };
                // It is said at the later of the changes that led to it; without changes there is none.
                let place = changed.get(name).max(changed.get(other)).copied().unwrap_or_default();
                mistakes.push((
                    place,
                    format!("the key {key} would mean both `{other}` and `{name}`; give one of them another key"),
                ));
            }
        }
        if table.of(Action::Quit).is_empty() {
            let place = changed.get("quit").copied().unwrap_or_default();
            mistakes.push((place, "nothing would quit any more; give `quit` a key".to_owned()));
        }
        mistakes.sort();
        if mistakes.is_empty() { Ok(table) } else { Err(mistakes) }
    }

    /// The keys that mean this.
    pub fn of(&self, action: Action) -> &[Key] {
        self.bound.iter().find(|(bound, _)| *bound == action).map_or(&[], |(_, keys)| keys)
    }

    /// The keys that mean this, as written in the help; empty if there are none.
    pub fn names(&self, action: Action) -> String {
        self.of(action).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// What a key means where nothing is being typed.
    pub fn find_action(&self, key: Key) -> Option<Action> {
        self.bound.iter().find(|(_, keys)| keys.contains(&key)).map(|(action, _)| *action)
    }

    /// What a key means to this screen: text, where it is being typed, or an action.
    pub fn translate(&self, screen: &Screen<'_>, key: Key) -> Option<UiEvent> {
        let action = self.find_action(key);
        let is_for_all = |action| matches!(action, Action::Redraw | Action::Suspend) || screen.ui.repeats(action);
        if screen.ui.is_typing() && !action.is_some_and(is_for_all) {
            return translate_typing(key).map(UiEvent::Type);
        }
        action.map(UiEvent::Act)
    }

    /// What is done in a pane, beside going to another one.
    pub fn list_keys_of_pane(&self, pane: Pane) -> impl Iterator<Item = Action> + use<> {
        let offers = match pane {
            Pane::Channels => FOOTER_OF_CHANNELS,
            Pane::Occupants => FOOTER_OF_OCCUPANTS,
            Pane::Log => FOOTER_OF_LOG,
        };
        let actions = offers.iter().flat_map(|(actions, _)| actions.iter().copied());
        actions.filter(|action| !matches!(action, Action::GoTo(_)))
    }

    /// What the footer offers, as far as it means something to this screen: actions, keys and a word.
    pub fn list_offers(&self, screen: &Screen<'_>) -> Vec<(&'static [Action], String, &'static str)> {
        let (first, rest): (&[FooterOffer], &[FooterOffer]) = match (&screen.ui.dialog, screen.ui.focus.pane) {
            (None, _) if screen.is_past() => (FOOTER_OF_PAST, &[]),
            (None, Pane::Channels) => (FOOTER_OF_CHANNELS, FOOTER),
            (None, Pane::Occupants) => (FOOTER_OF_OCCUPANTS, FOOTER),
            (None, Pane::Log) => (FOOTER_OF_LOG, FOOTER),
            (Some(Dialog::Detail(_) | Dialog::Entry(_)), _) => (FOOTER_OF_ONE, &[]),
            (Some(Dialog::Doctor(_) | Dialog::WatchList(_)), _) => (FOOTER_OF_LIST, &[]),
            (Some(Dialog::JoinIn), _) => (FOOTER_OF_JOIN_IN, &[]),
            (Some(Dialog::Incident { .. }), _) => (FOOTER_OF_INCIDENT, &[]),
            (Some(open), _) => {
                let offered = list_typing_offers(open).iter();
                return offered.map(|(keys, word)| (&[][..], (*keys).to_owned(), *word)).collect();
            }
        };
        let is_refused =
            |action: &Action| screen.refuses(*action) || screen.world.session.read_only && ACTING.contains(action);
        let is_of_entry = |action: &Action| match &screen.ui.dialog {
            Some(Dialog::Entry(viewer)) => viewer.offers(*action),
            _ => true,
        };
        let means_something =
            |action: &Action| screen.offers(*action) && !is_refused(action) && !screen.lacks_channel_for(*action);
        let offered = first.iter().chain(rest);
        let offered =
            offered.filter(|(actions, _)| actions.iter().all(|action| means_something(action) && is_of_entry(action)));
        let named = offered.filter_map(|(actions, word)| {
            let keys: String = actions.iter().filter_map(|a| self.of(*a).first()).map(ToString::to_string).collect();
            (!keys.is_empty()).then_some((*actions, keys, *word))
        });
        named.collect()
    }
}

/// Say that there is no such action, and which one is meant.
fn reject_unknown(name: &str) -> String {
    let near = ACTIONS.iter().map(|meaning| meaning.name).max_by(|a, b| {
        let near = |known: &str| strsim::jaro_winkler(known, name);
        near(a).total_cmp(&near(b))
    });
    let near = near.map_or(String::new(), |near| format!("; is it `{near}`?"));
    format!("`{}` is no action{near}", sanitize(name))
}

/// What a key means to a text. These are as everywhere, and not to be changed.
fn translate_typing(key: Key) -> Option<EditKey> {
    Some(match key {
        Key::Char(c) => EditKey::Char(c),
        Key::Backspace | Key::Ctrl('h') => EditKey::Backspace,
        Key::Delete | Key::Ctrl('d') => EditKey::Delete,
        Key::Ctrl('w') => EditKey::DeleteWord,
        Key::Ctrl('u') => EditKey::Clear,
        Key::Ctrl('k') => EditKey::DeleteRest,
        Key::Left | Key::Ctrl('b') => EditKey::Left,
        Key::Right | Key::Ctrl('f') => EditKey::Right,
        Key::Home | Key::Ctrl('a') => EditKey::Home,
        Key::End | Key::Ctrl('e') => EditKey::End,
        Key::Up | Key::Ctrl('p') => EditKey::Up,
        Key::Down | Key::Ctrl('n') => EditKey::Down,
        Key::PageUp => EditKey::PageUp,
        Key::PageDown => EditKey::PageDown,
        Key::Tab => EditKey::Tab,
        Key::Enter | Key::Ctrl('j') => EditKey::Enter,
        Key::Ctrl('s') => EditKey::Submit,
        Key::Esc | Key::Ctrl('c' | 'g') => EditKey::Cancel,
        Key::BackTab | Key::Ctrl(_) | Key::F(_) => return None,
    })
}

#[cfg(test)]
mod tests;
