//! Steps in which Alice's SDK asks or tells the service something, with people there who come by plain
//! HTTP.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::scene::{Ask, CALM, Here, NAMES, Scene, Verdict, people, same, sorted};

/// Ann alone on `a`, Ann and Ben on `b`, nobody on `c`.
fn ann_and_ben(scene: &Scene) -> Result<(String, String, String, String, String), String> {
    let (a, b, c) = (scene.name("a"), scene.name("b"), scene.name("c"));
    let (ann, ben) = (scene.name("ann"), scene.name("ben"));
    scene.service.arrives(&ann, &[&a, &b], CALM)?;
    scene.service.arrives(&ben, &[&b], CALM)?;
    Ok((a, b, c, ann, ben))
}

pub fn here_one(scene: &Scene) -> Verdict {
    let (_, b, _, ann, ben) = ann_and_ben(scene)?;
    let here = scene.alice()?.here_now(&[&b], &[], NAMES)?;
    let users = people([&ann, &ben]);
    same("here now", here, Here { occupancy: 2, channels: [(b, (2, users))].into() })
}

pub fn here_nobody(scene: &Scene) -> Verdict {
    let c = scene.name("c");
    let here = scene.alice()?.here_now(&[&c], &[], NAMES)?;
    same("here now", here, Here { occupancy: 0, channels: [(c, (0, BTreeMap::new()))].into() })
}

pub fn here_many(scene: &Scene) -> Verdict {
    let (a, b, c, ann, ben) = ann_and_ben(scene)?;
    let here = scene.alice()?.here_now(&[&a, &b, &c], &[], NAMES)?;
    // Where nobody is, the service is silent.
    let channels = [(a, (1, people([&ann]))), (b, (2, people([&ann, &ben])))].into();
    same("here now", here, Here { occupancy: 3, channels })
}

pub fn here_group(scene: &Scene) -> Verdict {
    let (a, _, _, ann, _) = ann_and_ben(scene)?;
    let group = scene.name("group");
    scene.service.add_to_group(&group, &[&a])?;
    let here = scene.alice()?.here_now(&[], &[&group], NAMES)?;
    same("here now", here, Here { occupancy: 1, channels: [(a, (1, people([&ann])))].into() })
}

pub fn here_everywhere(scene: &Scene) -> Verdict {
    let (a, b, _, ann, ben) = ann_and_ben(scene)?;
    let here = scene.alice()?.here_now(&[], &[], NAMES)?;
    same("one channel", here.channels.get(&a), Some(&(1, people([&ann]))))?;
    same("another", here.channels.get(&b), Some(&(2, people([&ann, &ben]))))
}

pub fn here_with_state(scene: &Scene) -> Verdict {
    let (_, b, _, ann, ben) = ann_and_ben(scene)?;
    let state = json!({ "mood": "idle" });
    scene.service.set_state(&ann, &b, &state)?;
    let here = scene.alice()?.here_now(&[&b], &[], Ask { with_state: true, ..NAMES })?;
    let users = [(ann, state), (ben, Value::Null)].into();
    same("here now", here, Here { occupancy: 2, channels: [(b, (2, users))].into() })
}

pub fn here_counts(scene: &Scene) -> Verdict {
    let (a, b, _, _, _) = ann_and_ben(scene)?;
    let (alice, counts) = (scene.alice()?, Ask { with_users: false, ..NAMES });
    let one = alice.here_now(&[&b], &[], counts)?;
    same("of one", one, Here { occupancy: 2, channels: [(b.clone(), (2, BTreeMap::new()))].into() })?;
    let two = alice.here_now(&[&a, &b], &[], counts)?;
    let channels = [(a, (1, BTreeMap::new())), (b, (2, BTreeMap::new()))].into();
    same("of two", two, Here { occupancy: 3, channels })
}

pub fn here_paged(scene: &Scene) -> Verdict {
    let (a, alice) = (scene.name("a"), scene.alice()?);
    let everybody: Vec<String> = (1..=5).map(|n| scene.name(&format!("carl{n}"))).collect();
    for user in &everybody {
        scene.service.arrives(user, &[&a], CALM)?;
    }
    let mut listed = Vec::new();
    for (offset, on_the_page) in [(0, 2), (2, 2), (4, 1), (6, 0)] {
        let page = alice.here_now(&[&a], &[], Ask { limit: Some(2), offset: Some(offset), ..NAMES })?;
        same("occupancy", page.occupancy, 5)?;
        let users = page.channels.get(&a).map(|(_, users)| users.keys().cloned().collect::<Vec<_>>());
        same("names on a page", users.as_ref().map(Vec::len), Some(on_the_page))?;
        listed.extend(users.unwrap_or_default());
    }
    listed.sort_unstable();
    same("all pages", listed, everybody)
}

