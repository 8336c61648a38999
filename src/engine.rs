//! What joins source, worker, crowd and world: whatever comes next is taken in, and what that leads to is
//! sent. It knows no screen and decides nothing.
//!
//! Three channels are the whole seam between the world and what lies beyond: notices in, commands out,
//! outcomes back; one says what the source is to follow, and two more lead to our own crowd, where there is
//! one. Its caller brings a [`Listener`] and its own reasons to stop: the dashboard its keys, a verb its
//! [`step`](Engine::step)s.

use std::time::Duration;

use color_eyre::eyre::{Report, Result, bail, eyre};
use tokio::{
    sync::{
        mpsc::{self, Receiver, Sender, error::TrySendError},
        watch,
    },
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    client::{self, Client},
    clock::Clock,
    crowd::Remote,
    presence::{Channel, Command, Moment, Notice, Outcome, SceneStatus, Subscription},
    source::{self, Inlet},
    world::{Input, Listener, Order, Watcher, World},
};

/// Notices taken in at a time, so that nothing else has to wait for long.
const TOGETHER: usize = 256;

/// On the way out, a leave may take so long.
const LEAVE_LIMIT: Duration = Duration::from_secs(1);

/// What lies beyond the world.
pub struct Io {
    /// What the source tells.
    pub notices: Inlet,
    /// What the source is to follow.
    pub watching: watch::Sender<Vec<Subscription>>,
    /// Orders to the worker.
    pub commands: Sender<Command>,
    /// How they ended.
    pub outcomes: Receiver<Outcome>,
    /// Cancelled when something has panicked.
    pub broken: CancellationToken,
    /// Our own simulated crowd, if there is one.
    pub crowd: Option<Remote>,
    /// The time.
    pub clock: Clock,
}

impl Io {
    /// The real one: `watching` is followed and commands are carried out through `client`, by `tasks`
    /// that end when this is dropped.
    pub fn open(
        client: Client,
        watching: &[Subscription],
        crowd: Option<Remote>,
        broken: CancellationToken,
        tasks: &mut JoinSet<()>,
    ) -> Self {
        let clock = client.clock();
        let (notices, tell) = Inlet::open_bounded(source::QUEUE);
        let (commands, orders) = mpsc::channel(client::QUEUE);
        let (answer, outcomes) = mpsc::channel(client::QUEUE);
        let (watching, watched) = watch::channel(watching.to_vec());
        tasks.spawn(source::supervise(watched, client.clone(), tell));
        tasks.spawn(client::work(client, orders, answer));
        Self { notices, watching, commands, outcomes, broken, crowd, clock }
    }
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something was taken in: the world may have changed.
    News,
    /// The time that was asked for has come.
    Due,
}

/// Looks at the world between two steps; what it takes is the loop's time.
pub type Visit = Box<dyn FnOnce(&World, Moment) + Send>;

/// A world with what lies beyond it, and who listens.
pub struct Engine<L> {
    /// The world, and who listens.
    pub watcher: Watcher<L>,
    io: Io,
    /// What is to be asked next.
    waiting: Vec<Command>,
    news: Vec<Notice>,
    visits: Option<Receiver<Visit>>,
    found: Option<Receiver<Vec<Channel>>>,
}

impl<L: Listener> Engine<L> {
    /// Nothing is taken in yet.
    pub fn new(io: Io, world: World, listener: L) -> Self {
        Self::join(io, Watcher::open(world, listener))
    }

    /// As [`new`](Self::new), of a world somebody keeps the inputs of.
    pub fn join(io: Io, watcher: Watcher<L>) -> Self {
        Self { watcher, io, waiting: Vec::new(), news: Vec::with_capacity(TOGETHER), visits: None, found: None }
    }

    /// Let the world be looked at from outside, from now on. Each visitor waits for a step to end; the next one comes
    /// after another wait.
    pub fn admit_visits(&mut self, visits: Option<Receiver<Visit>>) {
        self.visits = visits;
    }

    /// Let nobody look any more. Returns where visits come from.
    pub fn end_visits(&mut self) -> Option<Receiver<Visit>> {
        self.visits.take()
    }

    /// From now on, watch the channels besides that somebody else tells of.
    pub fn watch_found(&mut self, found: Option<Receiver<Vec<Channel>>>) {
        self.found = found;
    }

    /// The clock that it goes by.
    pub const fn clock(&self) -> Clock {
        self.io.clock
    }

    /// The time.
    pub fn now(&self) -> Moment {
        self.io.clock.now()
    }

    /// Let something be done to world and listener that leads to commands.
    pub fn update(&mut self, act: impl FnOnce(&mut Watcher<L>, Moment) -> Vec<Command>) {
        let now = self.now();
        self.waiting.extend(act(&mut self.watcher, now));
    }

    /// Take something in that does not come from beyond: what a person wants.
    pub fn take(&mut self, input: Input) {
        self.update(|watcher, now| watcher.step(now, input));
    }

