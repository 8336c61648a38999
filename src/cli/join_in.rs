//! What another client has to be told to join our own service: by a line for a terminal, and in three SDKs.

use super::{crowd, flags::service::DEMO_KEY};
use crate::{
    presence::{Channel, SubscribeKey, show_path},
    service::RunningService,
    world::JoinIn,
};

/// Write all of it down.
pub(super) fn describe_join_in(running: &RunningService, key: &SubscribeKey, channels: &[Channel]) -> JoinIn {
    let certificate = running.certificate.as_ref().map(|trusted| show_path(&trusted.file));
    let channels = crowd::list_channels(channels);
    let line = crowd::write_watch_line(&running.url(), certificate.as_deref(), key.as_str(), &channels);
    JoinIn { line, clients: list_clients(&running.origin(), certificate.as_deref(), key.as_str()) }
}

/// The settings of any client, and as three SDKs take them.
fn list_clients(origin: &str, certificate: Option<&str>, key: &str) -> Vec<(&'static str, String)> {
    let secure = certificate.is_some();
    let how = certificate.map_or("without TLS".to_owned(), |file| format!("with TLS, trust {file}"));
    let python = if secure { "True" } else { "False" };
    vec![
        (
            "any client",
            format!("origin {origin} {how} · subscribe key {key} · publish key {DEMO_KEY} · a user id of your own"),
        ),
        (
            "JavaScript",
            format!(
                "new PubNub({{ subscribeKey: \"{key}\", publishKey: \"{DEMO_KEY}\", userId: \"me\", \
                 origin: \"{origin}\", ssl: {secure} }})"
            ),
        ),
        (
            "Python",
            format!(
                "config = PNConfiguration(); config.subscribe_key = \"{key}\"; config.publish_key = \"{DEMO_KEY}\"; \
                 config.user_id = \"me\"; config.origin = \"{origin}\"; config.ssl = {python}"
            ),
        ),
        (
            "Go",
            format!(
                "config := pubnub.NewConfigWithUserId(\"me\"); config.SubscribeKey = \"{key}\"; \
                 config.PublishKey = \"{DEMO_KEY}\"; config.Origin = \"{origin}\"; config.Secure = {secure}"
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f51_three_sdks_are_told_the_origin_the_keys_and_tls() {
        for (certificate, said) in [(None, ["ssl: false", "config.ssl = False", "config.Secure = false"])]
            .into_iter()
            .chain([(Some("/tmp/x.pem"), ["ssl: true", "config.ssl = True", "config.Secure = true"])])
        {
            let clients = list_clients("127.0.0.1:35269", certificate, "demo");
            for ((_, text), said) in clients[1..].iter().zip(said) {
                assert!(text.contains(said) && text.contains("\"127.0.0.1:35269\""), "{text}");
            }
            // Five headings and the line for a terminal stay within 80 x 24.
            let rows: usize = clients.iter().map(|(_, text)| text.len().div_ceil(60)).sum();
            assert!(rows + clients.len() + 1 + 4 <= 20, "{rows}");
        }
    }
}
