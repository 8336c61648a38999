use super::*;
use crate::duration::AGE;
use std::time::Duration;

#[test]
fn a_title_gives_up_whole_parts() {
    let title = " events · people and trouble · v: 62 states ";
    let said = [60, 44, 43, 29, 26, 8, 7].map(|width| shorten_title(title, width));
    let some = " events · people and trouble ";
    assert_eq!(said, [title, title, some, some, " events ", " events ", " event…"]);
    assert_eq!(shorten_title(" occupants · 1 of 4 matches `an state.level>0` ", 40).width(), 40, "a filter is cut");
}

#[test]
fn text_is_cut_to_cells_not_bytes() {
    assert_eq!(cut("alice", 5), "alice");
    assert_eq!(cut("alice", 4), "ali…");
    assert_eq!(cut("李雷和韩梅梅", 5), "李雷…");
    assert_eq!(pad("李雷和韩梅梅", 6), "李雷… ");
    assert_eq!(cut("abc", 0), "");
    assert_eq!(cut("abc", 1), "…");
}

#[test]
fn sentences_are_cut_behind_a_word() {
    let cuts = [99, 15, 14, 13, 6, 3, 0].map(|width| cut_words("can't be reached", width));
    assert_eq!(cuts, ["can't be reached", "can't be …", "can't be …", "can't be …", "can't…", "ca…", ""]);
}

#[test]
fn a_giant_id_is_cut_without_being_read_to_its_end() {
    let giant = "x".repeat(1 << 20);
    assert_eq!(cut(&giant, 4), "xxx…");
    let marks = "\u{1b}".repeat(1 << 20);
    assert_eq!(cut(&marks, 3), "␛␛…");
}

#[test]
fn a_long_id_folds_without_losing_a_letter() {
    assert_eq!(fold("abcdefgh", 3, 9), ["abc", "def", "gh"]);
    assert_eq!(fold("abcdefgh", 3, 2), ["abc", "de…"]);
    assert_eq!(fold("李雷a", 3, 9), ["李", "雷a"]);
    assert_eq!(fold("", 3, 9), [""]);
    assert_eq!(fold("late by 14 s (timeout 20)", 23, 9), ["late by 14 s (timeout", "20)"]);
    assert_eq!(fold("a bcdefghij k", 6, 9), ["a bcde", "fghij", "k"], "no line is left empty for a long word");
    assert_eq!(fold(&"x".repeat(100_000), 30, 4).len(), 4);
}

#[test]
fn f29_names_are_cut_where_they_are_the_same() {
    assert_eq!(cut_middle("production.game.match.eu1", 0, 17), "produ…e.match.eu1");
    assert_eq!(cut_middle("lobby", 0, 17), "lobby");
    let head = "production.".repeat(8);
    let names: Vec<String> = (0..12).map(|n| format!("{head}{n}.eu{}", n % 3)).collect();
    let common = measure_common_head(names.iter().map(String::as_str), 14);
    let cut: std::collections::BTreeSet<String> = names.iter().map(|name| cut_middle(name, common, 14)).collect();
    assert_eq!(cut.len(), 12, "{cut:?}");
    assert!(cut.contains("prod…11.eu2"), "{cut:?}");
    // What differs in the middle differs, too.
    let names: Vec<String> = (0..12).map(|n| format!("{head}{n}{}", ".tail".repeat(9))).collect();
    let common = measure_common_head(names.iter().map(String::as_str), 20);
    let cut: std::collections::BTreeSet<String> = names.iter().map(|name| cut_middle(name, common, 20)).collect();
    assert_eq!(cut.len(), 12, "{cut:?}");
}

#[test]
fn words_wrap_at_cells() {
    assert_eq!(wrap("one two three", 7), ["one two", "three"]);
    assert_eq!(wrap("unbreakable x", 5), ["unbr…", "x"]);
}

#[test]
fn a_state_that_does_not_fit_says_so_wherever_it_is_cut() {
    let words = |width| -> String {
        let spans = state_in_words(r#"{"a":"xy","bb":12,"c":true}"#, width, Style::new());
        spans.iter().map(|span| &*span.content).collect()
    };
    assert_eq!(words(20), "a xy · bb 12 · c tr…");
    for width in 1..21 {
        assert!(words(width).ends_with('…') && words(width).width() <= width, "{width}: {}", words(width));
    }
    assert_eq!(words(21), "a xy · bb 12 · c true");
}

#[test]
fn ages_keep_their_width() {
    let ages = [0, 59, 60, 3599, 3600, 86_399, 86_400].map(|s| age(Duration::from_secs(s)));
    assert!(ages.iter().all(|age| age.len() <= AGE));
    assert_eq!(ages, ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d"]);
}

proptest::proptest! {
    #[test]
    fn padded_text_has_exactly_its_width(text in "\\PC*", controls in ".*", width in 0_usize..40) {
        for text in [&text, &controls] {
            proptest::prop_assert_eq!(pad(text, width).width(), width);
            proptest::prop_assert_eq!(pad_foreign(text, width).width(), width);
            proptest::prop_assert_eq!(pad_middle(text, width / 3, width).width(), width);
        }
    }
}
