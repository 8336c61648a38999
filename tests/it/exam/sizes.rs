//! Every size with everything open.

use std::time::Duration;

use herenow::ui::{ACTIONS, Action, EditKey, UiEvent};

use crate::sim::Sim;

fn sweep(widths: impl Iterator<Item = u16> + Clone, heights: impl Iterator<Item = u16> + Clone) {
    let mut opened = 0;
    for info in ACTIONS.iter().filter(|info| !matches!(info.action, Action::Quit | Action::Suspend)) {
        for pane in 0..4 {
            let mut sim = Sim::crowd(30, "me").watched(Duration::from_secs(10));
            for _ in 0..pane {
                sim.tell(UiEvent::Act(Action::NextPane));
            }
            sim.tell(UiEvent::Act(Action::Down));
            sim.tell(UiEvent::Act(info.action));
            sim.model.listener.effects.clear();
            let open = sim.model.listener.is_typing() || sim.model.listener.dialog.is_some();
            if !open && pane > 0 {
                break;
            }
            opened += usize::from(open);
            if sim.model.listener.is_typing() {
                sim.tell(UiEvent::Type(EditKey::Paste("宽🧑‍🚀\u{301}zu lang für alles\n".repeat(5))));
            }
            for width in widths.clone() {
                for height in heights.clone() {
                    sim.frame(width, height);
                }
            }
        }
    }
    assert!(opened > 10, "only {opened} were open");
}

#[test]
fn exam_26_size_sweep() {
    sweep((0..=60).step_by(7).chain([1, 2, 3]), (0..=20).step_by(3).chain([1, 2]));
}

#[test]
#[ignore = "takes minutes"]
fn exam_26_size_sweep_in_full() {
    sweep(0..=60, 0..=20);
}
