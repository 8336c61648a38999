//! From the bytes of a keyboard to what they mean. Pure: it is told when nothing came for a while.
//!
//! ```text
//!           bytes            ESC [ 200 ~            silence
//!   keys ---------> keys    ------------> paste ---------------> stalled paste
//!    ^                                      | ^                    | |
//!    +------------- ESC [ 201 ~ ------------+ +--- several keys ---+ |
//!    +----------------------------- one key -------------------------+
//! ```

use std::{collections::VecDeque, mem::take};

use super::{TerminalEvent, csi};
use crate::{keys::Key, terminal::background::read_background};

/// A pasted text is cut after so many bytes: no field takes more.
const MOST_PASTED: usize = 64 << 10;

/// A sequence has at most so many bytes; what is longer is none.
const LONGEST: usize = 64;

/// What a terminal answers has at most so many.
const LONGEST_STRING: usize = 4096;

const PASTE_END: &[u8] = b"\x1b[201~";

/// Reads bytes as they come.
#[derive(Debug, Default)]
pub(super) struct InputParser {
    /// The beginning of what is not all there yet.
    held: Vec<u8>,
    paste: Option<Paste>,
}

#[derive(Debug, Default)]
struct Paste {
    text: Vec<u8>,
    /// Nothing came for a while: the end of the paste may be lost, and a single key is a key.
    stalled: bool,
}

/// What the first bytes are.
enum Unit {
    /// So many bytes mean this, or nothing.
    Event(Option<TerminalEvent>, usize),
    /// So many bytes begin a paste.
    PasteBegin(usize),
    /// More has to come.
    Unfinished,
}

impl InputParser {
    /// Take in what came at once; `more` is on its way for certain. Returns whether anything of it, or of what was held, is all there.
    pub fn take_bytes(&mut self, bytes: &[u8], more: bool, events: &mut VecDeque<TerminalEvent>) -> bool {
        if self.held.is_empty()
            && self.paste.as_ref().is_some_and(|paste| paste.stalled)
            && let Unit::Event(event, length) = read_unit(bytes, more)
            && length == bytes.len()
        {
            self.paste = None;
            events.extend(event);
            return true;
        }
        let all = if self.held.is_empty() { bytes.to_vec() } else { [&take(&mut self.held)[..], bytes].concat() };
        let mut rest = &all[..];
        while !rest.is_empty() {
            if let Some(paste) = &mut self.paste {
                paste.stalled = false;
                let (length, is_end) = find_paste_end(rest);
                paste.add(&rest[..length]);
                rest = &rest[length..];
                if !is_end {
                    break;
                }
                rest = &rest[PASTE_END.len()..];
                events.push_back(paste.take_event());
                self.paste = None;
                continue;
            }
            match read_unit(rest, more) {
                Unit::Event(event, length) => {
                    events.extend(event);
                    rest = &rest[length..];
                }
                Unit::PasteBegin(length) => {
                    self.paste = Some(Paste::default());
                    rest = &rest[length..];
                }
                Unit::Unfinished => break,
            }
        }
        self.held = rest.to_vec();
        rest.len() < all.len()
    }

    /// Whether something waits for what comes next.
    pub fn is_unfinished(&self) -> bool {
        !self.held.is_empty() || self.paste.as_ref().is_some_and(|paste| !paste.stalled)
    }

    /// Nothing came for a while: what is not finished by now is given up. Of a paste, what is there counts.
    pub fn give_up(&mut self, events: &mut VecDeque<TerminalEvent>) {
        let held = take(&mut self.held);
        if let Some(paste) = &mut self.paste {
            paste.add(&held);
            paste.stalled = true;
            if !paste.text.is_empty() {
                events.push_back(paste.take_event());
            }
        }
    }
}

impl Paste {
    fn add(&mut self, bytes: &[u8]) {
        let room = MOST_PASTED - self.text.len();
        self.text.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn take_event(&mut self) -> TerminalEvent {
        TerminalEvent::Paste(String::from_utf8_lossy(&take(&mut self.text)).into_owned())
    }
}

/// How many bytes belong to the paste for certain, and whether its end comes after them.
fn find_paste_end(bytes: &[u8]) -> (usize, bool) {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == 0x1b).map(|at| from + at) {
        let rest = &bytes[at..];
        if rest.starts_with(PASTE_END) {
            return (at, true);
        }
        if PASTE_END.starts_with(rest) {
            return (at, false);
        }
        from = at + 1;
    }
    (bytes.len(), false)
}

