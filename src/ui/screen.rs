//! What the view draws: a world and the ui.

use std::time::Duration;

use super::{
    ACTIONS, Action, ActionInfo, ActivityRow, EventLog, FuzzyList, Pane, TimeMark, ToldSoFar, Ui,
    chart_scale::ScaleNeeds, past,
};
use crate::{
    incident::IncidentWatch,
    presence::Moment,
    world::{ChannelState, TimeSpan, World},
};

/// So long a minute is shown if nobody chose a span; then there is half of a longer one to show.
const SHORT: Duration = Duration::from_secs(300);

/// Who comes into view within this time was there before.
const SETTLING: Duration = Duration::from_secs(10);

/// What the view draws.
#[derive(Debug, Clone, Copy)]
pub struct Screen<'a> {
    /// The ui.
    pub ui: &'a Ui,
    /// The world that is shown; while paused or looking back, as it was then.
    pub world: &'a World,
    /// The world as it is now.
    pub live: &'a World,
    /// The log that is shown.
    pub log: &'a EventLog,
    /// What is told of incidents.
    pub incidents: &'a IncidentWatch,
}

impl Ui {
    /// The screen for a world.
    pub fn screen<'a>(&'a self, world: &'a World) -> Screen<'a> {
        match &self.paused {
            Some(paused) => {
                let ToldSoFar { log, incidents, .. } = &paused.shown.told;
                Screen { ui: self, world: &paused.shown.world, live: world, log, incidents }
            }
            None => Screen { ui: self, world, live: world, log: &self.log, incidents: &self.incidents },
        }
    }
}

impl<'a> Screen<'a> {
    /// The place of the selected channel in the list. Nothing, if it came into view after the picture was
    /// held still.
    pub fn selected_place(&self) -> Option<usize> {
        if self.ui.focus.sum.is_some() {
            return None;
        }
        let first = || (!self.world.channels.is_empty()).then_some(0);
        match &self.ui.focus.channel {
            None => first(),
            Some(channel) => match self.world.channels.find_place(channel) {
                None if self.live.channels.find_id(channel).is_none() => first(),
                place => place,
            },
        }
    }

    /// The selected channel where something is done: in the world that goes on.
    pub fn selected_live(&self) -> Option<&'a ChannelState> {
        let named = self.ui.focus.channel.as_ref().and_then(|channel| self.live.channels.look_up(channel));
        named.or_else(|| self.selected_channel())
    }

    /// The selected channel, or the first one if none was selected.
    pub fn selected_channel(&self) -> Option<&'a ChannelState> {
        self.selected_place().and_then(|place| self.world.channels.get(place))
    }

    /// The span that the screen shows: the changes and lines of the channels, and the chart.
    pub fn span(&self, now: Moment) -> TimeSpan {
        let is_young = now.since(self.world.started) < SHORT;
        self.ui.focus.span.unwrap_or(if is_young { TimeSpan::Minute } else { TimeSpan::TenMinutes })
    }

    /// The moments to mark along the chart of the selected channel, or of all channels together; the earliest first.
    pub fn list_time_marks(&self, now: Moment) -> Vec<TimeMark> {
        self.ui.marks.list(self.selected_channel().map(|watched| &watched.channel), self.incidents, now)
    }

    /// What went on in the time that can be looked back at, in so many cells. Nothing while the screen shows what is now.
    pub fn list_activity(&self, cells: usize) -> Option<ActivityRow> {
        let paused = self.ui.pause().filter(|paused| paused.past.is_some())?;
        Some(self.ui.activity.list_row(self.ui.history.earliest().ok()?, paused.at, cells))
    }

    /// What the scale of the chart has to hold: the highest of an hour, so that it outlasts a peak, and the announce max,
    /// unless that is far above.
    pub(super) fn measure_chart(&self, now: Moment) -> ScaleNeeds {
        let total = self.world.channels.total();
        let watched = self.selected_channel();
        let history = watched.map_or(&total.history, |watched| &watched.history);
        let highest = history.extent_within(TimeSpan::Hour, now).map_or(0, |extent| extent.high);
        let limit = watched.and(self.world.session.announce_max).filter(|max| *max <= highest.saturating_mul(2));
        let rise = history.change_over(3, now).map_or(0, |rise| u64::try_from(rise).unwrap_or(0));
        let most = watched.and_then(|_| total.occupancy()).unwrap_or(u64::MAX);
        let is_new = now.since(self.world.started) < SETTLING;
        ScaleNeeds { peak: limit.unwrap_or(0).max(highest), rise, most, is_new }
    }

    /// The highest number of people that the chart has room for.
    pub fn find_chart_top(&self, now: Moment) -> u64 {
        let peak = self.measure_chart(now).peak;
        self.ui.scale.find_top(self.selected_channel().map(|watched| &watched.channel), peak)
    }

    /// Whether an action means something now.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::JoinIn => self.world.session.join_in.is_some(),
            Action::Scenes | Action::Direct(_) => self.world.scene.is_some(),
            Action::Sort | Action::Reverse => self.ui.focus.pane != Pane::Log,
            _ => true,
        }
    }

    /// Whether an action is about the list of a channel, while a sum of channels is selected.
    pub fn lacks_channel_for(&self, action: Action) -> bool {
        let in_people = self.ui.focus.pane == Pane::Occupants && self.ui.dialog.is_none();
        self.ui.focus.sum.is_some()
            && match action {
                Action::Columns => true,
                Action::Filter | Action::Sort | Action::Reverse => in_people,
                _ => false,
            }
    }

    /// Whether an action is refused, as it would act on now: the screen shows the past or a recording.
    pub fn refuses(&self, action: Action) -> bool {
        past::asks_service(action) && (self.is_past() || self.live.link.is_over())
    }

    /// The actions that mean something now, in the order of the help.
    pub fn offered_actions(&self) -> impl Iterator<Item = &'static ActionInfo> + use<'a> {
        let screen = *self;
        ACTIONS.iter().filter(move |info| screen.offers(info.action))
    }

    /// The actions that match what is typed into the help or the palette, best first.
    pub fn find_actions(&self, list: &FuzzyList) -> Vec<&'static ActionInfo> {
        let offered: Vec<&ActionInfo> = self.offered_actions().collect();
        // A match in the name counts for more than one in the explanation.
        let mut found = list.list_matches(offered.iter().map(|info| info.name));
        // A sentence would match nearly any letters in order, so explanations must contain the text.
        let needle = list.field.text().trim().to_lowercase();
        let explained = (0..offered.len()).filter(|place| offered[*place].help.to_lowercase().contains(&needle));
        let others: Vec<usize> = explained.filter(|place| !found.contains(place)).collect();
        found.extend(others);
        found.into_iter().filter_map(|place| offered.get(place).copied()).collect()
    }
}
