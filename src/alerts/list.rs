//! The watch list: users, channels and expressions that a person wants alerts about.
//!
//! A user causes an alert at once on joining or leaving anywhere in view. Channels and expressions have a standing
//! (empty, drifting, holds …), which is weighed in rounds: at most four a second, fewer with many names in view, and
//! a few items at a time.
//!
//! After an alert, an item stays quiet for the cool-down. What happens in the meantime is counted and told with the
//! next alert. A standing that has returned to where it was by then causes none.

use std::{collections::HashMap, time::Duration};

use super::{
    AlertSubject,
    item::{HoldingClaim, WatchItem, WatchTarget},
};
use crate::{
    expression::{Expression, Judge},
    presence::{Channel, Moment, UserId},
    world::World,
};

/// The most items: it bounds the work of a round.
pub(super) const MOST: usize = 200;

/// How long an item stays quiet after an alert, unless the configuration says otherwise.
const COOL_DOWN: Duration = Duration::from_secs(30);

/// The least pause between two rounds; it grows by a millisecond for each hundred names.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

/// The number of items weighed in one step, so that keys and frames are not delayed.
pub(super) const TOGETHER: usize = 16;

/// The longest name or expression taken from a person, in bytes.
const LONGEST: usize = 1000;

/// The watch list.
#[derive(Debug)]
pub struct WatchList {
    pub(super) items: Vec<WatchItem>,
    /// The place of each user in the list.
    pub(super) users: HashMap<UserId, usize, foldhash::fast::RandomState>,
    /// Whether alerts go to the log only.
    pub muted: bool,
    /// How long an item stays quiet after an alert.
    pub cool_down: Duration,
    /// Whether anything has happened since the last round began.
    pub(super) stale: bool,
    /// The version of the world that was last looked at.
    pub(super) version: u64,
    /// When the last round began.
    pub(super) weighed: Moment,
    /// The place of the next item to weigh.
    pub(super) turn: usize,
    /// When an expression will hold if nothing happens.
    pub(super) pending: Option<Moment>,
}

impl Default for WatchList {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            users: HashMap::default(),
            muted: false,
            cool_down: COOL_DOWN,
            stale: false,
            version: 0,
            weighed: Moment::default(),
            turn: 0,
            pending: None,
        }
    }
}

impl WatchList {
    /// The items, in the order they were added.
    pub fn items(&self) -> &[WatchItem] {
        &self.items
    }

    /// The expressions that hold.
    pub fn list_holding(&self) -> impl Iterator<Item = HoldingClaim> {
        self.items.iter().filter_map(WatchItem::describe_holding)
    }

    /// Acknowledge that an expression holds, or that all do which hold: they are quiet until they have ceased. Returns
    /// how many hold of those.
    pub fn acknowledge(&mut self, place: Option<usize>) -> usize {
        let items = self.items.iter_mut().enumerate().filter(|(at, _)| place.is_none_or(|place| *at == place));
        items.map(|(_, item)| usize::from(item.acknowledge())).sum()
    }

    /// The place of the first expression that holds and was not acknowledged.
    pub fn find_alarm(&self) -> Option<usize> {
        self.items.iter().position(|item| item.describe_holding().is_some_and(|holding| !holding.acknowledged))
    }

    /// Whether a user is on the list.
    pub fn has_user(&self, user: &UserId) -> bool {
        !self.users.is_empty() && self.users.contains_key(user)
    }

    /// Whether a channel is on the list.
    pub fn has_channel(&self, channel: &Channel) -> bool {
        self.items.iter().any(|item| matches!(&item.target, WatchTarget::Channel(c) if c == channel))
    }

    /// The same targets with nothing known about them, for another world.
    pub(crate) fn clone_for_new_world(&self) -> Self {
        let target = |item: &WatchItem| match &item.target {
            WatchTarget::User(user) => WatchTarget::User(user.clone()),
            WatchTarget::Channel(channel) => WatchTarget::Channel(channel.clone()),
            WatchTarget::Claim(judge) => WatchTarget::Claim(Box::new(Judge::new(judge.expression().clone()))),
        };
        let items = self.items.iter().map(|item| WatchItem::new(target(item))).collect();
        let mut list = Self { items, muted: self.muted, cool_down: self.cool_down, ..Self::default() };
        list.rebuild_index();
        list
    }

    /// The list as an entry of the configuration's `[notifications]`. Foreign text.
    pub(crate) fn as_entry(&self) -> String {
        let line = |item: &WatchItem| {
            let text = match &item.target {
                WatchTarget::User(user) => format!("user {}", user.as_str()),
                WatchTarget::Channel(channel) => format!("channel {}", channel.as_str()),
                WatchTarget::Claim(judge) => judge.expression().as_str().to_owned(),
            };
            // TOML has the escapes of JSON, but wants this character escaped as well.
            format!("    {},\n", serde_json::Value::from(text)).replace('\u{7f}', "\\u007f")
        };
        let lines: String = self.items.iter().map(line).collect();
        format!("watch = [\n{lines}]\n")
    }

