//! Incidents, told from crowds on the service's core in virtual time: labelled ones of every kind, mixed ones and
//! quiet ones.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small counts, and parts of them"
)]

mod beside;
mod further;
mod hostile;
mod in_intervals;
mod launch;
mod numbers;
mod profiles;
mod returning;
mod scenarios;
mod separate;
mod town;
mod unseen;
mod waves;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    time::Duration,
};

use herenow::{
    crowd::{Profile, Simulation, people},
    expression::{Expression, Judge, Verdict},
    incident::{Incident, IncidentKind, OverallVerdict},
    output::{ExportFormat, export::write_incidents, lines::write_incident},
    presence::{Channel, LinkChange},
    service::Settings,
    ui::{Action, Effect, UiEvent},
    world::{EntryBody, EntryTime},
};

use crate::{
    happen::{live, on, trouble},
    sim::{CHANNELS, Sim},
};
use scenarios::{Plot, Scenario, list_scenarios};
use town::Town;

/// What is told now, as a label.
fn label(sim: &Sim) -> &'static str {
    match sim.model.listener.incidents.verdict(&sim.model.world, sim.now) {
        OverallVerdict::Unknown => "unknown",
        OverallVerdict::CutOff if sim.model.world.link.retry_at().is_some() => "lost-link",
        OverallVerdict::CutOff => "refused",
        OverallVerdict::Incident(incident) => incident.kind.name(),
        OverallVerdict::Rules(_) => "rule",
        OverallVerdict::Sudden(_) | OverallVerdict::Calm(_) => "calm",
    }
}

/// The mean over all labels of the harmonic mean of precision and recall.
fn compute_macro_f1(told: &BTreeMap<(&'static str, &'static str), usize>) -> f64 {
    let labels: BTreeSet<&str> = told.keys().map(|(meant, _)| *meant).collect();
    let sum = |is_one: &dyn Fn(&str, &str) -> bool| -> usize {
        told.iter().filter(|((meant, said), _)| is_one(meant, said)).map(|(_, count)| count).sum()
    };
    let of = |label: &str| {
        let right = sum(&|meant, said| meant == label && said == label);
        let others = sum(&|meant, said| (meant == label) != (said == label));
        2.0 * right as f64 / (2.0 * right as f64 + others as f64)
    };
    labels.iter().map(|label| of(label)).sum::<f64>() / labels.len() as f64
}

/// What was told of the scenarios of each label.
fn list_by_label(told: &BTreeMap<(&'static str, &'static str), usize>) -> String {
    let labels: BTreeSet<&str> = told.keys().map(|(meant, _)| *meant).collect();
    let row = |label: &&str| {
        let said = told.iter().filter(|((meant, _), _)| meant == label);
        let said: Vec<String> = said.map(|((_, said), count)| format!("{said} {count}")).collect();
        format!("{label:<14} {}", said.join(", "))
    };
    labels.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn f01_labelled_scenarios_are_told_apart() {
    let scenarios = list_scenarios();
    assert!(scenarios.len() >= 60, "{}", scenarios.len());
    let kinds: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.label).collect();
    assert!(kinds.len() >= 11, "{kinds:?}");
    expect_told_apart(&scenarios);
}

/// Play all of them: most are told as what they are, and the calm ones as nothing else.
fn expect_told_apart(scenarios: &[Scenario]) {
    expect_played_apart(scenarios, |scenario| (scenario.label, format!("{scenario:?}"), scenario.play().sim));
}

