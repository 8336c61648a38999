//! Which requests are permitted: a small Access Manager. Pure.

use std::collections::BTreeMap;

use super::settings::matches_rule;
use crate::{
    presence::{Moment, PNPRES},
    wire::{Auth, Operation, Refusal},
};

/// How long a token is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Always.
    Good,
    /// Before this moment; after it requests are refused with "Token is expired.".
    Until(Moment),
    /// Not any more: requests are refused with "Token is revoked".
    Revoked,
}

/// Which names are denied, and which tokens are valid.
///
/// Without tokens, every request may do what is not denied. With tokens, it has to carry a valid one. Leave, where now
/// and time need no permission, as with PubNub.
#[derive(Clone, Default)]
pub struct Access {
    denied: Vec<String>,
    tokens: BTreeMap<String, Grant>,
}

/// Tokens are secrets: only their number is shown.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("denied", &self.denied).field("tokens", &self.tokens.len()).finish()
    }
}

impl Access {
    /// Deny a channel, a pattern such as `secret.*`, or a group. Denying a name denies its presence
    /// twin too; denying `NAME-pnpres` denies only the twin.
    pub fn deny(&mut self, name: String) {
        self.denied.push(name);
    }

    /// Accept a token. From now on requests need one.
    pub fn grant(&mut self, token: String, grant: Grant) {
        self.tokens.insert(token, grant);
    }

    fn is_denied(&self, name: &str) -> bool {
        let plain = name.strip_suffix(PNPRES).unwrap_or(name);
        self.denied.iter().any(|rule| matches_rule(rule, name) || matches_rule(rule, plain))
    }

    /// How a request is refused, with 403, if it is.
    pub fn refuse(&self, operation: &Operation, auth: Option<&Auth>, now: Moment) -> Option<Refusal> {
        let needed = names_to_permit(operation)?;
        let deny = |message: &str| Refusal {
            status: 403,
            message: message.into(),
            service: "Access Manager".into(),
            ..Refusal::default()
        };
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        if !self.tokens.is_empty() {
            match auth.and_then(|auth| self.tokens.get(auth.expose())) {
                Some(Grant::Good) => {}
                Some(Grant::Until(end)) if now < *end => {}
                Some(Grant::Until(_)) => return Some(deny("Token is expired.")),
                Some(Grant::Revoked) => return Some(deny("Token is revoked")),
                None => {
                    return Some(Refusal {
                        channels: list(&needed.channels),
                        groups: list(&needed.groups),
                        ..deny("Forbidden")
                    });
                }
            }
        }
        let NeededNames { mut channels, mut groups } = needed;
        channels.retain(|name| self.is_denied(name));
        groups.retain(|name| self.is_denied(name));
        let refused = !channels.is_empty() || !groups.is_empty();
        refused.then(|| Refusal { channels: list(&channels), groups: list(&groups), ..deny("Forbidden") })
    }
}

struct NeededNames<'a> {
    channels: Vec<&'a str>,
    groups: Vec<&'a str>,
}

/// The channels and groups a request needs permission for; none if it needs no permission at all.
fn names_to_permit(operation: &Operation) -> Option<NeededNames<'_>> {
    Some(match operation {
        Operation::Subscribe { names, .. }
        | Operation::Heartbeat { names, .. }
        | Operation::SetState { names, .. }
        | Operation::GetState { names, .. }
        | Operation::HereNow { names, .. } => NeededNames {
            channels: names.channels.iter().map(|n| &**n).collect(),
            groups: names.groups.iter().map(|n| &**n).collect(),
        },
        Operation::Publish { message, .. } => NeededNames { channels: vec![&message.channel], groups: Vec::new() },
        Operation::ListGroup { group }
        | Operation::AddToGroup { group, .. }
        | Operation::RemoveFromGroup { group, .. }
        | Operation::DeleteGroup { group } => NeededNames { channels: Vec::new(), groups: vec![group] },
        Operation::Leave { .. } | Operation::WhereNow { .. } | Operation::ListGroups | Operation::Time => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        presence::Subscription,
        wire::{Names, ReplyForm},
    };

    fn here_now(names: &[&str]) -> Operation {
        let names: Vec<Subscription> = names.iter().map(|n| Subscription::parse(n).unwrap()).collect();
        Operation::HereNow {
            names: Names::from_subscriptions(&names),
            user_ids: true,
            state: false,
            page: crate::wire::Page::default(),
        }
    }

    #[test]
    fn a_denied_channel_is_named_and_the_others_are_not() {
        let mut access = Access::default();
        access.deny("secret".into());
        access.deny("vip.*".into());
        let refused = access.refuse(&here_now(&["lobby", "secret", "vip.one"]), None, Moment::default()).unwrap();
        assert_eq!((refused.status, refused.channels), (403, vec!["secret".to_owned(), "vip.one".to_owned()]));
        assert_eq!(access.refuse(&here_now(&["lobby"]), None, Moment::default()), None);
        let twin = Operation::Subscribe {
            names: Names::watching(&[Subscription::parse("secret").unwrap()]),
            cursor: None,
            timeout: None,
            state: None,
            filter: None,
            form: ReplyForm::V2,
        };
        assert_eq!(access.refuse(&twin, None, Moment::default()).unwrap().channels, ["secret-pnpres"]);
        assert_eq!(access.refuse(&Operation::Leave { names: Names::default() }, None, Moment::default()), None);
    }

    #[test]
    fn tokens_are_good_or_expired_or_revoked_or_unknown() {
        let at = |s: u64| Moment::from_micros(s * 1_000_000);
        let mut access = Access::default();
        access.grant("good".into(), Grant::Good);
        access.grant("short".into(), Grant::Until(at(60)));
        access.grant("old".into(), Grant::Revoked);
        let refusal = |token: Option<&str>, now| {
            access.refuse(&here_now(&["lobby"]), token.map(Auth::new).as_ref(), now).map(|r| r.message)
        };
        assert_eq!(refusal(Some("good"), at(0)), None);
        assert_eq!(refusal(Some("short"), at(59)), None);
        assert_eq!(refusal(Some("short"), at(60)).unwrap(), "Token is expired.");
        assert_eq!(refusal(Some("old"), at(0)).unwrap(), "Token is revoked");
        assert_eq!(refusal(Some("other"), at(0)).unwrap(), "Forbidden");
        assert_eq!(refusal(None, at(0)).unwrap(), "Forbidden");
        assert!(!format!("{access:?}").contains("short"));
    }
}
