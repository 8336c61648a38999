//! What is told once, to somebody who sees a dashboard for the first time.

use std::time::Duration;

use crate::{
    config::{self, Platform},
    keys::Keys,
    presence::Moment,
    ui::{Action, StatusMessage, Tone, Ui},
};

/// It stays for so long, unless something else is told before.
const SHOWN: Duration = Duration::from_secs(20);

/// Say what is seen and what to press, where nobody has ever looked.
pub(super) fn introduce(ui: &mut Ui, keys: &Keys, now: Moment) {
    let folder = config::find_state_folder(Platform::HERE, &|name| std::env::var_os(name));
    if ui.focus.wall || !config::claim_first_run(folder.as_deref()) {
        return;
    }
    let key = keys.of(Action::Help).first().map_or_else(String::new, |key| format!(" Press {key} for help"));
    let text = format!("Who is on a channel, right now: + came, - left, ! timed out.{key}");
    ui.status = Some(StatusMessage { text, tone: Tone::News, until: now.plus(SHOWN) });
}