/// The same of what is played in any way: `play` returns the label, a description, and the world as it is at the end.
fn expect_played_apart<T: Sync>(scenarios: &[T], play: impl Fn(&T) -> (&'static str, String, Sim) + Sync) {
    let mut told = BTreeMap::new();
    let mut wrong = Vec::new();
    let play = |scenario: &T| {
        let (meant, what, sim) = play(scenario);
        (meant, label(&sim), format!("{what}, meant as {meant}, is told as {}: {:#?}", label(&sim), list_all(&sim)))
    };
    let parts = scenarios.chunks(scenarios.len().div_ceil(2));
    let played: Vec<(&str, &str, String)> = std::thread::scope(|scope| {
        let played: Vec<_> = parts.map(|part| scope.spawn(|| part.iter().map(&play).collect::<Vec<_>>())).collect();
        played.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    for (meant, said, what) in played {
        *told.entry((meant, said)).or_default() += 1;
        if said != meant {
            wrong.push(what);
        }
    }
    let score = compute_macro_f1(&told);
    println!("{score:.3}\n{}\n{}", list_by_label(&told), wrong.join("\n"));
    assert!(score >= 0.9, "{score:.3}\n{told:#?}\n{}", wrong.join("\n"));
    let alarms = told.iter().filter(|((meant, said), _)| *meant == "calm" && *said != "calm").count();
    assert_eq!(alarms, 0, "{}", wrong.join("\n"));
}

/// Every incident that is told.
fn list_all(sim: &Sim) -> Vec<String> {
    let tell = |incident: &Incident| {
        let begin = incident.begin.since(crate::sim::START).as_secs();
        format!("{} at {begin}: {}", incident.kind, incident.sentence())
    };
    sim.model.listener.incidents.incidents().map(tell).collect()
}

/// Ten minutes of a steady crowd.
fn play_calm(seed: u64) {
    let size = 8 + usize::try_from(seed).unwrap() * 7 % 24;
    let settings = match seed % 3 {
        0 => Settings::default(),
        1 => Settings { deltas: true, ..Settings::default() },
        // Where intervals name nobody, on every channel or on the larger ones.
        _ if seed.is_multiple_of(2) => Settings { announce_max: 1, ..Settings::default() },
        _ => Settings { announce_max: 1000, ..Settings::default() },
    };
    let script = Simulation::new(Profile::STEADY, people(size, seed), seed);
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher", seed);
    sim.run(Duration::from_secs(1));
    sim.connect();
    for _ in 0..60 {
        sim.run(Duration::from_secs(10));
        let told: Vec<String> = sim.model.listener.incidents.incidents().map(Incident::sentence).collect();
        assert_eq!((label(&sim), told), ("calm", Vec::new()), "seed {seed}, {size} people, at {:?}", sim.now);
    }
}

#[test]
fn f01_calm_minutes_are_never_more_than_calm() {
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || (part * 25..(part + 1) * 25).for_each(play_calm));
        }
    });
}

/// An outage of 40 % of 240 people on twelve channels, three seconds after the last of them timed out.
fn play_outage() -> Sim {
    outage().play().sim
}

fn outage() -> Scenario {
    let plot = Plot::Outage(0.4, 0.0);
    Scenario {
        label: "mass-timeout",
        plot,
        size: 320,
        channels: 12,
        announce: (100_000, false),
        churn: 0.01,
        seed: 7,
        timeout: 16,
    }
}

fn row(sim: &Sim, row: usize, width: u16, height: u16) -> String {
    sim.text(width, height).lines().nth(row).unwrap().to_owned()
}

fn only(sim: &Sim) -> &Incident {
    let all: Vec<&Incident> = sim.model.listener.incidents.incidents().collect();
    assert_eq!(all.len(), 1, "{all:#?}");
    all[0]
}

#[test]
fn f01_an_outage_is_in_the_second_row_with_its_number_and_its_cause_at_every_size() {
    let sim = play_outage();
    let timeouts = sim
        .model
        .listener
        .log
        .last_entries(2000)
        .filter(|entry| matches!(entry.body, EntryBody::Timeout { .. }))
        .filter(|entry| sim.now.seconds() - entry.at.seconds() < 14)
        .count();
    let told = usize::try_from(only(&sim).users).unwrap();
    assert!(told.abs_diff(timeouts) * 20 <= timeouts, "{told} of {timeouts}");
    for (width, height) in [(200, 60), (120, 40), (80, 24), (60, 20), (40, 12)] {
        let verdict = row(&sim, 1, width, height);
        let right =
            verdict.starts_with(" ▲ ") && verdict.contains(&format!("{told} ")) && verdict.contains("timed out");
        assert!(right && verdict.contains("network"), "{width}x{height}: {verdict}");
    }
    let second = row(&sim, 1, 20, 3);
    assert!(second.contains(&format!("{told} timed out")), "{second}");
    let short = row(&sim, 0, 60, 1);
    assert!(short.contains(&format!("{told} ")) && short.contains("timed out"), "{short}");
}

