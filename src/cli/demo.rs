//! `herenow demo`: the dashboard on a service of its own, by HTTP over loopback like any other
//! client.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Demo, stand};
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
    let running = stand::service(args.port, &args.service, args.crowd, &args.people, clock, &mut tasks).await?;
    let origin = Origin::loopback(running.address);
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
    ended
}
