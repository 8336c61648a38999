use super::*;
use crate::presence::{
    Channel, EventKind, ListPart, Moment, PresenceEvent, Roster, Snapshot, State, Timetoken, UserId,
};

/// What is known, by hand.
#[derive(Default)]
struct Scene {
    cut_off: Option<String>,
    hidden: Option<String>,
    rooms: Vec<Room>,
    /// Seconds passed.
    now: u64,
}

struct Room {
    channel: Channel,
    roster: Roster,
    worth: Worth,
    /// The second until which intervals have told.
    told_until: Option<u64>,
}

/// What a list is worth.
#[derive(Clone, Copy, PartialEq)]
enum Worth {
    Exact,
    /// Only those on the list are known, and the count.
    Partial,
    /// Only the count is known.
    Drifting,
    /// Nothing is known, but what happens from here on.
    CatchingUp,
    /// Intervals name nobody.
    Nameless,
    Refused,
}

impl Room {
    fn seen(&self) -> Seen<'_> {
        use Worth::{CatchingUp, Drifting, Exact, Nameless, Partial, Refused};
        let doubt = match self.worth {
            Exact => "",
            Partial => "partial",
            Drifting => "drifting",
            CatchingUp => "list catching up",
            Nameless => "intervals without names",
            Refused => "refused",
        };
        Seen {
            channel: &self.channel,
            roster: &self.roster,
            told: self.worth != Refused,
            names: matches!(self.worth, Exact | Partial | Nameless),
            everybody: self.worth == Exact,
            states: matches!(self.worth, Exact | Partial | Drifting),
            count: !matches!(self.worth, CatchingUp | Refused),
            changes: !matches!(self.worth, Nameless | Refused),
            unsettled_until: None,
            told_until: self.told_until.map(|second| Moment::from_micros(second * 1_000_000)),
            doubt,
        }
    }
}

impl Facts for Scene {
    fn cut_off(&self) -> Option<String> {
        self.cut_off.clone()
    }

    fn explain_hidden(&self, place: &Place) -> Option<String> {
        let is_pattern = matches!(place, Place::Watched | Place::At(crate::presence::Subscription::Pattern(_)));
        self.hidden.clone().filter(|_| is_pattern)
    }

    fn channel(&self, channel: &Channel) -> Option<Seen<'_>> {
        self.rooms.iter().find(|room| room.channel == *channel).map(Room::seen)
    }

    fn channels(&self) -> impl Iterator<Item = Seen<'_>> {
        self.rooms.iter().map(Room::seen)
    }
}

impl Scene {
    /// Channels with users; `user:{…}` brings state along.
    fn of(rooms: &[(&str, &[&str])]) -> Self {
        let mut scene = Self::default();
        for (channel, users) in rooms {
            let (channel_name, roster) = (Channel::from_wire(channel), Roster::default());
            scene.rooms.push(Room { channel: channel_name, roster, worth: Worth::Exact, told_until: None });
            let none = Snapshot {
                unread: 0,
                first_unread: None,
                part: ListPart::default(),
                channel: Channel::from_wire(channel),
                occupancy: 0,
                listed: Some(Vec::new()),
                with_state: true,
                as_of: Timetoken::new(1),
                complete: true,
            };
            scene.rooms.last_mut().unwrap().roster.fold(&none);
            for user in *users {
                scene.join(channel, user);
            }
        }
        scene.now = 100;
        scene
    }

    fn worth(mut self, channel: &str, worth: Worth) -> Self {
        self.rooms.iter_mut().filter(|room| room.channel.as_str() == channel).for_each(|room| room.worth = worth);
        self
    }

    fn moment(&self) -> Moment {
        Moment::from_micros(self.now * 1_000_000)
    }

