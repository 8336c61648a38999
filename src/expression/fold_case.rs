//! Comparing in either case.

/// Lower case, letter by letter, so that no letter depends on its neighbours.
pub(super) fn fold_case(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}
