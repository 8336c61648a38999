//! What our own crowd is at.

use unicode_width::UnicodeWidthStr;

use crate::presence::{Moment, SceneStatus};

/// Say what our crowd is at, and what comes next: `rush hour ×2, the rush · next: full house in 24 s`. In
/// more than `width` cells only if it can't be said in fewer.
pub(super) fn describe_scene(scene: &SceneStatus, width: usize, now: Moment) -> String {
    #[expect(clippy::float_cmp, reason = "exactly the pace as written")]
    let speed =
        if scene.speed == 1.0 { String::new() } else { format!(" ×{}", (scene.speed * 100.0).round() / 100.0) };
    let next = scene.next.as_ref().map_or_else(String::new, |(what, at)| {
        let left = at.since(now).as_secs() + u64::from(*at > now);
        let left = if left < 100 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
        format!(" · next: {what} in {left}")
    });
    let SceneStatus { profile, label, phase, .. } = scene;
    let name = label.as_deref().unwrap_or(profile);
    let long = match phase {
        Some(phase) => format!("{name}{speed}, {phase}{next}"),
        None => format!("{name}{speed}{next}"),
    };
    let whole = format!("{}{speed}{next}", scene.title());
    let short = format!("{}{speed}{next}", phase.as_deref().unwrap_or(name));
    [whole, long].into_iter().find(|said| said.width() <= width).unwrap_or(short)
}
