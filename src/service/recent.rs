//! The last requests of each user, for who wants to know what is wrong with a client.
//!
//! Bounded: some requests of each of up to a thousand users, a few MB at most. Of those who ask nothing and are not asked about, the oldest
//! are forgotten first.

use std::{
    collections::{HashMap, VecDeque},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    presence::{Moment, PNPRES, RequestEnd, SafeText, SubscribeKey, UserId, UserRequest},
    wire::{Names, Operation, Refusal, Request},
    wording::excerpt,
};

/// Users of a generation; there are two of them.
const USERS: usize = 500;

/// Bytes of the longest user id, and of the longest subscribe key, of which anything is kept.
const LONGEST_USER: usize = 300;
const LONGEST_KEY: usize = 100;

/// Requests of a user that are kept. Polls come often, and say least: they have a part of their own.
const ACTS: usize = 12;
const POLLS: usize = 4;

/// Names that are kept of a request, and bytes of the longest.
const NAMES: usize = 4;
const LONGEST_NAME: usize = 100;

/// Bytes that are kept of why a request was refused.
const WHY_KEPT: usize = 200;

/// A request that is remembered, to say later how it ended.
pub(super) struct RecentId {
    user: UserId,
    id: u64,
}

struct RememberedRequest {
    id: u64,
    subscribe_key: Option<SubscribeKey>,
    request: UserRequest,
}

#[derive(Default)]
struct OfUser {
    acts: VecDeque<RememberedRequest>,
    polls: VecDeque<RememberedRequest>,
}

#[derive(Default)]
struct Generations {
    newer: HashMap<UserId, OfUser>,
    older: HashMap<UserId, OfUser>,
    made: u64,
}

/// The last requests of up to a thousand users.
#[derive(Default)]
pub(super) struct RecentRequests(Mutex<Generations>);

fn keep_names(names: &Names) -> Vec<Arc<str>> {
    let all = names.channels.iter().chain(&names.groups);
    all.filter(|name| !name.ends_with(PNPRES) && name.len() <= LONGEST_NAME).take(NAMES).cloned().collect()
}

/// Whose request it is, and the names and the timeout in it.
fn describe(request: &Request) -> (Option<&UserId>, Vec<Arc<str>>, Option<u64>) {
    let caller = request.caller.user.as_ref();
    match &request.operation {
        Operation::Subscribe { names, timeout, .. } | Operation::Heartbeat { names, timeout, .. } => {
            (caller, keep_names(names), *timeout)
        }
        Operation::SetState { names, user, .. } => (Some(user), keep_names(names), None),
        Operation::Leave { names } | Operation::HereNow { names, .. } | Operation::GetState { names, .. } => {
            (caller, keep_names(names), None)
        }
        Operation::Publish { message, .. } => {
            let channel = Names { channels: vec![message.channel.clone()], groups: Vec::new() };
            (caller, keep_names(&channel), None)
        }
        _ => (caller, Vec::new(), None),
    }
}

impl OfUser {
    fn part_of(&mut self, kind: &str) -> (&mut VecDeque<RememberedRequest>, usize) {
        if kind == "subscribe" { (&mut self.polls, POLLS) } else { (&mut self.acts, ACTS) }
    }
}

impl Generations {
    /// The requests of a user, who is among the newer ones from now on.
    fn renew(&mut self, user: &UserId) -> &mut OfUser {
        if !self.newer.contains_key(user) && self.newer.len() >= USERS {
            self.older = mem::take(&mut self.newer);
        }
        let known = self.older.remove(user).unwrap_or_default();
        self.newer.entry(user.clone()).or_insert(known)
    }
}

impl RecentRequests {
    /// A panic while the lock is held leaves nothing half done, so the data stays usable.
    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remember a request that begins; nothing, if it names no user.
    pub fn begin(&self, request: &Request, now: Moment) -> Option<RecentId> {
        let (user, names, timeout) = describe(request);
        let kind = request.operation.kind();
        self.add(user?, Some(request.subscribe_key.clone()), kind, (names, timeout), now)
    }

    /// Remember one that could not be read, by what its query says of who sent it.
    pub fn begin_unread(&self, query: &str, now: Moment) -> Option<RecentId> {
        // Of any query: a request for the time has no other part that could be wrong.
        let user = Request::parse("/time/0", query).ok()?.caller.user?;
        self.add(&user, None, "unread", (Vec::new(), None), now)
    }

    fn add(
        &self,
        user: &UserId,
        subscribe_key: Option<SubscribeKey>,
        kind: &'static str,
        (names, timeout): (Vec<Arc<str>>, Option<u64>),
        at: Moment,
    ) -> Option<RecentId> {
        let too_long = |key: &SubscribeKey| key.as_str().len() > LONGEST_KEY;
        if user.as_str().len() > LONGEST_USER || subscribe_key.as_ref().is_some_and(too_long) {
            return None;
        }
        let mut all = self.lock();
        all.made += 1;
        let id = all.made;
        let (part, most) = all.renew(user).part_of(kind);
        let took = std::time::Duration::ZERO;
        let request = UserRequest { at, kind, names, timeout, end: RequestEnd::Open, took, why: None };
        part.truncate(most - 1);
        part.push_front(RememberedRequest { id, subscribe_key, request });
        Some(RecentId { user: user.clone(), id })
    }

