//! Under pseudonyms nothing that leaves a world names anybody: no screen, no export, no recording, no alert.

use std::{
    hash::RandomState,
    sync::{Arc, Mutex},
    time::Duration,
};

use herenow::{
    output::{ExportFormat, export},
    presence::{
        Channel, Command, CommandAnswer, EventKind, ListedUser, Moment, Notice, PresenceEvent, ReplyItem, State, UserId,
    },
    recording::{KeptInput, LineComposer, Past, RecordLine, RecordingHeader, RecordingReader, verify_recording},
    ui::{Action, Effect, Pane, UiEvent},
    world::{Input, InputKeeper, InputTranslator, Pseudonyms, World},
};
use serde_json::Value;

use crate::{
    model::Looking,
    sim::{CHANNELS, Faults, Sim, written},
    storm::Storm,
};

/// What no name of a channel, no word of the screen and no key that is pressed holds: each original begins with it.
const MARK: &str = "zqx";

/// A service whose users and texts all bear the mark, before a world with pseudonyms.
#[derive(Debug, Clone)]
struct Marking {
    names: Pseudonyms,
    /// Ourselves, as the simulated service knows us.
    me: UserId,
}

impl Marking {
    fn mark(&self, user: &mut UserId) {
        let name = if *user == self.me { "me" } else { user.as_str() };
        *user = UserId::from_wire(&format!("{MARK}{name}"));
    }

    fn unmark(&self, user: &UserId) -> UserId {
        match user.as_str().strip_prefix(MARK) {
            Some("me") => self.me.clone(),
            Some(name) => UserId::from_wire(name),
            None => user.clone(),
        }
    }

    fn mark_event(&self, event: &mut PresenceEvent) {
        let channel = event.channel.as_str().to_owned();
        let stays = |text: &str| text == channel || matches!(text, "join" | "leave" | "timeout" | "state-change");
        event.raw = event.raw.as_ref().map(|raw| {
            let mut value: Value = serde_json::from_str(raw).unwrap();
            change_texts(&mut value, &|text| if stays(text) { text.to_owned() } else { format!("{MARK}{text}") });
            value.to_string().into()
        });
        match &mut event.what {
            EventKind::Joined { user, state } => {
                self.mark(user);
                state.iter_mut().for_each(mark_state);
            }
            EventKind::Left { user } | EventKind::TimedOut { user } => self.mark(user),
            EventKind::StateChanged { user, state } => {
                self.mark(user);
                mark_state(state);
            }
            EventKind::Interval { joined, left, timed_out, .. } => {
                joined.iter_mut().chain(left).chain(timed_out).for_each(|user| self.mark(user));
            }
            EventKind::Unknown { .. } => {}
        }
    }
}

fn change_texts(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(all) => all.iter_mut().for_each(|one| change_texts(one, change)),
        Value::Object(fields) => fields.values_mut().for_each(|one| change_texts(one, change)),
        _ => {}
    }
}

fn change_state(state: &State, change: impl Fn(&str) -> String) -> State {
    let mut value = state.value();
    change_texts(&mut value, &change);
    State::parse(&value.to_string()).unwrap_or_else(|_| state.clone())
}

fn mark_state(state: &mut State) {
    *state = change_state(state, |text| format!("{MARK}{text}"));
}

impl InputTranslator for Marking {
    fn take_in(&mut self, mut input: Input) -> Input {
        match &mut input {
            Input::Notice(Notice::Batch(batch)) => {
                for item in &mut Arc::make_mut(batch).heard {
                    if let ReplyItem::Event(event) = item {
                        self.mark_event(Arc::make_mut(event));
                    }
                }
            }
            Input::Outcome(outcome) => {
                match &mut outcome.command {
                    Command::AskWhereNow { user } | Command::AskRequests { user } => self.mark(user),
                    Command::SetState { state, .. } => mark_state(state),
                    _ => {}
                }
                if let Ok(CommandAnswer::HereNow(all) | CommandAnswer::Page(all)) = &mut outcome.result {
                    for ListedUser { user, state } in all.iter_mut().flat_map(|one| one.listed.iter_mut().flatten()) {
                        self.mark(user);
                        state.iter_mut().for_each(mark_state);
                    }
                }
            }
            _ => {}
        }
        self.names.take_in(input)
    }

    fn send_out(&mut self, command: Command) -> Command {
        match self.names.send_out(command) {
            Command::AskWhereNow { user } => {
                assert!(user.as_str().starts_with(MARK), "the service knows nobody called {user}");
                Command::AskWhereNow { user: self.unmark(&user) }
            }
            Command::AskRequests { user } => Command::AskRequests { user: self.unmark(&user) },
            Command::SetState { places, state } => {
                let state = change_state(&state, |text| text.strip_prefix(MARK).unwrap_or(text).to_owned());
                Command::SetState { places, state }
            }
            command => command,
        }
    }

    fn copy(&self) -> Box<dyn InputTranslator> {
        Box::new(self.clone())
    }
}

/// Keeps a recording of what goes into a world, as the recorder does.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<(LineComposer, Vec<u8>, u32)>>);