    /// Wait for what comes next and take it in: outcomes, then notices, then the crowd, and if none of
    /// them comes before `wake`, or before something is due in the world, that time has passed: then it is
    /// true. Dropped before its end, nothing is lost.
    pub async fn take_next(&mut self, wake: Option<Moment>) -> bool {
        let wake = wake.into_iter().chain(self.watcher.world.next_due()).min();
        let Io { notices, outcomes, crowd, clock, .. } = &mut self.io;
        let clock = *clock;
        tokio::select! {
            biased;
            // Nothing has happened: the tasks that wait for news go on waiting.
            () = receive_visits(&mut self.visits, &self.watcher.world, clock) => {}
            Some(outcome) = outcomes.recv() => self.take(Input::Outcome(outcome)),
            () = notices.take_many(&mut self.news, TOGETHER), if notices.is_open() => {
                for notice in self.news.drain(..) {
                    // It happened when it arrived, however long it waited here.
                    let at = match &notice {
                        Notice::Batch(batch) => batch.at,
                        Notice::Link { at, .. } => *at,
                    };
                    self.waiting.extend(self.watcher.step(at, Input::Notice(notice)));
                }
            }
            found = receive_found(&mut self.found) => {
                let what = self.watcher.world.choose_unwatched(found);
                if !what.is_empty() {
                    self.take(Input::Order(Order::Watch(what)));
                }
            }
            scene = wait_for_scene(crowd) => self.take(Input::Scene(scene)),
            () = clock.sleep_until(wake.unwrap_or_default()), if wake.is_some() => {
                self.take(Input::Tick);
                return true;
            }
        }
        false
    }

    /// Hand over the waiting commands. What a full queue leaves behind may lead to other commands; they wait for
    /// the next time.
    pub fn send(&mut self) {
        for command in std::mem::take(&mut self.waiting) {
            let busy = match (command, &self.io.crowd) {
                (Command::Direct(direction), Some(crowd)) => {
                    crowd.directions.try_send(direction).is_err().then_some(Command::Direct(direction))
                }
                (Command::Watch(watching), _) => {
                    self.io.watching.send_replace(watching);
                    None
                }
                (command, _) => match self.io.commands.try_send(command) {
                    Ok(()) => None,
                    Err(TrySendError::Full(command) | TrySendError::Closed(command)) => Some(command),
                },
            };
            if let Some(command) = busy {
                self.take(Input::Busy(command));
            }
        }
    }

    /// For who has no screen: take in what comes next and send what that leads to, or say that `until`
    /// has come, which no flood of news puts off. Dropped before its end, nothing is lost.
    ///
    /// # Errors
    /// If something has panicked.
    pub async fn step(&mut self, until: Option<Moment>) -> Result<Step> {
        let now = self.now();
        if until.is_some_and(|until| until <= now) {
            return Ok(Step::Due);
        }
        let broken = self.io.broken.clone();
        tokio::select! {
            biased;
            () = broken.cancelled() => return Err(explain_break()),
            _ = self.take_next(until) => self.send(),
        }
        Ok(Step::News)
    }

    /// Let the worker carry out what was asked of it, a leave above all, but not for long; no full queue turns
    /// it away. Returns world and listener as they were at the end.
    ///
    /// # Errors
    /// If it took too long.
    pub async fn finish(self) -> Result<Watcher<L>> {
        let Self { mut watcher, waiting, io, .. } = self;
        let Io { notices, commands, mut outcomes, clock, .. } = io;
        drop(notices);
        let hand_over = async move {
            for command in waiting {
                // A worker that is gone is heard of as outcomes that end.
                let _ = commands.send(command).await;
            }
        };
        let hear_out = async {
            while let Some(outcome) = outcomes.recv().await {
                // What that would lead to comes too late.
                drop(watcher.step(clock.now(), Input::Outcome(outcome)));
            }
        };
        let both = async { tokio::join!(hand_over, hear_out) };
        let late = tokio::time::timeout(LEAVE_LIMIT, both).await.is_err();
        if late {
            bail!("the service did not confirm within a second that we left; it will time us out");
        }
        Ok(watcher)
    }
}

/// Why a loop ends when something has panicked.
pub fn explain_break() -> Report {
    eyre!("something went wrong inside, as reported above")
}

/// Let the world be looked at, for as long as nothing happens. Never ends.
async fn receive_visits(visits: &mut Option<Receiver<Visit>>, world: &World, clock: Clock) {
    while let Some(open) = visits {
        match open.recv().await {
            Some(visit) => visit(world, clock.now()),
            None => *visits = None,
        }
    }
    std::future::pending::<()>().await;
}

/// Wait for channels that somebody else tells of; never, without anybody.
async fn receive_found(found: &mut Option<Receiver<Vec<Channel>>>) -> Vec<Channel> {
    if let Some(open) = found
        && let Some(channels) = open.recv().await
    {
        return channels;
    }
    *found = None;
    std::future::pending().await
}

/// Wait for what the crowd says next; never, without one.
async fn wait_for_scene(crowd: &mut Option<Remote>) -> SceneStatus {
    if let Some(remote) = crowd
        && remote.status.changed().await.is_ok()
    {
        return remote.status.borrow_and_update().clone();
    }
    *crowd = None;
    std::future::pending().await
}
