//! The themes that bring their own colours.

use ratatui::style::{Color, Modifier, Style};

use super::{Depth, Theme};

/// Colours by meaning, as `0xRRGGBB`.
#[derive(Clone, Copy)]
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
    warn: u32,
    bad: u32,
    /// Where there are sixteen colours only: paper, ink, border, quiet, accent, good, warn, bad. By name, since the
    /// nearest to a pale colour is grey.
    sixteen: [Color; 8],
}

const ON_BLACK: [Color; 8] = {
    use Color::{Black, DarkGray, Gray, LightCyan, LightGreen, LightRed, LightYellow, White};
    [Black, White, DarkGray, Gray, LightCyan, LightGreen, LightYellow, LightRed]
};

/// Yellow can't be read on white: it is the paper there.
const ON_WHITE: [Color; 8] = {
    use Color::{Black, Blue, DarkGray, Gray, Green, Red, White, Yellow};
    [White, Black, Gray, DarkGray, Blue, Green, Yellow, Red]
};

/// Blue and orange as far as there are any: good is blue.
const BLUE_ON_BLACK: [Color; 8] = {
    use Color::{Black, DarkGray, Gray, LightBlue, LightCyan, LightRed, LightYellow, White};
    [Black, White, DarkGray, Gray, LightCyan, LightBlue, LightYellow, LightRed]
};

const DARK: Palette = Palette {
    name: "dark",
    paper: 0x0011_151c,
    ink: 0x00d7_dce5,
    border: 0x0039_4355,
    quiet: 0x0087_92a5,
    accent: 0x006c_c4f5,
    selected: (0x00ff_ffff, 0x0027_4163),
    good: 0x0086_d69a,
    warn: 0x00ee_c170,
    bad: 0x00ff_7b72,
    sixteen: ON_BLACK,
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
    warn: 0x0085_5300,
    bad: 0x00b3_1d28,
    sixteen: ON_WHITE,
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
    warn: 0x00ff_b733,
    bad: 0x00ff_7070,
    sixteen: ON_BLACK,
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
    warn: 0x00e6_9f00,
    bad: 0x00ff_8a3d,
    sixteen: BLUE_ON_BLACK,
};

const NAMED: [&Palette; 4] = [&DARK, &LIGHT, &HIGH_CONTRAST, &COLOUR_BLIND];

impl Theme {
    /// A theme by its name, one of [`THEMES`](crate::ui::THEMES), in as many colours as the terminal
    /// knows. `None`: there is no such theme.
    pub fn by_name(name: &str, depth: Depth) -> Option<Self> {
        match name {
            "terminal" => Some(Self::terminal()),
            "monochrome" => Some(Self::monochrome()),
            _ => NAMED.iter().find(|palette| palette.name == name).map(|palette| Self::paint(palette, depth)),
        }
    }

    /// The same theme to be read from afar: what steps back elsewhere has the colour of ink, and all words have a
    /// contrast of at least [`FROM_AFAR`] where the colours are ours.
    pub(crate) fn for_wall(&self, depth: Depth) -> Self {
        let Some(palette) = NAMED.iter().find(|palette| palette.name == self.name) else {
            let undim = |style: Style| style.remove_modifier(Modifier::DIM);
            return Self { quiet: undim(Style::new()), state: undim(Style::new()), ..self.clone() };
        };
        let Palette { paper, ink, .. } = **palette;
        let stronger = |color: u32| strengthen(color, ink, paper);
        let mut sixteen = palette.sixteen;
        sixteen[3] = sixteen[1];
        let palette = Palette {
            quiet: ink,
            accent: stronger(palette.accent),
            good: stronger(palette.good),
            warn: stronger(palette.warn),
            bad: stronger(palette.bad),
            sixteen,
            ..**palette
        };
        Self::paint(&palette, depth)
    }

