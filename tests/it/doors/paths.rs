//! What each file names, and the file where that is defined.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, Token, measure_block};

/// A path in the code: `["crate", "model", "Model"]`, or `["tokio", "time", "sleep"]`.
pub struct Named {
    pub path: Vec<String>,
    /// What a `use` calls it.
    alias: Option<String>,
    /// Not so from a `pub use` of which the file itself makes no use.
    used: bool,
}

/// All files, and what they name.
pub struct Crate {
    pub sources: Vec<Source>,
    /// For each file.
    pub names: Vec<Vec<Named>>,
    by_module: BTreeMap<Vec<String>, usize>,
}

impl Crate {
    pub fn new(sources: Vec<Source>) -> Self {
        let by_module = sources.iter().enumerate().map(|(at, source)| (source.module.clone(), at)).collect();
        let mut read = Self { sources, names: Vec::new(), by_module };
        for at in 0..read.sources.len() {
            let mut names = Vec::new();
            read.find_names(&read.sources[at].module, &read.sources[at].tokens, &mut names);
            read.names.push(names);
        }
        read
    }

    /// Every room, and those that it names.
    pub fn rooms(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut rooms = BTreeMap::<_, BTreeSet<_>>::new();
        for (source, names) in self.sources.iter().zip(&self.names).filter(|(source, _)| source.path != "lib.rs") {
            let ours = names.iter().filter(|named| named.path[0] == "crate" && named.path.len() > 1);
            let others = ours.map(|named| named.path[1].as_str()).filter(|room| *room != source.room());
            rooms.entry(source.room()).or_default().extend(others);
        }
        rooms
    }

    fn find_names(&self, module: &[String], tokens: &[Token], names: &mut Vec<Named>) {
        let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
        let is_word = |at: usize| text(at).starts_with(|c: char| c.is_alphabetic() || c == '_');
        let mut at = 0;
        while at < tokens.len() {
            let before = at.checked_sub(1).map_or("", text);
            let start = at;
            at += 1;
            if text(start) == "mod" && text(start + 2) == "{" {
                let end = start + 2 + measure_block(&tokens[start + 2..]);
                let inner = [module, &[text(start + 1).to_owned()]].concat();
                self.find_names(&inner, &tokens[start + 3..end], names);
                at = end;
            } else if text(start) == "use" && text(at) != "<" {
                at = (at..tokens.len()).find(|at| text(*at) == ";").unwrap_or(at);
                let handed_on = ["pub", ")"].contains(&before);
                for (path, alias) in expand_use(&tokens[start + 1..at], &[]) {
                    let used = !handed_on || mentions(&tokens[..start], &alias) || mentions(&tokens[at..], &alias);
                    names.push(Named { path: self.absolute(module, path), alias: Some(alias), used });
                }
            } else if before != "::" && is_word(start) && text(at) == "::" {
                while text(at) == "::" && is_word(at + 1) {
                    at += 2;
                }
                let path = tokens[start..at].iter().step_by(2).map(|token| token.text.clone()).collect();
                names.push(Named { path: self.absolute(module, path), alias: None, used: true });
            }
        }
    }

    /// A path as it is written in a module, from the root of whichever crate it is in.
    fn absolute(&self, module: &[String], path: Vec<String>) -> Vec<String> {
        let supers = path.iter().take_while(|word| *word == "super").count();
        let base = match path[0].as_str() {
            "crate" | "herenow" => &[],
            "self" => module,
            "super" => &module[..module.len().saturating_sub(supers)],
            child if self.by_module.contains_key(&[module, &[child.to_owned()]].concat()) => module,
            _ => return path,
        };
        let prefixes = ["crate", "herenow", "self", "super"];
        let rest = path.into_iter().skip_while(|word| prefixes.contains(&word.as_str()));
        ["crate".to_owned()].into_iter().chain(base.iter().cloned()).chain(rest).collect()
    }

    /// The file where what is named is defined, behind whatever hands it on.
    fn find_file(&self, path: &[String]) -> Option<usize> {
        let path = path.strip_prefix(&["crate".to_owned()])?;
        let length = (0..=path.len()).rev().find(|length| self.by_module.contains_key(&path[..*length]))?;
        let at = self.by_module[&path[..length]];
        // A module inside the file may use what the file itself defines.
        let is_own = |named: &Named| named.path[1..] == path[..(length + 1).min(path.len())];
        let handed_on = self.names[at]
            .iter()
            .find(|named| named.alias.is_some() && named.alias.as_ref() == path.get(length) && !is_own(named));
        handed_on.map_or(Some(at), |named| self.find_file(&[&named.path[..], &path[length + 1..]].concat()))
    }

