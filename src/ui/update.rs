//! Takes the events of the ui, and does what is due after each step.

use super::{
    LogFilter, Ui, UiEvent, auto_follow::follow_change, channels::do_due_for_channels, dialogs, navigate,
    occupants::do_due_for_list, past, perform,
};
use crate::{
    presence::{Command, Moment, UserId},
    world::{Input, Order, Watcher, World},
};

impl Watcher<Ui> {
    /// Take an event at `now`. Returns the commands for the service. Never waits, draws or reads the clock.
    pub fn take_ui_event(&mut self, event: UiEvent, now: Moment) -> Vec<Command> {
        let orders = self.listener.take_event(&self.world, event, now);
        orders.into_iter().flat_map(|order| self.step(now, Input::Order(order))).collect()
    }

    /// Do what is due for the ui. `free`: no other input is waiting.
    pub fn do_due(&mut self, free: bool, now: Moment) {
        self.listener.do_due(&self.world, free, now);
    }

    /// Ask for the requests of the selected user, if it is time; `in_sight`: whether what is known of them is on the
    /// screen. Returns the commands for the service.
    pub fn ask_requests(&mut self, in_sight: impl FnOnce(&Ui, &World) -> bool, now: Moment) -> Vec<Command> {
        match self.listener.find_user_to_ask(&self.world, now) {
            Some(user) if in_sight(&self.listener, &self.world) => {
                self.step(now, Input::Order(Order::AskRequests(user)))
            }
            _ => Vec::new(),
        }
    }

    /// See to what only a frame needs, before it is drawn.
    pub fn prepare_frame(&mut self, now: Moment) {
        self.listener.prepare_frame(&self.world, now);
    }
}

impl Ui {
    /// Take an event. Returns the orders for the world.
    pub fn take_event(&mut self, world: &World, event: UiEvent, now: Moment) -> Vec<Order> {
        if !matches!(event, UiEvent::Exported(..) | UiEvent::NotSwitched(_)) {
            self.follow.hold(now);
        }
        match event {
            UiEvent::Act(action) => return perform::perform_action(self, world, action, now),
            UiEvent::Type(edit) => return dialogs::type_into(self, world, &edit, now),
            UiEvent::Point(pick) => navigate::select_pointed(self, world, pick, now),
            UiEvent::Arrange(shares) => self.focus.shares = shares,
            UiEvent::Exported(export, ended) => dialogs::take_exported(self, &export, ended, now),
            UiEvent::NotSwitched(why) => dialogs::report_failed_switch(self, &why, now),
        }
        Vec::new()
    }

    /// Do what is due: expire the message, build the order of occupants step by step, weigh the watch list. `free`:
    /// no other input is waiting.
    pub fn do_due(&mut self, world: &World, free: bool, now: Moment) {
        if self.status.as_ref().is_some_and(|status| status.until <= now) {
            self.status = None;
        }
        world.scene.iter().for_each(|scene| self.marks.take_scene(scene));
        self.weigh_alerts(world, free, now);
        past::play(self, world, now);
        do_due_for_channels(self, world, now);
        self.look_for_incidents(world, now);
        // Behind the end of a recording there is nothing.
        if !self.history.is_recording() {
            self.activity.follow(world, self.history.earliest().ok(), now);
        }
        follow_change(self, world, now);
        do_due_for_list(self, world, now);
        self.count_waiting(world, now);
        self.show_log_of_channel(world);
        self.look_after_selected(world);
    }

    /// See to what only a frame needs: the number of findings in its footer, and the scale of its chart.
    pub fn prepare_frame(&mut self, world: &World, now: Moment) {
        let as_of = self.screen(world).as_of(now);
        let shown = self.paused.as_ref().map_or(world, |paused| &*paused.shown.world);
        let incidents = self.paused.as_ref().map_or(&self.incidents, |paused| &paused.shown.told.incidents);
        self.doctor.refresh_findings(shown, incidents, as_of);
        let screen = self.screen(world);
        let needs = screen.measure_chart(as_of);
        let charted = screen.selected_channel().map(|watched| watched.channel.clone());
        self.scale.follow(charted.as_ref(), needs, as_of);
        let place = self.screen(world).selected_place();
        self.occupants.refresh_fields(place.and_then(|place| shown.channels.get(place)), as_of);
    }

    /// The selected user, if it is time to ask for their requests. Nobody while the picture is held still.
    fn find_user_to_ask(&self, world: &World, now: Moment) -> Option<UserId> {
        let user = self.focus.user.as_ref().filter(|_| self.paused.is_none() && world.link.is_live())?;
        let is_due = world.service_ledger.is_due(user, now) && self.screen(world).selected_channel().is_some();
        is_due.then(|| user.clone())
    }

    /// Have the log know what it tells of the selected user.
    fn look_after_selected(&mut self, world: &World) {
        let screen = self.screen(world);
        if let (Some(watched), Some(user)) = (screen.selected_channel(), &self.focus.user)
            && !screen.log.looks_after(&watched.channel, user)
        {
            let (channel, user) = (watched.channel.clone(), user.clone());
            self.shown_log().look_after(channel, user);
        }
    }

    /// Where the log tells of the selected channel only, it goes with the selection.
    fn show_log_of_channel(&mut self, world: &World) {
        let selected = self.screen(world).selected_channel().filter(|_| self.focus.log_of_channel);
        let channel = selected.map(|watched| watched.channel.clone());
        let log = self.shown_log();
        if log.view().filter().channel != channel {
            log.set_filter(LogFilter { channel, ..log.view().filter().clone() });
        }
    }
}
