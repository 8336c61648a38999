//! `herenow events --from`: what happened then, as it would have been told.

use super::{
    driver::PastDriver,
    open::{OpenPast, require_order},
};
use crate::{
    cli::{
        Failure,
        events::{Events, RosterFile, Telling, UntilArg, print_summary},
        writer::{Writer, finish_writing, write_piece},
    },
    presence::Moment,
    recording::Past,
    shutdown::End,
    world::Input,
};

pub(in crate::cli) async fn run_past_events(args: Events) -> Result<(), Failure> {
    if args.pseudonyms.pseudonyms {
        return Err(Failure::usage(
            "--pseudonyms is for what comes in now; `herenow replay --pseudonyms NEW FILE` writes a recording once more, with \
             other names",
        ));
    }
    if args.webhooks.webhook_listen.is_some() {
        return Err(Failure::usage("--webhook-listen takes what happens now; a recording is over"));
    }
    if args.metrics.metrics.is_some() {
        return Err(Failure::usage("--metrics tells of what is known now; a recording is over"));
    }
    let mut open = OpenPast::open(args.past.from.as_deref())?;
    let since = args.past.since.map(|time| open.resolve(time)).transpose()?;
    let until = match &args.until {
        Some(UntilArg::At(time)) => Some(open.resolve(*time)?),
        _ => None,
    };
    require_order(since, until)?;
    let roster_file = args.roster_file.as_deref().map(RosterFile::at).transpose()?;
    if let Some(since) = since {
        open.go_to(since)?;
    }
    let mut telling = Telling::of_the_past(&args);
    let mut end = End::listen();
    let mut writer = Writer::start();
    let (began, before) = (open.past.world().now(), open.past.world().counters);
    let told = tell_past(&mut open.past, &mut telling, &mut writer, until, &mut end).await;
    let mut world = telling.held.take().map_or_else(|| open.past.world().clone(), |held| *held);
    world.step(world.now(), Input::End, &mut telling);
    let rest = telling.printer.take_text();
    match told {
        Ok(()) => finish_writing(&mut writer, rest, &mut end).await?,
        Err(failure) if failure == Failure::nobody_reads() => {}
        Err(failure) => return Err(failure),
    }
    if let Some(file) = roster_file {
        file.write(&world, world.now())?;
    }
    open.remark_flaws();
    print_summary(&args, &telling.tally.sum_up_since(&before, &world, world.now().since(began)), world.now())?;
    open.explain_broken().map_or(Ok(()), Err)
}

/// Tell it thing by thing, until it was told, the time is over, or somebody asks us to end.
async fn tell_past(
    past: &mut Past,
    telling: &mut Telling,
    writer: &mut Writer,
    until: Option<Moment>,
    end: &mut End,
) -> Result<(), Failure> {
    let mut driver = PastDriver { until, wake: None };
    loop {
        let now = past.world().now();
        let again = telling.tell_incidents(past.world(), now);
        let look = telling.until.as_mut().and_then(|until| until.look(past.world(), now));
        driver.wake = [again, look].into_iter().flatten().min();
        telling.printer.tell_rosters(telling.held.as_deref().unwrap_or(past.world()), now);
        let (enough, piece) = (telling.is_enough(), telling.printer.take_text());
        if write_piece(writer, piece, end).await? || enough {
            return Ok(());
        }
        if !driver.advance(past, telling) {
            return Ok(());
        }
    }
}
