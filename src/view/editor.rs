//! Our own state, being edited.
//!
//! ```text
//! ╭ state of watcher-4f2a on lobby ──── Ctrl-S sends, Esc closes ╮
//! │ 1 {                                                          │
//! │ 2   "mood": busy█                                            │
//! │ 3 }                                                          │
//! │ line 2, column 11: expected value                            │
//! ╰──────────────────────────────────────────────────────────────╯
//! ```

use std::ops::RangeInclusive;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::{Line, Span},
    widgets::Widget,
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::wrap,
    popup::draw_popup,
    rows::{draw_lines, find_first_row},
};
use crate::{
    presence::{State, sanitize},
    ui::{Action, Editor, Stage},
    world::World,
};

/// No wider than this: states have short lines, and what lies below stays in sight at the sides.
const WIDTH: usize = 92;

/// Rows of text that it opens with, at least; and at most, however long the text is.
const ROWS: RangeInclusive<usize> = 8..=30;

/// Rows that a message may take; what is edited needs the others.
const MESSAGE: usize = 2;

pub(super) fn draw_editor(world: &World, editor: &Editor, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let lines = editor.text.lines().len();
    let title = format!(" state of {} on {} ", world.session.user, editor.channel);
    let closes = match editor.stage {
        Stage::Sending => "sending …",
        _ => "Ctrl-S sends, Esc closes",
    };
    let height = (lines + 1).clamp(*ROWS.start(), *ROWS.end()) + MESSAGE + 2;
    let inner = draw_popup(look, &title, closes, (WIDTH, height), bounds, buf);
    let width = usize::from(inner.width);
    let (message, style) = choose_message(world, editor, look);
    let said = wrap(&message, width.saturating_sub(2).max(1));
    // The text goes first, down to one row; then what is to be said about it.
    let rows = usize::from(inner.height);
    let below = said.len().min(MESSAGE).min(rows.saturating_sub(1));
    let (mut top, mut bottom) = (inner, inner);
    bottom.height = u16::try_from(below).unwrap_or(0);
    top.height -= bottom.height;
    bottom.y += top.height;
    draw_text(editor, look, top, buf);
    draw_lines(said.into_iter().map(|line| Line::styled(format!(" {line}"), style)), bottom, buf);
}

/// Choose what is to be said of it: how sending goes, or what is wrong, or what to know.
fn choose_message(world: &World, editor: &Editor, look: &Appearance) -> (String, Style) {
    let theme = &look.theme;
    match (&editor.stage, &editor.mistake) {
        (Stage::Asking, _) => {
            let text = format!(
                "PRODUCTION: set this state on {} as {}?  y yes, any other key no",
                editor.channel, world.session.user
            );
            (text, theme.bad)
        }
        (Stage::Sending, _) => ("… on its way to the service".to_owned(), theme.warn),
        (Stage::Failed(why), _) => (format!("✗ not set: {why}"), theme.bad),
        (Stage::Leaving, _) => {
            ("changed and not sent: Esc again throws it away, any other key goes on".to_owned(), theme.warn)
        }
        (Stage::Typing, Some(mistake)) => {
            (format!("✗ line {}, column {}: {}", mistake.line, mistake.column, mistake.what), theme.bad)
        }
        (Stage::Typing, None) if !world.is_present(&editor.channel) => {
            let key = look.keys.names(Action::Heartbeat);
            let how = if key.is_empty() {
                "send a heartbeat first".to_owned()
            } else {
                format!("send a heartbeat ({key}) first")
            };
            let text = format!(
                "you are not present on {}: the service keeps a state for who is present only; {how}",
                editor.channel
            );
            (text, theme.warn)
        }
        (Stage::Typing, None) => {
            let bytes = editor.text.bytes();
            (
                format!("✓ a JSON object of {bytes} bytes, of {} at most; it replaces the whole state", State::LARGEST),
                theme.good,
            )
        }
    }
}

/// Draw the lines around the cursor, with their numbers.
fn draw_text(editor: &Editor, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let lines = editor.text.lines();
    let (row, at) = editor.text.cursor();
    let numbers = lines.len().to_string().len();
    let room = usize::from(area.width).saturating_sub(numbers + 3);
    let first = find_first_row(row, usize::from(area.height), lines.len());
    // All lines move sideways together, so that what stands below each other stays so.
    let (left, _) = measure_letters(&lines[row][..at]);
    let skip = (left + 1).saturating_sub(room);
    for (y, (place, line)) in (area.y..area.bottom()).zip(lines.iter().enumerate().skip(first)) {
        let wrong = editor.mistake.as_ref().is_some_and(|mistake| mistake.line == place + 1);
        let number = if wrong { look.theme.bad } else { look.theme.quiet };
        let mut spans = vec![Span::styled(format!(" {:>numbers$} ", place + 1), number)];
        let cursor = (place == row).then_some(at);
        spans.extend(cut_sideways(line, skip, room, cursor));
        Line::from(spans).render(Rect { y, height: 1, ..area }, buf);
    }
}

/// Make the letters of a text safe to show, and count the cells that they take.
fn measure_letters(text: &str) -> (usize, Vec<(usize, String)>) {
    let letters: Vec<(usize, String)> =
        text.grapheme_indices(true).map(|(at, letter)| (at, sanitize(letter).into_owned())).collect();
    (letters.iter().map(|(_, letter)| letter.width()).sum(), letters)
}

/// Cut a line from its `skip`th cell on, in at most `room` cells, with the cursor if it is in this line.
fn cut_sideways<'a>(line: &str, skip: usize, room: usize, cursor: Option<usize>) -> Vec<Span<'a>> {
    let under = Style::new().add_modifier(Modifier::REVERSED);
    let mut spans: Vec<Span<'a>> = Vec::new();
    let mut plain = String::new();
    let mut cell = 0;
    for (at, letter) in measure_letters(line).1 {
        let start = cell;
        cell += letter.width();
        if start < skip {
            // Of a letter that is cut in half, blanks remain.
            plain.extend(std::iter::repeat_n(' ', cell.saturating_sub(skip)));
            continue;
        }
        if cell - skip > room {
            break;
        }
        if cursor == Some(at) {
            spans.push(Span::raw(std::mem::take(&mut plain)));
            spans.push(Span::styled(if letter.is_empty() { " ".to_owned() } else { letter }, under));
        } else {
            plain.push_str(&letter);
        }
    }
    spans.push(Span::raw(plain));
    if cursor == Some(line.len()) && room > 0 {
        spans.push(Span::styled(" ", under));
    }
    spans
}
