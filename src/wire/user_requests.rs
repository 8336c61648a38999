//! `/herenow/ledger`: what a user asked last. No part of PubNub's protocol; herenow's own service answers it.
//!
//! ```json
//! {"status":200,"time":1795318512345,"presence_timeout":300,"requests":[
//!   {"time":1795318484345,"kind":"heartbeat","names":["lobby"],"timeout":20,"status":200,"millis":0},
//!   {"time":1795318474345,"kind":"set state","names":["lobby"],"status":400,"millis":0,"why":"the state is not JSON"}]}
//! ```

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Malformed,
    lenient::{parse_accepted, parse_object},
    query::{Query, Url},
};
use crate::{
    presence::{
        MOST_USER_REQUESTS, Moment, RequestEnd, SafeText, SubscribeKey, UserId, UserRequest, UserRequests,
        find_request_kind,
    },
    wording::excerpt,
};

/// Path of the request.
const PATH: &str = "/herenow/ledger";

/// What errors call the answer.
const WHAT: &str = "ledger";

/// Bytes of an answer that is read: many times what the most requests of a user take.
const LARGEST: usize = 256 << 10;

/// Names that are kept of a request, and bytes of a name and of a reason.
const NAMES: usize = 8;
const NAME_KEPT: usize = 300;
const WHY_KEPT: usize = 300;

/// Asks for the last requests of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRequestsQuery {
    /// The user.
    pub user: UserId,
    /// The application; of all of them without it.
    pub subscribe_key: Option<SubscribeKey>,
    /// The most requests that are wanted, 1 to [`MOST_USER_REQUESTS`].
    pub limit: usize,
}

#[derive(Serialize, Deserialize)]
struct WireRequest<'a> {
    time: u64,
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<u64>,
    /// Whether it waits for its answer.
    #[serde(default, skip_serializing_if = "is_false")]
    open: bool,
    /// Null while it waits, or if it had no answer.
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    millis: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Serialize)]
struct WrittenAnswer<'a> {
    status: u16,
    time: u64,
    presence_timeout: u64,
    requests: Vec<WireRequest<'a>>,
}

#[derive(Deserialize)]
struct ReadAnswer<'a> {
    time: u64,
    presence_timeout: u64,
    #[serde(borrow)]
    requests: Vec<&'a serde_json::value::RawValue>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

const fn read_millis(millis: u64) -> Moment {
    Moment::from_micros(millis.saturating_mul(1000))
}

fn count_millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

impl UserRequestsQuery {
    /// Write it as `/path?query`.
    pub fn encode(&self) -> String {
        let mut url = Url::new(PATH.to_owned());
        url.add("user", self.user.as_str());
        url.add_if("key", self.subscribe_key.as_ref().map(SubscribeKey::as_str));
        url.add("limit", &self.limit.to_string());
        url.finish()
    }

    /// Read the query, still percent-encoded.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn parse(query: &str) -> Result<Self, String> {
        let query = Query::parse(query);
        let user = query.get_filled("user").ok_or("say whose requests: /herenow/ledger?user=ann")?;
        let limit = match query.get_filled("limit") {
            None => Some(MOST_USER_REQUESTS),
            Some(limit) => limit.parse().ok().filter(|limit| (1..=MOST_USER_REQUESTS).contains(limit)),
        };
        let limit = limit.ok_or_else(|| format!("limit is a number from 1 to {MOST_USER_REQUESTS}"))?;
        let subscribe_key = query.get_filled("key").map(SubscribeKey::from_wire);
        Ok(Self { user: UserId::from_wire(user), subscribe_key, limit })
    }
}

