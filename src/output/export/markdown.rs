//! A Markdown table: for people.

use std::io::{self, Write};

use super::table::ExportCell;

/// What would begin a cell, a link, an emphasis or HTML.
const SIGNS: &[char] = &['\\', '|', '`', '*', '_', '[', ']', '<', '>', '&', '~', '#', '!'];

pub(super) fn write_row(cells: &[ExportCell<'_>], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    for cell in cells {
        out.write_all(b"| ")?;
        match cell {
            ExportCell::Ours(text) => out.write_all(text.as_bytes())?,
            foreign => write_escaped(&foreign.make_safe(), out)?,
        }
        out.write_all(b" ")?;
    }
    out.write_all(b"|\n")
}

/// Write what parts the headings from the rest.
pub(super) fn write_rule(columns: usize, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    writeln!(out, "{}|", "| --- ".repeat(columns))
}

fn write_escaped(text: &str, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    for c in text.chars() {
        if SIGNS.contains(&c) {
            out.write_all(b"\\")?;
        }
        write!(out, "{c}")?;
    }
    Ok(())
}
