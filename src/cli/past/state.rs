//! `herenow state get --from`: what a user carried on channels.

use std::collections::BTreeMap;

use super::open::{OpenPast, describe_certainty};
use crate::{
    cli::{
        Failure,
        state::{StateGetArgs, ToldStates, show_states},
    },
    presence::{Channel, State, Subscription, UserId},
};

pub(in crate::cli) fn run_past_state(args: &StateGetArgs) -> Result<(), Failure> {
    let places = args.places.read_some("herenow state get --from incident.jsonl.gz --of ann lobby")?;
    let asked = args.of.as_deref().map(UserId::parse).transpose().map_err(|e| Failure::usage(e.to_string()))?;
    let mut open = OpenPast::open(args.from.as_deref())?;
    open.go_to_meant(args.at)?;
    let user = asked.unwrap_or_else(|| open.past.header().session.user.clone());
    let world = open.past.world();
    let (mut states, mut doubts) = (BTreeMap::new(), BTreeMap::new());
    for channel in places.iter().map(Subscription::as_str).map(Channel::from_wire) {
        let state = world.channels.look_up(&channel).and_then(|watched| watched.roster.get(&user)?.state().cloned());
        doubts.insert(channel.clone(), describe_certainty(&open.past, &channel));
        states.insert(channel, state.unwrap_or_else(|| State::from_wire(State::empty_raw())));
    }
    let certainty = doubts.iter().map(|(channel, doubt)| (channel.as_str(), *doubt)).collect();
    let answer = ToldStates::of_past(&user, &states, world.now(), certainty);
    show_states(&user, &places, &states, args.format.json.then_some(answer))?;
    open.settle_doubts(&doubts)
}
