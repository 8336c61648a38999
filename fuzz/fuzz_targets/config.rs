//! Whatever a person's files hold: a configuration, a scenario and claims are read without a panic, each mistake is
//! harmless to show, none says a token or more than the ends of a key, and what is right is shown as it is meant.

#![no_main]

use std::path::Path;

use herenow::{
    alerts::find_mistakes,
    config::{Config, ConfigError, TokenFrom, Typed, settle_logging, settle_values, show_settings},
    crowd::Scenario,
    expression::Expression,
    files::decode_text,
    keys::Keys,
    service::FaultRule,
};
use herenow_fuzz::{assert_harmless, assert_harmless_lines, assert_told};
use libfuzzer_sys::fuzz_target;

/// Runs of so many letters or more count as a secret.
const SECRET: usize = 12;

/// The tokens that a configuration gives as they are, and the keys.
fn list_secrets(config: &Config, text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for keyset in &config.keysets {
        if let Some(TokenFrom::Given(auth)) = keyset.values.token.as_ref().map(|token| &token.value) {
            all.push(auth.expose().to_owned());
        }
        all.extend(keyset.values.subscribe_key.as_ref().map(|key| key.value.as_str().to_owned()));
        all.extend(keyset.values.publish_key.as_ref().map(|key| key.value.as_str().to_owned()));
    }
    // What is written elsewhere as well, such as a name or a channel, is no secret there; words are what we say, too.
    let is_odd = |secret: &str| secret.contains(|c: char| c.is_ascii_digit()) && secret.contains(char::is_alphabetic);
    all.retain(|secret| secret.len() >= SECRET && is_odd(secret) && text.matches(secret.as_str()).count() == 1);
    all
}

#[track_caller]
fn assert_keeps(secrets: &[String], told: &str) {
    for secret in secrets {
        assert!(!told.contains(secret.as_str()), "{secret:?} in {told:?}");
    }
}

fn check_config(text: &str) {
    let (config, mistakes) = Config::examine(text, Path::new("c.toml"), Some(0o600));
    let secrets = list_secrets(&config, text);
    assert!(mistakes.len() <= 101);
    for mistake in &mistakes {
        assert_told(mistake);
        assert!(mistake.to_string().starts_with("c.toml"), "{mistake}");
        assert_keeps(&secrets, &mistake.to_string());
    }
    assert_eq!(Config::parse(text, Path::new("c.toml"), Some(0o600)).is_ok(), mistakes.is_empty());
    config.names().iter().for_each(|name| assert_harmless(name));
    let told = |wrong: &ConfigError| assert_told(wrong);
    let settled = settle_values(&config, &Typed::default(), &|_| None).inspect_err(told);
    let _ = settle_logging(&config, &Typed::default(), &|_| None).inspect_err(told);
    if let Some(values) = settled.ok().filter(|_| mistakes.is_empty()) {
        for shown in show_settings(&values) {
            assert_keeps(&secrets, &format!("{shown:?}"));
        }
        assert_keeps(&secrets, &format!("{:?} {:?}", values.token, values.subscribe_key));
    }
    let watched = &config.values.notifications.watch;
    find_mistakes(watched.iter().map(|line| line.value.as_str())).iter().for_each(|(_, why)| assert_harmless(why));
    let bound = config.values.keys.iter().map(|binding| (&*binding.action, binding.keys.as_slice()));
    let wrong = Keys::with(bound).err().unwrap_or_default();
    wrong.iter().for_each(|(_, why)| assert_harmless(why));
}

fn check_scenario(text: &str) {
    let Ok(scenario) = Scenario::parse(text, "s.toml").inspect_err(|wrong| assert_told(wrong)) else { return };
    assert!(scenario.scenes[0].at.is_zero() && scenario.scenes.is_sorted_by(|a, b| a.at < b.at));
    assert!(scenario.repeat.is_none_or(|repeat| scenario.scenes.iter().all(|scene| scene.at < repeat)));
    for fault in &scenario.faults {
        check_fault(&fault.fault.value);
    }
}

fn check_fault(line: &str) {
    let Ok(rule) = line.parse::<FaultRule>().inspect_err(|wrong| assert_told(wrong)) else { return };
    let again: FaultRule = rule.to_string().parse().expect("what we write");
    assert_eq!((again.to_string(), again.fault), (rule.to_string(), rule.fault));
}

fuzz_target!(|bytes: &[u8]| {
    let text = match decode_text(bytes.to_vec()) {
        Ok(text) => text,
        Err(why) => return assert_told(&why),
    };
    assert!(!text.contains(['\r', '\0']));
    check_config(&text);
    check_scenario(&text);
    for line in text.lines().take(20) {
        check_fault(line);
        let _ = Expression::parse(line).inspect_err(|mistake| assert_harmless_lines(&mistake.caret(line)));
    }
});
