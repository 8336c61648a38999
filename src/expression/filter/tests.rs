use super::*;
use crate::presence::State;

/// Users by name, each with a state.
const HERE: [(&str, &str); 6] = [
    ("alice", r#"{"mood":"busy","level":5,"vip":true,"team":{"name":"Red","members":["bob","alice"]}}"#),
    ("Alicia", r#"{"mood":"away","level":7.5,"vip":false,"note":null}"#),
    ("bot-1", r#"{"level":"5","mood":""}"#),
    ("bot-2", ""),
    ("ZOË \"z\" =x", r#"{"id":9007199254740993,"full name":"Zoë","a.b":{"0":"key"}}"#),
    ("li雷", "nonsense"),
];

fn kept(filter: &str) -> Vec<&'static str> {
    let filter = Filter::parse(filter).unwrap_or_else(|mistake| panic!("{filter}: {mistake}"));
    let state =
        |json: &str| serde_json::value::RawValue::from_string(json.to_owned()).ok().map(|raw| State::from_wire(&raw));
    HERE.iter().filter(|(user, json)| filter.matches(user, state(json).as_ref())).map(|(user, _)| *user).collect()
}

#[test]
fn each_term_keeps_whom_it_means() {
    let all = HERE.map(|(user, _)| user);
    let (zoe, li) = (all[4], all[5]);
    let table: &[(&str, &[&str])] = &[
        ("", &all),
        ("   ", &all),
        ("ali", &["alice", "Alicia"]),
        ("ALI c", &["alice", "Alicia"]),
        ("=alice", &["alice"]),
        ("=Alice", &[]),
        ("!bot", &["alice", "Alicia", zoe, li]),
        ("!=alice ali", &["Alicia"]),
        ("~aia", &["Alicia"]),
        ("!~a", &["bot-1", "bot-2", zoe, li]),
        ("~雷", &[li]),
        ("zoë", &[zoe]),
        ("\"\\\"z\\\" =\"", &[zoe]),
        ("雷", &[li]),
        ("state.mood", &["alice", "Alicia", "bot-1"]),
        ("!state.mood", &["bot-2", zoe, li]),
        ("state.mood=busy", &["alice"]),
        ("state.mood==busy", &["alice"]),
        ("state.mood=\"\"", &["bot-1"]),
        ("state.mood!=busy", &["Alicia", "bot-1"]),
        ("!state.mood=busy", &["Alicia", "bot-1", "bot-2", zoe, li]),
        ("state.mood~US", &["alice"]),
        ("state.level=5", &["alice", "bot-1"]),
        ("state.level=5.0", &["alice"]),
        ("state.level=\"5\"", &["bot-1"]),
        ("state.level>5", &["Alicia"]),
        ("state.level>=5", &["alice", "Alicia"]),
        ("state.level<7.5", &["alice"]),
        ("state.level<=75e-1", &["alice", "Alicia"]),
        ("state.level>-1 !=Alicia", &["alice"]),
        ("state.id=9007199254740993", &[zoe]),
        ("state.id>9007199254740992", &[zoe]),
        ("state.id<9007199254740994", &[zoe]),
        ("state.vip=true", &["alice"]),
        ("state.vip=\"true\"", &[]),
        ("state.note=null", &["Alicia"]),
        ("state.note", &["Alicia"]),
        ("state.team.name=Red", &["alice"]),
        ("state.team.members.1=alice", &["alice"]),
        ("state.team.members.2", &[]),
        ("state.team.members.\"1\"", &[]),
        ("state.\"full name\"=Zoë", &[zoe]),
        ("state.\"a.b\".0=key", &[zoe]),
        ("state.level=5 bot", &["bot-1"]),
    ];
    for (filter, users) in table {
        assert_eq!(kept(filter), *users, "{filter}");
    }
}

#[test]
fn what_is_no_filter_is_told_with_the_place() {
    let texts = [
        "!",
        "! bot",
        "!!bot",
        "=",
        "~",
        "\"open",
        "\"a\\n\"",
        "\"a\"b",
        "a\"b",
        "user[1]",
        "state.",
        "state..a",
        "state.mood=",
        "state.mood!",
        "state.mood!x",
        "state.level>",
        "state.level>high",
        "state.mood~",
        "state.a[0]",
        "mood=busy",
        "stat.mood=busy",
        "ali level>=5",
        "State.mood!=busy",
        "\u{1b}=x",
        "=a\u{202e}\"",
    ];
    let said = texts.map(|text| {
        let mistake = Filter::parse(text).expect_err(text);
        format!("{}\n{}\n", mistake.caret(text), mistake)
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn filters_have_bounds() {
    let long = "x".repeat(1001);
    assert_eq!(
        Filter::parse(&long).unwrap_err().to_string(),
        "a filter of 1001 bytes is too long; at most 1000 are read"
    );
    assert!(Filter::parse(&long[1..]).is_ok());
    assert!(Filter::parse(&"ä".repeat(501)).is_err());
    assert!(Filter::parse(&"a ".repeat(50)).is_ok());
    assert_eq!(Filter::parse(&"a ".repeat(51)).unwrap_err().at, 100);
    assert!(Filter::parse("abc==").is_ok(), "many an id ends so");
}

#[test]
fn it_says_what_it_is() {
    let filter = Filter::parse("  bot state.x \u{1b}").unwrap();
    assert_eq!(filter.as_str(), "bot state.x \u{1b}");
    assert_eq!(filter.to_string(), "bot state.x ␛");
    assert!(filter.asks_state() && !filter.is_empty());
    assert!(Filter::parse(" ").unwrap().is_empty() && Filter::default().matches("anybody", None));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*", user in ".*") {
        if let Err(mistake) = Filter::parse(&text) {
            proptest::prop_assert!(text.is_char_boundary(mistake.at));
            proptest::prop_assert!(mistake.caret(&text).lines().count() == 2);
        } else if let Ok(filter) = Filter::parse(&text) {
            filter.matches(&user, None);
        }
    }

    #[test]
    fn no_nearly_right_text_makes_it_panic(
        parts in proptest::collection::vec("state\\.|\"|=|!=|!|~|>|<=|\\.|a|5|null| |\\\\|\\]|ä", 0..12),
        json in r#"\{"a":(5|"a"|null|\{"a":5\}|\[5,"a"\])\}"#,
    ) {
        let text = parts.concat();
        match Filter::parse(&text) {
            Err(mistake) => proptest::prop_assert!(text.is_char_boundary(mistake.at)),
            Ok(filter) => {
                let state = State::parse(&json).unwrap();
                proptest::prop_assert_eq!(&Filter::parse(filter.as_str()).unwrap(), &filter);
                filter.matches("aä5", Some(&state));
            }
        }
    }
}
