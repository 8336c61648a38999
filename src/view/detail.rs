//! The selected occupant, or the selected channel where nobody is selected; beside the list, or over
//! everything.
//!
//! ```text
//! ╭ detail ──────────────────────────────╮
//! │ maya.nguyen                          │
//! │                                      │
//! │ here since  12:00:40 · 5m            │
//! │ last event  12:05:31 · 9s            │
//! │ announced   twice                    │
//! │ history     12:00 + · 12:05 +~~      │
//! │ elsewhere · 4s ago                   │
//! │   stage                              │
//! │                                      │
//! │ state · changed 9s ago               │
//! │   device                             │
//! │     kind    phone                    │
//! │ ~ mood      away ← busy              │
//! ╰──────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{age, count, cut, fold, occupancy, pad, plural, wrap},
    frame::frame,
    popup::{first_in_sight, popup},
    theme::over,
};
use crate::{
    presence::{Happening, Moment, Since, Timetoken},
    ui::{Action, DetailFact, DetailPart, DetailRow, DetailTitle, FieldChange, Screen, StateLine, detail_rows},
    world::{Certainty, ChannelState, Entry, Mode, WhereNowResult},
};

/// Cells of a label.
const LABEL: usize = 12;

/// Rows of a name in the pane, and over everything.
const NAME: (usize, usize) = (3, 6);

/// Beside the list: as much as there is room for.
pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let inner = frame(look, " detail ", None, false, area, buf);
    let (width, rows) = (usize::from(inner.width).saturating_sub(2), usize::from(inner.height));
    let lines = match (screen.selected_channel(), &screen.ui.focus.user) {
        (Some(_), Some(_)) => Detail { screen: *screen, look, now, width }.short(rows),
        (Some(watched), None) => of_channel(screen, look, now, watched, width),
        (None, _) => Vec::new(),
    };
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        line.render(Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 }, buf);
    }
}

