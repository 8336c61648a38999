//! The rules for names, once, each with where it is known from and whom it binds. The verbs hold what a person types
//! against them, the service what a request names.

use super::{
    names::{NameError, NameKind, PNPRES, describe_character},
    rules::{LONGEST_LENIENT_NAME, LONGEST_NAME},
    sanitize,
};
use NameKind::{Channel, Group, Pattern, PublishKey, SubscribeKey, UserId};

/// Whom a rule binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binds {
    /// Whoever names it: PubNub refuses the name, and so do the verbs and the service.
    Everybody,
    /// A person who types it. Such a name can't be meant, or can't be sent as it is typed; a request that arrives with
    /// one is taken.
    Typed,
}

/// One rule for names.
#[derive(Debug)]
pub struct NameRule {
    /// What the rule demands, as a sentence tells it.
    pub demands: &'static str,
    /// The names that it is for.
    pub kinds: &'static [NameKind],
    /// Whom it binds.
    pub binds: Binds,
    /// Where it is known from, in the words of [`rules`](super::rules).
    pub source: &'static str,
    find_breach: fn(NameKind, &str) -> Option<NameError>,
}

const PLACES: &[NameKind] = &[Channel, Pattern, Group];
const KEYS: &[NameKind] = &[SubscribeKey, PublishKey];

/// Every rule. The first that a name breaks is the one that is told.
pub const NAME_RULES: &[NameRule] = &[
    NameRule {
        demands: "a name is not empty",
        kinds: &[Channel, Pattern, Group, UserId, SubscribeKey, PublishKey],
        binds: Binds::Everybody,
        source: "SDK source: every SDK refuses to send an empty one",
        find_breach: |kind, name| named_part(kind, name).is_empty().then_some(NameError::Empty { what: kind.what() }),
    },
    NameRule {
        demands: "a name is not only blanks",
        kinds: &[Channel, Pattern, Group, UserId, SubscribeKey, PublishKey],
        binds: Binds::Typed,
        source: "inferred: nobody means it",
        find_breach: |kind, name| {
            named_part(kind, name).trim().is_empty().then_some(NameError::Empty { what: kind.what() })
        },
    },
    NameRule {
        demands: "a name has at most 92 characters, `-pnpres` not counted",
        kinds: &[Channel, Pattern, Group, UserId],
        binds: Binds::Everybody,
        source: "documented: the guide to valid names, \"API Limits\"",
        find_breach: |kind, name| check_length(kind, name, LONGEST_NAME).err(),
    },
    NameRule {
        demands: "a key has at most 92 characters",
        kinds: KEYS,
        binds: Binds::Everybody,
        source: "inferred: keys have 42",
        find_breach: |kind, name| check_length(kind, name, LONGEST_NAME).err(),
    },
    NameRule {
        demands: "a name is neither `.` nor `..`",
        kinds: &[Channel, Pattern, Group, UserId, SubscribeKey, PublishKey],
        binds: Binds::Typed,
        source: "inferred: URL libraries remove them from a path",
        find_breach: |kind, name| {
            matches!(name, "." | "..").then(|| NameError::Dots { what: kind.what(), name: name.to_owned() })
        },
    },
    NameRule {
        demands: "the name of a place holds no control character",
        kinds: PLACES,
        binds: Binds::Everybody,
        source: "documented: the guide to valid names",
        find_breach: find_control,
    },
    NameRule {
        demands: "a user id or key that is typed holds no control character",
        kinds: &[UserId, SubscribeKey, PublishKey],
        binds: Binds::Typed,
        source: "inferred: a slip of the hand",
        find_breach: find_control,
    },
    NameRule {
        demands: "a place's name holds no comma",
        kinds: PLACES,
        binds: Binds::Everybody,
        source: "documented: the guide to valid names; SDK source (C-core): a publish to `,` is refused",
        find_breach: |kind, name| find_character(kind, name, &[',']),
    },
    NameRule {
        demands: "a place's name that is typed holds no slash",
        kinds: PLACES,
        binds: Binds::Typed,
        source: "documented: the guide to valid names; nobody recorded that it is refused",
        find_breach: |kind, name| find_character(kind, name, &['/']),
    },
    NameRule {
        demands: "a key holds nothing that changes the path of a request",
        kinds: KEYS,
        binds: Binds::Typed,
        source: "inferred",
        find_breach: |kind, name| find_character(kind, name, &[',', '/', '\\', ' ', '?', '#']),
    },
    NameRule {
        demands: "where a channel is asked for, none of its levels is a lone star",
        kinds: &[Channel],
        binds: Binds::Everybody,
        source: "documented: one can't publish to a pattern; recorded: other stars are taken",
        find_breach: |kind, name| {
            (NameKind::of_listened(name) == Pattern).then(|| forbid(kind, name, describe_character('*'), STAR_HINT))
        },
    },
    NameRule {
        demands: "a pattern's star is its last level",
        kinds: &[Pattern],
        binds: Binds::Everybody,
        source: "documented: \"Wildcard Subscribe\"",
        find_breach: |kind, name| {
            let (levels, _) = name.rsplit_once('.')?;
            let inside = NameKind::of_listened(levels) == Pattern || !name.ends_with(".*");
            inside.then(|| forbid(kind, name, "a star that is not at its end".to_owned(), STAR_HINT))
        },
    },
    NameRule {
        demands: "a pattern has at most three levels",
        kinds: &[Pattern],
        binds: Binds::Everybody,
        source: "documented: \"Wildcard Subscribe\"",
        find_breach: |kind, name| {
            (name.split('.').count() > MOST_LEVELS)
                .then(|| forbid(kind, name, "more than three levels".to_owned(), "; use `a.*` or `a.b.*`"))
        },
    },
    NameRule {
        demands: "a group's name holds no period",
        kinds: &[Group],
        binds: Binds::Everybody,
        source: "documented: \"Channel Groups\"",
        find_breach: |kind, name| find_character(kind, name, &['.']),
    },
    NameRule {
        demands: "a channel or group is typed without `-pnpres`",
        kinds: &[Channel, Group],
        binds: Binds::Typed,
        source: "inferred: its presence is watched anyway",
        find_breach: |kind, name| {
            let hint = match kind {
                Group => "; name the group itself, its presence is watched anyway",
                _ => "; name the channel itself, its presence is watched anyway",
            };
            name.ends_with(PNPRES).then(|| forbid(kind, name, format!("the suffix `{PNPRES}`"), hint))
        },
    },
];

