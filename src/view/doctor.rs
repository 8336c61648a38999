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

use std::fmt::Write;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Appearance,
    format::{age, count as number, cut, pad, wrap},
    popup::popup,
};
use crate::{
    doctor::{CHECKED, Finding, Gravity, examine_world},
    presence::Moment,
    ui::{Action, Screen},
};

/// The widest that it gets.
const WIDTH: usize = 96;

/// Columns of the table of requests: kind, sent, failed, last minute, cost.
const COLUMNS: [usize; 5] = [20, 10, 8, 10, 14];

/// Lines of evidence that are shown.
const EVIDENCE: usize = 6;

/// What it says, from the finding at `first` on, as far as there is more than fits.
pub(super) fn draw(screen: &Screen<'_>, first: usize, look: &Appearance, now: Moment, bounds: Rect, buf: &mut Buffer) {
    let findings = examine_world(screen.world, now);
    let width = WIDTH.min(usize::from(bounds.width));
    let room = width.saturating_sub(7);
    let mut lines = if findings.is_empty() { healthy(look, room) } else { Vec::new() };
    let mut starts = Vec::new();
    for finding in &findings {
        starts.push(lines.len());
        told(finding, look, room, &mut lines);
    }
    starts.push(lines.len());
    requests(screen, look, now, width.saturating_sub(3), &mut lines);
    let title = format!(" doctor · {} ", summary(&findings));
    let closes = if width < 60 { "Esc" } else { "↑↓ more, Esc closes" };
    let inner = popup(look, &title, closes, (width, lines.len() + 2), bounds, buf);
    let first =
        starts.get(first).copied().unwrap_or_default().min(lines.len().saturating_sub(usize::from(inner.height)));
    for (y, line) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(first)) {
        line.render(Rect { y, height: 1, ..inner }, buf);
    }
}

/// How many findings want a look, at the right end of a row, if any do; returns what is left of the row.
pub(super) fn count(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) -> Rect {
    let (findings, grave) = (screen.ui.doctor.findings(), screen.ui.doctor.count_trouble());
    let Some(key) = look.keys.of(Action::Doctor).first().filter(|_| grave > 0 && area.height > 0) else {
        return area;
    };
    let (style, glyph) = mark(look, findings[0].gravity);
    let word = if area.width >= 100 { " doctor" } else { "" };
    let line = Line::from(vec![
        Span::styled(format!(" {glyph} {grave} "), style),
        Span::styled(key.to_string(), look.theme.accent.patch(look.theme.strong)),
        Span::styled(format!("{word} "), look.theme.quiet),
    ]);
    let cells = u16::try_from(line.width()).unwrap_or(u16::MAX);
    if area.width < cells.saturating_mul(3) {
        return area;
    }
    let rest = Rect { width: area.width - cells, ..area };
    line.render(Rect { x: rest.right(), width: cells, height: 1, ..area }, buf);
    rest
}

fn mark(look: &Appearance, gravity: Gravity) -> (Style, &'static str) {
    match gravity {
        Gravity::Wrong => (look.theme.bad, "✗"),
        Gravity::Suspect => (look.theme.warn, "▲"),
        Gravity::Remark => (look.theme.quiet, "·"),
    }
}

fn summary(findings: &[Finding]) -> String {
    let of = |gravity| findings.iter().filter(|finding| finding.gravity == gravity).count();
    let parts = [(of(Gravity::Wrong), "wrong"), (of(Gravity::Suspect), "to look at"), (of(Gravity::Remark), "to know")];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() { "healthy".to_owned() } else { parts.join(", ") }
}

fn told(finding: &Finding, look: &Appearance, room: usize, lines: &mut Vec<Line<'_>>) {
    let (style, glyph) = mark(look, finding.gravity);
    let what = if finding.gravity == Gravity::Remark { Style::new() } else { look.theme.strong };
    lines.push(Line::from(vec![
        Span::styled(format!(" {glyph} "), style),
        Span::styled(cut(&finding.what, room), what),
    ]));
    lines.extend(wrap(&finding.evidence, room).into_iter().take(EVIDENCE).map(|line| Line::raw(format!("   {line}"))));
    for (place, line) in wrap(&finding.remedy, room.saturating_sub(2)).into_iter().enumerate() {
        let arrow = if place == 0 { "→" } else { " " };
        lines.push(Line::styled(format!("   {arrow} {line}"), look.theme.quiet));
    }
    lines.push(Line::default());
}

