//! On the way out a leave is sent exactly once, whatever is answered and whatever is under way.

use std::sync::Arc;

use herenow::{
    client::{Client, Keyset},
    clock::Clock,
    presence::{SubscribeKey, UserId},
};

use crate::{
    happen::all,
    origin::{Answer, Origin, YES, ok},
    verb::command,
};

fn client(origin: &Origin) -> Client {
    let keyset = Keyset {
        origin: herenow::client::Origin::loopback(origin.address),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("ann"),
        auth: None,
    };
    Client::new(keyset, 10_000, Clock::start()).unwrap()
}

#[cfg(unix)]
#[test]
fn on_the_way_out_a_leave_is_sent_once_whatever_is_answered() {
    use std::{
        io::{BufRead, BufReader, Read},
        process::Stdio,
    };

    use nix::{sys::signal, unistd::Pid};

    for (beat, leave, code) in [(YES, YES, 0), (YES, "{}", 1), ("{}", YES, 1), ("<html>", "", 1)] {
        let origin = Origin::start(move |path| ok(if path.contains("/leave") { leave } else { beat }));
        let args = ["heartbeat", "--user-id", "ann", "--every=60", "lobby"];
        let mut command = command(&origin.url(), &args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut out, mut err) = (BufReader::new(child.stdout.take().unwrap()), child.stderr.take().unwrap());
        let mut first = String::new();
        // What was not accepted is said on stderr, so wait for the request there.
        if beat == YES {
            out.read_line(&mut first).unwrap();
        } else {
            BufReader::new(&mut err).read_line(&mut first).unwrap();
        }
        assert_eq!(first.contains("ann is here"), beat == YES, "{first}");
        signal::kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal::Signal::SIGTERM).unwrap();
        let mut said = String::new();
        out.read_to_string(&mut said).unwrap();
        let ended = child.wait().unwrap();
        assert_eq!((ended.code(), origin.count("/leave")), (Some(code), 1), "{beat} {leave}");
        assert_eq!(said.contains("ann left lobby"), leave == YES, "{said}");
    }
}

#[tokio::test]
async fn a_leave_that_is_under_way_at_the_end_is_not_sent_again() {
    use herenow::{
        client,
        presence::{Command, CommandAnswer},
    };
    use tokio::sync::mpsc;

    let (seen, mut sees) = mpsc::unbounded_channel();
    let go = Arc::new((std::sync::Mutex::new(false), std::sync::Condvar::new()));
    let gate = go.clone();
    let origin = Origin::start(move |path| {
        if path.contains("/leave") {
            seen.send(path.to_owned()).unwrap();
            let passed = gate.1.wait_while(gate.0.lock().unwrap(), |open| !*open).unwrap();
            drop(passed);
        }
        if path.contains("/never") { Answer::Hold } else { ok(YES) }
    });
    let (orders, commands) = mpsc::channel(client::QUEUE);
    let (answers, mut outcomes) = mpsc::channel(client::QUEUE);
    let working = tokio::spawn(client::work(client(&origin), commands, answers));
    let leave = |names: &[&str]| Command::Leave { places: all(names) };
    orders.send(leave(&["lobby"])).await.unwrap();
    // It has reached the service, which takes its time; meanwhile the end comes, and asks to leave everything.
    sees.recv().await.unwrap();
    orders.send(leave(&["lobby", "support"])).await.unwrap();
    drop(orders);
    let rest = sees.recv().await.unwrap();
    assert!(rest.contains("/channel/support/leave"), "{rest}");
    *go.0.lock().unwrap() = true;
    go.1.notify_all();
    let mut left = Vec::new();
    while let Some(outcome) = outcomes.recv().await {
        assert_eq!(outcome.result, Ok(CommandAnswer::Done));
        left.push(outcome.command);
    }
    working.await.unwrap();
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(origin.count("/leave"), 2, "{:?}", origin.asked());
}
