//! The subscribe loop and the client against a scripted service, on a paused clock: losses, refusals,
//! silence, and the budget, in virtual time.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use herenow::{
    client::{Client, Error, HttpReply, HttpReplyFuture, Keyset, Origin, RetryAfter, Transport},
    clock::Clock,
    presence::{Channel, LinkChange, Moment, Notice, SubscribeKey, Subscription, Timetoken, UserId},
    source,
    wire::{Names, Refusal},
};
use tokio::sync::{
    mpsc::{self, Receiver},
    watch,
};

/// What the service does with a request.
#[derive(Clone)]
enum Step {
    Answer(u16, String),
    RetryAfter(u16, u64),
    Reset,
    Silence,
    /// 200 and this body, after so many seconds.
    Later(u64, String),
}

struct Scripted {
    clock: Clock,
    steps: Mutex<VecDeque<Step>>,
    /// What requests about the time get.
    pulse: Mutex<Step>,
    asked: Mutex<Vec<(Duration, String)>>,
    started: Moment,
}

fn unreachable_error() -> Error {
    Error::Unreachable { origin: Origin::parse("http://127.0.0.1:1").unwrap(), why: "connection reset".into() }
}

impl Transport for Scripted {
    fn get<'a>(&'a self, _what: &'static str, target: &'a str, limit: Duration) -> HttpReplyFuture<'a> {
        Box::pin(async move {
            self.asked.lock().unwrap().push((self.clock.now().since(self.started), target.to_owned()));
            let step = if target.starts_with("/time/") {
                self.pulse.lock().unwrap().clone()
            } else {
                self.steps.lock().unwrap().pop_front().unwrap_or(Step::Silence)
            };
            let reply =
                |status, retry_after, body: String| Ok(HttpReply { status, retry_after, body: body.into_bytes() });
            match step {
                Step::Answer(status, body) => reply(status, None, body),
                Step::RetryAfter(status, seconds) => reply(
                    status,
                    Some(RetryAfter::Wait(Duration::from_secs(seconds))),
                    Refusal::presence(status, "").encode(),
                ),
                Step::Reset => Err(unreachable_error()),
                Step::Later(seconds, body) => {
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                    reply(200, None, body)
                }
                Step::Silence => {
                    tokio::time::sleep(limit).await;
                    Err(Error::TooSlow { origin: Origin::default(), limit })
                }
            }
        })
    }
}

struct Stage {
    scripted: Arc<Scripted>,
    notices: Receiver<Notice>,
    client: Client,
}

