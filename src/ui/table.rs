//! The content of a pane, as a table for export or as a text to copy.

use super::{Dialog, Effect, Pane, Screen};
use crate::{
    output::{ChannelRow, ListedOccupant, MOST_COPIED, TableData},
    presence::Moment,
    world::{ChannelState, Mode},
};

/// The letters of a channel name that go into a file name.
const NAMED: usize = 40;

impl Screen<'_> {
    /// The focused pane as a table. Its cost grows with the rows; names and states are shared, not copied.
    pub fn focused_table(&self, now: Moment) -> Option<TableData> {
        match self.ui.focus.pane {
            Pane::Channels => {
                let tally = |watched: &ChannelState| ChannelRow {
                    channel: watched.channel.clone(),
                    occupancy: watched.occupancy(),
                    listed: watched.roster.len(),
                    peak: watched.peak,
                    events: watched.events,
                    interval: matches!(watched.mode, Mode::Interval { .. }),
                    certainty: self.world.certainty(watched, now).word(),
                };
                Some(TableData::Channels(self.world.channels.iter().map(tally).collect()))
            }
            Pane::Occupants => {
                let rows = if self.ui.focus.sum.is_some() {
                    self.summed_channels().flat_map(list_occupants).collect()
                } else {
                    list_occupants(self.selected_channel()?).collect()
                };
                Some(TableData::Occupants(self.world.clock.now(now), rows))
            }
            Pane::Log => Some(TableData::Log(
                self.log.view().numbers().filter_map(|number| self.log.get(number)).cloned().collect(),
            )),
        }
    }
}

fn list_occupants(watched: &ChannelState) -> impl Iterator<Item = ListedOccupant> {
    watched.roster.iter().map(|(user, occupant)| ListedOccupant {
        channel: watched.channel.clone(),
        user: user.clone(),
        since: occupant.since(),
        sightings: occupant.sightings(),
        state: occupant.state().cloned(),
    })
}

/// A file name for the focused pane.
pub(super) fn suggest_file_name(screen: &Screen<'_>, now: Moment) -> String {
    let channel = match screen.ui.focus.pane {
        Pane::Occupants => screen.selected_channel().map(|watched| watched.channel.clone()),
        Pane::Log => screen.log.view().filter().channel.clone(),
        Pane::Channels => None,
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let channel = channel.map_or(String::new(), |channel| {
        let name: String = channel.as_str().chars().take(NAMED).map(plain).collect();
        format!("-{name}")
    });
    let what = match screen.ui.focus.pane {
        Pane::Channels => "channels",
        Pane::Occupants => "people",
        Pane::Log => "events",
    };
    let seconds = i64::try_from(screen.as_of(now).seconds()).unwrap_or_default();
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    format!("herenow{channel}-{what}-{time}.csv")
}

/// The selected text to copy and what it is, or why there is none.
pub(super) fn copy_selected(screen: &Screen<'_>, json: bool) -> Result<(Effect, String), &'static str> {
    let copy = |text: &str, what: &str| {
        if text.len() > MOST_COPIED {
            return Err("too large to be copied: terminals take at most 74 994 bytes; E writes it to a file");
        }
        Ok((Effect::Copy(text.to_owned()), format!("{what}, {} bytes", text.len())))
    };
    let entry = match &screen.ui.dialog {
        Some(Dialog::WatchList(_)) if screen.ui.alerts.items().is_empty() => return Err("the watch list is empty"),
        Some(Dialog::WatchList(_)) => return copy(&screen.ui.alerts.as_entry(), "the list for [notifications]"),
        Some(Dialog::Entry(viewer)) => Some(&viewer.entry),
        _ if screen.ui.focus.pane == Pane::Log => Some(screen.log.at_cursor().ok_or("the log shows nothing to copy")?),
        _ => None,
    };
    if let Some(entry) = entry {
        return if json {
            copy(entry.raw().ok_or("this line has no JSON: it was not told by the service")?, "the event as JSON")
        } else {
            let named = screen.log.user_at_cursor().filter(|_| screen.ui.dialog.is_none());
            let user = named.or(entry.user.as_ref()).ok_or("this line is not about one user")?;
            copy(user.as_str(), "the user id")
        };
    }
    let watched = screen.selected_channel().ok_or("no channel is selected")?;
    if screen.ui.focus.pane == Pane::Channels {
        return if json {
            Err("a channel has no JSON; its people and events have")
        } else {
            copy(watched.channel.as_str(), "the channel name")
        };
    }
    let user = screen.ui.focus.user.as_ref().ok_or("nobody is selected")?;
    if !json {
        return copy(user.as_str(), "the user id");
    }
    let state = watched.roster.get(user).and_then(|occupant| occupant.state());
    copy(state.ok_or("the selected user has no state, as far as we know")?.as_json(), "the state as JSON")
}
