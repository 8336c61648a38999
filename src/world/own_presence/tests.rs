//! Where we are present, and when the next heartbeat is due.

use super::*;

#[test]
fn heartbeats_come_twice_per_timeout_and_never_too_often() {
    let seconds = Duration::from_secs;
    for (timeout, interval) in [(300, 149), (20, 9), (8, 3), (1, 3)] {
        assert_eq!(OwnPresence::new(seconds(timeout)).heartbeat_interval(), seconds(interval), "{timeout}");
    }
    let at = |s: u64| Moment::from_micros(s * 1_000_000);
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    let mut own = OwnPresence::new(seconds(20));
    assert!(own.begin_join(lobby.clone(), Timetoken::ZERO, at(0)));
    assert!(own.confirm_heartbeat(&lobby, seconds(20), at(0)));
    assert!(!own.begin_join(lobby.clone(), Timetoken::ZERO, at(2)), "not twice within three seconds");
    assert_eq!((own.next_due(), own.take_due_heartbeats(at(8)).len()), (Some(at(9)), 0));
    assert_eq!(own.take_due_heartbeats(at(9)), [lobby]);
    assert_eq!(own.take_due_heartbeats(at(10)), []);
    assert_eq!(own.next_due(), Some(at(18)));
}

#[test]
fn a_new_timeout_does_not_change_when_the_last_heartbeat_was() {
    let at = |s: u64| Moment::from_micros(s * 1_000_000);
    let seconds = Duration::from_secs;
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    for (before, after) in [(300, 20), (20, 300)] {
        let mut own = OwnPresence::new(seconds(before));
        own.begin_join(lobby.clone(), Timetoken::new(100), at(1000));
        own.confirm_heartbeat(&lobby, own.timeout, at(1000));
        own.timeout = seconds(after);
        let mut returning = own.clone();
        assert!(returning.return_after_timeout(&lobby, Timetoken::new(500), at(1001)));
        assert_eq!(returning.next_due(), Some(at(1003)), "{before} to {after}");
        assert!(!own.begin_join(lobby.clone(), Timetoken::new(100), at(1002)), "{before} to {after}");
        assert!(own.begin_join(lobby.clone(), Timetoken::new(100), at(1003)), "{before} to {after}");
    }
}

#[test]
fn without_heartbeats_a_place_runs_out_and_with_them_it_is_due_at_once() {
    let at = |s: u64| Moment::from_micros(s * 1_000_000);
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    let mut own = OwnPresence::new(Duration::from_secs(20));
    own.begin_join(lobby.clone(), Timetoken::ZERO, at(0));
    assert!(own.is_at(&lobby));
    own.confirm_heartbeat(&lobby, own.timeout, at(0));
    own.kept_alive = false;
    assert_eq!((own.take_due_heartbeats(at(12)), own.next_due()), (Vec::new(), Some(at(25))));
    assert!(own.take_expired(at(24)).is_empty());
    own.kept_alive = true;
    assert_eq!(own.take_due_heartbeats(at(24)), std::slice::from_ref(&lobby));
    own.kept_alive = false;
    assert_eq!(own.take_expired(at(25)), std::slice::from_ref(&lobby));
    assert_eq!((own.is_at(&lobby), own.next_due()), (false, None));
}

#[test]
fn a_leave_overtakes_the_heartbeat_that_is_on_its_way() {
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    let mut own = OwnPresence::new(Duration::from_secs(20));
    own.begin_join(lobby.clone(), Timetoken::ZERO, Moment::default());
    own.begin_leave(&lobby, Moment::default());
    assert!(!own.confirm_heartbeat(&lobby, own.timeout, Moment::default()));
    assert_eq!((own.next_due(), own.places.len()), (None, 0));
    // Until the leave is confirmed we may still be there.
    assert_eq!(own.leave_all(), std::slice::from_ref(&lobby));
    own.begin_leave(&lobby, Moment::default());
    own.confirm_leave(&lobby);
    assert_eq!(own.leave_all(), []);
}

#[test]
fn a_leave_that_failed_leaves_us_perhaps_present_until_the_timeout() {
    let at = |s: u64| Moment::from_micros(s * 1_000_000);
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    let mut own = OwnPresence::new(Duration::from_secs(20));
    own.begin_join(lobby.clone(), Timetoken::ZERO, at(0));
    own.confirm_heartbeat(&lobby, own.timeout, at(1));
    own.begin_leave(&lobby, at(2));
    assert_eq!(own.count_unconfirmed(at(2)), None, "it is on its way");
    own.mark_leave_failed(&lobby);
    assert_eq!((own.count_unconfirmed(at(2)), own.count_unconfirmed(at(21))), (Some((1, at(21))), None));
    // The service tells that we left after all.
    own.take_departure(&lobby, Timetoken::new(5));
    assert_eq!(own.count_unconfirmed(at(2)), None);
    // Who leaves where they never were is nowhere.
    own.begin_leave(&lobby, at(3));
    own.mark_leave_failed(&lobby);
    assert_eq!(own.count_unconfirmed(at(3)), None);
    // A first heartbeat without an answer may have arrived.
    own.begin_join(lobby.clone(), Timetoken::ZERO, at(30));
    own.mark_heartbeat_failed(&lobby);
    assert_eq!(own.count_unconfirmed(at(31)), Some((1, at(50))));
}

#[test]
fn who_is_kept_alive_returns_after_a_timeout() {
    let at = |s: u64| Moment::from_micros(s * 1_000_000);
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    let mut own = OwnPresence::new(Duration::from_secs(20));
    own.begin_join(lobby.clone(), Timetoken::new(100), at(0));
    assert!(!own.return_after_timeout(&lobby, Timetoken::new(500), at(1)), "not present yet");
    own.confirm_heartbeat(&lobby, own.timeout, at(0));
    assert!(!own.return_after_timeout(&lobby, Timetoken::new(50), at(32)), "an earlier presence");
    assert!(own.return_after_timeout(&lobby, Timetoken::new(500), at(32)));
    assert_eq!(own.take_due_heartbeats(at(32)), std::slice::from_ref(&lobby));
    assert!(!own.return_after_timeout(&lobby, Timetoken::new(500), at(32)), "the same once more");
    own.confirm_heartbeat(&lobby, own.timeout, at(33));
    assert!(own.return_after_timeout(&lobby, Timetoken::new(900), at(34)));
    assert_eq!(own.next_due(), Some(at(36)), "not twice within three seconds");
    own.kept_alive = false;
    assert!(!own.return_after_timeout(&lobby, Timetoken::new(2000), at(60)));
}

#[test]
fn a_late_word_of_an_earlier_departure_does_not_end_the_new_presence() {
    let lobby = Subscription::Channel(Channel::from_wire("lobby"));
    let (before, after) = (Timetoken::new(100), Timetoken::new(300));
    let mut own = OwnPresence::new(Duration::from_secs(20));
    own.begin_join(lobby.clone(), Timetoken::new(200), Moment::default());
    assert!(!own.take_departure(&lobby, before));
    assert!(own.confirm_heartbeat(&lobby, own.timeout, Moment::default()));
    assert!(!own.take_departure(&lobby, before));
    assert!(own.take_departure(&lobby, after));
    assert!(own.places.is_empty());
}
