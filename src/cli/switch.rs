//! Going over to another keyset while the dashboard is open: its world is made and tried beside the one on
//! the screen, which stays if that fails.

use std::time::Duration;

use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Failure, disguise::Disguise, keyset, session};
use crate::{
    client::Error,
    clock::Clock,
    config::{self, Config, Typed},
    dashboard::{NextWorld, Switcher, WantedKeyset},
    engine::Io,
    presence::{Subscription, UserId},
    source,
    ui::{KeysetLine, Keysets},
    wire::Names,
    world::World,
};

/// What is needed to go over to any keyset of the configuration.
pub(super) struct Switching {
    /// The configuration.
    pub config: Config,
    /// Who we are where a keyset does not say it.
    pub user: UserId,
    /// What was typed about ourselves: it counts for every keyset. What was said of one keyset, in flags or
    /// environment, does not.
    pub typed: Typed,
    /// We look at a service of our own.
    pub demo: bool,
    /// Whether people have other names.
    pub disguise: Disguise,
}

impl Switching {
    /// The keysets to choose from.
    pub fn keysets(&self) -> Keysets {
        let line = |keyset: &config::KeysetSection| KeysetLine {
            name: keyset.name.clone(),
            region: keyset.values.region.as_ref().map(|region| region.value.clone()),
            production: keyset.values.production.value,
            read_only: keyset.values.read_only.value,
        };
        Keysets { all: self.config.keysets.iter().map(line).collect(), demo: self.demo, under_way: None }
    }

    /// Take requests from the dashboard, one after the other, and answer each.
    pub fn start(self, clock: Clock, broken: CancellationToken, tasks: &mut JoinSet<()>) -> Switcher {
        let (ask, mut asked) = mpsc::channel::<WantedKeyset>(1);
        let (answer, ready) = mpsc::channel(1);
        tasks.spawn(async move {
            // Those of a world that was left end by themselves.
            let mut worlds = JoinSet::new();
            while let Some(wanted) = asked.recv().await {
                let next = self.prepare(wanted, clock, broken.clone(), &mut worlds).await;
                if answer.send(next.map_err(|failure| failure.sentence().to_owned())).await.is_err() {
                    return;
                }
                while worlds.try_join_next().is_some() {}
            }
        });
        Switcher { ask, ready }
    }

    async fn prepare(
        &self,
        wanted: WantedKeyset,
        clock: Clock,
        broken: CancellationToken,
        worlds: &mut JoinSet<()>,
    ) -> Result<NextWorld, Failure> {
        let WantedKeyset { name, watching } = wanted;
        let typed = self.typed.clone().with("--keyset", &*name);
        let environment = |name: &str| std::env::var(name).ok().filter(|_| config::counts_for_any_keyset(name));
        let all = config::settle_values(&self.config, &typed, &environment)?;
        let user = all.user_id.as_ref().map_or_else(|| self.user.clone(), |id| id.value.clone());
        let keyset = keyset::assemble_keyset(&self.config, &all, user).await?;
        let named = session::list_subscriptions(&all);
        let watching = if named.is_empty() { watching } else { named };
        let (session, client) = session::prepare_session(watching, keyset, &all, clock)?;
        let (session, client) = self.disguise.prepare(session, client);
        let first: Vec<Subscription> = source::split(&session.watching).into_iter().next().unwrap_or_default();
        match client.subscribe(Names::watching(&first), None).await {
            // Some of it is refused by name: the rest can be watched, and the screen says what is refused.
            Err(Error::Refused { refusal, .. })
                if refusal.channels.len() + refusal.groups.len() > 0
                    && refusal.channels.len() + refusal.groups.len() < first.len() => {}
            answered => drop(answered?),
        }
        let timeout: Duration = all.presence_timeout.value;
        let io = Io::open(client, &session.watching, None, broken, worlds);
        let world = World::new(session, timeout, clock.now());
        Ok(NextWorld { io, world, keysets: Keysets { demo: false, ..self.keysets() } })
    }
}
