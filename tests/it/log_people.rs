//! The log tells of people first: what its levels show, in which order and columns, as screens of a simulated world.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use herenow::{
    crowd::{Profile, Simulation, people},
    presence::{Channel, EventKind, LinkChange, Notice, PresenceEvent, ReplyItem, Trouble, UserId},
    service::Settings,
    ui::{Action, EditKey, LogRowPart, Pane, UiEvent},
    world::{EntryBody, EntryKind, Input, Note},
};
use ratatui::style::Modifier;

use crate::{
    happen::{trouble, user},
    model::Looking,
    sim::{CHANNELS, Sim},
};

fn act(sim: &mut Sim, actions: &[Action]) {
    for action in actions {
        sim.tell(UiEvent::Act(*action));
    }
}

/// The rows of the log on a screen of 120 by 40, without its border.
fn log_rows(sim: &Sim) -> Vec<String> {
    let screen = sim.text(110, 40);
    let rows: Vec<String> =
        screen.lines().skip_while(|row| !row.contains("[3] events")).skip(1).map(|row| format!("{row} ")).collect();
    // The last row of the screen is the footer.
    rows[..rows.len() - 1].to_vec()
}

/// A crowd of this size on a service that names nobody in its intervals, as PubNub's does unless asked to.
fn without_deltas(size: usize, seed: u64) -> Sim {
    let script = Simulation::new(Profile::STEADY, people(size, seed), seed);
    Sim::new(Settings { deltas: false, ..Settings::default() }, script, &CHANNELS, "me", seed)
}

/// So many seeds, unless `HERENOW_CASES` asks for others.
fn cases(usual: u64) -> u64 {
    std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

#[test]
fn f07_the_log_shows_people_and_trouble_and_says_how_many_states_it_hides() {
    let mut sim = Sim::crowd(60, "me").watched(Duration::from_secs(45));
    let shown = |sim: &Sim, kind: EntryKind| {
        let log = sim.model.screen().log;
        log.view().numbers().filter(|number| log.get(*number).unwrap().body.kind() == kind).count()
    };
    let log = &sim.model.listener.log;
    let (states, snapshots) = (log.count_kind(EntryKind::StateChange), log.count_kind(EntryKind::Snapshot));
    assert!(states > 10 && snapshots == CHANNELS.len());
    let title = format!("[3] events · people and trouble · v: {states} states ─");
    assert!(sim.text(160, 50).contains(&title), "{}", sim.text(120, 40));
    let narrow = sim.text(120, 40);
    assert!(narrow.contains("[3] events · people and trouble ─"), "a part that does not fit is left out: {narrow}");
    assert_eq!((shown(&sim, EntryKind::StateChange), shown(&sim, EntryKind::Snapshot)), (0, 0));
    assert!(shown(&sim, EntryKind::Join) > 0 && shown(&sim, EntryKind::Timeout) > 0);
    act(&mut sim, &[Action::EventLevel]);
    assert!(sim.text(160, 50).contains("[3] events · with states ─"));
    assert_eq!((shown(&sim, EntryKind::StateChange), shown(&sim, EntryKind::Snapshot)), (states, 0));
    act(&mut sim, &[Action::EventLevel]);
    assert!(sim.text(160, 50).contains("[3] events · everything ─"));
    assert_eq!((shown(&sim, EntryKind::StateChange), shown(&sim, EntryKind::Snapshot)), (states, snapshots));
    act(&mut sim, &[Action::EventLevel]);
    assert!(sim.text(160, 50).contains(&title), "round again");
}

#[test]
fn f34_times_in_sight_never_fall() {
    for deltas in [false, true] {
        let mut sim = if deltas { Sim::crowd(200, "me") } else { without_deltas(200, 3) }.watched(Duration::ZERO);
        act(&mut sim, &[Action::EventLevel, Action::EventLevel]);
        for _ in 0..90 {
            sim.run(Duration::from_secs(1));
            let rows = log_rows(&sim);
            let times: Vec<&str> =
                rows.iter().skip(1).filter_map(|row| row.get(1..9)).filter(|t| t.contains(':')).collect();
            assert!(times.is_sorted(), "{rows:#?}");
        }
    }
}

#[test]
fn f34_the_date_is_told_where_the_day_changes() {
    let mut sim = Sim::crowd(20, "me").watched(Duration::from_secs(10));
    let row = |sim: &Sim, text: &str| log_rows(sim).into_iter().find(|row| row.contains(text)).unwrap();
    sim.link(LinkChange::Lost { trouble: trouble("no answer"), attempt: 1, retry_at: sim.now });
    assert!(row(&sim, "no answer").starts_with(" 12:00:1"), "{:?}", log_rows(&sim));
    sim.now = sim.now.plus(Duration::from_secs(13 * 3600));
    sim.link(crate::happen::live());
    assert!(row(&sim, "live again").starts_with(" 11-22 01:00:1"), "{:?}", log_rows(&sim));
    assert!(row(&sim, "no answer").starts_with(" 11-21 12:00:1"), "{:?}", log_rows(&sim));
}

#[test]
fn f41_a_log_that_is_followed_has_no_cursor_and_a_step_up_makes_one() {
    let mut sim = Sim::crowd(60, "me").watched(Duration::from_secs(45));
    act(&mut sim, &[Action::NextPane]);
    assert_eq!(sim.model.listener.focus.pane, Pane::Log);
    let reversed = |sim: &Sim| {
        let frame = sim.frame(120, 40);
        frame.content.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED)).count()
    };
    assert_eq!(reversed(&sim), 0);
    act(&mut sim, &[Action::Up]);
    let log = &sim.model.listener.log;
    assert!(reversed(&sim) > 50 && log.view().is_held());
    assert_eq!(log.view().cursor().map(|row| row.number), log.view().numbers().last(), "on the last row");
    act(&mut sim, &[Action::Down]);
    assert!(reversed(&sim) == 0 && !sim.model.listener.log.view().is_held());
}

