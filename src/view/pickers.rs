//! What can be chosen in a box: an action, a theme, the kinds of the log, an order, one of a few things.
//!
//! ```text
//! ╭ colours ─────── Enter keeps, Esc closes ╮      ╭ events shown ── Enter shows or hides, Esc closes ╮
//! │ › █                                        │      │ › █                                              │
//! │   dark                                     │      │ [x] all kinds                              1 204 │
//! │ › light                + - ! ~ × accent    │      │ [ ] interval                                  12 │
//! ╰────────────────────────────────────────────╯      ╰──────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    choices::Choices,
    format::{cut, cut_foreign, pad, pad_foreign, pad_middle, show_occupancy},
    help::KEYS,
    popup::Dock,
};
use crate::{
    duration::age,
    expression::Path,
    theme::patch_row,
    ui::{
        ChannelSort, EventLog, FuzzyList, Menu, MenuItem, PaletteHit, Screen, SortKey, SortOrder, ThemePicker,
        list_matching_kinds,
    },
    wording::group_digits,
    world::EntryKind,
};

/// Rows of a box at the most: it lies over panes that one chooses for.
const HIGHEST: usize = 18;

/// In fewer cells an action is not described.
const LEAST_HELP: usize = 12;

/// Columns of a title with the keys beside it.
const TITLE: usize = 48;

/// What is said where nothing fits what is typed.
const NO_SUCH_NAME: &str = "  nothing of that name";

/// Draw the actions that fit what is typed.
pub(super) fn draw_actions(screen: &Screen<'_>, chooser: &FuzzyList, look: &Appearance, dock: Dock, buf: &mut Buffer) {
    let found = screen.find_palette_hits(chooser);
    let choices = Choices {
        title: " actions and names ",
        closes: "Enter does it, Esc closes",
        size: (96, (screen.offered_actions().count() + 3).min(HIGHEST)),
        chooser,
        found: &found,
        nothing: NO_SUCH_NAME,
    };
    choices.draw(look, dock, buf, |hit: &PaletteHit, width, chosen| {
        // A few letters of a sentence say nothing.
        let text = Some(width.saturating_sub(20 + KEYS + 3)).filter(|text| *text >= LEAST_HELP).unwrap_or(0);
        let (name, help, keys) = match hit {
            PaletteHit::Action(action) => {
                let info = action.info();
                (pad(info.name, 19), pad(info.help, text), look.keys.names(*action))
            }
            PaletteHit::Channel(channel) => {
                let here = screen.world.channels.look_up(channel).map(show_occupancy).unwrap_or_default();
                (
                    pad_middle(channel.as_str(), 0, 19),
                    pad(&format!("go to the channel, {here} here"), text),
                    String::new(),
                )
            }
            PaletteHit::User(channel, user) => {
                let channel_name = cut_foreign(channel.as_str(), 40);
                let (watched, now) = (screen.world.channels.look_up(channel), screen.world.now());
                let gone = watched.and_then(|watched| watched.list_departed(now).find(|gone| gone.user == *user));
                let help = gone.map_or_else(
                    || format!("go to the user on {channel_name}"),
                    |gone| format!("{} {} ago on {channel_name}", gone.reason.word(), age(now.since(gone.at))),
                );
                (pad_foreign(user.as_str(), 19), pad(&help, text), String::new())
            }
            PaletteHit::Scene(place) => {
                let scenes = screen.world.scene.as_ref().map(|status| &status.scenes);
                let scene = scenes.and_then(|scenes| scenes.get(usize::from(*place)));
                let (title, about) = scene.map_or(("", ""), |scene| (scene.title.as_str(), &*scene.about));
                (pad_foreign(title, 19), pad_foreign(&format!("scene · {about}"), text), String::new())
            }
            PaletteHit::Keyset(name) => (pad_foreign(name, 19), pad("go over to the keyset", text), String::new()),
        };
        let line = Line::from(vec![
            Span::styled(format!(" {name} "), look.theme.accent),
            Span::raw(help),
            Span::styled(format!(" {} ", pad(&keys, KEYS)), look.theme.quiet),
        ]);
        select_if(chosen, line, look)
    });
}

