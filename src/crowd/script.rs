//! What is played: a simulated crowd, or the people of a recording. The runner knows no difference.

use super::{CrowdStep, Director, HeartbeatTiming, Person, RecordedScript};
use crate::presence::{Direction, Moment, SceneStatus, State};

/// Who does what, and when.
#[derive(Debug)]
pub enum Script {
    /// A simulated crowd.
    Crowd(Box<Director>),
    /// The people of a recording.
    Recording(Box<RecordedScript>),
}

impl From<Director> for Script {
    fn from(director: Director) -> Self {
        Self::Crowd(Box::new(director))
    }
}

impl From<RecordedScript> for Script {
    fn from(script: RecordedScript) -> Self {
        Self::Recording(Box::new(script))
    }
}

impl Script {
    /// The people.
    pub fn people(&self) -> &[Person] {
        match self {
            Self::Crowd(director) => director.people(),
            Self::Recording(script) => script.people(),
        }
    }

    /// How they stay present.
    pub fn rhythm(&self) -> HeartbeatTiming {
        match self {
            Self::Crowd(director) => director.rhythm(),
            Self::Recording(script) => script.rhythm(),
        }
    }

    /// Who is there before anything happens, with which states.
    pub fn list_first(&self) -> &[(usize, Option<State>)] {
        match self {
            Self::Crowd(_) => &[],
            Self::Recording(script) => script.list_first(),
        }
    }

    /// Whether a call is made when the one before was answered, and not beside it.
    pub const fn is_in_order(&self) -> bool {
        matches!(self, Self::Recording(_))
    }

    /// Begin now. A simulated crowd has begun already.
    pub fn begin(&mut self, now: Moment) {
        if let Self::Recording(script) = self {
            script.begin(now);
        }
    }

    /// When something is to happen.
    pub fn due(&self) -> Option<Moment> {
        match self {
            Self::Crowd(director) => director.due(),
            Self::Recording(script) => script.due(),
        }
    }

    /// Let the next thing happen, at the time that [`due`](Self::due) says or later.
    pub fn step(&mut self, now: Moment) -> Option<CrowdStep> {
        match self {
            Self::Crowd(director) => director.step(),
            Self::Recording(script) => script.step(now),
        }
    }

    /// The call of the last step was answered.
    pub fn note_answer(&mut self, now: Moment) {
        if let Self::Recording(script) = self {
            script.note_answer(now);
        }
    }

    /// The faults whose time has come since this was asked last.
    pub fn take_faults(&mut self) -> Vec<String> {
        match self {
            Self::Crowd(director) => director.take_faults(),
            Self::Recording(_) => Vec::new(),
        }
    }

    /// Do as a presenter wants, now.
    pub fn direct(&mut self, direction: Direction, now: Moment) {
        match self {
            Self::Crowd(director) => director.direct(direction, now),
            Self::Recording(script) => script.direct(direction, now),
        }
    }

    /// What goes on.
    pub fn status(&self) -> SceneStatus {
        match self {
            Self::Crowd(director) => director.status(),
            Self::Recording(script) => script.status(),
        }
    }
}
