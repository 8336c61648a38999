//! The values of all settings: what one source says of them, or what counts in the end.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{
    Binding, Logging, Megabytes, Notifications, ServiceEntry, Sourced, Tariff, ThemeName, TokenFrom, Whence,
    bounds::MOST_FRAMES,
};
use crate::{
    client::Origin,
    presence::{ChannelGroup, PublishKey, SubscribeKey, Subscription, UserId},
};

/// One field for each row of the table of settings. What nobody said has its default, and
/// [`Whence::Default`](super::Whence::Default) as its source.
#[derive(Debug, Clone)]
pub struct ConfigValues {
    /// The keyset, by its name in the file: in the file the default one, in the end the one that is chosen.
    pub keyset: Option<Sourced<Arc<str>>>,
    /// Which application.
    pub subscribe_key: Option<Sourced<SubscribeKey>>,
    /// With which one may publish there.
    pub publish_key: Option<Sourced<PublishKey>>,
    /// Who provides the token.
    pub token: Option<Sourced<TokenFrom>>,
    /// Our own user id; without one, `identity` has one.
    pub user_id: Option<Sourced<UserId>>,
    /// Where the service is.
    pub origin: Sourced<Origin>,
    /// Certificates of authorities to trust there besides the system's; `~/` is the home folder.
    pub ca_file: Option<Sourced<PathBuf>>,
    /// What to call the place where it is. Foreign text.
    pub region: Option<Sourced<String>>,
    /// Whether real people depend on it.
    pub production: Sourced<bool>,
    /// Whether nothing may be changed there.
    pub read_only: Sourced<bool>,
    /// Channels and patterns, each once.
    pub channels: Sourced<Vec<Subscription>>,
    /// Channel groups, each once.
    pub groups: Sourced<Vec<ChannelGroup>>,
    /// Requests per second that herenow allows itself at the most.
    pub budget: Sourced<u32>,
    /// User ids per channel that a here now collects at the most.
    pub most_names: Sourced<u32>,
    /// The presence timeout that our own presence asks for.
    pub presence_timeout: Sourced<Duration>,
    /// Frames per second that the dashboard draws at the most.
    pub frames_per_second: Sourced<u32>,
    /// Entries that its event log keeps.
    pub log_entries: Sourced<u32>,
    /// How much of the past the dashboard keeps to look back at: the last while; 0 keeps nothing.
    pub keep: Sourced<Duration>,
    /// The memory that it may take.
    pub keep_memory: Sourced<Megabytes>,
    /// Which colours.
    pub theme: Sourced<ThemeName>,
    /// Keys other than the standard ones: as written, not judged yet.
    pub keys: Vec<Binding>,
    /// What requests cost.
    pub tariff: Tariff,
    /// What to be told of, and how.
    pub notifications: Notifications,
    /// Whether a log is written, and how much of it.
    pub log: Logging,
    /// Settings of our own service, as they stand in the file. The code that starts one reads them.
    pub service: Vec<ServiceEntry>,
}

impl Default for ConfigValues {
    fn default() -> Self {
        Self {
            keyset: None,
            subscribe_key: None,
            publish_key: None,
            token: None,
            user_id: None,
            origin: Sourced::default(Origin::default()),
            ca_file: None,
            region: None,
            production: Sourced::default(false),
            read_only: Sourced::default(false),
            channels: Sourced::default(Vec::new()),
            groups: Sourced::default(Vec::new()),
            budget: Sourced::default(5),
            most_names: Sourced::default(1_000_000),
            // PubNub's own default.
            presence_timeout: Sourced::default(Duration::from_secs(300)),
            frames_per_second: Sourced::default(MOST_FRAMES),
            // Some 16 minutes at ten events a second.
            log_entries: Sourced::default(10_000),
            keep: Sourced::default(Duration::from_secs(600)),
            keep_memory: Sourced::default(Megabytes(64)),
            theme: Sourced::default(ThemeName::Auto),
            keys: Vec::new(),
            tariff: Tariff::default(),
            notifications: Notifications::default(),
            log: Logging::default(),
            service: Vec::new(),
        }
    }
}

impl ConfigValues {
    /// Whether polls after full replies go beside the budget: unless a person set one, which is then a limit for all.
    pub fn follows_streams(&self) -> bool {
        self.budget.from == Whence::Default
    }
}
