//! The loop that joins the engine, the view and the terminal. It knows all rooms and decides nothing.
//!
//! The loop is generic over the terminal's backend and the source of input, so that a test drives the
//! real one.

mod notifier;
mod pointer;

use std::{io, path::Path, sync::Arc};

use color_eyre::eyre::Result;
use futures_util::{Stream, StreamExt};
use ratatui::{backend::Backend, buffer::Buffer, layout::Rect};
use tokio::sync::mpsc::{self, Receiver, Sender};

pub use self::notifier::{Notifier, NotifyWays};
use self::pointer::Pointer;
use crate::{
    clock::Clock,
    engine::{self, Engine, Io},
    files,
    output::{Export, export},
    presence::{Moment, Subscription},
    terminal::{self, Pacer, TerminalEvent},
    ui::{Action, Dialog, EditKey, Effect, Exported, Keysets, Screen, Tone, Ui, UiEvent, wakes_at},
    view::{self, Appearance},
    world::{Watcher, World},
};

/// What sends bytes to the terminal that draw nothing.
pub type TerminalSend = Box<dyn Fn(&[u8]) -> io::Result<()> + Send>;

/// What the loop needs beside screen, keyboard and world.
pub struct Services {
    /// Takes the mouse, or gives it back to the terminal.
    pub mouse: fn(bool),
    /// Stops the program as a shell does, and returns when somebody has continued it, or at once with
    /// the reason why not.
    pub suspend: fn() -> TerminalEvent,
    /// Sends bytes to the terminal that draw nothing.
    pub send: TerminalSend,
    /// Tells aloud what the watch list has to tell.
    pub notifier: Notifier,
    /// Who makes the worlds of other keysets, if anybody does.
    pub switcher: Option<Switcher>,
}

impl Default for Services {
    /// For who has no terminal: nothing is granted, and nothing told.
    fn default() -> Self {
        Self {
            mouse: |_| (),
            suspend: || TerminalEvent::Redraw,
            send: Box::new(|_| Ok(())),
            notifier: Notifier::new(NotifyWays { bell: false, title: false, osc: None }, None, |_: &[u8]| ()),
            switcher: None,
        }
    }
}

/// Makes the world of another keyset beside the one on the screen: a wish goes in, a world or the reason why
/// there is none comes out. One at a time.
pub struct Switcher {
    /// Where wishes go.
    pub ask: Sender<WantedKeyset>,
    /// What came of them; a reason is safe to show.
    pub ready: Receiver<Result<NextWorld, String>>,
}

/// A keyset that is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedKeyset {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// What is watched now: for a keyset that does not say what to watch.
    pub watching: Vec<Subscription>,
}

/// What the screen goes over to.
pub struct NextWorld {
    /// What lies beyond its world.
    pub io: Io,
    /// What is known of it.
    pub world: World,
    /// The keysets that one can go over to from there.
    pub keysets: Keysets,
}

/// No terminal that anybody can look at is larger; of one that says so only this corner is drawn on.
const WIDEST: u16 = 2_000;
const HIGHEST: u16 = 1_000;

/// The screen, and the last frame drawn on it.
struct Canvas<B> {
    backend: B,
    last: Buffer,
    pacer: Pacer,
    pointer: Pointer,
    look: Appearance,
}