/// Draw the themes, the chosen one with its colours.
pub(super) fn draw_themes(wardrobe: &ThemePicker, look: &Appearance, dock: Dock, buf: &mut Buffer) {
    let found = wardrobe.list_matches();
    let choices = Choices {
        title: " colours ",
        closes: "Enter keeps, Esc closes",
        size: (46, ThemePicker::count_all() + 3),
        chooser: &wardrobe.list,
        found: &found,
        nothing: "",
    };
    choices.draw(look, dock, buf, |name, width, chosen| {
        let (theme, room) = (&look.theme, width.saturating_sub(18));
        if !chosen {
            return Line::raw(pad(&format!("  {name}"), room));
        }
        let sample =
            [("+ ", theme.good), ("- ", theme.calm), ("! ", theme.warn), ("~ ", theme.state), ("× ", theme.bad)];
        let mut line = Line::from(Span::styled(pad(&format!("› {name}"), room), theme.strong));
        line.extend(sample.map(|(text, style)| Span::styled(text, style)));
        line.push_span(Span::styled("accent", theme.accent));
        line
    });
}

/// Draw the fields of states, each with a column or without, how many have it, and an example.
pub(super) fn draw_columns(screen: &Screen<'_>, chooser: &FuzzyList, look: &Appearance, dock: Dock, buf: &mut Buffer) {
    let found = screen.list_columns(chooser);
    let survey = &screen.ui.occupants.fields;
    let shown = screen.ui.occupants.list_columns();
    let choices = Choices {
        title: " columns ",
        closes: "Enter shows or hides, Esc closes",
        size: (64, (found.len() + 3).min(HIGHEST)),
        chooser,
        found: &found,
        nothing: "no states have been seen here; a field can be typed, such as mood or device.os",
    };
    choices.draw(look, dock, buf, |path: &Path, width, chosen| {
        let on = shown.iter().any(|(other, _)| other == path);
        let field = survey.fields.iter().find(|field| field.path == *path);
        let count = field.map(|field| format!("{} of {}", field.count, survey.states)).unwrap_or_default();
        let example = field.map(|field| field.example.as_str()).unwrap_or_default();
        let name = (width / 3).min(24);
        let line = Line::from(vec![
            Span::styled(if on { " [x] " } else { " [ ] " }, look.theme.accent),
            Span::styled(pad_foreign(path.as_str(), name), if on { look.theme.base } else { look.theme.quiet }),
            Span::styled(format!(" {count:>9}  "), look.theme.quiet),
            Span::raw(pad_foreign(example, width.saturating_sub(name + 17))),
        ]);
        select_if(chosen, line, look)
    });
}

/// Draw the kinds of the log, each on or off, with how many entries there are.
pub(super) fn draw_kinds(log: &EventLog, chooser: &FuzzyList, look: &Appearance, dock: Dock, buf: &mut Buffer) {
    let shown = log.view().filter();
    let choices = Choices {
        title: " events shown ",
        closes: "Enter shows or hides, Esc closes",
        size: (56, EntryKind::ALL.len() + 4),
        chooser,
        found: &list_matching_kinds(chooser),
        nothing: "",
    };
    choices.draw(look, dock, buf, |kind, width, chosen| {
        let (on, name, number) = match kind {
            Some(kind) => (shown.shows_kind(*kind), kind.name(), log.count_kind(*kind)),
            None => (shown.kinds().count() == EntryKind::ALL.len(), "all kinds", log.len()),
        };
        let number = if number == 0 { String::new() } else { group_digits(number as u64) };
        let line = Line::from(vec![
            Span::styled(if on { " [x] " } else { " [ ] " }, look.theme.accent),
            Span::styled(pad(name, 16), if on { look.theme.base } else { look.theme.quiet }),
            Span::styled(format!("{number:>width$} ", width = width.saturating_sub(22)), look.theme.quiet),
        ]);
        select_if(chosen, line, look)
    });
}

