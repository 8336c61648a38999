//! Passes keys to the open dialog.

use super::{
    ConfirmedAction, Dialog, EditKey, FuzzyList, HelpPage, Prompt, Question, ThemePicker, answer, list_matching_kinds,
    prompt::last_word,
};
use crate::{
    presence::{Direction, Moment},
    ui::{Action, Effect, PaletteHit, Ui, channels, occupants, palette, past, perform},
    world::{Order, World},
};

/// Pass a key to the open dialog.
pub(in crate::ui) fn type_into(ui: &mut Ui, world: &World, edit: &EditKey, now: Moment) -> Vec<Order> {
    if ui.swallowing.is_some() {
        swallow(ui, edit, now);
        return Vec::new();
    }
    let Some(dialog) = ui.dialog.take() else { return Vec::new() };
    match dialog {
        Dialog::Editor(editor) => {
            let (editor, order) = editor.take_key(world.session.production, edit);
            ui.dialog = editor.map(|editor| Dialog::Editor(Box::new(editor)));
            return order.into_iter().collect();
        }
        Dialog::Themes(picker) => choose_theme(ui, picker, edit),
        Dialog::Prompt(prompt) => return type_into_prompt(ui, world, prompt, edit, now),
        Dialog::Confirm { action, .. } if matches!(edit, EditKey::Char('y' | 'Y')) => {
            return perform::carry_out(ui, world, action, now);
        }
        // Anything else is a no.
        Dialog::Confirm { .. } => {}
        Dialog::Help(page) if page.opens_manual(edit) => ui.dialog = Some(Dialog::Manual(Box::default())),
        Dialog::Manual(reader) => {
            let reader = reader.take_key(edit).map(|reader| Dialog::Manual(Box::new(reader)));
            ui.dialog = reader.or_else(|| Some(Dialog::Help(HelpPage::default())));
        }
        _ if *edit == EditKey::Cancel => {}
        Dialog::Help(page) => {
            // With its headings and its legend.
            let lines = 2 * ui.screen(world).find_actions(&page.list).len();
            ui.dialog = page.take_key(edit, lines).map(Dialog::Help);
        }
        Dialog::Columns(list) => choose_columns(ui, world, list, edit),
        Dialog::Kinds(list) => choose_kinds(ui, list, edit),
        Dialog::Palette(_) | Dialog::Sort(_) | Dialog::SortChannels(_) | Dialog::Menu(_) if *edit == EditKey::Enter => {
            return do_chosen(ui, world, dialog, now);
        }
        Dialog::Palette(_) | Dialog::Sort(_) | Dialog::SortChannels(_) | Dialog::Menu(_) => {
            narrow_list(ui, world, dialog, edit);
        }
        // Keys are no text to these.
        Dialog::Detail(_)
        | Dialog::Entry(_)
        | Dialog::WatchList(_)
        | Dialog::Doctor(_)
        | Dialog::JoinIn
        | Dialog::Incident { .. } => {
            ui.dialog = Some(dialog);
        }
    }
    Vec::new()
}

/// Drop what is typed for what was refused, until that is over; End goes from the past to now, as the refusal says.
fn swallow(ui: &mut Ui, edit: &EditKey, now: Moment) {
    if matches!(edit, EditKey::Enter | EditKey::Cancel | EditKey::End) {
        ui.swallowing = None;
    }
    if *edit == EditKey::End && ui.pause().is_some_and(|paused| paused.past.is_some()) {
        past::go_live(ui, now);
    }
}

/// Narrow a list by what is typed, or choose another line of it.
fn narrow_list(ui: &mut Ui, world: &World, mut dialog: Dialog, edit: &EditKey) {
    match &mut dialog {
        Dialog::Palette(list) => {
            let found = ui.screen(world).find_palette_hits(list).len();
            list.take_key(edit, found);
        }
        Dialog::Sort(list) => {
            let found = ui.screen(world).list_sort_keys(list).len();
            list.take_key(edit, found);
        }
        Dialog::SortChannels(list) => {
            let found = ui.screen(world).list_channel_sorts(list).len();
            list.take_key(edit, found);
        }
        Dialog::Menu(menu) => {
            let found = menu.list_matches().len();
            menu.list.take_key(edit, found);
        }
        _ => {}
    }
    ui.dialog = Some(dialog);
}

/// Do what the chosen line of a list stands for. The list is closed by then.
fn do_chosen(ui: &mut Ui, world: &World, dialog: Dialog, now: Moment) -> Vec<Order> {
    match dialog {
        Dialog::Palette(list) => {
            let found = ui.screen(world).find_palette_hits(&list);
            found.into_iter().nth(list.chosen).map_or(Vec::new(), |hit| go_to_hit(ui, world, hit, now))
        }
        Dialog::Sort(list) => {
            let found = ui.screen(world).list_sort_keys(&list);
            if let Some(by) = found.into_iter().nth(list.chosen) {
                occupants::sort_by(ui, by);
            }
            Vec::new()
        }
        Dialog::SortChannels(list) => {
            if let Some(sort) = ui.screen(world).list_channel_sorts(&list).get(list.chosen) {
                channels::sort_by(ui, *sort);
            }
            Vec::new()
        }
        Dialog::Menu(menu) => {
            menu.chosen_action().map_or(Vec::new(), |action| perform::confirm_action(ui, world, action, now))
        }
        _ => Vec::new(),
    }
}

