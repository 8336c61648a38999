//! Switching to another keyset: the menu, the question before, and the report of a failure.

use std::sync::Arc;

use super::{ConfirmedAction, Dialog, KeysetLine, Keysets, Menu, MenuItem};
use crate::{
    presence::{Moment, sanitize},
    ui::{Effect, Tone, Ui},
    world::{World, list_names},
};

/// Open the menu of keysets, with the one after ours selected.
pub(in crate::ui) fn choose_keyset(ui: &mut Ui, world: &World, now: Moment) {
    let Keysets { all, under_way, .. } = &ui.keysets;
    if let Some(name) = under_way {
        let text = format!("still on the way to {}", sanitize(name));
        ui.say(Tone::Busy, text, now);
        return;
    }
    if all.is_empty() {
        let text = "the configuration names no keysets to go over to; `herenow config init` begins one";
        ui.say(Tone::Bad, text, now);
        return;
    }
    let ours = all.iter().position(|line| world.session.name.as_ref() == Some(&line.name));
    let item = |(place, line): (usize, &KeysetLine)| {
        let marks = [
            line.region.as_deref(),
            line.read_only.then_some("read-only"),
            (ours == Some(place)).then_some("this one"),
        ];
        MenuItem {
            label: line.name.to_string(),
            remark: marks.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            alarm: if line.production { "PRODUCTION" } else { "" },
            action: ConfirmedAction::Switch(line.name.clone()),
        }
    };
    let items: Vec<MenuItem> = all.iter().enumerate().map(item).collect();
    let chosen = ours.map_or(0, |ours| (ours + 1) % items.len());
    ui.dialog = Some(Dialog::Menu(Menu::new("switch keyset", items, chosen)));
}

/// The question before a switch, if one is needed.
pub(in crate::ui) fn question_before_switch(ui: &Ui, world: &World, name: &str) -> Option<String> {
    let places: Vec<_> = world.own_presence.places.keys().cloned().collect();
    let present = match places.len() {
        0 => None,
        1..=3 => Some(list_names(&places)),
        many => Some(format!("{many} channels")),
    };
    let demo = ui.keysets.demo.then(|| "the demo, which ends,".to_owned());
    let parts: Vec<String> = present.into_iter().chain(demo).collect();
    if parts.is_empty() {
        return None;
    }
    let production = if world.session.production { "PRODUCTION: " } else { "" };
    Some(format!("{production}leave {} for {}?", parts.join(" and "), sanitize(name)))
}

/// Ask for the world of the other keyset.
pub(in crate::ui) fn switch_keyset(ui: &mut Ui, world: &World, name: Arc<str>, now: Moment) {
    if world.session.name.as_ref() == Some(&name) {
        ui.say(Tone::Good, "that is the keyset on the screen", now);
        return;
    }
    let text = format!("going over to {} …", sanitize(&name));
    ui.say(Tone::Busy, text, now);
    ui.keysets.under_way = Some(name.clone());
    ui.effects.push(Effect::Switch(name));
}

/// Report that the switch failed. The screen stays as it is.
pub(in crate::ui) fn report_failed_switch(ui: &mut Ui, why: &str, now: Moment) {
    let name = ui.keysets.under_way.take().unwrap_or_default();
    let text = format!("still here; {} can't be looked at: {why}", sanitize(&name));
    ui.say(Tone::Bad, text, now);
}