    /// The files that a file makes use of.
    fn find_used(&self, at: usize) -> impl Iterator<Item = usize> {
        let used = self.names[at].iter().filter(|named| named.used);
        used.filter_map(|named| self.find_file(&named.path)).filter(move |file| *file != at)
    }

    /// The circles within a room: files that use, some through others, each other.
    pub fn find_circles(&self, room: &str) -> BTreeSet<Vec<&str>> {
        let files: Vec<usize> = (0..self.sources.len()).filter(|at| self.sources[*at].room() == room).collect();
        let used: BTreeMap<usize, BTreeSet<usize>> =
            files.iter().map(|at| (*at, self.find_used(*at).collect())).collect();
        let reach = |from: usize| {
            let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
            while let Some(at) = open.pop() {
                open.extend(used[&at].iter().filter(|file| used.contains_key(file) && reached.insert(**file)));
            }
            reached
        };
        let reached: BTreeMap<usize, BTreeSet<usize>> = files.iter().map(|at| (*at, reach(*at))).collect();
        let circle = |at: &usize| {
            let mutual = reached[at].iter().filter(|other| reached[other].contains(at));
            mutual.map(|other| self.sources[*other].path.as_str()).collect::<Vec<_>>()
        };
        files.iter().map(circle).filter(|circle| !circle.is_empty()).collect()
    }
}

/// Whether a name stands there, other than as that of a module that is declared or handed on from.
fn mentions(tokens: &[Token], name: &str) -> bool {
    tokens.windows(2).any(|two| !["mod", "use"].contains(&two[0].text.as_str()) && two[1].text == name)
}

/// Each path of the tree behind a `use`, and what it is called from there on.
fn expand_use(tokens: &[Token], parent: &[String]) -> Vec<(Vec<String>, String)> {
    let mut paths = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let mut end = 0;
        while end < rest.len() && rest[end].text != "," {
            end += measure_block(&rest[end..]);
        }
        let branch = &rest[..end];
        let open = branch.iter().position(|token| token.text == "{");
        let words = branch[..open.unwrap_or(end)].iter().map(|token| token.text.as_str());
        let words: Vec<&str> = words.filter(|word| !["::", "*"].contains(word)).collect();
        let named = words.iter().position(|word| *word == "as").unwrap_or(words.len());
        let mut path = [parent, &words[..named].iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()].concat();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        match (open, path.last()) {
            (Some(open), _) => paths.extend(expand_use(&branch[open + 1..end - 1], &path)),
            (None, Some(last)) => {
                let alias = words.get(named + 1).map_or_else(|| last.clone(), |alias| (*alias).to_owned());
                paths.push((path, alias));
            }
            (None, None) => {}
        }
        rest = &rest[(end + 1).min(rest.len())..];
    }
    paths
}

#[cfg(test)]
fn read(files: &[(&str, &str)]) -> Crate {
    Crate::new(files.iter().map(|(path, text)| Source::new(path, text)).collect())
}

#[test]
fn paths_are_read_from_the_root_of_their_crate() {
    let inner = "
        use std::{fmt::{self, Write as _}, io};
        use super::{super::b::C, d::{self, E as F},};
        use child::Small;
        mod inline { pub(super) use super::super::super::g::H; }
        fn f(it: impl Iterator<Item = crate::i::J>) -> impl Fn() + use<'_> { self::k(); tokio::time::sleep(fmt::Error) }
    ";
    let read = read(&[("a/mod.rs", ""), ("a/inner/mod.rs", inner), ("a/inner/child.rs", ""), ("b.rs", "")]);
    let found: Vec<String> = read.names[1].iter().map(|named| named.path.join("::")).collect();
    let expected = "std::fmt std::fmt::Write std::io crate::b::C crate::a::d crate::a::d::E \
        crate::a::inner::child::Small crate::g::H crate::i::J crate::a::inner::k tokio::time::sleep fmt::Error";
    assert_eq!(found, expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!(read.rooms()["a"], BTreeSet::from(["b", "g", "i"]));
}

#[test]
fn circles_are_found_behind_what_hands_on() {
    let front = "mod one; mod two; mod three; pub use one::One; pub use two::Two; pub use three::Three;";
    let (one, two, three) = ("use super::Two; pub struct One;", "pub struct Two(super::Three);", "pub struct Three;");
    let all = |three: &str| {
        let read = read(&[("a/mod.rs", front), ("a/one.rs", one), ("a/three.rs", three), ("a/two.rs", two)]);
        read.find_circles("a").into_iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(all(three), [""; 0]);
    assert_eq!(all("use crate::a::One; pub struct Three;"), ["a/one.rs a/three.rs a/two.rs"]);
    assert_eq!(all("pub struct Three(super::super::a::two::Two);"), ["a/three.rs a/two.rs"]);
}
