//! What is known of a channel, in the pane beside the list.
//!
//! ```text
//! lobby
//!
//! here        23
//! listed      22
//! the list is ≠ drifting
//! changes     one by one
//! ```

use ratatui::{style::Style, text::Line};

use super::{
    Appearance,
    facts::{show_pair, show_whole_name},
    format::{count_things, cut, show_occupancy, wrap},
    short_detail::NAME,
};
use crate::{
    presence::Moment,
    wording::group_digits,
    world::{Certainty, ChannelState, Mode, World},
};

pub(super) fn list_channel_facts<'a>(
    world: &World,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
    width: usize,
) -> Vec<Line<'a>> {
    let theme = &look.theme;
    let plain = |label: &str, value: &str| show_pair(look, label, value, Style::new(), width);
    let told = match watched.mode {
        Mode::Announce => "one by one",
        Mode::Interval { deltas: true } => "in intervals, named",
        Mode::Interval { deltas: false } => "in intervals, unnamed",
    };
    let certainty = world.certainty(watched, now);
    let (style, glyph) = theme.mark_certainty(&certainty);
    let mut lines = show_whole_name(look, watched.channel.as_str(), width, NAME);
    lines.push(plain("here", &show_occupancy(watched)));
    lines.push(plain("listed", &group_digits(watched.roster.len() as u64)));
    lines.push(show_pair(look, "the list is", &format!("{glyph} {}", certainty.word()), style, width));
    if let Certainty::Partial(why) = certainty {
        lines.push(plain("", why));
    }
    if let Some(trouble) = &watched.refused {
        lines.extend(wrap(&trouble.sentence, width).into_iter().map(|line| Line::styled(line, theme.bad)));
    }
    lines.push(plain("changes", told));
    lines.push(plain("events", &group_digits(watched.events)));
    if watched.reconciler.drift_found > 0 {
        lines.push(plain("repaired", &count_things(watched.reconciler.drift_found, "user", "users")));
    }
    lines.push(Line::default());
    lines.push(Line::styled(cut("↑↓ in the list: who it is", width), theme.quiet));
    lines
}