    /// Something happens, a second later.
    fn event(&mut self, channel: &str, what: EventKind) -> PresenceEvent {
        self.now += 1;
        let room = self.rooms.iter_mut().find(|room| room.channel.as_str() == channel).unwrap();
        let mut event = PresenceEvent {
            raw: None,
            channel: room.channel.clone(),
            subscription: None,
            published: Timetoken::at(Moment::from_micros(self.now * 1_000_000)),
            timestamp: None,
            occupancy: None,
            what,
        };
        room.roster.apply(&event);
        event.occupancy = Some(room.roster.len() as u64);
        room.roster.apply(&event);
        event
    }

    fn join(&mut self, channel: &str, user: &str) -> PresenceEvent {
        let (user, state) = user.split_once(':').map_or((user, None), |(user, state)| (user, State::parse(state).ok()));
        self.event(channel, EventKind::Joined { user: UserId::from_wire(user), state })
    }
}

fn expression(text: &str) -> Expression {
    Expression::parse(text).unwrap_or_else(|mistake| panic!("{}\n{mistake}", mistake.caret(text)))
}

fn judged(text: &str, scene: &Scene) -> Verdict {
    Judge::new(expression(text)).judge(scene, scene.moment())
}

/// `+` held, `-` not, `?` unknown, `…` pending, then what was said.
fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Held { saw } => format!("+ {saw}"),
        Verdict::NotHeld { saw, for_good } => format!("-{} {saw}", if *for_good { "!" } else { "" }),
        Verdict::Unknown { why, for_good } => format!("?{} {why}", if *for_good { "!" } else { "" }),
        Verdict::Unsettled { saw, why, until } => format!("~ {saw}; {why} until {}", until.seconds()),
        Verdict::Pending { saw, until } => format!("… {saw} until {}", until.seconds()),
    }
}

#[track_caller]
fn holds(scene: &Scene, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(told(&judged(text, scene)), *expected, "{text}");
    }
}

#[test]
fn the_grammar_is_the_one_in_the_book() {
    use ast::Node::{All, Any, Claim, Not};
    let shape = |text: &str| expression(text).root;
    let not = |node| Not(Box::new(node));
    assert_eq!(shape("alice present"), Claim(0));
    assert_eq!(shape("alice absent"), not(Claim(0)));
    assert_eq!(shape("alice is not present"), not(Claim(0)));
    assert_eq!(shape("not alice present and bob present"), All(vec![not(Claim(0)), Claim(1)]));
    assert_eq!(shape("a present OR b present And c present"), Any(vec![Claim(0), All(vec![Claim(1), Claim(2)])]));
    assert_eq!(shape("(a present or b present) and c present"), All(vec![Any(vec![Claim(0), Claim(1)]), Claim(2)]));
    assert_eq!(shape("not not (a present)"), not(not(Claim(0))));
    let same = [
        ("occupancy of lobby>=10", "OCCUPANCY Of lobby  >= ten"),
        ("occupancy of lobby = 3", "occupancy of \"lobby\" == 3"),
        ("\"alice\" present in lobby", "alice Present IN lobby"),
        ("alice present", "alice present in *"),
        ("alice absent from lobby", "alice not present in lobby"),
        ("users in lobby < 3", "users [] in lobby < 3"),
        ("alice never in two of match.*", "alice never in 2 of match.*"),
        ("alice never in lobby", "alice never in one of lobby"),
        ("no timeouts in lobby of [bot] for 5m", "no timeout of [bot] in lobby for 300"),
        ("no gap for 1m30s", "no gaps for 90s"),
    ];
    for (one, other) in same {
        let (one, other) = (expression(one), expression(other));
        assert_eq!((&one.root, &one.claims), (&other.root, &other.claims), "{one} {other}");
    }
    let all = expression("\"a b\" present in \"lobby\" and [\"]\" =x] present in match.* and occupancy of * > 3");
    assert_eq!(all.places().iter().map(ToString::to_string).collect::<Vec<_>>(), ["lobby", "match.*"]);
    assert!(all.asks_everywhere() && !expression("a present in b").asks_everywhere());
    assert_eq!(expression(" a present\t").as_str(), "a present");
}

