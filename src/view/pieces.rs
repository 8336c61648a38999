//! A row of parts, each said at length or shorter, and none of them cut: what matters least gives way first.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{Appearance, format::cut_words, rank::NEVER};

/// A part of the first line, as it is said at length, and shorter.
pub(super) struct Segment<'a> {
    /// The longest first; behind each, when it gives way to the next one, and the last to nothing: the
    /// higher, the earlier.
    pub forms: Vec<(Vec<Span<'a>>, u8)>,
}

/// A part that is said in one way only, and gives way at this rank.
pub(super) fn piece(gives_way: u8, spans: Vec<Span<'_>>) -> Segment<'_> {
    Segment { forms: vec![(spans, gives_way)] }
}

/// Say a part in one style, at length and shorter.
pub(super) fn say_in_forms<'a, const N: usize>(style: Style, forms: [(String, u8); N]) -> Segment<'a> {
    Segment { forms: forms.into_iter().map(|(text, rank)| (vec![Span::styled(text, style)], rank)).collect() }
}

impl<'a> Segment<'a> {
    /// As it is said now.
    pub fn spans(&self) -> &[Span<'a>] {
        self.forms.first().map_or(&[], |(spans, _)| spans)
    }

    fn width(&self) -> usize {
        self.spans().iter().map(Span::width).sum()
    }

    /// When it becomes shorter.
    fn gives_way(&self) -> u8 {
        self.forms.first().map_or(0, |(_, rank)| *rank)
    }
}

/// Between two pieces.
const BETWEEN: &str = " · ";

/// Count the cells of pieces side by side.
pub(super) fn measure_pieces(pieces: &[Segment<'_>]) -> usize {
    let words: usize = pieces.iter().map(Segment::width).sum();
    words + pieces.len().saturating_sub(1) * BETWEEN.width()
}

/// Make what matters least shorter, or leave it out, until both sides fit into `width` cells, two of them
/// between.
pub(super) fn shorten_pieces<'a>(left: &mut Vec<Segment<'a>>, right: &mut Vec<Segment<'a>>, width: usize) {
    let gap = |left: &[Segment], right: &[Segment]| if left.is_empty() || right.is_empty() { 0 } else { 2 };
    while measure_pieces(left) + measure_pieces(right) + gap(left, right) > width {
        let first = left.iter().chain(&*right).map(Segment::gives_way).max().unwrap_or(NEVER);
        if first == NEVER {
            break;
        }
        if let Some(piece) = left.iter_mut().chain(&mut *right).find(|piece| piece.gives_way() == first) {
            piece.forms.remove(0);
        }
        left.retain(|piece| !piece.forms.is_empty());
        right.retain(|piece| !piece.forms.is_empty());
    }
}

/// Put pieces one behind the other.
pub(super) fn join_pieces<'a>(look: &Appearance, pieces: Vec<Segment<'a>>) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    for piece in pieces {
        if !spans.is_empty() {
            spans.push(Span::styled(BETWEEN, look.theme.border));
        }
        spans.extend(piece.forms.into_iter().next().map(|(spans, _)| spans).unwrap_or_default());
    }
    spans
}

/// Make a line of all that fits, with a blank at each end.
pub(super) fn fit_line<'a>(
    look: &Appearance,
    mut left: Vec<Segment<'a>>,
    mut right: Vec<Segment<'a>>,
    width: usize,
) -> Line<'a> {
    shorten_pieces(&mut left, &mut right, width.saturating_sub(2));
    let gap = width.saturating_sub(measure_pieces(&left) + measure_pieces(&right) + 2);
    let mut line = Line::from(" ");
    line.spans.extend(join_pieces(look, left));
    line.push_span(Span::raw(" ".repeat(gap)));
    line.spans.extend(join_pieces(look, right));
    line
}

/// Cut a reason to `width` cells, with what goes before it; none, if not even a word of it fits.
pub(super) fn fit_reason(before: &str, why: &str, width: usize) -> Option<String> {
    let text = cut_words(why, width.saturating_sub(before.width()));
    let worth = !text.is_empty() && (text.contains(' ') || !text.ends_with('…'));
    worth.then(|| format!("{before}{text}"))
}
