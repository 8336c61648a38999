//! Channels, channel groups, and what one may subscribe to.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    name_rules::{advise, check_typed_name},
    names::{NameError, NameKind, PNPRES},
};

/// The prefix of a group's name where a channel can be named as well.
const GROUP: &str = "group:";

/// The name of a channel, without the `-pnpres` suffix. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Channel(Arc<str>);

impl Channel {
    /// A channel that a person named: 1 to 92 characters, without what can't travel, and without `-pnpres`, which
    /// is added where it is needed. PubNub advises against some that are taken: see [`Subscription::advice`].
    ///
    /// # Errors
    /// If PubNub would refuse the name.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        check_typed_name(NameKind::Channel, name)?;
        Ok(Self(name.into()))
    }

    /// A channel that a service or a request named: taken as it came, without `-pnpres`.
    pub fn from_wire(name: &str) -> Self {
        Self(name.strip_suffix(PNPRES).unwrap_or(name).into())
    }

    /// The exact name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a channel group. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChannelGroup(Arc<str>);

impl ChannelGroup {
    /// A group that a person named, by the same rules as a channel.
    ///
    /// # Errors
    /// If PubNub would refuse the name.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        check_typed_name(NameKind::Group, name)?;
        Ok(Self(name.into()))
    }

    /// A group that a service or a request named: taken as it came, without `-pnpres`.
    pub fn from_wire(name: &str) -> Self {
        Self(name.strip_suffix(PNPRES).unwrap_or(name).into())
    }

    /// The exact name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What one can subscribe to: a channel, all channels with a prefix, or the members of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subscription {
    /// One channel.
    Channel(Channel),
    /// A wildcard such as `match.*`: at most three levels, the star last (documented).
    Pattern(Channel),
    /// A channel group.
    Group(ChannelGroup),
}

impl Subscription {
    /// A channel or, if a level of it is a lone star, a pattern.
    ///
    /// # Errors
    /// If PubNub would refuse the name; of a pattern also if the star is not its last level, or it has more than three.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        if NameKind::of_listened(name) == NameKind::Channel {
            return Channel::parse(name).map(Self::Channel);
        }
        check_typed_name(NameKind::Pattern, name)?;
        Ok(Self::Pattern(Channel(name.into())))
    }

    /// As [`parse`](Self::parse), or a channel group, which is written `group:NAME`.
    ///
    /// # Errors
    /// If PubNub would refuse the name.
    pub fn parse_any(name: &str) -> Result<Self, NameError> {
        match name.strip_prefix(GROUP) {
            Some(name) => ChannelGroup::parse(name).map(Self::Group),
            None => Self::parse(name),
        }
    }

    /// What a person should know about the name, in a sentence; nothing for one as PubNub's guide to valid names has
    /// them.
    pub fn advice(&self) -> Option<String> {
        let kind = match self {
            Self::Channel(_) => NameKind::Channel,
            Self::Pattern(_) => NameKind::Pattern,
            Self::Group(_) => NameKind::Group,
        };
        advise(kind, self.as_str())
    }

    /// The name without any suffix.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Channel(c) | Self::Pattern(c) => c.as_str(),
            Self::Group(g) => g.as_str(),
        }
    }

    /// Whether an event on `channel` can have come through this subscription. Unknown for groups,
    /// whose members only the service knows: then `false`.
    pub fn covers(&self, channel: &Channel) -> bool {
        match self {
            Self::Channel(c) => c == channel,
            Self::Pattern(p) => p.as_str().strip_suffix('*').is_some_and(|prefix| channel.as_str().starts_with(prefix)),
            Self::Group(_) => false,
        }
    }
}

impl fmt::Display for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::sanitize_name(self.as_str()))
    }
}

impl fmt::Display for Channel {
    /// Made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::sanitize_name(self.as_str()))
    }
}

impl fmt::Display for ChannelGroup {
    /// Made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::sanitize_name(self.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(name: &str, why: &str) {
        let said = Subscription::parse(name).expect_err(name).to_string();
        assert!(said.contains(why), "{name:?}: {said}");
    }

    #[test]
    fn names_follow_the_valid_name_guide() {
        for good in ["lobby", "Größe", "a.b.c", "room-1_2", "it's-(fine)!", "a..b", "a*", "a!@#$%^&*()Z"] {
            assert_eq!(Subscription::parse(good), Ok(Subscription::Channel(Channel(good.into()))));
        }
        assert!(matches!(Subscription::parse("match.*"), Ok(Subscription::Pattern(_))));
        assert!(matches!(Subscription::parse("match.eu.*"), Ok(Subscription::Pattern(_))));
        refused("", "empty");
        refused("   ", "empty");
        refused("a,b", "separate arguments");
        refused("a/b", "`/`");
        refused("a\u{1b}b", "U+001B");
        refused(".", "can't be sent");
        refused("..", "can't be sent");
        refused("a.*.b", "ends in `.*`");
        refused("*", "empty");
        refused("a.b.c.*", "three levels");
        refused(".*", "empty");
        refused("lobby-pnpres", "name the channel itself");
        refused(&"x".repeat(1000), "1000 characters");
    }

    #[test]
    fn a_group_is_written_with_a_word_before_it() {
        let read = |name: &str| Subscription::parse_any(name);
        assert_eq!(read("group:eu"), Ok(Subscription::Group(ChannelGroup::from_wire("eu"))));
        assert!(matches!(read("match.*"), Ok(Subscription::Pattern(_))));
        assert!(read("group:").unwrap_err().to_string().contains("channel group is empty"));
        assert_eq!(read("groups:eu"), Ok(Subscription::Channel(Channel("groups:eu".into()))));
    }

    #[test]
    fn names_that_pubnub_advises_against_are_taken_with_a_word() {
        let advice = |name: &str| Subscription::parse_any(name).unwrap().advice().unwrap_or_default();
        let said = "the channel `Country:City` holds `:`, which PubNub advises against";
        assert_eq!(advice("Country:City"), said);
        assert!(advice("a b").contains("a space") && advice("a b").contains("separate arguments"));
        assert!(
            advice("match*")
                .ends_with("holds `*`, which PubNub advises against; a pattern ends in `.*`, as in `match.*`")
        );
        assert!(advice("a\\b").contains("`\\`"));
        assert!(advice("a:b.*").starts_with("the pattern `a:b.*` holds `:`"));
        assert!(advice("group:a:b").starts_with("the channel group `a:b` holds `:`"));
        for plain in ["lobby", "match.*", "Größe", "it's-(fine)!", "a|b;c=d&e"] {
            assert_eq!(advice(plain), "", "{plain}");
        }
    }

    #[test]
    fn a_pattern_covers_what_starts_with_its_prefix() {
        let pattern = Subscription::parse("match.*").unwrap();
        assert!(pattern.covers(&Channel::from_wire("match.1-pnpres")));
        assert!(!pattern.covers(&Channel::from_wire("matches")));
    }
}
