//! Here-now answers: in full, or as being like the list.

use serde::{Deserialize, Serialize};

use super::words::{HashDigits, JsonText, Text, TokenDigits, is_false, is_zero, restore_channel};
use crate::{
    presence::{ListPart, ListedUser, Snapshot, UserId},
    recording::like::LikeList,
};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedSnapshot<'a> {
    #[serde(borrow)]
    channel: Text<'a>,
    occupancy: u64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    users: Option<Vec<RecordedUser<'a>>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    like_the_list: Option<RecordedLike<'a>>,
    #[serde(default, skip_serializing_if = "is_false")]
    with_state: bool,
    as_of: TokenDigits,
    #[serde(default, skip_serializing_if = "is_false")]
    complete: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    pages_before: usize,
    #[serde(default, skip_serializing_if = "is_false")]
    more: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<usize>,
    #[serde(default, skip_serializing_if = "is_zero")]
    unread: usize,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    first_unread: Option<Text<'a>>,
}

/// So many users of the list of before, from the first one on, and what they come to.
#[derive(Debug, Serialize, Deserialize)]
struct RecordedLike<'a> {
    #[serde(borrow)]
    first: Text<'a>,
    users: usize,
    hash: HashDigits,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedUser<'a> {
    #[serde(borrow)]
    user: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    state: Option<JsonText<'a>>,
}

impl<'a> RecordedSnapshot<'a> {
    /// An answer about one channel; `like` stands for its users.
    pub fn new(snapshot: &'a Snapshot, like: Option<&'a LikeList>) -> Self {
        let Snapshot { channel, occupancy, listed, with_state, as_of, complete, part, unread, first_unread } = snapshot;
        let user = |listed: &'a ListedUser| RecordedUser {
            user: listed.user.as_str().into(),
            state: listed.state.as_ref().map(JsonText::from),
        };
        let users = listed.as_ref().filter(|_| like.is_none()).map(|listed| listed.iter().map(user).collect());
        Self {
            channel: channel.as_str().into(),
            occupancy: *occupancy,
            users,
            like_the_list: like.map(|like| RecordedLike {
                first: like.first.as_str().into(),
                users: like.users,
                hash: HashDigits(like.hash),
            }),
            with_state: *with_state,
            as_of: TokenDigits(*as_of),
            complete: *complete,
            pages_before: part.before,
            more: part.more,
            cut: part.cut,
            unread: *unread,
            first_unread: first_unread.as_deref().map(Into::into),
        }
    }

    /// The answer, which is the one at `place`. What stands for its users goes into `likes`.
    pub fn restore(self, place: usize, likes: &mut Vec<LikeList>) -> Snapshot {
        let user = |RecordedUser { user, state }: RecordedUser<'_>| ListedUser {
            user: UserId::from_wire(&user),
            state: state.map(Into::into),
        };
        let listed = match self.like_the_list {
            Some(RecordedLike { first, users, hash }) => {
                likes.push(LikeList { snapshot: place, first: UserId::from_wire(&first), users, hash: hash.0 });
                Some(Vec::new())
            }
            None => self.users.map(|users| users.into_iter().map(user).collect()),
        };
        Snapshot {
            channel: restore_channel(&self.channel),
            occupancy: self.occupancy,
            listed,
            with_state: self.with_state,
            as_of: self.as_of.0,
            complete: self.complete,
            part: ListPart { before: self.pages_before, more: self.more, cut: self.cut },
            unread: self.unread,
            first_unread: self.first_unread.map(Text::into_owned),
        }
    }
}
