use super::*;
use serde_json::value::RawValue;

fn is_value(text: &str) -> bool {
    let mut scanner = JsonScanner::new(text);
    scanner.skip_value().is_some() && scanner.is_at_end()
}

#[test]
fn values_are_passed_over_and_what_is_none_is_not() {
    let good = r#"null|true|false|0|-0|-12.50e+7|1E-9|""|"a\"\\\/\b\f\n\r\t\u00eF"|"é👩"|[]|{}|[1,[2,{"a":[{}]}]]| { "a" : [ 1 , "b" ] , "c" : null } "#;
    assert!(good.split('|').all(is_value));
    let bad = r#"|nul|truex|01|-|+1|.5|1.|1e|1e+|"|"\x"|"\u12g4"|"\|[|[1|[1,]|[,]|[1 2]|{|{"a"}|{"a":}|{"a":1,}|{a:1}|{"a":1]|[1}|[1]]|1 2"#;
    for text in bad.split('|') {
        assert!(!is_value(text), "{text}");
    }
    assert!(!is_value("\"a\u{1}\"") && !is_value("\"12345678\u{1f}\""));
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(is_value(&nested(64)) && !is_value(&nested(65)), "left to others");
}

#[test]
fn the_plain_part_of_a_string_ends_where_it_has_to() {
    for before in 0..20 {
        for (end, count) in [("\"", before), ("\\", before), ("\u{1f}", before), ("\u{7f}é ", before + 4)] {
            assert_eq!(
                count_plain(format!("{}{end}", "é".repeat(before / 2) + &"x".repeat(before % 2)).as_bytes()),
                count
            );
        }
    }
}

#[test]
fn numbers_and_strings_are_taken_as_they_stand() {
    let number = |text| {
        let mut scanner = JsonScanner::new(text);
        scanner.take_number_or_text().filter(|_| scanner.is_at_end())
    };
    assert_eq!((number("0"), number(" 12 "), number("\"007\"")), (Some(0), Some(12), Some(7)));
    assert_eq!(number("18446744073709551615"), Some(u64::MAX));
    for other in ["18446744073709551616", "01", "-1", "1.0", "1e3", "\"1.0\"", "\"\"", "\"\\u0031\"", "null", ""] {
        assert_eq!(number(other), None, "{other}");
    }
    assert_eq!(JsonScanner::new(" \"lobby\"x").take_string(), Some("lobby"));
    assert_eq!(JsonScanner::new("\"lob\\by\"").take_string(), None);
}

proptest::proptest! {
    /// Whatever the scanner takes for a value is one to a general reader, and the other way round.
    #[test]
    fn it_agrees_with_a_general_reader(text in r#"([\[\]{}:, "\\]|"[a-f\\"u0-9é]{0,9}"|-?[0-9.eE+-]{1,5}|true|null){0,14}"#) {
        let read: Result<&RawValue, _> = serde_json::from_str(&text);
        proptest::prop_assert_eq!(is_value(&text), read.is_ok(), "{}", text);
    }
}
