//! What the verbs stand on: a service with its crowd, and the dashboard on a client.

use std::{net::SocketAddr, path::Path, time::Duration};

use jiff::tz::TimeZone;
use ratatui::backend::CrosstermBackend;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    service_args::{BadSetting, ServiceArgs},
};
use crate::{
    client::{self, Client, Keyset, Origin},
    clock::Clock,
    crowd::{self, Director, Play, Remote},
    dashboard::{self, World},
    keys::Keys,
    model::{LinkState, Model, Session},
    presence::{UserId, shown},
    service::{self, Ledger, Plan, Running},
    source,
    teller::{Teller, Ways},
    terminal,
    view::{Depth, Look, Symbols, Theme},
};

/// The keys of our own service: it accepts any, and these are the ones that PubNub publishes for
/// everybody.
pub(super) const DEMO_KEY: &str = "demo";

/// The crowd is many users; nothing limits it but this many requests a second.
const CROWD_BUDGET: u32 = 10_000;

/// As many file descriptors as the service can use.
#[cfg(unix)]
const MOST_FILES: u64 = 60_000;

/// A service that runs, with its crowd.
pub(super) struct Serving {
    /// The service.
    pub running: Running,
    /// The far end of the crowd, if there is one.
    pub stage: Option<Remote>,
    /// Says if the ledger can't be written any more.
    pub ledger_trouble: Option<oneshot::Receiver<Failure>>,
}

/// Start the service, and the crowd on it.
pub(super) async fn service(
    at: SocketAddr,
    args: &ServiceArgs,
    play: Option<Play>,
    clock: Clock,
    tasks: &mut JoinSet<()>,
) -> Result<Serving, Failure> {
    let usage = |e: BadSetting| Failure::usage(e.to_string());
    let (ledger, ledger_trouble) = args.ledger.as_deref().map(open_ledger).transpose()?.unzip();
    let plan = Plan {
        at,
        settings: args.settings().map_err(usage)?,
        access: args.access(&clock).map_err(usage)?,
        faults: args.faults().map_err(usage)?,
        seed: play.as_ref().map_or(1, |play| play.seed),
        ledger,
    };
    raise_file_limit();
    let running = service::start(plan, clock).await.map_err(|e| Failure::failed(e.to_string()))?;
    let stage = if let Some(play) = play {
        let (subscribe_key, auth) = args.own_way_in();
        let keyset =
            Keyset { origin: Origin::loopback(running.local()), subscribe_key, user: UserId::heard("crowd"), auth };
        let client = Client::new(keyset, CROWD_BUDGET, clock).map_err(|e| Failure::failed(e.to_string()))?;
        let (remote, mut faults, playing) = crowd::play(Director::new(play, clock.now()), client);
        tasks.spawn(playing);
        let put_in_force = running.breaker();
        tasks.spawn(async move {
            while let Some(fault) = faults.recv().await {
                // Read once before, so that a mistake is said at the start.
                if let Ok(rule) = fault.parse() {
                    put_in_force(rule);
                }
            }
        });
        Some(remote)
    } else {
        None
    };
    Ok(Serving { running, stage, ledger_trouble })
}

/// Where requests are written down, and what the disk says if it refuses them later.
fn open_ledger(path: &Path) -> Result<(Ledger, oneshot::Receiver<Failure>), Failure> {
    let (tell, trouble) = oneshot::channel();
    let said = |e: std::io::Error, what: &str, path: &Path| {
        Failure::failed(format!("the ledger {} {what}: {e}", path.display()))
    };
    let owned = path.to_owned();
    let complain = move |e| {
        // Nobody may be left to hear it.
        let _ = tell.send(said(e, "can't be written any more; requests are answered all the same", &owned));
    };
    let ledger = Ledger::open(path, complain).map_err(|e| said(e, "can't be opened for appending", path))?;
    Ok((ledger, trouble))
}

/// Each connection takes a file descriptor, and the usual limit is meant for smaller programs.
fn raise_file_limit() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        // A limit that can't be raised is one that we live with.
        if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
            && soft < hard
        {
            let _ = setrlimit(Resource::RLIMIT_NOFILE, hard.min(MOST_FILES).max(soft), hard);
        }
    }
}

/// Refuse to draw where nothing can be drawn.
pub(super) fn require_terminal() -> Result<(), Failure> {
    terminal::unusable().map_or(Ok(()), |why| Err(Failure::usage(why)))
}

/// How the dashboard looks: what the person asks for, as far as the terminal can show it.
fn look() -> Result<Look, Failure> {
    let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let depth = Depth::of(said("COLORTERM").as_deref(), said("TERM").as_deref());
    let theme = match said("HERENOW_THEME") {
        _ if said("NO_COLOR").is_some() => Theme::monochrome(),
        Some(name) => Theme::named(&name, depth).ok_or_else(|| {
            let name = shown(&name).into_owned();
            Failure::usage(format!("there is no theme `{name}`; HERENOW_THEME takes {}", Theme::NAMES.join(", ")))
        })?,
        None => Theme::terminal(),
    };
    let symbols = Symbols::of(said("LC_ALL").as_deref(), said("LC_CTYPE").as_deref(), said("LANG").as_deref());
    Ok(Look { theme, zone: TimeZone::system(), symbols, keys: Keys::default() })
}

/// Open the dashboard and stay in it until the person leaves. Says why on the way out if the service
/// was never reached.
pub(super) async fn dashboard(
    session: Session,
    client: Client,
    stage: Option<Remote>,
    presence_timeout: Duration,
    broken: CancellationToken,
    mut tasks: JoinSet<()>,
) -> Result<(), Failure> {
    let clock = client.clock();
    let (tell, notices) = mpsc::channel(source::QUEUE);
    let (commands, orders) = mpsc::channel(client::QUEUE);
    let (answer, outcomes) = mpsc::channel(client::QUEUE);
    let mut model = Model::new(session, presence_timeout, clock.now());
    model.scene = stage.as_ref().map(|remote| remote.status.borrow().clone());
    let look = look()?;

    let failed = |e: std::io::Error| Failure::failed(format!("the terminal could not be taken: {e}"));
    let input = terminal::inputs().map_err(failed)?;
    let guard = terminal::enter().map_err(failed)?;
    let screen = CrosstermBackend::new(terminal::Screen::default());
    tasks.spawn(client::work(client.clone(), orders, answer));
    let reader = source::Reader::default();
    for (poll, part) in source::split(&model.session.watching).into_iter().enumerate() {
        tasks.spawn(source::follow(poll, part, client.clone(), reader.clone(), tell.clone()));
    }
    drop((client, tell));
    let teller = Teller::new(Ways::default(), None, terminal::emit);
    let world = World { notices, commands, outcomes, broken, stage, suspend: terminal::suspend, teller, clock };
    let ended = dashboard::run(screen, input, world, model, look).await;
    drop(guard);
    tasks.abort_all();
    let model = ended?;
    match model.link.state {
        LinkState::Lost { why, .. } | LinkState::Refused { why, .. } if !model.link.was_live => {
            Err(Failure::failed(why))
        }
        _ => Ok(()),
    }
}
