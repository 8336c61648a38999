//! The answer to here now, read in one pass where it is written as PubNub was recorded to write it.
//!
//! A channel of a million takes a thousand pages. The general reader takes any JSON that means one, and passes over the
//! same text up to five times. What this one does not know it leaves to the general reader: the whole answer. What it
//! reads means the same to both, which a test holds.

use std::collections::{BTreeMap, HashSet};

use super::{ChannelOccupants, HereNow, number::LARGEST};
use crate::presence::{Channel, JsonScanner, ListedUser, MOST_ON_A_PAGE, State, UserId, take_once};

/// Read an answer; `None` if the general reader ([`HereNow::parse`]) has to. `asked` names the channel that the flat shape speaks of.
pub fn scan_here_now(body: &str, asked: Option<&str>) -> Option<HereNow> {
    let mut scanner = JsonScanner::new(body);
    let (mut status, mut message, mut occupancy, mut listed, mut channels) = (None, None, None, None, None);
    scanner.take_object(|scanner, name| match name {
        "status" => take_once(&mut status, scanner.take_number().filter(|status| *status == 200)?),
        "message" => take_once(&mut message, scanner.take_string()?),
        "service" => scanner.take_string().map(drop),
        "occupancy" => take_once(&mut occupancy, scan_count(scanner)?),
        "uuids" => take_once(&mut listed, scan_users(scanner)?),
        "payload" => take_once(&mut channels, scan_payload(scanner)?),
        _ => None,
    })?;
    let channels = match (channels, asked) {
        (Some(channels), _) if occupancy.is_none() && listed.is_none() => channels,
        (None, Some(asked)) => BTreeMap::from([(Channel::from_wire(asked), make_occupants(occupancy?, listed?)?)]),
        _ => return None,
    };
    scanner.is_at_end().then_some(HereNow { channels, unread: 0 })
}

fn scan_count(scanner: &mut JsonScanner<'_>) -> Option<u64> {
    scanner.take_number().filter(|count| *count <= LARGEST)
}

fn scan_payload(scanner: &mut JsonScanner<'_>) -> Option<BTreeMap<Channel, ChannelOccupants>> {
    let mut channels = BTreeMap::new();
    let mut found = None;
    scanner.take_object(|scanner, name| match name {
        "channels" => {
            take_once(&mut found, ())?;
            scanner.take_object(|scanner, name| {
                let (mut occupancy, mut listed) = (None, None);
                scanner.take_object(|scanner, name| match name {
                    "occupancy" => take_once(&mut occupancy, scan_count(scanner)?),
                    "uuids" => take_once(&mut listed, scan_users(scanner)?),
                    _ => None,
                })?;
                let occupants = make_occupants(occupancy?, listed?)?;
                let is_new = channels.insert(Channel::from_wire(name), occupants).is_none();
                (is_new && !name.is_empty()).then_some(())
            })
        }
        "total_channels" | "total_occupancy" => scan_count(scanner).map(drop),
        _ => None,
    })?;
    Some(channels).filter(|channels| !channels.is_empty())
}

/// Users without doubles, as long as a page may be.
fn make_occupants(occupancy: u64, listed: Vec<ListedUser>) -> Option<ChannelOccupants> {
    let is_ascending = || listed.is_sorted_by(|one, next| one.user < next.user);
    let has_no_doubles = || {
        let mut users = HashSet::with_capacity_and_hasher(listed.len(), foldhash::fast::RandomState::default());
        listed.iter().all(|listed| users.insert(&listed.user))
    };
    let is_plain = listed.len() as u64 == occupancy || is_ascending() || has_no_doubles();
    is_plain.then_some(ChannelOccupants { occupancy, listed: Some(listed), unread: 0, first_unread: None })
}

/// Users who are all written in the same of two ways.
fn scan_users(scanner: &mut JsonScanner<'_>) -> Option<Vec<ListedUser>> {
    let mut listed: Vec<ListedUser> = Vec::new();
    let mut are_objects = None;
    scanner.take_array(|scanner| {
        let is_object = scanner.peek()? == b'{';
        let user = if is_object { scan_user(scanner)? } else { make_user(scanner.take_string()?, None)? };
        listed.push(user);
        let is_uniform = *are_objects.get_or_insert(is_object) == is_object;
        (is_uniform && listed.len() <= MOST_ON_A_PAGE).then_some(())
    })?;
    Some(listed)
}

