//! What happens when something panics.

use std::io::IsTerminal;

use color_eyre::config::{HookBuilder, Theme};
use tokio_util::sync::CancellationToken;

use crate::{
    presence::{SafeText, sanitize_lines},
    shutdown, terminal,
};

/// From here on a panic gives the terminal back first, is reported second, and cancels what is
/// returned third, whichever task or thread it was in.
pub fn install_reports() -> CancellationToken {
    let plain = !std::io::stderr().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let theme = if plain { Theme::new() } else { Theme::dark() };
    let hooks = HookBuilder::default().theme(theme).display_env_section(false);
    let (panic_hook, eyre_hook) = hooks.into_hooks();
    // Already installed, as in a test, is as good.
    let _ = eyre_hook.install();
    let broken = CancellationToken::new();
    let tell = broken.clone();
    std::panic::set_hook(Box::new(move |info| {
        terminal::leave();
        let payload = info.payload();
        let said = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(|s| &**s));
        let at = info.location().map(ToString::to_string);
        tracing::error!(at, said, "panic");
        let report = panic_hook.panic_report(info).to_string();
        // The report has colours; who panics over foreign text does without.
        let is_safe = said.is_none_or(|said| sanitize_lines(said) == said);
        let report = if is_safe { report } else { SafeText::from_lines(report).into() };
        let _ = shutdown::write_stderr(&(report + "\n"));
        tell.cancel();
    }));
    broken
}
