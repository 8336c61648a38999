//! Where the terminal is no stream of bytes: keys, mouse and sizes as the library tells them.

use crossterm::event::EventStream;
use futures_util::{Stream, StreamExt, stream};

use super::{TerminalEvent, translate::translate};
use crate::terminal::signals::Signals;

/// Read everything that the terminal and the system tell, until the terminal is gone.
///
/// # Errors
/// If the signals can't be listened to.
pub fn read_inputs() -> std::io::Result<impl Stream<Item = TerminalEvent> + Unpin> {
    let state = (EventStream::new(), Signals::listen()?, false);
    Ok(Box::pin(stream::unfold(state, |(mut events, mut signals, ended)| async move {
        if ended {
            return None;
        }
        let input = loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => if let Some(input) = translate(&event) { break input },
                    Some(Err(_)) | None => break TerminalEvent::End,
                },
                input = signals.next() => break input,
            }
        };
        let ended = input == TerminalEvent::End;
        Some((input, (events, signals, ended)))
    })))
}
