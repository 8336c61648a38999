//! What several targets hold what they get against. Written without the tables of `herenow`, so that a mistake in
//! those is found.

pub mod held_service;
pub mod own_client;
pub mod small_world;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What a terminal obeys, reorders or hides: controls, bidirectional signs, what is ignored by default, half emoji.
fn is_harmful(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// Hold a text that is to be shown in one line: nothing harmful outside an emoji of Unicode's list, and nothing that
/// takes no cell.
#[track_caller]
pub fn assert_harmless(shown: &str) {
    for cluster in shown.graphemes(true) {
        let listed = || emojis::get(cluster).is_some_and(|emoji| emoji.as_str() == cluster);
        assert!(!cluster.contains(is_harmful) || listed(), "{cluster:?} in {shown:?}");
        assert!(cluster.width() > 0, "{cluster:?} in {shown:?} takes no cell");
    }
}

/// As [`assert_harmless`], for a text of several lines.
#[track_caller]
pub fn assert_harmless_lines(shown: &str) {
    shown.split(['\n', '\t']).for_each(assert_harmless);
}

/// An error as it is told, with its reasons: harmless, and not empty.
#[track_caller]
pub fn assert_told(error: &dyn std::error::Error) {
    let told = error.to_string();
    assert!(!told.is_empty());
    assert_harmless(&told);
    error.source().into_iter().for_each(|reason| assert_told(reason));
}
