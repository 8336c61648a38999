use super::*;
use crate::{
    manual::{PAGES, tables::hold_table},
    ui::ActionInfo,
};

fn changed(changes: &[(&str, &[&str])]) -> Result<Keys, Vec<(usize, String)>> {
    let changes: Vec<(&str, Vec<String>)> =
        changes.iter().map(|(name, keys)| (*name, keys.iter().map(|&k| k.to_owned()).collect())).collect();
    Keys::with(changes.iter().map(|(name, keys)| (*name, keys.as_slice())))
}

#[test]
fn the_table_of_keys_in_the_manual_is_this_one() {
    let keys = Keys::default();
    let row = |info: &ActionInfo| {
        let written: Vec<String> = keys.of(info.action).iter().map(|key| format!("`{key}`")).collect();
        let about = [format!("`{}`", info.name), info.help.to_owned(), info.section.title().to_owned()];
        [written.join(" ")].into_iter().chain(about).collect()
    };
    let rows: Vec<Vec<String>> = ACTIONS.iter().map(row).collect();
    hold_table("keys", "keys", &["keys", "action", "what it does", "section of the help"], &rows);
}

#[test]
fn the_manual_tells_more_of_no_key_that_means_nothing() {
    let keys = Keys::default();
    let page = PAGES.iter().find(|page| page.topic == "keys").unwrap();
    let rows = page.lines().take_while(|line| !line.starts_with("## ")).filter_map(|line| line.strip_prefix("| `"));
    let first_cells = rows.map(|row| row.split_once(" | ").unwrap().0);
    let mut told = 0;
    for written in first_cells.flat_map(|cell| cell.split(['`', ' ', ','])).filter(|key| !key.is_empty()) {
        let is_action = written.strip_prefix(':').is_some_and(|name| Action::by_name(name).is_some());
        let is_key = ACTIONS.iter().any(|info| keys.of(info.action).iter().any(|key| key.to_string() == written));
        assert!(is_action || is_key, "`{written}` of assets/manual/keys.md means nothing");
        told += 1;
    }
    assert!(told > 50, "{told}");
}

#[test]
fn every_action_has_a_line_in_the_standard_table_and_no_key_means_two_things() {
    assert_eq!(STANDARD.len(), ACTIONS.len());
    for info in ACTIONS {
        assert!(STANDARD.iter().any(|(action, _)| *action == info.action), "{}", info.name);
    }
    assert_eq!(changed(&[]), Ok(Keys::default()));
}

#[test]
fn keys_can_be_changed_swapped_and_taken_away() {
    let keys = changed(&[("heartbeat", &["L", "f2"]), ("leave", &["H"]), ("resync", &[])]).unwrap();
    assert_eq!(keys.find_action(Key::Char('L')), Some(Action::Heartbeat));
    assert_eq!(keys.find_action(Key::F(2)), Some(Action::Heartbeat));
    assert_eq!(keys.find_action(Key::Char('H')), Some(Action::Leave));
    assert_eq!(keys.find_action(Key::Char('r')), None);
    assert_eq!(keys.names(Action::Heartbeat), "L F2");
}

#[test]
fn conflicts_and_unknown_names_are_told_with_their_place() {
    let mistakes = changed(&[("leave", &["H"]), ("haertbeat", &["x"]), ("quit", &[]), ("down", &["pgdwn"])]);
    let mistakes = mistakes.unwrap_err();
    let [conflict, name, quit, key] = mistakes.as_slice() else { panic!("{mistakes:?}") };
    assert_eq!(
        *conflict,
        (0, "the key H would mean both `heartbeat` and `leave`; give one of them another key".into())
    );
    assert_eq!(*name, (1, "`haertbeat` is no action; is it `heartbeat`?".into()));
    assert_eq!(*quit, (2, "nothing would quit any more; give `quit` a key".into()));
    assert!(key.0 == 3 && key.1.starts_with("`pgdwn` is no key; write "), "{key:?}");
}
