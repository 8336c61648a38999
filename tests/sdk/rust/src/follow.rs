//! A map of users, kept by what the SDK hears: `official-sdk follow ORIGIN FILE CHANNELS`. For the ingest benchmark.

use std::{
    collections::{HashMap, hash_map::Entry},
    error::Error,
};

use futures_util::StreamExt;
use pubnub::{
    Keyset, PubNubClientBuilder,
    subscribe::{EventEmitter, EventSubscriber, Presence, SubscriptionOptions, SubscriptionParams},
};
use serde::Serialize;
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

use crate::transport::PlainHttp;

/// What is written at the end.
#[derive(Default, Serialize)]
struct Kept {
    events: u64,
    channels: HashMap<String, Room>,
}

#[derive(Default, Serialize)]
struct Room {
    uuids: HashMap<String, Value>,
}

impl Kept {
    fn room(&mut self, channel: String) -> &mut Room {
        self.channels.entry(channel.strip_suffix("-pnpres").map(str::to_owned).unwrap_or(channel)).or_default()
    }

    fn take(&mut self, heard: Presence) {
        self.events += 1;
        match heard {
            Presence::Join { uuid, channel, data, .. } => {
                self.room(channel).uuids.insert(uuid, data.unwrap_or_default());
            }
            Presence::StateChange { uuid, channel, data, .. } => match self.room(channel).uuids.entry(uuid) {
                Entry::Occupied(mut known) => *known.get_mut() = data,
                Entry::Vacant(new) => drop(new.insert(data)),
            },
            Presence::Leave { uuid, channel, .. } | Presence::Timeout { uuid, channel, .. } => {
                self.room(channel).uuids.remove(&uuid);
            }
            Presence::Interval { .. } => {}
        }
    }
}

/// Follow these channels until this process is terminated; then write who is there.
pub async fn follow(origin: &str, file: &str, channels: &str) -> Result<(), Box<dyn Error>> {
    let mut terminated = signal(SignalKind::terminate())?;
    let keyset = Keyset { subscribe_key: "demo", publish_key: Some("demo"), secret_key: None };
    let builder = PubNubClientBuilder::with_transport(PlainHttp::new(origin)).with_keyset(keyset);
    let pubnub = builder.with_user_id("official-sdk").build().map_err(|e| e.to_string())?;
    let names: Vec<&str> = channels.split(',').collect();
    let subscription = pubnub.subscription(SubscriptionParams {
        channels: Some(&names),
        channel_groups: None,
        options: Some(vec![SubscriptionOptions::ReceivePresenceEvents]),
    });
    let mut heard = subscription.presence_stream();
    // A client without any stream of its own keeps every event for the first one, for ever.
    let _statuses = pubnub.status_stream();
    subscription.subscribe();
    // A task of its own, which has its turn as soon as it is woken.
    let keeping = tokio::spawn(async move {
        let mut kept = Kept::default();
        loop {
            tokio::select! {
                _ = terminated.recv() => return kept,
                Some(heard) = heard.next() => kept.take(heard),
            }
        }
    });
    let kept = keeping.await?;
    std::fs::write(file, serde_json::to_vec(&kept)?)?;
    Ok(())
}
