//! When a verb that goes on and on is asked to end.

/// Ctrl-C, and on Unix TERM and HUP, from the moment that one listens.
#[cfg(unix)]
pub struct End(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl End {
    /// Listen from now on. A signal that can't be listened to ends the program, as it always does.
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        super::watch_signals();
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        Self(kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect())
    }

    /// Wait until somebody asks us to end; asked again, until somebody asks once more.
    pub async fn wait_until_asked(&mut self) {
        std::future::poll_fn(|context| {
            let asked =
                self.0.iter_mut().any(|signal| matches!(signal.poll_recv(context), std::task::Poll::Ready(Some(()))));
            if asked { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
pub struct End(());

#[cfg(not(unix))]
impl End {
    /// Listen from now on.
    pub fn listen() -> Self {
        Self(())
    }

    /// Wait until somebody asks us to end.
    pub async fn wait_until_asked(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