#[test]
fn f01_each_number_can_be_counted_again_from_the_log() {
    let sim = play_outage();
    let incident = only(&sim);
    let (first, last) = incident.events.unwrap();
    let within = |at: EntryTime| matches!(at, EntryTime::Service(at) if (first..=last).contains(&at));
    let log = &sim.model.listener.log;
    let entries: Vec<_> = log.last_entries(5000).filter(|entry| within(entry.at)).collect();
    let timeouts = || entries.iter().filter(|entry| matches!(entry.body, EntryBody::Timeout { .. }));
    let users: HashSet<_> = timeouts().map(|entry| entry.user.clone()).collect();
    let channels: HashSet<_> = timeouts().map(|entry| entry.channel.clone()).collect();
    let left = entries.iter().filter(|entry| matches!(entry.body, EntryBody::Leave { .. })).count();
    let counted = (users.len() as u64, timeouts().count() as u64, left as u64, channels.len());
    assert_eq!((incident.users, incident.presences, incident.left, incident.concerned), counted);
    for change in &incident.channels {
        let here = timeouts().filter(|entry| entry.channel.as_ref() == Some(&change.channel)).count();
        assert_eq!(change.changes, here as u64, "{change:?}");
        let told = log.last_entries(5000).filter(|entry| entry.channel.as_ref() == Some(&change.channel));
        let told = told.filter(|entry| entry.at.micros() < first.ticks() / 10).filter_map(|entry| entry.occupancy);
        assert_eq!(Some(change.before), told.last(), "{change:?}");
    }
    assert_eq!(incident.before, incident.channels.iter().map(|change| change.before).sum::<u64>());
}

#[test]
fn f01_who_is_gone_without_a_name_is_found_by_the_lists_and_no_cause_is_made_up() {
    let mut town = Town::with_timeout(340, 12, (1, false), 0.01, 3, 20);
    town.run(45.0);
    let who = town.of_service(&town.present());
    town.plan(&who, town::Plan::Vanish, 0.0, 0.0);
    town.run(45.0);
    let incident = only(&town.sim);
    let said = incident.sentence();
    let parts = [" people are gone within ", " channels, ", "whether they left or timed out is not told (no deltas)"];
    assert!(incident.kind == IncidentKind::Unclear && parts.iter().all(|part| said.contains(part)), "{said}");
    assert!(said.ends_with(" · in common: ids worker-…"), "{said}: {incident:#?}");
    assert!(incident.users == 0 && incident.names.len() >= 20, "{incident:#?}");
    let unknowns = incident.list_unknowns();
    assert!(unknowns.iter().any(|what| what.contains("lists asked for since have named some")), "{unknowns:?}");
    assert!(incident.describe_cause().starts_with("unclear: whether they left"), "{}", incident.describe_cause());
}

/// Count an incident again from the log: users, changes, and those on each channel.
fn count_again(sim: &Sim, incident: &Incident, is_one: impl Fn(&EntryBody) -> bool) {
    let (first, last) = incident.events.unwrap();
    let within = |at: EntryTime| matches!(at, EntryTime::Service(at) if (first..=last).contains(&at));
    let log = &sim.model.listener.log;
    let entries: Vec<_> = log.last_entries(20_000).filter(|entry| within(entry.at) && is_one(&entry.body)).collect();
    let users: HashSet<_> = entries.iter().map(|entry| entry.user.clone()).collect();
    let mut channels: BTreeMap<_, u64> = BTreeMap::new();
    for entry in &entries {
        *channels.entry(entry.channel.clone()).or_default() += 1;
    }
    // Who left and came right back is one entry of the log, made when they came.
    let flaps = log.last_entries(20_000).filter(|entry| matches!(entry.body, EntryBody::Flap { .. })).count() as u64;
    let about = |told: u64, counted: u64| (counted..=counted + flaps).contains(&told);
    let what = incident.sentence();
    assert!(about(incident.users, users.len() as u64), "{} of {}: {what}", users.len(), incident.users);
    assert!(about(incident.presences, entries.len() as u64), "{} of {}: {what}", entries.len(), incident.presences);
    assert_eq!(incident.concerned, channels.len(), "{what}");
    for change in &incident.channels {
        let counted = channels.get(&Some(change.channel.clone())).copied().unwrap_or_default();
        assert!(about(change.changes, counted), "{counted}: {change:?}");
    }
}

