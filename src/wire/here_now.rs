//! The answer to here now.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{
    Malformed,
    lenient::{RawEntries, parse_accepted, parse_inner_list, parse_inner_object, parse_state, parse_text, show_value},
    number::{LARGEST, read_whole},
};
use crate::{
    presence::{Channel, ListedUser, UserId, sanitize},
    wording::excerpt,
};

/// The occupants of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelOccupants {
    /// The number of distinct user ids that are present, whatever the page.
    pub occupancy: u64,
    /// The page of them that was asked for; `None` if only counts were.
    pub listed: Option<Vec<ListedUser>>,
    /// How many elements of the page could not be read and are missing in `listed`.
    pub unread: usize,
    /// The first of them, cut and made safe to show.
    pub first_unread: Option<String>,
}

/// Who is present: the answer to here now, whichever of its two shapes it has.
///
/// Recorded by the Python and Ruby SDKs:
///
/// ```json
/// {"status":200,"message":"OK","service":"Presence","uuids":["ann",{"uuid":"bob","state":{}}],"occupancy":2}
/// {"status":200,"message":"OK","service":"Presence","payload":{"channels":
///   {"lobby":{"uuids":["ann"],"occupancy":1}},"total_channels":1,"total_occupancy":1}}
/// ```
///
/// The first shape answers a request for exactly one channel and no group, the second everything else. `uuids` is
/// absent when only counts were asked for. With states, every element of it is an object, and one without a state
/// has no `state` key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HereNow {
    /// The occupants by channel. An empty channel may be absent.
    pub channels: BTreeMap<Channel, ChannelOccupants>,
    /// How many channels could not be read and are missing above. If any, absence proves nothing.
    pub unread: usize,
}

/// The two shapes of an answer to here now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HereNowShape {
    /// For exactly one channel and no group.
    Flat,
    /// For anything else.
    ByChannel,
}

#[derive(Deserialize)]
struct WirePayload<'a> {
    #[serde(borrow, default)]
    channels: Option<RawEntries<'a>>,
}

#[derive(Deserialize)]
struct WireChannel<'a> {
    #[serde(borrow, default)]
    occupancy: Option<&'a RawValue>,
    #[serde(borrow, default)]
    uuids: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WithState<'a> {
    #[serde(borrow)]
    uuid: &'a RawValue,
    #[serde(borrow, default)]
    state: Option<&'a RawValue>,
}

/// A plain user id, or an object with one; nothing if it is neither.
fn parse_occupant(raw: &RawValue) -> Option<ListedUser> {
    let (id, state) = if raw.get().starts_with('{') {
        let WithState { uuid, state } = serde_json::from_str(raw.get()).ok()?;
        (parse_text(uuid)?, state.and_then(parse_state))
    } else {
        (parse_text(raw)?, None)
    };
    (!id.is_empty()).then(|| ListedUser { user: UserId::from_wire(&id), state })
}

/// Each user once, in the order they came first: one who comes both as a name and with a state has that state.
fn combine_doubles(listed: Vec<ListedUser>) -> Vec<ListedUser> {
    let mut places: HashMap<UserId, usize, foldhash::fast::RandomState> = HashMap::default();
    let mut once: Vec<ListedUser> = Vec::with_capacity(listed.len());
    for user in listed {
        match places.entry(user.user.clone()) {
            Entry::Occupied(place) => {
                let known = &mut once[*place.get()];
                known.state = user.state.or(known.state.take());
            }
            Entry::Vacant(place) => {
                place.insert(once.len());
                once.push(user);
            }
        }
    }
    once
}

