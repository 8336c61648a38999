//! Whether what is known is told to Prometheus besides.

use std::net::SocketAddr;

use clap::Args as ClapArgs;

/// Where it is told.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct MetricsFlag {
    /// Also serve metrics for Prometheus at `http://ADDR/metrics` [127.0.0.1:9777 if no ADDR is given].
    #[arg(
        long,
        value_name = "ADDR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "127.0.0.1:9777"
    )]
    pub metrics: Option<SocketAddr>,
}
