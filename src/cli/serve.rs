//! `herenow serve`: the service alone, for clients of your own.

use std::net::SocketAddr;

use clap::Args as ClapArgs;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{
    Failure, crowd,
    failure::FailureForm,
    flags::{
        crowd::{Crowd, CrowdArgs},
        metrics::MetricsFlag,
        service::{DEMO_KEY, ServiceArgs},
    },
    local_service::{self, Serving},
    metrics::VerbMetrics,
    print,
    service_section::require_service_settings,
};
use crate::{
    clock::Clock,
    config::load_config,
    crowd::{RECORDING_ENDS, Remote},
    presence::show_path,
    service::RunningService,
    shutdown::End,
};

/// `herenow serve`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow serve --port 7710 --crowd steady\n\
    More about the service with --help; faults, counts and more while it runs at http://127.0.0.1:7710/herenow/status")]
pub struct ServeArgs {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 7710)]
    pub port: u16,
    /// The address to listen on. Other machines can reach anything but a loopback address, and the
    /// service asks nobody who they are.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind: std::net::IpAddr,
    /// Who is there.
    #[arg(long, value_enum, default_value_t = Crowd::None)]
    pub crowd: Crowd,
    /// The crowd.
    #[command(flatten)]
    pub people: CrowdArgs,
    /// The configuration, whose [service] counts where no flag and no scenario says otherwise
    /// [default: `HERENOW_CONFIG`, or config.toml where this system keeps such files].
    #[arg(long, value_name = "FILE")]
    pub config: Option<std::path::PathBuf>,
    /// Whether it is told to Prometheus.
    #[command(flatten)]
    pub metrics: MetricsFlag,
    /// The service, last: its headings are for what follows them.
    #[command(flatten)]
    pub service: ServiceArgs,
}

pub(super) async fn run_serve(args: ServeArgs, broken: CancellationToken) -> Result<(), Failure> {
    let play = crowd::choose_play(args.crowd, &args.people)?;
    let about = play.as_ref().map(|play| (crowd::describe_play(play), crowd::list_channels(&play.channels())));
    let settings = require_service_settings(&load_config(args.config.as_deref())?.config)?;
    local_service::warn_of_service(&args.service);
    let about_webhooks = args.service.find_webhook_entry();
    let service = crowd::settle_service(args.service, play.as_ref())?.over(settings);
    service.require_webhook(about_webhooks).map_err(|e| Failure::usage(e.to_string()))?;
    let service = if play.is_some() { service.with_way_in() } else { service };
    let at = SocketAddr::from((args.bind, args.port));
    let Serving { home, crowd, ledger_trouble } =
        local_service::start_local_service(at, &service, play, Clock::start()).await?;
    let _metrics = VerbMetrics::begin_of_service(&args.metrics, &home.running).await?;
    if !args.bind.is_loopback() {
        print::remark(&format!(
            "warning: other machines can reach this service at {}, and it asks nobody who they are: \
             whoever reaches it can read and change everything on it",
            home.running.address
        ));
    }
    let said = describe_start(&home.running, &service, about.as_ref());
    let end = End::listen();
    // Whoever closed our stdout does not want to read this; the service runs all the same.
    let _ = print::text(&said);
    let ended = tokio::select! {
        () = stop_asked(end, ledger_trouble, crowd) => Ok(()),
        () = broken.cancelled() => Err(Failure::error("something went wrong inside, as reported above")),
    };
    home.end().await;
    ended
}

/// What is said at the start: where the service is, whom it lets in, and who is there.
fn describe_start(running: &RunningService, service: &ServiceArgs, about: Option<&(String, String)>) -> String {
    let key = service.keys.as_deref().and_then(|keys| keys.first());
    let (key, which) = key.map_or((DEMO_KEY, " (any key is accepted)"), |key| (key.as_str(), ""));
    let trusted = running.certificate.as_ref().map(|trusted| show_path(&trusted.file));
    // SDKs take https for granted, and want the origin without a scheme where they are told otherwise.
    let (how, origin) = match trusted {
        Some(_) => ("with TLS", running.url()),
        None => ("without TLS", running.origin()),
    };
    let mut lines = vec![
        format!("herenow serves PubNub Presence on this machine, {how} and {}.", service.describe_access()),
        format!("  origin         {}", origin),
        format!("  subscribe key  {key}{which}"),
        format!("  publish key    {}", DEMO_KEY),
    ];
    if let Some(file) = &trusted {
        lines.push(format!("  certificate    {file}, for clients to trust; good until this ends"));
    }
    if let Some(origins) = &service.cors {
        let any = origins.iter().any(|origin| origin == "*");
        let pages = if any { "any page in a browser may use it".to_owned() } else { origins.join(" · ") };
        lines.push(format!("  pages          {pages}"));
    }
    if let Ok(Some(webhooks)) = service.webhooks() {
        lines.push(format!("  webhooks       {}", webhooks.url));
    }
    if let Some(faults) = &service.fault {
        lines.push(format!("  faults         {}", faults.join(" · ")));
    }
    let channels = about.map_or("lobby", |(_, channels)| channels.as_str());
    let line = crowd::write_watch_line(&running.url(), trusted.as_deref(), key, channels);
    if let Some((crowd, channels)) = about {
        lines.push(format!("  crowd          {crowd}"));
        lines.push(format!("  channels       {channels}"));
    }
    lines.push(format!("Watch it with: {line}"));
    lines.push("Ctrl-C ends it.".to_owned());
    lines.join("\n")
}

/// Until somebody ends us. A ledger that can't be written meanwhile is said, and no reason to end; nor is the end of
/// what is played.
async fn stop_asked(mut end: End, ledger_trouble: Option<oneshot::Receiver<Failure>>, crowd: Option<Remote>) {
    let complain = async {
        if let Some(trouble) = ledger_trouble
            && let Ok(failure) = trouble.await
        {
            failure.report(FailureForm::Words);
        }
        std::future::pending::<()>().await;
    };
    let tell_end = async {
        if let Some(mut crowd) = crowd
            && crowd.status.wait_for(|status| status.phase.as_deref() == Some(RECORDING_ENDS)).await.is_ok()
        {
            print::remark(&format!("{RECORDING_ENDS}; those who are there stay"));
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = end.wait_until_asked() => {}
        () = complain => {}
        () = tell_end => {}
    }
}
