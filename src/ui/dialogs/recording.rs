//! Begins and ends a recording, as a person wants it.

use super::{Dialog, Prompt, Question};
use crate::{
    presence::{Moment, sanitize},
    ui::{Action, Effect, RecordingSign, Tone, Ui},
};

/// The endings that say how a recording is written.
pub(in crate::ui) const RECORDING_ENDINGS: [&str; 2] = [".jsonl.gz", ".jsonl"];

/// End the recording, or ask for the name of the file of one.
pub(in crate::ui) fn toggle_recording(ui: &mut Ui, now: Moment) {
    match ui.recording {
        RecordingSign::Impossible => {
            ui.say(Tone::Bad, "nothing can be recorded here: this is a recording", now);
            ui.refuse_text_for(Action::Record);
        }
        RecordingSign::Writing { .. } => ui.effects.push(Effect::EndRecording),
        RecordingSign::Ready => {
            let name = suggest_recording_name(now);
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::Record, &name)));
        }
    }
}

/// Begin a recording into this file, or return what is wrong with the name.
pub(in crate::ui) fn record_into(ui: &mut Ui, name: &str, now: Moment) -> Result<(), String> {
    if !RECORDING_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return Err("the name must end in .jsonl.gz or .jsonl".to_owned());
    }
    match ui.recording {
        RecordingSign::Impossible => return Err("nothing can be recorded here: this is a recording".to_owned()),
        RecordingSign::Writing { .. } => return Err("a recording is being written: end it first".to_owned()),
        RecordingSign::Ready => {}
    }
    ui.say(Tone::Busy, format!("recording to {} …", sanitize(name)), now);
    ui.effects.push(Effect::Record(name.to_owned()));
    Ok(())
}

/// `herenow-20261129T120428Z.jsonl.gz`.
pub(in crate::ui) fn suggest_recording_name(now: Moment) -> String {
    let seconds = i64::try_from(now.seconds()).unwrap_or_default();
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    format!("herenow-{time}.jsonl.gz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_what_it_is_and_only_one_is_written() {
        let (mut ui, now) = (Ui { recording: RecordingSign::Ready, ..Ui::default() }, Moment::from_micros(0));
        toggle_recording(&mut ui, now);
        assert!(matches!(&ui.dialog, Some(Dialog::Prompt(prompt))
            if prompt.field.text() == "herenow-19700101T000000Z.jsonl.gz"));
        assert!(record_into(&mut ui, "run.csv", now).unwrap_err().contains(".jsonl.gz"));
        record_into(&mut ui, "run.jsonl", now).unwrap();
        assert_eq!(ui.effects, [Effect::Record("run.jsonl".to_owned())]);
        ui.recording = RecordingSign::Writing { lost: 0, is_troubled: false };
        assert!(record_into(&mut ui, "again.jsonl", now).is_err());
        toggle_recording(&mut ui, now);
        assert_eq!(ui.effects.last(), Some(&Effect::EndRecording));
    }
}
