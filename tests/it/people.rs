//! The pane of people: what is counted of them, where one is in the list, and their order.

use std::time::Duration;

use herenow::{
    crowd::{Profile, Simulation, people},
    keys::{Key, Keys},
    service::Settings,
    ui::{OccupantRow, SortKey},
};

use crate::{
    model::Looking,
    sim::{CHANNELS, Sim},
};

/// A crowd of so many with this profile, its service with intervals that name users, watched for so long.
fn crowd(profile: Profile, size: usize, settings: Settings, span: Duration) -> Sim {
    let script = Simulation::new(profile, people(size, 1), 1);
    Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(span)
}

fn press(sim: &mut Sim, keys: &str) {
    for key in keys.chars() {
        let key = if key == '\n' { Key::Enter } else { Key::Char(key) };
        if let Some(msg) = Keys::default().translate(&sim.model.screen(), key) {
            sim.tell(msg);
        }
    }
}

#[test]
fn f52_who_flaps_most_by_the_service_is_the_first_row() {
    let settings = Settings { announce_max: 500, deltas: true, ..Settings::default() };
    let mut sim = crowd(Profile::FLAPPING, 60, settings, Duration::from_secs(240));
    press(&mut sim, "sflaps\n");
    sim.run(Duration::from_secs(12));
    assert_eq!(sim.model.listener.occupants.order().by, SortKey::Flaps);
    let channel = sim.model.selected().unwrap().channel.clone();
    let rows = sim.model.people(20, sim.now);
    let left = |row: &OccupantRow<'_>| {
        let user = row.user().unwrap().clone();
        sim.leaves.get(&(channel.clone(), user)).copied().unwrap_or_default()
    };
    let counts: Vec<u32> = rows.iter().map(left).collect();
    let here = sim.believed(channel.as_str());
    let most = sim.leaves.iter().filter(|((on, user), _)| *on == channel && here.contains(user)).map(|(_, n)| *n);
    assert_eq!(Some(counts[0]), most.max(), "{counts:?}");
    let text = sim.text(120, 40);
    assert!(text.contains("flaps ↓"), "{text}");
}
