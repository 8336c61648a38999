//! The only way to change a world.

use super::{Input, Listener, Note, World, fold, orders};
use crate::presence::{Moment, SceneStatus, Trouble};

impl World {
    /// Take an input at `at`, or now if that is past already. Everything due until then happens first, each item at
    /// its own moment; what the input makes due happens right after. Never waits, draws or reads the clock.
    pub fn step(&mut self, at: Moment, input: Input, out: &mut dyn Listener) {
        let at = at.max(self.now);
        self.do_due(at, out);
        self.now = at;
        if input == Input::Tick {
            return;
        }
        self.version += 1;
        match input {
            Input::Notice(notice) => fold::take_notice(self, notice, out),
            Input::Outcome(outcome) => fold::take_outcome(self, outcome, out),
            Input::Busy(command) => {
                self.counters.refused_busy += 1;
                self.symptoms.note_busy(at);
                let sentence = "earlier requests are still on their way; try again".to_owned();
                let trouble =
                    Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None };
                fold::take_command_end(self, command, Err(trouble), out);
            }
            Input::Scene(scene) => {
                // The next scene is on the screen anyway; one that has started belongs into the log.
                let title = scene.title();
                if self.scene.as_ref().map(SceneStatus::title).is_some_and(|before| before != title) {
                    self.emit_note(None, Note::Crowd { title }, out);
                }
                self.scene = Some(scene);
            }
            Input::Order(order) => orders::carry_out_order(self, order, out),
            Input::Missing { inputs, since } => fold::take_missing(self, inputs, since, out),
            Input::Tick => {}
            Input::End => {
                self.channels.for_each(|watched| watched.reconciler.end_suspicions());
            }
        }
        self.do_due(at, out);
        self.channels.record_total(at);
    }
}
