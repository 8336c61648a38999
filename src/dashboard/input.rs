//! What comes from the terminal, taken in.

use std::time::Duration;

use super::canvas::Canvas;
use crate::{
    engine::Engine,
    keys::Key,
    presence::Moment,
    terminal::TerminalEvent,
    ui::{Action, EditKey, Tone, Ui, UiEvent},
};

/// Two Ctrl-C within this time end the program.
const INTERRUPTS: Duration = Duration::from_secs(1);

/// Take in what came from the terminal; false if it means nothing here.
pub(super) fn take_input<B>(engine: &mut Engine<Ui>, canvas: &mut Canvas<B>, event: Option<TerminalEvent>) -> bool {
    match event {
        Some(TerminalEvent::Key(Key::Ctrl('c'))) if is_second_interrupt(canvas, engine.now()) => {
            engine.take_message(UiEvent::Act(Action::Quit));
        }
        Some(TerminalEvent::Key(key)) => match canvas.look.keys.translate(&engine.screen(), key) {
            Some(msg) => engine.take_message(msg),
            None => return false,
        },
        Some(TerminalEvent::Paste(text)) if engine.watcher.listener.is_typing() => {
            engine.take_message(UiEvent::Type(EditKey::Paste(text)));
        }
        Some(TerminalEvent::Paste(_) | TerminalEvent::Attributes) => return false,
        Some(TerminalEvent::Mouse(mouse)) => {
            let Canvas { pointer, look, last, .. } = canvas;
            for msg in pointer.translate(mouse, &engine.screen(), look, engine.now(), last.area) {
                engine.take_message(msg);
            }
        }
        Some(TerminalEvent::Background { is_light }) => {
            canvas.look.adopt_background(is_light);
        }
        // Sizes may have come and gone since the last frame: what is on the screen is unknown.
        Some(TerminalEvent::Resized | TerminalEvent::Redraw) => canvas.forget_frame(),
        Some(TerminalEvent::Say(text)) => engine.say(Tone::Bad, text),
        Some(TerminalEvent::End) | None => engine.take_message(UiEvent::Act(Action::Quit)),
    }
    true
}

/// Whether Ctrl-C was pressed a moment ago already: in a box it closes the box, twice it ends the program from
/// anywhere.
fn is_second_interrupt<B>(canvas: &mut Canvas<B>, now: Moment) -> bool {
    canvas.interrupted.replace(now).is_some_and(|before| now.since(before) < INTERRUPTS)
}
