use super::*;

const SCENE: &str = "[[scene]]\nat = \"0s\"\nprofile = \"steady\"\n";

#[track_caller]
fn refused(text: &str, said: &str) {
    let error = Scenario::parse(text, "evening.toml").expect_err(text);
    assert_eq!(error.to_string(), said, "{text}");
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    let with = |more: &str| format!("title = \"x\"\n{more}");
    let scene = |more: &str| with(&format!("{SCENE}[[scene]]\n{more}"));
    let keys = "`title`, `seed`, `people`, `repeat`, `channel`, `scene`, `service`, `fault`";
    refused(&with("peeple = 3\n"), &format!("evening.toml, line 2: unknown field `peeple`, expected one of {keys}"));
    refused("", "evening.toml, line 1: missing field `title`");
    refused(
        &with(""),
        "evening.toml, line 1: there is no scene; add one: [[scene]] with at = \"0s\" and profile = \"steady\"",
    );
    refused(&with("people = 0\n"), "evening.toml, line 2: people is 0; it can be 1 to 100000");
    refused(&with("people = -5\n"), "evening.toml, line 2: people is -5; it can be 1 to 100000");
    refused(&with("people = \"many\"\n"), "evening.toml, line 2: invalid type: string \"many\", expected i64");
    refused(
        &scene("at = \"soon\"\nprofile = \"night\""),
        "evening.toml, line 6: at: `soon` is not a length of time; write 10, 500ms, 5s or 1m30s",
    );
    refused(
        &scene("at = \"-5s\"\nprofile = \"night\""),
        "evening.toml, line 6: at: `-5s` is not a length of time; write 10, 500ms, 5s or 1m30s",
    );
    refused(
        &scene("at = \"48h\"\nprofile = \"night\""),
        "evening.toml, line 6: at is later than a day; scenes lie within 24h",
    );
    refused(
        &scene("at = \"5s\"\nprofile = \"party\u{1b}\""),
        "evening.toml, line 7: invalid basic string, expected non-double-quote visible characters, `\\`",
    );
    refused(
        &scene("at = \"5s\"\nprofile = \"party\\u001b\""),
        "evening.toml, line 7: there is no profile `party␛`; take one of steady, rush-hour, flapping, stampede, outage, \
         conference, night, hostile",
    );
    refused(
        &scene("at = \"0ms\"\nprofile = \"night\"\nlabel = \"Late\""),
        "evening.toml, line 6: `steady` and `Late (night)` both begin at 0ms; give one of them another time",
    );
    refused(
        &scene("at = \"5s\"\nprofile = \"night\"\nspeed = 1000"),
        "evening.toml, line 8: the speed is 1000; it can be 0.1 to 100, and 1 is as written",
    );
    refused(
        &scene("at = \"5s\"\nprofile = \"night\"\nspeed = nan"),
        "evening.toml, line 8: the speed is NaN; it can be 0.1 to 100, and 1 is as written",
    );
    refused(
        &scene("at = \"5s\"\nprofile = \"night\"\nlabel = \"\""),
        "evening.toml, line 8: the label has 0 characters; it can have 1 to 60",
    );
    refused(
        &with(&format!("repeat = \"10s\"\n{SCENE}[[scene]]\nat = \"10s\"\nprofile = \"night\"")),
        "evening.toml, line 2: repeat must be later than the last scene, which would never be seen; make it longer",
    );
    refused(
        &with(&format!("repeat = \"10s\"\n{SCENE}[[fault]]\nat = \"10s\"\nfault = \"drop\"")),
        "evening.toml, line 2: repeat must be later than the fault of line 8; make it longer",
    );
    refused(
        &with("[[channel]]\nname = \"a,b\"\n"),
        "evening.toml, line 3: the channel `a,b` holds `,`, which PubNub does not allow there; give several \
         channels as separate arguments",
    );
    refused(
        &with("[[channel]]\nname = \"a\"\n[[channel]]\nname = \"a\"\n"),
        "evening.toml, line 5: the channel `a` is there twice; leave one of them out",
    );
    refused(&with("[[channel]]\nname = \"a\"\nshare = 0\n"), "evening.toml, line 4: share is 0; it can be 1 to 1000");
}

#[test]
fn no_text_makes_it_panic() {
    for text in ["\0", "title", "title = [[[[[", "[[scene]]", "title = \"x\"\n[scene]\n", "\u{feff}title = 1", "= = ="]
    {
        assert!(Scenario::parse(text, "x").is_err(), "{text:?}");
    }
    let deep = format!("title = {}", "[".repeat(100_000));
    assert!(Scenario::parse(&deep, "x").is_err());
    let text = BUILT_IN[0].1;
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        drop(Scenario::parse(&text[..end], "x"));
    }
}

#[test]
fn scenes_are_sorted_and_before_the_first_it_is_an_afternoon() {
    let text = "title = \"x\"\n[[scene]]\nat = \"1m 30s\"\nprofile = \"night\"\n\
                [[scene]]\nat = \"250ms\"\nprofile = \"rush-hour\"\nspeed = 2.5\n\
                [service]\ninterval = \"1s\"\n\
                [[fault]]\nat = \"5s\"\nfault = \"drop\"\n[[fault]]\nat = \"2s\"\nfault = \"lose\"\n";
    let scenario = Scenario::parse(text, "x").unwrap();
    let scenes: Vec<(u128, &str)> = scenario.scenes.iter().map(|s| (s.at.as_millis(), s.profile.name)).collect();
    assert_eq!(scenes, [(0, "steady"), (250, "rush hour"), (90_000, "night")]);
    let service = scenario.service.unwrap();
    assert_eq!((service.line, service.value["interval"].as_str()), (9, Some("1s")));
    let faults: Vec<_> = scenario.faults.iter().map(|f| (f.at.as_secs(), f.fault.line, &*f.fault.value)).collect();
    assert_eq!(faults, [(2, 16, "lose"), (5, 13, "drop")]);
}

#[test]
fn the_built_in_scenarios_play_from_beginning_to_beginning() {
    use crate::{
        crowd::{Director, Play, Scenes},
        presence::Moment,
    };
    for (name, text) in BUILT_IN {
        let scenario = Scenario::parse(text, name).unwrap_or_else(|e| panic!("{e}"));
        let repeat = scenario.repeat.expect("something to leave running");
        let titles: Vec<String> = scenario.scenes.iter().map(Scene::title).collect();
        let play = Play {
            people: scenario.people.unwrap(),
            places: scenario.places.clone().unwrap_or_default(),
            seed: scenario.seed.unwrap(),
            speed: 1.0,
            script: Scenes::Scenario(scenario),
        };
        let start = Moment::from_micros(1_795_262_400_000_000);
        let mut director = Director::new(play, start);
        let (mut seen, mut acts) = (Vec::<String>::new(), 0);
        while director.due().is_some_and(|at| at < start.plus(repeat)) {
            acts += u32::from(director.step().is_some());
            let status = director.status();
            let title = format!("{} ({})", status.label.unwrap_or_default(), status.profile);
            if seen.last() != Some(&title) {
                seen.push(title);
            }
        }
        assert_eq!(seen, titles, "{name}");
        assert!((500..20_000).contains(&acts), "{name}: {acts}");
    }
}
