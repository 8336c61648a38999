//! Every call of the client against our own service, by HTTP on loopback.

use std::time::Duration;

use herenow::{
    client::{Client, Error, Keyset, Origin, Wanted},
    clock::Clock,
    presence::{Channel, ChannelGroup, Snapshot, State, SubscribeKey, Subscription, UserId},
    service::{RunningService, ServiceOptions},
    wire::Page,
};

const TIMEOUT: Duration = Duration::from_secs(300);

async fn service() -> (RunningService, Client) {
    let clock = Clock::start();
    let running = ServiceOptions::default().start_on(clock).await.unwrap();
    let keyset = Keyset {
        origin: Origin::loopback(running.address),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("ann"),
        auth: None,
    };
    (running, Client::new(keyset, 10_000, clock).unwrap())
}

fn on(name: &str) -> Subscription {
    Subscription::parse(name).unwrap()
}

fn counts(snapshots: &[Snapshot]) -> Vec<(&str, u64)> {
    snapshots.iter().map(|s| (s.channel.as_str(), s.occupancy)).collect()
}

#[tokio::test]
async fn heartbeat_state_here_now_where_now_and_leave() {
    let (running, ann) = service().await;
    let (lobby, support) = (on("lobby"), on("support"));
    ann.heartbeat(&[lobby.clone(), support.clone()], TIMEOUT).await.unwrap();
    let bob = ann.as_user(UserId::from_wire("b/ö b?&#"));
    bob.heartbeat(std::slice::from_ref(&lobby), TIMEOUT).await.unwrap();

    let busy = State::parse(r#"{"mood":"busy","n":[1,null]}"#).unwrap();
    bob.set_state(std::slice::from_ref(&lobby), &busy).await.unwrap();
    let bob_id = &bob.keyset().user;
    let states = ann.get_state(std::slice::from_ref(&lobby), bob_id).await.unwrap();
    assert_eq!(states.channels[&Channel::from_wire("lobby")].value(), busy.value());
    let states = ann.get_state(&[lobby.clone(), support.clone()], bob_id).await.unwrap();
    assert!(states.channels[&Channel::from_wire("support")].is_empty());

    let here = ann.here_now(&[lobby.clone(), support.clone(), on("empty")]).await.unwrap();
    assert_eq!(counts(&here), [("empty", 0), ("lobby", 2), ("support", 1)]);
    assert!(here.iter().all(|s| s.complete));
    let listed = here[1].listed.as_ref().unwrap();
    assert_eq!((listed[1].user.clone(), listed[1].state.clone()), (bob_id.clone(), Some(busy)));
    assert_eq!(counts(&ann.here_now(&[]).await.unwrap()), [("lobby", 2), ("support", 1)], "everywhere");

    let lobby_only = std::slice::from_ref(&lobby);
    let bare = ann.here_now_once(lobby_only, Wanted::Counts, Page::default()).await.unwrap();
    assert!(bare.channels[&Channel::from_wire("lobby")].listed.is_none());
    let paged = Page { limit: Some(1), offset: Some(1) };
    let second = ann.here_now_once(lobby_only, Wanted::UserIds, paged).await.unwrap();
    let second = second.channels[&Channel::from_wire("lobby")].clone();
    assert_eq!((second.occupancy, second.listed.unwrap().len()), (2, 1));
    let too_many = Page { limit: Some(1001), offset: None };
    let refused = ann.here_now_once(lobby_only, Wanted::UserIds, too_many).await.unwrap_err();
    assert!(refused.to_string().contains("Cannot return more than 1000 uuids at a time"), "{refused}");

    assert_eq!(ann.where_now(&ann.keyset().user).await.unwrap().len(), 2);
    assert_eq!(ann.where_now(&UserId::from_wire("nobody")).await.unwrap(), []);
    ann.leave(&[lobby.clone(), support]).await.unwrap();
    assert_eq!(ann.where_now(&ann.keyset().user).await.unwrap(), []);
    assert!(matches!(ann.where_now(&UserId::from_wire("..")).await, Err(Error::UnsendableName(_))));
    running.end().await;
}

#[tokio::test]
async fn groups_are_made_asked_and_forgotten() {
    let (running, ann) = service().await;
    let group = ChannelGroup::parse("all").unwrap();
    let (a, b) = (Channel::from_wire("a"), Channel::from_wire("b"));
    assert_eq!(ann.list_group(&group).await.unwrap(), []);
    ann.add_to_group(&group, &[a.clone(), b.clone()]).await.unwrap();
    assert_eq!(ann.list_group(&group).await.unwrap(), [a.clone(), b.clone()]);
    let subscription = Subscription::Group(group.clone());
    ann.heartbeat(std::slice::from_ref(&subscription), TIMEOUT).await.unwrap();
    let here = ann.here_now(std::slice::from_ref(&subscription)).await.unwrap();
    assert_eq!(counts(&here), [("a", 1), ("b", 1)]);
    let state = State::parse(r#"{"x":1}"#).unwrap();
    ann.set_state(std::slice::from_ref(&subscription), &state).await.unwrap();
    let states = ann.get_state(std::slice::from_ref(&subscription), &ann.keyset().user).await.unwrap();
    assert_eq!(states.channels.len(), 2);
    ann.remove_from_group(&group, &[b]).await.unwrap();
    assert_eq!(ann.list_group(&group).await.unwrap(), [a]);
    ann.delete_group(&group).await.unwrap();
    assert_eq!(ann.list_group(&group).await.unwrap(), []);
    running.end().await;
}

#[tokio::test]
async fn more_than_a_page_of_people_are_collected() {
    let (running, ann) = service().await;
    let lobby = on("lobby");
    for n in 0..2_345 {
        let one = ann.as_user(UserId::from_wire(&format!("user-{n:05}")));
        one.heartbeat(std::slice::from_ref(&lobby), TIMEOUT).await.unwrap();
    }
    let here = ann.here_now(std::slice::from_ref(&lobby)).await.unwrap().remove(0);
    assert_eq!((here.occupancy, here.listed.unwrap().len(), here.complete), (2_345, 2_345, true));
    assert_eq!(ann.ledger().by_kind["here now"], (3, 0));
    running.end().await;
}

#[tokio::test]
async fn a_service_that_ends_answers_the_open_polls() {
    let (running, ann) = service().await;
    let names = herenow::wire::Names::watching(&[on("lobby")]);
    let handshake = ann.subscribe(names.clone(), None).await.unwrap();
    let cursor = handshake.read(herenow::wire::RawReply::parse).unwrap().cursor;
    let poll = tokio::spawn(async move { ann.subscribe(names, Some(cursor)).await });
    tokio::task::yield_now().await;
    running.end().await;
    // CommandAnswer, or refused because it came too late: never left hanging.
    let ended = poll.await.unwrap();
    assert!(matches!(ended, Ok(_) | Err(Error::Unreachable { .. })), "{ended:?}");
}
