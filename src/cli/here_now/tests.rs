use super::*;
use crate::presence::UserId;

#[test]
fn a_list_that_is_not_everybody_is_said_to_be_none() {
    let found = |listed: usize, occupancy: u64, complete: bool, unread: usize, cut: Option<usize>| {
        let one = |n: usize| ListedUser { user: UserId::from_wire(&n.to_string()), state: None };
        FoundChannels::from([(
            Channel::from_wire("lobby\u{1b}"),
            FoundOccupants {
                occupancy,
                listed: Some((0..listed).map(one).collect()),
                complete,
                unread,
                first_unread: Some("`[1]`".to_owned()),
                cut,
            },
        )])
    };
    let explain_missing = |found: FoundChannels| super::explain_missing(&found, false);
    assert!(explain_missing(found(2, 2, true, 0, None)).is_empty());
    let said = explain_missing(found(3, 123_456, false, 0, Some(3)));
    assert_eq!(said, ["lobby␛: 3 of 123456 users are listed, as no more are collected per channel"]);
    let said = explain_missing(found(2, 3, false, 1, None));
    assert_eq!(said, ["lobby␛: 2 users are listed and 3 counted, as 1 name could not be read, such as `[1]`"]);
    assert_eq!(super::explain_missing(&found(2, 3, false, 1, None), true), said);
    assert!(super::explain_missing(&found(2, 3, false, 0, None), true).is_empty());
    let said = explain_missing(found(2, 3, false, 0, None));
    assert_eq!(said, ["lobby␛: 2 users are listed and 3 counted, as some came or went meanwhile; ask again"]);
}
