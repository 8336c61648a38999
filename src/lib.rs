//! herenow listens to presence, keeps a picture of who is here, draws it, and lets you act on it.
//!
//! The house, from what knows nothing to what knows all:
//!
//! | room | what it is for |
//! |---|---|
//! | [`presence`] | THE WORDS: channels, users, events, the roster. Pure. |
//! | [`wording`], [`duration`] | Wordings that many sentences share, lengths of time as people write them. Pure. |
//! | [`clock`] | The clock at the edges. |
//! | [`files`], [`line_writer`] | Files written whole and read with care; lines written in the background. |
//! | `redact` | Secrets cut out of what others say. Pure. |
//! | [`wire`] | THE BYTES: PubNub's HTTP in both directions, one message one file. Pure. |
//! | [`expression`] | THE SMALL LANGUAGE: who is meant, and what is claimed about presence. Pure. |
//! | [`world`] | THE WORLD: all that is known of presence through one keyset. Pure. |
//! | [`alerts`], [`doctor`] | What somebody wants to be told, and what is wrong. Pure. |
//! | [`output`] | FOR OTHER PROGRAMS: what happened as JSON lines, what a pane shows as a file. Pure. |
//! | [`ui`] | WHAT A PERSON LOOKS AT: selection, filter, the log, dialogs, a pause. Pure. |
//! | [`keys`] | The table: key, action, help line. Pure. |
//! | [`view`] | THE PICTURE: screen and time in, cells out. Pure. |
//! | [`terminal`] | THE SCREEN AND THE KEYBOARD, and giving them back. |
//! | [`client`] | ASKING PUBNUB: every request, within a budget. |
//! | [`source`] | WHERE NEWS COMES FROM: the subscribe loop. |
//! | [`crowd`] | SIMULATED PEOPLE, who come to a service by HTTP. |
//! | [`service`] | OUR OWN PRESENCE SERVICE, on loopback. |
//! | [`config`] | WHAT A PERSON SETTLED ONCE: keysets, colours, keys, prices, limits, notifications, the log. |
//! | [`log_file`] | THE LOG FILE. |
//! | [`engine`] | THE LOOP below every watching: source, worker and world joined, with a screen or without. |
//! | [`alert_command`] | The command that is run for an alert. |
//! | [`dashboard`] | The loop that joins the engine with the screen; it decides nothing. |
//! | [`cli`] | THE VERBS. |
//!
//! ```text
//! bytes -> wire -> PresenceEvent -> Notice -> Input -> World -> Screen -> view -> frame
//! key -> keys -> Action -> Msg -> ui -> Order -> World -> Command -> client -> wire -> bytes -> Outcome -> Input
//! ```
//!
//! Which room may name which is a table of the test `doors`: nothing points back. In short:
//!
//! ```text
//! presence <- wire <- client <- source, crowd
//! presence <- wire <- service
//! presence <- expression <- world <- alerts, doctor, output <- ui <- keys <- view
//! client, source, crowd, world <- engine
//! engine, view, terminal, alert_command <- dashboard
//! everything <- cli <- main
//! ```
//!
//! Pure rooms are handed the time and say when they want to be asked again; chance is a seed. So a
//! test lives a week in a millisecond.

pub mod alert_command;
pub mod alerts;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod crowd;
pub mod dashboard;
pub mod doctor;
pub mod duration;
pub mod engine;
pub mod expression;
mod failpoint;
pub mod files;
pub mod keys;
pub mod line_writer;
pub mod log_file;
pub mod output;
pub mod presence;
mod redact;
pub mod service;
pub mod source;
pub mod terminal;
pub mod ui;
pub mod view;
pub mod wire;
pub mod wording;
pub mod world;
