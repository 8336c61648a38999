//! The real loop on a test backend, with scripted keys and a scripted world: no terminal, no socket.

use std::time::Duration;

use crate::model::Looking;
use herenow::{
    keys::{Key, Keys},
    presence::{Command, CommandAnswer, Direction, SceneStatus},
    terminal::{Mouse, MouseAction, TerminalEvent},
    ui::{ACTIONS, Action, Pane, PaneShares},
    view::{Contents, Layout},
    world::{EntryBody, Note},
};

use crate::{
    happen::user,
    world::{Desk, Plan},
};

fn scene(profile: &'static str) -> SceneStatus {
    SceneStatus { profile: profile.into(), ..SceneStatus::default() }
}

/// In front of strangers.
fn open() -> Desk {
    Plan::watching(&["lobby"]).desk()
}

/// In front of our own crowd.
fn open_before_a_crowd() -> Desk {
    Plan { crowd: Some(scene("steady")), ..Plan::watching(&["lobby"]) }.desk()
}

#[tokio::test(start_paused = true)]
async fn keys_become_commands_and_outcomes_become_presence_and_quitting_leaves() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    desk.press(Key::Char('H')).await;
    let heartbeat = desk.beyond.commands.recv().await.unwrap();
    assert!(matches!(&heartbeat, Command::SendHeartbeat { by_hand: true, .. }), "{heartbeat:?}");
    desk.beyond.answer(heartbeat, CommandAnswer::Done);
    // The heartbeat interval is half the timeout less a second.
    let before = desk.beyond.clock.now();
    let again = desk.beyond.ordered().await;
    assert!(matches!(&again, Command::SendHeartbeat { by_hand: false, .. }), "{again:?}");
    assert_eq!(desk.beyond.clock.now().since(before).as_secs(), 149);
    desk.beyond.answer(again, CommandAnswer::Done);
    desk.press(Key::Char('q')).await;
    let leave = desk.beyond.ordered().await;
    assert!(matches!(&leave, Command::Leave { .. }), "{leave:?}");
    desk.beyond.answer(leave, CommandAnswer::Done);
    let model = desk.ended().await;
    assert!(model.selected().unwrap().roster.get(&user("ann")).is_some());
}

#[tokio::test(start_paused = true)]
async fn when_something_breaks_we_leave_once_all_the_same() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    desk.press(Key::Char('H')).await;
    let heartbeat = desk.beyond.commands.recv().await.unwrap();
    desk.beyond.answer(heartbeat, CommandAnswer::Done);
    desk.settle().await;
    desk.beyond.broken.cancel();
    let mut leaves = 0;
    // Until the loop has ended and dropped its end of the queue.
    while let Some(command) = desk.beyond.commands.recv().await {
        leaves += usize::from(matches!(command, Command::Leave { .. }));
        desk.beyond.answer(command, CommandAnswer::Done);
    }
    assert_eq!(leaves, 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_never_confirms_our_leave_holds_us_up_for_a_second_at_most() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    desk.press(Key::Char('H')).await;
    desk.beyond.commands.recv().await.unwrap();
    let before = desk.beyond.clock.now();
    desk.press(Key::Char('q')).await;
    let ended = (&mut desk.run).await.unwrap();
    assert!(ended.unwrap_err().to_string().contains("did not confirm"));
    assert!(desk.beyond.clock.now().since(before) <= Duration::from_millis(1_100));
}

#[tokio::test(start_paused = true)]
async fn a_panic_elsewhere_and_the_end_of_input_end_the_loop() {
    let desk = open();
    desk.beyond.broken.cancel();
    assert!(desk.run.await.unwrap().is_err());

    let desk = open();
    desk.put(TerminalEvent::End).await;
    assert!(desk.ended().await.listener.quitting);
}

#[tokio::test(start_paused = true)]
async fn a_presenters_keys_reach_the_crowd_and_what_it_is_at_comes_back() {
    let mut desk = open_before_a_crowd();
    desk.beyond.connect(&["ann"]).await;
    desk.type_in("nn><o").await;
    let mut crowd = desk.beyond.crowd.take().unwrap();
    for wanted in [Direction::Next, Direction::Faster, Direction::Slower, Direction::Outage] {
        assert_eq!(crowd.directions.recv().await, Some(wanted));
    }
    let next = Some(("the ebb".to_owned(), desk.beyond.clock.now().plus(Duration::from_secs(9))));
    let rush = SceneStatus { phase: Some("the rush".into()), next, ..scene("rush hour") };
    crowd.scene.send_replace(rush.clone());
    // A crowd that has ended is no reason to end.
    drop(crowd);
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.press(Key::Char('o')).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    desk.press(Key::Char('q')).await;
    let model = desk.ended().await;
    assert_eq!(model.world.scene, Some(rush));
    let said = EntryBody::Note(Note::Crowd { title: "rush hour, the rush".to_owned() });
    assert!(model.listener.log.last_entries(10).any(|entry| entry.body == said));
}

