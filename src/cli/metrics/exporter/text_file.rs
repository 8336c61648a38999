//! A file with the numbers, for the collector of text files of another exporter.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::source::WorldNumbers;
use crate::files::write_whole;

/// Write the numbers into a file every so often, whole or not at all. `complain` is told why a write failed, once for
/// each row of failures.
pub async fn keep_text_file(path: PathBuf, every: Duration, source: WorldNumbers, complain: impl Fn(String)) {
    let mut failing = false;
    loop {
        if let Some(text) = source.write_file().await {
            let written = write_in_background(&path, text).await;
            if let (Err(error), false) = (&written, failing) {
                complain(error.kind().to_string());
            }
            failing = written.is_err();
        }
        tokio::time::sleep(every).await;
    }
}

/// Write what is left to say when nobody watches any more: the counters, and that the link is down.
///
/// # Errors
/// What the disk says.
pub async fn close_text_file(path: &Path, source: &WorldNumbers) -> io::Result<()> {
    match source.write_last_file().await {
        Some(text) => write_in_background(path, text).await,
        None => Ok(()),
    }
}

/// A slow disk holds up nobody.
async fn write_in_background(path: &Path, text: String) -> io::Result<()> {
    let path = path.to_owned();
    let written = tokio::task::spawn_blocking(move || write_whole(&path, true, |out| out.write_all(text.as_bytes())));
    written.await.unwrap_or_else(|_| Err(io::Error::other("the write was broken off")))
}
