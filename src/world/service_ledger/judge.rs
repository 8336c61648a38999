//! What is wrong with the requests of a user. Careful: what may be right is not called wrong, as where a name is not
//! among those that are kept.

use std::{collections::BTreeMap, time::Duration};

use crate::presence::{Moment, RequestEnd, SafeText, UserRequest, UserRequests};

/// A client may be so late, as networks are.
const TOLERANCE: Duration = Duration::from_secs(1);

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRequestFault {
    /// A heartbeat came later than the presence timeout allows, by so much.
    Late {
        /// By how much.
        by: Duration,
        /// The presence timeout that was in force.
        timeout: Duration,
    },
    /// It was refused with this status, for this reason.
    Refused(u16, Option<SafeText>),
    /// It had no answer.
    Unanswered,
}

/// A user who is subscribed, or was heard of, has said nothing for longer than the presence timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartbeatGap {
    /// Since the last sign of life.
    pub since: Duration,
    /// The presence timeout in force.
    pub timeout: Duration,
    /// Whether any heartbeat is known; else there are only subscribes.
    pub has_heartbeats: bool,
}

/// The last sign of life on a channel or group.
#[derive(Debug, Clone, Copy)]
struct Sign {
    at: Moment,
    timeout: Duration,
    has_heartbeats: bool,
}

impl Sign {
    /// By how much `now` is later than the timeout allows.
    fn overdue(&self, now: Moment) -> Option<Duration> {
        let gap = now.since(self.at);
        (gap > self.timeout.saturating_add(TOLERANCE)).then(|| gap.saturating_sub(self.timeout))
    }
}

/// The moments at which a request says that its user is there: a poll does when it begins and when it is answered.
fn list_signs(request: &UserRequest) -> impl Iterator<Item = Moment> {
    let is_answered = matches!(request.end, RequestEnd::Status(200..300));
    let (begun, ended) = match request.kind {
        "heartbeat" => (is_answered, false),
        "subscribe" => (is_answered || request.end == RequestEnd::Open, is_answered),
        _ => (false, false),
    };
    let begun = begun.then_some(request.at);
    begun.into_iter().chain(ended.then(|| request.at.plus(request.took)))
}

/// What is wrong with each of the requests, in their order, and whether the user is silent now, at this moment of the
/// service's.
pub fn judge_requests(told: &UserRequests, now: Moment) -> (Vec<Option<UserRequestFault>>, Option<HeartbeatGap>) {
    let mut faults: Vec<Option<UserRequestFault>> = told.requests.iter().map(judge_end).collect();
    let mut acts: Vec<(Moment, usize)> = Vec::new();
    for (place, request) in told.requests.iter().enumerate() {
        let left = (request.kind == "leave").then_some(request.at);
        acts.extend(list_signs(request).chain(left).map(|at| (at, place)));
    }
    // Of those at the same moment, the one that is listed last came first.
    acts.sort_by_key(|(at, place)| (*at, std::cmp::Reverse(*place)));
    let mut signs: BTreeMap<&str, Sign> = BTreeMap::new();
    for (at, place) in acts {
        let request = &told.requests[place];
        let is_heartbeat = request.kind == "heartbeat";
        for name in request.names.iter().map(|name| &**name) {
            if request.kind == "leave" {
                signs.remove(name);
                continue;
            }
            let before = signs.get(name).copied();
            let asked = request.timeout.filter(|asked| *asked > 0).map(Duration::from_secs);
            let timeout = asked.or(before.map(|sign| sign.timeout)).unwrap_or(told.presence_timeout);
            if let (true, None, Some(sign)) = (is_heartbeat, &faults[place], before)
                && let Some(by) = sign.overdue(at)
            {
                faults[place] = Some(UserRequestFault::Late { by, timeout: sign.timeout });
            }
            let has_heartbeats = is_heartbeat || before.is_some_and(|sign| sign.has_heartbeats);
            signs.insert(name, Sign { at, timeout, has_heartbeats });
        }
    }
    // Where the user was heard of last: what was unsubscribed from may be silent.
    let last = signs.into_values().max_by_key(|sign| (sign.at, sign.timeout));
    let silence = last.filter(|sign| sign.overdue(now).is_some()).map(|sign| HeartbeatGap {
        since: now.since(sign.at),
        timeout: sign.timeout,
        has_heartbeats: sign.has_heartbeats,
    });
    (faults, silence)
}

