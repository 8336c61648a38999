//! `herenow heartbeat`: be present, once or for as long as this runs.

use std::{
    collections::BTreeMap,
    str::FromStr,
    sync::mpsc::{SyncSender, sync_channel},
    time::Duration,
};

use clap::Args as ClapArgs;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{
    Failure,
    failure::FailureForm,
    flags::{
        format::FormatArgs,
        keyset::KeysetArgs,
        places::{self, PlacesArgs},
    },
    keyset::{KeysetUse, UnnamedUser},
    print,
};
use crate::{
    client::{Client, Error},
    presence::{Moment, Subscription},
    shutdown::End,
    world::OwnPresence,
};

/// Seconds of presence timeout below which one lost heartbeat may be a timeout, which PubNub advises
/// against.
const SHORT: u64 = 20;

/// No service is waited for longer than this between two heartbeats, whatever it asks.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// `herenow heartbeat`
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: herenow heartbeat --subscribe-key sub-c-… --user-id ann --every lobby",
    after_long_help = "Example: herenow heartbeat --subscribe-key sub-c-… --user-id ann --every lobby\n\n\
    With --every it goes on until Ctrl-C, TERM or HUP, and leaves before it ends; ask twice to end without waiting \
    for that. A heartbeat that fails is said on stderr, and the next one comes when it would have come anyway. \
    The exit code is 0 if the last heartbeat and the leave were accepted, and 1 if one of them was not.\n\n\
    With --json, one line for each heartbeat:\n  \
    {\"version\":1,\"channels\":[\"lobby\"],\"groups\":[],\"timeout\":300,\"user\":\"ann\"}\n\
    with --every also `beat`, counted from 1, `next`, the seconds to the next one, and `time`, in milliseconds \
    since 1970; and at the end:\n  \
    {\"version\":1,\"channels\":[\"lobby\"],\"groups\":[],\"left\":true,\"user\":\"ann\"}"
)]
pub struct HeartbeatArgs {
    /// Where.
    #[command(flatten)]
    pub places: PlacesArgs,
    /// The presence timeout: for how many seconds we are there, if nothing more is heard of us.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(5..=3600))]
    pub timeout: u64,
    /// Go on until stopped, with a heartbeat every so many seconds, at least 3 [default: half the
    /// timeout less 1].
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "half"
    )]
    pub every: Option<Every>,
    /// Do not leave when stopped: the service notices when the timeout has passed.
    #[arg(long, requires = "every")]
    pub no_leave: bool,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to tell, and as whom.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

/// How often a heartbeat is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// As often as a timeout asks for.
    HalfTheTimeout,
    /// Every so many seconds.
    Seconds(u64),
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "half" {
            return Ok(Self::HalfTheTimeout);
        }
        let seconds = text.parse().ok().filter(|seconds| (3..=3600).contains(seconds));
        seconds.map(Self::Seconds).ok_or_else(|| "give 3 to 3600 seconds, as in --every=60".to_owned())
    }
}

impl Every {
    fn of(self, timeout: Duration) -> Duration {
        match self {
            Self::HalfTheTimeout => OwnPresence::new(timeout).heartbeat_interval(),
            Self::Seconds(seconds) => Duration::from_secs(seconds),
        }
    }
}

/// What we say of our presence, where and to whom.
struct Presence {
    client: Client,
    places: Vec<Subscription>,
    timeout: Duration,
    json: bool,
}

pub(super) async fn run_heartbeat(args: HeartbeatArgs) -> Result<(), Failure> {
    let places = args.places.read_some("herenow heartbeat --user-id ann lobby")?;
    let timeout = Duration::from_secs(args.timeout);
    let every = args.every.map(|every| every.of(timeout));
    if let Some(every) = every.filter(|every| *every >= timeout) {
        return Err(Failure::usage(format!(
            "a heartbeat every {} s comes too late for a timeout of {} s; give --every less, or --timeout more",
            every.as_secs(),
            args.timeout
        )));
    }
    let client = args.keyset.connect(UnnamedUser::IsRefused, KeysetUse::Changes).await?;
    let presence = Presence { client, places, timeout, json: args.format.json };
    let Some(every) = every else {
        presence.client.heartbeat(&presence.places, timeout).await?;
        return presence.tell_once();
    };
    // Before the first heartbeat: from then on there is something to leave.
    let mut end = End::listen();
    let mut teller = BeatTeller::start();
    if args.timeout < SHORT {
        teller.offer(BeatLine::Remark(format!(
            "warning: with a timeout of {} s a single heartbeat that is lost may be a timeout; {SHORT} s or more is safer",
            args.timeout
        )));
    }
    let beaten = presence.keep_alive(every, &mut end, &mut teller).await;
    let left = if args.no_leave { Ok(()) } else { presence.leave(&mut end).await };
    let last = (left.is_ok() && !args.no_leave).then(|| presence.describe_leave());
    let told = teller.finish(last).await;
    let left = left.and(told);
    match (beaten, left) {
        (Ok(()), ended) | (ended, Ok(())) => ended,
        (beaten, Err(left)) if left == Failure::nobody_reads() => beaten,
        (Err(beaten), left) => {
            // Both are said; a reader who is gone has nothing to say.
            beaten.report(if presence.json { FailureForm::Json } else { FailureForm::Words });
            left
        }
    }
}

