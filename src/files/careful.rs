//! Files read, or added to, without being held up by what is no file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::Path,
};

use super::{FileError, decode_text};

/// A file's text and its permissions, where there are such.
#[derive(Clone, PartialEq, Eq)]
pub struct FileText {
    /// What it says.
    pub text: String,
    /// Who may read and write it, where there are such permissions.
    pub mode: Option<u32>,
}

fn explain_other(why: &str) -> FileError {
    FileError::Other(why.to_owned())
}

/// Read a text that a person wrote, of at most `most` bytes, however an editor saved it.
///
/// # Errors
/// Why it can't be read, in words that follow the file's name.
pub fn read_file(path: &Path, most: usize) -> Result<FileText, FileError> {
    let (bytes, mode) = read_bytes(path, most)?;
    Ok(FileText { text: decode_text(bytes)?, mode })
}

/// Read a file of at most `most` bytes, and its permissions where there are such. It is looked at before it is opened, and is opened so that it
/// can't hold us up: a pipe would wait for somebody to write, a device might do anything.
///
/// # Errors
/// Why it can't be read, in words that follow the file's name.
pub fn read_bytes(path: &Path, most: usize) -> Result<(Vec<u8>, Option<u32>), FileError> {
    let failed = |e: io::Error| explain_error(path, &e);
    require_plain(&path.metadata().map_err(failed)?)?;
    let file = open_to_read(path).map_err(failed)?;
    // Looked at once more: this one can't be exchanged any more.
    let known = file.metadata().map_err(failed)?;
    require_plain(&known)?;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > most {
        return Err(FileError::TooLarge(show_size(most)));
    }
    Ok((bytes, read_mode(&known)))
}

fn show_size(bytes: usize) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

fn require_plain(known: &fs::Metadata) -> Result<(), FileError> {
    if known.is_dir() {
        return Err(explain_other("is a directory; name a file"));
    }
    if !known.is_file() {
        return Err(explain_other("is not a file but a device or a pipe; name a file"));
    }
    Ok(())
}

fn explain_error(path: &Path, error: &io::Error) -> FileError {
    let is_link = path.symlink_metadata().is_ok_and(|known| known.is_symlink());
    match error.kind() {
        io::ErrorKind::NotFound if is_link => {
            explain_other("is a link to a file that is not there; make that file, or replace the link")
        }
        io::ErrorKind::NotFound => FileError::Missing,
        io::ErrorKind::NotADirectory => {
            explain_other("is not there: a part of its path is a file, not a directory; name another")
        }
        io::ErrorKind::PermissionDenied => explain_other("may not be read; change its permissions, or name another"),
        _ if is_loop(error) => explain_other("is a link that leads back to itself; replace it by a file"),
        kind => FileError::Other(format!("can't be read ({kind}); check the disk, or name another")),
    }
}

#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32)
}

#[cfg(not(unix))]
fn is_loop(_: &io::Error) -> bool {
    false
}

#[cfg(unix)]
fn open_to_read(path: &Path) -> io::Result<File> {
    use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt};
    OpenOptions::new().read(true).custom_flags(nix::libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open_to_read(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there are no such permissions")]
fn read_mode(known: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(known.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn read_mode(_: &fs::Metadata) -> Option<u32> {
    None
}

/// Open a file to add to its end; one that is not there is made, for us alone. As when reading, it is
/// looked at first, so that a pipe can't hold us up.
///
/// # Errors
/// If it is no file or can't be written, in words that follow its name and say what to try.
pub fn open_to_append(path: &Path) -> Result<File, FileError> {
    let failed = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound => {
            explain_other("can't be made, because its folder is not there; make it, or name another")
        }
        io::ErrorKind::NotADirectory => explain_other("can't be made: a part of its path is a file; name another"),
        io::ErrorKind::PermissionDenied => explain_other("may not be written; change its permissions, or name another"),
        kind => FileError::Other(format!("can't be written ({kind}); name another")),
    };
    if let Ok(known) = path.metadata() {
        require_plain(&known)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(nix::libc::O_NONBLOCK);
    }
    let file = options.open(path).map_err(failed)?;
    require_plain(&file.metadata().map_err(failed)?)?;
    Ok(file)
}

/// Make a file to add to its end, for us alone.
///
/// # Errors
/// If anything is there under this name, or what the disk says.
pub fn create_to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Whether an open file can still be found under this name.
pub fn is_under_name(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(named)) = (file.metadata(), path.metadata()) else { return false };
    is_same(&open, &named)
}

#[cfg(unix)]
fn is_same(open: &fs::Metadata, named: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

/// Open a large file to read it from its beginning. As [`read_bytes`] does, it looks before and after.
///
/// # Errors
/// Why it can't be read, in words that follow the file's name.
pub fn open_large(path: &Path) -> Result<File, FileError> {
    let failed = |e: io::Error| explain_error(path, &e);
    require_plain(&path.metadata().map_err(failed)?)?;
    let file = open_to_read(path).map_err(failed)?;
    require_plain(&file.metadata().map_err(failed)?)?;
    Ok(file)
}

/// As [`read_file`], without the permissions.
///
/// # Errors
/// Why it can't be read, in words that follow the file's name.
pub fn read_text(path: &Path, most: usize) -> Result<String, FileError> {
    read_file(path, most).map(|file| file.text)
}
