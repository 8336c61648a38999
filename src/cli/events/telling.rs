//! What is told right when it happens, and when that was enough.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{args::Events, line_printer::LinePrinter};
use crate::{
    cli::judging::{Course, Judging, look_again_at},
    expression::Verdict,
    incident::IncidentWatch,
    output::lines::Tally,
    presence::Moment,
    view::{Appearance, Theme},
    world::{ChannelId, Entry, Listener, Touched, World},
};

/// What is told, right when it happens.
pub(in crate::cli) struct Telling {
    /// What is waited for.
    pub until: Option<Judging<Until>>,
    pub tally: Tally,
    /// What is unusual of all that happens.
    pub incidents: IncidentWatch,
    pub printer: LinePrinter,
    /// As much was told as was to be told.
    pub enough: bool,
    /// The world as it was when that was enough; what came with it is told no more.
    pub held: Option<Box<World>>,
}

impl Listener for Telling {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        if self.held.is_some() {
            return;
        }
        self.tally.count(entry, world);
        self.incidents.take_entry(world, entry);
        if self.is_enough() {
            return;
        }
        self.enough = self.printer.take_entry(entry, world);
        if let Some(until) = &mut self.until {
            until.take_entry(world, entry);
        }
        if self.is_enough() {
            self.held = Some(Box::new(world.clone()));
        }
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        if self.held.is_none() && !self.is_enough() {
            self.incidents.take_change(world, channel, touched);
            if let Some(until) = &mut self.until {
                until.take_change(world, channel, touched);
            }
            self.printer.take_change(world, channel, touched);
        }
    }
}

impl Telling {
    /// Tell what was asked for; each moment is judged, as nobody waits for it.
    pub fn of_the_past(args: &Events) -> Self {
        let look = Appearance { theme: Theme::monochrome(), zone: TimeZone::system(), ..Appearance::default() };
        Self {
            until: args.until_holds().cloned().map(|expression| Judging::over_the_past([expression], Until, false)),
            tally: Tally::default(),
            incidents: IncidentWatch::default(),
            printer: LinePrinter::new(args, look),
            enough: false,
            held: None,
        }
    }

    /// Look for incidents, if it is time to, and tell what is found. Returns when to look again.
    pub fn tell_incidents(&mut self, world: &World, now: Moment) -> Option<Moment> {
        self.incidents.look(world, now);
        for incident in self.incidents.take_news(now) {
            self.printer.tell_incident(&incident, now);
        }
        self.incidents.next_due()
    }

    /// Nothing more is to be told.
    pub fn is_enough(&self) -> bool {
        self.enough || self.until.as_ref().is_some_and(Judging::is_over)
    }
}

/// Until it holds.
pub(in crate::cli) struct Until;

impl Course for Until {
    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment> {
        let holds = verdicts.iter().all(|verdict| matches!(verdict, Verdict::Held { .. }));
        (!holds).then(|| look_again_at(&verdicts, now))
    }
}
