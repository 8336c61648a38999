//! Somebody who presses anything, while a crowd comes and goes and the link fails: nothing panics, no time
//! stands still, every size is drawn, and when it is calm again the list is true.

use std::time::Duration;

use crate::model::Looking;
use herenow::{
    keys::{Key, Keys},
    presence::{LinkChange, Notice},
    ui::{ACTIONS, Action, EditKey, Effect, Exported, THEMES, UiEvent},
    view::{Depth, Symbols, Theme},
    world::Input,
};

use crate::{
    happen::{live, trouble},
    sim::{CHANNELS, Sim},
};

/// What is pasted where something is typed.
const PASTES: [&str; 6] = [
    "state.mood=busy",
    "!~alc",
    "{\"mood\": \"busy\", \"level\": [1, 2]}",
    "a\u{202e}b\u{1b}[2J\u{7}",
    "lobby match.*",
    "",
];

/// The keys of all actions but quitting, and what texts are made of.
fn keyboard() -> Vec<Key> {
    let table = Keys::default();
    let actions = ACTIONS.iter().map(|info| info.action).filter(|action| *action != Action::Quit);
    let bound = actions.flat_map(|action| table.of(action).to_vec());
    let others = [Key::Enter, Key::Enter, Key::Esc, Key::Ctrl('g'), Key::Backspace, Key::Tab, Key::Ctrl('s')];
    bound.chain(others).chain("ab1 {}\"é漢".chars().map(Key::Char)).collect()
}

/// Somebody who presses anything, in front of a crowd that comes and goes.
pub struct Storm {
    pub sim: Sim,
    table: Keys,
    keyboard: Vec<Key>,
    chance: fastrand::Rng,
}

impl Storm {
    pub fn new(seed: u64) -> Self {
        Self::blow_over(seed, Sim::crowd(40, "me"))
    }

    /// Over a crowd that nobody has looked at yet.
    pub fn blow_over(seed: u64, sim: Sim) -> Self {
        let sim = sim.watched(Duration::from_secs(20));
        Self { sim, table: Keys::default(), keyboard: keyboard(), chance: fastrand::Rng::with_seed(seed) }
    }

    fn press(&mut self, key: Key) {
        if let Some(msg) = self.table.translate(&self.sim.model.screen(), key) {
            self.sim.tell(msg);
        }
        self.grant();
    }

    /// What a terminal and a disk would do.
    fn grant(&mut self) {
        for wish in std::mem::take(&mut self.sim.model.listener.effects) {
            match wish {
                Effect::Export(export) => {
                    let ends = [Exported::Written, Exported::Exists, Exported::Failed("the disk is full".to_owned())];
                    let ended = ends[self.chance.usize(..ends.len())].clone();
                    self.sim.tell(UiEvent::Exported(export, ended));
                }
                Effect::Switch(_) => self.sim.tell(UiEvent::NotSwitched("it has no subscribe-key".to_owned())),
                _ => {}
            }
        }
    }

    /// The link fails, for a while or not.
    fn fail(&mut self) {
        let at = self.sim.now;
        let lost = LinkChange::Lost { trouble: trouble("connection refused"), attempt: 1, retry_at: at };
        self.sim.tell(Input::Notice(Notice::Link { poll: 0, change: lost, at }));
        self.sim.run(Duration::from_millis(self.chance.u64(0..3_000)));
        self.sim.link(live());
    }

    fn look(&self, chance: &mut fastrand::Rng) {
        let (width, height) = (chance.u16(1..=200), chance.u16(1..=60));
        let theme = Theme::by_name(THEMES[chance.usize(..THEMES.len())], Depth::True).unwrap();
        let symbols = if chance.bool() { Symbols::Unicode } else { Symbols::Ascii };
        let frame = self.sim.frame_in(theme, symbols, width, height);
        for cell in &frame.content {
            assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
        }
    }

    pub fn blow(&mut self, presses: usize) {
        let mut eyes = self.chance.fork();
        for _ in 0..presses {
            match self.chance.u8(..100) {
                0..5 => self.sim.run(Duration::from_millis(self.chance.u64(0..5_000))),
                5 => self.fail(),
                6..9 if self.sim.model.is_typing() => {
                    let text = PASTES[self.chance.usize(..PASTES.len())].to_owned();
                    self.sim.tell(UiEvent::Type(EditKey::Paste(text)));
                }
                9..14 => self.look(&mut eyes),
                _ => {
                    let key = self.keyboard[self.chance.usize(..self.keyboard.len())];
                    self.press(key);
                }
            }
        }
    }

    /// Close what is open, let the picture go on, and wait until all has been asked about again.
    fn calm(&mut self) {
        for _ in 0..3 {
            self.press(Key::Ctrl('g'));
        }
        if self.sim.model.pause().is_some() {
            self.sim.tell(UiEvent::Act(Action::GoLive));
        }
        assert!(self.sim.model.pause().is_none() && !self.sim.model.is_typing());
        self.sim.pause_crowd();
        self.sim.run(Duration::from_secs(180));
    }
}

#[test]
fn whatever_is_pressed_the_list_is_true_when_it_is_calm_again() {
    let seeds = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12);
    for seed in std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(0)..seeds {
        eprintln!("seed {seed}");
        let mut storm = Storm::new(seed);
        storm.blow(1_500);
        storm.calm();
        let watched: Vec<String> =
            storm.sim.model.world.channels.iter().map(|watched| watched.channel.to_string()).collect();
        assert!(!watched.is_empty(), "seed {seed}");
        for channel in CHANNELS.iter().filter(|channel| watched.iter().any(|name| name == *channel)) {
            let (truth, believed) = (storm.sim.truth(channel), storm.sim.believed(channel));
            assert_eq!(believed, truth, "{channel}, seed {seed}");
        }
        let model = &storm.sim.model;
        assert!(model.listener.log.len() <= 10_000 && model.listener.alerts.items().len() <= 200, "seed {seed}");
    }
}
