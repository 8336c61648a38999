//! What types and functions are called: one name for one type, and functions that can be found by their names.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    hold, house,
    source::{Item, Source},
    words,
};

/// Percent of the functions whose name is one word. One word is enough where its
/// type says the rest, as in `Span::parse`, and too little where one looks for what a function does.
const ONE_WORD: usize = 32;

/// Participles that don't end in "ed".
const IRREGULAR: &str = "begun drawn found given gone heard held hidden kept known lost made said seen sent shown sought \
                         taken told unread unwritten wanted written";

/// Functions that others name: this one is a method of `tracing`'s `Filter`.
const NAMED_ELSEWHERE: &str = "enabled";

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
    hold(1, &found, &[]);
}

/// `sent()` can be read as "has it been sent?", "send it" and "what was sent"; `count_sent()` can't.
#[test]
fn no_name_of_a_function_is_a_participle() {
    let is_participle = |name: &str| {
        let regular = name.ends_with("ed") && !name.ends_with("eed") && !name.contains('_');
        regular || words(IRREGULAR).contains(&name)
    };
    let items: Vec<Item> = house().sources.iter().flat_map(Source::items).collect();
    let found: Vec<&str> = items
        .iter()
        .filter_map(|item| if let Item::Function { name, .. } = item { Some(name.as_str()) } else { None })
        .filter(|name| is_participle(name) && !words(NAMED_ELSEWHERE).contains(name))
        .collect();
    assert!(found.is_empty(), "name these by a verb, or by what they return: {found:?}");
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
