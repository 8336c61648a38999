//! A row of parts, each said at length or shorter, and none of them cut: what matters least gives way first.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{Appearance, format::whole_words};

/// The rank of what never gives way.
pub(super) const NEVER: u8 = 0;

/// A part of the first line, as it is said at length, and shorter.
pub(super) struct Segment<'a> {
    /// The longest first; behind each, when it gives way to the next one, and the last to nothing: the
    /// higher, the earlier.
    pub forms: Vec<(Vec<Span<'a>>, u8)>,
}

/// A part that is said in one way only.
pub(super) fn piece(gives_way: u8, spans: Vec<Span<'_>>) -> Segment<'_> {
    Segment { forms: vec![(spans, gives_way)] }
}

/// A part in one style, said in several ways.
pub(super) fn said<'a, const N: usize>(style: Style, forms: [(String, u8); N]) -> Segment<'a> {
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

/// Cells of pieces side by side.
pub(super) fn cells(pieces: &[Segment<'_>]) -> usize {
    let words: usize = pieces.iter().map(Segment::width).sum();
    words + pieces.len().saturating_sub(1) * BETWEEN.width()
}

/// Make what matters least shorter, or leave it out, until both sides fit into `width` cells, two of them
/// between.
pub(super) fn shorten<'a>(left: &mut Vec<Segment<'a>>, right: &mut Vec<Segment<'a>>, width: usize) {
    let gap = |left: &[Segment], right: &[Segment]| if left.is_empty() || right.is_empty() { 0 } else { 2 };
    while cells(left) + cells(right) + gap(left, right) > width {
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

/// Pieces one behind the other.
pub(super) fn joined<'a>(look: &Appearance, pieces: Vec<Segment<'a>>) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    for piece in pieces {
        if !spans.is_empty() {
            spans.push(Span::styled(BETWEEN, look.theme.border));
        }
        spans.extend(piece.forms.into_iter().next().map(|(spans, _)| spans).unwrap_or_default());
    }
    spans
}

/// The first line: all that fits, a blank at each end; in what is left in the middle, `filler`.
pub(super) fn fitted<'a>(
    look: &Appearance,
    mut left: Vec<Segment<'a>>,
    mut right: Vec<Segment<'a>>,
    filler: Option<&str>,
    width: usize,
) -> Line<'a> {
    shorten(&mut left, &mut right, width.saturating_sub(2));
    let mut gap = width.saturating_sub(cells(&left) + cells(&right) + 2);
    let mut line = Line::from(" ");
    line.spans.extend(joined(look, left));
    // Two cells before what is at the right.
    if let Some(text) = filler.and_then(|why| reason(BETWEEN, why, gap.saturating_sub(2))) {
        gap = gap.saturating_sub(text.width());
        line.push_span(Span::styled(text, look.theme.bad));
    }
    line.push_span(Span::raw(" ".repeat(gap)));
    line.spans.extend(joined(look, right));
    line
}

/// A reason in `width` cells, with what goes before it; none, if not even a word of it fits.
pub(super) fn reason(before: &str, why: &str, width: usize) -> Option<String> {
    let text = whole_words(why, width.saturating_sub(before.width()));
    let worth = !text.is_empty() && (text.contains(' ') || !text.ends_with('…'));
    worth.then(|| format!("{before}{text}"))
}
