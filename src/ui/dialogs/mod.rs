//! What lies over the panes and takes the keys.

mod answer;
mod dialog;
mod editor;
mod entry_viewer;
mod field;
mod keysets;
mod menu;
mod prompt;
mod switch_keyset;
mod text_area;
mod theme_picker;
mod typing;

pub(super) use self::{
    answer::take_exported,
    switch_keyset::{choose_keyset, question_before_going, stay_here, switch_keyset},
    typing::type_into,
};
pub use self::{
    dialog::{Open, kinds_found},
    editor::{Editor, Mistake, Stage},
    entry_viewer::Reading,
    field::{Chooser, Field, Typing},
    keysets::{KeysetLine, Keysets},
    menu::{Deed, Item, Pick as PickList},
    prompt::{Line as QuestionLine, Question},
    text_area::Text,
    theme_picker::{THEMES, Wardrobe},
};
