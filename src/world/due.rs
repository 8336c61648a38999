//! What happens by time alone: does what is due, and tells when the next item is due.

use super::{Listener, Note, World, agenda::round_to_grid};
use crate::presence::{Command, Moment};

impl World {
    /// When something is due if no input arrives: a heartbeat, a here now, a drift report, or the end of our
    /// presence.
    pub fn next_due(&self) -> Option<Moment> {
        let discovery = self.discovery.next_due().filter(|_| self.link.is_live());
        let other = self.own_presence.next_due().into_iter().chain(discovery).map(round_to_grid);
        let due = other.chain(self.channels.next_due(self.link.is_live())).min();
        due.map(|at| at.max(self.now))
    }

    /// Do everything due until `at`, each item at its own moment.
    pub(super) fn do_due(&mut self, at: Moment, out: &mut dyn Listener) {
        while let Some(due) = self.next_due().filter(|due| *due <= at) {
            self.now = due;
            self.version += 1;
            self.do_due_now(out);
        }
    }

    /// Do everything due by now.
    fn do_due_now(&mut self, out: &mut dyn Listener) {
        let now = self.now;
        self.channels.ask_in_question(now);
        self.report_drift(out);
        let run_out = self.own_presence.take_expired(now);
        if !run_out.is_empty() {
            self.emit_note(None, Note::RanOut { places: run_out }, out);
        }
        let due = self.own_presence.take_due_heartbeats(now);
        if !due.is_empty() {
            out.take_command(Command::SendHeartbeat {
                places: due,
                timeout: self.own_presence.timeout,
                by_hand: false,
            });
        }
        if self.link.is_live() {
            self.discovery
                .take_due_commands(&self.session.watching, now)
                .into_iter()
                .for_each(|command| out.take_command(command));
            if let Some(command) = self.channels.take_due_ask(now) {
                out.take_command(command);
            }
        }
    }

    /// Report the losses and the differences that no event has explained in time.
    fn report_drift(&mut self, out: &mut dyn Listener) {
        while let Some(id) = self.channels.next_report(self.now) {
            let mut watched = self.channels.get_mut(id);
            let channel = watched.channel.clone();
            let missing = watched.reconciler.take_missing_events(self.now);
            let found = watched.reconciler.take_ripe_difference(self.now);
            drop(watched);
            if let Some(missing) = missing {
                self.emit_note(Some(channel.clone()), Note::EventsMissing(missing), out);
            }
            if let Some((cause, difference)) = found {
                self.emit_note(Some(channel), Note::Drift { cause, difference }, out);
            }
        }
    }
}