    /// The place of a subject in the list.
    pub fn find_subject(&self, subject: &AlertSubject) -> Option<usize> {
        self.items.iter().position(|item| item.subject() == *subject)
    }

    pub(super) fn add_target(&mut self, target: WatchTarget) -> Result<AlertSubject, String> {
        let item = WatchItem::new(target);
        let subject = item.subject();
        if self.find_subject(&subject).is_some() {
            return Err(format!("{subject} is on the watch list already"));
        }
        if self.items.len() >= MOST {
            return Err(format!("the watch list has {MOST} lines; take one off first"));
        }
        self.items.push(item);
        self.rebuild_index();
        Ok(subject)
    }

    /// Add a user or a channel. An expression is added as [text](Self::watch_for).
    ///
    /// # Errors
    /// A sentence, safe to show, if it is on the list already or the list is full.
    pub fn add_name(&mut self, subject: AlertSubject) -> Result<AlertSubject, String> {
        match subject {
            AlertSubject::User(user) => self.add_target(WatchTarget::User(user)),
            AlertSubject::Channel(channel) => self.add_target(WatchTarget::Channel(channel)),
            AlertSubject::Claim(text) => self.add_target(parse_target(|_| false, &text)?),
            AlertSubject::Incident(_) => Err("incidents are told without the watch list".to_owned()),
        }
    }

    /// Add what a person wrote: a channel in view, an expression, or a user id. `user …` and `channel …` make it
    /// unambiguous. Returns what it was taken for.
    ///
    /// # Errors
    /// A sentence, safe to show, if it is none of these, on the list already, or the list is full.
    pub fn watch_for(&mut self, world: &World, text: &str) -> Result<AlertSubject, String> {
        let target = parse_target(|channel| world.channels.find_id(channel).is_some(), text.trim())?;
        self.add_target(target)
    }

    /// Remove an item.
    pub fn remove(&mut self, place: usize) -> Option<AlertSubject> {
        if place >= self.items.len() {
            return None;
        }
        let item = self.items.remove(place);
        self.rebuild_index();
        Some(item.subject())
    }

    /// Rebuild the index of users, and start a new round.
    fn rebuild_index(&mut self) {
        let user = |(place, item): (usize, &WatchItem)| match &item.target {
            WatchTarget::User(user) => Some((user.clone(), place)),
            _ => None,
        };
        self.users = self.items.iter().enumerate().filter_map(user).collect();
        self.stale = !self.items.is_empty();
        self.pending = None;
        self.turn = self.items.len();
        self.weighed = Moment::default();
    }

    pub(super) fn judges(&mut self) -> impl Iterator<Item = &mut Judge> {
        self.items.iter_mut().filter_map(|item| match &mut item.target {
            WatchTarget::Claim(judge) => Some(&mut **judge),
            WatchTarget::User(_) | WatchTarget::Channel(_) => None,
        })
    }

    pub(super) fn next_round(&self, names: usize) -> Moment {
        self.weighed.plus(PAUSE + Duration::from_millis(names as u64 / 100))
    }

    /// When the next item is to be weighed, or an alert to be released.
    pub fn next_due(&self, world: &World) -> Option<Moment> {
        if self.items.is_empty() {
            return None;
        }
        let held = self.items.iter().filter(|item| item.held_back > 0).map(|item| item.quiet_until);
        let round = match () {
            () if self.turn < self.items.len() => Some(self.weighed),
            () if self.stale || self.version != world.version() => Some(self.next_round(world.channels.count_names())),
            () => self.pending,
        };
        held.chain(round).min()
    }
}

/// The texts that [`WatchList::watch_for`] would refuse, whatever is in view: the place of each and the reason.
pub fn find_mistakes<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<(usize, String)> {
    let mut list = WatchList::default();
    let mut add = |text: &str| parse_target(|_| false, text.trim()).and_then(|target| list.add_target(target));
    texts.into_iter().enumerate().filter_map(|(place, text)| Some((place, add(text).err()?))).collect()
}

/// What a text means; `is_in_view` tells whether a channel is in view.
fn parse_target(is_in_view: impl Fn(&Channel) -> bool, text: &str) -> Result<WatchTarget, String> {
    if text.len() > LONGEST {
        return Err(format!("that is longer than {LONGEST} bytes"));
    }
    if let Some(name) = text.strip_prefix("user ") {
        return UserId::parse(name.trim()).map(WatchTarget::User).map_err(|e| e.to_string());
    }
    if let Some(name) = text.strip_prefix("channel ") {
        return Channel::parse(name.trim()).map(WatchTarget::Channel).map_err(|e| e.to_string());
    }
    if let Ok(channel) = Channel::parse(text)
        && is_in_view(&channel)
    {
        return Ok(WatchTarget::Channel(channel));
    }
    match Expression::parse(text) {
        Ok(expression) => Ok(WatchTarget::Claim(Box::new(Judge::new(expression)))),
        Err(mistake) if text.contains(char::is_whitespace) => Err(mistake.sentence),
        Err(_) => UserId::parse(text).map(WatchTarget::User).map_err(|e| e.to_string()),
    }
}
