//! A user id that stays the same from start to start, so that a restart doesn't look like somebody new.

use std::{io, path::Path};

use crate::{
    files::{FileError, read_file, write_new},
    presence::{UserId, show_path},
};

/// The file in the state folder.
const FILE: &str = "user-id";

/// A user id has at most 92 characters.
const LARGEST: usize = 1024;

/// A user id, and what a person should know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Ours.
    pub user: UserId,
    /// Why it will be another one next time.
    pub note: Option<String>,
}

/// The user id that is kept in this folder, if one is.
///
/// # Errors
/// If there is one that can't be read, in one sentence.
pub fn read_identity(folder: &Path) -> Result<Option<UserId>, String> {
    let path = folder.join(FILE);
    let wrong =
        |why: &dyn std::fmt::Display| format!("the user id that is kept in {} can't be used: {why}", show_path(&path));
    match read_file(&path, LARGEST) {
        Ok(held) => UserId::parse(held.text.trim()).map(Some).map_err(|why| wrong(&why)),
        Err(FileError::Missing) => Ok(None),
        Err(why) => Err(wrong(&format!("it {why}"))),
    }
}

/// The user id that is kept in this folder, or a new one, which is kept from now on. Never fails: what
/// can't be kept is for this run only, and says so.
pub fn load_identity(folder: Option<&Path>) -> Identity {
    let new = UserId::from_wire(&format!("watcher-{:08x}", fastrand::u32(..)));
    let only_now = |user: UserId, why: &str| {
        let note = Some(format!("{why}; for this run the user id is {user}"));
        Identity { user, note }
    };
    let Some(folder) = folder else { return only_now(new, "there is no home to keep a user id in") };
    match read_identity(folder) {
        Ok(Some(user)) => return Identity { user, note: None },
        Ok(None) => {}
        Err(why) => return only_now(new, &why),
    }
    match write_new(&folder.join(FILE), &format!("{}\n", new.as_str())) {
        Ok(()) => Identity { user: new, note: None },
        // Another herenow was first: both are the same user.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => match read_identity(folder) {
            Ok(Some(user)) => Identity { user, note: None },
            _ => only_now(new, "the user id that another herenow keeps can't be read"),
        },
        Err(e) => {
            let why = format!("no user id can be kept in {} ({})", show_path(folder), e.kind());
            only_now(new, &why)
        }
    }
}
