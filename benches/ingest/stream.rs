//! The people of some channels, and what they do: a stream of presence events as PubNub writes them, and who is
//! there after each of them.

use std::io::Write;

/// Events in a reply: as many as one of PubNub's has at the most.
pub const TOGETHER: u32 = 100;

/// Bytes of a state.
pub const STATE: usize = 120;

/// The subscribe key; it stands in each envelope.
pub const KEY: &str = "demo";

/// Somebody's state has a number, from which its text is made; nobody has one who is not there.
type Seat = Option<u32>;

/// One channel.
struct Room {
    name: String,
    /// What a reply says that the event came for.
    subscription: String,
    seats: Vec<Seat>,
    here: usize,
}

/// What happens on all channels, without end, and who is there.
pub struct Stream {
    rooms: Vec<Room>,
    chance: fastrand::Rng,
    /// States are numbered through.
    states: u32,
    /// The timetoken of the last event, or of the beginning.
    last: u64,
    /// A page of a list was asked for up to here: the room, how many were skipped, and the seat after them.
    page: Option<(usize, usize, usize)>,
}

/// How the people are spread.
#[derive(Debug, Clone)]
pub struct Plan {
    pub channels: usize,
    /// On each channel.
    pub users: usize,
    /// Everybody is there from the beginning; otherwise nobody.
    pub full: bool,
    /// Watched by one pattern, `x.*`, instead of by name.
    pub pattern: bool,
}

impl Plan {
    /// So many channels, watched by name and empty at first.
    pub const fn empty(channels: usize, users: usize) -> Self {
        Self { channels, users, full: false, pattern: false }
    }

    /// The names of the channels.
    pub fn names(&self) -> Vec<String> {
        let separator = if self.pattern { '.' } else { '-' };
        (0..self.channels).map(|number| format!("x{separator}{number:05}")).collect()
    }

    /// What a consumer has to ask for.
    pub fn watched(&self) -> Vec<String> {
        if self.pattern { vec!["x.*".to_owned()] } else { self.names() }
    }
}

