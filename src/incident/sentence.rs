//! Says an incident, in sentences for the room that there is.

use std::time::Duration;

use super::{Incident, IncidentKind};
use crate::{
    presence::{Channel, Moment, sanitize},
    wording::{count_things, excerpt, group_digits},
};

/// The longest channel name in a sentence, in bytes.
const LONGEST_NAME: usize = 24;

/// Show how long something took or is ago: `4 s`, `14 min`, `3 h`.
pub(super) fn show_span(span: Duration) -> String {
    match span.as_secs() {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s => format!("{} h", s / 3600),
    }
}

pub(super) fn show_name(channel: &Channel) -> String {
    excerpt(&sanitize(channel.as_str()), LONGEST_NAME)
}

pub(super) fn count_people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{} people", group_digits(count)) }
}

impl Incident {
    /// Say it in one sentence, without its age, in several lengths, the longest first. Safe to show.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = match self.kind {
            IncidentKind::LostLink | IncidentKind::Refused => self.say_standing(),
            IncidentKind::Drift => self.say_drift(),
            IncidentKind::ModeSwitch => self.say_mode_switch(),
            _ => self.say_flow(),
        };
        sentences.dedup();
        sentences
    }

    /// Say it in one sentence at its full length. Safe to show.
    pub fn sentence(&self) -> String {
        self.sentences().swap_remove(0)
    }

    /// Where it happened.
    fn say_where(&self) -> String {
        match (self.concerned, self.channels.first()) {
            (_, Some(only)) if self.concerned == 1 => format!("on {}", show_name(&only.channel)),
            _ if self.is_everywhere() => format!("on all {} channels", self.in_view),
            _ => format!("on {} of {} channels", self.concerned, self.in_view),
        }
    }

    fn say_flow(&self) -> Vec<String> {
        let (count, seconds) = (self.count(), self.seconds());
        let least = if self.at_least { "more than " } else { "" };
        let (verb, short) = self.verbs();
        let place = self.say_where();
        let percent = self.percent();
        let people = count_people(count);
        let share = self.say_share();
        let besides = match self.not_told {
            0 => String::new(),
            more => format!(" · {} fewer besides, not named yet", group_digits(more)),
        };
        let head = format!("{least}{people} {verb} within {seconds} s {place}{share}{besides}");
        let aside = self.say_aside();
        let (cause, short_cause) = self.cause();
        let cause = if cause.is_empty() { String::new() } else { format!(" · {cause}") };
        let short_cause = if short_cause.is_empty() { String::new() } else { format!(" · {short_cause}") };
        let common = self.common.as_ref().map_or_else(String::new, |common| format!(" · in common: {}", common.name()));
        let (concerned, all) = (self.concerned, self.in_view);
        let places = [
            format!(" on {concerned} of {all} channels"),
            format!(" · {concerned} of {all} channels"),
            format!(" {concerned}/{all} ch"),
        ];
        // Where there is one channel, it is this.
        let [of, of_short, of_least] = places.map(|place| if all > 1 { place } else { String::new() });
        let few = group_digits(count + self.not_told);
        let named = if self.not_told == 0 { String::new() } else { format!(", {} of them named", group_digits(count)) };
        // Nobody knows yet how those went.
        let short = if self.not_told > 0 { "gone".to_owned() } else { short };
        let word = short_cause.split([',', ' ']).find(|word| word.len() > 2).unwrap_or_default();
        // "network" alone would be the cause of the outage, and not its end.
        let word =
            if word.is_empty() || self.kind == IncidentKind::Herd { String::new() } else { format!(" · {word}") };
        let part = if self.outnumbers() || self.not_told > 0 { String::new() } else { format!(" ({percent} %)") };
        vec![
            format!("{head}{aside}{cause}{common}"),
            format!("{head}{aside}{cause}"),
            format!("{head}{cause}"),
            format!("{few} {short} in {seconds} s{of}{part}{named}{short_cause}"),
            format!("{few} {short} in {seconds} s{of}{short_cause}"),
            format!("{few} {short}{of_short}{word}"),
            format!("{few} {short}{of_least}{word}"),
            format!("{few} {short}{word}"),
            format!("{few} {short}"),
        ]
    }

    /// How many there were before and after, or what part of all they are.
    fn say_share(&self) -> String {
        match self.kind {
            IncidentKind::Rush | IncidentKind::Herd => {
                // People who go from one channel to another are as many as before over all.
                let only = self.channels.first().filter(|_| self.concerned == 1 && self.kind == IncidentKind::Rush);
                let (before, after) = only.map_or((self.before, self.after), |only| (only.before, only.after));
                // Where the number was known before the names, it says nothing of this.
                if before < after {
                    format!(", {}→{}", group_digits(before), group_digits(after))
                } else {
                    String::new()
                }
            }
            IncidentKind::Flapping => String::new(),
            // Some of them came while others went: they are a part of nothing that was counted.
            _ if self.outnumbers() && self.after < self.before => {
                format!(", {}→{}", group_digits(self.before), group_digits(self.after))
            }
            // Who is on several channels is counted on each.
            _ if self.presences * 10 > self.count() * 11 => {
                format!(", {} % of {} presences", self.percent(), group_digits(self.before))
            }
            _ => format!(", {} % of {}", self.percent(), group_digits(self.before)),
        }
    }

    /// What they did: in full, and in a word or two.
    fn verbs(&self) -> (String, String) {
        let (verb, short) = match self.kind {
            IncidentKind::MassTimeout if self.unnamed > 0 => (
                format!("are gone, {} of them by timeout and the others unnamed,", group_digits(self.users)),
                "gone".to_owned(),
            ),
            IncidentKind::MassTimeout if self.unheard > 0 => (
                format!(
                    "were gone, {} of them by timeout and {} back before it was told,",
                    group_digits(self.users - self.unheard),
                    group_digits(self.unheard)
                ),
                "gone".to_owned(),
            ),
            IncidentKind::MassTimeout => ("timed out".to_owned(), "timed out".to_owned()),
            IncidentKind::MassLeave if self.unnamed > 0 => (
                format!("are gone, {} of them left and the others are unnamed,", group_digits(self.users)),
                "gone".to_owned(),
            ),
            IncidentKind::MassLeave if self.made_up => {
                ("left and as many came".to_owned(), "left, as many came".to_owned())
            }
            IncidentKind::MassLeave => ("left".to_owned(), "left".to_owned()),
            IncidentKind::Reconnect if self.rolling => {
                ("left and joined again, one after the other,".to_owned(), "restarted".to_owned())
            }
            IncidentKind::Reconnect if self.returned > 0 => (
                format!("left and {} of them are back", group_digits(self.returned)),
                format!("left, {} back", group_digits(self.returned)),
            ),
            // Intervals tell of them that they joined again, and of few how they had gone.
            IncidentKind::Reconnect if self.unheard * 2 > self.users => {
                ("were gone and are back".to_owned(), "back".to_owned())
            }
            IncidentKind::Reconnect => ("left and joined again".to_owned(), "rejoined".to_owned()),
            IncidentKind::Unclear if self.mixed => {
                ("left while others came,".to_owned(), "left, others came".to_owned())
            }
            IncidentKind::Unclear if self.joins => {
                ("joined, and as many are here as before,".to_owned(), "joined".to_owned())
            }
            IncidentKind::Herd => self.say_return(),
            IncidentKind::Rush => ("joined".to_owned(), "joined".to_owned()),
            IncidentKind::Flapping if self.count() == 1 => {
                ("leaves and joins again and again".to_owned(), "flapping".to_owned())
            }
            IncidentKind::Flapping => ("leave and join again and again".to_owned(), "flapping".to_owned()),
            _ if self.count() == 1 => ("is gone".to_owned(), "gone".to_owned()),
            _ => ("are gone".to_owned(), "gone".to_owned()),
        };
        (verb, short)
    }

    /// What those did who are back after a mass timeout, as far as they are known.
    fn say_return(&self) -> (String, String) {
        let (of, short) = (group_digits(self.returned), format!("of {} back", group_digits(self.returned)));
        match () {
            () if self.unnamed > 0 && self.count() <= self.returned => {
                (format!("of {of} who were gone are back, {} of them named,", group_digits(self.users)), short)
            }
            () if self.unnamed > 0 || self.users > self.returned => {
                (format!("joined, after {of} had gone,"), format!("back after {of} gone"))
            }
            () if self.unheard > 0 => (format!("of {of} who were gone are back"), short),
            () => (format!("of {of} who had timed out are back"), short),
        }
    }

    /// What happened beside it, for comparison.
    fn say_aside(&self) -> String {
        let count = |count: u64, what: &str, nobody: &str| {
            if count == 0 { format!(" · nobody {nobody}") } else { format!(" · {} {what}", group_digits(count)) }
        };
        match self.kind {
            IncidentKind::MassTimeout if self.left > 0 && self.left <= self.usual_left => {
                format!(" · {} left, as usual", group_digits(self.left))
            }
            IncidentKind::MassTimeout => count(self.left, "left", "left"),
            IncidentKind::MassLeave => count(self.timed_out, "timed out", "timed out"),
            IncidentKind::Unclear if self.mixed => String::new(),
            IncidentKind::Unclear if self.joins => " · who had gone was not told".to_owned(),
            IncidentKind::Unclear if self.users > 0 => {
                format!(" · {} timed out, {} left", group_digits(self.timed_out), group_digits(self.left))
            }
            // Then the cause says it.
            IncidentKind::Unclear if self.is_nameless() => String::new(),
            IncidentKind::Unclear => " · nobody was named".to_owned(),
            _ => String::new(),
        }
    }

    fn say_standing(&self) -> Vec<String> {
        let reason = self.reason.as_deref().unwrap_or("no reason was given");
        let lasted = show_span(self.last.since(self.begin));
        let refused = || match self.concerned {
            0 => "requests".to_owned(),
            count => count_things(count, "channel", "channels"),
        };
        match (self.kind, self.over) {
            (IncidentKind::LostLink, true) => vec![
                format!("the link was lost for {lasted} and is back: {reason}"),
                format!("the link was lost for {lasted}"),
                format!("link lost for {lasted}"),
                "link was lost".to_owned(),
            ],
            (IncidentKind::LostLink, false) => {
                vec![format!("the link is lost: {reason}"), "the link is lost".to_owned(), "link lost".to_owned()]
            }
            (_, true) => {
                vec![format!("the service refused for {lasted} and allows again: {reason}"), "was refused".to_owned()]
            }
            (_, false) => vec![
                format!("the service refuses {}: {reason}", refused()),
                format!("{} refused", refused()),
                "refused".to_owned(),
            ],
        }
    }

    fn say_drift(&self) -> Vec<String> {
        let (users, place) = (self.count(), self.say_where());
        let people = count_people(users);
        vec![
            format!("lists were corrected by {people} {place}, and no event explains it · {}", self.kind.cause()),
            format!("lists corrected by {people} {place} without an event"),
            format!("lists corrected by {users} · {}", self.kind.short_cause()),
            format!("drift, {users} corrected"),
        ]
    }

    fn say_mode_switch(&self) -> Vec<String> {
        let place = self.say_where();
        vec![
            format!("changes are told in another way {place}: {} by somebody", self.kind.cause()),
            format!("changes are told in another way {place}"),
            format!("mode switch {place}"),
            "mode switch".to_owned(),
        ]
    }

    /// How long ago it happened, for an age in a sentence.
    pub fn age(&self, now: Moment) -> String {
        show_span(now.since(self.last))
    }
}
