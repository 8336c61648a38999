//! Decimal numbers of any length, compared exactly: user states hold ids of thirty digits and prices such as 1.10,
//! which floats would round.

use std::cmp::Ordering;

/// A decimal number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// The digits without zeros at either end; none for zero.
    digits: Vec<u8>,
    /// The place of the decimal point: it stands so many digits after the first one's start.
    point: i64,
}

impl Decimal {
    /// The number that a text stands for, as JSON writes it or with a sign in front; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let end = digits.iter().rposition(|digit| *digit != b'0').map_or(zeros, |last| last + 1);
        digits.truncate(end);
        digits.drain(..zeros.min(end));
        if digits.is_empty() {
            return Some(Self { negative: false, digits, point: 0 });
        }
        let point =
            exponent.saturating_add(i64::try_from(whole.len()).ok()?).saturating_sub(i64::try_from(zeros).ok()?);
        Some(Self { negative, digits, point })
    }

    /// -1, 0 or 1.
    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

/// An exponent beyond 64 bits counts as the largest one: no number in use comes near it.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        self.sign().cmp(&other.sign()).then_with(|| match self.sign() {
            0 => Ordering::Equal,
            1 => size(),
            _ => size().reverse(),
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_to_the_last_digit() {
        let order = |a: &str, b: &str| Decimal::parse(a).unwrap().cmp(&Decimal::parse(b).unwrap());
        for (a, b) in [("1.10", "1.1"), ("4.0", "4"), ("-0", "0e9"), ("1e2", "100"), ("0.05e1", "5e-1"), ("+7", "7")] {
            assert_eq!(order(a, b), Ordering::Equal, "{a} {b}");
        }
        for (a, b) in [
            ("9007199254740992", "9007199254740993"),
            ("123456789012345678901234567890", "123456789012345678901234567891"),
            ("-2", "-1"),
            ("-1", "0"),
            ("0", "1e-400"),
            ("9", "10"),
            ("0.09", "0.1"),
            ("1e400", "1e401"),
            ("-1e99999999999999999999", "1"),
        ] {
            assert_eq!((order(a, b), order(b, a)), (Ordering::Less, Ordering::Greater), "{a} {b}");
        }
        for none in ["", "-", ".", "1.2.3", "1e", "e5", "0x1", "inf", "NaN", "1_000", "--1", "1e+"] {
            assert_eq!(Decimal::parse(none), None, "{none}");
        }
    }

    proptest::proptest! {
        #[test]
        fn short_numbers_stand_as_their_floats_do(a in -9_999_999i64..9_999_999, b in -9_999_999i64..9_999_999, places in 0usize..6) {
            let text = |number: i64| {
                let sign = if number < 0 { "-" } else { "" };
                let digits = format!("{:08}", number.unsigned_abs());
                format!("{sign}{}.{}", &digits[..8 - places], &digits[8 - places..])
            };
            proptest::prop_assert_eq!(Decimal::parse(&text(a)).unwrap().cmp(&Decimal::parse(&text(b)).unwrap()), a.cmp(&b));
        }
    }
}
