//! Webhooks that are taken for as long as a verb goes on.

use tokio::task::JoinSet;

use super::{Failure, flags::webhook_listen::WebhookListenFlags, print};
use crate::{
    presence::SubscribeKey,
    source::{ToldChannels, WebhookListener},
};

/// Who takes webhooks, if they are wanted. It ends when this is dropped.
#[derive(Default)]
pub(super) struct WebhookListening {
    listener: Option<WebhookListener>,
    found: Option<ToldChannels>,
    /// Take webhooks until this is dropped.
    _tasks: JoinSet<()>,
}

impl WebhookListening {
    /// Listen for webhooks about this application, if that is wanted, and say where.
    ///
    /// # Errors
    /// If other machines can reach the address and that was not asked for, or it can't be listened on.
    pub async fn begin(flags: &WebhookListenFlags, key: &SubscribeKey) -> Result<Self, Failure> {
        let Some(at) = flags.webhook_listen else { return Ok(Self::default()) };
        let is_local = at.ip().to_canonical().is_loopback();
        if !is_local && !flags.webhook_listen_anywhere {
            return Err(Failure::usage(format!(
                "--webhook-listen: other machines can reach {at}, and whoever does can have you watch channels; name a \
                 loopback address, such as 127.0.0.1:9000, or say --webhook-listen-anywhere if that is meant"
            )));
        }
        let mut tasks = JoinSet::new();
        let (listener, found) = WebhookListener::start(at, key.clone(), &mut tasks).await.map_err(|error| {
            Failure::error(format!(
                "webhooks can't be taken at {at} ({}); name another address with --webhook-listen",
                error.kind()
            ))
        })?;
        print::remark(&format!("webhooks: http://{}/", listener.address));
        if !is_local {
            print::remark(&format!(
                "warning: other machines can reach {}: whoever does can have you watch channels",
                listener.address
            ));
        }
        Ok(Self { listener: Some(listener), found: Some(found), _tasks: tasks })
    }

    /// Where the channels come out that are told, once.
    pub fn take_found(&mut self) -> Option<ToldChannels> {
        self.found.take()
    }

    /// Say what came.
    pub fn remark_end(&self) {
        if let Some(listener) = &self.listener {
            print::remark(&listener.counts().to_string());
        }
    }
}
