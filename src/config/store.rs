//! Reading a file without being held up, writing one whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

/// Why a file was not read, in words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// There is none.
    #[error("is not there")]
    Missing,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A file's text and its permissions, where there are such.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub text: String,
    pub mode: Option<u32>,
}

fn other(why: &str) -> Trouble {
    Trouble::Other(why.to_owned())
}

/// Read a file of at most `most` bytes. It is looked at before it is opened, and is opened so that it
/// can't hold us up: a pipe would wait for somebody to write, a device might do anything.
pub(super) fn read(path: &Path, most: usize) -> Result<Held, Trouble> {
    let failed = |e: io::Error| trouble(path, &e);
    regular(&path.metadata().map_err(failed)?)?;
    let file = open(path).map_err(failed)?;
    // Looked at once more: this one can't be exchanged any more.
    let known = file.metadata().map_err(failed)?;
    regular(&known)?;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > most {
        return Err(Trouble::Other(format!("is larger than {}, which none is that a person wrote", size(most))));
    }
    let text = String::from_utf8(bytes).map_err(|_| other("is not text in UTF-8; save it as such"))?;
    Ok(Held { text, mode: mode(&known) })
}

fn size(bytes: usize) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

fn regular(known: &fs::Metadata) -> Result<(), Trouble> {
    if known.is_dir() {
        return Err(other("is a directory; name a file"));
    }
    if !known.is_file() {
        return Err(other("is not a file but a device or a pipe; name a file"));
    }
    Ok(())
}

fn trouble(path: &Path, error: &io::Error) -> Trouble {
    let is_link = path.symlink_metadata().is_ok_and(|known| known.is_symlink());
    match error.kind() {
        io::ErrorKind::NotFound if is_link => other("is a link to a file that is not there"),
        io::ErrorKind::NotFound => Trouble::Missing,
        io::ErrorKind::NotADirectory => other("is not there: a part of its path is a file, not a directory"),
        io::ErrorKind::PermissionDenied => other("may not be read; change its permissions, or name another"),
        _ if is_loop(error) => other("is a link that leads back to itself; replace it by a file"),
        kind => Trouble::Other(format!("can't be read ({kind})")),
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
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(nix::libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there are no such permissions")]
fn mode(known: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(known.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> Option<u32> {
    None
}

/// Write a file that only we can read, whole or not at all. Missing folders are made.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if there is anything of this name, which stays as it is; else
/// what the disk says.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    // A link that leads nowhere is something, too.
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let draft = folder.join(format!(".{}.{:08x}", name.to_string_lossy(), fastrand::u32(..)));
    let written = write_draft(&draft, text).and_then(|()| match fs::hard_link(&draft, path) {
        // Disks that know no second name for a file: the draft becomes the file, at the price of a
        // moment in which somebody else might have been first.
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists && path.symlink_metadata().is_err() => {
            fs::rename(&draft, path)
        }
        linked => linked,
    });
    // After a rename it is gone already.
    let _ = fs::remove_file(&draft);
    written
}

/// Write a file whole, in the place of what was there, or leave all as it was. The folder has to be
/// there.
///
/// # Errors
/// What the disk says.
pub fn write_over(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let draft = path.with_file_name(format!(".{}.{:08x}", name.to_string_lossy(), fastrand::u32(..)));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let write = |mut file: File| file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let written = options.open(&draft).and_then(write).and_then(|()| fs::rename(&draft, path));
    // After a rename it is gone already.
    let _ = fs::remove_file(&draft);
    written
}

/// Read a text that a person wrote, of at most `most` bytes; pipes and devices are refused.
///
/// # Errors
/// Why it can't be read, in words that follow the file's name.
pub fn read_text(path: &Path, most: usize) -> Result<String, Trouble> {
    read(path, most).map(|held| held.text)
}

fn write_draft(draft: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    // A file where a folder should be "exists already", which here would mean something else.
    builder.create(folder).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
        _ => e,
    })
}
