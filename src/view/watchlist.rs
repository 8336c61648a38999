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
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Appearance,
    format::{age, count, cut, occupancy, pad, wrap},
    popup::{first_in_sight, popup},
    theme::over,
};
use crate::{
    alerts::{AlertSubject, WatchItem},
    presence::Moment,
    ui::{Action, Screen},
};

/// The widest that it gets.
const WIDTH: usize = 104;

/// Channels on which a user is, named in a row.
const NAMED: usize = 2;

pub(super) fn draw(screen: &Screen<'_>, chosen: usize, look: &Appearance, now: Moment, bounds: Rect, buf: &mut Buffer) {
    let items = screen.ui.alerts.items();
    let muted = if screen.ui.alerts.muted { " · muted" } else { "" };
    let title = format!(" watch list · {}{muted} ", items.len());
    let height = items.len().max(2) + 5;
    let inner = popup(look, &title, "Esc closes", (WIDTH, height), bounds, buf);
    if inner.height == 0 {
        return;
    }
    let width = usize::from(inner.width);
    let foot = 2.min(inner.height - 1);
    let head = u16::from(inner.height > 4 && !items.is_empty());
    let body = Rect { y: inner.y + head, height: inner.height - foot - head, ..inner };
    if head == 1 {
        let [name, stands, _] = columns(width);
        // Ours, and cut where the box ends.
        let text = format!("         {}  {}       last", pad("of whom", name), pad("now", stands));
        Line::styled(text, look.theme.quiet).render(Rect { height: 1, ..inner }, buf);
    }
    let chosen = chosen.min(items.len().saturating_sub(1));
    let first = first_in_sight(chosen, usize::from(body.height), items.len());
    for (y, (place, item)) in (body.y..body.bottom()).zip(items.iter().enumerate().skip(first)) {
        let mut line = row(screen, item, look, now, width);
        if place == chosen {
            over(&mut line, look.theme.selected);
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
    if items.is_empty() {
        let (watch, add) = (look.keys.names(Action::Watch), look.keys.names(Action::Add));
        let text = format!(
            "Nobody yet. {watch} on a user or a channel puts them here; {add} asks for any, or for an expression."
        );
        for (y, line) in (body.y..body.bottom()).zip(wrap(&text, width.saturating_sub(2))) {
            Line::styled(format!(" {line}"), look.theme.quiet).render(Rect { y, height: 1, ..body }, buf);
        }
    }
    if foot == 2 {
        let said = items.get(chosen).map(said).unwrap_or_default();
        let row = Rect { y: inner.bottom() - 2, height: 1, ..inner };
        Line::styled(cut(&format!(" {said}"), width), look.theme.quiet).render(row, buf);
    }
    keys(screen, look, width).render(Rect { y: inner.bottom() - 1, height: 1, ..inner }, buf);
}

/// The keys that mean something here, as far as they fit.
fn keys<'a>(screen: &Screen<'_>, look: &Appearance, width: usize) -> Line<'a> {
    let mute = if screen.ui.alerts.muted { "tell again" } else { "mute" };
    let offers = [
        (Action::Add, "add"),
        (Action::Remove, "take off"),
        (Action::Mute, mute),
        (Action::Open, "go there"),
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

/// The widths of name, standing and news.
fn columns(width: usize) -> [usize; 3] {
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

fn row<'a>(screen: &Screen<'_>, item: &WatchItem, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let theme = &look.theme;
    let [name, stands, news] = columns(width);
    let subject = item.subject();
    let kind = match subject {
        AlertSubject::User(_) => "user",
        AlertSubject::Channel(_) => "channel",
        AlertSubject::Claim(_) => "when",
    };
    let (lasted, deed) = match &item.last {
        Some(last) => (age(now.since(last.at)), last.describe_event()),
        None => (String::new(), "–".to_owned()),
    };
    let (standing, style) = standing(screen, item, &subject, look, now);
    Line::from(vec![
        Span::styled(format!(" {kind:<8}"), theme.quiet),
        Span::raw(pad(subject.as_str(), name)),
        Span::raw("  "),
        Span::styled(pad(&standing, stands), style),
        Span::styled(format!(" {lasted:>4}  "), theme.quiet),
        Span::raw(pad(&deed, news)),
    ])
}

/// How things are with it now, in a few words.
fn standing(
    screen: &Screen<'_>,
    item: &WatchItem,
    subject: &AlertSubject,
    look: &Appearance,
    now: Moment,
) -> (String, ratatui::style::Style) {
    let theme = &look.theme;
    match subject {
        AlertSubject::User(user) => {
            let mut on = screen.world.channels.iter().filter(|w| w.roster.get(user).is_some());
            let named: Vec<String> = on.by_ref().take(NAMED).map(|w| cut(w.channel.as_str(), 16)).collect();
            match (named.is_empty(), on.count()) {
                (true, _) => ("nowhere in view".to_owned(), theme.quiet),
                (false, 0) => (format!("on {}", named.join(", ")), theme.good),
                (false, more) => (format!("on {} +{more}", named.join(", ")), theme.good),
            }
        }
        AlertSubject::Channel(channel) => match screen.world.channels.look_up(channel) {
            Some(watched) => {
                let certainty = screen.world.certainty(watched, now);
                let (style, glyph) = theme.certainty(&certainty);
                (format!("{} here {glyph} {}", occupancy(watched), certainty.word()), style)
            }
            None => ("not in view yet".to_owned(), theme.quiet),
        },
        AlertSubject::Claim(_) => match item.verdict() {
            Some((Some(true), _)) => ("✓ holds".to_owned(), theme.good),
            Some((Some(false), _)) => ("· does not hold".to_owned(), theme.quiet),
            _ => ("◌ not known".to_owned(), theme.warn),
        },
    }
}

/// More about the chosen one: what was seen, and how often it was told.
fn said(item: &WatchItem) -> String {
    let told = match (item.told, item.held_back) {
        (0, 0) => "nothing told yet".to_owned(),
        (told, 0) => format!("told {}", count(told)),
        (told, held) => format!("told {}, {} held back for now", count(told), count(held)),
    };
    match item.verdict() {
        Some((_, saw)) => format!("{saw} · {told}"),
        None => told,
    }
}
