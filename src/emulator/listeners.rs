//! Which polls listen for what. Pure.
//!
//! A name wakes a poll once. Until the poll has been looked after, it is out of the way of all else that is published
//! there: what a publish costs is paid for by the polls that came.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{PollId, groups::Groups};
use crate::{
    presence::{Channel, PNPRES},
    wire::Names,
};

/// Visit every pattern that a wire name matches: for `a.b` it is `a.*`, and for its twin `a.*-pnpres` as well.
pub(super) fn visit_patterns(name: &str, most_dots: usize, mut visit: impl FnMut(&str)) {
    let (is_twin, mut pattern) = (name.ends_with(PNPRES), String::new());
    for (dot, _) in name.match_indices('.').take(most_dots) {
        pattern.clear();
        pattern.push_str(&name[..=dot]);
        pattern.push('*');
        visit(&pattern);
        if is_twin {
            pattern.push_str(PNPRES);
            visit(&pattern);
        }
    }
}

/// A poll, and which of its names is meant: channels first, then groups.
pub type WokenPoll = (PollId, usize);

/// The polls of one name, each with the number of the name among its own.
#[derive(Debug, Default)]
struct Audience {
    waiting: BTreeMap<PollId, usize>,
    woken: BTreeMap<PollId, usize>,
}

type AudienceMap = HashMap<Arc<str>, Audience, foldhash::fast::RandomState>;

/// The polls of one key, by the names that they listen for.
#[derive(Debug, Default)]
pub struct Listeners {
    by_name: AudienceMap,
    by_group: AudienceMap,
    most_dots: usize,
}

impl Audience {
    fn wake(&mut self, woken: &mut Vec<WokenPoll>) {
        woken.extend(self.waiting.iter().map(|(poll, which)| (*poll, *which)));
        if self.woken.is_empty() {
            std::mem::swap(&mut self.woken, &mut self.waiting);
        } else {
            self.woken.append(&mut self.waiting);
        }
    }
}

impl Listeners {
    /// No polls yet, whose patterns have at most so many dots.
    pub fn new(most_dots: usize) -> Self {
        Self { most_dots, ..Self::default() }
    }

