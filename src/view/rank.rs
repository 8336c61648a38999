//! The order in which parts of the first line give way where not all fits, the last ones first. What the link does,
//! whether we are counted and the time outlast all numbers and names.

/// Never gives way.
pub(super) const NEVER: u8 = 0;
pub(super) const PRODUCTION: u8 = 1;
pub(super) const STANDING: u8 = 2;
pub(super) const CLOCK: u8 = 3;
pub(super) const COUNTDOWN: u8 = 4;
pub(super) const READ_ONLY: u8 = 5;
pub(super) const LATE: u8 = 6;
pub(super) const RATE: u8 = 7;
pub(super) const KEYSET: u8 = 8;
pub(super) const REGION: u8 = 9;
/// What can be said in fewer words.
pub(super) const AT_LENGTH: u8 = 10;
pub(super) const RATE_AT_LENGTH: u8 = 11;
pub(super) const USER: u8 = 13;
pub(super) const SINCE: u8 = 14;