impl Lines {
    fn begin(world: &World) -> Self {
        let lines = Self::default();
        let header = RecordLine::Header(Box::new(RecordingHeader::describe(world, None)));
        lines.write(|composer, out| composer.write(out, world.started, &header));
        lines
    }

    fn write(&self, write: impl FnOnce(&mut LineComposer, &mut Vec<u8>)) {
        let (composer, out, _) = &mut *self.0.lock().unwrap();
        write(composer, out);
    }
}

impl InputKeeper for Lines {
    fn keep_input(&mut self, world: &World, at: Moment, input: &Input) {
        if *input != Input::Tick {
            let line = RecordLine::Input(Box::new(KeptInput::keep(world, input, None)));
            self.write(|composer, out| composer.write(out, at.max(world.now()), &line));
        }
    }

    fn look_after(&mut self, world: &World) {
        let due = {
            let (.., inputs) = &mut *self.0.lock().unwrap();
            *inputs += 1;
            inputs.is_multiple_of(200)
        };
        if due {
            self.write(|composer, out| composer.write_check(out, world));
        }
    }

    fn close(&mut self, _: &World, _: Moment) {}
}

#[track_caller]
fn require_unnamed(what: &str, text: &str) {
    let found = text.to_ascii_lowercase().find(MARK);
    let around = found.map(|at| text.chars().skip(at.saturating_sub(80)).take(160).collect::<String>());
    assert!(found.is_none(), "{what} names somebody: {around:?}");
}

/// All panes of a screen in all formats.
fn list_exports(sim: &mut Sim) -> Vec<String> {
    let mut all = Vec::new();
    for pane in [Pane::Channels, Pane::Occupants, Pane::Log] {
        sim.tell(UiEvent::Act(Action::GoTo(pane)));
        let screen = sim.model.screen();
        let Some(table) = screen.focused_table(sim.now) else { continue };
        let incidents: Vec<_> = screen.incidents.incidents().cloned().collect();
        for format in [ExportFormat::Csv, ExportFormat::JsonLines, ExportFormat::Markdown] {
            let mut out = Vec::new();
            export::write_table(&table, format, &mut out).unwrap();
            export::write_incidents(&incidents, format, sim.now, &mut out).unwrap();
            all.push(String::from_utf8(out).unwrap());
        }
    }
    all
}

fn disguise(seed: u64) -> (Storm, Lines) {
    let names = Pseudonyms::new(RandomState::new());
    let me = names.hide_ourselves(&UserId::from_wire(&format!("{MARK}me")));
    let mut sim = Sim::crowd(40, me.as_str());
    sim.faults = Faults { drop: 0.05, duplicate: 0.05, delay: 0.1, stale: 0.2 };
    let lines = Lines::begin(&sim.model.world);
    sim.model.translator = Some(Box::new(Marking { names, me }));
    sim.model.keeper = Some(Box::new(lines.clone()));
    (Storm::blow_over(seed, sim), lines)
}

#[test]
fn no_screen_export_or_recording_names_anybody() {
    let cases = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20);
    let mut answered = 0;
    for seed in 0..cases {
        let (mut storm, lines) = disguise(seed);
        for _ in 0..4 {
            storm.blow(25);
            for effect in &storm.sim.model.listener.effects {
                require_unnamed("an effect", &format!("{effect:?}"));
                if let Effect::Copy(text) = effect {
                    require_unnamed("what is copied", text);
                }
            }
            let frame = storm.sim.frame(160, 50);
            require_unnamed("a screen", &written(&frame));
        }
        for export in list_exports(&mut storm.sim) {
            require_unnamed("an export", &export);
        }
        require_unnamed("the world", &format!("{:?}", storm.sim.model.world));
        let (_, bytes, _) = lines.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes.clone()).unwrap();
        require_unnamed("a recording", &text);
        let (header, reader) = RecordingReader::open(std::io::Cursor::new(bytes)).unwrap();
        let found = verify_recording(&mut Past::new(header, reader));
        assert!(found.difference.is_none() && found.inputs > 10, "seed {seed}: {found:?}");
        answered += text.matches("where_now").count();
    }
    println!("{cases} runs, {answered} where nows");
}

#[test]
fn the_list_is_true_under_other_names_and_we_find_ourselves() {
    let (mut storm, _) = disguise(7);
    let sim = &mut storm.sim;
    sim.faults = Faults::default();
    sim.pause_crowd();
    sim.run(Duration::from_secs(180));
    for channel in CHANNELS {
        assert_eq!(sim.believed(channel).len(), sim.truth(channel).len(), "{channel}");
    }
    let channel = Channel::from_wire("lobby");
    let model = &mut sim.model;
    model.listener.focus.go_to(&channel);
    sim.tell(UiEvent::Act(Action::Heartbeat));
    sim.run(Duration::from_secs(3));
    let world = &sim.model.world;
    assert!(world.channels.look_up(&channel).unwrap().roster.get(&world.session.user).is_some());
    sim.tell(UiEvent::Act(Action::Leave));
    sim.run(Duration::from_secs(3));
    let world = &sim.model.world;
    assert!(world.channels.look_up(&channel).unwrap().roster.get(&world.session.user).is_none());
}
