//! SIMULATED PEOPLE, who come to a service by HTTP like anybody else.
//!
//! A [`Script`] is pure: a seed and a profile make an endless, repeatable list of who does what
//! after which pause. The [`stage`](play) plays it against a service.

mod chance;
mod people;
mod profile;
mod script;
mod stage;

pub use people::{CHANNELS, Person, people};
pub use profile::Profile;
pub use script::{Act, Cue, Script};
pub use stage::play;
