//! The exam: inputs and faults by number, in virtual time and against a scripted origin. Where it says `in_full`, it
//! takes minutes or much memory and is run with `--ignored`.

mod crowds;
mod names;
mod network;
mod sizes;
mod statuses;
mod stream;
mod truth;
