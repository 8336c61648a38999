//! The dialogs over the panes, which take the keys.

mod answer;
mod completion;
mod dialog;
mod editor;
mod entry_viewer;
mod help_page;
mod keysets;
mod manual_reader;
mod menu;
mod prompt;
mod recording;
mod switch_keyset;
mod text_area;
mod text_field;
mod theme_picker;
mod typing;

pub(super) use self::{
    answer::take_exported,
    recording::toggle_recording,
    switch_keyset::{choose_keyset, question_before_switch, report_failed_switch, switch_keyset},
    typing::type_into,
};
pub use self::{
    dialog::{Dialog, list_matching_kinds},
    editor::{Editor, Stage},
    entry_viewer::EntryViewer,
    help_page::HelpPage,
    keysets::{KeysetLine, Keysets},
    manual_reader::{ManualReader, OpenPage},
    menu::{ConfirmedAction, Menu, MenuItem},
    prompt::{Prompt, Question},
    text_area::TextArea,
    text_field::{EditKey, FuzzyList, TextField},
    theme_picker::{THEMES, ThemePicker},
};
