//! What a name can name, and what can be wrong with one.

/// The suffix that names the presence twin of a channel, pattern or group.
pub const PNPRES: &str = "-pnpres";

/// What a name names. Each has rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A channel, or in a list that may hold patterns, what is not one.
    Channel,
    /// A name with a level that is a lone star, as in `match.*`.
    Pattern,
    /// A channel group.
    Group,
    /// A user id.
    UserId,
    /// A subscribe key.
    SubscribeKey,
    /// A publish key.
    PublishKey,
}

impl NameKind {
    /// What the name of a list is that may hold both: a pattern, if one of its levels is a lone star. Recorded: `a*` and
    /// the like are channels.
    pub fn of_listened(name: &str) -> Self {
        if name.split('.').any(|level| level == "*") { Self::Pattern } else { Self::Channel }
    }

    /// What it is called in a sentence.
    pub fn what(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Pattern => "pattern",
            Self::Group => "channel group",
            Self::UserId => "user id",
            Self::SubscribeKey => "subscribe key",
            Self::PublishKey => "publish key",
        }
    }
}

/// Why a name can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is empty, or nothing but blanks.
    #[error("the {what} is empty; {}", suggest_name(what))]
    Empty {
        /// "channel", "pattern", "channel group", "user id", "subscribe key" or "publish key".
        what: &'static str,
    },
    /// The name has more characters than are allowed.
    #[error("the {what} has {length} characters; {} allows {most}", name_limiter(*.most))]
    TooLong {
        /// What was named, as in `Empty`.
        what: &'static str,
        /// Its characters.
        length: usize,
        /// The most that it may have.
        most: usize,
    },
    /// The name holds a character that PubNub forbids, or that would change the path of a request.
    #[error("the {what} `{name}` holds {bad}, which PubNub does not allow there{hint}")]
    Forbidden {
        /// What was named, as in `Empty`.
        what: &'static str,
        /// The name, made safe to show.
        name: String,
        /// The character, described.
        bad: String,
        /// What to try, or nothing.
        hint: &'static str,
    },
    /// The name is `.` or `..`, which URL libraries remove from a path.
    #[error("the {what} `{name}` can't be sent in a URL; choose another name")]
    Dots {
        /// What was named, as in `Empty`.
        what: &'static str,
        /// The name.
        name: String,
    },
}

/// Whose limit it is.
fn name_limiter(most: usize) -> &'static str {
    if most == super::rules::LONGEST_NAME { "PubNub" } else { "this service" }
}

/// What to try where a name is empty.
fn suggest_name(what: &str) -> &'static str {
    match what {
        "channel" => "give it a name such as `lobby`",
        "pattern" => "give it a name before the star, as in `match.*`",
        "channel group" => "give it a name such as `vips`",
        "user id" => "give one such as `ann`",
        _ => "copy it from PubNub's Admin Portal",
    }
}

pub(super) fn describe_character(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}
