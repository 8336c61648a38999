//! Whether we are counted ourselves.
//!
//! ```text
//! watching only, not counted     PRESENT 298 s left     PRESENT elsewhere (2) 40 s
//! ```

use super::{
    Appearance,
    pieces::{Segment, say_in_forms},
    rank,
};
use crate::{
    presence::Moment,
    world::{ChannelState, World},
};

/// Say in several lengths whether we are counted: only watching, or present with a countdown to our own timeout; on
/// the selected channel, or else elsewhere.
pub(super) fn describe_standing<'a>(
    world: &World,
    selected: Option<&ChannelState>,
    look: &Appearance,
    now: Moment,
) -> Segment<'a> {
    let here = selected.and_then(|watched| world.own_presence.place_on(&watched.channel));
    let soonest = world.own_presence.places.values().map(|place| place.until).min();
    let left = |until: Moment| until.since(now).as_secs();
    // What no heartbeat keeps, runs out.
    let alone = if world.own_presence.kept_alive { "" } else { " left" };
    match (here, soonest) {
        (Some(place), _) => {
            let left = left(place.until);
            let forms =
                [(format!("PRESENT {left} s{alone}"), rank::AT_LENGTH), (format!("PRESENT {left}"), rank::STANDING)];
            say_in_forms(look.theme.strong.patch(look.theme.good), forms)
        }
        (None, Some(until)) => {
            let (left, places) = (left(until), world.own_presence.places.len());
            let forms = [
                (format!("PRESENT elsewhere ({places}) {left} s{alone}"), rank::AT_LENGTH),
                (format!("PRESENT elsewhere {left}"), rank::COUNTDOWN),
                (format!("elsewhere {left}"), rank::STANDING),
            ];
            say_in_forms(look.theme.good, forms)
        }
        (None, None) => {
            if let Some((_, until)) = world.own_presence.count_unconfirmed(now) {
                let left = left(until);
                let forms =
                    [(format!("PRESENT? {left} s"), rank::AT_LENGTH), (format!("PRESENT? {left}"), rank::STANDING)];
                say_in_forms(look.theme.warn, forms)
            } else {
                let forms = [
                    ("watching only, not counted".to_owned(), rank::AT_LENGTH),
                    ("watching only".to_owned(), rank::COUNTDOWN),
                    ("watching".to_owned(), rank::STANDING),
                ];
                say_in_forms(look.theme.quiet, forms)
            }
        }
    }
}
