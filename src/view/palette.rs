//! The themes by name, and how their colours are told to a terminal that knows fewer.

use ratatui::style::{Color, Modifier, Style};

use super::Theme;

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
}

/// Colours by meaning, as `0xRRGGBB`.
struct Palette {
    name: &'static str,
    paper: u32,
    ink: u32,
    border: u32,
    quiet: u32,
    accent: u32,
    /// The selected row: ink and paper.
    selected: (u32, u32),
    good: u32,
    calm: u32,
    warn: u32,
    bad: u32,
    state: u32,
}

const DARK: Palette = Palette {
    name: "dark",
    paper: 0x0011_151c,
    ink: 0x00d7_dce5,
    border: 0x0039_4355,
    quiet: 0x0087_92a5,
    accent: 0x006c_c4f5,
    selected: (0x00ff_ffff, 0x0027_4163),
    good: 0x0086_d69a,
    calm: 0x009d_b6e6,
    warn: 0x00ee_c170,
    bad: 0x00ff_7b72,
    state: 0x00cd_a5f3,
};

const LIGHT: Palette = Palette {
    name: "light",
    paper: 0x00fb_faf7,
    ink: 0x0022_272e,
    border: 0x00c3_c8cf,
    quiet: 0x0066_6f7a,
    accent: 0x0005_50ae,
    selected: (0x0000_1b3d, 0x00cf_e1fb),
    good: 0x0011_6329,
    calm: 0x003b_5b92,
    warn: 0x0085_5300,
    bad: 0x00b3_1d28,
    state: 0x0076_3b99,
};

const HIGH_CONTRAST: Palette = Palette {
    name: "high-contrast",
    paper: 0x0000_0000,
    ink: 0x00ff_ffff,
    border: 0x00ff_ffff,
    quiet: 0x00d0_d0d0,
    accent: 0x00ff_ff00,
    selected: (0x0000_0000, 0x00ff_ff00),
    good: 0x0033_ff77,
    calm: 0x0080_d8ff,
    warn: 0x00ff_b733,
    bad: 0x00ff_7070,
    state: 0x00ff_a8ff,
};

/// Blue against orange, after the palette of Okabe and Ito: told apart with any colour vision.
const COLOUR_BLIND: Palette = Palette {
    name: "colour-blind",
    paper: 0x0014_1719,
    ink: 0x00e4_e4e0,
    border: 0x0043_494e,
    quiet: 0x0094_9da5,
    accent: 0x0056_b4e9,
    selected: (0x00ff_ffff, 0x0000_4f7c),
    good: 0x0056_b4e9,
    calm: 0x00a9_bccb,
    warn: 0x00e6_9f00,
    bad: 0x00ff_8a3d,
    state: 0x00d9_9ac5,
};

const NAMED: [&Palette; 4] = [&DARK, &LIGHT, &HIGH_CONTRAST, &COLOUR_BLIND];

impl Theme {
    /// A theme by its name, one of [`THEMES`](crate::ui::THEMES), in as many colours as the terminal knows. `None`: there is no such theme.
    pub fn named(name: &str, depth: Depth) -> Option<Self> {
        match name {
            "terminal" => Some(Self::terminal()),
            "monochrome" => Some(Self::monochrome()),
            _ => NAMED.iter().find(|palette| palette.name == name).map(|palette| Self::painted(palette, depth)),
        }
    }

    fn painted(palette: &Palette, depth: Depth) -> Self {
        let paper = told(palette.paper, depth);
        let ink = |color: u32| {
            // On few colours, what would vanish is grey.
            let told = told(color, depth);
            Style::new().fg(if told == paper { Color::DarkGray } else { told })
        };
        let (selected_ink, selected_paper) = palette.selected;
        let selected = match depth {
            Depth::Sixteen => Style::new().add_modifier(Modifier::REVERSED),
            _ => Style::new().fg(told(selected_ink, depth)).bg(told(selected_paper, depth)),
        };
        Self {
            name: palette.name,
            base: ink(palette.ink).bg(paper),
            border: ink(palette.border),
            accent: ink(palette.accent),
            fill: ink(between(palette.accent, palette.paper)),
            quiet: ink(palette.quiet),
            strong: Style::new().add_modifier(Modifier::BOLD),
            selected,
            good: ink(palette.good),
            calm: ink(palette.calm),
            warn: ink(palette.warn),
            bad: ink(palette.bad).add_modifier(Modifier::BOLD),
            state: ink(palette.state),
        }
    }
}

