//! Actions that change only the ui: moving, opening and closing dialogs, copying. None of them asks the service
//! anything.

use super::{
    Action, Dialog, Effect, EntryViewer, FuzzyList, HelpPage, LogFilter, Pane, Pointed, Prompt, Question, ThemePicker,
    Tone, Ui, auto_follow, channels, detail_rows, dialogs, incident, occupants, palette, past, table, watch_list,
};
use crate::{expression::Filter, presence::Moment, world::World};

/// Rows of a page. Panes differ in height, and ten rows are few enough to be followed by the eye in all of them.
const PAGE: isize = 10;

/// Do what changes nothing but the picture.
pub(super) fn apply_view_action(ui: &mut Ui, world: &World, action: Action, now: Moment) {
    leave_wall_for(ui, action);
    if ui.screen(world).lacks_channel_for(action) {
        ui.say(Tone::Bad, "select a channel first: this is the sum of several", now);
        return ui.refuse_text_for(action);
    }
    let handled = move_about(ui, world, action, now) || open_dialog(ui, world, action, now);
    if handled {
        return;
    }
    match action {
        Action::Watch => watch_list::toggle_selected(ui, world, now),
        Action::Close => close(ui, now),
        Action::Reverse if ui.focus.pane == Pane::Channels => ui.channels.reverse_order(),
        Action::Reverse => ui.occupants.reverse_order(),
        Action::JustLeft => ui.occupants.just_left = !ui.occupants.just_left,
        Action::Follow => auto_follow::toggle_follow(ui, world, now),
        Action::Wall => toggle_wall(ui),
        Action::Zoom => ui.focus.zoom = !ui.focus.zoom,
        Action::LongerSpan => ui.focus.span = Some(ui.screen(world).span(now).longer()),
        Action::ShorterSpan => ui.focus.span = Some(ui.screen(world).span(now).shorter()),
        Action::Mouse => toggle_mouse(ui, now),
        Action::EventLevel => show_next_level(ui),
        Action::LogOfChannel => ui.focus.log_of_channel = !ui.focus.log_of_channel,
        Action::Pause => ui.toggle_pause(world, now),
        Action::CopyId | Action::CopyJson => copy_selected(ui, world, action == Action::CopyJson, now),
        Action::Redraw => ui.effects.push(Effect::Redraw),
        Action::Suspend => ui.effects.push(Effect::Suspend),
        // The others act on the world.
        _ => {}
    }
}

/// What needs the panes shows them again.
fn leave_wall_for(ui: &mut Ui, action: Action) {
    use Action::{Filter, GoTo, NextPane, Open, PreviousPane, Zoom};
    if ui.dialog.is_none() && matches!(action, GoTo(_) | NextPane | PreviousPane | Open | Filter | Zoom) {
        ui.focus.wall = false;
    }
}

/// Go to another pane, channel or row, if that is what is meant.
fn move_about(ui: &mut Ui, world: &World, action: Action, now: Moment) -> bool {
    match action {
        Action::GoTo(pane) => ui.focus.pane = pane,
        Action::NextPane => ui.focus.pane = ui.focus.pane.next(),
        Action::PreviousPane => ui.focus.pane = ui.focus.pane.previous(),
        Action::Up => move_cursor(ui, world, -1, now),
        Action::Down => move_cursor(ui, world, 1, now),
        Action::PageUp => move_cursor(ui, world, -PAGE, now),
        Action::PageDown => move_cursor(ui, world, PAGE, now),
        Action::Top => move_cursor(ui, world, -isize::MAX, now),
        Action::Bottom => move_cursor(ui, world, isize::MAX, now),
        Action::NextChannel | Action::PreviousChannel if incident::step(ui, action == Action::NextChannel) => {}
        Action::NextChannel | Action::PreviousChannel => {
            let forward = action == Action::NextChannel;
            // On a pattern or group the arrows fold it as in a tree.
            if ui.focus.pane != Pane::Channels || !channels::fold_selected(ui, world, Some(!forward)) {
                channels::step_channel(ui, world, forward, now);
            }
        }
        _ => return false,
    }
    true
}

