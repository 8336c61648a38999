//! A scenario out of its file, checked.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{Located, Scenario, ScenarioError, Scene, TimedFault};
use crate::{
    crowd::{MOST_CHANNELS, MOST_PEOPLE, Places, Profile},
    duration::{BadSpan, Span},
    files::LineIndex,
    presence::{Channel, sanitize},
};

/// A timeline has at most so many scenes.
const MOST_SCENES: usize = 1_000;

/// Titles and labels have at most so many characters.
const LONGEST_LABEL: usize = 60;

/// No scene is later than this.
const LATEST: Duration = Duration::from_secs(24 * 3600);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Spanned<String>,
    seed: Option<u64>,
    people: Option<Spanned<i64>>,
    repeat: Option<Spanned<String>>,
    #[serde(default)]
    channel: Vec<WrittenChannel>,
    #[serde(default)]
    scene: Vec<WrittenScene>,
    service: Option<Spanned<toml::Table>>,
    #[serde(default)]
    fault: Vec<FileFault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileFault {
    at: Spanned<String>,
    fault: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenChannel {
    name: Spanned<String>,
    share: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenScene {
    at: Spanned<String>,
    profile: Spanned<String>,
    speed: Option<Spanned<f64>>,
    label: Option<Spanned<String>>,
}

/// Where in the text something is wrong (a byte), and what.
struct Wrong(usize, String);

fn locate<T>(value: Spanned<T>, lines: &LineIndex) -> Located<T> {
    Located { line: lines.line(value.span().start), value: value.into_inner() }
}

fn wrong_at<T>(at: &Spanned<T>, what: impl Into<String>) -> Wrong {
    Wrong(at.span().start, what.into())
}

impl Scenario {
    /// Read a scenario; `file` is what it is called in errors.
    pub fn parse(text: &str, file: &str) -> Result<Self, ScenarioError> {
        let lines = LineIndex::new(text);
        let error = |Wrong(at, what)| ScenarioError { file: sanitize(file).into_owned(), line: lines.line(at), what };
        let written: File = toml::from_str(text).map_err(|e| {
            let said = e.message().trim().lines().collect::<Vec<_>>().join(", ");
            error(Wrong(e.span().map_or(0, |span| span.start), sanitize(&said).into_owned()))
        })?;
        Self::check(written, &lines).map_err(error)
    }

    fn check(written: File, lines: &LineIndex) -> Result<Self, Wrong> {
        let people = written.people.map(|n| check_range(&n, "people", 1, MOST_PEOPLE)).transpose()?;
        let places = check_channels(&written.channel)?;
        if written.scene.is_empty() {
            let what = "there is no scene; add one: [[scene]] with at = \"0s\" and profile = \"steady\"";
            return Err(wrong_at(&written.title, what));
        }
        let scenes = check_scenes(&written.scene)?;
        let faults = check_faults(written.fault, lines)?;
        let last = scenes.last().map_or(Duration::ZERO, |scene| scene.at);
        let repeat = written.repeat.map(|text| check_repeat(&text, last, &faults)).transpose()?;
        Ok(Self {
            title: check_label(written.title, "title")?,
            seed: written.seed,
            people,
            places,
            repeat,
            scenes,
            service: written.service.map(|table| locate(table, lines)),
            faults,
        })
    }
}

/// The scenes in order, each at a time of its own, the first at zero.
fn check_scenes(written: &[WrittenScene]) -> Result<Vec<Scene>, Wrong> {
    if let Some(extra) = written.get(MOST_SCENES) {
        return Err(wrong_at(&extra.at, format!("more than {MOST_SCENES} scenes; use repeat = \"5m\" instead")));
    }
    let mut scenes: Vec<(Scene, &WrittenScene)> =
        written.iter().map(|scene| Ok((check_scene(scene)?, scene))).collect::<Result<_, Wrong>>()?;
    scenes.sort_by_key(|(scene, _)| scene.at);
    for pair in scenes.windows(2) {
        let ((first, _), (second, written)) = (&pair[0], &pair[1]);
        if first.at == second.at {
            let (at, a, b) = (written.at.get_ref(), shown_title(first), shown_title(second));
            let what = format!("`{a}` and `{b}` both begin at {at}; give one of them another time");
            return Err(wrong_at(&written.at, what));
        }
    }
    let mut scenes: Vec<Scene> = scenes.into_iter().map(|(scene, _)| scene).collect();
    if scenes[0].at > Duration::ZERO {
        scenes.insert(0, Scene::opening(Profile::STEADY));
    }
    Ok(scenes)
}

/// The faults in order.
fn check_faults(written: Vec<FileFault>, lines: &LineIndex) -> Result<Vec<TimedFault>, Wrong> {
    if let Some(extra) = written.get(MOST_SCENES) {
        return Err(wrong_at(&extra.at, format!("more than {MOST_SCENES} faults; leave some out")));
    }
    let check_fault =
        |fault: FileFault| Ok(TimedFault { at: parse_time(&fault.at, "at")?, fault: locate(fault.fault, lines) });
    let mut faults: Vec<TimedFault> = written.into_iter().map(check_fault).collect::<Result<_, Wrong>>()?;
    faults.sort_by_key(|fault| fault.at);
    Ok(faults)
}

/// A repeat that comes after everything on the timeline.
fn check_repeat(text: &Spanned<String>, last: Duration, faults: &[TimedFault]) -> Result<Duration, Wrong> {
    let repeat = parse_time(text, "repeat")?;
    if let Some(late) = faults.iter().find(|fault| fault.at >= repeat) {
        let line = late.fault.line;
        return Err(wrong_at(text, format!("repeat must be later than the fault of line {line}; make it longer")));
    }
    let why = "repeat must be later than the last scene, which would never be seen; make it longer";
    if repeat > last { Ok(repeat) } else { Err(wrong_at(text, why)) }
}

fn shown_title(scene: &Scene) -> String {
    sanitize(&scene.title()).into_owned()
}

fn check_scene(written: &WrittenScene) -> Result<Scene, Wrong> {
    let name = written.profile.get_ref();
    let profile = Profile::by_name(name).ok_or_else(|| {
        let known: Vec<String> = Profile::ALL.iter().map(Profile::id).collect();
        let what = format!("there is no profile `{}`; take one of {}", sanitize(name), known.join(", "));
        wrong_at(&written.profile, what)
    })?;
    let speed = written.speed.as_ref().map_or(Ok(1.0), |speed| {
        let (least, most) = (0.1, 100.0);
        let value = *speed.get_ref();
        let what =
            || wrong_at(speed, format!("the speed is {value}; it can be {least} to {most}, and 1 is as written"));
        (least..=most).contains(&value).then_some(value).ok_or_else(what)
    })?;
    let label = written.label.clone().map(|text| check_label(text, "label")).transpose()?;
    Ok(Scene { at: parse_time(&written.at, "at")?, profile, speed, label })
}

/// The channels; `None` if none are named.
fn check_channels(written: &[WrittenChannel]) -> Result<Option<Places>, Wrong> {
    if let Some(extra) = written.get(MOST_CHANNELS) {
        return Err(wrong_at(&extra.name, format!("more than {MOST_CHANNELS} channels; leave some out")));
    }
    let mut seen = std::collections::HashSet::new();
    let mut shares = Vec::new();
    for WrittenChannel { name, share } in written {
        let channel = Channel::parse(name.get_ref()).map_err(|why| wrong_at(name, why.to_string()))?;
        if !seen.insert(channel.clone()) {
            return Err(wrong_at(name, format!("the channel `{channel}` is there twice; leave one of them out")));
        }
        let share = share.as_ref().map_or(Ok(1), |share| check_range(share, "share", 1, 1_000))?;
        shares.push((channel, u32::try_from(share).unwrap_or(1)));
    }
    Ok((!shares.is_empty()).then(|| Places::new(shares)))
}

fn check_range(number: &Spanned<i64>, what: &str, least: usize, most: usize) -> Result<usize, Wrong> {
    let value = usize::try_from(*number.get_ref()).ok().filter(|n| (least..=most).contains(n));
    value.ok_or_else(|| wrong_at(number, format!("{what} is {}; it can be {least} to {most}", number.get_ref())))
}

fn parse_time(text: &Spanned<String>, what: &str) -> Result<Duration, Wrong> {
    let Span(span) = text.get_ref().parse().map_err(|why: BadSpan| wrong_at(text, format!("{what}: {why}")))?;
    let late = || wrong_at(text, format!("{what} is later than a day; scenes lie within 24h"));
    (span <= LATEST).then_some(span).ok_or_else(late)
}

fn check_label(text: Spanned<String>, what: &str) -> Result<String, Wrong> {
    let length = text.get_ref().chars().count();
    if length == 0 || length > LONGEST_LABEL {
        let what = format!("the {what} has {length} characters; it can have 1 to {LONGEST_LABEL}");
        return Err(wrong_at(&text, what));
    }
    Ok(text.into_inner())
}
