//! PubNub's official Rust SDK as a foreign process: `official-sdk ORIGIN`. The words it understands
//! are told in tests/sdk/adapter.rs. `official-sdk follow …` and `follow-default …` are for the
//! ingest benchmark.

mod client;
mod follow;
mod told;
mod transport;

use std::{collections::HashMap, env, error::Error, process};

use client::Client;
use follow::Setup;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

/// A line of standard input. Which words go with which `do` is for the sender to know.
#[derive(Deserialize)]
struct Words {
    r#do: String,
    r#as: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    timeout: u64,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    presence: bool,
    #[serde(default)]
    with_users: bool,
    #[serde(default)]
    with_state: bool,
    limit: Option<usize>,
    offset: Option<usize>,
    #[serde(default)]
    state: Value,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    post: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [verb, origin, file, channels] = &args[..]
        && let Some(setup) = Setup::from_verb(verb)
    {
        setup.runtime()?.block_on(follow::follow(setup, origin, file, channels))?;
    } else {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(obey(args.first().ok_or("no origin")?))?;
    }
    // No destructors, so no leave: gone silent as far as anybody can see.
    process::exit(0)
}

/// Do what is told on standard input.
async fn obey(origin: &str) -> Result<(), Box<dyn Error>> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut clients: HashMap<String, Client> = HashMap::new();
    while let Some(line) = lines.next_line().await? {
        let words: Words = serde_json::from_str(&line)?;
        let answer = if words.r#do == "connect" {
            clients.insert(words.r#as.clone(), Client::connect(origin, &words)?);
            Ok(Value::Null)
        } else if let Some(client) = clients.get_mut(&words.r#as) {
            client.does(words).await
        } else {
            Err("nobody of that name".to_owned())
        };
        told::say(&match answer {
            Ok(answer) => json!({ "ok": answer }),
            Err(problem) => json!({ "error": problem }),
        });
    }
    Ok(())
}