/// Levels of a pattern, the star included.
const MOST_LEVELS: usize = 3;

const STAR_HINT: &str = "; a pattern ends in `.*`, as in `match.*`";

/// What PubNub's guide to valid names advises against, too. The service takes it, and there are such channels.
const DISCOURAGED: &[char] = &[':', '\\', ' '];

/// The name, without the star of a pattern.
fn named_part(kind: NameKind, name: &str) -> &str {
    match kind {
        Pattern => name.strip_suffix(".*").or(name.strip_suffix('*')).unwrap_or(name),
        _ => name,
    }
}

fn forbid(kind: NameKind, name: &str, bad: String, hint: &'static str) -> NameError {
    NameError::Forbidden { what: kind.what(), name: sanitize(name).into_owned(), bad, hint }
}

fn find_control(kind: NameKind, name: &str) -> Option<NameError> {
    let bad = name.chars().find(|c| c.is_control())?;
    Some(forbid(kind, name, describe_character(bad), ""))
}

fn find_character(kind: NameKind, name: &str, forbidden: &[char]) -> Option<NameError> {
    let bad = name.chars().find(|c| forbidden.contains(c))?;
    let hint = match bad {
        ',' | ' ' => "; give several channels as separate arguments",
        _ => "",
    };
    Some(forbid(kind, name, describe_character(bad), hint))
}

fn check_length(kind: NameKind, name: &str, most: usize) -> Result<(), NameError> {
    // No character takes less than a byte: what is short enough in bytes need not be counted.
    let length = if name.len() > most { name.chars().count() } else { name.len() };
    if length > most { Err(NameError::TooLong { what: kind.what(), length, most }) } else { Ok(()) }
}

/// Hold a name that a person typed against every rule for its kind.
pub(super) fn check_typed_name(kind: NameKind, name: &str) -> Result<(), NameError> {
    find_breach(kind, name, |_| true)
}

/// Hold a name of a request against the rules that PubNub holds it against. A presence twin is to be given without
/// its suffix.
///
/// # Errors
/// If PubNub refuses the name.
pub fn check_requested_name(kind: NameKind, name: &str) -> Result<(), NameError> {
    find_breach(kind, name, |rule| rule.binds == Binds::Everybody)
}

/// Hold a name of a request against the one rule that is left where all others are waived: its length, which bounds
/// what it costs.
///
/// # Errors
/// If it has more than 2,048 characters.
pub fn check_name_leniently(kind: NameKind, name: &str) -> Result<(), NameError> {
    check_length(kind, name, LONGEST_LENIENT_NAME)
}

fn find_breach(kind: NameKind, name: &str, counts: impl Fn(&NameRule) -> bool) -> Result<(), NameError> {
    let rules = NAME_RULES.iter().filter(|rule| rule.kinds.contains(&kind) && counts(rule));
    rules.map(|rule| rule.find_breach).find_map(|find| find(kind, name)).map_or(Ok(()), Err)
}

/// What a person should know about the name of a place that is taken all the same, if anything.
pub(super) fn advise(kind: NameKind, name: &str) -> Option<String> {
    let is_bad = |c: &char| DISCOURAGED.contains(c) || (*c == '*' && kind != Pattern);
    let bad = name.chars().find(is_bad)?;
    let hint = match bad {
        ' ' => "; several names are separate arguments",
        '*' if kind == Channel => STAR_HINT,
        _ => "",
    };
    let (name, bad) = (sanitize(name), describe_character(bad));
    Some(format!("the {} `{name}` holds {bad}, which PubNub advises against{hint}", kind.what()))
}

#[cfg(test)]
mod tests;
