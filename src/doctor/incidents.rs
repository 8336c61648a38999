//! What happened to the people lately, as findings.

use super::{Finding, Gravity, finding::RECENT};
use crate::{duration::age, incident::IncidentWatch, presence::Moment};

/// From this severity on something may be wrong; below it is good to know.
const SUSPECT: u8 = 3;

/// List the incidents of the last ten minutes, the latest first. Those of the link and of refusals have checks of their
/// own.
pub fn list_incidents(incidents: &IncidentWatch, now: Moment) -> Vec<Finding> {
    let recent = incidents.incidents().filter(|incident| {
        let has_check = incident.reason.is_some();
        !incident.continued && !has_check && now.since(incident.last) < RECENT
    });
    let finding = |incident: &crate::incident::Incident| Finding {
        gravity: if incident.severity() >= SUSPECT { Gravity::Suspect } else { Gravity::Remark },
        what: incident.sentence(),
        evidence: format!("{} ago; in common: {}", age(now.since(incident.last)), incident.describe_common()),
        remedy: "I opens who, when and where; i copies it as a report".to_owned(),
    };
    recent.map(finding).collect()
}
