use std::time::Duration;

use super::*;
use crate::{
    presence::Subscription,
    service::{ActiveFaults, Core, Decision, Guesses, PollId, Settings},
    wire::{Request, test_tokens::make_token},
};

fn here_now(names: &[&str]) -> Operation {
    let names: Vec<Subscription> = names.iter().map(|n| Subscription::parse(n).unwrap()).collect();
    Operation::HereNow {
        names: Names::from_subscriptions(&names),
        user_ids: true,
        state: false,
        page: crate::wire::Page::default(),
    }
}

#[test]
fn a_denied_channel_is_named_and_the_others_are_not() {
    let mut access = Access::default();
    access.deny("secret".into());
    access.deny("vip.*".into());
    let refuse = |operation: &Operation| access.refuse(operation, &Caller::default(), false, Moment::default());
    let refused = refuse(&here_now(&["lobby", "secret", "vip.one"])).unwrap();
    assert_eq!((refused.status, refused.channels), (403, vec!["secret".to_owned(), "vip.one".to_owned()]));
    assert_eq!(refuse(&here_now(&["lobby"])), None);
    let twin = Operation::Subscribe {
        names: Names::watching(&[Subscription::parse("secret").unwrap()]),
        cursor: None,
        timeout: None,
        state: None,
        filter: None,
        form: crate::wire::ReplyForm::V2,
    };
    assert_eq!(refuse(&twin).unwrap().channels, ["secret-pnpres"]);
    assert_eq!(refuse(&Operation::Leave { names: Names::default() }), None);
}

#[test]
fn tokens_are_good_or_expired_or_revoked_or_unknown() {
    let at = |s: u64| Moment::from_micros(s * 1_000_000);
    let mut access = Access::default();
    access.grant("good".into(), Grant::Good);
    access.grant("short".into(), Grant::Until(at(60)));
    access.grant("old".into(), Grant::Revoked);
    let refusal = |token: Option<&str>, now| {
        let caller = Caller { user: None, auth: token.map(Auth::new) };
        access.refuse(&here_now(&["lobby"]), &caller, false, now).map(|r| r.message)
    };
    assert_eq!(refusal(Some("good"), at(0)), None);
    assert_eq!(refusal(Some("short"), at(59)), None);
    assert_eq!(refusal(Some("short"), at(60)).unwrap(), "Token is expired.");
    assert_eq!(refusal(Some("old"), at(0)).unwrap(), "Token is revoked");
    assert_eq!(refusal(Some("other"), at(0)).unwrap(), "Forbidden");
    assert_eq!(refusal(None, at(0)).unwrap(), "Forbidden");
    assert!(!format!("{access:?}").contains("short"));
}

#[test]
fn the_last_rule_for_a_name_counts() {
    let mut access = Access::default();
    let allowed = |access: &Access, name: &str| !access.is_denied(name);
    let apply = |access: &mut Access, line: &str| access.apply(line.parse().unwrap(), Moment::default()).unwrap();
    apply(&mut access, "deny secret.*");
    apply(&mut access, "allow secret.lobby");
    assert!(!allowed(&access, "secret.a") && allowed(&access, "secret.lobby"));
    assert!(allowed(&access, "secret.lobby-pnpres") && !allowed(&access, "secret.a-pnpres"));
    apply(&mut access, "deny secret.lobby-pnpres");
    assert!(allowed(&access, "secret.lobby") && !allowed(&access, "secret.lobby-pnpres"));
    apply(&mut access, "deny secret.*");
    assert!(!allowed(&access, "secret.lobby"));
    apply(&mut access, "allow secret.*");
    assert!(allowed(&access, "secret.a"));
    // What is allowed already needs no rule: the list does not grow by saying it again and again.
    for _ in 0..3 {
        apply(&mut access, "deny lobby");
        apply(&mut access, "allow lobby");
    }
    assert!(allowed(&access, "lobby") && !access.list_names().any(|rule| rule.ends_with(" lobby")));
}

#[test]
fn rules_and_tokens_are_bounded() {
    let mut access = Access::default();
    for n in 0..MOST_RULES {
        access.apply(format!("deny c{n}").parse().unwrap(), Moment::default()).unwrap();
        access.apply(format!("token t{n}").parse().unwrap(), Moment::default()).unwrap();
    }
    for more in ["deny x", "token x", "revoke x"] {
        assert_eq!(access.apply(more.parse().unwrap(), Moment::default()), Err(AccessFull), "{more}");
    }
    assert_eq!(access.apply("revoke t0".parse().unwrap(), Moment::default()), Ok(()));
}

