//! Takes commands, answers each with an outcome. Heartbeats, leaves and states go one after the other, in
//! the order they were given; questions go beside them.

use std::{collections::BTreeSet, time::Duration};

use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{Client, Wanted};
use crate::presence::{Command, CommandAnswer, Moment, Outcome, Subscription};

/// How many commands, and how many outcomes, may wait.
pub const QUEUE: usize = 16;

/// Works until the commands end and the last one is answered.
pub async fn work(client: Client, mut commands: Receiver<Command>, outcomes: Sender<Outcome>) {
    let (acts, in_order) = mpsc::channel(QUEUE);
    let ending = CancellationToken::new();
    let acting = tokio::spawn(carry_out_in_order(client.clone(), in_order, outcomes.clone(), ending.clone()));
    let mut questions = JoinSet::new();
    while let Some(command) = commands.recv().await {
        match command {
            Command::SendHeartbeat { .. } | Command::Leave { .. } | Command::SetState { .. } => {
                if acts.send(command).await.is_err() {
                    break;
                }
            }
            // Not for the service.
            Command::Direct(_) | Command::Watch(_) => {}
            Command::AskHereNow { .. }
            | Command::AskWhereNow { .. }
            | Command::AskRequests { .. }
            | Command::FindChannels => {
                while questions.len() >= QUEUE {
                    questions.join_next().await;
                }
                let (client, outcomes) = (client.clone(), outcomes.clone());
                questions.spawn(async move {
                    let outcome = match command {
                        Command::AskHereNow { places } => ask_here_now(&client, places, &outcomes).await,
                        command => carry_out(&client, command).await,
                    };
                    drop(outcomes.send(outcome).await);
                });
            }
        }
    }
    client.end();
    ending.cancel();
    drop(acts);
    // A question nobody waits for any more may end unanswered.
    questions.abort_all();
    let _ = acting.await;
}

async fn carry_out_in_order(
    client: Client,
    mut commands: Receiver<Command>,
    outcomes: Sender<Outcome>,
    ending: CancellationToken,
) {
    while let Some(command) = commands.recv().await {
        let mut last = Vec::new();
        let mut leaving = None;
        if ending.is_cancelled() {
            last.push(command);
        } else {
            let mut under_way = Box::pin(carry_out(&client, command.clone()));
            tokio::select! {
                biased;
                () = ending.cancelled() => {}
                outcome = &mut under_way => {
                    let _ = outcomes.send(outcome).await;
                    continue;
                }
            }
            // A leave that is under way goes on, or it would be sent twice. Anything else is looked at again together
            // with what waits.
            match command {
                Command::Leave { places } => leaving = Some((under_way, places)),
                command => last.push(command),
            }
        }
        while let Some(command) = commands.recv().await {
            last.push(command);
        }
        let (under_way, left) = leaving.unzip();
        let go_on = async {
            if let Some(under_way) = under_way {
                let _ = outcomes.send(under_way.await).await;
            }
        };
        let finish = async {
            for command in combine_last_acts(last, left.unwrap_or_default()) {
                // Nobody listens any more; what was asked for is still carried out.
                let _ = outcomes.send(carry_out(&client, command).await).await;
            }
        };
        tokio::join!(go_on, finish);
    }
}

/// What is still worth doing on the way out, where every request of the budget is a moment's wait: all leaves
/// in one, and before it what is not undone by it anyway. `leaving` is being left already.
fn combine_last_acts(acts: Vec<Command>, leaving: Vec<Subscription>) -> Vec<Command> {
    let leaving: BTreeSet<Subscription> = leaving.into_iter().collect();
    let mut left = BTreeSet::new();
    for act in &acts {
        if let Command::Leave { places } = act {
            left.extend(places.iter().filter(|place| !leaving.contains(*place)).cloned());
        }
    }
    let undone = |act: &Command| match act {
        Command::Leave { .. } => true,
        Command::SendHeartbeat { places, .. } | Command::SetState { places, .. } => {
            places.iter().all(|place| left.contains(place) || leaving.contains(place))
        }
        _ => false,
    };
    let mut last: Vec<Command> = acts.into_iter().filter(|act| !undone(act)).collect();
    if !left.is_empty() {
        last.push(Command::Leave { places: left.into_iter().collect() });
    }
    last
}

/// Ask here now; each page but the last goes to the outcomes when it comes, so that names are on the screen long before
/// the end of a large channel. A failure tells of those channels that were not told to their end.
async fn ask_here_now(client: &Client, mut places: Vec<Subscription>, outcomes: &Sender<Outcome>) -> Outcome {
    let started = client.clock().now();
    crate::failpoint::panic_at("worker");
    let mut pages = client.begin_here_now(&places, Wanted::States);
    loop {
        let answer = client.ask_page(&mut pages).await.map(Option::unwrap_or_default);
        let has_more = pages.next().is_some();
        if answer.is_err() {
            places.retain(|place| !matches!(place, Subscription::Channel(channel) if pages.is_told(channel)));
        }
        let command = Command::AskHereNow { places: places.clone() };
        match answer {
            Ok(page) if has_more => {
                let page = end_command(client, command, started, Ok(CommandAnswer::Page(page)));
                if outcomes.send(page).await.is_err() {
                    return end_command(client, Command::AskHereNow { places }, started, Ok(CommandAnswer::Done));
                }
            }
            answer => return end_command(client, command, started, answer.map(CommandAnswer::HereNow)),
        }
    }
}

