use std::{fs, path::PathBuf};

use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of its own, as `$D` of the scripts.
fn make_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("herenow-child-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn script(folder: &std::path::Path, text: &str) -> CommandLine {
    CommandLine::Shell(format!("D='{}'; {text}", folder.display()))
}

/// What a shell says that may say 1,000 bytes.
async fn hear(text: &str) -> Result<String, String> {
    let command = CommandLine::Shell(text.to_owned());
    let run = ChildRun { command: &command, input: None, most_output: Some(1000), patience: PATIENCE };
    let heard = Children::default().run(&run).await;
    heard.map(|bytes| String::from_utf8(bytes).unwrap()).map_err(|error| error.to_string())
}

/// Wait for a file that a script writes, and take the numbers in it.
async fn read_pids(path: &std::path::Path, count: usize) -> Vec<i32> {
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let pids: Vec<i32> = text.lines().filter_map(|line| line.trim().parse().ok()).collect();
        if pids.len() >= count && text.ends_with('\n') {
            return pids;
        }
        tokio::task::yield_now().await;
    }
}

/// Wait until processes are gone. Whoever inherits one may take a moment to bury it.
async fn wait_until_gone(pids: &[i32]) {
    for pid in pids {
        let is_there = || {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            nix::sys::signal::kill(nix::unistd::Pid::from_raw(*pid), None).is_ok() && !stat.contains(") Z ")
        };
        while is_there() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn what_is_left_in_the_background_delays_nobody_and_is_ended() {
    let folder = make_folder("background");
    let command = script(&folder, "echo tok; sleep 3181 & echo $! > $D/pid");
    let run = ChildRun { command: &command, input: None, most_output: Some(1000), patience: PATIENCE };
    let owner = Children::default();
    assert_eq!(owner.run(&run).await.unwrap(), b"tok\n");
    wait_until_gone(&read_pids(&folder.join("pid"), 1).await).await;
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn what_takes_too_long_is_asked_to_end_and_then_killed_with_all_of_its_group() {
    let folder = make_folder("slow");
    let polite = script(&folder, "trap 'echo bye > $D/bye; exit 0' TERM; sleep 3182 & echo $! > $D/pid; wait");
    let stubborn = script(&folder, "trap '' TERM; sleep 3183 & echo $! > $D/pid2; wait; wait; sleep 3183");
    let owner = Children::default();
    for (command, pid) in [(&polite, "pid"), (&stubborn, "pid2")] {
        let patience = Duration::from_millis(700);
        let run = ChildRun { command, input: None, most_output: None, patience };
        let error = owner.run(&run).await.unwrap_err();
        assert!(matches!(error, ChildError::TooSlow { .. }), "{error}");
        wait_until_gone(&read_pids(&folder.join(pid), 1).await).await;
    }
    assert_eq!(fs::read_to_string(folder.join("bye")).unwrap(), "bye\n");
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_end_with_their_owner_and_none_is_started_after_it() {
    let folder = make_folder("owner");
    let command = script(&folder, "sleep 3184 & echo $! >> $D/pids; sleep 3184 | cat");
    let run = ChildRun { command: &command, input: Some("news\n".to_owned()), most_output: None, patience: PATIENCE };
    let owner = Children::default();
    let running: Vec<_> = (0..4).map(|_| tokio::spawn(owner.run(&run))).collect();
    let late = owner.run(&run);
    let pids = read_pids(&folder.join("pids"), 4).await;
    drop(owner);
    wait_until_gone(&pids).await;
    for ended in running {
        assert!(matches!(ended.await.unwrap(), Err(ChildError::Failed { .. })));
    }
    assert!(matches!(late.await, Err(ChildError::NotStarted(_))));
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_waits_is_as_good_as_no_owner() {
    let folder = make_folder("nobody");
    let command = script(&folder, "sleep 3185 & echo $! >> $D/pids; wait");
    let run = ChildRun { command: &command, input: None, most_output: Some(1), patience: PATIENCE };
    let owner = Children::default();
    let running = tokio::spawn(owner.run(&run));
    let pids = read_pids(&folder.join("pids"), 1).await;
    running.abort();
    wait_until_gone(&pids).await;
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn complaints_are_shown_made_safe_and_without_what_was_said_aloud() {
    let why = hear("printf '\\033]0;PWN\\007first\\nbad \\033[31mpass\\342\\200\\256word\\n\\n' >&2; exit 3")
        .await
        .unwrap_err();
    assert!(why.starts_with("failed (exit status: 3; it says: bad "), "{why}");
    assert!(!why.chars().any(|c| c.is_control() || c == '\u{202e}') && !why.contains("first"), "{why}");
    let why = hear("echo MARKER-5; echo 'no MARKER-5 here' >&2; exit 1").await.unwrap_err();
    assert_eq!(why, "failed (exit status: 1; it says: no … here)");
    let long = hear("head -c 9999 /dev/zero | tr '\\0' x >&2; exit 1").await.unwrap_err();
    assert!(long.len() < 300 && long.ends_with("x…)"), "{long}");
    assert_eq!(hear("exit 1").await.unwrap_err(), "failed (exit status: 1)");
}

#[tokio::test]
async fn what_is_said_is_bounded_and_what_is_complained_of_is_drained() {
    assert_eq!(hear("head -c 1000 /dev/zero").await.unwrap().len(), 1000);
    assert_eq!(hear("yes").await.unwrap_err(), "says more than 1000 bytes");
    assert_eq!(hear("head -c 9999999 /dev/zero >&2; echo ok").await.unwrap(), "ok\n");
    assert_eq!(hear("cat; echo nothing to read").await.unwrap(), "nothing to read\n");
}

#[tokio::test]
async fn a_child_leads_a_group_of_its_own_and_knows_no_secret() {
    let own = nix::unistd::getpgrp().to_string();
    let said = hear("echo $$; cut -d' ' -f5 /proc/$$/stat; env | grep HERENOW_; true").await.unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0] == lines[1] && lines[1] != own, "{said}");
    assert!(!super::super::SECRETS.iter().any(|name| said.contains(name)), "{said}");
}
