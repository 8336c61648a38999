//! `herenow events`: what happens, line by line, for programs or for people.

mod line_printer;
mod roster_file;
mod tally;
mod writer;

use std::{num::NonZeroU64, path::PathBuf, sync::Arc};

use clap::{
    Args as ClapArgs, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use jiff::tz::TimeZone;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::{line_printer::LinePrinter, roster_file::RosterFile, tally::Tally, writer::Writer};
use super::{
    Failure,
    end::End,
    flags::keyset::KeysetArgs,
    judging::{Course, Judging, look_again_at},
    keyset::UnnamedUser,
    print, session,
};
use crate::{
    clock::Clock,
    config::Typed,
    duration::Span,
    engine::{Engine, Io, Step},
    expression::{Expression, Filter, Verdict},
    output::lines,
    presence::{Channel, Moment, Subscription},
    view::{Appearance, Theme},
    world::{Entry, EntryKind, Listener, Watcher, World},
};

/// `herenow events`
#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "flags")]
#[command(
    after_help = "Example: herenow events --subscribe-key sub-c-… --kind join,leave --count 10 lobby",
    after_long_help = "Example: herenow events --subscribe-key sub-c-… --kind join,leave --count 10 lobby\n\n\
    A line looks like this; --schema prints what there can be in one:\n  \
    {\"version\":1,\"type\":\"join\",\"time\":1790605537327,\"timetoken\":\"17906055373270001\",\"channel\":\"lobby\",\
    \"user\":\"ann\",\"occupancy\":1,\"sightings\":1}\n\n\
    Watching makes nobody present. The lists are kept as the dashboard keeps them: here now is asked at first, after \
    a gap, and to be sure, and what it finds is told as snapshot, resync or drift. It goes on until --count, --for, \
    --until, Ctrl-C, TERM or HUP, whichever comes first; ask twice to end without waiting for a slow reader. While a reader \
    is slow nothing is dropped here: the service keeps what it keeps, and a gap that comes of it is told. Where \
    hundreds of events come in a second, give a --budget of 50 or more, so that they are fetched as fast as they \
    come.\n\n\
    The closing summary goes to stderr; with --quiet, to stdout. The exit code is 0, and 1 if the time was over before \
    the service was ever reached, or if it refused all that was asked for."
)]
pub struct Events {
    /// What to watch: channels, and patterns such as 'match.*'.
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// A channel group to watch; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// How it is told [default: json; the summary: people].
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// Only these kinds, separated by commas.
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', value_parser = kind())]
    pub kinds: Vec<EntryKind>,
    /// Of what happens to users, only what happens to those whom this filter means, as in
    /// 'bot !state.mood=busy'; what is about the watching itself is told all the same.
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Option<Filter>,
    /// After each change to a list, also who is on it, whatever --kind and --filter say; changes that
    /// come together are followed by one.
    #[arg(long, conflicts_with = "quiet")]
    pub roster: bool,
    /// End after so many lines about events; with --kind, after so many lines.
    #[arg(long, value_name = "N")]
    pub count: Option<NonZeroU64>,
    /// End after so long, such as 30s or 5m.
    #[arg(long = "for", value_name = "TIME")]
    pub lasts: Option<Span>,
    /// End when this holds, in the language of `herenow wait`; it can only be about what is watched.
    #[arg(long, value_name = "EXPRESSION", value_parser = expression)]
    pub until: Option<Expression>,
    /// Only the summary at the end.
    #[arg(long)]
    pub quiet: bool,
    /// At the end, write who is where into this file, whole or not at all:
    /// {"channels":{NAME:{"occupancy":N,"uuids":{USER:STATE}}}}.
    #[arg(long, value_name = "FILE")]
    pub roster_file: Option<PathBuf>,
    /// Print the JSON Schema of the lines, and end.
    #[arg(long, exclusive = true)]
    pub schema: bool,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

/// For whom it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// programs: JSON, one object a line
    Json,
    /// people: aligned lines, as in the dashboard's log
    People,
}

fn kind() -> impl TypedValueParser<Value = EntryKind> {
    let named = |name: String| EntryKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or("not a kind");
    PossibleValuesParser::new(EntryKind::ALL.map(EntryKind::name)).try_map(named)
}

fn filter(text: &str) -> Result<Filter, String> {
    Filter::parse(text).map_err(|mistake| format!("{mistake}\n{}", mistake.caret(text)))
}

fn expression(text: &str) -> Result<Expression, String> {
    Expression::parse(text).map_err(|mistake| format!("{mistake}\n{}", mistake.caret(text)))
}

/// What an expression is about has to be watched, or nothing would ever come of it.
fn require_watched(expression: &Expression, watching: &[Subscription]) -> Result<(), Failure> {
    let is_watched = |place: &Subscription| {
        let channel = Channel::heard(place.as_str());
        // Only the service knows what is in a group.
        watching.iter().any(|watched| watched.covers(&channel) || matches!(watched, Subscription::Group(_)))
    };
    match expression.places().into_iter().find(|place| !is_watched(place)) {
        Some(place) => Err(Failure::usage(format!(
            "--until is about {place}, which is not watched; name it among the channels as well"
        ))),
        None => Ok(()),
    }
}

/// Why it ended.
enum EventsEnded {
    /// It was asked to, or has told what it was to tell.
    AsAsked,
    /// The time was over.
    TimeOver,
}

