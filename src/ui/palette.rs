//! What the palette finds: actions, channels, users, scenes and keysets by their names.

use std::sync::Arc;

use super::{Action, ActionInfo, FuzzyList, Pane, Screen, Ui, channels};
use crate::{
    presence::{Channel, Moment, UserId},
    world::World,
};

/// Letters that it takes to look for them within names: fewer are in nearly all of them.
const LETTERS: usize = 2;

/// Channels and users that are listed at the most.
const LISTED: usize = 20;

/// Users that are looked at, those of the selected channel first: it is done for each frame.
const LOOKED_AT: usize = 2_000;

/// What the palette finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaletteHit {
    /// An action.
    Action(Action),
    /// A channel in view.
    Channel(Channel),
    /// A user who is on a channel, or left it a short while ago.
    User(Channel, UserId),
    /// A scene of the simulated crowd, by its place.
    Scene(u16),
    /// A keyset of the configuration.
    Keyset(Arc<str>),
}

impl Screen<'_> {
    /// What matches the text typed into the palette: names that are exactly that, then actions, then other names.
    pub fn find_palette_hits(&self, list: &FuzzyList) -> Vec<PaletteHit> {
        let actions = self.find_actions(list).into_iter().map(|info: &ActionInfo| PaletteHit::Action(info.action));
        let text = list.field.text().trim();
        if text.is_empty() {
            return actions.collect();
        }
        let exact = |hit: &PaletteHit| match hit {
            PaletteHit::Action(_) | PaletteHit::Scene(_) => false,
            PaletteHit::Channel(channel) => channel.as_str() == text,
            PaletteHit::User(_, user) => user.as_str() == text,
            PaletteHit::Keyset(name) => **name == *text,
        };
        let (named, others): (Vec<PaletteHit>, Vec<PaletteHit>) = self.find_names(text).into_iter().partition(exact);
        named.into_iter().chain(actions).chain(others).collect()
    }

    /// The channels, users, scenes and keysets that have this text in their names.
    fn find_names(&self, text: &str) -> Vec<PaletteHit> {
        let is_long = text.chars().count() >= LETTERS;
        let named = self.world.channels.look_up(&Channel::from_wire(text)).into_iter();
        let containing = self.world.channels.iter().filter(|watched| {
            let name = watched.channel.as_str();
            is_long && name != text && name.contains(text)
        });
        let channels = named.chain(containing).take(LISTED).map(|watched| PaletteHit::Channel(watched.channel.clone()));
        let exact = UserId::from_wire(text);
        let selected = self.selected_channel();
        let there = selected.into_iter().chain(self.world.channels.iter());
        let there = there.filter(|watched| watched.roster.get(&exact).is_some()).take(1);
        let there = there.map(|watched| PaletteHit::User(watched.channel.clone(), exact.clone()));
        let found = |user: &UserId| is_long && user.as_str() != text && user.as_str().contains(text);
        let others =
            self.world.channels.iter().filter(|watched| Some(&watched.channel) != selected.map(|it| &it.channel));
        let here =
            selected.into_iter().chain(others).flat_map(|watched| watched.roster.iter().map(move |it| (watched, it.0)));
        let here = here.take(LOOKED_AT).filter(|(_, user)| found(user));
        let here = here.map(|(watched, user)| PaletteHit::User(watched.channel.clone(), user.clone()));
        let users = there.chain(here).chain(self.find_departed(text, is_long)).take(LISTED);
        let keysets = self.ui.keysets.all.iter().filter(|line| is_long && line.name.contains(text));
        let needle = text.to_lowercase();
        let scenes = (0..).zip(self.world.scene.iter().flat_map(|status| status.scenes.iter()));
        let scenes = scenes.filter(|(_, scene)| is_long && scene.title.to_lowercase().contains(&needle));
        let scenes = scenes.map(|(place, _)| PaletteHit::Scene(place));
        channels
            .chain(users)
            .chain(scenes)
            .chain(keysets.map(|line| PaletteHit::Keyset(Arc::clone(&line.name))))
            .collect()
    }

    /// Those who left a channel a short while ago and have this text in their names, or as their name.
    fn find_departed(&self, text: &str, within: bool) -> impl Iterator<Item = PaletteHit> {
        let now = self.world.now();
        self.world.channels.iter().flat_map(move |watched| {
            let is_one = move |name: &str| name == text || within && name.contains(text);
            let gone = watched.list_departed(now).filter(move |gone| is_one(gone.user.as_str()));
            gone.map(|gone| PaletteHit::User(watched.channel.clone(), gone.user.clone()))
        })
    }
}

/// Go to a channel, or to a user who is on it or left it.
pub(super) fn go_to_name(ui: &mut Ui, world: &World, channel: &Channel, user: Option<UserId>, now: Moment) {
    ui.focus.pane = if user.is_some() { Pane::Occupants } else { Pane::Channels };
    channels::select_found(ui, world, channel, now);
    if let Some(user) = user {
        let watched = world.channels.look_up(channel);
        let gone = watched.and_then(|watched| watched.list_departed(now).find(|gone| gone.user == user));
        (ui.focus.user, ui.focus.gone) = (Some(user), gone.cloned());
    }
}
