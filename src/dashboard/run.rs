//! The loop itself: what comes next, what is drawn, and when it ends.

use color_eyre::eyre::Result;
use futures_util::{Stream, StreamExt};
use ratatui::backend::Backend;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{
    canvas::Canvas,
    effects::perform_effects,
    input::take_input,
    notifier::Notifier,
    recording::{read_sign, wait_for_recording},
    services::Services,
    switching::{switch_world, wait_for_world},
};
use crate::{
    clock::Clock,
    engine::{self, Engine, Io},
    presence::Moment,
    recorder::Recording,
    terminal::TerminalEvent,
    ui::{Tone, Ui, UiEvent, wakes_at},
    view::Appearance,
    world::{Input, Order, Watcher},
};

/// Files whose end may wait to be told; a person starts one at a time.
const FILES_WRITTEN: usize = 8;

/// Run until the person quits, the system says so, or something breaks, and leave wherever we are present. Returns
/// what was known and looked at at the end.
///
/// # Errors
/// If the screen can't be drawn on any more, or something panicked.
pub async fn run<B: Backend>(
    backend: B,
    input: impl Stream<Item = TerminalEvent> + Unpin,
    io: Io,
    watcher: Watcher<Ui>,
    look: Appearance,
    services: &mut Services,
) -> Result<Watcher<Ui>>
where
    B::Error: Send + Sync + 'static,
{
    let broken = io.broken.clone();
    let mut engine = Engine::join(io, watcher);
    engine.admit_visits(services.visits.take());
    engine.watch_found(services.found.take());
    engine.watcher.listener.recording = read_sign(services.recording.as_ref());
    // The services own what the world of another keyset lives on, the worker that leaves above all.
    let (mut engine, ended) = run_until_end(engine, broken, Canvas::new(backend, look), input, services).await;
    if ended.is_err() {
        // Nobody is left present because a terminal is gone.
        engine.take(Input::Order(Order::LeaveAll));
    }
    crate::failpoint::panic_at("end");
    let finished = Box::pin(engine.finish()).await;
    ended?;
    finished
}

/// The loop. Returns the engine as it is then, another one if another keyset took over, and how it ended.
async fn run_until_end<B: Backend>(
    mut engine: Engine<Ui>,
    broken: CancellationToken,
    mut canvas: Canvas<B>,
    mut input: impl Stream<Item = TerminalEvent> + Unpin,
    services: &mut Services,
) -> (Engine<Ui>, Result<()>)
where
    B::Error: Send + Sync + 'static,
{
    let clock = engine.clock();
    let (tell_written, mut written) = mpsc::channel(FILES_WRITTEN);
    if let Err(failed) = draw_frame(&mut engine, &mut canvas) {
        return (engine, Err(failed));
    }
    while !engine.watcher.listener.quitting {
        let still = engine.screen().still_key();
        let (mut pressed, mut idle) = (false, false);
        let (wake, frame) = (wakes_at(&engine.screen(), clock.now()), canvas.pacer.next_frame());
        // The order is the rule: the end first, then keys (a flood of news must not deafen us), the
        // frame (nor blind us), and only then news.
        tokio::select! {
            biased;
            () = broken.cancelled() => return (engine, Err(engine::explain_break())),
            event = input.next() => {
                pressed = true;
                if matches!(event, Some(TerminalEvent::Key(_))) {
                    services.notifier.mark_seen();
                }
                if !take_input(&mut engine, &mut canvas, event) {
                    continue;
                }
            }
            Some((export, ended)) = written.recv() => engine.take_message(UiEvent::Exported(export, ended)),
            () = wait_for_frame(clock, frame.unwrap_or_default(), &mut services.writing), if frame.is_some() => {
                match draw_frame(&mut engine, &mut canvas) {
                    Ok(()) => continue,
                    Err(failed) => return (engine, Err(failed)),
                }
            }
            next = wait_for_world(&mut services.switcher) => match next {
                Ok(next) => engine = Box::pin(switch_world(engine, next, &mut services.recording)).await,
                Err(why) => engine.take_message(UiEvent::NotSwitched(why)),
            },
            (tone, sentence) = wait_for_news(&mut services.notifier, &mut services.recording) => engine.say(tone, &sentence),
            passed = engine.take_next(wake) => idle = passed,
        }
        do_due(&mut engine, &canvas, idle);
        perform_effects(&mut engine, &mut canvas, services, &tell_written);
        // While the picture is held still, nothing that happens behind it is worth a frame.
        if pressed || still.is_none() || engine.screen().still_key() != still {
            canvas.pacer.mark_changed(pressed);
        }
        // Commands on the way out wait for the end.
        if !engine.watcher.listener.quitting {
            engine.send();
        }
    }
    (engine, Ok(()))
}

/// Do what is due for the screen.
fn do_due<B: Backend>(engine: &mut Engine<Ui>, canvas: &Canvas<B>, idle: bool)
where
    B::Error: Send + Sync + 'static,
{
    let now = engine.now();
    engine.watcher.do_due(idle, now);
    engine.update(|watcher, now| watcher.ask_requests(|ui, world| canvas.shows_detail(&ui.screen(world), now), now));
}

/// Wait for what goes wrong beside the loop, and for what becomes of a recording.
async fn wait_for_news(notifier: &mut Notifier, recording: &mut Option<Recording>) -> (Tone, String) {
    tokio::select! {
        sentence = notifier.wait_for_trouble() => (Tone::Bad, sentence),
        news = wait_for_recording(recording) => news,
    }
}

/// Wait until the next frame is due and the terminal has taken the last one: what it takes next is the newest.
async fn wait_for_frame(clock: Clock, due: Moment, writing: &mut watch::Receiver<bool>) {
    clock.sleep_until(due).await;
    // Where nobody writes any more, nothing is waited for.
    let _ = writing.wait_for(|writing| !writing).await;
}

fn draw_frame<B: Backend>(engine: &mut Engine<Ui>, canvas: &mut Canvas<B>) -> Result<()>
where
    B::Error: Send + Sync + 'static,
{
    let now = engine.now();
    engine.watcher.prepare_frame(now);
    canvas.draw_screen(&engine.screen(), now)?;
    canvas.pacer.mark_drawn(now, engine.now());
    Ok(())
}