#[test]
fn what_is_no_expression_is_told_with_the_place() {
    let texts = [
        "",
        "alice",
        "alice presnt in lobby",
        "alice in lobby",
        "ocupancy of lobby >= 10",
        "occupancy lobby >= 10",
        "occupancy of lobby",
        "occupancy of lobby >= many",
        "occupancy of lobby >= 3.5",
        "occupancy of a/b > 1",
        "occupancy of in > 1",
        "users [bot] lobby >= 3",
        "users [mood=busy] in lobby >= 3",
        "[!] present",
        "[bot present in lobby",
        "[\"bot] present",
        "bot] present",
        "alice present in",
        "alice present in lobby nad bob present",
        "alice present and",
        "(alice present",
        "alice present)",
        "(alice present bob present)",
        "not",
        "and alice present",
        "no timeout",
        "no timout for 5m",
        "no for 5m",
        "no timeout for ages",
        "no timeout for 0s",
        "no timeout for 9999h",
        "no drift of bob for 5m",
        "no gap in lobby for 5m",
        "alice never two of match.*",
        "alice never in zero of match.*",
        "alice never in twoo of match.*",
        "alice not absent",
        "\"\" present",
        "\u{1b}[2J present",
        "user [bot] in lobby >= 3",
    ];
    let said = texts.map(|text| {
        let mistake = Expression::parse(text).expect_err(text);
        format!("{}\n{}\n", mistake.caret(text), mistake)
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn expressions_have_bounds() {
    assert!(Expression::parse(&format!("{} present", "x".repeat(1000))).is_err());
    assert!(Expression::parse(&format!("{}a present", "not ".repeat(32))).is_ok());
    assert!(Expression::parse(&format!("{}a present", "not ".repeat(33))).is_err());
    assert!(Expression::parse(&format!("{}a present{}", "(".repeat(200), ")".repeat(200))).is_err());
}

#[test]
fn one_moment_is_weighed_by_what_is_known() {
    let scene = Scene::of(&[
        ("lobby", &["alice", "bob", "bot-1:{\"mood\":\"busy\"}"]),
        ("match.1", &["alice"]),
        ("match.2", &["alice", "carl"]),
        ("empty", &[]),
    ]);
    holds(
        &scene,
        &[
            ("occupancy of lobby >= 3", "+ occupancy of lobby is 3"),
            ("occupancy of lobby > 3", "- occupancy of lobby is 3"),
            ("occupancy of lobby != 3", "- occupancy of lobby is 3"),
            ("occupancy of match.* == 3", "+ occupancy of match.* is 3"),
            ("occupancy of * == 6", "+ occupancy of the watched channels is 6"),
            ("occupancy of nowhere >= 1", "? nowhere is not watched"),
            ("alice present in lobby", "+ alice is in lobby"),
            ("alice present", "+ alice is in lobby, match.1, match.2"),
            ("alice present in empty", "- alice is not in empty, where nobody is"),
            ("alice absent from lobby", "- alice is in lobby"),
            ("carl absent from lobby", "+ carl is not in lobby, among 3"),
            ("Alice present in lobby", "- Alice is not in lobby, among 3"),
            ("[ali] present in match.*", "+ in match.*: alice"),
            ("[state.mood=busy] present", "+ in the watched channels: bot-1"),
            ("[state.mood=away] present in lobby", "- nobody who is [state.mood=away] in lobby, among 3"),
            ("users [] in * == 4", "+ number of users in the watched channels is 4"),
            ("users [b] in lobby >= 3", "- number of users [b] in lobby is 2"),
            ("alice never in three of match.*", "+ alice never in 3 of match.*"),
            ("alice never in two of match.*", "-! alice was in match.1, match.2"),
            ("[] never in two of *", "-! alice was in lobby, match.1, match.2"),
            ("[b] never in two of *", "+ [b] never in 2 of the watched channels"),
            ("no timeout for 5m", "… no timeout in the watched channels until 400"),
            ("alice present in lobby and bob present in empty", "- bob is not in empty, where nobody is"),
            ("alice present in lobby or bob present in empty", "+ alice is in lobby"),
            ("not (alice present in lobby or no join for 1s)", "- alice is in lobby"),
            ("alice present in lobby and no join in lobby for 1s", "… no join in lobby until 101"),
        ],
    );
}

#[test]
fn what_is_not_known_is_not_claimed() {
    let rooms: &[(&str, &[&str])] = &[("a.1", &["alice", "bob"]), ("a.2", &["carl"])];
    let scene = |worth| Scene::of(rooms).worth("a.2", worth);
    holds(
        &scene(Worth::Partial),
        &[
            ("carl present in a.2", "+ carl is in a.2"),
            ("dora present in a.2", "? a.2: partial"),
            ("dora absent from a.*", "? a.2: partial"),
            ("alice present in a.*", "+ alice is in a.1"),
            ("occupancy of a.* == 3", "+ occupancy of a.* is 3"),
            ("users [] in a.* >= 3", "+ number of users in a.* is at least 3"),
            ("users [] in a.* > 3", "? a.2: partial"),
            ("users [] in a.* < 3", "- number of users in a.* is at least 3"),
            ("carl never in two of a.*", "? a.2: partial"),
            ("no leave in a.2 for 1s", "… no leave in a.2 until 101"),
        ],
    );
    holds(
        &scene(Worth::Drifting),
        &[("carl present in a.2", "? a.2: drifting"), ("occupancy of a.2 == 1", "+ occupancy of a.2 is 1")],
    );
    holds(
        &scene(Worth::CatchingUp),
        &[
            ("occupancy of a.* >= 2", "+ occupancy of a.* is at least 2"),
            ("occupancy of a.* >= 3", "? a.2: list catching up"),
            ("occupancy of a.* < 2", "- occupancy of a.* is at least 2"),
            ("carl present in a.2 or alice present in a.1", "+ alice is in a.1"),
            ("carl present in a.2 and alice absent from a.1", "- alice is in a.1"),
            ("not carl present in a.2", "? a.2: list catching up"),
        ],
    );
    holds(
        &scene(Worth::Nameless),
        &[
            ("[state.x] present in a.2", "? a.2: intervals without names"),
            ("no leave in a.* for 1s", "? a.2: intervals without names"),
            ("no state in a.* for 1s", "… no state in a.* until 101"),
            ("no gap for 1s", "… no gap until 101"),
        ],
    );
    holds(&scene(Worth::Refused), &[("occupancy of a.2 > 0", "? a.2: refused"), ("no event for 1s", "? a.2: refused")]);
    let hidden = Scene { hidden: Some("nobody has told yet".into()), ..Scene::of(rooms) };
    holds(
        &hidden,
        &[
            ("alice present in a.*", "+ alice is in a.1"),
            ("dora absent from a.*", "? nobody has told yet"),
            ("dora absent from a.1", "+ dora is not in a.1, among 2"),
            ("occupancy of a.* >= 3", "+ occupancy of a.* is at least 3"),
            ("occupancy of a.* == 3", "? nobody has told yet"),
        ],
    );
    let lost = Scene { cut_off: Some("the link is lost".into()), ..Scene::of(rooms) };
    for text in ["occupancy of a.1 > 0", "alice present", "alice never in a.2", "no gap for 1s", "no join for 1s"] {
        holds(&lost, &[(text, "? the link is lost")]);
    }
}

#[test]
fn a_never_is_broken_in_passing_and_for_good() {
    let mut scene = Scene::of(&[("match.1", &["alice"]), ("match.2", &[]), ("match.3", &[])]);
    scene = scene.worth("match.3", Worth::CatchingUp);
    let mut judge = Judge::new(expression("alice never in two of match.*"));
    let mut hidden = Judge::new(expression("[ali] never in two of match.*"));
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "? match.3: list catching up");
    scene = scene.worth("match.3", Worth::Exact);
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "+ alice never in 2 of match.*");
    // A list that catches up later is no reason to doubt what was seen.
    scene = scene.worth("match.3", Worth::CatchingUp);
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "+ alice never in 2 of match.*");
    let event = scene.join("match.3", "alice");
    judge.hear(&event, &scene, scene.moment());
    hidden.hear(&event, &scene, scene.moment());
    // She leaves at once, and yet she was there.
    let event = scene.event("match.3", EventKind::Left { user: UserId::from_wire("alice") });
    judge.hear(&event, &scene, scene.moment());
    let saw = "-! alice was in match.1, match.3 at 1970-01-01T00:01:41Z";
    assert_eq!(told(&judge.judge(&scene, scene.moment())), saw);
    assert_eq!(told(&hidden.judge(&scene, scene.moment())), saw);
    scene.cut_off = Some("the link is lost".into());
    assert_eq!(told(&judge.judge(&scene, scene.moment())), saw);
}