/// The text of a state, all of the same length; no two are equal. Its names are in order, so that they stay as they
/// are with a reader that sorts them.
fn write_state(out: &mut Vec<u8>, user: usize, state: u32) {
    let begin = out.len();
    // Writing to a vector can't fail.
    let _ = write!(out, r#"{{"mood":"watching the game","name":"Person {user:07}","seat":{{"number":27,"row":14}},"#);
    let _ = write!(out, r#""team":"visitors","turn":"{state:010}"}}"#);
    debug_assert_eq!(out.len() - begin, STATE);
}

fn write_user(out: &mut Vec<u8>, user: usize) {
    let _ = write!(out, "user-{user:07}");
}

/// What somebody does.
enum Act {
    Join,
    Leave,
    TimeOut,
    ChangeState,
}

impl Stream {
    /// As planned; `begin` is the timetoken of the beginning.
    pub fn new(plan: &Plan, begin: u64) -> Self {
        let seats = || (0..plan.users).map(|_| plan.full.then_some(0)).collect();
        let room = |name: String| {
            let subscription = if plan.pattern { "x.*-pnpres".to_owned() } else { format!("{name}-pnpres") };
            Room { name, subscription, seats: seats(), here: if plan.full { plan.users } else { 0 } }
        };
        let rooms = plan.names().into_iter().map(room).collect();
        Self { rooms, chance: fastrand::Rng::with_seed(7), states: 0, last: begin, page: None }
    }

    /// Where a reader has to go on from.
    pub const fn cursor(&self) -> u64 {
        self.last
    }

    /// How many are there, on all channels.
    pub fn here(&self) -> usize {
        self.rooms.iter().map(|room| room.here).sum()
    }

    /// The channels by name, each with the number of those who are there.
    pub fn channels(&self) -> impl Iterator<Item = (&str, usize)> {
        self.rooms.iter().map(|room| (room.name.as_str(), room.here))
    }

    /// The next reply to a poll: as many events as go into one. `now` is a timetoken; theirs rise from there.
    pub fn reply(&mut self, now: u64) -> Vec<u8> {
        let first = now.max(self.last + 1);
        self.last = first + u64::from(TOGETHER) - 1;
        self.page = None;
        let mut body = Vec::with_capacity(48 << 10);
        let _ = write!(body, r#"{{"t":{{"t":"{:017}","r":41}},"m":["#, self.last);
        for place in 0..TOGETHER {
            if place > 0 {
                body.push(b',');
            }
            self.write_event(&mut body, first + u64::from(place));
        }
        body.extend_from_slice(b"]}");
        body
    }

    fn write_event(&mut self, out: &mut Vec<u8>, published: u64) {
        let room = self.chance.usize(..self.rooms.len());
        let user = self.chance.usize(..self.rooms[room].seats.len());
        let room = &mut self.rooms[room];
        let act = match (room.seats[user], self.chance.u8(..6)) {
            (None, _) => Act::Join,
            (Some(_), 0..3) => Act::ChangeState,
            (Some(_), 3) => Act::TimeOut,
            (Some(_), _) => Act::Leave,
        };
        let (word, change, stays) = match act {
            Act::Join => ("join", 1, true),
            Act::ChangeState => ("state-change", 0, true),
            Act::Leave => ("leave", -1, false),
            Act::TimeOut => ("timeout", -1, false),
        };
        self.states += u32::from(stays);
        room.seats[user] = stays.then_some(self.states);
        room.here = room.here.saturating_add_signed(change);
        let (name, subscription, here) = (&room.name, &room.subscription, room.here);
        let (millis, seconds) = (published / 10_000, published / 10_000_000);
        let _ = write!(
            out,
            r#"{{"a":"3","f":514,"p":{{"t":"{published:017}","r":41}},"k":"{KEY}","c":"{name}-pnpres","d":{{"action":"{word}","uuid":""#
        );
        write_user(out, user);
        let _ = write!(out, r#"","timestamp":{seconds},"precise_timestamp":{millis},"occupancy":{here}"#);
        // As recorded: a timeout says that no state is left, a leave does not.
        match act {
            Act::Join | Act::ChangeState => {
                out.extend_from_slice(br#","data":"#);
                write_state(out, user, self.states);
            }
            Act::TimeOut => out.extend_from_slice(br#","data":{}"#),
            Act::Leave => {}
        }
        let _ = write!(out, r#"}},"b":"{subscription}"}}"#);
    }

    /// A page of who is on a channel, as the elements of `uuids`, and how many are there in all; nothing of a
    /// channel that is not known.
    pub fn write_page(&mut self, out: &mut Vec<u8>, channel: &str, page: Page) -> usize {
        let Some(index) = self.rooms.iter().position(|room| room.name == channel) else { return 0 };
        let room = &self.rooms[index];
        // A page mostly follows the one before: then nobody is counted again.
        let (skipped, begin) = match self.page {
            Some((of, skipped, seat)) if of == index && skipped <= page.offset => (skipped, seat),
            _ => (0, 0),
        };
        let seats = room.seats.iter().enumerate().skip(begin).filter_map(|(user, seat)| Some((user, (*seat)?)));
        let mut after = begin;
        for (listed, (user, state)) in seats.skip(page.offset - skipped).take(page.limit).enumerate() {
            if listed > 0 {
                out.push(b',');
            }
            out.extend_from_slice(if page.states { br#"{"uuid":""# } else { br#"""# });
            write_user(out, user);
            out.push(b'"');
            if page.states {
                out.extend_from_slice(br#","state":"#);
                write_state(out, user, state);
                out.push(b'}');
            }
            after = user + 1;
        }
        if after > begin {
            self.page = Some((index, (page.offset + page.limit).min(room.here), after));
        }
        room.here
    }

    /// Hold a list that somebody made against who is there: how many of the entries are right. `list` has the
    /// user and the state of each, both as they came.
    pub fn count_right<'a>(&self, channel: &str, list: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
        let Some(room) = self.rooms.iter().find(|room| room.name == channel) else { return 0 };
        let mut text = Vec::new();
        let mut is_right = |(user, state): &(&str, &str)| {
            let number = user.strip_prefix("user-").and_then(|number| number.parse::<usize>().ok());
            let seat = number.and_then(|number| Some((number, (*room.seats.get(number)?)?)));
            seat.is_some_and(|(user, number)| {
                text.clear();
                write_state(&mut text, user, number);
                text == state.as_bytes()
            })
        };
        list.filter(|entry| is_right(entry)).count()
    }
}

/// What a request wants of each channel.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub limit: usize,
    pub offset: usize,
    pub states: bool,
}