#[tokio::test(start_paused = true)]
async fn before_strangers_a_presenters_keys_mean_nothing() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    desk.type_in("n><oH").await;
    let first = desk.beyond.commands.recv().await.unwrap();
    assert!(matches!(first, Command::SendHeartbeat { .. }), "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn the_palette_finds_an_action_by_its_name_and_does_it() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    // Letters are text while something is open: neither help nor quit nor leave.
    desk.type_in(":quL").await;
    desk.press(Key::Ctrl('u')).await;
    desk.put(TerminalEvent::Paste("heartb".to_owned())).await;
    desk.press(Key::Enter).await;
    let ordered = desk.beyond.ordered().await;
    assert!(matches!(ordered, Command::SendHeartbeat { .. }), "{ordered:?}");
    desk.type_in("?q").await;
    desk.press(Key::Esc).await;
    let model = desk.quit().await;
    assert!(model.listener.dialog.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_presence_timeout_is_asked_for_until_it_is_one() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    desk.press(Key::Char('t')).await;
    desk.press(Key::Ctrl('u')).await;
    desk.type_in("1").await;
    desk.press(Key::Enter).await;
    desk.press(Key::Backspace).await;
    desk.type_in("2m").await;
    desk.press(Key::Enter).await;
    desk.press(Key::Char('H')).await;
    let ordered = desk.beyond.ordered().await;
    assert!(matches!(ordered, Command::SendHeartbeat { timeout, .. } if timeout.as_secs() == 120), "{ordered:?}");
}

#[tokio::test(start_paused = true)]
async fn what_others_would_notice_on_a_production_keyset_is_done_after_a_yes_only() {
    let mut plan = Plan::watching(&["lobby"]);
    plan.session.production = true;
    let mut desk = plan.desk();
    desk.beyond.connect(&["ann"]).await;
    desk.type_in("Hn").await;
    desk.type_in("Ly").await;
    let ordered = desk.beyond.ordered().await;
    assert!(matches!(ordered, Command::Leave { .. }), "the heartbeat was not confirmed: {ordered:?}");
    desk.type_in("Hy").await;
    let ordered = desk.beyond.ordered().await;
    assert!(matches!(ordered, Command::SendHeartbeat { .. }), "{ordered:?}");
}

#[tokio::test(start_paused = true)]
async fn the_mouse_points_drags_and_turns_until_it_is_given_back() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    // What was answered is on the screen.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mouse = |action, column, row| TerminalEvent::Mouse(Mouse { action, column, row });
    // Below the header and the channels: the title of the people, the heading, and the only row.
    let screen = ratatui::layout::Rect::new(0, 0, 80, 24);
    let contents = Contents { channels: 1, occupants: 1, log: 3, ..Contents::default() };
    let layout = Layout::cut(screen, Pane::Log, false, PaneShares::default(), contents);
    let (splitter, people) = (layout.log.unwrap().y, layout.occupants.unwrap().y);
    for row in people..people + 3 {
        desk.put(mouse(MouseAction::Press, 10, row)).await;
    }
    desk.put(mouse(MouseAction::WheelDown, 10, 20)).await;
    for (what, row) in
        [(MouseAction::Press, splitter), (MouseAction::Drag, 10), (MouseAction::Release, 10), (MouseAction::Drag, 20)]
    {
        desk.put(mouse(what, 30, row)).await;
    }
    desk.type_in("zM").await;
    let model = desk.quit().await;
    assert_eq!(model.listener.focus.user, Some(user("ann")));
    assert_eq!(model.listener.focus.pane, Pane::Log, "the wheel turned over the log");
    assert!(model.listener.focus.zoom && !model.listener.mouse);
    let dragged = model.listener.focus.shares.log;
    assert!((45..=70).contains(&dragged), "the line above the log went up and stayed there: {dragged}");
}

#[tokio::test(start_paused = true)]
async fn a_notch_over_the_channels_is_one_and_over_a_list_three() {
    let mut desk = Plan::watching(&["a", "b", "c", "d", "e"]).desk();
    desk.beyond.connect(&["ann"]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // In 80 columns channels are a list where they fill the body.
    desk.press(Key::BackTab).await;
    desk.type_in("z").await;
    desk.put(TerminalEvent::Mouse(Mouse { action: MouseAction::WheelDown, column: 10, row: 8 })).await;
    let model = desk.quit().await;
    assert_eq!((model.listener.focus.pane, model.screen().selected_place()), (Pane::Channels, Some(1)));
}

#[tokio::test(start_paused = true)]
async fn a_click_beside_a_box_closes_it_as_esc_does() {
    let press = |column, row| TerminalEvent::Mouse(Mouse { action: MouseAction::Press, column, row });
    for keys in ["?", "d", "T"] {
        // The themes are at the right, so that what they colour stays in sight.
        let inside = if keys == "T" { (70, 18) } else { (40, 12) };
        for (at, stays) in [(inside, true), ((0, 0), false)] {
            let desk = open();
            desk.type_in(keys).await;
            desk.put(press(at.0, at.1)).await;
            let model = desk.end().await;
            assert_eq!(model.listener.dialog.is_some(), stays, "{keys} {at:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_theme_is_worn_while_it_is_chosen_and_taken_off_on_second_thoughts() {
    let mut desk = open();
    desk.beyond.connect(&["ann"]).await;
    desk.type_in("Tlight").await;
    desk.press(Key::Enter).await;
    desk.type_in("T").await;
    desk.press(Key::Down).await;
    desk.press(Key::Esc).await;
    assert_eq!(desk.quit().await.listener.theme, "light");
}

#[tokio::test(start_paused = true)]
async fn every_action_can_be_done_by_its_key_and_leaves_the_loop_alive() {
    for meaning in ACTIONS.iter().filter(|meaning| meaning.action != Action::Quit) {
        let mut desk = open_before_a_crowd();
        desk.beyond.connect(&["ann"]).await;
        for key in Keys::default().of(meaning.action) {
            desk.press(*key).await;
        }
        // What was opened closes, and what was begun is given up.
        for _ in 0..3 {
            desk.press(Key::Esc).await;
        }
        let ended = tokio::time::timeout(Duration::from_secs(60), desk.quit()).await;
        assert!(ended.is_ok_and(|model| model.listener.quitting), "{}", meaning.name);
    }
}