#[test]
fn no_token_is_shown() {
    assert_eq!(mask_token("hunter7"), "…");
    assert_eq!(mask_token("qEF2AkF0GmEI03xDdHRs"), "qEF2…Rs");
}

/// A core at a moment that can be moved.
struct Service {
    core: Core,
    now: Moment,
}

impl Service {
    fn new(access: Access, settings: Settings) -> Self {
        let core = Core::new(settings, access, ActiveFaults::new(1));
        Self { core, now: Moment::from_micros(1_800_000_000_000_000) }
    }

    /// One that reads tokens.
    fn reading_tokens() -> Self {
        let mut access = Access::default();
        access.read_tokens();
        Self::new(access, Settings::default())
    }

    fn ask(&mut self, target: &str) -> Decision {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        self.core.answer(Request::parse(path, query).unwrap_or_else(|e| panic!("{target}: {e:?}")), self.now)
    }

    fn get(&mut self, target: &str) -> (u16, String) {
        match self.ask(target) {
            Decision::Answer(status, body) => (status, body),
            Decision::Wait(..) => panic!("{target} waits"),
        }
    }

    /// A poll that waits, and the cursor that it has.
    fn poll(&mut self, names: &str, query: &str) -> (PollId, String) {
        let (_, body) = self.get(&format!("/v2/subscribe/demo/{names}/0?{query}"));
        self.now = self.now.plus(Duration::from_secs(1));
        self.core.advance(self.now);
        let cursor = serde_json::from_str::<serde_json::Value>(&body).unwrap()["t"]["t"].as_str().unwrap().to_owned();
        let Decision::Wait(id, _) = self.ask(&format!("/v2/subscribe/demo/{names}/0?{query}&tt={cursor}")) else {
            panic!("it is answered at once")
        };
        (id, cursor)
    }

    fn change(&mut self, lines: &[&str]) {
        let rules = lines.iter().map(|line| line.parse().unwrap()).collect();
        self.core.change_access(rules, self.now).unwrap();
    }
}

fn forbidden(payload: &str) -> (u16, String) {
    let head = r#"{"status":403,"error":true,"message":"Forbidden","service":"Access Manager","payload":"#;
    (403, format!("{head}{payload}}}"))
}

const PRESENCE: &str = "/v2/presence/sub-key/demo";

