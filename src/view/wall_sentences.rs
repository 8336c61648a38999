//! What happened last, as sentences about people.
//!
//! ```text
//! jonas, zoe and 14 others came to stage
//! ravi was not heard from any more on lobby, after 49 s
//! ```

use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::format::{cut, cut_foreign};
use crate::{
    duration::age,
    presence::{Channel, Moment, UserId},
    ui::EventLog,
    world::{Entry, EntryBody, EntryKind, Note},
};

/// So many sentences are told.
const TOLD: usize = 2;

/// So many entries are looked at to make them.
const READ: usize = 60;

/// What happened within this before the last is told with it.
const TOGETHER: Duration = Duration::from_secs(10);

/// So many people are named, and the others counted.
const NAMED: usize = 2;

/// Cells of a name.
const NAME: usize = 20;

/// People to whom the same happened on the same channel.
struct PeopleTogether<'a> {
    kind: EntryKind,
    channel: &'a Channel,
    /// When the last of them was told of.
    last: Moment,
    /// The first few, latest first.
    users: Vec<&'a UserId>,
    count: usize,
    /// How long the latest had been there, if that is known.
    stayed: Option<Duration>,
}

/// The last events as sentences of at most `width` cells, latest first, each as if it were told of one user.
/// People to whom the same happened one after the other are in one sentence.
pub(super) fn list_sentences(log: &EventLog, width: usize) -> Vec<(EntryBody, String)> {
    let entries: Vec<&Entry> = log.last_entries(READ).collect();
    let mut found: Vec<PeopleTogether<'_>> = Vec::new();
    for entry in entries.into_iter().rev() {
        let Some(channel) = &entry.channel else { continue };
        let Some((kind, users)) = read_entry(entry) else { continue };
        if let Some(told) = found.iter_mut().find(|told| told.kind == kind && told.channel == channel) {
            if told.last.since(entry.heard) < TOGETHER {
                told.count += users.len();
                told.users.extend(users.iter().take(NAMED));
            }
        } else if found.len() == TOLD {
            break;
        } else {
            let count = users.len();
            let users = users.iter().take(NAMED).collect();
            let stayed = match entry.body {
                EntryBody::Leave { stayed } | EntryBody::Timeout { stayed } => stayed,
                _ => None,
            };
            found.push(PeopleTogether { kind, channel, last: entry.heard, users, count, stayed });
        }
    }
    found.into_iter().map(|told| (make_body(told.kind), write_sentence(&told, width))).collect()
}

/// What happened to whom, if the entry is about people who came or went.
fn read_entry(entry: &Entry) -> Option<(EntryKind, &[UserId])> {
    let kind = entry.body.kind();
    match &entry.body {
        EntryBody::Join { sightings: 1 }
        | EntryBody::Flap { .. }
        | EntryBody::Leave { .. }
        | EntryBody::Timeout { .. } => Some((kind, std::slice::from_ref(entry.user.as_ref()?))),
        EntryBody::Interval { .. } | EntryBody::Note(Note::CaughtUp { .. }) => {
            let changes = entry.changes().into_iter().filter(|(_, users)| !users.is_empty());
            // Of several the most telling: that of most people, and of a timeout before all else.
            changes.max_by_key(|(kind, users)| (users.len(), *kind == EntryKind::Timeout))
        }
        _ => None,
    }
}

const fn make_body(kind: EntryKind) -> EntryBody {
    match kind {
        EntryKind::Timeout => EntryBody::Timeout { stayed: None },
        EntryKind::Leave => EntryBody::Leave { stayed: None },
        EntryKind::Resync => EntryBody::Gone,
        _ => EntryBody::Join { sightings: 1 },
    }
}

fn write_sentence(told: &PeopleTogether<'_>, width: usize) -> String {
    let mut names: Vec<String> = Vec::new();
    for user in &told.users {
        let name = cut_foreign(user.as_str(), NAME);
        if !names.contains(&name) && names.len() < NAMED {
            names.push(name);
        }
    }
    let others = told.count.saturating_sub(names.len());
    let who = |named: usize| {
        let more = others + names.len() - named;
        let listed = names[..named].join(if more == 0 { " and " } else { ", " });
        match more {
            0 => listed,
            1 => format!("{listed} and 1 other"),
            _ => format!("{listed} and {more} others"),
        }
    };
    let channel = cut_foreign(told.channel.as_str(), 30);
    let several = told.count > 1;
    let what = match told.kind {
        EntryKind::Timeout if several => format!("were not heard from any more on {channel}"),
        EntryKind::Timeout => format!("was not heard from any more on {channel}"),
        EntryKind::Leave => format!("left {channel}"),
        EntryKind::Resync => format!("disappeared from {channel}"),
        _ => format!("came to {channel}"),
    };
    let after = told.stayed.filter(|_| !several).map(|stayed| format!(", after {}", age(stayed)));
    let whole = after.map(|after| format!("{} {what}{after}", who(names.len())));
    let short =
        (told.kind == EntryKind::Timeout).then(|| format!("{} fell silent on {channel}", who(1.min(names.len()))));
    let named = (1..=names.len()).rev().map(|named| format!("{} {what}", who(named)));
    let mut forms = whole.into_iter().chain(named).chain(short);
    let said = forms.clone().find(|said| said.width() <= width).or_else(|| forms.next_back());
    cut(&said.unwrap_or_default(), width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn happened(second: u64, channel: &str, who: &str, body: EntryBody) -> Arc<Entry> {
        let mut entry = Entry::from_note(
            Some(Channel::from_wire(channel)),
            Note::ClockSetBack,
            Moment::from_micros(second * 1_000_000),
        );
        (entry.user, entry.body) = (Some(UserId::from_wire(who)), body);
        Arc::new(entry)
    }

    fn said(entries: Vec<Arc<Entry>>, width: usize) -> Vec<String> {
        let mut log = EventLog::default();
        for entry in entries {
            log.push(entry);
        }
        list_sentences(&log, width).into_iter().map(|(_, sentence)| sentence).collect()
    }

    #[test]
    fn f12_the_last_events_are_sentences_about_people() {
        let join = || EntryBody::Join { sightings: 1 };
        let gone = || EntryBody::Timeout { stayed: Some(Duration::from_secs(49)) };
        let entries = || {
            vec![
                happened(1, "lobby", "early", EntryBody::Leave { stayed: None }),
                happened(50, "lobby", "ravi", gone()),
                happened(51, "stage", "ann", join()),
                happened(52, "stage", "bob", join()),
                happened(53, "stage", "zoe", join()),
                happened(53, "stage", "jonas", EntryBody::State),
            ]
        };
        assert_eq!(
            said(entries(), 60),
            ["zoe, bob and 1 other came to stage", "ravi was not heard from any more on lobby, after 49 s"]
        );
        assert_eq!(said(entries(), 33), ["zoe and 2 others came to stage", "ravi fell silent on lobby"]);
        assert!(said(Vec::new(), 40).is_empty());
        let two = vec![happened(1, "lobby", "ann", gone()), happened(2, "lobby", "bob", gone())];
        assert_eq!(said(two, 60), ["bob and ann were not heard from any more on lobby"]);
    }
}