pub(super) async fn run(args: Events, broken: CancellationToken) -> Result<(), Failure> {
    if args.schema {
        return print::text(lines::SCHEMA);
    }
    let typed = Typed { channels: args.channels.clone(), groups: args.groups.clone(), ..Typed::default() };
    let (session, client, all) =
        session::open_session(&args.keyset, UnnamedUser::Asks, typed, "herenow events").await?;
    if let Some(expression) = &args.until {
        require_watched(expression, &session.watching)?;
    }
    // Before the watching, which may take long: whether its end can be written down.
    let roster_file = args.roster_file.as_deref().map(RosterFile::at).transpose()?;
    // Before the first question: from here on there is an end to come to.
    let mut end = End::listen();
    let clock = client.clock();
    let mut tasks = JoinSet::new();
    let io = Io::open(client, &session.watching, None, broken, &mut tasks);
    let world = World::new(session, all.presence_timeout.value, clock.now());
    let appearance = Appearance { theme: Theme::monochrome(), zone: TimeZone::system(), ..Appearance::default() };
    let telling = Telling {
        until: args.until.clone().map(|expression| Judging::new([expression], Until, clock)),
        tally: Tally::default(),
        printer: LinePrinter::new(&args, appearance),
        enough: false,
    };
    let mut engine = Engine::new(io, world, telling);
    let mut writer = Writer::start();
    let began = clock.now();
    let over = args.lasts.map(|Span(span)| began.plus(span));
    let ended = follow(&mut engine, &mut writer, over, &mut end).await;
    let Watcher { world, listener: Telling { tally, .. } } = engine.watcher;
    tasks.abort_all();
    let written = match &ended {
        Ok(_) => tokio::select! {
            biased;
            written = writer.finish() => written,
            () = end.asked() => Err(unread()),
        },
        // A reader who is gone has read enough: what else belongs to the end is done all the same.
        Err(failure) if *failure == Failure::nobody_reads() => Ok(()),
        Err(failure) => return Err(failure.clone()),
    };
    if let Some(file) = roster_file {
        file.write(&world, clock.now())?;
    }
    written?;
    let ended = ended?;
    close(&args, &tally, &world, clock, began)?;
    if matches!(ended, EventsEnded::TimeOver) && !world.link.was_live {
        session::require_reached(&world)?;
        return Err(Failure::failed(
            "the service did not answer in that time; try a longer --for, or check the network",
        ));
    }
    Ok(())
}

/// Why it ends when it is asked to twice.
fn unread() -> Failure {
    Failure::failed("stopped before all was written, as nobody reads it")
}

/// What is told, right when it happens.
struct Telling {
    /// What is waited for.
    until: Option<Judging<Until>>,
    tally: Tally,
    printer: LinePrinter,
    /// As much was told as was to be told.
    enough: bool,
}

impl Listener for Telling {
    fn entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.tally.take(entry, world);
        if self.is_enough() {
            return;
        }
        self.enough = self.printer.take(entry, world);
        if let Some(until) = &mut self.until {
            until.entry(world, entry);
        }
    }
}

impl Telling {
    fn is_enough(&self) -> bool {
        self.enough || self.until.as_ref().is_some_and(Judging::is_over)
    }
}

/// Until it holds.
struct Until;

impl Course for Until {
    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment> {
        let holds = verdicts.iter().all(|verdict| matches!(verdict, Verdict::Held { .. }));
        (!holds).then(|| look_again_at(&verdicts, now))
    }
}

/// Tell what happens until it has been told, the time is `over`, or somebody asks us to end.
async fn follow(
    engine: &mut Engine<Telling>,
    writer: &mut Writer,
    over: Option<Moment>,
    end: &mut End,
) -> Result<EventsEnded, Failure> {
    let mut wake = over;
    loop {
        let step = tokio::select! {
            biased;
            () = end.asked() => return Ok(EventsEnded::AsAsked),
            () = writer.stopped() => return writer.finish().await.map(|()| EventsEnded::AsAsked),
            step = engine.step(wake) => step?,
        };
        let now = engine.now();
        let Watcher { world, listener } = &mut engine.watcher;
        if let Some(until) = &mut listener.until {
            wake = [over, until.look(world, now)].into_iter().flatten().min();
        }
        listener.printer.rosters(world, now);
        let (enough, piece) = (listener.is_enough(), listener.printer.said());
        let asked = write(writer, piece, end).await?;
        if enough || asked {
            return Ok(EventsEnded::AsAsked);
        }
        if over.is_some_and(|over| over <= now) && step == Step::Due {
            return Ok(EventsEnded::TimeOver);
        }
    }
}

/// Hand over what was told. While the reader is slow we wait, and so does the source. Returns
/// whether somebody asked us to end meanwhile.
async fn write(writer: &mut Writer, piece: String, end: &mut End) -> Result<bool, Failure> {
    let writing = writer.write(piece);
    tokio::pin!(writing);
    let mut asked = false;
    loop {
        tokio::select! {
            biased;
            written = &mut writing => return written.map(|()| asked),
            () = end.asked() => {
                if std::mem::replace(&mut asked, true) {
                    return Err(unread());
                }
            }
        }
    }
}

/// Say it all in numbers.
fn close(args: &Events, tally: &Tally, world: &World, clock: Clock, began: Moment) -> Result<(), Failure> {
    let now = clock.now();
    let summary = tally.summary(&world.counters, now.since(began));
    let json = args.json || args.format == Some(Format::Json);
    match (args.quiet, json) {
        (false, _) => print::remark(&summary.to_string()),
        (true, true) => print::json(&summary.line(now))?,
        (true, false) => print::text(&summary.to_string())?,
    }
    Ok(())
}
