//! What lies over the panes and takes the keys.

pub(crate) mod dialog;
pub(crate) mod editor;
pub(crate) mod entry_viewer;
pub(crate) mod field;
pub(crate) mod keysets;
pub(crate) mod menu;
pub(crate) mod prompt;
pub(crate) mod text_area;
pub(crate) mod theme_picker;
