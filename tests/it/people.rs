//! The pane of people: what is counted of them, where one is in the list, and their order.

use std::{collections::BTreeSet, time::Duration};

use herenow::{
    crowd::{Profile, Simulation, people},
    keys::{Key, Keys},
    presence::{Channel, EventKind, PresenceEvent, State, UserId},
    service::Settings,
    ui::{OccupantRow, SortKey},
    view::{self, ClickTarget},
    world::Certainty,
};

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    happen::{batch, event},
    model::Looking,
    sim::{CHANNELS, Sim, written},
};

/// A crowd of so many with this profile, its service with intervals that name users, watched for so long.
fn crowd(profile: Profile, size: usize, settings: Settings, span: Duration) -> Sim {
    let script = Simulation::new(profile, people(size, 1), 1);
    Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(span)
}

fn press(sim: &mut Sim, keys: &str) {
    for key in keys.chars() {
        let key = match key {
            '\n' => Key::Enter,
            '^' => Key::Home,
            key => Key::Char(key),
        };
        if let Some(msg) = Keys::default().translate(&sim.model.screen(), key) {
            sim.tell(msg);
        }
    }
}

#[test]
fn f52_who_flaps_most_by_the_service_is_the_first_row() {
    let settings = Settings { announce_max: 500, deltas: true, ..Settings::default() };
    let mut sim = crowd(Profile::FLAPPING, 60, settings, Duration::from_secs(240));
    press(&mut sim, "sflaps\n");
    sim.run(Duration::from_secs(12));
    assert_eq!(sim.model.listener.occupants.order().by, SortKey::Flaps);
    let channel = sim.model.selected().unwrap().channel.clone();
    let rows = sim.model.people(20, sim.now);
    let left = |row: &OccupantRow<'_>| {
        let user = row.user().unwrap().clone();
        sim.leaves.get(&(channel.clone(), user)).copied().unwrap_or_default()
    };
    let counts: Vec<u32> = rows.iter().map(left).collect();
    let here = sim.believed(channel.as_str());
    let most = sim.leaves.iter().filter(|((on, user), _)| *on == channel && here.contains(user)).map(|(_, n)| *n);
    assert_eq!(Some(counts[0]), most.max(), "{counts:?}");
    let text = sim.text(120, 40);
    assert!(text.contains("flaps ↓"), "{text}");
}

/// What the channels are marked with, as the world says it.
fn certainties(sim: &Sim) -> Vec<Certainty> {
    sim.model.world.channels.iter().map(|watched| sim.model.world.certainty(watched, sim.now)).collect()
}

#[test]
fn f53_around_the_announce_max_no_list_is_called_wrong_that_an_interval_may_explain() {
    for (announce_max, deltas) in [(40, false), (60, false), (40, true)] {
        let settings = Settings { announce_max, deltas, ..Settings::default() };
        let mut sim = crowd(Profile::CONFERENCE, 400, settings, Duration::from_secs(20));
        // As on PubNub, where nobody tells it.
        sim.model.world.session.announce_max = None;
        let mut modes = BTreeSet::new();
        for second in 0..120 {
            sim.run(Duration::from_secs(1));
            let drifting = certainties(&sim).contains(&Certainty::Drifting);
            assert!(!drifting, "announce max {announce_max}, second {second}");
            modes.extend(sim.model.world.channels.iter().map(|watched| watched.mode.is_interval()));
        }
        assert_eq!(modes.len(), 2, "announce max {announce_max}: it is crossed both ways");
        assert!(sim.model.world.symptoms.drift.is_empty(), "announce max {announce_max}");
    }
}

