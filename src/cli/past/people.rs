//! Who came, who went and who was silent in a recording, as one list: what events told, and what only here-now answers
//! did.
//!
//! Of what an answer corrects it is not known when it happened. The occupancy that events and intervals told in between
//! narrows it down: where it says that more or fewer are there than events account for, those whom the next answer
//! names came or went before that event. An event that is older than an answer and comes after it counts as before it.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use super::{
    corrections::{Item, NumberedAct, place_corrections},
    interval_times::spread_told,
};
use crate::{
    crowd::{Person, PlayedChange, RecordedAct},
    presence::{Channel, EventKind, Moment, Notice, PresenceEvent, ReplyItem, State, Timetoken, UserId},
    world::{ChannelId, ChannelState, Input, Listener, Touched, World},
};

/// Takes in what a world hears, and makes the list.
#[derive(Debug, Default)]
pub(super) struct PeopleCourse {
    pub people: Vec<Person>,
    /// Who is there at the beginning, with which states.
    pub first: Vec<(usize, Option<State>)>,
    pub hints: super::service_hints::ServiceHints,
    /// Each person on a channel, by both.
    numbers: HashMap<(Channel, UserId), usize>,
    presence: Vec<PersonCourse>,
    channels: HashMap<Channel, ChannelCourse>,
    items: Vec<Item>,
    /// Whose lists were told, and are not taken in yet.
    unsettled: Vec<Channel>,
    /// Where the reply that comes in was: when it arrived, and when its last event was published.
    reply: (Moment, Timetoken),
}

/// Where a person is at.
#[derive(Debug, Default)]
struct PersonCourse {
    is_here: bool,
    state: Option<State>,
    /// Something has happened to them.
    is_touched: bool,
}

#[derive(Debug, Default)]
struct ChannelCourse {
    /// Its list was told as a whole.
    is_listed: bool,
    here: BTreeSet<usize>,
    /// How many were there when it was listed last, and what has happened since.
    listed: usize,
    since: Vec<usize>,
    /// What was told last, until nothing older is to come.
    told: Option<ToldList>,
    /// When the last interval was.
    interval: Option<Moment>,
}

/// A list that was told.
#[derive(Debug)]
struct ToldList {
    /// When, by our clock and by the service's.
    at: Moment,
    service: Timetoken,
    people: Vec<(usize, ListedState)>,
    is_whole: bool,
    /// Where it stands among the items.
    place: usize,
}

/// The state of somebody on a list.
#[derive(Debug)]
enum ListedState {
    /// This one, or none.
    Told(Option<State>),
    /// Nobody told whether there is one.
    Untold,
}

/// Events that are older than an answer come within this time after it.
const LATE: Duration = Duration::from_secs(2);

impl PeopleCourse {
    /// Begin with who is there already.
    pub fn begin(world: &World) -> Self {
        let mut course = Self::default();
        course.take_all_lists(world);
        course
    }

    fn take_all_lists(&mut self, world: &World) {
        for watched in world.channels.iter().filter(|watched| !watched.roster.is_empty()) {
            self.take_list(watched, world);
        }
        self.settle_lists(|_| true);
    }

    /// The list, from `began` on. What the world knows at its end besides has happened by then.
    pub fn finish(mut self, world: &World, began: Moment) -> (Self, Vec<PlayedChange>) {
        self.settle_lists(|_| true);
        self.take_all_lists(world);
        spread_told(&mut self.items);
        let mut changes = Vec::new();
        for Item { at, act, before, .. } in std::mem::take(&mut self.items) {
            for (person, act) in before.into_iter().chain(act) {
                changes.push(PlayedChange { at: at.since(began), person, act });
            }
        }
        (self, changes)
    }

    fn find_person(&mut self, channel: &Channel, user: &UserId) -> usize {
        let next = self.people.len();
        let number = *self.numbers.entry((channel.clone(), user.clone())).or_insert(next);
        if number == next {
            self.people.push(Person { user: user.clone(), home: channel.clone(), region: 0 });
            self.presence.push(PersonCourse::default());
        }
        number
    }

