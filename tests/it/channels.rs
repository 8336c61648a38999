//! The channels as a table: their order, filter, sums and rows, and the layout around them.

use std::time::Duration;

use crate::model::{Looking, Model, update, wakes_at};
use herenow::{
    crowd::{Profile, Simulation, people},
    keys::{Key, Keys},
    output::TableData,
    presence::{Channel, Command, CommandAnswer, EventKind, Moment, PresenceEvent, Timetoken},
    service::Settings,
    ui::{Action, ChannelListRow, ChannelSum, Pane, UiEvent},
    view::{self, Appearance, ClickTarget},
    world::Input,
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    happen::{all, batch, event, joined, link, live, on, outcome, session, snapshot, user, without_state},
    sim::{CHANNELS, START, Sim, written},
    world::Plan,
};

/// A world whose service says what a test wants.
struct Watch {
    model: Model,
    now: Moment,
    told: u64,
}

impl Watch {
    /// These are watched, and the channels among them have so many people.
    fn new(watching: &[&str], people: usize) -> Self {
        let model = crate::model::model(session("me", all(watching)), Duration::from_secs(300), START);
        let mut watch = Self { model, now: START, told: 0 };
        watch.model.listener.focus.pane = Pane::Channels;
        watch.tell(Input::Notice(link(live(), START)));
        let channels = watching.iter().filter(|name| !name.contains(['*', ':']));
        let people: Vec<String> = (0..people).map(|n| format!("user-{n:04}")).collect();
        let found: Vec<_> = channels
            .map(|name| {
                let listed = people.iter().map(|id| without_state(&format!("{id}-{name}"))).collect();
                snapshot(name, listed, Timetoken::at(START))
            })
            .collect();
        let places = found.iter().map(|found| on(found.channel.as_str())).collect();
        let command = Command::AskHereNow { places };
        watch.tell(Input::Outcome(outcome(command, Ok(CommandAnswer::HereNow(found)), START)));
        watch
    }

    fn tell(&mut self, what: impl Into<crate::model::Happens>) {
        update(&mut self.model, what, self.now);
    }

    fn press(&mut self, key: Key) {
        if let Some(what) = Keys::default().translate(&self.model.screen(), key) {
            self.tell(what);
        }
    }

    fn type_in(&mut self, text: &str) {
        text.chars().for_each(|c| self.press(Key::Char(c)));
    }

    fn hear(&mut self, channel: &str, through: Option<&str>, what: EventKind) {
        self.told += 1;
        let published = Timetoken::new(Timetoken::at(self.now).ticks() + self.told);
        let known = self.model.world.channels.find_id(&Channel::from_wire(channel));
        let before = known.map_or(0, |id| self.model.world.channels.at(id).occupancy());
        let occupancy = match what {
            EventKind::Joined { .. } => before + 1,
            _ => before.saturating_sub(1),
        };
        let event = PresenceEvent {
            subscription: through.map(on),
            occupancy: Some(occupancy),
            ..event(channel, published, what)
        };
        let batch = batch([event], published, self.now);
        self.tell(Input::Notice(herenow::presence::Notice::from(batch)));
    }

    /// So many of the people who were there at first time out.
    fn time_out(&mut self, channel: &str, people: std::ops::Range<usize>) {
        for n in people {
            self.hear(channel, None, EventKind::TimedOut { user: user(&format!("user-{n:04}-{channel}")) });
        }
    }

    /// Let time pass, with all that is due.
    fn wait(&mut self, seconds: u64) {
        let end = self.now.plus(Duration::from_secs(seconds));
        while let Some(next) = wakes_at(&self.model, self.now).map(|at| at.max(self.now)).filter(|at| *at <= end) {
            self.now = next.max(self.now.plus(Duration::from_millis(1)));
            self.tell(Input::Tick);
        }
        self.now = end;
    }

    fn frame(&self, width: u16, height: u16) -> Buffer {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        view::draw_screen(&self.model.screen(), &Appearance::default(), self.now, area, &mut buffer);
        buffer
    }

    fn text(&self, width: u16, height: u16) -> String {
        written(&self.frame(width, height))
    }

    /// The rows of the table, with their names.
    fn rows(&self) -> Vec<String> {
        let screen = self.model.screen();
        let name = |row: &ChannelListRow| match row {
            ChannelListRow::Channel { place, .. } => self.model.world.channels.get(*place).unwrap().channel.to_string(),
            ChannelListRow::Heading(at) => screen.ui.channels.heading(*at).unwrap().sum.subscription.to_string(),
            ChannelListRow::Nobody => "nobody".to_owned(),
        };
        screen.channel_rows().iter().map(name).collect()
    }

    fn selected(&self) -> &str {
        self.model.selected().map_or("", |watched| watched.channel.as_str())
    }
}

