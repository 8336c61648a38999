//! A recording in the dashboard: it is gone through once, and played from its beginning.
//!
//! Nothing is asked of anybody: what the world would ask is dropped, and what a person would have done is refused. After
//! the last line nothing is known: the link is lost there, for that reason.

use std::path::Path;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{
    open::OpenPast,
    progress::ReadingProgress,
    replay::ReplayArgs,
    stretches::{RecordedStretches, STEP, TooLarge},
};
use crate::{
    cli::{
        Failure, alerts, appearance,
        open_dashboard::{require_terminal, run_on_terminal, take_mouse},
        print,
    },
    clock::Clock,
    dashboard::Services,
    engine::Io,
    history::History,
    presence::{LinkChange, Moment, Notice, Trouble},
    source::Inlet,
    terminal,
    ui::{ChannelSum, Tone, Ui},
    world::{Input, Watcher},
};

/// What helps if parts of a recording are larger than what can be kept of it.
const TOO_LARGE: &str = "is too large to look at any instant of it: it is packed in one piece, or there are too many \
    inputs; unpack it, or ask `herenow here-now --from` and `herenow events --from`";

pub(in crate::cli) async fn run_replay(args: ReplayArgs, broken: CancellationToken) -> Result<(), Failure> {
    require_terminal()?;
    let (_, all, _) = args.speaker.settings_at_home(args.dashboard.collect_typed())?;
    let appearance = appearance::choose_appearance(&all)?;
    let mut watcher = read_recording(&args.file, all.log_entries.value as usize)?;
    let clock = Clock::start_at(watcher.world.now());
    let ui = &mut watcher.listener;
    (ui.zone, ui.focus.wall) = (appearance.zone.clone(), args.wall);
    if watcher.world.channels.len() > 1 {
        ui.focus.select_sum(ChannelSum::All);
    }
    ui.play_from_beginning(&watcher.world, clock.now());
    let keys = "Space holds, + and - change the speed, [ and ] go by events, { and } by minutes";
    ui.say(Tone::News, format!("a recording: {keys}"), clock.now());
    let mut services = Services {
        mouse: take_mouse,
        suspend: terminal::suspend,
        send: Box::new(terminal::send_bytes),
        notifier: alerts::make_notifier(&all),
        writing: terminal::watch_writing(),
        switcher: None,
        recording: None,
        visits: None,
        found: None,
    };
    let io = open_nowhere(clock, broken);
    Box::pin(run_on_terminal(io, watcher, appearance, &mut services)).await.map(drop)
}

/// Go through a recording, for a dashboard with so many entries in its log. What is not whole of it is said on stderr, and a
/// long way is told of.
///
/// # Errors
/// If nothing of it can be shown, in a sentence.
pub fn read_recording(path: &Path, log_entries: usize) -> Result<Watcher<Ui>, Failure> {
    let mut open = OpenPast::open(Some(path))?;
    let name = open.name();
    let failed = |why: String| Failure::usage(format!("{name} {why}"));
    let mut stretches = RecordedStretches::open(open.path(), open.past.header().clone(), STEP)
        .map_err(|why| failed(why.to_string()))?;
    let mut ui = Ui::default();
    ui.log.set_limit(log_entries);
    let mut progress = ReadingProgress::new(&open);
    let is_any = stretches
        .read_whole(&mut open.past, &mut ui, |past| progress.tell(past))
        .map_err(|TooLarge| failed(TOO_LARGE.to_owned()))?;
    open.remark_flaws();
    let broken = open.explain_broken();
    if !is_any {
        return Err(broken.unwrap_or_else(|| Failure::usage("nothing was recorded: there is nothing to show")));
    }
    if let Some(broken) = broken {
        print::remark(broken.sentence());
    }
    // What was worth telling then is not told again.
    ui.effects.clear();
    *ui.history = History::of_recording(Box::new(stretches));
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
