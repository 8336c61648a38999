//! Which keyset to ask, where, and as whom: what flags, environment and configuration say of it comes
//! together here and nowhere else.

use std::path::PathBuf;

use super::{
    Failure,
    flags::keyset::{KeysetArgs, SpeakerArgs},
    print,
};
use crate::{
    client::{Client, Error, Keyset},
    clock::Clock,
    config::{self, Config, ConfigValues, Sourced, TokenFrom, Typed},
    presence::UserId,
    shutdown,
};

/// The user id of questions. It is never seen by others, but PubNub counts distinct user ids, so that
/// a new one for each question would be another user on somebody's bill.
const ASKER: &str = "herenow";

/// Who speaks, where nobody said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnnamedUser {
    /// The one that this machine keeps, who may become present.
    Watches,
    /// One that is always the same, because it only asks.
    Asks,
    /// Nobody: what is done would be done to somebody.
    IsRefused,
}

/// What is done to a keyset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeysetUse {
    /// Nothing is changed.
    Reads,
    /// Presence, state or groups change.
    Changes,
}

/// What counts of what was typed, set and written.
fn load_settings(file: Option<&PathBuf>, typed: &Typed) -> Result<(Config, ConfigValues), Failure> {
    let found = config::load_config(file.map(PathBuf::as_path))?;
    let all = config::settle_values(&found.config, typed, &|name| std::env::var(name).ok())?;
    let file = found.config.file.as_deref().filter(|_| found.exists).unwrap_or("none");
    let keyset = all.keyset.as_ref().map_or("none", |keyset| &*keyset.value);
    let token = all.token.as_ref().map_or("none".to_owned(), |token| token.value.to_string());
    tracing::info!(file, keyset, origin = %all.origin.value, token, read_only = all.read_only.value, "configuration");
    Ok((found.config, all))
}

/// Our own user id: as said somewhere, or what `unnamed` says.
fn choose_user(all: &ConfigValues, unnamed: UnnamedUser) -> Result<UserId, Failure> {
    match (&all.user_id, unnamed) {
        (Some(id), _) => Ok(id.value.clone()),
        (None, UnnamedUser::Watches) => {
            let folder = config::find_state_folder(config::Platform::HERE, &|name| std::env::var_os(name));
            let config::Identity { user, note } = config::load_identity(folder.as_deref());
            if let Some(note) = note {
                print::remark(&note);
            }
            Ok(user)
        }
        (None, UnnamedUser::Asks) => Ok(UserId::from_wire(ASKER)),
        (None, UnnamedUser::IsRefused) => Err(Failure::usage(
            "no user id: the service has to know whose presence this is; give --user-id ann or set HERENOW_USER_ID",
        )),
    }
}

impl SpeakerArgs {
    /// The configuration.
    pub(super) fn load_config(&self) -> Result<Config, Failure> {
        Ok(config::load_config(self.config.as_deref())?.config)
    }

    /// For our own service: the configuration with its settings, what counts of it, and who we are.
    /// `more` has what a verb takes besides.
    pub(super) fn settings_at_home(&self, more: Typed) -> Result<(Config, ConfigValues, UserId), Failure> {
        let (config, all) = load_settings(self.config.as_ref(), &self.settings.collect_typed().and(more))?;
        let user = choose_user(&all, UnnamedUser::Watches)?;
        Ok((config, all, user))
    }
}

impl KeysetArgs {
    /// What counts of the keyset, and the keyset itself, token and all. `more` has what a verb takes
    /// besides.
    pub(super) async fn resolve(
        &self,
        unnamed: UnnamedUser,
        usage: KeysetUse,
        more: Typed,
    ) -> Result<(ConfigValues, Keyset), Failure> {
        let (config, all) = load_settings(self.speaker.config.as_ref(), &self.collect_typed(more))?;
        if all.subscribe_key.is_none() {
            return Err(explain_missing_key(&config, &all));
        }
        if usage == KeysetUse::Changes && all.read_only.value {
            let which = all.keyset.as_ref().map_or("this keyset".to_owned(), |keyset| {
                format!("the keyset `{}`", crate::presence::sanitize(&keyset.value))
            });
            let what = format!("{which} is read-only, so nothing was changed; take the mark away, or choose another");
            return Err(all.read_only.from.wrong(&what).into());
        }
        let user = choose_user(&all, unnamed)?;
        let keyset = assemble_keyset(&config, &all, user).await?;
        if keyset.auth.is_some() && keyset.origin.is_exposed() {
            let origin = &keyset.origin;
            print::remark(&format!(
                "warning: the token travels to {origin} unencrypted; use https if the service has it"
            ));
        }
        Ok((all, keyset))
    }

    /// A client for it, for who asks once.
    pub(super) async fn connect(&self, unnamed: UnnamedUser, usage: KeysetUse) -> Result<Client, Failure> {
        let (all, keyset) = self.resolve(unnamed, usage, Typed::default()).await?;
        Ok(make_client(keyset, &all, Clock::start())?.ask_once(print::remark))
    }
}

/// The keyset itself, token and all.
pub(super) async fn assemble_keyset(config: &Config, all: &ConfigValues, user: UserId) -> Result<Keyset, Failure> {
    let Some(subscribe_key) = all.subscribe_key.as_ref().map(|key| key.value.clone()) else {
        return Err(explain_missing_key(config, all));
    };
    if let Some(Sourced { value: TokenFrom::Command(_), .. }) = &all.token {
        shutdown::end_children_on_signals();
    }
    let auth = match &all.token {
        Some(token) => Some(config::obtain_token(&token.value).await.map_err(|e| Failure::error(e.to_string()))?),
        None => None,
    };
    Ok(Keyset { origin: all.origin.value.clone(), subscribe_key, user, auth })
}

/// A client within the budget that counts.
pub(super) fn make_client(keyset: Keyset, all: &ConfigValues, clock: Clock) -> Result<Client, Failure> {
    // Without TLS nobody shows a certificate.
    let file = all.ca_file.as_ref().filter(|_| keyset.origin.is_secure());
    let authorities = file.map(config::load_authorities).transpose()?;
    let client = Client::trusting(authorities.as_ref(), keyset, all.budget.value, clock).map_err(|e| match e {
        Error::UnusableProxy(why) => Failure::usage(why),
        other => Failure::error(other.to_string()),
    })?;
    let client = client.with_most_names(all.most_names.value as usize);
    Ok(if all.follows_streams() { client.follow_streams() } else { client })
}

/// Why there is no subscribe key, and how to have one.
fn explain_missing_key(config: &Config, all: &ConfigValues) -> Failure {
    if let Some(keyset) = &all.keyset {
        let name = crate::presence::sanitize(&keyset.value).into_owned();
        return Failure::usage(format!(
            "the keyset `{name}` has no subscribe-key: write one into the configuration, or give --subscribe-key sub-c-…"
        ));
    }
    if !config.keysets.is_empty() || config.values.keyset.is_some() {
        return config.none().into();
    }
    Failure::usage(
        "no subscribe key: nothing can be asked about a keyset without it; give --subscribe-key sub-c-…, set \
         HERENOW_SUBSCRIBE_KEY, or write a keyset into the configuration (`herenow config init`), or run \
         `herenow demo`, which needs none",
    )
}
