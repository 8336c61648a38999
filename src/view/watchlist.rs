//! Whom and what somebody wants to be told about, and what happened last.
//!
//! ```text
//! ╭ watch list · 3 ─────────────────────────────────── Esc closes ╮
//! │         of whom                now                   last       │
//! │ user    ann                    on lobby, support    12s  joined lobby │
//! │ channel lobby                  23 here ● exact       4m  is not empty … │
//! │ when    occupancy of lobby > 9 ✓ holds               4m  holds        │
//! │ a add  x take off  m mute  Enter go there  y copy for the config… │
//! ╰───────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Appearance,
    format::{age, cut, cut_foreign, pad, pad_foreign, show_occupancy, wrap},
    popup::draw_popup,
    rows::{draw_lines, find_first_row},
};
use crate::{
    alerts::{AlertSubject, WatchItem, WatchList},
    duration::AGE,
    presence::Moment,
    theme::patch_row,
    ui::Action,
    wording::group_digits,
    world::World,
};

/// The widest that it gets: more would part the columns too far.
const WIDTH: usize = 104;

/// Channels on which a user is, named in a row; the others are counted.
const NAMED: usize = 2;

pub(super) fn draw_watchlist(
    world: &World,
    list: &WatchList,
    chosen: usize,
    look: &Appearance,
    now: Moment,
    bounds: Rect,
    buf: &mut Buffer,
) {
    let items = list.items();
    let muted = if list.muted { " · muted" } else { "" };
    let title = format!(" watch list · {}{muted} ", items.len());
    let height = items.len().max(2) + 5;
    let inner = draw_popup(look, &title, "Esc closes", (WIDTH, height), bounds, buf);
    if inner.height == 0 {
        return;
    }
    let width = usize::from(inner.width);
    let foot = 2.min(inner.height - 1);
    let head = u16::from(inner.height > 4 && !items.is_empty());
    let body = Rect { y: inner.y + head, height: inner.height - foot - head, ..inner };
    if head == 1 {
        let [name, stands, _] = fit_columns(width);
        // Ours, and cut where the box ends.
        let text = format!("         {}  {}       last", pad("of whom", name), pad("now", stands));
        Line::styled(text, look.theme.quiet).render(Rect { height: 1, ..inner }, buf);
    }
    let chosen = chosen.min(items.len().saturating_sub(1));
    let first = find_first_row(chosen, usize::from(body.height), items.len());
    let lines = items.iter().enumerate().skip(first).map(|(place, item)| {
        let mut line = show_item(world, item, look, now, width);
        if place == chosen {
            patch_row(&mut line, look.theme.selected);
        }
        line
    });
    draw_lines(lines, body, buf);
    if items.is_empty() {
        let (watch, add) = (look.keys.names(Action::Watch), look.keys.names(Action::Add));
        let text = format!(
            "Nothing is watched yet: {watch} on a user or a channel adds it, {add} adds a name or an expression."
        );
        let lines = wrap(&text, width.saturating_sub(2)).into_iter();
        draw_lines(lines.map(|line| Line::styled(format!(" {line}"), look.theme.quiet)), body, buf);
    }
    if foot == 2 {
        let said = items.get(chosen).map(sum_up_item).unwrap_or_default();
        let row = Rect { y: inner.bottom() - 2, height: 1, ..inner };
        Line::styled(cut(&format!(" {said}"), width), look.theme.quiet).render(row, buf);
    }
    let opens = if items.get(chosen).is_some_and(|item| item.verdict().is_some()) { "acknowledge" } else { "go there" };
    show_keys(opens, list.muted, look, width).render(Rect { y: inner.bottom() - 1, height: 1, ..inner }, buf);
}

/// Show the keys that mean something here, as far as they fit.
fn show_keys<'a>(opens: &'static str, muted: bool, look: &Appearance, width: usize) -> Line<'a> {
    let mute = if muted { "tell again" } else { "mute" };
    let offers = [
        (Action::Open, opens),
        (Action::Add, "add"),
        (Action::Remove, "take off"),
        (Action::Mute, mute),
        (Action::CopyId, "copy for the configuration"),
    ];
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (action, word) in offers {
        let Some(key) = look.keys.of(action).first().map(ToString::to_string) else { continue };
        used += key.len() + word.len() + 3;
        if used > width {
            break;
        }
        spans.push(Span::styled(key, look.theme.accent.patch(look.theme.strong)));
        spans.push(Span::styled(format!(" {word}  "), look.theme.quiet));
    }
    Line::from(spans)
}

