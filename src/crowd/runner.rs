//! Runs a crowd against a service, by HTTP like any other client.

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
    heartbeats::{HeartbeatSchedule, PersonCall, PresenceCall},
};
use crate::{
    client::{Client, Error},
    presence::{Direction, SceneStatus, Subscription},
};

/// Requests that are under way at a time. A person's calls always go through the same worker, so they stay in
/// order. More workers would only queue in the service: one machine answers some thousands of requests a second.
const WORKERS: usize = 12;

/// Calls that may wait for a worker. When one is full the whole crowd waits, and the simulation falls behind.
const QUEUE: usize = 32;

/// Directions, and faults, that may wait to be taken.
const MOST_WAITING: usize = 8;

/// How long a worker pauses when the service does not answer, so that it does not hammer a service that is down.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// Steers a running crowd, and says what it is at.
#[derive(Debug)]
pub struct Remote {
    /// What a presenter wants.
    pub directions: Sender<Direction>,
    /// What the crowd is at.
    pub status: watch::Receiver<SceneStatus>,
}

/// The future runs the crowd of `director` for ever, each person through `client` under their own user id. The
/// service's runner receives the faults of the scenario, each when its time has come.
pub fn play(director: Director, client: Client) -> (Remote, Receiver<String>, impl Future<Output = ()> + Send) {
    let (directions, wanted) = mpsc::channel(MOST_WAITING);
    let (tell, status) = watch::channel(director.status());
    let (strike, faults) = mpsc::channel(MOST_WAITING);
    (Remote { directions, status }, faults, run_crowd(director, client, wanted, tell, strike))
}

async fn run_crowd(
    mut director: Director,
    client: Client,
    mut wanted: Receiver<Direction>,
    tell: watch::Sender<SceneStatus>,
    strike: Sender<String>,
) {
    let clock = client.clock();
    let people: Arc<[Person]> = director.people().into();
    let mut schedule = HeartbeatSchedule::new(people.len(), director.rhythm());
    let timeout = director.rhythm().timeout;
    // Ends them all when the stage ends.
    let mut tasks = JoinSet::new();
    let workers: Vec<Sender<PersonCall>> = (0..WORKERS)
        .map(|_| {
            let (voice, calls) = mpsc::channel(QUEUE);
            tasks.spawn(run_worker(client.clone(), people.clone(), timeout, calls));
            voice
        })
        .collect();
    drop(client);
    loop {
        let (act, beat) = (director.due(), schedule.due());
        let Some(at) = act.into_iter().chain(beat).min() else { return };
        tokio::select! {
            biased;
            Some(direction) = wanted.recv() => {
                director.direct(direction, clock.now());
                tell.send_replace(director.status());
                continue;
            }
            () = clock.sleep_until(at) => {}
        }
        let call = if beat == Some(at) {
            schedule.pop_heartbeat()
        } else {
            let step = director.step();
            for fault in director.take_faults() {
                // Without a service that takes them there is nothing to put in force.
                let _ = strike.send(fault).await;
            }
            if step.is_none() {
                let status = director.status();
                tell.send_if_modified(|told| std::mem::replace(told, status.clone()) != status);
            }
            step.and_then(|step| schedule.take_act(step, at))
        };
        if let Some(call) = call
            && workers[call.person % WORKERS].send(call).await.is_err()
        {
            return;
        }
    }
}

/// Make calls to the service, one after the other.
async fn run_worker(client: Client, people: Arc<[Person]>, timeout: Duration, mut calls: Receiver<PersonCall>) {
    while let Some(PersonCall { person, place, call_kind }) = calls.recv().await {
        // Made when it is needed: a hundred thousand of them would only lie around.
        let voice = client.as_user(people[person].user.clone());
        let place = [Subscription::Channel(place)];
        pause_after_failure(match call_kind {
            PresenceCall::Heartbeat => voice.heartbeat(&place, timeout).await,
            PresenceCall::Leave => voice.leave(&place).await,
            PresenceCall::State(state) => voice.set_state(&place, &state).await,
        })
        .await;
    }
}

/// A failure does not stop a crowd, it only slows it down. A refusal is an answer and needs no pause.
async fn pause_after_failure(result: Result<(), Error>) {
    if matches!(result, Err(error) if error.is_passing()) {
        tokio::time::sleep(FAILURE_PAUSE).await;
    }
}