fn names(count: usize) -> Vec<String> {
    let cities = ["oslo", "lima", "quito", "hanoi", "cairo"];
    (0..count).map(|n| format!("class.{}.{n:03}", cities[n % cities.len()])).collect()
}

/// Three hundred channels with five people each.
fn many() -> Watch {
    let mut names = names(299);
    names.push("match.eu.1".to_owned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Watch::new(&names, 5)
}

#[tokio::test(start_paused = true)]
async fn f02_a_name_after_a_slash_presses_no_key() {
    let names = names(300);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut desk = Plan::watching(&names).desk();
    desk.beyond.connect(&[]).await;
    desk.beyond.orders_nothing_for(Duration::from_secs(3)).await;
    desk.type_in("1/Hall").await;
    desk.press(Key::Ctrl('u')).await;
    desk.type_in("oslo").await;
    desk.press(Key::Enter).await;
    // Where there is nothing to filter, nothing acts until that is over.
    desk.type_in("d/Hallq").await;
    desk.press(Key::Enter).await;
    desk.press(Key::Esc).await;
    desk.beyond.orders_nothing().await;
    let model = desk.end().await;
    assert!(model.world.own_presence.places.is_empty() && model.listener.dialog.is_none());
    let area = Rect::new(0, 0, 120, 40);
    let mut buffer = Buffer::empty(area);
    let now = model.world.now();
    view::draw_screen(&model.screen(), &Appearance::default(), now, area, &mut buffer);
    let text = written(&buffer);
    assert!(text.contains("[1] channels 60 of 300 match oslo"), "{text}");
}

#[test]
fn f02_what_is_typed_where_there_is_nothing_to_filter_is_swallowed_and_said() {
    let mut watch = Watch::new(&["lobby"], 3);
    watch.press(Key::Char('d'));
    watch.type_in("/HLq");
    assert!(watch.text(80, 24).contains("nothing to filter here"), "{}", watch.text(80, 24));
    assert!(!watch.model.listener.quitting && watch.model.listener.dialog.is_some());
    watch.press(Key::Esc);
    watch.press(Key::Esc);
    watch.type_in("q");
    assert!(watch.model.listener.quitting);
}

#[test]
fn f02_a_filter_that_no_channel_matches_says_where_people_are_found() {
    let mut watch = Watch::new(&["lobby", "stage"], 3);
    watch.type_in("/my-client");
    watch.press(Key::Enter);
    let screen = watch.text(120, 40);
    let rows: Vec<&str> = screen.lines().skip(4).take(2).collect();
    assert!(rows[0].contains("no channel matches; : finds people as well"), "{screen}");
    assert!(rows[1].contains("all 2"), "{screen}");
}

#[test]
fn f03_of_three_hundred_channels_the_three_with_trouble_come_first() {
    let mut watch = many();
    watch.wait(90);
    watch.model.listener.focus.pane = Pane::Occupants;
    let (first, second) = ("class.cairo.114", "class.oslo.255");
    watch.time_out(first, 0..5);
    watch.time_out("match.eu.1", 0..4);
    watch.time_out(second, 0..4);
    watch.wait(5);
    let mut rows = watch.rows();
    rows.truncate(3);
    rows.sort();
    assert_eq!(rows, [first, second, "match.eu.1"]);
    for (width, height) in [(120, 40), (80, 24)] {
        let text = watch.text(width, height);
        assert!([first, second, "match.eu.1"].iter().all(|name| text.contains(name)), "{width}x{height}: {text}");
    }
    watch.type_in(":match.eu.1");
    watch.press(Key::Enter);
    assert_eq!((watch.selected(), watch.model.listener.focus.pane), ("match.eu.1", Pane::Channels));
    watch.type_in(":user-0004-class.lima.001");
    watch.press(Key::Enter);
    assert_eq!((watch.selected(), watch.model.listener.focus.pane), ("class.lima.001", Pane::Occupants));
    assert_eq!(watch.model.listener.focus.user, Some(user("user-0004-class.lima.001")));
}

#[test]
fn f03_channels_are_sorted_by_what_is_chosen_and_the_selection_follows_the_name() {
    let mut watch = Watch::new(&["b", "c", "a", "d"], 6);
    watch.wait(70);
    watch.press(Key::Down);
    assert_eq!(watch.selected(), "c");
    watch.hear("a", None, joined("more"));
    watch.time_out("d", 0..2);
    for (typed, rows) in [
        ("sname", ["a", "b", "c", "d"]),
        ("shere", ["a", "b", "c", "d"]),
        ("schange", ["d", "a", "b", "c"]),
        ("stimeouts", ["d", "a", "b", "c"]),
    ] {
        watch.type_in(typed);
        watch.press(Key::Enter);
        assert_eq!((watch.rows(), watch.selected()), (rows.map(String::from).to_vec(), "c"), "{typed}");
    }
    watch.type_in("S");
    assert_eq!(watch.rows()[3], "d");
    watch.press(Key::Char('G'));
    assert_eq!(watch.model.listener.focus.sum, Some(ChannelSum::All), "the sum is the last row");
    watch.press(Key::Up);
    assert_eq!(watch.selected(), "d");
    // People have an order of their own.
    watch.type_in("2s");
    assert!(watch.text(120, 40).contains("time here"), "{}", watch.text(120, 40));
}

#[test]
fn the_order_is_calm_and_holds_still_under_the_cursor() {
    let script = Simulation::new(Profile::STEADY, people(200, 1), 1);
    let channels = names(12);
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    let settings = Settings { announce_max: 100, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &channels, "me", 1).watched(Duration::from_secs(120));
    let (mut before, mut moves) = (sim.model.screen().channel_rows().into_owned(), Vec::new());
    for second in 0..120 {
        sim.run(Duration::from_secs(1));
        let rows = sim.model.screen().channel_rows().into_owned();
        if rows != before {
            moves.push(second);
        }
        before = rows;
    }
    assert!(moves.windows(2).all(|pair| pair[1] - pair[0] >= 2) && moves.len() <= 40, "{moves:?}");
    sim.model.listener.focus.pane = Pane::Channels;
    for _ in 0..20 {
        sim.tell(UiEvent::Act(Action::Down));
        let held = sim.model.screen().channel_rows().into_owned();
        sim.run(Duration::from_secs(3));
        assert_eq!(sim.model.screen().channel_rows().into_owned(), held);
    }
}

#[test]
fn the_last_row_is_the_sum_and_users_on_several_channels_count_once() {
    let mut watch = Watch::new(&["lobby", "support"], 20);
    watch.hear("lobby", None, joined("ann"));
    watch.hear("support", None, joined("ann"));
    watch.wait(70);
    let text = watch.text(120, 40);
    let sum = text.lines().find(|row| row.contains("all 2")).unwrap().to_owned();
    assert!(sum.contains("42"), "{text}");
    assert_eq!(watch.model.listener.channels.users(), Some(41));
    watch.time_out("lobby", 0..9);
    watch.wait(3);
    let text = watch.text(120, 40);
    let sum = text.lines().find(|row| row.contains("all 2")).unwrap().to_owned();
    assert!(sum.contains("33") && sum.contains("-9"), "{sum}");
    assert_eq!(watch.model.world.channels.total().occupancy(), Some(33));
}

#[test]
fn with_a_sum_selected_everyone_is_listed_by_channel() {
    let mut watch = Watch::new(&["lobby", "stage", "club"], 8);
    watch.model.listener.focus.select_sum(ChannelSum::All);
    watch.wait(2);
    watch.time_out("stage", 0..8);
    let text = watch.text(120, 40);
    for name in ["user-0000-lobby", "user-0007-lobby", "user-0000-club", "user-0007-club"] {
        assert!(text.contains(&name[..14]), "{name}: {text}");
    }
    assert!(text.contains("just left  ! user-0007-stage"), "{text}");
    // With less room every channel that somebody is on keeps a name, and the others are counted.
    let text = watch.text(60, 16);
    for said in [" club ", " lobby ", "user-0000-club", "more"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // A key in that pane begins in the first of them, and a click goes to whom it points at.
    watch.press(Key::Char('2'));
    watch.press(Key::Down);
    let first = watch.rows().into_iter().find(|name| name != "stage").unwrap();
    assert_eq!(watch.selected(), first);
    watch.model.listener.focus.select_sum(ChannelSum::All);
    let frame = watch.frame(120, 40);
    let lines: Vec<String> = written(&frame).lines().map(str::to_owned).collect();
    let (row, line) = lines.iter().enumerate().find(|(_, line)| line.contains("user-0003-lobb")).unwrap();
    let column = line.chars().count() - line.split_once("user-0003-lobb").unwrap().1.chars().count() - 5;
    let at = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
    let area = Rect::new(0, 0, 120, 40);
    let target = view::find_target(&watch.model.screen(), &Appearance::default(), watch.now, area, at.0, at.1);
    assert_eq!(target, Some(ClickTarget::On(Channel::from_wire("lobby"), Some(user("user-0003-lobby")))));
}

#[test]
fn with_a_sum_selected_the_list_of_people_has_no_filter_and_says_so() {
    let mut watch = Watch::new(&["lobby", "stage"], 3);
    for key in ["/hallq", "shallq", "challq", "S"] {
        watch.model.listener.focus.select_sum(ChannelSum::All);
        watch.wait(1);
        watch.model.listener.focus.pane = Pane::Occupants;
        let footer = watch.text(120, 40).lines().last().unwrap_or_default().to_owned();
        let offered = [" / find", " s order", " c columns"];
        assert!(offered.iter().all(|offer| !footer.contains(offer)), "{footer}");
        watch.type_in(key);
        assert!(watch.text(120, 40).contains("select a channel first"), "{key}: {}", watch.text(120, 40));
        if key != "S" {
            watch.press(Key::Enter);
        }
        let ui = &watch.model.listener;
        assert!(!ui.quitting && ui.dialog.is_none() && ui.occupants.filter().is_empty(), "{key}");
        assert!(ui.focus.sum.is_some() && ui.swallowing.is_none(), "{key}");
    }
}

#[test]
fn f29_long_user_ids_can_be_told_apart_by_channel_and_in_two_columns() {
    let mut watch = Watch::new(&["lobby", "stage", "club"], 0);
    for (number, channel) in (0..90).zip(["lobby", "lobby", "stage", "club"].into_iter().cycle()) {
        watch.hear(channel, None, joined(&format!("eu-west-1-user-{number:04}")));
    }
    watch.wait(70);
    watch.model.listener.focus.select_sum(ChannelSum::All);
    // As few columns as show them whole.
    let text = watch.text(120, 40);
    let people = text.split_once("[2] people").unwrap().1.split_once("[3]").unwrap().0;
    for name in ["eu-west-1-user-0000 ", "eu-west-1-user-0002 ", "eu-west-1-user-0003 "] {
        assert!(people.contains(name), "{name}: {text}");
    }
    watch.type_in("1kkk");
    for (width, height) in [(200, 60), (160, 40), (120, 40), (80, 24), (60, 20)] {
        let text = watch.text(width, height);
        let people = text.split_once("[2] people").unwrap().1.split_once("[3]").unwrap().0;
        assert!(people.starts_with(" · lobby"), "{text}");
        let ends = people.split_whitespace().filter(|word| word.starts_with("eu-")).map(|word| &word[word.len() - 4..]);
        let ends: Vec<&str> = ends.collect();
        let numbers = ends.iter().filter(|end| end.parse::<u32>().is_ok()).count();
        assert!(numbers == ends.len() && numbers > 2, "{width}x{height}: {text}");
    }
}

#[test]
fn a_pattern_that_is_selected_lists_those_of_its_channels() {
    let mut watch = Watch::new(&["lobby", "match.*"], 2);
    watch.hear("match.eu.1", Some("match.*"), joined("ann"));
    watch.hear("match.us.2", Some("match.*"), joined("bob"));
    watch.model.listener.focus.select_sum(ChannelSum::Of(on("match.*")));
    watch.wait(2);
    let text = watch.text(120, 40);
    let people = text.split_once("[2] people").unwrap().1.split_once("[3]").unwrap().0;
    assert!(people.contains("ann") && people.contains("bob") && !people.contains("user-0000"), "{text}");
}

#[test]
fn the_people_of_a_sum_are_those_of_its_folded_channels_too_and_a_filter_says_that_none_matches() {
    let mut watch = Watch::new(&["lobby", "match.*"], 2);
    watch.hear("match.eu.1", Some("match.*"), joined("ann"));
    watch.model.listener.focus.select_sum(ChannelSum::Of(on("match.*")));
    watch.wait(2);
    let people = |watch: &Watch| {
        let text = watch.text(120, 40);
        text.split_once("[2] people").unwrap().1.split_once("[3]").unwrap().0.to_owned()
    };
    watch.press(Key::Left);
    assert!(watch.text(120, 40).contains("▸ match.*"), "{}", watch.text(120, 40));
    assert!(people(&watch).contains("ann") && !people(&watch).contains("user-0000"), "{}", people(&watch));
    watch.model.listener.focus.select_sum(ChannelSum::All);
    assert!(people(&watch).contains("ann") && people(&watch).contains("user-0000"), "{}", people(&watch));
    watch.type_in("/nothing");
    watch.press(Key::Enter);
    assert!(people(&watch).contains("no channel matches the filter"), "{}", people(&watch));
    watch.press(Key::Esc);
    assert!(people(&watch).contains("ann"), "{}", people(&watch));
}

#[test]
fn the_verdict_tells_as_many_on_the_busiest_channel_as_its_row() {
    let mut watch = Watch::new(&["lobby", "stage"], 8);
    watch.wait(10);
    for n in 0..3 {
        watch.hear("lobby", None, EventKind::Left { user: user(&format!("user-{n:04}-lobby")) });
        let text = watch.text(160, 40);
        let said = text.split_once("busiest ").map_or("", |(_, said)| said.split(" · ").next().unwrap_or_default());
        let (name, most) = said.split_once(' ').unwrap_or_else(|| panic!("{text}"));
        let known = watch.model.world.channels.look_up(&Channel::from_wire(name)).unwrap().occupancy();
        assert_eq!(most, known.to_string(), "{text}");
        watch.wait(1);
    }
}

#[test]
fn f17_a_steady_screen_is_not_blank() {
    let settings = Settings { deltas: true, ..Settings::default() };
    let channels =
        [CHANNELS.as_slice(), &["class.oslo", "team.tokyo", "game.lima", "room.berlin", "live.nairobi"]].concat();
    let script = Simulation::new(Profile::STEADY, people(250, 1), 1);
    let mut sim = Sim::new(settings, script, &channels, "watcher-4f2a", 1).watched(Duration::from_secs(75));
    sim.model.listener.focus.select_sum(ChannelSum::All);
    sim.run(Duration::from_secs(2));
    // It is some 33 and 41: what people do varies a little.
    for (width, height, most) in [(120, 40, 35), (200, 60, 43)] {
        let frame = sim.frame(width, height);
        let blank = frame.content.iter().filter(|cell| cell.symbol() == " ").count();
        let percent = blank * 100 / frame.content.len();
        println!("{width}x{height}: {percent} % blank");
        assert!(percent <= most, "{width}x{height}: {percent} % blank\n{}", written(&frame));
    }
}

#[test]
fn f17_blocks_of_names_leave_no_row_free() {
    let mut watch = Watch::new(&["a", "b", "c", "d", "e", "f"], 30);
    watch.wait(70);
    watch.type_in("1G");
    for (width, height) in [(60, 20), (80, 24), (100, 30)] {
        let text = watch.text(width, height);
        let people = text.split_once("[2] people").unwrap().1.split_once("[3]").unwrap().0;
        let rows: Vec<&str> = people.lines().skip(1).collect();
        let full = &rows[..rows.len() - 1];
        assert!(full.len() > 1 && full.iter().all(|row| row.contains("user-") || row.contains('●')), "{text}");
    }
}

#[test]
fn f05_the_few_of_a_small_channel_are_not_what_a_room_looks_at() {
    let channels = names(12);
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    let mut watch = Watch::new(&channels, 20);
    watch.tell(UiEvent::Act(Action::Follow));
    watch.wait(70);
    watch.time_out(channels[9], 0..6);
    watch.wait(3);
    let selected = watch.model.screen().selected_channel().map(|watched| watched.channel.to_string());
    assert_ne!(selected.as_deref(), Some(channels[9]), "6 of 240");
}

#[test]
fn f23_in_an_outage_the_worst_five_and_the_last_events_are_in_sight_on_a_phone() {
    let channels = names(12);
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    let mut watch = Watch::new(&channels, 20);
    watch.wait(70);
    for (n, channel) in channels.iter().enumerate() {
        watch.time_out(channel, 0..n + 3);
    }
    watch.wait(3);
    watch.press(Key::Home);
    for (width, height) in [(40, 12), (80, 24)] {
        let text = watch.text(width, height);
        for (n, channel) in channels.iter().enumerate().skip(7) {
            let row = text.lines().find(|row| row.contains(&channel[channel.len() - 3..]) && row.contains("▲"));
            let change = format!("-{}", n + 3);
            assert!(row.is_some_and(|row| row.contains(&change)), "{width}x{height} {channel} {change}:\n{text}");
        }
        assert!(text.contains("×102"), "the last event, over all channels: {width}x{height}:\n{text}");
        assert!(text.contains("all 12"), "{width}x{height}:\n{text}");
    }
}

#[test]
fn f05_what_happens_everywhere_selects_the_sum_and_what_goes_by_itself_scrolls_nothing() {
    let channels = names(12);
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    let mut watch = Watch::new(&channels, 20);
    watch.tell(UiEvent::Act(Action::Follow));
    watch.wait(70);
    let first = |watch: &Watch| {
        let text = watch.text(80, 24);
        let at = text.lines().position(|row| row.contains("channel ")).unwrap();
        text.lines().nth(at + 1).unwrap().to_owned()
    };
    watch.time_out(channels[9], 0..8);
    watch.wait(3);
    let selected = watch.model.screen().selected_channel().map(|watched| watched.channel.to_string());
    assert_eq!(selected.as_deref(), Some(channels[9]), "one channel");
    let number = watch.rows()[0].rsplit('.').next().unwrap().to_owned();
    assert!(first(&watch).contains(&number), "{:?}, {}", watch.rows(), watch.text(80, 24));
    for channel in &channels {
        watch.time_out(channel, 8..16);
    }
    watch.wait(3);
    assert_eq!(watch.model.listener.focus.sum, Some(ChannelSum::All), "all of them");
}

#[test]
fn with_the_sum_selected_the_people_of_all_channels_are_exported_in_the_order_of_the_table() {
    let mut watch = Watch::new(&["b", "a"], 6);
    watch.wait(70);
    watch.hear("a", None, joined("more"));
    watch.type_in("1G2");
    let table = watch.model.screen().focused_table(watch.now);
    let Some(TableData::Occupants(_, rows)) = table else { panic!("{table:?}") };
    let mut channels: Vec<String> = rows.iter().map(|row| row.channel.to_string()).collect();
    assert_eq!(channels.len(), 13);
    channels.dedup();
    assert_eq!(channels, watch.rows());
    watch.press(Key::Char('E'));
    watch.press(Key::Enter);
    let effects = format!("{:?}", watch.model.listener.effects);
    assert!(effects.contains("Export(") && effects.contains("\"more\""), "{effects}");
}

#[test]
fn f27_patterns_and_groups_have_rows_that_fold_and_say_that_nobody_came() {
    let mut watch = Watch::new(&["lobby", "match.*", "chat.*", "group:vips"], 2);
    watch.hear("match.eu.1", Some("match.*"), joined("ann"));
    watch.hear("match.us.1", Some("match.*"), joined("ann"));
    watch.hear("match.us.1", Some("match.*"), joined("bob"));
    watch.hear("club", Some("group:vips"), joined("cat"));
    watch.hear("club", Some("group:vips"), EventKind::Left { user: user("cat") });
    watch.wait(3);
    let text = watch.text(120, 40);
    let row = |name: &str| text.lines().find(|row| row.contains(name)).unwrap_or_default().to_owned();
    assert!(row("match.*").contains("▾ match.*  2 channels") && row("match.*").contains(" 3 "), "{text}");
    assert!(row("▾ vips").contains("▾ vips  1 channel"), "{text}");
    assert!(row("chat.*").contains("▾ chat.*  0 channels"), "{text}");
    assert!(text.lines().any(|row| row.starts_with("     nobody yet")), "{text}");
    assert!(row("club").contains(" 0 "), "{text}");
    let place = watch.rows().iter().position(|name| name == "match.*").unwrap();
    watch.press(Key::Home);
    (0..place).for_each(|_| watch.press(Key::Down));
    assert!(matches!(watch.model.listener.focus.sum, Some(ChannelSum::Of(_))), "{:?}", watch.rows());
    let all = watch.rows().len();
    watch.press(Key::Enter);
    assert_eq!(watch.rows().len(), all - 2, "its channels are hidden");
    watch.press(Key::Right);
    assert_eq!(watch.rows().len(), all);
    watch.press(Key::Left);
    assert!(watch.text(120, 40).contains("▸ match.*"), "{}", watch.text(120, 40));
}

#[test]
fn f29_names_with_a_common_beginning_look_different() {
    let head = "production.".repeat(7) + "pro";
    assert_eq!(head.len(), 80);
    let names: Vec<String> = (0..12).map(|n| format!("{head}.{n}.eu{}", n % 2)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let watch = Watch::new(&names, 1);
    for width in [80, 100, 120, 200] {
        let text = watch.text(width, 40);
        let rows = text.lines().filter(|row| row.contains('…') && row.contains(".eu"));
        let cut: std::collections::BTreeSet<String> = rows.map(|row| row.chars().take(24).collect()).collect();
        assert!(cut.len() >= 12, "{width}: {text}");
    }
}

#[test]
fn f37_the_footer_is_that_of_the_pane_and_a_click_does_what_the_key_does() {
    let mut watch = Watch::new(&["lobby", "support"], 3);
    watch.wait(10);
    let footer = |watch: &Watch, width| watch.text(width, 40).lines().last().unwrap().to_owned();
    let mut footers = Vec::new();
    for key in ['1', '2', '3'] {
        watch.press(Key::Char(key));
        footers.extend([140, 80, 40].map(|width| footer(&watch, width)));
    }
    insta::assert_snapshot!("footers_by_pane", footers.join("\n"));
    watch.model.world.session.read_only = true;
    for key in ['1', '2', '3'] {
        watch.press(Key::Char(key));
        let text = footer(&watch, 250);
        assert!([" H ", " L ", " e "].iter().all(|key| !text.contains(key)), "{text}");
    }
    watch.press(Key::Char('1'));
    let text = footer(&watch, 120);
    let column = text.find("s order").unwrap();
    let column = u16::try_from(text[..column].chars().count()).unwrap();
    let look = Appearance::default();
    let area = Rect::new(0, 0, 120, 40);
    let target = |column| view::find_target(&watch.model.screen(), &look, watch.now, area, column, 39);
    assert_eq!(target(column), Some(ClickTarget::Act(Action::Sort)));
    assert_eq!(target(column + 6), Some(ClickTarget::Act(Action::Sort)));
    assert_eq!(target(0), None);
}

#[test]
fn f42_digits_go_to_panes_enter_goes_in_and_esc_comes_back() {
    let mut watch = Watch::new(&["lobby", "support"], 3);
    watch.wait(2);
    let text = watch.text(120, 40);
    assert!(["[1] 2 channels", "[2] people", "[3] events"].iter().all(|title| text.contains(title)), "{text}");
    for (digit, pane) in [('3', Pane::Log), ('2', Pane::Occupants), ('1', Pane::Channels)] {
        watch.press(Key::Char(digit));
        assert_eq!(watch.model.listener.focus.pane, pane);
    }
    watch.press(Key::Down);
    watch.press(Key::Enter);
    assert_eq!((watch.model.listener.focus.pane, watch.selected()), (Pane::Occupants, "support"));
    watch.press(Key::Esc);
    assert_eq!((watch.model.listener.focus.pane, watch.selected()), (Pane::Channels, "support"));
}

#[test]
fn f11_changes_lines_moves_and_chart_are_of_one_span_which_the_screen_says() {
    let mut watch = Watch::new(&["lobby", "stage", "attic"], 30);
    watch.wait(400);
    watch.time_out("lobby", 0..12);
    watch.wait(120);
    watch.time_out("stage", 0..4);
    watch.wait(5);
    watch.press(Key::Home);
    // By span: how it is called, and what the rows say of those who timed out within it.
    let ten = ("10 min", "last 10 min", "-12", "12");
    let one = ("1 min", "last minute", "0", "0");
    let spans = [ten, one, one, ten, ("1 h", "last hour", "-12", "12")];
    let keys = [None, Some('-'), Some('-'), Some('+'), Some('+')];
    for (key, (name, last, change, timeouts)) in keys.into_iter().zip(spans) {
        if let Some(key) = key {
            watch.press(Key::Char(key));
        }
        let text = watch.text(120, 40);
        let heading = text.lines().find(|row| row.contains("channel  ")).unwrap();
        assert!(heading.contains(&format!("{name}  {last}")), "{name}: {heading}");
        assert!(text.contains(&format!(" {name}  - + span")), "{name}: {text}");
        let lobby = text.lines().find(|row| row.contains("lobby  ")).unwrap().split('│').next().unwrap();
        let words: Vec<&str> = lobby.split_whitespace().collect();
        assert!(words.contains(&change) && words.last() == Some(&timeouts), "{name}: {lobby}");
        let has_slope = lobby.contains('▇') && lobby.contains('▅');
        assert_eq!(has_slope, change != "0", "{name}: {lobby}");
        // The order by change is that of the numbers.
        watch.type_in("schange");
        watch.press(Key::Enter);
        let first = if change == "0" { "stage" } else { "lobby" };
        assert_eq!(watch.rows()[0], first, "{name}");
        watch.type_in("strouble");
        watch.press(Key::Enter);
        watch.model.listener.focus.zoom = true;
        watch.model.listener.focus.pane = Pane::Log;
        assert!(watch.text(120, 40).contains(&format!(" in {name} ")), "zoomed: {}", watch.text(120, 40));
        watch.model.listener.focus.zoom = false;
        watch.model.listener.focus.pane = Pane::Channels;
    }
}

/// The row of the chart's axis, and in it the columns of a mark.
fn axis_marks(watch: &Watch, mark: char) -> (String, Vec<usize>) {
    let text = watch.text(120, 40);
    let axis = text.lines().find(|row| row.contains('└')).unwrap_or_else(|| panic!("no axis: {text}"));
    let places = axis.chars().enumerate().filter(|(_, cell)| *cell == mark).map(|(column, _)| column);
    let places = places.skip_while(|column| *column < 60).collect();
    (axis.to_owned(), places)
}

#[test]
fn f11_the_axis_marks_incidents_and_losses_of_what_is_charted() {
    let mut watch = Watch::new(&["lobby", "stage", "attic"], 30);
    watch.wait(400);
    watch.press(Key::Char('+'));
    watch.time_out("lobby", 0..20);
    watch.wait(120);
    // The service tells of more people than those heard of: something was missed.
    watch.hear("stage", None, joined("early"));
    watch.told += 1;
    let published = Timetoken::new(Timetoken::at(watch.now).ticks() + watch.told);
    let more = PresenceEvent { occupancy: Some(40), ..event("stage", published, joined("late")) };
    watch.tell(Input::Notice(herenow::presence::Notice::from(batch([more], published, watch.now))));
    watch.wait(20);
    for (channel, incidents, losses) in [("lobby", 1, 0), ("stage", 0, 1), ("attic", 0, 0)] {
        watch.type_in(&format!(":{channel}"));
        watch.press(Key::Enter);
        let (axis, found) = axis_marks(&watch, '▲');
        assert_eq!((found.len(), axis_marks(&watch, '?').1.len()), (incidents, losses), "{channel}: {axis}");
    }
    watch.press(Key::Char('G'));
    let (axis, incidents) = axis_marks(&watch, '▲');
    let losses = axis_marks(&watch, '?').1;
    assert!(incidents.len() == 1 && losses.len() == 1 && incidents < losses, "the sum: {axis}");
    // Two minutes apart of an hour, right to one cell.
    let cell = 3_600 / axis.split('└').next_back().unwrap().chars().count();
    let apart = (losses[0] - incidents[0]) * cell;
    assert!(apart.abs_diff(120) <= cell, "{apart} s: {axis}");
}

#[test]
fn f46_the_announce_max_is_a_line_at_its_number_and_nothing_is_a_bar_without_a_name() {
    let sim = Sim::crowd(60, "watcher-4f2a").watched(Duration::from_secs(180));
    let text = sim.text(120, 40);
    let charts: Vec<&str> =
        text.lines().filter_map(|row| row.split_once("│ ").map(|(_, chart)| chart)).take(12).collect();
    let limit = charts.iter().find(|row| row.trim_start().starts_with("20 ┤")).unwrap_or_else(|| panic!("{text}"));
    let (_, line) = limit.split_once('┤').unwrap();
    assert!(line.chars().all(|cell| cell == '╌' || ('\u{2800}'..='\u{28ff}').contains(&cell)), "{limit}");
    assert!(charts.iter().any(|row| row.contains("announce max 20")), "{text}");
    assert!(charts.iter().all(|row| !row.contains("██")), "{text}");
}

#[test]
fn f48_at_the_start_no_channel_shows_a_change() {
    let mut sim = Sim::crowd(60, "watcher-4f2a").watched(Duration::from_secs(1));
    for _ in 0..29 {
        sim.run(Duration::from_secs(1));
        let text = sim.text(120, 40);
        let rows: Vec<&str> = text.lines().skip(4).take(6).collect();
        let table = |row: &str| row.split('│').next().unwrap_or_default().to_owned();
        assert!(rows.iter().all(|row| table(row).contains('·') && !row.contains('▲')), "{text}");
    }
}

#[test]
fn f49_wide_screens_do_not_stretch_the_table() {
    let sim = Sim::crowd(60, "watcher-4f2a").watched(Duration::from_secs(100));
    for (width, height) in [(200, 60), (300, 80), (200, 15)] {
        let text = sim.text(width, height);
        let row = text.lines().find(|row| row.contains("match.eu.1  ")).unwrap().split('│').next().unwrap().trim();
        let gap = row.split(|c: char| c != ' ').map(str::len).max().unwrap();
        assert!(gap <= 8, "{width}x{height}: {gap} in {row}");
    }
    let text = sim.text(200, 15);
    assert!(["[1] ", "[2] ", "[3] "].iter().all(|title| text.contains(title)), "side by side: {text}");
}

/// The most blank columns between two that are filled in any of these rows.
fn measure_gap(frame: &Buffer, area: Rect) -> usize {
    let is_blank = |x: u16| (area.top()..area.bottom()).all(|y| frame[(x, y)].symbol() == " ");
    let blank: Vec<bool> = (area.left()..area.right()).map(is_blank).collect();
    let filled: Vec<usize> = blank.iter().enumerate().filter(|(_, blank)| !**blank).map(|(x, _)| x).collect();
    filled.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0)
}

#[test]
fn f49_between_two_columns_of_a_pane_there_are_at_most_eight_blank_cells() {
    let mut sim = Sim::crowd(250, "watcher-4f2a").watched(Duration::from_secs(100));
    for selected in [None, Some("lobby"), Some("stage")] {
        match selected {
            Some(name) => sim.model.listener.focus.go_to(&Channel::from_wire(name)),
            None => sim.model.listener.focus.select_sum(ChannelSum::All),
        }
        sim.run(Duration::from_secs(2));
        for (width, height) in [(120, 40), (160, 50), (200, 60), (300, 80), (200, 15)] {
            let area = Rect::new(0, 0, width, height);
            let (layout, frame) = (view::cut_screen(&sim.model.screen(), sim.now, area), sim.frame(width, height));
            let panes = [("channels", layout.channels), ("occupants", layout.occupants), ("log", layout.log)];
            for (name, pane) in panes.into_iter().filter_map(|(name, pane)| Some((name, pane?))) {
                let body = Rect { y: pane.y + 1, height: pane.height.saturating_sub(1), width: pane.width - 2, ..pane };
                let gap = measure_gap(&frame, body);
                assert!(gap <= 8, "{selected:?} {name} {width}x{height}: {gap}\n{}", written(&frame));
            }
        }
    }
}

#[test]
fn f62_zoomed_the_occupancy_its_change_and_its_shape_stay() {
    let mut sim = Sim::crowd(60, "watcher-4f2a").watched(Duration::from_secs(100));
    sim.model.listener.focus.zoom = true;
    for pane in [Pane::Occupants, Pane::Log] {
        sim.model.listener.focus.pane = pane;
        for (width, height) in [(200, 60), (120, 40), (80, 24), (60, 16), (40, 12)] {
            let text = sim.text(width, height);
            let row = text.lines().nth(2).unwrap();
            assert!(row.contains("lobby") && row.contains(" here") && row.contains("in 1 min"), "{row}");
            assert!(row.contains(|c: char| "▁▂▃▄▅▆▇".contains(c)), "{width}x{height}: {row}");
        }
    }
}
