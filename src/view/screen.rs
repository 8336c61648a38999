//! The whole screen: its parts, and what lies over them.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect},
    style::{Modifier, Style},
};

use super::{
    Appearance, Contents, Layout, ScreenPart, Size, channel_line, channels, detail, doctor, editor, entry, everyone,
    footer, frame, gauge, header, help, incident, join_in, layout::measure_names, log, manual, occupants, pickers,
    popup::Dock, prompt, status_row, ticker, timeline, wall, watchlist,
};
use crate::{
    presence::Moment,
    ui::{Action, Dialog, Pane, Question, Screen},
};

/// From so many rows on a box leaves the first one free: on fewer it needs it itself. The last one has its keys.
const ROOMY: u16 = 16;

/// From so many rows on the marks of the timeline have a row of their own.
const TALL: u16 = 30;

/// On fewer rows than this there is no row of keys.
const LOW: u16 = 6;

/// Cut an area into the parts of this screen.
pub fn cut_screen(screen: &Screen<'_>, now: Moment, area: Rect) -> Layout {
    if wall::shows_wall(screen, area) {
        return Layout::wall(area);
    }
    let now = screen.as_of(now);
    let sum = usize::from(screen.has_sum_row());
    let longest = screen.measure_everyone();
    let contents = Contents {
        channels: screen.channel_rows().len().max(1) + sum,
        width: channels::measure_width(screen),
        occupants: occupants::count_rows(screen, now, area.width),
        names: if screen.ui.focus.sum.is_some() { measure_names(area.width, longest) } else { 0 },
        longest,
        elsewhere: if screen.ui.focus.sum.is_some() { 0 } else { screen.count_everyone_rows(1) },
        log: screen.log.view().count_rows(),
        detail: detail::count_rows(screen),
        timeline: if screen.is_past() { 1 + u16::from(area.height >= TALL) } else { 0 },
    };
    Layout::cut(area, screen.ui.focus.pane, screen.ui.focus.zoom, screen.ui.focus.shares, contents)
}

/// Draw the whole screen.
pub fn draw_screen(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    if wall::shows_wall(screen, area) {
        return draw_whole_wall(screen, &look.for_wall(), now, area, buf);
    }
    let layout = cut_screen(screen, now, area);
    let now = screen.as_of(now);
    if layout.size == Size::Ticker {
        ticker::draw_ticker(screen, look, now, layout.header, buf);
    } else {
        header::draw_header(screen, look, now, layout.header, buf);
    }
    draw_panes(screen, look, now, &layout, buf);
    if screen.ui.pause().is_some() {
        // Nothing is in focus of a picture that stands still.
        let quiet = look.theme.quiet.remove_modifier(Modifier::BOLD);
        let panes = layout.list_parts().filter(|(part, _)| !matches!(part, ScreenPart::Header | ScreenPart::Footer));
        panes.for_each(|(_, area)| buf.set_style(Rect { height: 1.min(area.height), ..area }, quiet));
    }
    if gauge::find_loss(screen.world).is_some() || screen.ui.dialog.as_ref().is_some_and(covers_panes) {
        step_back(look, layout.body, buf);
    }
    footer::draw_footer(screen, look, layout.footer, buf);
    draw_box(screen, look, now, area, buf);
    status_row::draw_status(screen, look, layout.footer, buf);
    look.settle(buf);
}

/// Let what is there step back. Terminals dim letters, and not what they stand on.
fn step_back(look: &Appearance, area: Rect, buf: &mut Buffer) {
    buf.set_style(area, Style::new().add_modifier(Modifier::DIM));
    if let (Some(ground), Some(paper)) = (look.theme.ground.bg, look.theme.base.bg) {
        for position in area.positions() {
            if let Some(cell) = buf.cell_mut(position).filter(|cell| cell.bg == ground) {
                cell.set_bg(paper);
            }
        }
    }
}

/// Draw the wall view, and what lies over it.
fn draw_whole_wall(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let now = screen.as_of(now);
    let Layout { body, footer, .. } = Layout::wall(area);
    wall::draw_wall(screen, look, now, body, buf);
    if wall::has_own_footer(screen) {
        wall::draw_wall_keys(screen, look, footer, buf);
    } else {
        footer::draw_footer(screen, look, footer, buf);
    }
    draw_box(screen, look, now, area, buf);
    status_row::draw_status(screen, look, footer, buf);
    look.settle(buf);
}