#[test]
fn f53_a_lost_leave_below_an_announced_occupancy_is_no_lag() {
    let settings = Settings { announce_max: 40, ..Settings::default() };
    let mut sim = crowd(Profile::STEADY, 30, settings, Duration::from_secs(30));
    sim.pause_crowd();
    sim.run(Duration::from_secs(25));
    sim.model.world.session.announce_max = None;
    let told = |sim: &mut Sim, user: &str, occupancy: u64, joined: bool| {
        sim.run(Duration::from_millis(300));
        let user = UserId::from_wire(user);
        let what = if joined { EventKind::Joined { user, state: None } } else { EventKind::Left { user } };
        let published = sim.model.world.clock.now(sim.now);
        let event = PresenceEvent { occupancy: Some(occupancy), ..event("lobby", published, what) };
        sim.hear(batch([event], sim.model.world.clock.now(sim.now), sim.now));
    };
    let here = sim.believed("lobby").len() as u64;
    told(&mut sim, "ann", here + 1, true);
    told(&mut sim, "bob", here + 2, true);
    told(&mut sim, "ann", here, false);
    let mut found = false;
    for _ in 0..40 {
        sim.run(Duration::from_millis(100));
        let watched = sim.model.world.channels.look_up(&Channel::from_wire("lobby")).unwrap();
        assert!(sim.model.world.lag(watched, sim.now).is_none(), "what is lost is no lag");
        found |= sim.model.world.certainty(watched, sim.now) != Certainty::Exact;
    }
    assert!(found);
}

#[test]
fn f53_on_a_steady_crowd_the_marks_hold_still() {
    let mut sim = Sim::crowd(250, "watcher-4f2a").watched(Duration::from_secs(45));
    let marks = |sim: &Sim| -> Vec<String> {
        let text = sim.text(120, 40);
        let of_row = |line: &str| line.chars().nth(1).map(String::from);
        let channels = text.lines().skip(4).take(CHANNELS.len()).filter_map(of_row);
        let title = text.lines().find(|line| line.contains("people ·")).unwrap();
        let title = title.chars().find(|c| "●◌◐○≠".contains(*c)).unwrap();
        channels.chain([title.to_string()]).collect()
    };
    let mut changes = [0; CHANNELS.len() + 1];
    let (mut before, mut behind) = (marks(&sim), 0);
    for _ in 0..120 {
        sim.run(Duration::from_millis(500));
        let now = marks(&sim);
        for (at, count) in changes.iter_mut().enumerate() {
            *count += usize::from(now[at] != before[at]);
        }
        behind += usize::from(sim.text(200, 60).contains(" s behind"));
        before = now;
    }
    assert!(changes.iter().all(|count| *count <= 1), "{changes:?}");
    assert!(behind > 5, "the detail says by how much: {behind}");
}

#[test]
fn f53_a_channel_has_one_mark_wherever_it_stands_on_the_screen() {
    let mut sim = Sim::crowd(250, "watcher-4f2a").watched(Duration::from_secs(45));
    press(&mut sim, "1G");
    let mut behind = 0;
    for _ in 0..60 {
        sim.run(Duration::from_millis(500));
        let text = sim.text(120, 60);
        for channel in CHANNELS {
            let heading = format!(" {channel} ");
            let marks: BTreeSet<char> = text
                .match_indices(&heading)
                .filter_map(|(at, _)| text[..at].chars().next_back().filter(|c| "●◌◐○≠".contains(*c)))
                .collect();
            assert_eq!(marks.len(), 1, "{channel}: {marks:?}\n{text}");
        }
        let lag = |name: &&str| {
            let watched = sim.model.world.channels.look_up(&Channel::from_wire(name)).unwrap();
            sim.model.world.lag(watched, sim.now).is_some()
        };
        behind += CHANNELS.iter().filter(|name| lag(name)).count();
    }
    assert!(behind > 5, "lists were behind for a while: {behind}");
}

