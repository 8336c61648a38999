//! `serve --from` and `demo --from`: the people of a recording, for a service on which they live again.

use super::{open::OpenPast, people::PeopleCourse};
use crate::{
    cli::{
        Failure,
        flags::{crowd::CrowdArgs, service::ServiceArgs},
        print,
    },
    crowd::{MOST_PEOPLE, RecordedPlay},
};

/// A recording's people, and where they live.
#[derive(Debug, Clone)]
pub(in crate::cli) struct RecordedCrowd {
    pub play: RecordedPlay,
    /// How the service behaved that was recorded.
    pub service: ServiceArgs,
    /// When it begins and ends, in words.
    pub span: String,
}

/// Read who came and went in a recording. What is wrong with it is said; what could be read of it is played.
///
/// # Errors
/// If it is none, or nobody is in it.
pub(in crate::cli) fn load_people(args: &CrowdArgs) -> Result<RecordedCrowd, Failure> {
    let mut open = OpenPast::open(args.from.as_deref())?;
    if let Some(time) = args.at {
        let at = open.resolve(time)?;
        open.go_to(at)?;
    }
    let began = open.past.world().now();
    let mut course = PeopleCourse::begin(open.past.world());
    while open.past.step_next(&mut course).is_some() {}
    let ended = open.past.world().now();
    let (course, changes) = course.finish(open.past.world(), began);
    open.remark_flaws();
    if let Some(broken) = open.explain_broken() {
        print::remark(broken.sentence());
    }
    if course.people.is_empty() {
        return Err(Failure::usage(format!("nobody is in {}: there is nothing to play", open.name())));
    }
    if course.people.len() > MOST_PEOPLE {
        let most = format!("{} has more than {MOST_PEOPLE} people, each counted on each channel", open.name());
        return Err(Failure::usage(format!("{most}; begin later, with --at")));
    }
    let names = course.people.iter().map(|person| (&person.home, &person.user));
    let service = course.hints.settings(open.past.header().session.announce_max, args.speed, names);
    let play = RecordedPlay {
        title: open.file_name(),
        people: course.people,
        first: course.first,
        changes,
        length: ended.since(began),
        speed: args.speed,
        repeat: args.repeat,
    };
    Ok(RecordedCrowd { play, service, span: format!("{} to {}", open.show(began), open.show(ended)) })
}
