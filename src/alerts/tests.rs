use std::time::Duration;

use super::{
    item::{WatchItem, WatchTarget},
    list::{MOST, PAUSE, TOGETHER},
};
use crate::{
    alerts::AlertSubject,
    presence::{
        Batch, Command, CommandAnswer, EventKind, Ledger, LinkChange, ListPart, ListedUser, Notice, Outcome,
        PresenceEvent, ReplyItem, Snapshot, Subscription, Timetoken, Trouble,
    },
    presence::{Channel, Moment, UserId},
    ui::{
        Action, Dialog, Effect, Keysets, Pane, Question, Tone, UiEvent,
        testing::{Model, update, wakes_at},
    },
    world::{EntryKind, Input, Session},
};

fn at(second: u64) -> Moment {
    Moment::from_micros((1_795_262_400 + second) * 1_000_000)
}

fn channel(name: &str) -> Subscription {
    Subscription::Channel(Channel::from_wire(name))
}

/// Live on two channels where ann is on the lobby.
fn world() -> Model {
    let session = Session::for_a_test(vec![channel("lobby"), channel("support")]);
    let mut model = Model::new(session, Duration::from_secs(300), at(0));
    let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(9) };
    update(&mut model, Input::Notice(Notice::Link { poll: 0, change, at: at(0) }), at(0));
    listed(&mut model, &[("lobby", &["ann"]), ("support", &[])], 0);
    model
}

/// A here now is answered like this.
fn listed(model: &mut Model, all: &[(&str, &[&str])], second: u64) -> Vec<String> {
    let snapshot = |(name, users): &(&str, &[&str])| Snapshot {
        unread: 0,
        first_unread: None,
        part: ListPart::default(),
        channel: Channel::from_wire(name),
        occupancy: users.len() as u64,
        listed: Some(users.iter().map(|user| ListedUser { user: UserId::from_wire(user), state: None }).collect()),
        with_state: true,
        as_of: Timetoken::at(at(second)),
        complete: true,
    };
    let result = Ok(CommandAnswer::HereNow(all.iter().map(snapshot).collect()));
    let command = Command::AskHereNow { places: all.iter().map(|(name, _)| channel(name)).collect() };
    let (took, ledger) = (Duration::ZERO, Ledger::default());
    update(model, Input::Outcome(Outcome { command, at: at(second), took, ledger, result }), at(second));
    told(model)
}

fn told(model: &mut Model) -> Vec<String> {
    let effects = std::mem::take(&mut model.listener.effects);
    effects.into_iter().filter_map(|w| if let Effect::Tell(news) = w { Some(news.to_string()) } else { None }).collect()
}

fn event(model: &mut Model, name: &str, what: EventKind, occupancy: u64, second: u64) -> Vec<String> {
    let published = Timetoken::at(at(second));
    let (channel, occupancy) = (Channel::from_wire(name), Some(occupancy));
    let event = PresenceEvent { channel, subscription: None, published, timestamp: None, occupancy, what, raw: None };
    let (heard, cursor) = (vec![ReplyItem::from(event)], published);
    let batch = Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at: at(second) };
    update(model, Input::Notice(Notice::from(batch)), at(second));
    told(model)
}

fn joins(model: &mut Model, name: &str, user: &str, occupancy: u64, second: u64) -> Vec<String> {
    event(model, name, EventKind::Joined { user: UserId::from_wire(user), state: None }, occupancy, second)
}

fn leaves(model: &mut Model, name: &str, user: &str, occupancy: u64, second: u64) -> Vec<String> {
    event(model, name, EventKind::Left { user: UserId::from_wire(user) }, occupancy, second)
}

