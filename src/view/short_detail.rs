//! What fits into the pane beside the list, of all that is known of an occupant.
//!
//! ```text
//! history     12:00 + · 12:05 +~~
//! elsewhere · 4s ago
//!   stage, support
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{
    facts::{Detail, LABEL, show_pair},
    format::{cut, fold, pad},
};
use crate::{
    theme::patch_row,
    ui::{Action, DetailFact, DetailPart, DetailTitle},
    wording::group_digits,
    world::{Entry, WhereNowResult},
};

/// Rows of a name in the pane, which has to leave room for all else.
pub(super) const NAME: usize = 3;

impl Detail<'_> {
    /// Show what fits into so many rows: facts first, then the state. The JSON of the last event is often about others:
    /// it is in the whole detail only.
    pub fn show_short<'l>(&self, rows: usize) -> Vec<Line<'l>> {
        let parts = self.screen.list_detail_parts();
        let mut lines = self.show_name(NAME);
        let find = |wanted: fn(&DetailTitle<'_>) -> bool| parts.iter().find(|part| wanted(&part.title));
        lines.extend(parts.first().into_iter().flat_map(|part| &part.facts).map(|fact| self.show_fact(fact)));
        if let Some(part) = find(|title| *title == DetailTitle::Happened) {
            let mut line = Line::styled(pad("history", LABEL), self.look.theme.quiet);
            line.extend(self.show_history(&part.facts, self.width.saturating_sub(LABEL)));
            lines.push(line);
        }
        if let Some(part) = find(|title| matches!(title, DetailTitle::Elsewhere(_))) {
            lines.extend(self.show_places(part));
        }
        let state = find(|title| matches!(title, DetailTitle::State(_)));
        let room = rows.saturating_sub(lines.len() + 2);
        if let Some(part) = state.filter(|part| room >= part.facts.len().min(2)) {
            lines.extend([Line::default(), self.show_title(&part.title)]);
            let fits = part.facts.len() <= room;
            let shown = if fits { room } else { room - 1 };
            lines.extend(part.facts.iter().take(shown).map(|fact| self.show_fact(fact)));
            if !fits {
                let key = self.look.keys.names(Action::Open);
                let more = format!("… {} more; {key} shows all", group_digits((part.facts.len() - shown) as u64));
                lines.push(Line::styled(cut(&more, self.width), self.look.theme.quiet));
            }
        }
        lines
    }

    /// Show where else they are, in a few rows.
    fn show_places<'l>(&self, part: &DetailPart<'_>) -> Vec<Line<'l>> {
        let DetailTitle::Elsewhere(known) = &part.title else { return Vec::new() };
        let theme = &self.look.theme;
        let quiet = |value: &str| vec![show_pair(self.look, "elsewhere", value, theme.quiet, self.width)];
        let (text, style, most) = match known.map(|known| &known.result) {
            None => return quiet(&format!("{} asks", self.look.keys.names(Action::WhereNow))),
            Some(WhereNowResult::Asking) => return quiet("asking …"),
            Some(WhereNowResult::Failed(why)) => (why.clone(), theme.bad, 4),
            Some(WhereNowResult::On(..)) => {
                let names = part.facts.iter().map(|fact| match fact {
                    DetailFact::On(channel) => channel.to_string(),
                    DetailFact::More(more) => format!("and {} more", group_digits(*more as u64)),
                    DetailFact::Said(said) => (*said).to_owned(),
                    _ => String::new(),
                });
                (names.take(20).collect::<Vec<_>>().join(", "), Style::new(), 2)
            }
        };
        let mut title = self.show_title(&part.title);
        patch_row(&mut title, theme.quiet);
        let folded = fold(&text, self.width.saturating_sub(2), most);
        let lines = folded.into_iter().map(|line| Line::styled(format!("  {}", line.trim_start()), style));
        [title].into_iter().chain(lines).collect()
    }

    /// Show what happened, minute by minute, the latest at the end, as far back as there is room: `12:00 + · 12:05
    /// +~~`.
    fn show_history<'l>(&self, facts: &[DetailFact<'_>], room: usize) -> Vec<Span<'l>> {
        let entries =
            facts.iter().filter_map(|fact| if let DetailFact::Happened(entry) = fact { Some(*entry) } else { None });
        let minutes: Vec<(u64, &Entry)> = entries.map(|entry| (entry.at.seconds() / 60, entry)).collect();
        let mut groups: Vec<Vec<Span<'l>>> = Vec::new();
        let mut used = 0;
        for group in minutes.chunk_by(|a, b| a.0 == b.0) {
            let time = self.look.hour_and_minute(group[0].0 * 60);
            let gap = if groups.is_empty() { "" } else { " · " };
            let marks = room.saturating_sub(used + gap.width() + time.width() + 1);
            if marks < group.len().min(3) {
                break;
            }
            // Many at once: the latest, and that there are more.
            let shown = if group.len() > marks { marks - 1 } else { group.len() };
            let mut spans = vec![Span::styled(format!("{time} "), self.look.theme.quiet)];
            if shown < group.len() {
                spans.push(Span::styled("…", self.look.theme.quiet));
            }
            spans.extend(group[..shown].iter().rev().map(|(_, entry)| {
                let (style, glyph, _) = self.mark_entry(entry);
                Span::styled(glyph, style)
            }));
            spans.push(Span::styled(gap, self.look.theme.quiet));
            used += spans.iter().map(Span::width).sum::<usize>();
            groups.push(spans);
        }
        groups.into_iter().rev().flatten().collect()
    }
}
