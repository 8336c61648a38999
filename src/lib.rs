//! herenow watches PubNub Presence: who is on a channel, right now. It is a program; this crate is what it is made of,
//! and for other programs a library of three rooms:
//!
//! - [`service`] is a presence service for one machine, to test a client against. `examples/own_client.rs` starts one
//!   and talks to it.
//! - [`wire`] is PubNub's presence protocol as bytes: requests and answers, each in both directions.
//! - [`presence`] is what they speak of: channels, users, states, events, and the roster that they make.
//!
//! All else is public for the program's own tests only, hidden here, and free to change.
//!
//! The rooms, in the order in which data passes through them:
//!
//! | room | what it is for |
//! |---|---|
//! | `presence` | Words and rules: channels, users, events, the roster. Pure. |
//! | `expression` | The filter and assertion language. Pure. |
//! | `wire` | PubNub's HTTP in both directions, one message one file. Pure. |
//! | `client` | Requests, within a budget: retry, ledger, worker. |
//! | `source` | The subscribe loops. |
//! | `world`, `ui`, `alerts`, `doctor` | What is known of presence, what a person does with it, the watch list, findings. Pure. |
//! | `export` | WHAT A PANE SHOWS, IN A FILE: as CSV, JSON lines or Markdown. |
//! | `keys` | The table: key, action, help line. Pure. |
//! | `story` | THE STORY AS LINES: what happened, as JSON for programs. Pure. |
//! | `view` | THE PICTURE: model and time in, cells out. Pure. |
//! | `terminal` | THE SCREEN AND THE KEYBOARD, and giving them back. |
//! | `engine` | THE LOOP below every watching: source, worker and model joined, with a screen or without. |
//! | `teller`, `hook` | TELLING ALOUD what was asked for: terminal bytes, and a command. |
//! | `dashboard` | The loop that joins it with the screen; it decides nothing. |
//! | `service` | The presence service, on loopback. |
//! | `crowd` | A simulated crowd, which uses the service over HTTP. |
//! | `config` | WHAT A PERSON SETTLED ONCE: keysets, colours, keys, prices, limits, notifications, the log. |
//! | `journal` | THE LOG FILE. |
//! | `cli` | THE VERBS. |
//! | `clock`, `duration`, `disk` | The clock at the edges, lengths of time as people write them, files written whole. |
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
//!     config <- journal
//!     client, source, crowd, model <- engine
//!     model, terminal <- hook, teller <- dashboard
//! everything <- dashboard, cli <- main
//! ```
//!
//! Pure rooms are handed the time and say when they want to be asked again; chance is a seed. So a
//! test lives a week in a millisecond.

pub mod presence;
pub mod service;
pub mod wire;

#[doc(hidden)]
pub mod alerts;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod client;
#[doc(hidden)]
pub mod clock;
#[doc(hidden)]
pub mod config;
#[doc(hidden)]
pub mod crowd;
#[doc(hidden)]
pub mod dashboard;
#[doc(hidden)]
pub mod doctor;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod expression;
#[doc(hidden)]
pub mod keys;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod story;
#[doc(hidden)]
pub mod teller;
#[doc(hidden)]
pub mod terminal;
#[doc(hidden)]
pub mod ui;
#[doc(hidden)]
pub mod view;
#[doc(hidden)]
pub mod world;

mod disk;
mod duration;
mod export;
mod hook;
mod journal;
mod sabotage;