impl WireChannel<'_> {
    /// Read it; a user id that can't be read costs only itself.
    fn read(&self) -> Result<ChannelOccupants, Malformed> {
        let garbled = |why: String| Malformed::new("here now", why);
        let told = self.occupancy.filter(|raw| raw.get() != "null");
        let occupancy = told.map(|raw| {
            read_whole(raw, LARGEST).ok_or_else(|| {
                garbled(format!("an occupancy is {}, which is no whole number from 0 to 2^53", show_value(raw)))
            })
        });
        let occupancy = occupancy.transpose()?;
        let list = self.uuids.filter(|raw| raw.get() != "null");
        let Some(list) = list.map(|raw| parse_inner_list("here now", "list of user ids", Some(raw))).transpose()?
        else {
            let occupancy = occupancy.ok_or_else(|| garbled("it holds neither occupants nor a count".to_owned()))?;
            return Ok(ChannelOccupants { occupancy, listed: None, unread: 0, first_unread: None });
        };
        let mut first_unread = None;
        let mut read = |raw: &&RawValue| {
            let user = parse_occupant(raw);
            if user.is_none() {
                first_unread.get_or_insert_with(|| show_value(raw));
            }
            user
        };
        let listed: Vec<ListedUser> = list.iter().filter_map(&mut read).collect();
        let unread = list.len() - listed.len();
        let objects = list.iter().filter(|raw| raw.get().starts_with('{')).count();
        let is_mixed = objects > 0 && objects < list.len();
        let doubtful = is_mixed || occupancy.is_none_or(|told| told != list.len() as u64);
        let listed = if doubtful { combine_doubles(listed) } else { listed };
        Ok(ChannelOccupants {
            occupancy: occupancy.unwrap_or((listed.len() + unread) as u64),
            listed: Some(listed),
            unread,
            first_unread,
        })
    }
}

/// Whether it holds what stands for bytes that were not UTF-8.
fn is_patched(text: &str) -> bool {
    text.contains('\u{fffd}')
}

impl HereNow {
    /// Read either shape. `asked` names the channel that the flat shape speaks of. An occupant or a channel
    /// that can't be read costs only itself, and is counted.
    ///
    /// # Errors
    /// If it is not an answer, or reports a failure, or if no channel in it can be read.
    pub fn parse(body: &str, asked: Option<&str>) -> Result<Self, Malformed> {
        #[derive(Deserialize)]
        struct Probe<'a> {
            #[serde(borrow, default)]
            payload: Option<&'a RawValue>,
            #[serde(borrow, default)]
            occupancy: Option<&'a RawValue>,
            #[serde(borrow, default)]
            uuids: Option<&'a RawValue>,
        }
        let garbled = |why: &str| Malformed::new("here now", why);
        let (Probe { payload, occupancy, uuids }, own) = parse_accepted("here now", body)?;
        let by_channel = payload.map(|payload| parse_inner_object("here now", "payload", payload)).transpose()?;
        let by_channel = by_channel.and_then(|payload: WirePayload<'_>| payload.channels);
        if let Some(RawEntries(channels)) = by_channel.filter(|c| !c.0.is_empty() || occupancy.or(uuids).is_none()) {
            return Self::read_channels(channels);
        }
        if occupancy.or(uuids).is_some() {
            let Some(name) = asked else { return Err(garbled("it does not say for which channel")) };
            let flat = WireChannel { occupancy, uuids }.read()?;
            return Ok(Self { channels: BTreeMap::from([(Channel::from_wire(name), flat)]), unread: 0 });
        }
        // An empty payload says that nobody is there; no payload at all says nothing.
        if payload.is_some() && own.confirms() {
            return Ok(Self::default());
        }
        Err(garbled("it holds neither occupants nor a count"))
    }

    /// Read the channels of a payload. One that can't be read costs only itself.
    fn read_channels(channels: Vec<(&RawValue, &RawValue)>) -> Result<Self, Malformed> {
        let mut answer = Self::default();
        let mut first = None;
        for (name, channel) in channels {
            let read = parse_inner_object::<WireChannel<'_>>("here now", "channel", channel).and_then(|c| c.read());
            match (parse_text(name).filter(|name| !name.is_empty()), read) {
                (Some(name), Ok(channel)) => drop(answer.channels.insert(Channel::from_wire(&name), channel)),
                (name, read) => {
                    answer.unread += 1;
                    let why = read.err().map_or_else(|| format!("its name is {name:?}"), |malformed| malformed.why);
                    first.get_or_insert(why);
                }
            }
        }
        match first {
            Some(why) if answer.channels.is_empty() => {
                let why = format!("none of the channels that it names can be read; of the first, {why}");
                Err(Malformed::new("here now", why))
            }
            _ => Ok(answer),
        }
    }

