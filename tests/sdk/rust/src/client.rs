//! One user of the SDK.

use std::{collections::HashMap, error::Error};

use futures_util::StreamExt;
use pubnub::{
    Keyset, PubNubClientBuilder, PubNubGenericClient,
    presence::result::HereNowResult,
    providers::deserialization_serde::DeserializerSerde,
    subscribe::{EventEmitter, EventSubscriber, Subscriber, SubscriptionOptions},
};
use serde_json::{Map, Value, json};

use crate::{Words, told, transport::PlainHttp};

type PubNub = PubNubGenericClient<PlainHttp, DeserializerSerde>;

pub struct Client {
    pubnub: PubNub,
    /// How to unsubscribe, by the name of the channel or group.
    subscribed: HashMap<String, Box<dyn Fn() + Send>>,
}

impl Client {
    pub fn connect(origin: &str, words: &Words) -> Result<Self, Box<dyn Error>> {
        let keyset = Keyset { subscribe_key: "demo", publish_key: Some("demo"), secret_key: None };
        let transport = PlainHttp::new(origin);
        let mut builder =
            PubNubClientBuilder::with_transport(transport).with_keyset(keyset).with_user_id(words.user.as_str());
        if words.timeout > 0 {
            builder = builder.with_heartbeat_value(words.timeout);
        }
        let pubnub = builder.build().map_err(|e| e.to_string())?;
        let (name, mut heard) = (words.r#as.clone(), pubnub.stream());
        tokio::spawn(async move {
            while let Some(update) = heard.next().await {
                told::hear(&name, update);
            }
        });
        Ok(Self { pubnub, subscribed: HashMap::new() })
    }

    /// Do what was asked, and tell what came of it.
    pub async fn does(&mut self, words: Words) -> Result<Value, String> {
        let asked = words.r#do.clone();
        match asked.as_str() {
            "subscribe" => self.subscribe(&words),
            "unsubscribe" => {
                for name in words.channels.iter().chain(&words.groups) {
                    self.subscribed.remove(name).ok_or("not subscribed to that")?();
                }
            }
            "leave" => {
                self.subscribed.clear();
                self.pubnub.unsubscribe_all();
            }
            _ => return self.asks(words).await.map_err(|e| e.to_string()),
        }
        Ok(Value::Null)
    }

    fn subscribe(&mut self, words: &Words) {
        let options = || words.presence.then(|| vec![SubscriptionOptions::ReceivePresenceEvents]);
        for channel in &words.channels {
            let subscription = self.pubnub.channel(channel.as_str()).subscription(options());
            subscription.subscribe();
            self.subscribed.insert(channel.clone(), Box::new(move || subscription.unsubscribe()));
        }
        for group in &words.groups {
            let subscription = self.pubnub.channel_group(group.as_str()).subscription(options());
            subscription.subscribe();
            self.subscribed.insert(group.clone(), Box::new(move || subscription.unsubscribe()));
        }
    }

    async fn asks(&self, words: Words) -> Result<Value, Box<dyn Error>> {
        let Words { channels, groups, .. } = words;
        match words.r#do.as_str() {
            "here now" => {
                let mut ask = self.pubnub.here_now().channels(channels).channel_groups(groups);
                ask = ask.include_user_id(words.with_users).include_state(words.with_state);
                if let Some(limit) = words.limit {
                    ask = ask.limit(limit);
                }
                Ok(here_now(ask.offset(words.offset.unwrap_or(0)).execute().await?))
            }
            "where now" => Ok(json!(self.pubnub.where_now().user_id(words.user).execute().await?.channels)),
            "set state" => {
                let ask = self.pubnub.set_presence_state(words.state).channels(channels).channel_groups(groups);
                // What is answered, the SDK keeps to itself.
                ask.execute().await?;
                Ok(Value::Null)
            }
            "get state" => {
                let ask = self.pubnub.get_presence_state().channels(channels).channel_groups(groups);
                let states = ask.user_id(words.user).execute().await?.states;
                Ok(states.into_iter().map(|info| (info.channel, info.state)).collect::<Map<_, _>>().into())
            }
            "publish" => {
                let ask = self.pubnub.publish_message(words.message).channel(words.channel).use_post(words.post);
                ask.execute().await?;
                Ok(Value::Null)
            }
            other => Err(format!("the crate has no call for {other:?}").into()),
        }
    }
}

fn here_now(answer: HereNowResult) -> Value {
    let channels: Map<String, Value> = answer
        .channels
        .into_iter()
        .map(|channel| {
            let users = channel.occupants.into_iter().map(|o| (o.user_id, o.state.unwrap_or_default()));
            let users: Map<String, Value> = users.collect();
            (channel.name, json!({ "occupancy": channel.occupancy, "users": users }))
        })
        .collect();
    json!({ "occupancy": answer.total_occupancy, "channels": channels })
}
