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
    About, Certainty, Known, Model, News, Note, Open, Pane, Question, QuestionLine, Tone, Typing, What, Wish, Word,
};
use crate::{
    expression::{Expression, Judge, Verdict},
    presence::{Change, Channel, Difference, Happening, Moment, PresenceEvent, UserId, shown},
};

/// No more items than this.
const MOST: usize = 200;

/// What an item is quiet for after it was told of, unless the configuration says otherwise.
const COOL_DOWN: Duration = Duration::from_secs(30);

/// Rounds of weighing are at least so far apart, and further by a millisecond for each hundred names.
const PAUSE: Duration = Duration::from_millis(250);

/// Items weighed before other things get their turn.
const TOGETHER: usize = 16;

/// Longer names and expressions are not taken in from a person: bytes.
const LONGEST: usize = 1000;

/// What is watched for.
#[derive(Debug)]
enum Subject {
    User(UserId),
    Channel(Channel),
    Claim(Box<Judge>),
}

/// How things are with a channel or an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Unknown,
    Empty,
    Occupied,
    Refused(String),
    Drifting,
    Holds(String),
    Not(String),
}

impl Standing {
    fn is(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// What is told when it comes to this after `said`; nothing if that is no news.
    fn after(&self, said: &Self) -> Option<What> {
        if self.is(said) {
            return None;
        }
        match (said, self) {
            (_, Self::Unknown) | (Self::Unknown, Self::Empty | Self::Occupied | Self::Not(_)) => None,
            (_, Self::Refused(why)) => Some(What::Refused(why.clone())),
            (_, Self::Drifting) => Some(What::Drifting),
            (_, Self::Holds(saw)) => Some(What::Holds(saw.clone())),
            (_, Self::Not(saw)) => Some(What::Ceased(saw.clone())),
            (Self::Refused(_), Self::Empty | Self::Occupied) => Some(What::Allowed),
            (_, Self::Empty) => Some(What::Empty),
            (Self::Drifting, Self::Occupied) => Some(What::Right),
            (_, Self::Occupied) => Some(What::Occupied),
        }
    }
}

/// One line of the watch list.
#[derive(Debug)]
pub struct Item {
    subject: Subject,
    /// What happened last, told or held back.
    pub last: Option<News>,
    /// How often it was told of.
    pub told: u64,
    /// So much is held back until the cool-down is over.
    pub held_back: u64,
    quiet_until: Moment,
    standing: Standing,
    /// The standing as it was told last.
    said: Standing,
    /// Why it can't be known whether an expression holds, if so; safe to show.
    doubt: Option<String>,
}

impl Item {
    fn new(subject: Subject) -> Self {
        Self {
            subject,
            last: None,
            told: 0,
            held_back: 0,
            quiet_until: Moment::default(),
            standing: Standing::Unknown,
            said: Standing::Unknown,
            doubt: None,
        }
    }

    /// Whom or what it is about.
    pub fn about(&self) -> About {
        match &self.subject {
            Subject::User(user) => About::User(user.clone()),
            Subject::Channel(channel) => About::Channel(channel.clone()),
            Subject::Claim(judge) => About::Claim(judge.expression().as_str().to_owned()),
        }
    }

    /// Of an expression: whether it holds, if that is known, and what was seen or why it is not known. Safe
    /// to show.
    pub fn verdict(&self) -> Option<(Option<bool>, &str)> {
        if !matches!(self.subject, Subject::Claim(_)) {
            return None;
        }
        Some(match (&self.doubt, &self.standing) {
            (Some(why), _) => (None, why),
            (None, Standing::Holds(saw)) => (Some(true), saw),
            (None, Standing::Not(saw)) => (Some(false), saw),
            _ => (None, "not looked at yet"),
        })
    }

    /// Something happened: the news to be told now, if it is not held back.
    fn happened(
        &mut self,
        what: What,
        channel: Option<&Channel>,
        occupancy: Option<u64>,
        pause: Duration,
        now: Moment,
    ) -> Option<News> {
        let news = News { about: self.about(), what, channel: channel.cloned(), occupancy, at: now, more: 0 };
        self.last = Some(news);
        self.held_back += 1;
        self.tell(pause, now)
    }

