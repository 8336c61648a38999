//! How the dashboard looks.

use clap::Args as ClapArgs;

use super::named::one_of;
use crate::config::ThemeName;

/// How the dashboard looks.
#[derive(Debug, Clone, ClapArgs)]
pub struct LookArgs {
    /// The colours [default: `HERENOW_THEME`, or the configuration's, or terminal].
    #[arg(long, value_name = "NAME", value_parser = one_of(ThemeName::ALL))]
    pub theme: Option<ThemeName>,
    /// At most 10 frames a second, for slow lines; otherwise as configured, or 30.
    #[arg(long)]
    pub slow: bool,
}
