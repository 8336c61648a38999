//! One keyset of the file.

use std::{fmt, path::PathBuf, sync::Arc};

use super::{CommandLine, Sourced, Whence, bounds::label, read::Section};
use crate::{
    client::Origin,
    presence::{ChannelGroup, NameError, PublishKey, SubscribeKey, Subscription, UserId, shown},
    wire::Auth,
};

/// What can stand in a `[keyset.NAME]`.
const KNOWN: &[&str] = &[
    "subscribe-key",
    "publish-key",
    "token",
    "token-file",
    "token-command",
    "user-id",
    "origin",
    "region",
    "production",
    "read-only",
    "channels",
    "groups",
];

/// A keyset's name has at most so many characters.
const LONGEST_NAME: usize = 64;

/// Who provides a token. Printing one says only who.
#[derive(Clone, PartialEq)]
pub enum TokenFrom {
    /// It was given as it is: by the environment, or in a file that nobody else can read.
    Given(Auth),
    /// It is what a file holds. `~/` is the home folder.
    File(PathBuf),
    /// It is what a command prints.
    Command(CommandLine),
}

impl fmt::Display for TokenFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("provided"),
            Self::File(path) => write!(f, "provided by the file {}", shown(&path.display().to_string())),
            Self::Command(command) => write!(f, "provided by {command}"),
        }
    }
}

impl fmt::Debug for TokenFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenFrom({self})")
    }
}

/// One keyset, as far as the file describes it.
#[derive(Debug, Clone)]
pub struct Keyset {
    /// What it is called: 1 to 64 characters, no control characters.
    pub name: Arc<str>,
    /// Where it begins.
    pub from: Whence,
    /// Which application.
    pub subscribe_key: Option<Sourced<SubscribeKey>>,
    /// With which one may publish there.
    pub publish_key: Option<Sourced<PublishKey>>,
    /// Who provides the token.
    pub token: Option<Sourced<TokenFrom>>,
    /// Our own user id there.
    pub user_id: Option<Sourced<UserId>>,
    /// Where the service is.
    pub origin: Option<Sourced<Origin>>,
    /// What to call the place where it is. Foreign text.
    pub region: Option<Sourced<String>>,
    /// Whether real people depend on it.
    pub production: Option<Sourced<bool>>,
    /// Whether nothing may be changed there.
    pub read_only: Option<Sourced<bool>>,
    /// What to watch there: channels and patterns.
    pub channels: Option<Sourced<Vec<Subscription>>>,
    /// What to watch there: channel groups.
    pub groups: Option<Sourced<Vec<ChannelGroup>>>,
}

/// Why a key is not one, without the key.
pub(super) fn bad_key(why: NameError) -> String {
    match why {
        NameError::Forbidden { what, bad, .. } => format!("the {what} holds {bad}, which no key does; copy it again"),
        other => other.to_string(),
    }
}

/// An origin; what holds a password is not repeated.
pub(super) fn origin(text: &str) -> Result<Origin, String> {
    if text.contains('@') {
        return Err("the origin holds an `@`; give a host such as `ps.pndsn.com`, without user or password".to_owned());
    }
    Origin::parse(text).map_err(|e| e.to_string())
}

impl Keyset {
    /// Read one.
    pub(super) fn read(section: &Section<'_, '_>, name: &str, from: Whence) -> Self {
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST_NAME || name.chars().any(char::is_control) {
            let what = "is no name for a keyset; 1 to 64 characters will do, as in [keyset.staging]";
            section.wrong(&from, &format!("`{}` {what}", shown(&crate::wire::excerpt(name, LONGEST_NAME))));
        }
        section.only(KNOWN);
        Self {
            name: name.into(),
            from,
            subscribe_key: section.read(section.text("subscribe-key"), |key| SubscribeKey::parse(key).map_err(bad_key)),
            publish_key: section.read(section.text("publish-key"), |key| PublishKey::parse(key).map_err(bad_key)),
            token: token(section, name),
            user_id: section.read(section.text("user-id"), UserId::parse),
            origin: section.read(section.text("origin"), origin),
            region: section.read(section.text("region"), |text| label("`region`", text)),
            production: section.yes("production"),
            read_only: section.yes("read-only"),
            channels: section.read(section.list("channels"), subscriptions),
            groups: section.read(section.list("groups"), groups),
        }
    }
}

/// Channels and patterns.
pub(super) fn subscriptions<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Subscription>, NameError> {
    names.into_iter().map(Subscription::parse).collect()
}

/// Channel groups.
pub(super) fn groups<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<ChannelGroup>, NameError> {
    names.into_iter().map(ChannelGroup::parse).collect()
}

/// At most one of the three ways to a token, and that one safe.
fn token(section: &Section<'_, '_>, keyset: &str) -> Option<Sourced<TokenFrom>> {
    let given = section
        .text("token")
        .map(|token| Sourced { value: TokenFrom::Given(Auth::new(token.value.trim())), from: token.from });
    let path = section.path("token-file").map(|path| Sourced { value: TokenFrom::File(path.value), from: path.from });
    let command = section.command("token-command");
    let command = command.map(|command| Sourced { value: TokenFrom::Command(command.value), from: command.from });
    let keyset = shown(keyset);
    if let (Some(token), Some(mode)) = (&given, section.readable_by_others()) {
        let what = format!(
            "the token of `{keyset}` can be read by others (the file's mode is {mode:04o}); \
             run `chmod 600 {}`, or use token-file or token-command",
            section.file()
        );
        section.wrong(&token.from, &what);
    }
    let mut ways = [given, path, command].into_iter().flatten();
    let first = ways.next();
    if let Some(second) = ways.next() {
        let what =
            format!("`{keyset}` has more than one of token, token-file and token-command; leave all but one out");
        section.wrong(&second.from, &what);
    }
    first
}
