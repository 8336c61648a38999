//! What is typed, taken in by what is open.

use super::{Dialog, EditKey, FuzzyList, Prompt, Question, ThemePicker, answer, kinds_found};
use crate::{
    presence::Moment,
    ui::{Effect, Ui, occupants, perform},
    world::{Order, World},
};

/// Take in what was typed where keys are text.
pub(in crate::ui) fn type_into(ui: &mut Ui, world: &World, typing: &EditKey, now: Moment) -> Vec<Order> {
    let Some(open) = ui.dialog.take() else { return Vec::new() };
    match open {
        Dialog::Editor(editor) => {
            let (editor, order) = editor.typed(world.session.production, typing);
            ui.dialog = editor.map(|editor| Dialog::Editor(Box::new(editor)));
            return order.into_iter().collect();
        }
        Dialog::Themes(wardrobe) => choose_theme(ui, wardrobe, typing),
        Dialog::Prompt(line) => return type_line(ui, world, line, typing, now),
        Dialog::Confirm { action, .. } if matches!(typing, EditKey::Char('y' | 'Y')) => {
            return perform::carry_out(ui, world, action, now);
        }
        // Anything else is a no.
        Dialog::Confirm { .. } => {}
        _ if *typing == EditKey::Cancel => {}
        Dialog::Kinds(chooser) => choose_kinds(ui, chooser, typing),
        Dialog::Help(_) | Dialog::Palette(_) | Dialog::Sort(_) | Dialog::Menu(_) if *typing == EditKey::Enter => {
            return do_chosen(ui, world, open, now);
        }
        Dialog::Help(_) | Dialog::Palette(_) | Dialog::Sort(_) | Dialog::Menu(_) => {
            narrow_list(ui, world, open, typing)
        }
        // Keys are no text to these.
        Dialog::Detail(_) | Dialog::Entry(_) | Dialog::WatchList(_) | Dialog::Doctor(_) => ui.dialog = Some(open),
    }
    Vec::new()
}

/// Narrow a list by what is typed, or choose another line of it.
fn narrow_list(ui: &mut Ui, world: &World, mut open: Dialog, typing: &EditKey) {
    match &mut open {
        Dialog::Help(chooser) | Dialog::Palette(chooser) => {
            let found = ui.screen(world).found(chooser).len();
            chooser.typed(typing, found);
        }
        Dialog::Sort(chooser) => {
            let found = ui.screen(world).sortable(chooser).len();
            chooser.typed(typing, found);
        }
        Dialog::Menu(pick) => {
            let found = pick.found().len();
            pick.list.typed(typing, found);
        }
        _ => {}
    }
    ui.dialog = Some(open);
}

/// Do what the chosen line of a list stands for. The list is closed by then.
fn do_chosen(ui: &mut Ui, world: &World, open: Dialog, now: Moment) -> Vec<Order> {
    match open {
        Dialog::Palette(chooser) => {
            let found = ui.screen(world).found(&chooser);
            let chosen = found.get(chooser.chosen).map(|meaning| meaning.action);
            chosen.map_or(Vec::new(), |action| perform::act(ui, world, action, now))
        }
        Dialog::Sort(chooser) => {
            let found = ui.screen(world).sortable(&chooser);
            if let Some(by) = found.into_iter().nth(chooser.chosen) {
                occupants::sort_by(ui, by);
            }
            Vec::new()
        }
        Dialog::Menu(pick) => pick.chosen().map_or(Vec::new(), |deed| perform::confirm(ui, world, deed, now)),
        // The help is only read.
        _ => Vec::new(),
    }
}

/// Show or hide kinds in the log, one after the other: the list stays open.
fn choose_kinds(ui: &mut Ui, mut chooser: FuzzyList, typing: &EditKey) {
    let found = kinds_found(&chooser);
    if matches!(typing, EditKey::Enter | EditKey::Char(' ') | EditKey::Tab) {
        let log = ui.shown_log();
        let mut shown = log.view().filter().clone();
        match found.get(chooser.chosen) {
            Some(Some(kind)) => shown.toggle(*kind),
            Some(None) => shown.toggle_all(),
            None => {}
        }
        log.show(shown);
    } else {
        chooser.typed(typing, found.len());
    }
    ui.dialog = Some(Dialog::Kinds(chooser));
}

/// Take in what was typed into a line. Enter answers: a wrong answer stays, with its mistake.
fn type_line(ui: &mut Ui, world: &World, mut line: Prompt, typing: &EditKey, now: Moment) -> Vec<Order> {
    if *typing == EditKey::Cancel {
        if line.question == Question::Filter {
            ui.occupants.take_back();
        }
        return Vec::new();
    }
    if *typing == EditKey::Enter {
        match answer::answer(ui, world, line.question, line.field.text().trim(), now) {
            Ok(order) => return order.into_iter().collect(),
            Err(mistake) => line.mistake = Some(mistake),
        }
    } else if line.field.typed(typing) {
        line.mistake = None;
        if line.question == Question::Filter {
            // Until it is one, the last one counts.
            line.mistake = answer::choose(ui, line.field.text()).err();
        }
    }
    ui.dialog = Some(Dialog::Prompt(line));
    Vec::new()
}

/// Take in what was typed to choose a theme: what is chosen is worn at once, and what was worn before comes back
/// if one thinks better of it.
fn choose_theme(ui: &mut Ui, mut wardrobe: ThemePicker, typing: &EditKey) {
    match typing {
        EditKey::Cancel => return wear(ui, wardrobe.before),
        EditKey::Enter => return,
        _ => {
            let found = wardrobe.found().len();
            wardrobe.list.typed(typing, found);
        }
    }
    if let Some(chosen) = wardrobe.found().get(wardrobe.list.chosen) {
        wear(ui, chosen);
    }
    ui.dialog = Some(Dialog::Themes(wardrobe));
}

fn wear(ui: &mut Ui, name: &'static str) {
    if ui.theme != name {
        ui.theme = name;
        ui.effects.push(Effect::Theme(name));
    }
}
