//! Lines about an occupant: one for each fact, and one above each part.
//!
//! ```text
//! here since  12:00:40 · 5m
//! state · changed 9s ago
//!   device
//!     kind    phone
//! ~ mood      away ← busy
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{age, cut, cut_foreign, fold, pad},
};
use crate::{
    presence::{EventKind, Moment, Since, Timetoken, sanitize},
    ui::{Action, DetailFact, DetailTitle, FieldChange, Screen, StateLine},
    wording::group_digits,
    world::{Entry, RequestSentence},
};

/// Cells of a label: `here before`, and a blank.
pub(super) const LABEL: usize = 12;

/// What is needed to show facts in so many cells.
pub(super) struct Detail<'a> {
    pub screen: Screen<'a>,
    pub look: &'a Appearance,
    pub now: Moment,
    pub width: usize,
}

impl Detail<'_> {
    /// Show the user id, in so many rows at the most, that it is ours if it is, and a blank.
    pub fn show_name<'l>(&self, most: usize) -> Vec<Line<'l>> {
        let Some(user) = &self.screen.ui.focus.user else { return Vec::new() };
        let mut lines = show_whole_name(self.look, user.as_str(), self.width, most);
        if *user == self.screen.world.session.user {
            lines.insert(lines.len() - 1, Line::styled("that is you", self.look.theme.good));
        }
        lines
    }

    fn show_ago(&self, at: Timetoken) -> String {
        age(self.screen.world.clock.now(self.now).since(at))
    }

    /// How a thing that happened is marked: of a summary, what it says about the one selected.
    pub fn mark_entry(&self, entry: &Entry) -> (Style, &'static str, &'static str) {
        let (theme, user) = (&self.look.theme, self.screen.ui.focus.user.as_ref());
        if let (Some(EventKind::Interval { joined, left, .. }), Some(user)) =
            (entry.event.as_ref().map(|event| &event.what), user)
        {
            return match (joined.contains(user), left.contains(user)) {
                (true, _) => (theme.good, "+", "joined, as an interval says"),
                (_, true) => (theme.calm, "-", "left, as an interval says"),
                _ => (theme.warn, "!", "timed out, as an interval says"),
            };
        }
        theme.mark_line(&entry.body)
    }

    /// Show what a part is about.
    pub fn show_title<'l>(&self, title: &DetailTitle<'_>) -> Line<'l> {
        let theme = &self.look.theme;
        let (name, more) = match title {
            DetailTitle::Facts => ("", String::new()),
            DetailTitle::State(None) => ("state", String::new()),
            DetailTitle::State(Some(at)) => ("state", format!(" · changed {} ago", self.show_ago(*at))),
            DetailTitle::Happened => ("what happened here", String::new()),
            DetailTitle::Event => ("last event", String::new()),
            DetailTitle::Requests => ("requests", String::new()),
            DetailTitle::Elsewhere(None) => {
                ("elsewhere", format!(" · {} asks", self.look.keys.names(Action::WhereNow)))
            }
            DetailTitle::Elsewhere(Some(known)) => ("elsewhere", format!(" · {} ago", age(self.now.since(known.at)))),
        };
        Line::from(vec![Span::styled(name, theme.accent), Span::styled(cut(&more, self.width), theme.quiet)])
    }

    pub fn show_fact<'l>(&self, fact: &DetailFact<'_>) -> Line<'l> {
        let theme = &self.look.theme;
        let time = |at: Timetoken| format!("{} · {}", self.look.time_of_day(at.seconds()), self.show_ago(at));
        let plain = |label: &str, value: &str| show_pair(self.look, label, value, Style::new(), self.width);
        match fact {
            DetailFact::Gone(gone) => {
                let (at, ago) = (self.look.time_of_day(gone.at.seconds()), age(self.now.since(gone.at)));
                Line::styled(cut(&format!("{} {ago} ago · {at}", gone.reason.word()), self.width), theme.warn)
            }
            DetailFact::Since(occupant) => match occupant.since() {
                Since::Joined(at) => plain("here since", &time(at)),
                Since::Before(at) => plain("here before", &time(at)),
            },
            DetailFact::Was(occupant, until) => {
                let (label, from, most) = match occupant.since() {
                    Since::Joined(at) => ("was here", at, "for"),
                    Since::Before(at) => ("here before", at, "at least"),
                };
                let stayed = age(self.screen.world.clock.now(*until).since(from));
                plain(label, &format!("{} · {most} {stayed}", self.look.time_of_day(from.seconds())))
            }
            DetailFact::LastEvent(heard) => match *heard {
                Some(at) => plain("last event", &time(at)),
                None => show_pair(self.look, "last event", "none yet", theme.quiet, self.width),
            },
            DetailFact::Sightings(occupant) => {
                let announced = match occupant.sightings() {
                    1 => "once".to_owned(),
                    2 => "twice".to_owned(),
                    n => format!("{} times", group_digits(n.into())),
                };
                plain("seen", &announced)
            }
            DetailFact::Lately(what, count) => plain(what, &format!("{} in 10 min", group_digits((*count).into()))),
            DetailFact::Said(said) => Line::styled(format!("  {said}"), theme.quiet),
            DetailFact::Field(leaf) => self.show_field(leaf),
            DetailFact::Json(text) => {
                // What is laid out is indented by blanks of our own.
                let (line, before) = (text.trim_start(), 2 + text.len() - text.trim_start().len());
                let line = cut_foreign(&self.look.symbols.write_symbols(line), self.width.saturating_sub(before));
                Line::raw(format!("{:before$}{line}", ""))
            }
            DetailFact::Happened(entry) => {
                let (style, glyph, word) = self.mark_entry(entry);
                let time = self.look.time_of_day(entry.at.seconds());
                Line::from(vec![
                    Span::styled(format!("  {time} "), theme.quiet),
                    Span::styled(format!("{glyph} {word}"), style),
                ])
            }
            DetailFact::On(channel) => {
                Line::raw(format!("  {}", cut_foreign(channel.as_str(), self.width.saturating_sub(2))))
            }
            DetailFact::More(more) => Line::styled(format!("  and {} more", group_digits(*more as u64)), theme.quiet),
            DetailFact::Request(said) => self.show_request(said, 1).into_iter().next().unwrap_or_default(),
            DetailFact::Failed(why) => Line::styled(format!("  {}", cut(why, self.width.saturating_sub(2))), theme.bad),
        }
    }

    /// Show what was asked, in so many rows at the most.
    pub fn show_request<'l>(&self, said: &RequestSentence, most: usize) -> Vec<Line<'l>> {
        let style = if said.is_fault { self.look.theme.warn } else { Style::new() };
        let rows = fold(&self.look.symbols.write_symbols(&said.text), self.width.saturating_sub(2), most);
        rows.into_iter().map(|row| Line::styled(format!("  {}", row.trim_start()), style)).collect()
    }

    /// Show a field, with what the last change did to it in front, and what it was behind.
    fn show_field<'l>(&self, leaf: &StateLine) -> Line<'l> {
        let theme = &self.look.theme;
        let (glyph, style) = match &leaf.mark {
            FieldChange::Same => (" ", Style::new()),
            FieldChange::Added => ("+", theme.good),
            FieldChange::Changed(_) => ("~", theme.state),
            FieldChange::Removed => ("-", theme.warn),
        };
        let key = format!("{}{}", "  ".repeat(leaf.depth), sanitize(&self.look.symbols.write_symbols(&leaf.key)));
        let width = self.width.saturating_sub(2);
        // Keys make way for values, but never all of it.
        let taken = (LABEL - 2).max((width / 2).min(cut(&key, width).width() + 1));
        let mut spans =
            vec![Span::styled(format!("{glyph} "), style), Span::styled(pad(&key, taken.min(width)), theme.quiet)];
        let room = width.saturating_sub(taken);
        let value = cut_foreign(&self.look.symbols.write_symbols(leaf.value.as_deref().unwrap_or_default()), room);
        let left = room.saturating_sub(value.width());
        spans.push(Span::styled(value, if leaf.mark == FieldChange::Removed { theme.quiet } else { style }));
        if let FieldChange::Changed(Some(was)) = &leaf.mark {
            let was = format!(" ← {}", sanitize(&self.look.symbols.write_symbols(was)));
            spans.push(Span::styled(cut(&was, left), theme.quiet));
        }
        Line::from(spans)
    }
}

/// Show a name, whole if it can be, and a blank line.
pub(super) fn show_whole_name<'a>(look: &Appearance, name: &str, width: usize, most: usize) -> Vec<Line<'a>> {
    let name = fold(&sanitize(&look.symbols.write_symbols(name)), width, most);
    name.into_iter().map(|line| Line::styled(line, look.theme.strong)).chain([Line::default()]).collect()
}

/// Show a label and its value.
pub(super) fn show_pair<'a>(look: &Appearance, label: &str, value: &str, style: Style, width: usize) -> Line<'a> {
    let value = cut(value, width.saturating_sub(LABEL));
    Line::from(vec![Span::styled(pad(label, LABEL), look.theme.quiet), Span::styled(value, style)])
}
