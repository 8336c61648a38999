//! The loop of the dashboard: it joins the engine, the view and the terminal. It knows all rooms and decides
//! nothing.
//!
//! It is generic over the terminal's backend and the source of input, so that a test drives the real one.

mod canvas;
mod effects;
mod input;
mod notifier;
mod picture;
mod pointer;
mod recording;
mod run;
mod services;
mod switching;

pub use self::{
    notifier::{Notifier, NotifyWays},
    recording::{read_sign, wait_for_recording},
    run::run,
    services::{Send, Services},
    switching::{NextWorld, Switcher, WantedKeyset},
};