#[test]
fn a_never_is_not_known_where_an_interval_names_nobody() {
    let mut scene = Scene::of(&[("lobby", &["alice"])]);
    let mut judge = Judge::new(expression("zed never in lobby"));
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "+ zed never in lobby");
    scene = scene.worth("lobby", Worth::Nameless);
    let unknown = told(&judge.judge(&scene, scene.moment()));
    assert!(unknown.starts_with('?'), "{unknown}");
    // Who was there for some seconds is not there any more.
    scene = scene.worth("lobby", Worth::Exact);
    assert_eq!(told(&judge.judge(&scene, scene.moment())), unknown);
}

#[test]
fn a_never_with_a_gap_can_only_be_broken() {
    let mut scene = Scene::of(&[("a", &["alice"]), ("b", &[])]);
    let mut judge = Judge::new(expression("alice never in two of *"));
    judge.take_gap("before anything was known", scene.moment());
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "+ alice never in 2 of the watched channels");
    judge.take_gap("the link was lost", scene.moment());
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "?! the link was lost");
    let event = scene.event(
        "b",
        EventKind::Interval {
            joined: vec![UserId::from_wire("bob"), UserId::from_wire("alice")],
            left: Vec::new(),
            timed_out: Vec::new(),
            refresh: false,
        },
    );
    judge.hear(&event, &scene, scene.moment());
    assert_eq!(told(&judge.judge(&scene, scene.moment())), "-! alice was in a, b at 1970-01-01T00:01:41Z");
    // Losing the link while asked is a gap as well, and so is a list that was wrong.
    for lose in [true, false] {
        let mut scene = Scene::of(&[("a", &["alice"]), ("b", &[])]);
        let mut judge = Judge::new(expression("alice never in two of *"));
        judge.judge(&scene, scene.moment());
        scene.cut_off = lose.then(|| "the link is lost".into());
        judge.judge(&scene, scene.moment());
        if !lose {
            judge.take_drift(&Channel::from_wire("b"), "1 missing (eve)", scene.moment());
        }
        scene.cut_off = None;
        let expected = if lose { "?! the link is lost" } else { "?! b: 1 missing (eve)" };
        assert_eq!(told(&judge.judge(&scene, scene.moment())), expected);
    }
}

