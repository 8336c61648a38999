//! What was found when it was last looked for.

use std::time::Duration;

use super::{Finding, Gravity, examine_world};
use crate::{presence::Moment, world::World};

/// A hundred channels more make looking so much rarer: each check walks through all of them.
const PER_HUNDRED_CHANNELS: Duration = Duration::from_millis(10);

/// Some things are found by time alone: a heartbeat that is late, a service that does not answer.
const AGAIN: Duration = Duration::from_secs(1);

/// What was found when it was last looked for, so that a frame need not look.
#[derive(Debug, Clone, Default)]
pub struct Doctor {
    findings: Vec<Finding>,
    /// Of which state of the world, and when.
    of: Option<(u64, Moment)>,
}

impl Doctor {
    /// What was found, the gravest first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many of them are more than remarks.
    pub fn count_trouble(&self) -> usize {
        self.findings.iter().filter(|finding| finding.gravity > Gravity::Remark).count()
    }

    /// Look again, if anything may be otherwise by now.
    pub fn refresh_findings(&mut self, world: &World, now: Moment) {
        let is_due = self.of.is_none_or(|(version, at)| {
            let since = now.since(at);
            since >= examination_pause(world) && (version != world.version() || since >= AGAIN)
        });
        if is_due {
            self.findings = examine_world(world, now);
            self.of = Some((world.version(), now));
        }
    }

    /// When a frame is wanted only to look again: something has happened since, and it was too soon when the
    /// frame for that was drawn.
    pub fn next_due(&self, world: &World, now: Moment) -> Option<Moment> {
        let (version, at) = self.of?;
        (version != world.version()).then(|| at.plus(examination_pause(world))).filter(|again| *again > now)
    }
}

fn examination_pause(world: &World) -> Duration {
    PER_HUNDRED_CHANNELS * u32::try_from(world.channels.len() / 100).unwrap_or(u32::MAX)
}