/// Draw a few things to choose from.
pub(super) fn draw_pick(pick: &Menu, look: &Appearance, dock: Dock, buf: &mut Buffer) {
    let found = pick.list_matches();
    let longest = pick.items.iter().map(|item| cut(&item.label, 30).width()).max().unwrap_or(0);
    let choices = Choices {
        title: &format!(" {} ", pick.title),
        closes: "Enter does it, Esc closes",
        size: (100, (pick.items.len() + 3).min(HIGHEST)),
        chooser: &pick.list,
        found: &found,
        nothing: NO_SUCH_NAME,
    };
    choices.draw(look, dock, buf, |item: &&MenuItem, width, chosen| {
        let alarm = if item.alarm.is_empty() { String::new() } else { format!("{}  ", item.alarm) };
        let room = width.saturating_sub(longest + 3 + alarm.width());
        let line = Line::from(vec![
            Span::styled(format!(" {}  ", pad(&item.label, longest)), look.theme.accent),
            Span::styled(alarm, look.theme.bad),
            Span::styled(pad(&item.remark, room), look.theme.quiet),
        ]);
        select_if(chosen, line, look)
    });
}

/// Draw what occupants can be sorted by, with the order that they are in now.
pub(super) fn draw_orders(screen: &Screen<'_>, chooser: &FuzzyList, look: &Appearance, dock: Dock, buf: &mut Buffer) {
    // As high as it was before anything was typed.
    let height = screen.list_sort_keys(&FuzzyList::default()).len() + 3;
    let order: &SortOrder = screen.ui.occupants.order();
    let choices = Choices {
        title: " sort by ",
        closes: "Enter sorts, Esc closes",
        size: (fit_width(screen.list_sort_keys(chooser).iter().map(SortKey::name)), height.clamp(8, HIGHEST)),
        chooser,
        found: &screen.list_sort_keys(chooser),
        nothing: "   not a field; such as mood, device.os",
    };
    choices.draw(look, dock, buf, |by: &SortKey, width, chosen| {
        let arrow = match order.by == *by {
            true if order.reversed => "↓",
            true => "↑",
            false => " ",
        };
        let line = Line::from(vec![
            Span::styled(format!(" {arrow} "), look.theme.accent),
            Span::raw(pad(&by.name(), width.saturating_sub(3))),
        ]);
        select_if(chosen, line, look)
    });
}

/// Draw what channels can be sorted by, with the order that they are in now.
pub(super) fn draw_channel_sorts(
    screen: &Screen<'_>,
    chooser: &FuzzyList,
    look: &Appearance,
    dock: Dock,
    buf: &mut Buffer,
) {
    let (sorted, reversed) = screen.ui.channels.sort();
    let choices = Choices {
        title: " sort channels by ",
        closes: "Enter sorts, Esc closes",
        size: (
            fit_width(ChannelSort::ALL.map(|sort| format!("{:<10}{}", sort.name(), sort.describe(false))).into_iter()),
            ChannelSort::ALL.len() + 3,
        ),
        chooser,
        found: &screen.list_channel_sorts(chooser),
        nothing: NO_SUCH_NAME,
    };
    choices.draw(look, dock, buf, |sort: &ChannelSort, width, chosen| {
        let arrow = if sorted != *sort {
            " "
        } else if reversed {
            "↑"
        } else {
            "↓"
        };
        let text = format!("{:<10}{}", sort.name(), sort.describe(false));
        let line = Line::from(vec![
            Span::styled(format!(" {arrow} "), look.theme.accent),
            Span::raw(pad(&text, width.saturating_sub(3))),
        ]);
        select_if(chosen, line, look)
    });
}

/// The columns of a box that is as wide as the widest of these, and as its title.
fn fit_width(rows: impl Iterator<Item = impl AsRef<str>>) -> usize {
    let widest = rows.map(|row| row.as_ref().width()).max().unwrap_or(0);
    (widest + 6).clamp(TITLE, 64)
}

/// Mark the chosen line over its whole width.
fn select_if<'l>(chosen: bool, mut line: Line<'l>, look: &Appearance) -> Line<'l> {
    if chosen {
        patch_row(&mut line, look.theme.selected);
    }
    line
}