fn scan_user(scanner: &mut JsonScanner<'_>) -> Option<ListedUser> {
    let (mut user, mut state) = (None, None);
    scanner.take_object(|scanner, name| match name {
        "uuid" => take_once(&mut user, scanner.take_string()?),
        "state" => take_once(&mut state, scanner.take_value().filter(|json| json.starts_with('{'))?),
        _ => scanner.skip_value(),
    })?;
    make_user(user?, state)
}

fn make_user(user: &str, state: Option<&str>) -> Option<ListedUser> {
    (!user.is_empty()).then(|| ListedUser { user: UserId::from_wire(user), state: state.map(State::from_scanned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the general reader makes of it.
    fn read(body: &str) -> Option<HereNow> {
        HereNow::parse(body, Some("lobby")).ok()
    }

    #[test]
    fn recorded_answers_mean_the_same_to_both_readers() {
        for body in [
            r#"{"status":200,"message":"OK","service":"Presence","uuids":["ann","bob"],"occupancy":2}"#,
            r#"{"status":200,"message":"OK","service":"Presence","uuids":["bob","ann"],"occupancy":7}"#,
            r#" { "uuids" : [ {"uuid":"ann","state":{"a":[1.10,"\u00e9"]}} , {"x":1,"uuid":"é"} ], "occupancy": 2 } "#,
            r#"{"status":200,"uuids":[],"occupancy":0}"#,
            r#"{"status":200,"payload":{"channels":{"b":{"uuids":["ann"],"occupancy":1},"a":{"occupancy":3,"uuids":[]}},"total_channels":2,"total_occupancy":4},"service":"Presence"}"#,
        ] {
            let scanned = scan_here_now(body, Some("lobby"));
            assert!(scanned.is_some() && scanned == read(body), "{body}: {scanned:?}");
        }
    }

    #[test]
    fn what_is_written_in_another_way_is_left_to_the_general_reader() {
        for body in [
            r#"{"status":403,"uuids":["ann"],"occupancy":1}"#,
            r#"{"status":200,"error":true,"uuids":["ann"],"occupancy":1}"#,
            r#"{"uuids":["ann","ann"],"occupancy":3}"#,
            r#"{"uuids":["ann",{"uuid":"bob"}],"occupancy":2}"#,
            r#"{"uuids":["ann",7],"occupancy":2}"#,
            r#"{"uuids":[""],"occupancy":1}"#,
            r#"{"uuids":["\u0061"],"occupancy":1}"#,
            r#"{"uuids":["ann"],"uuids":["bob"],"occupancy":1}"#,
            r#"{"uuids":["ann"],"occupancy":-1}"#,
            r#"{"uuids":["ann"]}"#,
            r#"{"occupancy":1}"#,
            r#"{"uuids":[{"uuid":"ann","state":null}],"occupancy":1}"#,
            r#"{"uuids":["ann"],"occupancy":1"#,
            r#"{"uuids":["ann"],"occupancy":1} x"#,
            r#"{"payload":{"channels":{}},"uuids":["ann"],"occupancy":1}"#,
            r#"{"payload":{"channels":[]}}"#,
        ] {
            assert_eq!(scan_here_now(body, Some("lobby")), None, "{body}");
        }
        assert_eq!(scan_here_now(r#"{"uuids":["ann"],"occupancy":1}"#, None), None);
    }

    proptest::proptest! {
        /// Whatever it reads, the general reader reads the same.
        #[test]
        fn it_agrees_with_the_general_reader(
            text in r#"\{("status":(200|403)|"uuids":\[("a"|\{"uuid":"b"\}|\{"uuid":"c","state":\{"n":1\}\}|7)?(,"a"|,\{"uuid":"d","state":(null|\{\}|\[\])\})?\]|"occupancy":[0-3])(,("status":200|"occupancy":[0-9]{1,2}|"uuids":\["x","y"\]|"message":"OK")){0,3}\}"#,
        ) {
            if let Some(scanned) = scan_here_now(&text, Some("lobby")) {
                proptest::prop_assert_eq!(Some(scanned), read(&text), "{}", text);
            }
        }
    }
}
