//! The real stage before the real service core, on a paused clock and without sockets: what a presenter
//! wants is what a watcher sees, and people come and go over hours in a moment.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use herenow::{
    client::{Client, HttpReply, HttpReplyFuture, Keyset, Origin, Transport},
    clock::Clock,
    crowd::{self, Director, Places, Play, Profile, Remote, Scenario, Scenes},
    presence::{Direction, SubscribeKey, Subscription, UserId},
    service::{Access, ActiveFaults, Core, Decision, Settings},
    wire::Request,
};

/// Hands requests to the service's core and notes when each was made.
struct Straight {
    clock: Clock,
    core: Mutex<Core>,
    asked: Mutex<Vec<(Duration, &'static str)>>,
    began: herenow::presence::Moment,
}

impl Transport for Straight {
    fn get<'a>(&'a self, what: &'static str, target: &'a str, _limit: Duration) -> HttpReplyFuture<'a> {
        Box::pin(async move {
            let now = self.clock.now();
            self.asked.lock().unwrap().push((now.since(self.began), what));
            let (path, query) = target.split_once('?').unwrap();
            let request = Request::parse(path, query).expect("people ask as the service expects");
            let Decision::Answer(status, body) = self.core.lock().unwrap().answer(request, now) else {
                panic!("nobody in the crowd listens")
            };
            Ok(HttpReply { status, retry_after: None, body: body.into() })
        })
    }
}

struct World {
    straight: Arc<Straight>,
    watcher: Client,
    remote: Remote,
    channels: Vec<Subscription>,
    playing: tokio::task::JoinHandle<()>,
}

async fn open(people: usize, speed: f64, script: Scenes) -> World {
    let clock = Clock::start();
    let core = Mutex::new(Core::new(Settings::default(), Access::default(), ActiveFaults::new(1)));
    let straight = Arc::new(Straight { clock, core, asked: Mutex::default(), began: clock.now() });
    let keyset = Keyset {
        origin: Origin::parse("http://127.0.0.1:7710").unwrap(),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("watcher"),
        auth: None,
    };
    let watcher = Client::over(straight.clone(), keyset, 100_000, clock);
    let play = Play { people, places: Places::default(), seed: 1, speed, script };
    let channels = play.places.channels().iter().cloned().map(Subscription::Channel).collect();
    let director = Director::new(play, clock.now());
    let (remote, _faults, playing) = crowd::play(director, watcher.clone(), std::future::ready(())).await;
    World { straight, watcher, remote, channels, playing: tokio::spawn(playing) }
}

impl World {
    async fn until(&self, second: u64) {
        self.straight.clock.sleep_until(self.straight.began.plus(Duration::from_secs(second))).await;
    }

    /// How many are online on all channels.
    async fn online(&self) -> u64 {
        self.watcher.here_now(&self.channels).await.unwrap().iter().map(|s| s.occupancy).sum()
    }

    fn asked(&self, what: &str) -> usize {
        self.straight.asked.lock().unwrap().iter().filter(|(_, kind)| *kind == what).count()
    }

