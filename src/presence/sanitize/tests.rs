use super::*;
use unicode_width::UnicodeWidthStr;

#[track_caller]
fn check(raw: &str, expected: &str) {
    assert_eq!(sanitize(raw), expected, "{raw:?}");
}

#[test]
fn nothing_that_a_terminal_obeys_gets_through() {
    check("alice", "alice");
    check("Zoë Größe 李雷", "Zoë Größe 李雷");
    check("\u{1b}]0;pwn\u{7}", "␛]0;pwn␇");
    check("a\u{9b}31mb\u{9d}", "a‹9B›31mb‹9D›");
    check("a\nb\rc\td\u{0}", "a␊b␍c␉d␀");
    check("x\u{7f}", "x␡");
    check("evil\u{202e}txt", "evil‹202E›txt");
    check("\u{2066}i\u{2069}\u{61c}", "‹2066›i‹2069›‹61C›");
    check("a\u{200b}b\u{feff}", "a‹200B›b‹FEFF›");
    check("l\u{2028}s", "l‹2028›s");
    check("a\u{e0041}b\u{e000}", "a‹E0041›b‹E000›");
}

#[test]
fn what_vanishes_or_is_blank_is_named() {
    check("ann\u{fe0f}", "ann‹FE0F›");
    check("ann\u{1d173}", "ann‹1D173›");
    check("\u{301}ann", "‹301›ann");
    check("a\u{1bca0}b\u{13430}c\u{2800}d", "a‹1BCA0›b‹13430›c‹2800›d");
    check("a\u{a0}b\u{3000}c\u{2003}d", "a‹A0›b‹3000›c‹2003›d");
    check("\u{3164}\u{ffa0}\u{115f}\u{1160}", "‹3164›‹FFA0›‹115F›‹1160›");
    check("a\u{ad}\u{34f}\u{180e}\u{e0100}", "a‹AD›‹34F›‹180E›‹E0100›");
    // A vowel of Hangul without a consonant; with one, they are a syllable.
    check("a\u{1161}", "a‹1161›");
    check("\u{1112}\u{1161}\u{11ab}", "\u{1112}\u{1161}\u{11ab}");
    // Behind a control there is no letter either.
    check("\u{1b}\u{301}", "␛‹301›");
    check("\u{200b}\u{301}\u{302}\u{301}\u{301}\u{301}", "‹200B›‹301›‹302›‹301›‹301›‹301›");
    check("a\u{200d}\u{301}", "a‹200D›‹301›");
    check("\u{378}\u{10ffff}", "‹378›‹10FFFF›");
}

#[test]
fn a_flood_of_marks_is_cut_and_the_cut_is_counted() {
    check(&format!("a{}b", "\u{301}".repeat(500)), "a\u{301}\u{301}\u{301}\u{301}‹+496›b");
    check(&format!("a{}", "\u{301}".repeat(5)), "a\u{301}\u{301}\u{301}\u{301}‹+1›");
    check(&format!("a{}", "\u{301}".repeat(4)), "a\u{301}\u{301}\u{301}\u{301}");
}

#[test]
fn nobody_can_write_one_of_our_signs() {
    check("‹202E›", "‹2039›202E›");
    check("␛", "‹241B›");
    check("a‹+3›", "a‹2039›+3›");
}