impl UserRequests {
    /// Read the answer of a service, which may be any: of a request that can't be read, or is of a kind that nobody
    /// knows, nothing is kept.
    ///
    /// # Errors
    /// If it is no such answer, or larger than one is.
    pub fn parse(body: &str) -> Result<Self, Malformed> {
        if body.len() > LARGEST {
            return Err(Malformed::new(WHAT, format!("it has {} bytes, more than one has", body.len())));
        }
        let (answer, _): (ReadAnswer<'_>, _) = parse_accepted(WHAT, body)?;
        let requests = answer.requests.iter().filter_map(|raw| parse_object::<WireRequest<'_>>(WHAT, raw.get()).ok());
        Ok(Self {
            at: read_millis(answer.time),
            presence_timeout: Duration::from_secs(answer.presence_timeout),
            requests: requests.filter_map(read_request).take(MOST_USER_REQUESTS).collect(),
        })
    }

    /// Write the answer.
    pub fn encode(&self) -> String {
        let requests = self.requests.iter().map(write_request).collect();
        let answer = WrittenAnswer {
            status: 200,
            time: self.at.micros() / 1000,
            presence_timeout: self.presence_timeout.as_secs(),
            requests,
        };
        // Numbers and texts always are JSON.
        serde_json::to_string(&answer).unwrap_or_default()
    }
}

fn read_request(wire: WireRequest<'_>) -> Option<UserRequest> {
    let name = |name: &String| Arc::<str>::from(excerpt(name, NAME_KEPT));
    Some(UserRequest {
        at: read_millis(wire.time),
        kind: find_request_kind(&wire.kind)?,
        names: wire.names.iter().take(NAMES).map(name).collect(),
        timeout: wire.timeout,
        end: match wire.status {
            Some(status) => RequestEnd::Status(status),
            None if wire.open => RequestEnd::Open,
            None => RequestEnd::Unanswered,
        },
        took: Duration::from_millis(wire.millis),
        why: wire.why.map(|why| SafeText::from_sentence(excerpt(&why, WHY_KEPT))),
    })
}

fn write_request(request: &UserRequest) -> WireRequest<'_> {
    WireRequest {
        time: request.at.micros() / 1000,
        kind: request.kind.into(),
        names: request.names.iter().map(ToString::to_string).collect(),
        timeout: request.timeout,
        open: request.end == RequestEnd::Open,
        status: match request.end {
            RequestEnd::Open | RequestEnd::Unanswered => None,
            RequestEnd::Status(status) => Some(status),
        },
        millis: count_millis(request.took),
        why: request.why.as_ref().map(|why| why.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(kind: &'static str, end: RequestEnd, why: Option<&str>) -> UserRequest {
        UserRequest {
            at: Moment::from_micros(1_795_318_484_345_000),
            kind,
            names: vec!["lobby".into()],
            timeout: Some(20),
            end,
            took: Duration::from_millis(3),
            why: why.map(SafeText::from_sentence),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let requests = vec![
            request("subscribe", RequestEnd::Open, None),
            request("heartbeat", RequestEnd::Unanswered, None),
            request("set state", RequestEnd::Status(400), Some("the state is not JSON")),
        ];
        let at = Moment::from_micros(1_795_318_512_345_000);
        let told = UserRequests { at, presence_timeout: Duration::from_secs(300), requests };
        assert_eq!(UserRequests::parse(&told.encode()), Ok(told));
        let query = UserRequestsQuery {
            user: UserId::from_wire("ann & 李"),
            subscribe_key: Some(SubscribeKey::from_wire("demo")),
            limit: 8,
        };
        let (path, asked) = query.encode().split_once('?').map(|(p, q)| (p.to_owned(), q.to_owned())).unwrap();
        assert_eq!((path.as_str(), UserRequestsQuery::parse(&asked)), (PATH, Ok(query)));
    }

    #[test]
    fn any_other_answer_is_none() {
        for no in
            ["", "[]", "{}", "null", "<html>", r#"{"status":200,"requests":[]}"#, r#"{"status":404,"error":true}"#]
        {
            assert!(UserRequests::parse(no).is_err(), "{no}");
        }
        let long = format!(r#"{{"time":1,"presence_timeout":1,"requests":[],"x":"{}"}}"#, "x".repeat(LARGEST));
        assert!(UserRequests::parse(&long).is_err());
    }

    #[test]
    fn a_request_that_can_not_be_read_costs_only_itself_and_there_are_never_many() {
        let one = r#"{"time":1,"kind":"leave","status":200,"why":"a\u001b[31mb"}"#;
        let odd = format!(r#"{{"time":1,"presence_timeout":300,"requests":[7,{{"kind":"tea","time":1}},{one},{{}}]}}"#);
        let read = UserRequests::parse(&odd).unwrap().requests;
        assert_eq!((read.len(), read[0].kind, read[0].end), (1, "leave", RequestEnd::Status(200)));
        assert!(!read[0].why.as_ref().unwrap().contains('\u{1b}'));
        let many = vec![one; 500].join(",");
        let many = format!(r#"{{"time":{},"presence_timeout":300,"requests":[{many}]}}"#, u64::MAX);
        assert_eq!(UserRequests::parse(&many).unwrap().requests.len(), MOST_USER_REQUESTS);
    }

    #[test]
    fn a_query_says_what_it_lacks() {
        assert!(UserRequestsQuery::parse("").unwrap_err().contains("user=ann"));
        for bad in ["0", "21", "-1", "x"] {
            let why = UserRequestsQuery::parse(&format!("user=ann&limit={bad}")).unwrap_err();
            assert!(why.contains("1 to 20"), "{why}");
        }
        assert_eq!(UserRequestsQuery::parse("user=ann").unwrap().limit, MOST_USER_REQUESTS);
    }
}