pub fn here_refused(scene: &Scene) -> Verdict {
    let a = scene.name("a");
    match scene.alice()?.here_now(&[&a], &[], Ask { limit: Some(1001), ..NAMES }) {
        Ok(here) => Err(format!("got {here:?}, expected to be refused")),
        Err(why) if why.contains("Cannot return more than 1000 uuids at a time") => Ok(()),
        Err(why) => Err(format!("the SDK does not tell what the service said: {why}")),
    }
}

pub fn where_now(scene: &Scene) -> Verdict {
    let (a, b, c, ann, _) = ann_and_ben(scene)?;
    let alice = scene.alice()?;
    alice.joins(&c)?;
    let places = |user: &str| alice.tell("where now", json!({ "user": user }));
    same("somebody", sorted(&places(&ann)?), [a.as_str(), &b])?;
    same("oneself", sorted(&places(&alice.user)?), [c.as_str()])?;
    same("nobody", sorted(&places(&scene.name("nobody"))?).len(), 0)
}

pub fn set_state(scene: &Scene) -> Verdict {
    let (a, b, alice) = (scene.name("a"), scene.name("b"), scene.alice()?);
    alice.subscribe(&[&a, &b], &[])?;
    alice.hears("join", &b, &alice.user)?;
    let state = json!({ "mood": "żywy & 100% ok", "n": 1 });
    alice.tell("set state", json!({ "channels": [a, b], "groups": [], "state": state }))?;
    for channel in [&a, &b] {
        same("as the service has it", scene.service.here(channel)?.get(&alice.user), Some(&state))?;
    }
    Ok(())
}

pub fn set_state_on_group(scene: &Scene) -> Verdict {
    let (a, group, alice) = (scene.name("a"), scene.name("group"), scene.alice()?);
    scene.service.add_to_group(&group, &[&a])?;
    alice.joins(&a)?;
    let state = json!({ "mood": "grouped" });
    alice.tell("set state", json!({ "channels": [], "groups": [group], "state": state }))?;
    same("as the service has it", scene.service.here(&a)?.get(&alice.user), Some(&state))
}

/// Ann's state on the channels, as Alice's SDK gets it.
fn states(scene: &Scene, channels: &[&str], groups: &[&str], expected: Value) -> Verdict {
    let words = json!({ "channels": channels, "groups": groups, "user": scene.name("ann") });
    same("state", scene.alice()?.tell("get state", words)?, expected)
}

pub fn get_state(scene: &Scene) -> Verdict {
    let (a, _, _, ann, _) = ann_and_ben(scene)?;
    scene.service.set_state(&ann, &a, &json!({ "mood": "idle" }))?;
    states(scene, &[&a], &[], json!({ &a: { "mood": "idle" } }))
}

pub fn get_states(scene: &Scene) -> Verdict {
    let (a, b, _, ann, _) = ann_and_ben(scene)?;
    scene.service.set_state(&ann, &a, &json!({ "mood": "idle" }))?;
    scene.service.set_state(&ann, &b, &json!({ "mood": "busy" }))?;
    states(scene, &[&a, &b], &[], json!({ &a: { "mood": "idle" }, &b: { "mood": "busy" } }))
}

pub fn get_state_of_group(scene: &Scene) -> Verdict {
    let (a, _, _, ann, _) = ann_and_ben(scene)?;
    let group = scene.name("group");
    scene.service.add_to_group(&group, &[&a])?;
    scene.service.set_state(&ann, &a, &json!({ "mood": "idle" }))?;
    states(scene, &[], &[&group], json!({ &a: { "mood": "idle" } }))
}

pub fn groups(scene: &Scene) -> Verdict {
    let (a, b, group, alice) = (scene.name("a"), scene.name("b"), scene.name("group"), scene.alice()?);
    let listed = |expected: &[&str]| {
        let list = alice.tell("list group", json!({ "group": group }))?;
        same("the SDK's list", sorted(&list), expected.to_vec())?;
        same("the service's list", sorted(&scene.service.group(&group)?), expected.to_vec())
    };
    alice.tell("add to group", json!({ "group": group, "channels": [a, b] }))?;
    listed(&[&a, &b])?;
    alice.tell("remove from group", json!({ "group": group, "channels": [a] }))?;
    listed(&[&b])?;
    alice.tell("delete group", json!({ "group": group }))?;
    listed(&[])
}
