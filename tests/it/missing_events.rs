//! A full reply is no gap: whether events are missing is shown by the occupancies that are told.

use std::{sync::Arc, time::Duration};

use herenow::{
    output::lines::Tally,
    presence::{
        Batch, Channel, Command, CommandAnswer, EventKind, ListedUser, Moment, Notice, PresenceEvent, Timetoken,
        rules::REPLY_EVENTS,
    },
    world::{ChannelId, Entry, EntryBody, Input, Listener, Note, Touched, World},
};

use crate::happen::{all, batch, event, joined, link, live, outcome, session, snapshot, user};

const START: u64 = 1_795_262_400_000_000;

/// When the first here now is answered, before all events.
const ANSWERED: u64 = START + 2_000_000;

#[derive(Default)]
struct Heard {
    commands: Vec<Command>,
    notes: Vec<(Option<String>, String)>,
    tally: Tally,
}

impl Listener for Heard {
    fn take_command(&mut self, command: Command) {
        self.commands.push(command);
    }

    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.tally.count(entry, world);
        if let EntryBody::Note(note @ (Note::EventsMissing(_) | Note::Repaired { .. })) = &entry.body {
            self.notes.push((entry.channel.as_ref().map(ToString::to_string), note.to_string()));
        }
    }

    fn take_change(&mut self, _: &World, _: ChannelId, _: &Touched<'_>) {}
}

struct Run {
    world: World,
    heard: Heard,
    now: Moment,
}

impl Run {
    /// Live, with empty lists.
    fn begin(channels: &[&str]) -> Self {
        let now = Moment::from_micros(START);
        let world = World::new(session("me", all(channels)), Duration::from_secs(300), now);
        let mut run = Self { world, heard: Heard::default(), now };
        run.input(Input::Notice(link(live(), now)));
        run.pass(2);
        run.answer(&[]);
        run
    }

    fn input(&mut self, input: Input) {
        self.world.step(self.now, input, &mut self.heard);
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
        self.input(Input::Tick);
    }

    /// Answer all here nows. On each channel are those who are listed for it.
    fn answer(&mut self, lists: &[(&str, &[&str])]) -> Vec<String> {
        let mut asked = Vec::new();
        for command in std::mem::take(&mut self.heard.commands) {
            if !matches!(command, Command::AskHereNow { .. }) {
                continue;
            }
            let list = |channel: &Channel| {
                let listed =
                    lists.iter().find(|(name, _)| *name == channel.as_str()).map_or(&[][..], |(_, listed)| listed);
                let listed = listed.iter().map(|id| ListedUser { user: user(id), state: None }).collect();
                snapshot(channel.as_str(), listed, Timetoken::at(self.now))
            };
            let snapshots = command.channels().map(list).collect();
            asked.extend(command.channels().map(ToString::to_string));
            self.input(Input::Outcome(outcome(command, Ok(CommandAnswer::HereNow(snapshots)), self.now)));
        }
        asked
    }

    /// Hear these in one reply, published one microsecond after the other.
    fn hear(&mut self, full: bool, events: Vec<PresenceEvent>) {
        self.now = self.now.plus(Duration::from_millis(10));
        let cursor = events.iter().map(|event| event.published).max().unwrap_or_else(|| Timetoken::at(self.now));
        let batch = Batch { full, ..batch(events, cursor, self.now) };
        self.input(Input::Notice(Notice::from(batch)));
    }

    fn word(&self, channel: &str) -> &'static str {
        let watched = self.world.channels.look_up(&Channel::from_wire(channel)).unwrap();
        self.world.certainty(watched, self.now).word()
    }

    fn sum_up(&mut self) -> String {
        self.input(Input::End);
        self.heard.tally.sum_up(&self.world, Duration::from_secs(1)).to_string()
    }
}

fn told(channel: &str, at: u64, occupancy: u64, what: EventKind) -> PresenceEvent {
    PresenceEvent {
        occupancy: Some(occupancy),
        ..event(channel, Timetoken::at(Moment::from_micros(ANSWERED + 1 + at)), what)
    }
}

fn left(id: &str) -> EventKind {
    EventKind::Left { user: user(id) }
}

/// A stream in which twenty come, and then one by one leave and come back.
fn stream(channel: &str, length: u64) -> Vec<PresenceEvent> {
    let one = |n: u64| {
        let id = (n % 20).to_string();
        let (occupancy, what) = match n {
            0..20 => (n + 1, joined(&id)),
            _ if n / 20 % 2 == 1 => (19 - n % 20, left(&id)),
            _ => (n % 20 + 1, joined(&id)),
        };
        told(channel, n, occupancy, what)
    };
    (0..length).map(one).collect()
}

