//! The requests of a user in sentences.

use std::time::Duration;

use super::{KnownRequests, UserRequestFault, judge_requests};
use crate::presence::{Moment, RequestEnd, SafeText, UserRequest};

/// The most requests of which a sentence is made; what is said of the last signs of life comes before them.
const TOLD: usize = 8;

/// What is said of a request, or of the silence of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSentence {
    /// As in "heartbeat 28 s ago, late by 8 s (timeout 20)".
    pub text: SafeText,
    /// Whether it tells of something wrong.
    pub is_fault: bool,
}

/// `8 s`, `3 min`, `2 h`.
fn show_span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

impl KnownRequests {
    /// The last requests in sentences, newest first, with what is wrong with them, at `now` by our clock. First that
    /// the user is silent, if so.
    pub fn list_sentences(&self, now: Moment) -> Vec<RequestSentence> {
        // How long ago it was told is counted by our clock, all else by the service's.
        let then = self.told.at.plus(now.since(self.heard));
        let (faults, silence) = judge_requests(&self.told, then);
        let silence = silence.map(|silence| {
            let (since, timeout) = (show_span(silence.since), silence.timeout.as_secs());
            let by = show_span(silence.since.saturating_sub(silence.timeout));
            let text = if silence.has_heartbeats {
                format!("no heartbeat for {since}, late by {by} (timeout {timeout})")
            } else {
                format!("subscribed, no heartbeat for {since} (timeout {timeout})")
            };
            RequestSentence { text: text.into(), is_fault: true }
        });
        let requests = self.told.requests.iter().zip(faults).map(|(request, fault)| {
            let text = tell_request(request, fault.as_ref(), then);
            RequestSentence { text: text.into(), is_fault: fault.is_some() }
        });
        silence.into_iter().chain(requests.take(TOLD)).collect()
    }
}

fn tell_request(request: &UserRequest, fault: Option<&UserRequestFault>, now: Moment) -> String {
    let kind = if request.kind == "unread" { "unreadable request" } else { request.kind };
    let kind = match request.names.as_slice() {
        [] => kind.to_owned(),
        [one] => format!("{kind} on {one}"),
        [one, others @ ..] => format!("{kind} on {one} and {} more", others.len()),
    };
    let ago = show_span(now.since(request.at));
    let timeout = request.timeout.map_or_else(String::new, |timeout| format!(", timeout {timeout}"));
    match fault {
        None if request.end == RequestEnd::Open && request.kind == "subscribe" => {
            format!("{kind} {ago} ago{timeout}, waiting")
        }
        None => format!("{kind} {ago} ago{timeout}"),
        Some(UserRequestFault::Late { by, timeout }) => {
            format!("{kind} {ago} ago, late by {} (timeout {})", show_span(*by), timeout.as_secs())
        }
        Some(UserRequestFault::Refused(status, why)) => {
            let why = why.as_deref().map_or_else(String::new, |why| format!(": {why}"));
            format!("{kind} {ago} ago, {status}{why}")
        }
        Some(UserRequestFault::Unanswered) => format!("{kind} {ago} ago, without an answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{UserId, UserRequests};

    #[test]
    fn each_fault_is_named_in_words() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let ask = |kind, second, timeout, end| UserRequest {
            at: at(second),
            kind,
            names: vec!["lobby".into()],
            timeout,
            end,
            took: Duration::ZERO,
            why: (end == RequestEnd::Status(400)).then(|| "the state is not JSON\u{1b}".into()),
        };
        let ok = RequestEnd::Status(200);
        let requests = vec![
            ask("subscribe", 131, Some(20), RequestEnd::Open),
            ask("set state", 130, None, RequestEnd::Status(400)),
            ask("leave", 129, None, RequestEnd::Unanswered),
            ask("heartbeat", 128, Some(20), ok),
            ask("heartbeat", 100, Some(20), ok),
        ];
        let told = UserRequests { at: at(132), presence_timeout: Duration::from_secs(300), requests };
        let known = KnownRequests { user: UserId::from_wire("ann"), heard: at(900), told };
        let said = |now: u64| -> Vec<String> {
            let all = known.list_sentences(at(now)).into_iter();
            all.map(|one| format!("{} {}", if one.is_fault { "!" } else { " " }, one.text.as_str())).collect()
        };
        insta::assert_snapshot!(said(901).join("\n"), @"
          subscribe on lobby 2 s ago, timeout 20, waiting
        ! set state on lobby 3 s ago, 400: the state is not JSON␛
        ! leave on lobby 4 s ago, without an answer
        ! heartbeat on lobby 5 s ago, late by 8 s (timeout 20)
          heartbeat on lobby 33 s ago, timeout 20
        ");
    }
}