fn told(color: u32, depth: Depth) -> Color {
    let [_, r, g, b] = color.to_be_bytes();
    match depth {
        Depth::True => Color::Rgb(r, g, b),
        Depth::Indexed => Color::Indexed(indexed([r, g, b])),
        Depth::Sixteen => sixteen([r, g, b]),
    }
}

/// The colour in the middle of two.
fn between(a: u32, b: u32) -> u32 {
    let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
    u32::from_be_bytes(std::array::from_fn(|part| a[part].midpoint(b[part])))
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(x, y)| u32::from(x.abs_diff(y)).pow(2)).sum()
}

/// The nearest in the cube and the greys of the 256.
fn indexed(rgb: [u8; 3]) -> u8 {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let cube = (0..216_u8).map(|n| (16 + n, [level(n / 36), level(n / 6 % 6), level(n % 6)]));
    let greys = (0..24_u8).map(|n| (232 + n, [8 + 10 * n; 3]));
    cube.chain(greys).min_by_key(|(_, known)| distance(*known, rgb)).map_or(0, |(n, _)| n)
}

/// The nearest of the sixteen, as they usually look.
fn sixteen(rgb: [u8; 3]) -> Color {
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
    USUAL.iter().min_by_key(|(_, known)| distance(*known, rgb)).map_or(Color::Reset, |(color, _)| *color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_theme_and_no_other() {
        for name in crate::ui::THEMES {
            assert_eq!(Theme::named(name, Depth::True).map(|theme| theme.name), Some(name));
        }
        assert!(Theme::named("Dark", Depth::True).is_none());
    }

    #[test]
    fn a_terminal_says_what_it_knows() {
        assert_eq!(Depth::of(Some("truecolor"), Some("xterm")), Depth::True);
        assert_eq!(Depth::of(None, Some("xterm-kitty")), Depth::True);
        assert_eq!(Depth::of(Some("yes"), Some("screen-256color")), Depth::Indexed);
        assert_eq!([Depth::of(None, Some("linux")), Depth::of(None, None)], [Depth::Sixteen; 2]);
        assert_eq!([indexed([255, 0, 0]), indexed([8, 8, 8]), indexed([95, 135, 175])], [196, 232, 67]);
    }

    /// As WCAG 2 defines it.
    fn contrast(a: u32, b: u32) -> f64 {
        let light = |color: u32| {
            let [_, r, g, b] = color.to_be_bytes().map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn all_words_can_be_read() {
        for p in NAMED {
            let least = if p.name == "high-contrast" { 7.0 } else { 4.5 };
            for (what, color) in [("ink", p.ink), ("quiet", p.quiet), ("accent", p.accent), ("good", p.good)]
                .into_iter()
                .chain([("calm", p.calm), ("warn", p.warn), ("bad", p.bad), ("state", p.state)])
            {
                let found = contrast(color, p.paper);
                assert!(found >= least, "{} {what}: {found:.2}", p.name);
            }
            let found = contrast(p.selected.0, p.selected.1);
            assert!(found >= least, "{} selected: {found:.2}", p.name);
        }
    }

    #[test]
    fn a_selected_row_is_as_the_palette_says() {
        for palette in NAMED {
            let selected = Theme::named(palette.name, Depth::True).unwrap().selected;
            let (ink, paper) = palette.selected;
            let as_said = (Some(told(ink, Depth::True)), Some(told(paper, Depth::True)));
            assert_eq!((selected.fg, selected.bg), as_said, "{}", palette.name);
        }
    }

    #[test]
    fn nothing_vanishes_on_fewer_colours() {
        for (name, depth) in
            crate::ui::THEMES.into_iter().flat_map(|name| [Depth::Sixteen, Depth::Indexed].map(|d| (name, d)))
        {
            let theme = Theme::named(name, depth).unwrap();
            let inks = [theme.border, theme.accent, theme.quiet, theme.good, theme.warn, theme.bad, theme.state];
            for ink in inks.into_iter().filter(|_| theme.base.bg.is_some()) {
                assert_ne!(ink.fg, theme.base.bg, "{name} {depth:?}");
            }
        }
    }
}
