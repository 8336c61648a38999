//! How a second client finds the way to our own service.

use std::time::Duration;

use herenow::{
    keys::{Key, Keys},
    ui::{Action, Effect, UiEvent},
};

use crate::{model::Looking, sim::Sim};

#[test]
fn f51_the_box_fits_80x24_and_y_copies_the_line() {
    let mut sim = Sim::crowd(20, "watcher-4f2a").watched(Duration::from_secs(2));
    sim.tell(UiEvent::Act(Action::JoinIn));
    let screen = sim.text(80, 24);
    for said in [
        "herenow watch --origin http://127.0.0.1:7710 --subscribe-key demo lobby",
        "match.us.2 stage",
        "JavaScript",
        "ssl: false",
        "Go",
        "config.Secure = false",
        "╰──",
    ] {
        assert!(screen.contains(said), "{said}\n{screen}");
    }
    let event = Keys::default().translate(&sim.model.screen(), Key::Char('y')).unwrap();
    sim.tell(event);
    let line =
        "herenow watch --origin http://127.0.0.1:7710 --subscribe-key demo lobby support match.eu.1 match.us.2 stage";
    assert!(sim.model.listener.effects.contains(&Effect::Copy(line.to_owned())));
    assert!(!sim.text(200, 60).contains("join in: "), "not in the second row any more");
}

#[test]
fn f51_a_keyset_of_others_has_no_such_box() {
    let mut sim = Sim::crowd(20, "watcher-4f2a").watched(Duration::from_secs(2));
    sim.model.world.session.join_in = None;
    sim.tell(UiEvent::Act(Action::JoinIn));
    assert!(sim.model.listener.dialog.is_none());
}
