use super::*;
use proptest::prelude::*;

fn typed(text: &mut TextArea, all: &[EditKey]) {
    for edit in all {
        assert!(text.take_key(edit));
    }
}

#[test]
fn lines_are_split_and_joined_and_letters_stay_whole() {
    use EditKey::{Backspace, Char, Delete, DeleteRest, DeleteWord, Down, End, Enter, Left, Paste, Up};
    let mut text = TextArea::new("{\n}", 1000);
    typed(&mut text, &[End, Enter, Paste("\t\"a\": 1,\r\n\"é\u{301}\": 2".into())]);
    assert_eq!(text.lines(), ["{", "  \"a\": 1,", "\"é\u{301}\": 2", "}"]);
    assert_eq!(text.cursor(), (2, 9));
    typed(&mut text, &[Left, Left, Left, Left, Backspace]);
    assert_eq!(text.lines()[2], "\"\": 2", "a letter and its mark are one");
    typed(&mut text, &[Up, Up, End, Delete]);
    assert_eq!(text.lines(), ["{  \"a\": 1,", "\"\": 2", "}"]);
    typed(&mut text, &[End, DeleteWord, DeleteWord]);
    assert_eq!(text.lines()[0], "{  \"");
    typed(&mut text, &[DeleteRest]);
    assert_eq!(text.text(), "{  \"\"\": 2\n}");
    typed(&mut text, &[Down, Down, Char('x')]);
    assert_eq!(text.text(), "{  \"\"\": 2\n}x");
    assert_eq!(text.bytes(), text.text().len());
}

#[test]
fn going_up_and_down_keeps_to_its_column() {
    use EditKey::{Down, End, Left, Up};
    let mut text = TextArea::new("long line\n\nlong line", 1000);
    typed(&mut text, &[End, Left, Down, Down]);
    assert_eq!(text.cursor(), (2, 8));
    typed(&mut text, &[Up, Up, Up]);
    assert_eq!(text.cursor(), (0, 8));
}

#[test]
fn what_does_not_fit_is_left_out_whole() {
    let mut text = TextArea::new("ab", 4);
    typed(&mut text, &[EditKey::Paste("cde".into())]);
    assert_eq!((text.text().as_str(), text.full), ("ab", true));
    typed(&mut text, &[EditKey::Paste("cd".into())]);
    assert_eq!((text.text().as_str(), text.full), ("cdab", false));
    assert_eq!(TextArea::new("ü\t\tü", 5).text(), "ü   ");
}

fn any_typing() -> impl Strategy<Value = EditKey> {
    prop_oneof![
        any::<char>().prop_map(EditKey::Char),
        prop_oneof![Just("👨‍👩‍👧"), Just("e\u{301}\n\u{301}x"), Just("\u{200b}\r\n\t"), Just("🇩🇪🇫🇷")]
            .prop_map(|text| EditKey::Paste(text.to_owned())),
        ".{0,9}".prop_map(EditKey::Paste),
        prop::sample::select(vec![
            EditKey::Backspace,
            EditKey::Delete,
            EditKey::DeleteWord,
            EditKey::DeleteRest,
            EditKey::Clear,
            EditKey::Left,
            EditKey::Right,
            EditKey::Home,
            EditKey::End,
            EditKey::Up,
            EditKey::Down,
            EditKey::PageUp,
            EditKey::PageDown,
            EditKey::Tab,
            EditKey::Enter,
            EditKey::Submit,
        ]),
    ]
}

proptest! {
    #[test]
    fn whatever_is_typed_the_cursor_stands_between_letters_and_the_bound_holds(
        first in "\\PC{0,40}", all in prop::collection::vec(any_typing(), 0..60)
    ) {
        let mut text = TextArea::new(&first, 200);
        for edit in all {
            text.take_key(&edit);
            let (row, at) = text.cursor();
            let line = &text.lines()[row];
            let mut between = line.grapheme_indices(true).map(|(at, _)| at).chain([line.len()]);
            prop_assert!(between.any(|boundary| boundary == at), "{line:?} {at}");
            prop_assert_eq!(text.bytes(), text.text().len());
            prop_assert!(text.bytes() <= 200);
        }
    }

    #[test]
    fn plain_text_comes_out_as_it_went_in(text in "[^\\p{Cc}]{0,20}(\n[^\\p{Cc}]{0,20}){0,5}") {
        let all = TextArea::new(&text, 4096);
        prop_assert_eq!(all.text(), text.clone());
        let mut pasted = TextArea::new("", 4096);
        pasted.take_key(&EditKey::Paste(text.clone()));
        prop_assert_eq!(pasted.text(), text);
    }
}
