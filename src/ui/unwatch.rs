//! The choices for removing the selected channel, and the selection afterwards.

use super::{ConfirmedAction, MenuItem, Screen};
use crate::{
    presence::{Channel, Subscription},
    world::{Removal, World, list_names},
};

/// The choices for removing a channel.
pub(super) enum UnwatchChoice {
    /// There is one choice.
    One(ConfirmedAction),
    /// There are several choices.
    Several(Vec<MenuItem>),
}

/// The choices for removing the selected channel; `None` if no channel is selected.
pub(super) fn find_choices(screen: &Screen<'_>) -> Option<UnwatchChoice> {
    let (watched, world) = (screen.selected_live()?, screen.live);
    let channel = watched.channel.clone();
    let through = world.list_sources_of(watched);
    if let [Subscription::Channel(_)] = through.as_slice() {
        return Some(UnwatchChoice::One(ConfirmedAction::Remove(Removal::Whole(Subscription::Channel(channel)))));
    }
    let mut items = vec![MenuItem {
        label: format!("only {channel}"),
        remark: "its events still come, and are passed over".to_owned(),
        alarm: "",
        action: ConfirmedAction::Remove(Removal::Hide(channel)),
    }];
    for subscription in through.into_iter().filter(|subscription| !matches!(subscription, Subscription::Channel(_))) {
        let removal = Removal::Whole(subscription.clone());
        let what = if matches!(subscription, Subscription::Group(_)) { "the group" } else { "the pattern" };
        let remark = match world.channels_removed_by(&removal).len() {
            1 => "and this channel with it".to_owned(),
            n => format!("and {n} channels with it"),
        };
        items.push(MenuItem {
            label: format!("{what} {subscription}"),
            remark,
            alarm: "",
            action: ConfirmedAction::Remove(removal),
        });
    }
    Some(UnwatchChoice::Several(items))
}

/// The question before a removal, if one is needed: others notice only that we leave.
pub(super) fn question_before_unwatch(world: &World, removal: &Removal) -> Option<String> {
    let places = world.places_left_by(removal);
    (world.session.production && !places.is_empty())
        .then(|| format!("PRODUCTION: leave {} as {}, and watch no more?", list_names(&places), world.session.user))
}

/// The channel to select after a removal, if the selected one goes: the one that takes its place in the list.
pub(super) fn selection_after(screen: &Screen<'_>, removal: &Removal) -> Option<Channel> {
    let (selected, channels) = (screen.selected_live()?, &screen.live.channels);
    let gone = screen.live.channels_removed_by(removal);
    if !gone.contains(&selected.channel) {
        return None;
    }
    let place = channels.find_place(&selected.channel)?;
    let stays = |watched: &&crate::world::ChannelState| !gone.contains(&watched.channel);
    let next = channels.iter().filter(stays).nth(place).or_else(|| channels.iter().filter(stays).last());
    next.map(|watched| watched.channel.clone())
}