#[test]
fn f25_what_is_about_us_or_a_watched_user_is_marked_and_bold() {
    let mut sim = Sim::crowd(12, "me").watched(Duration::from_secs(20));
    sim.model.watch_for("ann").unwrap();
    act(&mut sim, &[Action::Heartbeat]);
    sim.run(Duration::from_secs(2));
    let now = sim.now;
    sim.hear(crate::happen::batch(
        ["ann", "bob"]
            .map(|id| crate::happen::event("lobby", herenow::presence::Timetoken::at(now), crate::happen::joined(id))),
        herenow::presence::Timetoken::at(now),
        now,
    ));
    let rows = log_rows(&sim);
    let starts =
        |mark: &str, id: &str| rows.iter().any(|row| row.starts_with(mark) && row.contains(&format!(" {id} ")));
    assert!(starts("◆", "me") && starts("★", "ann") && starts(" ", "bob"), "{rows:#?}");
}

#[test]
fn f32_a_refusal_is_told_briefly_in_the_log() {
    let mut sim = Sim::crowd(12, "me").watched(Duration::from_secs(10));
    let whole = "access refused (403) for lobby-pnpres (\"Forbidden\"); the token needs read permission";
    let why = Trouble { refused: vec!["lobby".to_owned()], ..trouble(whole) };
    let what = vec![crate::happen::on("lobby")];
    sim.link(LinkChange::Refused { what, everything: false, trouble: why });
    let rows = log_rows(&sim);
    let row = rows.iter().find(|row| row.contains("refused")).unwrap();
    assert!(row.contains("▲ refused ") && row.trim_end().ends_with(" lobby: access refused (403)"), "{row}");
    sim.tell(Input::Tick);
    assert_eq!(sim.model.world.session.user, user("me"));
}

/// What the service told of somebody on a channel, one word each: in the log a quick return is one row.
fn tell(words: &mut Vec<&'static str>, kind: EntryKind, is_flap: bool) {
    match kind {
        EntryKind::Leave | EntryKind::Timeout => words.push("gone"),
        EntryKind::Join => {
            // The departure before it has a row of its own if an interval told of it.
            if is_flap && words.last() != Some(&"gone") {
                words.push("gone");
            }
            words.push("join");
        }
        _ => words.push("state"),
    }
}