#[test]
fn f01_the_numbers_of_random_crowds_can_be_counted_again_from_the_log() {
    let mut counted = BTreeMap::new();
    for seed in 0..18 {
        let share = 0.2 + (seed % 5) as f64 * 0.15;
        let plot = match seed % 3 {
            0 => Plot::Outage(share, (seed % 4) as f64),
            1 => Plot::Kick(share, (seed % 4) as f64),
            _ => Plot::Rush(2.0 + (seed % 4) as f64),
        };
        let (size, channels) = (60 + seed as usize * 17, 1 + seed as usize % 7);
        let churn = [0.0, 0.01, 0.03][seed as usize / 3 % 3];
        let scenario =
            Scenario { label: "", plot, size, channels, announce: (100_000, false), churn, seed, timeout: 16 };
        let sim = scenario.play().sim;
        for incident in sim.model.listener.incidents.incidents().filter(|incident| !incident.continued) {
            let is_one: fn(&EntryBody) -> bool = match incident.kind {
                IncidentKind::MassTimeout => |body| matches!(body, EntryBody::Timeout { .. }),
                IncidentKind::MassLeave => |body| matches!(body, EntryBody::Leave { .. }),
                IncidentKind::Rush => |body| matches!(body, EntryBody::Join { .. }),
                _ => continue,
            };
            count_again(&sim, incident, is_one);
            *counted.entry(incident.kind.name()).or_insert(0) += 1;
        }
    }
    assert!(counted.len() == 3 && counted.values().all(|count| *count >= 3), "{counted:?}");
}

