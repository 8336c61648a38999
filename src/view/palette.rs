//! The themes that bring their own colours.

use ratatui::style::{Color, Modifier, Style};

use super::{Depth, Theme};

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
    /// A theme by its name, one of [`THEMES`](crate::ui::THEMES), in as many colours as the terminal
    /// knows. `None`: there is no such theme.
    pub fn by_name(name: &str, depth: Depth) -> Option<Self> {
        match name {
            "terminal" => Some(Self::terminal()),
            "monochrome" => Some(Self::monochrome()),
            _ => NAMED.iter().find(|palette| palette.name == name).map(|palette| Self::paint(palette, depth)),
        }
    }

    fn paint(palette: &Palette, depth: Depth) -> Self {
        let paper = depth.reduce(palette.paper);
        let ink = |color: u32| {
            // On few colours, what would vanish is grey.
            let reduced = depth.reduce(color);
            Style::new().fg(if reduced == paper { Color::DarkGray } else { reduced })
        };
        let (selected_ink, selected_paper) = palette.selected;
        let selected = match depth {
            Depth::Sixteen => Style::new().add_modifier(Modifier::REVERSED),
            _ => Style::new().fg(depth.reduce(selected_ink)).bg(depth.reduce(selected_paper)),
        };
        Self {
            name: palette.name,
            base: ink(palette.ink).bg(paper),
            border: ink(palette.border),
            accent: ink(palette.accent),
            fill: ink(mix(palette.accent, palette.paper)),
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
                assert_ne!(ink.fg, theme.base.bg, "{name} {depth:?}");
            }
        }
    }
}
