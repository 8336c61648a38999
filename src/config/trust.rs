//! Reads the certificates of authorities to trust besides the system's.

use std::path::PathBuf;

use super::{ConfigError, Sourced, expand_home};
use crate::{
    client::Authorities,
    files::{FileError, decode_text, read_bytes},
    presence::show_path,
};

/// The file has at most so many bytes; all authorities of a system take a quarter of a MiB.
const LARGEST: usize = 4 << 20;

/// Read the file of authorities.
///
/// # Errors
/// If it can't be read or holds something else, in one sentence that says who named it and what to try.
pub fn load_authorities(named: &Sourced<PathBuf>) -> Result<Authorities, ConfigError> {
    let path = expand_home(&named.value);
    let wrong = |why: &str| named.from.wrong(&format!("the certificates in {}: the file {why}", show_path(&path)));
    let unread = |why: FileError| match why {
        FileError::Missing => wrong("is not there; name another"),
        other => wrong(&other.to_string()),
    };
    let (bytes, _) = read_bytes(&path, LARGEST).map_err(unread)?;
    if let Some(why) = Authorities::explain_binary(&bytes) {
        return Err(wrong(why));
    }
    Authorities::parse(&decode_text(bytes).map_err(unread)?).map_err(|why| wrong(&why))
}