fn judge_end(request: &UserRequest) -> Option<UserRequestFault> {
    match request.end {
        RequestEnd::Status(status @ 400..) => Some(UserRequestFault::Refused(status, request.why.clone())),
        // A client may give up a poll whenever it likes.
        RequestEnd::Unanswered if request.kind != "subscribe" => Some(UserRequestFault::Unanswered),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    fn ask(kind: &'static str, second: u64, timeout: Option<u64>, end: RequestEnd, took: u64) -> UserRequest {
        let (names, took) = (vec!["lobby".into()], Duration::from_secs(took));
        UserRequest { at: at(second), kind, names, timeout, end, took, why: None }
    }

    fn beat(second: u64) -> UserRequest {
        ask("heartbeat", second, Some(20), RequestEnd::Status(200), 0)
    }

    fn judge(mut requests: Vec<UserRequest>, now: u64) -> (Vec<Option<UserRequestFault>>, Option<HeartbeatGap>) {
        requests.reverse();
        judge_requests(&UserRequests { at: at(now), presence_timeout: Duration::from_secs(300), requests }, at(now))
    }

    const fn late(by: u64) -> UserRequestFault {
        UserRequestFault::Late { by: Duration::from_secs(by), timeout: Duration::from_secs(20) }
    }

    #[test]
    fn a_heartbeat_later_than_its_timeout_is_late() {
        assert_eq!(judge(vec![beat(0), beat(28), beat(48)], 50), (vec![None, Some(late(8)), None], None));
        let silent = judge(vec![beat(0)], 30).1.unwrap();
        assert_eq!((silent.since.as_secs(), silent.timeout.as_secs(), silent.has_heartbeats), (30, 20, true));
        assert_eq!(judge(vec![beat(0)], 21), (vec![None], None), "networks are late");
    }

    #[test]
    fn who_left_is_not_silent_and_may_come_back() {
        let leave = |second| ask("leave", second, None, RequestEnd::Status(200), 0);
        assert_eq!(judge(vec![beat(0), leave(5)], 500), (vec![None; 2], None));
        assert_eq!(judge(vec![beat(0), leave(5), beat(400)], 410), (vec![None; 3], None));
    }

    #[test]
    fn who_subscribes_needs_heartbeats_only_as_often_as_the_timeout_says() {
        let open = |second, timeout| ask("subscribe", second, timeout, RequestEnd::Open, 0);
        let silent = judge(vec![open(0, Some(20))], 40).1.unwrap();
        assert!(!silent.has_heartbeats && silent.since.as_secs() == 40);
        assert_eq!(judge(vec![open(0, None)], 280).1, None, "the timeout of who names none is 300");
        assert_eq!(judge(vec![open(0, Some(20)), beat(9), beat(18), beat(27)], 36), (vec![None; 4], None));
        let answered = ask("subscribe", 0, Some(20), RequestEnd::Status(200), 15);
        assert_eq!(judge(vec![answered, open(15, Some(20))], 34), (vec![None; 2], None));
        let mut watching = open(0, Some(20));
        watching.names.clear();
        assert_eq!(judge(vec![watching], 400).1, None, "presence twins alone");
    }

    #[test]
    fn what_is_refused_or_unanswered_is_no_sign_of_life() {
        let refused = |kind, second| ask(kind, second, Some(20), RequestEnd::Status(400), 0);
        let (faults, silence) = judge(vec![beat(0), refused("heartbeat", 10), refused("set state", 11)], 25);
        assert_eq!(
            faults,
            [Some(UserRequestFault::Refused(400, None)), Some(UserRequestFault::Refused(400, None)), None]
        );
        assert_eq!(silence.unwrap().since.as_secs(), 25);
        let unanswered = |kind| ask(kind, 1, None, RequestEnd::Unanswered, 0);
        let faults = judge(vec![unanswered("subscribe"), unanswered("leave")], 2).0;
        assert_eq!(faults, [Some(UserRequestFault::Unanswered), None]);
    }

    #[test]
    fn channels_have_rhythms_of_their_own() {
        let mut other = beat(14);
        other.names = vec!["stage".into()];
        assert_eq!(judge(vec![beat(0), other, beat(28)], 30).0, [Some(late(8)), None, None]);
    }
}
