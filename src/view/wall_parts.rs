//! The parts of the wall view: the scene, the number with what it is about, and the bars of the channels.

use std::cmp::Reverse;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance, Symbols,
    format::{count_things, cut, cut_foreign, cut_middle, pad, show_occupancy, wrap},
    gauge::{Charted, describe_occupancy},
    pieces::{join_pieces, shorten_pieces},
    rows::draw_lines,
};
use crate::{
    chart::{DIGIT_ROWS, draw_digits},
    incident::OverallVerdict,
    presence::{Moment, SceneStatus},
    ui::{Follow, Screen},
    wording::{show_change, show_roughly},
    world::ChannelState,
};

/// Cells for what is said of ourselves.
const OWN: u16 = 30;

/// Draw which scene it is, and what comes next.
pub(super) fn draw_scene(scene: &SceneStatus, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let width = usize::from(area.width);
    let next = scene.describe_next(now).unwrap_or_default();
    let next = if next.width() * 2 < width { next } else { String::new() };
    let room = width.saturating_sub(next.width() + 2);
    let play = scene.scenario.as_deref().map(|title| cut_foreign(title, 40)).unwrap_or_default();
    let number = if scene.scenario.is_some() && scene.scenes.len() > 1 {
        format!("scene {} of {}", scene.scene + 1, scene.scenes.len())
    } else {
        String::new()
    };
    let title = scene.describe_now();
    let forms: [&[&str]; 3] = [&[&play, &number, &title], &[&number, &title], &[&title]];
    let join = |parts: &[&str]| {
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        parts.join("  ·  ")
    };
    let said = forms.map(join).into_iter().find(|said| said.width() <= room).unwrap_or(title.clone());
    let mut line = Line::from(Span::styled(cut(&said, room), theme.strong));
    line.push_span(Span::raw(" ".repeat(width.saturating_sub(line.width() + next.width()))));
    line.push_span(Span::styled(next, theme.quiet));
    line.render(area, buf);
}

/// Draw how much of what goes on has passed, if it is known when it ends.
pub(super) fn draw_progress(scene: &SceneStatus, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width);
    let passed = scene.next.as_ref().map_or(0, |(_, at)| {
        let (whole, passed) = (at.since(scene.since).as_millis().max(1), now.since(scene.since).as_millis());
        usize::try_from(width as u128 * passed.min(whole) / whole).unwrap_or(width)
    });
    let line = Line::from(vec![
        Span::styled("━".repeat(passed), look.theme.accent),
        Span::styled("─".repeat(width - passed), look.theme.border),
    ]);
    line.render(area, buf);
}

/// Draw the number in large digits, and beside it what it is about.
pub(super) fn draw_number(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let charted = Charted::find(screen);
    let room = usize::from(area.width) * 2 / 3;
    let twice = usize::from(area.height) >= 2 * DIGIT_ROWS;
    let fits = |twice: bool| {
        let numbers: [String; 2] = [charted.here.clone(), show_roughly(charted.occupancy)];
        numbers.into_iter().map(|number: String| draw_digits(&number, twice)).find(|rows| rows[0].width() <= room)
    };
    let digits = fits(twice).or_else(|| fits(false)).unwrap_or_default();
    let width = u16::try_from(digits.first().map_or(0, |row| row.width())).unwrap_or(area.width);
    let style = look.theme.accent.patch(look.theme.strong);
    let left = Rect { width: width.min(area.width), ..area };
    draw_lines(digits.into_iter().map(|row| Line::styled(row, style)), left, buf);
    let gap = if area.width >= 60 { 4 } else { 2 };
    let mut beside = Rect { x: area.x + width + gap, width: area.width.saturating_sub(width + gap), ..area };
    let own = describe_own_presence(screen, look, now);
    if !own.is_empty() && beside.width >= 2 * OWN + gap {
        beside.width -= OWN + gap;
        draw_lines(own, Rect { x: beside.right() + gap, width: OWN, ..beside }, buf);
    }
    draw_lines(describe_number(screen, look, now, &charted, beside), beside, buf);
}

