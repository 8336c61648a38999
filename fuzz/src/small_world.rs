//! Three channels: of `lobby` all is known, of `match.1` that depends on what happens, and `match.2` is refused.

use std::time::Duration;

use herenow::{
    expression::{Facts, Judge, Place, Seen},
    presence::{Channel, EventKind, Moment, PresenceEvent, Roster, State, Timetoken, UserId},
};

const USERS: [&str; 4] = ["alice", "bob", "bot 1", "e\u{202e}vil"];
const STATES: [&str; 4] =
    [r#"{"mood":"busy","level":5}"#, r#"{"mood":null,"a":[1,{"b":1.10}]}"#, r#"{"level":9007199254740993}"#, "{}"];

/// A world that is stepped by bytes.
pub struct SmallWorld {
    channels: [(Channel, Roster); 3],
    pub now: Moment,
    doubtful: bool,
    lost: bool,
    unsettled_until: Option<Moment>,
}

impl SmallWorld {
    /// Two are in the lobby, each with a state.
    pub fn new() -> Self {
        let channels = ["lobby", "match.1", "match.2"].map(|name| (Channel::from_wire(name), Roster::default()));
        let now = Moment::from_micros(1_790_000_000_000_000);
        let mut world = Self { channels, now, doubtful: false, lost: false, unsettled_until: None };
        [0, 1].into_iter().for_each(|user| drop(world.apply(0, user, 0)));
        world
    }

    fn apply(&mut self, channel: usize, user: usize, kind: u8) -> PresenceEvent {
        self.now = self.now.plus(Duration::from_millis(10));
        let (channel, roster) = &mut self.channels[channel];
        let id = UserId::from_wire(USERS[user]);
        let state = State::parse(STATES[user]).expect("a state");
        let what = match kind {
            0 => EventKind::Joined { user: id, state: Some(state) },
            1 => EventKind::Left { user: id },
            2 => EventKind::TimedOut { user: id },
            3 => EventKind::StateChanged { user: id, state },
            _ => EventKind::Interval { joined: vec![id], left: Vec::new(), timed_out: Vec::new(), refresh: false },
        };
        let event = PresenceEvent {
            channel: channel.clone(),
            subscription: None,
            published: Timetoken::at(self.now),
            timestamp: None,
            occupancy: None,
            what,
            raw: None,
        };
        roster.apply(&event);
        event
    }

    /// What a byte means happens, and the judges hear of it: one of four users does something on one of two channels,
    /// or something else comes to pass.
    pub fn step<'j>(&mut self, byte: u8, judges: impl Iterator<Item = &'j mut Judge>) {
        let (kind, user, channel) = (byte & 7, usize::from(byte >> 3 & 3), usize::from(byte >> 5 & 1));
        let event = (kind < 5).then(|| self.apply(channel, user, kind));
        match (kind, user) {
            (5, more) => self.now = self.now.plus(Duration::from_secs([1, 9, 60, 100_000][more])),
            (6, 0) => self.doubtful = !self.doubtful,
            (6, 1) => self.lost = !self.lost,
            (6, 2) => self.unsettled_until = Some(self.now.plus(Duration::from_secs(5))),
            _ => {}
        }
        self.unsettled_until = self.unsettled_until.filter(|until| *until > self.now);
        let name = self.channels[channel].0.clone();
        for judge in judges {
            match (&event, kind, user) {
                (Some(event), ..) => judge.hear(event, &*self, self.now),
                (None, 7, 0) => judge.take_gap("some were missed", self.now),
                (None, 7, 1) => judge.take_drift(&name, "it was wrong", self.now),
                (None, 7, 2) => judge.take_repair(&name, "it was corrected", self.now),
                _ => {}
            }
        }
    }

    fn describe<'a>(&'a self, (channel, roster): &'a (Channel, Roster)) -> Seen<'a> {
        let known = channel.as_str() == "lobby" || !self.doubtful;
        let told = channel.as_str() != "match.2";
        Seen {
            channel,
            roster,
            told,
            names: told,
            everybody: told && known,
            states: told && known,
            count: told,
            changes: told && known,
            unsettled_until: self.unsettled_until.filter(|_| told),
            doubt: "list catching up",
        }
    }
}

impl Default for SmallWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl Facts for SmallWorld {
    fn cut_off(&self) -> Option<String> {
        self.lost.then(|| "the link is lost".to_owned())
    }

    fn explain_hidden(&self, place: &Place) -> Option<String> {
        (self.doubtful && *place == Place::Watched).then(|| "there may be more".to_owned())
    }

    fn channel(&self, channel: &Channel) -> Option<Seen<'_>> {
        self.channels.iter().find(|(name, _)| name == channel).map(|both| self.describe(both))
    }

    fn channels(&self) -> impl Iterator<Item = Seen<'_>> {
        self.channels.iter().map(|both| self.describe(both))
    }
}
