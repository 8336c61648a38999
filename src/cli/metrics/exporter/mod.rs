//! Hands readings to Prometheus, over HTTP or as a file for the collector of another exporter.
//!
//! Each scraper waits in a task of its own: the world is looked at between two steps of its engine, by one scrape
//! at a time, and everything else is done beside it. A scraper that is slow, or many of them, cost nobody else anything.

mod http;
mod source;
mod text_file;

pub use self::{
    http::{ADDRESS, start_exporter},
    source::{NumberSource, WorldNumbers, WorldTap},
    text_file::{close_text_file, keep_text_file},
};
