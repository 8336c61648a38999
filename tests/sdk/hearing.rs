//! Steps in which Alice's SDK hears something happen.

use serde_json::{Value, json};

use super::{
    adapter::{Client, Event},
    scene::{CALM, Scene, Verdict, same},
};

pub fn own_join(scene: &Scene) -> Verdict {
    let (a, b, alice) = (scene.name("a"), scene.name("b"), scene.alice()?);
    alice.subscribe(&[&a, &b], &[])?;
    for channel in [&a, &b] {
        let join = alice.hears("join", channel, &alice.user)?;
        same("occupancy", join.occupancy, Some(1))?;
        same("the service's list", scene.service.here(channel)?.contains_key(&alice.user), true)?;
    }
    Ok(())
}

pub fn anothers_join(scene: &Scene) -> Verdict {
    let (a, alice, bob) = (scene.name("a"), scene.alice()?, scene.bob()?);
    alice.joins(&a)?;
    bob.joins(&a)?;
    same("occupancy", alice.hears("join", &a, &bob.user)?.occupancy, Some(2))
}

pub fn group(scene: &Scene) -> Verdict {
    let (a, b, group) = (scene.name("a"), scene.name("b"), scene.name("group"));
    scene.service.add_to_group(&group, &[&a, &b])?;
    let (alice, bob) = (scene.alice()?, scene.bob()?);
    alice.subscribe(&[], &[&group])?;
    alice.hears("join", &a, &alice.user)?;
    alice.hears("join", &b, &alice.user)?;
    bob.joins(&b)?;
    let join = alice.hears("join", &b, &bob.user)?;
    // Some SDKs name the group, some its presence twin.
    let through = join.subscription.as_deref().map(|name| name.trim_end_matches("-pnpres"));
    same("subscription", through, Some(group.as_str()))
}

pub fn pattern(scene: &Scene) -> Verdict {
    let (one, all) = (scene.name("w.one"), scene.name("w.*"));
    let (alice, bob) = (scene.alice()?, scene.bob()?);
    alice.joins(&all)?;
    bob.joins(&one)?;
    let join = alice.hears("join", &one, &bob.user)?;
    same("subscription", join.subscription, Some(all))
}

/// With the SDKs' own settings: some send heartbeats of their own then, some rely on the subscribe.
pub fn changed_list(scene: &Scene) -> Verdict {
    let (a, b, alice, bob) = (scene.name("a"), scene.name("b"), scene.alice_with(0)?, scene.bob()?);
    alice.joins(&a)?;
    alice.joins(&b)?;
    bob.subscribe(&[&a, &b], &[])?;
    alice.hears("join", &a, &bob.user)?;
    alice.hears("join", &b, &bob.user)?;
    same("own leaves", count(&alice, "leave", &a, &alice.user), 0)
}

pub fn state_change(scene: &Scene) -> Verdict {
    let (a, alice, bob) = (scene.name("a"), scene.alice()?, scene.bob()?);
    alice.joins(&a)?;
    bob.joins(&a)?;
    let state = json!({ "mood": "busy", "since": 7 });
    bob.tell("set state", json!({ "channels": [a], "groups": [], "state": state }))?;
    same("state", alice.hears("state-change", &a, &bob.user)?.state, state)
}

pub fn join_with_state(scene: &Scene) -> Verdict {
    let (a, alice, carl, state) = (scene.name("a"), scene.alice()?, scene.name("carl"), json!({ "mood": "new" }));
    alice.joins(&a)?;
    scene.service.subscribe_with_state(&carl, &a, &state)?;
    let about = alice.hears_of("anything about Carl", |event| event.user.as_deref() == Some(&carl))?;
    same("what it is", about.action.as_str(), "join")?;
    same("state", about.state, state)
}

pub fn heartbeats(scene: &Scene) -> Verdict {
    let (a, alice, carl, short) = (scene.name("a"), scene.alice()?, scene.name("carl"), scene.sdk.shortest);
    let bob = scene.bob_with(short)?;
    alice.joins(&a)?;
    bob.joins(&a)?;
    // Carl says nothing more, has a second longer than Bob, and goes all the same before him.
    scene.service.heartbeat(&carl, &[&a], short + 1)?;
    what_becomes_of(&alice, &carl)?;
    same("Bob's timeouts", count(&alice, "timeout", &a, &bob.user), 0)?;
    same("Bob's place in the list", scene.service.here(&a)?.contains_key(&bob.user), true)
}

/// What is heard of somebody after the join: a timeout.
fn what_becomes_of(who: &Client, user: &str) -> Result<Event, String> {
    let about = who.hears_of(&format!("what becomes of {user}"), |event| {
        event.kind == "presence" && event.action != "join" && event.user.as_deref() == Some(user)
    })?;
    same("what it is", about.action.as_str(), "timeout")?;
    Ok(about)
}

pub fn silence(scene: &Scene) -> Verdict {
    let (a, alice, name) = (scene.name("a"), scene.alice()?, scene.name("ghost"));
    alice.joins(&a)?;
    let mut process = scene.sdk.start(&scene.service.origin);
    process.connect(&name, &name, scene.sdk.shortest).and_then(|ghost| {
        ghost.joins(&a)?;
        // Dropped as it is, without the leave of a client that goes out of sight.
        std::mem::forget(ghost);
        Ok(())
    })?;
    process.kill();
    same("occupancy", what_becomes_of(&alice, &name)?.occupancy, Some(1))?;
    same("Bob's place in the list", scene.service.here(&a)?.contains_key(&name), false)
}

