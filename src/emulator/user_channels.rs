//! The channels that a user is on. Pure.

use super::ranked_map::RankedMap;
use crate::presence::Channel;

/// At least one channel. Most users are on one, and there may be a million of them: that takes no more than its name.
#[derive(Debug)]
pub(super) enum UserChannels {
    One(Channel),
    Many(Box<RankedMap<Channel, ()>>),
}

impl UserChannels {
    /// Add a channel.
    pub fn insert(&mut self, channel: Channel) {
        match self {
            Self::Many(all) => {
                all.insert(channel, ());
            }
            Self::One(known) if *known == channel => {}
            Self::One(known) => {
                let mut all = RankedMap::default();
                all.insert(known.clone(), ());
                all.insert(channel, ());
                *self = Self::Many(Box::new(all));
            }
        }
    }

    /// Take a channel out. Returns whether that was the last one; it then stays where it is.
    pub fn remove(&mut self, channel: &Channel) -> bool {
        match self {
            Self::One(known) => known == channel,
            Self::Many(all) => {
                all.remove(channel);
                if let Some(last) = all.first().filter(|_| all.len() == 1).cloned() {
                    *self = Self::One(last);
                }
                false
            }
        }
    }

    /// Some of the channels behind one, or of all of them, by name.
    pub fn list_after(&self, last: Option<&Channel>, most: usize) -> Vec<Channel> {
        match self {
            Self::One(only) => {
                last.is_none_or(|last| last < only).then(|| only.clone()).into_iter().take(most).collect()
            }
            Self::Many(all) => all.iter_after(last).take(most).map(|(channel, ())| channel.clone()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_channel_or_many_are_listed_alike() {
        let named = Channel::from_wire;
        let mut channels = UserChannels::One(named("b"));
        channels.insert(named("b"));
        assert_eq!(channels.list_after(None, 9), [named("b")]);
        assert_eq!(channels.list_after(Some(&named("a")), 9), [named("b")]);
        assert_eq!(channels.list_after(Some(&named("b")), 9), []);
        assert_eq!(channels.list_after(None, 0), []);
        assert!(!channels.remove(&named("a")));
        channels.insert(named("c"));
        channels.insert(named("a"));
        channels.insert(named("c"));
        assert_eq!(channels.list_after(None, 9), ["a", "b", "c"].map(named));
        assert_eq!(channels.list_after(Some(&named("a")), 1), [named("b")]);
        assert!(!channels.remove(&named("a")) && !channels.remove(&named("a")) && !channels.remove(&named("c")));
        assert_eq!(channels.list_after(None, 9), [named("b")]);
        assert!(channels.remove(&named("b")));
    }
}
