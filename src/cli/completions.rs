//! `herenow completions`: what a shell needs to know to complete our command line.

use clap::{Args as ClapArgs, Command};
use clap_complete::Shell;

use super::{Failure, print};

/// `herenow completions`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow completions bash > ~/.local/share/bash-completion/completions/herenow")]
pub struct CompletionsArgs {
    /// Which shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Write what a shell needs to know of `command`, which is the whole command line.
pub(super) fn run_completions(args: &CompletionsArgs, mut command: Command) -> Result<(), Failure> {
    // It panics where it can't write: so it writes where that can't be.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "herenow", &mut script);
    print::text(&String::from_utf8_lossy(&script))
}