/// Over everything: all of it, one row of which is looked at.
pub(super) fn draw_open(
    screen: &Screen<'_>,
    row: usize,
    look: &Appearance,
    now: Moment,
    bounds: Rect,
    buf: &mut Buffer,
) {
    let parts = screen.list_detail_parts();
    let all = detail_rows(&parts).count();
    let columns = usize::from(bounds.width).min(90);
    let detail = Detail { screen: *screen, look, now, width: columns.saturating_sub(4) };
    let name = detail.name(NAME.1);
    let inner = popup(look, " detail ", "Esc closes", (columns, all + name.len() + 2), bounds, buf);
    let mut body = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    // The name stays in sight, but not alone.
    let kept = name.len().min(usize::from(body.height).saturating_sub(1));
    for line in name.into_iter().take(kept) {
        line.render(Rect { height: 1, ..body }, buf);
        body = Rect { y: body.y + 1, height: body.height - 1, ..body };
    }
    let first = first_in_sight(row, usize::from(body.height), all);
    let lines = detail_rows(&parts).enumerate().skip(first);
    for (y, (place, content)) in (body.y..body.bottom()).zip(lines) {
        let mut line = match content {
            DetailRow::Blank => Line::default(),
            DetailRow::Title(title) => detail.title(title),
            DetailRow::Fact(fact) => detail.fact(fact),
        };
        if place == row {
            line.push_span(Span::raw(" ".repeat(usize::from(body.width).saturating_sub(line.width()))));
            over(&mut line, look.theme.selected);
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
}

struct Detail<'a> {
    screen: Screen<'a>,
    look: &'a Appearance,
    now: Moment,
    width: usize,
}

impl Detail<'_> {
    /// The user id, and that it is ours if it is, and a blank.
    fn name<'l>(&self, most: usize) -> Vec<Line<'l>> {
        let Some(user) = &self.screen.ui.focus.user else { return Vec::new() };
        let mut lines = named(self.look, user.as_str(), self.width, most);
        if *user == self.screen.world.session.user {
            lines.insert(lines.len() - 1, Line::styled("that is you", self.look.theme.good));
        }
        lines
    }

    fn ago(&self, at: Timetoken) -> String {
        age(self.screen.world.clock.now(self.now).since(at))
    }

    /// What fits into so many rows: facts first, then the state, then the last event.
    fn short<'l>(&self, rows: usize) -> Vec<Line<'l>> {
        let parts = self.screen.list_detail_parts();
        let mut lines = self.name(NAME.0);
        let find = |wanted: fn(&DetailTitle<'_>) -> bool| parts.iter().find(|part| wanted(&part.title));
        lines.extend(parts.first().into_iter().flat_map(|part| &part.facts).map(|fact| self.fact(fact)));
        if let Some(part) = find(|title| *title == DetailTitle::Happened) {
            let mut line = Line::styled(pad("history", LABEL), self.look.theme.quiet);
            line.extend(self.strip(&part.facts, self.width.saturating_sub(LABEL)));
            lines.push(line);
        }
        if let Some(part) = find(|title| matches!(title, DetailTitle::Elsewhere(_))) {
            lines.extend(self.elsewhere(part));
        }
        let state = find(|title| matches!(title, DetailTitle::State(_)));
        let event = find(|title| *title == DetailTitle::Event);
        // The first line of JSON is a bracket: with less than four it says nothing.
        for (part, least) in [(state, 2), (event, 4)] {
            let room = rows.saturating_sub(lines.len() + 2);
            let Some(part) = part.filter(|part| room >= part.facts.len().min(least)) else { continue };
            lines.extend([Line::default(), self.title(&part.title)]);
            let fits = part.facts.len() <= room;
            let shown = if fits { room } else { room - 1 };
            lines.extend(part.facts.iter().take(shown).map(|fact| self.fact(fact)));
            if !fits {
                let key = self.look.keys.names(Action::Open);
                let more = format!("… {} more; {key} shows all", count((part.facts.len() - shown) as u64));
                lines.push(Line::styled(cut(&more, self.width), self.look.theme.quiet));
            }
        }
        lines
    }

    /// Where else they are, in a few rows.
    fn elsewhere<'l>(&self, part: &DetailPart<'_>) -> Vec<Line<'l>> {
        let DetailTitle::Elsewhere(known) = &part.title else { return Vec::new() };
        let theme = &self.look.theme;
        let quiet = |value: &str| vec![row(self.look, "elsewhere", value, theme.quiet, self.width)];
        let (text, style, most) = match known.map(|known| &known.result) {
            None => return quiet(&format!("{} asks", self.look.keys.names(Action::WhereNow))),
            Some(WhereNowResult::Asking) => return quiet("asking …"),
            Some(WhereNowResult::Failed(why)) => (why.clone(), theme.bad, 4),
            Some(WhereNowResult::On(..)) => {
                let names = part.facts.iter().map(|fact| match fact {
                    DetailFact::On(channel) => channel.to_string(),
                    DetailFact::More(more) => format!("and {} more", count(*more as u64)),
                    DetailFact::Said(said) => (*said).to_owned(),
                    _ => String::new(),
                });
                (names.take(20).collect::<Vec<_>>().join(", "), Style::new(), 2)
            }
        };
        let mut title = self.title(&part.title);
        over(&mut title, theme.quiet);
        let folded = fold(&text, self.width.saturating_sub(2), most);
        let lines = folded.into_iter().map(|line| Line::styled(format!("  {}", line.trim_start()), style));
        [title].into_iter().chain(lines).collect()
    }

    /// What happened, minute by minute, the latest at the end, as far back as there is room: `12:00 + · 12:05
    /// +~~`.
    fn strip<'l>(&self, facts: &[DetailFact<'_>], room: usize) -> Vec<Span<'l>> {
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
                let (style, glyph, _) = self.told(entry);
                Span::styled(glyph, style)
            }));
            spans.push(Span::styled(gap, self.look.theme.quiet));
            used += spans.iter().map(Span::width).sum::<usize>();
            groups.push(spans);
        }
        groups.into_iter().rev().flatten().collect()
    }

    /// How a thing that happened is told: of a summary, what it says about the one selected.
    fn told(&self, entry: &Entry) -> (Style, &'static str, &'static str) {
        let (theme, user) = (&self.look.theme, self.screen.ui.focus.user.as_ref());
        if let (Some(Happening::Interval { joined, left, .. }), Some(user)) =
            (entry.event.as_deref().map(|event| &event.what), user)
        {
            return match (joined.contains(user), left.contains(user)) {
                (true, _) => (theme.good, "+", "joined, as an interval says"),
                (_, true) => (theme.calm, "-", "left, as an interval says"),
                _ => (theme.warn, "!", "timed out, as an interval says"),
            };
        }
        theme.line(&entry.body)
    }

    fn title<'l>(&self, title: &DetailTitle<'_>) -> Line<'l> {
        let theme = &self.look.theme;
        let (name, more) = match title {
            DetailTitle::Facts => ("", String::new()),
            DetailTitle::State(None) => ("state", String::new()),
            DetailTitle::State(Some(at)) => ("state", format!(" · changed {} ago", self.ago(*at))),
            DetailTitle::Happened => ("what happened here", String::new()),
            DetailTitle::Event => ("last event", String::new()),
            DetailTitle::Elsewhere(None) => {
                ("elsewhere", format!(" · {} asks", self.look.keys.names(Action::WhereNow)))
            }
            DetailTitle::Elsewhere(Some(known)) => ("elsewhere", format!(" · {} ago", age(self.now.since(known.at)))),
        };
        Line::from(vec![Span::styled(name, theme.accent), Span::styled(cut(&more, self.width), theme.quiet)])
    }

    fn fact<'l>(&self, fact: &DetailFact<'_>) -> Line<'l> {
        let theme = &self.look.theme;
        let time = |at: Timetoken| format!("{} · {}", self.look.time_of_day(at.seconds()), self.ago(at));
        let plain = |label: &str, value: &str| row(self.look, label, value, Style::new(), self.width);
        match fact {
            DetailFact::Gone(gone) => {
                let (at, ago) = (self.look.time_of_day(gone.at.seconds()), age(self.now.since(gone.at)));
                Line::styled(cut(&format!("{} {ago} ago · {at}", gone.reason.word()), self.width), theme.warn)
            }
            DetailFact::Since(occupant) => match occupant.since {
                Since::Joined(at) => plain("here since", &time(at)),
                Since::Before(at) => plain("here before", &time(at)),
            },
            DetailFact::LastEvent(heard) => match *heard {
                Some(at) => plain("last event", &time(at)),
                None => row(self.look, "last event", "none yet", theme.quiet, self.width),
            },
            DetailFact::Sightings(occupant) => {
                let announced = match occupant.sightings {
                    1 => "once".to_owned(),
                    2 => "twice".to_owned(),
                    n => format!("{} times", count(n.into())),
                };
                plain("seen", &announced)
            }
            DetailFact::Said(said) => Line::styled(format!("  {said}"), theme.quiet),
            DetailFact::Field(leaf) => self.leaf(leaf),
            DetailFact::Json(text) => {
                Line::raw(format!("  {}", cut(&self.look.symbols.spelled(text), self.width.saturating_sub(2))))
            }
            DetailFact::Happened(entry) => {
                let (style, glyph, word) = self.told(entry);
                let time = self.look.time_of_day(entry.at.seconds());
                Line::from(vec![
                    Span::styled(format!("  {time} "), theme.quiet),
                    Span::styled(format!("{glyph} {word}"), style),
                ])
            }
            DetailFact::On(channel) => Line::raw(format!("  {}", cut(channel.as_str(), self.width.saturating_sub(2)))),
            DetailFact::More(more) => Line::styled(format!("  and {} more", count(*more as u64)), theme.quiet),
            DetailFact::Failed(why) => Line::styled(format!("  {}", cut(why, self.width.saturating_sub(2))), theme.bad),
        }
    }

    /// A field, with what the last change did to it in front, and what it was behind.
    fn leaf<'l>(&self, leaf: &StateLine) -> Line<'l> {
        let theme = &self.look.theme;
        let (glyph, style) = match &leaf.mark {
            FieldChange::Same => (" ", Style::new()),
            FieldChange::Added => ("+", theme.good),
            FieldChange::Changed(_) => ("~", theme.state),
            FieldChange::Removed => ("-", theme.warn),
        };
        let key = format!("{}{}", "  ".repeat(leaf.depth), self.look.symbols.spelled(&leaf.key));
        let width = self.width.saturating_sub(2);
        // Keys make way for values, but never all of it.
        let taken = (LABEL - 2).max((width / 2).min(super::cut(&key, width).width() + 1));
        let mut spans =
            vec![Span::styled(format!("{glyph} "), style), Span::styled(pad(&key, taken.min(width)), theme.quiet)];
        let room = width.saturating_sub(taken);
        let value = cut(&self.look.symbols.spelled(leaf.value.as_deref().unwrap_or_default()), room);
        let left = room.saturating_sub(value.width());
        spans.push(Span::styled(value, if leaf.mark == FieldChange::Removed { theme.quiet } else { style }));
        if let FieldChange::Changed(Some(was)) = &leaf.mark {
            spans.push(Span::styled(cut(&format!(" ← {}", self.look.symbols.spelled(was)), left), theme.quiet));
        }
        Line::from(spans)
    }
}

