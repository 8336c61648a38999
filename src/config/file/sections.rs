//! The sections besides the keysets; and all mistakes of a file at once.

use std::time::Duration;

use super::*;
use crate::{
    child::CommandLine,
    config::{LogLevel, Osc},
};

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("/h/c.toml"), Some(0o600)).map_err(|e| e.to_string())
}

/// What is wrong with it, without the file's name.
fn mistakes(text: &str) -> Vec<String> {
    let (_, mistakes) = Config::examine(text, Path::new("c.toml"), Some(0o600));
    mistakes.iter().map(|e| e.to_string().replace("c.toml, ", "")).collect()
}

#[test]
fn every_section_is_read_with_its_lines() {
    let config = parse(
        "theme = \"colour-blind\"\n[keys]\nquit = [\"q\", \"ctrl-c\"]\nheartbeat = \"H\"\n[notifications]\nwatch = [\n  \
         \"alice\",\n  \"occupancy of lobby > 100\",\n]\nbell = false\nosc = \"777\"\ncommand = [\"notify-send\", \"here\"]\n\
         cool-down = \"1m\"\n[log]\nfile = \"herenow.log\"\nlevel = \"debug\"\n",
    )
    .unwrap()
    .values;
    assert_eq!(
        (config.theme.value.to_string(), config.theme.from.to_string()),
        ("colour-blind".into(), "/h/c.toml:1".into())
    );
    let keys: Vec<String> =
        config.keys.iter().map(|b| format!("{} {} {}", b.action, b.keys.join(" "), b.from)).collect();
    assert_eq!(keys, ["quit q ctrl-c /h/c.toml:3", "heartbeat H /h/c.toml:4"]);
    let told = &config.notifications;
    let watch: Vec<String> = told.watch.iter().map(|w| format!("{} {}", w.value, w.from)).collect();
    assert_eq!(watch, ["alice /h/c.toml:7", "occupancy of lobby > 100 /h/c.toml:8"]);
    assert_eq!((told.bell.value, told.title.value, told.title.from.clone()), (false, true, Whence::Default));
    assert_eq!((told.osc.value, told.osc.value.to_string()), (Osc::SevenSevenSeven, "777".to_owned()));
    assert_eq!(
        told.command.as_ref().unwrap().value,
        CommandLine::Words(vec!["notify-send".to_owned(), "here".to_owned()])
    );
    assert_eq!(told.cool_down.value, Duration::from_secs(60));
    assert_eq!(config.log.file.unwrap().value, Path::new("/h/herenow.log"), "beside the configuration");
    assert_eq!(config.log.level.value, LogLevel::Debug);
    let home = parse("[log]\nfile = \"~/x.log\"\n[notifications]\ncommand = \"say MARKER\"\n").unwrap().values;
    assert_eq!(home.log.file.unwrap().value, Path::new("~/x.log"));
    assert!(!format!("{:?}", home.notifications).contains("MARKER"));
}

#[test]
fn all_that_is_wrong_is_named_at_once_from_top_to_bottom() {
    let text = "theme = \"drak\"\ncolour = 1\n[keyset.a]\nsubscribe-key = \"a/b\"\nchannels = \"lobby\"\nnonsense = 1\n\
        [limits]\nrequests-per-second = 0\n[keys]\nquit = []\nhelp = 3\nsort = [\"s\", \" \"]\n[tariff]\nper-million = -1\n\
        per-million-by-kind = { here-nwo = 1, time = \"free\" }\n[notifications]\nwatch = [\"a\", \"\"]\nosc = \"99\"\n\
        command = []\ncool-down = \"2d\"\nbell = \"yes\"\n[log]\nlevel = \"all\"\n";
    insta::assert_snapshot!(mistakes(text).join("\n"));
    let first = parse(text).unwrap_err();
    assert!(first.starts_with("/h/c.toml, line 1: `theme` can't be `drak`; did you mean `dark`? (and "), "{first}");
    assert!(first.ends_with(" more mistakes: `herenow config check` names all)"), "{first}");
}

#[test]
fn a_name_that_is_there_twice_hides_no_other_mistake_and_what_is_not_toml_hides_all() {
    assert_eq!(
        mistakes("theme = \"dark\"\ntheme = \"dark\"\n[limits]\nx = 1\n[log]\n[log]\n").len(),
        3,
        "two doubles and an unknown name"
    );
    let broken = mistakes("[keyset.a]\ntoken = MARKER\nsecret MARKER\n[limits\nx = 1\n");
    assert!(broken.len() > 1 && broken.iter().all(|m| m.ends_with("this is not TOML")), "{broken:?}");
    assert!(!broken.concat().contains("MARKER"));
}

#[test]
fn sections_are_bounded_and_so_are_complaints() {
    let many = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>();
    let keys = many(201, |n| format!("a{n} = \"x\"\n")).concat();
    assert_eq!(mistakes(&format!("[keys]\n{keys}")), ["line 202: [keys] has more than 200 entries; leave some out"]);
    let keys = many(9, |n| format!("\"{n}\"")).join(", ");
    assert_eq!(
        mistakes(&format!("[keys]\na = [{keys}]\n")),
        ["line 2: an action in [keys] has 9 keys; it can have 1 to 8"]
    );
    let long = "x".repeat(41);
    assert_eq!(
        mistakes(&format!("[keys]\na = \"{long}\"\n")),
        ["line 2: a name in [keys] has more than 40 characters, which none has"]
    );
    let watch = many(65, |n| format!("\"u{n}\",\n")).concat();
    assert_eq!(
        mistakes(&format!("[notifications]\nwatch = [\n{watch}]\n")),
        ["line 67: `watch` has more than 64 lines; leave some out"]
    );
    let long = "x".repeat(501);
    assert_eq!(
        mistakes(&format!("[notifications]\nwatch = [\"{long}\"]\n")),
        ["line 2: a line of `watch` has 501 characters; it can have 1 to 500"]
    );
    let long = "x".repeat(4097);
    assert_eq!(
        mistakes(&format!("[notifications]\ncommand = \"{long}\"\n")),
        ["line 2: `command` is too long; it can have 64 words and 4096 bytes"]
    );
    assert_eq!(
        mistakes("[tariff]\nper-million = 1e9\ncurrency = \"doubloons\"\n"),
        [
            "line 2: `per-million` is 1e9; it can be 0 to 1000000",
            "line 3: `currency` has 9 characters; it can have 1 to 8"
        ]
    );
    assert_eq!(
        mistakes("[tariff]\nper-million = 1\n"),
        ["line 2: a price needs a currency; add `currency = \"EUR\"` to [tariff]"]
    );
    for number in ["nan", "inf", "-0.1", "0x10"] {
        assert_eq!(mistakes(&format!("[tariff]\ncurrency = \"EUR\"\nper-million = {number}\n")).len(), 1, "{number}");
    }
    let all = mistakes(&many(150, |n| format!("x{n} = 1\n")).concat());
    assert_eq!((all.len(), all[100].as_str()), (101, "c.toml: 50 more mistakes follow, which are not named here"));
}

#[test]
fn what_is_run_is_nobody_elses_to_say() {
    let text = "[notifications]\ncommand = \"x\"\n";
    let why = Config::parse(text, Path::new("c.toml"), Some(0o662)).unwrap_err().to_string();
    assert_eq!(
        why,
        "c.toml, line 2: `command` in [notifications] can be changed by others (the file's mode is 0662); \
         run `chmod go-w c.toml`"
    );
    assert!(Config::parse(text, Path::new("c.toml"), Some(0o644)).is_ok());
}
