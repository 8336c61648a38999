//! Every size with everything open.

use std::time::Duration;

use herenow::ui::{ACTIONS, Action, EditKey, UiEvent};

use crate::sim::Sim;

fn sweep(widths: &[u16], heights: &[u16]) {
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
            for width in widths {
                for height in heights {
                    sim.frame(*width, *height);
                }
            }
        }
    }
    assert!(opened > 10, "only {opened} were open");
}

#[test]
fn exam_26_size_sweep() {
    sweep(&[0, 1, 2, 3, 7, 15, 24, 40, 60], &[0, 1, 2, 3, 6, 11, 20]);
}

#[test]
#[ignore = "takes minutes"]
fn exam_26_size_sweep_in_full() {
    sweep(&(0..=60).collect::<Vec<_>>(), &(0..=20).collect::<Vec<_>>());
}