#[test]
fn difference_13_a_denied_group_is_named_with_a_colon() {
    let mut access = Access::default();
    access.deny("g".into());
    let mut service = Service::new(access, Settings::default());
    let said = service.get("/v2/subscribe/demo/g,a/0?uuid=ann&tt=0&channel-group=g,h,g-pnpres");
    assert_eq!(said, forbidden(r#"{"channels":["g"],"channel-groups":[":g",":g-pnpres"]}"#));
    assert_eq!(Refusal::parse(403, &said.1).groups, ["g", "g-pnpres"]);
}

#[test]
fn difference_13_a_leave_of_what_is_denied_is_a_question() {
    for needs in [false, true] {
        let mut access = Access::default();
        access.deny("secret".into());
        let guesses = Guesses { leave_needs_permission: needs, ..Guesses::default() };
        let mut service = Service::new(access, Settings { guesses, ..Settings::default() });
        let said = service.get(&format!("{PRESENCE}/channel/secret,lobby/leave?uuid=ann"));
        if needs {
            assert_eq!(said, forbidden(r#"{"channels":["secret"]}"#));
        } else {
            assert_eq!(said.0, 200);
        }
        assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby/leave?uuid=ann")).0, 200);
    }
}

#[test]
fn a_poll_on_what_is_denied_meanwhile_ends_with_its_cursor_and_the_next_is_refused() {
    let mut service = Service::new(Access::default(), Settings::default());
    let (id, cursor) = service.poll("lobby-pnpres,secret-pnpres", "uuid=ann");
    let (other, _) = service.poll("lobby-pnpres", "uuid=bob");
    service.change(&["deny secret"]);
    let _ = service.get(&format!("{PRESENCE}/channel/secret/heartbeat?uuid=x"));
    assert_eq!(service.core.take_woken().into_iter().collect::<Vec<_>>(), [id]);
    let body = service.core.resume(id, false, service.now).unwrap();
    assert_eq!(body, format!(r#"{{"t":{{"t":"{cursor}","r":1}},"m":[]}}"#));
    assert_eq!(service.core.resume(id, true, service.now), None);
    let again = format!("/v2/subscribe/demo/lobby-pnpres,secret-pnpres/0?uuid=ann&tt={cursor}");
    assert_eq!(service.get(&again), forbidden(r#"{"channels":["secret-pnpres"]}"#));
    assert_eq!(service.core.resume(other, false, service.now), None);
    service.change(&["allow secret"]);
    assert!(matches!(service.ask(&again), Decision::Wait(..)));
}

#[test]
fn a_token_that_is_revoked_ends_its_polls_and_no_others() {
    let mut service = Service::new(Access::default(), Settings::default());
    service.change(&["token abc", "token def for=60s"]);
    let (first, _) = service.poll("lobby-pnpres", "auth=abc");
    let (second, _) = service.poll("lobby-pnpres", "auth=def");
    service.change(&["revoke abc"]);
    assert_eq!(service.core.take_woken().into_iter().collect::<Vec<_>>(), [first]);
    let revoked = r#"{"status":403,"error":true,"message":"Token is revoked","service":"Access Manager"}"#;
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth=abc")), (403, revoked.to_owned()));
    // A token that expires is noticed with the next request.
    service.now = service.now.plus(Duration::from_secs(61));
    assert_eq!(service.core.resume(second, false, service.now), None);
    let expired = r#"{"status":403,"error":true,"message":"Token is expired.","service":"Access Manager"}"#;
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth=def")), (403, expired.to_owned()));
    service.core.reset_access(service.now);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby")).0, 200);
}

#[test]
fn who_has_no_token_is_not_concerned_by_one_that_is_revoked() {
    let mut service = Service::new(Access::default(), Settings::default());
    service.change(&["revoke stolen"]);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth=stolen")).0, 403);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby")).0, 200);
}

#[test]
fn a_token_is_held_to_what_it_grants() {
    let mut service = Service::reading_tokens();
    let issued = service.now.seconds();
    let token = make_token(
        issued,
        10,
        None,
        &[
            ("res", "chan", "lobby", 1),
            ("res", "chan", "lobby-pnpres", 1),
            ("res", "chan", "outbox", 2),
            ("res", "grp", "all", 1),
            ("res", "grp", "mine", 4),
            ("pat", "chan", "^news\\.[^.]+$", 3),
        ],
    );
    let groups = "/v1/channel-registration/sub-key/demo/channel-group";
    let (channels, one_group) = (
        |names: &str| forbidden(&format!(r#"{{"channels":[{names}]}}"#)),
        |name: &str| forbidden(&format!(r#"{{"channel-groups":[":{name}"]}}"#)),
    );
    for (target, refusal) in [
        ("/v2/subscribe/demo/lobby,lobby-pnpres,news.eu/0?tt=0".to_owned(), None),
        ("/v2/subscribe/demo/lobby,news.eu-pnpres,outbox/0?tt=0".to_owned(), Some(channels(r#""outbox""#))),
        ("/v2/subscribe/demo/news.eu.x-pnpres/0?tt=0".to_owned(), Some(channels(r#""news.eu.x-pnpres""#))),
        (format!("{PRESENCE}/channel/lobby/heartbeat?x"), None),
        (format!("{PRESENCE}/channel/lobby,a/heartbeat?x"), Some(channels(r#""a""#))),
        (format!("{PRESENCE}/channel/lobby?x"), None),
        (format!("{PRESENCE}/channel/outbox?x"), Some(channels(r#""outbox""#))),
        (format!("{PRESENCE}/channel/lobby/uuid/bob?x"), None),
        (format!("{PRESENCE}/channel/outbox/uuid/ann/data?state=%7B%7D"), Some(channels(r#""outbox""#))),
        (format!("{PRESENCE}/channel/elsewhere/leave?x"), None),
        (format!("{PRESENCE}/uuid/bob?x"), None),
        ("/publish/p/demo/0/outbox/0/1?x".to_owned(), None),
        ("/publish/p/demo/0/news.eu/0/1?x".to_owned(), None),
        ("/signal/p/demo/0/lobby/0/1?x".to_owned(), Some(channels(r#""lobby""#))),
        (format!("{groups}/mine?add=lobby"), None),
        (format!("{groups}/mine?x"), None),
        (format!("{groups}/all?add=lobby"), Some(one_group("all"))),
        (format!("{groups}/all/remove?x"), Some(one_group("all"))),
        (format!("{PRESENCE}/channel/,?channel-group=mine"), Some(one_group("mine"))),
        (format!("{PRESENCE}/channel/,/heartbeat?channel-group=all"), None),
    ] {
        let said = service.get(&format!("{target}&uuid=ann&auth={token}"));
        match refusal {
            Some(refusal) => assert_eq!(said, refusal, "{target}"),
            None => assert_eq!(said.0, 200, "{target}: {}", said.1),
        }
    }
    let target = format!("{PRESENCE}/channel/lobby?uuid=ann");
    assert_eq!(service.get(&target), channels(r#""lobby""#));
    assert_eq!(service.get(&format!("{target}&auth=qEF2nonsense")), channels(r#""lobby""#));
    service.change(&["deny lobby"]);
    assert_eq!(service.get(&format!("{target}&auth={token}")), channels(r#""lobby""#));
    service.change(&["allow lobby", "token plain"]);
    assert_eq!(service.get(&format!("{target}&auth={token}")).0, 200);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/anything?auth=plain")).0, 200);
    service.change(&[&format!("revoke {token}")]);
    assert!(service.get(&format!("{target}&auth={token}")).1.contains("Token is revoked"));
}

#[test]
fn a_token_is_for_its_user_and_for_its_time() {
    let mut service = Service::reading_tokens();
    let token = make_token(service.now.seconds(), 10, Some("ann"), &[("res", "chan", "lobby", 1)]);
    let (lobby, forbidden) = (format!("{PRESENCE}/channel/lobby"), forbidden(r#"{"channels":["lobby"]}"#));
    assert_eq!(service.get(&format!("{lobby}/heartbeat?uuid=ann&auth={token}")).0, 200);
    assert_eq!(service.get(&format!("{lobby}/heartbeat?uuid=bob&auth={token}")), forbidden);
    assert_eq!(service.get(&format!("{lobby}?auth={token}")), forbidden);
    // A set state need not name its caller.
    let (own, other) = (format!("{lobby}/uuid/ann/data"), format!("{lobby}/uuid/bob/data"));
    assert_eq!(service.get(&format!("{own}?state=%7B%7D&auth={token}")).0, 200);
    assert_eq!(service.get(&format!("{other}?state=%7B%7D&auth={token}")), forbidden);
    service.now = service.now.plus(Duration::from_secs(599));
    assert_eq!(service.get(&format!("{lobby}?uuid=ann&auth={token}")).0, 200);
    service.now = service.now.plus(Duration::from_secs(1));
    let expired = r#"{"status":403,"error":true,"message":"Token is expired.","service":"Access Manager"}"#;
    assert_eq!(service.get(&format!("{lobby}?uuid=ann&auth={token}")), (403, expired.to_owned()));
}

#[test]
fn a_token_is_no_more_than_a_word_where_none_are_read() {
    let mut access = Access::default();
    access.grant("plain".into(), Grant::Good);
    let mut service = Service::new(access, Settings::default());
    let token = make_token(service.now.seconds(), 10, None, &[("res", "chan", "lobby", 255)]);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth={token}")).0, 403);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth=plain")).0, 200);
}

#[test]
fn a_reset_leads_back_to_the_rules_that_it_began_with() {
    let mut access = Access::default();
    access.deny("secret".into());
    access.grant("plain".into(), Grant::Good);
    let mut service = Service::new(access, Settings::default());
    service.change(&["allow secret", "deny lobby", "revoke plain", "token other"]);
    let (id, _) = service.poll("secret-pnpres", "auth=other");
    service.core.reset_access(service.now);
    assert_eq!(service.core.take_woken().into_iter().collect::<Vec<_>>(), [id]);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth=plain")).0, 200);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/lobby?auth=other")).0, 403);
    assert_eq!(service.get(&format!("{PRESENCE}/channel/secret?auth=plain")).0, 403);
}
