//! The pages, and their lines in the width of a terminal.

use unicode_width::UnicodeWidthStr;

/// A page of the manual: Markdown, of which nothing but code blocks, tables and lists has to keep its lines.
#[derive(Debug)]
pub struct ManualPage {
    /// What it is asked for by.
    pub topic: &'static str,
    /// All of it, as it stands in its file.
    pub(super) text: &'static str,
}

impl ManualPage {
    /// What it is about.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().map_or("", |line| line.trim_start_matches(['#', ' ']))
    }

    /// What is read: all but remarks, which are for what examines the page and stand alone in their lines.
    pub fn lines(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.lines().filter(|line| !(line.starts_with("<!--") && line.ends_with("-->")))
    }

    /// All lines in one.
    pub fn text(&self) -> String {
        self.lines().flat_map(|line| [line, "\n"]).collect()
    }
}

/// Name the pages of `assets/manual`.
macro_rules! pages {
    ($($topic:literal),* $(,)?) => {
        &[$(ManualPage { topic: $topic, text: include_str!(concat!("../../assets/manual/", $topic, ".md")) }),*]
    };
}

/// All pages, in the order in which one reads them.
pub const PAGES: &[ManualPage] = pages![
    "demo",
    "watch",
    "screen",
    "keys",
    "scripting",
    "events",
    "claims",
    "recordings",
    "metrics",
    "service",
    "faults",
    "fidelity",
    "security",
    "configuration",
    "speed",
    "limits",
];

/// Fill paragraphs anew in so many columns. Code, tables and headings keep their lines.
pub fn fit_lines(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut indent = 0;
    let mut in_code = false;
    for line in text.lines() {
        let is_fence = line.starts_with("```");
        in_code ^= is_fence;
        let begins_item = line.trim_start().starts_with("- ");
        let keeps = in_code || is_fence || line.trim().is_empty() || line.starts_with(['|', '#', '!']);
        if keeps || begins_item {
            fill(&mut out, &paragraph, indent, width);
            paragraph.clear();
        }
        if keeps {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        if paragraph.is_empty() {
            indent = if begins_item { 2 } else { 0 };
        } else {
            paragraph.push(' ');
        }
        paragraph.push_str(line.trim());
    }
    fill(&mut out, &paragraph, indent, width);
    out
}

/// Put the words of a paragraph into lines; all but the first are indented.
pub(super) fn fill(out: &mut String, paragraph: &str, indent: usize, width: usize) {
    let mut used = 0;
    for word in paragraph.split_whitespace() {
        let cells = word.width();
        if used > 0 && used + 1 + cells > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += cells;
    }
    if used > 0 {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_fill_the_width_and_code_keeps_its_lines() {
        let text = "# Title\n\none two\nthree four\n\n- first item\n  goes on\n- second\n\n```sh\nherenow   manual  keys\n```\n| a | b |\n";
        assert_eq!(
            fit_lines(text, 12),
            "# Title\n\none two\nthree four\n\n- first item\n  goes on\n- second\n\n```sh\nherenow   manual  keys\n```\n| a | b |\n"
        );
        assert_eq!(fit_lines("one two\nthree four\n", 80), "one two three four\n");
        for page in PAGES {
            assert!(!page.text().contains("<!--"), "{}: a remark is shown", page.topic);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&fit_lines(&page.text(), 60)), words(&page.text()), "{}: no word is lost", page.topic);
        }
    }

    #[test]
    fn every_page_of_the_folder_is_part_of_the_program() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut topics: Vec<&str> = PAGES.iter().map(|page| page.topic).collect();
        files.sort();
        topics.sort_unstable();
        assert_eq!(files, topics);
    }
}
