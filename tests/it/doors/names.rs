//! What types and functions are called: one name for one type, and functions that can be found by their names.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Exception, hold, house,
    source::{Item, Source},
    words,
};

/// Names of types in more than one file today, and in how many. The same thing in two layers may share one.
const SHARED: &[(usize, &str)] = &[];

/// Percent of the functions whose name is one word. One word is enough where its
/// type says the rest, as in `Span::parse`, and too little where one looks for what a function does.
const ONE_WORD: usize = 50;

#[test]
fn a_name_is_that_of_one_type() {
    let mut files = BTreeMap::<_, BTreeSet<_>>::new();
    for source in &house().sources {
        for item in source.items() {
            if let Item::Type(name) = item {
                files.entry(name).or_default().insert(&source.path);
            }
        }
    }
    let found = files.into_iter().map(|(name, files)| (name, files.len())).collect();
    let exceptions = SHARED.iter().flat_map(|(count, names)| words(names).into_iter().map(|name| (name, *count, "")));
    hold(1, &found, &exceptions.collect::<Vec<Exception>>());
}

#[test]
fn few_functions_have_a_name_of_one_word() {
    let items: Vec<Item> = house().sources.iter().flat_map(Source::items).collect();
    let names = items.iter().filter_map(|item| match item {
        Item::Function { name, free: true, .. } => Some(name.trim_matches('_')),
        _ => None,
    });
    let (short, long): (Vec<&str>, Vec<&str>) = names.partition(|name| !name.contains('_'));
    let share = (short.len() * 100).div_ceil(short.len() + long.len());
    assert!(share <= ONE_WORD, "{share} % of the functions have a name of one word");
    assert!(share + 2 > ONE_WORD, "{share} % of the functions have a name of one word: lower the bound");
}
