//! All that the dashboard knows.

use crate::{
    model::*,
    presence::{Moment, Prices},
};

/// All that the dashboard knows.
#[derive(Debug)]
pub struct Model {
    /// What is known of presence.
    pub world: World,
    /// What happened.
    pub log: EventLog,
    /// Which occupants are listed, and how.
    pub rows: Rows,
    /// What a person looks at.
    pub focus: Focus,
    /// What the person is told about what they asked for.
    pub word: Option<Word>,
    /// What requests cost, if anybody said.
    pub prices: Option<Prices>,
    /// Whom and what somebody wants to be told about.
    pub watchlist: Watchlist,
    /// The keysets that one can go over to.
    pub keysets: Keysets,
    /// What lies over the panes and takes the keys.
    pub open: Option<Open>,
    /// The theme that is worn, one of [`THEMES`].
    pub theme: &'static str,
    /// The mouse is ours, rather than the terminal's.
    pub mouse: bool,
    /// The file that an export found to be there already.
    pub(crate) exists: Option<String>,
    /// What is wanted of the terminal; whoever runs the loop takes it.
    pub wishes: Vec<Wish>,
    /// That the picture is held still.
    pub(crate) paused: Option<Paused>,
    /// We are on the way out.
    pub quitting: bool,
}

impl Model {
    /// A model that knows what to watch and nothing else.
    pub fn new(session: Session, presence_timeout: std::time::Duration, now: Moment) -> Self {
        Self {
            world: World::new(session, presence_timeout, now),
            log: EventLog::default(),
            rows: Rows::default(),
            focus: Focus::default(),
            word: None,
            prices: None,
            watchlist: Watchlist::default(),
            keysets: Keysets::default(),
            open: None,
            theme: THEMES[0],
            mouse: true,
            exists: None,
            wishes: Vec::new(),
            paused: None,
            quitting: false,
        }
    }

    /// The selected channel, if there is any.
    pub fn selected(&self) -> Option<&Watched> {
        self.world.channels.get(self.focus.channel)
    }

    /// Have the screen arranged as for another model, and the same on the watch list.
    pub fn arrange_like(&mut self, other: &Self) {
        (self.theme, self.mouse) = (other.theme, other.mouse);
        (self.focus.zoom, self.focus.shares) = (other.focus.zoom, other.focus.shares);
        self.rows = other.rows.anew();
        (self.watchlist, self.prices) = (other.watchlist.anew(), other.prices.clone());
    }

    /// Whether keys are text, because something is being typed.
    pub fn is_typing(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_typed)
    }

    /// Whether an action means something here.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::Direct(_) => self.world.scene.is_some(),
            Action::Filter | Action::Open => self.focus.pane != Pane::Channels,
            _ => true,
        }
    }
}
