//! What was asked of the service, and what it costs.
//!
//! ```text
//! requests          sent  failed  last min        EUR
//!   heartbeat         12       0         2     0.0001
//!   all               12       0         2     0.0001
//! ```

use std::fmt::Write;

use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{age, cut, pad, wrap},
};
use crate::{
    presence::{Moment, Prices},
    wording::group_digits,
    world::World,
};

/// Columns of the table: kind, sent, failed, last minute, cost.
const COLUMNS: [usize; 5] = [20, 10, 8, 10, 14];

/// List by kind how many were sent and what they cost, and how fast we ask.
pub(super) fn list_requests<'a>(
    world: &World,
    prices: Option<&Prices>,
    look: &Appearance,
    now: Moment,
    width: usize,
) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let currency = prices.map_or_else(String::new, |prices| cut(&prices.currency, 8));
    let row = |cells: [&str; 5]| {
        let mut line = format!(" {}", pad(cells[0], COLUMNS[0]));
        for (cell, cells) in cells.iter().zip(COLUMNS).skip(1).filter(|(cell, _)| !cell.is_empty()) {
            // A part of a number is another number.
            if line.width() + cells > width {
                break;
            }
            // Writing to a string can't fail.
            let _ = write!(line, "{:>cells$}", cut(cell, cells));
        }
        cut(&line, width)
    };
    lines.push(Line::styled(row(["requests", "sent", "failed", "last min", &currency]), look.theme.quiet));
    let money = |cost: Option<f64>| cost.map_or_else(|| "–".to_owned(), show_amount);
    let cost = |kind: &str, sent: u64| prices.map_or_else(String::new, |prices| money(prices.cost(kind, sent)));
    for (kind, (sent, failed)) in &world.ledger.by_kind {
        let per_minute = group_digits(world.request_counts.per_minute(kind));
        let name = format!("  {kind}");
        let text = row([&name, &group_digits(*sent), &group_digits(*failed), &per_minute, &cost(kind, *sent)]);
        lines.push(if *failed > 0 { Line::styled(text, look.theme.warn) } else { Line::raw(text) });
    }
    let kinds = &world.ledger.by_kind;
    let failed = kinds.values().map(|(_, failed)| failed).sum::<u64>();
    let per_minute: u64 = kinds.keys().map(|kind| world.request_counts.per_minute(kind)).sum();
    let total = prices.map(|prices| prices.total(&world.ledger));
    let all = total.map_or_else(String::new, |cost| show_amount(cost.known));
    let line = row([
        "  all",
        &group_digits(world.ledger.count_sent()),
        &group_digits(failed),
        &group_digits(per_minute),
        &all,
    ]);
    lines.push(Line::styled(line, look.theme.strong));
    let pace = world.request_rate.tenths_per_second(now);
    let told = world
        .request_counts
        .last_recorded()
        .map_or_else(String::new, |at| format!(" as of {} ago;", age(now.since(at))));
    let budget = format!("{told} now {}.{} of {} requests per second", pace / 10, pace % 10, world.session.budget);
    let said = [budget, project_cost(world, prices)];
    let rows = said.iter().flat_map(|said| wrap(said.trim_start(), width.saturating_sub(3)));
    lines.extend(rows.map(|row| Line::styled(format!("   {row}"), look.theme.quiet)));
    lines
}

/// Say what a day would cost, or how to know.
fn project_cost(world: &World, prices: Option<&Prices>) -> String {
    let Some(prices) = prices else {
        return "what they cost: set `currency` and `per-million` under [tariff] in the configuration".to_owned();
    };
    let cost_of_day = |kind: &&'static str| prices.cost(kind, world.request_counts.per_minute(kind) * 60 * 24);
    let a_day = world.ledger.by_kind.keys().filter_map(cost_of_day).fold(0.0, |all, cost| all + cost);
    let unpriced = match prices.total(&world.ledger).unpriced {
        0 => String::new(),
        unpriced => format!("; {} without a price left out", group_digits(unpriced)),
    };
    let (amount, currency) = (show_amount(a_day), cut(&prices.currency, 8));
    format!("at the pace of the last minute {amount} {currency} a day{unpriced}")
}

/// Show a sum of money: as many digits as say something.
fn show_amount(cost: f64) -> String {
    if cost >= 100.0 { format!("{cost:.2}") } else { format!("{cost:.4}") }
}