/// Fit name, standing and news into so many cells; there may be none for the news.
fn fit_columns(width: usize) -> [usize; 3] {
    let room = width.saturating_sub(18);
    if room < 40 {
        // Without the news.
        let room = width.saturating_sub(11);
        return [room * 3 / 5, room - room * 3 / 5, 0];
    }
    let name = (room * 2 / 5).min(44);
    let stands = ((room - name) / 2).min(28);
    [name, stands, room - name - stands]
}

fn show_item<'a>(world: &World, item: &WatchItem, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let theme = &look.theme;
    let [name, stands, news] = fit_columns(width);
    let about = item.subject();
    let kind = match about {
        AlertSubject::User(_) => "user",
        AlertSubject::Channel(_) => "channel",
        AlertSubject::Claim(_) | AlertSubject::Incident(_) => "when",
    };
    let (lasted, deed) = match &item.last {
        Some(last) => (age(now.since(last.at)), last.describe_event()),
        None => (String::new(), "–".to_owned()),
    };
    let (standing, style) = describe_item(world, item, &about, look, now);
    Line::from(vec![
        Span::styled(format!(" {kind:<8}"), theme.quiet),
        Span::raw(pad_foreign(about.as_str(), name)),
        Span::raw("  "),
        Span::styled(pad(&standing, stands), style),
        Span::styled(format!(" {lasted:>AGE$}  "), theme.quiet),
        Span::raw(pad(&deed, news)),
    ])
}

/// Describe how things are with it now, in a few words.
fn describe_item(
    world: &World,
    item: &WatchItem,
    about: &AlertSubject,
    look: &Appearance,
    now: Moment,
) -> (String, Style) {
    let theme = &look.theme;
    match about {
        AlertSubject::User(user) => {
            let mut on = world.channels.iter().filter(|w| w.roster.get(user).is_some());
            let named: Vec<String> = on.by_ref().take(NAMED).map(|w| cut_foreign(w.channel.as_str(), 16)).collect();
            match (named.is_empty(), on.count()) {
                (true, _) => ("nowhere in view".to_owned(), theme.quiet),
                (false, 0) => (format!("on {}", named.join(", ")), theme.good),
                (false, more) => (format!("on {} +{more}", named.join(", ")), theme.good),
            }
        }
        AlertSubject::Channel(channel) => match world.channels.look_up(channel) {
            Some(watched) => {
                let certainty = world.shown_certainty(watched, now);
                let (style, glyph) = theme.mark_certainty(&certainty);
                let word = if world.lag(watched, now).is_some() { "seconds behind" } else { certainty.word() };
                (format!("{} here {glyph} {word}", show_occupancy(watched)), style)
            }
            None => ("not in view yet".to_owned(), theme.quiet),
        },
        AlertSubject::Claim(_) | AlertSubject::Incident(_) => match item.verdict() {
            Some((Some(true), _)) if item.is_acknowledged() => ("✓ holds, acknowledged".to_owned(), theme.quiet),
            Some((Some(true), _)) => ("! holds".to_owned(), theme.warn),
            Some((Some(false), _)) => ("· does not hold".to_owned(), theme.quiet),
            _ => ("◌ not known".to_owned(), theme.warn),
        },
    }
}

/// Say more about the chosen one: what was seen, and how often it was told.
fn sum_up_item(item: &WatchItem) -> String {
    let told = match (item.told, item.held_back) {
        (0, 0) => "nothing told yet".to_owned(),
        (told, 0) => format!("told {}", group_digits(told)),
        (told, held) => format!("told {}, {} held back for now", group_digits(told), group_digits(held)),
    };
    match item.verdict() {
        Some((_, saw)) => format!("{saw} · {told}"),
        None => told,
    }
}
