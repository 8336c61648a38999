//! What fits into the pane beside the list, of all that is known of an occupant.
//!
//! ```text
//! ______+_________~~______
//!     12:00    12:05   now
//! elsewhere · 4s ago
//!   stage, support
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{
    facts::{Detail, show_pair},
    format::{cut, fold},
};
use crate::{
    chart,
    theme::patch_row,
    ui::{Action, DetailFact, DetailPart, DetailTitle},
    wording::group_digits,
    world::{RequestSentence, WhereNowResult},
};

/// Seconds of what happened that are shown.
const LANE: u64 = 600;

/// What can have happened to somebody, the gravest last.
const MARKS: [&str; 5] = ["~", "+", "↺", "-", "!"];

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
        if let Some(part) = find(|title| *title == DetailTitle::Requests) {
            lines.extend(self.show_requests(part));
        }
        if let Some(part) = find(|title| *title == DetailTitle::Happened) {
            lines.extend(self.show_lane(&part.facts));
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

    /// Show what is wrong with what their client asks; if nothing is, the last that it asked.
    fn show_requests<'l>(&self, part: &DetailPart<'_>) -> Vec<Line<'l>> {
        let said: Vec<&RequestSentence> = part
            .facts
            .iter()
            .filter_map(|fact| if let DetailFact::Request(said) = fact { Some(said) } else { None })
            .collect();
        let faults = said.iter().filter(|said| said.is_fault).take(3);
        let last = said.first().filter(|_| !said.iter().any(|said| said.is_fault));
        let rows = faults.chain(last).flat_map(|said| self.show_request(said, 2));
        [self.show_title(&part.title)].into_iter().chain(rows).collect()
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

    /// Show what happened within the last ten minutes, each at its moment, and clock times below. Before we were there,
    /// and before the first that is known, nothing is shown: nobody knows what happened then.
    fn show_lane<'l>(&self, facts: &[DetailFact<'_>]) -> [Line<'l>; 2] {
        let quiet = self.look.theme.quiet;
        let now = self.screen.world.clock.now(self.now).seconds();
        let seconds = now.saturating_sub(LANE)..now;
        let marks = facts.iter().filter_map(|fact| {
            let DetailFact::Happened(entry) = fact else { return None };
            let (style, glyph, _) = self.mark_entry(entry);
            // What is worth more of what happened in one cell.
            let rank = MARKS.iter().position(|mark| *mark == glyph).map_or(0, |place| place + 1);
            Some((entry.at.seconds().min(now), u8::try_from(rank).unwrap_or(u8::MAX), (style, glyph)))
        });
        let happened = facts.iter().filter_map(|fact| match fact {
            DetailFact::Happened(entry) => Some(entry.at.seconds()),
            _ => None,
        });
        let began = happened.chain([self.screen.world.clock.now(self.screen.world.started).seconds()]).min();
        let began = began.unwrap_or_default();
        let unknown = began.saturating_sub(seconds.start).saturating_mul(self.width as u64) / LANE;
        let track = (0..).zip(chart::place_marks(marks, seconds.clone(), self.width)).map(|(cell, mark)| match mark {
            Some((style, glyph)) => Span::styled(glyph, style),
            None if cell < unknown => Span::raw(" "),
            None => Span::styled("_", quiet),
        });
        let last = "now".len().min(self.width);
        let mut times = " ".repeat(self.width - last) + &"now"[..last];
        for (at, cell) in chart::choose_times(seconds, self.width, 5) {
            times.replace_range(cell - 2..cell + 3, &self.look.hour_and_minute(at));
        }
        [track.collect(), Line::styled(times, quiet)]
    }
}
