//! Takes what happens in the world into the ui.

use std::sync::Arc;

use super::{
    ActivityMark, Dialog, Editor, Effect, Stage, ToldFact, ToldSoFar, Tone, Ui, status_message,
    told::{tell_entry, weigh_told},
};
use crate::{
    alerts::{Alert, AlertKind, AlertSubject, HoldingClaim},
    history::History,
    incident::HoldingRule,
    presence::{Channel, EventKind, Moment, Subscription, UserId},
    world::{
        AlertNote, ChannelId, ChannelState, Departure, Entry, EntryBody, Input, Listener, Note, OrderResult, Touched,
        World,
    },
};

impl Listener for Ui {
    fn take_input(&mut self, world: &World, at: Moment, input: &Input) {
        let (log, incidents) = (&self.log, &self.incidents);
        let (weigh, copy) = (|| weigh_told(log, incidents), || ToldSoFar::copy(log, incidents));
        self.history.keep_input(world, at, input, weigh, copy);
    }

    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        if !self.takes_reply(entry)
            && let Some((tone, text)) = status_message(entry)
        {
            self.say(tone, text, world.now());
        }
        self.history.note_entry(entry.body.kind());
        tell_entry(&mut self.log, &mut self.incidents, world, entry);
        self.alerts.take_entry(world, entry);
        self.marks.take_entry(entry);
        self.activity.take_entry(entry);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        if self.paused.is_none() {
            let watched = world.channels.at(channel);
            self.keep_order(watched, touched);
            self.keep_tombstone(world, watched, touched);
        }
        self.incidents.take_change(world, channel, touched);
        for alert in self.alerts.take_change(world, channel, touched) {
            self.announce_alert(world, alert, world.now());
        }
    }
}

impl Ui {
    /// What is told now, to go on from it another time.
    pub fn copy_told(&self) -> ToldSoFar {
        ToldSoFar::copy(&self.log, &self.incidents)
    }

    /// A ui that was told this much of a world, and keeps what it hears from now on, from an item of this number on.
    pub fn go_on_from(told: &ToldSoFar, world: &World, first: u64) -> Self {
        let ToldSoFar { log, incidents, .. } = told.clone();
        Self { log, incidents, history: Box::new(History::of_stretch(first, world, told.clone())), ..Self::default() }
    }

    /// Add an alert to the log, and deliver it unless the watch list is muted. It may be about
    /// something earlier than `now`.
    pub(super) fn announce_alert(&mut self, world: &World, alert: Alert, now: Moment) {
        let (what, about, sentence) = (alert.kind.name(), alert.subject.as_str().to_owned(), alert.to_string());
        let note = Note::Told(AlertNote { what, about, sentence });
        // It stands in the log where it is told.
        let entry = Arc::new(Entry { heard: now, ..Entry::from_note(None, note, alert.at) });
        self.keep_fact(
            world,
            now,
            ToldFact::Alert { number: self.log.last_number() + 1, told: now, entry: Arc::clone(&entry) },
        );
        self.log.push(entry);
        if self.alerts.muted {
            return;
        }
        // A failure of what the person asked for stays visible.
        // An incident is in the second row.
        let is_told = matches!(alert.kind, AlertKind::Unusual(_));
        if !is_told && self.status.as_ref().is_none_or(|status| status.tone != Tone::Bad) {
            self.say(Tone::News, alert.to_string(), alert.at);
        }
        self.effects.push(Effect::Tell(alert));
    }

    /// Keep something for those who look back.
    pub(super) fn keep_fact(&mut self, world: &World, now: Moment, fact: ToldFact) {
        let kinds = if let ToldFact::Alert { entry, .. } = &fact { 1 << entry.body.kind() as u32 } else { 0 };
        let weight = fact.weigh();
        self.history.keep_fact(world, now, fact, kinds, weight);
    }

