//! Whose a file is: where it says what is run, nobody else may say it.

use std::path::Path;

/// Find out whether somebody else than us and the system's administrator can change what a file says: its owner, the
/// owner of its folder, or who may write to either. `None` if nobody can, or there is no such file.
/// Otherwise why, and what to do.
#[cfg(unix)]
pub fn explain_strangers(path: &Path) -> Option<String> {
    let whole = path.canonicalize().ok()?;
    // Where it is a link, that could be exchanged as well.
    let named = path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let folders = [whole.parent(), named];
    let of_folder = || folders.into_iter().flatten().find_map(|folder| explain_others(folder, "its folder"));
    explain_others(&whole, "the file").or_else(of_folder)
}

/// Elsewhere there are no such permissions.
#[cfg(not(unix))]
pub fn explain_strangers(_: &Path) -> Option<String> {
    None
}

/// In a folder with this bit, as in `/tmp`, nobody can exchange a file of others.
#[cfg(unix)]
const STICKY: u32 = 0o1000;

#[cfg(unix)]
fn explain_others(path: &Path, what: &str) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    use crate::presence::show_path;

    let known = path.metadata().ok()?;
    let (owner, mode, us) = (known.uid(), known.mode() & 0o7777, nix::unistd::Uid::effective().as_raw());
    let shown = show_path(path);
    if owner != us && owner != 0 {
        return Some(format!("{what} belongs to user {owner}; if you trust what it says, run `chown {us} {shown}`"));
    }
    let is_shared = mode & 0o022 != 0 && !(known.is_dir() && mode & STICKY != 0);
    is_shared.then(|| format!("the mode of {what} is {mode:04o}; run `chmod go-w {shown}`"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{
        fs,
        os::unix::fs::{PermissionsExt, chown},
    };

    #[test]
    fn nobody_else_may_say_what_is_run() {
        let folder = std::env::temp_dir().join(format!("herenow-owner-{}", std::process::id()));
        let file = folder.join("config.toml");
        fs::create_dir_all(&folder).unwrap();
        fs::write(&file, "").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        for (file_mode, folder_mode, words) in [
            (0o600, 0o700, None),
            (0o644, 0o755, None),
            (0o600, 0o1777, None),
            (0o620, 0o700, Some("the mode of the file is 0620; run `chmod go-w ")),
            (0o602, 0o700, Some("the mode of the file is 0602")),
            (0o600, 0o770, Some("the mode of its folder is 0770; run `chmod go-w ")),
            (0o600, 0o707, Some("the mode of its folder is 0707")),
        ] {
            set(&file, file_mode);
            set(&folder, folder_mode);
            let why = explain_strangers(&file);
            match words {
                None => assert_eq!(why, None, "{file_mode:o} {folder_mode:o}"),
                Some(words) => assert!(why.as_ref().is_some_and(|why| why.contains(words)), "{why:?}"),
            }
        }
        set(&file, 0o600);
        set(&folder, 0o700);
        // Only the administrator can give a file away.
        if chown(&file, Some(12_345), None).is_ok() {
            let why = explain_strangers(&file).unwrap();
            assert!(why.starts_with("the file belongs to user 12345; if you trust what it says, run `chown "), "{why}");
            chown(&file, Some(0), None).unwrap();
            chown(&folder, Some(12_345), None).unwrap();
            assert!(explain_strangers(&file).unwrap().contains("its folder belongs to user 12345"));
        }
        chown(&folder, Some(nix::unistd::Uid::effective().as_raw()), None).unwrap();
        // A link: its folder counts, and that of the file.
        let links = folder.join("links");
        fs::create_dir(&links).unwrap();
        let link = links.join("config.toml");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for (folder_mode, links_mode, is_safe) in [(0o755, 0o755, true), (0o777, 0o755, false), (0o755, 0o777, false)] {
            set(&folder, folder_mode);
            set(&links, links_mode);
            assert_eq!(explain_strangers(&link).is_none(), is_safe, "{folder_mode:o} {links_mode:o}");
        }
        assert_eq!(explain_strangers(&folder.join("missing")), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
