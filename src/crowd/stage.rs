//! Plays a script against a service, by HTTP like anybody else.

use std::{collections::BTreeMap, time::Duration};

use super::{Act, Script};
use crate::{
    client::{Client, Error},
    presence::{Moment, Subscription},
};

/// The presence timeout that these people ask for: short, so that a silence shows soon.
const TIMEOUT: Duration = Duration::from_secs(16);

/// Their heartbeat interval: timeout / 2 - 1.
const INTERVAL: Duration = Duration::from_secs(7);

/// When the service does not answer, the crowd waits this long before it goes on.
const BREATH: Duration = Duration::from_secs(1);

/// Play `script` for ever. Each person speaks through `client` under their own user id.
pub async fn play(mut script: Script, client: Client) {
    let clock = client.clock();
    let voices: Vec<(Client, [Subscription; 1])> = script
        .people()
        .iter()
        .map(|p| (client.speaking_as(p.user.clone()), [Subscription::Channel(p.home.clone())]))
        .collect();
    // Person -> when their next heartbeat is due.
    let mut online: BTreeMap<usize, Moment> = BTreeMap::new();
    let mut cue = script.next();
    let mut act_at = clock.now();
    while let Some(next) = cue {
        act_at = act_at.plus(next.pause);
        loop {
            let beat = online.iter().min_by_key(|(_, at)| **at).map(|(person, at)| (*person, *at));
            let Some((person, at)) = beat.filter(|(_, at)| *at < act_at) else { break };
            clock.sleep_until(at).await;
            let (voice, home) = &voices[person];
            online.insert(person, at.plus(INTERVAL));
            breathe(voice.heartbeat(home, TIMEOUT).await).await;
        }
        clock.sleep_until(act_at).await;
        let (voice, home) = &voices[next.person];
        match next.act {
            Act::Arrive => {
                online.insert(next.person, act_at.plus(INTERVAL));
                breathe(voice.heartbeat(home, TIMEOUT).await).await;
            }
            Act::Leave => {
                online.remove(&next.person);
                breathe(voice.leave(home).await).await;
            }
            Act::Vanish => {
                online.remove(&next.person);
            }
            Act::Restate(state) => breathe(voice.set_state(home, &state).await).await,
        }
        cue = script.next();
    }
}

/// A crowd is not stopped by a failure; it only does not hammer.
async fn breathe(result: Result<(), Error>) {
    if result.is_err() {
        tokio::time::sleep(BREATH).await;
    }
}