fn healthy<'a>(look: &Appearance, room: usize) -> Vec<Line<'a>> {
    let mut lines = vec![
        Line::from(vec![
            Span::styled(" ✓ ", look.theme.good),
            Span::raw(cut("Nothing wrong that herenow knows of.", room)),
        ]),
        Line::styled(cut("   It looked at", room), look.theme.quiet),
    ];
    lines.extend(CHECKED.iter().map(|what| Line::styled(cut(&format!("   · {what}"), room + 3), look.theme.quiet)));
    lines.push(Line::default());
    lines
}

/// The ledger: by kind how many were sent, and what they cost.
fn requests(screen: &Screen<'_>, look: &Appearance, now: Moment, width: usize, lines: &mut Vec<Line<'_>>) {
    let prices = screen.ui.prices.as_ref();
    let currency = prices.map_or_else(String::new, |prices| cut(&prices.currency, 8));
    let row = |cells: [&str; 5]| {
        let mut line = format!(" {}", pad(cells[0], COLUMNS[0]));
        for (cell, cells) in cells.iter().zip(COLUMNS).skip(1) {
            // Writing to a string can't fail.
            let _ = write!(line, "{:>cells$}", cut(cell, cells));
        }
        cut(&line, width)
    };
    lines.push(Line::styled(row(["requests", "sent", "failed", "last min", &currency]), look.theme.quiet));
    let money = |cost: Option<f64>| cost.map_or_else(|| "–".to_owned(), amount);
    let cost = |kind: &str, sent: u64| prices.map_or_else(String::new, |prices| money(prices.cost(kind, sent)));
    for (kind, (sent, failed)) in &screen.world.ledger.by_kind {
        let per_minute = number(screen.world.request_counts.per_minute(kind));
        let name = format!("  {kind}");
        let text = row([&name, &number(*sent), &number(*failed), &per_minute, &cost(kind, *sent)]);
        lines.push(if *failed > 0 { Line::styled(text, look.theme.warn) } else { Line::raw(text) });
    }
    let kinds = &screen.world.ledger.by_kind;
    let failed = kinds.values().map(|(_, failed)| failed).sum::<u64>();
    let per_minute: u64 = kinds.keys().map(|kind| screen.world.request_counts.per_minute(kind)).sum();
    let total = prices.map(|prices| prices.total(&screen.world.ledger));
    let all = total.map_or_else(String::new, |cost| amount(cost.known));
    let line = row(["  all", &number(screen.world.ledger.sent()), &number(failed), &number(per_minute), &all]);
    lines.push(Line::styled(line, look.theme.strong));
    let pace = screen.world.request_rate.tenths_per_second(now);
    let told = screen
        .world
        .request_counts
        .last_recorded()
        .map_or_else(String::new, |at| format!(" as of {} ago;", age(now.since(at))));
    let budget =
        format!("  {told} now {}.{} of {} requests per second", pace / 10, pace % 10, screen.world.session.budget);
    lines.push(Line::styled(cut(&budget, width), look.theme.quiet));
    let note = match (prices, total) {
        (Some(prices), Some(cost)) => {
            let a_day = |kind: &&'static str| prices.cost(kind, screen.world.request_counts.per_minute(kind) * 60 * 24);
            let a_day = kinds.keys().filter_map(a_day).fold(0.0, |all, cost| all + cost);
            let unpriced = if cost.unpriced > 0 {
                format!("; {} without a price left out", number(cost.unpriced))
            } else {
                String::new()
            };
            format!("   at the pace of the last minute {} {currency} a day{unpriced}", amount(a_day))
        }
        _ => "   what they cost: set `currency` and `per-million` under [tariff] in the configuration".to_owned(),
    };
    lines.push(Line::styled(cut(&note, width), look.theme.quiet));
}

/// A sum of money: as many digits as say something.
fn amount(cost: f64) -> String {
    if cost >= 100.0 { format!("{cost:.2}") } else { format!("{cost:.4}") }
}
