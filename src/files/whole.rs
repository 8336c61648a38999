//! Files written whole or not at all: into a draft beside them, which takes their place in one act.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Write a file that only we can read, whole or not at all. Missing folders are made.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if there is anything of this name, which stays as it is; else
/// what the disk says.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    // Before any folder is made.
    refuse_existing(path)?;
    make_folder(folder_of(path))?;
    write_whole(path, false, |out| out.write_all(text.as_bytes()))
}

/// Write a file, whole or not at all, into a folder that is there. A new one is for us alone: who is where, and
/// in what state, is not for everybody on this machine. What is there under its name is replaced if `over`, and
/// then whoever could read and write it still can.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if there is anything of this name and not `over`, or if it is no plain
/// file: then it stays as it is; else what `fill` or the disk says.
pub fn write_whole(path: &Path, over: bool, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let replaced = path.symlink_metadata().ok().filter(|known| over && known.is_file());
    if replaced.is_none() {
        refuse_existing(path)?;
    }
    let draft = draft_of(path)?;
    let written = write_draft(&draft, replaced.as_ref(), fill).and_then(|()| {
        if over {
            return fs::rename(&draft, path);
        }
        match fs::hard_link(&draft, path) {
            // Disks that know no second name for a file: the draft becomes the file, at the price of a
            // moment in which somebody else might have been first.
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists && path.symlink_metadata().is_err() => {
                fs::rename(&draft, path)
            }
            linked => linked,
        }
    });
    // After a rename it is gone already.
    let _ = fs::remove_file(&draft);
    written
}

/// Whether [`write_whole`] over what is there would find what it needs now: a folder that takes a new file, and
/// nothing under the name that is no plain file.
///
/// # Errors
/// Why not, in words that follow "can't be written:".
pub fn require_replaceable(path: &Path) -> Result<(), String> {
    match path.symlink_metadata() {
        Ok(known) if known.is_dir() => return Err("it is a directory".to_owned()),
        // A device, a pipe or a link would be replaced, and its reader would wait in vain.
        Ok(known) if !known.is_file() => return Err("it is no plain file".to_owned()),
        _ => {}
    }
    let draft = draft_of(path).map_err(|_| "it has no name".to_owned())?;
    create_draft(&draft).and_then(|_| fs::remove_file(&draft)).map_err(|e| e.to_string())
}

/// A link that leads nowhere is something, too.
fn refuse_existing(path: &Path) -> io::Result<()> {
    if path.symlink_metadata().is_ok() { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(()) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn draft_of(path: &Path) -> io::Result<PathBuf> {
    // Not made of its name, which may be as long as names can be.
    path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(folder_of(path).join(format!(".herenow-{:016x}", fastrand::u64(..))))
}

fn create_draft(draft: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(draft)
}

fn write_draft(
    draft: &Path,
    replaced: Option<&fs::Metadata>,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(create_draft(draft)?);
    fill(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(replaced) = replaced {
        keep_permissions(&file, replaced)?;
    }
    file.sync_all()
}

/// Give a draft the owner, the group and the mode of the file whose place it takes. Only root can give a file
/// away; where the group can't be kept, what the group may is kept from ours.
#[cfg(unix)]
fn keep_permissions(draft: &File, replaced: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let known = draft.metadata()?;
    let has_group = known.gid() == replaced.gid() || fchown(draft, None, Some(replaced.gid())).is_ok();
    if known.uid() != replaced.uid() {
        let _ = fchown(draft, Some(replaced.uid()), None);
    }
    let mode = replaced.mode() & if has_group { 0o777 } else { 0o707 };
    draft.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there are no such permissions")]
fn keep_permissions(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_or_not_at_all_and_over_another_only_if_told_so() {
        let folder = std::env::temp_dir().join(format!("herenow-files-{:016x}", fastrand::u64(..)));
        let path = folder.join("a.csv");
        assert!(write_whole(&path, false, |_| Ok(())).is_err(), "no folder is made");
        fs::create_dir(&folder).unwrap();
        write_whole(&path, false, |out| out.write_all(b"first")).unwrap();
        let again = write_whole(&path, false, |out| out.write_all(b"second"));
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let half = write_whole(&path, true, |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(half.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write_whole(&path, true, |out| out.write_all(b"second")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert!(write_whole(&folder, true, |_| Ok(())).is_err(), "a folder is not replaced");
        assert_eq!(require_replaceable(&folder), Err("it is a directory".to_owned()));
        assert_eq!(require_replaceable(&path), Ok(()));
        assert!(require_replaceable(&folder.join("no/b.csv")).is_err());
        write_whole(&path, true, |out| out.write_all(b"third")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
        let longest = folder.join("x".repeat(255));
        write_whole(&longest, true, |out| out.write_all(b"fourth")).unwrap();
        assert_eq!(fs::read(&longest).unwrap(), b"fourth");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_ours_alone_and_an_old_one_keeps_its_readers() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = std::env::temp_dir().join(format!("herenow-modes-{:016x}", fastrand::u64(..)));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("a.json");
        let write = || write_whole(&path, true, |out| out.write_all(b"x"));
        let mode = || fs::metadata(&path).unwrap().mode() & 0o7777;
        write().unwrap();
        assert_eq!(mode(), 0o600);
        for kept in [0o644, 0o600, 0o640, 0o444, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            let before = fs::metadata(&path).unwrap();
            write().unwrap();
            let after = fs::metadata(&path).unwrap();
            assert_eq!(mode(), kept, "{kept:o}");
            assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o4755)).unwrap();
        write().unwrap();
        assert_eq!(mode(), 0o755, "what others wrote is not run as its owner");
        fs::remove_dir_all(&folder).unwrap();
    }
}
