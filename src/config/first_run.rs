//! Whether herenow was ever looked at here, kept in the state folder.

use std::path::Path;

use crate::files::write_new;

/// The file in the state folder.
const FILE: &str = "introduced";

/// Note that somebody has looked. Returns whether it was the first time: never where that can't be kept, since nobody
/// is to be told the same at each start.
pub fn claim_first_run(folder: Option<&Path>) -> bool {
    folder.is_some_and(|folder| write_new(&folder.join(FILE), "").is_ok())
}
