//! Runs a crowd against a service, by HTTP like any other client.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::{
    sync::{
        mpsc::{self, Receiver, Sender},
        watch,
    },
    task::JoinSet,
};

use super::{
    CrowdAct, CrowdStep, Person, Script,
    heartbeats::{HeartbeatSchedule, PersonCall, PresenceCall},
};
use crate::{
    client::{Client, Error},
    presence::{Direction, Moment, SceneStatus, State, Subscription},
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

/// Let those come who are there at first. The future then runs the script for ever, each person through `client` under
/// their own user id; what waits for a beginning begins when `begin` ends. The service's runner receives the faults of
/// a scenario, each when its time has come.
pub async fn play(
    script: impl Into<Script>,
    client: Client,
    begin: impl Future<Output = ()> + Send,
) -> (Remote, Receiver<String>, impl Future<Output = ()> + Send) {
    let script: Script = script.into();
    let (directions, wanted) = mpsc::channel(MOST_WAITING);
    let (tell, status) = watch::channel(script.status());
    let (strike, faults) = mpsc::channel(MOST_WAITING);
    let people: Arc<[Person]> = script.people().into();
    let mut schedule = HeartbeatSchedule::new(people.len(), script.rhythm());
    let first = call_first(&script, &people, &mut schedule, client.clock().now());
    stream::iter(first)
        .for_each_concurrent(WORKERS, async |calls| {
            for call in calls {
                make_call(&client, &people, call).await;
            }
        })
        .await;
    (
        Remote { directions, status },
        faults,
        run_script(Playing { script, schedule, people, client }, begin, wanted, tell, strike),
    )
}

/// The calls of those who are there at first.
fn call_first(
    script: &Script,
    people: &[Person],
    schedule: &mut HeartbeatSchedule,
    now: Moment,
) -> Vec<Vec<PersonCall>> {
    let mut call = |person: usize, state: &Option<State>| {
        let place = people[person].home.clone();
        let step = |act| CrowdStep { pause: Duration::ZERO, person, place: place.clone(), act };
        let acts = state.clone().map(CrowdAct::Restate).into_iter().chain([CrowdAct::Arrive]);
        acts.filter_map(|act| schedule.take_act(step(act), now)).collect()
    };
    script.list_first().iter().map(|(person, state)| call(*person, state)).collect()
}

/// What is played, and for whom calls are made by whom.
struct Playing {
    script: Script,
    schedule: HeartbeatSchedule,
    people: Arc<[Person]>,
    client: Client,
}

async fn run_script(
    playing: Playing,
    begin: impl Future<Output = ()> + Send,
    mut wanted: Receiver<Direction>,
    tell: watch::Sender<SceneStatus>,
    strike: Sender<String>,
) {
    let Playing { mut script, mut schedule, people, client } = playing;
    let clock = client.clock();
    // Ends them all when the stage ends.
    let mut tasks = JoinSet::new();
    let workers = open_workers(&script, &client, &people, &mut tasks);
    let tell_status = |script: &Script| {
        let status = script.status();
        tell.send_if_modified(|told| std::mem::replace(told, status.clone()) != status);
    };
    let mut begin = pin!(begin);
    let mut has_begun = false;
    loop {
        let (act, beat) = (script.due(), schedule.due());
        let due = act.into_iter().chain(beat).min();
        let at = due.unwrap_or_default();
        tokio::select! {
            biased;
            Some(direction) = wanted.recv() => {
                script.direct(direction, clock.now());
                tell.send_replace(script.status());
                continue;
            }
            () = &mut begin, if !has_begun => {
                has_begun = true;
                script.begin(clock.now());
                tell_status(&script);
                continue;
            }
            () = clock.sleep_until(at), if due.is_some() => {}
            else => return,
        }
        let step = (beat != Some(at)).then(|| script.step(clock.now()));
        for fault in script.take_faults() {
            // Without a service that takes them there is nothing to put in force.
            let _ = strike.send(fault).await;
        }
        if step == Some(None) {
            tell_status(&script);
        }
        let call = match step {
            Some(step) => step.and_then(|step| schedule.take_act(step, at)),
            None => schedule.pop_heartbeat(),
        };
        let Some(call) = call else { continue };
        if script.is_in_order() {
            make_call(&client, &people, call).await;
            script.note_answer(clock.now());
        } else if workers[call.person % WORKERS].send(call).await.is_err() {
            return;
        }
    }
}

fn open_workers(
    script: &Script,
    client: &Client,
    people: &Arc<[Person]>,
    tasks: &mut JoinSet<()>,
) -> Vec<Sender<PersonCall>> {
    // Calls in order are made by no worker.
    let count = if script.is_in_order() { 0 } else { WORKERS };
    let open_worker = |_| {
        let (voice, calls) = mpsc::channel(QUEUE);
        tasks.spawn(run_worker(client.clone(), people.clone(), calls));
        voice
    };
    (0..count).map(open_worker).collect()
}

/// Make calls to the service, one after the other.
async fn run_worker(client: Client, people: Arc<[Person]>, mut calls: Receiver<PersonCall>) {
    while let Some(call) = calls.recv().await {
        make_call(&client, &people, call).await;
    }
}

async fn make_call(client: &Client, people: &[Person], call: PersonCall) {
    let PersonCall { person, place, call_kind } = call;
    // Made when it is needed: a hundred thousand of them would only lie around.
    let voice = client.as_user(people[person].user.clone());
    let place = [Subscription::Channel(place)];
    pause_after_failure(match call_kind {
        PresenceCall::Heartbeat(timeout) => voice.heartbeat(&place, timeout).await,
        PresenceCall::Leave => voice.leave(&place).await,
        PresenceCall::State(state) => voice.set_state(&place, &state).await,
    })
    .await;
}

/// A failure does not stop a crowd, it only slows it down. A refusal is an answer and needs no pause.
async fn pause_after_failure(result: Result<(), Error>) {
    if matches!(result, Err(error) if error.is_passing()) {
        tokio::time::sleep(FAILURE_PAUSE).await;
    }
}