    /// What is left where bytes that are not UTF-8 became U+FFFD: whoever's name or state holds one is not
    /// believed, and counts as not read.
    #[must_use]
    pub fn without_patches(mut self) -> Self {
        let before = self.channels.len();
        self.channels.retain(|name, _| !is_patched(name.as_str()));
        self.unread += before - self.channels.len();
        for channel in self.channels.values_mut() {
            let Some(listed) = &mut channel.listed else { continue };
            let before = listed.len();
            let mut first = None;
            let believed = |c: &ListedUser| {
                !is_patched(c.user.as_str()) && !c.state.as_ref().is_some_and(|s| is_patched(s.as_json()))
            };
            listed.retain(|c| {
                let believed = believed(c);
                if !believed {
                    first.get_or_insert_with(|| format!("`{}`", excerpt(&sanitize(c.user.as_str()), 80)));
                }
                believed
            });
            channel.unread += before - listed.len();
            channel.first_unread = channel.first_unread.take().or(first);
        }
        self
    }

    /// The sum over all channels: a user on two of them counts twice.
    pub fn total_occupancy(&self) -> u64 {
        self.channels.values().map(|c| c.occupancy).sum()
    }

    /// Write it in the given shape; `with_state` makes every occupant an object.
    pub fn encode(&self, shape: HereNowShape, with_state: bool) -> String {
        let body = match shape {
            HereNowShape::Flat => {
                let mut body = Map::new();
                body.insert("status".into(), 200.into());
                body.insert("message".into(), "OK".into());
                body.insert("service".into(), "Presence".into());
                let nobody = ChannelOccupants { occupancy: 0, listed: Some(Vec::new()), unread: 0, first_unread: None };
                encode_channel(self.channels.values().next().unwrap_or(&nobody), with_state, &mut body);
                Value::Object(body)
            }
            HereNowShape::ByChannel => {
                let channels = self.channels.iter().map(|(name, channel)| {
                    let mut body = Map::new();
                    encode_channel(channel, with_state, &mut body);
                    (name.as_str().to_owned(), Value::Object(body))
                });
                json!({"status": 200, "message": "OK", "service": "Presence", "payload": {
                    "channels": channels.collect::<Map<_, _>>(),
                    "total_channels": self.channels.len(),
                    "total_occupancy": self.total_occupancy(),
                }})
            }
        };
        body.to_string()
    }
}

