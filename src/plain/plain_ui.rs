//! What is told when: answers at once, and what happens in blocks.

use std::{sync::Arc, time::Duration};

use super::{
    certainty::ToldCertainty,
    command,
    gathered::Gathered,
    sentence::{show_answer, show_line},
    verdict::ToldVerdict,
};
use crate::{
    alerts::{Alert, AlertKind},
    incident::OverallVerdict,
    presence::Moment,
    ui::{Effect, RecordingSign, Tone, Ui, status_message},
    world::{ChannelId, Entry, EntryKind, Listener, Order, Touched, World},
};

/// What happens is told at most so often.
const BLOCK: Duration = Duration::from_secs(2);

/// A [`Ui`] that is told in sentences.
#[derive(Debug, Default)]
pub struct PlainUi {
    ui: Ui,
    gathered: Gathered,
    verdict: ToldVerdict,
    certainty: ToldCertainty,
    answers: Vec<String>,
    alerts: Vec<Alert>,
    /// Incidents that were found since the last block.
    unusual: Vec<Alert>,
    /// What is for the program to carry out.
    effects: Vec<Effect>,
    /// When a block was last told, or could have been.
    told: Option<Moment>,
    /// A person asked not to be told what happens.
    held: bool,
}

impl Listener for PlainUi {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.ui.take_entry(world, entry);
        let filter = self.ui.log.view().filter();
        let kind = entry.body.kind();
        let is_here = filter.channel.is_none() || entry.channel.is_none() || filter.channel == entry.channel;
        // The verdict tells of the link, and an answer of what was asked for.
        if is_here && filter.shows_kind(kind) && kind != EntryKind::Link && status_message(entry).is_none() {
            self.gathered.take_entry(entry);
        }
        self.take_status(false);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.ui.take_change(world, channel, touched);
        self.take_effects();
    }
}

impl PlainUi {
    /// Tell what this ui shows.
    pub fn new(ui: Ui) -> Self {
        Self { ui, ..Self::default() }
    }

    /// The ui.
    pub const fn ui(&self) -> &Ui {
        &self.ui
    }

    /// Do what a line asks for. Returns the orders for the world; the answer is among the lines to be told.
    pub fn take_line(&mut self, world: &World, line: &str, now: Moment) -> Vec<Order> {
        if line.trim() == "pause" {
            self.held = !self.held;
            let said = if self.held { "Paused: nothing is told until you say pause again." } else { "Going on." };
            self.answers.push(said.to_owned());
            return Vec::new();
        }
        let (orders, mut answers) = command::perform_line(&mut self.ui, world, line, now);
        if self.ui.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))) {
            // It is told, not copied.
            self.ui.status = None;
        }
        self.take_status(true);
        self.answers.append(&mut answers);
        self.take_effects();
        orders
    }

    /// Do what is due. `free`: nothing else is waiting.
    pub fn do_due(&mut self, world: &World, free: bool, now: Moment) {
        self.ui.do_due(world, free, now);
        self.take_effects();
    }

    /// The alerts since the last time, to be delivered in other ways as well.
    pub fn take_alerts(&mut self) -> Vec<Alert> {
        std::mem::take(&mut self.alerts)
    }

    /// What is to be done about recordings since the last time.
    pub fn take_recording_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Know whether a recording is written.
    pub const fn know_recording(&mut self, sign: RecordingSign) {
        self.ui.recording = sign;
    }

    /// Tell what is not of the world.
    pub fn say(&mut self, text: &str) {
        self.answers.push(show_answer(text));
    }

    /// When there may be something to tell that nothing new leads to.
    pub fn next_due(&self) -> Option<Moment> {
        self.told.map(|told| told.plus(BLOCK)).filter(|_| !self.held)
    }

    /// The lines to be told now, each safe to show.
    pub fn take_lines(&mut self, world: &World, now: Moment) -> Vec<String> {
        let mut lines = std::mem::take(&mut self.answers);
        if self.held || self.told.is_some_and(|told| now < told.plus(BLOCK)) {
            return lines;
        }
        self.told = Some(now);
        lines.extend(self.verdict.find_change(&self.ui.incidents, world, now));
        lines.extend(self.take_unusual(world, now));
        lines.extend(self.certainty.find_changes(world, now));
        lines.append(&mut self.gathered.take_sentences());
        lines
    }

    /// All that was not told so far, at the end.
    pub fn take_rest(&mut self, world: &World, now: Moment) -> Vec<String> {
        let mut lines = std::mem::take(&mut self.answers);
        lines.extend(self.take_unusual(world, now));
        lines.append(&mut self.gathered.take_sentences());
        lines
    }

    /// What the ui says to the person is an answer. What it tells of alerts is told with what happens.
    fn take_status(&mut self, asked: bool) {
        if let Some(status) = self.ui.status.take().filter(|status| asked || status.tone != Tone::News) {
            self.answers.push(show_answer(&status.text));
        }
    }

    /// The incidents since the last block in sentences, but for the one that the verdict tells.
    fn take_unusual(&mut self, world: &World, now: Moment) -> Vec<String> {
        let mut unusual = std::mem::take(&mut self.unusual);
        if let OverallVerdict::Incident(told) = self.ui.incidents.verdict(world, now) {
            unusual.retain(|alert| alert.kind != AlertKind::Unusual(told.sentence()));
        }
        unusual.iter().map(|alert| format!("Unusual: {}", show_answer(&alert.to_string()))).collect()
    }

    /// Carry out what the ui wants, as far as lines can.
    fn take_effects(&mut self) {
        for effect in std::mem::take(&mut self.ui.effects) {
            match effect {
                Effect::Tell(alert) => {
                    match alert.kind {
                        AlertKind::Unusual(_) => self.unusual.push(alert.clone()),
                        _ => self.gathered.say(&format!("Alarm: {}", show_answer(&alert.to_string()))),
                    }
                    self.alerts.push(alert);
                }
                // One block, so that it can be pasted as it is.
                Effect::Copy(text) => {
                    self.answers
                        .push(format!("As text:\n{}", text.lines().map(show_line).collect::<Vec<_>>().join("\n")));
                }
                Effect::Record(_) | Effect::EndRecording => self.effects.push(effect),
                _ => {}
            }
        }
        self.take_status(false);
    }
}
