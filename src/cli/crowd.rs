//! Which crowd was asked for: a profile by name, or a scenario by name or from a file.

use std::{collections::HashSet, path::Path};

use super::{
    Failure,
    flags::{
        crowd::{Crowd, CrowdArgs},
        service::ServiceArgs,
    },
    past::{RecordedCrowd, load_people},
};
use crate::{
    crowd::{BUILT_IN, Places, Play, Scenario, Scenes, TimedFault},
    files::{FileError, read_text},
    presence::{Channel, UserId, sanitize, sanitize_sentence},
    service::FaultRule,
    wording::count_things,
};

/// A scenario file has at most so many bytes.
const LARGEST: usize = 1 << 20;

/// People, where neither the command line nor a scenario says how many.
const PEOPLE: usize = 90;

/// What is to be played.
#[derive(Debug)]
pub(super) enum ChosenPlay {
    /// By a simulated crowd.
    Crowd(Box<Play>),
    /// By the people of a recording.
    Recording(Box<RecordedCrowd>),
}

impl ChosenPlay {
    /// Where.
    pub fn channels(&self) -> Vec<Channel> {
        match self {
            Self::Crowd(play) => play.places.channels().to_vec(),
            Self::Recording(recorded) => recorded.play.channels(),
        }
    }

    /// By how many.
    pub fn count_people(&self) -> usize {
        match self {
            Self::Crowd(play) => play.people,
            Self::Recording(recorded) => recorded.play.people.len(),
        }
    }

    /// The seed of its chance; a recording leaves nothing to chance.
    pub const fn seed(&self) -> Option<u64> {
        match self {
            Self::Crowd(play) => Some(play.seed),
            Self::Recording(_) => None,
        }
    }
}

/// What is to be played; `None` for nobody.
pub(super) fn choose_play(crowd: Crowd, args: &CrowdArgs) -> Result<Option<ChosenPlay>, Failure> {
    if args.from.is_some() {
        return load_people(args).map(Box::new).map(ChosenPlay::Recording).map(Some);
    }
    Ok(choose_crowd(crowd, args)?.map(Box::new).map(ChosenPlay::Crowd))
}

fn choose_crowd(crowd: Crowd, args: &CrowdArgs) -> Result<Option<Play>, Failure> {
    let scenario = args.scenario.as_deref().map(load_scenario).transpose()?;
    let places = args.channels.map(|count| Places::usual(count as usize));
    let Some(scenes) = scenario.map(Scenes::Scenario).or_else(|| crowd.profile().map(Scenes::Profile)) else {
        return Ok(None);
    };
    let written = match &scenes {
        Scenes::Scenario(scenario) => Some(scenario),
        Scenes::Profile(_) => None,
    };
    // What is typed goes before what is written.
    let people = args.people.map(|count| count as usize).or(written.and_then(|s| s.people)).unwrap_or(PEOPLE);
    let places = places.or_else(|| written.and_then(|s| s.places.clone())).unwrap_or_default();
    let seed = args.seed.or(written.and_then(|s| s.seed)).unwrap_or(1);
    Ok(Some(Play { people, places, seed, speed: args.speed, script: scenes }))
}

/// The settings of the service: what was typed, then what the scenario or the recording says. Its faults are read, so
/// that a mistake in one is said now and not when its time has come.
pub(super) fn settle_service(typed: ServiceArgs, play: Option<&ChosenPlay>) -> Result<ServiceArgs, Failure> {
    let scenario = match play {
        Some(ChosenPlay::Crowd(play)) => match &play.script {
            Scenes::Scenario(scenario) => scenario,
            Scenes::Profile(_) => return Ok(typed),
        },
        Some(ChosenPlay::Recording(recorded)) => return Ok(typed.over(recorded.service.clone())),
        None => return Ok(typed),
    };
    let wrong = |line: usize, why: &dyn std::fmt::Display| {
        Failure::usage(format!(
            "the scenario `{}`, line {line}: {}",
            sanitize(&scenario.title),
            sanitize_sentence(&why.to_string())
        ))
    };
    for TimedFault { fault, .. } in &scenario.faults {
        fault.value.parse::<FaultRule>().map_err(|why| wrong(fault.line, &why))?;
    }
    let Some(written) = &scenario.service else { return Ok(typed) };
    let below: ServiceArgs = written.value.clone().try_into().map_err(|e: toml::de::Error| {
        wrong(written.line, &format!("in [service], {}", e.message().trim().replace('\n', " ")))
    })?;
    below
        .settings()
        .map_err(|e| wrong(written.line, &format!("in [service], {}", e.to_string().trim_start_matches('-'))))?;
    Ok(typed.over(below))
}

