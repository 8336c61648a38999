//! What single bytes and sequences of a keyboard mean, as xterm, the console of Linux, rxvt and kitty send them.

use super::{Mouse, MouseAction, TerminalEvent};
use crate::keys::Key;

/// Bits of a modifier number, one less than what is sent.
const SHIFT: u32 = 1;
const ALT: u32 = 2;
const CTRL: u32 = 4;

/// Some terminals tell the key that types third characters as these two.
const ALT_GR: u32 = ALT | CTRL;

/// Super and Meta: keys with them mean nothing here, as with Alt alone.
const NOT_OURS: u32 = 8 | 32;

/// What kitty calls the end of a key.
const RELEASED: u32 = 3;

/// A key by its ASCII byte.
pub(super) fn read_ascii(byte: u8) -> Key {
    match byte {
        b'\r' => Key::Enter,
        b'\t' => Key::Tab,
        0x7f => Key::Backspace,
        0x1b => Key::Esc,
        0 => Key::Ctrl(' '),
        0x01..=0x1a => Key::Ctrl(char::from(byte - 1 + b'a')),
        0x1c..=0x1f => Key::Ctrl(char::from(byte - 0x1c + b'4')),
        _ => Key::Char(char::from(byte)),
    }
}

/// A key by its last letter.
pub(super) fn read_letter_key(letter: u8) -> Option<Key> {
    Some(match letter {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        b'P'..=b'S' => Key::F(1 + letter - b'P'),
        _ => return None,
    })
}

/// A function key of the console of Linux.
pub(super) fn read_console_key(letter: u8) -> Option<Key> {
    (b'A'..=b'E').contains(&letter).then(|| Key::F(1 + letter - b'A'))
}

/// What `ESC [ parameters last` means.
pub(super) fn read_sequence(parameters: &[u8], last: u8) -> Option<TerminalEvent> {
    let text = std::str::from_utf8(parameters).ok()?;
    if let Some(mouse) = text.strip_prefix('<') {
        return read_sgr_mouse(mouse, last);
    }
    if text.starts_with('?') && last == b'c' {
        return Some(TerminalEvent::Attributes);
    }
    let fields: Vec<&str> = text.split(';').collect();
    let modifiers = match (fields.as_slice(), last) {
        ([_, modifiers, ..], _) => read_modifiers(modifiers)?,
        // Some terminals leave the first number out.
        ([modifiers], b'A'..=b'H') if !modifiers.is_empty() => read_modifiers(modifiers)?,
        _ => 0,
    };
    let key = match last {
        b'M' => {
            let [button, column, row] = read_numbers(text)?;
            return read_mouse(u8::try_from(button).ok()?.checked_sub(32)?, column, row, false);
        }
        b'Z' => Key::BackTab,
        b'~' => read_numbered_key(fields[0].parse().ok()?)?,
        b'u' => read_kitty_key(fields[0], modifiers)?,
        // It is more often where the cursor is than F3.
        b'R' => return None,
        _ => read_letter_key(last)?,
    };
    Some(TerminalEvent::Key(match key {
        Key::Char(letter) if modifiers & ALT_GR == ALT_GR => Key::Char(letter),
        _ if modifiers & ALT != 0 => return None,
        Key::Char(letter) if modifiers & CTRL != 0 => Key::Ctrl(letter.to_ascii_lowercase()),
        key => key,
    }))
}

/// The modifiers of a key that goes down; `None` if it goes up, or means nothing here.
fn read_modifiers(field: &str) -> Option<u32> {
    let mut parts = field.split(':');
    let modifiers = parts.next()?.parse::<u32>().unwrap_or(1).saturating_sub(1);
    let is_release = parts.next().and_then(|kind| kind.parse().ok()) == Some(RELEASED);
    (!is_release && modifiers & NOT_OURS == 0).then_some(modifiers)
}

fn read_numbered_key(number: u8) -> Option<Key> {
    Some(match number {
        1 | 7 => Key::Home,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        11..=15 => Key::F(number - 10),
        17..=21 => Key::F(number - 11),
        23..=26 => Key::F(number - 12),
        28..=29 => Key::F(number - 15),
        31..=34 => Key::F(number - 17),
        _ => return None,
    })
}

/// A key of kitty's protocol: its code point, and what it is with Shift.
fn read_kitty_key(field: &str, modifiers: u32) -> Option<Key> {
    let mut codes = field.split(':').map(|code| code.parse::<u32>().ok());
    let code = codes.next()??;
    let shifted = codes.next().flatten().filter(|_| modifiers & SHIFT != 0).and_then(char::from_u32);
    let with_shift = shifted.filter(|letter| !letter.is_control()).map(Key::Char);
    Some(match code {
        13 | 57_414 => Key::Enter,
        57_399..=57_408 => Key::Char(char::from(b'0' + u8::try_from(code - 57_399).ok()?)),
        57_409..=57_413 => Key::Char(char::from(b"./*-+"[usize::try_from(code - 57_409).ok()?])),
        57_415 => Key::Char('='),
        57_416 => Key::Char(','),
        57_417 => Key::Left,
        57_418 => Key::Right,
        57_419 => Key::Up,
        57_420 => Key::Down,
        57_421 => Key::PageUp,
        57_422 => Key::PageDown,
        57_423 => Key::Home,
        57_424 => Key::End,
        57_426 => Key::Delete,
        57_376..=57_398 => Key::F(u8::try_from(13 + code - 57_376).ok()?),
        // Keys that herenow does not know.
        57_344..=63_743 => return None,
        27 => Key::Esc,
        127 => Key::Backspace,
        9 if modifiers & SHIFT != 0 => Key::BackTab,
        9 => Key::Tab,
        _ => with_shift.or(char::from_u32(code).filter(|letter| !letter.is_control()).map(Key::Char))?,
    })
}

fn read_numbers<const N: usize>(text: &str) -> Option<[u16; N]> {
    let numbers: Option<Vec<u16>> = text.trim_end_matches(';').split(';').map(|number| number.parse().ok()).collect();
    numbers?.try_into().ok()
}

fn read_sgr_mouse(text: &str, last: u8) -> Option<TerminalEvent> {
    let [button, column, row] = read_numbers(text)?;
    match last {
        b'M' | b'm' => read_mouse(u8::try_from(button).ok()?, column, row, last == b'm'),
        _ => None,
    }
}

/// A button and where it is, from 1.
pub(super) fn read_mouse(button: u8, column: u16, row: u16, released: bool) -> Option<TerminalEvent> {
    let is_drag = button & 32 != 0;
    let action = match ((button & 3) | ((button & 0b1100_0000) >> 4), is_drag) {
        (0, false) if released => MouseAction::Release,
        (0, false) => MouseAction::Press,
        (0, true) => MouseAction::Drag,
        // Terminals of old don't say which one goes up.
        (3, false) => MouseAction::Release,
        (4, false) => MouseAction::WheelUp,
        (5, false) => MouseAction::WheelDown,
        _ => return None,
    };
    Some(TerminalEvent::Mouse(Mouse { action, column: column.saturating_sub(1), row: row.saturating_sub(1) }))
}
