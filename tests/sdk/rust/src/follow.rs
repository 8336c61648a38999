//! A map of users, kept by what the SDK hears: `official-sdk follow ORIGIN FILE CHANNELS`. For the ingest benchmark.
//! `follow-default` leaves the SDK as it is by default.

use std::{
    collections::{HashMap, hash_map::Entry},
    error::Error,
    future::ready,
    pin::Pin,
};

use futures_util::{Stream, StreamExt};
use pubnub::{
    Keyset, PubNubClientBuilder,
    subscribe::{EventEmitter, EventSubscriber, Presence, SubscriptionOptions, SubscriptionParams, Update},
};
use serde::Serialize;
use serde_json::Value;
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{SignalKind, signal},
};

use crate::transport::PlainHttp;

/// How the SDK is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// So that it does the least: one thread, presence alone, and no event kept that nobody asked for.
    Tuned,
    /// With the threads of `tokio::main`, and updates of all kinds in one stream, and nothing else attached. The example
    /// of its README also reads a stream of statuses, which keeps the SDK from keeping all events.
    Default,
}

impl Setup {
    /// Which of them a verb asks for, if it asks for one.
    pub fn from_verb(verb: &str) -> Option<Self> {
        match verb {
            "follow" => Some(Self::Tuned),
            "follow-default" => Some(Self::Default),
            _ => None,
        }
    }

    /// The SDK's streams hold a hundred events and drop what they have no room for: with one thread, who reads them
    /// has a turn before the next reply is taken in.
    pub fn runtime(self) -> std::io::Result<Runtime> {
        match self {
            Self::Tuned => Builder::new_current_thread(),
            Self::Default => Builder::new_multi_thread(),
        }
        .enable_all()
        .build()
    }
}

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

fn as_presence(update: Update) -> Option<Presence> {
    if let Update::Presence(heard) = update { Some(heard) } else { None }
}

/// Follow these channels until this process is terminated; then write who is there.
pub async fn follow(setup: Setup, origin: &str, file: &str, channels: &str) -> Result<(), Box<dyn Error>> {
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
    let mut heard: Pin<Box<dyn Stream<Item = Presence> + Send>> = match setup {
        Setup::Tuned => Box::pin(subscription.presence_stream()),
        Setup::Default => Box::pin(subscription.stream().filter_map(|update| ready(as_presence(update)))),
    };
    // A client without any stream of its own keeps every event for the first one, for ever.
    let _statuses = (setup == Setup::Tuned).then(|| pubnub.status_stream());
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