/// Time passes, second by second.
fn wait(model: &mut Model, from: u64, until: u64) -> Vec<String> {
    (from..=until)
        .flat_map(|second| {
            update(model, Input::Tick, at(second));
            told(model)
        })
        .collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_user_is_told_of_wherever_they_come_and_go() {
    let mut model = world();
    model.watch_for("ann").unwrap();
    model.watch_for("user eve").unwrap();
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 5), ["ann left lobby"]);
    assert_eq!(joins(&mut model, "support", "bob", 1, 6), NOTHING);
    let timed_out = EventKind::TimedOut { user: UserId::from_wire("eve") };
    assert_eq!(joins(&mut model, "support", "eve", 2, 7), ["eve joined support"]);
    assert_eq!(event(&mut model, "support", timed_out, 1, 60), ["eve timed out on support"]);
    // Announced again is no news, and neither is an event that is too old.
    assert_eq!(joins(&mut model, "lobby", "ann", 1, 100), ["ann joined lobby"]);
    assert_eq!(joins(&mut model, "lobby", "ann", 1, 140), NOTHING);
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 90), NOTHING);
    let notes = model.listener.log.last_entries(100).filter(|entry| entry.body.kind() == EntryKind::Watch).count();
    assert_eq!(notes, 4);
}

#[test]
fn intervals_and_here_nows_name_users_too() {
    let mut model = world();
    for user in ["ann", "bob", "eve"] {
        model.watch_for(user).unwrap();
    }
    let users = |names: &[&str]| names.iter().map(|name| UserId::from_wire(name)).collect::<Vec<_>>();
    let (joined, left) = (users(&["bob", "eve", "x"]), users(&["ann", "eve"]));
    let what = EventKind::Interval { joined, left, timed_out: Vec::new(), refresh: false };
    assert_eq!(event(&mut model, "lobby", what, 3, 5), ["bob joined lobby", "ann left lobby"]);
    assert_eq!(wait(&mut model, 6, 70), NOTHING);
    let found = listed(&mut model, &[("lobby", &["ann", "x"])], 100);
    assert_eq!(found, ["ann is on lobby: found by here now", "bob is gone from lobby: found by here now"]);
}

#[test]
fn the_first_look_is_no_news() {
    let mut model = world();
    model.watch_for("bob").unwrap();
    let joined = EventKind::Joined { user: UserId::from_wire("x"), state: None };
    event(&mut model, "later", joined, 2, 5);
    model.world.session.watching.push(channel("later"));
    update(&mut model, Input::Tick, at(9));
    assert_eq!(listed(&mut model, &[("later", &["x", "bob"])], 10), NOTHING);
}

#[test]
fn within_the_cool_down_news_is_held_back_counted_and_told_with_the_next() {
    let mut model = world();
    model.watch_for("ann").unwrap();
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 5), ["ann left lobby"]);
    assert_eq!(joins(&mut model, "lobby", "ann", 1, 10), NOTHING);
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 15), NOTHING);
    assert_eq!(joins(&mut model, "lobby", "ann", 1, 20), NOTHING);
    let item = &model.listener.alerts.items()[0];
    assert_eq!((item.told, item.held_back), (1, 3));
    assert_eq!(wait(&mut model, 21, 34), NOTHING);
    assert_eq!(wakes_at(&model, at(34)), Some(at(35)));
    assert_eq!(wait(&mut model, 35, 64), ["ann joined lobby (and 2 more)"]);
    assert_eq!(model.listener.alerts.items()[0].held_back, 0);
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 70), ["ann left lobby"]);
}

#[test]
fn muted_it_goes_on_in_the_log_and_the_list_only() {
    let mut model = world();
    model.watch_for("ann").unwrap();
    update(&mut model, UiEvent::Act(Action::Mute), at(1));
    update(&mut model, Input::Tick, at(9));
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 10), NOTHING);
    assert!(model.listener.status.is_none());
    assert_eq!(model.listener.log.last_entries(1).next().unwrap().body.kind(), EntryKind::Watch);
    assert_eq!(model.listener.alerts.items()[0].last.as_ref().unwrap().to_string(), "ann left lobby");
    update(&mut model, UiEvent::Act(Action::Mute), at(11));
    assert_eq!(joins(&mut model, "lobby", "ann", 1, 60), ["ann joined lobby"]);
    assert_eq!(model.listener.status.as_ref().unwrap().tone, Tone::News);
}

