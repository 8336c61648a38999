use super::*;

/// A name of each kind that breaks a rule for it, and a word of what is said.
const BROKEN: &[(NameKind, &str, &str, Binds)] = &[
    (Channel, "", "empty", Binds::Everybody),
    (UserId, "", "empty", Binds::Everybody),
    (Pattern, ".*", "before the star", Binds::Everybody),
    (Pattern, "*", "before the star", Binds::Everybody),
    (UserId, " ", "empty", Binds::Typed),
    (Channel, "a\u{1}b", "U+0001", Binds::Everybody),
    (Group, "\u{9b}", "U+009B", Binds::Everybody),
    (UserId, "a\nb", "U+000A", Binds::Typed),
    (Channel, "a,b", "`,`", Binds::Everybody),
    (Channel, "a/b", "`/`", Binds::Typed),
    (Channel, "x.*", "`*`", Binds::Everybody),
    (Channel, "*", "`*`", Binds::Everybody),
    (Channel, "..", "can't be sent", Binds::Typed),
    (Channel, "lobby-pnpres", "-pnpres", Binds::Typed),
    (Group, "all-pnpres", "the group itself", Binds::Typed),
    (Group, "chats.all", "`.`", Binds::Everybody),
    (Pattern, "a.*.c", "not at its end", Binds::Everybody),
    (Pattern, "a.*.*", "not at its end", Binds::Everybody),
    (Pattern, "*.a", "not at its end", Binds::Everybody),
    (Pattern, "a.b.c.*", "three levels", Binds::Everybody),
    (SubscribeKey, "a b", "a space", Binds::Typed),
];

#[test]
fn each_rule_is_broken_by_a_name_and_binds_whom_it_says() {
    for (kind, name, why, binds) in BROKEN {
        let said = check_typed_name(*kind, name).expect_err(name).to_string();
        assert!(said.contains(why), "{name:?}: {said}");
        assert_eq!(check_requested_name(*kind, name).is_err(), *binds == Binds::Everybody, "{name:?}");
        assert_eq!(check_name_leniently(*kind, name), Ok(()), "{name:?}");
    }
    for rule in NAME_RULES {
        let length = rule.demands.contains("at most 92");
        let breaks = |(kind, name, ..): &(NameKind, &str, &str, Binds)| {
            rule.kinds.contains(kind) && (rule.find_breach)(*kind, name).is_some()
        };
        assert!(length || BROKEN.iter().any(breaks), "nothing breaks: {}", rule.demands);
        assert!(!rule.source.is_empty());
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    for kind in [Channel, Group, UserId, SubscribeKey] {
        assert_eq!(check_requested_name(kind, &"ü".repeat(92)), Ok(()));
        let said = check_requested_name(kind, &"ü".repeat(93)).unwrap_err().to_string();
        assert!(said.ends_with("has 93 characters; PubNub allows 92"), "{said}");
        assert_eq!(check_name_leniently(kind, &"ü".repeat(2_048)), Ok(()));
        let said = check_name_leniently(kind, &"ü".repeat(2_049)).unwrap_err().to_string();
        assert!(said.ends_with("has 2049 characters; this service allows 2048"), "{said}");
    }
    let pattern = format!("{}.*", "a".repeat(90));
    assert_eq!(check_requested_name(Pattern, &pattern), Ok(()));
    assert!(check_requested_name(Pattern, &format!("a{pattern}")).is_err());
}

#[test]
fn names_that_were_recorded_are_taken_from_both() {
    for name in ["a!@#$%^&*()ŻÓŁ[]{}\"\"<>??~`Z", "a*", "a.b*.c", "a..b", "Country:City", "a b", "a\\b"] {
        let kind = NameKind::of_listened(name);
        assert_eq!(kind, Channel, "{name}");
        assert_eq!((check_typed_name(kind, name), check_requested_name(kind, name)), (Ok(()), Ok(())), "{name}");
    }
    for name in ["a!@#$%^&()ŻÓŁ[]{}\"\"<>??~`Z", "ns:group"] {
        assert_eq!(check_typed_name(Group, name), Ok(()), "{name}");
    }
    for name in ["a.*", "a.b.*", "a..*"] {
        assert_eq!(NameKind::of_listened(name), Pattern, "{name}");
        assert_eq!(check_typed_name(Pattern, name), Ok(()), "{name}");
    }
}
