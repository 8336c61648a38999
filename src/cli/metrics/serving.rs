//! Metrics served for as long as a verb goes on.

use std::net::SocketAddr;

use tokio::{sync::mpsc, task::JoinSet};

use super::exporter::{NumberSource, WorldNumbers, WorldTap, start_exporter};
use crate::{
    cli::{Failure, flags::metrics::MetricsFlag, print},
    engine::Visit,
    service::RunningService,
    world::Watcher,
};

/// Metrics beside a verb, if they are wanted. They end when this is dropped.
#[derive(Default)]
pub(in crate::cli) struct VerbMetrics {
    tap: Option<WorldTap>,
    /// Answer scrapes until this is dropped.
    _tasks: JoinSet<()>,
}

impl VerbMetrics {
    /// Listen, if that is wanted, and say where.
    ///
    /// # Errors
    /// If the address can't be listened on.
    pub async fn begin(flag: &MetricsFlag) -> Result<Self, Failure> {
        let Some(at) = flag.metrics else { return Ok(Self::default()) };
        let (source, tap) = WorldNumbers::open();
        let tasks = serve_beside(at, NumberSource::World(source)).await?;
        Ok(Self { tap: Some(tap), _tasks: tasks })
    }

    /// The same, for what a service of ours counts.
    ///
    /// # Errors
    /// If the address can't be listened on.
    pub async fn begin_of_service(flag: &MetricsFlag, running: &RunningService) -> Result<Self, Failure> {
        let Some(at) = flag.metrics else { return Ok(Self::default()) };
        let tasks = serve_beside(at, NumberSource::of_service(running.counter())).await?;
        Ok(Self { tap: None, _tasks: tasks })
    }

    /// Measure this world from here on. Returns what its engine is to admit.
    pub fn attach<L>(&mut self, watcher: &mut Watcher<L>) -> Option<mpsc::Receiver<Visit>> {
        let WorldTap { observer, visits } = self.tap.take()?;
        watcher.observer = Some(observer);
        Some(visits)
    }
}

async fn serve_beside(at: SocketAddr, source: NumberSource) -> Result<JoinSet<()>, Failure> {
    let mut tasks = JoinSet::new();
    let address = listen(at, "--metrics=ADDR", source, &mut tasks).await?;
    print::remark(&format!("metrics: http://{address}/metrics"));
    Ok(tasks)
}

/// Serve the numbers at an address, which `flag` names.
pub(super) async fn listen(
    at: SocketAddr,
    flag: &str,
    source: NumberSource,
    tasks: &mut JoinSet<()>,
) -> Result<SocketAddr, Failure> {
    let address = start_exporter(at, source, tasks).await.map_err(|error| {
        Failure::error(format!("metrics can't be served at {at} ({}); name another address with {flag}", error.kind()))
    })?;
    if !address.ip().is_loopback() {
        print::remark(&format!(
            "warning: other machines can read the metrics at {address}: the names of the channels, and how many are there"
        ));
    }
    Ok(address)
}
