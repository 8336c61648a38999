//! `herenow man`: manual pages, one for the program and one for each verb.

use clap::{Args as ClapArgs, Command, builder::Resettable};

use super::{Failure, print};
use crate::presence::sanitize;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `herenow man`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples: herenow man > ~/.local/share/man/man1/herenow.1\n          \
    herenow man state set > ~/.local/share/man/man1/herenow-state-set.1")]
pub struct ManArgs {
    /// The verb, such as `here-now` or `state set`; without one, the page of herenow itself.
    #[arg(value_name = "VERB")]
    pub verb: Vec<String>,
}

/// Write the page of a verb of `command`, which is the whole command line.
pub(super) fn run_man(args: &ManArgs, command: Command) -> Result<(), Failure> {
    // A page is about a version, not about a build.
    let mut command = command.long_version(Resettable::Reset);
    command.build();
    let mut page = &command;
    for name in &args.verb {
        let Some(verb) = page.find_subcommand(name) else {
            let known: Vec<&str> = page.get_subcommands().map(Command::get_name).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let asked = sanitize(name);
            return Err(Failure::usage(format!("`{}` has no verb `{asked}`; it has {known}", page.get_name())));
        };
        page = verb;
    }
    let mut roff = Vec::new();
    let written = clap_mangen::Man::new(page.clone()).source(format!("herenow {VERSION}")).render(&mut roff);
    written.map_err(|e| Failure::error(format!("the manual page could not be made: {e}")))?;
    print::text(&escape_non_ascii(&String::from_utf8_lossy(&roff)))
}

/// In ASCII: not every formatter guesses the encoding of what it reads.
fn escape_non_ascii(roff: &str) -> String {
    let named = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\[u{:04X}]", c as u32) };
    roff.chars().map(named).collect()
}
