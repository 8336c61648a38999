//! The dashboard in sentences: lines out, lines in, until the person leaves.

use std::io::{self, BufRead, IsTerminal, Read};

use jiff::tz::TimeZone;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    Failure, alerts,
    local_service::Home,
    metrics::VerbMetrics,
    open_dashboard::Opening,
    record::VerbRecording,
    session::require_reached,
    writer::{Writer, finish_writing, write_piece},
};
use crate::{
    client::Client,
    clock::Clock,
    config::ConfigValues,
    crowd::Remote,
    dashboard::{Notifier, read_sign, wait_for_recording},
    engine::{Engine, Io, Step},
    history::{History, KeepLimits},
    plain::PlainUi,
    presence::Moment,
    recorder::Recording,
    shutdown::End,
    terminal,
    ui::{Effect, Ui, wakes_at},
    world::{Input, Order, Session, Watcher, World},
};

/// Bytes of a line that are read; a state has 32 KiB.
const LONGEST_LINE: u64 = 64 << 10;

/// Lines that were typed and not yet performed.
const LINES: usize = 16;

/// Whether it is told in sentences: if somebody wants it, or the terminal can do no more.
pub(super) fn is_plain(wanted: bool) -> bool {
    wanted || terminal::is_dumb()
}

/// Tell what happens in lines until the person leaves. A service of our own, `home`, ends with it.
///
/// # Errors
/// If the service was never reached, or nothing can be written.
pub(super) async fn open_plain(
    session: Session,
    client: Client,
    (crowd, home): (Option<Remote>, Option<Home>),
    all: &ConfigValues,
    mut opening: Opening,
    broken: CancellationToken,
) -> Result<(), Failure> {
    let mut end = End::listen();
    let (session, client) = opening.disguise.prepare(session, client);
    let clock = client.clock();
    let mut world = World::new(session, all.presence_timeout.value, clock.now());
    world.scene = crowd.as_ref().map(|remote| remote.status.borrow().clone());
    let mut recording = VerbRecording::begin_in_memory(&opening.record, &world, all, opening.seed, clock)?;
    let mut ui = Ui::default();
    // Without a screen nobody looks back.
    *ui.history = History::new(KeepLimits::OFF);
    ui.log.set_limit(all.log_entries.value as usize);
    alerts::fill_watchlist(&mut ui, &world, all, opening.disguise.names())?;
    let mut metrics = VerbMetrics::begin(&opening.metrics).await?;
    let mut tasks = JoinSet::new();
    let io = Io::open(client, &world.session.watching, crowd, broken, &mut tasks);
    let mut engine = Engine::new(io, world, PlainUi::new(ui));
    recording.attach(&mut engine.watcher);
    let visits = metrics.attach(&mut engine.watcher);
    engine.admit_visits(visits);
    engine.watch_found(opening.webhooks.take_found());
    opening.disguise.attach(&mut engine.watcher);
    let mut telling = PlainLines {
        writer: Writer::start(),
        // A log says when; a person hears it now.
        zone: (!io::stdout().is_terminal()).then(TimeZone::system),
        notifier: alerts::make_notifier(all),
        lines: Some(read_lines()),
        recording: recording.take_recording(),
        clock,
    };
    telling
        .write(vec!["herenow, line by line: `help` lists what you can type, `quit` ends.".to_owned()], &mut end)
        .await?;
    engine.watcher.listener.know_recording(read_sign(telling.recording.as_ref()));
    let ended = Box::pin(telling.run(&mut engine, &mut end)).await;
    engine.take(Input::Order(Order::LeaveAll));
    let finished = Box::pin(engine.finish()).await;
    tasks.abort_all();
    if let Some(home) = home {
        home.end().await;
    }
    ended?;
    let mut watcher = finished?;
    recording.return_recording(telling.recording.take());
    recording.end_with(&mut watcher, clock.now());
    let Watcher { world, mut listener, .. } = watcher;
    let last = telling.show(listener.take_rest(&world, clock.now()), clock.now());
    finish_writing(&mut telling.writer, last, &mut end).await?;
    opening.webhooks.remark_end();
    require_reached(&world)
}

