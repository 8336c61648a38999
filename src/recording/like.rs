//! Like the list: a here-now answer that says what the list says already costs as much as saying so, however long the
//! list is.
//!
//! Exact: users and states are compared letter by letter, and a hash of both is kept, so that a list that is not the
//! same when the recording is read is noticed, not believed.
//!
//! A service lists users in an order of its own, and what is restored is in ours. The world that takes it in is the same:
//! everybody on it is on the list already, with that state, and what an answer does to one of them depends on no other.
//! Where an answer brings somebody new, its order is that in which they are told, so such an answer is kept as it is; and
//! so is a page whose users do not stand in a row on our list, as pages of another order do.

use super::{
    digest::Digest,
    told::{ToldLists, list_snapshots},
};
use crate::{
    presence::{Channel, CommandAnswer, ListedUser, Roster, Snapshot, UserId},
    world::{Input, World},
};

/// Shorter answers are kept as they are.
const LEAST: usize = 8;

/// An input as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptInput {
    /// The input; of lists that are like those of the world, nobody is named.
    pub input: Input,
    /// What stands for these lists.
    pub likes: Vec<LikeList>,
}

/// Stands for the users of a here-now answer that stand in a row on the list of before, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikeList {
    /// Which of the snapshots of the answer, from 0.
    pub snapshot: usize,
    /// The first of the users, in the order of our list.
    pub first: UserId,
    /// How many they are.
    pub users: usize,
    /// The hash of users and states.
    pub hash: u64,
}

/// A here-now answer was like a list that is another one now, or is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlikeList(pub Channel);

impl KeptInput {
    /// Keep an input that the world is about to take in. If lines are missing before it, only lists that were `told`
    /// since can be referred to.
    pub fn keep(world: &World, input: &Input, told: Option<&ToldLists>) -> Self {
        let mut likes = list_snapshots(input).map_or_else(Vec::new, |snapshots| find_likes(world, snapshots));
        if let (Some(told), Some(snapshots)) = (told, list_snapshots(input)) {
            likes.retain(|like| told.contains(&snapshots[like.snapshot].channel));
        }
        if likes.is_empty() {
            return Self { input: input.clone(), likes };
        }
        // The users that are left out need not be copied first.
        let Input::Outcome(outcome) = input else { return Self { input: input.clone(), likes: Vec::new() } };
        let copy = |snapshots: &[Snapshot]| {
            let one = |(place, snapshot): (usize, &Snapshot)| {
                if likes.iter().any(|like| like.snapshot == place) {
                    copy_without_users(snapshot)
                } else {
                    snapshot.clone()
                }
            };
            snapshots.iter().enumerate().map(one).collect()
        };
        let result = match &outcome.result {
            Ok(CommandAnswer::HereNow(all)) => Ok(CommandAnswer::HereNow(copy(all))),
            Ok(CommandAnswer::Page(all)) => Ok(CommandAnswer::Page(copy(all))),
            other => other.clone(),
        };
        let (command, ledger) = (outcome.command.clone(), outcome.ledger.clone());
        let outcome = crate::presence::Outcome { command, ledger, result, ..*outcome };
        Self { input: Input::Outcome(outcome), likes }
    }

    /// The input, for the world that is about to take it in again.
    ///
    /// # Errors
    /// If a list that an answer was like is another one here.
    pub fn restore(self, world: &World) -> Result<Input, UnlikeList> {
        let Self { mut input, likes } = self;
        if let Input::Outcome(outcome) = &mut input
            && let Ok(CommandAnswer::HereNow(snapshots) | CommandAnswer::Page(snapshots)) = &mut outcome.result
        {
            for like in &likes {
                if let Some(snapshot) = snapshots.get_mut(like.snapshot) {
                    snapshot.listed = Some(like.find_users(world, snapshot)?);
                }
            }
        }
        Ok(input)
    }

    /// Roughly how many bytes it holds.
    pub fn weigh(&self) -> usize {
        use crate::presence::{Notice, ReplyItem};
        let item = |item: &ReplyItem| match item {
            ReplyItem::Event(event) => event.weight(),
            ReplyItem::Garbled { why, raw } => size_of::<ReplyItem>() + why.len() + raw.len(),
        };
        let user = |listed: &ListedUser| {
            size_of::<ListedUser>()
                + listed.user.as_str().len()
                + listed.state.as_ref().map_or(0, |s| s.as_json().len())
        };
        let inside: usize = match &self.input {
            Input::Notice(Notice::Batch(batch)) => batch.heard.iter().map(item).sum(),
            input => {
                list_snapshots(input).into_iter().flatten().flat_map(|one| one.listed.iter().flatten()).map(user).sum()
            }
        };
        size_of::<Self>() + inside
    }
}

impl LikeList {
    fn find_users(&self, world: &World, snapshot: &Snapshot) -> Result<Vec<ListedUser>, UnlikeList> {
        let unlike = || UnlikeList(snapshot.channel.clone());
        let roster = &world.channels.look_up(&snapshot.channel).ok_or_else(unlike)?.roster;
        let mut digest = Digest::default();
        let users: Vec<ListedUser> = list_from(roster, &self.first, snapshot.with_state).take(self.users).collect();
        for listed in &users {
            digest.add_user(&listed.user, listed.state.as_ref());
        }
        if users.len() == self.users && digest.finish() == self.hash { Ok(users) } else { Err(unlike()) }
    }
}

/// The users of a list from one on, as a here now lists them.
fn list_from(roster: &Roster, first: &UserId, with_state: bool) -> impl Iterator<Item = ListedUser> {
    roster.from(Some(first)).map(move |(user, occupant)| ListedUser {
        user: user.clone(),
        state: occupant.state().filter(|_| with_state).cloned(),
    })
}

fn find_likes(world: &World, snapshots: &[Snapshot]) -> Vec<LikeList> {
    let like = |(place, snapshot): (usize, &Snapshot)| {
        let listed = snapshot.listed.as_deref().filter(|listed| listed.len() >= LEAST)?;
        let roster = &world.channels.look_up(&snapshot.channel)?.roster;
        let mut sorted: Vec<&ListedUser> = listed.iter().collect();
        sorted.sort_by(|one, other| one.user.cmp(&other.user));
        let first = &sorted.first()?.user;
        let mut known = roster.from(Some(first));
        let mut is_same = |one: &ListedUser| {
            known.next().is_some_and(|(user, occupant)| {
                *user == one.user && occupant.state().filter(|_| snapshot.with_state) == one.state.as_ref()
            })
        };
        // A user who is listed twice is not the next one on the list.
        if !sorted.iter().all(|one| is_same(one)) {
            return None;
        }
        let mut digest = Digest::default();
        for one in &sorted {
            digest.add_user(&one.user, one.state.as_ref());
        }
        Some(LikeList { snapshot: place, first: first.clone(), users: listed.len(), hash: digest.finish() })
    };
    snapshots.iter().enumerate().filter_map(like).collect()
}

fn copy_without_users(snapshot: &Snapshot) -> Snapshot {
    Snapshot {
        channel: snapshot.channel.clone(),
        listed: Some(Vec::new()),
        first_unread: snapshot.first_unread.clone(),
        ..*snapshot
    }
}
