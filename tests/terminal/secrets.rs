//! The secrets hunt of the exam on the real screen: an event that can't be read, opened, copied and exported.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    fake::FakeOrigin,
    pty::{Session, Start},
};

const KEY: &str = "sub-c-MARKKEY1-2222-3333-4444-KEYMARKER555";
const TOKEN: &str = "qEF2MARKTOKENabcdef1234567890";

#[track_caller]
fn assert_no_secret(what: &str, said: &str) {
    for secret in [KEY, TOKEN] {
        for run in secret.as_bytes().windows(12).map(|run| str::from_utf8(run).unwrap()) {
            assert!(!said.contains(run), "{what}: {run} in {said}");
        }
    }
}

/// What was last sent to the clipboard.
fn find_copy(session: &Session) -> String {
    let sent = String::from_utf8_lossy(&session.raw()).into_owned();
    let copied = sent.rsplit_once("\u{1b}]52;c;").unwrap().1;
    String::from_utf8(STANDARD.decode(copied.split_once('\u{7}').unwrap().0).unwrap()).unwrap()
}

#[test]
fn exam_63_no_screen_no_copy_and_no_export_tells_a_secret() {
    let event = format!(
        r#"{{"p":{{"t":"17000000000000002","r":1}},"k":"{KEY}","c":"lobby-pnpres","d":{{"action":"join","uuid":"","said":"{TOKEN}"}}}}"#
    );
    let refusal = format!(r#"{{"status":403,"message":"no {TOKEN}","payload":{{"channels":["{TOKEN}","{KEY}"]}}}}"#);
    let fake = FakeOrigin::with(&[event], vec![("/v2/presence/", 403, refusal)]);
    let folder = std::env::temp_dir().join(format!("herenow-secrets-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let args = ["watch", "--origin", &fake.origin, "lobby"];
    let start = Start::herenow(&args).size(180, 50);
    let mut session = start.env("HERENOW_SUBSCRIBE_KEY", KEY).env("HERENOW_AUTH_TOKEN", TOKEN).start();
    session.shows("its user id is empty").shows("sub-c-MA…R555").shows("403");
    session.keys("3\x1b[H").keys("/garbled\r");
    session.keys("\r").shows("unreadable").shows("\"k\": \"sub-c-MA…R555\"");
    session.keys("Y").shows("copied");
    let copied = find_copy(&session);
    assert!(copied.contains(r#""k":"sub-c-MA…R555""#), "{copied}");
    session.keys("\u{1b}").until("the entry to close", |screen| !screen.contains("Esc closes"));
    for format in ["csv", "jsonl", "md"] {
        let file = folder.join(format!("log.{format}"));
        session.keys("E").shows("export");
        session.keys(&format!("\u{15}{}\r", file.display()));
        session.until("the export", |_| file.exists());
        assert_no_secret(format, &fs::read_to_string(&file).unwrap());
    }
    session.keys("q");
    session.ended();
    assert_no_secret("clipboard", &copied);
    assert_no_secret("screen", &String::from_utf8_lossy(&session.raw()));
    fs::remove_dir_all(folder).unwrap();
}
