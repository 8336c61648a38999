//! A world without sockets, in the test's hand: it says what is heard, sees what is asked and answers as it
//! likes, on a paused clock. In it lives the engine alone, or the real dashboard with scripted keys.

#![allow(dead_code, reason = "each test file uses its own part")]

mod screen;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::model::Model;
use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    crowd::Remote,
    dashboard::{self, NextWorld, Services, Switcher, WantedKeyset},
    dashboard::{Notifier, NotifyWays},
    engine::Io,
    keys::Key,
    presence::{
        Batch, Command, CommandAnswer, Direction, ListedUser, Notice, Outcome, SceneStatus, Subscription, Timetoken,
        Trouble,
    },
    terminal::TerminalEvent,
    view::Appearance,
    world::Session,
};
use tokio::{
    sync::{
        mpsc::{self, Receiver, Sender},
        watch,
    },
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

pub use self::screen::Screen;
use crate::happen::{all, link, live, outcome, session, snapshot, without_state};

/// How a world is to be.
pub struct Plan {
    pub session: Session,
    /// The presence timeout.
    pub timeout: Duration,
    /// So many notices find room until they are taken in.
    pub notices: usize,
    /// So many commands find room until they are looked at.
    pub commands: usize,
    /// What our own crowd is at; `None`: we are in front of strangers.
    pub crowd: Option<SceneStatus>,
}

impl Plan {
    /// We watch these, as `me`.
    pub fn watching(places: &[&str]) -> Self {
        let session = session("me", all(places));
        Self { session, timeout: Duration::from_secs(300), notices: 16, commands: 16, crowd: None }
    }

    /// The world, what is known of it at first, and its far end.
    pub fn open(self, clock: Clock) -> (Io, Model, Beyond) {
        let (notices, heard) = mpsc::channel(self.notices);
        let (follow, watching) = watch::channel(Vec::new());
        let (orders, commands) = mpsc::channel(self.commands);
        let (outcomes, ended) = mpsc::channel(16);
        let broken = CancellationToken::new();
        let mut model = crate::model::model(self.session, self.timeout, clock.now());
        model.world.scene.clone_from(&self.crowd);
        let (stage, crowd) = self.crowd.map(stage).unzip();
        let io = Io {
            notices: heard.into(),
            watching: follow,
            commands: orders,
            outcomes: ended,
            broken: broken.clone(),
            crowd: stage,
            clock,
        };
        let beyond = Beyond { notices, watching, commands, outcomes, crowd, broken, clock, here: Vec::new() };
        (io, model, beyond)
    }

    /// The dashboard in it, from now on.
    pub fn desk(self) -> Desk {
        let (io, model, beyond) = self.open(Clock::start());
        Desk::in_a(io, model, beyond)
    }
}

fn stage(scene: SceneStatus) -> (Remote, Crowd) {
    let (wishes, directions) = mpsc::channel(8);
    let (scene, status) = watch::channel(scene);
    (Remote { directions: wishes, status }, Crowd { directions, scene })
}

/// The far end of our own crowd.
pub struct Crowd {
    pub directions: Receiver<Direction>,
    pub scene: watch::Sender<SceneStatus>,
}

/// The far end of a world.
pub struct Beyond {
    pub notices: Sender<Notice>,
    /// What the source is to follow; nothing until that changes.
    pub watching: watch::Receiver<Vec<Subscription>>,
    pub commands: Receiver<Command>,
    pub outcomes: Sender<Outcome>,
    pub crowd: Option<Crowd>,
    pub broken: CancellationToken,
    pub clock: Clock,
    /// Whom [`ordered`](Self::ordered) finds on every channel it is asked about; nobody: it finds no channel.
    pub here: Vec<ListedUser>,
}

impl Beyond {
    pub fn live(&self) {
        self.notices.try_send(link(live(), self.clock.now())).unwrap();
    }

    pub fn hear(&self, batch: Batch) {
        self.notices.try_send(Notice::from(batch)).unwrap();
    }

    fn end(&self, command: Command, result: Result<CommandAnswer, Trouble>) {
        self.outcomes.try_send(outcome(command, result, self.clock.now())).unwrap();
    }

    pub fn answer(&self, command: Command, answered: CommandAnswer) {
        self.end(command, Ok(answered));
    }

    pub fn refuse(&self, command: Command, trouble: Trouble) {
        self.end(command, Err(trouble));
    }

    /// Connect, and answer the first look: these are on the lobby, or nobody is anywhere.
    pub async fn connect(&mut self, lobby: &[&str]) {
        self.live();
        let asked = self.commands.recv().await.unwrap();
        assert!(matches!(asked, Command::AskHereNow { .. }), "{asked:?}");
        let listed: Vec<ListedUser> = lobby.iter().map(|id| without_state(id)).collect();
        let found = (!listed.is_empty()).then(|| snapshot("lobby", listed, Timetoken::new(1)));
        self.answer(asked, CommandAnswer::HereNow(found.into_iter().collect()));
    }

    /// The next command that is no question; those are answered.
    pub async fn ordered(&mut self) -> Command {
        loop {
            let command = self.commands.recv().await.unwrap();
            let asked_about = match &command {
                Command::AskHereNow { places } => places.as_slice(),
                Command::FindChannels => &[],
                Command::AskRequests { .. } => {
                    self.answer(command, CommandAnswer::Requests(None));
                    continue;
                }
                _ => return command,
            };
            let found = asked_about
                .iter()
                .filter(|place| !self.here.is_empty() && matches!(place, Subscription::Channel(_)))
                .map(|place| snapshot(place.as_str(), self.here.clone(), Timetoken::new(1)))
                .collect();
            self.answer(command, CommandAnswer::HereNow(found));
        }
    }

    /// Nothing but questions is asked in the next moment; they are answered.
    pub async fn orders_nothing(&mut self) {
        self.orders_nothing_for(Duration::from_millis(100)).await;
    }

    /// The same for so long.
    pub async fn orders_nothing_for(&mut self, span: Duration) {
        let ordered = tokio::time::timeout(span, self.ordered()).await;
        assert!(ordered.is_err(), "{ordered:?}");
    }
}

/// The real dashboard in a scripted world, on a screen of 80x24, with keys that the test presses.
pub struct Desk {
    pub beyond: Beyond,
    input: Sender<TerminalEvent>,
    /// Who asks for another keyset, and what becomes of it.
    pub asked: Receiver<WantedKeyset>,
    pub ready: Sender<Result<NextWorld, String>>,
    pub run: JoinHandle<color_eyre::Result<Model>>,
    frames: Arc<AtomicUsize>,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Desk {
    pub fn in_a(io: Io, model: Model, beyond: Beyond) -> Self {
        let (input, pressed) = mpsc::channel(64);
        let (ask, asked) = mpsc::channel(1);
        let (ready, next) = mpsc::channel(1);
        let said = Arc::new(Mutex::new(Vec::new()));
        let (copied, told) = (said.clone(), said.clone());
        let mut services = Services {
            send: Box::new(move |bytes| {
                copied.lock().unwrap().extend_from_slice(bytes);
                Ok(())
            }),
            notifier: Notifier::new(NotifyWays::default(), None, move |bytes| {
                told.lock().unwrap().extend_from_slice(bytes);
            }),
            switcher: Some(Switcher { ask, ready: next }),
            ..Services::default()
        };
        let screen = Screen::new(80, 24);
        let frames = screen.frames.clone();
        let keyboard =
            Box::pin(stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }));
        let run = tokio::spawn(async move {
            Box::pin(dashboard::run(screen, keyboard.fuse(), io, model, Appearance::default(), &mut services)).await
        });
        Self { beyond, input, asked, ready, run, frames, said }
    }

    pub async fn put(&self, input: TerminalEvent) {
        self.input.send(input).await.unwrap();
    }

    pub async fn press(&self, key: Key) {
        self.put(TerminalEvent::Key(key)).await;
    }

    pub async fn type_in(&self, text: &str) {
        for c in text.chars() {
            self.press(Key::Char(c)).await;
        }
    }

    /// Press these, and let them be taken in and drawn.
    pub async fn keys(&self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            self.press(key).await;
        }
        self.settle().await;
    }

    /// Let everything that was sent be taken in and drawn, within the time that nothing else needs.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// How many frames changed something on the screen since this was last asked.
    pub fn frames(&self) -> usize {
        self.frames.swap(0, Ordering::SeqCst)
    }

    /// What the terminal was sent beside the frames since this was last asked.
    pub fn said(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.said.lock().unwrap())).unwrap()
    }

    /// Close what is open, and quit by key.
    pub async fn quit(self) -> Model {
        self.press(Key::Ctrl('c')).await;
        self.press(Key::Char('q')).await;
        self.ended().await
    }

    /// End by the system's word, whatever is open.
    pub async fn end(self) -> Model {
        self.settle().await;
        self.put(TerminalEvent::End).await;
        self.ended().await
    }

    /// Once it has ended, and everything was answered: what was known then.
    pub async fn ended(self) -> Model {
        let Self { beyond, run, .. } = self;
        drop(beyond.outcomes);
        run.await.unwrap().unwrap()
    }
}
