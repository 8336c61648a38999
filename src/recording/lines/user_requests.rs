//! What a service told of the requests of a user.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::words::{Nanos, Text};
use crate::presence::{Moment, RequestEnd, SafeText, UserRequest, UserRequests, find_request_kind};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedUserRequests<'a> {
    /// The service's time, in microseconds.
    at: u64,
    presence_timeout: Nanos,
    #[serde(borrow)]
    requests: Vec<RecordedRequest<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedRequest<'a> {
    at: u64,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<u64>,
    end: RecordedEnd,
    took: Nanos,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    why: Option<Text<'a>>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedEnd {
    Open,
    Unanswered,
    Status(u16),
}

impl<'a> From<&'a UserRequests> for RecordedUserRequests<'a> {
    fn from(told: &'a UserRequests) -> Self {
        let requests = told.requests.iter().map(Into::into).collect();
        Self { at: told.at.micros(), presence_timeout: Nanos(told.presence_timeout), requests }
    }
}

impl From<RecordedUserRequests<'_>> for UserRequests {
    fn from(told: RecordedUserRequests<'_>) -> Self {
        let requests = told.requests.into_iter().filter_map(RecordedRequest::restore).collect();
        let Nanos(presence_timeout) = told.presence_timeout;
        Self { at: Moment::from_micros(told.at), presence_timeout, requests }
    }
}

impl<'a> From<&'a UserRequest> for RecordedRequest<'a> {
    fn from(request: &'a UserRequest) -> Self {
        Self {
            at: request.at.micros(),
            kind: request.kind.into(),
            names: request.names.iter().map(|name| (&**name).into()).collect(),
            timeout: request.timeout,
            end: match request.end {
                RequestEnd::Open => RecordedEnd::Open,
                RequestEnd::Unanswered => RecordedEnd::Unanswered,
                RequestEnd::Status(status) => RecordedEnd::Status(status),
            },
            took: Nanos(request.took),
            why: request.why.as_deref().map(Into::into),
        }
    }
}

impl RecordedRequest<'_> {
    /// The request; nothing, if it is of a kind that is not known here.
    fn restore(self) -> Option<UserRequest> {
        let took: Duration = self.took.0;
        Some(UserRequest {
            at: Moment::from_micros(self.at),
            kind: find_request_kind(&self.kind)?,
            names: self.names.iter().map(|name| (&**name).into()).collect(),
            timeout: self.timeout,
            end: match self.end {
                RecordedEnd::Open => RequestEnd::Open,
                RecordedEnd::Unanswered => RequestEnd::Unanswered,
                RecordedEnd::Status(status) => RequestEnd::Status(status),
            },
            took,
            why: self.why.map(|why| SafeText::from_sentence(&*why)),
        })
    }
}
