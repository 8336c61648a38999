//! The evidence of an incident: who, when, where, what those concerned have in common, and what is not known.
//!
//! ```text
//! ╭ incident 1 of 2 · mass timeout ─────────────── i copies · Esc closes ╮
//! │ 87 people timed out within 4 s on all 12 channels, 35 % of 250       │
//! │ began      18:51:09, last 18:51:13                                   │
//! │ in common  region eu, 20 of 20; of the others 26 %                   │
//! │ channel            changes  before   after                           │
//! │ lobby                   20      77      57                           │
//! ╰──────────────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    Appearance,
    format::{cut, pad_foreign, pad_left, wrap},
    popup::draw_popup,
    rows::draw_lines,
    verdict::{mark_incident, say_rule},
};
use crate::{
    incident::Incident,
    presence::Moment,
    ui::{Action, Screen},
    wording::{group_digits, list_first},
};

/// The widest that it gets: sentences in longer lines are hard to read.
const WIDTH: usize = 96;

/// Columns of the names of facts.
const NAMES: usize = 11;

/// Columns of each number in the table.
const NUMBER: usize = 9;

/// Names that are listed.
const LISTED: usize = 12;

/// Draw the incident with this number, without the first lines.
pub(super) fn draw_incident(
    screen: &Screen<'_>,
    (number, top): (u64, usize),
    look: &Appearance,
    now: Moment,
    bounds: Rect,
    buf: &mut Buffer,
) {
    let all = screen.incidents.incidents().count();
    let place = screen.incidents.incidents().position(|incident| incident.number == number);
    let Some((incident, place)) = screen.incidents.find(number).zip(place) else {
        draw_popup(look, " incident ", "Esc closes", (WIDTH, 3), bounds, buf);
        return;
    };
    let width = WIDTH.min(usize::from(bounds.width));
    let mut lines = list_lines(incident, look, now, width.saturating_sub(4));
    for rule in screen.incidents.alarms() {
        lines.insert(
            1,
            Line::styled(cut(&format!("! {}", say_rule(rule, now)), width.saturating_sub(4)), look.theme.warn),
        );
    }
    let title = format!(" incident {} of {all} · {} ", all - place, incident.kind);
    let alarms = if screen.incidents.alarms().is_empty() { "" } else { "Enter acknowledges · " };
    let copy = look.keys.of(Action::CopyReport).first().map_or_else(String::new, |key| format!("{key} copies · "));
    let closes = if width < 60 { format!("{copy}Esc") } else { format!("{alarms}↑↓ ←→ · {copy}Esc closes") };
    let inner = draw_popup(look, &title, &closes, (width, lines.len() + 2), bounds, buf);
    let inner = Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner };
    let top = top.min(lines.len().saturating_sub(usize::from(inner.height)));
    draw_lines(lines.into_iter().skip(top), inner, buf);
}

fn list_lines<'a>(incident: &Incident, look: &Appearance, now: Moment, width: usize) -> Vec<Line<'a>> {
    let theme = &look.theme;
    let (style, glyph) = mark_incident(look, incident);
    let mut lines = Vec::new();
    for (nth, part) in wrap(&incident.sentence(), width.saturating_sub(2)).into_iter().enumerate() {
        let mark = if nth == 0 { glyph } else { " " };
        lines.push(Line::from(vec![Span::styled(format!("{mark} "), style), Span::styled(part, theme.strong)]));
    }
    lines.push(Line::default());
    let facts = list_facts(incident, look, now);
    for (name, text) in facts {
        for (nth, part) in wrap(&text, width.saturating_sub(NAMES)).into_iter().enumerate() {
            let name = if nth == 0 { name } else { "" };
            lines.push(Line::from(vec![Span::styled(format!("{name:<NAMES$}"), theme.quiet), Span::raw(part)]));
        }
    }
    if !incident.channels.is_empty() {
        lines.push(Line::default());
        let room = width.saturating_sub(3 * NUMBER).min(40);
        let heading = ["changes", "before", "after"].map(|word| pad_left(word, NUMBER)).concat();
        lines.push(Line::styled(cut(&format!("{:<room$}{heading}", "channel"), width), theme.quiet));
        for change in &incident.channels {
            let numbers = [change.changes, change.before, change.after];
            let numbers = numbers.map(|n| pad_left(&group_digits(n), NUMBER)).concat();
            lines.push(Line::raw(format!("{}{numbers}", pad_foreign(change.channel.as_str(), room))));
        }
    }
    lines.push(Line::default());
    for (heading, sentences) in [("not known", incident.list_unknowns()), ("look at", list_next_steps(incident))] {
        for (place, sentence) in sentences.iter().enumerate() {
            for (nth, part) in wrap(sentence, width.saturating_sub(NAMES)).into_iter().enumerate() {
                let name = if place + nth == 0 { heading } else { "" };
                lines.push(Line::from(vec![Span::styled(format!("{name:<NAMES$}"), theme.quiet), Span::raw(part)]));
            }
        }
    }
    lines
}

fn list_facts(incident: &Incident, look: &Appearance, now: Moment) -> Vec<(&'static str, String)> {
    let time = |at: Moment| look.time_of_day(at.seconds());
    let mut facts =
        vec![("when", format!("{} to {}, {} ago", time(incident.begin), time(incident.last), incident.age(now)))];
    if incident.count() > 0 {
        facts.push(("users", incident.describe_users()));
        facts.push(("occupancy", format!("{} → {}", group_digits(incident.before), group_digits(incident.after))));
        facts.push(("in common", incident.describe_common()));
    }
    if !incident.names.is_empty() {
        let names = incident.names.iter().map(|user| super::format::cut_foreign(user.as_str(), 24));
        let all = usize::try_from(incident.count()).unwrap_or(usize::MAX);
        facts.push(("who", list_first(names, all, LISTED, ", ")));
    }
    facts.push(("cause", incident.describe_cause()));
    facts
}

/// What a person might look at next.
fn list_next_steps(incident: &Incident) -> Vec<String> {
    use crate::incident::IncidentKind::{
        Drift, Flapping, Herd, LostLink, MassLeave, MassTimeout, ModeSwitch, Reconnect, Refused, Rush, Unclear,
    };
    let next: &[&str] = match incident.kind {
        MassTimeout => &[
            "whether those who remain send heartbeats: if so, it is the network or the region of the others",
            "whether they come back at once when it is over, and whether your servers stand that",
        ],
        MassLeave | Reconnect => &["what was deployed or restarted at that time, and whether clients are disconnected"],
        Herd => &["the load on what they reconnect to; heartbeats and retries that are spread out soften it"],
        Rush => &["whether it was expected; above Announce Max changes are told in intervals"],
        Flapping => &[
            "the presence timeout and the heartbeat interval of these clients: a heartbeat later than its timeout looks \
             like this",
        ],
        Drift => &["the doctor: it tells which lists had to be repaired and why"],
        ModeSwitch => &["Announce Max and Presence Deltas of the keyset, in the Admin Portal"],
        Refused | LostLink => &["the doctor, and the log"],
        Unclear => &["the log of that time, channel by channel"],
    };
    next.iter().map(|step| (*step).to_owned()).collect()
}
