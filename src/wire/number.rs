//! Numbers as they were recorded: bare, or as text.

use serde::{Deserialize, Deserializer, de};

/// The largest whole number that every JSON reader keeps exactly.
const LARGEST: u64 = 1 << 53;

/// A whole number from 0 to 2^53, bare or in quotes. Anything else is an error, never a guess.
struct Loose(u64);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LooseVisitor;
        impl de::Visitor<'_> for LooseVisitor {
            type Value = Loose;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "a whole number from 0 to 2^53")
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Loose, E> {
                if n <= LARGEST { Ok(Loose(n)) } else { Err(E::invalid_value(de::Unexpected::Unsigned(n), &self)) }
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Loose, E> {
                match text.parse() {
                    Ok(n) if n <= LARGEST && text.bytes().all(|b| b.is_ascii_digit()) => Ok(Loose(n)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(&crate::wording::excerpt(text, 40)), &self)),
                }
            }
        }
        deserializer.deserialize_any(LooseVisitor)
    }
}

/// For a field that may be absent or null.
pub(super) fn parse_loose_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::<Loose>::deserialize(deserializer).map(|n| n.map(|n| n.0))
}
