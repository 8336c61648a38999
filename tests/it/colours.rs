//! Red is for what is wrong now, and for nothing else.

use std::time::Duration;

use herenow::{
    crowd::{CHANNELS, Profile, Simulation, people},
    service::Settings,
    view::{Depth, Symbols, Theme},
};
use ratatui::buffer::Buffer;

use crate::sim::{Sim, written};

const THEMES: [&str; 3] = ["dark", "light", "high-contrast"];

const SIZES: [(u16, u16); 3] = [(200, 60), (120, 40), (80, 24)];

/// A crowd on all channels, watched from the beginning, on a keyset that is marked as production.
fn watch(profile: Profile) -> Sim {
    let channels: Vec<&str> = CHANNELS.iter().map(|(name, _)| *name).collect();
    let settings = Settings { deltas: true, ..Settings::default() };
    let script = Simulation::new(profile, people(200, 1), 1);
    let mut sim = Sim::new(settings, script, &channels, "watcher-4f2a", 1).watched(Duration::from_secs(60));
    sim.model.world.session.production = true;
    sim
}

/// The rows in which something is red, by their texts.
fn find_red_rows(sim: &Sim, theme: &str, (width, height): (u16, u16)) -> Vec<(usize, String)> {
    let theme = Theme::by_name(theme, Depth::True).unwrap();
    let red = theme.bad.fg.unwrap();
    let picture: Buffer = sim.frame_in(theme, Symbols::Unicode, width, height);
    let is_red = |y: u16| (0..width).any(|x| [picture[(x, y)].fg, picture[(x, y)].bg].contains(&red));
    let text = written(&picture);
    let rows = text.lines().enumerate().filter(|(y, _)| is_red(u16::try_from(*y).unwrap()));
    rows.map(|(y, row)| (y, row.to_owned())).collect()
}

#[test]
fn f15_nothing_is_red_in_a_steady_crowd() {
    let mut sim = watch(Profile::STEADY);
    for _ in 0..12 {
        sim.run(Duration::from_secs(10));
        for theme in THEMES {
            for size in SIZES {
                assert_eq!(find_red_rows(&sim, theme, size), [], "{theme} {size:?}");
            }
        }
    }
}

#[test]
fn f15_in_an_outage_the_verdict_and_what_it_names_are_red() {
    let mut sim = watch(Profile::OUTAGE);
    let is_told = |sim: &Sim| sim.text(120, 40).lines().nth(1).unwrap().contains("a network, not a deploy");
    for _ in 0..600 {
        sim.run(Duration::from_secs(1));
        if is_told(&sim) {
            break;
        }
    }
    assert!(is_told(&sim));
    // Soon it is of the past, and nothing is red any more.
    for round in 0..8 {
        for (theme, size) in THEMES.into_iter().flat_map(|theme| SIZES.map(|size| (theme, size))) {
            let rows = find_red_rows(&sim, theme, size);
            let Some(((1, _), others)) = rows.split_first() else {
                assert!(rows.is_empty() && round > 0, "the verdict, {theme} {size:?}: {rows:#?}");
                continue;
            };
            let is_of_a_channel = |row: &str| CHANNELS.iter().any(|(name, _)| row.contains(name));
            let others: Vec<_> = others.iter().filter(|(_, row)| !is_of_a_channel(row)).collect();
            assert!(others.is_empty(), "{theme} {size:?}: {others:#?}");
        }
        sim.run(Duration::from_secs(5));
    }
}
