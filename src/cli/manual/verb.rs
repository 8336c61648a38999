//! What is asked of the manual, and the answer.

use std::io::IsTerminal;

use clap::Args as ClapArgs;
use unicode_width::UnicodeWidthStr;

use super::pager;
use crate::{
    cli::{Failure, print},
    manual::{ManualPage, PAGES, PageLine, PageLineKind, lay_out_page},
    presence::sanitize,
    terminal,
    wording::count_things,
};

/// Columns of a page on a terminal at the most: longer lines are hard to read.
const WIDEST: usize = 100;

/// `herenow manual`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples: herenow manual keys\n          herenow manual --search 'announce max'")]
pub struct ManualArgs {
    /// What to read about; without one, the topics are listed.
    #[arg(value_name = "TOPIC")]
    pub topic: Option<String>,
    /// Find the lines that contain this, in either case, in all pages or in that of the topic.
    #[arg(long, value_name = "WORD")]
    pub search: Option<String>,
}

/// Write a page, the topics, or the lines that were looked for. On a terminal, lines are as wide as it is and come by
/// `$PAGER`.
pub(in crate::cli) fn run_manual(args: &ManualArgs) -> Result<(), Failure> {
    let page = args.topic.as_deref().map(find_page).transpose()?;
    if let Some(word) = &args.search {
        let pages = page.map_or(PAGES, std::slice::from_ref);
        return print::text(&find_lines(pages, word)?);
    }
    if !std::io::stdout().is_terminal() {
        return print::text(&page.map_or_else(list_topics, ManualPage::text));
    }
    let (columns, rows) = terminal::read_size();
    let text = page.map_or_else(list_topics, |page| fill_page(page, usize::from(columns).min(WIDEST)));
    if text.lines().count() < usize::from(rows) || !pager::show_by_pager(&text) {
        return print::text(&text);
    }
    Ok(())
}

/// A page in so many columns. A heading is underlined.
fn fill_page(page: &ManualPage, width: usize) -> String {
    let mut text = String::new();
    for PageLine { kind, text: line } in lay_out_page(page, width) {
        text.extend([&line, "\n"]);
        if kind == PageLineKind::Heading {
            text.extend(["─".repeat(line.width()).as_str(), "\n"]);
        }
    }
    text
}

/// The page about a topic; the beginning of one is enough if no other begins so.
fn find_page(topic: &str) -> Result<&'static ManualPage, Failure> {
    let wanted = topic.to_lowercase();
    let mut found = PAGES.iter().filter(|page| page.topic.starts_with(&wanted));
    let exact = PAGES.iter().find(|page| page.topic == wanted);
    exact.or_else(|| found.next().filter(|_| found.next().is_none())).ok_or_else(|| {
        let topics: Vec<&str> = PAGES.iter().map(|page| page.topic).collect();
        Failure::usage(format!("there is no page about `{}`; there are {}", sanitize(topic), topics.join(", ")))
    })
}

/// A line for each topic.
fn list_topics() -> String {
    let line = |page: &ManualPage| format!("  {:<14} {}\n", page.topic, page.title());
    format!(
        "herenow manual TOPIC, or --search WORD\n\n{}\n`herenow VERB --help` has the flags of a verb.\n",
        PAGES.iter().map(line).collect::<String>()
    )
}

/// The lines with a word, each with its topic and number.
fn find_lines(pages: &[ManualPage], word: &str) -> Result<String, Failure> {
    let needle = word.to_lowercase();
    let lines = pages.iter().flat_map(|page| (1..).zip(page.lines()).map(move |(number, line)| (page, number, line)));
    let found: Vec<String> = lines
        .filter(|(_, _, line)| line.to_lowercase().contains(&needle))
        .map(|(page, number, line): (&ManualPage, usize, &str)| format!("{}:{number}: {}", page.topic, line.trim()))
        .collect();
    if found.is_empty() {
        let pages = count_things(pages.len(), "page", "pages");
        return Err(Failure::error(format!("`{}` is in none of {pages}; `herenow manual` lists them", sanitize(word))));
    }
    Ok(found.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_found_by_its_beginning_if_that_is_one() {
        assert_eq!(find_page("keys").unwrap().topic, "keys");
        assert_eq!(find_page("CONF").unwrap().topic, "configuration");
        for (asked, told) in [("s", "there is no page about `s`"), ("dance\u{1b}", "dance")] {
            let failure = format!("{:?}", find_page(asked).unwrap_err());
            assert!(failure.contains(told) && failure.contains("screen") && !failure.contains('\u{1b}'), "{failure}");
        }
    }

    #[test]
    fn a_page_on_a_terminal_has_its_headings_underlined_and_no_signs_of_markdown() {
        let page = fill_page(find_page("faults").unwrap(), 60);
        assert!(page.starts_with("Faults on demand\n────────────────\n\n"), "{page}");
        assert!(
            page.contains("\n`step-back=5s` │ the cursor of a reply lies so far back, so\n  that")
                && !page.contains("|--"),
            "{page}"
        );
    }

    #[test]
    fn lines_are_found_in_either_case_with_topic_and_number() {
        let found = find_lines(PAGES, "ANNOUNCE max").unwrap();
        assert!(found.lines().all(|line| line.to_lowercase().contains("announce max")), "{found}");
        assert!(found.lines().count() > 3 && found.contains("fidelity:"), "{found}");
        assert!(format!("{:?}", find_lines(PAGES, "xyzzy").unwrap_err()).contains("in none of"));
    }

    #[test]
    fn every_topic_is_listed_with_what_it_is_about() {
        let listed = list_topics();
        for page in PAGES {
            assert!(listed.contains(&format!("  {:<14} {}", page.topic, page.title())), "{listed}");
            assert!(page.text().starts_with("# ") && page.text().lines().count() > 5, "{}", page.topic);
        }
    }
}