    fn phase(&self) -> Option<String> {
        self.remote.status.borrow().phase.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_on_demand_times_a_region_out_together_and_it_comes_back() {
    let world = open(100, 1.0, Scenes::Profile(Profile::STEADY)).await;
    world.until(5).await;
    let before = world.online().await;
    assert!((70..90).contains(&before), "{before}");
    world.remote.directions.send(Direction::Outage).await.unwrap();
    world.until(20).await;
    assert_eq!(world.phase().as_deref(), Some("eu has no network"));
    let silent = world.online().await;
    assert!(silent.abs_diff(before) < 12, "nobody has noticed yet: {before} {silent}");
    world.until(22).await;
    let timed_out = world.online().await;
    assert!(timed_out + 20 < silent, "a whole region in two seconds: {silent} {timed_out}");
    world.until(40).await;
    let back = world.online().await;
    assert!(back > timed_out + 20 && world.phase().is_none(), "{timed_out} {back}");
    world.playing.abort();
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_everybody_there_for_hours() {
    let world = open(60, 0.1, Scenes::Profile(Profile::NIGHT)).await;
    world.until(3600).await;
    let online = world.online().await;
    assert!((1..14).contains(&online), "{online}");
    let beats = world.asked("heartbeat");
    // Four or so people, every seven seconds.
    assert!((700..5_000).contains(&beats), "{beats}");
    world.playing.abort();
}

#[tokio::test(start_paused = true)]
async fn the_hostile_come_in_like_anybody_else() {
    let world = open(60, 1.0, Scenes::Profile(Profile::HOSTILE)).await;
    world.until(40).await;
    let here = world.watcher.here_now(&world.channels).await.unwrap();
    let ids = here.iter().flat_map(|snapshot| snapshot.listed.iter().flatten());
    let ids: Vec<&str> = ids.map(|counted| counted.user.as_str()).collect();
    assert!(ids.iter().filter(|id| id.chars().any(char::is_control)).count() > 3, "{ids:?}");
    let failed: u64 = world.watcher.ledger().by_kind.values().map(|(_, failed)| failed).sum();
    assert_eq!(failed, 0, "every id can be spoken");
    world.playing.abort();
}

#[tokio::test(start_paused = true)]
async fn a_large_crowd_arrives_within_what_one_service_can_take() {
    let world = open(10_000, 1.0, Scenes::Profile(Profile::STEADY)).await;
    world.until(20).await;
    let online = world.online().await;
    assert!((7_700..8_700).contains(&online), "{online}");
    let asked = world.straight.asked.lock().unwrap();
    let most = (0..20).map(|second| asked.iter().filter(|(at, _)| at.as_secs() == second).count()).max().unwrap();
    assert!(most < 2_600, "{most}");
    world.playing.abort();
}

#[tokio::test(start_paused = true)]
async fn a_scenario_goes_on_and_a_presenter_goes_ahead_of_it() {
    let (_, text) = crowd::BUILT_IN.iter().find(|(name, _)| *name == "bad-evening").unwrap();
    let world = open(80, 1.0, Scenes::Scenario(Scenario::parse(text, "bad-evening").unwrap())).await;
    let label = || world.remote.status.borrow().label.clone().unwrap();
    assert_eq!(label(), "A quiet evening");
    world.until(31).await;
    assert_eq!(label(), "A router dies");
    world.remote.directions.send(Direction::Next).await.unwrap();
    world.until(32).await;
    assert_eq!(label(), "Recovery");
    world.remote.directions.send(Direction::Faster).await.unwrap();
    world.until(60).await;
    assert_eq!(label(), "Bad connections");
    let hears = world.remote.directions.clone();
    world.playing.abort();
    let _ = world.playing.await;
    assert!(hears.send(Direction::Next).await.is_err(), "a stage that has ended says so");
}

#[tokio::test(start_paused = true)]
async fn f13_the_countdown_of_a_silence_ends_with_the_first_timeout() {
    let world = open(100, 1.0, Scenes::Profile(Profile::STEADY)).await;
    world.until(5).await;
    assert_eq!(world.remote.status.borrow().silence, None);
    world.remote.directions.send(Direction::Outage).await.unwrap();
    world.until(6).await;
    let silence = world.remote.status.borrow().silence.clone().expect("a region is silent");
    assert!((20..50).contains(&silence.people), "{silence:?}");
    let clock = world.straight.clock;
    let eighth = Duration::from_millis(125);
    clock.sleep_until(silence.timeout_at).await;
    let before = world.online().await;
    let mut after = before;
    while after + silence.people as u64 / 2 > before {
        clock.sleep_until(clock.now().plus(eighth)).await;
        after = world.online().await;
        let late = clock.now().since(silence.timeout_at);
        assert!(late <= Duration::from_secs(1), "{late:?}: {before} {after}");
    }
    world.playing.abort();
}

#[tokio::test(start_paused = true)]
async fn f13_a_presenter_goes_to_any_scene() {
    let world = open(60, 1.0, Scenes::Profile(Profile::STEADY)).await;
    world.until(3).await;
    for (place, profile) in (0_u16..).zip(Profile::ALL) {
        world.remote.directions.send(Direction::Scene(place)).await.unwrap();
        world.until(4 + u64::from(place)).await;
        let status = world.remote.status.borrow().clone();
        assert_eq!((&*status.profile, status.scene), (profile.name, usize::from(place)));
        assert_eq!((status.scenes.len(), &*status.about), (Profile::ALL.len(), profile.about));
    }
    world.playing.abort();
}
