//! The state of the ui.

use jiff::tz::TimeZone;

use super::{
    Action, ChannelList, Dialog, Effect, EventLog, Focus, Follow, Keysets, OccupantList, Paused, RecordingSign,
    StatusMessage, THEMES, ToldFact, ToldSoFar, Tone,
    chart_scale::ChartScale,
    moments::{Activity, TimeMarks},
};
use crate::{
    alerts::WatchList,
    doctor::Doctor,
    history::History,
    incident::{HoldingRule, IncidentWatch},
    presence::{Moment, Prices},
};

/// The state of the ui.
#[derive(Debug)]
pub struct Ui {
    /// The event log.
    pub log: EventLog,
    /// The order and the filter of the channels.
    pub channels: ChannelList,
    /// The order and the filter of the occupants.
    pub occupants: OccupantList,
    /// What is selected.
    pub focus: Focus,
    /// Whether the selection goes by itself.
    pub follow: Follow,
    /// The message in the footer.
    pub status: Option<StatusMessage>,
    /// The watch list.
    pub alerts: WatchList,
    /// What is unusual of all that happens.
    pub incidents: Box<IncidentWatch>,
    /// The moments that charts mark.
    pub(super) marks: TimeMarks,
    /// What went on in the time that can be looked back at.
    pub(super) activity: Activity,
    /// The scale of the chart.
    pub(super) scale: ChartScale,
    /// The findings of the doctor.
    pub doctor: Doctor,
    /// The prices of requests, if the configuration has any.
    pub prices: Option<Prices>,
    /// The keysets that a person can switch to.
    pub keysets: Keysets,
    /// Keys are swallowed, as the text for what was refused; why, for the footer.
    pub swallowing: Option<&'static str>,
    /// The open dialog, which takes the keys.
    pub dialog: Option<Dialog>,
    /// The chosen theme, one of [`THEMES`], or [`AUTO`](crate::ui::ThemePicker::AUTO).
    pub theme: &'static str,
    /// Whether the mouse is ours rather than the terminal's.
    pub mouse: bool,
    /// The file that the last export found to exist.
    pub(super) exists: Option<String>,
    /// Requests to the terminal, the disk and the program; the loop takes them.
    pub effects: Vec<Effect>,
    /// The last while, to look back at.
    pub history: Box<History<ToldSoFar>>,
    /// The rules that the history was told of last.
    pub(super) kept_rules: Vec<HoldingRule>,
    /// What the history is to be told of next.
    pub(super) facts: Vec<ToldFact>,
    /// Whether a recording is written.
    pub recording: RecordingSign,
    /// Where the person is: times of day are meant there.
    pub zone: TimeZone,
    /// The pause or the look back, if the screen does not go along.
    pub(super) paused: Option<Box<Paused>>,
    /// Whether the program is about to end.
    pub quitting: bool,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            log: EventLog::default(),
            channels: ChannelList::default(),
            occupants: OccupantList::default(),
            focus: Focus::default(),
            follow: Follow::default(),
            status: None,
            alerts: WatchList::default(),
            incidents: Box::default(),
            marks: TimeMarks::default(),
            activity: Activity::default(),
            scale: ChartScale::default(),
            doctor: Doctor::default(),
            prices: None,
            keysets: Keysets::default(),
            swallowing: None,
            dialog: None,
            theme: THEMES[0],
            mouse: true,
            exists: None,
            effects: Vec::new(),
            history: Box::default(),
            kept_rules: Vec::new(),
            facts: Vec::new(),
            recording: RecordingSign::default(),
            zone: TimeZone::UTC,
            paused: None,
            quitting: false,
        }
    }
}

impl Ui {
    /// The log that is shown, for moving in it.
    pub(super) fn shown_log(&mut self) -> &mut EventLog {
        self.paused.as_mut().map_or(&mut self.log, |paused| &mut paused.shown.told.log)
    }

    /// The incidents that are shown.
    pub(super) fn shown_incidents(&self) -> &IncidentWatch {
        self.paused.as_ref().map_or(&self.incidents, |paused| &paused.shown.told.incidents)
    }

    /// Switch to another world, with the same arrangement and watch list.
    pub fn go_over(&mut self, keysets: Keysets) {
        let before = std::mem::take(self);
        *self = Self {
            theme: before.theme,
            follow: before.follow.clone_for_new_world(),
            mouse: before.mouse,
            focus: Focus {
                pane: before.focus.pane,
                zoom: before.focus.zoom,
                wall: before.focus.wall,
                shares: before.focus.shares,
                ..Focus::default()
            },
            channels: before.channels.clone_for_new_world(),
            occupants: before.occupants.clone_for_new_world(),
            alerts: before.alerts.clone_for_new_world(),
            prices: before.prices,
            log: before.log.clone_empty(),
            history: Box::new(History::new(before.history.limits())),
            recording: before.recording,
            zone: before.zone,
            keysets,
            ..Self::default()
        };
    }

    /// Show a message in the footer.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>, now: Moment) {
        self.status = Some(StatusMessage::new(tone, text, now));
    }

    /// Swallow the text for an action that was refused, if it would have asked for one: its letters must not act.
    pub(super) fn refuse_text_for(&mut self, action: Action) {
        if action.takes_text() {
            self.swallowing = Some("nothing to type here");
        }
    }

    /// Whether an action is meant once more by its key, though that is text for the open dialog: the scenes are open,
    /// and nothing is typed.
    pub fn repeats(&self, action: Action) -> bool {
        action == Action::Scenes && matches!(&self.dialog, Some(Dialog::Menu(menu)) if menu.is_fresh_scenes())
    }

    /// Whether keys are text for the open dialog.
    pub fn is_typing(&self) -> bool {
        self.swallowing.is_some() || self.dialog.as_ref().is_some_and(Dialog::takes_text)
    }
}
