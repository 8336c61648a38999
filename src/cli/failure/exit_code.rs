//! What the exit codes mean.

/// It was done; of a question whether something holds: it does.
pub(super) const DONE: u8 = 0;
/// It failed; of such a question: it does not hold.
pub(super) const FAILED: u8 = 1;
/// It was asked wrongly.
pub(super) const MISUSED: u8 = 2;
/// It can't be known.
pub(super) const UNKNOWN: u8 = 3;

/// Every exit code and its meaning, as the manual tells it.
#[cfg(test)]
pub const EXIT_CODES: [(u8, &str); 4] = [
    (DONE, "done; of `wait`, `check` and `when`: it held; a reader who has read enough ends a verb so, too"),
    (
        FAILED,
        "failed, as where the service refuses or can't be reached; of `wait`, `check` and `when`: it did not hold; of `replay --verify`: it differs",
    ),
    (MISUSED, "asked wrongly: the command line, a name, the configuration, or a file that can't be read"),
    (UNKNOWN, "it can't be known: the link was lost, a list was not exact, or a recording does not tell"),
];
