//! WHAT A PERSON LOOKS AT: selection, order and filter of the lists, the log, dialogs, a pause. Pure.
//!
//! It reads a [`World`](crate::world::World) and gives it [`Order`](crate::world::Order)s; nothing else leads
//! back. It hears what happens there as a [`Listener`](crate::world::Listener).
//!
//! | what happens | who takes it in |
//! |---|---|
//! | something in the world | `listen` |
//! | a person acts on the world | `perform` |
//! | a person goes about in the picture | `navigate`; on the watch list: `watch_list` |
//! | a person types | `dialogs` |
//! | time passes | `update`; when it has to: `wakes` |
//!
//! What is drawn is a [`Screen`].

mod action;
mod detail;
mod dialogs;
mod effect;
mod event;
mod focus;
mod freeze;
mod listen;
mod log;
mod navigate;
mod occupants;
mod paused;
mod perform;
mod screen;
mod state;
mod state_tree;
mod status_message;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod unwatch;
mod update;
mod wakes;
mod watch_list;

pub use self::{
    action::{ACTIONS, Action, ActionInfo, Section},
    detail::{DetailFact, DetailPart, DetailRow, DetailTitle, list_detail_rows as detail_rows},
    dialogs::{
        ConfirmedAction, Dialog, EditKey, Editor, EditorMistake, EntryViewer, FuzzyList, KeysetLine, Keysets, Menu,
        MenuItem, Prompt, Question, Stage, THEMES, TextArea, TextField, ThemePicker, list_matching_kinds,
    },
    effect::Effect,
    event::{Exported, UiEvent},
    focus::{Focus, Pane, PaneShares, Pointed},
    log::{Burst, EventLog, LogFilter, LogRow, LogRowPart, LogView},
    occupants::{OccupantList, OccupantRow, SortKey, SortOrder},
    paused::Paused,
    screen::Screen,
    state::Ui,
    state_tree::{FieldChange, StateLine, list_state_lines},
    status_message::{StatusMessage, Tone, status_message},
    wakes::wakes_at,
};
