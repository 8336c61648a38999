//! Fuzzy finding: letters in order, with other letters between them.

use super::fold_case::fold_case;

/// Longer texts are not scored letter by letter.
const SCORED: usize = 512;

/// For every letter found.
const FOUND: u32 = 1;

/// For a letter right behind the one before it.
const TOGETHER: u32 = 4;

/// For a letter that begins a word.
const BEGINS: u32 = 3;

/// For the very first letter.
const FIRST: u32 = 2;

/// Whether the letters of `needle` stand in `hay` in this order, in either case.
pub(super) fn has_in_order(mut needle: impl Iterator<Item = char>, hay: &str) -> bool {
    let mut hay = fold_case(hay);
    needle.all(|letter| hay.any(|other| other == letter))
}

/// How well `hay` fits what somebody typed: `None` unless all letters of `needle` stand in it in this
/// order, in either case; the more the better. Letters together and letters that begin a word count
/// more; a needle without letters fits everything with 0. Texts over 512 letters get one point a
/// letter, wherever they stand. Time: the product of both lengths, at most.
pub fn fuzzy(needle: &str, hay: &str) -> Option<u32> {
    if !has_in_order(fold_case(needle), hay) {
        return None;
    }
    let needle: Vec<char> = fold_case(needle).collect();
    let hay = score_letters(hay);
    if hay.len() > SCORED || needle.is_empty() {
        return Some(u32::try_from(needle.len()).unwrap_or(u32::MAX));
    }
    // For each place: the best score with the letter before there, if it can be there.
    let mut best: Vec<Option<u32>> = Vec::new();
    for (nth, letter) in needle.iter().enumerate() {
        let mut anywhere_before = None;
        let mut next = vec![None; hay.len()];
        for (at, (other, worth)) in hay.iter().enumerate() {
            let beside = at.checked_sub(1).and_then(|left| best.get(left).copied().flatten());
            let before = if nth == 0 { Some(0) } else { anywhere_before.max(beside.map(|score| score + TOGETHER)) };
            if other == letter {
                next[at] = before.map(|score| score + FOUND + worth);
            }
            anywhere_before = anywhere_before.max(beside);
        }
        best = next;
    }
    best.into_iter().flatten().max()
}

/// The folded letters, and what each is worth by where it stands.
fn score_letters(hay: &str) -> Vec<(char, u32)> {
    let mut before = None;
    let mut letters = Vec::with_capacity(hay.len());
    for letter in hay.chars().take(SCORED + 1) {
        let begins = match before {
            None => BEGINS + FIRST,
            Some(before) if !char::is_alphanumeric(before) && letter.is_alphanumeric() => BEGINS,
            Some(before) if char::is_lowercase(before) && letter.is_uppercase() => BEGINS,
            Some(_) => 0,
        };
        before = Some(letter);
        letters.extend(letter.to_lowercase().map(|letter| (letter, begins)));
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_better_scores_higher() {
        let table = [
            ("lob", ["lobby", "slobby", "l-o-b", "hello bob"]),
            ("rs", ["resync", "Close resync", "cursor", "persist"]),
            ("gl", ["go to lobby", "get long", "goal", "toggle"]),
        ];
        for (needle, hays) in table {
            let scores = hays.map(|hay| fuzzy(needle, hay));
            assert!(scores.iter().all(Option::is_some), "{needle}: {scores:?}");
            assert!(scores[0] >= scores[1..].iter().copied().max().flatten(), "{needle}: {scores:?}");
        }
        assert_eq!(fuzzy("", "x"), Some(0));
        assert_eq!(fuzzy("x", ""), None);
        assert_eq!(fuzzy("ba", "ab"), None);
        assert_eq!(fuzzy("ÄB", "häbt"), Some(1 + 1 + TOGETHER));
        assert_eq!(fuzzy("aa", &"a".repeat(SCORED + 1)), Some(2));
    }

    proptest::proptest! {
        #[test]
        fn a_score_is_there_if_and_only_if_the_letters_are(needle in "[abAB]{0,4}", hay in "[abAB -]{0,12}") {
            let lower = hay.to_lowercase();
            let mut from = 0;
            let found = needle.to_lowercase().chars().all(|letter| {
                let at = lower[from..].find(letter);
                from += at.unwrap_or_default() + 1;
                at.is_some()
            });
            proptest::prop_assert_eq!(fuzzy(&needle, &hay).is_some(), found);
        }
    }
}
