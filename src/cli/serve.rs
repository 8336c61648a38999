//! `herenow serve`: the service alone, for clients of your own.

use std::io::Write;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Serve, crowd, stand};
use crate::clock::Clock;

pub(super) async fn run(args: Serve, broken: CancellationToken) -> Result<(), Failure> {
    let play = crowd::play(args.crowd, &args.people)?;
    let about = play.as_ref().map(|play| (crowd::described(play), crowd::named(play.places.channels())));
    let mut tasks = JoinSet::new();
    let (running, _stage) = stand::service(args.port, &args.service, play, Clock::start(), &mut tasks).await?;
    let mut lines = vec![
        "herenow serves PubNub Presence on this machine, without TLS and without authentication.".to_owned(),
        format!("  origin         {}", running.origin()),
        format!("  subscribe key  {} (any key is accepted)", stand::DEMO_KEY),
        format!("  publish key    {}", stand::DEMO_KEY),
    ];
    if let Some((crowd, channels)) = about {
        lines.push(format!("  crowd          {crowd}"));
        lines.push(format!("  channels       {channels}"));
    }
    lines.push(format!(
        "Watch it with: herenow watch --origin http://{} --subscribe-key {} lobby",
        running.origin(),
        stand::DEMO_KEY
    ));
    lines.push("Ctrl-C ends it.".to_owned());
    // Whoever closed our stdout does not want to read this; the service runs all the same.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
    let ended = tokio::select! {
        () = stop_asked() => Ok(()),
        () = broken.cancelled() => Err(Failure::failed("something went wrong inside, as reported above")),
    };
    tasks.abort_all();
    running.end().await;
    ended
}

#[cfg(unix)]
async fn stop_asked() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut hup)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
        _ = hup.recv() => {}
    }
}

#[cfg(not(unix))]
async fn stop_asked() {
    let _ = tokio::signal::ctrl_c().await;
}
