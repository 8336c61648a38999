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
    // As nearly all are written.
    let plain = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    plain.or_else(|| parse_whole(text.trim_ascii())).filter(|number| *number <= most)
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

/// For a count that may be absent or null; an error for what is no whole number.
pub(super) fn parse_loose_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let raw: Option<&'de RawValue> = Option::deserialize(deserializer)?;
    raw.map(|raw| read_whole(raw, LARGEST).ok_or_else(|| de::Error::custom("no whole number from 0 to 2^53")))
        .transpose()
}

/// For a timetoken, which has more digits than a floating-point number keeps.
pub(super) fn parse_loose_timetoken<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
    read_whole(raw, u64::MAX).ok_or_else(|| de::Error::custom("no timetoken"))
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
