//! `herenow state get --from`: what a user carried on channels.

use std::collections::BTreeMap;

use super::open::{OpenPast, describe_certainty};
use crate::{
    cli::{
        Failure,
        state::{StateGetArgs, ToldStates, show_states},
    },
    presence::{Channel, State, Subscription, UserId},
    world::Certainty,
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
        let occupant = world.channels.look_up(&channel).and_then(|watched| watched.roster.get(&user));
        let mut doubt = describe_certainty(&open.past, &channel);
        if doubt == Certainty::Exact.word() && occupant.is_some_and(|occupant| !occupant.knows_state()) {
            doubt = "the state was not told";
        }
        // That there is none is claimed only where it was known.
        let none = || (doubt == Certainty::Exact.word()).then(|| State::from_wire(State::empty_raw()));
        let state = occupant.and_then(|occupant| occupant.state().cloned()).or_else(none);
        doubts.insert(channel.clone(), doubt);
        states.extend(state.map(|state| (channel, state)));
    }
    let certainty = doubts.iter().map(|(channel, doubt)| (channel.as_str(), *doubt)).collect();
    let answer = ToldStates::of_past(&user, &states, world.now(), certainty);
    if args.format.json || !states.is_empty() {
        show_states(&user, &places, &states, args.format.json.then_some(answer))?;
    }
    open.settle_doubts(&doubts)
}
