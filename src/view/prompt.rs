//! A line to type into, under the title of the pane that it is about.
//!
//! ```text
//! ──[1] 12 channels · worst first ───────────────────
//! ╭ channels with ──────── Enter applies, Esc closes ╮
//! │ lob█                                             │
//! │ Tab: lobby, lobby.eu                             │
//! ╰──────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::Line,
    widgets::{Clear, Widget},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance, Layout,
    format::{cut, cut_middle, wrap},
    frame::draw_box,
    popup::show_field,
};
use crate::{
    theme::patch_row,
    ui::{Pane, Prompt, Question, Screen},
};

/// Rows of the box, borders included: what is typed, and what helps.
const ROWS: u16 = 4;

/// The fewest and the most columns.
const NARROWEST: u16 = 46;
const WIDEST: u16 = 100;

/// What the box says of Enter and Esc.
const CLOSES: &str = "Enter applies, Esc closes";

/// Draw it within `bounds`.
pub(super) fn draw_prompt(
    screen: &Screen<'_>,
    prompt: &Prompt,
    look: &Appearance,
    layout: &Layout,
    bounds: Rect,
    buf: &mut Buffer,
) {
    let help = describe_help(screen, prompt);
    let area = place_prompt(screen, prompt, help.width(), layout, bounds);
    Clear.render(area, buf);
    let closes = Line::styled(format!(" {CLOSES} "), look.theme.quiet);
    let inner = draw_box(look, &format!(" {} ", prompt.question.label()), closes, area, buf);
    let width = usize::from(inner.width).saturating_sub(2);
    let style = if prompt.mistake.is_some() { look.theme.bad } else { look.theme.quiet };
    let mut field = Line::raw(" ");
    field.extend(show_field(&prompt.field, width));
    if prompt.is_proposed {
        // As other programs mark what the next letter replaces.
        patch_row(&mut field, look.theme.selected);
    }
    let lines = [field, Line::styled(format!(" {}", cut(&help, width)), style)];
    super::rows::draw_lines(lines, inner, buf);
}

/// What a question that is answered by one key says of the keys.
const YES: &str = "y yes, any other key no";

/// Ask for a yes, in a box like that of a line to type, under the title of the pane in focus.
pub(super) fn draw_question(
    screen: &Screen<'_>,
    question: &str,
    look: &Appearance,
    layout: &Layout,
    bounds: Rect,
    buf: &mut Buffer,
) {
    let wanted = u16::try_from(question.width() + 4).unwrap_or(WIDEST);
    let width = wanted.clamp(NARROWEST, WIDEST).min(bounds.width);
    let lines = wrap(question, usize::from(width).saturating_sub(4));
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let area = place_box(find_pane(screen, layout), (width, rows.min(bounds.height)), bounds);
    Clear.render(area, buf);
    let closes = Line::styled(format!(" {YES} "), look.theme.quiet);
    let inner = draw_box(look, " sure? ", closes, area, buf);
    super::rows::draw_lines(lines.into_iter().map(|line| Line::styled(format!(" {line}"), look.theme.bad)), inner, buf);
}

/// The pane in focus.
fn find_pane(screen: &Screen<'_>, layout: &Layout) -> Option<Rect> {
    match screen.ui.focus.pane {
        Pane::Channels => layout.channels,
        Pane::Occupants => layout.occupants,
        Pane::Log => layout.log,
    }
}

/// What is wrong with what is typed, or how it could go on, or what can be typed.
fn describe_help(screen: &Screen<'_>, prompt: &Prompt) -> String {
    if let Some(mistake) = &prompt.mistake {
        return mistake.clone();
    }
    let completions = screen.list_completions(prompt);
    if completions.is_empty() {
        return prompt.question.hint().to_owned();
    }
    let names: Vec<String> = completions.iter().take(6).map(|name| cut_middle(name, 0, 24)).collect();
    format!("Tab: {}", names.join(", "))
}

/// Under the title of its pane, at the right: names stand at the left. Where a watch list is open, below it.
fn place_prompt(screen: &Screen<'_>, prompt: &Prompt, help: usize, layout: &Layout, bounds: Rect) -> Rect {
    let pane = match prompt.question {
        Question::ChannelFilter | Question::Watch => layout.channels,
        Question::Filter | Question::PresenceTimeout => layout.occupants,
        Question::LogFilter => layout.log,
        Question::Export | Question::ExportOver => find_pane(screen, layout),
        Question::WatchFor | Question::GoToTime | Question::Mark | Question::Record => None,
    };
    let wanted = u16::try_from(help.max(prompt.field.text().width() + 1) + 4).unwrap_or(WIDEST);
    let width = wanted.clamp(NARROWEST, WIDEST).min(bounds.width);
    place_box(pane, (width, ROWS.min(bounds.height)), bounds)
}

/// A box of this size under the title of a pane, at the right; without one, at the lower edge in the middle.
fn place_box(pane: Option<Rect>, (width, height): (u16, u16), bounds: Rect) -> Rect {
    let lowest = bounds.bottom() - height;
    let (x, y) = pane.map_or((bounds.x + (bounds.width - width) / 2, lowest), |pane| {
        (pane.right().saturating_sub(width), pane.y + 1)
    });
    Rect { x: x.clamp(bounds.x, bounds.right() - width), y: y.clamp(bounds.y, lowest), width, height }
}
