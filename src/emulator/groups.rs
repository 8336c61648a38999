//! Channel groups of one key, and which groups a channel is in. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    memory::{Share, Total},
    settings::Bounds,
};
use crate::presence::{Channel, PNPRES};

/// Why channels can't be added to a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// Too many groups.
    #[error("there are {0} channel groups already, which is the bound of this service")]
    Groups(usize),
    /// Too many channels in it.
    #[error("a channel group holds at most {0} channels")]
    Channels(usize),
}

/// What a group takes, and a channel in it, each besides its name. Measured, and rounded up.
const GROUP_BYTES: usize = 400;
const MEMBER_BYTES: usize = 350;

/// The most bytes that a group takes with so many channels more.
pub(super) fn weigh_members(group: &str, channels: &[Arc<str>]) -> usize {
    GROUP_BYTES + group.len() + channels.iter().map(|channel| MEMBER_BYTES + channel.len()).sum::<usize>()
}

/// Groups by name.
#[derive(Debug, Default)]
pub struct Groups {
    members: BTreeMap<Arc<str>, BTreeSet<Channel>>,
    by_channel: HashMap<Channel, BTreeSet<Arc<str>>, foldhash::fast::RandomState>,
    bytes: Share,
}

impl Groups {
    /// No groups yet; what they will hold is a part of `total`.
    pub fn new(total: &Total) -> Self {
        Self { bytes: total.share(0), ..Self::default() }
    }

    /// How many channels a group has.
    pub fn count_members(&self, group: &str) -> usize {
        self.members.get(group).map_or(0, BTreeSet::len)
    }

    /// The channels of a group; none if there is no such group.
    pub fn members(&self, group: &str) -> impl Iterator<Item = &Channel> {
        self.members.get(group).into_iter().flatten()
    }

    /// The groups that a channel is in.
    pub fn groups_of(&self, channel: &Channel) -> impl Iterator<Item = &Arc<str>> {
        self.by_channel.get(channel).into_iter().flatten()
    }

    /// How many groups a channel is in.
    pub fn count_groups_of(&self, channel: &Channel) -> usize {
        self.by_channel.get(channel).map_or(0, BTreeSet::len)
    }

    /// Whether a channel is in a group.
    pub fn contains(&self, group: &str, channel: &Channel) -> bool {
        self.members.get(group).is_some_and(|members| members.contains(channel))
    }

    /// The names of all groups.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(|name| &**name)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Add channels to a group. Returns those that were not in it.
    ///
    /// # Errors
    /// If there would be more than the bounds allow; then nothing is added.
    pub fn add(
        &mut self,
        group: &Arc<str>,
        channels: &[Arc<str>],
        bounds: &Bounds,
    ) -> Result<Vec<Channel>, GroupError> {
        let known = self.members.get(group);
        if known.is_none() && self.members.len() >= bounds.groups {
            return Err(GroupError::Groups(bounds.groups));
        }
        // The presence twin of the group stands for those of its channels.
        let plain = channels.iter().filter(|c| !c.ends_with(PNPRES));
        let channels: BTreeSet<Channel> = plain.map(|c| Channel::from_wire(c)).collect();
        let new: Vec<Channel> = channels.into_iter().filter(|c| known.is_none_or(|k| !k.contains(c))).collect();
        if known.map_or(0, BTreeSet::len) + new.len() > bounds.group_channels {
            return Err(GroupError::Channels(bounds.group_channels));
        }
        if new.is_empty() {
            return Ok(new);
        }
        if known.is_none() {
            self.bytes.add(GROUP_BYTES + group.len());
        }
        self.members.entry(group.clone()).or_default().extend(new.iter().cloned());
        for channel in &new {
            self.bytes.add(MEMBER_BYTES + channel.as_str().len());
            self.by_channel.entry(channel.clone()).or_default().insert(group.clone());
        }
        Ok(new)
    }

    /// Remove channels from a group. Returns those that were in it.
    pub fn remove(&mut self, group: &Arc<str>, channels: &[Arc<str>]) -> Vec<Channel> {
        let Some(members) = self.members.get_mut(group) else { return Vec::new() };
        let removed: Vec<Channel> =
            channels.iter().map(|c| Channel::from_wire(c)).filter(|channel| members.remove(channel)).collect();
        if members.is_empty() {
            self.members.remove(group);
            self.bytes.subtract(GROUP_BYTES + group.len());
        }
        self.forget_channels(group, &removed);
        removed
    }

    /// Delete a group. Returns the channels that were in it.
    pub fn delete(&mut self, group: &Arc<str>) -> Vec<Channel> {
        let Some(members) = self.members.remove(group) else { return Vec::new() };
        self.bytes.subtract(GROUP_BYTES + group.len());
        let removed: Vec<Channel> = members.into_iter().collect();
        self.forget_channels(group, &removed);
        removed
    }

    fn forget_channels(&mut self, group: &Arc<str>, removed: &[Channel]) {
        for channel in removed {
            self.bytes.subtract(MEMBER_BYTES + channel.as_str().len());
            if let Some(groups) = self.by_channel.get_mut(channel) {
                groups.remove(group);
                if groups.is_empty() {
                    self.by_channel.remove(channel);
                }
            }
        }
    }
}

/// The account once more, from nothing.
#[cfg(test)]
impl Groups {
    pub fn recount(&self) -> usize {
        let weigh = |(group, members): (&Arc<str>, &BTreeSet<Channel>)| {
            let members: Vec<Arc<str>> = members.iter().map(|channel| channel.as_str().into()).collect();
            weigh_members(group, &members)
        };
        self.members.iter().map(weigh).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_grow_and_shrink_within_their_bounds() {
        let bounds = Bounds { groups: 2, group_channels: 3, ..Bounds::default() };
        let mut groups = Groups::default();
        let (all, vip): (Arc<str>, Arc<str>) = ("all".into(), "vip".into());
        assert_eq!(groups.add(&all, &["a".into(), "b".into(), "a".into()], &bounds).unwrap().len(), 2);
        assert_eq!(groups.add(&all, &["b".into(), "c".into()], &bounds).unwrap(), [Channel::from_wire("c")]);
        assert_eq!(groups.add(&all, &["d".into()], &bounds), Err(GroupError::Channels(3)));
        groups.add(&vip, &["a".into()], &bounds).unwrap();
        assert_eq!(groups.add(&"more".into(), &["a".into()], &bounds), Err(GroupError::Groups(2)));
        assert_eq!(groups.groups_of(&Channel::from_wire("a")).count(), 2);
        assert_eq!(groups.remove(&all, &["a".into(), "x".into()]), [Channel::from_wire("a")]);
        assert_eq!(groups.groups_of(&Channel::from_wire("a")).collect::<Vec<_>>(), [&vip]);
        assert_eq!(groups.delete(&all).len(), 2);
        assert_eq!(groups.remove(&vip, &["a".into()]).len(), 1);
        assert!(groups.is_empty());
        assert_eq!(groups.groups_of(&Channel::from_wire("a")).count(), 0);
    }
}
