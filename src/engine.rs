//! What joins source, worker, crowd and model: whatever comes next is taken in, and what the model
//! wants asked is sent. It knows no screen and decides nothing.
//!
//! Three channels are the whole seam between the model and the world: notices in, commands out,
//! outcomes back; one says what the source is to follow, and two more lead to our own crowd, where there is
//! one. Who stands on it brings its own reasons to stop: the dashboard its keys, a verb its
//! [`step`](Engine::step)s.

use std::{collections::VecDeque, time::Duration};

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
    model::{Model, Msg, due_at, update},
    presence::{Command, Moment, Notice, Outcome, SceneStatus, Subscription},
    source,
};

/// Notices taken in at a time, so that nothing else has to wait for long.
const TOGETHER: usize = 256;

/// On the way out, a leave may take so long.
const FAREWELL: Duration = Duration::from_secs(1);

/// What lies beyond the model.
pub struct World {
    /// News from the source.
    pub notices: Receiver<Notice>,
    /// What the source is to follow.
    pub watching: watch::Sender<Vec<Subscription>>,
    /// Orders to the worker.
    pub commands: Sender<Command>,
    /// How they ended.
    pub outcomes: Receiver<Outcome>,
    /// Cancelled when something has panicked.
    pub broken: CancellationToken,
    /// Our own simulated crowd, if there is one.
    pub stage: Option<Remote>,
    /// The time.
    pub clock: Clock,
}

impl World {
    /// The real one: `watching` is followed and commands are carried out through `client`, by `tasks`
    /// that end when this world is dropped.
    pub fn open(
        client: Client,
        watching: &[Subscription],
        stage: Option<Remote>,
        broken: CancellationToken,
        tasks: &mut JoinSet<()>,
    ) -> Self {
        let clock = client.clock();
        let (tell, notices) = mpsc::channel(source::QUEUE);
        let (commands, orders) = mpsc::channel(client::QUEUE);
        let (answer, outcomes) = mpsc::channel(client::QUEUE);
        let (watching, watched) = watch::channel(watching.to_vec());
        tasks.spawn(source::supervise(watched, client.clone(), tell));
        tasks.spawn(client::work(client, orders, answer));
        Self { notices, watching, commands, outcomes, broken, stage, clock }
    }
}

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something was taken in: the model may have changed.
    News,
    /// The time that was asked for has come.
    Due,
}

/// A model in the middle of its world.
pub struct Engine {
    /// The model.
    pub model: Model,
    world: World,
    /// What is to be asked next.
    waiting: Vec<Command>,
    news: Vec<Notice>,
    /// What is still to be taken in, event by event; `None`: all that has come is taken in at once.
    queue: Option<VecDeque<Notice>>,
}

impl Engine {
    /// Nothing is taken in yet.
    pub fn new(world: World, model: Model) -> Self {
        Self { model, world, waiting: Vec::new(), news: Vec::with_capacity(TOGETHER), queue: None }
    }

    /// From here on take in one event at a time, for who must not miss what is true for a moment only.
    pub fn go_one_by_one(&mut self) {
        self.queue.get_or_insert_default();
    }

    /// Whether events have come that are not taken in yet.
    pub fn is_behind(&self) -> bool {
        self.queue.as_ref().is_some_and(|queue| !queue.is_empty())
    }

    /// The time.
    pub fn now(&self) -> Moment {
        self.world.clock.now()
    }

    /// Take something in that does not come from the world.
    pub fn tell(&mut self, msg: Msg) {
        let now = self.now();
        self.take(msg, now);
    }

    fn take(&mut self, msg: Msg, now: Moment) {
        self.waiting.extend(update(&mut self.model, msg, now));
    }

