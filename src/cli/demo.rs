//! `herenow demo`: the dashboard on a service of its own, by HTTP over loopback like any other
//! client.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Demo, service_args::ServiceArgs, stand};
use crate::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    crowd::CHANNELS,
    model::Session,
    presence::{Channel, SubscribeKey, Subscription},
};

pub(super) async fn run(args: Demo, broken: CancellationToken) -> Result<(), Failure> {
    stand::require_terminal()?;
    let user = stand::user_id(args.own.user_id.as_deref())?;
    let clock = Clock::start();
    let mut tasks = JoinSet::new();
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    // A demo is there to be looked at: its intervals name who came and went.
    let service = args.service.clone().over(ServiceArgs { deltas: Some(true), ..ServiceArgs::default() });
    let serving = stand::service(at, &service, args.crowd, &args.people, clock, &mut tasks).await?;
    let running = serving.running;
    let origin = Origin::loopback(running.local());
    let names: Vec<&str> = CHANNELS.iter().map(|(name, _)| *name).collect();
    let session = Session {
        origin: origin.to_string(),
        subscribe_key: SubscribeKey::heard(stand::DEMO_KEY),
        user: user.clone(),
        watching: names.iter().map(|name| Subscription::Channel(Channel::heard(name))).collect(),
        join_hint: Some(format!(
            "origin {} without TLS · subscribe key {key} · publish key {key} · channels {}",
            running.origin(),
            names.join(" "),
            key = stand::DEMO_KEY
        )),
    };
    let keyset = Keyset { origin, subscribe_key: session.subscribe_key.clone(), user, auth: None };
    let client = Client::new(keyset, args.own.budget, clock).map_err(|e| Failure::failed(e.to_string()))?;
    let ended = stand::dashboard(session, client, &args.own, broken, tasks).await;
    running.end().await;
    ended?;
    serving.ledger_trouble.and_then(|mut trouble| trouble.try_recv().ok()).map_or(Ok(()), Err)
}
