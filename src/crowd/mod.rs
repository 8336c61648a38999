//! The simulated crowd: people who use a service over HTTP like any other client.
//!
//! | file | what it is for |
//! |---|---|
//! | `names`, `people`, `places` | who there is, and where they go |
//! | `profile` | how a crowd behaves, as data: phases one after the other |
//! | `simulation` | people and a profile in, who does what and when out; with `online_set` and `planned` |
//! | `scenario` | a file that puts profiles on a timeline |
//! | `director` | simulation and timeline together, steered by a presenter |
//! | `recorded` | the people of a recording, who do again what they did; with `plan` and `script` |
//! | `script` | the one or the other, as the runner sees them |
//! | `heartbeats` | which calls that makes to the service, heartbeats included |
//! | `runner` | makes the calls, by HTTP |
//!
//! All but [`runner`](play) is pure: a seed, a profile and a population make an endless, repeatable list of who
//! does what after which pause; a recording makes one that ends.

mod director;
mod heartbeat_timing;
mod heartbeats;
mod names;
mod online_set;
mod people;
mod places;
mod planned;
mod profile;
mod random;
mod recorded;
mod runner;
mod scenario;
mod script;
mod simulation;

pub use director::{Director, Play, Scenes};
pub use heartbeat_timing::HeartbeatTiming;
pub use people::crowd_budget;
pub use people::{MOST_PEOPLE, Person, Population, REGIONS, people};
pub use places::{CHANNELS, MOST_CHANNELS, Places};
pub use profile::{Flow, Phase, PhaseKind, Profile};
pub use recorded::{PlayedChange, RECORDING_ENDS, RecordedAct, RecordedPlay, RecordedScript};
pub use runner::{Remote, play};
pub use scenario::{BUILT_IN, Located, Scenario, ScenarioError, Scene, TimedFault};
pub use script::Script;
pub use simulation::{CrowdAct, CrowdStep, Simulation};
