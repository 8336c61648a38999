//! Stdout, in a thread of its own, so that a slow reader holds up nothing but the telling.

use std::io::{self, Write};

use tokio::sync::oneshot;

use crate::{
    cli::{Failure, print},
    line_writer::{LineSink, LineWriter},
};

/// So many pieces may wait to be written; then the telling waits. A piece is all that is told at a time, so
/// that a few are enough to keep the reader busy.
const QUEUE: usize = 16;

/// Stdout, flushed whenever nothing waits to be written.
struct Stdout(io::Stdout);

impl LineSink for Stdout {
    type Line = String;

    fn write(&mut self, piece: String) -> io::Result<()> {
        self.0.write_all(piece.as_bytes())
    }

    /// None is ever lost: the telling waits.
    fn write_lost(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes pieces of text, each with its last line end, in order.
pub(super) struct Writer {
    pieces: Option<LineWriter<String>>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Writer {
    pub fn start() -> Self {
        let (tell, ended) = oneshot::channel();
        // A thread that can't be had is told as a writer that has ended.
        let pieces = LineWriter::start("stdout", QUEUE, Stdout(io::stdout()), |written| drop(tell.send(written)));
        Self { pieces: pieces.ok(), ended }
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
            Some(pieces) if pieces.send(piece).await => Ok(()),
            _ => self.finish().await,
        }
    }

    /// Wait until nothing can be written any more, because the reader is gone or the disk is full: a quiet channel
    /// may have nothing to write for hours.
    pub async fn wait_until_stopped(&self) {
        match &self.pieces {
            Some(pieces) => pieces.wait_for_end().await,
            None => std::future::pending().await,
        }
    }

    /// Wait until all is written; once.
    ///
    /// # Errors
    /// If it can't be.
    pub async fn finish(&mut self) -> Result<(), Failure> {
        self.pieces = None;
        match (&mut self.ended).await {
            Ok(written) => written.map_err(|e| print::explain_unwritten(&e)),
            Err(_) => Err(Failure::error("the thread that writes to stdout could not start or has ended")),
        }
    }
}