/// Where it is told, and how a person answers.
struct PlainLines {
    writer: Writer,
    zone: Option<TimeZone>,
    notifier: Notifier,
    lines: Option<mpsc::Receiver<String>>,
    recording: Option<Recording>,
    clock: Clock,
}

impl PlainLines {
    /// Tell what happens, and do what lines ask for, until somebody asks us to end.
    async fn run(&mut self, engine: &mut Engine<PlainUi>, end: &mut End) -> Result<(), Failure> {
        while !engine.watcher.listener.ui().quitting {
            let now = engine.now();
            let Watcher { world, listener, .. } = &engine.watcher;
            let wake = [wakes_at(&listener.ui().screen(world), now), listener.next_due()].into_iter().flatten().min();
            let mut free = false;
            tokio::select! {
                biased;
                () = end.wait_until_asked() => return Ok(()),
                () = self.writer.wait_until_stopped() => return self.writer.finish().await,
                line = next_line(&mut self.lines) => take_line(engine, line),
                trouble = self.notifier.wait_for_trouble() => {
                    self.write(vec![trouble], end).await?;
                }
                (_, news) = wait_for_recording(&mut self.recording) => engine.watcher.listener.say(&news),
                step = engine.step(wake) => free = step? == Step::Due,
            }
            let now = engine.now();
            let Watcher { world, listener, .. } = &mut engine.watcher;
            listener.do_due(world, free, now);
            for effect in listener.take_recording_effects() {
                if let Some(trouble) = self.perform_effect(effect, world, now) {
                    listener.say(trouble);
                }
            }
            listener.know_recording(read_sign(self.recording.as_ref()));
            self.notifier.tell(&listener.take_alerts());
            let lines = listener.take_lines(world, now);
            if self.write(lines, end).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Begin or end a recording, as far as the disk goes along.
    fn perform_effect(&mut self, effect: Effect, world: &World, now: Moment) -> Option<&'static str> {
        let recording = self.recording.as_mut()?;
        let is_done = match effect {
            Effect::Record(name) => recording.begin_file(name.into(), false),
            Effect::EndRecording => recording.end_file(world, now),
            _ => true,
        };
        (!is_done).then_some("the recording could not be begun or ended: the disk is too slow; try again")
    }

    /// The lines, with the time in front where nobody hears them at once.
    fn show(&self, lines: impl IntoIterator<Item = String>, now: Moment) -> String {
        let time = self.zone.as_ref().map_or_else(String::new, |zone| show_time(zone, now));
        lines.into_iter().flat_map(|line| [time.clone(), line, "\n".to_owned()]).collect()
    }

    /// Write lines. Returns whether somebody asked us to end meanwhile.
    async fn write(&mut self, lines: Vec<String>, end: &mut End) -> Result<bool, Failure> {
        let piece = self.show(lines, self.clock.now());
        write_piece(&mut self.writer, piece, end).await
    }
}

/// `2026-11-21 12:04:28 `.
fn show_time(zone: &TimeZone, now: Moment) -> String {
    let seconds = i64::try_from(now.seconds()).unwrap_or_default();
    let stamp = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    stamp.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S ").to_string()
}

/// Do what a line asks for; the end of a terminal's input is the person leaving.
fn take_line(engine: &mut Engine<PlainUi>, line: Option<String>) {
    let line = match line {
        Some(line) => line,
        None if io::stdin().is_terminal() => "quit".to_owned(),
        None => return,
    };
    engine.update(|watcher, now| {
        let orders = watcher.listener.take_line(&watcher.world, &line, now);
        orders.into_iter().flat_map(|order| watcher.step(now, Input::Order(order))).collect()
    });
    if !engine.watcher.listener.ui().quitting {
        engine.send();
    }
}

/// Wait for the next line; `None` once, at the end of them.
async fn next_line(lines: &mut Option<mpsc::Receiver<String>>) -> Option<String> {
    let Some(open) = lines else { return std::future::pending().await };
    let line = open.recv().await;
    if line.is_none() {
        *lines = None;
    }
    line
}

/// Read standard input in a thread of its own: nothing waits for a person.
fn read_lines() -> mpsc::Receiver<String> {
    let (tell, lines) = mpsc::channel(LINES);
    // Without the thread there are no lines, and it is told all the same.
    let _ = std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            match input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            if tell.blocking_send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
    lines
}
