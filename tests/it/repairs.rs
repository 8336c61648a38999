//! What a list learns by here now reaches all that was concluded from events: for each way in which a list is
//! corrected, each kind of correction, and each reader.

use std::{sync::Arc, time::Duration};

use herenow::{
    alerts::{AlertKind, WatchList},
    expression::{Expression, Judge, Verdict},
    output::lines::{self, Tally},
    presence::{
        Batch, Command, CommandAnswer, EventKind, LinkChange, ListedUser, Moment, PresenceEvent, State, Timetoken,
    },
    world::{ChannelId, Entry, Input, Listener, Order, Touched, World},
};

use crate::happen::{all, batch, event, link, live, on, outcome, session, snapshot, trouble, user};

/// How it comes that here now is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Gap,
    FullReply,
    Missing,
    Audit,
    Disagreement,
    OwnJoin,
    SecondSession,
    ByHand,
}

const WAYS: [Way; 8] = [
    Way::Gap,
    Way::FullReply,
    Way::Missing,
    Way::Audit,
    Way::Disagreement,
    Way::OwnJoin,
    Way::SecondSession,
    Way::ByHand,
];

/// What the list had wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Missing,
    Extra,
    OtherState,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Missing, Self::Extra, Self::OtherState];

    /// What must not be said to have been absent.
    fn claims(self) -> &'static [&'static str] {
        match self {
            Self::Missing => &["no join for 5s", "no event in lobby for 5s", "no join of zed in lobby for 5s"],
            Self::Extra => &["no leave in lobby for 5s", "no timeout in lobby for 5s", "no event for 5s"],
            Self::OtherState => &["no state in lobby for 5s", "no event in lobby for 5s", "no state of ann for 5s"],
        }
    }

    /// Who is there in truth.
    fn truth(self) -> Vec<ListedUser> {
        let listed = |id: &str, state: &str| ListedUser { user: user(id), state: State::parse(state).ok() };
        let mut all = vec![listed("ann", r#"{"mood":"busy"}"#), listed("bob", "")];
        match self {
            Self::Missing => all.push(listed("zed", "")),
            Self::Extra => drop(all.pop()),
            Self::OtherState => all[0] = listed("ann", r#"{"mood":"calm"}"#),
        }
        all
    }

    /// Whom the correction is about.
    fn whom(self) -> &'static str {
        match self {
            Self::Missing => "zed",
            Self::Extra => "bob",
            Self::OtherState => "ann",
        }
    }
}

/// All the readers.
struct Readers {
    commands: Vec<Command>,
    judges: Vec<Judge>,
    alerts: WatchList,
    tally: Tally,
    lines: String,
    /// Which expressions the watch list said to hold.
    said_to_hold: Vec<String>,
}

impl Listener for Readers {
    fn take_command(&mut self, command: Command) {
        self.commands.push(command);
    }

    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        let facts = world.facts(world.now());
        self.judges.iter_mut().for_each(|judge| facts.tell_judge(judge, entry));
        self.alerts.take_entry(world, entry);
        self.tally.count(entry, world);
        lines::write_entry(&mut self.lines, entry);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        drop(self.alerts.take_change(world, channel, touched));
    }
}

struct Run {
    world: World,
    readers: Readers,
    now: Moment,
}

const BEGAN: u64 = 1_795_262_400;

