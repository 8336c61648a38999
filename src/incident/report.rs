//! An incident as a report in Markdown, to paste where others read it.

use std::fmt::Write as _;

use super::{Incident, IncidentKind, sentence::show_span};
use crate::presence::{Moment, sanitize};

/// Channels in the table of a report.
const CHANNELS: usize = 20;

/// Names in a report.
const NAMES: usize = 20;

/// Text of others between backquotes.
fn quote(text: &str) -> String {
    let text = sanitize(text).replace('`', "'").replace('|', "\\|");
    format!("`{text}`")
}

/// Write a report. `time` writes a moment as a person reads it; `keyset` names the keyset without its keys. It holds
/// user ids and channels, and no key, token or address.
pub fn write_report(incident: &Incident, keyset: &str, time: impl Fn(Moment) -> String, now: Moment) -> String {
    let mut out = format!("# Incident: {}\n\n{}.\n\n", incident.kind, incident.sentence());
    let mut line = |what: &str, text: String| {
        let _ = writeln!(out, "- **{what}** {text}");
    };
    line("keyset", sanitize(keyset).into_owned());
    line("began", time(incident.begin));
    line("last", format!("{}, {} ago when this was written", time(incident.last), show_span(now.since(incident.last))));
    if incident.count() > 0 {
        line("users", incident.describe_users());
    }
    line("occupancy", format!("{} before, {} after, over all channels", incident.before, incident.after));
    line("channels", format!("{} of {}", incident.concerned, incident.in_view));
    if let Some(reason) = &incident.reason {
        line("reason", reason.clone());
    }
    line("in common", incident.describe_common());
    line("cause", incident.describe_cause());
    if !incident.channels.is_empty() {
        out.push_str("\n| channel | changes | before | after |\n|---|---|---|---|\n");
        for change in incident.channels.iter().take(CHANNELS) {
            let (changes, before, after) = (change.changes, change.before, change.after);
            let _ = writeln!(out, "| {} | {changes} | {before} | {after} |", quote(change.channel.as_str()));
        }
        let more = incident.concerned.saturating_sub(incident.channels.len().min(CHANNELS));
        if more > 0 {
            let _ = writeln!(out, "\nand {more} more channels");
        }
    }
    if !incident.names.is_empty() {
        let names: Vec<String> = incident.names.iter().take(NAMES).map(|user| quote(user.as_str())).collect();
        let _ = writeln!(out, "\nSome of the users: {}", names.join(", "));
    }
    let unknowns = incident.list_unknowns();
    if !unknowns.is_empty() {
        out.push_str("\nNot known:\n\n");
        for unknown in unknowns {
            let _ = writeln!(out, "- {unknown}");
        }
    }
    out
}

impl Incident {
    /// How many users, by what is known of them. Safe to show.
    pub fn describe_users(&self) -> String {
        let least = if self.at_least { "at least " } else { "" };
        let mut text = format!("{least}{}", self.count());
        // Who flaps does so many times, and who is on several channels is counted on each.
        let several = self.presences * 10 > self.count() * 11;
        if !several && !self.outnumbers() {
            let _ = write!(text, ", {} % of those present", self.percent());
        }
        if self.unnamed > 0 {
            let _ = write!(text, ", {} of them known by number only", self.unnamed);
        }
        if self.presences > self.count() {
            let why = if self.kind == IncidentKind::Flapping { "" } else { ": some on several channels" };
            let _ = write!(text, ", {} times{why}", self.presences);
        }
        text
    }

    /// What those concerned have in common, with the numbers of the others. Safe to show.
    pub fn describe_common(&self) -> String {
        if let Some(common) = &self.common {
            return format!("{common}; of the others {} %", common.percent_of_others());
        }
        let (stated, all) = self.stated;
        // Of a few nothing follows for all.
        if stated * 2 < all {
            return format!("nothing stands out; the states of only {stated} of {all} are known");
        }
        "nothing stands out: neither a field of their states nor the beginning of their user ids".to_owned()
    }

    /// The cause, and how sure that is. Safe to show.
    pub fn describe_cause(&self) -> String {
        match self.kind {
            IncidentKind::Unclear if self.is_nameless() => format!("unclear: {}", self.cause().0),
            IncidentKind::Unclear => "unclear".to_owned(),
            IncidentKind::Rush => "not seen: many came, and that is all that is known".to_owned(),
            IncidentKind::Refused | IncidentKind::LostLink => "as the reason says".to_owned(),
            _ => format!("probably {}: judged by how they went, not seen", self.cause().0),
        }
    }
}
