//! When it was that those who flap began to.

use std::{collections::HashSet, time::Duration};

use foldhash::fast::FixedState;

use super::{
    IncidentWatch,
    movement::{Comeback, Movement, MovementKind},
};
use crate::presence::Moment;

/// They may have begun so many seconds before the time in which they were found, without a longer pause.
const BEFORE: u64 = 60;
const PAUSE: Duration = Duration::from_secs(30);

impl IncidentWatch {
    /// When those first went who have been back more than once since this second.
    pub(super) fn find_first_flap(&self, from: u64) -> Option<Moment> {
        let from = from.saturating_sub(BEFORE);
        let recent = || self.movements.recent(Moment::from_micros(from * 1_000_000)).map(|(_, movement)| movement);
        let pair = |movement: &Movement| (movement.user, movement.channel);
        let flapping: HashSet<(u64, u32), FixedState> =
            recent().filter(|movement| movement.comeback == Comeback::Once).map(pair).collect();
        let goes = |movement: &&Movement| movement.kind != MovementKind::Joined && flapping.contains(&pair(movement));
        let mut went: Vec<Moment> = recent().filter(goes).map(Movement::began).collect();
        went.sort_unstable_by_key(|at| std::cmp::Reverse(*at));
        let first = went.windows(2).position(|pair| pair[0].since(pair[1]) > PAUSE);
        went.get(first.unwrap_or_else(|| went.len().saturating_sub(1))).copied()
    }
}
