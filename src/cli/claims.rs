//! What `wait` and `check` stand on: expressions, read from wherever they were written, and held
//! against what is watched for them.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args as ClapArgs;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    disguise::Disguise,
    flags::{keyset::KeysetArgs, record::RecordArgs},
    judging::{Course, Judging},
    keyset::{KeysetUse, UnnamedUser},
    print,
    record::VerbRecording,
    session,
};
use crate::{
    clock::Clock,
    config::Typed,
    engine::{Engine, Io},
    expression::{Expression, Mistake, Verdict},
    files,
    presence::{Moment, Subscription, show_path},
    world::{Watcher, World},
};

/// Bytes that a file of expressions may have: more than a thousand lines need.
const LARGEST_FILE: usize = 256 * 1024;

/// The most expressions watched at a time: each is judged again at every event.
const MOST: usize = 1000;

/// What is claimed, and where to look.
#[derive(Debug, Clone, ClapArgs)]
pub struct ClaimArgs {
    /// What is claimed, such as "occupancy of lobby >= 10" or "alice present in lobby"; several must
    /// all hold.
    #[arg(value_name = "EXPRESSION")]
    pub expressions: Vec<String>,
    /// Watch this channel or pattern as well as those that are named; may be given several times.
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// Watch the channels of this group as well; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Whether it is kept what comes in.
    #[command(flatten)]
    pub record: RecordArgs,
    /// With --record: other names in the recording, such as quiet-otter-4f2a, for user ids and the texts of states. Nobody
    /// can turn them back. What is claimed and answered here keeps its names, and channels do.
    #[arg(long, requires = "record")]
    pub pseudonyms: bool,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

/// What is said of the language in each help.
pub(super) const LANGUAGE: &str = "\
Expressions, in the same language as the filter of the dashboard:
  occupancy of lobby >= 10          how many are there, as the service counts
  alice present in lobby            also `not present in` and `absent from`
  [state.mood=busy] present in *    somebody whom the filter means; `*` is all that is watched
  users [bot] in match.* < 3        how many user ids the filter means
  alice never in two of match.*     at no moment; from when the lists are known
  no timeout of [bot] for 5m        also join, leave, state, event, drift, gap; and `in lobby`
  no incident in *                  nothing unusual that many did at once; also `for 5m`
They are joined by `and`, `or`, `not` and parentheses. A filter is words that a user id holds, `=id`, `~fuzzy`,
`state.field=value` and the like, `!` before what should not match.

Exit codes: 0 held, 1 not held, 2 usage error, 3 could not be known, as the link was lost or a list was not exact.";

impl ClaimArgs {
    /// The expressions, those of a file too.
    pub(super) fn read(&self, file: Option<&Path>) -> Result<Vec<Expression>, Failure> {
        let mut all = parse_arguments(&self.expressions)?;
        if let Some(path) = file {
            all.extend(parse_file(path)?);
        }
        if all.is_empty() {
            return Err(Failure::usage(
                "nothing is claimed; write an expression, as in `herenow check \"occupancy of lobby >= 10\"`",
            ));
        }
        if all.len() > MOST {
            return Err(Failure::usage(format!("{} expressions are too many; at most {MOST} are held", all.len())));
        }
        Ok(all)
    }

