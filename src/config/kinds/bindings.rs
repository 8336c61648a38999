//! Which keys do what, as far as the file can know: names of actions and of keys are for the table of
//! keys to judge.

use crate::{
    config::{ShownValue, Whence, read::FileTable},
    presence::sanitize,
};

/// At most so many actions have keys of their own: more than there are actions.
const MOST: usize = 200;

/// An action has at most so many keys.
const MOST_KEYS: usize = 8;

/// A name of an action or a key has at most so many characters, and none has that many: a mistake is
/// not repeated at any length.
const LONGEST: usize = 40;

/// An entry of `[keys]`: `quit = ["q", "ctrl-c"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The action's name, of at most 40 characters. Foreign text.
    pub action: String,
    /// Its keys: 1 to 8, none blank, each of at most 40 characters. Foreign text.
    pub keys: Vec<String>,
    /// Where it stands.
    pub from: Whence,
}

/// The entries, in the order of the file; no two are of one action.
pub(in crate::config) fn read_bindings(section: &FileTable<'_, '_>) -> Vec<Binding> {
    let mut all = Vec::new();
    for (action, from) in section.names() {
        if all.len() == MOST {
            section.wrong(&from, &format!("[keys] has more than {MOST} entries; leave some out"));
            break;
        }
        let keys = section.read(section.some_texts(action), |keys| {
            let long = keys.iter().chain([&action]).any(|name| name.chars().count() > LONGEST);
            if long {
                return Err(format!("a name in [keys] has more than {LONGEST} characters, which none has"));
            }
            if keys.len() > MOST_KEYS {
                return Err(format!("an action in [keys] has {} keys; it can have 1 to {MOST_KEYS}", keys.len()));
            }
            Ok(keys.into_iter().map(str::to_owned).collect())
        });
        all.extend(keys.map(|keys| Binding { action: action.to_owned(), keys: keys.value, from }));
    }
    all
}

/// The entries as `config show` tells them.
pub(in crate::config) fn show_bindings(all: &[Binding]) -> Vec<ShownValue> {
    let line = |Binding { action, keys, from }: &Binding| ShownValue {
        name: format!("keys.{}", sanitize(action)),
        value: keys.join(" "),
        from: from.clone(),
    };
    all.iter().map(line).collect()
}
