//! The commands that a configuration names, as the real binary starts them.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use crate::verb::{World, text};

#[test]
fn a_token_command_is_told_none_of_our_secrets() {
    let world = World::new();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("children");
    fs::create_dir_all(&home).unwrap();
    let (file, seen) = (home.join("c.toml"), home.join("environment"));
    let _ = fs::remove_file(&seen);
    let script = format!("env > '{}'; echo tok-MARKER1", seen.display());
    fs::write(&file, format!("[keyset.a]\ntoken-command = {}\n", serde_json::Value::from(script))).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = world.command(&["here-now", "--keyset", "a", "--config", file.to_str().unwrap(), "lobby"]);
    command.env("HERENOW_PUBLISH_KEY", "pub-c-MARKER2").env("HERENOW_SUBSCRIBE_KEY", "sub-c-MARKER3");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let environment = fs::read_to_string(seen).unwrap();
    assert!(environment.contains("HERENOW_ORIGIN=") && !environment.contains("MARKER"), "{environment}");
}
