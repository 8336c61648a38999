//! What to be told of, and how.

use std::{fmt, time::Duration};

use crate::{
    child::CommandLine,
    config::{ShownValue, Sourced, Whence, read::FileTable},
};

/// At most so many things are watched for: each is held against every event.
const MOST_WATCHED: usize = 64;

/// What to watch for has at most so many characters.
const LONGEST: usize = 500;

/// A terminal's own notification, by the number of its OSC sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Osc {
    /// None is sent.
    #[default]
    None,
    /// `OSC 9`: one text.
    Nine,
    /// `OSC 777`: a title and a text.
    SevenSevenSeven,
}

impl Osc {
    /// All of them, each by its name.
    pub const ALL: &[(&str, Self)] = &[("none", Self::None), ("9", Self::Nine), ("777", Self::SevenSevenSeven)];
}

impl fmt::Display for Osc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(_, osc)| osc == self).map_or("", |(name, _)| name))
    }
}

/// What to be told of, and how. Without anything in `watch`, nothing is ever told.
#[derive(Debug, Clone, PartialEq)]
pub struct Notifications {
    /// User ids and expressions, each with its line: at most 64, of 1 to 500 characters. Whether an
    /// expression can be meant is not looked at here.
    pub watch: Vec<Sourced<String>>,
    /// Ring the terminal's bell. Default: yes.
    pub bell: Sourced<bool>,
    /// Say it in the window's title. Default: yes.
    pub title: Sourced<bool>,
    /// Ask the terminal to show it. Default: no.
    pub osc: Sourced<Osc>,
    /// What to run. Default: nothing.
    pub command: Option<Sourced<CommandLine>>,
    /// After one, the same is not told again for so long: whole seconds, 1 second to a day. Default:
    /// 30 seconds.
    pub cool_down: Sourced<Duration>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            watch: Vec::new(),
            bell: Sourced::default(true),
            title: Sourced::default(true),
            osc: Sourced::default(Osc::None),
            command: None,
            cool_down: Sourced::default(Duration::from_secs(30)),
        }
    }
}

/// What to watch for, each line with its place.
pub(in crate::config) fn read_watch(section: &FileTable<'_, '_>, key: &str) -> Vec<Sourced<String>> {
    let mut watch = Vec::new();
    for line in section.lines(key) {
        if watch.len() == MOST_WATCHED {
            section.wrong(&line.from, &format!("`{key}` has more than {MOST_WATCHED} lines; leave some out"));
            break;
        }
        watch.extend(section.read(Some(line), |text| {
            let length = text.chars().count();
            let why = || format!("a line of `{key}` has {length} characters; it can have 1 to {LONGEST}");
            (length <= LONGEST).then(|| text.to_owned()).ok_or_else(why)
        }));
    }
    watch
}

/// The lines as `config show` tells them.
pub(in crate::config) fn show_watch(all: &[Sourced<String>]) -> Vec<ShownValue> {
    let line = |value: &str, from: &Whence| ShownValue {
        name: "notifications.watch".to_owned(),
        value: value.to_owned(),
        from: from.clone(),
    };
    if all.is_empty() {
        return vec![line("none", &Whence::Default)];
    }
    all.iter().map(|watched| line(&watched.value, &watched.from)).collect()
}