    /// What is to be told, if anything is held back and the cool-down is over.
    fn tell(&mut self, pause: Duration, now: Moment) -> Option<News> {
        if self.held_back == 0 || now < self.quiet_until {
            return None;
        }
        let more = std::mem::take(&mut self.held_back) - 1;
        let mut news = self.last.clone()?;
        if !matches!(self.subject, Subject::User(_)) {
            let what = self.standing.after(&self.said)?;
            news = News { what, ..news };
            self.said = self.standing.clone();
        }
        self.quiet_until = now.plus(pause);
        self.told += 1;
        Some(News { more, ..news })
    }

    /// It stands like this now.
    fn stands(&mut self, standing: Standing, occupancy: Option<u64>, pause: Duration, now: Moment) -> Option<News> {
        let what = standing.after(&self.standing);
        if matches!(self.said, Standing::Unknown) && what.is_none() {
            self.said = standing.clone();
        }
        self.standing = standing;
        self.happened(what?, None, occupancy, pause, now)
    }
}

/// What somebody wants to be told about.
#[derive(Debug)]
pub struct Watchlist {
    items: Vec<Item>,
    /// Where in the list each user is.
    users: HashMap<UserId, usize, foldhash::fast::RandomState>,
    /// Nothing is told aloud.
    pub muted: bool,
    /// What an item is quiet for after it was told of.
    pub cool_down: Duration,
    /// Something happened since the last round of weighing.
    stale: bool,
    /// When that began.
    weighed: Moment,
    /// How far it has come.
    turn: usize,
    /// When an expression will hold if nothing happens.
    pending: Option<Moment>,
}

impl Default for Watchlist {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            users: HashMap::default(),
            muted: false,
            cool_down: COOL_DOWN,
            stale: false,
            weighed: Moment::default(),
            turn: 0,
            pending: None,
        }
    }
}

impl Watchlist {
    /// All items, in the order they came.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Whether a user is on it.
    pub fn has_user(&self, user: &UserId) -> bool {
        !self.users.is_empty() && self.users.contains_key(user)
    }

    /// Whether a channel is on it.
    pub fn has_channel(&self, channel: &Channel) -> bool {
        self.items.iter().any(|item| matches!(&item.subject, Subject::Channel(c) if c == channel))
    }

    fn find(&self, about: &About) -> Option<usize> {
        self.items.iter().position(|item| item.about() == *about)
    }

    fn add(&mut self, subject: Subject) -> Result<About, String> {
        let item = Item::new(subject);
        let about = item.about();
        if self.find(&about).is_some() {
            return Err(format!("{about} is on the watch list already"));
        }
        if self.items.len() >= MOST {
            return Err(format!("the watch list has {MOST} lines; take one off first"));
        }
        self.items.push(item);
        self.changed();
        Ok(about)
    }

    /// Take an item off the list.
    pub(super) fn remove(&mut self, place: usize) -> Option<About> {
        if place >= self.items.len() {
            return None;
        }
        let item = self.items.remove(place);
        self.changed();
        Some(item.about())
    }

    fn changed(&mut self) {
        let user = |(place, item): (usize, &Item)| match &item.subject {
            Subject::User(user) => Some((user.clone(), place)),
            _ => None,
        };
        self.users = self.items.iter().enumerate().filter_map(user).collect();
        self.stale = true;
        self.turn = self.items.len();
        self.weighed = Moment::default();
    }

    /// Something happened that may change how things stand.
    pub(super) fn touch(&mut self) {
        self.stale |= !self.items.is_empty();
    }

    /// Events may have been missed; `why` as a clause.
    pub(super) fn missed(&mut self, why: &str, now: Moment) {
        self.judges().for_each(|judge| judge.missed(why, now));
    }

    /// The list of a channel turned out to have been wrong; `what` as a clause.
    pub(super) fn drifted(&mut self, channel: &Channel, what: &str, now: Moment) {
        self.judges().for_each(|judge| judge.drifted(channel, what, now));
    }

    fn judges(&mut self) -> impl Iterator<Item = &mut Judge> {
        self.items.iter_mut().filter_map(|item| match &mut item.subject {
            Subject::Claim(judge) => Some(&mut **judge),
            Subject::User(_) | Subject::Channel(_) => None,
        })
    }

