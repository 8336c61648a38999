//! The dashboard, opened on a client and kept open until the person leaves.

use futures_util::{Stream, StreamExt, stream};
use ratatui::backend::CrosstermBackend;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Failure, alerts, appearance,
    disguise::Disguise,
    first_run::introduce,
    flags::{metrics::MetricsFlag, record::RecordArgs},
    local_service::Home,
    metrics::VerbMetrics,
    record::{VerbRecording, keep_limits},
    session::require_reached,
    switch::Switching,
    webhook_listening::WebhookListening,
};
use crate::{
    client::Client,
    config::ConfigValues,
    crowd::Remote,
    dashboard::{self, Services},
    engine::Io,
    history::History,
    terminal::{self, TerminalEvent},
    ui::{ChannelSum, Ui},
    view::Appearance,
    world::{Session, Watcher, World},
};

/// How a dashboard is opened.
pub(super) struct Opening {
    /// With the wall view.
    pub wall: bool,
    /// Whether it is kept what comes in.
    pub record: RecordArgs,
    /// Whether it is told to Prometheus.
    pub metrics: MetricsFlag,
    /// The seed of the simulated crowd, if there is one.
    pub seed: Option<u64>,
    /// Whether people have other names.
    pub disguise: Disguise,
    /// Who tells of channels besides, if somebody does.
    pub webhooks: WebhookListening,
}

/// Refuse to draw where nothing can be drawn.
pub(super) fn require_terminal() -> Result<(), Failure> {
    terminal::find_obstacle().map_or(Ok(()), |why| Err(Failure::usage(why)))
}

/// A terminal that does not know about mice loses nothing.
pub(super) fn take_mouse(on: bool) {
    let _ = terminal::capture_mouse(on);
}

/// Open the dashboard and stay in it until the person leaves. A service of our own, `home`, ends when
/// another keyset is looked at, or at the end. Says why on the way out if the service was never reached.
pub(super) async fn open_dashboard(
    session: Session,
    client: Client,
    (crowd, home): (Option<Remote>, Option<Home>),
    all: &ConfigValues,
    switching: Switching,
    mut opening: Opening,
    broken: CancellationToken,
) -> Result<(), Failure> {
    let (session, client) = opening.disguise.prepare(session, client);
    let clock = client.clock();
    let mut world = World::new(session, all.presence_timeout.value, clock.now());
    world.scene = crowd.as_ref().map(|remote| remote.status.borrow().clone());
    let mut recording = VerbRecording::begin_in_memory(&opening.record, &world, all, opening.seed, clock)?;
    let mut metrics = VerbMetrics::begin(&opening.metrics).await?;
    let mut ui = Ui::default();
    ui.focus.wall = opening.wall;
    if crowd.is_some() && world.session.watching.len() > 1 {
        ui.focus.select_sum(ChannelSum::All);
    }
    *ui.history = History::new(keep_limits(all));
    ui.log.set_limit(all.log_entries.value as usize);
    let appearance = appearance::choose_appearance(all)?;
    ui.zone = appearance.zone.clone();
    ui.keysets = switching.keysets();
    alerts::fill_watchlist(&mut ui, &world, all, opening.disguise.names())?;
    introduce(&mut ui, &appearance.keys, clock.now());

    let mut tasks = JoinSet::new();
    let switcher = Some(switching.start(clock, broken.clone(), &mut tasks));
    let mut services = Services {
        mouse: take_mouse,
        suspend: terminal::suspend,
        send: Box::new(terminal::send_bytes),
        notifier: alerts::make_notifier(all),
        writing: terminal::watch_writing(),
        switcher,
        recording: recording.take_recording(),
        visits: None,
        found: opening.webhooks.take_found(),
    };
    let mut first = JoinSet::new();
    let io = Io::open(client, &world.session.watching, crowd, broken, &mut first);
    let over = CancellationToken::new();
    let end_of_first = tokio::spawn(end_service(first, over.clone(), home));
    let mut watcher = Watcher::open(world, ui);
    recording.attach(&mut watcher);
    services.visits = metrics.attach(&mut watcher);
    opening.disguise.attach(&mut watcher);
    let ended = Box::pin(run_on_terminal(io, watcher, appearance, &mut services)).await;
    tasks.abort_all();
    over.cancel();
    // It has panicked if it failed, and that was reported.
    let _ = end_of_first.await;
    let mut watcher = ended?;
    recording.return_recording(services.recording.take());
    recording.end_with(&mut watcher, clock.now());
    opening.webhooks.remark_end();
    require_reached(&watcher.world)
}

/// Take the terminal, and give it back when the person leaves. Returns what was known and looked at then.
pub(super) async fn run_on_terminal(
    io: Io,
    mut watcher: Watcher<Ui>,
    mut appearance: Appearance,
    services: &mut Services,
) -> Result<Watcher<Ui>, Failure> {
    let failed =
        |e: std::io::Error| Failure::error(format!("the terminal could not be taken ({e}); try another terminal"));
    let mut input = terminal::read_inputs().map_err(failed)?;
    take_mouse(watcher.listener.mouse);
    let guard = terminal::enter().map_err(failed)?;
    let early = choose_theme(&mut appearance, &mut input).await.map_err(failed)?;
    watcher.listener.theme = appearance.theme_choice();
    let input = stream::iter(early).chain(input);
    let screen = CrosstermBackend::new(terminal::TerminalScreen::default());
    let ended = Box::pin(dashboard::run(screen, input, io, watcher, appearance, services)).await;
    drop(guard);
    Ok(ended?)
}

/// Choose the theme by the terminal's background, where nobody chose one. Returns what came beside the answer.
async fn choose_theme(
    look: &mut Appearance,
    input: &mut (impl Stream<Item = TerminalEvent> + Unpin),
) -> std::io::Result<Vec<TerminalEvent>> {
    if !look.asks_background() {
        return Ok(Vec::new());
    }
    let (is_light, others) = terminal::ask_background(input).await?;
    if let Some(is_light) = is_light {
        look.adopt_background(is_light);
    }
    Ok(others)
}

/// End our own service when the world that looked at it is gone, or when it is all `over`.
async fn end_service(mut tasks: JoinSet<()>, over: CancellationToken, home: Option<Home>) {
    let gone = async { while tasks.join_next().await.is_some() {} };
    tokio::select! {
        () = gone => {}
        () = over.cancelled() => {}
    }
    tasks.abort_all();
    if let Some(home) = home {
        home.end().await;
    }
}