impl Presence {
    /// Heartbeats until somebody asks us to end, or nobody reads what we say. Fails if the last one
    /// did.
    async fn keep_alive(&self, every: Duration, end: &mut End, teller: &mut BeatTeller) -> Result<(), Failure> {
        let clock = self.client.clock();
        let mut last: Result<(), Error> = Ok(());
        let mut present_until: Option<Moment> = None;
        for beat in 1_u64.. {
            let mut next = clock.now().plus(every);
            last = tokio::select! {
                biased;
                () = end.wait_until_asked() => break,
                beaten = self.client.heartbeat(&self.places, self.timeout) => beaten,
            };
            let now = clock.now();
            if last.is_ok() && present_until.replace(now.plus(self.timeout)).is_some_and(|until| until < now) {
                let user = &self.client.keyset().user;
                let late = format!("no heartbeat was sent in time, so {user} timed out; present again");
                teller.offer(BeatLine::Remark(late));
            }
            let line = match &last {
                Ok(()) => self.describe_beat(beat, now, every),
                Err(error) => {
                    next = next.max(clock.now().plus(error.retry_after().unwrap_or_default().min(LONGEST_PAUSE)));
                    let wait = next.since(clock.now()).as_secs_f64().round();
                    BeatLine::Remark(format!("{error}; the next heartbeat comes in {wait} s"))
                }
            };
            teller.offer(line);
            tokio::select! {
                biased;
                () = end.wait_until_asked() => break,
                told = teller.wait_until_stopped() => return told,
                () = clock.sleep_until(next) => {}
            }
        }
        // It was said when it happened, and is the reason for the exit code.
        last.map_err(|error| Failure::error(format!("the last heartbeat was not accepted: {error}")))
    }

    /// Leave, unless somebody can't wait for it.
    async fn leave(&self, end: &mut End) -> Result<(), Failure> {
        let left = tokio::select! {
            biased;
            () = end.wait_until_asked() => {
                let sentence = "stopped before the leave was accepted; the service notices when the timeout has passed";
                return Err(Failure::error(sentence));
            }
            left = self.client.leave(&self.places) => left,
        };
        left.map_err(|error| Failure::error(format!("the leave was not accepted: {error}")))
    }

    fn describe_leave(&self) -> BeatLine {
        if self.json {
            let mut line = self.line();
            line.insert("left", true.into());
            return BeatLine::Json(line);
        }
        BeatLine::Text(format!("{} left {}", self.client.keyset().user, places::list_places(&self.places)))
    }

    /// What is in every line of JSON, by name.
    fn line(&self) -> BTreeMap<&'static str, Value> {
        let (channels, groups) = places::split_names(&self.places);
        let user = self.client.keyset().user.as_str();
        BTreeMap::from([("channels", json!(channels)), ("groups", json!(groups)), ("user", user.into())])
    }

    fn sentence(&self) -> String {
        let user = &self.client.keyset().user;
        format!("{user} is here for {} s on {}", self.timeout.as_secs(), places::list_places(&self.places))
    }

    fn tell_once(&self) -> Result<(), Failure> {
        if self.json {
            let mut line = self.line();
            line.insert("timeout", self.timeout.as_secs().into());
            return print::json(&line);
        }
        print::text(&self.sentence())
    }

    fn describe_beat(&self, beat: u64, at: Moment, every: Duration) -> BeatLine {
        let millis = at.since(Moment::default()).as_millis();
        if self.json {
            let mut line = self.line();
            line.insert("timeout", self.timeout.as_secs().into());
            line.insert("beat", beat.into());
            line.insert("next", every.as_secs().into());
            line.insert("time", u64::try_from(millis).unwrap_or(u64::MAX).into());
            return BeatLine::Json(line);
        }
        let time = Timestamp::from_millisecond(i64::try_from(millis).unwrap_or(0)).unwrap_or_default();
        let time = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
        BeatLine::Text(format!("{time}  {}, next in {} s", self.sentence(), every.as_secs()))
    }
}

/// What is said of a heartbeat.
enum BeatLine {
    Text(String),
    Json(BTreeMap<&'static str, Value>),
    Remark(String),
}

/// So many lines wait for who reads them; what is more is left out.
const MOST_WAITING: usize = 64;

/// Says what is said between heartbeats, which wait for nobody who reads it.
struct BeatTeller {
    lines: Option<SyncSender<BeatLine>>,
    telling: Option<JoinHandle<Result<(), Failure>>>,
    missed: usize,
}

impl BeatTeller {
    fn start() -> Self {
        let (lines, waiting) = sync_channel(MOST_WAITING);
        let tell = |line| match line {
            BeatLine::Text(text) => print::text(&text),
            BeatLine::Json(line) => print::json(&line),
            BeatLine::Remark(sentence) => {
                print::remark(&sentence);
                Ok(())
            }
        };
        let telling = tokio::task::spawn_blocking(move || waiting.iter().try_for_each(tell));
        Self { lines: Some(lines), telling: Some(telling), missed: 0 }
    }

    /// Say it, unless too much still waits for its reader.
    fn offer(&mut self, line: BeatLine) {
        let Some(lines) = &self.lines else { return };
        let missed = format!("{} left out, as nobody read them", print::many(self.missed, "line"));
        if self.missed > 0 && lines.try_send(BeatLine::Remark(missed)).is_ok() {
            self.missed = 0;
        }
        self.missed += usize::from(lines.try_send(line).is_err());
    }

    /// Wait until nothing can be said any more. Dropped before its end, nothing is lost.
    async fn wait_until_stopped(&mut self) -> Result<(), Failure> {
        let Some(telling) = &mut self.telling else { return Ok(()) };
        // It has panicked if it failed, and that was reported.
        let told = telling.await.unwrap_or(Ok(()));
        self.telling = None;
        told
    }

    /// Say this last, and wait until all is said.
    async fn finish(mut self, last: Option<BeatLine>) -> Result<(), Failure> {
        if let Some(line) = last {
            self.offer(line);
        }
        self.lines = None;
        self.wait_until_stopped().await
    }
}
