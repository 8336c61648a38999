//! What is watched, while that changes: channels, patterns and groups come and go at run time.

use std::collections::HashSet;

use crate::model::{
    Deed, Item, Model, Note, Open, PickList, Tone, Watched, Word,
    channels::MOST,
    note::{names_of, written},
    pick,
};
use crate::presence::{Channel, ChannelGroup, Command, Moment, PresenceEvent, Subscription};

/// Something that is not to be watched any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// A subscription, with all channels that came into view through it alone.
    Whole(Subscription),
    /// One channel, though a pattern or group goes on bringing its events.
    Hide(Channel),
}

/// What is watched, to be asked about many channels.
struct Covering<'a> {
    named: HashSet<&'a Channel>,
    patterns: Vec<&'a Subscription>,
    groups: HashSet<&'a ChannelGroup>,
}

impl<'a> Covering<'a> {
    fn of(watching: impl Iterator<Item = &'a Subscription>) -> Self {
        let mut covering = Self { named: HashSet::new(), patterns: Vec::new(), groups: HashSet::new() };
        for subscription in watching {
            match subscription {
                Subscription::Channel(channel) => drop(covering.named.insert(channel)),
                Subscription::Pattern(_) => covering.patterns.push(subscription),
                Subscription::Group(group) => drop(covering.groups.insert(group)),
            }
        }
        covering
    }

    fn covers(&self, channel: &Channel) -> bool {
        self.named.contains(channel) || self.patterns.iter().any(|pattern| pattern.covers(channel))
    }

    fn brings(&self, watched: &Watched) -> bool {
        self.covers(&watched.channel) || watched.through.iter().any(|group| self.groups.contains(group))
    }
}

/// Whether an event on a channel that is not in view takes it into view: not if it is late news of what is
/// watched no more, or of what is hidden.
pub(crate) fn admits(model: &Model, event: &PresenceEvent) -> bool {
    if model.world.channels.is_hidden(&event.channel) {
        return false;
    }
    model.world.session.watching.iter().any(|watching| match watching {
        Subscription::Group(_) => event.subscription.as_ref().is_none_or(|through| through == watching),
        _ => watching.covers(&event.channel),
    })
}

/// As [`admits`], for a list; `by_group`: groups were asked about, so that it may be of a member of one.
pub(crate) fn admits_list(model: &Model, channel: &Channel, by_group: bool) -> bool {
    let watching = &model.world.session.watching;
    let known = |watching: &Subscription| watching.covers(channel);
    let grouped = |watching: &Subscription| by_group && matches!(watching, Subscription::Group(_));
    !model.world.channels.is_hidden(channel) && watching.iter().any(|watching| known(watching) || grouped(watching))
}

/// Watch what a person names, one or several, besides.
pub(crate) fn add(model: &mut Model, text: &str, now: Moment) -> Result<Vec<Command>, String> {
    let mut new = Vec::new();
    for name in text.split([',', ' ']).filter(|name| !name.is_empty()) {
        let subscription = Subscription::parse_any(name).map_err(|e| e.to_string())?;
        let hidden = matches!(&subscription, Subscription::Channel(channel) if model.world.channels.is_hidden(channel));
        if model.world.session.watching.contains(&subscription) && !hidden {
            return Err(format!("{subscription} is watched already"));
        }
        if !new.contains(&subscription) {
            new.push(subscription);
        }
    }
    if new.is_empty() {
        return Err("name a channel such as `lobby`, a pattern such as `match.*`, or a `group:NAME`".to_owned());
    }
    let channels = new.iter().filter(|subscription| matches!(subscription, Subscription::Channel(_))).count();
    if model.world.session.watching.len() + new.len() > MOST || model.world.channels.len() + channels > MOST {
        return Err(format!("no more than {MOST} can be watched; remove some first"));
    }
    let mut scouted = false;
    for subscription in &new {
        match subscription {
            Subscription::Channel(channel) => {
                model.world.channels.unhide(channel);
                model.world.channels.discover(channel, now);
                if let Some(place) = model.world.channels.place(channel) {
                    (model.focus.channel, model.focus.user) = (place, None);
                }
            }
            Subscription::Group(_) | Subscription::Pattern(_) => scouted = true,
        }
        if !model.world.session.watching.contains(subscription) {
            model.world.session.watching.push(subscription.clone());
        }
    }
    if scouted {
        model.world.scouts.live(&model.world.session.watching, now);
    }
    model.word = Some(Word::new(Tone::Good, format!("watching {}", written(&new)), now));
    model.log.note(None, Note::Added { what: new }, now);
    Ok(vec![Command::Watch(model.world.session.watching.clone())])
}