fn encode_channel(channel: &ChannelOccupants, with_state: bool, body: &mut Map<String, Value>) {
    if let Some(listed) = &channel.listed {
        let occupants = listed.iter().map(|occupant| {
            let id = occupant.user.as_str();
            match (&occupant.state, with_state) {
                (_, false) => Value::from(id),
                (None, true) => json!({"uuid": id}),
                (Some(state), true) => json!({"uuid": id, "state": state.value()}),
            }
        });
        body.insert("uuids".into(), occupants.collect());
    }
    body.insert("occupancy".into(), channel.occupancy.into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::State;

    fn ids(channel: &ChannelOccupants) -> Vec<&str> {
        channel.listed.iter().flatten().map(|c| c.user.as_str()).collect()
    }

    #[test]
    fn a_bad_occupant_costs_only_itself_and_is_counted() {
        // A number is a name without its quotes.
        let list = r#"["ann","bad\ud83d",7,null,"",{"uuid":"bob","state":{"n":1}},{"uuid":8},{"state":{}},["x"]]"#;
        let answer = HereNow::parse(&format!(r#"{{"status":200,"uuids":{list},"occupancy":9}}"#), Some("a")).unwrap();
        let channel = &answer.channels[&Channel::from_wire("a")];
        assert_eq!((ids(channel), channel.unread, channel.occupancy), (vec!["ann", "7", "bob", "8"], 5, 9));
        let body = format!(r#"{{"payload":{{"channels":{{"a":{{"uuids":{list}}},"b":{{"uuids":["cat"]}}}}}}}}"#);
        let answer = HereNow::parse(&body, None).unwrap();
        let (a, b) = (&answer.channels[&Channel::from_wire("a")], &answer.channels[&Channel::from_wire("b")]);
        assert_eq!((ids(a), a.unread, a.occupancy), (vec!["ann", "7", "bob", "8"], 5, 9));
        assert_eq!((ids(b), b.unread, answer.unread), (vec!["cat"], 0, 0));
    }

    #[test]
    fn a_bad_channel_costs_only_itself_and_is_counted() {
        let channels = r#"{"a":{"uuids":["ann"],"occupancy":1},"b\udc00":{"occupancy":1},"c":7,"d":{"occupancy":-1}}"#;
        let answer = HereNow::parse(&format!(r#"{{"payload":{{"channels":{channels}}}}}"#), None).unwrap();
        assert_eq!((answer.channels.len(), answer.unread), (1, 3));
        let none = HereNow::parse(r#"{"payload":{"channels":{"c":7}}}"#, None).unwrap_err().to_string();
        assert!(none.contains("none of the channels") && none.contains("`7`"), "{none}");
        assert!(HereNow::parse(r#"{"status":403,"error":true,"uuids":[],"occupancy":0}"#, Some("a")).is_err());
    }

    #[test]
    fn who_comes_as_a_name_and_with_a_state_is_one_and_has_the_state() {
        let list = r#"["ann",{"uuid":"ann","state":{"n":1.10}},{"uuid":"bob","state":[]},"bob","cat"]"#;
        for occupancy in [r#","occupancy":3"#, "", r#","occupancy":5"#] {
            let answer = HereNow::parse(&format!(r#"{{"status":200,"uuids":{list}{occupancy}}}"#), Some("a")).unwrap();
            let channel = &answer.channels[&Channel::from_wire("a")];
            assert_eq!((ids(channel), channel.unread), (vec!["ann", "bob", "cat"], 0), "{occupancy}");
            let states = channel.listed.iter().flatten().map(|c| c.state.as_ref().map(State::as_json));
            assert_eq!(states.collect::<Vec<_>>(), [Some(r#"{"n":1.10}"#), Some("{}"), None]);
        }
    }

    #[test]
    fn counts_are_read_however_they_are_written_and_never_guessed() {
        let count = |occupancy: &str| {
            let answer = HereNow::parse(&format!(r#"{{"status":200,"occupancy":{occupancy}}}"#), Some("a"));
            answer.map(|answer| answer.total_occupancy()).map_err(|e| e.to_string())
        };
        for (text, number) in [("12", 12), ("\"12\"", 12), ("4.0", 4), ("0", 0), ("9007199254740992", 1 << 53)] {
            assert_eq!(count(text), Ok(number), "{text}");
        }
        for text in ["-1", "9007199254740993", "1e400", "\"many\"", "1.5", "[]", "true"] {
            let said = count(text).unwrap_err();
            assert!(said.contains("an occupancy is `") && said.contains("0 to 2^53"), "{said}");
        }
        assert!(count("null").unwrap_err().contains("neither occupants nor a count"));
    }

    #[test]
    fn what_is_empty_is_nobody_only_where_the_answer_says_so() {
        let parse = |body: &str| HereNow::parse(body, None);
        for empty in ["[]", "{}", r#"{"channels":[]}"#, r#"{"channels":{}}"#] {
            assert_eq!(parse(&format!(r#"{{"status":200,"payload":{empty}}}"#)), Ok(HereNow::default()), "{empty}");
        }
        for none in ["{}", "[]", "null", "", "<html>", r#"{"status":200}"#, r#"{"payload":{}}"#, r#"{"message":"OK"}"#]
        {
            assert!(parse(none).is_err() && HereNow::parse(none, Some("a")).is_err(), "{none}");
        }
        let both = HereNow::parse(r#"{"status":200,"payload":[],"uuids":["ann"],"occupancy":1}"#, Some("a")).unwrap();
        assert_eq!(both.total_occupancy(), 1);
        let none = HereNow::parse(r#"{"uuids":[]}"#, Some("a")).unwrap();
        assert_eq!(none.total_occupancy(), 0);
    }

    #[test]
    fn whoever_came_with_broken_bytes_is_not_believed() {
        let body =
            "{\"uuids\":[\"a\u{fffd}\",\"bob\",{\"uuid\":\"cat\",\"state\":{\"x\":\"\u{fffd}\"}}],\"occupancy\":3}";
        let answer = HereNow::parse(body, Some("a")).unwrap();
        let channel = &answer.clone().without_patches().channels[&Channel::from_wire("a")];
        assert_eq!((ids(channel), channel.unread), (vec!["bob"], 2));
        // The same character, honestly sent, is just a character.
        assert_eq!(answer.channels[&Channel::from_wire("a")].unread, 0);
    }
}
