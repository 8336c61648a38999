//! What there is to say of all that happens, in one row: always there, and calm is said as well.
//!
//! ```text
//!  ▲ 87 people timed out within 4 s on all 12 channels, 35 % of 250 · nobody left · a network, not a deploy  4 s ago I
//!  ✓ calm for 14 min · 250 people on 12 channels, +3 in 5 min · busiest lobby 77 · lists exact, asked 8 s ago
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
    format::{cut, cut_words},
    link::show_link_alone,
};
use crate::{
    incident::{HoldingRule, Incident, OverallVerdict},
    presence::Moment,
    ui::{Action, Screen},
};

/// From this width on the age is said in words, and the key that opens the evidence.
const ROOMY: usize = 60;

/// What the key is for, said where there is room for it.
const KEY_OPENS: &str = " why";

/// What goes on in the crowd is told where so many cells are left.
const SCENE: usize = 24;

/// An incident that is at least this bad is drawn as something wrong.
const WRONG: u8 = 4;

pub(super) fn draw_verdict(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width).saturating_sub(1);
    let mut line = Line::from(" ");
    line.extend(show_verdict(screen, look, now, width));
    line.render(area, buf);
}

/// Say it in at most `width` cells.
pub(super) fn show_verdict<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let theme = &look.theme;
    let rules = screen.incidents.alarms();
    let verdict = screen.incidents.verdict(screen.world, now);
    let silence = screen.world.scene.as_ref().and_then(|scene| scene.describe_silence(now));
    // Somebody made that happen, and waits for it, until it is told.
    let awaits = screen.world.scene.as_ref().is_some_and(|scene| scene.awaits_timeouts(now));
    if let Some(forms) = silence.filter(|_| awaits || matches!(verdict, OverallVerdict::Calm(_))) {
        let text = choose(&forms, width.saturating_sub(2));
        return Line::from(vec![Span::styled("◌ ", theme.accent), Span::styled(text, theme.accent)]);
    }
    match verdict {
        OverallVerdict::CutOff => show_link_alone(screen.world, look, now, width),
        OverallVerdict::Unknown if screen.world.awaits_channels() => {
            show_in(cut("◌ waiting for webhooks to tell of a channel", width), theme.quiet)
        }
        OverallVerdict::Unknown => show_in(cut("◌ waiting for the first answer of the service", width), theme.quiet),
        OverallVerdict::Incident(incident) => show_incident(look, incident, rules, now, width),
        OverallVerdict::Rules(rules) => show_rules(look, rules, now, width),
        OverallVerdict::Sudden(change) => {
            show_in(format!("◌ {}", choose(&change.sentences(), width.saturating_sub(2))), theme.warn)
        }
        OverallVerdict::Calm(calm) => {
            let mut line = Line::from(vec![Span::styled("✓ ", theme.good)]);
            let room = width.saturating_sub(2);
            // On the wall it has a row of its own.
            let scene = screen.world.scene.as_ref().filter(|_| !screen.ui.focus.wall);
            let least = if scene.is_some() { room.saturating_sub(SCENE + 3) } else { room };
            let forms = calm.sentences(now);
            let text = choose(&forms, if scene.is_some() && least >= SCENE { least } else { room });
            let left = room.saturating_sub(text.width() + 3);
            line.push_span(Span::styled(text, theme.quiet));
            if let Some(scene) = scene.filter(|_| left >= SCENE) {
                let said = cut(&format!("crowd: {}", scene.describe(left.saturating_sub(7), now)), left);
                line.extend([Span::raw("   "), Span::styled(said, theme.accent)]);
            }
            line
        }
    }
}

/// A text in a style that it keeps where its parts become those of another line.
fn show_in<'a>(text: String, style: Style) -> Line<'a> {
    Line::from(Span::styled(text, style))
}

/// How an incident is marked.
pub(super) fn mark_incident(look: &Appearance, incident: &Incident) -> (Style, &'static str) {
    if incident.severity() >= WRONG { (look.theme.bad, "▲") } else { (look.theme.warn, "▲") }
}

/// The longest form that fits.
pub(super) fn choose(forms: &[String], width: usize) -> String {
    let fits = forms.iter().find(|form| form.width() <= width);
    fits.cloned().unwrap_or_else(|| forms.last().map_or_else(String::new, |last| cut(last, width)))
}

fn show_incident<'a>(
    look: &Appearance,
    incident: &Incident,
    rules: &[HoldingRule],
    now: Moment,
    width: usize,
) -> Line<'a> {
    let (style, glyph) = mark_incident(look, incident);
    let key = look.keys.of(Action::Incident).first().map_or_else(String::new, |key| format!("  {key}"));
    let age = incident.age(now);
    let mut end = if width >= ROOMY { format!("{age} ago{key}") } else { age };
    let rule = show_rule_beside(rules, now, width);
    let after = 2 + end.width() + if rule.is_empty() { 0 } else { rule.width() + 3 };
    let room = width.saturating_sub(2 + after);
    let mut text = match &incident.reason {
        // A reason that is cut says more than none.
        Some(_) if room >= 40 => cut_words(&incident.sentence(), room),
        _ => choose(&incident.sentences(), room),
    };
    if room < 8 {
        // Where there is no room for both, what happened goes before when.
        text = choose(&incident.sentences(), width.saturating_sub(2));
        return show_in(format!("{glyph} {text}"), style);
    }
    let mut line = Line::from(Span::styled(format!("{glyph} {text}"), style));
    if !rule.is_empty() {
        line.push_span(Span::styled(format!(" · {rule}"), look.theme.warn));
    }
    if width >= ROOMY && !key.is_empty() && line.width() + 2 + end.width() + KEY_OPENS.len() <= width {
        end.push_str(KEY_OPENS);
    }
    let gap = width.saturating_sub(line.width() + end.width()).min(if width >= ROOMY { usize::MAX } else { 2 });
    line.push_span(Span::raw(" ".repeat(gap.max(2))));
    line.push_span(Span::styled(end, look.theme.quiet));
    line
}

/// The rules that hold, where something else is told.
fn show_rule_beside(rules: &[HoldingRule], now: Moment, width: usize) -> String {
    let Some(first) = rules.first() else { return String::new() };
    let sentence = say_rule(first, now);
    if rules.len() == 1 && sentence.width() + ROOMY <= width { format!("! {sentence}") } else { count_rules(rules) }
}

/// Count the alarms: `! 2 alarms`.
pub(super) fn count_rules(rules: &[HoldingRule]) -> String {
    if rules.len() == 1 { "! 1 alarm".to_owned() } else { format!("! {} alarms", rules.len()) }
}

/// Say what a rule sees, and for how long.
pub(super) fn say_rule(rule: &HoldingRule, now: Moment) -> String {
    let seconds = now.since(rule.since).as_secs();
    let lasted = if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) };
    format!("{}, for {lasted}", rule.sentence)
}

fn show_rules<'a>(look: &Appearance, rules: &[HoldingRule], now: Moment, width: usize) -> Line<'a> {
    let mut forms: Vec<String> = Vec::new();
    if let Some(first) = rules.first() {
        let more = if rules.len() > 1 { format!(" · and {} more", rules.len() - 1) } else { String::new() };
        forms.extend([format!("{}{more}", say_rule(first, now)), format!("{}{more}", first.sentence)]);
        forms.push(first.sentence.clone());
    }
    show_in(format!("! {}", choose(&forms, width.saturating_sub(2))), look.theme.warn)
}
