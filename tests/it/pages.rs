//! A here now of many pages: names are on the list as they come, and a collection that breaks off is repeated.

use std::time::Duration;

use herenow::{
    presence::{
        Channel, Command, CommandAnswer, EventKind, ListPart, Moment, Outcome, Snapshot, Subscription, Timetoken,
    },
    world::{Certainty, Entry, EntryBody, Input, Note},
};

use crate::{
    happen::{all, batch, event, joined, link, live, outcome, session, snapshot, trouble, user, without_state},
    model::{Looking, Model, model, update},
    sim::{START, written},
};

fn at(second: u64) -> Moment {
    START.plus(Duration::from_secs(second))
}

fn tt(second: u64) -> Timetoken {
    Timetoken::at(at(second))
}

/// Somebody who watches these channels, at second 1, and what was asked first.
fn watching(channels: &[&str]) -> (Model, Vec<Command>) {
    let mut model = model(session("me", all(channels)), Duration::from_secs(300), START);
    let mut asked = update(&mut model, Input::Notice(link(live(), START)), START);
    asked.extend(update(&mut model, Input::Tick, at(1)));
    (model, asked)
}

fn page(channel: &str, before: usize, more: bool, count: u64, who: &[&str]) -> Snapshot {
    let listed = who.iter().map(|id| without_state(id)).collect();
    let part = ListPart { before, more, cut: None };
    Snapshot { part, occupancy: count, complete: !more, ..snapshot(channel, listed, tt(2 + before as u64)) }
}

fn ask(channels: &[&str]) -> Command {
    Command::AskHereNow { places: all(channels) }
}

/// Tell a page, or the last one.
fn tell(model: &mut Model, command: Command, page: Snapshot, second: u64) -> Vec<Command> {
    let more = page.part.more;
    let answer = if more { CommandAnswer::Page(vec![page]) } else { CommandAnswer::HereNow(vec![page]) };
    let told: Outcome = outcome(command, Ok(answer), at(second));
    update(model, Input::Outcome(told), at(second))
}

fn names(model: &Model, channel: &str) -> Vec<String> {
    let watched = model.world.channels.look_up(&Channel::from_wire(channel)).unwrap();
    watched.roster.iter().map(|(user, _)| user.to_string()).collect()
}

fn certainty(model: &Model, channel: &str, second: u64) -> Certainty {
    let watched = model.world.channels.look_up(&Channel::from_wire(channel)).unwrap();
    model.world.certainty(watched, at(second))
}

fn draw(model: &Model, second: u64) -> String {
    use herenow::view::{Appearance, draw_screen};
    use ratatui::{buffer::Buffer, layout::Rect};
    let area = Rect::new(0, 0, 120, 40);
    let mut buffer = Buffer::empty(area);
    draw_screen(&model.screen(), &Appearance::default(), at(second), area, &mut buffer);
    written(&buffer)
}

/// The notes of the log that tell of a list.
fn first_looks(model: &Model) -> Vec<(usize, usize)> {
    let told = |note: &Note| match note {
        Note::FirstLook { here, difference } => Some((*here, difference.missing.len())),
        _ => None,
    };
    let note = |entry: &Entry| if let EntryBody::Note(note) = &entry.body { told(note) } else { None };
    model.listener.log.last_entries(100).filter_map(note).collect()
}

#[test]
fn names_are_on_the_screen_as_pages_come_in() {
    let (mut model, asked) = watching(&["lobby"]);
    assert!(asked.contains(&ask(&["lobby"])), "{asked:?}");
    tell(&mut model, ask(&["lobby"]), page("lobby", 0, true, 5_000, &["ann", "bob"]), 2);
    assert_eq!(
        (names(&model, "lobby"), certainty(&model, "lobby", 2)),
        (vec!["ann".into(), "bob".into()], Certainty::CatchingUp)
    );
    let screen = draw(&model, 2);
    assert!(screen.contains("2 of 5") && screen.contains("000 named") && screen.contains("ann"), "{screen}");
    // Events are applied meanwhile, and minutes of it are no drift.
    let heard = batch([event("lobby", tt(100), joined("cat"))], tt(100), at(100));
    update(&mut model, Input::Notice(herenow::presence::Notice::from(heard)), at(100));
    assert_eq!(certainty(&model, "lobby", 200), Certainty::CatchingUp);
    tell(&mut model, ask(&["lobby"]), page("lobby", 1, false, 4, &["dan"]), 201);
    assert_eq!(names(&model, "lobby"), ["ann", "bob", "cat", "dan"]);
    assert!(!draw(&model, 201).contains(" named"));
    assert_eq!(first_looks(&model), [(4, 0)], "how many there are, and not their names once more");
}

