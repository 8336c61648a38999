//! What the dashboard says where it can't be drawn.

use crate::pty::{Session, Start};

#[test]
fn terminals_that_are_none() {
    let ended = |mut session: Session| {
        assert_eq!(session.ended().exit_code(), 2);
        let screen = session.screen();
        screen.lines().collect::<String>().replace("before herenow", "")
    };
    let script = "exec \"$0\" demo < /dev/null";
    let no_keyboard = Start::command("sh", &["-c", script, env!("CARGO_BIN_EXE_herenow")]).start();
    insta::assert_snapshot!(ended(no_keyboard));
}