#[test]
fn a_channel_is_told_of_when_it_empties_fills_drifts_or_is_refused() {
    let mut model = world();
    model.watch_for("lobby").unwrap();
    assert_eq!(wait(&mut model, 1, 3), NOTHING);
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 5), ["lobby is empty"]);
    assert_eq!(joins(&mut model, "lobby", "bob", 1, 50), ["lobby is not empty any more: 1 here"]);
    // The routine here now is answered, so that the next is asked for what is found from here on.
    assert_eq!(listed(&mut model, &[("lobby", &["bob"]), ("support", &[])], 80), NOTHING);
    // More are told of than are on the list, and the list is not mended.
    assert_eq!(joins(&mut model, "lobby", "eve", 7, 90), NOTHING);
    assert_eq!(wait(&mut model, 91, 99), ["lobby has a drifting list"]);
    assert_eq!(listed(&mut model, &[("lobby", &["bob", "eve"])], 130), ["lobby has the right list again"]);
    let sentence = "the token lacks `read`".to_owned();
    let trouble = Trouble { sentence: sentence.into(), passing: false, refused: Vec::new(), retry_after: None };
    let (what, everything) = (vec![channel("lobby")], false);
    let change = LinkChange::Refused { trouble, what, everything };
    update(&mut model, Input::Notice(Notice::Link { poll: 0, change, at: at(200) }), at(200));
    assert_eq!(told(&mut model), ["lobby is refused: the token lacks `read`"]);
}

#[test]
fn an_expression_is_told_of_when_it_begins_and_ceases_to_hold() {
    let mut model = world();
    model.watch_for("occupancy of lobby > 1").unwrap();
    model.watch_for("ann present in lobby").unwrap();
    // What holds at the first look is told; what does not is not.
    assert_eq!(wait(&mut model, 1, 1), ["ann present in lobby holds: ann is in lobby"]);
    assert_eq!(joins(&mut model, "lobby", "bob", 2, 5), ["occupancy of lobby > 1 holds: occupancy of lobby is 2"]);
    // A link that is lost makes neither begin nor cease.
    let sentence = "no route".to_owned();
    let trouble = Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None };
    let change = LinkChange::Lost { trouble, attempt: 1, retry_at: at(50) };
    update(&mut model, Input::Notice(Notice::Link { poll: 0, change, at: at(40) }), at(40));
    assert_eq!(wait(&mut model, 40, 42), NOTHING);
    let verdict = model.listener.alerts.items()[0].verdict().unwrap();
    assert!(verdict.0.is_none() && verdict.1.contains("the link is lost"), "{verdict:?}");
    let change = LinkChange::Live { resumed: Some(Timetoken::at(at(40))), round_trip: Duration::ZERO };
    update(&mut model, Input::Notice(Notice::Link { poll: 0, change, at: at(50) }), at(50));
    assert_eq!(wait(&mut model, 51, 54), NOTHING);
    assert_eq!(listed(&mut model, &[("lobby", &["ann", "bob"]), ("support", &[])], 55), NOTHING);
    assert_eq!(
        leaves(&mut model, "lobby", "ann", 1, 60),
        [
            "occupancy of lobby > 1 holds no more: occupancy of lobby is 1",
            "ann present in lobby holds no more: ann is not in lobby, among 1"
        ]
    );
}

#[test]
fn what_is_back_where_it_was_by_the_end_of_the_cool_down_was_no_news() {
    let mut model = world();
    model.watch_for("occupancy of lobby > 1").unwrap();
    assert_eq!(joins(&mut model, "lobby", "bob", 2, 5).len(), 1);
    for second in (6..30).step_by(4) {
        assert_eq!(leaves(&mut model, "lobby", "bob", 1, second), NOTHING);
        assert_eq!(joins(&mut model, "lobby", "bob", 2, second + 2), NOTHING);
    }
    assert_eq!(wait(&mut model, 30, 80), NOTHING);
    assert_eq!(leaves(&mut model, "lobby", "bob", 1, 81).len(), 1);
    joins(&mut model, "lobby", "bob", 2, 84);
    leaves(&mut model, "lobby", "bob", 1, 88);
    joins(&mut model, "lobby", "bob", 2, 92);
    assert_eq!(wait(&mut model, 93, 120), ["occupancy of lobby > 1 holds: occupancy of lobby is 2 (and 2 more)"]);
}