/// A scenario that comes with the program, or one from a file.
fn load_scenario(name: &str) -> Result<Scenario, Failure> {
    let text = match BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        Some((_, text)) => (*text).to_owned(),
        None => read_text(Path::new(name), LARGEST).map_err(|error| {
            let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            let why = match error {
                FileError::TooLarge(most) => format!("is larger than {most}, which no scenario is"),
                other => other.why(),
            };
            let what =
                format!("the scenario `{}` {why}; give a TOML file, or one of {}", sanitize(name), known.join(", "));
            Failure::usage(what)
        })?,
    };
    Scenario::parse(&text, name).map_err(|e| Failure::usage(format!("the scenario {e}")))
}

#[expect(clippy::float_cmp, reason = "exactly the pace as written")]
fn describe_speed(speed: f64) -> String {
    if speed == 1.0 { String::new() } else { format!(", speed {speed}") }
}

/// In a line: how the crowd behaves, how many it is, and how to have the same again.
pub(super) fn describe_play(play: &ChosenPlay) -> String {
    let play = match play {
        ChosenPlay::Crowd(play) => play,
        ChosenPlay::Recording(recorded) => {
            let RecordedCrowd { play, span, .. } = &**recorded;
            let users: HashSet<&UserId> = play.people.iter().map(|person| &person.user).collect();
            let (users, changes) =
                (count_things(users.len(), "user", "users"), count_things(play.changes.len(), "change", "changes"));
            let (title, speed) = (&play.title, describe_speed(play.speed));
            return format!("the recording {title}, {span}{speed} · {users}, {changes}; begins when a client listens");
        }
    };
    let how = match &play.script {
        Scenes::Profile(profile) => format!("{}: {}", profile.name, profile.about),
        Scenes::Scenario(scenario) => {
            let scenes = count_things(scenario.scenes.len(), "scene", "scenes");
            format!("{} ({scenes})", sanitize(&scenario.title))
        }
    };
    let people = count_things(play.people, "person", "people");
    format!("{how} · {people}, seed {}{}", play.seed, describe_speed(play.speed))
}

/// The channels in a line, so that a shell reads them as they are.
pub(super) fn list_channels(channels: &[Channel]) -> String {
    let names: Vec<String> = channels.iter().map(|channel| quote_for_shell(channel.as_str())).collect();
    names.join(" ")
}