/// Watch the selected channel no more; where it came through a pattern or group, ask what is meant.
pub(crate) fn ask(model: &mut Model, now: Moment) -> Vec<Command> {
    let Some(watched) = model.selected() else {
        model.word = Some(Word::new(Tone::Bad, "no channel is selected", now));
        return Vec::new();
    };
    let channel = watched.channel.clone();
    let watching = &model.world.session.watching;
    let covered = watching.iter().any(|subscription| subscription.covers(&channel));
    // Of a list it is not told through which group it came.
    let unknown = !covered && watched.through.is_empty();
    let brings = |subscription: &&Subscription| match subscription {
        Subscription::Group(group) => unknown || watched.through.contains(group),
        _ => subscription.covers(&channel),
    };
    let through: Vec<Subscription> = watching.iter().filter(brings).cloned().collect();
    if let [Subscription::Channel(_)] = through.as_slice() {
        return pick::done(model, Deed::Remove(Removal::Whole(Subscription::Channel(channel))), now);
    }
    let mut items = vec![Item {
        label: format!("only {channel}"),
        remark: "its events still come, and are passed over".to_owned(),
        alarm: "",
        deed: Deed::Remove(Removal::Hide(channel)),
    }];
    for subscription in through.into_iter().filter(|subscription| !matches!(subscription, Subscription::Channel(_))) {
        let removal = Removal::Whole(subscription.clone());
        let what = if matches!(subscription, Subscription::Group(_)) { "the group" } else { "the pattern" };
        let remark = match gone(model, &removal).len() {
            1 => "and this channel with it".to_owned(),
            n => format!("and {n} channels with it"),
        };
        items.push(Item { label: format!("{what} {subscription}"), remark, alarm: "", deed: Deed::Remove(removal) });
    }
    model.open = Some(Open::Pick(PickList::new("watch no more", items, 0)));
    Vec::new()
}

/// What is watched afterwards.
fn rest(model: &Model, removal: &Removal) -> Vec<Subscription> {
    let gone = |subscription: &Subscription| match removal {
        Removal::Whole(whole) => subscription == whole,
        Removal::Hide(channel) => matches!(subscription, Subscription::Channel(named) if named == channel),
    };
    model.world.session.watching.iter().filter(|subscription| !gone(subscription)).cloned().collect()
}

/// The channels that go out of view.
fn gone(model: &Model, removal: &Removal) -> HashSet<Channel> {
    let rest = rest(model, removal);
    let covering = Covering::of(rest.iter());
    let goes = |watched: &&Watched| match removal {
        Removal::Hide(channel) => watched.channel == *channel,
        Removal::Whole(whole @ Subscription::Group(_)) => {
            let Subscription::Group(group) = whole else { return false };
            let may_be_of_it = watched.through.is_empty() || watched.through.contains(group);
            may_be_of_it && !covering.brings(watched)
        }
        Removal::Whole(whole) => whole.covers(&watched.channel) && !covering.brings(watched),
    };
    model.world.channels.iter().filter(goes).map(|watched| watched.channel.clone()).collect()
}

/// Where we are, of the channels that go out of view.
fn present(model: &Model, gone: &HashSet<Channel>) -> Vec<Subscription> {
    let places = gone.iter().cloned().map(Subscription::Channel).filter(|place| model.world.own.is_at(place));
    let mut places: Vec<_> = places.collect();
    places.sort();
    places
}

/// What is asked before something is watched no more, if anything is: others notice only that we leave.
pub(crate) fn question(model: &Model, removal: &Removal) -> Option<String> {
    let places = present(model, &gone(model, removal));
    (model.world.session.production && !places.is_empty())
        .then(|| format!("PRODUCTION: leave {} as {}, and watch no more?", names_of(&places), model.world.session.user))
}

/// Watch it no more: leave where we are present, forget what was known, and keep the selection where that
/// is still there.
pub(crate) fn remove(model: &mut Model, removal: &Removal, now: Moment) -> Vec<Command> {
    let rest = rest(model, removal);
    if rest.is_empty() {
        let text = "that is all that is watched: add something first, or quit";
        model.word = Some(Word::new(Tone::Bad, text, now));
        return Vec::new();
    }
    let gone = gone(model, removal);
    let places = present(model, &gone);
    if let Removal::Hide(channel) = removal
        && !model.world.channels.hide(channel)
    {
        model.word = Some(Word::new(Tone::Bad, format!("no more than {MOST} channels can be hidden"), now));
        return Vec::new();
    }
    for place in &places {
        model.world.own.leave(place, now);
    }
    let selected = model.selected().map(|watched| watched.channel.clone());
    model.world.channels.forget(&gone);
    let place = selected.and_then(|channel| model.world.channels.place(&channel));
    if place.is_none() {
        model.focus.user = None;
    }
    model.focus.channel = place.unwrap_or(model.focus.channel).min(model.world.channels.len().saturating_sub(1));
    let changed = rest != model.world.session.watching;
    model.world.session.watching = rest;
    let covering = Covering::of(model.world.session.watching.iter());
    // Which group a hidden channel came through is not known.
    let grouped = !covering.groups.is_empty();
    model.world.channels.hide_only(|channel| grouped || covering.covers(channel));
    if grouped {
        // Perhaps another group has them: then they come back.
        model.world.scouts.live(&model.world.session.watching, now);
    }
    let what = match removal {
        Removal::Whole(subscription) => written(std::slice::from_ref(subscription)),
        Removal::Hide(channel) => channel.to_string(),
    };
    let left = if places.is_empty() { "" } else { "left, and " };
    model.word = Some(Word::new(Tone::Good, format!("{left}no longer watching {what}"), now));
    model.log.note(None, Note::Removed { what: removal.clone(), channels: gone.len() }, now);
    let leave = (!places.is_empty()).then_some(Command::Leave { places });
    let watch = changed.then(|| Command::Watch(model.world.session.watching.clone()));
    leave.into_iter().chain(watch).collect()
}
