//! `herenow metrics`: numbers for Prometheus, without a screen.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args as ClapArgs;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    exporter::{ADDRESS, NumberSource, WorldNumbers, WorldTap, close_text_file, keep_text_file},
    serving::listen,
};
use crate::{
    cli::{
        Failure,
        flags::{keyset::KeysetArgs, webhook_listen::NamedBy},
        keyset::UnnamedUser,
        print, session,
    },
    config::Typed,
    duration::Span,
    engine::{Engine, Io},
    files::require_replaceable,
    presence::show_path,
    shutdown::End,
    world::World,
};

/// `herenow metrics`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow metrics --subscribe-key sub-c-… lobby 'match.*'\n\
    Then Prometheus scrapes http://127.0.0.1:9777/metrics; `herenow manual metrics` lists what there is.\n\
    Watching makes nobody present. It goes on until Ctrl-C, TERM or HUP, whether the service answers or not.")]
pub struct MetricsArgs {
    /// What to watch: channels, and patterns such as 'match.*'.
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// A channel group to watch; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:9777, and with --textfile nowhere].
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Write the metrics into this file again and again, whole or not at all: for the collector of text
    /// files of another exporter. A new file is readable by you alone; one that is there keeps its readers.
    #[arg(long, value_name = "FILE")]
    pub textfile: Option<PathBuf>,
    /// How often the file is written.
    #[arg(long, value_name = "TIME", default_value = "15s", requires = "textfile", value_parser = parse_period)]
    pub every: Span,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

fn parse_period(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|e: crate::duration::BadSpan| e.to_string())?;
    if span.0.as_secs() < 1 { Err("at least one second, such as 15s".to_owned()) } else { Ok(span) }
}

pub(in crate::cli) async fn run_metrics(args: MetricsArgs, broken: CancellationToken) -> Result<(), Failure> {
    let typed = Typed { channels: args.channels, groups: args.groups, ..Typed::default() };
    let (session, client, all) =
        session::open_session(&args.keyset, UnnamedUser::Asks, typed, NamedBy::Person("herenow metrics")).await?;
    if let Some(file) = &args.textfile {
        require_replaceable(file)
            .map_err(|why| Failure::usage(format!("the text file {} can't be written: {why}", show_path(file))))?;
    }
    let mut end = End::listen();
    let clock = client.clock();
    let (mut tasks, mut serving) = (JoinSet::new(), JoinSet::new());
    let (source, WorldTap { observer, visits }) = WorldNumbers::open();
    let at = args.listen.or_else(|| args.textfile.is_none().then_some(ADDRESS));
    let address = match at {
        Some(at) => Some(listen(at, "--listen", NumberSource::World(source.clone()), &mut serving).await?),
        None => None,
    };
    if let Some(file) = args.textfile.clone() {
        let name = show_path(&file);
        let complain = move |why| print::remark(&format!("the text file {name} can't be written: {why}"));
        serving.spawn(keep_text_file(file, args.every.0, source.clone(), complain));
    }
    let io = Io::open(client, &session.watching, None, broken, &mut tasks);
    let world = World::new(session, all.presence_timeout.value, clock.now());
    let mut engine = Engine::new(io, world, ());
    engine.watcher.observer = Some(observer);
    engine.admit_visits(Some(visits));
    if let Some(address) = address {
        // A reader who closed our stdout does not want this; the numbers are served all the same.
        let _ = print::text(&format!("metrics: http://{address}/metrics"));
    }
    let ended = loop {
        tokio::select! {
            biased;
            () = end.wait_until_asked() => break Ok(()),
            step = engine.step(None) => if let Err(report) = step {
                break Err(report.into());
            },
        }
    };
    serving.shutdown().await;
    if let Some(file) = &args.textfile {
        close_file(&mut engine, &source, file).await;
    }
    ended
}

/// Say in the file that nobody watches any more. A failure was told before, or concerns nobody now.
async fn close_file(engine: &mut Engine<()>, source: &WorldNumbers, file: &Path) {
    let closing = async { drop(close_text_file(file, source).await) };
    // The world is looked at while its engine goes on.
    let going_on = async { while engine.step(None).await.is_ok() {} };
    tokio::select! {
        () = closing => {}
        () = going_on => {}
    }
}
