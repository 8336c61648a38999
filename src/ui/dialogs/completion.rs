//! How what is typed into a prompt could go on: channels, users and fields that are known, endings of files.

use super::{Prompt, Question, prompt::last_word, recording::RECORDING_ENDINGS};
use crate::ui::Screen;

/// Names that are offered at the most.
const OFFERED: usize = 20;

/// Users that are looked at: it is done for each frame.
const LOOKED_AT: usize = 2_000;

/// Whether a name is one word of a filter as it stands.
fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._:-/*".contains(c))
}

/// The name of a file with each of the other endings that say how it is written.
fn complete_ending(name: &str, endings: &[&str]) -> Vec<String> {
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    endings.iter().map(|ending| format!("{stem}{ending}")).filter(|other| other != name).collect()
}

impl Screen<'_> {
    /// How the last word of a prompt could go on, each as a whole word.
    pub fn list_completions(&self, prompt: &Prompt) -> Vec<String> {
        let word = prompt.stem.as_deref().unwrap_or_else(|| last_word(prompt.field.text()));
        if word.is_empty() {
            return Vec::new();
        }
        let question = prompt.question;
        if matches!(question, Question::Export | Question::ExportOver) {
            return complete_ending(word, &[".csv", ".jsonl", ".md"]);
        }
        if question == Question::Record {
            return complete_ending(word, &RECORDING_ENDINGS);
        }
        let has_channels = matches!(question, Question::ChannelFilter | Question::LogFilter | Question::WatchFor);
        let has_users = matches!(question, Question::Filter | Question::LogFilter | Question::WatchFor);
        let channels = self.world.channels.iter().map(|watched| watched.channel.as_str().to_owned());
        let selected = self.selected_channel().into_iter();
        let users = selected.flat_map(|watched| watched.roster.iter().take(LOOKED_AT));
        let users = users.map(|(user, _)| user.as_str().to_owned());
        let fields = self.ui.occupants.fields.fields.iter().map(|field| format!("state.{}", field.path.as_str()));
        let fields = fields.filter(|_| question == Question::Filter);
        let names = channels.filter(|_| has_channels).chain(users.filter(|_| has_users)).chain(fields);
        let fits = |name: &String| name.starts_with(word) && name != word && is_word(name);
        names.filter(fits).take(OFFERED).collect()
    }
}
