//! The figures, in a table of Markdown.

use std::fmt;

use crate::roster::Roster;

/// Rows of cells, the first column to the left and the others to the right.
pub struct Table(Vec<Vec<String>>);

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|&cell| cell.to_owned()).collect()])
    }

    pub fn add(&mut self, row: &[String]) {
        self.0.push(row.to_vec());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.0.first().map_or(0, Vec::len);
        let width = |column: usize| self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
        for (place, row) in self.0.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let width = width(column);
                if column == 0 { write!(f, "| {cell:<width$} |")? } else { write!(f, " {cell:>width$} |")? }
            }
            writeln!(f)?;
            if place == 0 {
                let rule = |column: usize| match column {
                    0 => format!("|{}|", "-".repeat(width(0) + 2)),
                    _ => format!("{}:|", "-".repeat(width(column) + 1)),
                };
                writeln!(f, "{}", (0..columns).map(rule).collect::<String>())?;
            }
        }
        Ok(())
    }
}

/// Whether all rosters of a consumer were exact, and the cell that says so.
pub fn compare_rosters(rosters: impl Iterator<Item = Roster>) -> (bool, String) {
    let (mut all, mut wrong) = (0, None);
    for roster in rosters {
        all += 1;
        wrong = wrong.or((!roster.is_exact()).then_some(roster));
    }
    match wrong {
        Some(Roster { listed, right, here }) => (false, format!("NO: {listed} listed, {right} right, {here} here")),
        None if all == 0 => (true, "keeps none".to_owned()),
        None => (true, "yes".to_owned()),
    }
}

/// The one in the middle; the lower one of two.
pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// A rate in thousands.
pub fn count(figure: f64) -> String {
    if figure >= 1e6 { format!("{:.2} million", figure / 1e6) } else { format!("{:.0},000", figure / 1e3) }
}

/// Bytes in mebibytes.
pub fn mib(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Say what is being measured: it takes a while.
pub fn progress(what: fmt::Arguments<'_>) {
    eprintln!("  {what}");
}
