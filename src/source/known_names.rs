//! The channels and subscriptions that events name, each kept once: in a stream they come again and again. Pure.

use std::collections::HashMap;

use crate::{
    presence::{Channel, Subscription},
    wire::{names_channel, parse_subscription},
};

/// So many names are kept at the most. Beyond that they start over, which costs memory nothing but a copy of each.
const MOST: usize = 16_384;

/// Names as the wire has them, and what they stand for.
#[derive(Debug, Default)]
pub struct KnownNames {
    channels: HashMap<Box<str>, Channel, foldhash::fast::RandomState>,
    subscriptions: HashMap<Box<str>, Subscription, foldhash::fast::RandomState>,
}

impl KnownNames {
    /// The channel of an envelope (`c` on the wire).
    pub fn find_channel(&mut self, name: &str) -> Channel {
        if let Some(channel) = self.channels.get(name) {
            return channel.clone();
        }
        let channel = Channel::from_wire(name);
        keep(&mut self.channels, name, &channel);
        channel
    }

    /// The subscription that an envelope came for (`b` on the wire), unless it is the channel itself.
    pub fn find_subscription(&mut self, name: &str, channel: &Channel) -> Option<Subscription> {
        if names_channel(name, channel) {
            return None;
        }
        if let Some(subscription) = self.subscriptions.get(name) {
            return Some(subscription.clone());
        }
        let subscription = parse_subscription(name);
        keep(&mut self.subscriptions, name, &subscription);
        Some(subscription)
    }
}

fn keep<T: Clone>(known: &mut HashMap<Box<str>, T, foldhash::fast::RandomState>, name: &str, value: &T) {
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(name.into(), value.clone());
}
