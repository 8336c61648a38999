//! Where the terminal is no stream of bytes: keys, mouse and sizes as the library tells them.

use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use futures_util::{Stream, StreamExt, stream};

use super::{Mouse, MouseAction, TerminalEvent};
use crate::{keys::Key, terminal::signals::Signals};

/// Read everything that the terminal and the system tell, until the terminal is gone.
///
/// # Errors
/// If the signals can't be listened to.
pub fn read_inputs() -> std::io::Result<impl Stream<Item = TerminalEvent> + Unpin> {
    let state = (EventStream::new(), Signals::listen()?, false);
    Ok(Box::pin(stream::unfold(state, |(mut events, mut signals, ended)| async move {
        if ended {
            return None;
        }
        let input = loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => if let Some(input) = translate(&event) { break input },
                    Some(Err(_)) | None => break TerminalEvent::End,
                },
                input = signals.next() => break input,
            }
        };
        let ended = input == TerminalEvent::End;
        Some((input, (events, signals, ended)))
    })))
}

fn translate(event: &Event) -> Option<TerminalEvent> {
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
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    if event.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
        return None;
    }
    let key = match event.code {
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
        let release = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(translate(&Event::Key(release)), None);
        assert_eq!(translate(&Event::Paste("q".into())), Some(TerminalEvent::Paste("q".into())));
    }
}