    /// Say how a request ended, if it is still remembered: with this status and body, or without an answer.
    pub fn end(&self, which: &RecentId, status: Option<u16>, body: Option<&str>, now: Moment) {
        let why = match (status, body) {
            (Some(status @ 400..), Some(body)) => Some(Refusal::parse(status, body).message),
            _ => None,
        };
        let mut all = self.lock();
        let Generations { newer, older, .. } = &mut *all;
        let Some(known) = newer.get_mut(&which.user).or_else(|| older.get_mut(&which.user)) else { return };
        let ended = known.acts.iter_mut().chain(&mut known.polls).find(|recent| recent.id == which.id);
        if let Some(RememberedRequest { request, .. }) = ended {
            request.end = status.map_or(RequestEnd::Unanswered, RequestEnd::Status);
            request.took = now.since(request.at);
            request.why = why.filter(|why| !why.is_empty()).map(|why| SafeText::from_sentence(excerpt(&why, WHY_KEPT)));
        }
    }

    /// The last requests of a user, newest first: of one application, or of all.
    pub fn list(&self, user: &UserId, key: Option<&SubscribeKey>, limit: usize) -> Vec<UserRequest> {
        let mut all = self.lock();
        let is_known = all.newer.contains_key(user) || all.older.contains_key(user);
        if !is_known {
            return Vec::new();
        }
        let known = all.renew(user);
        let mut found: Vec<&RememberedRequest> = known.acts.iter().chain(&known.polls).collect();
        // One that could not be read names no application.
        found.retain(|recent| key.is_none() || recent.subscribe_key.is_none() || recent.subscribe_key.as_ref() == key);
        found.sort_by_key(|recent| std::cmp::Reverse(recent.id));
        found.into_iter().take(limit).map(|recent| recent.request.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(recent: &RecentRequests, path: &str, query: &str) -> Option<RecentId> {
        recent.begin(&Request::parse(path, query).unwrap(), Moment::from_micros(5_000_000))
    }

    const BEAT: &str = "/v2/presence/sub-key/demo/channel/lobby/heartbeat";
    const POLL: &str = "/v2/subscribe/demo/lobby,lobby-pnpres/0";

    fn ann() -> UserId {
        UserId::from_wire("ann")
    }

    #[test]
    fn polls_never_push_out_what_says_more_and_there_are_never_many() {
        let recent = RecentRequests::default();
        for _ in 0..50 {
            ask(&recent, BEAT, "uuid=ann&heartbeat=20");
        }
        (0..50).for_each(|_| drop(ask(&recent, POLL, "uuid=ann&tt=0")));
        let list = recent.list(&ann(), None, 100);
        let count = |kind: &str| list.iter().filter(|one| one.kind == kind).count();
        assert_eq!((count("subscribe"), count("heartbeat")), (POLLS, ACTS));
        assert_eq!((list[0].kind, &*list[0].names[0], list[0].names.len()), ("subscribe", "lobby", 1));
        assert_eq!(recent.list(&ann(), None, 3).len(), 3);
    }

    #[test]
    fn an_end_is_noted_with_its_reason() {
        let recent = RecentRequests::default();
        let id = ask(&recent, BEAT, "uuid=ann").unwrap();
        assert_eq!(recent.list(&ann(), None, 1)[0].end, RequestEnd::Open);
        let body = r#"{"status":400,"error":1,"message":"no","service":"Presence"}"#;
        recent.end(&id, Some(400), Some(body), Moment::from_micros(5_250_000));
        let one = recent.list(&ann(), None, 1).remove(0);
        assert_eq!((one.end, one.took.as_millis(), one.why.as_deref()), (RequestEnd::Status(400), 250, Some("no")));
        let id = recent.begin_unread("uuid=ann&heartbeat=x", Moment::default()).unwrap();
        recent.end(&id, None, None, Moment::default());
        assert_eq!(recent.list(&ann(), None, 1)[0].end, RequestEnd::Unanswered);
        assert!(recent.begin_unread("heartbeat=x", Moment::default()).is_none());
    }

    #[test]
    fn applications_are_told_apart() {
        let recent = RecentRequests::default();
        ask(&recent, BEAT, "uuid=ann");
        let of = |key: &str| recent.list(&ann(), Some(&SubscribeKey::from_wire(key)), 9).len();
        assert_eq!((of("demo"), of("other")), (1, 0));
    }

    #[test]
    fn users_are_bounded_and_who_is_asked_about_is_kept() {
        let recent = RecentRequests::default();
        ask(&recent, BEAT, "uuid=ann");
        for n in 0..USERS * 5 {
            ask(&recent, BEAT, &format!("uuid={n}"));
            if n % 500 == 0 {
                assert_eq!(recent.list(&ann(), None, 9).len(), 1, "{n}");
            }
        }
        let all = recent.lock();
        assert!(all.newer.len() + all.older.len() <= 2 * USERS);
        drop(all);
        assert!(recent.list(&UserId::from_wire("0"), None, 9).is_empty());
        assert!(ask(&recent, BEAT, &format!("uuid={}", "x".repeat(LONGEST_USER + 1))).is_none());
        assert!(recent.list(&UserId::from_wire("nobody"), None, 9).is_empty());
    }
}
