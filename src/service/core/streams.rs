//! What was published, by wire name, and what of it a subscriber receives. Pure.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Bound,
    sync::Arc,
};

use super::{Backlog, Settings, groups::Groups};
use crate::{
    filter::MessageFilter,
    presence::{PNPRES, Timetoken},
    wire::{Names, close_envelope},
};

/// The backlogs of one key.
#[derive(Debug, Default)]
pub struct Streams {
    backlogs: BTreeMap<Arc<str>, Backlog>,
    bytes: usize,
}

/// When an envelope was published, the open envelope, and the requested name that it matched.
type MatchedEnvelope<'a> = (Timetoken, &'a Arc<str>, &'a str);

impl Streams {
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.backlogs.is_empty()
    }

    /// When anything was published last.
    pub fn newest(&self) -> Option<Timetoken> {
        self.backlogs.values().filter_map(Backlog::newest).max()
    }

    /// Forget what is too old to be asked for.
    pub fn forget_old(&mut self, now: Timetoken, settings: &Settings) {
        let horizon = now.minus(settings.backlog_age);
        let bytes = &mut self.bytes;
        self.backlogs.retain(|_, backlog| {
            let kept = backlog.newest().is_some_and(|newest| newest >= horizon);
            *bytes -= if kept { 0 } else { backlog.bytes() };
            kept
        });
    }

    /// Keep an envelope for subscribers of `name`.
    pub fn publish(&mut self, name: Arc<str>, at: Timetoken, envelope: String, settings: &Settings) {
        let backlog = self.backlogs.entry(name).or_default();
        let before = backlog.bytes();
        backlog.push(at, envelope.into(), settings.backlog, settings.backlog_age);
        self.bytes = self.bytes + backlog.bytes() - before;
        let bounds = settings.bounds;
        if self.backlogs.len() > bounds.backlogs || self.bytes > bounds.backlog_bytes {
            self.make_room(at, settings);
        }
    }

    /// Drop everything too old to be asked for, then the least recently used names, until a quarter is free.
    fn make_room(&mut self, now: Timetoken, settings: &Settings) {
        let horizon = now.minus(settings.backlog_age);
        let mut oldest: Vec<(Timetoken, Arc<str>)> =
            self.backlogs.iter().map(|(name, b)| (b.newest().unwrap_or_default(), name.clone())).collect();
        oldest.sort_unstable();
        let (most, most_bytes) = (settings.bounds.backlogs / 4 * 3, settings.bounds.backlog_bytes / 4 * 3);
        for (newest, name) in oldest {
            if newest >= horizon && self.backlogs.len() <= most && self.bytes <= most_bytes {
                break;
            }
            self.bytes -= self.backlogs.remove(&name).map_or(0, |backlog| backlog.bytes());
        }
    }

    /// The envelopes published after `cursor` on what `names` listen for: one copy per matching
    /// name, in publish order, and at most as many as a backlog holds, the newest. Also the latest
    /// timetoken among all that were looked at, filtered out or not.
    pub fn read_since(
        &self,
        names: &Names,
        groups: &Groups,
        cursor: Timetoken,
        filter: Option<&MessageFilter>,
        settings: &Settings,
    ) -> (Vec<(Timetoken, String)>, Option<Timetoken>) {
        let mut found = self.collect(names, groups, cursor);
        found.sort_by_key(|(published, ..)| *published);
        let latest = found.last().map(|(published, ..)| *published);
        if settings.guesses.one_copy {
            let mut told = HashSet::new();
            found.retain(|(published, ..)| told.insert(*published));
        }
        if let Some(filter) = filter {
            found.retain(|(_, envelope, _)| passes_filter(filter, envelope));
        }
        let newest = found.len().saturating_sub(settings.backlog);
        // A pattern is named even where it is the only name: the JavaScript SDK drops events whose `b` it did not
        // ask for literally.
        let alone = names.single().is_some_and(|name| !name.contains('*'));
        let close = |(t, e, b): &MatchedEnvelope<'_>| (*t, close_envelope(e, (!alone).then_some(b)));
        (found[newest..].iter().map(close).collect(), latest)
    }

    fn collect<'a>(&'a self, names: &'a Names, groups: &Groups, cursor: Timetoken) -> Vec<MatchedEnvelope<'a>> {
        let mut found: Vec<MatchedEnvelope<'a>> = Vec::new();
        for listened in &names.channels {
            let (pattern, twin) = match listened.strip_suffix(PNPRES) {
                Some(name) => (name.strip_suffix('*'), true),
                None => (listened.strip_suffix('*'), false),
            };
            if let Some(prefix) = pattern.filter(|p| p.ends_with('.')) {
                // Recorded: with both `x.*` and `x.*-pnpres`, both copies say they came for `x.*`.
                let plain = format!("{prefix}*");
                let plain = names.channels.iter().find(|n| ***n == *plain);
                let said_for = plain.filter(|_| twin).unwrap_or(listened);
                let range = self.backlogs.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
                let matching = range.take_while(|(name, _)| name.starts_with(prefix));
                for (_, backlog) in matching.filter(|(name, _)| !twin || name.ends_with(PNPRES)) {
                    found.extend(backlog.after(cursor).map(|(t, e)| (*t, e, &**said_for)));
                }
            } else if let Some(backlog) = self.backlogs.get(listened) {
                found.extend(backlog.after(cursor).map(|(t, e)| (*t, e, &**listened)));
            }
        }
        for listened in &names.groups {
            let (group, suffix) = match listened.strip_suffix(PNPRES) {
                Some(group) => (group, PNPRES),
                None => (&**listened, ""),
            };
            for member in groups.members(group) {
                let backlog = self.backlogs.get(format!("{}{suffix}", member.as_str()).as_str());
                found.extend(backlog.into_iter().flat_map(|b| b.after(cursor)).map(|(t, e)| (*t, e, &**listened)));
            }
        }
        found
    }
}

