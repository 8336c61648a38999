//! The pattern of a `LIKE`: `*` stands for any text, upper and lower case are the same.

/// A pattern, cut at its stars. It is matched in one pass over the text, whatever either holds: the
/// ends first, then every middle piece at its first place, which leaves the most for those after it.
#[derive(Debug)]
pub(super) struct LikePattern {
    first: Vec<char>,
    middle: Vec<LikePiece>,
    /// `None` without a star: then `first` is all.
    last: Option<Vec<char>>,
}

/// A piece between two stars; never empty.
#[derive(Debug)]
struct LikePiece {
    letters: Vec<char>,
    /// For each letter: if the next one does not fit, so many letters of the piece still do.
    still_fit: Vec<usize>,
}

fn fold_case(text: &str) -> impl DoubleEndedIterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

impl LikePattern {
    pub fn new(pattern: &str) -> Self {
        let mut pieces = pattern.split('*').map(|piece| fold_case(piece).collect::<Vec<char>>());
        let first = pieces.next().unwrap_or_default();
        let last = pieces.next_back();
        let middle = pieces.filter(|letters| !letters.is_empty()).map(LikePiece::new).collect();
        Self { first, middle, last }
    }

    pub fn matches(&self, text: &str) -> bool {
        let mut rest = fold_case(text);
        if !self.first.iter().all(|letter| rest.next() == Some(*letter)) {
            return false;
        }
        let Some(last) = &self.last else { return rest.next().is_none() };
        last.iter().rev().all(|letter| rest.next_back() == Some(*letter))
            && self.middle.iter().all(|piece| piece.is_found(&mut rest))
    }
}

impl LikePiece {
    fn new(letters: Vec<char>) -> Self {
        let mut still_fit = vec![0; letters.len()];
        let mut fit = 0;
        for at in 1..letters.len() {
            while fit > 0 && letters[fit] != letters[at] {
                fit = still_fit[fit - 1];
            }
            fit += usize::from(letters[fit] == letters[at]);
            still_fit[at] = fit;
        }
        Self { letters, still_fit }
    }

    /// Whether the piece comes in `rest`, which is left behind its first place.
    fn is_found(&self, rest: &mut impl Iterator<Item = char>) -> bool {
        let mut fit = 0;
        for letter in rest {
            while fit > 0 && self.letters[fit] != letter {
                fit = self.still_fit[fit - 1];
            }
            fit += usize::from(self.letters[fit] == letter);
            if fit == self.letters.len() {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let table = [
            ("bot-*", "bot-", true),
            ("bot-*", "Bot-7", true),
            ("bot-*", "robot-7", false),
            ("*bot", "robot", true),
            ("*bot", "robots", false),
            ("*o*o*", "rabbot", false),
            ("*o*o*", "robot", true),
            ("ab*ba", "aba", false),
            ("ab*ba", "abba", true),
            ("*abab*", "xaabababx", true),
            ("*aabaa*b", "aabaabaabaab", true),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("a**b", "ab", true),
            ("GRÜSSE*", "grüsse aus İzmir", true),
            ("*İzmir", "grüsse aus i̇zmir", true),
            ("?ot", "bot", false),
        ];
        for (pattern, text, matches) in table {
            assert_eq!(LikePattern::new(pattern).matches(text), matches, "{text:?} LIKE {pattern:?}");
        }
    }

    #[test]
    fn no_pattern_takes_long() {
        // Trying every place for every star would not end.
        let pattern = LikePattern::new(&"*a".repeat(1000));
        assert!(pattern.matches(&"a".repeat(100_000)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(100_000))));
        assert!(!LikePattern::new(&format!("*{}b*", "a".repeat(2000))).matches(&"a".repeat(1_000_000)));
    }

    /// Whether `pattern` matches, by trying everything.
    fn tried(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], text) => text.is_empty(),
            (['*', pattern @ ..], _) => (0..=text.len()).any(|skipped| tried(pattern, &text[skipped..])),
            ([wanted, pattern @ ..], [letter, text @ ..]) => wanted == letter && tried(pattern, text),
            (_, []) => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn it_finds_what_trying_everything_finds(pattern in "[ab*]{0,8}", text in "[ab]{0,12}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = tried(&letters(&pattern), &letters(&text));
            proptest::prop_assert_eq!(LikePattern::new(&pattern).matches(&text.to_uppercase()), expected);
        }

        #[test]
        fn a_text_is_like_itself(text in "[^*]*") {
            proptest::prop_assert!(LikePattern::new(&text).matches(&text));
        }
    }
}
