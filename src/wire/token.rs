//! The tokens of Access Manager v3: what one grants, to whom, and for how long.

use std::collections::BTreeMap;

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use minicbor::{Decoder, data::Type};
use regex_lite::RegexBuilder;

use crate::presence::UserId;

/// Patterns that a token may hold for one kind of resource. PubNub names no number; its examples have one or two.
const MOST_PATTERNS: usize = 100;

/// Bytes that a pattern may take when it is compiled, in the steps in which this is tried.
const PATTERN_SIZES: [usize; 4] = [1 << 10, 2 << 10, 4 << 10, 8 << 10];

/// What looking names up in patterns may cost for one request: bytes of compiled patterns times bytes of names. Names
/// beyond it are not permitted. It is some 50 channels with names of 40 bytes against ten patterns of 2 KiB.
const MOST_WORK: usize = 40 << 20;

/// A permission that a presence or messaging request can need. Tokens also hold delete (8), create (16), get (32), update
/// (64) and join (128), which are for other requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Subscribe, heartbeat, here now, states. Bit 1.
    Read,
    /// Publish and signal. Bit 2.
    Write,
    /// The channels of a group. Bit 4.
    Manage,
}

impl Permission {
    fn bit(self) -> u64 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Manage => 4,
        }
    }
}

/// Permissions by name, or by a regular expression of names.
type Grants = BTreeMap<String, u64>;

/// What a token of Access Manager v3 says. Its signature is not checked: only who has the secret key of a keyset could.
///
/// A token is CBOR in URL-safe base64, and begins with `p0F2` or `qEF2`. The names of its members are byte strings:
///
/// ```text
/// {v: 2, t: 1568669568, ttl: 60, uuid: "ann",
///  res: {chan: {"lobby": 3}, grp: {"all": 5}, usr: {}, spc: {}, uuid: {}},
///  pat: {chan: {"^news-[a-z]*$": 1}, grp: {}, usr: {}, spc: {}, uuid: {}},
///  meta: {}, sig: h'…'}
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenGrants {
    issued: u64,
    minutes: u64,
    user: Option<UserId>,
    channels: Grants,
    groups: Grants,
    channel_patterns: Grants,
    group_patterns: Grants,
}

/// As URL-safe base64, with or without padding, and with whatever bits are left over at the end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl TokenGrants {
    /// Read a token; `None` if it is not one of Access Manager v3. No bytes make this panic, and it takes no more memory
    /// than a few times the token.
    pub fn parse(token: &str) -> Option<Self> {
        let cbor = BASE64.decode(token.replace('+', "-").replace('/', "_")).ok()?;
        let mut reader = Decoder::new(&cbor);
        let (mut grants, mut version) = (Self::default(), None);
        read_map(&mut reader, |reader, key| {
            match key {
                b"v" => version = Some(reader.u64().ok()?),
                b"t" => grants.issued = reader.u64().ok()?,
                b"ttl" => grants.minutes = reader.u64().ok()?,
                b"uuid" => grants.user = Some(UserId::from_wire(&read_text(reader)?)),
                b"res" => read_resources(reader, &mut grants.channels, &mut grants.groups)?,
                b"pat" => read_resources(reader, &mut grants.channel_patterns, &mut grants.group_patterns)?,
                _ => reader.skip().ok()?,
            }
            Some(())
        })?;
        let few = |patterns: &Grants| patterns.len() <= MOST_PATTERNS;
        let fits = few(&grants.channel_patterns) && few(&grants.group_patterns);
        (version == Some(2) && fits && reader.position() == cbor.len()).then_some(grants)
    }

    /// The second since 1970 from which on it is expired.
    pub fn expires(&self) -> u64 {
        self.issued.saturating_add(self.minutes.saturating_mul(60))
    }

    /// The only user who may use it; `None`: anybody.
    pub fn user(&self) -> Option<&UserId> {
        self.user.as_ref()
    }

    /// Those of these channels, patterns and presence twins, each a resource of its own, for which it does not grant the
    /// permission.
    pub fn missing_channels<'a>(&self, names: &[&'a str], needed: Permission) -> Vec<&'a str> {
        let lookup = Lookup::new(&self.channels, &self.channel_patterns, needed);
        lookup.list_missing(names, |name, permits| permits(name))
    }

    /// As [`missing_channels`](Self::missing_channels), for groups. A token may name a group with a colon before it.
    pub fn missing_groups<'a>(&self, names: &[&'a str], needed: Permission) -> Vec<&'a str> {
        let lookup = Lookup::new(&self.groups, &self.group_patterns, needed);
        lookup.list_missing(names, |name, permits| permits(name) || permits(&format!(":{name}")))
    }
}