#[test]
fn a_claim_about_silence_comes_true_by_time_alone() {
    let mut model = world();
    model.watch_for("no leave of ann in lobby for 20s").unwrap();
    update(&mut model, Input::Tick, at(1));
    assert_eq!(told(&mut model), NOTHING);
    let mut now = at(1);
    let mut said = Vec::new();
    while now < at(25) && said.is_empty() {
        now = wakes_at(&model, now).unwrap().max(now.plus(Duration::from_millis(1)));
        update(&mut model, Input::Tick, now);
        said = told(&mut model);
    }
    assert_eq!(now, at(21));
    assert!(said[0].contains("for 20s holds: no leave of ann in lobby for 20s"), "{said:?}");
}

#[test]
fn what_a_person_writes_is_a_channel_in_view_an_expression_or_a_user() {
    let mut model = world();
    for (text, about) in [
        ("lobby", AlertSubject::Channel(Channel::from_wire("lobby"))),
        ("channel not.yet", AlertSubject::Channel(Channel::from_wire("not.yet"))),
        ("user lobby", AlertSubject::User(UserId::from_wire("lobby"))),
        ("  not.yet ", AlertSubject::User(UserId::from_wire("not.yet"))),
        ("occupancy of lobby > 5", AlertSubject::Claim("occupancy of lobby > 5".into())),
    ] {
        assert_eq!(model.watch_for(text), Ok(about), "{text}");
    }
    assert!(model.watch_for("lobby").unwrap_err().contains("already"));
    for (text, why) in [
        ("", "empty"),
        ("occupancy of lobby", "expected `>=`"),
        ("channel a,b", "holds `,`"),
        (&"x".repeat(93), "93 characters"),
        (&"x ".repeat(900), "1000 bytes"),
        ("a\u{1b}b", "U+001B"),
    ] {
        let said = model.watch_for(text).unwrap_err();
        assert!(said.contains(why), "{text}: {said}");
        assert!(!said.contains('\u{1b}'));
    }
}

#[test]
fn it_is_bounded() {
    let mut model = world();
    for n in 0..MOST {
        model.watch_for(&format!("user {n}")).unwrap();
    }
    assert!(model.watch_for("one more").is_err());
    assert_eq!(model.watch_for("more").unwrap_err(), "the watch list has 200 lines; take one off first");
    model.listener.alerts.remove(0).unwrap();
    assert!(!model.listener.alerts.has_user(&UserId::from_wire("0")));
    model.watch_for("more").unwrap();
    assert_eq!(joins(&mut model, "lobby", "more", 2, 9), ["more joined lobby"]);
    assert!(model.listener.alerts.remove(MOST).is_none());
}

#[test]
fn many_expressions_are_weighed_a_few_at_a_time_and_all_in_the_end() {
    let mut model = world();
    for n in 0..100 {
        model.watch_for(&format!("occupancy of lobby > 0 or occupancy of support > {n}")).unwrap();
    }
    update(&mut model, Input::Tick, at(1));
    assert_eq!(told(&mut model).len(), TOGETHER);
    // The rest is wanted at once, and a round ends.
    let (mut turns, mut all) = (0, TOGETHER);
    while wakes_at(&model, at(1)).is_some_and(|wake| wake <= at(1)) {
        update(&mut model, Input::Tick, at(1));
        all += told(&mut model).len();
        turns += 1;
        assert!(turns < 20);
    }
    assert_eq!((all, turns), (100, 6));
    // Soon after, nothing is weighed, whatever happens.
    joins(&mut model, "lobby", "bob", 2, 1);
    assert!(model.listener.alerts.turn >= model.listener.alerts.items.len());
    let wake = wakes_at(&model, at(1)).unwrap();
    assert_eq!(wake, at(1).plus(PAUSE));
}

