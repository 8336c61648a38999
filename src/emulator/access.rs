//! Which requests are permitted: a small Access Manager. Pure.

use std::{collections::BTreeMap, sync::Arc};

use super::{access_rule::AccessRule, settings::matches_rule};
use crate::{
    presence::{Moment, PNPRES, UserId},
    wire::{Auth, Caller, Names, Operation, Permission, Refusal, TokenGrants},
};

/// Rules for names, and tokens, that are kept. More are refused.
const MOST_RULES: usize = 1_000;

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
///
/// Where [tokens are read](Self::read_tokens), one of Access Manager v3 that is not listed is valid for what it grants:
/// channels and groups, by name or pattern, to one user or to all, until it expires.
#[derive(Clone, Default)]
pub struct Access {
    /// The names that are denied, or allowed: the last rule for a name counts.
    names: Vec<(String, bool)>,
    tokens: BTreeMap<String, Grant>,
    demands_token: bool,
    reads_tokens: bool,
}

/// Tokens are secrets: only their number is shown.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Access");
        shown.field("names", &self.names).field("tokens", &self.tokens.len());
        shown.field("demands_token", &self.demands_token).field("reads_tokens", &self.reads_tokens).finish()
    }
}

/// The rules of access are as many as fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST_RULES} rules of access already, which is the bound of this service")]
pub struct AccessFull;

fn deny_with(message: &str) -> Refusal {
    Refusal { service: "Access Manager".into(), ..Refusal::presence(403, message) }
}

impl Access {
    /// Deny a channel, a pattern such as `secret.*`, or a group. Denying a name denies its presence
    /// twin too; denying `NAME-pnpres` denies only the twin.
    pub fn deny(&mut self, name: String) {
        self.forget_name(&name);
        self.names.push((name, true));
    }

    /// Allow a name again, with its presence twin. Where a pattern still denies it, it is an exception of that.
    pub fn allow(&mut self, name: String) {
        self.forget_name(&name);
        if self.is_denied(&name) || name.ends_with('*') {
            self.names.push((name, false));
        }
    }

    fn forget_name(&mut self, name: &str) {
        self.names.retain(|(known, _)| known != name);
    }

    /// Accept a token, or know it as one that is not good any more. From now on requests need one.
    pub fn grant(&mut self, token: String, grant: Grant) {
        self.demands_token = true;
        self.tokens.insert(token, grant);
    }

    /// From now on requests need a token.
    pub fn demand_token(&mut self) {
        self.demands_token = true;
    }

    /// From now on requests need a token, and one of Access Manager v3 is held to what it grants. Its signature is not
    /// checked.
    pub fn read_tokens(&mut self) {
        self.demands_token = true;
        self.reads_tokens = true;
    }

    /// Carry out a rule.
    ///
    /// # Errors
    /// If there are too many already; then nothing is changed.
    pub fn apply(&mut self, rule: AccessRule, now: Moment) -> Result<(), AccessFull> {
        let full = match &rule {
            AccessRule::Deny(_) | AccessRule::Allow(_) => self.names.len() >= MOST_RULES,
            AccessRule::Token(token, _) | AccessRule::Revoke(token) => {
                self.tokens.len() >= MOST_RULES && !self.tokens.contains_key(token.expose())
            }
        };
        if full {
            return Err(AccessFull);
        }
        match rule {
            AccessRule::Deny(name) => self.deny(name),
            AccessRule::Allow(name) => self.allow(name),
            AccessRule::Token(token, lasts) => {
                let grant = lasts.map_or(Grant::Good, |lasts| Grant::Until(now.plus(lasts)));
                self.grant(token.expose().to_owned(), grant);
            }
            // A caller without any token is not concerned.
            AccessRule::Revoke(token) => {
                self.tokens.insert(token.expose().to_owned(), Grant::Revoked);
            }
        }
        Ok(())
    }

    /// The rules for names, as they are written, the oldest first.
    pub fn list_names(&self) -> impl Iterator<Item = String> {
        self.names.iter().map(|(name, denied)| format!("{} {name}", if *denied { "deny" } else { "allow" }))
    }

    /// The tokens, masked, with what they are worth.
    pub fn list_tokens(&self) -> impl Iterator<Item = (String, Grant)> {
        self.tokens.iter().map(|(token, grant)| (mask_token(token), *grant))
    }

    /// Whether tokens of Access Manager v3 are read.
    pub fn does_read_tokens(&self) -> bool {
        self.reads_tokens
    }

    fn is_denied(&self, name: &str) -> bool {
        let plain = name.strip_suffix(PNPRES).unwrap_or(name);
        let mut newest = self.names.iter().rev();
        newest
            .find(|(rule, _)| matches_rule(rule, name) || matches_rule(rule, plain))
            .is_some_and(|(_, denied)| *denied)
    }

