//! What the verbs stand on: a service with its crowd, and the dashboard on a client.

use std::{net::SocketAddr, path::Path};

use ratatui::backend::CrosstermBackend;
use tokio::{sync::oneshot, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    keyset::{self, Deed, KeysetArgs, Unnamed},
    look, print,
    service_args::{BadSetting, ServiceArgs},
    switch::Switching,
    tell,
};
use crate::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    config::{Effective, Typed},
    crowd::{self, Director, Play, Remote},
    dashboard::{self, Aside},
    engine::World,
    model::{LinkState, Model, Session},
    presence::{Subscription, UserId},
    service::{Ledger, RunningService, ServiceOptions},
    terminal,
};

/// The keys of our own service: it accepts any, and these are the ones that PubNub publishes for
/// everybody.
pub(super) const DEMO_KEY: &str = "demo";

/// The crowd is many users; nothing limits it but this many requests a second.
const CROWD_BUDGET: u32 = 10_000;

/// As many file descriptors as the service can use.
#[cfg(unix)]
const MOST_FILES: u64 = 60_000;

/// A service that runs, with those who live in it.
pub(super) struct Home {
    /// The service.
    pub running: RunningService,
    tasks: JoinSet<()>,
}

impl Home {
    /// The crowd goes, and the service answers who still waits and ends.
    pub async fn end(mut self) {
        self.tasks.abort_all();
        self.running.end().await;
    }
}

/// A service that was started.
pub(super) struct Serving {
    /// It, and its crowd.
    pub home: Home,
    /// The far end of the crowd, if there is one.
    pub stage: Option<Remote>,
    /// Says if the ledger can't be written any more.
    pub ledger_trouble: Option<oneshot::Receiver<Failure>>,
}

/// What is typed is seen by every other program on the machine.
pub(super) fn warn_of_tokens(typed: &ServiceArgs) {
    if typed.accept_token.is_some() {
        print::remark(
            "warning: other programs on this machine can see the tokens of --accept-token; write real ones into \
             [service] of the configuration",
        );
    }
}

/// Start the service, and the crowd on it.
pub(super) async fn service(
    at: SocketAddr,
    args: &ServiceArgs,
    play: Option<Play>,
    clock: Clock,
) -> Result<Serving, Failure> {
    let mut tasks = JoinSet::new();
    let usage = |e: BadSetting| Failure::usage(e.to_string());
    let (ledger, ledger_trouble) = args.ledger.as_deref().map(open_ledger).transpose()?.unzip();
    let plan = ServiceOptions {
        at,
        settings: args.settings().map_err(usage)?,
        access: args.access(&clock).map_err(usage)?,
        faults: args.faults().map_err(usage)?,
        seed: play.as_ref().map_or(1, |play| play.seed),
        ledger,
    };
    raise_file_limit();
    let running = plan.start_on(clock).await.map_err(|e| Failure::failed(e.to_string()))?;
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
    Ok(Serving { home: Home { running, tasks }, stage, ledger_trouble })
}

