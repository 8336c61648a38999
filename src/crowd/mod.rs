//! SIMULATED PEOPLE, who come to a service by HTTP like anybody else.
//!
//! | file | what it is for |
//! |---|---|
//! | `names`, `people`, `places` | who there is, and where they go |
//! | `profile` | how a crowd behaves, as data: phases one after the other |
//! | `script` | people and a profile in, who does what and when out; by `turnout` and `errand` |
//! | `scenario` | a file that puts profiles on a timeline |
//! | `director` | script and timeline together, and a presenter's wishes |
//! | `rounds` | who has to say what to the service, heartbeats included |
//! | `stage` | says it, by HTTP |
//!
//! All but the [`stage`](play) is pure: a seed, a profile and a cast make an endless, repeatable list
//! of who does what after which pause.

mod chance;
mod director;
mod errand;
mod names;
mod people;
mod places;
mod profile;
mod rhythm;
mod rounds;
mod scenario;
mod script;
mod stage;
mod turnout;

pub use director::{Director, Play, Scenes};
pub use people::{Cast, MOST_PEOPLE, Person, REGIONS, people};
pub use places::{CHANNELS, MOST_CHANNELS, Places};
pub use profile::{Flow, Phase, Profile, Twist};
pub use rhythm::Rhythm;
pub use scenario::{BUILT_IN, Scenario, ScenarioError, Scene, TimedFault, Written};
pub use script::{Act, Cue, Script};
pub use stage::{Remote, play};
