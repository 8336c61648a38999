//! Our own service on this machine, with the crowd on it.

use std::{net::SocketAddr, path::Path};

use tokio::{sync::oneshot, task::JoinSet};

use super::{
    Failure,
    crowd::ChosenPlay,
    flags::{service::ServiceArgs, service_values::BadSetting},
    print,
};
use crate::{
    client::{Authorities, Client, Keyset, Origin},
    clock::Clock,
    crowd::{self, Director, RecordedScript, Remote, Script},
    presence::{UserId, show_path},
    service::{RequestLedger, RunningService, ServiceOptions},
};

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
    pub crowd: Option<Remote>,
    /// Says if the ledger can't be written any more.
    pub ledger_trouble: Option<oneshot::Receiver<Failure>>,
}

/// What is typed is seen by every other program on the machine, and what is told elsewhere by whoever is there.
pub(super) fn warn_of_service(typed: &ServiceArgs) {
    if typed.webhook_anywhere == Some(true) && typed.webhook.is_some() {
        print::remark("warning: webhooks may go to another machine, which is then told who is on which channel");
    }
    if typed.accept_token.is_some() {
        print::remark(
            "warning: other programs on this machine can see the tokens of --accept-token; write real ones into \
             [service] of the configuration",
        );
    }
}

/// Start the service, and the crowd on it.
pub(super) async fn start_local_service(
    at: SocketAddr,
    args: &ServiceArgs,
    play: Option<ChosenPlay>,
    clock: Clock,
) -> Result<Serving, Failure> {
    let mut tasks = JoinSet::new();
    let usage = |e: BadSetting| Failure::usage(e.to_string());
    let (ledger, ledger_trouble) = args.ledger.as_deref().map(open_ledger).transpose()?.unzip();
    let options = ServiceOptions {
        at,
        settings: args.settings().map_err(usage)?,
        access: args.access(&clock).map_err(usage)?,
        faults: args.faults().map_err(usage)?,
        seed: play.as_ref().and_then(ChosenPlay::seed).unwrap_or(1),
        ledger,
        browsers: args.browsers().map_err(usage)?,
        tls: args.https(),
        webhooks: args.webhooks().map_err(usage)?,
    };
    raise_file_limit();
    let grace = options.settings.timeout_grace;
    let running = options.start_on(clock).await.map_err(|e| Failure::error(e.to_string()))?;
    let crowd = if let Some(play) = play {
        let (subscribe_key, auth) = args.own_way_in();
        let keyset = Keyset { origin: own_origin(&running), subscribe_key, user: UserId::from_wire("crowd"), auth };
        let client = make_own_client(&running, keyset, CROWD_BUDGET, clock)?;
        let script: Script = match play {
            ChosenPlay::Crowd(play) => Director::new(*play, clock.now()).into(),
            ChosenPlay::Recording(recorded) => RecordedScript::new(recorded.play, grace, clock.now()).into(),
        };
        let (remote, mut faults, playing) = crowd::play(script, client, running.wait_for_listener()).await;
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
    Ok(Serving { home: Home { running, tasks }, crowd, ledger_trouble })
}

/// Where our own service is.
pub(super) fn own_origin(running: &RunningService) -> Origin {
    Origin::parse(&running.url()).expect("an address is an origin")
}

/// A client of our own service, which trusts its certificate.
pub(super) fn make_own_client(
    running: &RunningService,
    keyset: Keyset,
    budget: u32,
    clock: Clock,
) -> Result<Client, Failure> {
    let authorities = running.certificate.as_ref().map(|trusted| Authorities::parse(&trusted.pem));
    let authorities = authorities.transpose().expect("it was just made");
    Client::trusting(authorities.as_ref(), keyset, budget, clock).map_err(|e| Failure::error(e.to_string()))
}

/// Where requests are written down, and what the disk says if it refuses them later.
fn open_ledger(path: &Path) -> Result<(RequestLedger, oneshot::Receiver<Failure>), Failure> {
    let (tell, trouble) = oneshot::channel();
    let shown = show_path(path);
    let complain = {
        let shown = shown.clone();
        move |e: std::io::Error| {
            let what = "can't be written any more; requests are answered all the same";
            let said = format!("the ledger {shown} {what} ({}); check the disk, or name another file", e.kind());
            // Nobody may be left to hear it.
            let _ = tell.send(Failure::error(said));
        }
    };
    let ledger =
        RequestLedger::open(path, complain).map_err(|why| Failure::error(format!("the ledger {shown} {why}")))?;
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
