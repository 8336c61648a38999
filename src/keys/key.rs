//! A key as a person thinks of it, free of any terminal library; and how it is written.

use std::{fmt, str::FromStr};

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character, shifted as it prints.
    Char(char),
    /// A letter with Ctrl.
    Ctrl(char),
    /// A function key, from 1.
    F(u8),
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
    /// The key that rubs out what is before the cursor.
    Backspace,
    /// The key that rubs out what is under it.
    Delete,
}

/// How the named ones are written in a configuration, and shown.
const NAMED: &[(Key, &str, &str)] = &[
    (Key::Char(' '), "space", "Space"),
    (Key::Up, "up", "↑"),
    (Key::Down, "down", "↓"),
    (Key::Left, "left", "←"),
    (Key::Right, "right", "→"),
    (Key::PageUp, "page-up", "PgUp"),
    (Key::PageDown, "page-down", "PgDn"),
    (Key::Home, "home", "Home"),
    (Key::End, "end", "End"),
    (Key::Tab, "tab", "Tab"),
    (Key::BackTab, "shift-tab", "S-Tab"),
    (Key::Esc, "esc", "Esc"),
    (Key::Enter, "enter", "Enter"),
    (Key::Backspace, "backspace", "Bksp"),
    (Key::Delete, "delete", "Del"),
];

impl fmt::Display for Key {
    /// As a person reads it in the help: `H`, `Ctrl-C`, `↑`, `F5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, _, shown)) = NAMED.iter().find(|(key, ..)| key == self) {
            return f.write_str(shown);
        }
        match self {
            Self::Ctrl(c) => write!(f, "Ctrl-{}", c.to_ascii_uppercase()),
            Self::F(n) => write!(f, "F{n}"),
            Self::Char(c) => write!(f, "{c}"),
            // All the others have names.
            _ => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = String;

    /// As a person writes it in a configuration: a character as it prints (`H`, `?`), `ctrl-d`, `f5`, or
    /// one of the named ones.
    ///
    /// # Errors
    /// A sentence, if no key is called so.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut chars = text.chars();
        if let (Some(only), None) = (chars.next(), chars.next())
            && !only.is_control()
        {
            return Ok(Self::Char(only));
        }
        let lower = text.to_ascii_lowercase();
        if let Some((key, ..)) = NAMED.iter().find(|(_, name, _)| *name == lower) {
            return Ok(*key);
        }
        if let Some(number) = lower.strip_prefix('f').and_then(|number| number.parse().ok())
            && (1..=24).contains(&number)
        {
            return Ok(Self::F(number));
        }
        let letter = lower.strip_prefix("ctrl-").or_else(|| lower.strip_prefix("ctrl+"));
        if let Some(letter) = letter.filter(|letter| letter.len() == 1).and_then(|letter| letter.chars().next())
            && letter.is_ascii_lowercase()
        {
            return Ok(Self::Ctrl(letter));
        }
        let names: Vec<&str> = NAMED.iter().map(|(_, name, _)| *name).collect();
        Err(format!(
            "`{}` is no key; write a character as it prints, ctrl-a to ctrl-z, f1 to f24, or {}",
            crate::presence::sanitize(text),
            names.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_as_a_person_thinks_of_it() {
        let read = |text: &str| text.parse::<Key>();
        assert_eq!(read("H"), Ok(Key::Char('H')));
        assert_eq!(read("é"), Ok(Key::Char('é')));
        assert_eq!(read("Ctrl-D"), Ok(Key::Ctrl('d')));
        assert_eq!(read("ctrl+d"), Ok(Key::Ctrl('d')));
        assert_eq!(read("F5"), Ok(Key::F(5)));
        assert_eq!(read("f"), Ok(Key::Char('f')));
        for (key, name, _) in NAMED {
            assert_eq!(read(name), Ok(*key));
        }
        for wrong in ["", "ctrl-", "ctrl-1", "f0", "f25", "pgup\u{1b}", "\u{1b}", "hyper-x"] {
            let sentence = read(wrong).unwrap_err();
            assert!(sentence.contains("is no key") && !sentence.contains('\u{1b}'), "{sentence}");
        }
        assert_eq!(Key::Ctrl('c').to_string(), "Ctrl-C");
        assert_eq!(Key::BackTab.to_string(), "S-Tab");
    }
}
