//! Standard output and standard error of a verb that obeys signals: nobody who does not read keeps it from ending.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    stage::{wait_for_blocking, wake_waiting},
    watch::is_watched,
};

/// Even when it is all over, a reader who reads gets what is short.
const LAST: Duration = Duration::from_millis(100);

/// Write to standard output and flush it.
///
/// # Errors
/// What the reader or the disk says; `TimedOut` if we were asked to end and nobody reads.
pub fn write_stdout(text: String) -> io::Result<()> {
    write_to(io::stdout(), text)
}

/// Write to standard error.
///
/// # Errors
/// As for standard output.
pub fn write_stderr(text: &str) -> io::Result<()> {
    write_to(io::stderr(), text.to_owned())
}

fn write_to(mut stream: impl Write + Send + 'static, text: String) -> io::Result<()> {
    if !is_watched() {
        return stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }
    let ended = Arc::new(Mutex::new(None));
    let tell = ended.clone();
    std::thread::Builder::new().name("stream".to_owned()).spawn(move || {
        let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        *tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
        wake_waiting();
    })?;
    let look = || ended.lock().unwrap_or_else(PoisonError::into_inner).take();
    wait_for_blocking(LAST, look).unwrap_or(Err(io::ErrorKind::TimedOut.into()))
}