/// Draw what is between header and footer.
fn draw_panes(screen: &Screen<'_>, look: &Appearance, now: Moment, layout: &Layout, buf: &mut Buffer) {
    if let Some(area) = layout.timeline {
        timeline::draw_timeline(screen, look, area, buf);
    }
    if let Some(area) = layout.line {
        channel_line::draw_channel_line(screen, look, now, area, buf);
    }
    if let Some(area) = layout.channels {
        channels::draw_channels(screen, look, now, layout.has_bare_channels(), area, buf);
    }
    if let Some(area) = layout.gauge {
        gauge::draw_gauge(screen, look, now, area, buf);
    }
    if let Some(area) = layout.occupants {
        occupants::draw_occupants(screen, look, now, area, buf);
    }
    if let Some(area) = layout.elsewhere {
        everyone::draw_everyone(screen, look, now, area, buf);
    }
    if let Some(area) = layout.detail {
        detail::draw_detail(screen, look, now, area, buf);
    }
    if let Some(area) = layout.log {
        log::draw_log(screen, look, area, buf);
    }
    let digits = [(Pane::Channels, layout.channels), (Pane::Occupants, layout.occupants), (Pane::Log, layout.log)];
    for (pane, area) in digits {
        let bare = pane == Pane::Channels && layout.has_bare_channels();
        if let (Some(area), Some(key)) = (area.filter(|_| !bare), look.keys.of(Action::GoTo(pane)).first()) {
            frame::draw_digit(look, &key.to_string(), area, buf);
        }
    }
    let framed = layout.list_parts().filter(|(part, _)| !matches!(part, ScreenPart::Header | ScreenPart::Footer));
    frame::join_lines(framed.map(|(_, area)| area), buf);
}

/// Draw what lies over the panes, if anything does.
fn draw_box(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let bounds = find_bounds(area);
    let layout = cut_screen(screen, now, area);
    match &screen.ui.dialog {
        Some(Dialog::Help(page)) => help::draw_help(screen, page, look, bounds, buf),
        Some(Dialog::Manual(reader)) => manual::draw_manual(reader, look, bounds, buf),
        Some(Dialog::Detail(row)) => detail::draw_whole_detail(screen, *row, look, now, bounds, buf),
        Some(Dialog::Sort(chooser)) => pickers::draw_orders(screen, chooser, look, dock(layout.occupants, bounds), buf),
        Some(Dialog::SortChannels(chooser)) => {
            pickers::draw_channel_sorts(screen, chooser, look, dock(layout.channels, bounds), buf);
        }
        Some(Dialog::Palette(chooser)) => pickers::draw_actions(screen, chooser, look, Dock::middle(bounds), buf),
        Some(Dialog::Themes(wardrobe)) => pickers::draw_themes(wardrobe, look, dock(None, bounds), buf),
        Some(Dialog::Columns(chooser)) => {
            pickers::draw_columns(screen, chooser, look, dock(layout.occupants, bounds), buf);
        }
        Some(Dialog::Kinds(chooser)) => pickers::draw_kinds(screen.log, chooser, look, dock(layout.log, bounds), buf),
        Some(Dialog::Entry(reading)) => entry::draw_entry(reading, look, bounds, buf),
        Some(Dialog::Menu(pick)) => pickers::draw_pick(pick, look, dock(layout.channels, bounds), buf),
        Some(Dialog::Editor(editor)) => editor::draw_editor(screen.world, editor, look, bounds, buf),
        Some(Dialog::JoinIn) => join_in::draw_join_in(screen, look, bounds, buf),
        Some(Dialog::Doctor(first)) => doctor::draw_doctor(screen, *first, look, now, bounds, buf),
        Some(Dialog::Incident { number, top }) => {
            incident::draw_incident(screen, (*number, *top), look, now, bounds, buf);
        }
        Some(Dialog::WatchList(chosen)) => {
            watchlist::draw_watchlist(screen.world, &screen.ui.alerts, *chosen, look, now, bounds, buf);
        }
        Some(Dialog::Prompt(asked)) => {
            if asked.question == Question::WatchFor {
                let last = screen.ui.alerts.items().len().saturating_sub(1);
                watchlist::draw_watchlist(screen.world, &screen.ui.alerts, last, look, now, bounds, buf);
            }
            prompt::draw_prompt(screen, asked, look, &layout, bounds, buf);
        }
        Some(Dialog::Confirm { question, .. }) => {
            prompt::draw_question(screen, question, look, &layout, bounds, buf);
        }
        None => {}
    }
}

/// Whether a position of the screen is beside the box that lies over the panes. Never, if there is none.
pub fn is_beside_box(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, column: u16, row: u16) -> bool {
    /// Nothing draws a character that is none.
    const UNTOUCHED: &str = "\u{10ffff}";
    let here = Position::new(column, row);
    if !area.contains(here) || screen.ui.dialog.is_none() {
        return false;
    }
    let mut buf = Buffer::filled(area, Cell::new(UNTOUCHED));
    draw_box(screen, look, screen.as_of(now), area, &mut buf);
    buf[here].symbol() == UNTOUCHED
}

/// Whether something is read before the panes, which step back. A theme is chosen by looking at them.
const fn covers_panes(open: &Dialog) -> bool {
    !matches!(open, Dialog::Themes(_) | Dialog::Prompt(_) | Dialog::Confirm { .. })
}

/// Where boxes may lie: what the link does and which keys mean something stays in sight, where there is room.
fn find_bounds(area: Rect) -> Rect {
    match area.height {
        // There is no row of keys.
        0..LOW => area,
        LOW..ROOMY => Rect { height: area.height - 1, ..area },
        _ => Rect { y: area.y + 1, height: area.height - 2, ..area },
    }
}

/// Where a box goes that is about a pane: at the right edge, below the first rows.
fn dock(pane: Option<Rect>, bounds: Rect) -> Dock {
    Dock { bounds, pane: Some(pane.unwrap_or(bounds)) }
}
