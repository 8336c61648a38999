//! `herenow here-now --from`: who was on channels.

use std::collections::BTreeMap;

use super::open::{OpenPast, describe_certainty};
use crate::{
    cli::{
        Failure,
        here_now::{FoundChannels, FoundOccupants, HereNowAnswer, HereNowArgs, show_counts, show_lists},
        print,
    },
    presence::{Channel, ListedUser, Subscription},
    recording::Past,
    world::{Certainty, ChannelState},
};

pub(in crate::cli) fn run_past_here_now(args: &HereNowArgs) -> Result<(), Failure> {
    let places = args.places.read()?;
    let mut open = OpenPast::open(args.from.as_deref())?;
    open.go_to_meant(args.at)?;
    let at = open.past.world().now();
    let (found, doubts) = find_occupants(&open.past, &places, args);
    if args.format.json {
        let certainty = doubts.iter().map(|(channel, doubt)| (channel.as_str(), *doubt)).collect();
        print::json(&HereNowAnswer::of_past(&found, args.state, at, certainty))?;
    } else if !found.is_empty() {
        print::text(&if args.count { show_counts(&found) } else { show_lists(&found, false) })?;
    }
    open.settle_doubts(&doubts)
}

/// Who was there, and how certain each list was.
fn find_occupants(
    past: &Past,
    places: &[Subscription],
    args: &HereNowArgs,
) -> (FoundChannels, BTreeMap<Channel, &'static str>) {
    let world = past.world();
    let named = places.iter().map(|place| Channel::from_wire(place.as_str()));
    let channels: Vec<Channel> = if places.is_empty() {
        world.channels.iter().map(|watched| watched.channel.clone()).collect()
    } else {
        named.collect()
    };
    let (mut found, mut doubts) = (FoundChannels::new(), BTreeMap::new());
    for channel in channels {
        let watched = world.channels.look_up(&channel);
        let doubt = describe_certainty(past, &channel);
        if let Some(watched) = watched {
            found.insert(channel.clone(), list_occupants(watched, args, doubt == Certainty::Exact.word()));
        }
        doubts.insert(channel, doubt);
    }
    (found, doubts)
}

fn list_occupants(watched: &ChannelState, args: &HereNowArgs, complete: bool) -> FoundOccupants {
    let one = |(user, occupant): (&crate::presence::UserId, &crate::presence::Occupant)| ListedUser {
        user: user.clone(),
        state: occupant.state().filter(|_| args.state).cloned(),
    };
    let listed = (!args.count).then(|| watched.roster.iter().map(one).collect());
    FoundOccupants::of_past(watched.occupancy(), listed, complete)
}