impl Run {
    /// The first answer has come, and nothing happened for a minute: two audits have found the list right.
    fn begin(claims: &[&str], way: Way, watching: &str) -> Self {
        let now = Moment::from_micros(BEGAN * 1_000_000);
        let world = World::new(session("me", all(&[watching])), Duration::from_secs(300), now);
        let judge = |text: &&str| Judge::new(Expression::parse(text).unwrap());
        let mut judges: Vec<Judge> = claims.iter().map(judge).collect();
        judges.push(Judge::over_time(Expression::parse("occupancy of lobby < 100").unwrap()));
        judges.push(Judge::over_time(Expression::parse("ann present in lobby").unwrap()));
        let mut alerts = WatchList::default();
        for claim in claims {
            alerts.watch_for(&world, claim).unwrap();
        }
        let (commands, tally, lines) = (Vec::new(), Tally::default(), String::new());
        let readers = Readers { commands, judges, alerts, tally, lines, said_to_hold: Vec::new() };
        let mut run = Self { world, readers, now };
        run.input(Input::Notice(link(live(), now)));
        run.pass(1);
        let listed = Kind::OtherState.truth().into_iter().map(|mut listed| {
            if listed.user == user("ann") {
                listed.state = State::parse(r#"{"mood":"busy"}"#).ok();
            }
            listed
        });
        run.answer(listed.collect());
        run.pass(20);
        assert!(run.verdicts().iter().all(|verdict| matches!(verdict, Verdict::Held { .. })), "{way:?}");
        run
    }

    fn input(&mut self, input: Input) {
        self.world.step(self.now, input, &mut self.readers);
    }

    /// Let time pass. Looks at each claim each second, as a verb does.
    fn pass(&mut self, seconds: u64) -> Vec<Vec<Verdict>> {
        let each = (0..seconds).map(|_| {
            self.now = self.now.plus(Duration::from_secs(1));
            self.input(Input::Tick);
            let alerts = self.readers.alerts.weigh_round(&self.world, true, self.now);
            let holds = alerts.iter().filter(|alert| matches!(alert.kind, AlertKind::Holds(_)));
            self.readers.said_to_hold.extend(holds.map(|alert| alert.subject.to_string()));
            self.verdicts()
        });
        each.collect()
    }

    fn verdicts(&mut self) -> Vec<Verdict> {
        let facts = self.world.facts(self.now);
        self.readers.judges.iter_mut().map(|judge| judge.judge(&facts, self.now)).collect()
    }

    fn hear(&mut self, what: EventKind, occupancy: u64) {
        let cursor = Timetoken::at(self.now);
        let heard = PresenceEvent { occupancy: Some(occupancy), ..event("lobby", cursor, what) };
        let batch = batch([heard], cursor, self.now);
        self.input(Input::Notice(herenow::presence::Notice::from(batch)));
    }

    /// Answer the here now that was asked for.
    fn answer(&mut self, listed: Vec<ListedUser>) {
        let found = self.readers.commands.iter().rposition(|command| matches!(command, Command::AskHereNow { .. }));
        let command = self.readers.commands.remove(found.expect("here now was asked"));
        self.readers.commands.clear();
        let snapshot = snapshot("lobby", listed, Timetoken::at(self.now));
        self.input(Input::Outcome(outcome(command, Ok(CommandAnswer::HereNow(vec![snapshot])), self.now)));
    }

    /// Lead to a here now in this way.
    fn lead_to(&mut self, way: Way, kind: Kind) {
        let wrong = if kind == Kind::Missing { 3 } else { 1 };
        let state = |text: &str| State::parse(text).unwrap();
        let nothing_new = || EventKind::StateChanged { user: user("bob"), state: state("{}") };
        match way {
            Way::Gap => {
                let lost = LinkChange::Lost { trouble: trouble("no answer"), attempt: 1, retry_at: self.now };
                self.input(Input::Notice(link(lost, self.now)));
                self.pass(1);
                let resumed = Some(Timetoken::at(self.now));
                let again = LinkChange::Live { resumed, round_trip: Duration::ZERO };
                self.input(Input::Notice(link(again, self.now)));
                self.pass(5);
            }
            Way::FullReply => {
                // Without an event of the lobby, which would show whether any was dropped.
                let full = Batch { full: true, ..batch([], Timetoken::at(self.now), self.now) };
                self.input(Input::Notice(herenow::presence::Notice::from(full)));
                self.pass(5);
            }
            Way::Missing => {
                let again = || EventKind::Joined { user: user("ann"), state: None };
                self.hear(again(), 2);
                self.pass(1);
                self.hear(again(), wrong);
                self.pass(5);
            }
            Way::Disagreement => {
                self.hear(nothing_new(), wrong);
                self.pass(9);
            }
            Way::OwnJoin => {
                self.input(Input::Order(Order::Join(on("lobby"))));
                let beat = self.readers.commands.pop().unwrap();
                self.input(Input::Outcome(outcome(beat, Ok(CommandAnswer::Done), self.now)));
                self.pass(6);
            }
            Way::SecondSession => {
                let other = if kind == Kind::Missing { "zed" } else { "cat" };
                self.hear(EventKind::Left { user: user(other) }, 2);
                self.pass(60);
            }
            Way::ByHand => {
                self.input(Input::Order(Order::Resync(on_lobby())));
                self.pass(5);
            }
            Way::Audit => {
                self.pass(60);
            }
        }
    }
}

fn on_lobby() -> herenow::presence::Channel {
    herenow::presence::Channel::from_wire("lobby")
}

/// Whether a reader could take this for an answer that it holds.
fn is_held(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Held { .. })
}

