//! Who has just left, in one line that is always in sight.
//!
//! ```text
//!   just left  ! amara17 3s  ! greta69 3s  - oskar31 9s  9 more  J lists
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance, Theme,
    format::{age, cut, cut_middle},
};
use crate::{
    presence::Moment,
    ui::Action,
    world::{Departure, DepartureReason},
};

/// A name has at most so many cells here, and less where there is less room for all.
const NAME: usize = 24;
const LEAST_NAME: usize = 10;

/// From so many cells on it is said what the key does.
const ROOMY: usize = 80;

/// How a departure is marked.
pub(super) const fn mark_departure(theme: &Theme, reason: DepartureReason) -> (Style, &'static str) {
    match reason {
        DepartureReason::Left => (theme.calm, "-"),
        DepartureReason::TimedOut => (theme.warn, "!"),
        DepartureReason::Resync => (theme.quiet, "≠"),
    }
}

/// Name as many as fit into so many cells, and count the others.
pub(super) fn show_departures<'a>(gone: &[&Departure], look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let theme = &look.theme;
    let key = look.keys.names(Action::JustLeft);
    // Another name says more than what the key does.
    let lists = if width < ROOMY { "" } else { " lists" };
    let end = |more: usize| if more > 0 { format!("  {more} more  {key}{lists}") } else { String::new() };
    let mut spans = vec![Span::styled(cut("   just left", width), theme.quiet)];
    let mut used = spans[0].width();
    let mut named = 0;
    for departure in gone {
        let (style, glyph) = mark_departure(theme, departure.reason);
        let name = cut_middle(departure.user.as_str(), 0, (width / 4).clamp(LEAST_NAME, NAME));
        let ago = format!(" {}", age(now.since(departure.at)));
        let cells = 4 + name.width() + ago.width();
        let rest = end(gone.len() - named - 1);
        if used + cells + rest.width() > width {
            break;
        }
        used += cells;
        named += 1;
        spans.push(Span::styled(format!("  {glyph} "), style));
        spans.push(Span::raw(name));
        spans.push(Span::styled(ago, theme.quiet));
    }
    spans.push(Span::styled(cut(&end(gone.len() - named), width.saturating_sub(used)), theme.quiet));
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::UserId;

    #[test]
    fn f21_the_last_who_left_are_named_and_the_others_counted() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let all: Vec<Departure> = ["amara17", "greta69", "oskar31", "noor88"]
            .iter()
            .zip([DepartureReason::TimedOut, DepartureReason::TimedOut, DepartureReason::Left, DepartureReason::Left])
            .map(|(name, reason)| Departure { user: UserId::from_wire(name), reason, at: at(7), was: None })
            .collect();
        let gone: Vec<&Departure> = all.iter().collect();
        let show = |width| show_departures(&gone, &Appearance::default(), at(10), width).to_string();
        assert_eq!(show(80), "   just left  ! amara17 3 s  ! greta69 3 s  - oskar31 3 s  - noor88 3 s");
        assert_eq!(show(60), "   just left  ! amara17 3 s  ! greta69 3 s  2 more  J");
        for width in 0..90 {
            assert!(show(width).width() <= width, "{width}");
        }
    }
}
