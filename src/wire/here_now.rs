//! The answer to here now.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Malformed,
    lenient::{RawEntries, parse_accepted, parse_inner_object, parse_long_list, parse_state, parse_text, show_value},
    number::{LARGEST, read_whole},
    raw_list::RawList,
};
use crate::{
    presence::{Channel, ListedUser, MOST_ON_A_PAGE, UserId, sanitize},
    wording::excerpt,
};

/// The occupants of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelOccupants {
    /// The number of distinct user ids that are present, whatever the page.
    pub occupancy: u64,
    /// The page of them that was asked for, or the first [`MOST_ON_A_PAGE`] of a longer one; `None` if only counts were.
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
///
/// ```
/// use herenow::wire::HereNow;
///
/// let body = r#"{"status":200,"message":"OK","service":"Presence","uuids":["ann","bob"],"occupancy":2}"#;
/// let found = HereNow::parse(body, Some("lobby"))?;
/// let (channel, occupants) = found.channels.first_key_value().unwrap();
/// assert_eq!((channel.as_str(), occupants.occupancy), ("lobby", 2));
/// assert!(HereNow::parse("<html>", Some("lobby")).is_err());
/// # Ok::<(), herenow::wire::Malformed>(())
/// ```
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
        let list = list.map(|raw| parse_long_list("here now", "list of user ids", Some(raw))).transpose()?;
        let Some(RawList::<'_, MOST_ON_A_PAGE> { first: list, len }) = list else {
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
        let doubtful = is_mixed || occupancy.is_none_or(|told| told != len as u64);
        let listed = if doubtful { combine_doubles(listed) } else { listed };
        Ok(ChannelOccupants {
            occupancy: occupancy.unwrap_or((listed.len() + unread + len - list.len()) as u64),
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
        let (Probe { payload, occupancy, uuids }, _) = parse_accepted("here now", body)?;
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
        // An empty payload says nothing: nobody is said to be there or not.
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
                    let why =
                        read.err().map_or_else(|| format!("its name is {name:?}"), |malformed| malformed.why.into());
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
                    first.get_or_insert_with(|| format!("`{}`", sanitize(&excerpt(c.user.as_str(), 80))));
                }
                believed
            });
            channel.unread += before - listed.len();
            channel.first_unread = channel.first_unread.take().or(first);
        }
        self
    }

    /// The sum over all channels: a user on two of them counts twice. At most what fits.
    pub fn total_occupancy(&self) -> u64 {
        self.channels.values().map(|c| c.occupancy).fold(0, u64::saturating_add)
    }
}
#[cfg(test)]
mod tests;