/// Say where we are present ourselves and for how long, if we are.
fn describe_own_presence<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment) -> Vec<Line<'a>> {
    let own = &screen.world.own_presence;
    let here = screen.selected_channel().and_then(|watched| own.place_on(&watched.channel));
    let Some(until) = here.or_else(|| own.places.values().min_by_key(|place| place.until)).map(|place| place.until)
    else {
        return Vec::new();
    };
    let place = if here.is_some() || screen.ui.focus.sum.is_some() { "here" } else { "elsewhere" };
    let name = format!("◆ {place} as {}", screen.world.session.user);
    let kept = if own.kept_alive { "kept alive by heartbeats" } else { "no heartbeats: it runs out" };
    let room = usize::from(OWN);
    vec![
        Line::from(vec![
            Span::styled("you  ", look.theme.quiet),
            Span::styled(cut_foreign(&name, room.saturating_sub(5)), look.theme.good.patch(look.theme.strong)),
        ]),
        Line::raw(format!("timeout in {} s", until.since(now).as_secs())),
        Line::default(),
        Line::styled(kept, look.theme.quiet),
    ]
}

/// Say what the number is about, how it changed, and what it means.
fn describe_number<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    charted: &Charted<'_>,
    area: Rect,
) -> Vec<Line<'a>> {
    let theme = &look.theme;
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let all = count_things(screen.world.channels.len() as u64, "channel", "channels");
    let name = screen.selected_channel().map_or(all, |watched| watched.channel.to_string());
    let people = if charted.occupancy == 1 { "person is on" } else { "people are on" };
    let mut lines = Vec::new();
    let name_beside = cut_middle(&name, 0, width.saturating_sub(people.len() + 2));
    if name_beside.width() >= name.width().min(8) {
        lines.push(Line::from(vec![Span::raw(format!("{people}  ")), Span::styled(name_beside, theme.strong)]));
    } else {
        lines.push(Line::raw(cut(people, width)));
        lines.push(Line::styled(cut_middle(&name, 0, width), theme.strong));
    }
    if height > 2 * DIGIT_ROWS - 1 {
        lines.push(Line::default());
    }
    if let Some(change) = find_change(charted, now) {
        lines.push(show_change_in_words(look, change, width));
    }
    lines.push(Line::default());
    let left = height.saturating_sub(lines.len());
    // While something is wrong, what is usual in the scene is no help.
    let verdict = screen.incidents.verdict(screen.world, now);
    let is_well = matches!(verdict, OverallVerdict::Calm(_) | OverallVerdict::Sudden(_));
    if let Some(scene) = screen.world.scene.as_ref().filter(|_| is_well) {
        // A sentence that does not fit says nothing.
        let sentence = wrap(&scene.about, width);
        if sentence.len() <= left && width >= 24 {
            lines.extend(sentence.into_iter().map(Line::raw));
        }
    } else {
        let mut parts = describe_occupancy(screen.world, look, now, charted, screen.span(now));
        // The number itself is there already.
        parts.remove(0);
        shorten_pieces(&mut parts, &mut Vec::new(), width);
        lines.push(Line::from(join_pieces(look, parts)));
    }
    lines
}

/// By how much the number changed lately, if it is known how many there were then.
fn find_change(charted: &Charted<'_>, now: Moment) -> Option<i64> {
    // The columns are of five seconds, the one that goes on comes last.
    let then = usize::try_from(Follow::RECENT / 5).unwrap_or(0) + 1;
    let minute = charted.history.last_minute(now);
    minute.iter().rev().nth(then).copied().flatten()?;
    charted.history.change_over(Follow::RECENT, now)
}

/// `+197 in the last 30 seconds`.
fn show_change_in_words<'a>(look: &Appearance, change: i64, width: usize) -> Line<'a> {
    let span = Follow::RECENT;
    if change == 0 {
        return Line::raw(cut(&format!("as many as {span} s ago"), width));
    }
    let style = if change > 0 { look.theme.good } else { look.theme.warn };
    let number = show_change(change);
    let long = format!(" in the last {span} seconds");
    let said = if number.width() + long.width() <= width { long } else { format!(" in {span} s") };
    let said = cut(&said, width.saturating_sub(number.width()));
    Line::from(vec![Span::styled(number, style.patch(look.theme.strong)), Span::styled(said, look.theme.strong)])
}

