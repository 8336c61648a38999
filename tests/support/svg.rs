//! A frame as an SVG picture: how the screens in the documentation are made.

use std::fmt::Write;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr;

/// Width and height of a cell in pixels: the shape of most terminal fonts at 15 pixels.
const CELL: (u32, u32) = (9, 18);

const MARGIN: u32 = 12;

/// Ink and paper of whatever has no colour of its own.
const INK: &str = "#d8dee9";
const PAPER: &str = "#12151c";

/// The colour as SVG has it, for the colours that the themes use; none for the terminal's own.
fn write_hex(color: Color) -> Option<String> {
    let named = match color {
        Color::Rgb(r, g, b) => return Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Black => "#1c2029",
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::LightBlue => "#82b1ff",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::Gray | Color::White => "#ffffff",
        _ => return None,
    };
    Some(named.to_owned())
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Draw a frame. Each word keeps its place, whatever font shows it.
pub fn draw_svg(frame: &Buffer) -> String {
    let area = frame.area;
    let (width, height) = (u32::from(area.width) * CELL.0, u32::from(area.height) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"15\" fill=\"{INK}\" \
         xml:space=\"preserve\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n",
        w = width + 2 * MARGIN,
        h = height + 2 * MARGIN,
    );
    for row in 0..area.height {
        let mut column = 0;
        while column < area.width {
            let cell = &frame[(area.x + column, area.y + row)];
            let goes_on = |column: u16| {
                column < area.width && {
                    let next = &frame[(area.x + column, area.y + row)];
                    next.symbol() == cell.symbol() && next.style() == cell.style()
                }
            };
            if let Some(eighths) = measure_block(cell.symbol()) {
                // No font: blocks of one row meet without a seam.
                let end = (column + 1..=area.width).find(|column| !goes_on(*column)).unwrap_or(area.width);
                draw_bar(&mut out, cell, eighths, column, row, end - column);
                column = end;
                continue;
            }
            // A run of plain narrow cells in one style is one piece of text.
            let mut text = cell.symbol().to_owned();
            let mut cells = u16::try_from(cell.symbol().width().max(1)).unwrap_or(1);
            let ascii = |c: &Cell| c.symbol().is_ascii() || c.symbol() == "─" || c.symbol() == "░";
            while ascii(cell) && column + cells < area.width {
                let next = &frame[(area.x + column + cells, area.y + row)];
                if !ascii(next) || next.style() != cell.style() {
                    break;
                }
                text.push_str(next.symbol());
                cells += 1;
            }
            draw_text(&mut out, cell, &text, column, row, cells);
            column += cells;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// How many eighths of its cell a block fills from below.
fn measure_block(symbol: &str) -> Option<u32> {
    let blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    blocks.iter().position(|block| *block == symbol).and_then(|place| u32::try_from(place + 1).ok())
}

fn draw_bar(out: &mut String, cell: &Cell, eighths: u32, column: u16, row: u16, cells: u16) {
    let height = CELL.1 * eighths / 8;
    let (x, y) = (MARGIN + u32::from(column) * CELL.0, MARGIN + (u32::from(row) + 1) * CELL.1 - height);
    let ink = write_hex(cell.fg).unwrap_or_else(|| INK.to_owned());
    let dim = if cell.modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    let width = u32::from(cells) * CELL.0;
    // Writing to a string can't fail.
    let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{ink}\"{dim}/>");
}

fn draw_text(out: &mut String, cell: &Cell, text: &str, column: u16, row: u16, cells: u16) {
    let (x, y) = (MARGIN + u32::from(column) * CELL.0, MARGIN + u32::from(row) * CELL.1);
    let width = u32::from(cells) * CELL.0;
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let ink = write_hex(cell.fg).unwrap_or_else(|| INK.to_owned());
    let paper = if reversed { Some(ink) } else { write_hex(cell.bg) };
    if let Some(paper) = paper {
        // Writing to a string can't fail.
        let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" fill=\"{paper}\"/>", CELL.1);
    }
    let mut style = String::new();
    if reversed {
        let _ = write!(style, " fill=\"{PAPER}\"");
    } else if let Some(ink) = write_hex(cell.fg) {
        let _ = write!(style, " fill=\"{ink}\"");
    }
    if cell.modifier.contains(Modifier::BOLD) {
        style.push_str(" font-weight=\"bold\"");
    }
    if cell.modifier.contains(Modifier::DIM) {
        style.push_str(" opacity=\"0.6\"");
    }
    let mut at = x;
    for word in text.split(' ') {
        let long = u32::try_from(word.width()).unwrap_or(0) * CELL.0;
        if long > 0 {
            let _ = writeln!(
                out,
                "<text x=\"{at}\" y=\"{}\" textLength=\"{long}\" lengthAdjust=\"spacingAndGlyphs\"{style}>{}</text>",
                y + 14,
                escape_xml(word),
            );
        }
        at += long + CELL.0;
    }
}
