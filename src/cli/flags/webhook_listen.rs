//! Whether channels are watched that webhooks tell of.

use std::net::SocketAddr;

use clap::Args as ClapArgs;

/// Where webhooks are taken.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct WebhookListenFlags {
    /// Take PubNub's presence webhooks here, and watch every channel that they tell of; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub webhook_listen: Option<SocketAddr>,
    /// ADDR may be one that other machines reach, and everyone who reaches it can have you watch channels.
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
