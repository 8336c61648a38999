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
//! The rooms:
//!
//! | room | what it is for |
//! |---|---|
//! | `presence` | Words and rules: channels, users, events, the roster. Pure. |
//! | `wire` | PubNub's HTTP in both directions, one message one file. Pure. |
//! | `expression` | The filter and assertion language of herenow's own screens and claims. Pure. |
//! | `filter` | PubNub's filter language, `filter-expr`: which messages a subscriber wants. Pure. |
//! | `world` | All that is known of presence through one keyset. Pure. |
//! | `recording` | What went into a world, as lines that replay exactly. Pure. |
//! | `history` | The last while of a world, in memory, to look at any instant of it again. Pure. |
//! | `incident` | What is unusual of all that happens, in a sentence with numbers. Pure. |
//! | `chart` | Numbers over time as lines of dots and blocks. Pure. |
//! | `alerts`, `doctor`, `output` | The watch list, findings, entries and numbers for other programs. Pure. |
//! | `manual` | The pages of the manual, and their lines in the width of a terminal. Pure. |
//! | `keys`, `ui`, `view` | The keys, what a person looks at, and its picture: screen and time in, cells out. Pure. |
//! | `theme` | Styles by meaning, and the colours and symbols that a terminal can show. Pure. |
//! | `plain` | The same in sentences, with actions by name, for screen readers and logs. Pure. |
//! | `terminal` | The screen and the keyboard, and giving them back. |
//! | `client` | Requests, within a budget: retry, ledger, worker. |
//! | `source` | The subscribe loops, and webhooks that tell of channels. |
//! | `emulator` | The presence service without sockets: what it answers and announces. Pure. |
//! | `service` | The emulator over HTTP, on loopback. |
//! | `crowd` | A simulated crowd, which uses the service over HTTP. |
//! | `config` | Keysets, colours, keys, prices, limits, notifications and the log, as a person set them. |
//! | `recorder` | The file of a recording, written by a thread of its own. |
//! | `engine` | The loop that joins source, worker, crowd and world, with a screen or without. |
//! | `dashboard` | The loop that joins the engine with view and terminal; it decides nothing. |
//! | `cli` | The verbs. |
//! | `clock`, `duration`, `wording`, `redact` | The clock at the edges, lengths of time and wordings, secrets cut out. |
//! | `files`, `line_writer`, `log_file` | Files read and written, lines written in the background, the log. |
//! | `shutdown` | What ends the program from outside, and what must not outlive or hold it. |
//! | `child`, `http_listener` | Programs that are started; requests of programs that come, one by one. |
//!
//! ```text
//! bytes -> wire -> PresenceEvent -> Notice -> Input -> World -> Screen -> view -> frame
//! key -> keys -> Action -> UiEvent -> ui -> Order -> World -> Command -> client -> wire -> bytes -> Outcome -> Input
//! ```
//!
//! Which room may name which is a table of `tests/it/doors.rs`; nothing points back. In short:
//!
//! ```text
//! presence <- wire <- client <- source, crowd
//! presence <- wire <- emulator
//! filter <- emulator <- service
//! presence <- expression <- world <- recording, incident, chart <- alerts, doctor, output <- ui <- keys <- view
//! recording <- recorder, history <- ui
//! client, source, crowd, world <- engine
//! engine, view, terminal, child <- dashboard
//! ui <- plain
//! everything <- cli <- main
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
pub mod files;
#[doc(hidden)]
pub mod incident;
#[doc(hidden)]
pub mod keys;
#[doc(hidden)]
pub mod output;
#[doc(hidden)]
pub mod recording;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod terminal;
#[doc(hidden)]
pub mod ui;
#[doc(hidden)]
pub mod view;
#[doc(hidden)]
pub mod world;

mod chart;
mod child;
mod duration;
mod emulator;
mod failpoint;
mod filter;
mod history;
mod http_listener;
mod line_writer;
mod log_file;
mod manual;
mod plain;
mod recorder;
mod redact;
mod shutdown;
mod theme;
mod wording;
