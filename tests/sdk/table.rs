//! The exam: every step that an SDK has to pass, and what is known to be impossible for some of them.

use super::{
    asking, hearing,
    scene::{Scene, Verdict},
};

/// One row of the exam.
pub struct Step {
    pub name: &'static str,
    pub judge: fn(&Scene) -> Verdict,
    pub needs: Needs,
}

/// What a step needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// One user of the SDK.
    One,
    /// Two, who may be of different SDKs.
    Two,
    /// A service that counts instead of announcing, above an occupancy of three.
    Crowd,
}

const fn step(needs: Needs, name: &'static str, judge: fn(&Scene) -> Verdict) -> Step {
    Step { name, judge, needs }
}

use Needs::{Crowd, One, Two};

pub const STEPS: &[Step] = &[
    step(One, "subscribe with presence: its own join", hearing::own_join),
    step(Two, "another's join", hearing::anothers_join),
    step(Two, "subscribe to a group with presence", hearing::group),
    step(Two, "subscribe to a wildcard with presence", hearing::pattern),
    step(Two, "another channel while a poll is open", hearing::changed_list),
    step(One, "here now: one channel", asking::here_one),
    step(One, "here now: nobody there", asking::here_nobody),
    step(One, "here now: many channels", asking::here_many),
    step(One, "here now: a group", asking::here_group),
    step(One, "here now: everywhere", asking::here_everywhere),
    step(One, "here now: with state", asking::here_with_state),
    step(One, "here now: counts only", asking::here_counts),
    step(One, "here now: page by page", asking::here_paged),
    step(One, "here now: a limit too high is refused", asking::here_refused),
    step(One, "where now", asking::where_now),
    step(One, "set state on channels", asking::set_state),
    step(One, "set state on a group", asking::set_state_on_group),
    step(One, "get state of one channel", asking::get_state),
    step(One, "get state of two channels", asking::get_states),
    step(One, "get state of a group", asking::get_state_of_group),
    step(Two, "the state-change that follows", hearing::state_change),
    step(One, "a join that brings a state", hearing::join_with_state),
    step(Two, "heartbeats outlast a short timeout", hearing::heartbeats),
    step(Two, "silence is a timeout", hearing::silence),
    step(Two, "unsubscribe is a leave", hearing::leaving),
    step(Two, "unsubscribe from one of two", hearing::leaving_one_of_two),
    step(Two, "publish: a message arrives", hearing::message),
    step(Two, "publish by POST", hearing::posted_message),
    step(Two, "a message through a group", hearing::message_to_group),
    step(Two, "a message through a wildcard", hearing::message_to_pattern),
    step(One, "a signal", hearing::signal),
    step(One, "groups: add, list, remove, delete", asking::groups),
    step(Crowd, "announce max passed: intervals, deltas", hearing::intervals),
];

/// A step that some SDKs cannot pass, through no fault of the service. It is taken all the same.
pub struct Impossible {
    /// Beginnings of their names, word by word.
    pub sdks: &'static [&'static str],
    pub step: &'static str,
    pub why: &'static str,
}

impl Impossible {
    /// Whether it is about the SDK of this name.
    pub fn concerns(&self, name: &str) -> bool {
        let words = |about: &str| about.split(' ').zip(name.split(' ')).all(|(a, n)| n.starts_with(a));
        self.sdks.iter().any(|about| words(about))
    }
}

const fn impossible(sdks: &'static [&'static str], step: &'static str, why: &'static str) -> Impossible {
    Impossible { sdks, step, why }
}

pub const IMPOSSIBLE: &[Impossible] = &[
    impossible(&["rust"], "here now: everywhere", "the crate insists on channels or groups"),
    impossible(&["rust"], "get state of one channel", "the crate reads only the answer for several channels"),
    impossible(&["rust"], "a join that brings a state", "the crate takes it for a state-change"),
    // A timeout's "data" is an empty object, and whatever has "data" is a state-change to the crate.
    impossible(&["rust"], "heartbeats outlast a short timeout", "the crate takes a timeout for a state-change"),
    impossible(&["rust"], "silence is a timeout", "the crate takes it for a state-change"),
    impossible(&["rust"], "a signal", "the crate has no call for it"),
    impossible(&["rust"], "groups: add, list, remove, delete", "the crate has no calls for them"),
    impossible(&["python"], "set state on a group", "the SDK refuses groups without channels"),
    impossible(&["javascript"], "get state of two channels", "the SDK takes the answer's \"channels\" for a channel"),
    impossible(&["javascript"], "get state of a group", "the SDK takes the answer's \"channels\" for a channel"),
    impossible(&["ruby"], "here now: with state", "the SDK has no option for it"),
    impossible(&["ruby"], "here now: counts only", "the SDK has no option for it"),
    // What older versions lack.
    impossible(PYTHON_TO_9, "here now: page by page", "the SDK knows neither limit nor offset"),
    impossible(PYTHON_TO_9, "here now: a limit too high is refused", "the SDK knows neither limit nor offset"),
    impossible(JAVASCRIPT_TO_8, "here now: page by page", "the SDK knows neither limit nor offset"),
    impossible(JAVASCRIPT_TO_9, "here now: a limit too high is refused", "the SDK does not pass it on"),
    impossible(
        &["python 8. asyncio"],
        "another channel while a poll is open",
        "the SDK takes the poll that it gives up itself for a failure, and stops",
    ),
    impossible(
        JAVASCRIPT_TO_7,
        "subscribe to a wildcard with presence",
        "the SDK cuts \"-pnpres\" off a subscription that does not end so",
    ),
    impossible(
        &["javascript 7. engine"],
        "set state on channels",
        "the SDK sends a state for each channel as one state",
    ),
    impossible(&["javascript 7. engine"], "set state on a group", "the SDK sends a state for each group as one state"),
    impossible(&["javascript 7. engine"], "the state-change that follows", "the SDK has set another state"),
    impossible(
        &["javascript 7. engine in"],
        "unsubscribe from one of two",
        "the SDK's build for browsers lacks a function of its own",
    ),
];

const JAVASCRIPT_TO_7: &[&str] = &["javascript 4.", "javascript 5.", "javascript 7."];
const JAVASCRIPT_TO_8: &[&str] = &["javascript 4.", "javascript 5.", "javascript 7.", "javascript 8."];
const JAVASCRIPT_TO_9: &[&str] = &["javascript 4.", "javascript 5.", "javascript 7.", "javascript 8.", "javascript 9."];
const PYTHON_TO_9: &[&str] = &["python 4.", "python 5.", "python 6.", "python 7.", "python 8.", "python 9."];
