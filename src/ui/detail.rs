//! All that is known about one occupant, as lines of the detail.

use serde_json::Value;

use super::{Screen, StateLine, list_state_lines};
use crate::{
    presence::{Channel, EventKind, Moment, Occupant, PresenceEvent, State, Timetoken, UserId, json_in_lines},
    world::{Departure, Entry, RequestSentence, WhereNowAnswer, WhereNowResult},
};

/// The largest state or event shown as a tree or laid out, in bytes.
const LARGEST: usize = 64 * 1024;

/// The most lines of a state or an event.
const LINES: usize = 500;

/// The most lines of what happened to an occupant: as much as happens in ten minutes to somebody who flaps.
const HAPPENED: usize = 200;

/// A line of the detail.
#[derive(Debug, Clone, PartialEq)]
pub enum DetailFact<'a> {
    /// The occupant departed.
    Gone(&'a Departure),
    /// Since when the occupant is, or was, present.
    Since(&'a Occupant),
    /// Since when the occupant was present, until they were gone.
    Was(&'a Occupant, Moment),
    /// When the last event about the occupant was published, if there was one.
    LastEvent(Option<Timetoken>),
    /// How often the occupant was announced.
    Sightings(&'a Occupant),
    /// How often the occupant did something within the last ten minutes, and what.
    Lately(&'static str, u32),
    /// A remark. Not foreign.
    Said(&'static str),
    /// A field of the state.
    Field(StateLine),
    /// A line of JSON. Foreign text.
    Json(String),
    /// Something that happened to the occupant.
    Happened(&'a Entry),
    /// A channel that the occupant is on.
    On(&'a Channel),
    /// The number of further channels.
    More(usize),
    /// What the client of the occupant asked of herenow's own service, or what is wrong with it.
    Request(RequestSentence),
    /// Why the channels are not known. Safe to show.
    Failed(&'a str),
}

/// The title of a part of the detail.
#[derive(Debug, Clone, PartialEq)]
pub enum DetailTitle<'a> {
    /// The first part, which has no title.
    Facts,
    /// The state, and when it last changed, if that is known.
    State(Option<Timetoken>),
    /// What happened to the occupant here, latest first.
    Happened,
    /// What the client of the occupant asked, newest first.
    Requests,
    /// The other channels of the occupant.
    Elsewhere(Option<&'a WhereNowAnswer>),
    /// The last event about the occupant, as JSON.
    Event,
}

/// A part of the detail.
#[derive(Debug, Clone, PartialEq)]
pub struct DetailPart<'a> {
    /// Its title.
    pub title: DetailTitle<'a>,
    /// Its lines.
    pub facts: Vec<DetailFact<'a>>,
}

/// A row of the whole detail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DetailRow<'a, 'b> {
    /// An empty row.
    Blank,
    /// A title.
    Title(&'b DetailTitle<'a>),
    /// A line of a part.
    Fact(&'b DetailFact<'a>),
}

/// The rows of all parts, one part below the other.
pub fn list_detail_rows<'a, 'b>(parts: &'b [DetailPart<'a>]) -> impl Iterator<Item = DetailRow<'a, 'b>> {
    parts.iter().flat_map(|part| {
        let titled = part.title != DetailTitle::Facts;
        let title = [DetailRow::Blank, DetailRow::Title(&part.title)].into_iter().filter(move |_| titled);
        title.chain(part.facts.iter().map(DetailRow::Fact))
    })
}

impl<'a> Screen<'a> {
    /// All that is known about the selected occupant, in at most about 1,200 lines; empty if nobody is selected.
    pub fn list_detail_parts(&self) -> Vec<DetailPart<'a>> {
        let (Some(watched), Some((user, occupant))) = (self.selected_channel(), self.selected_person()) else {
            return Vec::new();
        };
        let part = |title, facts| DetailPart { title, facts };
        let now = self.as_of(self.world.now());
        let mut facts = Vec::new();
        let gone = self.ui.focus.selected_departure().filter(|_| watched.roster.get(user).is_none());
        if watched.roster.get(user).is_none() {
            facts.push(gone.map_or(DetailFact::Said("not here any more"), DetailFact::Gone));
        }
        let history: Vec<&Entry> = self.log.entries_about(&watched.channel, user).take(HAPPENED).collect();
        let event = history.iter().find_map(|entry| entry.event.as_ref());
        if let Some(occupant) = occupant {
            // Events from before the occupant was on the list are only in the log.
            let last = occupant.last_event().max(event.map(|event| event.published));
            let since = gone.map_or(DetailFact::Since(occupant), |gone| DetailFact::Was(occupant, gone.at));
            facts.extend([since, DetailFact::LastEvent(last)]);
            // That somebody was announced once since then says nothing, and beside flaps it would be misread.
            facts.extend((occupant.sightings() > 1).then_some(DetailFact::Sightings(occupant)));
        }
        let slips = watched.roster.count_slips(user, self.world.clock.now(now));
        let counts = [("flaps", slips.flaps), ("timeouts", slips.timeouts)].into_iter().filter(|(_, count)| *count > 0);
        facts.extend(counts.map(|(what, count)| DetailFact::Lately(what, count)));
        let replaced = self.world.previous_states.state_before(&watched.channel, user);
        let mut parts = vec![part(DetailTitle::Facts, facts)];
        if let Some(known) = self.world.service_ledger.find(user) {
            let facts: Vec<_> = known.list_sentences(now).into_iter().map(DetailFact::Request).collect();
            parts.extend((!facts.is_empty()).then(|| part(DetailTitle::Requests, facts)));
        }
        if let Some(occupant) = occupant {
            // A user without a state had none of its fields.
            let before = replaced.map(|(before, _)| before.map_or_else(|| serde_json::json!({}), State::value));
            let title = DetailTitle::State(replaced.map(|(_, at)| at));
            parts.push(part(title, list_state_facts(occupant.state(), before.as_ref())));
        }
        if !history.is_empty() {
            parts.push(part(DetailTitle::Happened, history.into_iter().map(DetailFact::Happened).collect()));
        }
        let known = self.live.where_now.answer_for(user);
        parts.push(part(DetailTitle::Elsewhere(known), list_other_channels(known, &watched.channel)));
        if let Some(event) = event {
            parts.push(part(DetailTitle::Event, list_event_lines(event, user)));
        }
        parts
    }
}

/// The lines of a state, compared with the previous one if that is remembered.
fn list_state_facts<'a>(state: Option<&State>, before: Option<&Value>) -> Vec<DetailFact<'a>> {
    let Some(state) = state.filter(|state| !state.is_empty()) else { return vec![DetailFact::Said("none")] };
    if state.as_json().len() > LARGEST {
        return vec![
            DetailFact::Said("too large for a tree:"),
            DetailFact::Json(state.as_json()[..cut_length(state)].to_owned()),
        ];
    }
    let value = state.value();
    if value.is_null() {
        return vec![DetailFact::Said("nested too deeply for a tree:"), DetailFact::Json(state.as_json().to_owned())];
    }
    let (leaves, all) = list_state_lines(&value, before, LINES);
    let mut facts: Vec<DetailFact<'_>> = leaves.into_iter().map(DetailFact::Field).collect();
    if !all {
        facts.push(DetailFact::Said("and more"));
    }
    facts
}

/// The length of the beginning of a giant state that is shown.
fn cut_length(state: &State) -> usize {
    state.as_json().floor_char_boundary(4096)
}

fn list_other_channels<'a>(known: Option<&'a WhereNowAnswer>, here: &Channel) -> Vec<DetailFact<'a>> {
    match known.map(|known| &known.result) {
        None => Vec::new(),
        Some(WhereNowResult::Asking) => vec![DetailFact::Said("asking …")],
        Some(WhereNowResult::Failed(why)) => vec![DetailFact::Failed(why)],
        Some(WhereNowResult::On(channels, more)) => {
            let others = channels.iter().filter(|channel| *channel != here);
            let mut facts: Vec<DetailFact<'_>> = others.map(DetailFact::On).take(LINES).collect();
            let more = more + channels.len().saturating_sub(LINES);
            if more > 0 {
                facts.push(DetailFact::More(more));
            }
            if facts.is_empty() {
                facts.push(DetailFact::Said(if channels.is_empty() { "on no channel" } else { "on no other channel" }));
            }
            facts
        }
    }
}

/// What of the JSON of an interval is about one user; nothing, if it is no object.
fn find_own_part(raw: &str, user: &UserId) -> Option<String> {
    let Value::Object(mut members) = serde_json::from_str(raw).ok()? else { return None };
    for name in ["join", "leave", "timeout"] {
        if let Some(Value::Array(users)) = members.get_mut(name) {
            users.retain(|other| other.as_str() == Some(user.as_str()));
            if users.is_empty() {
                members.remove(name);
            }
        }
    }
    Some(Value::Object(members).to_string())
}

/// The JSON of an event as it arrived, laid out in lines; of an interval what is about this user.
fn list_event_lines<'a>(event: &PresenceEvent, user: &UserId) -> Vec<DetailFact<'a>> {
    if let (EventKind::Interval { .. }, Some(raw)) = (&event.what, event.raw.as_deref()) {
        let Some(own) = find_own_part(raw, user) else { return vec![DetailFact::Said("not an object")] };
        let others = DetailFact::Said("what an interval says about others is left out");
        return json_in_lines(&own).into_iter().take(LINES).map(DetailFact::Json).chain([others]).collect();
    }
    match event.raw.as_deref() {
        None => vec![DetailFact::Said("not kept")],
        Some(raw) if raw.len() > LARGEST => vec![DetailFact::Said("too large to show")],
        Some(raw) => json_in_lines(raw).into_iter().take(LINES).map(DetailFact::Json).collect(),
    }
}
