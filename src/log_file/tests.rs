use super::*;
use std::path::PathBuf;

/// A file of its own, gone afterwards.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("herenow-log-file-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("x.log")
    }

    /// Without the time of each line.
    fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.join(name)).unwrap();
        text.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_event_is_a_line_of_harmless_values_and_others_are_not_heard() {
    let place = Place::new("lines");
    let log = LogFile::open(&place.file()).unwrap();
    tracing::subscriber::with_default(log.listener(LogLevel::Info), || {
        tracing::info!(target: "herenow::client::api", kind = "here now", status = 403, "request");
        tracing::warn!(target: "herenow::source", who = "a\u{1b}[2J\n\u{202e}\"b\"", why = %"no, \"never\"", "lost");
        tracing::debug!(target: "herenow::client", "too quiet");
        tracing::error!(target: "h2::codec", path = "/v2/subscribe?auth=MARKER", "a library");
        tracing::error!(target: "herenow_other", "another program");
    });
    assert_eq!(log.end(), None);
    assert_eq!(
        place.lines("x.log"),
        [
            "INFO  client   request kind=\"here now\" status=403",
            "WARN  source   lost who=\"a␛[2J␊‹202E›\\\"b\\\"\" why=\"no, \\\"never\\\"\"",
        ]
    );
}

#[test]
fn a_value_is_short_and_nothing_in_it_looks_like_a_secret() {
    assert_eq!(clean_value("GET /x?auth=MARKER\n"), "GET /x?…␊");
    assert!(clean_value(&"x".repeat(10_000)).len() <= LONGEST + 3);
}

#[test]
fn a_file_that_has_grown_is_put_aside_once() {
    let place = Place::new("turn");
    let log = LogFile::with(&place.file(), 200).unwrap();
    tracing::subscriber::with_default(log.listener(LogLevel::Info), || {
        (0..30).for_each(|n| tracing::info!(n, "event"));
    });
    assert_eq!(log.end(), None);
    let (aside, now) = (place.lines("x.log.1"), place.lines("x.log"));
    assert_eq!(now.last().map(String::as_str), Some("INFO  log_file event n=29"));
    assert!(!now.is_empty() && now.len() <= aside.len() && aside.len() < 8, "{aside:?} {now:?}");
    assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 2);
}

struct FullDisk;

impl LineSink for FullDisk {
    type Line = String;

    fn write(&mut self, _: String) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn write_lost(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_takes_nothing_is_said_at_the_end() {
    let log = LogFile::start(FullDisk).unwrap();
    log.lines.offer("x".to_owned());
    let trouble = log.end().unwrap();
    assert!(
        trouble.starts_with("could not be written to its end (") && trouble.ends_with("; check the disk"),
        "{trouble}"
    );
}

#[cfg(unix)]
#[test]
fn the_file_is_ours_alone_and_what_was_there_stays() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new("open");
    assert_eq!(LogFile::open(&place.file()).unwrap().end(), None);
    let mode = place.file().metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    std::fs::write(place.file(), "t before\n").unwrap();
    let log = LogFile::open(&place.file()).unwrap();
    tracing::subscriber::with_default(log.listener(LogLevel::Info), || tracing::info!("after"));
    assert_eq!(log.end(), None);
    assert_eq!(place.lines("x.log"), ["before", "INFO  log_file after"]);
    let refused = |path: &Path| LogFile::open(path).err().map(|why| why.to_string()).unwrap();
    assert_eq!(refused(&place.0), "is a directory; name a file");
    assert_eq!(refused(Path::new("/dev/null")), "is not a file but a device or a pipe; name a file");
    assert_eq!(
        refused(&place.0.join("no/x")),
        "can't be made, because its folder is not there; make it, or name another"
    );
}
