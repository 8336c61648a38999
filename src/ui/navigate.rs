//! Actions that change only the ui: moving, opening and closing dialogs, copying. None of them asks the service
//! anything.

use super::{
    Action, Dialog, Effect, EntryViewer, FuzzyList, LogFilter, Pane, Pointed, Prompt, Question, ThemePicker, Tone, Ui,
    detail_rows, occupants, table, watch_list,
};
use crate::{
    expression::{Filter, Path},
    presence::Moment,
    world::World,
};

/// Carry out an action that changes only the ui.
pub(super) fn apply_view_action(ui: &mut Ui, world: &World, action: Action, now: Moment) {
    match action {
        Action::Doctor => toggle_dialog(ui, Dialog::Doctor(0)),
        Action::Watchlist => toggle_dialog(ui, Dialog::WatchList(0)),
        Action::Watch => watch_list::toggle_selected(ui, world, now),
        Action::Help => toggle_dialog(ui, Dialog::Help(FuzzyList::default())),
        Action::Palette => toggle_dialog(ui, Dialog::Palette(FuzzyList::default())),
        Action::Close => {
            ui.status = None;
            if ui.dialog.take().is_none() {
                step_back(ui);
            }
        }
        Action::Open => match ui.focus.pane {
            Pane::Log => open_entry(ui),
            Pane::Occupants if ui.focus.user.is_some() => toggle_dialog(ui, Dialog::Detail(0)),
            Pane::Occupants | Pane::Channels => {}
        },
        Action::Filter if ui.focus.pane == Pane::Log => {
            let filter = ui.shown_log().view().filter().expression.as_str().to_owned();
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::LogFilter, &filter)));
        }
        Action::Filter => {
            ui.occupants.remember_filter();
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::Filter, ui.occupants.filter().as_str())));
        }
        Action::Columns => {
            let names: Vec<&str> = ui.occupants.columns.iter().map(Path::as_str).collect();
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::Columns, &names.join(", "))));
        }
        Action::Sort => toggle_dialog(ui, Dialog::Sort(FuzzyList::default())),
        Action::Reverse => ui.occupants.reverse_order(),
        Action::JustLeft => ui.occupants.just_left = !ui.occupants.just_left,
        Action::NextPane => ui.focus.pane = ui.focus.pane.next(),
        Action::PreviousPane => ui.focus.pane = ui.focus.pane.previous(),
        Action::Up => move_cursor(ui, world, -1),
        Action::Down => move_cursor(ui, world, 1),
        Action::PageUp => move_cursor(ui, world, -10),
        Action::PageDown => move_cursor(ui, world, 10),
        Action::Top => move_cursor(ui, world, -isize::MAX),
        Action::Bottom => move_cursor(ui, world, isize::MAX),
        Action::NextChannel => select_channel(ui, world, 1),
        Action::PreviousChannel => select_channel(ui, world, -1),
        Action::Zoom => ui.focus.zoom = !ui.focus.zoom,
        Action::Theme => toggle_dialog(ui, Dialog::Themes(ThemePicker::open(ui.theme))),
        Action::Mouse => {
            ui.mouse = !ui.mouse;
            ui.effects.push(Effect::Mouse(ui.mouse));
            let text =
                if ui.mouse { "the mouse points here again" } else { "the mouse is the terminal's: it marks text" };
            ui.say(Tone::Good, text, now);
        }
        Action::LogOfChannel => ui.focus.log_of_channel = !ui.focus.log_of_channel,
        Action::Kinds => toggle_dialog(ui, Dialog::Kinds(FuzzyList::default())),
        Action::Pause => ui.toggle_pause(world, now),
        Action::CopyId | Action::CopyJson => {
            let effect = table::copy_selected(&ui.screen(world), action == Action::CopyJson);
            match effect {
                Ok((effect, what)) => {
                    ui.effects.push(effect);
                    ui.say(Tone::Good, format!("copied {what}, if the terminal allows it"), now);
                }
                Err(why) => ui.say(Tone::Bad, why, now),
            }
        }
        Action::Export => {
            let name = table::suggest_file_name(&ui.screen(world), now);
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::Export, &name)));
        }
        Action::Redraw => ui.effects.push(Effect::Redraw),
        Action::Suspend => ui.effects.push(Effect::Suspend),
        // These change more than the ui.
        Action::Quit
        | Action::Heartbeat
        | Action::Leave
        | Action::Resync
        | Action::PresenceTimeout
        | Action::WhereNow
        | Action::EditState
        | Action::KeepAlive
        | Action::Add
        | Action::Remove
        | Action::Keysets
        | Action::Mute
        | Action::Direct(_) => {}
    }
}

