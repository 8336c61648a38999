//! A number of bytes as people write it.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use crate::presence::sanitize;

/// How many bytes: `1GiB`, `512MiB`, `64 KiB`, or a bare number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub usize);

/// What is not a number of bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number of bytes; write 1GiB, 512MiB or 1000000")]
pub struct BadByteSize(String);

const UNITS: &[(&str, u32)] = &[("gib", 30), ("mib", 20), ("kib", 10), ("b", 0), ("", 0)];

impl FromStr for ByteSize {
    type Err = BadByteSize;

    fn from_str(text: &str) -> Result<Self, BadByteSize> {
        let bad = || BadByteSize(sanitize(&crate::wording::excerpt(text, 40)).into_owned());
        let digits = text.trim().find(|c: char| !c.is_ascii_digit()).unwrap_or(text.trim().len());
        let (number, unit) = text.trim().split_at(digits);
        let unit = unit.trim_start();
        let (_, shift) = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name)).ok_or_else(bad)?;
        let number: usize = number.parse().map_err(|_| bad())?;
        number.checked_mul(1 << shift).map(Self).ok_or_else(bad)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(name, shift)| !name.is_empty() && self.0.is_multiple_of(1 << shift));
        match unit.filter(|_| self.0 > 0) {
            Some(("gib", shift)) => write!(f, "{}GiB", self.0 >> shift),
            Some(("mib", shift)) => write!(f, "{}MiB", self.0 >> shift),
            Some(("kib", shift)) => write!(f, "{}KiB", self.0 >> shift),
            _ => write!(f, "{}", self.0),
        }
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a number of bytes such as \"512MiB\" or 1000000")]
        enum WrittenSize {
            Text(String),
            Number(usize),
        }
        match WrittenSize::deserialize(deserializer)? {
            WrittenSize::Text(text) => text.parse().map_err(serde::de::Error::custom),
            WrittenSize::Number(bytes) => Ok(Self(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        for (text, bytes) in [("1GiB", 1 << 30), ("512MiB", 512 << 20), ("64 kib", 64 << 10), ("1000", 1000), ("7B", 7)]
        {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
            assert_eq!(ByteSize(bytes).to_string().parse(), Ok(ByteSize(bytes)), "{text}");
        }
        assert_eq!(ByteSize(1536 << 20).to_string(), "1536MiB");
        for bad in ["", "GiB", "1.5GiB", "-1", "1MB", "99999999999GiB", "1 2"] {
            let why = bad.parse::<ByteSize>().unwrap_err().to_string();
            assert!(why.contains("write 1GiB, 512MiB or 1000000"), "{why}");
        }
    }
}
