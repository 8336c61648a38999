//! The screen in sentences, for screen readers and logs: what happens is told line by line, and actions are called by
//! their names. Pure.
//!
//! It is the same [`Ui`](crate::ui::Ui) on the same world; only what is shown differs, and how it is asked for.
//!
//! | what it does | where |
//! |---|---|
//! | collects what happens until it is told | `gathered` |
//! | tells the verdict and the certainty of lists when they change | `verdict`, `certainty` |
//! | performs what a line asks for, and answers | `command`, `argument`, `answer` |
//! | decides what is told when | `plain_ui` |
//!
//! Invariant: nothing that was told changes, what happens together is one sentence, and memory is bounded whatever
//! happens.

mod answer;
mod argument;
mod certainty;
mod command;
mod gathered;
mod plain_ui;
mod sentence;
#[cfg(test)]
mod tests;
mod verdict;

pub use plain_ui::PlainUi;
