//! What was recorded: enough to open the world that the inputs were folded into.

use std::time::Duration;

use crate::{
    presence::{Moment, SceneStatus, SubscribeKey},
    world::{Session, World},
};

/// What was recorded, and with which settings. It holds no key, token or URL.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingHeader {
    /// The program's version.
    pub program: String,
    /// The subscribe key, masked.
    pub masked_key: String,
    /// The session, as a recording keeps it: see [`mask_session`].
    pub session: Session,
    /// The presence timeout that we request.
    pub presence_timeout: Duration,
    /// Of a simulated crowd: the seed of its chance.
    pub seed: Option<u64>,
    /// Of a simulated crowd: what it was at.
    pub scene: Option<SceneStatus>,
    /// When the world began.
    pub started: Moment,
}

/// A session without what a recording does not keep: the key is masked, the origin and how to join in are left out.
/// Nothing that a world does depends on these.
pub fn mask_session(session: &Session) -> Session {
    Session {
        origin: String::new(),
        subscribe_key: SubscribeKey::from_wire(&session.subscribe_key.to_string()),
        join_in: None,
        ..session.clone()
    }
}

impl RecordingHeader {
    /// The header for a world that has taken in nothing yet.
    pub fn describe(world: &World, seed: Option<u64>) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            masked_key: world.session.subscribe_key.to_string(),
            session: mask_session(&world.session),
            presence_timeout: world.own_presence.timeout,
            seed,
            scene: world.scene.clone(),
            started: world.started,
        }
    }

    /// The world as it was before the first input.
    pub fn open_world(&self) -> World {
        let mut world = World::new(self.session.clone(), self.presence_timeout, self.started);
        world.scene.clone_from(&self.scene);
        world
    }
}
