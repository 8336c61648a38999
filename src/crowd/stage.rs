//! Plays before a service, by HTTP like anybody else.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{
        mpsc::{self, Receiver, Sender},
        watch,
    },
    task::JoinSet,
};

use super::{
    Director, Person,
    rounds::{Deed, Rounds, Say},
};
use crate::{
    client::{Client, Error},
    presence::{Direction, SceneStatus, Subscription},
};

/// So many requests are on their way at a time. Each person always speaks in the same voice, so that
/// what they say stays in order.
const VOICES: usize = 12;

/// What may wait for a voice; beyond, the whole crowd waits.
const QUEUE: usize = 32;

/// Directions that may wait.
const WISHES: usize = 8;

/// When the service does not answer, a voice waits this long before it goes on.
const BREATH: Duration = Duration::from_secs(1);

/// The far end of a stage: tells it what to do, and hears what it is at.
#[derive(Debug)]
pub struct Remote {
    /// What a presenter wants.
    pub directions: Sender<Direction>,
    /// What the crowd is at.
    pub status: watch::Receiver<SceneStatus>,
}

/// A stage for `director`, to be played on by the future: for ever, each person through `client` under
/// their own user id. The faults of the scenario come out where whoever runs the service can take them,
/// each when its time has come.
pub fn play(director: Director, client: Client) -> (Remote, Receiver<String>, impl Future<Output = ()> + Send) {
    let (directions, wishes) = mpsc::channel(WISHES);
    let (tell, status) = watch::channel(director.status());
    let (strike, faults) = mpsc::channel(WISHES);
    (Remote { directions, status }, faults, run(director, client, wishes, tell, strike))
}

async fn run(
    mut director: Director,
    client: Client,
    mut wishes: Receiver<Direction>,
    tell: watch::Sender<SceneStatus>,
    strike: Sender<String>,
) {
    let clock = client.clock();
    let people: Arc<[Person]> = director.people().into();
    let mut rounds = Rounds::new(people.len(), director.rhythm());
    let timeout = director.rhythm().timeout;
    // Ends them all when the stage ends.
    let mut speaking = JoinSet::new();
    let voices: Vec<Sender<Deed>> = (0..VOICES)
        .map(|_| {
            let (voice, deeds) = mpsc::channel(QUEUE);
            speaking.spawn(speak(client.clone(), people.clone(), timeout, deeds));
            voice
        })
        .collect();
    drop(client);
    loop {
        let (act, beat) = (director.due(), rounds.due());
        let Some(at) = act.into_iter().chain(beat).min() else { return };
        tokio::select! {
            biased;
            Some(direction) = wishes.recv() => {
                director.direct(direction, clock.now());
                tell.send_replace(director.status());
                continue;
            }
            () = clock.sleep_until(at) => {}
        }
        let deed = if beat == Some(at) {
            rounds.beat()
        } else {
            let cue = director.step();
            for fault in director.take_faults() {
                // Without a service that takes them there is nothing to put in force.
                let _ = strike.send(fault).await;
            }
            if cue.is_none() {
                let status = director.status();
                tell.send_if_modified(|told| std::mem::replace(told, status.clone()) != status);
            }
            cue.and_then(|cue| rounds.act(cue, at))
        };
        if let Some(deed) = deed
            && voices[deed.person % VOICES].send(deed).await.is_err()
        {
            return;
        }
    }
}

/// Say to the service what there is to say, one after the other.
async fn speak(client: Client, people: Arc<[Person]>, timeout: Duration, mut deeds: Receiver<Deed>) {
    while let Some(Deed { person, place, say }) = deeds.recv().await {
        // Made when it is needed: a hundred thousand of them would only lie around.
        let voice = client.as_user(people[person].user.clone());
        let place = [Subscription::Channel(place)];
        breathe(match say {
            Say::Heartbeat => voice.heartbeat(&place, timeout).await,
            Say::Leave => voice.leave(&place).await,
            Say::State(state) => voice.set_state(&place, &state).await,
        })
        .await;
    }
}

/// A crowd is not stopped by a failure; it only does not hammer. A refusal is an answer.
async fn breathe(result: Result<(), Error>) {
    if matches!(result, Err(error) if error.is_passing()) {
        tokio::time::sleep(BREATH).await;
    }
}
