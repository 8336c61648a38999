//! A recording in the dashboard: all of it is taken in, kept in memory, and played from its beginning.
//!
//! Nothing is asked of anybody: what the world would ask is dropped, and what a person would have done is refused. After
//! the last line nothing is known: the link is lost there, for that reason.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{open::OpenPast, replay::ReplayArgs};
use crate::{
    cli::{
        Failure, alerts, appearance,
        open_dashboard::{require_terminal, run_on_terminal, take_mouse},
        print,
    },
    clock::Clock,
    config::ConfigValues,
    dashboard::Services,
    engine::Io,
    history::{History, KeepLimits},
    presence::{LinkChange, Moment, Notice, Trouble},
    recording::PastStep,
    source::Inlet,
    terminal,
    ui::{ChannelSum, Tone, Ui},
    world::{Input, Watcher},
};

/// What is kept of a recording, at the least: the end of a larger one.
const KEPT: KeepLimits = KeepLimits { time: Duration::from_secs(366 * 24 * 3_600), bytes: 512 << 20 };

pub(in crate::cli) async fn run_replay(args: ReplayArgs, broken: CancellationToken) -> Result<(), Failure> {
    require_terminal()?;
    let (_, all, _) = args.speaker.settings_at_home(args.dashboard.collect_typed())?;
    let open = OpenPast::open(Some(&args.file))?;
    let appearance = appearance::choose_appearance(&all)?;
    let mut watcher = fold_recording(open, &all)?;
    let clock = Clock::start_at(watcher.world.now());
    let ui = &mut watcher.listener;
    (ui.zone, ui.focus.wall) = (appearance.zone.clone(), args.wall);
    if watcher.world.channels.len() > 1 {
        ui.focus.select_sum(ChannelSum::All);
    }
    ui.play_from_beginning(&watcher.world, clock.now());
    let keys = "Space holds, + and - change the speed, [ and ] go by events, { and } by minutes";
    ui.say(Tone::News, format!("a recording: {keys}"), clock.now());
    let services = Services {
        mouse: take_mouse,
        suspend: terminal::suspend,
        send: Box::new(terminal::send_bytes),
        notifier: alerts::make_notifier(&all),
        writing: terminal::watch_writing(),
        switcher: None,
        recording: None,
    };
    let io = open_nowhere(clock, broken);
    Box::pin(run_on_terminal(io, watcher, appearance, services)).await.map(drop)
}

/// Take in all of it. What is not whole of it is said before the screen is taken.
fn fold_recording(mut open: OpenPast, all: &ConfigValues) -> Result<Watcher<Ui>, Failure> {
    let mut ui = Ui::default();
    let bytes = usize::max(KEPT.bytes, all.keep_memory.value.bytes());
    *ui.history = History::new(KeepLimits { bytes, ..KEPT });
    ui.log.set_limit(all.log_entries.value as usize);
    let mut is_empty = true;
    while let Some((_, at, step)) = open.past.step_next(&mut ui) {
        is_empty &= step != PastStep::Input;
        ui.do_due(open.past.world(), false, at);
    }
    open.remark_flaws();
    let broken = open.explain_broken();
    if is_empty {
        return Err(broken.unwrap_or_else(|| Failure::usage("nothing was recorded: there is nothing to show")));
    }
    if let Some(broken) = broken {
        print::remark(broken.sentence());
    }
    // What was worth telling then is not told again.
    ui.effects.clear();
    let mut watcher = Watcher::open(open.past.into_world(), ui);
    watcher.world.session.read_only = true;
    end_link(&mut watcher);
    Ok(watcher)
}

/// What comes after the last line is not known.
fn end_link(watcher: &mut Watcher<Ui>) {
    let now: Moment = watcher.world.now();
    let trouble =
        Trouble { sentence: "the recording ends here".into(), passing: false, refused: Vec::new(), retry_after: None };
    let change = LinkChange::Lost { trouble, attempt: 0, retry_at: now };
    // The worst poll decides.
    watcher.step(now, Input::Notice(Notice::Link { poll: 0, change, at: now }));
    watcher.do_due(false, now);
}

/// Nothing lies beyond: nothing is heard, and what is asked goes nowhere.
fn open_nowhere(clock: Clock, broken: CancellationToken) -> Io {
    let (notices, _) = Inlet::open_bounded(1);
    let (watching, _) = watch::channel(Vec::new());
    let (commands, mut asked) = mpsc::channel(1);
    let (answer, outcomes) = mpsc::channel(1);
    tokio::spawn(async move {
        while asked.recv().await.is_some() {}
        drop(answer);
    });
    Io { notices, watching, commands, outcomes, broken, crowd: None, clock }
}
