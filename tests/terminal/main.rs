//! The real binary in a pseudo-terminal: what a person sees there, what programs are refused, and how the
//! terminal is given back.

#![cfg(unix)]

mod channels;
mod exam;
mod hostile_names;
mod leaving;
mod logging;
mod refusals;
mod secrets;
mod switching;
mod tls;
#[cfg(target_os = "linux")]
mod unread;

#[path = "../support/fake.rs"]
mod fake;
#[path = "../support/hostile.rs"]
mod hostile;
#[path = "../support/origin.rs"]
mod origin;
#[path = "../support/pty.rs"]
mod pty;
#[path = "../support/tls.rs"]
mod tls_server;
#[path = "../support/verb.rs"]
mod verb;