    fn pause(&self, names: usize) -> Moment {
        self.weighed.plus(PAUSE + Duration::from_millis(names as u64 / 100))
    }

    /// When there is something to weigh, or to tell that was held back.
    pub(super) fn next(&self, names: impl FnOnce() -> usize) -> Option<Moment> {
        let held = self.items.iter().filter(|item| item.held_back > 0).map(|item| item.quiet_until);
        let round = match () {
            () if self.turn < self.items.len() => Some(self.weighed),
            () if self.stale => Some(self.pause(names())),
            () => self.pending,
        };
        held.chain(round).min()
    }
}

impl Model {
    /// Watch for what a person wrote: a channel in view, an expression of the small language, or a user id.
    /// `user …` and `channel …` say which of them is meant. Returns what it was taken for.
    ///
    /// # Errors
    /// A sentence, safe to show, if it is none of these, on the list already, or one too many.
    pub fn watch_for(&mut self, text: &str) -> Result<About, String> {
        let subject = subject(self, text.trim())?;
        self.watchlist.add(subject)
    }

    /// How many names are on all lists together.
    pub(super) fn names(&self) -> usize {
        self.channels.iter().map(|watched| watched.roster.len()).sum()
    }
}

/// What a text means.
fn subject(model: &Model, text: &str) -> Result<Subject, String> {
    if text.len() > LONGEST {
        return Err(format!("that is longer than {LONGEST} bytes"));
    }
    if let Some(name) = text.strip_prefix("user ") {
        return UserId::parse(name.trim()).map(Subject::User).map_err(|e| e.to_string());
    }
    if let Some(name) = text.strip_prefix("channel ") {
        return Channel::parse(name.trim()).map(Subject::Channel).map_err(|e| e.to_string());
    }
    if let Ok(channel) = Channel::parse(text)
        && model.channels.named(&channel).is_some()
    {
        return Ok(Subject::Channel(channel));
    }
    match Expression::parse(text) {
        Ok(expression) => Ok(Subject::Claim(Box::new(Judge::new(expression)))),
        Err(mistake) if text.contains(char::is_whitespace) => Err(mistake.sentence),
        Err(_) => UserId::parse(text).map(Subject::User).map_err(|e| e.to_string()),
    }
}

/// Put what is selected on the list, or take it off.
pub(super) fn toggle(model: &mut Model, now: Moment) {
    let subject = match model.focus.pane {
        Pane::Channels => model.selected().map(|watched| Subject::Channel(watched.channel.clone())),
        Pane::Occupants | Pane::Log => model.focus.user.clone().map(Subject::User),
    };
    let Some(subject) = subject else {
        let text = "nothing is selected to watch for; select somebody with ↑↓, or a channel in the channels pane";
        model.word = Some(Word::new(Tone::Bad, text, now));
        return;
    };
    let about = Item::new(subject).about();
    if let Some(place) = model.watchlist.find(&about) {
        model.watchlist.remove(place);
        model.word = Some(Word::new(Tone::Good, format!("{about} is off the watch list"), now));
        return;
    }
    let subject = match &about {
        About::User(user) => Subject::User(user.clone()),
        About::Channel(channel) => Subject::Channel(channel.clone()),
        About::Claim(_) => return,
    };
    model.word = Some(match model.watchlist.add(subject) {
        Ok(about) => Word::new(Tone::Good, added(&about), now),
        Err(sentence) => Word::new(Tone::Bad, sentence, now),
    });
}

/// What is said of a new item.
pub(super) fn added(about: &About) -> String {
    match about {
        About::User(_) => format!("watching {about}: you are told when they come or go, anywhere in view"),
        About::Channel(_) => {
            format!("watching {about}: you are told when it is empty, not empty, refused or drifting")
        }
        About::Claim(_) => format!("watching: you are told when `{about}` begins or ceases to hold"),
    }
}

/// Tell nothing aloud from here on, or do again.
pub(super) fn mute(model: &mut Model, now: Moment) {
    let muted = !model.watchlist.muted;
    model.watchlist.muted = muted;
    let text = match muted {
        true => "the watch list is muted: it goes on, in the log and in its list",
        false => "the watch list tells aloud again",
    };
    model.word = Some(Word::new(Tone::Good, text, now));
}

