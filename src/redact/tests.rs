use super::*;

const KEY: &str = "sub-c-01234567-89ab-cdef-0123-456789abcdef";
const TOKEN: &str = "tok/SECRET+99==";

fn secrets() -> Secrets {
    Secrets::new([(TOKEN, "…"), (KEY, "sub-c-01…cdef")])
}

#[track_caller]
fn check(said: &str, shown: &str) {
    assert_eq!(secrets().hide(said), shown, "{said}");
}

#[test]
fn keys_and_tokens_are_not_repeated_in_any_spelling() {
    check(
        &format!("Cannot GET /v2/x/{KEY}/y?auth=tok%2fSECRET%2B99%3D%3D&uuid=ann"),
        "Cannot GET /v2/x/sub-c-01…cdef/y?auth=…&uuid=ann",
    );
    check("no token tok/SECRET+99== here", "no token … here");
    check("no token tok%2FSECRET%2B99%3D%3D here", "no token … here");
    check("no token tok/SECRET%2b99=%3D here", "no token … here");
    check("no token tok%252FSECRET%252B99%253D%253d here", "no token … here");
    check(r#"{"t":"tok\/SECRET\u002b99=="}"#, r#"{"t":"…"}"#);
    check("AUTH=other \"auth=another\" auth= auth%3Dthird", "AUTH=… \"auth=…\" auth= auth%3D…");
    check("pub-c-12-ab/sec-c-ZmY, fine", "pub-c-…/sec-c-…, fine");
    check("İ auth=é", "İ auth=…");
    check("100% of %41 and %25, nothing of ours", "100% of %41 and %25, nothing of ours");
}

#[test]
fn twelve_characters_of_a_secret_are_enough_to_be_hidden() {
    check("Invalid token <tok/SECRET+9>...", "Invalid token <…>...");
    check("…SECRET+99==", "…SECRET+99==");
    check("/SECRET+99==", "…");
    check("<k/SECRET+99=>", "<…>");
    check("key 89ab-cdef-0123-4 and cdef-0123", "key … and cdef-0123");
    check("key sub-c-01234567-89ab…", "key ……");
    check("key sub-c-01…cdef, sub-c-01234…", "key sub-c-01…cdef, …");
    check("TOK/secret+99==", "…");
    check("%2FSECRET%2B99%3D", "%2FSECRET%2B99%3D");
    check("%2FSECRET%2B99%3D%3D", "…");
}

#[test]
fn a_short_token_is_hidden_as_a_word_and_what_may_be_shown_is_not_touched() {
    let short = Secrets::new([("hunter7", "…"), ("demo", "demo")]);
    assert_eq!(short.hide("no hunter7 for demo, hunter77 (hunter7)"), "no … for demo, hunter77 (…)");
    assert_eq!(format!("{short:?}"), "Secrets(1)");
    assert_eq!(Secrets::new([("", "…")]).hide("ab"), "ab");
}

#[test]
fn a_secret_of_somebody_else_is_cut_as_well() {
    check("k sub-c-99999999-aaaa, sub-c-x", "k sub-c-…, sub-c-x");
    check("old qEF2AkF0GmEI03xDdHRsGDxDcmVz+/=_-, qEF2", "old qEF2…, qEF2");
}

#[test]
fn secrets_that_are_not_ascii_leave_whole_letters() {
    let secrets = Secrets::new([("ßßßßßßßßßßß", "…")]);
    assert_eq!(secrets.hide("aßßßßßßßb"), "a…b");
    assert_eq!(secrets.hide("ñßñ"), "ñßñ");
}

#[test]
fn a_giant_text_is_read_in_part_and_says_so() {
    let giant = "x".repeat(1 << 20);
    let hidden = secrets().hide(&giant);
    assert!(hidden.len() < 1 << 17 && hidden.ends_with('…'));
}

#[test]
fn a_word_ends_where_it_begins_to_look_like_a_secret() {
    for (text, said) in [
        ("http://ps.pndsn.com/v2/x?auth=MARKER&uuid=a) failed", "http://ps.pndsn.com/v2/x?…) failed"),
        ("key sub-c-MARKER, pub-c-MARKER", "key sub-c-…, pub-c-…"),
        ("/v2/presence/sub-key/sub-c-MARKER/channel/x", "/v2/presence/sub-key/sub-c-…"),
        ("auth=MARKER \"token=MARKER\"", "auth=… \"token=…\""),
        ("the token qEF2MARKER is bad", "the token qEF2… is bad"),
        ("/v3/pam/demo/grant/qEF2MARKER", "/v3/pam/demo/grant/qEF2…"),
        ("who is there? nobody", "who is there? nobody"),
    ] {
        assert_eq!(redact_words(text), said);
    }
}

#[test]
fn a_token_in_the_place_of_a_name_is_not_told() {
    for (name, told) in [
        ("subscribe-is-heart", "subscribe-is-heart"),
        ("Backlog", "Backlog"),
        ("hunter7-MARKER-secret", "hunt…"),
        ("qEF2MARKER", "qEF2…"),
        ("éééé99999999", "éééé…"),
    ] {
        assert_eq!(redact_name(name), told);
    }
}

proptest::proptest! {
    #[test]
    fn no_twelve_characters_of_a_secret_are_left(before in ".{0,9}", from in 0_usize..30, length in 12_usize..20, after in ".{0,9}") {
        let part = &KEY[from.min(KEY.len() - length)..][..length];
        let hidden = secrets().hide(&format!("{before}{part}{after}"));
        let leaks = KEY.as_bytes().windows(LEAST_RUN).any(|run| hidden.contains(str::from_utf8(run).unwrap()));
        proptest::prop_assert!(!leaks, "{hidden}");
    }

    #[test]
    fn any_text_can_be_asked(text in "[%25a-f0\\\\u/é \"]{0,40}") {
        secrets().hide(&text);
    }
}