#[test]
fn f04_the_rows_of_a_user_are_what_the_service_told_of_her() {
    for seed in 0..cases(24) {
        let script = Simulation::new(Profile::STEADY, people(40, seed), seed);
        let settings = Settings { deltas: true, announce_max: 5, ..Settings::default() };
        let mut sim = Sim::new(settings, script, &CHANNELS, "me", seed);
        sim.run(Duration::from_secs(1));
        sim.inputs = Some(Vec::new());
        sim.connect();
        act(&mut sim, &[Action::NextPane, Action::EventLevel, Action::EventLevel]);
        sim.run(Duration::from_secs(45));
        let mut told: BTreeMap<(UserId, Channel), Vec<&str>> = BTreeMap::new();
        let mut intervals = 0;
        for event in sim.inputs.take().unwrap().iter().flat_map(|(_, input)| list_events(input)) {
            let mut take = |user: &UserId, kind| {
                tell(told.entry((user.clone(), event.channel.clone())).or_default(), kind, false);
            };
            match &event.what {
                EventKind::Joined { user, .. } => take(user, EntryKind::Join),
                EventKind::Left { user } => take(user, EntryKind::Leave),
                EventKind::TimedOut { user } => take(user, EntryKind::Timeout),
                EventKind::StateChanged { user, .. } => take(user, EntryKind::StateChange),
                EventKind::Interval { joined, left, timed_out, .. } => {
                    intervals += joined.len() + left.len() + timed_out.len();
                    for user in joined {
                        take(user, EntryKind::Join);
                    }
                    for user in left.iter().chain(timed_out) {
                        take(user, EntryKind::Leave);
                    }
                }
                EventKind::Unknown { .. } => {}
            }
        }
        assert!(intervals > 10, "seed {seed}: {intervals}");
        let users: BTreeSet<UserId> = told.keys().map(|(user, _)| user.clone()).collect();
        for user in users {
            act(&mut sim, &[Action::Filter]);
            sim.tell(UiEvent::Type(EditKey::Clear));
            let exactly = user.as_str().replace('\\', "\\\\").replace('"', "\\\"");
            format!("=\"{exactly}\"").chars().for_each(|c| sim.tell(UiEvent::Type(EditKey::Char(c))));
            sim.tell(UiEvent::Type(EditKey::Enter));
            for (channel, rows) in read_rows(&sim, &user) {
                assert_eq!(
                    told.remove(&(user.clone(), channel.clone())),
                    Some(rows),
                    "seed {seed}: {user} on {channel}"
                );
            }
        }
        assert!(told.is_empty(), "seed {seed}: {told:?}");
    }
}

fn list_events(input: &Input) -> Vec<PresenceEvent> {
    let Input::Notice(Notice::Batch(batch)) = input else { return Vec::new() };
    let events = batch.heard.iter().filter_map(|heard| match heard {
        ReplyItem::Event(event) => Some((**event).clone()),
        ReplyItem::Garbled { .. } => None,
    });
    events.collect()
}

/// What the rows in view tell of a user, by channel.
fn read_rows(sim: &Sim, user: &UserId) -> BTreeMap<Channel, Vec<&'static str>> {
    let log = sim.model.screen().log;
    let mut rows: Vec<(u64, Option<u32>)> = Vec::new();
    for row in log.view().visible_rows(usize::MAX) {
        match row.part {
            LogRowPart::Burst => rows.extend(log.view().burst(row.number).unwrap().members.iter().map(|n| (*n, None))),
            LogRowPart::Entry => rows.push((row.number, None)),
            LogRowPart::Name(place) => rows.push((row.number, Some(place))),
        }
    }
    rows.sort_unstable();
    let mut told: BTreeMap<Channel, Vec<&'static str>> = BTreeMap::new();
    for (number, place) in rows {
        let entry = log.get(number).unwrap();
        if entry.event.is_none() {
            continue;
        }
        let (kind, who) = match place {
            Some(place) => entry.find_change(place as usize).unwrap(),
            None => (entry.body.kind(), entry.user.as_ref().unwrap()),
        };
        assert_eq!(who, user);
        let is_flap = matches!(entry.body, EntryBody::Flap { .. });
        tell(told.entry(entry.channel.clone().unwrap()).or_default(), kind, is_flap);
    }
    told
}