#[test]
fn full_replies_are_no_gaps_and_one_event_that_is_missing_is_one() {
    let per_reply = REPLY_EVENTS;
    for missing in [None, Some(0), Some(99), Some(100), Some(150), Some(500)] {
        let mut run = Run::begin(&["lobby"]);
        // The first event of all has none before it.
        run.hear(false, vec![told("lobby", 0, 1, joined("first")), told("lobby", 1, 0, left("first"))]);
        let mut events = stream("lobby", 2_000);
        for event in &mut events {
            event.published = event.published.plus(Duration::from_micros(10));
        }
        if let Some(missing) = missing {
            events.remove(missing);
        }
        for reply in events.chunks(per_reply) {
            run.hear(true, reply.to_vec());
            let is_whole = missing.is_none();
            assert!(!is_whole || run.word("lobby") == "exact", "{}", run.word("lobby"));
        }
        run.pass(4);
        assert_eq!(
            run.answer(&[]),
            if missing.is_some() { vec!["lobby"] } else { vec![] }.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "{missing:?}"
        );
        let gaps = if missing.is_some() { ", 1 gap, " } else { ", 0 gaps, 0 resyncs, drift found: 0" };
        let sentence = run.sum_up();
        assert!(sentence.contains(gaps), "{missing:?}: {sentence} {:?}", run.heard.notes);
    }
}

#[test]
fn a_channel_is_in_question_after_a_full_reply_until_its_next_event_or_an_answer() {
    let mut run = Run::begin(&["busy", "quiet", "slow"]);
    run.hear(false, vec![told("quiet", 0, 1, joined("ann")), told("slow", 1, 1, joined("bob"))]);
    run.hear(false, stream("busy", 50));
    assert_eq!(["busy", "quiet", "slow"].map(|name| run.word(name)), ["exact"; 3]);
    run.hear(true, stream("busy", 150).split_off(50));
    assert_eq!(["busy", "quiet", "slow"].map(|name| run.word(name)), ["exact", "catching up", "catching up"]);
    // Its next event agrees with the one before: nothing of it was dropped.
    run.hear(false, vec![told("slow", 1_000, 2, joined("cat"))]);
    assert_eq!(["busy", "quiet", "slow"].map(|name| run.word(name)), ["exact", "catching up", "exact"]);
    // Nothing is heard of the other, so here now tells; not for each full reply, and not for the others.
    run.hear(true, stream("busy", 250).split_off(150));
    run.hear(true, vec![told("slow", 1_001, 3, joined("dan"))]);
    assert_eq!(run.answer(&[]), Vec::<String>::new());
    run.pass(5);
    let busy: Vec<String> = (0..10).map(|n: u32| n.to_string()).collect();
    let busy: Vec<&str> = busy.iter().map(String::as_str).collect();
    let asked = run.answer(&[("quiet", &["ann", "zed"]), ("busy", &busy), ("slow", &["bob", "cat", "dan"])]);
    assert_eq!(asked, ["busy", "quiet"], "the last reply held none of `busy`");
    assert_eq!(["busy", "quiet", "slow"].map(|name| run.word(name)), ["exact"; 3]);
    let repaired = "list repaired: 1 came (zed); more events came at once than the service keeps";
    assert!(run.heard.notes.contains(&(Some("quiet".to_owned()), repaired.to_owned())), "{:?}", run.heard.notes);
}

#[test]
fn a_list_of_which_events_are_missing_is_asked_for_and_told_of() {
    let mut run = Run::begin(&["lobby", "quiet"]);
    run.hear(false, vec![told("lobby", 0, 1, joined("ann")), told("lobby", 1, 2, joined("bob"))]);
    run.hear(true, vec![told("lobby", 9, 4, joined("cat"))]);
    assert_eq!(run.word("lobby"), "catching up");
    run.pass(4);
    let asked = run.answer(&[("lobby", &["ann", "bob", "cat", "dan"])]);
    assert!(asked.contains(&"lobby".to_owned()), "{asked:?}");
    assert_eq!(run.word("lobby"), "exact");
    let lobby = |text: &str| (Some("lobby".to_owned()), text.to_owned());
    let missing = "events are missing: occupancy 4 told where those heard lead to 3; asking here now";
    let repaired = "list repaired: 1 came (dan); the occupancies told show that events are missing";
    assert_eq!(run.heard.notes, [lobby(missing), lobby(repaired)]);
    assert!(run.sum_up().contains(", 1 gap, 1 resync, drift found: 0"));
}
