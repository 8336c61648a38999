//! The marks of a channel, in the table.

use ratatui::text::Span;

use super::Appearance;
use crate::{presence::Moment, ui::Screen, world::ChannelState};

/// How certain its list is, as it is shown.
pub(super) fn mark_certainty<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
) -> Span<'a> {
    let (style, glyph) = look.theme.mark_certainty(&screen.world.shown_certainty(watched, now));
    Span::styled(glyph, style)
}

/// Whether it is on the watch list.
pub(super) fn show_star(screen: &Screen<'_>, watched: &ChannelState) -> &'static str {
    if screen.ui.alerts.has_channel(&watched.channel) { "★" } else { " " }
}
