//! The real binary, one verb at a time, against a service on loopback: what it prints for people and
//! for programs, how it fails, and how it ends.

mod answers;
#[cfg(unix)]
mod beating;
#[cfg(unix)]
mod children;
mod claims;
mod events;
mod failures;
mod failures_json;
mod hostile;
#[cfg(unix)]
mod messages;
mod metrics;
mod papers;
#[cfg(unix)]
mod plain;
mod recordings;
mod refusals;
#[cfg(unix)]
mod reliving;
#[cfg(target_os = "linux")]
mod unread;
