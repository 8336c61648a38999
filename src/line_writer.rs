//! Lines written in the background, by a thread of their own behind a bounded queue, so that a slow disk or
//! reader holds up nobody who did not ask for it.
//!
//! The caller chooses: [`offer`](LineWriter::offer) never waits, and what finds the queue full is
//! counted and the count is written; [`send`](LineWriter::send) waits for room. The first error ends the writer
//! and is told once.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    time::Duration,
};

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Where lines go.
pub trait LineSink: Send + 'static {
    /// A line, as it is handed over.
    type Line: Send + 'static;

    /// Write a line.
    ///
    /// # Errors
    /// What the disk or the reader says.
    fn write(&mut self, line: Self::Line) -> io::Result<()>;

    /// Write that so many lines are missing here.
    ///
    /// # Errors
    /// What the disk or the reader says.
    fn write_lost(&mut self, count: u64) -> io::Result<()>;

    /// Pass on all that is written: nothing waits to be written at the moment.
    ///
    /// # Errors
    /// What the disk or the reader says.
    fn flush(&mut self) -> io::Result<()>;
}

enum Queued<L> {
    Line(L),
    /// Somebody waits for a flush.
    Wake,
}

#[derive(Debug, Default)]
struct WriterShared {
    /// Lines that found the queue full, since the last ones were told.
    lost: AtomicU64,
    /// Who waits for a flush.
    waiting: Mutex<Vec<SyncSender<()>>>,
}

impl WriterShared {
    fn take_waiting(&self) -> Vec<SyncSender<()>> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_waited_for(&self) -> bool {
        !self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Hands lines to the thread that writes them. The thread ends with the last clone, or with the first error.
#[derive(Debug)]
pub struct LineWriter<L> {
    queue: Sender<Queued<L>>,
    shared: Arc<WriterShared>,
}

impl<L> Clone for LineWriter<L> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), shared: self.shared.clone() }
    }
}

impl<L: Send + 'static> LineWriter<L> {
    /// Start the thread, called `name`, with a queue of so many lines. `ended` is told how it ended: by the
    /// first error, or because nobody hands over lines any more and all are written.
    ///
    /// # Errors
    /// If no thread can be had.
    pub fn start(
        name: &str,
        capacity: usize,
        sink: impl LineSink<Line = L>,
        ended: impl FnOnce(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (queue, mut lines) = channel(capacity);
        let shared = Arc::new(WriterShared::default());
        let seen = shared.clone();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let mut waiting = Vec::new();
            let written = write_all(sink, &mut lines, &seen, capacity, &mut waiting);
            // Told first, so that a caller that finds the queue closed, or a flush ended, can know why.
            ended(written);
            lines.close();
            waiting.extend(seen.take_waiting());
        })?;
        Ok(Self { queue, shared })
    }

    /// Hand over a line without waiting; without room for it, it is counted.
    pub fn offer(&self, line: L) {
        if self.queue.try_send(Queued::Line(line)).is_err() {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Hand over a line as soon as there is room for it. Returns whether it will be written: not if the thread
    /// has ended.
    pub async fn send(&self, line: L) -> bool {
        self.queue.send(Queued::Line(line)).await.is_ok()
    }

    /// Until the thread has ended.
    pub async fn wait_for_end(&self) {
        self.queue.closed().await;
    }

    /// Wait until all lines of before are written, but not longer than `patience`. Returns whether the thread
    /// came that far: it has either written them or ended.
    pub fn flush(&self, patience: Duration) -> bool {
        let (tell, told) = sync_channel(1);
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(tell);
        // A full queue wakes the thread as well.
        if let Err(tokio::sync::mpsc::error::TrySendError::Closed(_)) = self.queue.try_send(Queued::Wake) {
            return true;
        }
        told.recv_timeout(patience) != Err(std::sync::mpsc::RecvTimeoutError::Timeout)
    }
}

fn write_all<S: LineSink>(
    mut sink: S,
    lines: &mut Receiver<Queued<S::Line>>,
    shared: &WriterShared,
    capacity: usize,
    waiting: &mut Vec<SyncSender<()>>,
) -> io::Result<()> {
    loop {
        let mut next = if shared.is_waited_for() { lines.try_recv().ok() } else { lines.blocking_recv() };
        if next.is_none() && !shared.is_waited_for() {
            return Ok(());
        }
        // All that they handed over is in the queue, which holds no more than this.
        waiting.extend(shared.take_waiting());
        write_batch(&mut sink, lines, &mut next, capacity)?;
        let lost = shared.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            sink.write_lost(lost)?;
        }
        sink.flush()?;
        for tell in waiting.drain(..) {
            // Who asked may have lost patience.
            let _ = tell.try_send(());
        }
    }
}

