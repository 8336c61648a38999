//! `herenow replay --pseudonyms`: a recording once more, with other names for people, to be given away.

use std::{hash::RandomState, io, path::Path};

use super::open::OpenPast;
use crate::{
    cli::{Failure, print},
    files,
    presence::show_path,
    recorder::is_packed,
    recording::rewrite_recording,
    world::Pseudonyms,
};

pub(in crate::cli) fn run_pseudonyms(file: &Path, new: &Path) -> Result<(), Failure> {
    let mut open = OpenPast::open(Some(file))?;
    let mut names = Pseudonyms::new(RandomState::new());
    let user = names.hide_ourselves(&open.past.header().session.user);
    let written =
        files::write_whole(new, false, |out| rewrite_recording(&mut open.past, user, &mut names, is_packed(new), out));
    written.map_err(|error| explain(new, &error))?;
    open.remark_flaws();
    let name = show_path(new);
    print::text(&format!("{name} is the same recording, with other names for people; channels keep theirs\n"))?;
    open.explain_broken().map_or(Ok(()), Err)
}

fn explain(new: &Path, error: &io::Error) -> Failure {
    let name = show_path(new);
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(format!("{name} is there already; name another, or take it away first"))
        }
        io::ErrorKind::NotFound => {
            Failure::usage(format!("{name} can't be made, because its folder is not there; make it, or name another"))
        }
        _ => Failure::error(format!("{name} can't be written: {error}")),
    }
}
