use std::{fmt::Display, path::Path, time::Duration};

use super::Failure;
use crate::{
    cli::flags::service::ServiceArgs,
    client::{AskedOperation, Error, Origin},
    clock::Clock,
    config::Config,
    crowd::Scenario,
    duration::Span,
    expression::{Expression, Filter},
    files::FileError,
    presence::{Channel, ChannelGroup, NameError, PublishKey, State, SubscribeKey, Trouble, UserId, must_be_named},
    service::FaultRule,
    wire::{GroupChannels, HereNow, Malformed, RawReply, Refusal, Request, UserState, WhereNow, parse_ack, parse_time},
};

/// Controls of both kinds, bidi, tags, what has no width, and a byte order mark.
const EVIL: &str = "a\u{1b}]0;PWN\u{7}\u{9b}31m\u{7f}\u{202e}\u{2066}\u{e0041}\u{200b}\u{feff}\u{301}";

/// The same, with the escapes that JSON wants.
const EVIL_JSON: &str = "a\\u001b]0;PWN\\u0007\u{9b}31m\u{7f}\u{202e}\u{2066}\u{e0041}\u{200b}\u{feff}\u{301}";

#[track_caller]
fn check(said: impl Display) {
    let said = said.to_string();
    let told = Failure::error(&said);
    let found = told.sentence().chars().find(|c| *c != '\n' && must_be_named(*c));
    assert_eq!(found, None, "{said:?}");
}

/// What is said of everything in a list that failed; all have to.
#[track_caller]
fn check_all<T, E: Display>(results: impl IntoIterator<Item = Result<T, E>>) {
    for (nth, result) in results.into_iter().enumerate() {
        match result {
            Ok(_) => panic!("the {nth}th is no error"),
            Err(error) => check(error),
        }
    }
}

/// Whether it is in the list below: a new variant is to be added to both.
fn is_known(error: &Error) -> bool {
    match error {
        Error::Unreachable { .. }
        | Error::Tls { .. }
        | Error::TooSlow { .. }
        | Error::Refused { .. }
        | Error::Malformed(_)
        | Error::TooLarge { .. }
        | Error::UnsendableName(_)
        | Error::Setup(_)
        | Error::UnusableProxy(_) => true,
    }
}

#[test]
fn whatever_the_client_says_of_a_service_is_safe() {
    let origin = Origin::default;
    let refused = |status| {
        let names = || vec![EVIL.to_owned(), EVIL.to_owned()];
        let refusal =
            Refusal { status, message: EVIL.into(), service: EVIL.into(), channels: names(), groups: names() };
        let asked = AskedOperation { kind: "here now", with_token: true };
        Error::Refused { refusal: Box::new(refusal), retry_after: None, asked }
    };
    let unsendable = Request::parse("/v2/presence/sub-key/demo/uuid/ann", "").map(|mut request| {
        request.operation = crate::wire::Operation::WhereNow { user: UserId::from_wire("..") };
        request.encode().unwrap_err()
    });
    let mut errors = vec![
        Error::Unreachable { origin: origin(), why: EVIL.into() },
        Error::TooSlow { origin: origin(), limit: Duration::from_secs(1) },
        Malformed::new("time", EVIL).into(),
        Error::TooLarge { what: "time", limit: 1 },
        unsendable.unwrap().into(),
        Error::Setup(EVIL.into()),
        Error::Tls { origin: origin(), why: EVIL.into() },
        Error::UnusableProxy(EVIL.into()),
    ];
    errors.extend([400, 401, 402, 403, 404, 405, 413, 414, 418, 429, 500, 503].map(refused));
    for error in errors {
        assert!(is_known(&error));
        let Trouble { sentence, .. } = error.trouble();
        assert!(!sentence.contains(must_be_named), "{sentence:?}");
        assert!(!error.to_string().contains(must_be_named), "{error:?}");
        check(&error);
        check(Failure::from(error).sentence());
    }
}