fn empty(t: u64) -> String {
    format!(r#"{{"t":{{"t":"{t}","r":4}},"m":[]}}"#)
}

fn cursor(t: u64) -> Step {
    Step::Answer(200, empty(t))
}

fn watch(channels: &[&str], steps: impl IntoIterator<Item = Step>) -> Stage {
    let clock = Clock::start();
    let scripted = Arc::new(Scripted {
        clock,
        steps: Mutex::new(steps.into_iter().collect()),
        pulse: Mutex::new(Step::Answer(200, "[17000000000000000]".into())),
        asked: Mutex::default(),
        started: clock.now(),
    });
    let keyset = Keyset {
        origin: Origin::default(),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("watcher"),
        auth: None,
    };
    let client = Client::over(scripted.clone(), keyset, 5, clock);
    let (tell, notices) = mpsc::channel(source::QUEUE);
    let wanted: Vec<_> = channels.iter().map(|c| Subscription::Channel(Channel::from_wire(c))).collect();
    tokio::spawn(source::supervise(watch::channel(wanted).1, client.clone(), tell));
    Stage { scripted, notices, client }
}

impl Stage {
    /// The next change of the link, and when it was told.
    async fn change(&mut self) -> (Duration, LinkChange) {
        loop {
            match self.notices.recv().await.expect("the loop goes on") {
                Notice::Link { change: LinkChange::Connecting, .. } | Notice::Batch(_) => {}
                Notice::Link { change, at, .. } => return (at.since(self.scripted.started), change),
            }
        }
    }

    async fn live(&mut self) -> Option<Timetoken> {
        loop {
            match self.change().await.1 {
                LinkChange::Live { resumed, .. } => return resumed,
                LinkChange::Alive { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn asked(&self) -> Vec<(Duration, String)> {
        self.scripted.asked.lock().unwrap().clone()
    }

    fn subscribes(&self) -> Vec<String> {
        self.asked().into_iter().map(|(_, t)| t).filter(|t| t.starts_with("/v2/subscribe/")).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn it_asks_for_presence_twins_only_and_goes_on_from_each_cursor() {
    let mut stage = watch(&["lobby", "support"], [cursor(100), cursor(200)]);
    assert_eq!(stage.live().await, None);
    let Some(Notice::Batch(batch)) = stage.notices.recv().await else { panic!("a reply") };
    assert_eq!(batch.cursor, Timetoken::new(200));
    tokio::task::yield_now().await;
    let asked = stage.subscribes();
    assert!(asked.iter().all(|t| t.starts_with("/v2/subscribe/demo/lobby-pnpres,support-pnpres/0?tt=")), "{asked:?}");
    assert!(asked[0].contains("tt=0&") && asked[1].contains("tt=100&tr=4&"), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_link_backs_off_and_resumes_from_the_saved_cursor() {
    let losses = (0..6).map(|_| Step::Reset);
    let steps = [cursor(100), cursor(200)].into_iter().chain(losses).chain([cursor(999), cursor(1000)]);
    let mut stage = watch(&["lobby"], steps);
    stage.live().await;
    let mut last = Duration::ZERO;
    for failed in 1..=6 {
        let (at, change) = stage.change().await;
        let LinkChange::Lost { attempt, retry_at, trouble } = change else { panic!("{change:?}") };
        assert_eq!(attempt, failed);
        assert!(trouble.sentence.contains("can't be reached"), "{}", trouble.sentence);
        let wait = retry_at.since(stage.scripted.started).saturating_sub(at);
        let most = Duration::from_secs(3 << (failed - 1)).min(Duration::from_secs(10));
        assert!(wait >= Duration::from_millis(100) && wait <= most, "try {failed}: {wait:?}");
        assert!(at >= last);
        last = at;
    }
    assert_eq!(stage.live().await, Some(Timetoken::new(200)), "goes on from where it was");
    // The polls of a second are spread over it.
    tokio::time::advance(Duration::from_secs(1)).await;
    tokio::task::yield_now().await;
    let asked = stage.subscribes();
    assert!(asked.last().unwrap().contains("tt=200&tr=4&") || asked.last().unwrap().contains("tt=1000&"), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_nobody_answers_is_given_up_after_310_s_when_the_pulse_is_fine() {
    let mut stage = watch(&["lobby"], [cursor(100), Step::Silence]);
    stage.live().await;
    loop {
        let (at, change) = stage.change().await;
        match change {
            LinkChange::Alive { .. } => assert!(at < Duration::from_secs(311)),
            LinkChange::Lost { .. } => {
                assert_eq!(at.as_secs(), 310);
                return;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_half_dead_link_is_noticed_within_a_minute() {
    let mut stage = watch(&["lobby"], [cursor(100), Step::Silence]);
    *stage.scripted.pulse.lock().unwrap() = Step::Silence;
    stage.live().await;
    let (at, change) = stage.change().await;
    assert!(matches!(change, LinkChange::Lost { .. }), "{change:?}");
    assert!(at <= Duration::from_secs(61), "{at:?}");
}

#[tokio::test(start_paused = true)]
async fn a_403_names_what_is_refused_and_the_rest_goes_on() {
    let body = r#"{"message":"Forbidden","payload":{"channels":["secret-pnpres"]},"error":true,"service":"Access Manager","status":403}"#;
    let mut stage = watch(&["lobby", "secret"], [Step::Answer(403, body.into()), cursor(100)]);
    let (_, change) = stage.change().await;
    let LinkChange::Refused { trouble, what, .. } = change else { panic!("{change:?}") };
    assert_eq!(what, [Subscription::Channel(Channel::from_wire("secret"))]);
    assert!(trouble.sentence.contains("403") && trouble.sentence.contains("secret-pnpres"), "{}", trouble.sentence);
    stage.live().await;
    assert!(stage.subscribes().last().unwrap().starts_with("/v2/subscribe/demo/lobby-pnpres/0?"));
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_by_name_is_followed_again_once_it_is_allowed() {
    let body = r#"{"message":"Forbidden","payload":{"channels":["secret-pnpres"]},"error":true,"service":"Access Manager","status":403}"#;
    let refused = || Step::Answer(403, body.into());
    // Refused, live without it, an answer after the window, refused once more, another answer, allowed.
    let quiet = || Step::Later(100, empty(100));
    let steps = [refused(), cursor(100), quiet(), refused(), quiet(), cursor(100), cursor(100)];
    let mut stage = watch(&["lobby", "secret"], steps);
    assert!(matches!(stage.change().await.1, LinkChange::Refused { .. }));
    stage.live().await;
    let what = loop {
        if let LinkChange::Allowed { what } = stage.change().await.1 {
            break what;
        }
    };
    assert_eq!(what, [Subscription::Channel(Channel::from_wire("secret"))]);
    stage.live().await;
    let asked = stage.subscribes();
    let alone: Vec<_> = asked.iter().filter(|a| a.starts_with("/v2/subscribe/demo/secret-pnpres/0?tt=0")).collect();
    assert_eq!(alone.len(), 2, "{asked:?}");
    assert!(asked.last().unwrap().starts_with("/v2/subscribe/demo/lobby-pnpres,secret-pnpres/0?"), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn what_no_waiting_cures_is_not_hammered() {
    for (status, message, said) in [
        (403, "Token is expired.", "the token is expired"),
        (403, "Token is revoked", "the token is revoked"),
        (400, "Invalid Subscribe Key", "does not know this subscribe key"),
    ] {
        let refusal = Refusal::presence(status, message).encode();
        let mut stage = watch(&["lobby"], (0..20).map(|_| Step::Answer(status, refusal.clone())));
        let (_, change) = stage.change().await;
        let LinkChange::Refused { trouble, what, .. } = change else { panic!("{change:?}") };
        assert!(trouble.sentence.contains(said), "{}", trouble.sentence);
        assert_eq!(what.len(), 1);
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert!(stage.asked().len() <= 11, "{} requests in ten minutes", stage.asked().len());
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_and_garbage_is_retried() {
    let steps = [
        Step::RetryAfter(429, 7),
        Step::Answer(500, "<html>Internal Server Error</html>".into()),
        Step::Answer(200, r#"{"t":{"t":"100","r":4},"m":[{"c":"#.into()),
        cursor(100),
    ];
    let mut stage = watch(&["lobby"], steps);
    let (at, change) = stage.change().await;
    let LinkChange::Lost { retry_at, .. } = change else { panic!("{change:?}") };
    let wait = retry_at.since(stage.scripted.started).saturating_sub(at);
    assert!((7.0..=8.1).contains(&wait.as_secs_f64()), "{wait:?}");
    for expected in ["the service failed (500)", "could not be read"] {
        let (_, change) = stage.change().await;
        let LinkChange::Lost { trouble, .. } = change else { panic!("{change:?}") };
        assert!(trouble.sentence.contains(expected), "{}", trouble.sentence);
    }
    assert_eq!(stage.live().await, None);
}

/// What the link says until it is live again: the losses, and where it went on from.
async fn until_live(stage: &mut Stage) -> (Vec<String>, Option<Timetoken>) {
    let mut lost = Vec::new();
    loop {
        match stage.change().await.1 {
            LinkChange::Lost { trouble, .. } => lost.push(trouble.sentence.into()),
            LinkChange::Live { resumed, .. } => return (lost, resumed),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_never_be_read_is_passed_over_and_told_as_a_gap() {
    let garbled = || Step::Answer(200, r#"{"t":{"t":"300","r":4},"m":[{"c":"#.into());
    let broken = vec![cursor(700), garbled(), cursor(800), Step::Reset, cursor(850), garbled()];
    let steps = [vec![cursor(100), cursor(200), garbled()], broken, vec![cursor(900), cursor(901)]];
    let mut stage = watch(&["lobby"], steps.concat());
    assert_eq!(stage.live().await, None);
    // A handshake in between is no sign that the stream is sound.
    let (lost, resumed) = until_live(&mut stage).await;
    assert!(lost[0].contains("could not be read") && lost.len() == 4, "{lost:?}");
    assert_eq!(resumed, Some(Timetoken::new(900)));
    let Some(Notice::Batch(batch)) = stage.notices.recv().await else { panic!("a reply") };
    assert_eq!(batch.cursor, Timetoken::new(901));
    let asked = stage.subscribes();
    assert_eq!(asked.iter().filter(|a| a.contains("tt=200&")).count(), 4, "{asked:?}");
    assert!(asked.iter().any(|a| a.contains("tt=900&tr=4")), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_cursor_of_zero_is_no_place_to_go_on_from() {
    let zero = std::iter::repeat_n([cursor(100), cursor(0)], 20).flatten();
    let mut stage = watch(&["lobby"], zero);
    stage.live().await;
    let (_, change) = stage.change().await;
    assert!(
        matches!(&change, LinkChange::Lost { trouble, .. } if trouble.sentence.contains("its cursor is 0")),
        "{change:?}"
    );
    while stage.change().await.0 < Duration::from_secs(60) {}
    let asked = stage.subscribes();
    assert!(asked.len() < 40 && asked.iter().filter(|a| a.contains("tt=0&")).count() <= 20, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_nonsense_is_never_live_and_is_again_when_a_poll_is_held() {
    for nonsense in ["", "<html>", "null", "[]", "{}", r#"{"t":{"t":"300","r":4}}"#, r#"{"status":500}"#] {
        let broken = (0..2).flat_map(|n| [cursor(300 + n), Step::Answer(200, nonsense.into())]);
        let steps = [cursor(100), cursor(200)].into_iter().chain(broken).chain([cursor(400), Step::Silence]);
        let steps: Vec<Step> = steps.collect();
        let mut stage = watch(&["lobby"], [&steps[..2], &steps[3..]].concat());
        stage.live().await;
        let (lost, resumed) = until_live(&mut stage).await;
        assert_eq!((lost.len(), resumed), (2, Some(Timetoken::new(200))), "{nonsense}: {lost:?}");
        let failed = ["could not be read", "the service failed (500)"];
        assert!(lost.iter().all(|lost| failed.iter().any(|said| lost.contains(said))), "{nonsense}: {lost:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_behind_http_200_is_a_refusal() {
    let named = r#"{"message":"Forbidden","payload":{"channels":["secret-pnpres"]},"error":true,"status":"403"}"#;
    // Refused, live without it, refused at the second try as well.
    let steps = [Step::Answer(200, named.into()), cursor(100), Step::Silence, Step::Answer(200, named.into())];
    let mut stage = watch(&["lobby", "secret"], steps);
    let (_, change) = stage.change().await;
    let LinkChange::Refused { trouble, what, everything } = change else { panic!("{change:?}") };
    assert_eq!((what, everything), (vec![Subscription::parse("secret").unwrap()], false));
    assert!(trouble.sentence.contains("access refused (403) for secret-pnpres"), "{}", trouble.sentence);
    stage.live().await;
    while stage.subscribes().len() < 5 {
        let (_, change) = stage.change().await;
        assert!(!matches!(change, LinkChange::Allowed { .. }), "{change:?}");
    }
    let paced = r#"{"t":{"t":"100","r":4},"m":[],"status":429,"message":"slow down"}"#;
    let mut stage = watch(&["lobby"], [Step::Answer(200, paced.into()), cursor(100)]);
    let (_, change) = stage.change().await;
    let LinkChange::Lost { trouble, .. } = change else { panic!("{change:?}") };
    assert!(trouble.sentence.contains("slow down (429)"), "{}", trouble.sentence);
    assert_eq!(stage.live().await, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_at_the_start_is_asked_again_within_seconds() {
    let refused = |named: &str| {
        let payload =
            if named.is_empty() { String::new() } else { format!(r#""payload":{{"channels":["{named}"]}},"#) };
        Step::Answer(403, format!(r#"{{"message":"Forbidden",{payload}"error":true,"status":403}}"#))
    };
    let mut stage = watch(&["lobby"], [refused(""), refused("lobby-pnpres"), cursor(100)]);
    stage.change().await;
    while !matches!(stage.change().await, (at, LinkChange::Live { .. }) if at < Duration::from_secs(6)) {}
    // Beside a poll that is held open, too.
    let steps = [refused("secret-pnpres"), cursor(100), Step::Silence, cursor(100), cursor(100)];
    let mut stage = watch(&["lobby", "secret"], steps);
    let allowed = loop {
        if let (at, LinkChange::Allowed { .. }) = stage.change().await {
            break at;
        }
    };
    assert!(allowed < Duration::from_secs(3), "{allowed:?}");
}

#[tokio::test(start_paused = true)]
async fn difference_05_groups_without_channels_are_asked_for_again_within_seconds() {
    let refused = Refusal::of_empty_set(&Names { channels: Vec::new(), groups: vec!["lobby-pnpres".into()] });
    let refused = || Step::Answer(400, refused.encode());
    let mut stage = watch(&["lobby"], [refused(), refused(), cursor(100), cursor(100), refused(), cursor(200)]);
    let (_, change) = stage.change().await;
    let LinkChange::Refused { trouble, everything: true, .. } = change else { panic!("{change:?}") };
    assert_eq!(&*trouble.sentence, "the groups hold no channel (400); once one is added, they are followed");
    while !matches!(stage.change().await, (at, LinkChange::Live { resumed: None, .. }) if at < Duration::from_secs(6)) {
    }
    // Emptied while it is followed, it goes on from where it was.
    while !matches!(stage.change().await.1, LinkChange::Live { resumed: Some(_), .. }) {}
}

#[tokio::test(start_paused = true)]
async fn secrets_that_a_gateway_repeats_are_not_told() {
    let url = "/v2/subscribe/sub-c-SECRETKEY1234/x?auth=tokSECRET%2FTOKEN99&uuid=w";
    let keyset = Keyset {
        origin: Origin::default(),
        subscribe_key: SubscribeKey::from_wire("sub-c-SECRETKEY1234"),
        user: UserId::from_wire("watcher"),
        auth: Some(herenow::wire::Auth::new("tokSECRET/TOKEN99")),
    };
    let steps = [
        Step::Answer(404, format!(r#"{{"message":"Cannot GET {url}"}}"#)),
        // Cut in the middle of the token, and spelled with an escape.
        Step::Answer(404, format!(r#"{{"message":"{} tokSECRET\/TOKEN99"}}"#, "x".repeat(290))),
        Step::Answer(200, format!(r#"{{"status":"Cannot GET {url}"}}"#)),
        Step::Answer(200, format!(r#"{{"t":"Cannot GET {url}","m":[]}}"#)),
    ];
    let Stage { client, .. } = watch(&[], []);
    let scripted = Arc::new(Scripted {
        clock: client.clock(),
        steps: Mutex::new(steps.into()),
        pulse: Mutex::new(Step::Silence),
        asked: Mutex::default(),
        started: client.clock().now(),
    });
    let client = Client::over(scripted, keyset, 100, client.clock());
    for kind in 0..4 {
        let user = UserId::from_wire("ann");
        let error = match kind {
            3 => client.list_group(&herenow::presence::ChannelGroup::from_wire("g")).await.unwrap_err(),
            _ => client.where_now(&user).await.unwrap_err(),
        };
        let said = format!("{error} {error:?}");
        assert!(!said.contains("SECRET"), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_exceeds_the_budget() {
    let replies: Vec<Step> = (1..100_000).map(|n| cursor(100 + n)).collect();
    let mut stage = watch(&["lobby"], replies);
    stage.live().await;
    let busy = stage.client.clone();
    let others = tokio::spawn(async move {
        loop {
            let _ = busy.time().await;
        }
    });
    let drained = tokio::spawn(async move { while stage.notices.recv().await.is_some() {} });
    tokio::time::sleep(Duration::from_secs(60)).await;
    let asked = stage.scripted.asked.lock().unwrap().clone();
    for window in asked.windows(6) {
        assert!(window[5].0 >= window[0].0 + Duration::from_millis(999), "more than five within a second: {window:?}");
    }
    assert!(asked.len() <= 5 * 61, "{} requests in a minute", asked.len());
    assert_eq!(stage.client.ledger().count_sent(), asked.len() as u64);
    others.abort();
    drained.abort();
}
