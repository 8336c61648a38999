//! Whether channels are watched that webhooks tell of.

use std::net::SocketAddr;

use clap::Args as ClapArgs;

/// Where webhooks are taken.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct WebhookListenFlags {
    /// Receive PubNub's presence webhooks here, and watch every channel that they report; port 0 picks a free port.
    #[arg(long, value_name = "ADDR")]
    pub webhook_listen: Option<SocketAddr>,
    /// Allow an ADDR that other machines can reach; whoever reaches it can make herenow watch channels.
    #[arg(long, requires = "webhook_listen", hide_short_help = true)]
    pub webhook_listen_anywhere: bool,
}

impl WebhookListenFlags {
    /// Who names the channels of a verb.
    pub fn name_channels<'a>(&self, verb: &'a str) -> NamedBy<'a> {
        if self.webhook_listen.is_some() { NamedBy::Webhooks } else { NamedBy::Person(verb) }
    }
}

/// Who names the channels to watch.
#[derive(Debug, Clone, Copy)]
pub enum NamedBy<'a> {
    /// A person, with this verb.
    Person(&'a str),
    /// Webhooks, besides whatever a person names.
    Webhooks,
}
