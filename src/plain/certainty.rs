//! The certainty of the lists, when it falls or returns.

use std::collections::BTreeMap;

use super::sentence::{count_channels, end_sentence, show_name};
use crate::{
    presence::{Channel, Moment},
    world::{Certainty, World},
};

/// More channels than this are not named.
const NAMED: usize = 3;

/// The lists that were told not to be as they should.
#[derive(Debug, Default)]
pub(super) struct ToldCertainty {
    fallen: BTreeMap<Channel, &'static str>,
}

impl ToldCertainty {
    /// Which lists have become better or worse since the last time, in sentences.
    pub fn find_changes(&mut self, world: &World, now: Moment) -> Vec<String> {
        let mut fell: BTreeMap<&'static str, Vec<&Channel>> = BTreeMap::new();
        let mut returned: Vec<&Channel> = Vec::new();
        for watched in world.channels.iter() {
            let certainty = world.certainty(watched, now);
            let told = self.fallen.get(&watched.channel).copied();
            match certainty {
                // What is catching up will be one or the other in a moment.
                Certainty::CatchingUp => {}
                _ if certainty.is_usual() && told.is_some() => returned.push(&watched.channel),
                _ if !certainty.is_usual() && told != Some(certainty.in_words()) => {
                    fell.entry(certainty.in_words()).or_default().push(&watched.channel);
                }
                _ => {}
            }
        }
        let mut sentences = Vec::new();
        for (why, channels) in &fell {
            sentences.push(end_sentence(&format!("{} not certain: {why}", say_lists(channels))));
        }
        if !returned.is_empty() {
            sentences.push(end_sentence(&format!("{} certain again", say_lists(&returned))));
        }
        for channel in returned {
            self.fallen.remove(channel);
        }
        for (why, channels) in fell {
            self.fallen.extend(channels.into_iter().map(|channel| (channel.clone(), why)));
        }
        self.fallen.retain(|channel, _| world.channels.look_up(channel).is_some());
        sentences
    }
}

fn say_lists(channels: &[&Channel]) -> String {
    if channels.len() > NAMED {
        return format!("The lists of {} are", count_channels(channels.len()));
    }
    let names: Vec<String> = channels.iter().map(|channel| show_name(channel.as_str())).collect();
    let (noun, verb) = if names.len() == 1 { ("list", "is") } else { ("lists", "are") };
    format!("The {noun} of {} {verb}", super::sentence::join_names(&names, names.len() as u64))
}