    fn paint(palette: &Palette, depth: Depth) -> Self {
        let Palette { paper, ink, border, quiet, accent, good, warn, bad, .. } = *palette;
        let [paper, ink, border, quiet, accent, good, warn, bad] = match depth {
            Depth::Sixteen => palette.sixteen,
            _ => [paper, ink, border, quiet, accent, good, warn, bad].map(|color| depth.reduce(color)),
        };
        let (selected, fill, flat) = if depth == Depth::Sixteen {
            (Style::new().fg(Color::White).bg(Color::Blue), quiet, border)
        } else {
            let (ink, paper) = palette.selected;
            let fill = depth.reduce(mix(palette.ink, palette.paper));
            // Nearer to the paper than what moves, also where borders are as bright as words.
            let flat = depth.reduce(mix(palette.quiet, palette.paper));
            (Style::new().fg(depth.reduce(ink)).bg(depth.reduce(paper)), fill, flat)
        };
        let plain = Style::new();
        // A quarter of such a cell has the colour of borders.
        let ground = mix(mix(palette.border, palette.paper), palette.paper);
        let ground = if depth == Depth::Sixteen { plain } else { plain.bg(depth.reduce(ground)) };
        Self {
            name: palette.name,
            base: plain.fg(ink).bg(paper),
            border: plain.fg(border),
            accent: plain.fg(accent),
            fill: plain.fg(fill),
            flat: plain.fg(flat),
            ground,
            quiet: plain.fg(quiet),
            strong: plain.add_modifier(Modifier::BOLD),
            selected,
            good: plain.fg(good),
            calm: plain,
            warn: if paper == Color::White { plain.fg(Color::Black).bg(warn) } else { plain.fg(warn) },
            bad: plain.fg(bad).add_modifier(Modifier::BOLD),
            state: plain.fg(quiet),
        }
    }
}

/// The least contrast of words that are read from afar.
const FROM_AFAR: f64 = 7.0;

/// The nearest colour on the way to `ink` that can be read from afar on `paper`.
fn strengthen(color: u32, ink: u32, paper: u32) -> u32 {
    let (from, to) = (color.to_be_bytes(), ink.to_be_bytes());
    let step = |n: u32| {
        let part = |at: usize| (u32::from(from[at]) * (16 - n) + u32::from(to[at]) * n) / 16;
        (part(1) << 16) | (part(2) << 8) | part(3)
    };
    (0..=16).map(step).find(|color| contrast(*color, paper) >= FROM_AFAR).unwrap_or(ink)
}

/// The contrast of two colours, as WCAG 2 defines it.
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

/// The colour in the middle of two.
fn mix(a: u32, b: u32) -> u32 {
    let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
    u32::from_be_bytes(std::array::from_fn(|part| a[part].midpoint(b[part])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_theme_and_no_other() {
        for name in crate::ui::THEMES {
            assert_eq!(Theme::by_name(name, Depth::True).map(|theme| theme.name), Some(name));
        }
        assert!(Theme::by_name("Dark", Depth::True).is_none());
    }

    #[test]
    fn all_words_can_be_read() {
        for p in NAMED {
            let least = if p.name == "high-contrast" { 7.0 } else { 4.5 };
            for (what, color) in [("ink", p.ink), ("quiet", p.quiet), ("accent", p.accent), ("good", p.good)]
                .into_iter()
                .chain([("warn", p.warn), ("bad", p.bad)])
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
            let selected = Theme::by_name(palette.name, Depth::True).unwrap().selected;
            let (ink, paper) = palette.selected;
            let as_said = (Some(Depth::True.reduce(ink)), Some(Depth::True.reduce(paper)));
            assert_eq!((selected.fg, selected.bg), as_said, "{}", palette.name);
        }
    }

    #[test]
    fn nothing_vanishes_on_fewer_colours() {
        for (name, depth) in
            crate::ui::THEMES.into_iter().flat_map(|name| [Depth::Sixteen, Depth::Indexed].map(|d| (name, d)))
        {
            let theme = Theme::by_name(name, depth).unwrap();
            let inks = [theme.border, theme.accent, theme.quiet, theme.good, theme.warn, theme.bad, theme.state];
            for ink in inks.into_iter().filter(|_| theme.base.bg.is_some()) {
                assert_ne!(ink.fg, ink.bg.or(theme.base.bg), "{name} {depth:?}");
            }
        }
    }

    #[test]
    fn f40_with_sixteen_colours_good_is_green_warn_yellow_and_bad_red() {
        for name in ["dark", "light", "high-contrast"] {
            let theme = Theme::by_name(name, Depth::Sixteen).unwrap();
            assert!(matches!(theme.good.fg, Some(Color::Green | Color::LightGreen)), "{name}");
            let warn = [theme.warn.fg, theme.warn.bg];
            assert!(warn.iter().flatten().any(|c| matches!(c, Color::Yellow | Color::LightYellow)), "{name}");
            assert!(matches!(theme.bad.fg, Some(Color::Red | Color::LightRed)), "{name}");
            assert!(theme.selected.fg.is_some() && theme.selected.bg.is_some(), "{name}: the row is of one style");
        }
    }
}
