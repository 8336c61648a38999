//! Keys and the mouse, as the library tells them, in words of our own. Pure, and tested on every system.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{Mouse, MouseAction, TerminalEvent};
use crate::keys::Key;

/// What an event of the library means here, if anything.
pub(super) fn translate(event: &Event) -> Option<TerminalEvent> {
    match event {
        Event::Resize(..) => Some(TerminalEvent::Resized),
        Event::Key(key) => translate_key(key),
        Event::Paste(text) => Some(TerminalEvent::Paste(text.clone())),
        Event::Mouse(mouse) => translate_mouse(*mouse),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn translate_mouse(event: MouseEvent) -> Option<TerminalEvent> {
    let action = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Press,
        MouseEventKind::Drag(MouseButton::Left) => MouseAction::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseAction::Release,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        _ => return None,
    };
    Some(TerminalEvent::Mouse(Mouse { action, column: event.column, row: event.row }))
}

fn translate_key(event: &KeyEvent) -> Option<TerminalEvent> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    if event.modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::META) {
        return None;
    }
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let key = match event.code {
        // Both together are how Windows tells AltGr, and the character is the one that it types.
        KeyCode::Char(c) if event.modifiers.contains(KeyModifiers::ALT) && ctrl && !c.is_control() => Key::Char(c),
        _ if event.modifiers.contains(KeyModifiers::ALT) => return None,
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Esc => Key::Esc,
        KeyCode::Enter => Key::Enter,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    };
    Some(TerminalEvent::Key(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_translated_and_releases_dropped() {
        let key = |code, modifiers| translate(&Event::Key(KeyEvent::new(code, modifiers)));
        assert_eq!(key(KeyCode::Char('H'), KeyModifiers::SHIFT), Some(TerminalEvent::Key(Key::Char('H'))));
        assert_eq!(key(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(TerminalEvent::Key(Key::Ctrl('c'))));
        assert_eq!(key(KeyCode::F(5), KeyModifiers::NONE), Some(TerminalEvent::Key(Key::F(5))));
        assert_eq!(key(KeyCode::Char('q'), KeyModifiers::ALT), None);
        let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
        for letter in ['@', '€', '{', 'ą'] {
            assert_eq!(key(KeyCode::Char(letter), alt_gr), Some(TerminalEvent::Key(Key::Char(letter))));
        }
        assert_eq!(key(KeyCode::Char('\u{11}'), alt_gr), None);
        assert_eq!(key(KeyCode::Char('q'), alt_gr | KeyModifiers::SUPER), None);
        assert_eq!(key(KeyCode::Up, alt_gr), None);
        let release = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(translate(&Event::Key(release)), None);
        assert_eq!(translate(&Event::Paste("q".into())), Some(TerminalEvent::Paste("q".into())));
    }
}