/// Draw the channels as bars on one scale, in the order in which they are watched: all of them, or the selected one and
/// those with most people.
pub(super) fn draw_bars(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let channels = &screen.world.channels;
    let rows = usize::from(area.height);
    // The last row counts those for which there is none.
    let count = if rows < channels.len() && rows > 2 { rows - 1 } else { rows };
    let selected = screen.selected_channel().map(|watched| &watched.channel);
    let place = selected.and_then(|channel| channels.find_place(channel));
    let places = choose_bars(channels.iter().map(ChannelState::occupancy), place, count);
    let shown: Vec<&ChannelState> = places.into_iter().filter_map(|place| channels.get(place)).collect();
    let width = usize::from(area.width);
    let names = shown.iter().map(|watched| watched.channel.as_str().width()).max().unwrap_or(0).min(width / 4);
    let numbers = shown.iter().map(|watched| show_occupancy(watched).width()).max().unwrap_or(0);
    let cells = width.saturating_sub(names + numbers + 4);
    let highest = channels.iter().map(ChannelState::occupancy).max().unwrap_or(0).max(1);
    let lines = shown.iter().map(|watched| {
        let is_selected = selected == Some(&watched.channel);
        let style = if is_selected { look.theme.accent } else { look.theme.fill };
        let name = pad(&cut_middle(watched.channel.as_str(), 0, names), names);
        let strong = if is_selected { look.theme.strong } else { look.theme.quiet };
        Line::from(vec![
            Span::styled(format!("{name}  "), strong),
            Span::styled(show_bar(look, watched.occupancy(), highest, cells), style),
            Span::styled(format!(" {}", show_occupancy(watched)), look.theme.strong),
        ])
    });
    let others = || {
        let here: u64 = shown.iter().map(|watched| watched.occupancy()).sum();
        let others = channels.len() - shown.len();
        let people = channels.total().occupancy().unwrap_or(0).saturating_sub(here);
        let channels = count_things(others as u64, "more channel", "more channels");
        Line::styled(
            cut(&format!("{channels} · {}", count_things(people, "person", "people")), width),
            look.theme.quiet,
        )
    };
    draw_lines(lines.chain((count < rows).then(others)), area, buf);
}

/// The places of so many channels, in order: that of the selected one and those with most people.
fn choose_bars(occupancies: impl Iterator<Item = u64>, selected: Option<usize>, count: usize) -> Vec<usize> {
    let mut chosen: Vec<(usize, u64)> = occupancies.enumerate().collect();
    if count < chosen.len() {
        chosen.select_nth_unstable_by_key(count, |(place, here)| (Reverse((selected == Some(*place), *here)), *place));
        chosen.truncate(count);
        chosen.sort_unstable();
    }
    chosen.into_iter().map(|(place, _)| place).collect()
}

/// A bar, a little lower than a row so that it does not touch the next one. Nobody is a line, and somebody is a cell.
fn show_bar(look: &Appearance, value: u64, highest: u64, cells: usize) -> String {
    let length = u128::from(value) * cells as u128 / u128::from(highest.max(1));
    let length = usize::try_from(length).unwrap_or(cells).clamp(usize::from(value > 0), cells.max(1));
    match look.symbols {
        _ if value == 0 => "▏".to_owned(),
        Symbols::Unicode => "▆".repeat(length),
        Symbols::Ascii => "#".repeat(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f12_where_there_is_room_for_a_few_bars_they_are_of_the_largest_and_the_selected() {
        let here = || [3, 0, 89, 0, 5, 5].into_iter();
        assert_eq!(choose_bars(here(), None, 9), [0, 1, 2, 3, 4, 5]);
        assert_eq!(choose_bars(here(), None, 3), [2, 4, 5]);
        assert_eq!(choose_bars(here(), Some(3), 3), [2, 3, 4]);
        assert_eq!(choose_bars(here(), Some(3), 1), [3]);
        assert_eq!(choose_bars(here(), Some(3), 0), [] as [usize; 0]);
    }

    #[test]
    fn f12_bars_share_one_scale() {
        let look = Appearance::default();
        let bars = [0, 1, 99, 100, 199].map(|value| show_bar(&look, value, 199, 40).width());
        assert_eq!(bars, [1, 1, 19, 20, 40]);
        assert_eq!(show_bar(&look, 5, 0, 0).width(), 1);
    }
}
