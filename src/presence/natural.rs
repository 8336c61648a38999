//! The order in which people look for names: without regard to case, and numbers by what they count.

use std::cmp::Ordering;

/// Compare two names: `zoe` stands beside `Zoe`, `user2` before `user10`. Names that differ in nothing else are compared
/// byte by byte, so that only equal ones are equal. Nothing is allocated.
pub fn compare_names(one: &str, other: &str) -> Ordering {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    let same = count_same(a, b);
    let (Some(&x), Some(&y)) = (a.get(same), b.get(same)) else {
        // Whatever follows a name makes it greater: a number grows with its digits.
        return a.len().cmp(&b.len());
    };
    compare_at_once(x, y, &a[same..], &b[same..]).unwrap_or_else(|| {
        // What differs may be within a number, or within a character.
        let mut start = same;
        while start > 0 && (a[start - 1].is_ascii_digit() || !one.is_char_boundary(start)) {
            start -= 1;
        }
        NameParts(&one[start..]).cmp(NameParts(&other[start..])).then_with(|| a.cmp(b))
    })
}

/// The order of most names, as the bytes tell it in which they begin to differ: of two letters in ASCII, or of two
/// numbers with as many digits. A list of a million is sought and sorted by this.
fn compare_at_once(x: u8, y: u8, a: &[u8], b: &[u8]) -> Option<Ordering> {
    let count_digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match (x.is_ascii_digit(), y.is_ascii_digit()) {
        (true, true) => (count_digits(a) == count_digits(b)).then(|| x.cmp(&y)),
        (false, false) if x.is_ascii() && y.is_ascii() => {
            Some(x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase())).filter(|order| order.is_ne())
        }
        _ => None,
    }
}

/// The number of bytes that both begin with.
fn count_same(a: &[u8], b: &[u8]) -> usize {
    let ((words, _), (others, _)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (place, (word, other)) in words.iter().zip(others).enumerate() {
        let differing = u64::from_le_bytes(*word) ^ u64::from_le_bytes(*other);
        if differing != 0 {
            return place * 8 + (differing.trailing_zeros() / 8) as usize;
        }
    }
    let counted = words.len().min(others.len()) * 8;
    counted + a[counted..].iter().zip(&b[counted..]).take_while(|(a, b)| a == b).count()
}

/// A character in lower case, or a number by how many digits it has, and by these. A number stands where digits do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct NamePart<'a> {
    folded: [char; 3],
    digits: usize,
    number: &'a str,
}

/// The parts of a text.
struct NameParts<'a>(&'a str);

impl<'a> Iterator for NameParts<'a> {
    type Item = NamePart<'a>;

    fn next(&mut self) -> Option<NamePart<'a>> {
        let first = self.0.chars().next()?;
        if first.is_ascii_digit() {
            let end = self.0.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.0.len());
            let number = self.0[..end].trim_start_matches('0');
            self.0 = &self.0[end..];
            return Some(NamePart { folded: ['0', '\0', '\0'], digits: number.len(), number });
        }
        self.0 = &self.0[first.len_utf8()..];
        let mut folded = ['\0'; 3];
        if first.is_ascii() {
            folded[0] = first.to_ascii_lowercase();
        } else {
            folded.iter_mut().zip(first.to_lowercase()).for_each(|(to, lower)| *to = lower);
        }
        Some(NamePart { folded, digits: 0, number: "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f57_names_stand_where_people_look_for_them() {
        let sorted = [
            "agent 007",
            "agent 7",
            "agent 8",
            "Aiko",
            "aiko",
            "aiko2",
            "AIKO10",
            "o'brien",
            "O'Brien2",
            "O'Brien10",
            "u",
            "u01",
            "u1",
            "u2",
            "u2b",
            "u10",
            "u10x2",
            "u10x10",
            "Zoe",
            "zoe",
            "zoë",
            "ÄNNE",
            "änne2",
            "änne10",
            "さくら",
            "林芳",
        ];
        let mut names = sorted;
        names.sort_by(|one, other| compare_names(one, other));
        assert_eq!(names.map(str::to_lowercase), sorted.map(str::to_lowercase));
        assert_eq!(compare_names("user9", "user10"), Ordering::Less);
        assert_eq!(compare_names("Zoe", "zoe"), Ordering::Less, "only then byte by byte");
    }

    proptest::proptest! {
        #[test]
        fn f57_the_order_is_total(all in proptest::array::uniform3("[aAbÄä0-3_]{0,6}"), before in "[aA0-1]{0,9}") {
            let [a, b, c] = all.each_ref().map(String::as_str);
            proptest::prop_assert_eq!(compare_names(a, b), compare_names(b, a).reverse());
            proptest::prop_assert_eq!(compare_names(a, b) == Ordering::Equal, a == b);
            let ordered = |one, other| compare_names(one, other) != Ordering::Greater;
            proptest::prop_assert!(!ordered(a, b) || !ordered(b, c) || ordered(a, c));
            // It is that of the parts, wherever the names begin to differ.
            let [a, b] = [a, b].map(|name| format!("{before}{name}"));
            let (a, b) = (a.as_str(), b.as_str());
            let by_parts = NameParts(a).cmp(NameParts(b)).then_with(|| a.cmp(b));
            proptest::prop_assert_eq!(compare_names(a, b), by_parts);
        }
    }
}