    fn keep_denied<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().copied().filter(|name| self.is_denied(name)).collect()
    }

    /// How a request is refused, with 403, if it is. `leave_needs_it`: whether a leave needs permission.
    pub fn refuse(&self, operation: &Operation, caller: &Caller, leave_needs_it: bool, now: Moment) -> Option<Refusal> {
        self.refuse_names(&names_to_permit(operation, leave_needs_it)?, caller, now)
    }

    /// How a poll is refused that waits on these names.
    pub fn refuse_poll(&self, names: &Names, caller: &Caller, now: Moment) -> Option<Refusal> {
        self.refuse_names(&NeededNames::of_places(names), caller, now)
    }

    fn refuse_names(&self, needed: &NeededNames<'_>, caller: &Caller, now: Moment) -> Option<Refusal> {
        let token = caller.auth.as_ref().map(Auth::expose);
        match token.and_then(|token| self.tokens.get(token)) {
            Some(Grant::Until(end)) if now >= *end => return Some(deny_with("Token is expired.")),
            Some(Grant::Revoked) => return Some(deny_with("Token is revoked")),
            None if self.demands_token => {
                let grants = token.filter(|_| self.reads_tokens).and_then(TokenGrants::parse);
                if let Some(refusal) = refuse_by_grants(grants.as_ref(), needed, caller, now) {
                    return Some(refusal);
                }
            }
            _ => {}
        }
        let (channels, groups) = (self.keep_denied(&needed.channels), self.keep_denied(&needed.groups));
        (!channels.is_empty() || !groups.is_empty()).then(|| forbid(&channels, &groups))
    }
}

fn forbid(channels: &[&str], groups: &[&str]) -> Refusal {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Refusal { channels: list(channels), groups: list(groups), ..deny_with("Forbidden") }
}

/// How a request is refused by what its token grants; with no such token, for all that it names.
fn refuse_by_grants(
    grants: Option<&TokenGrants>,
    needed: &NeededNames<'_>,
    caller: &Caller,
    now: Moment,
) -> Option<Refusal> {
    let Some(grants) = grants.filter(|grants| is_for(grants, needed, caller)) else {
        return Some(forbid(&needed.channels, &needed.groups));
    };
    if grants.expires() <= now.seconds() {
        return Some(deny_with("Token is expired."));
    }
    let channels = grants.missing_channels(&needed.channels, needed.permission);
    let groups = grants.missing_groups(&needed.groups, needed.permission);
    (!channels.is_empty() || !groups.is_empty()).then(|| forbid(&channels, &groups))
}

/// Whether a token is for this caller. A set state may carry its user in the path only.
fn is_for(grants: &TokenGrants, needed: &NeededNames<'_>, caller: &Caller) -> bool {
    let user = caller.user.as_ref().map(UserId::as_str).or(needed.user);
    grants.user().is_none_or(|only| Some(only.as_str()) == user)
}

/// A token as it is shown: its beginning and its end, if enough is left hidden between them.
fn mask_token(token: &str) -> String {
    let letters: Vec<char> = token.chars().collect();
    if letters.len() < 16 {
        return "…".to_owned();
    }
    let part = |letters: &[char]| crate::presence::sanitize(&letters.iter().collect::<String>()).into_owned();
    format!("{}…{}", part(&letters[..4]), part(&letters[letters.len() - 2..]))
}

struct NeededNames<'a> {
    channels: Vec<&'a str>,
    groups: Vec<&'a str>,
    permission: Permission,
    /// The user whose state is meant.
    user: Option<&'a str>,
}

impl<'a> NeededNames<'a> {
    fn of_places(names: &'a Names) -> Self {
        let list = |names: &'a [Arc<str>]| names.iter().map(|name| &**name).collect();
        Self { channels: list(&names.channels), groups: list(&names.groups), permission: Permission::Read, user: None }
    }

    fn of_group(group: &'a str) -> Self {
        Self { channels: Vec::new(), groups: vec![group], permission: Permission::Manage, user: None }
    }
}

/// The channels and groups a request needs permission for, and which; none if it needs no permission at all.
fn names_to_permit(operation: &Operation, leave_needs_it: bool) -> Option<NeededNames<'_>> {
    Some(match operation {
        Operation::Subscribe { names, .. } | Operation::Heartbeat { names, .. } | Operation::HereNow { names, .. } => {
            NeededNames::of_places(names)
        }
        Operation::Leave { names } if leave_needs_it => NeededNames::of_places(names),
        Operation::SetState { names, user, .. } | Operation::GetState { names, user } => {
            NeededNames { user: Some(user.as_str()), ..NeededNames::of_places(names) }
        }
        Operation::Publish { message, .. } => NeededNames {
            channels: vec![&message.channel],
            groups: Vec::new(),
            permission: Permission::Write,
            user: None,
        },
        Operation::ListGroup { group }
        | Operation::AddToGroup { group, .. }
        | Operation::RemoveFromGroup { group, .. }
        | Operation::DeleteGroup { group } => NeededNames::of_group(group),
        Operation::Leave { .. } | Operation::WhereNow { .. } | Operation::ListGroups | Operation::Time => return None,
    })
}

#[cfg(test)]
mod tests;