#[test]
fn f39_emoji_of_unicodes_list_are_shown_whole_and_their_parts_named() {
    for whole in ["👨‍👩‍👧", "❤️", "🇩🇪", "👍🏽", "1️⃣", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈", "👩🏽‍💻", "🧑🏻‍❤️‍💋‍🧑🏿", "👩‍❤️‍👨"]
    {
        check(whole, whole);
        check(&format!("a{whole}b"), &format!("a{whole}b"));
        assert_eq!(whole.width(), 2, "{whole}");
        assert_eq!(sanitize_sentence(whole), whole);
    }
    check("🇩", "‹1F1E9›");
    check("🇦🇦", "‹1F1E6›‹1F1E6›");
    check("🏽", "‹1F3FD›");
    check("a\u{200d}b", "a‹200D›b");
    check("👨\u{200d}a", "👨‹200D›a");
    check("👍\u{fe0f}", "👍‹FE0F›");
    check("😀", "😀");
}

#[test]
fn every_emoji_of_the_list_keeps_its_width_in_two_cells() {
    let tones = emojis::iter().filter_map(emojis::Emoji::skin_tones).flatten();
    let mut listed = 0;
    for emoji in emojis::iter().chain(tones) {
        let shown = sanitize(emoji.as_str());
        // The newest may be unknown to the tables of characters.
        if shown == emoji.as_str() {
            listed += 1;
            assert_eq!(shown.width(), 2, "{emoji} {:?}", emoji.as_str().escape_unicode().to_string());
        }
    }
    assert!(listed > 3_500, "{listed}");
}

#[test]
fn a_sentence_keeps_the_signs_that_are_in_it() {
    let foreign = "a\u{202e}\u{1b}‹\u{301}";
    let sentence = format!("{} is gone", sanitize(foreign));
    assert_eq!(sanitize_sentence(&sentence), sentence);
    assert_eq!(sanitize_sentence("raw \u{9b}31m\n"), "raw ‹9B›31m␊");
    assert_eq!(sanitize_lines("one \u{9b}\n\ttwo\r\u{1b}"), "one ‹9B›\n\ttwo␍␛");
}

#[test]
fn the_short_way_around_the_tables_leads_to_the_same() {
    let named = |c: char| {
        CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || CodePointSetData::new::<WhiteSpace>().contains(c)
            || c.width().is_none_or(|width| width == 0)
            || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Unassigned
    };
    for c in ('\0'..=char::MAX).filter(|c| is_plain(*c) && *c != ' ') {
        assert!(!named(c), "{:X}", c as u32);
    }
}

/// Text that is more hostile than any.
fn hostile() -> impl proptest::strategy::Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a",
        "b",
        "‹",
        "›",
        "+",
        "1",
        "202E",
        "␛",
        "\u{1b}",
        "\u{202e}",
        "\u{301}",
        "\u{302}",
        "\u{fe0f}",
        "\u{200d}",
        "👨",
        "👩",
        "❤",
        "🇩",
        "🇪",
        "🏽",
        "\u{20e3}",
        "\u{1161}",
        "\u{1112}",
        "\u{e0067}",
        "\u{3000}",
        " ",
        "é",
    ]);
    proptest::strategy::Strategy::prop_map(proptest::collection::vec(piece, 0..12), |all| all.concat())
}

/// How many marks follow each other, at the most: what is cut can't be told apart.
fn most_marks(text: &str) -> usize {
    let runs = text.split(|c: char| c.width() != Some(0) || must_be_named(c));
    runs.map(|run| run.chars().count()).max().unwrap_or(0)
}

proptest::proptest! {
    #[test]
    fn any_text_becomes_harmless(text in ".*") {
        let safe = sanitize(&text);
        proptest::prop_assert!(!safe.chars().any(char::is_control));
        let hidden = ['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}'];
        proptest::prop_assert!(!safe.contains(hidden));
        proptest::prop_assert!(safe.width() <= text.chars().count() * 9);
        proptest::prop_assert_eq!(&*sanitize_sentence(&safe), &*safe);
    }

    #[test]
    fn texts_that_differ_look_different(one in hostile(), other in hostile()) {
        if one != other && most_marks(&one) <= MARKS_PER_LETTER && most_marks(&other) <= MARKS_PER_LETTER {
            proptest::prop_assert_ne!(sanitize(&one), sanitize(&other));
        }
    }

    #[test]
    fn what_is_shown_can_be_read_back(text in hostile()) {
        if most_marks(&text) <= MARKS_PER_LETTER {
            proptest::prop_assert_eq!(read_back(&sanitize(&text)), text);
        }
    }
}

/// The text of which this was shown: so no two texts are shown alike.
fn read_back(shown: &str) -> String {
    let (mut out, mut rest) = (String::new(), shown);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '‹' => {
                let (code, after) = rest.split_once('›').unwrap();
                out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
                rest = after;
            }
            '\u{2400}'..='\u{241f}' => out.push(char::from_u32(c as u32 - 0x2400).unwrap()),
            '␡' => out.push('\u{7f}'),
            c => out.push(c),
        }
    }
    out
}

#[test]
fn blanks_at_the_ends_of_a_name_are_seen() {
    let shown = ["ann", " ann", "ann ", "ann  ", "a nn", " ", ""].map(|name| sanitize_name(name).into_owned());
    assert_eq!(shown, ["ann", "␠ann", "ann␠", "ann␠␠", "a nn", "␠", ""]);
    assert_eq!(sanitize_name("ann␠"), "ann‹2420›");
}

#[test]
fn all_emoji_are_in_the_table_and_nothing_else() {
    let tones = emojis::iter().filter_map(emojis::Emoji::skin_tones).flatten();
    let mut count = 0;
    for emoji in emojis::iter().chain(tones).map(emojis::Emoji::as_str) {
        count += 1;
        assert!(is_emoji(emoji), "{}", emoji.escape_unicode());
        // What is cut or has something behind it is another one, or none.
        let parts = emoji.char_indices().map(|(at, _)| &emoji[..at]);
        for other in parts.map(str::to_owned).chain([format!("{emoji}a"), format!("{emoji}\u{fe0f}")]) {
            let known = emojis::get(&other).is_some_and(|emoji| emoji.as_str() == other);
            assert_eq!(is_emoji(&other), known, "{}", other.escape_unicode());
        }
    }
    assert!(count > 3_500, "{count}");
}
