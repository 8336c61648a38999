use super::*;

fn at(seconds: u64) -> Moment {
    Moment::from_micros(seconds * 1_000_000)
}

const T: Duration = Duration::from_secs(10);

#[test]
fn a_user_is_present_from_the_first_heartbeat_until_the_deadline_after_the_last() {
    let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
    let mut registry = Registry::default();
    assert!(registry.heartbeat(&lobby, &ann, T, at(0)).is_some());
    assert!(registry.heartbeat(&lobby, &ann, T, at(6)).is_none());
    assert_eq!(registry.next_deadline(), Some(at(16)));
    assert!(registry.expire_next(at(15)).is_none());
    let change = registry.expire_next(at(16)).unwrap();
    assert!(matches!(change, PresenceChange { what: EventKind::TimedOut { .. }, occupancy: 0, .. }));
    assert_eq!((registry.next_deadline(), registry.channels_after(&ann, None, 9)), (None, vec![]));
}

#[test]
fn the_latest_timeout_is_in_force() {
    let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
    let mut registry = Registry::default();
    registry.heartbeat(&lobby, &ann, Duration::from_secs(300), at(0));
    registry.heartbeat(&lobby, &ann, Duration::from_secs(3), at(1));
    assert!(registry.expire_next(at(4)).is_some() && registry.expire_next(at(4)).is_none());
}

#[test]
fn state_outlives_nobody() {
    let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
    let busy = State::parse("{\"mood\":\"busy\"}").unwrap();
    let mut registry = Registry::default();
    // Set before joining: kept, and brought along by the join.
    assert!(registry.set_state(&lobby, &ann, &registry.make_state(&busy)).is_none());
    let joined = registry.heartbeat(&lobby, &ann, T, at(0)).unwrap();
    assert!(matches!(joined.what, EventKind::Joined { state: Some(_), .. }));
    assert_eq!(registry.state(&lobby, &ann), Some(&busy));
    registry.leave(&lobby, &ann, false);
    assert_eq!(registry.state(&lobby, &ann), None);
    assert!(registry.leave(&lobby, &ann, false).is_none());
    // Unless it is told to.
    registry.heartbeat(&lobby, &ann, T, at(0));
    registry.set_state(&lobby, &ann, &registry.make_state(&busy));
    registry.leave(&lobby, &ann, true);
    let joined = registry.heartbeat(&lobby, &ann, T, at(1)).unwrap();
    assert!(matches!(joined.what, EventKind::Joined { state: Some(_), .. }));
    assert_eq!(registry.repeat_join(&lobby, &ann), Some(joined));
}
