//! Turns a person's actions into [`Order`]s, within what the keyset allows. Actions that change only the ui go to
//! `navigate`.

use super::{
    Action, ConfirmedAction, Dialog, Editor, Menu, Pane, Prompt, Question, Tone, Ui, dialogs, navigate, occupants,
    past, unwatch, watch_list,
};
use crate::{
    doctor,
    duration::Span,
    presence::{Channel, Direction, Moment, Subscription},
    world::{Order, Removal, WhereNowResult, World, list_names},
};

/// Perform an action. On a production keyset, ask first if others would notice.
pub(super) fn perform_action(ui: &mut Ui, world: &World, action: Action, now: Moment) -> Vec<Order> {
    if let Some(Dialog::WatchList(chosen)) = ui.dialog
        && watch_list::act_on_list(ui, world, chosen, action, now)
    {
        return Vec::new();
    }
    if past::act_on_past(ui, world, action, now) {
        return Vec::new();
    }
    let session = &world.session;
    if let Some(place) = place_noticed_by_others(ui, world, action).filter(|_| session.production && !session.read_only)
    {
        let question = format!("PRODUCTION: {} on {place} as {}?", action.info().name, session.user);
        ui.dialog = Some(Dialog::Confirm { action: ConfirmedAction::Act(action), question });
        return Vec::new();
    }
    perform_confirmed_action(ui, world, action, now)
}

/// The place where others would notice an action, if they would. Setting a state is confirmed when it is sent, and
/// removing a channel when it is clear what is removed.
fn place_noticed_by_others(ui: &Ui, world: &World, action: Action) -> Option<String> {
    match action {
        Action::Heartbeat | Action::Leave => {
            ui.screen(world).selected_live().map(|watched| watched.channel.to_string())
        }
        Action::KeepAlive if !world.own_presence.kept_alive && !world.own_presence.places.is_empty() => {
            let places: Vec<_> = world.own_presence.places.keys().cloned().collect();
            Some(list_names(&places))
        }
        _ => None,
    }
}

/// Perform an action that needs no confirmation or has been confirmed.
fn perform_confirmed_action(ui: &mut Ui, world: &World, action: Action, now: Moment) -> Vec<Order> {
    if !ui.screen(world).offers(action) {
        return Vec::new();
    }
    let is_about_user = matches!(action, Action::WhereNow | Action::Open | Action::CopyId | Action::CopyJson);
    if is_about_user && ui.focus.pane == Pane::Occupants && ui.dialog.is_none() && ui.focus.user.is_none() {
        // Nobody selected is the first one.
        occupants::move_selection(ui, world, -isize::MAX);
    }
    let mut orders = Vec::new();
    match action {
        Action::Quit => {
            ui.quitting = true;
            orders.push(Order::LeaveAll);
        }
        Action::Heartbeat => orders.extend(order_heartbeat(ui, world, now)),
        Action::Leave => orders.extend(order_leave(ui, world, now)),
        Action::Resync => orders.extend(order_resync(ui, world, now)),
        Action::PresenceTimeout if require_writable(ui, world, now) => {
            let before = Span(world.own_presence.timeout).to_string();
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::PresenceTimeout, &before)));
        }
        Action::WhereNow => orders.extend(order_where_now(ui, world, now)),
        Action::Direct(direction) => orders.push(Order::Direct(direction)),
        Action::Scenes => orders.extend(choose_scene(ui, world)),
        Action::Mute => watch_list::toggle_mute(ui, now),
        Action::Acknowledge => watch_list::acknowledge(ui, None, now),
        Action::EditState if require_writable(ui, world, now) => open_state_editor(ui, world, now),
        Action::PresenceTimeout | Action::EditState => ui.refuse_text_for(action),
        Action::KeepAlive if require_writable(ui, world, now) => orders.push(toggle_keep_alive(ui, world, now)),
        Action::Add => ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::Watch, ""))),
        Action::Keysets => dialogs::choose_keyset(ui, world, now),
        Action::Remove => return begin_unwatch(ui, world, now),
        _ => navigate::apply_view_action(ui, world, action, now),
    }
    if let Some(Dialog::Doctor(first)) = ui.dialog {
        // Keep the position within the findings.
        let screen = ui.screen(world);
        let last = doctor::list_findings(screen.world, screen.incidents, screen.as_of(now)).len();
        ui.dialog = Some(Dialog::Doctor(first.min(last)));
    }
    orders
}

/// Carry out an action, or ask for confirmation first.
pub(super) fn confirm_action(ui: &mut Ui, world: &World, action: ConfirmedAction, now: Moment) -> Vec<Order> {
    let question = match &action {
        ConfirmedAction::Act(action) => return perform_action(ui, world, *action, now),
        ConfirmedAction::Remove(removal) => unwatch::question_before_unwatch(world, removal),
        ConfirmedAction::Switch(name) => dialogs::question_before_switch(ui, world, name),
    };
    match question {
        Some(question) => {
            ui.dialog = Some(Dialog::Confirm { action, question });
            Vec::new()
        }
        None => carry_out(ui, world, action, now),
    }
}

/// Carry out a confirmed action.
pub(super) fn carry_out(ui: &mut Ui, world: &World, action: ConfirmedAction, now: Moment) -> Vec<Order> {
    match action {
        ConfirmedAction::Act(action) => return perform_confirmed_action(ui, world, action, now),
        ConfirmedAction::Remove(removal) => return order_unwatch(ui, world, removal, now).into_iter().collect(),
        ConfirmedAction::Switch(name) => dialogs::switch_keyset(ui, world, name, now),
    }
    Vec::new()
}