#[test]
fn whatever_can_not_be_read_of_an_answer_is_told_safely() {
    let bodies = [
        format!(r#"{{"status":"{EVIL_JSON}"}}"#),
        format!(r#"{{"status":403,"error":"{EVIL_JSON}","message":"{EVIL_JSON}"}}"#),
        format!(r#"{{"t":{{"t":"{EVIL_JSON}","r":1}},"m":[]}}"#),
        format!(r#"{{"t":{{"t":"1","r":"{EVIL_JSON}"}},"m":"{EVIL_JSON}"}}"#),
        format!(r#"["{EVIL_JSON}"]"#),
        format!(r#""{EVIL_JSON}""#),
        format!("{{{EVIL_JSON}"),
        EVIL.to_owned(),
    ];
    for body in &bodies {
        let said = [
            RawReply::parse(body).map(|_| ()),
            RawReply::envelope(body).map(|_| ()),
            HereNow::parse(body, Some("a")).map(|_| ()),
            WhereNow::parse(body).map(|_| ()),
            UserState::parse(body, Some("a")).map(|_| ()),
            GroupChannels::parse(body).map(|_| ()),
            parse_ack("leave", body),
            parse_time(body).map(|_| ()),
        ];
        for malformed in said.into_iter().filter_map(Result::err) {
            assert!(!malformed.to_string().contains(must_be_named), "{malformed:?}");
        }
        check(format!("{:?}", Refusal::parse(500, body)));
    }
}

#[test]
fn whatever_a_person_named_wrongly_is_said_again_safely() {
    let evil: [&str; 5] = [EVIL, "a\u{202e},b\u{9b}", "a/\u{1b}", "..", ""];
    for name in evil {
        let errors: Vec<NameError> = [
            Channel::parse(name).err(),
            ChannelGroup::parse(name).err(),
            UserId::parse(name).err(),
            SubscribeKey::parse(name).err(),
            PublishKey::parse(name).err(),
        ]
        .into_iter()
        .flatten()
        .collect();
        errors.iter().for_each(check);
        assert!(errors.iter().all(|error| match error {
            NameError::Empty { .. } | NameError::TooLong { .. } => true,
            NameError::Forbidden { .. } | NameError::Dots { .. } => !error.to_string().contains(must_be_named),
        }));
    }
    let long = EVIL.repeat(20);
    check_all([Channel::parse(&long).map(|_| ())]);
    check_all(
        [EVIL.to_owned(), format!("{{\"{EVIL}\":1"), format!("[\"{EVIL_JSON}\"]")].map(|text| State::parse(&text)),
    );
    check_all([EVIL, "ftp://\u{9b}", "http://a\u{202e}b"].map(Origin::parse));
    check_all([EVIL, "5\u{9b}"].map(str::parse::<Span>));
    check_all([EVIL, "lose \u{9b}=\u{202e}", "slow=\u{1b}"].map(str::parse::<FaultRule>));
    for text in [EVIL, "occupancy of \u{9b} >", "a \u{202e}", "'\u{1b}", "state.\u{9b} == \u{202e}"] {
        for mistake in [Expression::parse(text).err(), Filter::parse(text).err()].into_iter().flatten() {
            check(format!("{mistake}\n{}", mistake.caret(text)));
        }
    }
    check(FileError::Other(EVIL.to_owned()));
}

#[test]
fn whatever_a_file_says_wrongly_is_said_again_safely() {
    let read = |text: &str| Config::parse(text, Path::new(EVIL), None).map(|_| ());
    check_all([
        read(EVIL),
        read(&format!("[\"{EVIL_JSON}\"]\n")),
        read("\"a\\u001b\\u009b\" = 1\n"),
        read("[keyset.\"a\\u202e\"]\norigin = \"\\u009b\"\n"),
        read("[keyset.a]\nsubscribe-key = \"\\u009b\"\nuser-id = \"\\u001b\"\n"),
        read("[limits]\nbudget = \"\\u009b\"\n"),
    ]);
    check_all([EVIL, "people = \"\\u009b\"", "[[scene]]\n\"\\u202e\" = 1"].map(|text| Scenario::parse(text, EVIL)));
    let args = ServiceArgs {
        keys: Some(vec![EVIL.into()]),
        deny: Some(vec![EVIL.into()]),
        fault: Some(vec![EVIL.into()]),
        accept_token: Some(vec![format!("a={EVIL}")]),
        active_notice_channel: Some(EVIL.into()),
        ..ServiceArgs::default()
    };
    check_all([args.settings().map(|_| ()), args.access(&Clock::start()).map(|_| ()), args.faults().map(|_| ())]);
}
