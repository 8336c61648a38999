//! What the SDK hears, as lines of JSON.

use std::io::Write;

use pubnub::subscribe::{Presence, Update, types::Message};
use serde_json::{Value, json};

pub fn say(line: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

pub fn hear(name: &str, update: Update) {
    let line = match update {
        Update::Presence(heard) => Some(presence(name, heard)),
        Update::Message(heard) => Some(published("message", name, &heard)),
        Update::Signal(heard) => Some(published("signal", name, &heard)),
        _ => None,
    };
    if let Some(line) = line {
        say(&line);
    }
}

fn published(event: &str, name: &str, heard: &Message) -> Value {
    json!({
        "event": event,
        "as": name,
        "channel": heard.channel,
        "subscription": heard.subscription,
        "user": heard.sender,
        "message": serde_json::from_slice::<Value>(&heard.data).ok(),
    })
}

fn presence(name: &str, heard: Presence) -> Value {
    let one = |action: &str, channel, subscription, user, occupancy: Option<usize>, state: Option<Value>| {
        json!({ "event": "presence", "as": name, "action": action, "channel": channel,
            "subscription": subscription, "user": user, "occupancy": occupancy, "state": state })
    };
    match heard {
        Presence::Join { uuid, channel, subscription, occupancy, data, .. } => {
            one("join", channel, subscription, uuid, Some(occupancy), data)
        }
        Presence::Leave { uuid, channel, subscription, occupancy, .. } => {
            one("leave", channel, subscription, uuid, Some(occupancy), None)
        }
        Presence::Timeout { uuid, channel, subscription, occupancy, .. } => {
            one("timeout", channel, subscription, uuid, Some(occupancy), None)
        }
        Presence::StateChange { uuid, channel, subscription, data, .. } => {
            one("state-change", channel, subscription, uuid, None, Some(data))
        }
        Presence::Interval { channel, subscription, occupancy, join, leave, timeout, .. } => {
            json!({ "event": "presence", "as": name, "action": "interval", "channel": channel,
                "subscription": subscription, "occupancy": occupancy, "joined": join.unwrap_or_default(),
                "left": leave.unwrap_or_default(), "timed_out": timeout.unwrap_or_default() })
        }
    }
}
