//! Which keyset to ask, where, and as whom: everything that flags and the environment say of it is
//! read here and nowhere else.

use clap::Args as ClapArgs;

use super::Failure;
use crate::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{SubscribeKey, UserId},
    wire::Auth,
};

/// The environment variable that holds a token for Access Manager. There is no flag for it: the
/// command line can be read by everybody on the machine.
const TOKEN: &str = "HERENOW_AUTH_TOKEN";

/// The user id of questions. It is never seen by others, but PubNub counts distinct user ids, so that
/// a new one for each question would be another user on somebody's bill.
const ASKER: &str = "herenow";

/// Who we are, and how fast we may ask.
#[derive(Debug, Clone, ClapArgs)]
pub struct SpeakerArgs {
    /// Our own user id; without it, `herenow` asks, the dashboard makes a random one up, and
    /// heartbeat, leave and state refuse.
    #[arg(long, value_name = "ID", env = "HERENOW_USER_ID")]
    pub user_id: Option<String>,
    /// Requests per second that herenow allows itself at the most.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub budget: u32,
}

/// Whom we ask, and as whom.
#[derive(Debug, Clone, ClapArgs)]
pub struct KeysetArgs {
    /// The subscribe key of the keyset; a token for Access Manager is read from `HERENOW_AUTH_TOKEN`
    /// only.
    #[arg(long, value_name = "KEY", env = "HERENOW_SUBSCRIBE_KEY", hide_env_values = true)]
    pub subscribe_key: Option<String>,
    /// The service: a host, by https; or http://HOST:PORT without TLS.
    #[arg(long, env = "HERENOW_ORIGIN", default_value = "ps.pndsn.com")]
    pub origin: String,
    /// Ourselves.
    #[command(flatten)]
    pub speaker: SpeakerArgs,
}

/// Who speaks, where nobody said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unnamed {
    /// A random user, who may become present.
    Watches,
    /// One that is always the same, because it only asks.
    Asks,
    /// Nobody: what is done would be done to somebody.
    IsRefused,
}

impl SpeakerArgs {
    /// Our own user id: as asked for, or what `unnamed` says.
    pub(super) fn user(&self, unnamed: Unnamed) -> Result<UserId, Failure> {
        match (self.user_id.as_deref(), unnamed) {
            (Some(id), _) => UserId::parse(id).map_err(|e| Failure::usage(e.to_string())),
            (None, Unnamed::Watches) => Ok(UserId::heard(&format!("watcher-{:04x}", fastrand::u16(..)))),
            (None, Unnamed::Asks) => Ok(UserId::heard(ASKER)),
            (None, Unnamed::IsRefused) => Err(Failure::usage(
                "no user id: the service has to know whose presence this is; give --user-id ann or set HERENOW_USER_ID",
            )),
        }
    }
}

impl KeysetArgs {
    /// The keyset, read.
    pub(super) fn keyset(&self, unnamed: Unnamed) -> Result<Keyset, Failure> {
        let Some(key) = self.subscribe_key.as_deref().filter(|k| !k.is_empty()) else {
            return Err(Failure::usage(
                "no subscribe key: nothing can be asked about a keyset without it; \
                 give --subscribe-key sub-c-… or set HERENOW_SUBSCRIBE_KEY, or run `herenow demo`, which needs none",
            ));
        };
        let subscribe_key = SubscribeKey::parse(key).map_err(|e| Failure::usage(e.to_string()))?;
        let origin = Origin::parse(&self.origin).map_err(|e| Failure::usage(e.to_string()))?;
        let user = self.speaker.user(unnamed)?;
        let auth = std::env::var(TOKEN).ok().filter(|token| !token.is_empty()).map(|token| Auth::new(&token));
        Ok(Keyset { origin, subscribe_key, user, auth })
    }

    /// A client for it.
    pub(super) fn client(&self, unnamed: Unnamed) -> Result<Client, Failure> {
        self.client_for(self.keyset(unnamed)?)
    }

    /// A client for a keyset that was read before.
    pub(super) fn client_for(&self, keyset: Keyset) -> Result<Client, Failure> {
        Client::new(keyset, self.speaker.budget, Clock::start()).map_err(|e| Failure::failed(e.to_string()))
    }
}
