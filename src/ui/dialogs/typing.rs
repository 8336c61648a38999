//! What is typed, taken in by what is open.

use super::{Open, Question, QuestionLine, Typing, Wardrobe, answer, kinds_found};
use crate::{
    presence::Moment,
    ui::{Effect, Ui, occupants, perform},
    world::{Order, World},
};

/// Take in what was typed where keys are text.
pub(in crate::ui) fn type_into(ui: &mut Ui, world: &World, typing: &Typing, now: Moment) -> Vec<Order> {
    let Some(mut open) = ui.open.take() else { return Vec::new() };
    if let Open::Editor(editor) = open {
        let (editor, order) = editor.typed(world.session.production, typing);
        ui.open = editor.map(|editor| Open::Editor(Box::new(editor)));
        return order.into_iter().collect();
    }
    if let Open::Themes(wardrobe) = open {
        choose_theme(ui, wardrobe, typing);
        return Vec::new();
    }
    if let Open::Line(line) = open {
        return type_line(ui, world, line, typing, now);
    }
    if *typing == Typing::Cancel {
        return Vec::new();
    }
    match &mut open {
        Open::Line(_)
        | Open::Themes(_)
        | Open::Detail(_)
        | Open::Reading(_)
        | Open::Editor(_)
        | Open::WatchList(_)
        | Open::Doctor(_) => {}
        Open::Kinds(chooser) => {
            let found = kinds_found(chooser);
            if matches!(typing, Typing::Enter | Typing::Char(' ') | Typing::Tab) {
                let mut shown = ui.shown_log().view().filter().clone();
                match found.get(chooser.chosen) {
                    Some(Some(kind)) => shown.toggle(*kind),
                    Some(None) => shown.toggle_all(),
                    None => {}
                }
                ui.shown_log().show(shown);
            } else {
                chooser.typed(typing, found.len());
            }
        }
        Open::Help(chooser) => {
            if *typing == Typing::Enter {
                return Vec::new();
            }
            let found = ui.screen(world).found(chooser).len();
            chooser.typed(typing, found);
        }
        Open::Palette(chooser) => {
            let found = ui.screen(world).found(chooser);
            if *typing == Typing::Enter {
                return found
                    .get(chooser.chosen)
                    .map_or(Vec::new(), |meaning| perform::act(ui, world, meaning.action, now));
            }
            chooser.typed(typing, found.len());
        }
        Open::Sort(chooser) => {
            let found = ui.screen(world).sortable(chooser);
            if *typing == Typing::Enter {
                if let Some(by) = found.into_iter().nth(chooser.chosen) {
                    occupants::sort_by(ui, by);
                }
                return Vec::new();
            }
            chooser.typed(typing, found.len());
        }
        Open::Pick(pick) => {
            if *typing == Typing::Enter {
                return pick.chosen().map_or(Vec::new(), |deed| perform::confirm(ui, world, deed, now));
            }
            let found = pick.found().len();
            pick.chooser.typed(typing, found);
        }
        Open::Confirm { deed, .. } => {
            if matches!(typing, Typing::Char('y' | 'Y')) {
                return perform::carry_out(ui, world, deed.clone(), now);
            }
            // Anything else is a no.
            return Vec::new();
        }
    }
    ui.open = Some(open);
    Vec::new()
}

/// Take in what was typed into a line. Enter answers: a wrong answer stays, with its mistake.
fn type_line(ui: &mut Ui, world: &World, mut line: QuestionLine, typing: &Typing, now: Moment) -> Vec<Order> {
    if *typing == Typing::Cancel {
        if line.question == Question::Filter {
            ui.occupants.take_back();
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
        ui.effects.push(Effect::Theme(name));
    }
}
