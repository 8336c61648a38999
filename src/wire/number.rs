//! Numbers as they come: bare, as text, or with a fraction of zeros. Digits are read one by one, and never go
//! through a floating-point number, which would round a timetoken.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// The largest whole number that every JSON reader keeps exactly.
pub(super) const LARGEST: u64 = 1 << 53;

/// More digits than this, behind the point or by an exponent, are no number that anybody means.
const MOST_DIGITS: usize = 64;

/// Read a whole number from 0 to `most`, bare or in quotes: `12`, `"12"`, `4.0` and `1.2e1` are whole, `4.5` is not.
/// `None` for anything else.
pub(super) fn read_whole(raw: &RawValue, most: u64) -> Option<u64> {
    let text = raw.get();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    parse_whole(text.trim_ascii()).filter(|number| *number <= most)
}

/// As JSON writes a number, if it is whole and not negative.
fn parse_whole(text: &str) -> Option<u64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !has_digits(whole) || !has_digits(fraction) || fraction.len() > MOST_DIGITS {
        return None;
    }
    let digits = format!("{whole}{}", fraction.trim_end_matches('0'));
    let scale = exponent.checked_sub(i32::try_from(fraction.trim_end_matches('0').len()).ok()?)?;
    if digits.bytes().all(|b| b == b'0') {
        return Some(0);
    }
    let digits = match usize::try_from(scale) {
        Ok(zeros) if zeros <= MOST_DIGITS => digits + &"0".repeat(zeros),
        Ok(_) => return None,
        Err(_) => {
            let (kept, cut) = digits.split_at_checked(digits.len().checked_sub(scale.unsigned_abs() as usize)?)?;
            cut.bytes().all(|b| b == b'0').then(|| kept.to_owned())?
        }
    };
    digits.parse().ok()
}

/// A whole number from 0 to `MOST`, bare or in quotes. What is written in another way is an error, so that the whole
/// is read again with [`read_whole`].
struct Loose<const MOST: u64>(u64);

impl<'de, const MOST: u64> Deserialize<'de> for Loose<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LooseVisitor<const MOST: u64>;
        impl<const MOST: u64> de::Visitor<'_> for LooseVisitor<MOST> {
            type Value = Loose<MOST>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "a whole number from 0 to {MOST}")
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Loose<MOST>, E> {
                if n <= MOST { Ok(Loose(n)) } else { Err(E::invalid_value(de::Unexpected::Unsigned(n), &self)) }
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Loose<MOST>, E> {
                match text.parse() {
                    Ok(n) if n <= MOST && text.bytes().all(|b| b.is_ascii_digit()) => Ok(Loose(n)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(&crate::wording::excerpt(text, 40)), &self)),
                }
            }
        }
        deserializer.deserialize_any(LooseVisitor)
    }
}

/// For a count that may be absent or null.
pub(super) fn parse_loose_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::<Loose<LARGEST>>::deserialize(deserializer).map(|n| n.map(|n| n.0))
}

/// For a timetoken, which has more digits than a floating-point number keeps.
pub(super) fn parse_loose_timetoken<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Loose::<{ u64::MAX }>::deserialize(deserializer).map(|n| n.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_however_they_are_written_and_exactly() {
        let read = |text: &str| read_whole(&RawValue::from_string(text.to_owned()).unwrap(), u64::MAX);
        for (text, number) in [
            ("0", 0),
            ("12", 12),
            ("\"12\"", 12),
            ("\" 12 \"", 12),
            ("4.0", 4),
            ("\"4.00\"", 4),
            ("1.2e1", 12),
            ("1e3", 1000),
            ("0e400", 0),
            ("120e-1", 12),
            ("17906055405649323.0", 17_906_055_405_649_323),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(read(text), Some(number), "{text}");
        }
        for text in ["-1", "4.5", "1e400", "1e-1", "\"\"", "\"x\"", "\"+5\"", "\"1 2\"", "null", "true", "[1]"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("0.{}1", "0".repeat(100))), None);
        let beyond = RawValue::from_string("9007199254740993".to_owned()).unwrap();
        assert_eq!((read_whole(&beyond, LARGEST), read("18446744073709551616")), (None, None));
    }
}