/// Open what lies over the panes or asks something, if that is what is meant; what is open already, is closed.
fn open_dialog(ui: &mut Ui, world: &World, action: Action, now: Moment) -> bool {
    match action {
        Action::Incident => incident::toggle_evidence(ui, now),
        Action::CopyReport => incident::copy_report(ui, world, now),
        Action::JoinIn => toggle_dialog(ui, Dialog::JoinIn),
        Action::CopyId if matches!(ui.dialog, Some(Dialog::JoinIn)) => copy_join_line(ui, world, now),
        Action::Doctor => toggle_dialog(ui, Dialog::Doctor(0)),
        Action::Watchlist => toggle_dialog(ui, Dialog::WatchList(0)),
        Action::Help => toggle_dialog(ui, Dialog::Help(HelpPage::default())),
        Action::Palette => toggle_dialog(ui, Dialog::Palette(FuzzyList::default())),
        Action::Sort if ui.focus.pane == Pane::Channels => {
            toggle_dialog(ui, Dialog::SortChannels(FuzzyList::default()));
        }
        Action::Sort => toggle_dialog(ui, Dialog::Sort(FuzzyList::default())),
        Action::Kinds => toggle_dialog(ui, Dialog::Kinds(FuzzyList::default())),
        Action::Theme => toggle_dialog(ui, Dialog::Themes(ThemePicker::open(ui.theme))),
        Action::Open if incident::acknowledge(ui, now) => {}
        Action::Open => open_selected(ui, world),
        Action::Filter => ask_for_filter(ui, world),
        Action::Columns => toggle_dialog(ui, Dialog::Columns(FuzzyList::default())),
        Action::Record => dialogs::toggle_recording(ui, now),
        Action::Mark => ask(ui, Question::Mark, ""),
        Action::GoToTime => ask(ui, Question::GoToTime, ""),
        Action::Export => {
            let name = table::suggest_file_name(&ui.screen(world), now);
            ask(ui, Question::Export, &name);
        }
        _ => return false,
    }
    true
}

/// Open what is selected: a log entry, an occupant, the people of a channel, or what is folded.
fn open_selected(ui: &mut Ui, world: &World) {
    match ui.focus.pane {
        Pane::Log => open_entry(ui),
        Pane::Occupants if ui.focus.user.is_some() => toggle_dialog(ui, Dialog::Detail(0)),
        Pane::Occupants => {}
        Pane::Channels => {
            if !channels::fold_selected(ui, world, None) && ui.screen(world).selected_channel().is_some() {
                ui.focus.pane = Pane::Occupants;
            }
        }
    }
}

/// Why what is typed after a `/` does nothing.
const NO_FILTER: &str = "nothing to filter here";

/// Ask for the filter of the focused pane. What is typed where there is nothing to filter is a name as well, and its
/// letters must not act.
fn ask_for_filter(ui: &mut Ui, world: &World) {
    if ui.dialog.is_some() {
        ui.swallowing = Some(NO_FILTER);
        return;
    }
    let (question, filter) = match ui.focus.pane {
        Pane::Channels if ui.screen(world).world.channels.is_empty() => {
            ui.swallowing = Some(NO_FILTER);
            return;
        }
        Pane::Channels => {
            ui.channels.remember_filter();
            (Question::ChannelFilter, ui.channels.filter().as_str().to_owned())
        }
        Pane::Occupants => {
            ui.occupants.remember_filter();
            (Question::Filter, ui.occupants.filter().as_str().to_owned())
        }
        Pane::Log => (Question::LogFilter, ui.shown_log().view().filter().expression.as_str().to_owned()),
    };
    ask(ui, question, &filter);
}

/// Ask for a line of text in the footer, where this stands already.
fn ask(ui: &mut Ui, question: Question, text: &str) {
    ui.dialog = Some(Dialog::Prompt(Prompt::new(question, text)));
}

/// Close what is open; where nothing is, take a step back to all that there is to see.
fn close(ui: &mut Ui, now: Moment) {
    ui.status = None;
    if ui.dialog.take().is_none() {
        if ui.paused.as_ref().is_some_and(|paused| paused.past.is_some()) {
            past::go_live(ui, now);
        } else if ui.focus.wall {
            ui.focus.wall = false;
        } else {
            step_back(ui);
        }
    }
}

/// Show the wall view, or the panes again. On the wall, the arrows go from channel to channel.
fn toggle_wall(ui: &mut Ui) {
    ui.focus.wall = !ui.focus.wall;
    if ui.focus.wall {
        ui.focus.pane = Pane::Channels;
    }
}

fn toggle_mouse(ui: &mut Ui, now: Moment) {
    ui.mouse = !ui.mouse;
    ui.effects.push(Effect::Mouse(ui.mouse));
    let text = if ui.mouse { "the mouse points here again" } else { "the mouse is the terminal's: it marks text" };
    ui.say(Tone::Good, text, now);
}

