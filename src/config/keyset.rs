//! One keyset of the file.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Error, Sourced, Whence, read::Section};
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
    Command(Vec<String>),
    /// It is what a command line prints, run by the shell.
    Shell(String),
}

impl fmt::Display for TokenFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("provided"),
            Self::File(path) => write!(f, "provided by the file {}", shown(&path.display().to_string())),
            Self::Command(_) | Self::Shell(_) => write!(f, "provided by the command `{}`", self.program()),
        }
    }
}

impl TokenFrom {
    /// The program that is run, made safe to show; nothing where none is. Not its arguments and not
    /// the variables set before it: people put passwords there.
    pub(super) fn program(&self) -> String {
        let program = match self {
            Self::Given(_) | Self::File(_) => "",
            Self::Command(words) => words.first().map_or("", |word| word),
            Self::Shell(line) => line.split_whitespace().find(|word| !word.contains('=')).unwrap_or("sh"),
        };
        shown(program).into_owned()
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
    /// Read one; `mode` is the file's permissions, where there are such.
    pub(super) fn read(
        section: &Section<'_, '_>,
        name: &str,
        from: Whence,
        file: &Path,
        mode: Option<u32>,
    ) -> Result<Self, Error> {
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST_NAME || name.chars().any(char::is_control) {
            let what = "is no name for a keyset; 1 to 64 characters will do, as in [keyset.staging]";
            return Err(from.wrong(&format!("`{}` {what}", shown(&crate::wire::excerpt(name, LONGEST_NAME)))));
        }
        section.only(KNOWN)?;
        let subscription = |names: Vec<&str>| names.into_iter().map(Subscription::parse).collect::<Result<Vec<_>, _>>();
        let group = |names: Vec<&str>| names.into_iter().map(ChannelGroup::parse).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            name: name.into(),
            from,
            subscribe_key: section
                .text("subscribe-key")?
                .map(|key| key.read(|key| SubscribeKey::parse(key).map_err(bad_key)))
                .transpose()?,
            publish_key: section
                .text("publish-key")?
                .map(|key| key.read(|key| PublishKey::parse(key).map_err(bad_key)))
                .transpose()?,
            token: token(section, name, file, mode)?,
            user_id: section.text("user-id")?.map(|id| id.read(UserId::parse)).transpose()?,
            origin: section.text("origin")?.map(|text| text.read(origin)).transpose()?,
            region: section.text("region")?.map(|text| text.read(label)).transpose()?,
            production: section.yes("production")?,
            read_only: section.yes("read-only")?,
            channels: section.list("channels")?.map(|names| names.read(subscription)).transpose()?,
            groups: section.list("groups")?.map(|names| names.read(group)).transpose()?,
        })
    }
}

fn label(text: &str) -> Result<String, String> {
    let length = text.chars().count();
    let why = || format!("`region` has {length} characters; it can have 1 to 20");
    (length <= 20).then(|| text.to_owned()).ok_or_else(why)
}

/// At most one of the three ways to a token, and that one safe.
fn token(
    section: &Section<'_, '_>,
    keyset: &str,
    file: &Path,
    mode: Option<u32>,
) -> Result<Option<Sourced<TokenFrom>>, Error> {
    let given = section
        .text("token")?
        .map(|token| Sourced { value: TokenFrom::Given(Auth::new(token.value.trim())), from: token.from });
    let path = section.text("token-file")?.map(|path| {
        let beside = file.parent().unwrap_or(Path::new(""));
        let path_of = |text: &str| if text.starts_with("~/") { PathBuf::from(text) } else { beside.join(text) };
        Sourced { value: TokenFrom::File(path_of(path.value)), from: path.from }
    });
    let command = command(section)?;
    let keyset = shown(keyset);
    let shown_file = shown(&file.display().to_string()).into_owned();
    if let (Some(token), Some(mode)) = (&given, mode)
        && mode & 0o077 != 0
    {
        let what = format!(
            "the token of `{keyset}` can be read by others (the file's mode is {mode:04o}); \
             run `chmod 600 {shown_file}`, or use token-file or token-command"
        );
        return Err(token.from.wrong(&what));
    }
    if let (Some(command), Some(mode)) = (&command, mode)
        && mode & 0o022 != 0
    {
        let what = format!(
            "the token-command of `{keyset}` can be changed by others (the file's mode is {mode:04o}); \
             run `chmod go-w {shown_file}`"
        );
        return Err(command.from.wrong(&what));
    }
    let mut ways = [given, path, command].into_iter().flatten();
    let first = ways.next();
    match ways.next() {
        Some(second) => Err(second.from.wrong(&format!(
            "`{keyset}` has more than one of token, token-file and token-command; leave all but one out"
        ))),
        None => Ok(first),
    }
}

fn command(section: &Section<'_, '_>) -> Result<Option<Sourced<TokenFrom>>, Error> {
    const NAME: &str = "token-command";
    if !section.is_list(NAME) {
        let line = section.text(NAME)?;
        return Ok(line.map(|line| Sourced { value: TokenFrom::Shell(line.value.to_owned()), from: line.from }));
    }
    let words = section.list(NAME)?.map(|words| {
        words.read(|words| {
            let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            let why = "`token-command` is empty; name a program, as in [\"pass\", \"show\", \"pubnub\"]";
            if words.is_empty() { Err(why) } else { Ok(TokenFrom::Command(words)) }
        })
    });
    words.transpose()
}
