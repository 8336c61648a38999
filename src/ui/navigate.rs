//! What a person does with the picture alone: going about in it, opening and closing what lies over it,
//! taking something out of it. Nothing is asked of the service.

use crate::model::{
    Action, Chooser, Model, Open, Pane, Pick, Question, QuestionLine, Reading, Shown, Tone, Wardrobe, Wish, Word,
    detail_rows, hand, people, sheet,
};
use crate::{
    expression::{Filter, Path},
    presence::Moment,
};

/// What changes nothing but the picture.
pub(crate) fn look(model: &mut Model, action: Action, now: Moment) {
    match action {
        Action::Doctor => toggle(model, Open::Doctor(0)),
        Action::Watchlist => toggle(model, Open::Watchlist(0)),
        Action::Watch => hand::toggle(model, now),
        Action::Help => toggle(model, Open::Help(Chooser::default())),
        Action::Palette => toggle(model, Open::Palette(Chooser::default())),
        Action::Close => {
            model.word = None;
            if model.open.take().is_none() {
                step_back(model);
            }
        }
        Action::Open => match model.focus.pane {
            Pane::Log => open_entry(model),
            Pane::Occupants if model.focus.user.is_some() => toggle(model, Open::Detail(0)),
            Pane::Occupants | Pane::Channels => {}
        },
        Action::Filter if model.focus.pane == Pane::Log => {
            let filter = model.log.journal().shown().filter.as_str().to_owned();
            model.open = Some(Open::Line(QuestionLine::new(Question::LogFilter, &filter)));
        }
        Action::Filter => {
            model.rows.ask();
            model.open = Some(Open::Line(QuestionLine::new(Question::Filter, model.rows.filter().as_str())));
        }
        Action::Columns => {
            let names: Vec<&str> = model.rows.columns.iter().map(Path::as_str).collect();
            model.open = Some(Open::Line(QuestionLine::new(Question::Columns, &names.join(", "))));
        }
        Action::Sort => toggle(model, Open::Sort(Chooser::default())),
        Action::Reverse => model.rows.reverse(),
        Action::JustLeft => model.rows.just_left = !model.rows.just_left,
        Action::NextPane => model.focus.pane = model.focus.pane.next(),
        Action::PreviousPane => model.focus.pane = model.focus.pane.previous(),
        Action::Up => move_by(model, -1),
        Action::Down => move_by(model, 1),
        Action::PageUp => move_by(model, -10),
        Action::PageDown => move_by(model, 10),
        Action::Top => move_by(model, -isize::MAX),
        Action::Bottom => move_by(model, isize::MAX),
        Action::NextChannel => select_channel(model, 1),
        Action::PreviousChannel => select_channel(model, -1),
        Action::Zoom => model.focus.zoom = !model.focus.zoom,
        Action::Theme => toggle(model, Open::Themes(Wardrobe::open(model.theme))),
        Action::Mouse => {
            model.mouse = !model.mouse;
            model.wishes.push(Wish::Mouse(model.mouse));
            let text =
                if model.mouse { "the mouse points here again" } else { "the mouse is the terminal's: it marks text" };
            model.word = Some(Word::new(Tone::Good, text, now));
        }
        Action::LogOfChannel => model.focus.log_of_channel = !model.focus.log_of_channel,
        Action::Kinds => toggle(model, Open::Kinds(Chooser::default())),
        Action::Pause => model.toggle_pause(now),
        Action::CopyId | Action::CopyJson => {
            let wish = sheet::selected(model, action == Action::CopyJson);
            model.word = Some(match wish {
                Ok((wish, what)) => {
                    model.wishes.push(wish);
                    let text = format!("copied {what}, if the terminal allows it");
                    Word::new(Tone::Good, text, now)
                }
                Err(why) => Word::new(Tone::Bad, why, now),
            });
        }
        Action::Export => {
            let name = sheet::suggested(model, now);
            model.open = Some(Open::Line(QuestionLine::new(Question::Export, &name)));
        }
        Action::Redraw => model.wishes.push(Wish::Redraw),
        Action::Suspend => model.wishes.push(Wish::Suspend),
        // Not a matter of looking.
        Action::Quit
        | Action::Heartbeat
        | Action::Leave
        | Action::Resync
        | Action::PresenceTimeout
        | Action::WhereNow
        | Action::EditState
        | Action::KeepAlive
        | Action::Add
        | Action::Remove
        | Action::Keysets
        | Action::Mute
        | Action::Direct(_) => {}
    }
}

/// Go to what was pointed at.
pub(crate) fn picked(model: &mut Model, pick: Pick) {
    match pick {
        Pick::Pane(pane) => model.focus.pane = pane,
        Pick::Channel(place) => {
            // On a small screen the tabs stay what they are: a way from channel to channel.
            if place != model.focus.channel && place < model.world.channels.len() {
                model.focus.channel = place;
                model.focus.user = None;
            }
        }
        Pick::User(user) => {
            model.focus.pane = Pane::Occupants;
            model.focus.user = Some(user);
        }
    }
}

/// Let the log follow, if it is held; otherwise show all again where a filter hides some.
fn step_back(model: &mut Model) {
    let in_log = model.focus.pane == Pane::Log;
    if model.log.journal().is_held() {
        model.log.journal_mut().follow();
    } else if in_log && !model.log.journal().shown().filter.is_empty() {
        model.log.show(Shown { filter: Filter::default(), ..model.log.journal().shown().clone() });
    } else if !in_log {
        model.rows.choose(Filter::default());
    }
}

/// Unfold the burst under the cursor of the log, or open the entry to be read.
fn open_entry(model: &mut Model) {
    if matches!(model.open.take(), Some(Open::Reading(_))) || model.log.journal_mut().toggle_burst() {
        return;
    }
    model.open = model.log.at_cursor().map(|entry| Open::Reading(Reading::new(entry)));
}

/// Open it, or close it if the same is open.
fn toggle(model: &mut Model, open: Open) {
    let same = |before: Open| std::mem::discriminant(&before) == std::mem::discriminant(&open);
    model.open = if model.open.take().is_some_and(same) { None } else { Some(open) };
}

fn select_channel(model: &mut Model, by: isize) {
    let last = model.world.channels.len().saturating_sub(1);
    let before = model.focus.channel;
    model.focus.channel = before.saturating_add_signed(by).min(last);
    if model.focus.channel != before {
        model.focus.user = None;
        model.focus.gone = None;
        if matches!(model.open, Some(Open::Detail(_))) {
            model.open = None;
        }
    }
}

fn move_by(model: &mut Model, rows: isize) {
    match &mut model.open {
        Some(Open::Detail(row)) => {
            let row = *row;
            let last = detail_rows(&model.detail()).count().saturating_sub(1);
            model.open = Some(Open::Detail(row.saturating_add_signed(rows).min(last)));
            return;
        }
        Some(Open::Reading(reading)) => return reading.scroll(rows),
        Some(Open::Doctor(first)) => {
            *first = first.saturating_add_signed(rows);
            return;
        }
        _ => {}
    }
    match model.focus.pane {
        Pane::Channels => select_channel(model, rows),
        Pane::Log => model.log.journal_mut().scroll(rows),
        Pane::Occupants => people::move_by(model, rows),
    }
}