/// A name, whole if it can be, and a blank line.
fn named<'a>(look: &Appearance, name: &str, width: usize, most: usize) -> Vec<Line<'a>> {
    let name = fold(&look.symbols.spelled(name), width, most);
    name.into_iter().map(|line| Line::styled(line, look.theme.strong)).chain([Line::default()]).collect()
}

fn row<'a>(look: &Appearance, label: &str, value: &str, style: Style, width: usize) -> Line<'a> {
    let value = cut(value, width.saturating_sub(LABEL));
    Line::from(vec![Span::styled(pad(label, LABEL), look.theme.quiet), Span::styled(value, style)])
}

fn of_channel<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
    width: usize,
) -> Vec<Line<'a>> {
    let theme = &look.theme;
    let plain = |label: &str, value: &str| row(look, label, value, Style::new(), width);
    let told = match watched.mode {
        Mode::Announce => "one by one",
        Mode::Interval { deltas: true } => "in intervals, named",
        Mode::Interval { deltas: false } => "in intervals, unnamed",
    };
    let certainty = screen.world.certainty(watched, now);
    let (style, glyph) = theme.certainty(&certainty);
    let mut lines = named(look, watched.channel.as_str(), width, NAME.0);
    lines.push(plain("here", &occupancy(watched)));
    lines.push(plain("listed", &count(watched.roster.len() as u64)));
    lines.push(row(look, "the list is", &format!("{glyph} {}", certainty.word()), style, width));
    if let Certainty::Partial(why) = certainty {
        lines.push(plain("", why));
    }
    if let Some(trouble) = &watched.refused {
        lines.extend(wrap(&trouble.sentence, width).into_iter().map(|line| Line::styled(line, theme.bad)));
    }
    lines.push(plain("changes", told));
    lines.push(plain("events", &count(watched.events)));
    if watched.reconciler.drift_found > 0 {
        lines.push(plain("repaired", &plural(watched.reconciler.drift_found, "user", "users")));
    }
    lines.push(Line::default());
    lines.push(Line::styled(cut("↑↓ in the list: who it is", width), theme.quiet));
    lines
}
