//! What holds for every row: so the author of a new row is told what is missing, and writes no test for it.

use std::{collections::BTreeSet, path::Path};

use super::*;
use crate::{
    config::{Config, Typed, Whence, settle_values},
    manual::tables::hold_table,
};

const EXAMPLE: &str = include_str!("../../../assets/config.toml");

/// The example with all entries switched on: every `#name = value` and `#[table]` without a blank.
fn switch_on_example() -> String {
    let on = |line: &str| {
        let entry =
            line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['));
        format!("{}\n", entry.unwrap_or(line))
    };
    EXAMPLE.lines().map(on).collect()
}

fn read_example() -> Config {
    Config::parse(&switch_on_example(), Path::new("c.toml"), Some(0o600)).unwrap_or_else(|e| panic!("{e}"))
}

/// A word that another source could say, made of what the example says.
fn find_word(setting: &dyn Setting, values: &ConfigValues) -> String {
    setting.lines(values)[0].value.replace(' ', ",")
}

#[test]
fn the_example_names_every_setting_and_the_file_is_read_for_it() {
    let config = read_example();
    let all = settle_values(&config, &Typed::default(), &|_| None).unwrap();
    for setting in SETTINGS {
        let about = setting.about();
        let is_ours = if about.file == InFile::Keyset { &config.keysets[0].values } else { &config.values };
        assert!(setting.is_said(is_ours), "{} is missing in assets/config.toml", about.name);
        let lines = setting.lines(&all);
        assert!(!lines.is_empty() && lines.iter().all(|line| line.name.starts_with(about.name)), "{}", about.name);
        assert!(lines.iter().all(|line| matches!(line.from, Whence::File { .. })), "{lines:?}");
    }
    assert_eq!(show_settings(&all).len(), SETTINGS.iter().map(|setting| setting.lines(&all).len()).sum::<usize>());
}

#[test]
fn every_variable_goes_before_the_file_and_every_flag_before_the_variable() {
    let config = read_example();
    let written = settle_values(&config, &Typed::default(), &|_| None).unwrap();
    for setting in SETTINGS {
        let about = setting.about();
        let word = find_word(*setting, &written);
        let environment = |name: &str| (Some(name) == about.variable).then(|| word.clone());
        let from = |typed: &Typed| {
            let all = settle_values(&config, typed, &environment).unwrap_or_else(|e| panic!("{}: {e}", about.name));
            setting.lines(&all)[0].from.clone()
        };
        // The example says no to `production`, and what says no goes before nothing.
        let is_no = about.rule == Rule::AnyYes && !setting.is_yes(&written);
        if let Some(variable) = about.variable.filter(|_| !is_no) {
            assert_eq!(from(&Typed::default()), Whence::Environment(variable), "{word}");
        }
        let typed = match &about.flag {
            Some(Flag { name, form: Form::Value(_), .. }) => Typed::default().with(name, &word),
            Some(Flag { name, form: Form::Switch(means), .. }) => Typed::default().with(name, means),
            Some(_) => Typed { channels: vec![word.clone()], groups: vec![word.clone()], ..Typed::default() },
            None => continue,
        };
        let name = about.flag.as_ref().map_or("", |flag| flag.name);
        if about.rule != Rule::FirstTogether {
            assert_eq!(from(&typed), Whence::Flag(name));
        }
    }
}

#[test]
fn no_two_rows_share_a_name_a_flag_a_variable_or_a_place_in_the_file() {
    let mut seen = BTreeSet::new();
    for setting in SETTINGS {
        let about = setting.about();
        let flag = about.flag.as_ref().map(|flag| flag.name.to_owned());
        let variable = about.variable.map(ToOwned::to_owned);
        let places = about.keys.iter().map(|key| format!("{:?} {key}", about.file));
        for said in [Some(format!("name {}", about.name)), flag, variable].into_iter().flatten().chain(places) {
            assert!(seen.insert(said.clone()), "{said} is there twice");
        }
        if let Some(flag) = &about.flag
            && let Some(variable) = about.variable
            && !matches!(flag.form, Form::Switch(_) | Form::Several(_))
        {
            assert!(flag.help.contains(&format!("`{variable}`")), "the help of {} does not name it", flag.name);
        }
    }
}

#[test]
fn what_is_said_of_one_keyset_is_nothing_for_another() {
    let of_us = ["HERENOW_USER_ID", "HERENOW_BUDGET", "HERENOW_PRESENCE_TIMEOUT", "HERENOW_THEME"];
    let of_a_keyset = ["HERENOW_KEYSET", "HERENOW_SUBSCRIBE_KEY", "HERENOW_AUTH_TOKEN", "HERENOW_ORIGIN", "PATH"];
    assert!(of_us.into_iter().all(counts_for_any_keyset));
    assert!(!of_a_keyset.into_iter().any(counts_for_any_keyset));
}

/// A row of the manual.
fn write_row(setting: &dyn Setting, defaults: &ConfigValues) -> Vec<String> {
    let about = setting.about();
    let code = |text: String| format!("`{text}`");
    let place = match about.file {
        InFile::Top => String::new(),
        InFile::Keyset => "[keyset.NAME] ".to_owned(),
        InFile::Table(name) => format!("[{name}] "),
        InFile::WholeTable(name) => format!("[{name}]"),
    };
    let flag = about.flag.as_ref().map(|flag| match flag.form {
        Form::Value(value) => format!("{} {value}", flag.name),
        Form::Switch(_) => flag.name.to_owned(),
        Form::Several(value) if flag.name.starts_with('-') => format!("{} {value}", flag.name),
        Form::Several(value) => format!("{value}…"),
    });
    let by_default = setting.lines(defaults).into_iter().map(|line| line.value).find(|value| value != "none");
    vec![
        code(format!("{place}{}", about.keys.first().copied().unwrap_or_default())),
        flag.map(code).unwrap_or_default(),
        about.variable.map(|variable| code(variable.to_owned())).unwrap_or_default(),
        by_default.unwrap_or_default(),
    ]
}

#[test]
fn the_table_of_settings_in_the_manual_is_this_one() {
    let defaults = ConfigValues::default();
    let rows: Vec<Vec<String>> = SETTINGS.iter().map(|setting| write_row(*setting, &defaults)).collect();
    hold_table("configuration", "settings", &["in the file", "flag", "environment", "default"], &rows);
}
