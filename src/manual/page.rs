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
    "webhooks",
    "fidelity",
    "security",
    "configuration",
    "speed",
    "limits",
];

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
