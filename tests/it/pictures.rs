//! The pictures of the documentation, made by the program's own renderer from a simulated hour, and
//! compared with those in `assets/`. `HERENOW_PICTURES=write cargo test --test it pictures` makes them again.

use std::{path::Path, time::Duration};

use herenow::{
    crowd::{CHANNELS, Profile, Simulation, people},
    service::Settings,
    view::{Depth, Symbols, Theme},
};

use crate::{sim::Sim, svg::draw_svg};

/// A region that lost its network a moment ago.
fn outage() -> Sim {
    let script = Simulation::new(Profile::OUTAGE, people(200, 1), 1);
    let channels: Vec<&str> = CHANNELS.iter().map(|(name, _)| *name).collect();
    let settings = Settings { deltas: true, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &channels, "watcher-4f2a", 1).watched(Duration::from_secs(60));
    for _ in 0..600 {
        sim.run(Duration::from_secs(1));
        if sim.text(120, 40).lines().nth(1).unwrap().contains("a network, not a deploy") {
            break;
        }
    }
    sim.run(Duration::from_secs(3));
    sim
}

#[track_caller]
fn same_as_asset(name: &str, picture: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name);
    if std::env::var("HERENOW_PICTURES").is_ok_and(|v| v == "write") {
        std::fs::write(&file, picture).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == picture, "assets/{name} is out of date; HERENOW_PICTURES=write cargo test --test it pictures");
}

#[test]
fn the_pictures_show_what_the_program_draws() {
    let sim = outage();
    let verdict = sim.text(120, 40).lines().nth(1).unwrap().to_owned();
    assert!(verdict.contains("timed out") && verdict.contains("a network, not a deploy"), "{verdict}");
    let dark = || Theme::by_name("dark", Depth::True).unwrap();
    same_as_asset("screen.svg", &draw_svg(&sim.frame_in(dark(), Symbols::Unicode, 120, 40)));
    same_as_asset("screen-80x24.svg", &draw_svg(&sim.frame_in(dark(), Symbols::Unicode, 80, 24)));
}