    fn channel_of(&mut self, person: usize) -> &mut ChannelCourse {
        self.channels.entry(self.people[person].home.clone()).or_default()
    }

    fn take_event(&mut self, event: &PresenceEvent) {
        let (arrived, last) = self.reply;
        // A reply tells of what happened before it arrived.
        let at = arrived.minus(last.since(event.published));
        if self
            .channels
            .get(&event.channel)
            .and_then(|channel| channel.told.as_ref())
            .is_some_and(|told| told.service < event.published)
        {
            self.settle_list(&event.channel);
        }
        let before = self.items.len();
        self.hints.take_event(event);
        let one = |course: &mut Self, user: &UserId, act: RecordedAct| {
            let person = course.find_person(&event.channel, user);
            course.take_act(at, person, act);
        };
        match &event.what {
            EventKind::Joined { user, state } => one(self, user, RecordedAct::Join(state.clone())),
            EventKind::Left { user } => one(self, user, RecordedAct::Leave),
            EventKind::TimedOut { user } => one(self, user, RecordedAct::TimeOut),
            EventKind::StateChanged { user, state } => one(self, user, RecordedAct::SetState(state.clone())),
            EventKind::Interval { joined, left, timed_out, .. } => {
                for (users, act) in
                    [(joined, RecordedAct::Join(None)), (left, RecordedAct::Leave), (timed_out, RecordedAct::TimeOut)]
                {
                    for user in users {
                        one(self, user, act.clone());
                    }
                }
                let channel = self.channels.entry(event.channel.clone()).or_default();
                let since = channel.interval.replace(at);
                self.items[before..].iter_mut().for_each(|item| item.since = since);
            }
            EventKind::Unknown { .. } => return,
        }
        if self.items.len() == before {
            self.channels.entry(event.channel.clone()).or_default().since.push(before);
            self.push_item(at, None, None);
        }
        if let Some(last) = self.items.last_mut() {
            last.told = event.occupancy;
        }
    }

    fn push_item(&mut self, at: Moment, act: Option<NumberedAct>, told: Option<u64>) {
        let at = self.items.last().map_or(at, |last| last.at.max(at));
        self.items.push(Item { at, act, told, before: Vec::new(), since: None });
    }

    /// Take what somebody did, if it changes anything.
    fn take_act(&mut self, at: Moment, person: usize, act: RecordedAct) {
        let PersonCourse { is_here, state: known, .. } = &self.presence[person];
        let is_here = *is_here;
        let act = match act {
            // Who is there can't join once more.
            RecordedAct::Join(Some(state)) if is_here && known.as_ref() != Some(&state) => RecordedAct::SetState(state),
            RecordedAct::Join(_) if is_here => return,
            act => act,
        };
        if !is_here && !matches!(act, RecordedAct::Join(_)) {
            self.assume_here(at, person);
        }
        self.note_act(person, &act);
        let next = self.items.len();
        self.channel_of(person).since.push(next);
        self.push_item(at, Some((person, act)), None);
    }

    /// Somebody must have been there, though nothing told so.
    fn assume_here(&mut self, at: Moment, person: usize) {
        let is_listed = self.channel_of(person).is_listed;
        if is_listed || self.presence[person].is_touched {
            return self.take_act(at, person, RecordedAct::Join(None));
        }
        self.note_act(person, &RecordedAct::Join(None));
        self.first.push((person, None));
    }

    /// Keep where somebody is at now.
    fn note_act(&mut self, person: usize, act: &RecordedAct) {
        let presence = &mut self.presence[person];
        presence.is_touched = true;
        match act {
            RecordedAct::Join(state) => (presence.is_here, presence.state) = (true, state.clone()),
            RecordedAct::Leave | RecordedAct::TimeOut => (presence.is_here, presence.state) = (false, None),
            RecordedAct::SetState(state) => presence.state = Some(state.clone()).filter(|state| !state.is_empty()),
        }
        if presence.is_here {
            self.channel_of(person).here.insert(person);
        } else {
            self.channel_of(person).here.remove(&person);
        }
    }

