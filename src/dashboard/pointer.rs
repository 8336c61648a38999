//! What the mouse means: a position of the screen becomes what is drawn there, and that a message.

use ratatui::layout::Rect;

use crate::{
    presence::Moment,
    terminal::{Mouse, MouseAction},
    ui::{Action, EditKey, Pane, Pointed, Screen, UiEvent},
    view::{self, Appearance, ClickTarget, Splitter},
};

/// Rows for a notch of the wheel, but one channel: each is a view of its own.
const NOTCH: usize = 3;

/// What the hand holds.
#[derive(Debug, Default)]
pub(super) struct Pointer {
    held: Option<Splitter>,
}

impl Pointer {
    /// Find what it means, on a screen of this size and look.
    pub fn translate(
        &mut self,
        mouse: Mouse,
        screen: &Screen<'_>,
        look: &Appearance,
        now: Moment,
        area: Rect,
    ) -> Vec<UiEvent> {
        let Mouse { action, column, row } = mouse;
        match action {
            MouseAction::WheelUp | MouseAction::WheelDown if screen.ui.dialog.is_some() => {
                vec![scroll_dialog(screen, action == MouseAction::WheelUp); NOTCH]
            }
            // As Esc does.
            MouseAction::Press if view::is_beside_box(screen, look, now, area, column, row) => {
                self.held = None;
                vec![if screen.ui.is_typing() { UiEvent::Type(EditKey::Cancel) } else { UiEvent::Act(Action::Close) }]
            }
            // What lies over the panes covers them.
            _ if screen.ui.dialog.is_some() => Vec::new(),
            MouseAction::Press => {
                self.held = None;
                let pointed = match view::find_target(screen, look, now, area, column, row) {
                    Some(ClickTarget::Splitter(splitter)) => {
                        self.held = Some(splitter);
                        return Vec::new();
                    }
                    Some(ClickTarget::ChannelRow(row)) => Pointed::ChannelRow(row),
                    Some(ClickTarget::Act(action)) => return vec![UiEvent::Act(action)],
                    Some(ClickTarget::User(user)) => Pointed::User(user),
                    Some(ClickTarget::On(channel, user)) => Pointed::On(channel, user),
                    Some(ClickTarget::Pane(pane)) => Pointed::Pane(pane),
                    None => return Vec::new(),
                };
                vec![UiEvent::Point(pointed)]
            }
            MouseAction::Drag => {
                let Some(splitter) = self.held else { return Vec::new() };
                let shares = view::cut_screen(screen, now, area).drag(splitter, column, row, screen.ui.focus.shares);
                vec![UiEvent::Arrange(shares)]
            }
            MouseAction::Release => {
                self.held = None;
                Vec::new()
            }
            MouseAction::WheelUp | MouseAction::WheelDown => {
                let pane = match view::find_target(screen, look, now, area, column, row) {
                    Some(ClickTarget::ChannelRow(_)) => Pane::Channels,
                    Some(ClickTarget::User(_) | ClickTarget::On(..)) => Pane::Occupants,
                    Some(ClickTarget::Pane(pane)) => pane,
                    Some(ClickTarget::Splitter(_) | ClickTarget::Act(_)) | None => return Vec::new(),
                };
                let step = if action == MouseAction::WheelUp { Action::Up } else { Action::Down };
                let mut messages = vec![UiEvent::Point(Pointed::Pane(pane))];
                let rows = if pane == Pane::Channels { 1 } else { NOTCH };
                messages.extend(std::iter::repeat_n(UiEvent::Act(step), rows));
                messages
            }
        }
    }
}

/// What a notch of the wheel means to an open dialog.
fn scroll_dialog(screen: &Screen<'_>, up: bool) -> UiEvent {
    match (screen.ui.is_typing(), up) {
        (true, true) => UiEvent::Type(EditKey::Up),
        (true, false) => UiEvent::Type(EditKey::Down),
        (false, true) => UiEvent::Act(Action::Up),
        (false, false) => UiEvent::Act(Action::Down),
    }
}
