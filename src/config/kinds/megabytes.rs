//! Amounts of memory.

use std::{fmt, str::FromStr};

use crate::{presence::sanitize, wording::excerpt};

/// An amount of memory in MB, of 1,048,576 bytes each: 0 to 65536.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Megabytes(pub u32);

/// The largest amount.
const MOST: u32 = 65_536;

impl Megabytes {
    /// The same in bytes.
    pub const fn bytes(self) -> usize {
        (self.0 as usize).saturating_mul(1 << 20)
    }
}

impl FromStr for Megabytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let number = text.strip_suffix("MB").or_else(|| text.strip_suffix("MiB")).unwrap_or(text);
        let number = number.trim_end().parse().ok().filter(|number| *number <= MOST);
        number.map(Self).ok_or_else(|| {
            let text = excerpt(text, 20);
            format!("`{}` is no amount of memory; write 0 to {MOST}, in MB, such as 64MB", sanitize(&text))
        })
    }
}

impl fmt::Display for Megabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}MB", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_written_in_megabytes() {
        for (text, wanted) in [("64MB", 64), ("64", 64), (" 8 MiB ", 8), ("0", 0), ("65536", 65_536)] {
            assert_eq!(text.parse(), Ok(Megabytes(wanted)), "{text}");
        }
        for text in ["", "MB", "-1", "65537", "1GB", "1.5MB"] {
            assert!(text.parse::<Megabytes>().is_err(), "{text}");
        }
        assert_eq!((Megabytes(64).to_string(), Megabytes(2).bytes()), ("64MB".to_owned(), 2_097_152));
    }
}