/// Shows no name: a token is a secret, and what it says is a part of it.
impl std::fmt::Debug for TokenGrants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenGrants").field("expires", &self.expires()).finish_non_exhaustive()
    }
}

/// Resources and patterns of one kind, ready to be asked.
struct Lookup<'a> {
    named: &'a Grants,
    /// The compiled patterns that grant what is needed, with the bytes that they take at the most.
    patterns: Vec<(regex_lite::Regex, usize)>,
    needed: u64,
}

impl<'a> Lookup<'a> {
    fn new(named: &'a Grants, patterns: &Grants, needed: Permission) -> Self {
        let needed = needed.bit();
        let granting = patterns.iter().filter(|(_, granted)| *granted & needed != 0);
        Self { named, patterns: granting.filter_map(|(pattern, _)| compile(pattern)).collect(), needed }
    }

    fn list_missing<'n>(
        &self,
        names: &[&'n str],
        permitted: impl Fn(&str, &mut dyn FnMut(&str) -> bool) -> bool,
    ) -> Vec<&'n str> {
        let mut work = 0;
        let mut missing = names.to_vec();
        missing.retain(|name| !permitted(name, &mut |name| self.permits(name, &mut work)));
        missing
    }

    /// What is granted by name counts before what is granted by pattern.
    fn permits(&self, name: &str, work: &mut usize) -> bool {
        if let Some(granted) = self.named.get(name) {
            return granted & self.needed != 0;
        }
        self.patterns.iter().any(|(pattern, size)| {
            *work = work.saturating_add(size.saturating_mul(name.len()));
            *work <= MOST_WORK && pattern.is_match(name)
        })
    }
}

/// A pattern, and a bound for the bytes that it takes. One that is larger than any bound, or no regular expression,
/// matches nothing.
fn compile(pattern: &str) -> Option<(regex_lite::Regex, usize)> {
    let build = |size: usize| Some((RegexBuilder::new(pattern).size_limit(size).build().ok()?, size));
    PATTERN_SIZES.into_iter().find_map(build)
}

/// Read a map whose keys are names, as byte strings or text.
fn read_map<'b>(reader: &mut Decoder<'b>, mut take: impl FnMut(&mut Decoder<'b>, &[u8]) -> Option<()>) -> Option<()> {
    let length = reader.map().ok()?;
    let mut read = 0;
    loop {
        match length {
            Some(length) if read == length => return Some(()),
            None if reader.datatype().ok()? == Type::Break => {
                reader.set_position(reader.position() + 1);
                return Some(());
            }
            _ => {}
        }
        read += 1;
        let key = match reader.datatype().ok()? {
            Type::Bytes => reader.bytes().ok()?,
            _ => reader.str().ok()?.as_bytes(),
        };
        take(reader, key)?;
    }
}

fn read_text(reader: &mut Decoder<'_>) -> Option<String> {
    match reader.datatype().ok()? {
        Type::Bytes => String::from_utf8(reader.bytes().ok()?.to_vec()).ok(),
        _ => reader.str().ok().map(str::to_owned),
    }
}

/// Read the channels and groups of `res` or `pat`.
fn read_resources(reader: &mut Decoder<'_>, channels: &mut Grants, groups: &mut Grants) -> Option<()> {
    read_map(reader, |reader, kind| match kind {
        b"chan" => read_grants(reader, channels),
        b"grp" => read_grants(reader, groups),
        _ => reader.skip().ok(),
    })
}

fn read_grants(reader: &mut Decoder<'_>, grants: &mut Grants) -> Option<()> {
    read_map(reader, |reader, name| {
        grants.insert(std::str::from_utf8(name).ok()?.to_owned(), reader.u64().ok()?);
        Some(())
    })
}

#[cfg(test)]
mod tests;