    /// Whether an entry is the answer that the editor waits for and shows itself.
    fn takes_reply(&mut self, entry: &Entry) -> bool {
        let EntryBody::Note(Note::OrderResult(reply)) = &entry.body else { return false };
        let Some(Dialog::Editor(editor)) = &mut self.dialog else { return false };
        let sent_from = |editor: &Editor, places: &[Subscription]| {
            editor.stage == Stage::Sending && places.contains(&Subscription::Channel(editor.channel.clone()))
        };
        match reply {
            OrderResult::StateTaken { places, .. } if sent_from(editor, places) => {
                self.dialog = None;
                false
            }
            OrderResult::StateFailed { places, trouble } if sent_from(editor, places) => {
                editor.stage = Stage::Failed(trouble.sentence.to_string());
                true
            }
            _ => false,
        }
    }

    /// Update the order of the occupants after a change of their list.
    fn keep_order(&mut self, watched: &ChannelState, touched: &Touched<'_>) {
        let (channel, roster) = (&watched.channel, &watched.roster);
        let mut many = |users: &[&[UserId]], restated: bool| {
            let all: Vec<&UserId> = users.iter().flat_map(|users| users.iter()).collect();
            self.occupants.update_users(channel, roster, all.into_iter(), restated);
        };
        match touched {
            Touched::Event { event, .. } => match &event.what {
                EventKind::Interval { joined, left, timed_out, .. } => many(&[joined, left, timed_out], false),
                what => {
                    if let Some(user) = what.user() {
                        self.occupants.update_user(channel, roster, user);
                    }
                }
            },
            Touched::HereNow { difference, .. } => {
                many(
                    &[&difference.missing, &difference.extra],
                    !difference.restated.is_empty() || difference.learned > 0,
                );
            }
            Touched::Vouched(user) => self.occupants.update_user(channel, roster, user),
            Touched::Cleared => self.occupants.forget_channel(channel),
        }
    }

    /// Remember the departure of the selected user.
    fn keep_tombstone(&mut self, world: &World, watched: &ChannelState, touched: &Touched<'_>) {
        let (Touched::Event { departed, .. } | Touched::HereNow { departed, .. }) = touched else { return };
        let Some(user) = self.focus.user.as_ref().filter(|_| !departed.is_empty()) else { return };
        let is_them = |gone: &&Departure| gone.user == *user;
        if self.screen(world).selected_channel().is_some_and(|selected| selected.channel == watched.channel)
            && watched.roster.get(user).is_none()
            && let Some(gone) = departed.iter().find(is_them)
        {
            self.focus.gone = Some(gone.clone());
        }
    }

    /// Tell the verdict which rules of the watch list hold.
    pub(super) fn tell_rules(&mut self, now: Moment) {
        self.incidents.set_rules(self.alerts.list_holding().map(|HoldingClaim { claim, sentence, acknowledged }| {
            HoldingRule { rule: claim, sentence, since: now, acknowledged }
        }));
    }

    /// Look for incidents, if it is time to.
    pub(super) fn look_for_incidents(&mut self, world: &World, now: Moment) {
        self.tell_rules(now);
        if self.incidents.rules() != self.kept_rules {
            self.kept_rules = self.incidents.rules().to_vec();
            self.facts.push(ToldFact::Rules(self.kept_rules.clone()));
        }
        for fact in std::mem::take(&mut self.facts) {
            self.keep_fact(world, now, fact);
        }
        if self.incidents.look(world, now) {
            self.keep_fact(world, now, ToldFact::Looked(now));
        }
        for incident in self.incidents.take_news(now) {
            if incident.was.is_none() {
                self.activity.mark(ActivityMark::Incident, incident.begin);
            }
            let channels: Vec<&Channel> = incident.channels.iter().map(|change| &change.channel).collect();
            self.alerts.take_incident(&channels, &incident.sentence(), now);
            let alert = Alert {
                subject: AlertSubject::Incident(incident.kind.name()),
                kind: AlertKind::Unusual(incident.sentence()),
                channel: None,
                occupancy: None,
                at: now,
                more: 0,
            };
            self.announce_alert(world, alert, now);
        }
    }

    /// Weigh the items of the watch list, if it is time to. `free`: no other input is waiting.
    pub(super) fn weigh_alerts(&mut self, world: &World, free: bool, now: Moment) {
        for alert in self.alerts.weigh_round(world, free, now) {
            self.announce_alert(world, alert, now);
        }
    }
}
