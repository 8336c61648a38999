//! The loop that joins the engine, the view and the terminal. It knows all rooms and decides nothing.
//!
//! The loop is generic over the terminal's backend and the source of input, so that a test drives the
//! real one.

use color_eyre::eyre::Result;
use futures_util::{Stream, StreamExt};
use ratatui::{
    backend::Backend,
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::{
    clock::Clock,
    engine::{self, Engine, World},
    model::{Action, Model, Msg, Open, Tone, Typing, Wish, Word, wakes_at},
    terminal::{Input, Pacer},
    view::{self, Look},
};

/// What the loop needs beside screen, keyboard and world.
pub struct Aside {
    /// Stops the program as a shell does, and returns when somebody has continued it, or at once with
    /// the reason why not.
    pub suspend: fn() -> Input,
}

/// The screen, and the last frame drawn on it.
struct Canvas<B> {
    backend: B,
    last: Buffer,
    pacer: Pacer,
    look: Look,
}

impl<B: Backend> Canvas<B>
where
    B::Error: Send + Sync + 'static,
{
    /// Draw the model, unless the picture is the same as the one on the screen.
    fn draw(&mut self, model: &Model, clock: Clock) -> Result<()> {
        let now = clock.now();
        self.pacer.drawn(now);
        let area = Rect::from((Position::ORIGIN, self.backend.size()?));
        if self.last.area != area {
            self.backend.clear()?;
            self.last = Buffer::empty(area);
        }
        let mut next = Buffer::empty(area);
        view::draw(model, &self.look, now, area, &mut next);
        if matches!(model.open, Some(Open::Help(_))) {
            crate::sabotage::here("view");
        }
        if next != self.last {
            self.backend.draw(self.last.diff(&next).into_iter())?;
            self.last = next;
        }
        self.backend.flush()?;
        Ok(())
    }

    /// The screen may hold anything: the next frame starts from nothing.
    fn forget(&mut self) {
        self.last = Buffer::empty(Rect::ZERO);
    }
}

/// Run until the person quits, the system says so, or something breaks. Returns the model as it was
/// at the end.
///
/// # Errors
/// If the screen can't be drawn on any more, or something panicked.
pub async fn run<B: Backend>(
    backend: B,
    mut input: impl Stream<Item = Input> + Unpin,
    world: World,
    model: Model,
    look: Look,
    aside: Aside,
) -> Result<Model>
where
    B::Error: Send + Sync + 'static,
{
    let (clock, broken) = (world.clock, world.broken.clone());
    let mut engine = Engine::new(world, model);
    let mut canvas = Canvas { backend, last: Buffer::empty(Rect::ZERO), pacer: Pacer::default(), look };
    canvas.draw(&engine.model, clock)?;
    while !engine.model.quitting {
        let wake = wakes_at(&engine.model, clock.now());
        let frame = canvas.pacer.due();
        // The order is the rule: the end first, then keys (a flood of news must not deafen us), the
        // frame (nor blind us), and only then news.
        tokio::select! {
            biased;
            () = broken.cancelled() => return Err(engine::something_broke()),
            heard = input.next() => match heard {
                Some(Input::Key(key)) => match canvas.look.keys.message(&engine.model, key) {
                    Some(msg) => engine.tell(msg),
                    None => continue,
                },
                Some(Input::Paste(text)) => {
                    if !engine.model.is_typing() {
                        continue;
                    }
                    engine.tell(Msg::Type(Typing::Paste(text)));
                }
                // Sizes may have come and gone since the last frame: what is on the screen is unknown.
                Some(Input::Resized | Input::Redraw) => canvas.forget(),
                Some(Input::Say(text)) => say(&mut engine, text),
                Some(Input::End) | None => engine.tell(Msg::Act(Action::Quit)),
            },
            () = clock.sleep_until(frame.unwrap_or_default()), if frame.is_some() => {
                canvas.draw(&engine.model, clock)?;
                continue;
            }
            () = engine.next(wake) => {}
        }
        for wish in std::mem::take(&mut engine.model.wishes) {
            match wish {
                Wish::Redraw => canvas.forget(),
                Wish::Switch(_) => {}
                Wish::Suspend => match (aside.suspend)() {
                    Input::Say(text) => say(&mut engine, text),
                    Input::End => engine.tell(Msg::Act(Action::Quit)),
                    _ => canvas.forget(),
                },
            }
        }
        canvas.pacer.mark();
        engine.send();
    }
    engine.farewell().await
}

fn say(engine: &mut Engine, text: &str) {
    engine.model.word = Some(Word::new(Tone::Bad, text, engine.now()));
}
