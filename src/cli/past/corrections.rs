//! When that happened which only a here-now answer told: as late as the numbers that events told allow.

use std::{cmp::Reverse, collections::HashMap};

use crate::{crowd::RecordedAct, presence::Moment};

/// Something that happened, or a number that was told.
#[derive(Debug)]
pub(super) struct Item {
    pub at: Moment,
    /// What happened to whom.
    pub act: Option<NumberedAct>,
    /// How many are there after it, if that was told.
    pub told: Option<u64>,
    /// What must have happened before it.
    pub before: Vec<NumberedAct>,
    /// If an interval told it: when the one before was, since when it happened.
    pub since: Option<Moment>,
}

/// What somebody did, by number.
pub(super) type NumberedAct = (usize, RecordedAct);

/// Put joins and leaves before those items of a channel that count them; `listed` were there before the first of these.
/// Returns those that were put somewhere, and those that no item counts.
pub(super) fn place_corrections(
    items: &mut [Item],
    since: &[usize],
    listed: usize,
    corrections: Vec<NumberedAct>,
) -> (Vec<NumberedAct>, Vec<NumberedAct>) {
    let own = since.iter().filter_map(|index| Some((items[*index].act.as_ref()?.0, *index)));
    let last: HashMap<usize, usize> = own.collect();
    // Nobody comes or goes before what they did last.
    let free_from = |(person, _): &NumberedAct| last.get(person).map_or(0, |index| index + 1);
    let (mut came, mut went): (Vec<_>, Vec<_>) =
        corrections.into_iter().partition(|(_, act)| matches!(act, RecordedAct::Join(_)));
    // Users who can be put first are taken first, from the end.
    came.sort_by_key(|one| Reverse(free_from(one)));
    went.sort_by_key(|one| Reverse(free_from(one)));
    let (mut count, mut placed) = (listed as u64, Vec::new());
    for index in since {
        let item = &mut items[*index];
        count = count_after(count, item.act.as_ref().map(|(_, act)| act));
        while let Some(told) = item.told.filter(|told| *told != count) {
            let from = if told > count { &mut came } else { &mut went };
            let Some(one) = from.pop_if(|one| free_from(one) <= *index) else { break };
            count = count_after(count, Some(&one.1));
            placed.push(one.clone());
            item.before.push(one);
        }
    }
    came.append(&mut went);
    (placed, came)
}

fn count_after(count: u64, act: Option<&RecordedAct>) -> u64 {
    match act {
        Some(RecordedAct::Join(_)) => count + 1,
        Some(RecordedAct::Leave | RecordedAct::TimeOut) => count.saturating_sub(1),
        Some(RecordedAct::SetState(_)) | None => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(act: Option<NumberedAct>, told: u64) -> Item {
        Item { at: Moment::default(), act, told: Some(told), before: Vec::new(), since: None }
    }

    #[test]
    fn what_was_not_told_is_put_where_the_numbers_say_so_and_never_before_what_one_did_last() {
        use RecordedAct::{Join, Leave};
        // Nine were there, an interval tells of eight, then somebody leaves of six, and one joins of eight.
        let mut items = vec![item(None, 8), item(Some((1, Leave)), 6), item(Some((2, Join(None))), 8), item(None, 8)];
        let corrections = vec![(2, Leave), (3, Leave), (4, Leave), (5, Join(None)), (6, Join(None))];
        let (placed, rest) = place_corrections(&mut items, &[0, 1, 2, 3], 9, corrections);
        let whose = |all: &[NumberedAct]| all.iter().map(|(person, _)| *person).collect::<Vec<_>>();
        let before: Vec<Vec<usize>> = items.iter().map(|item| whose(&item.before)).collect();
        assert_eq!(before, [vec![4], vec![3], vec![6], vec![]]);
        assert_eq!((whose(&placed), whose(&rest)), (vec![4, 3, 6], vec![5, 2]));
    }
}
