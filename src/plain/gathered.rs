//! What has happened since it was last told, by channel and by what it was.

use super::sentence::{count_channels, end_sentence, join_names, show_name};
use crate::{
    presence::{Channel, UserId},
    wording::group_digits,
    world::{Entry, EntryBody, EntryKind},
};

/// Names in a sentence.
const NAMES: usize = 3;

/// The same happened on more channels than this: then it is one sentence.
const CHANNELS: usize = 3;

/// Channels and ways that are kept apart, and other sentences that are kept. What is beyond is counted.
const MOST: usize = 200;

/// What users did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Joined,
    Left,
    TimedOut,
    Gone,
    Returned,
    Updated,
}

impl Way {
    const ALL: [Self; 6] = [Self::TimedOut, Self::Left, Self::Gone, Self::Returned, Self::Joined, Self::Updated];

    /// What is said of them, and what it is called when it is counted.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Joined => ("joined", "join", "joins"),
            Self::Left => ("left", "leave", "leaves"),
            Self::TimedOut => ("timed out on", "timeout", "timeouts"),
            Self::Gone => ("disappeared from", "departure", "departures"),
            Self::Returned => ("left and came right back to", "quick return", "quick returns"),
            Self::Updated => ("changed state on", "change of state", "changes of state"),
        }
    }
}

/// Users who did the same on one channel.
#[derive(Debug)]
struct Group {
    way: Way,
    channel: Channel,
    count: u64,
    /// The first few of them, safe to show.
    names: Vec<String>,
    /// The occupancy after the last of them.
    here: Option<u64>,
}

/// What has happened since it was last told.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    groups: Vec<Group>,
    sentences: Vec<String>,
    /// What was beyond the bounds.
    more: u64,
}

impl Gathered {
    /// Take what happened.
    pub fn take_entry(&mut self, entry: &Entry) {
        let way = match entry.body {
            EntryBody::Join { .. } => Some(Way::Joined),
            EntryBody::Leave { .. } => Some(Way::Left),
            EntryBody::Timeout { .. } => Some(Way::TimedOut),
            EntryBody::Gone => Some(Way::Gone),
            EntryBody::Flap { .. } => Some(Way::Returned),
            EntryBody::State => Some(Way::Updated),
            EntryBody::Interval { named: [0, 0, 0], refresh: false } => return,
            EntryBody::Interval { .. } | EntryBody::Unknown | EntryBody::Garbled { .. } | EntryBody::Note(_) => None,
        };
        if let (Some(way), Some(channel), Some(user)) = (way, &entry.channel, &entry.user) {
            return self.add(way, channel, std::slice::from_ref(user), entry.occupancy);
        }
        let many = entry.count_changes() > 0;
        if let (true, Some(channel)) = (many && !is_repair(entry), &entry.channel) {
            for (kind, users) in entry.changes() {
                let way = match kind {
                    EntryKind::Timeout => Way::TimedOut,
                    EntryKind::Leave => Way::Left,
                    EntryKind::Resync => Way::Gone,
                    _ => Way::Joined,
                };
                self.add(way, channel, users, entry.occupancy);
            }
            return;
        }
        self.say(&describe_entry(entry));
    }

    /// Tell this sentence with the others.
    pub fn say(&mut self, text: &str) {
        let sentence = end_sentence(text);
        if self.sentences.contains(&sentence) {
            return;
        }
        if self.sentences.len() < MOST { self.sentences.push(sentence) } else { self.more += 1 }
    }

    fn add(&mut self, way: Way, channel: &Channel, users: &[UserId], here: Option<u64>) {
        if users.is_empty() {
            return;
        }
        let known = self.groups.iter().position(|group| group.way == way && group.channel == *channel);
        let place = known.unwrap_or(self.groups.len());
        if known.is_none() {
            if place >= MOST {
                self.more += users.len() as u64;
                return;
            }
            self.groups.push(Group { way, channel: channel.clone(), count: 0, names: Vec::new(), here });
        }
        let group = &mut self.groups[place];
        group.count += users.len() as u64;
        group.here = here.or(group.here);
        let room = NAMES.saturating_sub(group.names.len());
        group.names.extend(users.iter().take(room).map(|user| show_name(user.as_str())));
    }

    /// What is to be told, in sentences; then nothing is left.
    pub fn take_sentences(&mut self) -> Vec<String> {
        let Self { groups, mut sentences, more } = std::mem::take(self);
        let mut told = Vec::new();
        for way in Way::ALL {
            let same: Vec<&Group> = groups.iter().filter(|group| group.way == way).collect();
            match same.len() {
                0 => {}
                1..=CHANNELS => told.extend(same.into_iter().map(say_group)),
                _ => told.push(say_many(way, &same)),
            }
        }
        told.append(&mut sentences);
        if more > 0 {
            told.push(format!("{} more changes are not told.", group_digits(more)));
        }
        told
    }
}

/// A note about our own list says by itself who was missing; of an interval and the here now after it, users are told.
fn is_repair(entry: &Entry) -> bool {
    let kind = entry.body.kind();
    matches!(entry.body, EntryBody::Note(_)) && matches!(kind, EntryKind::Drift | EntryKind::Resync)
}

/// An entry by itself, with its channel and its user. Safe to show.
pub(super) fn describe_entry(entry: &Entry) -> String {
    let channel = entry.channel.as_ref().map(|channel| show_name(channel.as_str()));
    let user = entry.user.as_ref().map(|user| show_name(user.as_str()));
    let details = crate::presence::sanitize_sentence(&entry.describe_details()).into_owned();
    let details = crate::wording::excerpt(&details, LONGEST_DETAILS);
    if let (Some(user), Some(channel)) = (user, &channel) {
        let word = entry.body.kind().name();
        let details = if details.is_empty() { String::new() } else { format!(", {details}") };
        return format!("{word} of {user} on {channel}{details}");
    }
    channel.map_or_else(|| details.clone(), |channel| format!("{channel}: {details}"))
}

/// Bytes of an entry's details that are told: a state may have 32 KiB.
const LONGEST_DETAILS: usize = 400;

fn say_group(group: &Group) -> String {
    let (verb, _, _) = group.way.words();
    let channel = show_name(group.channel.as_str());
    let names = join_names(&group.names, group.count);
    let here = group.here.map_or_else(String::new, |here| format!(", {} there now", group_digits(here)));
    if group.count > group.names.len() as u64 {
        let few = join_names(&group.names, group.names.len() as u64);
        return format!("{} people {verb} {channel}, among them {few}{here}.", group_digits(group.count));
    }
    format!("{names} {verb} {channel}{here}.")
}

fn say_many(way: Way, groups: &[&Group]) -> String {
    let (_, one, several) = way.words();
    let count: u64 = groups.iter().map(|group| group.count).sum();
    let most = groups.iter().max_by_key(|group| group.count);
    let most = most.map_or_else(String::new, |most| {
        format!(", most of them on {}, {}", show_name(most.channel.as_str()), group_digits(most.count))
    });
    let word = if count == 1 { one } else { several };
    format!("{} {word} on {}{most}.", group_digits(count), count_channels(groups.len()))
}
