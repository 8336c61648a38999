//! `herenow completions`: what a shell needs to know to complete our command line.

use clap::{Args as ClapArgs, CommandFactory};
use clap_complete::Shell;

use super::{Args, Failure, print};

/// `herenow completions`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow completions bash > ~/.local/share/bash-completion/completions/herenow")]
pub struct Completions {
    /// Which shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

pub(super) fn run(args: &Completions) -> Result<(), Failure> {
    // It panics where it can't write: so it writes where that can't be.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "herenow", &mut script);
    print::text(&String::from_utf8_lossy(&script))
}