    /// A list was told: the users on it are there, with these states, and nobody else.
    fn take_list(&mut self, watched: &ChannelState, world: &World) {
        self.settle_list(&watched.channel);
        let listed = watched.roster.iter().map(|(user, occupant)| {
            let state = occupant.state().filter(|state| !state.is_empty()).cloned();
            let state = if occupant.knows_state() { ListedState::Told(state) } else { ListedState::Untold };
            (self.find_person(&watched.channel, user), state)
        });
        let told = ToldList {
            at: world.now(),
            service: world.clock.now(world.now()),
            people: listed.collect(),
            is_whole: !watched.roster.is_listing(),
            place: self.items.len(),
        };
        self.channels.entry(watched.channel.clone()).or_default().told = Some(told);
        self.unsettled.push(watched.channel.clone());
    }

    /// Settle the lists of which this is so.
    fn settle_lists(&mut self, is_due: impl Fn(&ToldList) -> bool) {
        let due = |channel: &Channel| self.channels.get(channel).and_then(|it| it.told.as_ref()).is_none_or(&is_due);
        let (due, rest) = std::mem::take(&mut self.unsettled).into_iter().partition(due);
        self.unsettled = rest;
        for channel in &due {
            self.settle_list(channel);
        }
    }

    /// Find what a list corrects, and when that happened.
    fn settle_list(&mut self, name: &Channel) {
        let Some(channel) = self.channels.get_mut(name) else { return };
        let Some(told) = channel.told.take() else { return };
        let (mut corrections, mut restated) = (Vec::new(), Vec::new());
        let mut gone = channel.here.clone();
        for (person, state) in told.people {
            gone.remove(&person);
            let presence = &self.presence[person];
            match (presence.is_here, state) {
                (false, ListedState::Told(state)) => corrections.push((person, RecordedAct::Join(state))),
                (false, ListedState::Untold) => corrections.push((person, RecordedAct::Join(None))),
                (true, ListedState::Told(state)) if presence.state != state => {
                    let state = state.unwrap_or_else(|| State::from_wire(State::empty_raw()));
                    restated.push((person, RecordedAct::SetState(state)));
                }
                (true, _) => {}
            }
        }
        corrections.extend(gone.into_iter().map(|person| (person, RecordedAct::Leave)));
        let (is_listed, listed) = (channel.is_listed, channel.listed);
        let since = std::mem::take(&mut channel.since);
        channel.is_listed |= told.is_whole;
        let (placed, rest) = if is_listed {
            place_corrections(&mut self.items, &since, listed, corrections)
        } else {
            (Vec::new(), corrections)
        };
        for (person, act) in &placed {
            self.note_act(*person, act);
        }
        for (person, act) in rest.into_iter().chain(restated) {
            let is_first = !is_listed && !self.presence[person].is_touched;
            self.note_act(person, &act);
            match act {
                RecordedAct::Join(state) if is_first => self.first.push((person, state)),
                act => match self.items.get_mut(told.place) {
                    Some(next) => next.before.push((person, act)),
                    None => self.push_item(told.at, Some((person, act)), None),
                },
            }
        }
        if let Some(channel) = self.channels.get_mut(name) {
            channel.listed = channel.here.len();
        }
    }
}

impl Listener for PeopleCourse {
    fn take_input(&mut self, _world: &World, at: Moment, input: &Input) {
        self.settle_lists(|told| at.since(told.at) > LATE);
        if let Input::Notice(Notice::Batch(batch)) = input {
            let published =
                |item: &ReplyItem| if let ReplyItem::Event(event) = item { Some(event.published) } else { None };
            self.reply = (at, batch.heard.iter().filter_map(published).max().unwrap_or_default());
        }
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        match touched {
            Touched::Event { event, .. } => self.take_event(event),
            Touched::HereNow { .. } => self.take_list(world.channels.at(channel), world),
            // What is not known any more is told again.
            Touched::Vouched(_) | Touched::Cleared => {}
        }
    }
}
