//! Tables of the manual that are made from tables of the code. A page holds one between `<!-- table: NAME -->` and
//! `<!-- end of table -->`, and the test of each is beside what it is made from.

use std::{fs, path::Path, sync::Mutex};

const END: &str = "<!-- end of table -->";

/// Several tables stand in one page, and tests run at the same time.
static WRITING: Mutex<()> = Mutex::new(());

/// Hold a table of a page against its heading and its rows.
/// `HERENOW_TABLES=write cargo test --lib the_table_of` writes it.
#[track_caller]
pub fn hold_table(topic: &str, name: &str, heading: &[&str], rows: &[Vec<String>]) {
    let write = |cells: &mut dyn Iterator<Item = String>| {
        format!("|{}\n", cells.flat_map(|cell| [cell, "|".to_owned()]).collect::<String>())
    };
    let cell = |text: &str| if text.is_empty() { " ".to_owned() } else { format!(" {} ", text.replace('|', "\\|")) };
    let mut table = write(&mut heading.iter().map(|text| cell(text)));
    table += &write(&mut heading.iter().map(|_| "---".to_owned()));
    for row in rows {
        assert_eq!(row.len(), heading.len(), "{row:?}");
        table += &write(&mut row.iter().map(|text| cell(text)));
    }
    hold_part(topic, name, &table);
}

/// Hold a part of a page against what it should be.
#[track_caller]
pub fn hold_part(topic: &str, name: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual").join(topic).with_extension("md");
    let _alone = WRITING.lock().unwrap();
    let page = fs::read_to_string(&file).unwrap();
    let begin = format!("<!-- table: {name} -->\n");
    let from = page.find(&begin).unwrap_or_else(|| panic!("{topic}.md has no {begin}")) + begin.len();
    let to = from + page[from..].find(END).unwrap_or_else(|| panic!("{topic}.md: {begin} does not end"));
    if page[from..to] == *expected {
        return;
    }
    if std::env::var("HERENOW_TABLES").is_ok_and(|v| v == "write") {
        fs::write(&file, format!("{}{expected}{}", &page[..from], &page[to..])).unwrap();
        return;
    }
    panic!("{topic}.md: the table of {name} is out of date; HERENOW_TABLES=write cargo test --lib the_table_of");
}

#[test]
fn every_table_of_a_page_ends_before_the_next() {
    for page in super::PAGES {
        let mut open = None;
        for line in page.text.lines() {
            if line.starts_with("<!-- table: ") {
                assert_eq!(open.replace(line), None, "{}", page.topic);
            } else if line == END {
                assert!(open.take().is_some(), "{}", page.topic);
            }
        }
        assert_eq!(open, None, "{}", page.topic);
    }
}
