//! A page in lines of a width, to be shown without the signs of Markdown.

use super::page::{ManualPage, fill};

/// What a line of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLineKind {
    /// A heading of the page, of a part of it, or of a table.
    Heading,
    /// Text, or a row of a table.
    Text,
    /// A line of an example, which may be wider than the rest.
    Code,
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLine {
    /// What it is.
    pub kind: PageLineKind,
    /// What it says. Safe to show.
    pub text: String,
}

/// Columns that what goes on below a row of a table or an item is set in by.
const INDENT: usize = 2;

/// Lay out a page in so many columns. A row of a table becomes its cells, one after the other.
pub fn lay_out_page(page: &ManualPage, width: usize) -> Vec<PageLine> {
    let source: Vec<&str> = page.lines().collect();
    let mut lines = Vec::new();
    let (mut paragraph, mut in_code) = (String::new(), false);
    for (at, line) in source.iter().enumerate() {
        let is_fence = line.starts_with("```");
        let begins_item = line.trim_start().starts_with("- ");
        if in_code || is_fence || begins_item || line.trim().is_empty() || line.starts_with(['|', '#']) {
            add_filled(&mut lines, PageLineKind::Text, &paragraph, width);
            paragraph.clear();
        }
        match line {
            _ if is_fence => in_code = !in_code,
            _ if in_code => lines.push(PageLine { kind: PageLineKind::Code, text: format!("  {line}") }),
            line if line.starts_with('#') => {
                add_filled(&mut lines, PageLineKind::Heading, line.trim_start_matches('#'), width);
            }
            line if line.starts_with("|--") => {}
            line if line.starts_with('|') => {
                let is_heading = source.get(at + 1).is_some_and(|next| next.starts_with("|--"));
                let kind = if is_heading { PageLineKind::Heading } else { PageLineKind::Text };
                add_filled(&mut lines, kind, &join_cells(line), width);
            }
            line if line.trim().is_empty() => lines.push(PageLine { kind: PageLineKind::Text, text: String::new() }),
            line => paragraph.extend([" ", line.trim()]),
        }
    }
    add_filled(&mut lines, PageLineKind::Text, &paragraph, width);
    lines
}

fn add_filled(lines: &mut Vec<PageLine>, kind: PageLineKind, text: &str, width: usize) {
    let text = text.trim();
    let is_set_in = text.starts_with("- ") || text.contains(CELL);
    let mut filled = String::new();
    fill(&mut filled, text, if is_set_in { INDENT } else { 0 }, width);
    lines.extend(filled.lines().map(|line| PageLine { kind, text: line.to_owned() }));
}

/// What stands between two cells.
const CELL: &str = " │ ";

/// The cells of a row that say something.
fn join_cells(row: &str) -> String {
    let row = row.trim().trim_matches('|').replace("\\|", "\u{0}");
    let cells: Vec<&str> = row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    cells.join(CELL).replace('\u{0}', "|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manual::PAGES;
    use unicode_width::UnicodeWidthStr;

    fn lay_out(text: &'static str, width: usize) -> Vec<(PageLineKind, String)> {
        let lines = lay_out_page(&ManualPage { topic: "x", text }, width);
        lines.into_iter().map(|line| (line.kind, line.text)).collect()
    }

    #[test]
    fn a_page_loses_the_signs_of_markdown_and_fills_the_width() {
        use PageLineKind::{Code, Heading, Text};
        let page = "# Title\n\none two three\nfour\n\n- item goes on\n  here\n<!-- not run: no -->\n```sh\na   b\n```\n\
                    | key | what |\n|---|---|\n| `a\\|b` | | does it |\n";
        let expected = [
            (Heading, "Title"),
            (Text, ""),
            (Text, "one two three"),
            (Text, "four"),
            (Text, ""),
            (Text, "- item goes"),
            (Text, "  on here"),
            (Code, "  a   b"),
            (Heading, "key │ what"),
            (Text, "`a|b` │ does"),
            (Text, "  it"),
        ];
        assert_eq!(lay_out(page, 13), expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn every_page_fits_where_words_are_not_longer_and_loses_no_word() {
        for page in PAGES {
            assert!(!page.text().contains("<!--"), "{}: a remark is shown", page.topic);
            let is_rule = |line: &&str| line.starts_with("|--") || line.starts_with("```");
            let signs = |c: char| !c.is_alphanumeric();
            let source: Vec<&str> =
                page.lines().filter(|line| !is_rule(line)).flat_map(str::split_whitespace).collect();
            let words: String = source.concat().replace(signs, "");
            for width in [36, 76, 96] {
                let lines = lay_out_page(page, width);
                let wide = lines.iter().find(|line| {
                    line.kind != PageLineKind::Code && line.text.width() > width && line.text.trim().contains(' ')
                });
                assert_eq!(wide, None, "{}", page.topic);
                assert_eq!(lines[0].text, page.title());
                let kept: String = lines.iter().map(|line| line.text.replace(signs, "")).collect();
                assert_eq!(kept, words, "{}: no word is lost", page.topic);
            }
        }
    }
}
