//! The manual: the list of its pages, and the one that is read.
//!
//! ```text
//! ╭ manual · Keys ─────────────────────── / searches, Esc back ╮
//! │ All of them can be changed in `[keys]`; `?` lists them as …  │
//! │ key │ what it does                                           │
//! ╰──────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::{Line, Span},
};

use super::{
    Appearance,
    choices::Choices,
    format::{break_lines, cut, pad},
    popup::{Dock, draw_popup, show_field},
    rows::draw_lines,
};
use crate::{
    manual::{PageLine, PageLineKind, lay_out_page},
    ui::{ManualReader, OpenPage},
};

/// Columns of the box at the most: longer lines are hard to read.
const WIDE: usize = 100;

/// Columns of the topics.
const TOPICS: usize = 15;

pub(super) fn draw_manual(reader: &ManualReader, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    if let Some(open) = &reader.open {
        return draw_page(open, look, bounds, buf);
    }
    let found = reader.list_pages();
    let choices = Choices {
        title: " manual ",
        closes: "Enter opens, Esc back",
        size: (WIDE - 24, found.len() + 3),
        chooser: &reader.list,
        found: &found,
        nothing: "no page is about that",
    };
    choices.draw(look, Dock::middle(bounds), buf, |page, width, chosen| {
        let style = if chosen { look.theme.selected } else { Style::new() };
        let title = cut(page.title(), width.saturating_sub(TOPICS + 1));
        Line::styled(pad(&format!(" {:<TOPICS$}{title}", page.topic), width), style)
    });
}

fn draw_page(open: &OpenPage, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let width = usize::from(bounds.width).min(WIDE);
    let lines = list_lines(open, width.saturating_sub(4));
    let title = format!(" manual · {} ", open.page.topic);
    let size = (width, usize::from(bounds.height));
    let (rows, needle) = (size.1.saturating_sub(2), open.search.text().to_lowercase());
    let found: Vec<usize> = (0..lines.len()).filter(|at| has_word(&lines[*at], &needle)).collect();
    let below = lines.len().saturating_sub(rows);
    let first = open.find_first_line(&found, below);
    let last = (first + rows).min(lines.len());
    let closes = match (open.searching, needle.is_empty()) {
        (false, true) => format!("{}-{last} of {} · / searches · Esc back", first + 1, lines.len()),
        (true, _) => format!("{} found · Enter, n next · Esc ends", found.len()),
        (false, false) => {
            let place = open.count_found(found.len()).map_or(0, |before| before + 1);
            format!("{place} of {} found · n next · Esc back", found.len())
        }
    };
    let inner = draw_popup(look, &title, &closes, size, bounds, buf);
    let inner = Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner };
    let show = |(at, line): (usize, &PageLine)| {
        let style = match line.kind {
            PageLineKind::Heading => look.theme.accent,
            PageLineKind::Code => look.theme.state,
            PageLineKind::Text => Style::new(),
        };
        let is_found = found.binary_search(&at).is_ok();
        let style = if is_found { style.patch(look.theme.strong).add_modifier(Modifier::REVERSED) } else { style };
        Line::styled(line.text.clone(), style)
    };
    draw_lines(lines.iter().enumerate().skip(first).map(show), inner, buf);
    if open.searching && inner.height > 0 {
        let row = Rect { y: inner.bottom() - 1, height: 1, ..inner };
        let typed = [vec![Span::raw("/")], show_field(&open.search, usize::from(row.width).saturating_sub(1))].concat();
        buf.set_style(row, look.theme.base);
        draw_lines([Line::raw(" ".repeat(usize::from(row.width)))], row, buf);
        draw_lines([Line::from(typed)], row, buf);
    }
}

/// The lines of a page in this width; what is wider than that, as an example may be, goes on below.
fn list_lines(open: &OpenPage, width: usize) -> Vec<PageLine> {
    let broken = lay_out_page(open.page, width).into_iter().flat_map(|PageLine { kind, text }| {
        let parts = if text.is_empty() { vec![text] } else { break_lines(&text, width) };
        parts.into_iter().map(move |text| PageLine { kind, text })
    });
    broken.collect()
}

fn has_word(line: &PageLine, needle: &str) -> bool {
    !needle.is_empty() && line.text.to_lowercase().contains(needle)
}