#[test]
fn quiet_is_what_was_watched_without_a_break() {
    let mut scene = Scene::of(&[("lobby", &["alice", "bob"]), ("other", &[])]);
    let mut judge = Judge::new(expression("no timeout of [b] in lobby for 10s"));
    let ask = |judge: &mut Judge, scene: &Scene| told(&judge.judge(scene, scene.moment()));
    assert_eq!(ask(&mut judge, &scene), "… no timeout of [b] in lobby until 110");
    for (channel, user) in [("lobby", "alice"), ("other", "bob")] {
        let event = scene.event(channel, EventKind::TimedOut { user: UserId::from_wire(user) });
        judge.hear(&event, &scene, scene.moment());
    }
    let event = scene.event("lobby", EventKind::Left { user: UserId::from_wire("bob") });
    judge.hear(&event, &scene, scene.moment());
    assert_eq!(ask(&mut judge, &scene), "… no timeout of [b] in lobby until 110");
    scene.now = 110;
    assert_eq!(ask(&mut judge, &scene), "+ no timeout of [b] in lobby for 10s");
    let event = scene.event("lobby", EventKind::TimedOut { user: UserId::from_wire("bob") });
    judge.hear(&event, &scene, scene.moment());
    assert_eq!(ask(&mut judge, &scene), "- bob timed out in lobby at 1970-01-01T00:01:51Z");
    scene.now = 120;
    assert_eq!(ask(&mut judge, &scene), "- bob timed out in lobby at 1970-01-01T00:01:51Z");
    scene.now = 121;
    assert_eq!(ask(&mut judge, &scene), "+ no timeout of [b] in lobby for 10s");
    judge.take_gap("the link was lost", scene.moment());
    assert_eq!(ask(&mut judge, &scene), "? the link was lost");
    scene.now = 131;
    assert_eq!(ask(&mut judge, &scene), "+ no timeout of [b] in lobby for 10s");
    let event = scene.event(
        "lobby",
        EventKind::Interval {
            joined: Vec::new(),
            left: Vec::new(),
            timed_out: vec![UserId::from_wire("alice"), UserId::from_wire("bo\u{1b}b")],
            refresh: false,
        },
    );
    judge.hear(&event, &scene, scene.moment());
    assert_eq!(ask(&mut judge, &scene), "- bo␛b timed out in lobby at 1970-01-01T00:02:12Z");
    scene.now = 142;
    let (joined, left, timed_out) = (Vec::new(), Vec::new(), Vec::new());
    let event = scene.event("lobby", EventKind::Interval { joined, left, timed_out, refresh: true });
    judge.hear(&event, &scene, scene.moment());
    assert_eq!(ask(&mut judge, &scene), "? an interval of lobby was too long to name all");
}

