use super::*;
use crate::{presence::Moment, world::EntryTime};

fn say(log: &mut EventLog, title: &str) {
    let note = Note::Crowd { title: title.to_owned() };
    log.push(Arc::new(Entry::from_note(None, note, Moment::default())));
}

#[test]
fn it_is_bounded_and_counts_what_it_dropped() {
    let mut log = EventLog::default();
    (0..KEPT + 5).for_each(|n| say(&mut log, &n.to_string()));
    assert_eq!((log.len(), log.dropped), (KEPT, 5));
    log.set_limit(100);
    assert_eq!((log.len(), log.dropped), (100, KEPT as u64 - 95));
    log.set_limit(2 * KEPT);
    (0..2 * KEPT).for_each(|n| say(&mut log, &n.to_string()));
    assert_eq!(log.len(), 2 * KEPT);
}

#[test]
fn it_is_bounded_in_bytes_and_what_is_taken_out_counts_no_more() {
    let mut log = EventLog::default();
    let giant = "x".repeat(BYTES_KEPT / 4);
    (0..9).for_each(|_| say(&mut log, &giant));
    assert_eq!((log.len(), log.dropped), (3, 6));
    // More than all of it: not even that is kept.
    say(&mut log, &giant.repeat(5));
    assert_eq!((log.len(), log.dropped, log.bytes), (0, 10, 0));
    let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
    let mut entry = Entry {
        at: EntryTime::Here(Moment::default()),
        heard: Moment::default(),
        late: std::time::Duration::ZERO,
        channel: Some(lobby),
        user: Some(ann),
        occupancy: None,
        odd: false,
        event: None,
        body: EntryBody::Leave { stayed: None },
    };
    log.push(Arc::new(entry.clone()));
    assert_eq!(log.len(), 1);
    // The departure is told as a flap instead.
    entry.body = EntryBody::Flap { away: std::time::Duration::from_secs(1) };
    log.push(Arc::new(entry.clone()));
    assert_eq!((log.len(), log.count_kind(EntryKind::Leave), log.bytes), (1, 0, entry.weight()));
}

#[test]
fn a_flap_takes_the_departure_of_its_user_and_channel_from_among_the_last() {
    let mut log = EventLog::default();
    let mut push = |channel: &str, user: &str, body: EntryBody| {
        log.push(Arc::new(Entry {
            at: EntryTime::Here(Moment::default()),
            heard: Moment::default(),
            late: std::time::Duration::ZERO,
            channel: Some(Channel::from_wire(channel)),
            user: Some(UserId::from_wire(user)),
            occupancy: None,
            odd: false,
            event: None,
            body,
        }));
        (log.len(), log.count_kind(EntryKind::Leave), log.count_kind(EntryKind::Timeout))
    };
    let leave = EntryBody::Leave { stayed: None };
    let flap = EntryBody::Flap { away: std::time::Duration::from_secs(1) };
    push("lobby", "ann", leave.clone());
    push("stage", "ann", leave.clone());
    push("lobby", "bob", EntryBody::Timeout { stayed: None });
    assert_eq!(push("lobby", "cat", flap.clone()), (4, 2, 1));
    assert_eq!(push("lobby", "bob", flap.clone()), (4, 2, 0));
    assert_eq!(push("lobby", "ann", flap.clone()), (4, 1, 0));
    assert_eq!(push("lobby", "ann", flap.clone()), (5, 1, 0), "it is taken once");
    // The other one is too far above after this.
    for n in 0..REACH {
        push("lobby", &n.to_string(), EntryBody::Join { sightings: 1 });
    }
    assert_eq!(push("stage", "ann", flap), (REACH + 6, 1, 0));
}

#[test]
fn minor_notes_are_not_kept() {
    let mut log = EventLog::default();
    log.push(Arc::new(Entry::from_note(None, Note::Connecting { poll: 0 }, Moment::default())));
    assert_eq!(log.len(), 0);
}

#[test]
fn what_is_about_a_user_is_known_whether_it_came_before_or_after() {
    use crate::presence::{EventKind, PresenceEvent, Timetoken};
    let mut log = EventLog::default();
    let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
    let hear = |log: &mut EventLog, channel: &Channel, user: &UserId, many: usize| {
        let others = (0..many).map(|n| UserId::from_wire(&n.to_string())).chain([user.clone()]).collect();
        let what = match many {
            0 => EventKind::Joined { user: user.clone(), state: None },
            _ => EventKind::Interval { joined: others, left: vec![], timed_out: vec![], refresh: false },
        };
        let published = Timetoken::new(1);
        let (channel, raw) = (channel.clone(), None);
        let event = PresenceEvent {
            channel: channel.clone(),
            subscription: None,
            published,
            timestamp: None,
            occupancy: None,
            what,
            raw,
        };
        log.push(Arc::new(Entry {
            at: EntryTime::Service(published),
            heard: Moment::default(),
            late: std::time::Duration::ZERO,
            channel: Some(channel),
            user: Some(user.clone()).filter(|_| many == 0),
            occupancy: None,
            odd: false,
            event: Some(Arc::new(event)),
            body: EntryBody::Join { sightings: 1 },
        }));
    };
    let count = |log: &EventLog| log.entries_about(&lobby, &ann).count();
    let elsewhere = Channel::from_wire("stage");
    for looks_after in [false, true] {
        for (channel, user, many) in
            [(&lobby, "ann", 0), (&lobby, "bob", 0), (&elsewhere, "ann", 0), (&lobby, "ann", 3), (&lobby, "bob", 3)]
        {
            hear(&mut log, channel, &UserId::from_wire(user), many);
        }
        assert_eq!(log.looks_after(&lobby, &ann), looks_after);
        log.look_after(lobby.clone(), ann.clone());
    }
    assert_eq!(count(&log), 4);
    hear(&mut log, &lobby, &ann, 0);
    assert_eq!(count(&log), 5);
    log.set_limit(2);
    assert_eq!((log.len(), count(&log)), (2, 1));
    assert!(!log.looks_after(&elsewhere, &ann));
}