/// Do the action that the palette found, or go to the name that it found.
fn go_to_hit(ui: &mut Ui, world: &World, hit: PaletteHit, now: Moment) -> Vec<Order> {
    match hit {
        PaletteHit::Action(action) => return perform::perform_action(ui, world, action, now),
        PaletteHit::Scene(place) => {
            let action = Action::Direct(Direction::Scene(place));
            return perform::confirm_action(ui, world, ConfirmedAction::Act(action), now);
        }
        PaletteHit::Keyset(name) => return perform::confirm_action(ui, world, ConfirmedAction::Switch(name), now),
        PaletteHit::Channel(channel) => palette::go_to_name(ui, world, &channel, None, now),
        PaletteHit::User(channel, user) => palette::go_to_name(ui, world, &channel, Some(user), now),
    }
    Vec::new()
}

/// Show or hide kinds in the log, one after the other: the list stays dialog.
fn choose_kinds(ui: &mut Ui, mut list: FuzzyList, edit: &EditKey) {
    let found = list_matching_kinds(&list);
    if matches!(edit, EditKey::Enter | EditKey::Char(' ') | EditKey::Tab) {
        let log = ui.shown_log();
        let mut shown = log.view().filter().clone();
        match found.get(list.chosen) {
            Some(Some(kind)) => shown.toggle_kind(*kind),
            Some(None) => shown.toggle_all(),
            None => {}
        }
        log.set_filter(shown);
    } else {
        list.take_key(edit, found.len());
    }
    ui.dialog = Some(Dialog::Kinds(list));
}

/// Pass a key to the list of fields: Enter gives one a column, or takes it away.
fn choose_columns(ui: &mut Ui, world: &World, mut list: FuzzyList, edit: &EditKey) {
    if *edit == EditKey::Cancel {
        return;
    }
    let found = ui.screen(world).list_columns(&list);
    if matches!(edit, EditKey::Enter | EditKey::Char(' ') | EditKey::Tab) {
        if let Some(path) = found.get(list.chosen) {
            ui.occupants.toggle_column(path.clone());
        }
    } else {
        list.take_key(edit, found.len());
    }
    ui.dialog = Some(Dialog::Columns(list));
}

/// Pass a key to a prompt. Enter answers; a wrong answer stays, with its mistake.
fn type_into_prompt(ui: &mut Ui, world: &World, mut prompt: Prompt, edit: &EditKey, now: Moment) -> Vec<Order> {
    if *edit == EditKey::Cancel {
        match prompt.question {
            Question::Filter => ui.occupants.restore_filter(),
            Question::ChannelFilter => ui.channels.restore_filter(),
            Question::WatchFor => ui.dialog = Some(Dialog::WatchList(0)),
            _ => {}
        }
        return Vec::new();
    }
    if *edit == EditKey::Enter {
        match answer::answer_question(ui, world, prompt.question, prompt.field.text().trim(), now) {
            Ok(order) => return order.into_iter().collect(),
            Err(mistake) => prompt.mistake = Some(mistake),
        }
    } else if *edit == EditKey::Tab || prompt.take_key(edit) {
        prompt.mistake = None;
        if *edit == EditKey::Tab {
            let stem = prompt.stem.clone().unwrap_or_else(|| last_word(prompt.field.text()).to_owned());
            let completions = ui.screen(world).list_completions(&prompt);
            prompt.complete(stem, &completions);
            prompt.is_proposed = false;
        } else {
            prompt.stem = None;
        }
        // Until the text is a valid filter, the last valid one applies.
        prompt.mistake = match prompt.question {
            Question::Filter => answer::apply_filter(ui, prompt.field.text()).err(),
            Question::ChannelFilter => answer::apply_channel_filter(ui, prompt.field.text()).err(),
            _ => None,
        };
    }
    ui.dialog = Some(Dialog::Prompt(prompt));
    Vec::new()
}

/// Pass a key to the list of themes. The selected theme is shown at once; cancelling restores the previous one.
fn choose_theme(ui: &mut Ui, mut picker: ThemePicker, edit: &EditKey) {
    match edit {
        EditKey::Cancel => return set_theme(ui, picker.before),
        EditKey::Enter => return,
        _ => {
            let found = picker.list_matches().len();
            picker.list.take_key(edit, found);
        }
    }
    if let Some(chosen) = picker.list_matches().get(picker.list.chosen) {
        set_theme(ui, chosen);
    }
    ui.dialog = Some(Dialog::Themes(picker));
}

fn set_theme(ui: &mut Ui, name: &'static str) {
    if ui.theme != name {
        ui.theme = name;
        ui.effects.push(Effect::Theme(name));
    }
}
