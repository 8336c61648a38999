//! What else is looked at: many channels, a full log, and what lies over the panes.

use std::time::Duration;

use herenow::{
    presence::{Command, EventKind, Moment, Timetoken},
    ui::{Action, EditKey, Ui, UiEvent},
    view::Appearance,
    world::Input,
};

use crate::{
    NOW, frame,
    happen::{batch, event, joined, link, live, on, outcome, session, snapshot, user, without_state},
    model::{Model, update},
};

const CHANNELS: [usize; 3] = [1, 100, 10_000];

/// Entries of a log: as many as are kept.
const ENTRIES: u64 = 10_000;

pub fn show(name: &str, took: Duration) {
    println!("{name:>28} {:>9.1} us", took.as_secs_f64() * 1e6);
}

/// Channels with somebody on each, and a log full of what happened there.
fn watching(channels: usize) -> Model {
    let names: Vec<String> = (0..channels).map(|n| format!("channel-{n:05}")).collect();
    let places: Vec<_> = names.iter().map(|name| on(name)).collect();
    let mut model = crate::model::model(session("watcher", places.clone()), Duration::from_secs(300), NOW);
    update(&mut model, Input::Notice(link(live(), NOW)), NOW);
    let found = names.iter().map(|name| snapshot(name, vec![without_state("ann")], Timetoken::at(NOW)));
    let answer = herenow::presence::CommandAnswer::HereNow(found.collect());
    update(&mut model, Input::Outcome(outcome(Command::AskHereNow { places }, Ok(answer), NOW)), NOW);
    fill_log(&mut model, &names);
    model
}

fn fill_log(model: &mut Model, channels: &[String]) {
    for n in 0..ENTRIES {
        let at = Timetoken::new(Timetoken::at(NOW).ticks() + n + 1);
        let name = format!("user-{:04}", n % 977);
        let what = if n / 977 % 2 == 0 { joined(&name) } else { EventKind::Left { user: user(&name) } };
        let channel = &channels[usize::try_from(n).unwrap_or_default() % channels.len()];
        let notice = herenow::presence::Notice::from(batch([event(channel, at, what)], at, NOW));
        drop(model.step(NOW, Input::Notice(notice)));
    }
    model.do_due(true, NOW);
}

fn press(model: &mut Model, actions: &[Action], now: Moment) {
    for action in actions {
        update(model, UiEvent::Act(*action), now);
    }
}

/// The cost of a frame by how many channels there are.
pub fn draw_many_channels(look: &Appearance) {
    for channels in CHANNELS {
        let mut model = watching(channels);
        println!("{channels} channels, a full log: one frame, CPU time");
        show("as it begins", frame(&mut model, look));
        press(&mut model, &[Action::Down], NOW);
        show("somebody is selected", frame(&mut model, look));
        press(&mut model, &[Action::PreviousPane, Action::Bottom, Action::Zoom], NOW);
        show("channels, at the end", frame(&mut model, look));
        press(&mut model, &[Action::NextPane], NOW);
        show("occupants, zoomed", frame(&mut model, look));
        press(&mut model, &[Action::NextPane], NOW);
        show("log", frame(&mut model, look));
        press(&mut model, &[Action::Filter], NOW);
        update(&mut model, UiEvent::Type(EditKey::Paste("77".to_owned())), NOW);
        update(&mut model, UiEvent::Type(EditKey::Enter), NOW);
        show("log, filtered", frame(&mut model, look));
        press(&mut model, &[Action::Zoom], NOW);
        let watched = ["ann", "nobody", "channel-00000", "occupancy of channel-00000 > 0"];
        for text in watched {
            let Ui { alerts, .. } = &mut model.listener;
            alerts.watch_for(&model.world, text).expect("it can be watched");
        }
        draw_dialogs(&mut model, look, NOW);
        println!();
    }
}

/// The cost of a frame with each of the dialogs.
pub fn draw_dialogs(model: &mut Model, look: &Appearance, now: Moment) {
    let dialogs = [
        ("help", Action::Help),
        ("palette", Action::Palette),
        ("doctor", Action::Doctor),
        ("watch list", Action::Watchlist),
        ("sort", Action::Sort),
        ("detail", Action::Open),
    ];
    for (name, action) in dialogs {
        press(model, &[action], now);
        show(name, frame(model, look));
        model.listener.dialog = None;
    }
}
