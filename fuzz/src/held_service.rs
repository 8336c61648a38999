//! A service without sockets, stepped by requests and time, that is looked at after each step.

use std::{collections::BTreeMap, time::Duration};

use herenow::{
    presence::Moment,
    service::{Access, ActiveFaults, Bounds, Core, Decision, Guesses, PollId, Settings},
    wire::{Operation, ReplyForm, Request},
};

use crate::own_client::{check_answer, check_reply, check_round_trip};

const MOST_KEYS: usize = 4;
const MOST_PRESENT: usize = 40;
const MOST_POLLS: usize = 6;

fn make_settings(bits: u8) -> Settings {
    let is_set = |bit: u8| bits >> bit & 1 == 1;
    Settings {
        deltas: is_set(0),
        announce_max: if is_set(1) { 2 } else { 20 },
        leave_on_disconnect: is_set(2),
        debounce: if is_set(3) { Duration::ZERO } else { Duration::from_secs(2) },
        backlog: if is_set(4) { 3 } else { 100 },
        guesses: Guesses {
            state_outlives_leave: is_set(5),
            one_copy: is_set(6),
            interval_mode_at_max: is_set(7),
            subscribe_renews_presence: !is_set(3),
            here_now_cache: Duration::from_secs(u64::from(bits & 3)),
            ..Guesses::default()
        },
        bounds: Bounds {
            keys: MOST_KEYS,
            present: MOST_PRESENT,
            polls: MOST_POLLS,
            backlogs: 8,
            memory: 200_000,
            groups: 6,
            ..Bounds::default()
        },
        ..Settings::default()
    }
}

/// A service, and the polls that it holds open.
pub struct HeldService {
    core: Core,
    now: Moment,
    polls: BTreeMap<PollId, (Moment, ReplyForm)>,
}

impl HeldService {
    /// A service with small bounds, set by bits.
    pub fn new(settings: u8) -> Self {
        let core = Core::new(make_settings(settings), Access::default(), ActiveFaults::new(1));
        Self { core, now: Moment::from_micros(1_790_000_000_000_000), polls: BTreeMap::new() }
    }

    /// Time passes; polls whose window is over are answered.
    pub fn pass(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        self.core.advance(self.now);
        let over: Vec<PollId> = self.polls.iter().filter(|(_, (until, _))| *until <= self.now).map(|(id, _)| *id).collect();
        for poll in over {
            let (_, form) = self.polls.remove(&poll).expect("it is open");
            check_reply(form, &self.core.resume(poll, true, self.now).expect("its window is over"));
        }
    }

    /// A request comes.
    pub fn ask(&mut self, line: &str) {
        // A request line as it comes, or only what stands in its middle.
        let target = line.split(' ').nth(1).unwrap_or(line);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let Ok(request) = Request::parse(path, query) else { return };
        check_round_trip(&request);
        let operation = request.operation.clone();
        match self.core.answer(request, self.now) {
            Decision::Answer(status, body) => check_answer(&operation, status, &body, MOST_PRESENT),
            Decision::Wait(poll, until) => {
                let Operation::Subscribe { form, .. } = operation else { panic!("{operation:?} waits") };
                self.polls.insert(poll, (until, form));
            }

        }
    }

    /// What became due happens, and polls that can be answered are.
    pub fn settle(&mut self) {
        for poll in self.core.take_woken() {
            if let Some((_, form)) = self.polls.get(&poll)
                && let Some(body) = self.core.resume(poll, false, self.now)
            {
                check_reply(*form, &body);
                self.polls.remove(&poll);
            }
        }
        self.core.advance(self.now);
        assert!(self.core.next_deadline().is_none_or(|next| next > self.now), "a deadline is left behind");
        let (keys, present, polls) = self.core.counts();
        assert!(keys <= MOST_KEYS && present <= MOST_PRESENT && polls == self.polls.len() && polls <= MOST_POLLS);
    }

    /// The client of the oldest poll closes its connection.
    pub fn close_oldest(&mut self) {
        if let Some((poll, _)) = self.polls.pop_first() {
            self.core.abandon(poll, self.now);
        }
    }

    /// Whether a poll still waits.
    pub fn holds_polls(&self) -> bool {
        !self.polls.is_empty()
    }
}
