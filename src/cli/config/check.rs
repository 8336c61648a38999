//! Whether the configuration is right, and what in it is hardly meant.

use std::{fmt::Write as _, path::Path};

use crate::{
    alerts::find_mistakes as mistakes_in_watchlist,
    cli::{Failure, appearance, service_section::service_settings},
    config::{self, Config, Sourced, TokenFrom},
    presence::{sanitize, show_path},
};

pub(super) fn check_config(asked: Option<&Path>) -> Result<String, Failure> {
    let (found, mut mistakes) = config::examine_config(asked)?;
    if let Err(more) = service_settings(&found.config) {
        mistakes.extend(more);
    }
    if let Err(more) = appearance::apply_bindings(&found.config.values.keys) {
        mistakes.extend(more);
    }
    let watched = &found.config.values.notifications.watch;
    let wrong = mistakes_in_watchlist(watched.iter().map(|line| line.value.as_str()));
    mistakes.extend(wrong.into_iter().filter_map(|(place, why)| Some(watched.get(place)?.from.wrong(&why))));
    if !mistakes.is_empty() {
        return Err(Failure::usage(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    }
    let found = &found;
    let Some(file) = found.config.file.as_ref().filter(|_| found.exists) else {
        return Ok("there is no configuration, which is fine; `herenow config init` writes one\n".to_owned());
    };
    let keysets = match found.config.names().as_slice() {
        [] => "no keyset".to_owned(),
        [one] => format!("one keyset, {one}"),
        all => format!("{} keysets, {}", all.len(), all.join(", ")),
    };
    let default = found
        .config
        .default_one()
        .map_or("none of them the default".to_owned(), |keyset| format!("the default is {}", sanitize(&keyset.name)));
    let default = if found.config.keysets.is_empty() { String::new() } else { format!("; {default}") };
    let mut said = format!("{file} is right: {keysets}{default}\n");
    for warning in list_warnings(&found.config) {
        // Writing to a string can't fail.
        let _ = writeln!(said, "warning: {warning}");
    }
    Ok(said)
}

/// What is right, but hardly meant.
fn list_warnings(config: &Config) -> Vec<String> {
    let mut all = Vec::new();
    if config.values.keyset.is_some() && config.default_one().is_none() {
        all.push(config.none().to_string());
    }
    for keyset in &config.keysets {
        let name = sanitize(&keyset.name);
        if keyset.values.subscribe_key.is_none() {
            let what = format!("`{name}` has no subscribe-key; add one, or give --subscribe-key each time");
            all.push(keyset.from.wrong(&what).to_string());
        }
        let origin = &keyset.values.origin;
        if keyset.values.token.is_some() && origin.value.is_exposed() {
            let what = format!("the token of `{name}` travels unencrypted; leave `http://` out of the origin");
            all.push(origin.from.wrong(&what).to_string());
        }
        let authorities = keyset.values.ca_file.as_ref().filter(|file| !file.value.starts_with("~"));
        all.extend(authorities.and_then(|file| config::load_authorities(file).err()).map(|why| why.to_string()));
        if let Some(Sourced { value: TokenFrom::File(path), from }) = &keyset.values.token
            && !path.starts_with("~")
            && let Err(why) = path.metadata()
        {
            let (path, why) = (show_path(path), why.kind());
            all.push(from.wrong(&format!("the token-file {path} of `{name}` can't be read ({why})")).to_string());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{config::init::EXAMPLE, flags::service::ServiceArgs};

    #[test]
    fn the_example_is_a_configuration_and_so_is_all_that_it_explains() {
        let parse =
            |text: &str| Config::parse(text, Path::new("c.toml"), Some(0o600)).unwrap_or_else(|e| panic!("{e}"));
        assert!(parse(EXAMPLE).keysets.is_empty());
        // Every `#name = value` and `#[table]` without a blank is an entry that is switched off.
        let on = |line: &str| {
            let rest =
                line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['));
            rest.unwrap_or(line).to_owned()
        };
        let config = parse(&EXAMPLE.lines().map(on).collect::<Vec<_>>().join("\n"));
        assert!(config.default_one().is_some_and(|keyset| keyset.values.token.is_some()));
        assert!(service_settings(&config).is_ok_and(|service| service != ServiceArgs::default()));
        assert_eq!(list_warnings(&config), Vec::<String>::new());
    }
}