/// A word as a shell has to be told it.
fn quote_for_shell(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/@%+=".contains(letter);
    let word = sanitize(word);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The line by which another terminal watches a service of our own on these channels.
pub(super) fn write_watch_line(url: &str, certificate: Option<&str>, key: &str, channels: &str) -> String {
    let trusted = certificate.map_or(String::new(), |file| format!(" --ca-file {}", quote_for_shell(file)));
    format!("herenow watch --origin {url}{trusted} --subscribe-key {key} {channels}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Args, Verb};
    use clap::Parser;

    fn asked(args: &[&str]) -> Result<Option<ChosenPlay>, String> {
        let args = Args::try_parse_from([&["herenow", "serve"], args].concat()).map_err(|e| e.to_string())?;
        let Some(Verb::Serve(serve)) = args.verb else { unreachable!("that was asked for") };
        choose_play(serve.crowd, &serve.people).map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn what_is_typed_goes_before_what_is_written() {
        assert!(asked(&[]).unwrap().is_none());
        let play = asked(&["--crowd", "rush-hour", "--channels", "7"]).unwrap().unwrap();
        assert_eq!((play.count_people(), play.channels().len(), play.seed()), (90, 7, Some(1)));
        assert_eq!(
            describe_play(&play),
            "rush hour: a wave of arrivals up to nearly everybody, then the ebb · 90 people, seed 1"
        );
        assert_eq!(list_channels(&play.channels()), "lobby support match.eu.1 match.us.2 stage room.berlin team.tokyo");
        let play = asked(&["--scenario", "product-launch"]).unwrap().unwrap();
        assert_eq!(describe_play(&play), "A product launch (6 scenes) · 200 people, seed 7");
        let play =
            asked(&["--scenario", "product-launch", "--people", "1", "--seed", "3", "--speed", "2"]).unwrap().unwrap();
        assert_eq!(describe_play(&play), "A product launch (6 scenes) · 1 person, seed 3, speed 2");
        assert_eq!(list_channels(&play.channels()), "lobby support demo.eu demo.us stage");
    }

    #[test]
    fn f51_the_line_to_paste_names_all_channels_as_a_shell_reads_them() {
        let channels = ["lobby", "match.eu.1", "two words", "it's", "$(x)"].map(Channel::from_wire);
        let line = write_watch_line("http://127.0.0.1:7710", None, "demo", &list_channels(&channels));
        let expected = "herenow watch --origin http://127.0.0.1:7710 --subscribe-key demo \
                        lobby match.eu.1 'two words' 'it'\\''s' '$(x)'";
        assert_eq!(line, expected);
        let line = write_watch_line("https://127.0.0.1:1", Some("/tmp/a b.pem"), "demo", "lobby");
        assert!(line.contains(" --ca-file '/tmp/a b.pem' "), "{line}");
    }

    #[test]
    fn nonsense_is_refused() {
        for nonsense in [
            &["--crowd", "steady", "--scenario", "day"][..],
            &["--speed", "0"],
            &["--speed", "nan"],
            &["--speed", "inf"],
            &["--speed", "101"],
            &["--people", "0"],
            &["--people", "100001"],
            &["--channels", "0"],
            &["--channels", "10001"],
            &["--crowd", "party"],
            &["--from", "x", "--scenario", "day"],
            &["--from", "x", "--crowd", "steady"],
            &["--from", "x", "--people", "3"],
            &["--from", "x", "--seed", "3"],
            &["--from", "no such file"],
            &["--at", "12:00"],
            &["--loop"],
        ] {
            assert!(asked(nonsense).is_err(), "{nonsense:?}");
        }
    }

    fn service_of(text: &str) -> Result<ServiceArgs, String> {
        let scenario = Scenario::parse(text, "test.toml").unwrap_or_else(|e| panic!("{e}"));
        let play =
            Play { people: 1, places: Places::default(), seed: 1, speed: 1.0, script: Scenes::Scenario(scenario) };
        settle_service(
            ServiceArgs { backlog: Some(7), ..ServiceArgs::default() },
            Some(&ChosenPlay::Crowd(Box::new(play))),
        )
        .map_err(|e| format!("{e:?}"))
    }

    #[test]
    fn the_scenarios_that_come_along_say_nothing_wrong_of_the_service() {
        for (name, text) in BUILT_IN {
            assert!(service_of(text).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_is_typed_goes_before_what_a_scenario_says_of_the_service() {
        let scene = "title = \"x\"\n[[scene]]\nat = \"0s\"\nprofile = \"steady\"\n";
        let args = service_of(&format!("{scene}[service]\ninterval = \"1s\"\nbacklog = 9\n")).unwrap();
        assert_eq!((args.backlog, args.settings().unwrap().interval.as_secs()), (Some(7), 1));
        let why = |more: &str| service_of(&format!("{scene}{more}")).unwrap_err();
        let said = |more: &str, words: &str| assert!(why(more).contains(words), "{}", why(more));
        said("[service]\nlatency = 3\n", "line 5: in [service], unknown field `latency`");
        said("[service]\ninterval = \"0s\"\n", "line 5: in [service], interval: 0s is not between");
        said("[[fault]]\nat = \"1s\"\nfault = \"levitate\"\n", "line 7: `levitate` is not a fault");
    }
}
