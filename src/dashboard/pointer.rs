//! What the mouse means: a position of the screen becomes what is drawn there, and that a message.

use ratatui::layout::Rect;

use crate::{
    presence::Moment,
    terminal::{Hand, Mouse},
    ui::{Action, EditKey, Pane, Pointed, Screen, UiEvent},
    view::{self, Look, Splitter, Target},
};

/// OccupantList for a notch of the wheel, but one channel: each is a view of its own.
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
        look: &Look,
        now: Moment,
        area: Rect,
    ) -> Vec<UiEvent> {
        let Mouse { hand, column, row } = mouse;
        match hand {
            Hand::WheelUp | Hand::WheelDown if screen.ui.dialog.is_some() => {
                let msg = match (screen.ui.is_typing(), hand) {
                    (true, Hand::WheelUp) => UiEvent::Type(EditKey::Up),
                    (true, _) => UiEvent::Type(EditKey::Down),
                    (false, Hand::WheelUp) => UiEvent::Act(Action::Up),
                    (false, _) => UiEvent::Act(Action::Down),
                };
                vec![msg; NOTCH]
            }
            // As Esc does.
            Hand::Press if view::is_beside_box(screen, look, now, area, column, row) => {
                self.held = None;
                vec![if screen.ui.is_typing() { UiEvent::Type(EditKey::Cancel) } else { UiEvent::Act(Action::Close) }]
            }
            // What lies over the panes covers them.
            _ if screen.ui.dialog.is_some() => Vec::new(),
            Hand::Press => {
                self.held = None;
                let pick = match view::find_target(screen, now, area, column, row) {
                    Some(Target::Splitter(splitter)) => {
                        self.held = Some(splitter);
                        return Vec::new();
                    }
                    Some(Target::Channel(place)) => Pointed::Channel(place),
                    Some(Target::User(user)) => Pointed::User(user),
                    Some(Target::Pane(pane)) => Pointed::Pane(pane),
                    None => return Vec::new(),
                };
                vec![UiEvent::Point(pick)]
            }
            Hand::Drag => {
                let Some(splitter) = self.held else { return Vec::new() };
                let shares = view::cut_screen(screen, area).drag(splitter, column, row, screen.ui.focus.shares);
                vec![UiEvent::Arrange(shares)]
            }
            Hand::Release => {
                self.held = None;
                Vec::new()
            }
            Hand::WheelUp | Hand::WheelDown => {
                let pane = match view::find_target(screen, now, area, column, row) {
                    Some(Target::Channel(_)) => Pane::Channels,
                    Some(Target::User(_)) => Pane::Occupants,
                    Some(Target::Pane(pane)) => pane,
                    Some(Target::Splitter(_)) | None => return Vec::new(),
                };
                let step = if hand == Hand::WheelUp { Action::Up } else { Action::Down };
                let mut messages = vec![UiEvent::Point(Pointed::Pane(pane))];
                let rows = if pane == Pane::Channels { 1 } else { NOTCH };
                messages.extend(std::iter::repeat_n(UiEvent::Act(step), rows));
                messages
            }
        }
    }
}
