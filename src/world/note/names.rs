//! Lists of names for sentences, as long as they stay readable.

use crate::{
    presence::{Difference, Subscription, UserId},
    wording::count_more,
};

/// A sentence lists at most this many names; the fields of the note hold them all.
pub const NAMES_TOLD: usize = 5;

/// The first few names, separated by commas.
pub fn list_names(places: &[Subscription]) -> String {
    places.iter().take(NAMES_TOLD).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// As [`list_names`], with groups written as on the command line.
pub fn write_names(places: &[Subscription]) -> String {
    let name = |place: &Subscription| match place {
        Subscription::Group(group) => format!("group:{group}"),
        _ => place.to_string(),
    };
    places.iter().take(NAMES_TOLD).map(name).collect::<Vec<_>>().join(", ")
}

/// A difference as a phrase that names the first few users.
pub(super) fn name_changes(difference: &Difference) -> String {
    let part = |users: &[UserId], what: &str| {
        if users.is_empty() {
            return None;
        }
        let mut names: Vec<String> = users.iter().take(NAMES_TOLD).map(ToString::to_string).collect();
        names.extend(count_more(users.len().saturating_sub(NAMES_TOLD)));
        Some(format!("{} {what} ({})", users.len(), names.join(", ")))
    };
    let parts = [
        part(&difference.missing, "came"),
        part(&difference.extra, "left"),
        part(&difference.restated, "with another state"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