async fn carry_out(client: &Client, command: Command) -> Outcome {
    let started = client.clock().now();
    crate::failpoint::panic_at("worker");
    let result = match &command {
        Command::SendHeartbeat { places, timeout, .. } => send_heartbeat(client, places, *timeout).await,
        Command::Leave { places } => client.leave(places).await.map(|()| CommandAnswer::Done),
        Command::AskHereNow { places } => client.here_now(places).await.map(CommandAnswer::HereNow),
        Command::FindChannels => client.here_now_all(&[], Wanted::Counts).await.map(CommandAnswer::HereNow),
        Command::AskWhereNow { user } => client.where_now(user).await.map(CommandAnswer::WhereNow),
        Command::AskRequests { user } => client.user_requests(user).await.map(CommandAnswer::Requests),
        Command::SetState { places, state } => client.set_state(places, state).await.map(|()| CommandAnswer::Done),
        Command::Direct(_) | Command::Watch(_) => Ok(CommandAnswer::Done),
    };
    end_command(client, command, started, result)
}

/// What came of a command so far.
fn end_command(
    client: &Client,
    command: Command,
    started: Moment,
    result: Result<CommandAnswer, super::Error>,
) -> Outcome {
    let at = client.clock().now();
    let took = at.since(started);
    if !matches!(result, Ok(CommandAnswer::Page(_))) {
        log_outcome(&command, &result, took);
    }
    Outcome { command, at, took, ledger: client.ledger(), result: result.map_err(|e| e.trouble()) }
}

/// Tell the log how an order ended.
fn log_outcome(command: &Command, result: &Result<CommandAnswer, super::Error>, took: Duration) {
    let (order, places) = match command {
        Command::SendHeartbeat { places, .. } => ("heartbeat", places.len()),
        Command::Leave { places } => ("leave", places.len()),
        Command::AskHereNow { places } => ("here now", places.len()),
        Command::FindChannels => ("find channels", 0),
        Command::AskWhereNow { .. } => ("where now", 0),
        Command::SetState { places, .. } => ("set state", places.len()),
        // Requests are asked for every two seconds, and each is in the log itself.
        Command::AskRequests { .. } | Command::Direct(_) | Command::Watch(_) => return,
    };
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match result {
        Ok(_) => tracing::info!(order, places, ms, "order carried out"),
        Err(why) => tracing::warn!(order, places, ms, %why, "order failed"),
    }
}

/// A heartbeat that fails for a passing reason is tried once more at once; then the next interval
/// is soon enough.
async fn send_heartbeat(
    client: &Client,
    places: &[Subscription],
    timeout: Duration,
) -> Result<CommandAnswer, super::Error> {
    match client.heartbeat(places, timeout).await {
        Err(error) if error.is_passing() && !matches!(error, super::Error::Refused { .. }) => {
            client.heartbeat(places, timeout).await?;
        }
        other => other?,
    }
    Ok(CommandAnswer::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::State;

    fn places(names: &[&str]) -> Vec<Subscription> {
        names.iter().map(|name| Subscription::parse(name).unwrap()).collect()
    }

    #[test]
    fn on_the_way_out_all_leaves_are_one_and_what_they_undo_is_not_done() {
        let heartbeat = |names: &[&str]| Command::SendHeartbeat {
            places: places(names),
            timeout: Duration::from_secs(300),
            by_hand: true,
        };
        let leave = |names: &[&str]| Command::Leave { places: places(names) };
        let set = |names: &[&str]| Command::SetState { places: places(names), state: State::parse("{}").unwrap() };
        let acts = vec![heartbeat(&["a"]), leave(&["b"]), set(&["a", "b"]), set(&["c"]), leave(&["a", "b"])];
        assert_eq!(combine_last_acts(acts.clone(), Vec::new()), [set(&["c"]), leave(&["a", "b"])]);
        // What is being left already is not left twice.
        assert_eq!(combine_last_acts(acts.clone(), places(&["a"])), [set(&["c"]), leave(&["b"])]);
        assert_eq!(combine_last_acts(acts, places(&["a", "b"])), [set(&["c"])]);
        // A heartbeat that nothing undoes was asked for, and is sent.
        assert_eq!(combine_last_acts(vec![heartbeat(&["a"])], Vec::new()), [heartbeat(&["a"])]);
        assert_eq!(combine_last_acts(Vec::new(), Vec::new()), []);
    }
}
