//! When that happened which an interval told: at some time since the one before. If all of it happened again with the
//! interval, somebody who was back before the next one would come and go within one interval of the service on which it
//! is played, whose intervals fall differently, and these would tell nothing of it: so a mass timeout would be missing.

use std::collections::HashMap;

use super::corrections::Item;
use crate::presence::Moment;

/// Put each change that an interval told as far as it can be from what the same person did before and after it. The order
/// of what one person did stays.
pub(super) fn spread_told(items: &mut [Item]) {
    let mut courses: HashMap<usize, Vec<usize>> = HashMap::new();
    for (place, item) in items.iter().enumerate() {
        if let Some((person, _)) = &item.act {
            courses.entry(*person).or_default().push(place);
        }
    }
    for course in courses.values() {
        let mut before = None;
        for (step, place) in course.iter().enumerate() {
            let after = course.get(step + 1).map(|next| items[*next].at);
            let item = &mut items[*place];
            // What was put before it must not come before what that person did last.
            if let Some(since) = item.since.filter(|_| item.before.is_empty()) {
                item.at = choose_moment((since, item.at), before, after);
            }
            before = Some(item.at);
        }
    }
    items.sort_by_key(|item| item.at);
}

/// The moment within a span that is furthest from both.
fn choose_moment((since, told): (Moment, Moment), before: Option<Moment>, after: Option<Moment>) -> Moment {
    let earliest = before.map_or(since, |before| before.max(since)).min(told);
    match (before, after) {
        (_, None) => told,
        (None, Some(_)) => earliest,
        (Some(before), Some(after)) => before.plus(after.since(before) / 2).clamp(earliest, told),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::crowd::RecordedAct;

    fn at(second: u64) -> Moment {
        Moment::default().plus(Duration::from_secs(second))
    }

    fn item(second: u64, person: usize, since: Option<u64>) -> Item {
        let act = Some((person, RecordedAct::Leave));
        Item { at: at(second), act, told: None, before: Vec::new(), since: since.map(at) }
    }

    #[test]
    fn what_intervals_told_is_as_far_apart_as_it_can_be() {
        // Of person 1, who was back after 2 s; of 2, who did something else right before; of 3, who did nothing else.
        let mut items = vec![
            item(9, 2, None),
            item(10, 1, Some(5)),
            item(10, 2, Some(5)),
            item(10, 3, Some(5)),
            item(12, 1, None),
            item(15, 2, Some(10)),
            item(15, 1, Some(10)),
        ];
        spread_told(&mut items);
        let found: Vec<(usize, Moment)> = items.iter().map(|item| (item.act.as_ref().unwrap().0, item.at)).collect();
        assert_eq!(found, [(1, 5), (2, 9), (2, 10), (3, 10), (1, 12), (2, 15), (1, 15)].map(|(who, s)| (who, at(s))));
    }
}
