//! One name for the rooms that the model was, until each says which of them it means.

#![allow(unused_imports, reason = "a façade that goes away")]

pub use crate::{
    alerts::{About, Item as WatchItem, News, Watchlist, What, mistakes_in as mistakes_in_watchlist},
    doctor::{CHECKED, Finding, Gravity, examine},
    ui::{
        action::{ACTIONS, Action, Meaning, Section},
        detail::{DetailRow, Fact, Part, Replaced, Title, rows as detail_rows},
        dialogs::{
            dialog::{Open, kinds_found},
            editor::{Editor, Mistake, Stage},
            entry_viewer::Reading,
            field::{Chooser, Field, Typing},
            keysets::{KeysetLine, Keysets},
            menu::{Deed, Item, Pick as PickList},
            prompt::{Line as QuestionLine, Question},
            text_area::Text,
            theme_picker::{THEMES, Wardrobe},
        },
        effect::Wish,
        focus::{Focus, Pane, Pick, Shares},
        freeze::Paused,
        log::{
            ring::EventLog,
            view::{Burst, Journal, Part as LogPart, Row as LogRow, Shown},
        },
        message::{Exported, Msg},
        model::Model,
        occupants::{
            list::Rows,
            order::{By, Order},
            window::Row,
        },
        state_tree::{Leaf, Mark, tree},
        status_message::{Tone, Word},
        table_data::{Export, Format, Listed, MOST_COPIED, Sheet, Tally},
        update::update,
        wakes::{due_at, wakes_at},
    },
    world::{
        World,
        channels::{Channels, Mode, Watched},
        counters::Counters,
        departures::{Gone, JustLeft, Reason},
        entry::{Entry, Line, Source},
        facts::Known,
        kind::Kind,
        link::{Link, LinkState},
        note::Note,
        occupancy::History,
        own_presence::{Own, Place},
        reconcile::{Cause, Certainty, Truth, Worth},
        requests::{kinds::Rates, rate::Pace},
        session::Session,
        symptoms::{Recent, Signs},
        watching::Removal,
        where_now::{Answer, Asked, Whereabouts},
    },
};
pub(crate) use crate::{
    alerts::{list as watchlist, listen as ear},
    doctor::examine as doctor,
    ui::{
        detail,
        dialogs::{dialog as open, editor, keysets, menu as pick, prompt as question},
        log::view as journal,
        navigate as look,
        occupants::{index, order, window as people},
        perform as act, table_data as sheet, update as update_room, wakes as due, watch_list as hand,
    },
    world::{channels, discovery as scouts, fold as hear, note, reconcile as truth, watching},
};
