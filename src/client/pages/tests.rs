use super::*;
use crate::presence::UserId;

fn page(occupancy: u64, users: &[&str]) -> HereNow {
    let listed = users.iter().map(|u| ListedUser { user: UserId::from_wire(u), state: None }).collect();
    let occupants = ChannelOccupants { occupancy, listed: Some(listed), unread: 0, first_unread: None };
    HereNow { channels: BTreeMap::from([(Channel::from_wire("lobby"), occupants)]), unread: 0 }
}

fn lobby() -> Pages {
    Pages::new(&[Subscription::Channel(Channel::from_wire("lobby"))], 2, 10)
}

/// What these answers are together.
fn collect(pages: &mut Pages, answers: Vec<HereNow>) -> Snapshot {
    let mut all = Collected::default();
    for answer in answers {
        assert!(pages.next().is_some());
        all.extend(pages.add(answer, None));
    }
    assert_eq!(pages.next(), None);
    all.into_snapshots().remove(0)
}

#[test]
fn pages_are_asked_for_until_everybody_is_there() {
    let mut pages = lobby();
    assert_eq!(pages.next().unwrap().1, Page { limit: Some(2), offset: None });
    let at = |ticks| Some(Timetoken::new(ticks));
    let first = pages.add(page(3, &["b", "a"]), at(100_000_000)).remove(0);
    assert_eq!((first.complete, first.part), (false, ListPart { before: 0, more: true, cut: None }));
    assert_eq!(first.listed.unwrap()[0].user.as_str(), "a", "sorted");
    assert!(!pages.is_told(&first.channel));
    assert_eq!(pages.next().unwrap().1, Page { limit: Some(2), offset: Some(2) });
    let last = pages.add(page(3, &["c"]), at(110_000_000)).remove(0);
    assert_eq!((last.complete, last.part), (true, ListPart { before: 1, more: false, cut: None }));
    assert_eq!((first.as_of, last.as_of), (Timetoken::new(70_000_000), Timetoken::new(80_000_000)));
    assert!(pages.next().is_none() && pages.is_told(&last.channel));
    let all = collect(&mut lobby(), vec![page(3, &["a", "b"]), page(3, &["c"])]);
    assert!(all.complete && all.listed.unwrap().len() == 3);
}

#[test]
fn pages_that_moved_against_each_other_prove_no_absence() {
    // Somebody left the first page: "c" slipped to where we had looked already.
    assert!(!collect(&mut lobby(), vec![page(3, &["a", "b"]), page(2, &[])]).complete);
    // The counts agree, the names are fewer.
    assert!(!collect(&mut lobby(), vec![page(3, &["a", "b"]), page(3, &["b"])]).complete);
    // All have left meanwhile, so that the channel is not named any more.
    assert!(!collect(&mut lobby(), vec![page(3, &["a", "b"]), HereNow::default()]).complete);
}

#[test]
fn pages_that_bring_the_same_again_end_the_asking() {
    assert!(!collect(&mut lobby(), vec![page(1000, &["a", "b"]), page(1000, &["b", "a"])]).complete);
}

#[test]
fn no_more_names_are_collected_than_wanted() {
    let names: Vec<String> = (0..10).map(|n| n.to_string()).collect();
    let answers = names.chunks(2).map(|two| page(11, &[&two[0], &two[1]])).collect();
    let all = collect(&mut lobby(), answers);
    assert_eq!((all.complete, all.listed.unwrap().len(), all.part.cut), (false, 10, Some(10)));
    let answers = names.chunks(2).map(|two| page(10, &[&two[0], &two[1]])).collect();
    let all = collect(&mut lobby(), answers);
    assert_eq!((all.complete, all.part.cut), (true, None));
}

#[test]
fn where_somebody_could_not_be_read_absence_proves_nothing() {
    let parsed = |body: &str| {
        let places = ["lobby", "support"].map(|c| Subscription::Channel(Channel::from_wire(c)));
        Pages::new(&places, 10, 100).add(HereNow::parse(body, None).unwrap(), None)
    };
    // The count agrees by chance with those that could be read.
    let told = parsed(r#"{"payload":{"channels":{"lobby":{"uuids":["a",[7]],"occupancy":1}}}}"#);
    assert_eq!(told.iter().map(|s| (s.complete, s.unread)).collect::<Vec<_>>(), [(false, 1), (true, 0)]);
    // Of the channel that is missing nothing is known.
    let told = parsed(r#"{"payload":{"channels":{"lobby":{"uuids":["a"],"occupancy":1},"support":7}}}"#);
    assert_eq!(told.iter().map(|s| (s.channel.as_str(), s.complete)).collect::<Vec<_>>(), [("lobby", true)]);
}

#[test]
fn a_channel_that_the_answer_leaves_out_is_empty() {
    let snapshot = collect(&mut lobby(), vec![HereNow::default()]);
    assert_eq!((snapshot.occupancy, snapshot.listed, snapshot.complete), (0, Some(vec![]), true));
}