/// Select what was pointed at.
pub(super) fn select_pointed(ui: &mut Ui, world: &World, pick: Pointed) {
    match pick {
        Pointed::Pane(pane) => ui.focus.pane = pane,
        // On a small screen a click on a tab only switches the channel.
        Pointed::Channel(place) => select_place(ui, world, place),
        Pointed::User(user) => {
            ui.focus.pane = Pane::Occupants;
            ui.focus.user = Some(user);
        }
    }
}

/// Follow the log if it is held; otherwise clear the filter of the focused pane.
fn step_back(ui: &mut Ui) {
    let in_log = ui.focus.pane == Pane::Log;
    let log = ui.shown_log();
    if log.view().is_held() {
        log.view_mut().follow();
    } else if in_log && !log.view().filter().expression.is_empty() {
        log.set_filter(LogFilter { expression: Filter::default(), ..log.view().filter().clone() });
    } else if !in_log {
        ui.occupants.set_filter(Filter::default());
    }
}

/// Unfold the burst under the cursor of the log, or open the entry.
fn open_entry(ui: &mut Ui) {
    if matches!(ui.dialog.take(), Some(Dialog::Entry(_))) || ui.shown_log().view_mut().toggle_burst() {
        return;
    }
    ui.dialog = ui.shown_log().at_cursor().map(|entry| Dialog::Entry(EntryViewer::new(entry)));
}

/// Open a dialog, or close it if it is open.
fn toggle_dialog(ui: &mut Ui, dialog: Dialog) {
    let same = |before: Dialog| std::mem::discriminant(&before) == std::mem::discriminant(&dialog);
    ui.dialog = if ui.dialog.take().is_some_and(same) { None } else { Some(dialog) };
}

fn select_channel(ui: &mut Ui, world: &World, by: isize) {
    let screen = ui.screen(world);
    let last = screen.world.channels.len().saturating_sub(1);
    if let Some(before) = screen.selected_place() {
        select_place(ui, world, before.saturating_add_signed(by).min(last));
    }
}

/// Select the channel at a place in the list.
fn select_place(ui: &mut Ui, world: &World, place: usize) {
    let screen = ui.screen(world);
    let Some(channel) = screen.world.channels.get(place).map(|watched| watched.channel.clone()) else { return };
    if screen.selected_place() != Some(place) {
        ui.focus.go_to(&channel);
        if matches!(ui.dialog, Some(Dialog::Detail(_))) {
            ui.dialog = None;
        }
    }
}

fn move_cursor(ui: &mut Ui, world: &World, rows: isize) {
    match &mut ui.dialog {
        Some(Dialog::Detail(row)) => {
            let row = *row;
            let last = detail_rows(&ui.screen(world).list_detail_parts()).count().saturating_sub(1);
            ui.dialog = Some(Dialog::Detail(row.saturating_add_signed(rows).min(last)));
            return;
        }
        Some(Dialog::Entry(viewer)) => return viewer.scroll_by(rows),
        Some(Dialog::Doctor(first)) => {
            *first = first.saturating_add_signed(rows);
            return;
        }
        _ => {}
    }
    match ui.focus.pane {
        Pane::Channels => select_channel(ui, world, rows),
        Pane::Log => ui.shown_log().view_mut().scroll_by(rows),
        Pane::Occupants => occupants::move_selection(ui, world, rows),
    }
}
