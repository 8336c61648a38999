//! Stdout, in a thread of its own, so that a slow reader holds up nothing but the telling.

use std::io::{self, Write};

use tokio::sync::{mpsc, oneshot};

use crate::cli::{Failure, print};

/// So many pieces may wait to be written; then the telling waits.
const QUEUE: usize = 16;

/// Writes pieces of text, each with its last line end, in order. What is written is flushed: the stream
/// is quiet when nothing waits.
pub(super) struct Writer {
    pieces: Option<mpsc::Sender<String>>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Writer {
    pub fn start() -> Self {
        let (pieces, mut waiting) = mpsc::channel::<String>(QUEUE);
        let (tell, ended) = oneshot::channel();
        let mut write = move || {
            let mut stdout = io::stdout().lock();
            while let Some(piece) = waiting.blocking_recv() {
                stdout.write_all(piece.as_bytes())?;
                stdout.flush()?;
            }
            Ok(())
        };
        // A thread that can't be had is told as a writer that has ended.
        let _ = std::thread::Builder::new().name("stdout".to_owned()).spawn(move || drop(tell.send(write())));
        Self { pieces: Some(pieces), ended }
    }

    /// Hand over a piece, as soon as there is room for it.
    ///
    /// # Errors
    /// If nothing more can be written.
    pub async fn write(&mut self, piece: String) -> Result<(), Failure> {
        if piece.is_empty() {
            return Ok(());
        }
        match &self.pieces {
            Some(pieces) if pieces.send(piece).await.is_ok() => Ok(()),
            _ => self.finish().await,
        }
    }

    /// Until nothing can be written any more, because the reader is gone or the disk is full: a quiet channel
    /// may have nothing to write for hours.
    pub async fn stopped(&self) {
        match &self.pieces {
            Some(pieces) => pieces.closed().await,
            None => std::future::pending().await,
        }
    }

    /// Until all is written; once.
    ///
    /// # Errors
    /// If it can't be.
    pub async fn finish(&mut self) -> Result<(), Failure> {
        self.pieces = None;
        match (&mut self.ended).await {
            Ok(written) => written.map_err(|e| print::unwritten(&e)),
            Err(_) => Err(Failure::failed("the thread that writes to stdout could not start or has ended")),
        }
    }
}
