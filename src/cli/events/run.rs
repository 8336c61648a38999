//! From the command line to the closing summary.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    args::{Events, Format, UntilArg, require_watched},
    follow::{EventsEnd, follow},
    roster_file::RosterFile,
    telling::{Telling, Until},
};
use crate::{
    cli::{
        Failure,
        disguise::Disguise,
        judging::Judging,
        keyset::UnnamedUser,
        metrics::VerbMetrics,
        print,
        record::VerbRecording,
        session,
        webhook_listening::WebhookListening,
        writer::{Writer, finish_writing},
    },
    config::Typed,
    duration::Span,
    engine::{Engine, Io},
    output::lines::{self, Summary},
    presence::{Moment, Subscription},
    shutdown::End,
    world::{Input, Watcher, World},
};

pub(in crate::cli) async fn run_events(args: Events, broken: CancellationToken) -> Result<(), Failure> {
    if args.schema {
        return print::text(lines::SCHEMA);
    }
    let typed = Typed { channels: args.channels.clone(), groups: args.groups.clone(), ..Typed::default() };
    let (session, client, all) =
        session::open_session(&args.keyset, UnnamedUser::Asks, typed, args.webhooks.name_channels("herenow events"))
            .await?;
    require_end(&args, &session.watching)?;
    let mut webhooks = WebhookListening::begin(&args.webhooks, &session.subscribe_key).await?;
    // Before the watching, which may take long: whether its end can be written down.
    let roster_file = args.roster_file.as_deref().map(RosterFile::at).transpose()?;
    // Before the first question: from here on there is an end to come to.
    let mut end = End::listen();
    let disguise = Disguise::choose(args.pseudonyms.pseudonyms);
    let (session, client) = disguise.prepare(session, client);
    let clock = client.clock();
    let mut metrics = VerbMetrics::begin(&args.metrics).await?;
    let mut tasks = JoinSet::new();
    let io = Io::open(client, &session.watching, None, broken, &mut tasks);
    let world = World::new(session, all.presence_timeout.value, clock.now());
    let mut recording = VerbRecording::begin(&args.record, &world, None, clock)?;
    let until = args.until_holds().cloned().map(|expression| Judging::new([expression], Until, clock));
    let telling = Telling { until, ..Telling::of_the_past(&args) };
    let mut engine = Engine::new(io, world, telling);
    recording.attach(&mut engine.watcher);
    let visits = metrics.attach(&mut engine.watcher);
    engine.admit_visits(visits);
    engine.watch_found(webhooks.take_found());
    disguise.attach(&mut engine.watcher);
    recording.remark_news(&mut tasks);
    let mut writer = Writer::start();
    let began = clock.now();
    let over = args.lasts.map(|Span(span)| began.plus(span));
    let ended = follow(&mut engine, &mut writer, over, &mut end).await;
    tasks.abort_all();
    let mut watcher = end_watching(engine.watcher, clock.now());
    recording.end_with(&mut watcher, clock.now());
    let Watcher { world, listener: mut telling, .. } = watcher;
    let rest = telling.printer.take_text();
    let written = match &ended {
        Ok(_) => finish_writing(&mut writer, rest, &mut end).await,
        // A reader who is gone has read enough: what else belongs to the end is done all the same.
        Err(failure) if *failure == Failure::nobody_reads() => Ok(()),
        Err(failure) => return Err(failure.clone()),
    };
    if let Some(file) = roster_file {
        file.write(&world, clock.now())?;
    }
    written?;
    let ended = ended?;
    let now = clock.now();
    webhooks.remark_end();
    print_summary(&args, &telling.tally.sum_up(&world, now.since(began)), now)?;
    match ended {
        EventsEnd::TimeOver => require_answer(&world),
        EventsEnd::AsAsked => Ok(()),
    }
}

/// Whether it can end as it is to end.
fn require_end(args: &Events, watching: &[Subscription]) -> Result<(), Failure> {
    if let Some(UntilArg::At(_)) = args.until {
        return Err(Failure::usage("--until takes an instant only with --from; write --for to end after some time"));
    }
    // Nobody knows yet of which channels webhooks will tell.
    match args.until_holds().filter(|_| args.webhooks.webhook_listen.is_none()) {
        Some(expression) => require_watched(expression, watching),
        None => Ok(()),
    }
}

/// What was found wrong and is not explained yet is told before all is summed up.
fn end_watching(mut watcher: Watcher<Telling>, now: Moment) -> Watcher<Telling> {
    if let Some(held) = watcher.listener.held.take() {
        watcher.close_keeper(now);
        watcher.world = *held;
    }
    drop(watcher.step(now, Input::End));
    watcher
}

/// On stdout only where nothing else goes there.
pub(in crate::cli) fn print_summary(args: &Events, summary: &Summary, now: Moment) -> Result<(), Failure> {
    let json = args.json || args.format == Some(Format::Json);
    match (args.quiet, json) {
        (false, _) => print::remark(&summary.to_string()),
        (true, true) => {
            let mut line = String::new();
            lines::write_summary(&mut line, summary, now);
            print::text(&line)?;
        }
        (true, false) => print::text(&summary.to_string())?,
    }
    Ok(())
}

/// Whether the service was reached while there was time, and if not, why. Where no webhook came, nothing was asked of it.
fn require_answer(world: &World) -> Result<(), Failure> {
    if world.link.was_live || world.awaits_channels() {
        return Ok(());
    }
    session::require_reached(world)?;
    Err(Failure::error("the service did not answer in that time; try a longer --for, or check the network"))
}
