//! What comes from outside, taken in: each kind of news has its own file.

mod answers;
mod events;
mod link;
mod lists;

pub(crate) use lists::report_drift;

use crate::model::{Model, Msg, Note, keysets};
use crate::presence::{Moment, Notice, SceneStatus, Trouble};

/// News, and how commands ended.
pub(crate) fn hear(model: &mut Model, msg: Msg, now: Moment) {
    match msg {
        Msg::Notice(Notice::Batch(batch)) => events::batch(model, batch),
        Msg::Notice(Notice::Link { poll, change, at }) => link::changed(model, poll, &change, at),
        Msg::Outcome(outcome) => answers::outcome(model, outcome),
        Msg::Scene(scene) => {
            // What comes next is on the screen anyway; what has begun is part of what happened.
            let title = scene.title();
            if model.world.scene.as_ref().map(SceneStatus::title).is_some_and(|before| before != title) {
                model.log.note(None, Note::Crowd { title }, now);
            }
            model.world.scene = Some(scene);
        }
        Msg::NotSwitched(why) => keysets::failed(model, &why, now),
        Msg::Busy(command) => {
            model.world.counters.refused_busy += 1;
            model.log.signs.busy(now);
            let sentence = "earlier requests are still on their way; try again".to_owned();
            let trouble = Trouble { sentence, passing: true, refused: Vec::new(), retry_after: None };
            answers::ended(model, command, Err(trouble), now);
        }
        // Not news.
        Msg::Act(_) | Msg::Type(_) | Msg::Pick(_) | Msg::Arrange(_) | Msg::Exported(..) | Msg::Tick => {}
    }
}
