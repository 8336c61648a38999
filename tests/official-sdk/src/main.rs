//! PubNub's official Rust SDK as a foreign process: `official-sdk HOST:PORT USER_ID` reads commands
//! from standard input and answers each with a line.
//!
//! ```text
//! join CHANNEL TIMEOUT    subscribe with presence, with a presence timeout of so many seconds
//! leave                   unsubscribe from everything
//! here CHANNEL            who is there, by user id
//! ```
//!
//! End of input kills it without a leave: the user goes silent.

mod transport;

use std::{collections::HashMap, env, error::Error, process};

use pubnub::{
    Keyset, PubNubClientBuilder, PubNubGenericClient,
    providers::deserialization_serde::DeserializerSerde,
    subscribe::{EventSubscriber, SubscriptionOptions, SubscriptionParams},
};
use tokio::io::{AsyncBufReadExt, BufReader};
use transport::PlainHttp;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let (origin, user) = (args.next().ok_or("no origin")?, args.next().ok_or("no user id")?);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut joined = HashMap::new();
    while let Some(line) = lines.next_line().await? {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["join", channel, timeout] => {
                let client = client(&origin, &user, timeout.parse()?)?;
                let subscription = client.subscription(SubscriptionParams {
                    channels: Some(&[*channel]),
                    channel_groups: None,
                    options: Some(vec![SubscriptionOptions::ReceivePresenceEvents]),
                });
                subscription.subscribe();
                joined.insert((*channel).to_owned(), (client, subscription));
                println!("joining {channel}");
            }
            ["leave"] => {
                for (client, _) in joined.values() {
                    client.unsubscribe_all();
                }
                println!("leaving");
            }
            ["here", channel] => {
                let client = client(&origin, &user, 300)?;
                let here = client.here_now().channels([(*channel).to_owned()]).include_user_id(true).execute().await?;
                let mut users: Vec<String> =
                    here.iter().flat_map(|c| &c.occupants).map(|o| o.user_id.clone()).collect();
                users.sort();
                println!("here {}", users.join(" "));
            }
            _ => println!("unknown command"),
        }
    }
    // No destructors, so no leave: gone silent as far as anybody can see.
    process::exit(0)
}

type Client = PubNubGenericClient<PlainHttp, DeserializerSerde>;

fn client(origin: &str, user: &str, timeout: u64) -> Result<Client, Box<dyn Error>> {
    let keyset = Keyset { subscribe_key: "demo", publish_key: Some("demo"), secret_key: None };
    let transport = PlainHttp { origin: origin.to_owned() };
    let builder = PubNubClientBuilder::with_transport(transport).with_keyset(keyset).with_user_id(user);
    builder.with_heartbeat_value(timeout).build().map_err(|e| e.to_string().into())
}
