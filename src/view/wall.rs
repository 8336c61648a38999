//! What a room reads from afar: one number, what it means, how it came about, and what happened last.
//!
//! ```text
//!   herenow  ● live                                                                         18:56:08
//!   A product launch  ·  scene 3 of 6  Keynote                              next: it drains in 21 s
//!   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────────────────────────────────────
//!
//!    ▟██    ▟████▙  ▟████▙   people are on  stage
//!     ██    ██  ██  ██  ██   +197 in the last 30 seconds
//!     ██    ▜█████  ▜█████
//!     ██        ██      ██   everybody runs to one channel, past the announce max
//!   ██████  █████▛  █████▛
//!   ✓ calm for 2 min
//!       200 ┤                                        ⢀⣠⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
//!           └───────────────────────────────────────────────────────────────────────
//!   stage     ██████████████████████████████████████████████████████████ 199
//!   lobby     ▏ 0
//!   + jonas, zoe and 14 others came to stage     ! ravi was not heard from any more on lobby
//!   n scenes  o pull the plug on a region  p all panes
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    gauge::{Chart, Charted},
    header::draw_header,
    layout::RowCutter,
    verdict::show_verdict,
    wall_parts::{draw_bars, draw_number, draw_progress, draw_scene},
    wall_sentences::list_sentences,
};
use crate::{
    presence::{Direction, Moment},
    ui::{Action, Dialog, Screen},
};

/// The least columns and rows. In less, the panes are shown.
const LEAST: (u16, u16) = (40, 15);

/// From so many columns and rows on the digits are twice as large.
const HUGE: (u16, u16) = (150, 44);

/// The least rows of the chart.
const LEAST_CHART: u16 = 5;

/// From so many columns on two sentences stand side by side.
const SIDE_BY_SIDE: u16 = 96;

/// Whether the wall view is shown in this area.
pub(super) const fn shows_wall(screen: &Screen<'_>, area: Rect) -> bool {
    screen.ui.focus.wall && area.width >= LEAST.0 && area.height >= LEAST.1
}

/// Whether the last row names the keys of the wall, rather than what was just asked for.
pub(super) fn has_own_footer(screen: &Screen<'_>) -> bool {
    let ui = screen.ui;
    let is_asked = matches!(ui.dialog, Some(Dialog::Prompt(_)));
    ui.pause().is_none() && ui.swallowing.is_none() && !is_asked
}

/// From so many rows on a blank row keeps the verdict apart from the chart.
const AIRY: u16 = 36;

/// How many rows each part has, from the top down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WallRows {
    /// Blank rows between parts.
    gap: u16,
    /// And between verdict and chart.
    air: u16,
    scene: u16,
    digits: u16,
    chart: u16,
    bars: u16,
    sentences: u16,
}

impl WallRows {
    /// Share the rows: the number and the verdict always, then the chart, then the last events and the bars.
    fn share(area: Rect, has_scene: bool, channels: usize) -> Self {
        let (width, height) = (area.width, area.height);
        let twice = width >= HUGE.0 && height >= HUGE.1;
        let digits = if twice { 10 } else { 5 };
        let gap = u16::from(height >= 24);
        let scene = if has_scene { 1 + u16::from(height >= 22) } else { 0 };
        let both = if width >= SIDE_BY_SIDE { 1 } else { 2 };
        let sentences = if height >= 18 { both } else { 0 };
        let air = u16::from(height >= AIRY);
        // The header, the verdict, and the blanks around them and what follows.
        let fixed = 2 + scene + digits + sentences + gap * 5 + air;
        let left = height.saturating_sub(fixed);
        let most = u16::try_from(channels).unwrap_or(u16::MAX).min((height / 5).max(3));
        let bars = most.min(left.saturating_sub(LEAST_CHART));
        Self { gap, air, scene, digits, chart: left - bars, bars, sentences }
    }
}

