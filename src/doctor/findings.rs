//! The findings of the last examination.

use std::time::Duration;

use super::{Finding, Gravity, examine_world, list_incidents};
use crate::{incident::IncidentWatch, presence::Moment, world::World};

/// The pause between examinations for each hundred channels, since some checks walk through all of them.
const PER_HUNDRED_CHANNELS: Duration = Duration::from_millis(50);

/// Examine this often even if no input arrives: a late heartbeat or a silent service shows by time alone.
const AGAIN: Duration = Duration::from_secs(1);

/// The findings of the last examination, so that a frame need not run the checks.
#[derive(Debug, Clone, Default)]
pub struct Doctor {
    findings: Vec<Finding>,
    /// The version of the world that was examined, and when.
    of: Option<(u64, Moment)>,
}

impl Doctor {
    /// The findings, gravest first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The number of findings above a remark.
    pub fn count_trouble(&self) -> usize {
        self.findings.iter().filter(|finding| finding.gravity > Gravity::Remark).count()
    }

    /// Examine the world again, if it has changed or enough time has passed.
    pub fn refresh_findings(&mut self, world: &World, incidents: &IncidentWatch, now: Moment) {
        let is_due = self.of.is_none_or(|(version, at)| {
            let since = now.since(at);
            since >= examination_pause(world) && (version != world.version() || since >= AGAIN)
        });
        if is_due {
            self.findings = list_findings(world, incidents, now);
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

/// All findings, also about what happened to the people; the gravest first.
pub fn list_findings(world: &World, incidents: &IncidentWatch, now: Moment) -> Vec<Finding> {
    let mut findings = list_incidents(incidents, now);
    findings.extend(examine_world(world, now));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.gravity));
    findings
}
