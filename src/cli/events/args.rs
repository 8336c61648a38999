//! What can be asked of `herenow events`.

use std::{num::NonZeroU64, path::PathBuf};

use clap::{
    Args as ClapArgs, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

use crate::{
    cli::{
        Failure,
        flags::{
            keyset::KeysetArgs, metrics::MetricsFlag, past::FromArgs, past_time::PastTime, pseudonyms::PseudonymArgs,
            record::RecordArgs, webhook_listen::WebhookListenFlags,
        },
    },
    duration::Span,
    expression::{Expression, Filter},
    presence::{Channel, Subscription},
    world::EntryKind,
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
    is slow nothing is dropped here: the service keeps what it keeps, and a gap that comes of it is told. Polls \
    that come back full are followed by the next at once, so that a fast stream is fetched as fast as it comes; a \
    --budget is a limit for those, too.\n\n\
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
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', value_parser = kind_parser())]
    pub kinds: Vec<EntryKind>,
    /// Of what happens to users, only what happens to those whom this filter means, as in
    /// 'bot !state.mood=busy'; what is about the watching itself is told all the same.
    #[arg(long, value_name = "FILTER", value_parser = parse_filter)]
    pub filter: Option<Filter>,
    /// After each change to a list, also who is on it, whatever --kind and --filter say; changes that
    /// come together are followed by one.
    #[arg(long, conflicts_with = "quiet")]
    pub roster: bool,
    /// End after so many lines about events; with --kind, after so many lines.
    #[arg(long, value_name = "N")]
    pub count: Option<NonZeroU64>,
    /// End after so long, such as 30s or 5m.
    #[arg(long = "for", value_name = "TIME", conflicts_with = "from")]
    pub lasts: Option<Span>,
    /// End when this holds, in the language of `herenow wait`; it can only be about what is watched. With --from
    /// also an instant, such as 12:04:28 or -5m (before the end).
    #[arg(long, value_name = "EXPRESSION", value_parser = parse_until, allow_hyphen_values = true)]
    pub until: Option<UntilArg>,
    /// Whether it is told of the past; --until can be an instant then, too.
    #[command(flatten)]
    pub past: FromArgs,
    /// Only the summary at the end.
    #[arg(long)]
    pub quiet: bool,
    /// At the end, write who is where into this file, whole or not at all:
    /// {"channels":{NAME:{"occupancy":N,"certainty":WORD,"uuids":{USER:STATE}}}}.
    #[arg(long, value_name = "FILE")]
    pub roster_file: Option<PathBuf>,
    /// Print the JSON Schema of the lines, and end.
    #[arg(long, exclusive = true)]
    pub schema: bool,
    /// Whether it is kept what comes in.
    #[command(flatten)]
    pub record: RecordArgs,
    /// Whether it is told to Prometheus.
    #[command(flatten)]
    pub metrics: MetricsFlag,
    /// Whether channels are watched that webhooks tell of.
    #[command(flatten)]
    pub webhooks: WebhookListenFlags,
    /// Whether people have other names.
    #[command(flatten)]
    pub pseudonyms: PseudonymArgs,
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

fn kind_parser() -> impl TypedValueParser<Value = EntryKind> {
    let named = |name: String| EntryKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or("not a kind");
    PossibleValuesParser::new(EntryKind::ALL.map(EntryKind::name)).try_map(named)
}

fn parse_filter(text: &str) -> Result<Filter, String> {
    Filter::parse(text).map_err(|mistake| format!("{mistake}\n{}", mistake.caret(text)))
}

/// When to end.
#[derive(Debug, Clone)]
pub enum UntilArg {
    /// When this holds.
    Holds(Expression),
    /// At this instant of a recording.
    At(PastTime),
}

fn parse_until(text: &str) -> Result<UntilArg, String> {
    if let Ok(time) = text.parse() {
        return Ok(UntilArg::At(time));
    }
    let parsed = Expression::parse(text).map_err(|mistake| format!("{mistake}\n{}", mistake.caret(text)));
    parsed.map(UntilArg::Holds)
}

impl Events {
    /// What is waited for, if it is a claim.
    pub fn until_holds(&self) -> Option<&Expression> {
        match &self.until {
            Some(UntilArg::Holds(expression)) => Some(expression),
            _ => None,
        }
    }
}

/// What an expression is about has to be watched, or nothing would ever come of it.
pub(super) fn require_watched(expression: &Expression, watching: &[Subscription]) -> Result<(), Failure> {
    let is_watched = |place: &Subscription| {
        let channel = Channel::from_wire(place.as_str());
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
