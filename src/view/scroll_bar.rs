//! Where one is in a list that is longer than its pane, in the last column of its rows.
//!
//! ```text
//! lobby  57 │
//! stage  17 █
//! team    8 │
//! ```

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect};

use super::Appearance;

/// Find the rows of a bar of `height` rows that stand for the rows in sight: never at an end that is out of sight.
fn find_thumb(seen: &Range<usize>, all: usize, height: usize) -> Range<usize> {
    let all = all.max(1);
    let (first, last) = (seen.start * height / all, (seen.end * height).div_ceil(all).min(height));
    let first = if first == 0 && seen.start > 0 && last > 1 { 1 } else { first };
    let last = if last == height && seen.end < all && first + 1 < height { height - 1 } else { last };
    first.min(last.saturating_sub(1))..last
}

/// Draw a bar if anything is out of sight. Returns what is left of the area for the rows.
pub(super) fn draw_scroll_bar(
    look: &Appearance,
    seen: &Range<usize>,
    all: usize,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    if seen.len() >= all || area.width < 8 || area.height < 2 {
        return area;
    }
    let rest = Rect { width: area.width - 1, ..area };
    let thumb = find_thumb(seen, all, usize::from(area.height));
    // Beside the line of a neighbour a second one would be too many.
    let track = if area.right() < buf.area.right() { " " } else { "│" };
    for (place, y) in (area.y..area.bottom()).enumerate() {
        let (symbol, style) =
            if thumb.contains(&place) { ("█", look.theme.quiet) } else { (track, look.theme.border) };
        buf[(rest.right(), y)].set_symbol(symbol).set_style(style);
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f26_the_thumb_is_where_the_rows_in_sight_are_to_one_cell() {
        for all in [3_usize, 7, 30, 154, 10_000] {
            for height in 2..all.min(50) {
                for first in (0..=all - height).step_by(1 + all / 60) {
                    let thumb = find_thumb(&(first..first + height), all, height);
                    let exact = |row: usize| row * height / all;
                    assert!(thumb.start.abs_diff(exact(first)) <= 1, "{first}+{height} of {all}: {thumb:?}");
                    assert!(!thumb.is_empty() && thumb.end <= height, "{first}+{height} of {all}: {thumb:?}");
                }
            }
        }
    }

    #[test]
    fn f26_a_bar_is_drawn_if_and_only_if_something_is_out_of_sight() {
        let area = Rect::new(0, 0, 20, 5);
        for (seen, all) in [(0..5, 5), (0..5, 6), (3..8, 90), (0..3, 3), (0..0, 0)] {
            let mut buf = Buffer::empty(area);
            let rest = draw_scroll_bar(&Appearance::default(), &seen, all, area, &mut buf);
            let drawn = (0..5).any(|y| buf[(19, y)].symbol() == "█");
            assert_eq!((drawn, rest.width == 19), (seen.len() < all, seen.len() < all), "{seen:?} of {all}");
        }
    }
}
