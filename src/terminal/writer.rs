//! The thread that writes to the terminal, so that nothing else waits when the terminal is not read.
//!
//! What is to be written is handed over in the order of writing, and bounded: a frame is handed over
//! when the one before it is written, and what draws nothing finds room or is refused. So the newest frame follows
//! what the terminal has taken, however slow it is.

use std::{
    io::{self, Write},
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::watch;

/// Bytes written at a time. Whoever gives the terminal back waits for no more than this.
const CHUNK: usize = 512;

/// What draws nothing may wait up to so many bytes: a copy of 100,000 bytes and some titles.
const MOST_WAITING: usize = 128 << 10;

/// Memory that is kept for the next frame.
const KEPT: usize = 64 << 10;

/// The terminal takes what is on its way within this time, or that is thrown away.
const SHORT: Duration = Duration::from_millis(150);

/// Ends whatever sequence was cut: cancel, and the end of a string.
const CUT: &[u8] = b"\x18\x1b\\";

/// What is to be written.
#[derive(Default)]
struct WriterQueue {
    waiting: Vec<u8>,
    /// The thread has something in hand.
    writing: bool,
    /// What it has in hand is not to be written any more.
    cut: bool,
    /// What the terminal said first.
    error: Option<io::Error>,
    /// The thread, once it is started; it never ends.
    thread: Option<JoinHandle<()>>,
}

static QUEUE: LazyLock<Mutex<WriterQueue>> = LazyLock::new(Mutex::default);

/// Something is to be written, or all is written.
static CHANGED: Condvar = Condvar::new();

/// Whether something is still to be written.
static BUSY: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(false));

fn lock() -> MutexGuard<'static, WriterQueue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says whether the terminal has not yet taken all that was written to it.
pub fn watch_writing() -> watch::Receiver<bool> {
    BUSY.subscribe()
}

/// Start the thread, once.
///
/// # Errors
/// If there is none to be had.
pub(super) fn start_writer() -> io::Result<()> {
    let mut queue = lock();
    if queue.thread.is_none() {
        let terminal = open_terminal()?;
        let thread = std::thread::Builder::new().name("terminal".to_owned());
        queue.thread = Some(thread.spawn(move || write_for_ever(terminal))?);
    }
    Ok(())
}

/// Not through the standard library's stdout: its lock would be held as long as the terminal is not read.
#[cfg(unix)]
fn open_terminal() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn open_terminal() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}

/// Hand over what has to be written.
///
/// # Errors
/// What the terminal said to something of before.
pub(super) fn hand_over(bytes: &[u8]) -> io::Result<()> {
    let mut queue = lock();
    if let Some(error) = queue.error.take() {
        return Err(error);
    }
    queue.waiting.extend_from_slice(bytes);
    BUSY.send_replace(true);
    CHANGED.notify_all();
    Ok(())
}

/// Hand over what may be left out.
///
/// # Errors
/// If too much waits already.
pub(super) fn offer(bytes: &[u8]) -> io::Result<()> {
    if lock().waiting.len() + bytes.len() > MOST_WAITING {
        return Err(io::Error::new(io::ErrorKind::WouldBlock, "it does not take what is written"));
    }
    hand_over(bytes)
}

/// Write this instead of all that was handed over, and wait until the terminal has taken it, up to `patience`.
/// Returns whether it did.
pub(super) fn write_last(bytes: &[u8], patience: Duration) -> bool {
    let mut queue = lock();
    queue.waiting.clear();
    if queue.writing {
        queue.cut = true;
        queue.waiting.extend_from_slice(CUT);
    }
    queue.waiting.extend_from_slice(bytes);
    BUSY.send_replace(true);
    CHANGED.notify_all();
    drop(queue);
    if wait_until_written(SHORT) {
        return true;
    }
    // What lies between us and the terminal is old, and in the way.
    discard_unread();
    if wait_until_written(patience.saturating_sub(SHORT)) {
        return true;
    }
    let mut queue = lock();
    queue.waiting.clear();
    queue.cut = queue.writing;
    false
}

/// Wait until all is written, up to `patience`. Returns whether it is.
pub(super) fn wait_until_written(patience: Duration) -> bool {
    let queue = lock();
    if queue.thread.is_none() {
        return true;
    }
    let is_busy = |queue: &mut WriterQueue| queue.writing || !queue.waiting.is_empty();
    let (queue, _) = CHANGED.wait_timeout_while(queue, patience, is_busy).unwrap_or_else(PoisonError::into_inner);
    !queue.writing && queue.waiting.is_empty()
}

/// Throw away what the system holds for the terminal, and have the thread see that there is room.
#[cfg(unix)]
fn discard_unread() {
    use std::os::unix::thread::JoinHandleExt;

    use nix::sys::{
        pthread::pthread_kill,
        signal::Signal,
        termios::{FlushArg, tcflush},
    };
    // A terminal that can't do that keeps it.
    let _ = tcflush(io::stdout(), FlushArg::TCOFLUSH);
    if let Some(thread) = &lock().thread {
        // A write that waits notices any signal that is listened to, and goes on; a size is looked at again.
        let _ = pthread_kill(thread.as_pthread_t(), Signal::SIGWINCH);
    }
}

#[cfg(not(unix))]
fn discard_unread() {}

fn write_for_ever(mut terminal: impl Write) {
    let mut hand = Vec::new();
    loop {
        take_waiting(&mut hand);
        let mut written = Ok(());
        for chunk in hand.chunks(CHUNK) {
            if lock().cut {
                break;
            }
            written = terminal.write_all(chunk).and_then(|()| terminal.flush());
            if written.is_err() {
                break;
            }
        }
        let mut queue = lock();
        queue.error = queue.error.take().or(written.err());
        queue.writing = false;
        queue.cut = false;
        if queue.waiting.is_empty() {
            BUSY.send_replace(false);
            CHANGED.notify_all();
        }
    }
}

/// Wait until something is to be written and take all of it.
fn take_waiting(hand: &mut Vec<u8>) {
    hand.clear();
    hand.shrink_to(KEPT);
    let mut queue = lock();
    while queue.waiting.is_empty() {
        queue = CHANGED.wait(queue).unwrap_or_else(PoisonError::into_inner);
    }
    std::mem::swap(hand, &mut queue.waiting);
    queue.writing = true;
}
