//! The thread that reads what the terminal sends.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    os::fd::AsFd,
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes read at a time.
const CHUNK: usize = 4096;

/// Chunks that may wait to be looked at; then the terminal keeps the rest.
const QUEUE: usize = 16;

/// What came at once.
pub(super) struct InputChunk {
    pub bytes: Vec<u8>,
    /// There is more of it for certain.
    pub more: bool,
}

/// Read what the terminal sends until it is gone. The thread is left behind at the end of the program.
///
/// # Errors
/// If there is no thread to be had.
pub(super) fn read_keyboard() -> io::Result<Receiver<InputChunk>> {
    // A handle of its own: the standard library's would keep what is read for others.
    let terminal = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let (chunks, receiver) = channel(QUEUE);
    std::thread::Builder::new().name("keyboard".to_owned()).spawn(move || read_for_ever(terminal, &chunks))?;
    Ok(receiver)
}

fn read_for_ever(mut terminal: File, chunks: &Sender<InputChunk>) {
    let mut bytes = vec![0; CHUNK];
    loop {
        // Whoever started us may have it set so that nothing waits for it.
        let _ = poll(&mut [PollFd::new(terminal.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE);
        match terminal.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => {
                let chunk = InputChunk { bytes: bytes[..count].to_vec(), more: count == CHUNK };
                if chunks.blocking_send(chunk).is_err() {
                    return;
                }
            }
            Err(e) if matches!(e.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
            Err(_) => return,
        }
    }
}
