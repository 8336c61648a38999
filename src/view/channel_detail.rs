//! What a channel is like, in the pane beside the list: nothing that stands elsewhere on the screen.
//!
//! ```text
//! lobby
//!
//! status      busy      12 ▄▄▄▄▄▄  device      phone     20 ▄▄▄▄▄▄
//!             away       9 ▄▄▄▄▄               laptop     4 ▄▄
//! stay        4m (median)
//! returns     ann, seen 5 times
//! list        asked 12:04:28
//! repaired    2 users
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{
    Appearance,
    facts::{LABEL, show_pair, show_whole_name},
    format::{age, count_things, cut_foreign, pad_foreign, wrap},
    short_detail::NAME,
};
use crate::{
    presence::Moment,
    ui::{Screen, StateField},
    world::{Certainty, ChannelState, Mode},
};

/// Values that have a row.
const VALUES: usize = 5;

/// Cells that the values of a field need.
const FIELD: usize = 28;

/// The least cells of the longest bar.
const LEAST_BAR: usize = 4;

/// Somebody who was announced so often has come back.
const RETURNED: u32 = 3;

pub(super) fn list_channel_facts<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
    width: usize,
) -> Vec<Line<'a>> {
    let (world, theme) = (screen.world, &look.theme);
    let plain = |label: &str, value: &str| show_pair(look, label, value, Style::new(), width);
    let mut lines = show_whole_name(look, watched.channel.as_str(), width, NAME);
    if let Some(trouble) = &watched.refused {
        lines.extend(wrap(&trouble.sentence, width).into_iter().map(|line| Line::styled(line, theme.bad)));
    }
    let survey = &screen.ui.occupants.fields;
    lines.extend(show_compositions(screen, look, width));
    if let Some(since) = survey.median_since.filter(|_| !watched.roster.is_empty()) {
        lines.push(plain("stay", &format!("{} (median)", age(world.clock.now(now).since(since)))));
    }
    if let Some((user, times)) = survey.most_announced.as_ref().filter(|(_, times)| *times >= RETURNED) {
        let times = format!(", seen {times} times");
        let name = cut_foreign(user.as_str(), width.saturating_sub(LABEL + times.len()));
        lines.push(plain("returns", &format!("{name}{times}")));
    }
    let certainty = world.certainty(watched, now);
    let lag = world.lag(watched, now).filter(|lag| !lag.is_zero());
    if let Some(lag) = lag {
        lines.push(show_pair(look, "list", &format!("{} behind", age(lag)), theme.quiet, width));
    } else if let Certainty::Partial(why) = certainty {
        lines.push(plain("list", why));
    } else if let Some(at) = watched.reconciler.answered_at() {
        lines.push(plain("list", &format!("asked {}", look.time_of_day(at.seconds()))));
    }
    if watched.reconciler.drift_found > 0 {
        lines.push(plain("repaired", &count_things(watched.reconciler.drift_found, "user", "users")));
    }
    lines.push(plain(
        "changes",
        match watched.mode {
            Mode::Announce => "told one by one",
            Mode::Interval { deltas: true } => "in intervals, with names",
            Mode::Interval { deltas: false } => "in intervals, no names",
        },
    ));
    lines
}

/// Show how many have each value of the fields that say most of what they are like, a row for each of the commonest, as
/// many fields beside each other as there is room for.
fn show_compositions<'a>(screen: &Screen<'_>, look: &Appearance, width: usize) -> Vec<Line<'a>> {
    let fields = screen.ui.occupants.fields.choose_compositions();
    let columns = (width / FIELD).clamp(1, fields.len().max(1));
    let shown: Vec<Vec<Line<'a>>> =
        fields.into_iter().take(columns).map(|field| show_field(field, look, width / columns)).collect();
    let rows = shown.iter().map(Vec::len).max().unwrap_or(0);
    let row = |row: usize| {
        let mut line = Line::default();
        for (place, field) in shown.iter().enumerate() {
            line.push_span(" ".repeat((place * (width / columns)).saturating_sub(line.width())));
            line.spans.extend(field.get(row).cloned().unwrap_or_default().spans);
        }
        line
    };
    (0..rows).map(row).collect()
}

fn show_field<'a>(field: &StateField, look: &Appearance, width: usize) -> Vec<Line<'a>> {
    let most = field.values.first().map_or(1, |(_, count)| *count).max(1);
    let value_width = (width / 3).min(14);
    // Bars of a cell or two can't be compared.
    let room = Some(width.saturating_sub(LABEL + value_width + 6)).filter(|room| *room >= LEAST_BAR).unwrap_or(0);
    let rows = field.values.iter().take(VALUES).enumerate().map(|(place, (value, count))| {
        let label = if place == 0 { field.path.as_str() } else { "" };
        // A cell for each who has it, where there is room.
        let cells = (count * room.min(most)).div_ceil(most);
        Line::from(vec![
            Span::styled(format!("{} ", pad_foreign(label, LABEL - 1)), look.theme.quiet),
            Span::raw(pad_foreign(value, value_width)),
            Span::styled(format!(" {count:>3} "), look.theme.strong),
            Span::styled("▄".repeat(cells), look.theme.fill),
        ])
    });
    let more = field.values.len().saturating_sub(VALUES);
    let more = (more > 0).then(|| Line::styled(format!("{:LABEL$}and {more} more", ""), look.theme.quiet));
    rows.chain(more).collect()
}
