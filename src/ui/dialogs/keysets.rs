//! The keysets that one can go over to. The model knows their names and marks, never their keys: who
//! started us makes the new world, and this model stays until that one stands.

use std::sync::Arc;

use crate::model::{Deed, Item, Model, Open, PickList, Tone, Wish, Word, note::names_of};
use crate::presence::Moment;

/// A keyset, as far as a person chooses by it. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysetLine {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// What it calls the place where the service is.
    pub region: Option<String>,
    /// Whether real people depend on it.
    pub production: bool,
    /// Whether nothing may be changed there.
    pub read_only: bool,
}

/// The keysets that one can go over to.
#[derive(Debug, Clone, Default)]
pub struct Keysets {
    /// All of the configuration.
    pub all: Vec<KeysetLine>,
    /// We look at a service of our own, which ends when we go over: no keyset leads back to it.
    pub demo: bool,
    /// Another one is being reached, by its name.
    pub under_way: Option<Arc<str>>,
}

/// Open the choice of keysets, the one after ours chosen.
pub(crate) fn open(model: &mut Model, now: Moment) {
    let Keysets { all, under_way, .. } = &model.keysets;
    if let Some(name) = under_way {
        let text = format!("still on the way to {}", crate::presence::shown(name));
        model.word = Some(Word::new(Tone::Busy, text, now));
        return;
    }
    if all.is_empty() {
        let text = "the configuration names no keysets to go over to; `herenow config init` begins one";
        model.word = Some(Word::new(Tone::Bad, text, now));
        return;
    }
    let ours = all.iter().position(|line| model.world.session.name.as_ref() == Some(&line.name));
    let item = |(place, line): (usize, &KeysetLine)| {
        let marks = [
            line.region.as_deref(),
            line.read_only.then_some("read-only"),
            (ours == Some(place)).then_some("this one"),
        ];
        Item {
            label: line.name.to_string(),
            remark: marks.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            alarm: if line.production { "PRODUCTION" } else { "" },
            deed: Deed::Switch(line.name.clone()),
        }
    };
    let items: Vec<Item> = all.iter().enumerate().map(item).collect();
    let chosen = ours.map_or(0, |ours| (ours + 1) % items.len());
    model.open = Some(Open::Pick(PickList::new("switch keyset", items, chosen)));
}

/// What is asked before another keyset is looked at, if anything is.
pub(crate) fn question(model: &Model, name: &str) -> Option<String> {
    let places: Vec<_> = model.world.own.places.keys().cloned().collect();
    let present = match places.len() {
        0 => None,
        1..=3 => Some(names_of(&places)),
        many => Some(format!("{many} channels")),
    };
    let demo = model.keysets.demo.then(|| "the demo, which ends,".to_owned());
    let parts: Vec<String> = present.into_iter().chain(demo).collect();
    if parts.is_empty() {
        return None;
    }
    let production = if model.world.session.production { "PRODUCTION: " } else { "" };
    Some(format!("{production}leave {} for {}?", parts.join(" and "), crate::presence::shown(name)))
}

/// Ask for the other keyset's world.
pub(crate) fn switch(model: &mut Model, name: Arc<str>, now: Moment) {
    if model.world.session.name.as_ref() == Some(&name) {
        model.word = Some(Word::new(Tone::Good, "that is the keyset on the screen", now));
        return;
    }
    let text = format!("going over to {} …", crate::presence::shown(&name));
    model.word = Some(Word::new(Tone::Busy, text, now));
    model.keysets.under_way = Some(name.clone());
    model.wishes.push(Wish::Switch(name));
}

/// The other keyset can't be looked at: everything stays as it is.
pub(crate) fn failed(model: &mut Model, why: &str, now: Moment) {
    let name = model.keysets.under_way.take().unwrap_or_default();
    let text = format!("still here; {} can't be looked at: {why}", crate::presence::shown(&name));
    model.word = Some(Word::new(Tone::Bad, text, now));
}
