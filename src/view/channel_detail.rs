//! What a channel is like, in the pane beside the list: nothing that stands elsewhere on the screen.
//!
//! ```text
//! lobby
//!
//! status      busy 12 · away 9 · online 7
//! region      eu 20 · us 9
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
    ui::Screen,
    world::{Certainty, ChannelState, Mode},
};

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
    lines.extend(show_composition(screen, look, width));
    if let Some(since) = survey.median_since.filter(|_| !watched.roster.is_empty()) {
        lines.push(plain("stay", &format!("{} (median)", age(world.clock.now(now).since(since)))));
    }
    if let Some((user, times)) = survey.most_announced.as_ref().filter(|(_, times)| *times >= RETURNED) {
        let times = format!(", seen {times} times");
        let name = cut_foreign(user.as_str(), width.saturating_sub(LABEL + times.len()));
        lines.push(plain("returns", &format!("{name}{times}")));
    }
    let certainty = world.certainty(watched, now);
    if let Certainty::Partial(why) = certainty {
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

/// Show how many have each value of the field that says most of what they are like.
fn show_composition<'a>(screen: &Screen<'_>, look: &Appearance, width: usize) -> Option<Line<'a>> {
    let field = screen.ui.occupants.fields.choose_composition()?;
    let label = pad_foreign(field.path.as_str(), LABEL - 1);
    let mut spans = vec![Span::styled(format!("{label} "), look.theme.quiet)];
    let mut room = width.saturating_sub(LABEL);
    for (place, (value, count)) in field.values.iter().enumerate() {
        let between = if place == 0 { "" } else { " · " };
        let value = cut_foreign(value, 14);
        let part = Span::raw(format!("{between}{value} "));
        let count = Span::styled(count.to_string(), look.theme.strong);
        let cells = part.width() + count.width();
        if cells > room {
            break;
        }
        room -= cells;
        spans.extend([part, count]);
    }
    Some(Line::from(spans))
}