impl<B: Backend> Canvas<B>
where
    B::Error: Send + Sync + 'static,
{
    /// Draw, unless the picture is the same as the one on the screen.
    fn draw(&mut self, screen: &Screen<'_>, clock: Clock) -> Result<()> {
        let now = clock.now();
        self.pacer.drawn(now);
        let size = self.backend.size()?;
        let area = Rect::new(0, 0, size.width.min(WIDEST), size.height.min(HIGHEST));
        if self.last.area != area {
            self.backend.clear()?;
            self.last = Buffer::empty(area);
        }
        let mut next = Buffer::empty(area);
        view::draw(screen, &self.look, now, area, &mut next);
        if matches!(screen.ui.dialog, Some(Dialog::Help(_))) {
            crate::failpoint::panic_at("view");
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

/// Run until the person quits, the system says so, or something breaks. Returns what was known and looked at at
/// the end.
///
/// # Errors
/// If the screen can't be drawn on any more, or something panicked.
pub async fn run<B: Backend>(
    backend: B,
    mut input: impl Stream<Item = TerminalEvent> + Unpin,
    io: Io,
    watcher: Watcher<Ui>,
    look: Appearance,
    mut services: Services,
) -> Result<Watcher<Ui>>
where
    B::Error: Send + Sync + 'static,
{
    let (clock, broken) = (io.clock, io.broken.clone());
    let mut engine = Engine::new(io, watcher.world, watcher.listener);
    let mut canvas = Canvas {
        backend,
        last: Buffer::empty(Rect::ZERO),
        pacer: Pacer::new(look.frames_per_second),
        pointer: Pointer::default(),
        look,
    };
    canvas.draw(&screen(&engine), clock)?;
    // How the writing of files ended, which must not hold the screen up.
    let (tell_written, mut written) = mpsc::channel(8);
    while !engine.watcher.listener.quitting {
        let still = screen(&engine).still_key();
        let (mut pressed, mut idle) = (false, false);
        let wake = wakes_at(&screen(&engine), clock.now());
        let frame = canvas.pacer.due();
        // The order is the rule: the end first, then keys (a flood of news must not deafen us), the
        // frame (nor blind us), and only then news.
        tokio::select! {
            biased;
            () = broken.cancelled() => return Err(engine::something_broke()),
            heard = input.next() => {
                pressed = true;
                if matches!(heard, Some(TerminalEvent::Key(_))) {
                    services.notifier.seen();
                }
                if !take(&mut engine, &mut canvas, heard) {
                    continue;
                }
            }
            Some((export, ended)) = written.recv() => tell(&mut engine, UiEvent::Exported(export, ended)),
            () = clock.sleep_until(frame.unwrap_or_default()), if frame.is_some() => {
                canvas.draw(&screen(&engine), clock)?;
                continue;
            }
            next = ready(&mut services.switcher) => match next {
                Ok(next) => engine = Box::pin(go_over(engine, next)).await,
                Err(why) => tell(&mut engine, UiEvent::NotSwitched(why)),
            },
            sentence = services.notifier.trouble() => say(&mut engine, &sentence),
            passed = engine.next(wake) => idle = passed,
        }
        engine.watcher.do_due(idle, clock.now());
        grant(&mut engine, &mut canvas, &mut services, &tell_written);
        // While the picture is held still, nothing that happens behind it is worth a frame.
        if pressed || still.is_none() || screen(&engine).still_key() != still {
            canvas.pacer.mark();
        }
        // What is to be done on the way out waits for the farewell.
        if !engine.watcher.listener.quitting {
            engine.send();
        }
    }
    engine.farewell().await
}

/// What is drawn.
fn screen(engine: &Engine<Ui>) -> Screen<'_> {
    engine.watcher.listener.screen(&engine.watcher.world)
}

/// Let the picture take in what a person did.
fn tell(engine: &mut Engine<Ui>, msg: UiEvent) {
    engine.lead(|watcher, now| watcher.take_ui_event(msg, now));
}

/// Take in what came from the terminal; false if it means nothing here.
fn take<B: Backend>(engine: &mut Engine<Ui>, canvas: &mut Canvas<B>, heard: Option<TerminalEvent>) -> bool
where
    B::Error: Send + Sync + 'static,
{
    match heard {
        Some(TerminalEvent::Key(key)) => match canvas.look.keys.message(&screen(engine), key) {
            Some(msg) => tell(engine, msg),
            None => return false,
        },
        Some(TerminalEvent::Paste(text)) if engine.watcher.listener.is_typing() => {
            tell(engine, UiEvent::Type(EditKey::Paste(text)));
        }
        Some(TerminalEvent::Paste(_)) => return false,
        Some(TerminalEvent::Mouse(mouse)) => {
            let Canvas { pointer, look, last, .. } = canvas;
            let now: Moment = engine.now();
            for msg in pointer.messages(mouse, &screen(engine), look, now, last.area) {
                tell(engine, msg);
            }
        }
        // Sizes may have come and gone since the last frame: what is on the screen is unknown.
        Some(TerminalEvent::Resized | TerminalEvent::Redraw) => canvas.forget(),
        Some(TerminalEvent::Say(text)) => say(engine, text),
        Some(TerminalEvent::End) | None => tell(engine, UiEvent::Act(Action::Quit)),
    }
    true
}

/// Where it is told how the writing of a file ended.
type WrittenExports = Sender<(Box<Export>, Exported)>;

/// Do what is wanted of the terminal and the disk.
fn grant<B: Backend>(engine: &mut Engine<Ui>, canvas: &mut Canvas<B>, services: &mut Services, written: &WrittenExports)
where
    B::Error: Send + Sync + 'static,
{
    let mut told = Vec::new();
    for effect in std::mem::take(&mut engine.watcher.listener.effects) {
        match effect {
            Effect::Tell(news) => told.push(news),
            Effect::Mouse(on) => (services.mouse)(on),
            Effect::Theme(name) => canvas.look.dress(name),
            Effect::Redraw => canvas.forget(),
            Effect::Switch(name) => {
                let wanted = WantedKeyset { name, watching: engine.watcher.world.session.watching.clone() };
                if services.switcher.as_ref().is_none_or(|switcher| switcher.ask.try_send(wanted).is_err()) {
                    tell(engine, UiEvent::NotSwitched("nobody is there to reach it".to_owned()));
                }
            }
            Effect::Suspend => match (services.suspend)() {
                TerminalEvent::Say(text) => say(engine, text),
                TerminalEvent::End => tell(engine, UiEvent::Act(Action::Quit)),
                _ => canvas.forget(),
            },
            Effect::Copy(text) => {
                if let Err(error) = (services.send)(&terminal::copied(&text)) {
                    say(engine, &format!("nothing was copied: the terminal can't be written to ({error})"));
                }
            }
            Effect::Export(export) => {
                let written = written.clone();
                tokio::task::spawn_blocking(move || {
                    let ended = written_to_disk(&export);
                    // Nobody is left to hear it once we are on the way out.
                    let _ = written.blocking_send((export, ended));
                });
            }
        }
    }
    services.notifier.tell(&told);
}

/// The next world that is ready; never, if nobody makes any.
async fn ready(switcher: &mut Option<Switcher>) -> Result<NextWorld, String> {
    if let Some(switcher) = switcher
        && let Some(next) = switcher.ready.recv().await
    {
        return next;
    }
    *switcher = None;
    std::future::pending().await
}

/// Leave wherever we are in the old world, and go on in the new one, looked at in the same way.
async fn go_over(mut old: Engine<Ui>, next: NextWorld) -> Engine<Ui> {
    tell(&mut old, UiEvent::Act(Action::Quit));
    let mut ui = std::mem::take(&mut old.watcher.listener);
    ui.go_over(next.keysets);
    let mut engine = Engine::new(next.io, next.world, ui);
    match old.farewell().await {
        Ok(_) => {
            let now = engine.now();
            engine.watcher.listener.say(Tone::Good, "this is the other keyset", now);
        }
        // The new world is there all the same.
        Err(report) => say(&mut engine, &report.to_string()),
    }
    engine
}

fn say(engine: &mut Engine<Ui>, text: &str) {
    let now = engine.now();
    engine.watcher.listener.say(Tone::Bad, text, now);
}

/// Write a file with what a pane shows; takes its time.
fn written_to_disk(export: &Export) -> Exported {
    let Export { path, format, table, over } = export;
    match files::write_whole(Path::new(path), *over, |out| export::write(table, *format, out)) {
        Ok(()) => Exported::Written,
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && !over => Exported::Exists,
        Err(e) => Exported::Failed(format!("can't be written ({}); name another place", e.kind())),
    }
}
