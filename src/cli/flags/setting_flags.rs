//! Flags of settings: made from the rows of the table, help and all.

use std::{ffi::OsString, marker::PhantomData};

use clap::{
    Arg, ArgAction, ArgMatches, Command,
    builder::{PossibleValuesParser, ValueParser},
};

use crate::config::{Accepted, Form, SETTINGS, Typed};

/// Which flags belong together.
pub trait FlagGroup {
    /// By their names in the table, in the order of the help.
    const FLAGS: &'static [&'static str];
    /// Whether they can be typed before and behind any verb.
    const GLOBAL: bool = false;
}

/// The flags of a group, and what was typed for them.
#[derive(Debug)]
pub struct SettingFlags<G> {
    typed: Typed,
    group: PhantomData<fn() -> G>,
}

impl<G> Clone for SettingFlags<G> {
    fn clone(&self) -> Self {
        Self { typed: self.typed.clone(), group: PhantomData }
    }
}

impl<G> SettingFlags<G> {
    /// What was typed.
    pub fn typed(&self) -> Typed {
        self.typed.clone()
    }
}

/// How clap calls a flag: `--log-level` is `log-level`.
fn id(flag: &'static str) -> &'static str {
    flag.trim_start_matches('-')
}

/// The argument for a flag of the table.
fn make_argument(name: &'static str, is_global: bool) -> Option<Arg> {
    let setting =
        SETTINGS.iter().find(|setting| setting.about().flag.as_ref().is_some_and(|flag| flag.name == name))?;
    let flag = setting.about().flag.as_ref()?;
    let arg = Arg::new(id(name)).long(id(name)).help(flag.help).global(is_global);
    let arg = if flag.more.is_empty() { arg } else { arg.long_help(format!("{}.\n\n{}", flag.help, flag.more)) };
    Some(match flag.form {
        Form::Switch(_) => arg.action(ArgAction::SetTrue),
        Form::Value(value) => arg.value_name(value).value_parser(match setting.accepts() {
            Accepted::Text => ValueParser::string(),
            Accepted::Path => ValueParser::path_buf(),
            Accepted::OneOf(names) => PossibleValuesParser::new(names).into(),
            Accepted::Number(least, most) => clap::value_parser!(u64).range(least..=most).into(),
        }),
        Form::Several => return None,
    })
}

/// What was typed for a flag of the table.
fn find_typed(name: &'static str, matches: &ArgMatches) -> Option<OsString> {
    let flags = SETTINGS.iter().filter_map(|setting| setting.about().flag.as_ref());
    let flag = flags.into_iter().find(|flag| flag.name == name)?;
    match flag.form {
        Form::Switch(means) => matches.get_flag(id(name)).then(|| means.into()),
        Form::Value(_) => matches.get_raw(id(name))?.next_back().map(ToOwned::to_owned),
        Form::Several => None,
    }
}

impl<G: FlagGroup> clap::FromArgMatches for SettingFlags<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut typed = Typed::default();
        for name in G::FLAGS {
            if let Some(word) = find_typed(name, matches) {
                typed = typed.with(name, word);
            }
        }
        Ok(Self { typed, group: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let other = Self::from_arg_matches(matches)?;
        self.typed = other.typed.and(self.typed.clone());
        Ok(())
    }
}

impl<G: FlagGroup> clap::Args for SettingFlags<G> {
    fn augment_args(command: Command) -> Command {
        command.args(G::FLAGS.iter().filter_map(|name| make_argument(name, G::GLOBAL)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
