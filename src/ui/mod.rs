//! The user interface: selection, order and filter of the lists, the log, dialogs, pausing. Pure.
//!
//! It reads a [`World`](crate::world::World) and changes it through [`Order`](crate::world::Order)s only. As a
//! [`Listener`](crate::world::Listener) it receives what happens there.
//!
//! | what happens | where it is handled |
//! |---|---|
//! | something in the world | `listen` |
//! | a person acts on the world | `perform` |
//! | a person moves about the screen | `navigate`; on the watch list: `watch_list`; among incidents: `incident` |
//! | a person types | `dialogs` |
//! | a person looks back | `past`, with `freeze`, `paused` and `told` |
//! | time passes | `update`; when it is due: `wakes`; what is selected meanwhile: `auto_follow` |
//!
//! The view draws a [`Screen`].

mod action;
mod auto_follow;
mod channels;
mod chart_scale;
mod detail;
mod dialogs;
mod effect;
mod event;
mod everyone;
mod focus;
mod follow;
mod freeze;
mod incident;
mod instant_text;
mod listen;
mod log;
mod moments;
mod navigate;
mod occupants;
mod palette;
mod past;
mod paused;
mod perform;
mod screen;
mod state;
mod state_tree;
mod status_message;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod told;
mod unwatch;
mod update;
mod wakes;
mod watch_list;

pub use self::{
    action::{ACTIONS, Action, ActionInfo, Section},
    channels::{ChannelList, ChannelListRow, ChannelSort, Heading},
    detail::{DetailFact, DetailPart, DetailRow, DetailTitle, list_detail_rows as detail_rows},
    dialogs::{
        ConfirmedAction, Dialog, EditKey, Editor, EntryViewer, FuzzyList, HelpPage, KeysetLine, Keysets, ManualReader,
        Menu, MenuItem, OpenPage, Prompt, Question, Stage, THEMES, TextField, ThemePicker, list_matching_kinds,
    },
    effect::{Effect, RecordingSign},
    event::{Exported, UiEvent},
    everyone::BlockLine,
    focus::{ChannelSum, Focus, Pane, PaneShares, Pointed},
    follow::Follow,
    freeze::StillKey,
    log::{Burst, EventLevel, EventLog, LogFilter, LogRow, LogRowPart, LogView},
    moments::{ActivityMark, ActivityPart, ActivityRow, TimeMark, TimeMarkKind},
    occupants::{OccupantList, OccupantRow, SortKey, SortOrder, StateField},
    palette::PaletteHit,
    paused::{PastView, Paused, PlaySpeed},
    screen::Screen,
    state::Ui,
    state_tree::{FieldChange, StateLine, list_state_lines},
    status_message::{StatusMessage, Tone, status_message},
    told::{ToldFact, ToldSoFar},
    wakes::wakes_at,
};
pub use crate::history::{History, KeepLimits};