/// Write `next` and what else is in the queue, up to its capacity.
fn write_batch<S: LineSink>(
    sink: &mut S,
    lines: &mut Receiver<Queued<S::Line>>,
    next: &mut Option<Queued<S::Line>>,
    capacity: usize,
) -> io::Result<()> {
    let mut count = 0;
    while let Some(message) = next.take() {
        if let Queued::Line(line) = message {
            sink.write(line)?;
        }
        count += 1;
        if count <= capacity {
            *next = lines.try_recv().ok();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver as StdReceiver, channel as std_channel};

    /// Writes into a shared text once it is let, and fails at the line `full`.
    struct Slow {
        text: Arc<Mutex<String>>,
        gate: Option<StdReceiver<()>>,
    }

    impl LineSink for Slow {
        type Line = String;

        fn write(&mut self, line: String) -> io::Result<()> {
            if let Some(gate) = self.gate.take() {
                let _ = gate.recv();
            }
            if line == "full" {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.text.lock().unwrap().push_str(&line);
            Ok(())
        }

        fn write_lost(&mut self, count: u64) -> io::Result<()> {
            self.write(format!("-{count}"))
        }

        fn flush(&mut self) -> io::Result<()> {
            self.write("|".to_owned())
        }
    }

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn lines_are_written_in_order_and_flushed_and_the_end_is_told() {
        let text = Arc::new(Mutex::new(String::new()));
        let (tell, told) = std_channel();
        let sink = Slow { text: text.clone(), gate: None };
        let writer = LineWriter::start("test", 4, sink, move |ended| tell.send(ended.is_ok()).unwrap()).unwrap();
        for line in ["a", "b"] {
            writer.offer(line.to_owned());
            assert!(writer.flush(PATIENCE));
            assert!(text.lock().unwrap().ends_with('|'));
        }
        assert_eq!(text.lock().unwrap().replace('|', ""), "ab");
        drop(writer);
        assert_eq!(told.recv_timeout(PATIENCE), Ok(true));
    }

    #[test]
    fn what_finds_the_queue_full_is_counted_and_the_count_is_written() {
        let text = Arc::new(Mutex::new(String::new()));
        let (open, gate) = std_channel();
        let sink = Slow { text: text.clone(), gate: Some(gate) };
        let writer = LineWriter::start("test", 2, sink, |_| ()).unwrap();
        // The first may be in the thread's hand already, or not yet.
        (0..9).for_each(|n| writer.offer(n.to_string()));
        assert!(!writer.flush(Duration::ZERO), "it is held up");
        open.send(()).unwrap();
        assert!(writer.flush(PATIENCE));
        let text = text.lock().unwrap().replace('|', "");
        let (lines, lost) = text.split_once('-').unwrap();
        assert_eq!(lines.len() + lost.parse::<usize>().unwrap(), 9, "{text}");
    }

    #[tokio::test]
    async fn an_error_is_told_once_and_whoever_hands_over_more_is_not_held_up() {
        let (tell, told) = std_channel();
        let sink = Slow { text: Arc::default(), gate: None };
        let writer = LineWriter::start("test", 1, sink, move |ended| tell.send(ended).unwrap()).unwrap();
        assert!(writer.send("full".to_owned()).await);
        writer.wait_for_end().await;
        assert_eq!(told.recv_timeout(PATIENCE).unwrap().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(!writer.send("more".to_owned()).await);
        writer.offer("more".to_owned());
        assert!(writer.flush(PATIENCE), "there is nothing to wait for");
    }
}
