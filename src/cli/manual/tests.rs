//! The tables of the manual about the command line, what it prints and how it ends.

use std::collections::BTreeSet;

use clap::{Arg, CommandFactory};
use serde_json::Value;

use crate::{
    cli::{Args, failure::EXIT_CODES},
    manual::tables::hold_table,
    output::lines::SCHEMA,
    world::EntryKind,
};

/// A flag or what is named without one, as a help writes it.
fn write_flag(arg: &Arg) -> String {
    let names: Vec<&str> = arg.get_value_names().unwrap_or_default().iter().map(clap::builder::Str::as_str).collect();
    let takes_value = arg.get_action().takes_values();
    let value = if takes_value { names.join(" ") } else { String::new() };
    let range = arg.get_num_args().unwrap_or_default();
    match (arg.get_long(), takes_value) {
        (None, _) if range.max_values() > 1 => format!("{value}…"),
        (None, _) => value,
        (Some(long), false) => format!("--{long}"),
        (Some(long), true) if range.min_values() == 0 => format!("--{long}[={value}]"),
        (Some(long), true) => format!("--{long} {value}"),
    }
}

/// Each verb with its arguments, in the order of the help.
fn collect_verbs(command: &clap::Command, path: &str, found: &mut Vec<(String, Vec<Arg>)>) {
    let known = |arg: &&Arg| !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str());
    // What is said before any verb can be said behind each.
    if path.is_empty() || !command.has_subcommands() {
        let verb = if path.is_empty() { "all" } else { path };
        found.push((verb.to_owned(), command.get_arguments().filter(known).cloned().collect()));
    }
    for verb in command.get_subcommands() {
        collect_verbs(verb, format!("{path} {}", verb.get_name()).trim_start(), found);
    }
}

/// The verbs by name; a verb of verbs stands for them where all of them are meant.
fn name_verbs(verbs: &[&str]) -> String {
    let parents = Args::command();
    let mut names: Vec<&str> = Vec::new();
    for verb in verbs {
        let parent = verb.split(' ').next().unwrap_or_default();
        let of_parent = |verb: &&&str| verb.split(' ').next() == Some(parent);
        let all = parents.find_subcommand(parent).map_or(0, |parent| parent.get_subcommands().count());
        let name = if verbs.iter().filter(of_parent).count() == all { parent } else { verb };
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

#[test]
fn the_table_of_flags_in_the_manual_is_that_of_the_verbs() {
    let mut verbs = Vec::new();
    collect_verbs(&Args::command(), "", &mut verbs);
    let mut flags: Vec<(String, String, Vec<&str>)> = Vec::new();
    for (verb, arguments) in &verbs {
        for arg in arguments {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let help = help.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
            let flag = write_flag(arg);
            match flags.iter_mut().find(|(known, about, _)| (known, about) == (&flag, &help)) {
                Some((.., verbs)) => verbs.push(verb),
                None => flags.push((flag, help, vec![verb])),
            }
        }
    }
    let row = |(flag, help, verbs): (String, String, Vec<&str>)| vec![format!("`{flag}`"), name_verbs(&verbs), help];
    let rows: Vec<Vec<String>> = flags.into_iter().map(row).collect();
    hold_table("configuration", "flags", &["flag", "verbs", "what it does"], &rows);
}

#[test]
fn the_table_of_exit_codes_in_the_manual_is_that_of_the_verbs() {
    let rows: Vec<Vec<String>> =
        EXIT_CODES.iter().map(|(code, meaning)| vec![code.to_string(), (*meaning).to_owned()]).collect();
    hold_table("scripting", "exit-codes", &["exit code", "meaning"], &rows);
}

#[test]
fn the_table_of_event_lines_in_the_manual_is_that_of_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let kinds = schema["oneOf"].as_array().unwrap().iter();
    let kinds: Vec<&str> = kinds.map(|kind| kind["$ref"].as_str().unwrap().trim_start_matches("#/$defs/")).collect();
    let missing: BTreeSet<&str> =
        EntryKind::ALL.into_iter().map(EntryKind::name).filter(|kind| !kinds.contains(kind)).collect();
    assert_eq!(missing, BTreeSet::new());
    let row = |kind: &&str| {
        let about = &schema["$defs"][kind];
        let text = about["description"].as_str().unwrap_or_else(|| panic!("{kind} has no description"));
        let required: Vec<&str> = about["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let fields = about["properties"].as_object().unwrap().keys();
        let own = fields.filter(|field| !["version", "type", "time"].contains(&field.as_str()));
        let own: Vec<String> = own
            .map(|field| if required.contains(&field.as_str()) { format!("`{field}`") } else { format!("`{field}`?") })
            .collect();
        vec![format!("`{kind}`"), text.to_owned(), own.join(" ")]
    };
    let rows: Vec<Vec<String>> = kinds.iter().map(row).collect();
    hold_table("events", "lines", &["type", "what it says", "fields besides `version`, `type` and `time`"], &rows);
}
