//! Flags of settings: made from the rows of the table, help and all.

use std::marker::PhantomData;

use clap::{
    Arg, ArgAction, ArgMatches, Command,
    builder::{PossibleValuesParser, ValueParser},
};

use crate::config::{Accepted, Flag, Form, SETTINGS, Setting, Typed};

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
    pub fn collect_typed(&self) -> Typed {
        self.typed.clone()
    }
}

/// How clap calls a flag: `--log-level` is `log-level`.
fn id(flag: &'static str) -> &'static str {
    flag.trim_start_matches('-')
}

/// The setting of a flag, and the flag itself.
fn find_setting(name: &str) -> Option<(&'static dyn Setting, &'static Flag)> {
    let mut settings = SETTINGS.iter().filter_map(|setting| Some((*setting, setting.about().flag.as_ref()?)));
    settings.find(|(_, flag)| flag.name == name)
}

/// The argument for a flag of the table.
fn make_argument(name: &'static str, is_global: bool) -> Option<Arg> {
    let (setting, flag) = find_setting(name)?;
    let arg = Arg::new(id(name)).help(flag.help).global(is_global);
    let arg = if flag.more.is_empty() { arg } else { arg.long_help(format!("{}.\n\n{}", flag.help, flag.more)) };
    let arg = if name.starts_with('-') { arg.long(id(name)) } else { arg.num_args(1..) };
    Some(match flag.form {
        Form::Switch(_) => arg.action(ArgAction::SetTrue),
        Form::Several(value) => arg.value_name(value).action(ArgAction::Append),
        Form::Value(value) => arg.value_name(value).value_parser(match setting.accepts() {
            Accepted::Text => ValueParser::string(),
            Accepted::Path => ValueParser::path_buf(),
            Accepted::OneOf(names) => PossibleValuesParser::new(names).into(),
            Accepted::Number(least, most) => clap::value_parser!(u64).range(least..=most).into(),
        }),
    })
}

/// Add to `typed` what was typed for a flag of the table.
fn take_typed(name: &'static str, matches: &ArgMatches, typed: &mut Typed) {
    let Some((_, flag)) = find_setting(name) else { return };
    match flag.form {
        Form::Switch(means) => typed.flags.extend(matches.get_flag(id(name)).then(|| (name, means.into()))),
        Form::Value(_) => {
            let word = matches.get_raw(id(name)).and_then(|mut words| words.next_back());
            typed.flags.extend(word.map(|word| (name, word.to_owned())));
        }
        Form::Several(_) => {
            let words = matches.get_many::<String>(id(name)).into_iter().flatten().cloned();
            if name.starts_with('-') { typed.groups.extend(words) } else { typed.channels.extend(words) }
        }
    }
}

impl<G: FlagGroup> clap::FromArgMatches for SettingFlags<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut typed = Typed::default();
        for name in G::FLAGS {
            take_typed(name, matches, &mut typed);
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
