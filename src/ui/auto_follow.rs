//! The selection goes by itself to the channel that changes most, while nobody touches a key.

use std::time::Duration;

use super::{ChannelSum, Follow, Screen, Tone, Ui};
use crate::{
    presence::{Channel, Moment},
    world::{ChannelState, World},
};

/// A key holds the selection for so long.
const HELD: Duration = Duration::from_secs(20);

/// What changes most is looked for this often, and less often where there are thousands of channels.
const PERIOD: Duration = Duration::from_secs(1);

/// For each of this many channels the period is as long again.
const LOOKED_AT: usize = 5_000;

/// Where nothing changes any more, the selection goes back to the sum after this.
const LINGERS: Duration = Duration::from_secs(10);

/// A change of fewer people is the usual coming and going, and so is that of less than one in [`PART`].
const LEAST: u64 = 5;
const PART: u64 = 4;

/// Where the change is less than one in so many of all who are there, it is not what a room should look at.
const PART_OF_ALL: u64 = 30;

/// Where no channel has more of all the changes than this, in percent, what changes is the sum.
const LARGE_SHARE: u64 = 40;

impl Screen<'_> {
    /// Whether the selection goes by itself: before a simulated crowd and on the wall, unless a person chose.
    pub const fn follows(&self) -> bool {
        match self.ui.follow.chosen {
            Some(chosen) => chosen,
            None => self.live.scene.is_some() || self.ui.focus.wall,
        }
    }

    /// Whether nobody chose what is selected: the selection went there by itself.
    pub fn went_by_itself(&self) -> bool {
        let went = self.ui.follow.went_to.as_ref();
        self.selected_channel().is_some_and(|watched| went.is_some_and(|(channel, _)| *channel == watched.channel))
    }

    /// By how much the selected channel changed in the last [`Follow::RECENT`] seconds, if it was selected for that.
    pub fn followed_change(&self, now: Moment) -> Option<i64> {
        let watched = self.selected_channel().filter(|_| self.went_by_itself())?;
        watched.history.change_over(Follow::RECENT, now).filter(|change| *change != 0)
    }
}

/// Turn it on or off.
pub(super) fn toggle_follow(ui: &mut Ui, world: &World, now: Moment) {
    let follows = !ui.screen(world).follows();
    ui.follow.chosen = Some(follows);
    ui.follow.touched = Some(now);
    let text = if follows {
        "after 20 s without a key, the channel that changes most is selected"
    } else {
        "the selection stays where it is"
    };
    ui.say(Tone::Good, text, now);
}

/// Select what changes most, if it is time to.
pub(super) fn follow_change(ui: &mut Ui, world: &World, now: Moment) {
    let touched = ui.follow.touched.unwrap_or(world.started);
    let period = PERIOD * (1 + u32::try_from(world.channels.len() / LOOKED_AT).unwrap_or(u32::MAX));
    let is_early = touched.plus(HELD) > now || ui.follow.looked.is_some_and(|looked| looked.plus(period) > now);
    if is_early || ui.paused.is_some() || ui.is_typing() || ui.dialog.is_some() || !ui.screen(world).follows() {
        return;
    }
    ui.follow.looked = Some(now);
    let selected = ui.screen(world).selected_channel();
    let current = selected.map_or(0, |watched| measure_surge(watched, now));
    let mut sum = 0;
    let surges = world.channels.iter().map(|watched| (measure_surge(watched, now), watched));
    let most = surges.inspect(|(surge, _)| sum += *surge).max_by_key(|(surge, _)| *surge);
    let all = world.channels.total().occupancy().unwrap_or(0);
    match most.filter(|(surge, _)| *surge > 0 && *surge * PART_OF_ALL >= all) {
        Some((surge, _)) if surge * 100 < sum * LARGE_SHARE => {
            ui.focus.select_sum(ChannelSum::All);
            ui.follow.went_to = None;
        }
        // Of two that change alike, the selected one stays.
        Some((surge, watched)) if surge * 2 > current * 3 => {
            let channel = watched.channel.clone();
            ui.focus.go_to(&channel);
            ui.follow.went_to = Some((channel, now));
        }
        Some(_) => {}
        None => {
            let lingered = |(channel, at): &(Channel, Moment)| {
                at.plus(LINGERS) <= now && selected.is_some_and(|watched| watched.channel == *channel)
            };
            if ui.follow.went_to.as_ref().is_some_and(lingered) && ui.screen(world).has_sum_row() {
                ui.focus.select_sum(ChannelSum::All);
                ui.follow.went_to = None;
            }
        }
    }
}

/// By how many people a channel changed, if that is more than the usual.
fn measure_surge(watched: &ChannelState, now: Moment) -> u64 {
    let Some(change) = watched.history.change_over(Follow::RECENT, now) else { return 0 };
    let most = watched.occupancy().max(watched.occupancy().saturating_add_signed(change.saturating_neg()));
    let size = change.unsigned_abs();
    if size >= LEAST && size * PART >= most { size } else { 0 }
}