fn read_unit(bytes: &[u8], more: bool) -> Unit {
    match bytes {
        [] => Unit::Unfinished,
        [0x1b] if more => Unit::Unfinished,
        [0x1b] | [0x1b, 0x1b, ..] => make_key(Key::Esc, 1),
        [0x1b, b'[', rest @ ..] => read_csi(rest),
        [0x1b, b'O', rest @ ..] => read_ss3(rest),
        [0x1b, kind @ (b']' | b'P' | b'_' | b'^' | b'X'), rest @ ..] => read_string(*kind, rest),
        // A key with Alt means nothing here.
        [0x1b, rest @ ..] => match read_unit(rest, more) {
            Unit::Event(_, length) => Unit::Event(None, 1 + length),
            other => other,
        },
        [byte, ..] if *byte < 0x80 => make_key(csi::read_ascii(*byte), 1),
        _ => read_letter(bytes),
    }
}

fn make_key(key: Key, length: usize) -> Unit {
    Unit::Event(Some(TerminalEvent::Key(key)), length)
}

/// A letter that ASCII lacks. What is none is passed over.
fn read_letter(bytes: &[u8]) -> Unit {
    let first = &bytes[..bytes.len().min(4)];
    let (letter, length) = match std::str::from_utf8(first) {
        Ok(text) => (text.chars().next(), text.chars().next().map_or(1, char::len_utf8)),
        Err(error) if error.valid_up_to() > 0 => {
            let text = std::str::from_utf8(&first[..error.valid_up_to()]).unwrap_or_default();
            (text.chars().next(), text.chars().next().map_or(1, char::len_utf8))
        }
        Err(error) => match error.error_len() {
            Some(length) => (None, length),
            None => return Unit::Unfinished,
        },
    };
    let letter = letter.filter(|letter| !letter.is_control());
    Unit::Event(letter.map(|letter| TerminalEvent::Key(Key::Char(letter))), length)
}

/// What follows `ESC O`: one letter.
fn read_ss3(rest: &[u8]) -> Unit {
    match rest.first() {
        None => Unit::Unfinished,
        // Something else begins.
        Some(byte) if !byte.is_ascii_graphic() => Unit::Event(None, 2),
        Some(byte) => Unit::Event(csi::read_letter_key(*byte).map(TerminalEvent::Key), 3),
    }
}

/// What follows `ESC [`.
fn read_csi(rest: &[u8]) -> Unit {
    match rest {
        // The console of Linux: F1 to F5.
        [b'[', byte, ..] => Unit::Event(csi::read_console_key(*byte).map(TerminalEvent::Key), 4),
        // The mouse, as terminals of old tell it.
        [b'M', button, column, row, ..] => {
            let (column, row) = (u16::from(column.saturating_sub(32)), u16::from(row.saturating_sub(32)));
            Unit::Event(csi::read_mouse(button.wrapping_sub(32), column, row, false), 6)
        }
        [] | [b'['] | [b'M', ..] => Unit::Unfinished,
        _ => {
            let length = rest.iter().take_while(|byte| (0x20..0x40).contains(*byte)).count();
            let (parameters, last) = (&rest[..length], rest.get(length));
            match last {
                None if length < LONGEST => Unit::Unfinished,
                Some(b'~') if parameters == b"200" => Unit::PasteBegin(3 + length),
                Some(last @ 0x40..=0x7e) => Unit::Event(csi::read_sequence(parameters, *last), 3 + length),
                // Not a sequence: what comes next stands for itself.
                _ => Unit::Event(None, 2 + length),
            }
        }
    }
}

/// A string, which a terminal may answer with: what it means here, if anything, to its end.
fn read_string(kind: u8, rest: &[u8]) -> Unit {
    let read = |end: usize| {
        let is_light = (kind == b']').then(|| read_background(&rest[..end])).flatten();
        is_light.map(|is_light| TerminalEvent::Background { is_light })
    };
    for (at, byte) in rest.iter().enumerate().take(LONGEST_STRING) {
        match byte {
            0x07 if kind == b']' => return Unit::Event(read(at), 3 + at),
            0x18 | 0x1a => return Unit::Event(None, 3 + at),
            0x1b => {
                return match rest.get(at + 1) {
                    None => Unit::Unfinished,
                    Some(b'\\') => Unit::Event(read(at), 4 + at),
                    // Something else begins.
                    Some(_) => Unit::Event(None, 2 + at),
                };
            }
            _ => {}
        }
    }
    if rest.len() < LONGEST_STRING { Unit::Unfinished } else { Unit::Event(None, 2 + rest.len()) }
}

#[cfg(test)]
mod tests;
