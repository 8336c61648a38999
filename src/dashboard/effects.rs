//! What the picture wants of the terminal, the disk and the process that started us.

use std::{io, path::Path};

use tokio::sync::mpsc::Sender;

use super::{
    canvas::Canvas,
    input::take_input,
    recording::{begin_recording, end_recording, read_sign},
    services::Services,
    switching::WantedKeyset,
};
use crate::{
    engine::Engine,
    files,
    output::{Export, export},
    terminal,
    ui::{Effect, Exported, Tone, Ui, UiEvent},
};

/// Where it is told how the writing of a file ended.
pub(super) type Written = Sender<(Box<Export>, Exported)>;

/// Do all that is wanted by now, and have the screen know what became of recordings.
pub(super) fn perform_effects<B>(
    engine: &mut Engine<Ui>,
    canvas: &mut Canvas<B>,
    services: &mut Services,
    written: &Written,
) {
    let mut news = Vec::new();
    for effect in std::mem::take(&mut engine.watcher.listener.effects) {
        match effect {
            Effect::Tell(one) => news.push(one),
            Effect::Mouse(on) => (services.mouse)(on),
            Effect::Theme(name) => {
                canvas.look.set_theme(name);
                if canvas.look.asks_background() {
                    // A terminal that can't be asked keeps the colours that it has.
                    let _ = (services.send)(terminal::BACKGROUND_QUESTION);
                }
            }
            Effect::Redraw => canvas.forget_frame(),
            Effect::Switch(name) => {
                let wanted = WantedKeyset { name, watching: engine.watcher.world.session.watching.clone() };
                if services.switcher.as_ref().is_none_or(|switcher| switcher.ask.try_send(wanted).is_err()) {
                    engine.take_message(UiEvent::NotSwitched("nobody is there to reach it".to_owned()));
                }
            }
            Effect::Suspend => {
                // What it returns is what the terminal has to tell after the stop.
                take_input(engine, canvas, Some((services.suspend)()));
            }
            Effect::Copy(text) => {
                if let Err(error) = (services.send)(&terminal::format_copy(&text)) {
                    let text = format!("nothing was copied: the terminal can't be written to ({error})");
                    engine.say(Tone::Bad, &text);
                }
            }
            Effect::Record(name) => begin_recording(engine, &mut services.recording, &name),
            Effect::EndRecording => end_recording(engine, &mut services.recording),
            Effect::Export(export) => start_export(export, written.clone()),
        }
    }
    services.notifier.tell(&news);
    engine.watcher.listener.recording = read_sign(services.recording.as_ref());
}

/// Write a file in the background: a slow disk must not hold the screen up.
fn start_export(export: Box<Export>, written: Written) {
    tokio::task::spawn_blocking(move || {
        let ended = write_export(&export);
        // Nobody is left to hear it once we are on the way out.
        let _ = written.blocking_send((export, ended));
    });
}

/// Write a file with what a pane shows; takes its time.
fn write_export(export: &Export) -> Exported {
    let Export { path, format, table, incidents, at, over } = export;
    let written = files::write_whole(Path::new(path), *over, |out| {
        export::write_table(table, *format, out)?;
        export::write_incidents(incidents, *format, *at, out)
    });
    match written {
        Ok(()) => Exported::Written,
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && !over => Exported::Exists,
        Err(e) => Exported::Failed(format!("can't be written ({}); name another place", e.kind())),
    }
}
