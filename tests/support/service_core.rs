//! The service without its sockets: requests and time in, answers out. Nothing here waits.

use std::time::Duration;

use herenow::{
    presence::Moment,
    service::{Access, ActiveFaults, Core, Decision, Guesses, PollId, Settings},
    wire::Request,
};
use serde_json::Value;

/// A service and its time.
pub struct World {
    pub core: Core,
    pub now: Moment,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        let core = Core::new(settings, Access::default(), ActiveFaults::new(1));
        Self { core, now: Moment::from_micros(1_800_000_000_000_000) }
    }

    pub fn guessing(guesses: Guesses) -> Self {
        Self::new(Settings { guesses, ..Settings::default() })
    }

    pub fn pass(&mut self, seconds: f64) {
        self.now = self.now.plus(Duration::from_secs_f64(seconds));
        self.core.advance(self.now);
    }

    pub fn ask(&mut self, url: &str) -> Decision {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let request = Request::parse(path, query).unwrap_or_else(|e| panic!("{url}: {e:?}"));
        self.core.answer(request, self.now)
    }

    pub fn get(&mut self, url: &str) -> (u16, Value) {
        match self.ask(url) {
            Decision::Answer(status, body) => (status, serde_json::from_str(&body).unwrap()),
            Decision::Wait(..) => panic!("{url} waits"),
        }
    }

    pub fn ok(&mut self, url: &str) -> Value {
        let (status, body) = self.get(url);
        assert_eq!(status, 200, "{url}: {body}");
        body
    }

    pub fn beat(&mut self, channel: &str, user: &str) {
        self.ok(&format!("/v2/presence/sub-key/k/channel/{channel}/heartbeat?uuid={user}&heartbeat=60"));
    }

    pub fn leave(&mut self, channel: &str, user: &str) {
        self.ok(&format!("/v2/presence/sub-key/k/channel/{channel}/leave?uuid={user}"));
    }

    pub fn now_token(&mut self) -> String {
        self.ok("/time/0")[0].to_string()
    }

    /// What has been told on these names since a timetoken: the payloads.
    pub fn heard(&mut self, names: &str, since: &str) -> Vec<Value> {
        match self.ask(&format!("/v2/subscribe/k/{names}/0?tt={since}")) {
            Decision::Answer(200, body) => {
                let body: Value = serde_json::from_str(&body).unwrap();
                body["m"].as_array().unwrap().iter().map(|m| m["d"].clone()).collect()
            }
            Decision::Wait(poll, _) => {
                self.core.abandon(poll, self.now);
                Vec::new()
            }
            Decision::Answer(..) => panic!("refused"),
        }
    }

    /// The same in short: `join ann 1`.
    pub fn told(&mut self, names: &str, since: &str) -> Vec<String> {
        let short = |d: Value| {
            let user = d["uuid"].as_str().unwrap_or("-").to_owned();
            format!("{} {user} {}", d["action"].as_str().unwrap(), d["occupancy"])
        };
        self.heard(names, since).into_iter().map(short).collect()
    }

    pub fn wait(&mut self, url: &str) -> PollId {
        let Decision::Wait(poll, _) = self.ask(url) else { panic!("{url} is answered") };
        poll
    }
}
