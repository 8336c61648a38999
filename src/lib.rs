//! herenow listens to presence, keeps a picture of who is here, draws it, and lets you act on it.
//!
//! The house, in the order data walks through it:
//!
//! | room | what it is for |
//! |---|---|
//! | [`presence`] | THE WORDS: channels, users, events, the roster. Pure. |
//! | [`expression`] | THE SMALL LANGUAGE: who is meant, and what is claimed about presence. Pure. |
//! | [`wire`] | THE BYTES: PubNub's HTTP in both directions, one message one file. Pure. |
//! | [`client`] | ASKING PUBNUB: every request, within a budget. |
//! | [`source`] | WHERE NEWS COMES FROM: the subscribe loop. |
//! | [`model`] | THE MIND: all that the dashboard knows, and `update`, the one function that changes it. Pure. |
//! | [`export`] | WHAT A PANE SHOWS, IN A FILE: as CSV, JSON lines or Markdown. |
//! | [`keys`] | The table: key, action, help line. Pure. |
//! | [`story`] | THE STORY AS LINES: what happened, as JSON for programs. Pure. |
//! | [`view`] | THE PICTURE: model and time in, cells out. Pure. |
//! | [`terminal`] | THE SCREEN AND THE KEYBOARD, and giving them back. |
//! | [`engine`] | THE LOOP below every watching: source, worker and model joined, with a screen or without. |
//! | [`teller`], [`alert_command`] | TELLING ALOUD what was asked for: terminal bytes, and a command. |
//! | [`dashboard`] | The loop that joins it with the screen; it decides nothing. |
//! | [`service`] | OUR OWN PRESENCE SERVICE, on loopback. |
//! | [`crowd`] | SIMULATED PEOPLE, who come to it by HTTP. |
//! | [`config`] | WHAT A PERSON SETTLED ONCE: keysets, colours, keys, prices, limits, notifications, the log. |
//! | [`log_file`] | THE LOG FILE. |
//! | [`cli`] | THE VERBS. |
//! | [`clock`], [`duration`] | The clock at the edges, lengths of time as people write them. |
//! | [`files`], [`line_writer`] | Files written whole and read with care; lines written in the background. |
//! | [`wording`] | Wordings that many sentences share. Pure. |
//! | `redact` | Secrets cut out of what others say. Pure. |
//!
//! ```text
//! bytes -> wire -> PresenceEvent -> Notice -> Msg -> update -> Model -> view -> frame
//! key -> keys -> Action -> Msg -> update -> Command -> client -> wire -> bytes -> Outcome -> Msg
//! ```
//!
//! Which way the stairs go: nothing points back.
//!
//! ```text
//!           presence <- wire  <- client, service
//!           presence <- model <- keys <- view
//!           presence <- model <- story, export
//!  client, presence <- source, crowd, config
//! presence, duration <- expression <- model
//!       wire <- redact <- client, log_file
//!     config, line_writer <- log_file
//! clock, duration, files, wording <- whoever needs them
//!     client, source, crowd, model <- engine
//!     model, terminal <- alert_command, teller <- dashboard
//! everything <- dashboard, cli <- main
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