#[test]
fn f01_the_evidence_is_read_once_and_copied_without_secrets() {
    let mut sim = play_outage();
    sim.tell(UiEvent::Act(Action::Incident));
    let screen = sim.text(120, 40);
    for part in ["incident 1 of 1 · mass timeout", "in common", "before", "not known", "look at", "i copies"] {
        assert!(screen.contains(part), "{part}: {screen}");
    }
    sim.model.listener.effects.clear();
    sim.tell(UiEvent::Act(Action::CopyReport));
    let Some(Effect::Copy(report)) = sim.model.listener.effects.first() else { panic!("nothing was copied") };
    for part in ["# Incident: mass timeout", "**began** 2026-11-21", "| channel |", "Not known:", "**cause** probably"]
    {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert!(!report.contains("demo") && !report.contains("127.0.0.1"), "{report}");
    sim.tell(UiEvent::Act(Action::Close));
    assert!(row(&sim, 1, 120, 40).starts_with(" ✓ nothing else is new "), "it was read, and may not be over");
}

#[test]
fn f01_an_export_carries_the_incidents_in_each_format() {
    let sim = play_outage();
    let incident = only(&sim).clone();
    let write = |format: ExportFormat| {
        let mut out = Vec::new();
        write_incidents(std::slice::from_ref(&incident), format, sim.now, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let (mut line, lines) = (String::new(), write(ExportFormat::JsonLines));
    write_incident(&mut line, &incident, sim.now);
    assert_eq!(lines, line, "the same as of `herenow events`");
    let (csv, markdown) = (write(ExportFormat::Csv), write(ExportFormat::Markdown));
    assert!(csv.starts_with("\r\nincident,began,") && csv.contains("\r\nmass-timeout,2026-11-21T"), "{csv}");
    assert!(markdown.starts_with("\n## Incidents\n\n| incident | began |"), "{markdown}");
    assert!(markdown.contains("| mass-timeout |"), "{markdown}");
}

#[test]
fn f01_an_incident_is_told_once_and_listed_by_the_doctor_and_old_after_ten_minutes() {
    let mut town = outage().play();
    town.run(5.0);
    let alerts = |sim: &Sim| sim.model.listener.effects.iter().filter(|e| matches!(e, Effect::Tell(_))).count();
    assert_eq!(alerts(&town.sim), 1, "{:#?}", town.sim.model.listener.effects);
    let doctor = &town.sim.model.listener.doctor;
    assert!(doctor.findings().iter().any(|finding| finding.what.contains("timed out within")), "{doctor:?}");
    town.run(620.0);
    assert_eq!(alerts(&town.sim), 1);
    assert!(!row(&town.sim, 1, 120, 40).contains("timed out within"), "{}", row(&town.sim, 1, 120, 40));
}

#[test]
fn f24_a_rule_that_holds_is_in_sight_until_it_ceases() {
    let mut town = Town::new(60, 1, (100_000, false), 0.0, 3);
    let watching = town.sim.model.listener.alerts.watch_for(&town.sim.model.world, "occupancy of room-0 < 40");
    watching.unwrap();
    town.run(20.0);
    let present = town.present();
    town.plan(&present[..8], town::Plan::Leave, 0.0, 60.0);
    town.run(62.0);
    for second in 0..30 {
        for width in [120, 80, 60] {
            let verdict = row(&town.sim, 1, width, 40);
            assert!(verdict.contains("room-0 has 37, fewer than 40"), "{second}: {verdict}");
            let ink = town.sim.frame(width, 40)[(1, 1)].fg;
            assert_ne!(ink, ratatui::style::Color::Reset, "an alarm stands out: {verdict}");
        }
        town.run(1.0);
    }
    town.plan(&present[..8], town::Plan::Join, 0.0, 1.0);
    town.run(4.0);
    assert!(!row(&town.sim, 1, 120, 40).contains("fewer than"), "{}", row(&town.sim, 1, 120, 40));
}

#[test]
fn f24_an_alarm_is_acknowledged_and_quiet_until_it_has_ceased_and_holds_again() {
    let mut town = Town::new(60, 1, (100_000, false), 0.0, 3);
    let watching = town.sim.model.listener.alerts.watch_for(&town.sim.model.world, "occupancy of room-0 < 40");
    watching.unwrap();
    town.run(20.0);
    let present = town.present();
    town.plan(&present[..8], town::Plan::Leave, 0.0, 60.0);
    town.run(62.0);
    let footer = |town: &Town, width: u16| row(&town.sim, 39, width, 40);
    assert!(footer(&town, 120).ends_with(" ! 1 alarm"), "{}", footer(&town, 120));
    // The key of the second row leads to the list, where `Enter` acknowledges.
    town.sim.tell(UiEvent::Act(Action::Incident));
    let list = town.sim.text(120, 40);
    assert!(list.contains("! holds") && list.contains("Enter acknowledge"), "{list}");
    town.sim.tell(UiEvent::Act(Action::Open));
    let list = town.sim.text(120, 40);
    assert!(list.contains("✓ holds, acknowledged"), "it stays listed: {list}");
    town.sim.tell(UiEvent::Act(Action::Close));
    for _ in 0..20 {
        town.run(1.0);
        assert!(row(&town.sim, 1, 120, 40).contains("✓ calm"), "{}", row(&town.sim, 1, 120, 40));
        assert!(!footer(&town, 120).contains("alarm"), "{}", footer(&town, 120));
    }
    town.plan(&present[..8], town::Plan::Join, 0.0, 30.0);
    town.run(32.0);
    town.plan(&present[..8], town::Plan::Leave, 0.0, 60.0);
    town.run(62.0);
    assert!(row(&town.sim, 1, 120, 40).contains("room-0 has 37, fewer than 40, for"), "it holds again");
    town.sim.tell(UiEvent::Act(Action::Acknowledge));
    assert!(row(&town.sim, 1, 120, 40).contains("✓ calm"));
}

#[test]
fn f24_an_alarm_beside_an_incident_is_acknowledged_in_the_evidence() {
    let mut town = Town::new(320, 12, (100_000, false), 0.01, 7);
    town.sim.model.listener.alerts.watch_for(&town.sim.model.world, "occupancy of room-0 < 60").unwrap();
    town.run(45.0);
    let present = town.present();
    let who = town.some(&present, 0.4);
    town.plan(&who, town::Plan::Vanish, 0.0, 0.0);
    town.run(20.0);
    town.sim.tell(UiEvent::Act(Action::Incident));
    let evidence = town.sim.text(120, 40);
    for part in ["! room-0 has ", ", fewer than 60, for ", "Enter acknowledges"] {
        assert!(evidence.contains(part), "{part}: {evidence}");
    }
    town.sim.tell(UiEvent::Act(Action::Open));
    let evidence = town.sim.text(120, 40);
    assert!(evidence.contains("incident 1 of 1") && !evidence.contains("Enter acknowledges"), "{evidence}");
    town.sim.tell(UiEvent::Act(Action::Close));
    assert!(row(&town.sim, 1, 120, 40).contains("✓ nothing else is new "), "{}", row(&town.sim, 1, 120, 40));
    town.run(60.0);
    assert!(row(&town.sim, 1, 120, 40).contains("✓ calm for "), "{}", row(&town.sim, 1, 120, 40));
}

#[test]
fn f01_while_nobody_knows_yet_what_happened_it_is_not_called_calm() {
    for announce in [(100_000, false), (20, true), (20, false)] {
        let mut town = Town::new(200, 2, announce, 0.01, 7);
        town.run(45.0);
        let people = |town: &Town| town.sim.model.world.channels.total().occupancy().unwrap();
        let before = people(&town);
        let who = town.some(&town.present(), 0.4);
        town.plan(&who, town::Plan::Leave, 0.0, 1.0);
        let (mut sudden, mut told) = (0, false);
        for second in 0..40 {
            town.run(0.5);
            let verdict = row(&town.sim, 1, 120, 40);
            told |= verdict.contains('▲');
            assert!(told || people(&town) * 4 > before * 3 || !verdict.contains("calm"), "{second}: {verdict}");
            sudden += usize::from(verdict.contains("fewer people than"));
        }
        assert!(told && sudden > 0, "{announce:?}: {told} {sudden}");
    }
}

#[test]
fn f31_the_first_row_of_a_steady_crowd_stands_still_but_for_the_clock() {
    let mut sim = Sim::crowd(120, "watcher").watched(Duration::from_secs(150));
    let without_clock = |sim: &Sim| row(sim, 0, 120, 40).rsplit_once(" · ").unwrap().0.to_owned();
    let mut seen = HashSet::new();
    for _ in 0..60 {
        sim.run(Duration::from_secs(1));
        seen.insert(without_clock(&sim));
    }
    assert!(seen.len() <= 3, "{seen:#?}");
    assert!(seen.iter().all(|row| !row.contains("late") && row.contains("events/s")), "{seen:#?}");
}

#[test]
fn f33_what_was_never_reached_is_not_lost() {
    let mut sim = Sim::crowd(5, "watcher");
    let retry_at = sim.now.plus(Duration::from_secs(5));
    sim.link(LinkChange::Lost { trouble: trouble("connection refused"), attempt: 1, retry_at });
    let (first, second) = (row(&sim, 0, 80, 24), row(&sim, 1, 80, 24));
    assert!(
        first.contains("○ not reached") && second.contains("not reached for 0 s, next try in"),
        "{first}\n{second}"
    );
    assert!(!first.contains("lost") && !second.contains("lost") && second.contains("connection refused"), "{second}");
    assert!(!first.contains("connection refused"), "the reason is told once: {first}");
}

#[test]
fn a_link_that_is_refused_for_a_while_was_lost_for_that_long() {
    let mut sim = Sim::crowd(5, "watcher").watched(Duration::from_secs(20));
    for attempt in 1..=3 {
        let what = vec![on("lobby")];
        sim.link(LinkChange::Refused { trouble: trouble("not allowed"), what, everything: true });
        let retry_at = sim.now.plus(Duration::from_secs(4));
        sim.link(LinkChange::Lost { trouble: trouble("not allowed"), attempt, retry_at });
        sim.run(Duration::from_secs(3));
    }
    sim.link(live());
    sim.run(Duration::from_secs(1));
    let incidents = &sim.model.listener.incidents;
    let lost = incidents.incidents().find(|incident| incident.kind == IncidentKind::LostLink).unwrap();
    let lasted = lost.last.since(lost.begin);
    assert!(lost.over && lasted >= Duration::from_secs(9) && lasted < Duration::from_secs(11), "{lasted:?}");
}

#[test]
fn f56_the_clock_has_seconds_from_forty_columns_on() {
    let mut sim = Sim::crowd(5, "watcher").watched(Duration::from_secs(17));
    for width in [40, 60, 80, 120, 200] {
        assert!(row(&sim, 0, width, 24).trim_end().ends_with("12:00:18"), "{}", row(&sim, 0, width, 24));
    }
    sim.run(Duration::from_secs(1));
    assert!(row(&sim, 0, 40, 12).trim_end().ends_with("12:00:19"));
}

#[test]
fn f01_that_there_is_no_incident_can_be_claimed() {
    let mut town = outage().play();
    let mut judges =
        ["no incident in room-0", "no incident in * for 20s", "no incident in elsewhere or no incident in *"]
            .map(|text| Judge::new(Expression::parse(text).unwrap()));
    let mut hold = |town: &Town| {
        let (world, now) = (&town.sim.model.world, town.sim.now);
        judges.each_mut().map(|judge| matches!(judge.judge(&world.facts(now), now), Verdict::Held { .. }))
    };
    hold(&town);
    town.run(12.0);
    assert_eq!(hold(&town), [true, false, true]);
    town.run(12.0);
    assert_eq!(hold(&town), [true, true, true]);
    let now = town.sim.now;
    let (lobby, what) = (Channel::from_wire("room-0"), only(&town.sim).sentence());
    for judge in &mut judges {
        judge.take_incident(&[&lobby], &what, now);
    }
    let world = &town.sim.model.world;
    let said = judges[0].judge(&world.facts(now), now);
    assert!(matches!(&said, Verdict::NotHeld { saw, .. } if saw.contains("timed out within")), "{said:?}");
    let mistake = Expression::parse("no incident of alice").unwrap_err();
    assert!(mistake.sentence.contains("an incident is of nobody"), "{mistake:?}");
}