/// Whether an envelope passes a filter.
fn passes_filter(filter: &MessageFilter, open: &str) -> bool {
    let whole: serde_json::Value = serde_json::from_str(&close_envelope(open, None)).unwrap_or_default();
    filter.admits(&whole["d"], whole.get("u"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Bounds;
    use super::*;

    fn settings(bounds: Bounds) -> Settings {
        Settings { backlog: 10, backlog_age: Duration::from_secs(60), bounds, ..Settings::default() }
    }

    fn publish(streams: &mut Streams, name: &str, at: u64, settings: &Settings) {
        let envelope = format!(r#"{{"c":"{name}","d":{{"n":{at}}},"u":{{"even":{}}}"#, at % 2);
        streams.publish(name.into(), Timetoken::new(at), envelope, settings);
    }

    #[test]
    fn the_least_recently_used_names_go_first_where_there_is_no_room() {
        let settings = settings(Bounds { backlogs: 8, ..Bounds::default() });
        let mut streams = Streams::default();
        for n in 0..8 {
            publish(&mut streams, &format!("c{n}"), n + 1, &settings);
        }
        publish(&mut streams, "c0", 100, &settings);
        publish(&mut streams, "c8", 101, &settings);
        assert_eq!(streams.backlogs.keys().map(|k| &**k).collect::<Vec<_>>(), ["c0", "c4", "c5", "c6", "c7", "c8"]);
        assert_eq!(streams.bytes, streams.backlogs.values().map(Backlog::bytes).sum::<usize>());
    }

    #[test]
    fn bytes_are_bounded_too() {
        let settings = settings(Bounds { backlog_bytes: 1_000, ..Bounds::default() });
        let mut streams = Streams::default();
        for n in 1..1_000 {
            publish(&mut streams, &format!("c{}", n % 37), n, &settings);
            assert!(streams.bytes <= 1_000 + 50);
        }
    }

    #[test]
    fn a_filter_hides_events_but_not_that_time_went_on() {
        let settings = settings(Bounds::default());
        let mut streams = Streams::default();
        (1..=5).for_each(|n| publish(&mut streams, "lobby", n, &settings));
        let names = Names { channels: vec!["lobby".into()], groups: vec![] };
        let read_since = |filter: &str| {
            let filter = MessageFilter::parse(filter).unwrap();
            let (found, latest) =
                streams.read_since(&names, &Groups::default(), Timetoken::new(1), Some(&filter), &settings);
            (found.iter().map(|(t, _)| t.ticks()).collect::<Vec<_>>(), latest.unwrap().ticks())
        };
        assert_eq!(read_since("even == 0"), (vec![2, 4], 5));
        assert_eq!(read_since("data.n > 3"), (vec![4, 5], 5));
        assert_eq!(read_since("data.n > 9"), (vec![], 5));
    }

    #[test]
    fn one_copy_is_enough_where_asked_for() {
        let mut settings = settings(Bounds::default());
        let mut streams = Streams::default();
        publish(&mut streams, "foo.bar", 5, &settings);
        let names = Names { channels: vec!["foo.bar".into(), "foo.*".into()], groups: vec![] };
        let copies = |settings: &Settings| {
            streams.read_since(&names, &Groups::default(), Timetoken::ZERO, None, settings).0.len()
        };
        assert_eq!(copies(&settings), 2);
        settings.guesses.one_copy = true;
        assert_eq!(copies(&settings), 1);
    }
}