#[test]
fn f08_without_deltas_each_interval_is_one_row_and_nothing_looks_ill() {
    let mut sim = without_deltas(300, 5).watched(Duration::from_secs(30));
    let warn = herenow::view::Theme::terminal().warn.fg.unwrap();
    for _ in 0..60 {
        sim.run(Duration::from_secs(1));
        let frame = sim.frame(120, 40);
        let screen = sim.text(120, 40);
        // A channel that falls beyond its usual is marked, a list without names is not.
        assert!(frame.content.iter().all(|cell| cell.symbol() != "◐" || cell.fg != warn), "{screen}");
        assert!(log_rows(&sim).iter().all(|row| !row.contains("──")), "{screen}");
    }
    let log = sim.model.screen().log;
    let is_interval = |number: &u64| {
        let entry = log.get(*number).unwrap();
        matches!(&entry.body, EntryBody::Interval { .. } | EntryBody::Note(Note::CaughtUp { .. }))
    };
    let mut rows: BTreeMap<Channel, Vec<u64>> = BTreeMap::new();
    for number in log.view().numbers().filter(is_interval) {
        let entry = log.get(number).unwrap();
        rows.entry(entry.channel.clone().unwrap()).or_default().push(entry.heard.seconds());
    }
    assert!(rows.len() >= 3, "{rows:?}");
    for (channel, seconds) in rows {
        assert!(seconds.len() >= 6, "{channel}: {seconds:?}");
        assert!(seconds.windows(2).all(|pair| pair[1] - pair[0] >= 8), "{channel}: {seconds:?}");
    }
    let named = log_rows(&sim).into_iter().find(|row| row.contains("≡ interval")).unwrap();
    assert!(named.contains('+') && named.contains(" came"), "{named}");
}

#[test]
fn f07_an_outage_stays_in_sight_for_a_minute_among_rows_about_people() {
    let script = Simulation::new(Profile::OUTAGE, people(250, 1), 1);
    let mut sim = Sim::new(Settings { deltas: true, ..Settings::default() }, script, &CHANNELS, "me", 1);
    sim.run(Duration::from_secs(1));
    sim.connect();
    let is_outage = |row: &String| {
        let count = |sign: &str| row.split(sign).nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        let (many, late): (Option<u32>, Option<u32>) = (count("! timeout").and(count("×")), count(" !"));
        many.or(late).is_some_and(|count| count >= 10)
    };
    let mut seconds = 0;
    while !log_rows(&sim).iter().any(is_outage) {
        sim.run(Duration::from_secs(1));
        seconds += 1;
        assert!(seconds < 300, "no outage: {:#?}", log_rows(&sim));
    }
    let outage = log_rows(&sim).into_iter().find(is_outage).unwrap();
    let time: String = outage.chars().skip(1).take(8).collect();
    for second in 0..58 {
        let rows = log_rows(&sim);
        assert!(rows.iter().any(|row| row.contains(&time)), "{second}: {outage}\n{rows:#?}");
        let (people, others): (Vec<&String>, Vec<&String>) = rows.iter().skip(1).partition(|row| {
            ["+ join", "- leave", "! timeout", "≡ interval", "↺ flap", "▲ "].iter().any(|kind| row.contains(kind))
        });
        assert!(people.len() >= others.len(), "{second}: {rows:#?}");
        sim.run(Duration::from_secs(1));
    }
}

#[test]
fn f54_a_number_has_a_blank_before_its_unit() {
    let mut sim = Sim::crowd(60, "me").watched(Duration::from_secs(100));
    act(&mut sim, &[Action::NextPane, Action::EventLevel, Action::EventLevel]);
    sim.link(LinkChange::Lost { trouble: trouble("no answer"), attempt: 2, retry_at: sim.now });
    let check = |screen: &str| {
        for word in screen.split(|c: char| c.is_whitespace() || "│╭╮╰╯─·,;()".contains(c)) {
            let number = word.trim_start_matches('>').trim_end_matches(['s', 'm', 'h', 'd']);
            let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
            assert!(!is_number || word.ends_with(number), "{word}\n{screen}");
        }
    };
    for actions in [&[][..], &[Action::Doctor], &[Action::Close, Action::NextPane, Action::Zoom], &[Action::Watchlist]]
    {
        act(&mut sim, actions);
        for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
            check(&sim.text(width, height));
        }
    }
}