#[test]
fn quiet_in_intervals_is_what_they_have_told() {
    let mut scene = Scene::of(&[("lobby", &["alice"]), ("other", &[])]);
    let mut judge = Judge::new(expression("no timeout in * for 10s"));
    let ask = |judge: &mut Judge, scene: &Scene| told(&judge.judge(scene, scene.moment()));
    scene.rooms[0].told_until = Some(98);
    assert_eq!(ask(&mut judge, &scene), "… no timeout in the watched channels until 110");
    scene.now = 111;
    scene.rooms[0].told_until = Some(108);
    assert_eq!(ask(&mut judge, &scene), "… no timeout in the watched channels until 118");
    assert_eq!(judge.told_until(&scene, scene.moment()).seconds(), 108);
    scene.now = 118;
    scene.rooms[0].told_until = Some(118);
    assert_eq!(ask(&mut judge, &scene), "+ no timeout in the watched channels for 10s");
    let timed_out = vec![UserId::from_wire("alice")];
    let event =
        scene.event("lobby", EventKind::Interval { joined: Vec::new(), left: Vec::new(), timed_out, refresh: false });
    judge.hear(&event, &scene, scene.moment());
    scene.now = 130;
    assert_eq!(ask(&mut judge, &scene), "… no timeout in the watched channels until 131");
    scene.rooms[0].told_until = Some(129);
    assert_eq!(ask(&mut judge, &scene), "+ no timeout in the watched channels for 10s");
    // What is told when it happens waits for no interval.
    scene.rooms[0].told_until = Some(98);
    let state = Judge::new(expression("no state in lobby for 10s"));
    assert_eq!(state.told_until(&scene, scene.moment()), scene.moment());
}