#[test]
fn what_here_now_corrects_reaches_every_reader() {
    // Watched by its name, or brought by a group.
    for (way, watching) in WAYS.into_iter().flat_map(|way| [(way, "lobby"), (way, "group:vips")]) {
        for kind in Kind::ALL {
            let about = format!("{way:?} {kind:?} {watching}");
            let claims = kind.claims();
            let mut run = Run::begin(claims, way, watching);
            run.lead_to(way, kind);
            let mut listed = kind.truth();
            if way == Way::OwnJoin {
                listed.push(ListedUser { user: user("me"), state: None });
            }
            run.readers.lines.clear();
            run.answer(listed);
            run.readers.said_to_hold.clear();
            let mut seen = vec![run.verdicts()];
            seen.extend(run.pass(4));
            assert_eq!(run.readers.said_to_hold, Vec::<String>::new(), "{about}");
            // Long enough for any event that is still on its way.
            seen.extend(run.pass(10));
            let (moments, quiet): (Vec<_>, Vec<_>) =
                seen.iter().map(|verdicts| (&verdicts[claims.len()..], &verdicts[..claims.len()])).unzip();
            for (place, claim) in claims.iter().enumerate() {
                let held: Vec<usize> = (0..5).filter(|second| is_held(&quiet[*second][place])).collect();
                assert!(held.is_empty(), "{about}: `{claim}` held after {held:?} s: {:?}", quiet[held[0]][place]);
            }
            run.input(Input::End);
            let told = &run.readers.lines;
            let name = format!("\"{}\"", kind.whom());
            assert!(told.lines().any(|line| line.contains(&name)), "{about}: {told}");
            if kind == Kind::OtherState {
                let line = told.lines().find(|line| line.contains("\"type\":\"state-correction\"")).unwrap_or_default();
                assert!(line.contains(r#""state":{"mood":"calm"},"before":{"mood":"busy"}"#), "{about}: {told}");
            }
            let summary = run.readers.tally.sum_up(&run.world, Duration::from_secs(1));
            let mut json = String::new();
            lines::write_summary(&mut json, &summary, run.now);
            let sentence = summary.to_string();
            let quiet = json.contains("\"resyncs\":0,\"drift\":0") || sentence.contains("0 resyncs, drift found: 0");
            assert!(!quiet, "{about}: {json} {sentence}");
            // What has to hold all the while is not known to have, if it still seems to.
            for place in 0..moments[0].len() {
                assert!(moments.iter().any(|verdicts| !is_held(&verdicts[place])), "{about}: {place}");
            }
        }
    }
}

#[test]
fn what_an_event_explains_in_time_is_no_drift() {
    for kind in Kind::ALL {
        let mut run = Run::begin(&["no drift in lobby for 5s"], Way::Audit, "lobby");
        run.lead_to(Way::Audit, kind);
        run.answer(kind.truth());
        assert!(matches!(run.verdicts()[0], Verdict::Unsettled { .. }), "{kind:?}: {:?}", run.verdicts()[0]);
        let what = match kind {
            Kind::Missing => EventKind::Joined { user: user("zed"), state: None },
            Kind::Extra => EventKind::Left { user: user("bob") },
            Kind::OtherState => {
                EventKind::StateChanged { user: user("ann"), state: State::parse(r#"{"mood":"calm"}"#).unwrap() }
            }
        };
        run.hear(what, kind.truth().len() as u64);
        assert!(is_held(&run.verdicts()[0]), "{kind:?}");
        run.pass(20);
        assert!(is_held(&run.verdicts()[0]), "{kind:?}");
        let sentence = run.readers.tally.sum_up(&run.world, Duration::from_secs(1)).to_string();
        assert!(sentence.contains("drift found: 0"), "{kind:?}: {sentence}");
    }
}

#[test]
fn what_an_interval_may_still_tell_at_the_end_is_no_drift() {
    for kind in [Kind::Missing, Kind::Extra] {
        for (above, drift) in [(true, 0), (false, 1)] {
            let mut run = Run::begin(&[], Way::Audit, "lobby");
            let interval =
                EventKind::Interval { joined: vec![user("ann")], left: vec![], timed_out: vec![], refresh: false };
            let again = EventKind::Joined { user: user("ann"), state: None };
            run.hear(if above { interval } else { again }, 2);
            run.lead_to(Way::Audit, kind);
            run.answer(kind.truth());
            run.input(Input::End);
            let summary = run.readers.tally.sum_up(&run.world, Duration::from_secs(1)).to_string();
            let told = summary.contains(&format!("drift found: {drift}"));
            assert!(told, "{kind:?}, above the announce max: {above}: {summary}");
        }
    }
}
