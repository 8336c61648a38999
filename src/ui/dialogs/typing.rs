//! What is typed, taken in by what is open.

use super::{Chooser, Open, Question, QuestionLine, Typing, Wardrobe, answer, kinds_found};
use crate::{
    presence::Moment,
    ui::{Ui, Wish, occupants, perform},
    world::{Order, World},
};

/// Take in what was typed where keys are text.
pub(in crate::ui) fn type_into(ui: &mut Ui, world: &World, typing: &Typing, now: Moment) -> Vec<Order> {
    let Some(open) = ui.open.take() else { return Vec::new() };
    match open {
        Open::Editor(editor) => {
            let (editor, order) = editor.typed(world.session.production, typing);
            ui.open = editor.map(|editor| Open::Editor(Box::new(editor)));
            return order.into_iter().collect();
        }
        Open::Themes(wardrobe) => choose_theme(ui, wardrobe, typing),
        Open::Line(line) => return type_line(ui, world, line, typing, now),
        Open::Confirm { deed, .. } if matches!(typing, Typing::Char('y' | 'Y')) => {
            return perform::carry_out(ui, world, deed, now);
        }
        // Anything else is a no.
        Open::Confirm { .. } => {}
        _ if *typing == Typing::Cancel => {}
        Open::Kinds(chooser) => choose_kinds(ui, chooser, typing),
        Open::Help(_) | Open::Palette(_) | Open::Sort(_) | Open::Pick(_) if *typing == Typing::Enter => {
            return do_chosen(ui, world, open, now);
        }
        Open::Help(_) | Open::Palette(_) | Open::Sort(_) | Open::Pick(_) => narrow_list(ui, world, open, typing),
        // Keys are no text to these.
        Open::Detail(_) | Open::Reading(_) | Open::WatchList(_) | Open::Doctor(_) => ui.open = Some(open),
    }
    Vec::new()
}

/// Narrow a list by what is typed, or choose another line of it.
fn narrow_list(ui: &mut Ui, world: &World, mut open: Open, typing: &Typing) {
    match &mut open {
        Open::Help(chooser) | Open::Palette(chooser) => {
            let found = ui.screen(world).found(chooser).len();
            chooser.typed(typing, found);
        }
        Open::Sort(chooser) => {
            let found = ui.screen(world).sortable(chooser).len();
            chooser.typed(typing, found);
        }
        Open::Pick(pick) => {
            let found = pick.found().len();
            pick.chooser.typed(typing, found);
        }
        _ => {}
    }
    ui.open = Some(open);
}

/// Do what the chosen line of a list stands for. The list is closed by then.
fn do_chosen(ui: &mut Ui, world: &World, open: Open, now: Moment) -> Vec<Order> {
    match open {
        Open::Palette(chooser) => {
            let found = ui.screen(world).found(&chooser);
            let chosen = found.get(chooser.chosen).map(|meaning| meaning.action);
            chosen.map_or(Vec::new(), |action| perform::act(ui, world, action, now))
        }
        Open::Sort(chooser) => {
            let found = ui.screen(world).sortable(&chooser);
            if let Some(by) = found.into_iter().nth(chooser.chosen) {
                occupants::sort_by(ui, by);
            }
            Vec::new()
        }
        Open::Pick(pick) => pick.chosen().map_or(Vec::new(), |deed| perform::confirm(ui, world, deed, now)),
        // The help is only read.
        _ => Vec::new(),
    }
}

/// Show or hide kinds in the log, one after the other: the list stays open.
fn choose_kinds(ui: &mut Ui, mut chooser: Chooser, typing: &Typing) {
    let found = kinds_found(&chooser);
    if matches!(typing, Typing::Enter | Typing::Char(' ') | Typing::Tab) {
        let log = ui.shown_log();
        let mut shown = log.journal().shown().clone();
        match found.get(chooser.chosen) {
            Some(Some(kind)) => shown.toggle(*kind),
            Some(None) => shown.toggle_all(),
            None => {}
        }
        log.show(shown);
    } else {
        chooser.typed(typing, found.len());
    }
    ui.open = Some(Open::Kinds(chooser));
}

/// Take in what was typed into a line. Enter answers: a wrong answer stays, with its mistake.
fn type_line(ui: &mut Ui, world: &World, mut line: QuestionLine, typing: &Typing, now: Moment) -> Vec<Order> {
    if *typing == Typing::Cancel {
        if line.question == Question::Filter {
            ui.rows.take_back();
        }
        return Vec::new();
    }
    if *typing == Typing::Enter {
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
    ui.open = Some(Open::Line(line));
    Vec::new()
}

/// Take in what was typed to choose a theme: what is chosen is worn at once, and what was worn before comes back
/// if one thinks better of it.
fn choose_theme(ui: &mut Ui, mut wardrobe: Wardrobe, typing: &Typing) {
    match typing {
        Typing::Cancel => return wear(ui, wardrobe.before),
        Typing::Enter => return,
        _ => {
            let found = wardrobe.found().len();
            wardrobe.chooser.typed(typing, found);
        }
    }
    if let Some(chosen) = wardrobe.found().get(wardrobe.chooser.chosen) {
        wear(ui, chosen);
    }
    ui.open = Some(Open::Themes(wardrobe));
}

fn wear(ui: &mut Ui, name: &'static str) {
    if ui.theme != name {
        ui.theme = name;
        ui.wishes.push(Wish::Theme(name));
    }
}
