//! Which poll loop follows what, while what is watched changes.
//!
//! A new subscription is followed by a poll loop of its own, with a cursor of its own, so that the other loops are not
//! disturbed. When a subscription ends, its loop goes on with the rest from the same cursor. So nothing is missed, and
//! nothing is reported twice, since the loops share one memory of events.
//!
//! [`PollPlan`] decides and is pure; [`supervise`] does it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use tokio::{
    sync::watch,
    task::{AbortHandle, JoinSet},
};

use super::{Outlet, ReplyReader, follow, split, split::fits_into_poll};
use crate::{
    client::Client,
    presence::{LinkChange, Notice, Subscription},
};

/// How many loops there may be beyond those of a split from scratch. With more, a new subscription goes to a loop that
/// has room, and its events since that loop's cursor are reported as well. Each loop holds a connection open.
const SPARE: usize = 6;

/// What is to be done so that the loops follow what is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollStep {
    /// A loop begins.
    Start {
        /// Its number: never one that was used before.
        poll: usize,
        /// What it follows.
        wanted: Vec<Subscription>,
    },
    /// A loop goes on with something else.
    Change {
        /// Which.
        poll: usize,
        /// What it follows from here on.
        wanted: Vec<Subscription>,
    },
    /// A loop has nothing left to follow.
    Stop {
        /// Which.
        poll: usize,
    },
}

/// Which loop follows what.
#[derive(Debug, Default)]
pub struct PollPlan {
    loops: BTreeMap<usize, Vec<Subscription>>,
    next: usize,
}

impl PollPlan {
    /// All of `watching` is to be followed from here on, and nothing else. Loops whose part is watched as
    /// before are left alone.
    pub fn change(&mut self, watching: &[Subscription]) -> Vec<PollStep> {
        let mut steps = Vec::new();
        let wanted: HashSet<&Subscription> = watching.iter().collect();
        let mut changed = BTreeSet::new();
        self.loops.retain(|poll, part| {
            let before = part.len();
            part.retain(|subscription| wanted.contains(subscription));
            if part.is_empty() {
                steps.push(PollStep::Stop { poll: *poll });
            } else if part.len() < before {
                changed.insert(*poll);
            }
            !part.is_empty()
        });
        let mut followed: HashSet<&Subscription> = self.loops.values().flatten().collect();
        let mut new: Vec<Subscription> =
            watching.iter().filter(|subscription| followed.insert(subscription)).cloned().collect();
        let most = split(watching).len() + SPARE;
        if self.loops.len() + split(&new).len() > most {
            new.retain(|subscription| {
                let room = self.loops.iter_mut().find(|(_, part)| fits_into_poll(part, subscription));
                let Some((poll, part)) = room else { return true };
                part.push(subscription.clone());
                changed.insert(*poll);
                false
            });
        }
        let part = |poll: &usize| self.loops.get(poll).cloned().unwrap_or_default();
        steps.extend(changed.iter().map(|poll| PollStep::Change { poll: *poll, wanted: part(poll) }));
        for wanted in split(&new) {
            let poll = self.next;
            self.next += 1;
            self.loops.insert(poll, wanted.clone());
            steps.push(PollStep::Start { poll, wanted });
        }
        steps
    }
}