/// The rows of a bar in a picture: those of its thumb, by their place, and how many there are.
fn find_bar(picture: &Buffer, title: &str) -> Option<(std::ops::Range<usize>, usize)> {
    let text = written(picture);
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| line.contains(title))? + 2;
    let ends = |line: &&str| {
        let gone = line.strip_prefix("   just left").is_some_and(|rest| !rest.starts_with("    "));
        gone || line.starts_with('─') || line.starts_with(" 1 ")
    };
    let rows = lines[first..].iter().take_while(|line| !ends(line)).count();
    let mut bars = (20..picture.area.width).filter_map(|x| {
        let is_thumb = |row: usize| picture[(x, u16::try_from(first + row).unwrap())].symbol() == "█";
        let found: Vec<usize> = (0..rows).filter(|row| is_thumb(*row)).collect();
        Some((*found.first()?..*found.last()? + 1, rows))
    });
    // Those of a log beside them are further to the right.
    bars.next()
}

#[test]
fn f26_people_have_a_bar_if_someone_is_out_of_sight_and_it_is_right_to_one_cell() {
    let mut sim = Sim::crowd(250, "watcher-4f2a").watched(Duration::from_secs(45));
    press(&mut sim, "H");
    for (keys, steps) in [("", 0), ("jjjj", 0), ("s", 0), ("", 30), ("", 60), ("G", 0), ("^", 0), ("J", 0), ("G", 0)] {
        if keys == "s" {
            press(&mut sim, "stime\n");
        } else {
            press(&mut sim, keys);
        }
        (0..steps).for_each(|_| press(&mut sim, "j"));
        sim.run(Duration::from_millis(700));
        for (width, height) in [(120, 40), (80, 24), (200, 40)] {
            let picture = sim.frame(width, height);
            let place = format!("{keys} {steps} at {width}x{height}\n{}", written(&picture));
            let (thumb, rows) = find_bar(&picture, "people ·").unwrap_or_else(|| panic!("a bar: {place}"));
            let text = written(&picture);
            let columns = text.lines().map(|line| line.matches("user id").count()).max().unwrap();
            let shown = sim.model.people(rows * columns, sim.now);
            // The first of those who scroll, among all in their order.
            let all = sim.model.people(5_000, sim.now);
            let at = all.iter().skip(1).position(|row| Some(row) == shown.get(1)).unwrap();
            let exact = at * rows / (all.len() - 1);
            assert!(thumb.start.abs_diff(exact) <= 1, "{thumb:?} for {at} of {}: {place}", all.len());
        }
    }
    let few = Sim::crowd(30, "watcher-4f2a").watched(Duration::from_secs(45));
    assert_eq!(find_bar(&few.frame(120, 40), "people ·"), None, "{}", few.text(120, 40));
}

#[test]
fn f26_the_log_has_a_bar_that_ends_where_it_is_followed() {
    let mut sim = Sim::crowd(250, "watcher-4f2a").watched(Duration::from_secs(45));
    let (thumb, rows) = find_bar(&sim.frame(120, 40), "events ·").unwrap();
    assert_eq!(thumb.end, rows);
    press(&mut sim, "3^");
    let (thumb, rows) = find_bar(&sim.frame(120, 40), "events ·").unwrap();
    assert!(thumb.start == 0 && thumb.end < rows);
}

/// A user on the lobby did something so many seconds ago, and it is told now.
fn happened(sim: &mut Sim, ago: u64, occupancy: u64, what: EventKind, raw: Option<&str>) {
    sim.run(Duration::from_millis(10));
    let now = sim.model.world.clock.now(sim.now);
    let published = now.minus(Duration::from_secs(ago));
    let event =
        PresenceEvent { occupancy: Some(occupancy), raw: raw.map(Into::into), ..event("lobby", published, what) };
    sim.hear(batch([event], now, sim.now));
}

