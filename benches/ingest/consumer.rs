//! Those who read the stream: each a process of its own.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

use crate::{loops::Loop, stream::Plan};

/// How the official SDK is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdkSetup {
    /// So that it does the least.
    Tuned,
    /// Without any care: what its defaults are.
    Default,
}

/// Who reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consumer {
    /// A loop of this benchmark.
    Loop(Loop),
    /// The official Rust SDK with a map of users: how it is used, and where its program is.
    Sdk(SdkSetup, PathBuf),
    /// `herenow events --quiet`
    Quiet,
    /// `herenow events`, whose lines nobody reads.
    Lines,
    /// `herenow watch`
    Dashboard,
}

impl Consumer {
    /// What it is called in the tables.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Loop(Loop::Fetch) => "a reader that parses nothing",
            Self::Loop(Loop::Bare) => "a bare loop",
            Self::Loop(Loop::Ahead) => "a bare loop, next poll under way",
            Self::Sdk(SdkSetup::Tuned, _) => "PubNub's Rust SDK and a user map",
            Self::Sdk(SdkSetup::Default, _) => "the same, by its defaults",
            Self::Quiet => "herenow events --quiet",
            Self::Lines => "herenow events > /dev/null",
            Self::Dashboard => "herenow watch, 120x40",
        }
    }

    /// Whether it is a dashboard, and needs a terminal.
    pub const fn is_dashboard(&self) -> bool {
        matches!(self, Self::Dashboard)
    }

    /// Whether it knows at the end who is there.
    pub const fn keeps_roster(&self) -> bool {
        !matches!(self, Self::Loop(Loop::Fetch))
    }

    /// Whether what it writes on stdout is thrown away.
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::Lines)
    }

    /// The program and its arguments, to follow a plan at an address; the roster goes into a file.
    pub fn command(&self, plan: &Plan, address: &str, file: &Path) -> (PathBuf, Vec<OsString>) {
        let (watched, herenow) = (plan.watched(), PathBuf::from(env!("CARGO_BIN_EXE_herenow")));
        let own = |verb: &str, flags: &[&str]| {
            let origin = format!("http://{address}");
            let keyset = ["--subscribe-key", crate::stream::KEY, "--origin", &origin];
            // Polls follow a stream by themselves; the pages of here now keep the budget.
            let budget = if plan.full { &["--budget", "1000"][..] } else { &[] };
            let words = [&[verb][..], &keyset, budget, flags].concat();
            words.into_iter().map(OsString::from).chain(watched.iter().map(OsString::from)).collect::<Vec<_>>()
        };
        let with_file = |mut args: Vec<OsString>| {
            args.extend(["--roster-file".into(), file.into()]);
            args
        };
        match self {
            Self::Loop(which) => {
                let value = which.to_possible_value();
                let name = value.as_ref().map_or("", |value| value.get_name());
                let (watched, listed) =
                    (watched.join(","), if plan.full { plan.names().join(",") } else { String::new() });
                let mut args: Vec<OsString> = ["loop", name, address].map(OsString::from).into();
                args.extend([file.into(), watched.into()]);
                args.extend((!listed.is_empty()).then(|| ["--listed".into(), listed.into()]).into_iter().flatten());
                (std::env::current_exe().unwrap_or_default(), args)
            }
            Self::Sdk(setup, program) => {
                let verb = match setup {
                    SdkSetup::Tuned => "follow",
                    SdkSetup::Default => "follow-default",
                };
                let args = [verb.into(), address.into(), file.into(), watched.join(",").into()];
                (program.clone(), args.into())
            }
            Self::Quiet => (herenow, with_file(own("events", &["--quiet", "--json"]))),
            Self::Lines => (herenow, with_file(own("events", &["--json"]))),
            Self::Dashboard => (herenow, own("watch", &[])),
        }
    }
}
