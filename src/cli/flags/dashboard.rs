//! How the dashboard looks, and how our own presence is kept there.

use super::setting_flags::FlagGroup;

/// The presence timeout, what is kept to look back at, and the looks.
#[derive(Debug, Clone, Copy)]
pub enum DashboardFlags {}

impl FlagGroup for DashboardFlags {
    const FLAGS: &'static [&'static str] = &["--presence-timeout", "--theme", "--slow", "--keep", "--keep-memory"];
}