#[test]
fn gaps_and_drift_are_seen_as_what_they_are() {
    let mut scene = Scene::of(&[("lobby", &[]), ("other", &[])]);
    let mut gap = Judge::new(expression("no gap for 10s"));
    let mut drift = Judge::new(expression("no drift in lobby for 10s"));
    for judge in [&mut gap, &mut drift] {
        assert!(matches!(judge.judge(&scene, scene.moment()), Verdict::Pending { .. }));
        judge.take_drift(&Channel::from_wire("other"), "1 gone (bob)", scene.moment());
        assert!(matches!(judge.judge(&scene, scene.moment()), Verdict::Pending { .. }));
        judge.take_drift(&Channel::from_wire("lobby"), "1 gone (bob)", scene.moment());
    }
    assert!(matches!(gap.judge(&scene, scene.moment()), Verdict::Pending { .. }));
    let saw = "- lobby: 1 gone (bob) at 1970-01-01T00:01:40Z";
    assert_eq!(told(&drift.judge(&scene, scene.moment())), saw);
    scene.now += 20;
    scene.cut_off = Some("the link is lost".into());
    assert_eq!(told(&gap.judge(&scene, scene.moment())), "- the link is lost at 1970-01-01T00:02:00Z");
    assert_eq!(told(&drift.judge(&scene, scene.moment())), "? the link is lost");
}

#[test]
fn each_kind_of_event_breaks_its_own_quiet() {
    let user = || UserId::from_wire("bob");
    let state = || State::parse("{\"x\":1}").unwrap();
    let events = [
        EventKind::Joined { user: user(), state: None },
        EventKind::Left { user: user() },
        EventKind::TimedOut { user: user() },
        EventKind::StateChanged { user: user(), state: state() },
        EventKind::Unknown { action: "dance".into(), raw: "{}".into() },
        EventKind::Interval { joined: vec![user()], left: Vec::new(), timed_out: Vec::new(), refresh: false },
        EventKind::Interval { joined: Vec::new(), left: Vec::new(), timed_out: Vec::new(), refresh: false },
    ];
    let broken: Vec<String> = ["join", "leave", "timeout", "state", "event", "event of bob", "event of [state.x=1]"]
        .iter()
        .map(|kind| {
            let broken = events.iter().map(|what| {
                let mut scene = Scene::of(&[("lobby", &[])]);
                let mut judge = Judge::new(expression(&format!("no {kind} for 1m")));
                judge.judge(&scene, scene.moment());
                let event = scene.event("lobby", what.clone());
                judge.hear(&event, &scene, scene.moment());
                if matches!(judge.judge(&scene, scene.moment()), Verdict::NotHeld { .. }) { 'x' } else { '.' }
            });
            broken.collect()
        })
        .collect();
    assert_eq!(broken, ["x....x.", ".x.....", "..x....", "...x...", "xxxxxx.", "xxxx.x.", "...x..."]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        if let Err(mistake) = Expression::parse(&text) {
            proptest::prop_assert!(text.is_char_boundary(mistake.at));
            proptest::prop_assert_eq!(mistake.caret(&text).lines().count(), 2);
        }
    }

    #[test]
    fn no_nearly_right_text_makes_it_panic(
        words in proptest::collection::vec(
            "occupancy|of|users|in|no|for|present|absent|never|not|and|or|lobby|match\\.\\*|\\*|alice|\\[bot\\]|\\[|\\]|\\(|\\)|>=|!=|=|3|two|5m|join|gap|\"|ä",
            0..14,
        ),
        tight in proptest::bool::ANY,
    ) {
        let text = words.join(if tight { "" } else { " " });
        match Expression::parse(&text) {
            Err(mistake) => proptest::prop_assert!(text.is_char_boundary(mistake.at)),
            Ok(read) => {
                proptest::prop_assert_eq!(&Expression::parse(read.as_str()).unwrap(), &read);
                let scene = Scene::of(&[("lobby", &["alice"]), ("match.1", &["alice", "bot"])]);
                Judge::new(read).judge(&scene, scene.moment());
            }
        }
    }
}
