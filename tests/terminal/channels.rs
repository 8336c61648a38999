//! Channels on the real screen: found, ranked and gone to by keys.

use crate::pty::Start;

#[test]
fn f02_f03_f42_channels_are_found_gone_to_and_come_back_from() {
    let mut session = Start::herenow(&["demo", "--people", "300", "--channels", "300"]).start();
    session.shows("● live").shows("[1] 300 channels · worst first").shows("[2]").shows("[3]");
    // A name after a slash is a name: nothing acts.
    session.keys("/Hall").shows("channels with").shows_line(&["│ Hall"]);
    session.keys("\x15oslo\r").shows("match oslo").shows("watching only");
    session.keys("\x1b").shows("300 channels · worst first");
    session.keys(":match.eu.1\r").shows("match.eu.1 · occupancy");
    session.keys("\r").shows("Enter detail").shows_line(&["[2]", "match.eu.1"]);
    session.keys("\x1b").shows("Enter open").shows("s order");
    session.keys("3").shows("f kinds");
    session.keys("1").shows("Enter open").shows("s order");
    // Where there is nothing to filter, keys are swallowed until that is over.
    session.keys("d").shows("doctor");
    session.keys("/Hq").shows("nothing to filter here");
    session.keys("\x1b").shows_no_line(&["nothing to filter here"]);
    session.keys("\x1b").shows("Enter open").shows("watching only");
    assert!(session.keys("q").ended().success());
    session.assert_restored();
}