#[test]
fn a_key_puts_on_the_list_what_is_selected_and_takes_it_off() {
    let mut model = world();
    // Where nobody is selected, it is the channel.
    for watched in [true, false] {
        update(&mut model, UiEvent::Act(Action::Watch), at(1));
        assert_eq!(model.listener.alerts.has_channel(&Channel::from_wire("lobby")), watched);
    }
    update(&mut model, UiEvent::Act(Action::Down), at(1));
    update(&mut model, UiEvent::Act(Action::Watch), at(1));
    assert!(model.listener.alerts.has_user(&UserId::from_wire("ann")));
    model.listener.focus.pane = Pane::Channels;
    update(&mut model, UiEvent::Act(Action::Watch), at(1));
    assert!(model.listener.alerts.has_channel(&Channel::from_wire("lobby")));
    for _ in 0..2 {
        update(&mut model, UiEvent::Act(Action::Watch), at(2));
        model.listener.focus.pane = Pane::Occupants;
    }
    assert!(model.listener.alerts.items().is_empty());
    assert_eq!(leaves(&mut model, "lobby", "ann", 0, 5), NOTHING);
}

#[test]
fn the_open_list_is_worked_with_the_keys_of_everywhere() {
    let mut model = world();
    for text in ["ann", "bob", "lobby", "occupancy of lobby > 3"] {
        model.watch_for(text).unwrap();
    }
    let act = |model: &mut Model, action| drop(update(model, UiEvent::Act(action), at(1)));
    let chosen = |model: &Model| match model.listener.dialog {
        Some(Dialog::WatchList(chosen)) => Some(chosen),
        _ => None,
    };
    act(&mut model, Action::Watchlist);
    for (action, place) in [(Action::Down, 1), (Action::Bottom, 3), (Action::PageUp, 0), (Action::Up, 0)] {
        act(&mut model, action);
        assert_eq!(chosen(&model), Some(place), "{action:?}");
    }
    // What takes a channel off elsewhere takes a line off here.
    act(&mut model, Action::Down);
    act(&mut model, Action::Remove);
    assert!(!model.listener.alerts.has_user(&UserId::from_wire("bob")) && model.world.channels.len() == 2);
    act(&mut model, Action::Add);
    assert!(matches!(&model.listener.dialog, Some(Dialog::Prompt(line)) if line.question == Question::WatchFor));
    model.listener.dialog = Some(Dialog::WatchList(0));
    act(&mut model, Action::Open);
    assert_eq!((chosen(&model), model.listener.focus.user.as_ref().map(UserId::as_str)), (None, Some("ann")));
    act(&mut model, Action::Watchlist);
    act(&mut model, Action::Watchlist);
    assert!(model.listener.dialog.is_none());
}

#[test]
fn an_empty_list_has_nothing_to_weigh() {
    let mut model = world();
    model.watch_for("occupancy of lobby > 3").unwrap();
    assert!(model.listener.alerts.next_due(&model.world).is_some());
    model.listener.alerts.remove(0);
    assert_eq!(model.listener.alerts.next_due(&model.world), None);
    assert_eq!(model.listener.alerts.clone_for_new_world().next_due(&model.world), None);
}

#[test]
fn the_list_goes_along_to_another_world_and_into_the_configuration() {
    let mut model = world();
    let texts = ["user ann", "channel lobby", "occupancy of lobby > 3", "user \u{7f}\"x\\"];
    texts[..3].iter().for_each(|text| drop(model.watch_for(text).unwrap()));
    // Selected on the screen, not typed.
    model.listener.alerts.add_target(WatchTarget::User(UserId::from_wire("\u{7f}\"x\\"))).unwrap();
    model.listener.alerts.muted = true;
    let abouts = |model: &Model| model.listener.alerts.items().iter().map(WatchItem::subject).collect::<Vec<_>>();
    let before = abouts(&model);
    model.world = world().world;
    model.listener.go_over(Keysets::default());
    assert_eq!((abouts(&model), model.listener.alerts.muted), (before, true));
    assert!(model.listener.alerts.has_user(&UserId::from_wire("ann")));

    update(&mut model, UiEvent::Act(Action::Watchlist), at(1));
    update(&mut model, UiEvent::Act(Action::CopyId), at(1));
    let Some(Effect::Copy(entry)) = model.listener.effects.pop() else { panic!("nothing copied") };
    let read: toml::Table = toml::from_str(&entry).unwrap();
    let read: Vec<&str> = read["watch"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(read, texts);
}
