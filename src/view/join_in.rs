//! How another client joins our own service: what it has to be told, for a terminal and for three SDKs.
//!
//! ```text
//! ╭ join in ──────────────────────────────────── y copies the line, Esc closes ╮
//! │ another terminal                                                           │
//! │   herenow watch --origin http://127.0.0.1:35269 --subscribe-key demo lobby │
//! │ JavaScript                                                                 │
//! │   new PubNub({ subscribeKey: "demo", … ssl: false })                       │
//! ╰────────────────────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use super::{
    Appearance,
    format::{cut, wrap},
    popup::draw_popup,
    rows::draw_lines,
};
use crate::ui::Screen;

/// Columns of the box, and rows at the most.
const SIZE: (usize, usize) = (96, 30);

/// Rows of the line for a terminal at the most: there may be thousands of channels, and it is copied whole.
const LINE_ROWS: usize = 4;

pub(super) fn draw_join_in(screen: &Screen<'_>, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let Some(join_in) = &screen.world.session.join_in else { return };
    let width = SIZE.0.min(usize::from(bounds.width)).saturating_sub(6);
    let mut whole = wrap(&cut(&join_in.line, width * (LINE_ROWS + 1)), width);
    if whole.len() > LINE_ROWS {
        whole.truncate(LINE_ROWS);
        whole.push("… and more, which is copied as well".to_owned());
    }
    let mut lines = Vec::new();
    let mut add = |title: &'static str, rows: Vec<String>| {
        lines.push(Line::styled(format!(" {title}"), look.theme.accent));
        lines.extend(rows.into_iter().map(|row| Line::raw(format!("   {row}"))));
    };
    add("another terminal", whole);
    for (title, text) in &join_in.clients {
        add(title, wrap(text, width));
    }
    let size = (SIZE.0, (lines.len() + 2).min(SIZE.1));
    let inner = draw_popup(look, " join in ", "y copies the line, Esc closes", size, bounds, buf);
    draw_lines(lines, inner, buf);
}
