//! What is made from the same source as the command line: completions, manual pages, help.

use crate::verb::{World, text};

#[test]
fn completions_pages_and_help_tell_every_verb() {
    let world = World::new();
    let verbs = [
        "demo",
        "watch",
        "events",
        "metrics",
        "serve",
        "here-now",
        "where-now",
        "wait",
        "check",
        "heartbeat",
        "leave",
        "state",
        "group",
        "replay",
        "diff",
        "when",
    ];
    let written = |args: &[&str]| {
        let output = world.run(args);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{args:?}");
        text(&output.stdout)
    };
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = written(&["completions", shell]);
        assert!(verbs.iter().all(|verb| script.contains(verb)), "{shell}");
        assert!(script.contains("no-leave"), "{shell}");
    }
    let page = written(&["man"]);
    assert!(verbs.iter().all(|verb| page.contains(&format!("herenow\\-{}(1)", verb.replace('-', "\\-")))), "{page}");
    assert!(written(&["man", "here-now"]).is_ascii());
    assert!(written(&["man", "state", "set"]).contains("herenow\\-state\\-set \\- Replace our own state"));
    let deeper = ["state get", "state set", "group list", "group add", "group remove", "group delete"];
    for verb in verbs.iter().chain(&deeper).chain(&["completions", "man"]) {
        let words: Vec<&str> = verb.split(' ').collect();
        let help = written(&[&words[..], &["--help"]].concat());
        assert!(*verb == "demo" || help.contains(&format!(": herenow {verb}")), "an example of {verb}: {help}");
        for shown in help.split_whitespace().filter(|word| word.starts_with("{\"version\"")) {
            let shown = shown.trim_end_matches(['.', ',']);
            assert!(serde_json::from_str::<serde_json::Value>(shown).is_ok(), "{shown}");
        }
    }
}

#[test]
fn the_version_is_short_or_tells_the_build() {
    let world = World::new();
    let first = concat!("herenow ", env!("CARGO_PKG_VERSION"));
    world.says(&["-V"], &format!("{first}\n"));
    let output = world.run(&["--version"]);
    let long = text(&output.stdout);
    let mut lines = long.lines();
    assert_eq!((output.status.code(), lines.next()), (Some(0), Some(first)));
    let told: Vec<(&str, &str)> = lines.map(|line| line.split_once(": ").expect(line)).collect();
    let names: Vec<&str> = told.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["commit", "target", "rustc", "features"]);
    assert!(told.iter().all(|(_, value)| !value.trim().is_empty()), "{long}");
    assert!(told[1].1.contains(std::env::consts::ARCH) && told[2].1.starts_with("rustc 1."), "{long}");
    let page = text(&world.run(&["man"]).stdout);
    assert!(page.contains(env!("CARGO_PKG_VERSION")) && !page.contains("rustc"), "{page}");
}
