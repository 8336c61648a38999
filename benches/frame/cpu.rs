//! The CPU time of this process, which another process on the same machine does not add to.

use std::time::Duration;

/// The CPU time that something takes; where the system does not tell, the time.
pub fn measure(act: impl FnOnce()) -> Duration {
    let begun = (find_cpu_time(), std::time::Instant::now());
    act();
    match (begun.0, find_cpu_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => begun.1.elapsed(),
    }
}

#[cfg(unix)]
fn find_cpu_time() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let time = |of: nix::sys::time::TimeVal| {
        Duration::from_micros(u64::try_from(of.tv_sec() * 1_000_000 + of.tv_usec()).unwrap_or_default())
    };
    Some(time(usage.user_time()) + time(usage.system_time()))
}

#[cfg(not(unix))]
fn find_cpu_time() -> Option<Duration> {
    None
}
