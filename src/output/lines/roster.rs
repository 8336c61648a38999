//! Who is on a channel, as a line.

use super::object::{Object, begin_line, millis};
use crate::{
    presence::Moment,
    world::{Certainty, ChannelState},
};

/// Write who is on a channel as a line, with its end.
pub fn write_roster(out: &mut String, watched: &ChannelState, certainty: &Certainty, now: Moment) {
    let mut line = begin_line(out, "roster", millis(now));
    line.text("channel", watched.channel.as_str());
    line.number("occupancy", watched.occupancy());
    line.text("certainty", certainty.word());
    let users = line.key("occupants");
    users.push('[');
    for (n, (user, occupant)) in watched.roster.iter().enumerate() {
        if n > 0 {
            users.push(',');
        }
        let mut one = Object::open(users);
        one.text("user", user.as_str()).state("state", occupant.state());
        one.close();
    }
    users.push(']');
    line.close();
    out.push('\n');
}
