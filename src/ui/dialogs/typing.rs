//! Passes keys to the open dialog.

use super::{Dialog, EditKey, Prompt, Question, ThemePicker, answer, list_matching_kinds};
use crate::{
    presence::Moment,
    ui::{Effect, Ui, occupants, perform},
    world::{Order, World},
};

/// Pass a key to the open dialog.
pub(in crate::ui) fn type_into(ui: &mut Ui, world: &World, edit: &EditKey, now: Moment) -> Vec<Order> {
    let Some(mut dialog) = ui.dialog.take() else { return Vec::new() };
    if let Dialog::Editor(editor) = dialog {
        let (editor, order) = editor.take_key(world.session.production, edit);
        ui.dialog = editor.map(|editor| Dialog::Editor(Box::new(editor)));
        return order.into_iter().collect();
    }
    if let Dialog::Themes(picker) = dialog {
        choose_theme(ui, picker, edit);
        return Vec::new();
    }
    if let Dialog::Prompt(prompt) = dialog {
        return type_into_prompt(ui, world, prompt, edit, now);
    }
    if *edit == EditKey::Cancel {
        return Vec::new();
    }
    match &mut dialog {
        Dialog::Prompt(_)
        | Dialog::Themes(_)
        | Dialog::Detail(_)
        | Dialog::Entry(_)
        | Dialog::Editor(_)
        | Dialog::WatchList(_)
        | Dialog::Doctor(_) => {}
        Dialog::Kinds(list) => {
            let found = list_matching_kinds(list);
            if matches!(edit, EditKey::Enter | EditKey::Char(' ') | EditKey::Tab) {
                let mut shown = ui.shown_log().view().filter().clone();
                match found.get(list.chosen) {
                    Some(Some(kind)) => shown.toggle_kind(*kind),
                    Some(None) => shown.toggle_all(),
                    None => {}
                }
                ui.shown_log().set_filter(shown);
            } else {
                list.take_key(edit, found.len());
            }
        }
        Dialog::Help(list) => {
            if *edit == EditKey::Enter {
                return Vec::new();
            }
            let found = ui.screen(world).find_actions(list).len();
            list.take_key(edit, found);
        }
        Dialog::Palette(list) => {
            let found = ui.screen(world).find_actions(list);
            if *edit == EditKey::Enter {
                let Some(info) = found.get(list.chosen) else { return Vec::new() };
                return perform::perform_action(ui, world, info.action, now);
            }
            list.take_key(edit, found.len());
        }
        Dialog::Sort(list) => {
            let found = ui.screen(world).list_sort_keys(list);
            if *edit == EditKey::Enter {
                if let Some(by) = found.into_iter().nth(list.chosen) {
                    occupants::sort_by(ui, by);
                }
                return Vec::new();
            }
            list.take_key(edit, found.len());
        }
        Dialog::Menu(menu) => {
            if *edit == EditKey::Enter {
                let Some(action) = menu.chosen_action() else { return Vec::new() };
                return perform::confirm_action(ui, world, action, now);
            }
            let found = menu.list_matches().len();
            menu.list.take_key(edit, found);
        }
        Dialog::Confirm { action, .. } => {
            if matches!(edit, EditKey::Char('y' | 'Y')) {
                return perform::carry_out(ui, world, action.clone(), now);
            }
            // Anything else means no.
            return Vec::new();
        }
    }
    ui.dialog = Some(dialog);
    Vec::new()
}

/// Pass a key to a prompt. Enter answers; a wrong answer stays, with its mistake.
fn type_into_prompt(ui: &mut Ui, world: &World, mut prompt: Prompt, edit: &EditKey, now: Moment) -> Vec<Order> {
    if *edit == EditKey::Cancel {
        if prompt.question == Question::Filter {
            ui.occupants.restore_filter();
        }
        return Vec::new();
    }
    if *edit == EditKey::Enter {
        match answer::answer_question(ui, world, prompt.question, prompt.field.text().trim(), now) {
            Ok(order) => return order.into_iter().collect(),
            Err(mistake) => prompt.mistake = Some(mistake),
        }
    } else if prompt.field.take_key(edit) {
        prompt.mistake = None;
        if prompt.question == Question::Filter {
            // Until the text is a valid filter, the last valid one applies.
            prompt.mistake = answer::apply_filter(ui, prompt.field.text()).err();
        }
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
