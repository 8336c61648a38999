//! `herenow metrics`, and the same beside other verbs.

mod exporter;
mod serving;
mod verb;

pub use self::verb::MetricsArgs;
pub(super) use self::{serving::VerbMetrics, verb::run_metrics};
