//! Rules of access as they are written: as flags, and over the admin endpoint. Pure.

use std::{str::FromStr, time::Duration};

use crate::{
    duration::Span,
    presence::{NameError, NameKind, PNPRES, check_requested_name},
    wire::Auth,
};

/// One change of who may do what. Parsed from one line: `deny NAME`, `allow NAME`, `token TOKEN`, `token TOKEN for=60s`
/// or `revoke TOKEN`. Tokens are shown by nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum AccessRule {
    /// Deny a channel, a group, or all names with a prefix, as in `secret.*`, and their presence.
    Deny(String),
    /// Allow them again, or an exception of them.
    Allow(String),
    /// Accept a token, for so long. Requests need one from now on.
    Token(Auth, Option<Duration>),
    /// Revoke a token, be it one that was accepted or one that says itself what it grants.
    Revoke(Auth),
}

/// Why a line is no rule of access. Says nothing of the line: it may hold a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessRuleError {
    /// It begins with another word, or holds too many.
    #[error(
        "that is no rule of access; write `deny NAME`, `allow NAME`, `token TOKEN`, `token TOKEN for=60s` or `revoke TOKEN`"
    )]
    Unknown,
    /// The name can't be one of a channel or group.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no token.
    #[error("the token is empty")]
    NoToken,
    /// What follows `for=` is no length of time.
    #[error("{0}")]
    NoTime(String),
}

/// A name, or a prefix that ends in `*`, of channels or groups or of their presence twins.
fn read_name(name: &str) -> Result<String, AccessRuleError> {
    let plain = name.strip_suffix(PNPRES).unwrap_or(name);
    let part = plain.strip_suffix('*').filter(|part| !part.is_empty()).unwrap_or(plain);
    if part != "*" {
        check_requested_name(NameKind::Channel, part)?;
    }
    Ok(name.to_owned())
}

fn read_token(token: &str) -> Result<Auth, AccessRuleError> {
    if token.is_empty() { Err(AccessRuleError::NoToken) } else { Ok(Auth::new(token)) }
}

fn read_time(time: &str) -> Result<Duration, AccessRuleError> {
    time.parse().map(|Span(time)| time).map_err(|e: crate::duration::BadSpan| AccessRuleError::NoTime(e.to_string()))
}

impl AccessRule {
    /// To deny a name.
    ///
    /// # Errors
    /// If it can be no name.
    pub fn deny(name: &str) -> Result<Self, AccessRuleError> {
        read_name(name).map(Self::Deny)
    }

    /// The rule for a token that is written with its end, as a flag is: `TOKEN`, `TOKEN=60s` or `TOKEN=revoked`. A token
    /// may end in `=` itself: only what follows the last one can be an end.
    ///
    /// # Errors
    /// If the token is empty, or its end is no length of time.
    pub fn token_with_end(text: &str) -> Result<Self, AccessRuleError> {
        match text.rsplit_once('=') {
            Some((token, "revoked")) => read_token(token).map(Self::Revoke),
            Some((token, end)) if !end.is_empty() => {
                let end =
                    read_time(end).map_err(|why| AccessRuleError::NoTime(format!("after `=`, {why}, or revoked")))?;
                Ok(Self::Token(read_token(token)?, Some(end)))
            }
            _ => Ok(Self::Token(read_token(text)?, None)),
        }
    }

    /// The token that it accepts for good.
    pub fn lasting_token(&self) -> Option<&Auth> {
        match self {
            Self::Token(token, None) => Some(token),
            _ => None,
        }
    }
}

impl FromStr for AccessRule {
    type Err = AccessRuleError;

    fn from_str(line: &str) -> Result<Self, AccessRuleError> {
        let (word, rest) = line.trim().split_once(char::is_whitespace).ok_or(AccessRuleError::Unknown)?;
        let rest = rest.trim();
        match word {
            "deny" => Self::deny(rest),
            "allow" => read_name(rest).map(Self::Allow),
            "token" => match rest.split_once(char::is_whitespace) {
                None => Ok(Self::Token(read_token(rest)?, None)),
                Some((token, time)) => {
                    let time = time.trim().strip_prefix("for=").ok_or(AccessRuleError::Unknown)?;
                    Ok(Self::Token(read_token(token)?, Some(read_time(time)?)))
                }
            },
            "revoke" if !rest.contains(char::is_whitespace) => read_token(rest).map(Self::Revoke),
            _ => Err(AccessRuleError::Unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_line() {
        let read = |line: &str| line.parse::<AccessRule>().unwrap();
        assert_eq!(read("deny secret.*"), AccessRule::Deny("secret.*".into()));
        assert_eq!(read(" allow  a b-pnpres "), AccessRule::Allow("a b-pnpres".into()));
        assert_eq!(read("deny *"), AccessRule::Deny("*".into()));
        assert_eq!(read("token abc="), AccessRule::Token(Auth::new("abc="), None));
        let minute = Some(Duration::from_secs(60));
        assert_eq!(read("token abc for=1m"), AccessRule::Token(Auth::new("abc"), minute));
        assert_eq!(read("revoke abc"), AccessRule::Revoke(Auth::new("abc")));
        for (flag, rule) in [
            ("abc", "token abc"),
            ("abc==", "token abc=="),
            ("abc=60s", "token abc for=60s"),
            ("a=revoked", "revoke a"),
        ] {
            assert_eq!(AccessRule::token_with_end(flag).unwrap(), read(rule), "{flag}");
        }
    }

    #[test]
    fn what_is_no_rule_is_said_without_a_token() {
        for (line, why) in [
            ("", "no rule"),
            ("deny", "no rule"),
            ("MARKER", "no rule"),
            ("tokne MARKER", "no rule"),
            ("token MARKER until=5", "no rule"),
            ("token MARKER for=soon", "`soon` is not a length of time"),
            ("revoke MARKER MARKER", "no rule"),
            ("deny a,b", "`,`"),
            ("deny a\u{1}", "U+0001"),
            ("allow -pnpres", "empty"),
        ] {
            let said = line.parse::<AccessRule>().expect_err(line).to_string();
            assert!(said.contains(why) && !said.contains("MARKER"), "{line}: {said}");
        }
        assert!(!format!("{:?}", "token MARKER".parse::<AccessRule>()).contains("MARKER"));
        assert_eq!(AccessRule::token_with_end("=5s"), Err(AccessRuleError::NoToken));
    }
}
