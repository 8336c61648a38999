//! Whether what is taken in is kept.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Where a recording goes.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct RecordArgs {
    /// Record everything that is received to this new file, as JSON lines, compressed if its name ends in .gz. It contains
    /// user ids and states, but no key, token or URL. `herenow replay` and --from read it.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}