/// Where requests are written down, and what the disk says if it refuses them later.
fn open_ledger(path: &Path) -> Result<(Ledger, oneshot::Receiver<Failure>), Failure> {
    let (tell, trouble) = oneshot::channel();
    let said = |e: std::io::Error, what: &str, path: &Path| {
        let path = crate::presence::shown(&path.display().to_string()).into_owned();
        Failure::failed(format!("the ledger {path} {what} ({}); check the disk, or name another file", e.kind()))
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

/// What is to be watched, through whom, and what counts. `verb` is for the example of who names
/// nothing.
pub(super) async fn session(
    keyset: &KeysetArgs,
    unnamed: Unnamed,
    typed: Typed,
    verb: &str,
) -> Result<(Session, Client, Effective), Failure> {
    let (all, keyset) = keyset.keyset(unnamed, Deed::Reads, typed).await?;
    let watching = watching(&all);
    if watching.is_empty() {
        return Err(Failure::usage(format!(
            "no channel to watch; name at least one, as in `{verb} --subscribe-key sub-c-… lobby`, or a --group"
        )));
    }
    let (session, client) = session_on(watching, keyset, &all, Clock::start())?;
    Ok((session, client, all))
}

/// What counts of what is to be watched.
pub(super) fn watching(all: &Effective) -> Vec<Subscription> {
    let groups = all.groups.value.iter().cloned().map(Subscription::Group);
    all.channels.value.iter().cloned().chain(groups).collect()
}

/// The same, where it is known already what is to be watched.
pub(super) fn session_on(
    watching: Vec<Subscription>,
    keyset: Keyset,
    all: &Effective,
    clock: Clock,
) -> Result<(Session, Client), Failure> {
    let session = Session {
        origin: keyset.origin.to_string(),
        name: all.keyset.as_ref().map(|keyset| keyset.value.clone()),
        region: all.region.as_ref().map(|region| region.value.clone()),
        production: all.production.value,
        read_only: all.read_only.value,
        budget: all.budget.value,
        announce_max: None,
        subscribe_key: keyset.subscribe_key.clone(),
        user: keyset.user.clone(),
        watching,
        join_hint: None,
    };
    let client = keyset::client(keyset, all, clock)?;
    Ok((session, client))
}

/// Refuse to draw where nothing can be drawn.
pub(super) fn require_terminal() -> Result<(), Failure> {
    terminal::unusable().map_or(Ok(()), |why| Err(Failure::usage(why)))
}

/// A terminal that does not know about mice loses nothing.
fn take_mouse(on: bool) {
    let _ = terminal::mouse(on);
}

/// Open the dashboard and stay in it until the person leaves. A service of our own, `home`, ends when
/// another keyset is looked at, or at the end. Says why on the way out if the service was never reached.
pub(super) async fn dashboard(
    session: Session,
    client: Client,
    (stage, home): (Option<Remote>, Option<Home>),
    all: &Effective,
    switching: Switching,
    broken: CancellationToken,
) -> Result<(), Failure> {
    let clock = client.clock();
    let mut model = Model::new(session, all.presence_timeout.value, clock.now());
    model.log.keep(all.log_entries.value as usize);
    let look = look::look(all)?;
    model.theme = look.theme.name;
    model.scene = stage.as_ref().map(|remote| remote.status.borrow().clone());
    model.keysets = switching.keysets();
    tell::watch_for(&mut model, all)?;

    let failed =
        |e: std::io::Error| Failure::failed(format!("the terminal could not be taken ({e}); try another terminal"));
    let input = terminal::inputs().map_err(failed)?;
    take_mouse(model.mouse);
    let guard = terminal::enter().map_err(failed)?;
    let screen = CrosstermBackend::new(terminal::Screen::default());
    let mut tasks = JoinSet::new();
    let switcher = Some(switching.start(clock, broken.clone(), &mut tasks));
    let aside = Aside {
        mouse: take_mouse,
        suspend: terminal::suspend,
        send: Box::new(terminal::send),
        teller: tell::teller(all),
        switcher,
    };
    let mut first = JoinSet::new();
    let world = World::open(client, &model.session.watching, stage, broken, &mut first);
    let over = CancellationToken::new();
    let end_of_first = tokio::spawn(outlived(first, over.clone(), home));
    let ended = Box::pin(dashboard::run(screen, input, world, model, look, aside)).await;
    drop(guard);
    tasks.abort_all();
    over.cancel();
    // It has panicked if it failed, and that was reported.
    let _ = end_of_first.await;
    was_reached(&ended?)
}

/// End our own service when the world that looked at it is gone, or when it is all `over`.
async fn outlived(mut world: JoinSet<()>, over: CancellationToken, home: Option<Home>) {
    let gone = async { while world.join_next().await.is_some() {} };
    tokio::select! {
        () = gone => {}
        () = over.cancelled() => {}
    }
    world.abort_all();
    if let Some(home) = home {
        home.end().await;
    }
}

/// Fails with the reason if the service was never reached, or refused all that was asked for.
pub(super) fn was_reached(model: &Model) -> Result<(), Failure> {
    match &model.link.state {
        LinkState::Lost { why, .. } | LinkState::Refused { why, .. } if !model.link.was_live => {
            Err(Failure::failed(why))
        }
        _ => Ok(()),
    }
}
