use std::time::Instant;

use minicbor::Encoder;
use proptest::prelude::*;

use super::*;
use crate::wire::test_tokens::make_token;

/// Two tokens of PubNub's documentation and SDK tests, long expired.
const DOCUMENTED: &str = "p0F2AkF0Gl043rhDdHRsCkNyZXOkRGNoYW6hZnNlY3JldAFDZ3JwoEN1c3KgQ3NwY6BDcGF0pERjaGFuoENncnCgQ3VzcqBDc3\
                          BjoERtZXRhoENzaWdYIGOAeTyWGJI-blahPGD9TuKlaW1YQgiB4uR_edmfq-61";
const WITH_PATTERNS: &str = "qEF2AkF0GmEI03xDdHRsGDxDcmVzpURjaGFuoWljaGFubmVsLTEY70NncnChb2NoYW5uZWxfZ3JvdXAtMQVDdXNyoENzcGOgRHV1\
                             aWShZnV1aWQtMRhoQ3BhdKVEY2hhbqFtXmNoYW5uZWwtXFMqJBjvQ2dycKF0XjpjaGFubmVsX2dyb3VwLVxTKiQFQ3VzcqBDc3Bj\
                             oER1dWlkoWpedXVpZC1cUyokGGhEbWV0YaBEdXVpZHR0ZXN0LWF1dGhvcml6ZWQtdXVpZENzaWdYIPpU-vCe9rkpYs87YUrFNWky\
                             Nq8CVvmKwEjVinnDrJJc";

const READ: Permission = Permission::Read;

#[test]
fn tokens_that_pubnub_published_are_read() {
    let grants = TokenGrants::parse(DOCUMENTED).unwrap();
    assert_eq!((grants.expires(), grants.user()), (1_564_008_120 + 600, None));
    assert_eq!(grants.missing_channels(&["secret", "other", "secret-pnpres"], READ), ["other", "secret-pnpres"]);
    assert_eq!(grants.missing_channels(&["secret"], Permission::Write), ["secret"]);

    let grants = TokenGrants::parse(WITH_PATTERNS).unwrap();
    assert_eq!(grants.user().map(UserId::as_str), Some("test-authorized-uuid"));
    let channels = ["channel-1", "channel-x", "channel 1", "my-channel-1"];
    assert_eq!(grants.missing_channels(&channels, Permission::Write), ["channel 1", "my-channel-1"]);
    let groups = ["channel_group-1", "channel_group-2", "other"];
    assert_eq!(grants.missing_groups(&groups, READ), ["other"]);
    assert_eq!(grants.missing_groups(&groups, Permission::Manage), ["other"]);
    assert_eq!(grants.missing_groups(&groups, Permission::Write), groups);
    assert!(!format!("{grants:?}").contains("channel-1"));
}

#[test]
fn either_alphabet_and_padding_will_do() {
    let other = WITH_PATTERNS.replace('-', "+").replace('_', "/");
    assert_eq!(TokenGrants::parse(&other), TokenGrants::parse(WITH_PATTERNS));
    let token = make_token(1_000, 1, None, &[("res", "chan", "a", 1)]);
    let bare = token.trim_end_matches('=');
    for padding in ["", "=", "=="] {
        if (bare.len() + padding.len()).is_multiple_of(4) || padding.is_empty() {
            assert!(TokenGrants::parse(&format!("{bare}{padding}")).is_some(), "{padding}");
        }
    }
}

#[test]
fn a_name_counts_before_a_pattern() {
    let token = make_token(
        1_000,
        1,
        None,
        &[("res", "chan", "news.secret", 2), ("pat", "chan", "^news\\.[a-z]+$", 1), ("pat", "chan", "x", 1)],
    );
    let grants = TokenGrants::parse(&token).unwrap();
    assert_eq!(grants.expires(), 1_060);
    // A pattern that is not anchored is looked for anywhere.
    let names = ["news.eu", "news.secret", "news.*", "axb"];
    assert_eq!(grants.missing_channels(&names, READ), ["news.secret", "news.*"]);
}

#[test]
fn what_is_no_such_token_is_none() {
    let short = &DOCUMENTED[..DOCUMENTED.len() - 4];
    for text in ["", "good", "p0F2", "qEF2AkF0", "!!!", short, &format!("{DOCUMENTED}AAAA"), "oA", "/////w"] {
        assert_eq!(TokenGrants::parse(text), None, "{text}");
    }
    // Of another version.
    assert_eq!(TokenGrants::parse(&DOCUMENTED.replacen("p0F2Ak", "p0F2A0", 1)), None);
    // Maps of more members than there are bytes, and nests of a thousand levels, where something unknown may stand.
    let huge = BASE64.encode([0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(TokenGrants::parse(&huge), None);
    for byte in [0x81, 0x9f, 0xbf, 0xd8] {
        let nest = [&[0xa1, 0x41, b'm'][..], &vec![byte; 20_000]].concat();
        assert_eq!(TokenGrants::parse(&BASE64.encode(nest)), None);
    }
}

#[test]
fn a_map_of_no_stated_length_is_read() {
    let mut cbor = Encoder::new(Vec::new());
    cbor.begin_map().unwrap().str("v").unwrap().u64(2).unwrap().str("res").unwrap();
    cbor.begin_map().unwrap().str("chan").unwrap().begin_map().unwrap().bytes(b"a").unwrap().u64(1).unwrap();
    cbor.end().unwrap().end().unwrap().end().unwrap();
    let grants = TokenGrants::parse(&BASE64.encode(cbor.into_writer())).unwrap();
    assert_eq!(grants.missing_channels(&["a", "b"], READ), ["b"]);
}

#[test]
fn patterns_cost_no_more_than_a_bound() {
    let greedy: Vec<String> = (0..MOST_PATTERNS).map(|n| format!("(a?){{60}}(a*)*b{n}")).collect();
    let patterns = |kind: &'static str, patterns: &[String]| {
        let grants: Vec<_> = patterns.iter().map(|pattern| ("pat", kind, pattern.as_str(), 1)).collect();
        TokenGrants::parse(&make_token(1_000, 1, None, &grants))
    };
    let grants = patterns("chan", &greedy).unwrap();
    let name = "a".repeat(92);
    let names: Vec<&str> = std::iter::repeat_n(name.as_str(), 340).collect();
    let begun = Instant::now();
    assert_eq!(grants.missing_channels(&names, READ).len(), 340);
    // Some hundred times the time that it takes, so that no busy machine fails it.
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    println!("{:?}", begun.elapsed());

    // What is too large, too deep or no expression matches nothing, and the others go on.
    let deep = "(".repeat(200) + &")".repeat(200);
    let grants = patterns("chan", &["a{1000}{1000}".into(), "(".into(), deep, "^ok$".into()]).unwrap();
    assert_eq!(grants.missing_channels(&["ok", "a"], READ), ["a"]);

    let many: Vec<String> = (0..=MOST_PATTERNS).map(|n| format!("^{n}$")).collect();
    assert_eq!(patterns("grp", &many), None);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..180, flip in any::<u8>()) {
        let _ = TokenGrants::parse(&BASE64.encode(&bytes));
        let mut known = BASE64.decode(WITH_PATTERNS).unwrap();
        known[at] ^= flip;
        if let Some(grants) = TokenGrants::parse(&BASE64.encode(known)) {
            let _ = (grants.expires(), grants.missing_channels(&["channel-1", "x"], READ));
        }
    }
}
