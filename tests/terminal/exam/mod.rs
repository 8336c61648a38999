//! The exam: inputs and faults by number, each against the real binary in a pseudo-terminal. Where it says
//! `in_full`, it takes minutes and is run with `--ignored`.

mod ending;
mod names;
mod screen;
mod surroundings;

use herenow::service::{ServiceOptions, Settings};

use crate::{
    pty::{Session, Start},
    verb::World,
};

/// A dashboard in front of a service of the test's own, as `me`.
struct Watched {
    world: World,
    session: Session,
}

impl Watched {
    fn new() -> Self {
        // Names are longer here than PubNub has them: other services may send what they like.
        let settings = Settings { lenient: true, ..Settings::default() };
        let world = World::with(ServiceOptions::new(settings));
        let session = start(&world, &[]);
        session.shows("● live").shows("nobody is here");
        Self { world, session }
    }

    /// It ends by key, and leaves a whole terminal.
    fn quit(mut self) {
        let status = self.session.keys("\x07\x07\x07q").ended();
        assert!(status.success(), "{status:?}\n{}", self.session.screen());
        self.session.assert_restored();
    }
}

/// A dashboard that watches the lobby of a service.
fn start(world: &World, more: &[&str]) -> Session {
    let origin = format!("http://{}", world.running.address);
    let args = ["watch", "--subscribe-key", "demo", "--origin", &origin, "--user-id", "me", "lobby"];
    Start::herenow(&[&args[..], more].concat()).start()
}

fn demo() -> Session {
    let session = Start::herenow(&["demo", "--people", "30"]).start();
    session.shows("● live").shows("following");
    session
}
