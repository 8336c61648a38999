//! Stdout, in a thread of its own, so that a slow reader holds up nothing but the telling.

use std::{
    io::{self, Write},
    sync::Arc,
};

use tokio::sync::{Semaphore, SemaphorePermit, oneshot};

use crate::{
    cli::{
        Failure,
        print::{self, explain_unread},
    },
    line_writer::{LineSink, LineWriter},
    shutdown::{End, wait_until_over},
};

/// So many pieces may wait to be written; then the telling waits. A piece is all that is told at a time, so
/// that a few are enough to keep the reader busy.
const QUEUE: usize = 16;

/// Those that wait have at most so many bytes, but for a single one that is larger.
const MOST_BYTES: usize = 16 << 20;

/// Stdout, flushed whenever nothing waits to be written; and the bytes that may still wait.
struct Stdout(io::Stdout, Arc<Semaphore>);

/// What a piece is counted for.
fn weigh_piece(piece: &str) -> u32 {
    u32::try_from(piece.len().min(MOST_BYTES)).unwrap_or(u32::MAX)
}

impl LineSink for Stdout {
    type Line = String;

    fn write(&mut self, piece: String) -> io::Result<()> {
        self.0.write_all(piece.as_bytes())?;
        self.1.add_permits(weigh_piece(&piece) as usize);
        Ok(())
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
    room: Arc<Semaphore>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Writer {
    pub fn start() -> Self {
        let (tell, ended) = oneshot::channel();
        // A thread that can't be had is told as a writer that has ended.
        let room = Arc::new(Semaphore::new(MOST_BYTES));
        let sink = Stdout(io::stdout(), room.clone());
        let pieces = LineWriter::start("stdout", QUEUE, sink, |written| drop(tell.send(written)));
        Self { pieces: pieces.ok(), room, ended }
    }

    /// Hand over a piece, as soon as there is room for it.
    ///
    /// # Errors
    /// If nothing more can be written.
    pub async fn write(&mut self, piece: String) -> Result<(), Failure> {
        if piece.is_empty() {
            return Ok(());
        }
        let is_taken = match &self.pieces {
            Some(pieces) => {
                tokio::select! {
                    biased;
                    // The thread gives it back when the piece is written.
                    permit = self.room.acquire_many(weigh_piece(&piece)) => drop(permit.map(SemaphorePermit::forget)),
                    () = pieces.wait_for_end() => {}
                }
                pieces.send(piece).await
            }
            None => false,
        };
        if is_taken { Ok(()) } else { self.finish().await }
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

/// Hand over what was told. While the reader is slow we wait, and so does the source. Returns
/// whether somebody asked us to end meanwhile.
pub(super) async fn write_piece(writer: &mut Writer, piece: String, end: &mut End) -> Result<bool, Failure> {
    let writing = writer.write(piece);
    tokio::pin!(writing);
    let mut asked = false;
    loop {
        tokio::select! {
            biased;
            written = &mut writing => return written.map(|()| asked),
            () = wait_until_over() => return Err(explain_unread()),
            () = end.wait_until_asked() => {
                if std::mem::replace(&mut asked, true) {
                    return Err(explain_unread());
                }
            }
        }
    }
}

/// Write the rest and wait for a slow reader, unless somebody asks us to end without, or asked for the end a moment
/// ago.
pub(super) async fn finish_writing(writer: &mut Writer, rest: String, end: &mut End) -> Result<(), Failure> {
    if !rest.is_empty() {
        write_piece(writer, rest, end).await?;
    }
    tokio::select! {
        biased;
        written = writer.finish() => written,
        () = end.wait_until_asked() => Err(explain_unread()),
        () = wait_until_over() => Err(explain_unread()),
    }
}
