use super::*;

const START: Moment = Moment::from_micros(1_795_262_400_000_000);

fn play(script: Scenes) -> Director {
    let play = Play { people: 90, places: Places::default(), seed: 1, speed: 1.0, script };
    Director::new(play, START)
}

fn scenario(text: &str) -> Director {
    play(Scenes::Scenario(Scenario::parse(text, "test.toml").unwrap()))
}

fn at(seconds: f64) -> Moment {
    START.plus(Duration::from_secs_f64(seconds))
}

fn until(director: &mut Director, end: Moment) {
    while director.due().is_some_and(|at| at < end) {
        director.step();
    }
}

fn next(director: &Director) -> (String, f64) {
    let (what, when) = director.status().next.unwrap();
    (what, when.since(START).as_secs_f64())
}

const DAY: &str = "title = \"Day\"\nrepeat = \"1m\"\n\
    [[scene]]\nat = \"0s\"\nprofile = \"night\"\n\
    [[scene]]\nat = \"20s\"\nprofile = \"steady\"\nlabel = \"Morning\"\nspeed = 2\n\
    [[scene]]\nat = \"40s\"\nprofile = \"night\"\n";

#[test]
fn scenes_come_when_the_timeline_says_and_repeat() {
    let mut director = scenario(DAY);
    assert_eq!((&*director.status().profile, next(&director)), ("night", ("Morning (steady)".into(), 20.0)));
    until(&mut director, at(21.0));
    let status = director.status();
    assert_eq!((&*status.profile, status.label.as_deref(), status.speed), ("steady", Some("Morning"), 2.0));
    assert_eq!(next(&director), ("night".into(), 40.0));
    until(&mut director, at(41.0));
    assert_eq!(next(&director), ("night".into(), 60.0));
    until(&mut director, at(61.0));
    assert_eq!((&*director.status().profile, next(&director).1), ("night", 80.0));
}

#[test]
fn faults_come_at_their_time_in_every_round() {
    let faults = "[[fault]]\nat = \"30s\"\nfault = \"drop for=2s\"\n[[fault]]\nat = 0\nfault = \"lose\"\n";
    let mut director = scenario(&format!("{DAY}{}", faults.replace("at = 0", "at = \"0s\"")));
    assert_eq!(next(&director), ("fault lose".into(), 0.0));
    let mut came = Vec::new();
    while director.due().is_some_and(|due| due < at(125.0)) {
        let due = director.due().unwrap().since(START).as_secs();
        director.step();
        came.extend(director.take_faults().into_iter().map(|fault| (due, fault)));
    }
    let expected = [(0, "lose"), (30, "drop for=2s"), (60, "lose"), (90, "drop for=2s"), (120, "lose")];
    assert_eq!(came, expected.map(|(at, fault)| (at, fault.to_owned())));
    // One that comes with a scene comes once.
    let mut director = scenario(&format!("{DAY}[[fault]]\nat = \"20s\"\nfault = \"drop\"\n"));
    until(&mut director, at(30.0));
    assert_eq!(director.take_faults(), ["drop"]);
    // Who brings the next scene on passes over the faults before it.
    let mut director = scenario(&format!("{DAY}{}", faults.replace("at = 0", "at = \"0s\"")));
    director.direct(Direction::Next, at(1.0));
    director.direct(Direction::Next, at(1.0));
    assert_eq!(next(&director), ("night".into(), 21.0));
}

#[test]
fn a_presenter_goes_faster_and_brings_the_next_scene_on() {
    let mut director = scenario(DAY);
    until(&mut director, at(10.0));
    // Ten seconds of the timeline are left, at one and a half times the speed.
    director.direct(Direction::Faster, at(10.0));
    assert!((next(&director).1 - 16.667).abs() < 0.01);
    director.direct(Direction::Slower, at(10.0));
    assert!((next(&director).1 - 20.0).abs() < 0.01);
    director.direct(Direction::Next, at(12.0));
    assert_eq!((&*director.status().profile, next(&director)), ("steady", ("night".into(), 32.0)));
    director.direct(Direction::Next, at(13.0));
    director.direct(Direction::Next, at(14.0));
    assert_eq!(next(&director), ("Morning (steady)".into(), 34.0));
}

#[test]
fn without_a_scenario_the_profiles_come_round() {
    let mut director = play(Scenes::Profile(Profile::STEADY));
    let mut seen = Vec::new();
    for (n, _) in (1_u32..).zip(Profile::ALL) {
        until(&mut director, at(f64::from(n)));
        seen.push(director.status().profile);
        director.direct(Direction::Next, at(f64::from(n)));
    }
    assert_eq!(seen, Profile::ALL.iter().map(|p| p.name).collect::<Vec<_>>());
    assert_eq!(&*director.status().profile, "steady");
    for _ in 0..30 {
        director.direct(Direction::Faster, at(10.0));
    }
    assert_eq!(director.status().speed.to_bits(), 100.0_f64.to_bits());
    for _ in 0..30 {
        director.direct(Direction::Slower, at(10.0));
    }
    assert_eq!(director.status().speed.to_bits(), 0.1_f64.to_bits());
}

#[test]
fn an_outage_on_demand_says_when_it_is_over() {
    let mut director = play(Scenes::Profile(Profile::STEADY));
    until(&mut director, at(5.0));
    director.direct(Direction::Outage, at(5.0));
    assert_eq!(director.status().phase.as_deref(), Some("eu has no network"));
    assert_eq!(next(&director), ("eu comes back".into(), 35.0));
    until(&mut director, at(6.0));
    director.direct(Direction::Outage, at(6.0));
    assert_eq!(director.status().phase.as_deref(), Some("eu and us have no network"));
    until(&mut director, at(35.5));
    assert_eq!(next(&director), ("us comes back".into(), 36.0));
    until(&mut director, at(48.0));
    assert_eq!((director.status().phase, director.status().next), (None, None));
}

#[test]
fn the_same_play_is_the_same_again() {
    let acts = || {
        let mut director = scenario(DAY);
        let mut acts = Vec::new();
        while acts.len() < 2_000 {
            let at = director.due();
            acts.extend(director.step().map(|step| (at, step)));
        }
        acts
    };
    assert_eq!(acts(), acts());
}
