//! Recordings of what the dashboard shows: begun and ended by a person, and from one keyset to the other.

use crate::{
    engine::Engine,
    presence::sanitize,
    recorder::{Recording, RecordingNews},
    ui::{RecordingSign, Tone, Ui},
};

/// What the screen says of recordings.
pub fn read_sign(recording: Option<&Recording>) -> RecordingSign {
    let Some(recording) = recording else { return RecordingSign::Impossible };
    match recording.read_status() {
        None => RecordingSign::Ready,
        Some(status) => RecordingSign::Writing { lost: status.lost, is_troubled: status.trouble.is_some() },
    }
}

/// Wait for what a person should know of the recording; for ever, if there is none.
pub async fn wait_for_recording(recording: &mut Option<Recording>) -> (Tone, String) {
    match recording {
        Some(recording) => tell_news(&recording.wait_for_news().await),
        None => std::future::pending().await,
    }
}

fn tell_news(news: &RecordingNews) -> (Tone, String) {
    (if news.is_good { Tone::Good } else { Tone::Bad }, format!("the recording {}", news.sentence))
}

/// Begin a recording, or say why not.
pub(super) fn begin_recording(engine: &mut Engine<Ui>, recording: &mut Option<Recording>, name: &str) {
    if !recording.as_mut().is_some_and(|recording| recording.begin_file(name.into(), false)) {
        let text = format!("nothing was recorded to {}: the disk is too slow; try again", sanitize(name));
        engine.say(Tone::Bad, &text);
    }
}

/// End the recording, or say why not.
pub(super) fn end_recording(engine: &mut Engine<Ui>, recording: &mut Option<Recording>) {
    let now = engine.now();
    let world = &engine.watcher.world;
    if !recording.as_mut().is_some_and(|recording| recording.end_file(world, now)) {
        engine.say(Tone::Bad, "the recording goes on: the disk is too slow; try again");
    }
}

/// Record the world of another keyset, which has taken in nothing yet. Returns what was recorded before, if anything was.
pub(super) fn record_next(engine: &mut Engine<Ui>, recording: &mut Option<Recording>) -> Option<Recording> {
    match recording.as_mut()?.go_over(&engine.watcher.world) {
        Ok((before, keeper)) => {
            engine.watcher.keeper = Some(Box::new(keeper));
            Some(before)
        }
        Err(_) => recording.take(),
    }
}

/// Wait until all of the world before is written, and say what became of its file, if it had one.
pub(super) async fn end_before(before: Option<Recording>) -> Option<String> {
    let before = before?;
    before.path()?;
    // A slow disk is waited for, but not by the screen.
    let status = tokio::task::spawn_blocking(move || before.finish()).await.ok()?;
    let lost = if status.lost > 0 { format!(" ({} inputs are missing)", status.lost) } else { String::new() };
    Some(format!("the recording of the first one has ended{lost}, and one of this keyset has begun"))
}