    /// Watch what they are about, for as long as their course wants it; returns that, at its end.
    pub(super) async fn watch<C: Course>(
        &self,
        claims: Vec<Expression>,
        course: impl FnOnce(Moment) -> C,
        broken: CancellationToken,
    ) -> Result<(C, Moment), Failure> {
        let typed = Typed { channels: self.channels.clone(), groups: self.groups.clone(), ..Typed::default() };
        let everywhere = claims.iter().any(Expression::asks_everywhere);
        let own = everywhere || !self.channels.is_empty() || !self.groups.is_empty();
        let (all, keyset) = self.keyset.resolve(UnnamedUser::Asks, KeysetUse::Reads, typed).await?;
        let mut watching: Vec<Subscription> = claims.iter().flat_map(Expression::places).collect();
        if own {
            watching.extend(all.channels.value.iter().cloned());
            watching.extend(all.groups.value.iter().cloned().map(Subscription::Group));
        }
        let mut seen = HashSet::new();
        watching.retain(|place| seen.insert(place.clone()));
        if watching.is_empty() {
            return Err(Failure::usage(
                "no channel to watch: no expression names one; write `in lobby`, or give a --channel or a --group",
            ));
        }
        print::warn_of_names(&watching);
        let (session, client) = session::prepare_session(watching, keyset, &all, Clock::start())?;
        let clock = client.clock();
        let disguise = Disguise::choose(self.pseudonyms);
        let (recorded, client) = disguise.prepare(session.clone(), client);
        let mut tasks = JoinSet::new();
        let io = Io::open(client, &session.watching, None, broken, &mut tasks);
        let open = |session| World::new(session, all.presence_timeout.value, clock.now());
        let (world, recorded) = (open(session), open(recorded));
        let mut recording = VerbRecording::begin(&self.record, &recorded, None, clock)?;
        let judging = Judging::new(claims, course(clock.now()), clock);
        let mut engine = Engine::new(io, world, judging);
        recording.attach_disguised(&mut engine.watcher, recorded, &disguise);
        recording.remark_news(&mut tasks);
        loop {
            let now = engine.now();
            let Watcher { world, listener, .. } = &mut engine.watcher;
            let again = listener.look(world, now);
            if listener.is_over() {
                recording.end_with(&mut engine.watcher, now);
                return Ok((engine.watcher.listener.course, now));
            }
            engine.step(again).await?;
        }
    }
}

/// Read one expression.
pub(super) fn parse_claim(text: &str) -> Result<Expression, Failure> {
    Expression::parse(text).map_err(|mistake| explain_mistake("the expression is wrong at ", text, &mistake))
}

/// Read one expression per argument; or all of them together, if somebody left the quotes out.
fn parse_arguments(arguments: &[String]) -> Result<Vec<Expression>, Failure> {
    let each: Result<Vec<Expression>, Failure> = arguments.iter().map(|text| parse_claim(text)).collect();
    let Err(failure) = each else { return each };
    if arguments.len() == 1 {
        return Err(failure);
    }
    let together = arguments.join(" ");
    match Expression::parse(&together) {
        Ok(expression) => Ok(vec![expression]),
        Err(mistake) if arguments.iter().all(|argument| !argument.contains(' ')) => {
            Err(explain_mistake("the expression is wrong at ", &together, &mistake))
        }
        Err(_) => Err(failure),
    }
}

/// Read one expression a line; empty lines and those that begin with `#` say nothing.
fn parse_file(path: &Path) -> Result<Vec<Expression>, Failure> {
    let name = show_path(path);
    let text = files::read_text(path, LARGEST_FILE).map_err(|why| Failure::usage(format!("{name} {why}")))?;
    let lines =
        text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let read = |(line, number): (&str, usize)| {
        Expression::parse(line).map_err(|mistake| explain_mistake(&format!("{name}, line {number}, "), line, &mistake))
    };
    lines.map(read).collect()
}

/// Say what is wrong, with a picture of where.
fn explain_mistake(place: &str, text: &str, mistake: &Mistake) -> Failure {
    let picture = mistake.caret(text).replace('\n', "\n  ");
    Failure::usage(format!("{place}byte {}: {mistake}\n  {picture}", mistake.at))
}

/// A length of time that a person gave.
pub(super) type Given = crate::duration::Span;

/// Where a report goes.
#[derive(Debug, Clone, ClapArgs)]
pub struct ReportArgs {
    /// Answer in one line of JSON, for programs.
    #[arg(long)]
    pub json: bool,
    /// Write a report in `JUnit`'s XML, one test case for each expression; `-` is stdout, in place of the
    /// lines for people.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// How one expression ended.
#[derive(Debug, Clone)]
pub(super) struct JudgedClaim {
    pub expression: Expression,
    pub verdict: Verdict,
    /// How long it was watched.
    pub took: Duration,
}