    /// Whether no poll is open.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.by_group.is_empty()
    }

    /// Let a poll listen for all of its names.
    pub fn listen(&mut self, poll: PollId, names: &Names) {
        for (which, name) in names.channels.iter().enumerate() {
            self.by_name.entry(name.clone()).or_default().waiting.insert(poll, which);
        }
        for (which, name) in names.groups.iter().enumerate() {
            let which = names.channels.len() + which;
            self.by_group.entry(name.clone()).or_default().waiting.insert(poll, which);
        }
    }

    /// Let a poll that was looked after listen again for the names that woke it.
    pub fn listen_again(&mut self, poll: PollId, names: &Names, which: &BTreeSet<usize>) {
        for which in which {
            let audience = match names.channels.get(*which) {
                Some(name) => self.by_name.get_mut(name),
                None => names.groups.get(which - names.channels.len()).and_then(|name| self.by_group.get_mut(name)),
            };
            if let Some(audience) = audience {
                audience.woken.remove(&poll);
                audience.waiting.insert(poll, *which);
            }
        }
    }

    /// Forget a poll.
    pub fn stop_listening(&mut self, poll: PollId, names: &Names) {
        let forget = |audiences: &mut AudienceMap, name: &Arc<str>| {
            if let Some(audience) = audiences.get_mut(name) {
                audience.waiting.remove(&poll);
                audience.woken.remove(&poll);
                if audience.waiting.is_empty() && audience.woken.is_empty() {
                    audiences.remove(name);
                }
            }
        };
        names.channels.iter().for_each(|name| forget(&mut self.by_name, name));
        names.groups.iter().for_each(|name| forget(&mut self.by_group, name));
    }

    /// Wake the polls that listen for what is published on `name`, which is `channel` or its twin.
    pub fn wake(&mut self, name: &str, channel: &Channel, groups: &Groups) -> Vec<WokenPoll> {
        let mut woken = Vec::new();
        if let Some(audience) = self.by_name.get_mut(name) {
            audience.wake(&mut woken);
        }
        if !self.by_name.is_empty() {
            visit_patterns(name, self.most_dots, |pattern| {
                if let Some(audience) = self.by_name.get_mut(pattern) {
                    audience.wake(&mut woken);
                }
            });
        }
        self.wake_groups(name.ends_with(PNPRES), channel, groups, &mut woken);
        woken
    }

    fn wake_groups(&mut self, is_twin: bool, channel: &Channel, groups: &Groups, woken: &mut Vec<WokenPoll>) {
        let suffix = if is_twin { PNPRES } else { "" };
        // A channel may be in thousands of groups that nobody listens for.
        if self.by_group.len() < groups.count_groups_of(channel) {
            for (name, audience) in &mut self.by_group {
                let group = name.strip_suffix(PNPRES);
                let is_heard = group.is_some() == is_twin && groups.contains(group.unwrap_or(name), channel);
                if is_heard {
                    audience.wake(woken);
                }
            }
            return;
        }
        let mut listened = String::new();
        for group in groups.groups_of(channel) {
            listened.clear();
            listened.push_str(group);
            listened.push_str(suffix);
            if let Some(audience) = self.by_group.get_mut(listened.as_str()) {
                audience.wake(woken);
            }
        }
    }

    /// The polls that listen for a group itself, which makes their users present in its channels.
    pub fn polls_on_group(&self, group: &str) -> BTreeSet<PollId> {
        let audience = self.by_group.get(group).into_iter();
        audience.flat_map(|audience| audience.waiting.keys().chain(audience.woken.keys())).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Bounds;

    fn names(channels: &[&str], groups: &[&str]) -> Names {
        let list = |names: &[&str]| names.iter().map(|name| Arc::from(*name)).collect();
        Names { channels: list(channels), groups: list(groups) }
    }

    #[test]
    fn a_name_wakes_a_poll_once_until_it_was_looked_after() {
        let mut groups = Groups::default();
        groups.add(&"all".into(), &["a.b".into()], &Bounds::default()).unwrap();
        let (poll, asked) = (PollId(1), names(&["a.b", "a.*"], &["all"]));
        let mut listeners = Listeners::new(2);
        listeners.listen(poll, &asked);
        let wake = |listeners: &mut Listeners, name: &str| {
            let mut woken = listeners.wake(name, &Channel::from_wire(name), &groups);
            woken.sort_unstable();
            woken.into_iter().map(|(_, which)| which).collect::<Vec<_>>()
        };
        assert_eq!(wake(&mut listeners, "a.c"), [1]);
        assert_eq!(wake(&mut listeners, "a.b"), [0, 2]);
        assert_eq!(wake(&mut listeners, "a.b"), [0; 0]);
        assert_eq!(listeners.polls_on_group("all"), BTreeSet::from([poll]));
        listeners.listen_again(poll, &asked, &BTreeSet::from([1, 2]));
        assert_eq!(wake(&mut listeners, "a.b"), [1, 2]);
        assert_eq!(wake(&mut listeners, "a.b-pnpres"), [0; 0]);
        listeners.stop_listening(poll, &asked);
        assert!(listeners.is_empty());
    }

    #[test]
    fn groups_that_nobody_listens_for_cost_nothing() {
        let mut groups = Groups::default();
        for n in 0..100 {
            groups.add(&format!("g{n}").into(), &["lobby".into()], &Bounds::default()).unwrap();
        }
        let mut listeners = Listeners::new(2);
        listeners.listen(PollId(1), &names(&[], &["g7", "g8-pnpres", "other"]));
        let lobby = Channel::from_wire("lobby");
        assert_eq!(listeners.wake("lobby", &lobby, &groups), [(PollId(1), 0)]);
        assert_eq!(listeners.wake("lobby-pnpres", &lobby, &groups), [(PollId(1), 1)]);
    }

    #[test]
    fn patterns_of_a_long_name_are_few() {
        let mut visited = Vec::new();
        visit_patterns("a.b-pnpres", 2, |pattern| visited.push(pattern.to_owned()));
        assert_eq!(visited, ["a.*", "a.*-pnpres"]);
        let mut count = 0;
        visit_patterns(&"a.".repeat(16_000), 16, |_| count += 1);
        assert_eq!(count, 16);
    }
}