pub fn leaving(scene: &Scene) -> Verdict {
    let (a, alice, bob) = (scene.name("a"), scene.alice()?, scene.bob()?);
    alice.joins(&a)?;
    bob.joins(&a)?;
    bob.tell("leave", json!({}))?;
    same("occupancy", alice.hears("leave", &a, &bob.user)?.occupancy, Some(1))?;
    same("Bob's place in the list", scene.service.here(&a)?.contains_key(&bob.user), false)
}

pub fn leaving_one_of_two(scene: &Scene) -> Verdict {
    let (a, b, alice, bob) = (scene.name("a"), scene.name("b"), scene.alice()?, scene.bob()?);
    alice.subscribe(&[&a, &b], &[])?;
    alice.hears("join", &a, &alice.user)?;
    alice.hears("join", &b, &alice.user)?;
    bob.subscribe(&[&a, &b], &[])?;
    alice.hears("join", &b, &bob.user)?;
    bob.hears("join", &a, &bob.user)?;
    let only_a = json!({ "channels": [a], "groups": [] });
    bob.tell("unsubscribe", only_a)?;
    alice.hears("leave", &a, &bob.user)?;
    same("Bob's place in the other list", scene.service.here(&b)?.contains_key(&bob.user), true)?;
    same("Bob's leaves of the other", count(&alice, "leave", &b, &bob.user), 0)
}

fn count(who: &Client, action: &str, channel: &str, user: &str) -> usize {
    who.heard().iter().filter(|event| event.is(action, channel, user)).count()
}

/// Publish something, and hear it.
fn published(scene: &Scene, to: &str, call: &str, words: Value, listen: (&[&str], &[&str], &str)) -> Verdict {
    let (alice, bob) = (scene.alice()?, scene.bob()?);
    let (channels, groups, present) = listen;
    alice.subscribe(channels, groups)?;
    alice.hears("join", present, &alice.user)?;
    let message = words["message"].clone();
    bob.tell(call, words)?;
    let kind = if call == "signal" { "signal" } else { "message" };
    let heard = alice.hears_of(&format!("a {kind} on {to}"), |event| event.kind == kind && event.channel == to)?;
    same("message", heard.message, message)?;
    same("publisher", heard.user, Some(bob.user.clone()))?;
    let through = channels.iter().chain(groups).find(|name| **name != to);
    match through {
        Some(name) => same("subscription", heard.subscription.as_deref(), Some(*name)),
        None => Ok(()),
    }
}

fn hello(to: &str, post: bool) -> Value {
    json!({ "channel": to, "message": { "text": "hello, żółw?/#", "n": [1, 2.5, null] }, "post": post })
}

pub fn message(scene: &Scene) -> Verdict {
    let a = scene.name("a");
    published(scene, &a, "publish", hello(&a, false), (&[&a], &[], &a))
}

pub fn posted_message(scene: &Scene) -> Verdict {
    let a = scene.name("a");
    published(scene, &a, "publish", hello(&a, true), (&[&a], &[], &a))
}

pub fn message_to_group(scene: &Scene) -> Verdict {
    let (a, group) = (scene.name("a"), scene.name("group"));
    scene.service.add_to_group(&group, &[&a])?;
    published(scene, &a, "publish", hello(&a, false), (&[], &[&group], &a))
}

pub fn message_to_pattern(scene: &Scene) -> Verdict {
    let (one, all) = (scene.name("w.one"), scene.name("w.*"));
    published(scene, &one, "publish", hello(&one, false), (&[&all], &[], &all))
}

pub fn signal(scene: &Scene) -> Verdict {
    let a = scene.name("a");
    published(scene, &a, "signal", json!({ "channel": a, "message": "typing" }), (&[&a], &[], &a))
}

/// On a service whose announce max is three.
pub fn intervals(scene: &Scene) -> Verdict {
    let (a, alice) = (scene.name("a"), scene.alice()?);
    alice.joins(&a)?;
    let crowd: Vec<String> = (1..=5).map(|n| scene.name(&format!("carl{n}"))).collect();
    for carl in &crowd {
        scene.service.heartbeat(carl, &[&a], CALM)?;
    }
    let named = |what: &str, who: &str, names: fn(&Event) -> &Vec<String>| {
        alice.hears_of(&format!("an interval in which {who} {what}"), |event| {
            event.action == "interval" && event.channel == a && names(event).iter().any(|name| name == who)
        })
    };
    let joined = named("joined", &crowd[4], |event| &event.joined)?;
    same("occupancy", joined.occupancy, Some(6))?;
    scene.service.leave(&crowd[4], &a)?;
    named("left", &crowd[4], |event| &event.left)?;
    // This one falls silent.
    scene.service.heartbeat(&crowd[3], &[&a], 1)?;
    named("timed out", &crowd[3], |event| &event.timed_out)?;
    Ok(())
}