/// Follow all that `watching` holds, as it changes, until the notices' receiver is gone. The latest
/// change counts; those in between are passed over.
pub async fn supervise(mut watching: watch::Receiver<Vec<Subscription>>, client: Client, notices: impl Into<Outlet>) {
    let notices: Outlet = notices.into();
    let reader = ReplyReader::default();
    let mut plan = PollPlan::default();
    let mut loops: HashMap<usize, (watch::Sender<Vec<Subscription>>, AbortHandle)> = HashMap::new();
    // They end with us.
    let mut tasks = JoinSet::new();
    loop {
        let wanted = watching.borrow_and_update().clone();
        for step in plan.change(&wanted) {
            match step {
                PollStep::Start { poll, wanted } => {
                    let (change, asked) = watch::channel(wanted);
                    let following = follow(poll, asked, client.clone(), reader.clone(), notices.clone());
                    loops.insert(poll, (change, tasks.spawn(following)));
                }
                PollStep::Change { poll, wanted } => {
                    if let Some((change, _)) = loops.get(&poll) {
                        change.send_replace(wanted);
                    }
                }
                PollStep::Stop { poll } => {
                    if let Some((_, task)) = loops.remove(&poll) {
                        task.abort();
                    }
                    let ended = Notice::Link { poll, change: LinkChange::Ended, at: client.clock().now() };
                    if notices.send(ended).await.is_err() {
                        return;
                    }
                }
            }
        }
        // A loop that was stopped is not kept.
        while tasks.try_join_next().is_some() {}
        tokio::select! {
            () = notices.wait_until_closed() => return,
            changed = watching.changed() => if changed.is_err() {
                // Nobody will change it any more: go on as it is.
                notices.wait_until_closed().await;
                return;
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{Channel, ChannelGroup};
    use proptest::prelude::*;

    fn channel(name: &str) -> Subscription {
        Subscription::Channel(Channel::from_wire(name))
    }

    fn all(names: &[&str]) -> Vec<Subscription> {
        names.iter().map(|name| channel(name)).collect()
    }

    #[test]
    fn only_the_loops_concerned_are_touched_and_numbers_are_not_used_twice() {
        let mut plan = PollPlan::default();
        assert_eq!(plan.change(&all(&["a", "b"])), [PollStep::Start { poll: 0, wanted: all(&["a", "b"]) }]);
        assert_eq!(plan.change(&all(&["b", "a"])), []);
        assert_eq!(plan.change(&all(&["a", "b", "c", "c"])), [PollStep::Start { poll: 1, wanted: all(&["c"]) }]);
        assert_eq!(plan.change(&all(&["a", "c"])), [PollStep::Change { poll: 0, wanted: all(&["a"]) }]);
        assert_eq!(plan.change(&all(&["a"])), [PollStep::Stop { poll: 1 }]);
        assert_eq!(
            plan.change(&all(&["c"])),
            [PollStep::Stop { poll: 0 }, PollStep::Start { poll: 2, wanted: all(&["c"]) }]
        );
        assert_eq!(plan.change(&[]), [PollStep::Stop { poll: 2 }]);
    }

    #[test]
    fn one_by_one_makes_few_loops() {
        let mut plan = PollPlan::default();
        let mut watching = Vec::new();
        for n in 0..500 {
            watching.push(channel(&n.to_string()));
            plan.change(&watching);
        }
        assert!(plan.loops.len() <= 1 + SPARE, "{}", plan.loops.len());
    }

    proptest! {
        #[test]
        fn what_is_watched_is_followed_once_and_the_steps_tell_all(
            rounds in prop::collection::vec(prop::collection::vec((0_u8..40, any::<bool>()), 0..30), 1..12)
        ) {
            let mut plan = PollPlan::default();
            let mut told: BTreeMap<usize, Vec<Subscription>> = BTreeMap::new();
            for round in rounds {
                let name = |(n, group): (u8, bool)| if group {
                    Subscription::Group(ChannelGroup::from_wire(&n.to_string()))
                } else {
                    channel(&format!("{n}{}", "ü".repeat(200)))
                };
                let watching: Vec<Subscription> = round.into_iter().map(name).collect();
                for step in plan.change(&watching) {
                    match step {
                        PollStep::Start { poll, wanted } => prop_assert!(told.insert(poll, wanted).is_none()),
                        PollStep::Change { poll, wanted } => prop_assert!(told.insert(poll, wanted).is_some()),
                        PollStep::Stop { poll } => prop_assert!(told.remove(&poll).is_some()),
                    }
                }
                prop_assert_eq!(&told, &plan.loops);
                let mut followed: Vec<_> = told.values().flatten().cloned().collect();
                followed.sort();
                let mut wanted = watching.clone();
                wanted.sort();
                wanted.dedup();
                prop_assert_eq!(followed, wanted);
                for part in told.values() {
                    prop_assert_eq!(split(part).len(), 1, "it fits into one poll");
                }
            }
        }
    }
}
