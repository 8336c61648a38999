//! Whether people are shown under other names.

use clap::Args as ClapArgs;

/// Other names for people.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub struct PseudonymArgs {
    /// Replace user ids and the texts of states by pseudonyms, such as quiet-otter-4f2a: on the screen, in lines, exports,
    /// recordings and alerts. They stay the same until the program ends and can't be reversed. Channels keep their names.
    #[arg(long)]
    pub pseudonyms: bool,
}
