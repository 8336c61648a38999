//! What the exit codes mean.

/// It was done; of a question whether something holds: it does.
pub(super) const DONE: u8 = 0;
/// It failed; of such a question: it does not hold.
pub(super) const FAILED: u8 = 1;
/// A usage error.
pub(super) const MISUSED: u8 = 2;
/// It can't be known.
pub(super) const UNKNOWN: u8 = 3;

/// Every exit code and its meaning, as the manual tells it.
#[cfg(test)]
pub const EXIT_CODES: [(u8, &str); 4] = [
    (DONE, "done; for `wait`, `check` and `when`: it held; also if the reader of a pipe closes it early"),
    (
        FAILED,
        "failed, for instance because the service refused or can't be reached; for `wait`, `check` and `when`: it did not hold; for `replay --verify`: it differs",
    ),
    (MISUSED, "usage error: the command line, a name, the configuration, or a file that can't be read"),
    (UNKNOWN, "unknown: the link was lost, a list was not exact, or a recording does not tell"),
];