#[test]
fn f18_a_person_has_a_lane_of_ten_minutes_and_no_json_of_others() {
    let mut sim = Sim::crowd(0, "watcher-4f2a").watched(Duration::from_secs(5));
    let ann = || UserId::from_wire("ann");
    happened(&mut sim, 580, 1, EventKind::Joined { user: ann(), state: None }, None);
    let state = State::parse(r#"{"mood":"busy"}"#).unwrap();
    happened(&mut sim, 300, 1, EventKind::StateChanged { user: ann(), state }, None);
    happened(&mut sim, 90, 0, EventKind::TimedOut { user: ann() }, None);
    happened(&mut sim, 84, 1, EventKind::Joined { user: ann(), state: None }, None);
    for n in 2..20 {
        happened(&mut sim, 0, n, EventKind::Joined { user: UserId::from_wire(&format!("user{n}")), state: None }, None);
    }
    press(&mut sim, "j");
    let text = sim.text(120, 40);
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let at = lines
        .iter()
        .position(|line| line.iter().filter(|c| **c == '_').count() > 15)
        .unwrap_or_else(|| panic!("{text}"));
    let begins = lines[at].iter().rposition(|c| *c == '│').unwrap() + 2;
    let times: String = lines[at + 1][begins..].iter().collect();
    let lane: Vec<char> = lines[at][begins..].iter().copied().take(times.trim_end().len()).collect();
    let cell = |ago: usize| (600 - ago) * lane.len() / 600;
    assert_eq!([580, 300, 90].map(|ago| lane[cell(ago)]), ['+', '~', '!'], "{text}");
    let unknown = lane.iter().take_while(|c| **c == ' ').count();
    assert_eq!(lane[unknown], '+', "before the first that is known there is nothing: {text}");
    // A clock time stands under its moment.
    let now = sim.model.world.clock.now(sim.now).seconds();
    let colon = times.find(':').unwrap_or_else(|| panic!("{text}"));
    let minute: u64 = times[colon + 1..colon + 3].parse().unwrap();
    let ago = (now / 60 % 60 + 60 - minute) % 60 * 60 + now % 60;
    assert!(colon.abs_diff(cell(usize::try_from(ago).unwrap())) <= 1, "{text}");
    assert!(times.trim_end().ends_with("now") && text.contains("flaps       1 in 10 min"), "{text}");

    let raw = r#"{"action":"interval","occupancy":2,"join":["mallory","eve"],"leave":["ann"],"timeout":["trent"]}"#;
    let users = |names: &[&str]| names.iter().map(|name| UserId::from_wire(name)).collect();
    let what = EventKind::Interval {
        joined: users(&["mallory", "eve"]),
        left: users(&["ann"]),
        timed_out: users(&["trent"]),
        refresh: false,
    };
    happened(&mut sim, 0, 2, what, Some(raw));
    assert!(!sim.text(120, 40).contains("\"join\""));
    press(&mut sim, "\n");
    (0..60).for_each(|_| press(&mut sim, "j"));
    let text = sim.text(120, 40);
    let after = text.split("last event").last().unwrap();
    assert!(after.contains("\"leave\": [") && after.contains("\"ann\""), "{text}");
    assert!(!after.contains("mallory\"") && !after.contains("trent\""), "{text}");
}

#[test]
fn the_palette_finds_who_is_on_another_channel_and_who_has_just_gone() {
    let mut sim = Sim::crowd(60, "watcher-4f2a").watched(Duration::from_secs(5));
    let joined = |name: &str| EventKind::Joined { user: UserId::from_wire(name), state: None };
    let now = sim.model.world.clock.now(sim.now);
    sim.hear(batch([event("stage", now, joined("dev-tab"))], now, sim.now));
    happened(&mut sim, 0, 1, joined("dev-phone"), None);
    happened(&mut sim, 0, 0, EventKind::TimedOut { user: UserId::from_wire("dev-phone") }, None);
    press(&mut sim, ":dev-");
    let text = sim.text(120, 40);
    assert!(text.contains("go to the user on stage"), "{text}");
    assert!(text.contains("dev-phone") && text.contains("timed out 0 s ago on lobby"), "{text}");
    press(&mut sim, "phone\n");
    let text = sim.text(120, 40);
    assert!(!text.contains("actions and names") && text.contains("timed out"), "{text}");
}

#[test]
fn f49_on_a_wide_screen_people_stand_in_two_columns() {
    let mut sim = Sim::crowd(250, "watcher-4f2a").watched(Duration::from_secs(45));
    press(&mut sim, "z");
    let (width, height) = (200, 60);
    let find = |sim: &Sim| -> Vec<(u16, u16)> {
        let text = sim.text(width, height);
        let top =
            text.lines().position(|line| line.matches("user id").count() == 2).unwrap_or_else(|| panic!("{text}"));
        let mut found = Vec::new();
        for column in [0, width / 2] {
            for row in top + 1..usize::from(height) - 1 {
                found.push((column + 5, u16::try_from(row).unwrap()));
            }
        }
        found
    };
    let user_at = |sim: &Sim, (column, row): (u16, u16)| {
        let look = view::Appearance::default();
        let area = Rect::new(0, 0, width, height);
        match view::find_target(&sim.model.screen(), &look, sim.now, area, column, row) {
            Some(ClickTarget::User(user)) => Some(user),
            _ => None,
        }
    };
    let shown: Vec<UserId> = find(&sim).into_iter().filter_map(|at| user_at(&sim, at)).collect();
    let listed: Vec<UserId> = sim.model.people(500, sim.now).iter().filter_map(OccupantRow::user).cloned().collect();
    assert!(shown.len() > 80 && shown == listed[..shown.len()], "from top to bottom, column by column: {shown:?}");
    // What a click means is what is drawn there.
    let picture = sim.frame(width, height);
    for (column, row) in find(&sim) {
        if let Some(user) = user_at(&sim, (column, row)) {
            let first: String = user.to_string().chars().take(1).collect();
            let drawn = (column - 4..column + 2).any(|x| picture[(x, row)].symbol() == first);
            assert!(drawn, "{user} at {column} {row}");
        }
    }
    // The selection goes down the first column, and on in the second.
    press(&mut sim, &"j".repeat(70));
    let selected = sim.model.listener.focus.user.clone().unwrap();
    assert_eq!(Some(&selected), listed.get(69));
    assert!(sim.text(width, height).contains(&*selected.to_string()));
}

#[test]
fn f57_people_stand_where_one_looks_for_them() {
    let mut sim = Sim::crowd(0, "watcher-4f2a").watched(Duration::from_secs(5));
    for (n, user) in (1..).zip(["u10", "Zoe", "u2", "aiko", "O'Brien", "zed", "zoe", "agent 007"]) {
        happened(&mut sim, 0, n, EventKind::Joined { user: UserId::from_wire(user), state: None }, None);
    }
    let listed = |sim: &Sim| -> Vec<String> {
        sim.model.people(50, sim.now).iter().filter_map(OccupantRow::user).map(ToString::to_string).collect()
    };
    let expected = ["agent 007", "aiko", "O'Brien", "u2", "u10", "zed", "Zoe", "zoe"];
    assert_eq!(listed(&sim), expected);
    press(&mut sim, "/o\n");
    assert_eq!(
        listed(&sim),
        ["agent 007", "aiko", "O'Brien", "Zoe", "zoe"]
            .map(str::to_owned)
            .into_iter()
            .filter(|user| user.to_lowercase().contains('o'))
            .collect::<Vec<_>>()
    );
}

#[test]
fn our_own_row_on_top_takes_the_place_of_nobody() {
    for people in 1..6 {
        let mut sim = Sim::crowd(people, "me").watched(Duration::from_secs(20));
        press(&mut sim, "H");
        sim.run(Duration::from_millis(500));
        let all = sim.believed("lobby").len();
        for height in 1..=all {
            let shown = sim.model.people(height, sim.now).iter().filter(|row| row.user().is_some()).count();
            assert_eq!(shown, height, "{all} people");
        }
    }
}
