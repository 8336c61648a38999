//! As much of Rust as the doors test has to read: tokens without comments, without what strings say, and
//! without test code; and the items in them.

use std::{collections::BTreeSet, fs, path::Path};

/// A word, a sign, `::`, or `""` for any literal in quotes.
#[derive(Debug, Clone)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// One file below `src/`.
pub struct Source {
    /// Such as `model/hear/events.rs`.
    pub path: String,
    /// Such as `["model", "hear", "events"]`.
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
    /// The modules that it declares for tests only.
    test_modules: Vec<String>,
}

/// What a file defines.
#[derive(Debug, PartialEq)]
pub enum Item {
    Type(String),
    /// `free` is the choice of its name: an implementation of a trait has none.
    Function {
        name: String,
        lines: usize,
        free: bool,
    },
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let names = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/');
        let module = names.filter(|name| !["lib", "main"].contains(name)).map(str::to_owned).collect();
        let mut tokens = tokenize(text);
        let test_modules = remove_tests(&mut tokens);
        Self { path: path.to_owned(), module, tokens, test_modules }
    }

    /// The top-level folder or file that it belongs to.
    pub fn room(&self) -> &str {
        self.module.first().map_or("main", String::as_str)
    }

    /// Lines that hold code.
    pub fn count_lines(&self) -> usize {
        self.tokens.iter().map(|token| token.line).collect::<BTreeSet<_>>().len()
    }

    pub fn declares_modules(&self) -> bool {
        self.tokens.windows(3).any(|three| three[0].text == "mod" && three[2].text == ";")
    }

    pub fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        find_items(&self.tokens, false, true, &mut items);
        items
    }
}

