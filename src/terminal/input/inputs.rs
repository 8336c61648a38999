//! Keys and signals in the order in which they come.

use std::{collections::VecDeque, io, pin::Pin, time::Duration};

use futures_util::{Stream, stream};
use tokio::{
    sync::mpsc::Receiver,
    time::{Sleep, sleep},
};

use super::{
    TerminalEvent,
    keyboard::{InputChunk, read_keyboard},
    parse::InputParser,
};
use crate::terminal::signals::Signals;

/// What is not finished when nothing came for so long is given up: a key is held back no longer. The bytes
/// of one key or mouse come at once, and a paste without a pause, but for a link that stalls.
const PATIENCE: Duration = Duration::from_millis(100);

struct Inputs {
    chunks: Receiver<InputChunk>,
    signals: Signals,
    parser: InputParser,
    /// Until what is unfinished is given up.
    patience: Option<Pin<Box<Sleep>>>,
    events: VecDeque<TerminalEvent>,
    ended: bool,
}

/// Read everything that the terminal and the system tell, until the terminal is gone.
///
/// # Errors
/// If the signals can't be listened to, or the terminal can't be read.
pub fn read_inputs() -> io::Result<impl Stream<Item = TerminalEvent> + Unpin> {
    let inputs = Inputs {
        chunks: read_keyboard()?,
        signals: Signals::listen()?,
        parser: InputParser::default(),
        patience: None,
        events: VecDeque::new(),
        ended: false,
    };
    Ok(Box::pin(stream::unfold(inputs, |mut inputs| async move {
        let event = inputs.next().await?;
        Some((event, inputs))
    })))
}

impl Inputs {
    async fn next(&mut self) -> Option<TerminalEvent> {
        while self.events.is_empty() && !self.ended {
            let Self { chunks, signals, parser, patience, events, .. } = self;
            let over = async {
                match patience {
                    Some(sleep) => sleep.as_mut().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                event = signals.next() => self.events.push_back(event),
                chunk = chunks.recv() => match chunk {
                    Some(chunk) => self.take_chunk(&chunk),
                    None => self.events.push_back(TerminalEvent::End),
                },
                () = over => {
                    parser.give_up(events);
                    self.patience = None;
                }
            }
        }
        let event = self.events.pop_front();
        self.ended |= event == Some(TerminalEvent::End);
        event
    }

    fn take_chunk(&mut self, chunk: &InputChunk) {
        let went_on = self.parser.take_bytes(&chunk.bytes, chunk.more, &mut self.events);
        if !self.parser.is_unfinished() {
            self.patience = None;
        } else if went_on || self.patience.is_none() {
            self.patience = Some(Box::pin(sleep(PATIENCE)));
        }
    }
}
