//! How many colours a terminal knows, and how it shows the others.

use ratatui::style::Color;

/// How many colours a terminal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// The sixteen that it has names for.
    Sixteen,
    /// A table of 256.
    Indexed,
    /// All of them.
    #[default]
    True,
}

impl Depth {
    /// By the values of `COLORTERM` and `TERM`.
    pub fn of(colorterm: Option<&str>, term: Option<&str>) -> Self {
        let term = term.unwrap_or_default();
        // Those that know all colours and do not say so in the way of the others.
        let known = ["direct", "kitty", "alacritty", "wezterm", "ghostty", "foot"];
        if colorterm.is_some_and(|value| value == "truecolor" || value == "24bit")
            || known.iter().any(|name| term.contains(name))
        {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }

    /// A colour, given as `0xRRGGBB`, as near as it can be shown.
    pub(super) fn reduce(self, color: u32) -> Color {
        let [_, r, g, b] = color.to_be_bytes();
        match self {
            Self::True => Color::Rgb(r, g, b),
            Self::Indexed => Color::Indexed(find_indexed([r, g, b])),
            Self::Sixteen => find_named([r, g, b]),
        }
    }
}

/// The square of the distance between two colours.
fn measure_distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x.abs_diff(y)).pow(2)).sum()
}

/// The nearest in the cube and the greys of the 256.
fn find_indexed(rgb: [u8; 3]) -> u8 {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let cube = (0..216_u8).map(|n| (16 + n, [level(n / 36), level(n / 6 % 6), level(n % 6)]));
    let greys = (0..24_u8).map(|n| (232 + n, [8 + 10 * n; 3]));
    cube.chain(greys).min_by_key(|(_, known)| measure_distance(*known, rgb)).map_or(0, |(n, _)| n)
}

/// The nearest of the sixteen, as they usually look.
fn find_named(rgb: [u8; 3]) -> Color {
    const USUAL: [(Color, [u8; 3]); 16] = [
        (Color::Black, [0, 0, 0]),
        (Color::Red, [205, 0, 0]),
        (Color::Green, [0, 205, 0]),
        (Color::Yellow, [205, 205, 0]),
        (Color::Blue, [0, 0, 238]),
        (Color::Magenta, [205, 0, 205]),
        (Color::Cyan, [0, 205, 205]),
        (Color::Gray, [229, 229, 229]),
        (Color::DarkGray, [127, 127, 127]),
        (Color::LightRed, [255, 0, 0]),
        (Color::LightGreen, [0, 255, 0]),
        (Color::LightYellow, [255, 255, 0]),
        (Color::LightBlue, [92, 92, 255]),
        (Color::LightMagenta, [255, 0, 255]),
        (Color::LightCyan, [0, 255, 255]),
        (Color::White, [255, 255, 255]),
    ];
    USUAL.iter().min_by_key(|(_, known)| measure_distance(*known, rgb)).map_or(Color::Reset, |(color, _)| *color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_says_what_it_knows() {
        assert_eq!(Depth::of(Some("truecolor"), Some("xterm")), Depth::True);
        assert_eq!(Depth::of(None, Some("xterm-kitty")), Depth::True);
        assert_eq!(Depth::of(Some("yes"), Some("screen-256color")), Depth::Indexed);
        assert_eq!([Depth::of(None, Some("linux")), Depth::of(None, None)], [Depth::Sixteen; 2]);
        assert_eq!([find_indexed([255, 0, 0]), find_indexed([8, 8, 8]), find_indexed([95, 135, 175])], [196, 232, 67]);
    }
}