pub(super) fn draw_wall(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let scene = screen.world.scene.as_ref();
    let share = WallRows::share(area, scene.is_some(), screen.world.channels.len());
    let mut rows = RowCutter(area);
    let margin = if area.width >= 60 { 2 } else { 1 };
    // The header has a margin of its own.
    let header = rows.take(1);
    draw_header(
        screen,
        look,
        now,
        Rect { x: area.x + margin - 1, width: area.width - 2 * (margin - 1), ..header },
        buf,
    );
    rows.0 = Rect { x: area.x + margin, width: area.width - 2 * margin, ..rows.0 };
    if let Some(scene) = scene {
        let mut top = RowCutter(rows.take(share.scene));
        draw_scene(scene, look, now, top.take(1), buf);
        draw_progress(scene, look, now, top.0, buf);
    }
    rows.take(share.gap);
    draw_number(screen, look, now, rows.take(share.digits), buf);
    rows.take(share.gap);
    let verdict = rows.take(1);
    show_verdict(screen, look, now, usize::from(verdict.width)).render(verdict, buf);
    rows.take(share.air);
    let chart = rows.take(share.chart);
    if chart.height >= LEAST_CHART - 1 {
        let charted = Charted::find(screen);
        Chart::new(screen, look, now, &charted, chart).draw(look, chart, buf);
    }
    rows.take(share.gap);
    draw_bars(screen, look, rows.take(share.bars), buf);
    rows.take(share.gap);
    draw_sentences(screen, look, rows.take(share.sentences), buf);
}

/// Draw the last two events as sentences.
fn draw_sentences(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let columns = if area.height == 1 { 2 } else { 1 };
    let width = area.width / columns;
    let room = usize::from(width).saturating_sub(4);
    for (place, (body, sentence)) in (0..).zip(list_sentences(screen.log, room)) {
        let (style, glyph, _) = look.theme.mark_line(&body);
        let line = Line::from(vec![Span::styled(format!("{glyph} "), style), Span::raw(sentence)]);
        let (x, y) = if columns == 2 { (area.x + place * width, area.y) } else { (area.x, area.y + place) };
        if y < area.bottom() && x < area.right() {
            line.render(Rect { x, y, width, height: 1 }, buf);
        }
    }
}

/// Draw the few keys that matter in a room.
pub(super) fn draw_wall_keys(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let in_crowd = [
        (Action::Scenes, "scenes"),
        (Action::Direct(Direction::Outage), "pull the plug on a region"),
        (Action::Heartbeat, "step into the room"),
        (Action::Wall, "all panes"),
    ];
    let on_keyset = [(Action::Incident, "evidence"), (Action::LongerSpan, "longer span"), (Action::Wall, "all panes")];
    let offered: &[(Action, &str)] = if screen.world.scene.is_some() { &in_crowd } else { &on_keyset };
    let mut line = Line::from(if area.width >= 60 { "  " } else { " " });
    for (action, word) in offered.iter().filter(|(action, _)| !screen.refuses(*action)) {
        let Some(key) = look.keys.of(*action).first().map(ToString::to_string) else { continue };
        if line.width() + key.width() + word.width() + 1 > usize::from(area.width) {
            continue;
        }
        line.push_span(Span::styled(key, look.theme.accent.patch(look.theme.strong)));
        line.push_span(Span::styled(format!(" {word}   "), look.theme.quiet));
    }
    line.render(area, buf);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f12_a_wall_of_any_size_has_its_number_and_a_chart() {
        for width in [40, 60, 100, 200] {
            for height in 14..80 {
                for (has_scene, channels) in [(true, 12), (false, 1), (false, 500)] {
                    let area = Rect::new(0, 0, width, height);
                    let rows = WallRows::share(area, has_scene, channels);
                    let WallRows { gap, air, scene, digits, chart, bars, sentences } = rows;
                    assert!(digits >= 5 && chart >= LEAST_CHART - 1, "{width}x{height} {rows:?}");
                    assert!(2 + gap * 5 + air + scene + digits + chart + bars + sentences <= height, "{rows:?}");
                }
            }
        }
    }
}