/// Take in what was typed into the open watch list, in which the line at `chosen` is chosen.
pub(super) fn typed(model: &mut Model, chosen: usize, typing: &Typing, now: Moment) {
    let last = model.watchlist.items.len().saturating_sub(1);
    let chosen = match typing {
        Typing::Up | Typing::Char('k') => chosen.saturating_sub(1),
        Typing::Down | Typing::Char('j') => (chosen + 1).min(last),
        Typing::PageUp => chosen.saturating_sub(10),
        Typing::PageDown => (chosen + 10).min(last),
        Typing::Home => 0,
        Typing::End => last,
        Typing::Char('a') => {
            model.open = Some(Open::Line(QuestionLine::new(Question::WatchFor, "")));
            return;
        }
        Typing::Char('x') | Typing::Delete => {
            if let Some(about) = model.watchlist.remove(chosen) {
                model.word = Some(Word::new(Tone::Good, format!("{about} is off the watch list"), now));
            }
            chosen.min(last.saturating_sub(1))
        }
        Typing::Char('m') => {
            mute(model, now);
            chosen
        }
        Typing::Char('q' | 'W') => return,
        Typing::Enter => {
            visit(model, chosen, now);
            return;
        }
        _ => chosen,
    };
    model.open = Some(Open::Watchlist(chosen));
}

/// Go where it is: to the channel, or to the user on the first channel where they are.
fn visit(model: &mut Model, place: usize, now: Moment) {
    let Some(item) = model.watchlist.items.get(place) else { return };
    let spot = match &item.subject {
        Subject::Channel(channel) => model.channels.iter().position(|w| w.channel == *channel),
        // Where one looks already comes first.
        Subject::User(user) => match model.selected() {
            Some(watched) if watched.roster.get(user).is_some() => Some(model.focus.channel),
            _ => model.channels.iter().position(|w| w.roster.get(user).is_some()),
        },
        Subject::Claim(_) => return,
    };
    let (about, user) = (item.about(), if let Subject::User(user) = &item.subject { Some(user.clone()) } else { None });
    let Some(spot) = spot else {
        model.word = Some(Word::new(Tone::Bad, format!("{about} is nowhere in view"), now));
        return;
    };
    model.focus.pane = if user.is_some() { Pane::Occupants } else { Pane::Channels };
    model.focus.channel = spot;
    model.focus.user = user;
}

/// An event was folded in.
pub(super) fn heard(model: &mut Model, event: &PresenceEvent, change: Change, now: Moment) {
    if model.watchlist.items.is_empty() {
        return;
    }
    // The judges look at the model, so they have to stand beside it.
    let mut items = std::mem::take(&mut model.watchlist.items);
    let known = Known { model, now };
    for item in &mut items {
        if let Subject::Claim(judge) = &mut item.subject {
            judge.hear(event, &known, now);
        }
    }
    model.watchlist.items = items;
    if change == Change::None {
        return;
    }
    match &event.what {
        // Whom one knew to be there is no news.
        Happening::Joined { user, .. } if !matches!(change, Change::SeenAgain { .. }) => {
            happened(model, user, What::Joined, &event.channel, now);
        }
        Happening::Left { user } => happened(model, user, What::Left, &event.channel, now),
        Happening::TimedOut { user } => happened(model, user, What::TimedOut, &event.channel, now),
        Happening::Interval { joined, left, timed_out, .. } => {
            let gone = |user: &UserId| left.contains(user) || timed_out.contains(user);
            for (users, what) in [(joined, What::Joined), (left, What::Left), (timed_out, What::TimedOut)] {
                for user in users.iter().filter(|user| model.watchlist.has_user(user)).cloned().collect::<Vec<_>>() {
                    // Named both ways they end where they began.
                    if !(joined.contains(&user) && gone(&user)) {
                        happened(model, &user, what.clone(), &event.channel, now);
                    }
                }
            }
        }
        Happening::Joined { .. } | Happening::StateChanged { .. } | Happening::Unknown { .. } => {}
    }
}

