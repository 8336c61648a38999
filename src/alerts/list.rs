//! THE WATCH LIST: people, channels and expressions that somebody wants to be told about.
//!
//! A user is told of as soon as they come or go anywhere in view. A channel and an expression have a
//! standing (empty, drifting, holds …), which is weighed in rounds: at most four in a second, fewer
//! with many names in view, and no more than a few items at a time.
//!
//! After it was told of, an item is quiet for the cool-down; what happens meanwhile is counted, and told
//! with the next news. A standing that is back where it was by then was never news.

use std::{collections::HashMap, time::Duration};

use super::{
    AlertSubject,
    item::{WatchItem, WatchTarget},
};
use crate::{
    expression::{Expression, Judge},
    presence::{Channel, Moment, UserId},
    world::World,
};

/// No more items than this.
pub(super) const MOST: usize = 200;

/// What an item is quiet for after it was told of, unless the configuration says otherwise.
const COOL_DOWN: Duration = Duration::from_secs(30);

/// Rounds of weighing are at least so far apart, and further by a millisecond for each hundred names.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

/// Items weighed before other things get their turn.
pub(super) const TOGETHER: usize = 16;

/// Longer names and expressions are not taken in from a person: bytes.
const LONGEST: usize = 1000;

/// What somebody wants to be told about.
#[derive(Debug)]
pub struct WatchList {
    pub(super) items: Vec<WatchItem>,
    /// Where in the list each user is.
    pub(super) users: HashMap<UserId, usize, foldhash::fast::RandomState>,
    /// Nothing is told aloud.
    pub muted: bool,
    /// What an item is quiet for after it was told of.
    pub cool_down: Duration,
    /// Something happened since the last round of weighing.
    pub(super) stale: bool,
    /// How far the world had come when that was last looked at.
    pub(super) version: u64,
    /// When that began.
    pub(super) weighed: Moment,
    /// How far it has come.
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
    /// All items, in the order they came.
    pub fn items(&self) -> &[WatchItem] {
        &self.items
    }

    /// Whether a user is on it.
    pub fn has_user(&self, user: &UserId) -> bool {
        !self.users.is_empty() && self.users.contains_key(user)
    }

    /// Whether a channel is on it.
    pub fn has_channel(&self, channel: &Channel) -> bool {
        self.items.iter().any(|item| matches!(&item.target, WatchTarget::Channel(c) if c == channel))
    }

    /// The same wishes, and nothing known yet: for another world.
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

    /// As an entry of the configuration's `[notifications]`, which fills the list from the start. Foreign text.
    pub(crate) fn as_entry(&self) -> String {
        let line = |item: &WatchItem| {
            let text = match &item.target {
                WatchTarget::User(user) => format!("user {}", user.as_str()),
                WatchTarget::Channel(channel) => format!("channel {}", channel.as_str()),
                WatchTarget::Claim(judge) => judge.expression().as_str().to_owned(),
            };
            // The escapes of JSON are those of TOML, which wants one more of them.
            format!("    {},\n", serde_json::Value::from(text)).replace('\u{7f}', "\\u007f")
        };
        let lines: String = self.items.iter().map(line).collect();
        format!("watch = [\n{lines}]\n")
    }

    /// Where in the list something is.
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

    /// Watch for a user or a channel; an expression is [written](Self::watch_for).
    ///
    /// # Errors
    /// A sentence, safe to show, if it is on the list already, or one too many.
    pub fn add_name(&mut self, subject: AlertSubject) -> Result<AlertSubject, String> {
        match subject {
            AlertSubject::User(user) => self.add_target(WatchTarget::User(user)),
            AlertSubject::Channel(channel) => self.add_target(WatchTarget::Channel(channel)),
            AlertSubject::Claim(text) => self.add_target(parse_target(|_| false, &text)?),
        }
    }

    /// Watch for what a person wrote: a channel in view, an expression of the small language, or a user id.
    /// `user …` and `channel …` say which of them is meant. Returns what it was taken for.
    ///
    /// # Errors
    /// A sentence, safe to show, if it is none of these, on the list already, or one too many.
    pub fn watch_for(&mut self, world: &World, text: &str) -> Result<AlertSubject, String> {
        let target = parse_target(|channel| world.channels.find_id(channel).is_some(), text.trim())?;
        self.add_target(target)
    }

    /// Take an item off the list.
    pub fn remove(&mut self, place: usize) -> Option<AlertSubject> {
        if place >= self.items.len() {
            return None;
        }
        let item = self.items.remove(place);
        self.rebuild_index();
        Some(item.subject())
    }

    /// Find each user again, and weigh everything anew.
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

    /// When there is something to weigh, or to tell that was held back.
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

/// What is wrong with texts that are all to be watched for, whatever will be in view: the place of each that
/// [`WatchList::watch_for`] would refuse, and its sentence.
pub fn find_mistakes<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<(usize, String)> {
    let mut list = WatchList::default();
    let mut add = |text: &str| parse_target(|_| false, text.trim()).and_then(|target| list.add_target(target));
    texts.into_iter().enumerate().filter_map(|(place, text)| Some((place, add(text).err()?))).collect()
}

/// What a text means, where a channel may be in view.
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
