//! Where those are who left a channel: on another one, maybe.

use std::collections::HashMap;

use super::{
    movement::{Movement, MovementKind, Movements},
    tracking::{MOVED, Tracked},
};
use crate::presence::Moment;

impl Tracked {
    /// Count those who had joined another channel a moment before they left: some clients move in that order.
    pub fn count_moved_before(&mut self, movements: &Movements) {
        // What those do next who are known to have left tells nothing of where they were before.
        if self.users.len() == std::mem::replace(&mut self.moves_looked_for, self.users.len()) {
            return;
        }
        let since = self.incident.begin.minus(MOVED);
        let mut joins: HashMap<u64, (u32, Moment), foldhash::fast::RandomState> = HashMap::default();
        // The latest comes first there.
        let recent: Vec<&Movement> = movements.recent(since).map(|(_, movement)| movement).collect();
        for movement in recent.into_iter().rev().filter(|movement| self.users.contains(&movement.user)) {
            match movement.kind {
                MovementKind::Joined => drop(joins.insert(movement.user, (movement.channel, movement.at))),
                MovementKind::Left => {
                    let join = joins.get(&movement.user).filter(|(channel, at)| {
                        *channel != movement.channel && *at <= movement.at && movement.at.since(*at) < MOVED
                    });
                    if let Some((channel, at)) = join.filter(|_| self.moved_before.insert(movement.user)) {
                        self.elsewhere.entry(*channel).or_default().push(*at);
                    }
                }
                _ => {}
            }
        }
    }

    /// The channel, by its place, that most of those who left have joined since, and when that began.
    pub fn find_destination(&self) -> Option<(u32, Moment)> {
        let (channel, joins) = self.elsewhere.iter().max_by_key(|(_, joins)| joins.len())?;
        let mut joins = joins.clone();
        joins.sort_unstable();
        // A few had gone there before the others.
        let begin = *joins.get(joins.len() / 10)?;
        (joins.len() >= 4 && joins.len() as u64 * 2 >= self.incident.users).then_some((*channel, begin))
    }

    /// Whether most of those who left are on other channels since, wherever that is.
    pub fn are_elsewhere(&self) -> bool {
        let joined: usize = self.elsewhere.values().map(Vec::len).sum();
        joined >= 4 && joined as u64 * 2 >= self.incident.users
    }
}