/// A here now that was not the first look found users missing or gone.
pub(super) fn compared(model: &mut Model, channel: &Channel, difference: &Difference, now: Moment) {
    for (users, what) in [(&difference.missing, What::FoundHere), (&difference.extra, What::FoundGone)] {
        for user in users {
            happened(model, user, what.clone(), channel, now);
        }
    }
}

/// Something happened to a user, on the list or not.
fn happened(model: &mut Model, user: &UserId, what: What, channel: &Channel, now: Moment) {
    let Some(place) = model.watchlist.users.get(user).copied() else { return };
    let occupancy = model.channels.named(channel).map(super::Watched::occupancy);
    let pause = model.watchlist.cool_down;
    let Some(item) = model.watchlist.items.get_mut(place) else { return };
    if let Some(news) = item.happened(what, Some(channel), occupancy, pause, now) {
        announce(model, news);
    }
}

/// Weigh what may stand otherwise by now, if it is time to, and tell what was held back long enough.
/// `free`: nothing else is going on.
pub(super) fn round(model: &mut Model, free: bool, now: Moment) {
    if model.watchlist.items.is_empty() {
        return;
    }
    let mut items = std::mem::take(&mut model.watchlist.items);
    model.watchlist.stale |= model.watchlist.pending.is_some_and(|at| at <= now);
    let begins = model.watchlist.turn >= items.len() && (model.watchlist.stale || free);
    if begins && model.watchlist.pause(model.names()) <= now {
        let list = &mut model.watchlist;
        (list.stale, list.weighed, list.turn, list.pending) = (false, now, 0, None);
    }
    let (from, pause) = (model.watchlist.turn.min(items.len()), model.watchlist.cool_down);
    let mut news = Vec::new();
    let mut pending = model.watchlist.pending;
    for item in items.iter_mut().skip(from).take(TOGETHER) {
        news.extend(weigh(model, item, &mut pending, pause, now));
    }
    news.extend(items.iter_mut().filter_map(|item| item.tell(pause, now)));
    let list = &mut model.watchlist;
    (list.turn, list.pending) = ((from + TOGETHER).min(items.len()), pending);
    list.items = items;
    for news in news {
        announce(model, news);
    }
}

/// How things stand with an item now; the news to tell, if there is any.
fn weigh(model: &Model, item: &mut Item, pending: &mut Option<Moment>, pause: Duration, now: Moment) -> Option<News> {
    let (standing, occupancy) = match &mut item.subject {
        Subject::User(_) => return None,
        Subject::Channel(channel) => {
            let watched = model.channels.named(channel)?;
            let occupancy = watched.occupancy();
            let standing = match (&watched.refused, model.certainty(watched, now)) {
                (Some(trouble), _) => Standing::Refused(shown(&trouble.sentence).into_owned()),
                (None, Certainty::Drifting) => Standing::Drifting,
                (None, Certainty::Exact | Certainty::Partial(_)) if occupancy == 0 => Standing::Empty,
                (None, Certainty::Exact | Certainty::Partial(_)) => Standing::Occupied,
                (None, _) => return None,
            };
            (standing, Some(occupancy))
        }
        Subject::Claim(judge) => {
            let standing = match judge.judge(&Known { model, now }, now) {
                Verdict::Held { saw } => Standing::Holds(saw),
                Verdict::NotHeld { saw, .. } => Standing::Not(saw),
                // What can't be known has neither begun nor ceased.
                Verdict::Unknown { why, .. } => {
                    item.doubt = Some(why);
                    return None;
                }
                Verdict::Pending { saw, until } => {
                    *pending = Some(pending.map_or(until, |at| at.min(until)));
                    item.doubt = Some(format!("{saw} so far"));
                    return None;
                }
            };
            item.doubt = None;
            (standing, None)
        }
    };
    item.stands(standing, occupancy, pause, now)
}

/// Tell it: in the log, and aloud unless muted.
fn announce(model: &mut Model, news: News) {
    let now = news.at;
    model.log.note(None, Note::Told(news.clone()), now);
    if model.watchlist.muted {
        return;
    }
    // Bad news about what the person asked for stays in sight.
    if model.word.as_ref().is_none_or(|word| word.tone != Tone::Bad) {
        model.word = Some(Word::new(Tone::News, news.to_string(), now));
    }
    model.wishes.push(Wish::Tell(news));
}

#[cfg(test)]
mod tests;
