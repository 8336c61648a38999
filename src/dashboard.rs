//! The loop that joins source, model, view, terminal and worker. It knows all rooms and decides
//! nothing.
//!
//! Three channels are the whole seam between the screen and the world: notices in, commands out,
//! outcomes back; and two more between the screen and our own crowd, where there is one. The loop is generic over the terminal's backend and the source of input, so that a
//! test drives the real one.

use std::time::Duration;

use color_eyre::eyre::{Result, bail};
use futures_util::{Stream, StreamExt};
use ratatui::{
    backend::Backend,
    buffer::Buffer,
    layout::{Position, Rect},
};
use tokio::sync::mpsc::{Receiver, Sender, error::TrySendError};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    crowd::Remote,
    model::{Action, Model, Msg, Open, Tone, Typing, Wish, Word, update, wakes_at},
    presence::{Command, Notice, Outcome, SceneStatus},
    teller::Teller,
    terminal::{Input, Pacer},
    view::{self, Look},
};

/// Notices taken in between two looks at the keyboard.
const TOGETHER: usize = 256;

/// On the way out, a leave may take so long.
const FAREWELL: Duration = Duration::from_secs(1);

/// What lies beyond the screen.
pub struct World {
    /// News from the source.
    pub notices: Receiver<Notice>,
    /// Orders to the worker. `None` once we are leaving.
    pub commands: Sender<Command>,
    /// How they ended.
    pub outcomes: Receiver<Outcome>,
    /// Cancelled when something has panicked.
    pub broken: CancellationToken,
    /// Our own simulated crowd, if there is one.
    pub stage: Option<Remote>,
    /// Stops the program as a shell does, and returns when somebody has continued it, or at once with
    /// the reason why not.
    pub suspend: fn() -> Input,
    /// Tells aloud what the watch list has to tell.
    pub teller: Teller,
    /// The time.
    pub clock: Clock,
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
    mut world: World,
    mut model: Model,
    look: Look,
) -> Result<Model>
where
    B::Error: Send + Sync + 'static,
{
    let clock = world.clock;
    let mut canvas = Canvas { backend, last: Buffer::empty(Rect::ZERO), pacer: Pacer::default(), look };
    canvas.draw(&model, clock)?;
    let mut waiting: Vec<Command> = Vec::new();
    let mut news = Vec::with_capacity(TOGETHER);
    while !model.quitting {
        let wake = wakes_at(&model, clock.now());
        let frame = canvas.pacer.due();
        // The order is the rule: the end first, then keys (a flood of news must not deafen us), the
        // frame (nor blind us), and only then news.
        tokio::select! {
            biased;
            () = world.broken.cancelled() => bail!("something went wrong inside, as reported above"),
            heard = input.next() => match heard.inspect(|input| if matches!(input, Input::Key(_)) { world.teller.seen() }) {
                Some(Input::Key(key)) => match canvas.look.keys.message(&model, key) {
                    Some(msg) => waiting.extend(update(&mut model, msg, clock.now())),
                    None => continue,
                },
                Some(Input::Paste(text)) => {
                    if !model.is_typing() {
                        continue;
                    }
                    waiting.extend(update(&mut model, Msg::Type(Typing::Paste(text)), clock.now()));
                }
                // Sizes may have come and gone since the last frame: what is on the screen is unknown.
                Some(Input::Resized | Input::Redraw) => canvas.forget(),
                Some(Input::Say(text)) => model.word = Some(Word::new(Tone::Bad, text, clock.now())),
                Some(Input::End) | None => waiting.extend(update(&mut model, Msg::Act(Action::Quit), clock.now())),
            },
            () = clock.sleep_until(frame.unwrap_or_default()), if frame.is_some() => {
                canvas.draw(&model, clock)?;
                continue;
            }
            Some(outcome) = world.outcomes.recv() => {
                waiting.extend(update(&mut model, Msg::Outcome(outcome), clock.now()));
            }
            count = world.notices.recv_many(&mut news, TOGETHER), if !world.notices.is_closed() || !world.notices.is_empty() => {
                let now = clock.now();
                debug_assert_eq!(count, news.len());
                for notice in news.drain(..) {
                    waiting.extend(update(&mut model, Msg::Notice(notice), now));
                }
            }
            sentence = world.teller.trouble() => model.word = Some(Word::new(Tone::Bad, sentence, clock.now())),
            scene = next_scene(&mut world.stage) => {
                waiting.extend(update(&mut model, Msg::Scene(scene), clock.now()));
            }
            () = clock.sleep_until(wake.unwrap_or_default()), if wake.is_some() => {
                waiting.extend(update(&mut model, Msg::Tick, clock.now()));
            }
        }
        let mut told = Vec::new();
        for wish in std::mem::take(&mut model.wishes) {
            match wish {
                Wish::Tell(news) => told.push(news),
                Wish::Redraw => canvas.forget(),
                Wish::Suspend => match (world.suspend)() {
                    Input::Say(text) => model.word = Some(Word::new(Tone::Bad, text, clock.now())),
                    Input::End => waiting.extend(update(&mut model, Msg::Act(Action::Quit), clock.now())),
                    _ => canvas.forget(),
                },
            }
        }
        world.teller.tell(&told);
        canvas.pacer.mark();
        // What a full queue leaves behind may lead to other commands; they wait for the next round.
        for command in std::mem::take(&mut waiting) {
            let busy = match (command, &world.stage) {
                (Command::Direct(direction), Some(stage)) => {
                    stage.directions.try_send(direction).is_err().then_some(Command::Direct(direction))
                }
                (command, _) => match world.commands.try_send(command) {
                    Ok(()) => None,
                    Err(TrySendError::Full(command) | TrySendError::Closed(command)) => Some(command),
                },
            };
            waiting.extend(busy.into_iter().flat_map(|command| update(&mut model, Msg::Busy(command), clock.now())));
        }
    }
    farewell(world, &mut model).await?;
    Ok(model)
}

/// What the crowd says next; never, without one.
async fn next_scene(stage: &mut Option<Remote>) -> SceneStatus {
    if let Some(remote) = stage
        && remote.status.changed().await.is_ok()
    {
        return remote.status.borrow_and_update().clone();
    }
    *stage = None;
    std::future::pending().await
}

/// Let the worker carry out what was asked of it, a leave above all, but not for long.
async fn farewell(world: World, model: &mut Model) -> Result<()> {
    let World { notices, commands, mut outcomes, clock, .. } = world;
    drop((notices, commands));
    let rest = async {
        while let Some(outcome) = outcomes.recv().await {
            update(model, Msg::Outcome(outcome), clock.now());
        }
    };
    let late = tokio::time::timeout(FAREWELL, rest).await.is_err();
    if late {
        bail!("the service did not confirm within a second that we left; it will time us out");
    }
    Ok(())
}
