use super::*;

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("herenow-rotating-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("x.log")
    }

    /// The file put aside, and then the one in use.
    fn text(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.0.join(name)).unwrap_or_default();
        read("x.log.1") + &read("x.log")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Two writers, each with so many lines of 10 bytes.
fn write_by_two(folder: &Folder, largest: u64, lines: u32) {
    std::thread::scope(|scope| {
        for name in ["a", "b"] {
            let mut file = RotatingFile::open(&folder.file(), largest).unwrap();
            scope.spawn(move || {
                for n in 0..lines {
                    file.append(&format!("{name} {n:07}")).unwrap();
                    if n % 7 == 0 {
                        file.flush().unwrap();
                    }
                }
                file.flush().unwrap();
            });
        }
    });
}

fn numbers(text: &str, name: &str) -> Vec<u32> {
    text.lines().filter_map(|line| line.strip_prefix(name)?.trim().parse().ok()).collect()
}

#[test]
fn two_writers_of_one_file_lose_nothing() {
    let folder = Folder::new("two");
    // All together are less than two files hold.
    write_by_two(&folder, 30_000, 2_500);
    let text = folder.text();
    assert_eq!(text.lines().count(), 5_000);
    for name in ["a ", "b "] {
        assert_eq!(numbers(&text, name), (0..2_500).collect::<Vec<_>>());
    }
    assert!(folder.0.join("x.log.1").metadata().unwrap().len() > 30_000, "it was put aside once");
}

#[test]
fn two_writers_of_one_file_drop_only_what_is_oldest_and_stay_bounded() {
    let folder = Folder::new("many");
    let (largest, lines) = (40_000, 20_000);
    write_by_two(&folder, largest, lines);
    let text = folder.text();
    assert!(text.len() as u64 <= 2 * largest + 4 * CHUNK as u64, "{}", text.len());
    assert!(text.lines().all(|line| line.len() == 9), "no line is torn");
    assert!(text.len() as u64 > largest, "the newest of both are kept");
    for name in ["a ", "b "] {
        let kept = numbers(&text, name);
        assert!(kept.windows(2).all(|pair| pair[1] == pair[0] + 1), "{name}: no gap");
        assert!(kept.last().is_none_or(|last| *last == lines - 1), "{name}: to the end");
    }
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn without_the_lock_lines_are_only_added() {
    let folder = Folder::new("locked");
    let mut file = RotatingFile::open(&folder.file(), 20).unwrap();
    let other = open_to_append(&folder.file()).unwrap();
    other.lock_shared().unwrap();
    (0..5).for_each(|n| file.append(&format!("line {n:04}")).unwrap());
    assert!(!folder.0.join("x.log.1").exists());
    drop(other);
    file.append("line 0005").unwrap();
    assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), "line 0005\n");
    assert_eq!(folder.text().lines().count(), 6);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_moved_or_removed_is_created_again() {
    let folder = Folder::new("moved");
    let mut file = RotatingFile::open(&folder.file(), 1_000).unwrap();
    let mut say = |line: &str| file.append(line).and_then(|()| file.flush()).unwrap();
    say("one");
    std::fs::rename(folder.file(), folder.0.join("elsewhere")).unwrap();
    say("two");
    assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), "two\n");
    std::fs::remove_file(folder.file()).unwrap();
    say("three");
    assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), "three\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_takes_nothing_is_an_error() {
    let full = Path::new("/dev/full");
    let file = std::fs::OpenOptions::new().write(true).open(full).unwrap();
    let mut file = RotatingFile::over(file, full, 1_000);
    file.append("x").unwrap();
    assert_eq!(file.flush().unwrap_err().kind(), io::ErrorKind::StorageFull);
}
