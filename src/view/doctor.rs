//! What is wrong and what to do about it, and what was asked of the service.
//!
//! ```text
//! ╭ doctor · 1 wrong, 2 to look at ─────────────── Esc closes ╮
//! │ ✗ 1 list is drifting                                      │
//! │   lobby: 22 named, 23 counted, for 8 s                    │
//! │   → events were lost on the way; r asks at once           │
//! │                                                           │
//! │ requests          sent  failed  last min        EUR       │
//! │   heartbeat         12       0         2     0.0001       │
//! ╰───────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{
    Appearance,
    format::{cut, wrap},
    popup::draw_popup,
    requests::list_requests,
    rows::draw_lines,
    scroll_bar::draw_scroll_bar,
};
use crate::{
    doctor::{CHECKED, Finding, Gravity, list_findings},
    presence::Moment,
    ui::Screen,
};

/// The widest that it gets: sentences in longer lines are hard to read.
const WIDTH: usize = 96;

/// Lines of evidence that are shown: more of them would push the other findings out of sight.
const EVIDENCE: usize = 6;

/// With more channels than these, what was found is not looked for anew in each frame.
const EXAMINED: usize = 100;

/// Draw what was found, from the finding at `first` on, as far as there is more than fits.
pub(super) fn draw_doctor(
    screen: &Screen<'_>,
    first: usize,
    look: &Appearance,
    now: Moment,
    bounds: Rect,
    buf: &mut Buffer,
) {
    // Those that the footer counts may be a second old, or some with many channels: here one reads for how long it
    // lasts.
    let fresh = (screen.world.channels.len() <= EXAMINED).then(|| list_findings(screen.world, screen.incidents, now));
    let findings = fresh.as_deref().unwrap_or_else(|| screen.ui.doctor.findings());
    let width = WIDTH.min(usize::from(bounds.width));
    let room = width.saturating_sub(7);
    let mut lines = if findings.is_empty() { list_checks(look, room) } else { Vec::new() };
    let mut starts = if findings.is_empty() { vec![0] } else { Vec::new() };
    for finding in findings {
        starts.push(lines.len());
        add_finding(finding, look, room, &mut lines);
    }
    starts.push(lines.len());
    lines.extend(list_requests(screen.world, screen.ui.prices.as_ref(), look, now, width.saturating_sub(3)));
    let title = format!(" doctor · {} ", sum_up(findings));
    let has_more = lines.len() + 2 > usize::from(bounds.height);
    let closes = if width < 60 {
        "Esc"
    } else if has_more {
        "↑↓ more, Esc closes"
    } else {
        "Esc closes"
    };
    let inner = draw_popup(look, &title, closes, (width, lines.len() + 2), bounds, buf);
    let first =
        starts.get(first).copied().unwrap_or_default().min(lines.len().saturating_sub(usize::from(inner.height)));
    let inner = draw_scroll_bar(look, &(first..first + usize::from(inner.height)), lines.len(), inner, buf);
    draw_lines(lines.into_iter().skip(first), inner, buf);
}

/// How a finding is marked.
pub(super) fn mark_gravity(look: &Appearance, gravity: Gravity) -> (Style, &'static str) {
    match gravity {
        Gravity::Wrong => (look.theme.bad, "✗"),
        Gravity::Suspect => (look.theme.warn, "▲"),
        Gravity::Remark => (look.theme.quiet, "·"),
    }
}

/// Count the findings in words.
fn sum_up(findings: &[Finding]) -> String {
    let of = |gravity| findings.iter().filter(|finding| finding.gravity == gravity).count();
    let parts = [(of(Gravity::Wrong), "wrong"), (of(Gravity::Suspect), "to look at"), (of(Gravity::Remark), "to know")];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() { "healthy".to_owned() } else { parts.join(", ") }
}

/// Add what was found, what shows it and what to do about it.
fn add_finding(finding: &Finding, look: &Appearance, room: usize, lines: &mut Vec<Line<'_>>) {
    let (style, glyph) = mark_gravity(look, finding.gravity);
    let what = if finding.gravity == Gravity::Remark { Style::new() } else { look.theme.strong };
    for (place, line) in wrap(&finding.what, room).into_iter().enumerate() {
        let glyph = if place == 0 { glyph } else { " " };
        lines.push(Line::from(vec![Span::styled(format!(" {glyph} "), style), Span::styled(line, what)]));
    }
    lines.extend(wrap(&finding.evidence, room).into_iter().take(EVIDENCE).map(|line| Line::raw(format!("   {line}"))));
    for (place, line) in wrap(&finding.remedy, room.saturating_sub(2)).into_iter().enumerate() {
        let arrow = if place == 0 { "→" } else { " " };
        lines.push(Line::styled(format!("   {arrow} {line}"), look.theme.quiet));
    }
    lines.push(Line::default());
}

/// Say that all is well, and what was looked at to know that.
fn list_checks<'a>(look: &Appearance, room: usize) -> Vec<Line<'a>> {
    let mut lines = vec![
        Line::from(vec![
            Span::styled(" ✓ ", look.theme.good),
            Span::raw(cut("Nothing wrong that herenow knows of", room)),
        ]),
        Line::styled(cut("   It looked at", room), look.theme.quiet),
    ];
    for what in CHECKED {
        let rows = wrap(what, room.saturating_sub(2)).into_iter().enumerate();
        let mark = |place| if place == 0 { "·" } else { " " };
        lines.extend(rows.map(|(place, row)| Line::styled(format!("   {} {row}", mark(place)), look.theme.quiet)));
    }
    lines.push(Line::default());
    lines
}
