//! How far the end has come, for all who wait for it: on the runtime or without one.

use std::{
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EndStage {
    Running,
    /// Somebody asked us to end.
    #[cfg_attr(not(unix), expect(dead_code, reason = "a signal does"))]
    Asked,
    /// That was long enough ago: the program no longer waits for a reader.
    Over,
}

static STAGE: LazyLock<watch::Sender<EndStage>> = LazyLock::new(|| watch::Sender::new(EndStage::Running));

/// Held by who looks whether there is something to wait for, and by who changes it.
static LOCK: Mutex<()> = Mutex::new(());
static CHANGED: Condvar = Condvar::new();

fn lock() -> MutexGuard<'static, ()> {
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn advance_to(stage: EndStage) {
    let _held = lock();
    STAGE.send_if_modified(|held| {
        let later = stage > *held;
        *held = stage.max(*held);
        later
    });
    CHANGED.notify_all();
}

/// Wait for no reader any more: the terminal does not read, or the time after a signal is over.
pub fn give_up_on_readers() {
    advance_to(EndStage::Over);
}

/// Until no reader is waited for any more.
pub async fn wait_until_over() {
    // Its sender is never dropped.
    let _ = STAGE.subscribe().wait_for(|stage| *stage == EndStage::Over).await;
}

/// Look again in `wait_for_blocking`.
pub(super) fn wake_waiting() {
    let _held = lock();
    CHANGED.notify_all();
}

/// Wait until `look` finds something, without a runtime; at most `last` longer than until it is over.
pub(super) fn wait_for_blocking<T>(last: Duration, look: impl Fn() -> Option<T>) -> Option<T> {
    let mut held = lock();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if *STAGE.borrow() == EndStage::Over {
            let mut found = None;
            let is_missing = |(): &mut ()| {
                found = look();
                found.is_none()
            };
            drop(CHANGED.wait_timeout_while(held, last, is_missing).unwrap_or_else(PoisonError::into_inner));
            return found;
        }
        held = CHANGED.wait(held).unwrap_or_else(PoisonError::into_inner);
    }
}
