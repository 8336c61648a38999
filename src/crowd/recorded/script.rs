//! Plays a recording's people, in exactly their order.
//!
//! Joins, leaves and states are calls. A timeout is none: the service makes it when somebody has been silent for long
//! enough, so each user who times out shows a last sign of life in time, with a short presence timeout. That is an
//! appointment: what comes before it has to be done by then, and what comes after it waits. If the machine was too slow
//! for that, those who are silent show one more sign of life, and all that follows is put off.

use std::{collections::VecDeque, time::Duration};

use super::{
    super::{CrowdAct, CrowdStep, HeartbeatTiming, Person, director::step_speed},
    plan::ChangePlan,
    play::{RECORDING_ENDS, RecordedAct, RecordedPlay},
};
use crate::presence::{Direction, Moment, SceneStatus, State};

/// So many last signs of life can be given in a second: with more people, a silence is longer.
const LAPSES_PER_SECOND: usize = 1_000;

/// What is asked of the service is done within this time, as a rule: with less time left before a timeout that comes
/// after it, it is too late.
const ONE_CALL: Duration = Duration::from_millis(100);

/// Plays a recording's people.
#[derive(Debug)]
pub struct RecordedScript {
    plan: ChangePlan,
    rhythm: HeartbeatTiming,
    /// The presence timeout of those who are to time out, and the silence that it makes at the service.
    timeout: Duration,
    silence: Duration,
    /// When those who are silent showed their last sign of life, in the order in which they time out.
    silent: VecDeque<Moment>,
    /// What comes next, besides what is planned.
    steps: VecDeque<CrowdStep>,
    /// The last step was a last sign of life.
    lapsed: bool,
    begun: bool,
    ended: bool,
    /// When what goes on began.
    since: Moment,
}

impl RecordedScript {
    /// Nothing happens before it [begins](Self::begin). `grace`: how much later than its timeout says a user times out
    /// at the service.
    pub fn new(mut play: RecordedPlay, grace: Duration, now: Moment) -> Self {
        play.repeat &= !play.changes.is_empty();
        // The last things of a round and the first of the next are to be told apart.
        play.length =
            play.length.max(play.changes.last().map_or(Duration::ZERO, |last| last.at) + Duration::from_secs(1));
        if play.repeat {
            play.lead_back();
        }
        let timeout = Duration::from_secs(1 + (play.people.len() / LAPSES_PER_SECOND) as u64);
        let silence = timeout + grace;
        Self {
            rhythm: HeartbeatTiming::for_recording(play.people.len()),
            plan: ChangePlan::new(play, silence),
            timeout,
            silence,
            silent: VecDeque::new(),
            steps: VecDeque::new(),
            lapsed: false,
            begun: false,
            ended: false,
            since: now,
        }
    }

    /// Who there is, each once for each channel.
    pub fn people(&self) -> &[Person] {
        &self.plan.play().people
    }

    /// How they stay present.
    pub const fn rhythm(&self) -> HeartbeatTiming {
        self.rhythm
    }

    /// Who is there before it begins, with which states.
    pub fn list_first(&self) -> &[(usize, Option<State>)] {
        &self.plan.play().first
    }

    /// Begin now.
    pub fn begin(&mut self, now: Moment) {
        (self.begun, self.since) = (true, now);
        self.plan.begin(now);
    }

    /// When something is to happen; `None` before the beginning and after the end.
    pub fn due(&self) -> Option<Moment> {
        if !self.begun {
            return None;
        }
        if !self.steps.is_empty() {
            return Some(self.since);
        }
        let first = self.plan.changes.front().map(|planned| planned.at);
        let lapse = self.plan.lapses.front().map(|(at, _)| *at);
        let end = || (!self.ended).then(|| self.plan.ends_at());
        first.into_iter().chain(lapse).min().or_else(end)
    }

    /// Let the next thing happen.
    pub fn step(&mut self, now: Moment) -> Option<CrowdStep> {
        self.lapsed = false;
        if let Some(step) = self.steps.pop_front() {
            return Some(step);
        }
        let Some(planned) = self.plan.changes.front().copied() else {
            (self.ended, self.since) = (true, now);
            return None;
        };
        // At the same time as a join that comes first, it is that person's.
        if let Some((_, person)) = self.plan.lapses.pop_front_if(|(at, _)| *at < planned.at) {
            self.silent.push_back(now);
            self.lapsed = true;
            return Some(self.make_step(person, CrowdAct::Lapse(self.timeout)));
        }
        let change = self.plan.look_up(planned);
        let (person, act) = (change.person, change.act.clone());
        if act != RecordedAct::TimeOut && self.is_too_late(now) {
            self.renew(now);
            return self.steps.pop_front();
        }
        self.plan.take_first(now);
        let act = match act {
            RecordedAct::TimeOut => {
                self.silent.pop_front();
                return None;
            }
            RecordedAct::Join(Some(state)) => {
                // The service keeps it for the join, which then tells it.
                self.steps.push_back(self.make_step(person, CrowdAct::Arrive));
                CrowdAct::Restate(state)
            }
            RecordedAct::Join(None) => CrowdAct::Arrive,
            RecordedAct::Leave => CrowdAct::Leave,
            RecordedAct::SetState(state) => CrowdAct::Restate(state),
        };
        Some(self.make_step(person, act))
    }

    /// The call of the last step was answered: those who fell silent by it time out this much later.
    pub fn note_answer(&mut self, now: Moment) {
        if std::mem::take(&mut self.lapsed)
            && let Some((index, _)) = self.plan.list_timeouts().take(self.silent.len()).last()
        {
            self.plan.delay(index, now.plus(self.silence));
        }
    }

    /// Go faster or slower; there is nothing else to choose.
    pub fn direct(&mut self, direction: Direction, now: Moment) {
        let Some(speed) = step_speed(self.plan.speed(), direction) else { return };
        if !self.begun {
            return self.plan.set_first_speed(speed);
        }
        self.plan.set_speed(speed, self.silent.len(), now);
    }

    /// What goes on.
    pub fn status(&self) -> SceneStatus {
        let phase = match (self.begun, self.ended) {
            (false, _) => Some("until somebody listens"),
            (true, true) => Some(RECORDING_ENDS),
            (true, false) => None,
        };
        let end = ("its end".to_owned(), self.plan.ends_at());
        let goes_on = self.begun && !self.ended && !self.plan.play().repeat;
        SceneStatus {
            profile: "recording".into(),
            about: "the people of a recording do again what they did".into(),
            label: Some(self.plan.play().title.clone()),
            phase: phase.map(str::to_owned),
            since: self.since,
            speed: self.plan.speed(),
            next: goes_on.then_some(end),
            ..SceneStatus::default()
        }
    }

    /// Whether the next change may come after a timeout that is to come after it.
    fn is_too_late(&self, now: Moment) -> bool {
        self.silent.front().is_some_and(|sent| sent.plus(self.silence) < now.plus(ONE_CALL))
    }

    /// Silent users show one more sign of life, with all the time that it takes to fall silent again.
    fn renew(&mut self, now: Moment) {
        let people = self.plan.list_timeouts().take(self.silent.len()).map(|(_, person)| person);
        let steps = people.map(|person| self.make_step(person, CrowdAct::Lapse(self.rhythm.timeout)));
        self.steps = steps.collect();
        self.plan.plan_again(self.silent.len(), now.plus(ONE_CALL));
        self.silent.clear();
    }

    fn make_step(&self, person: usize, act: CrowdAct) -> CrowdStep {
        CrowdStep { pause: Duration::ZERO, person, place: self.people()[person].home.clone(), act }
    }
}