/// Copy the line by which another terminal joins in.
fn copy_join_line(ui: &mut Ui, world: &World, now: Moment) {
    if let Some(join_in) = &world.session.join_in {
        ui.effects.push(Effect::Copy(join_in.line.clone()));
        ui.say(Tone::Good, "copied the line, if the terminal allows it", now);
    }
}

fn copy_selected(ui: &mut Ui, world: &World, as_json: bool, now: Moment) {
    match table::copy_selected(&ui.screen(world), as_json) {
        Ok((effect, what)) => {
            ui.effects.push(effect);
            ui.say(Tone::Good, format!("copied {what}, if the terminal allows it"), now);
        }
        Err(why) => ui.say(Tone::Bad, why, now),
    }
}

/// Select what was pointed at.
pub(super) fn select_pointed(ui: &mut Ui, world: &World, pick: Pointed, now: Moment) {
    match pick {
        Pointed::Pane(pane) => ui.focus.pane = pane,
        Pointed::ChannelRow(row) => {
            ui.focus.pane = Pane::Channels;
            channels::point_at(ui, world, row, now);
        }
        Pointed::User(user) => {
            ui.focus.pane = Pane::Occupants;
            ui.focus.user = Some(user);
        }
        Pointed::On(channel, user) => palette::go_to_name(ui, world, &channel, user, now),
    }
}

/// Follow the log if it is held; otherwise clear the filter of the focused pane; otherwise go back to the channels.
fn step_back(ui: &mut Ui) {
    let in_log = ui.focus.pane == Pane::Log;
    let log = ui.shown_log();
    if log.view().is_held() {
        log.view_mut().follow();
    } else if in_log && !log.view().filter().expression.is_empty() {
        log.set_filter(LogFilter { expression: Filter::default(), ..log.view().filter().clone() });
    } else if ui.focus.pane == Pane::Channels {
        ui.channels.set_filter(Filter::default());
    } else if !in_log && !ui.occupants.filter().is_empty() {
        ui.occupants.set_filter(Filter::default());
    } else {
        ui.focus.pane = Pane::Channels;
    }
}

/// Unfold the burst or the entry about many under the cursor of the log, or open the entry.
fn open_entry(ui: &mut Ui) {
    if matches!(ui.dialog.take(), Some(Dialog::Entry(_))) || ui.shown_log().toggle_at_cursor() {
        return;
    }
    ui.dialog = ui.shown_log().at_cursor().map(|entry| Dialog::Entry(EntryViewer::new(entry)));
}

/// Have the log show the kinds of the next level.
fn show_next_level(ui: &mut Ui) {
    let log = ui.shown_log();
    let mut filter = log.view().filter().clone();
    filter.show_next_level();
    log.set_filter(filter);
}

/// Open it, or close it if the same is open.
fn toggle_dialog(ui: &mut Ui, open: Dialog) {
    let same = |before: Dialog| std::mem::discriminant(&before) == std::mem::discriminant(&open);
    ui.dialog = if ui.dialog.take().is_some_and(same) { None } else { Some(open) };
}

fn move_cursor(ui: &mut Ui, world: &World, rows: isize, now: Moment) {
    match &mut ui.dialog {
        Some(Dialog::Detail(row)) => {
            let row = *row;
            let last = detail_rows(&ui.screen(world).list_detail_parts()).count().saturating_sub(1);
            ui.dialog = Some(Dialog::Detail(row.saturating_add_signed(rows).min(last)));
            return;
        }
        Some(Dialog::Entry(reading)) => return reading.scroll_by(rows),
        Some(Dialog::Incident { top: first, .. } | Dialog::Doctor(first)) => {
            *first = first.saturating_add_signed(rows);
            return;
        }
        _ => {}
    }
    match ui.focus.pane {
        Pane::Channels => channels::move_selection(ui, world, rows, now),
        Pane::Log => ui.shown_log().view_mut().scroll_by(rows),
        Pane::Occupants => {
            // The blocks of a sum have no cursor: it begins in the first of them.
            let first = ui.screen(world).summed_channels().next().map(|watched| watched.channel.clone());
            if let Some(channel) = first {
                channels::select_found(ui, world, &channel, now);
            }
            occupants::move_selection(ui, world, rows);
        }
    }
}