/// Every file below `src/` that is not for tests only.
pub fn read_sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let for_tests: BTreeSet<Vec<String>> = sources
        .iter()
        .flat_map(|source| source.test_modules.iter().map(|name| [&source.module, std::slice::from_ref(name)].concat()))
        .collect();
    sources.retain(|source| !for_tests.iter().any(|module| source.module.starts_with(module)));
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn tokenize(text: &str) -> Vec<Token> {
    let (mut tokens, mut line, mut rest) = (Vec::new(), 1, text);
    while let Some(first) = rest.chars().next() {
        let (length, literal) = measure_token(rest, first);
        let (token, after) = rest.split_at(length);
        if !token.starts_with("//") && !token.starts_with("/*") && !first.is_whitespace() {
            tokens.push(Token { text: if literal { "\"\"" } else { token }.to_owned(), line });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

/// How long the first token is, and whether it is a literal in quotes.
fn measure_token(rest: &str, first: char) -> (usize, bool) {
    let through = |start: usize, end: &str| rest[start..].find(end).map_or(rest.len(), |at| start + at + end.len());
    if rest.starts_with("//") || rest.starts_with("/*") {
        return (through(0, if rest.starts_with("//") { "\n" } else { "*/" }), false);
    }
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (prefix, after) = rest.split_at(word);
    let hashes = after.len() - after.trim_start_matches('#').len();
    if ["r", "br", "cr"].contains(&prefix) && after[hashes..].starts_with('"') {
        return (through(word + hashes + 1, &format!("\"{}", "#".repeat(hashes))), true);
    }
    // `'a'` and `'\n'` are characters, `'a` is a lifetime.
    let character = after.starts_with("'\\") || (after.starts_with('\'') && after.chars().nth(2) == Some('\''));
    if ["", "b", "c"].contains(&prefix) && (after.starts_with('"') || character) {
        let mut escaped = false;
        let end = after.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == after.chars().next().unwrap() && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        return (end.map_or(rest.len(), |(at, _)| word + at + 1), true);
    }
    let sign = if rest.starts_with("::") { 2 } else { first.len_utf8() };
    (word.max(if word == 0 { sign } else { 0 }), false)
}

/// Drop every item under `#[cfg(test)]` or the like, and tell the modules that were only declared there.
fn remove_tests(tokens: &mut Vec<Token>) -> Vec<String> {
    let mut declared = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let attribute = measure_attribute(&tokens[at..]);
        let has = |word: &str| tokens[at..at + attribute].iter().any(|token| token.text == word);
        if !has("cfg") || !has("test") || has("not") {
            at += attribute.max(1);
            continue;
        }
        let mut item = at + attribute;
        while measure_attribute(&tokens[item..]) > 0 {
            item += measure_attribute(&tokens[item..]);
        }
        let end = item + find_end(&tokens[item..]) + 1;
        if let Some(three) = tokens[item..end].windows(3).find(|three| three[0].text == "mod" && three[2].text == ";") {
            declared.push(three[1].text.clone());
        }
        tokens.drain(at..end);
    }
    declared
}

fn measure_attribute(tokens: &[Token]) -> usize {
    match tokens {
        [hash, bracket, ..] if hash.text == "#" && bracket.text == "[" => 1 + measure_block(&tokens[1..]),
        _ => 0,
    }
}

/// Where an item ends: at its `;`, or where its block closes.
fn find_end(tokens: &[Token]) -> usize {
    let mut at = 0;
    while at + 1 < tokens.len() && tokens[at].text != ";" {
        match tokens[at].text.as_str() {
            "{" => return at + measure_block(&tokens[at..]) - 1,
            _ => at += measure_block(&tokens[at..]),
        }
    }
    at
}

/// How many tokens there are from a bracket to the one that closes it; any other token is one.
pub fn measure_block(tokens: &[Token]) -> usize {
    let mut depth = 0;
    let closes = |token: &Token| {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        depth <= 0
    };
    tokens.iter().position(closes).map_or(tokens.len(), |at| at + 1)
}

fn find_items(tokens: &[Token], associated: bool, free: bool, items: &mut Vec<Item>) {
    let mut at = 0;
    while at + 1 < tokens.len() {
        let name = tokens[at + 1].text.clone();
        let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let end = at + find_end(&tokens[at..]);
        let open = (at..end).find(|open| tokens[*open].text == "{").unwrap_or(end);
        match tokens[at].text.as_str() {
            "fn" if named => {
                items.push(Item::Function { name, lines: tokens[end].line - tokens[at].line + 1, free });
                at = open;
            }
            block @ ("impl" | "trait") => {
                let header: Vec<&str> = tokens[at..open].iter().map(|token| token.text.as_str()).collect();
                let of_a_trait = header.windows(2).any(|two| two[0] == "for" && two[1] != "<");
                if block == "trait" {
                    items.push(Item::Type(name));
                }
                find_items(&tokens[open..end], true, !of_a_trait, items);
                at = end;
            }
            "struct" | "enum" | "union" if named => items.push(Item::Type(name)),
            "type" if named && !associated => items.push(Item::Type(name)),
            _ => {}
        }
        at += 1;
    }
}

#[test]
fn comments_strings_and_tests_hold_no_code() {
    let text = r##"
        //! [`crate::a`]
        /* struct B; */ const C: &str = "struct D; \" struct E;"; const F: char = '"'; const G: &str = r#"" struct H;"#;
        fn lent<'a>(it: &'a str) -> (char, &'a [u8]) { ('\'', b"struct I;") }
        #[cfg(all(test, unix))] #[derive(Debug)] struct J { k: [u8; 3] }
        #[cfg(test)] mod oracle;
        #[cfg(not(test))] struct L;
        #[cfg(test)] mod tests { struct M; }
    "##;
    let source = Source::new("a/b/mod.rs", text);
    let words: Vec<&str> = source.tokens.iter().map(|token| token.text.as_str()).collect();
    assert!(!words.iter().any(|word| ["crate", "B", "D", "E", "H", "I", "J", "M"].contains(word)), "{words:?}");
    assert_eq!((source.module.join("::").as_str(), source.room(), source.count_lines()), ("a::b", "a", 3));
    assert_eq!(source.test_modules, ["oracle"]);
    let function = Item::Function { name: "lent".into(), lines: 1, free: true };
    assert_eq!(source.items(), [function, Item::Type("L".into())]);
}

#[test]
fn items_are_found_where_their_names_were_chosen() {
    let text = "
        pub trait Shape { type Unit; fn area(&self) -> [u8; 2]; }
        impl<T: for<'a> Fn(&'a T)> Square<T> { fn of(side: impl Fn(fn(T) -> T)) -> impl Shape {
            type Short = u8;
        } }
        impl Shape for Square<u8> { type Unit = u8; fn area(&self) {} }
        type Pair = (u8, u8);
    ";
    let named = |name: &str, lines, free| Item::Function { name: name.into(), lines, free };
    let ours = |name: &str| Item::Type(name.into());
    let expected = [ours("Shape"), named("area", 1, true), named("of", 3, true), named("area", 1, false), ours("Pair")];
    assert_eq!(Source::new("a.rs", text).items(), expected);
}