    /// Wait for what comes next and take it in: outcomes, then notices, then the crowd, and if none of
    /// them comes before `wake`, that time has passed. Dropped before its end, nothing is lost.
    pub async fn next(&mut self, wake: Option<Moment>) {
        if self.take_queued() {
            return;
        }
        let World { notices, outcomes, stage, clock, .. } = &mut self.world;
        let clock = *clock;
        tokio::select! {
            biased;
            Some(outcome) = outcomes.recv() => self.take(Msg::Outcome(outcome), clock.now()),
            _ = notices.recv_many(&mut self.news, TOGETHER), if !notices.is_closed() || !notices.is_empty() => {
                let now = clock.now();
                if let Some(queue) = &mut self.queue {
                    self.news.drain(..).for_each(|notice| match notice {
                        Notice::Batch(batch) => queue.extend(batch.one_by_one().map(Notice::Batch)),
                        notice @ Notice::Link { .. } => queue.push_back(notice),
                    });
                    self.take_queued();
                    return;
                }
                for notice in self.news.drain(..) {
                    self.waiting.extend(update(&mut self.model, Msg::Notice(notice), now));
                }
            }
            scene = next_scene(stage) => self.take(Msg::Scene(scene), clock.now()),
            () = clock.sleep_until(wake.unwrap_or_default()), if wake.is_some() => self.take(Msg::Tick, clock.now()),
        }
    }

    /// Take in the next of those that have come already; false if there is none.
    fn take_queued(&mut self) -> bool {
        let next = self.queue.as_mut().and_then(VecDeque::pop_front);
        let came = next.is_some();
        if let Some(notice) = next {
            self.tell(Msg::Notice(notice));
        }
        came
    }

    /// Hand over what the model wants asked. What a full queue leaves behind may lead to other commands;
    /// they wait for the next time. What is to be done on the way out waits for the
    /// [`farewell`](Self::farewell), which no full queue turns away.
    pub fn send(&mut self) {
        if self.model.quitting {
            return;
        }
        for command in std::mem::take(&mut self.waiting) {
            let busy = match (command, &self.world.stage) {
                (Command::Direct(direction), Some(stage)) => {
                    stage.directions.try_send(direction).is_err().then_some(Command::Direct(direction))
                }
                (Command::Watch(watching), _) => {
                    self.world.watching.send_replace(watching);
                    None
                }
                (command, _) => match self.world.commands.try_send(command) {
                    Ok(()) => None,
                    Err(TrySendError::Full(command) | TrySendError::Closed(command)) => Some(command),
                },
            };
            if let Some(command) = busy {
                self.tell(Msg::Busy(command));
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
        let wake = [until, due_at(&self.model, now)].into_iter().flatten().min();
        let broken = self.world.broken.clone();
        tokio::select! {
            biased;
            () = broken.cancelled() => return Err(something_broke()),
            () = self.next(wake) => self.send(),
        }
        Ok(Step::News)
    }

    /// Let the worker carry out what was asked of it, a leave above all, but not for long. Returns the
    /// model as it was at the end.
    ///
    /// # Errors
    /// If it took too long.
    pub async fn farewell(self) -> Result<Model> {
        let Self { mut model, waiting, world, .. } = self;
        let World { notices, commands, mut outcomes, clock, .. } = world;
        drop(notices);
        let hand_over = async move {
            for command in waiting {
                // A worker that is gone is heard of as outcomes that end.
                let _ = commands.send(command).await;
            }
        };
        let hear_out = async {
            while let Some(outcome) = outcomes.recv().await {
                update(&mut model, Msg::Outcome(outcome), clock.now());
            }
        };
        let both = async { tokio::join!(hand_over, hear_out) };
        let late = tokio::time::timeout(FAREWELL, both).await.is_err();
        if late {
            bail!("the service did not confirm within a second that we left; it will time us out");
        }
        Ok(model)
    }
}

/// Why a loop ends when something has panicked.
pub fn something_broke() -> Report {
    eyre!("something went wrong inside, as reported above")
}

/// What the crowd says next; never, without one.
async fn next_scene(stage: &mut Option<Remote>) -> SceneStatus {
    if let Some(remote) = stage
        && remote.status.changed().await.is_ok()
    {
        return remote.status.borrow_and_update().clone();
    }
    *stage = None;
    std::future::pending().await
}
