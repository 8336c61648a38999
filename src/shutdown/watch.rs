//! The thread that notices signals, whatever all others wait for.

#[cfg(unix)]
pub(super) use unix::is_watched;
#[cfg(unix)]
pub use unix::{end_children_on_signals, watch_signals};

#[cfg(unix)]
mod unix {
    use std::{
        io,
        sync::{
            Once,
            atomic::{AtomicBool, Ordering},
        },
        time::Duration,
    };

    use tokio::signal::unix::{SignalKind, signal};

    use crate::{
        child::end_all_children,
        shutdown::stage::{EndStage, advance_to},
    };

    /// After a signal, readers are waited for so long: with what else there is to do, it is a second at the most.
    const GRACE: Duration = Duration::from_millis(700);

    static STARTED: Once = Once::new();
    static IS_WATCHED: AtomicBool = AtomicBool::new(false);

    /// Somebody else obeys the signals, too.
    static IS_OBEYED: AtomicBool = AtomicBool::new(false);

    /// Whether a signal does not end us by itself any more.
    pub fn is_watched() -> bool {
        IS_WATCHED.load(Ordering::SeqCst)
    }

    /// From now on a signal that asks us to end bounds the waiting for readers. The caller obeys it. This
    /// is noticed by a thread of its own, whatever all others wait for.
    pub fn watch_signals() {
        IS_OBEYED.store(true, Ordering::SeqCst);
        start_watching();
    }

    /// From now on a signal that asks us to end takes all children along. Unless somebody else obeys it, it
    /// ends us, as it would have by itself.
    pub fn end_children_on_signals() {
        start_watching();
    }

    fn start_watching() {
        STARTED.call_once(|| {
            // Without it a second signal is needed, as ever.
            let _ = start_thread().map(|()| IS_WATCHED.store(true, Ordering::SeqCst));
        });
    }

    fn start_thread() -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let mut signals = {
            let _context = runtime.enter();
            kinds.into_iter().map(|kind| Ok((signal(kind)?, kind))).collect::<io::Result<Vec<_>>>()?
        };
        let watch = async move {
            let number = std::future::poll_fn(|context| {
                for (signal, kind) in &mut signals {
                    if signal.poll_recv(context).is_ready() {
                        return std::task::Poll::Ready(kind.as_raw_value());
                    }
                }
                std::task::Poll::Pending
            })
            .await;
            if !IS_OBEYED.load(Ordering::SeqCst) {
                end_all_children();
                // As a shell tells of who was ended by a signal.
                std::process::exit(128 + number);
            }
            advance_to(EndStage::Asked);
            tokio::time::sleep(GRACE).await;
            advance_to(EndStage::Over);
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(watch))?;
        Ok(())
    }
}

/// Nothing but Ctrl-C asks us to end, and that comes to who waits for it. Children are ended when the program ends by
/// itself.
#[cfg(not(unix))]
pub fn end_children_on_signals() {}

#[cfg(not(unix))]
pub(super) fn is_watched() -> bool {
    false
}