/// Remove the selected channel from view. If several subscriptions bring it into view, ask which one is meant.
fn begin_unwatch(ui: &mut Ui, world: &World, now: Moment) -> Vec<Order> {
    match unwatch::find_choices(&ui.screen(world)) {
        None => ui.say(Tone::Bad, NOBODY, now),
        Some(unwatch::UnwatchChoice::One(action)) => return confirm_action(ui, world, action, now),
        Some(unwatch::UnwatchChoice::Several(items)) => {
            ui.dialog = Some(Dialog::Menu(Menu::new("watch no more", items, 0)));
        }
    }
    Vec::new()
}

/// Order a removal, and select another channel if the selected one goes.
fn order_unwatch(ui: &mut Ui, world: &World, removal: Removal, now: Moment) -> Option<Order> {
    if let Err(why) = world.may_unwatch(&removal) {
        ui.say(Tone::Bad, why.to_string(), now);
        return None;
    }
    if let Some(next) = unwatch::selection_after(&ui.screen(world), &removal) {
        ui.focus.go_to(&next);
    }
    Some(Order::Unwatch(removal))
}

/// Said when an action needs a selected channel and there is none.
const NOBODY: &str = "no channel is selected";

/// The selected channel. Says so if there is none.
fn require_selected(ui: &mut Ui, world: &World, now: Moment) -> Option<Channel> {
    let selected = ui.screen(world).selected_live().map(|watched| watched.channel.clone());
    if selected.is_none() {
        ui.say(Tone::Bad, NOBODY, now);
    }
    selected
}

/// In a demo the sum is selected at first: who steps in there goes to the busiest channel.
fn select_busiest(ui: &mut Ui, world: &World) {
    if world.scene.is_some()
        && ui.focus.sum.is_some()
        && let Some(watched) = world.channels.iter().max_by_key(|watched| watched.occupancy())
    {
        ui.focus.go_to(&watched.channel);
    }
}

/// Open the list of scenes, or go on to the next one if it is open.
fn choose_scene(ui: &mut Ui, world: &World) -> Option<Order> {
    if ui.repeats(Action::Scenes) {
        ui.dialog = None;
        return Some(Order::Direct(Direction::Next));
    }
    let scene = world.scene.as_ref()?;
    ui.dialog = Some(Dialog::Menu(Menu::of_scenes(scene)));
    None
}

/// Whether the keyset may be changed. Says so if it may not.
fn require_writable(ui: &mut Ui, world: &World, now: Moment) -> bool {
    if world.session.read_only {
        ui.say(Tone::Bad, "read-only, by a flag or the configuration: nothing was sent", now);
    }
    !world.session.read_only
}

fn order_heartbeat(ui: &mut Ui, world: &World, now: Moment) -> Option<Order> {
    if !require_writable(ui, world, now) {
        return None;
    }
    select_busiest(ui, world);
    let channel = require_selected(ui, world, now)?;
    ui.say(Tone::Busy, format!("heartbeat on {channel} …"), now);
    Some(Order::Join(Subscription::Channel(channel)))
}

fn order_leave(ui: &mut Ui, world: &World, now: Moment) -> Option<Order> {
    if !require_writable(ui, world, now) {
        return None;
    }
    let channel = require_selected(ui, world, now)?;
    ui.say(Tone::Busy, format!("leaving {channel} …"), now);
    Some(Order::Leave(Subscription::Channel(channel)))
}

/// Order a here now for the selected channel.
fn order_resync(ui: &mut Ui, world: &World, now: Moment) -> Option<Order> {
    let channel = require_selected(ui, world, now)?;
    if !world.link.is_live() {
        ui.say(Tone::Bad, "not connected: the list is asked for as soon as the service answers", now);
        return None;
    }
    ui.say(Tone::Busy, format!("asking here now for {channel} …"), now);
    Some(Order::Resync(channel))
}

/// Order a where now for the selected occupant. The answer appears in the detail, or else in the footer.
fn order_where_now(ui: &mut Ui, world: &World, now: Moment) -> Option<Order> {
    let (user, missing) = match &ui.dialog {
        Some(Dialog::Entry(viewer)) => (viewer.entry.user.clone(), "this line is not about one user"),
        _ => (ui.focus.user.clone(), "select somebody first"),
    };
    let Some(user) = user else {
        ui.say(Tone::Bad, missing, now);
        return None;
    };
    if world.where_now.answer_for(&user).is_some_and(|known| known.result == WhereNowResult::Asking) {
        return None;
    }
    ui.say(Tone::Busy, format!("asking where {user} is …"), now);
    Some(Order::WhereNow(user))
}

/// Open the editor on the selected channel with our state there.
fn open_state_editor(ui: &mut Ui, world: &World, now: Moment) {
    let Some(channel) = require_selected(ui, world, now) else { return ui.refuse_text_for(Action::EditState) };
    let watched = world.channels.look_up(&channel);
    let occupant = watched.and_then(|watched| watched.roster.get(&world.session.user));
    let state = occupant.and_then(|occupant| occupant.state());
    ui.dialog = Some(Dialog::Editor(Box::new(Editor::new(channel, state))));
}

/// Turn automatic heartbeats on or off. Turning them on sends what is due.
fn toggle_keep_alive(ui: &mut Ui, world: &World, now: Moment) -> Order {
    let on = !world.own_presence.kept_alive;
    let text = match (on, world.own_presence.places.is_empty()) {
        (true, _) => "heartbeats go on by themselves",
        (false, true) => "no heartbeat by itself any more: a presence runs out unless you send one",
        (false, false) => "no heartbeat by itself any more: your presence runs out, and the list shows the timeout",
    };
    ui.say(Tone::Good, text, now);
    Order::KeepAlive(on)
}
