//! Thousands of long polls, and people who come and go: how long it takes until every listener of a
//! channel has been told, and whether everyone was told everything.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::try_join_all;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    http::{self, Answers, Requests},
    options::Options,
    pace::Pace,
    report::{self, Delays, MEMORY, cores, mb, word},
    server::{Server, own_usage},
    subscribe::{self, Event, Reply},
    turn::Turn,
};

/// Connections over which people come and go.
const SENDERS: usize = 8;

/// How long the listeners may take to begin, and the last events to arrive before they are lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the listeners share.
#[derive(Default)]
struct Tally {
    /// The events that are sent, once it has begun.
    pace: OnceLock<Pace>,
    /// The first event that is measured.
    measured_from: usize,
    channels: usize,
    listening: AtomicU64,
    heard: AtomicU64,
    /// Heard again, or after a later one.
    astray: AtomicU64,
    delays: Mutex<Delays>,
    broken: Mutex<Option<io::Error>>,
}

/// Somebody with a long poll open, always.
struct Listener {
    which: usize,
    channel: usize,
    /// What should be heard next.
    next: Turn,
    tally: Arc<Tally>,
}

impl Listener {
    async fn listen(mut self, requests: Requests, answers: Answers) {
        let Err(why) = self.poll(requests, answers).await;
        let mut broken = self.tally.broken.lock().unwrap_or_else(PoisonError::into_inner);
        broken.get_or_insert(why);
    }

    async fn poll(&mut self, mut requests: Requests, mut answers: Answers) -> io::Result<Infallible> {
        let Self { channel, which, .. } = *self;
        let mut cursor = "0".to_owned();
        loop {
            requests.ask(&subscribe::target(&format!("room-{channel}"), &cursor, which)).await?;
            let body = answers.next().await?;
            let now = Instant::now();
            let reply = Reply::read(body)?;
            for event in reply.events() {
                self.hear(event, now);
            }
            if cursor == "0" {
                self.tally.listening.fetch_add(1, Ordering::Relaxed);
            }
            reply.cursor().clone_into(&mut cursor);
        }
    }

    fn hear(&mut self, event: &Event<'_>, now: Instant) {
        let Some(turn) = Turn::read(event) else { return };
        if turn.0 < self.next.0 {
            self.tally.astray.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.next = Turn(turn.0 + 1);
        self.tally.heard.fetch_add(1, Ordering::Relaxed);
        let which = turn.0 * self.tally.channels + self.channel;
        if let Some(pace) = self.tally.pace.get().filter(|_| which >= self.tally.measured_from) {
            let mut delays = self.tally.delays.lock().unwrap_or_else(PoisonError::into_inner);
            delays.add(pace.since(which, now));
        }
    }
}

impl Tally {
    /// Wait until a count is reached, or until it is clear that it never will be.
    async fn reaches(&self, count: &AtomicU64, wanted: u64) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        while count.load(Ordering::Relaxed) < wanted && Instant::now() < end {
            if let Some(why) = self.broken.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return Err(why);
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

pub async fn run(options: &Options) -> io::Result<()> {
    let (polls, channels) = (options.polls as usize, options.channels() as usize);
    let Options { listeners, events, seconds, .. } = *options;
    report::part(format_args!(
        "{polls} long polls on {channels} channels, {listeners} on each; {events} joins and leaves per second"
    ));
    let server = Server::start(&[])?;
    let empty = server.usage();
    let measured_from = events as usize * options.warm_up() as usize;
    let tally = Arc::new(Tally { measured_from, channels, ..Tally::default() });
    let mut listening = JoinSet::new();
    for which in 0..polls {
        let (requests, answers) = http::connect(server.address).await?;
        let listener = Listener { which, channel: which % channels, next: Turn(0), tally: tally.clone() };
        listening.spawn(listener.listen(requests, answers));
    }
    tally.reaches(&tally.listening, polls as u64).await?;
    // The polls that follow the first answers settle.
    sleep(Duration::from_millis(500)).await;
    let settled = server.usage();

    let pace = tally.pace.get_or_init(|| Pace::new(Instant::now(), events, options.warm_up() + seconds));
    let answered = Mutex::new(Delays::default());
    let senders = (0..SENDERS).map(|sender| {
        let answered = &answered;
        async move {
            let connection = http::connect(server.address).await?;
            let mine = (0..pace.all()).filter(move |which| which % channels % SENDERS == sender);
            let target = |which: usize| Turn(which / channels).target(which % channels);
            let note = |which: usize, _: &str| {
                if which >= measured_from {
                    answered.lock().unwrap_or_else(PoisonError::into_inner).add(pace.since(which, Instant::now()));
                }
            };
            pace.send(connection, mine, target, note).await
        }
    });
    let warm = async {
        sleep_until(pace.start + Duration::from_secs(u64::from(options.warm_up()))).await;
        Ok((server.usage(), own_usage(), Instant::now()))
    };
    let (_, (before, own_before, since)) = tokio::try_join!(try_join_all(senders), warm)?;
    let (after, own_after, within) = (server.usage(), own_usage(), since.elapsed());

    let heard_by = |channel: usize| (polls - channel).div_ceil(channels);
    let wanted: usize = (0..pace.all()).map(|which| heard_by(which % channels)).sum();
    tally.reaches(&tally.heard, wanted as u64).await?;
    let usage = server.usage();
    let (heard, astray) = (tally.heard.load(Ordering::Relaxed), tally.astray.load(Ordering::Relaxed));
    let lost = (wanted as u64).saturating_sub(heard);

    let delays = std::mem::take(&mut *tally.delays.lock().unwrap_or_else(PoisonError::into_inner));
    delays.line("from the cause to each listener", true);
    answered.into_inner().unwrap_or_else(PoisonError::into_inner).line("a join or leave is answered", false);
    let mut late = Delays::default();
    (measured_from..pace.all()).for_each(|which| late.add(pace.late(which)));
    late.line("sent later than planned by", false);
    let complete = lost == 0 && astray == 0;
    let figures = format!("{heard} of {wanted}; {lost} lost, {astray} twice or out of order");
    report::line("events heard", &figures, Some(format!("nothing lost: {}", word(complete))));
    let met = usage.peak.map(|peak| format!("under {}: {}", mb(Some(MEMORY)), word(peak < MEMORY)));
    report::line("memory of the service, at most", &mb(usage.peak), met);
    let each = settled.resident.zip(empty.resident).map(|(full, empty)| full.saturating_sub(empty) / polls as u64);
    report::line(
        "of that for each open poll",
        &each.map_or("unknown".to_owned(), |each| format!("{each} bytes")),
        None,
    );
    cores("the service", before, after, within);
    cores("the load", own_before, own_after, within);
    if complete { Ok(()) } else { Err(io::Error::other("events were lost or came twice")) }
}