#[test]
fn the_last_page_proves_who_is_gone() {
    let (mut model, _) = watching(&["lobby"]);
    let whole =
        outcome(ask(&["lobby"]), Ok(CommandAnswer::HereNow(vec![page("lobby", 0, false, 2, &["ann", "zoe"])])), at(2));
    update(&mut model, Input::Outcome(whole), at(2));
    assert_eq!(certainty(&model, "lobby", 2), Certainty::Exact);
    tell(&mut model, ask(&["lobby"]), page("lobby", 0, true, 3, &["ann", "bob"]), 100);
    assert_eq!(names(&model, "lobby"), ["ann", "bob", "zoe"], "nothing is concluded before the end");
    tell(&mut model, ask(&["lobby"]), page("lobby", 1, false, 3, &["cat"]), 101);
    assert_eq!(names(&model, "lobby"), ["ann", "bob", "cat"]);
}

#[test]
fn a_collection_that_breaks_off_is_repeated_and_holds_up_no_other_channel() {
    let (mut model, asked) = watching(&["lobby"]);
    assert!(asked.contains(&ask(&["lobby"])), "{asked:?}");
    tell(&mut model, ask(&["lobby"]), page("lobby", 0, true, 3, &["ann", "bob"]), 2);
    // Another channel is asked about while its pages come in.
    let asked = update(
        &mut model,
        Input::Order(herenow::world::Order::Watch(vec![Subscription::Channel(Channel::from_wire("stage"))])),
        at(3),
    );
    let later = update(&mut model, Input::Tick, at(4));
    assert!(asked.iter().chain(&later).any(|command| *command == ask(&["stage"])), "{asked:?} {later:?}");
    let failed = outcome(ask(&["lobby"]), Err(trouble("no way")), at(5));
    update(&mut model, Input::Outcome(failed), at(5));
    assert_eq!(names(&model, "lobby"), ["ann", "bob"], "who was named stays");
    assert_eq!(certainty(&model, "lobby", 5), Certainty::Partial("here now fails"));
    // A page that comes late after all belongs to nothing.
    tell(&mut model, ask(&["lobby"]), page("lobby", 1, true, 3, &["zoe"]), 6);
    assert_eq!(names(&model, "lobby"), ["ann", "bob"]);
    tell(&mut model, ask(&["stage"]), page("stage", 0, false, 0, &[]), 7);
    let again: Vec<Command> = (8..80).flat_map(|second| update(&mut model, Input::Tick, at(second))).collect();
    assert!(again.contains(&ask(&["lobby"])), "{again:?}");
    tell(&mut model, ask(&["lobby"]), page("lobby", 0, true, 3, &["ann", "bob"]), 81);
    tell(&mut model, ask(&["lobby"]), page("lobby", 1, false, 3, &["cat"]), 82);
    assert_eq!((names(&model, "lobby").len(), certainty(&model, "lobby", 82)), (3, Certainty::Exact));
}

#[test]
fn with_more_than_are_collected_a_list_is_partial_and_is_not_asked_for_again_and_again() {
    let (mut model, _) = watching(&["lobby"]);
    tell(&mut model, ask(&["lobby"]), page("lobby", 0, true, 9, &["ann", "bob"]), 2);
    let last = page("lobby", 1, false, 9, &["cat", "dan"]);
    let last = Snapshot { complete: false, part: ListPart { cut: Some(4), ..last.part }, ..last };
    tell(&mut model, ask(&["lobby"]), last, 3);
    assert_eq!(certainty(&model, "lobby", 30), Certainty::Partial("more than a here now collects"));
    // Five leave: now all could be named.
    let gone = (0..5).map(|n| {
        let left = EventKind::Left { user: user(&format!("other-{n}")) };
        let told = event("lobby", tt(30 + n), left);
        herenow::presence::PresenceEvent { occupancy: Some(8 - n), ..told }
    });
    let heard = batch(gone.collect::<Vec<_>>(), tt(40), at(40));
    update(&mut model, Input::Notice(herenow::presence::Notice::from(heard)), at(40));
    assert_ne!(certainty(&model, "lobby", 41), Certainty::Partial("more than a here now collects"));
}
