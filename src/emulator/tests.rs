//! The account of memory, held against a recount after random work.

use std::time::Duration;

use proptest::prelude::*;

use super::{Access, ActiveFaults, Bounds, Core, Decision, PollId, Settings, key_state::KeyState, poll::Poll};
use crate::{presence::Moment, wire::Request};

struct Account {
    core: Core,
    now: Moment,
    polls: Vec<(PollId, Moment)>,
}

impl Account {
    fn new(settings: Settings) -> Self {
        let core = Core::new(settings, Access::default(), ActiveFaults::new(1));
        Self { core, now: Moment::from_micros(1_800_000_000_000_000), polls: Vec::new() }
    }

    fn ask(&mut self, url: &str) -> u16 {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let Ok(request) = Request::parse(path, query) else { return 400 };
        match self.core.answer(request, self.now) {
            Decision::Answer(status, _) => status,
            Decision::Wait(poll, until) => {
                self.polls.push((poll, until));
                200
            }
        }
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
        self.core.advance(self.now);
        let woken = self.core.take_woken();
        let (core, now) = (&mut self.core, self.now);
        self.polls.retain(|(poll, until)| {
            let is_over = *until <= now;
            !(woken.contains(poll) || is_over) || core.resume(*poll, is_over, now).is_none()
        });
    }

    #[track_caller]
    fn check(&self) {
        let keys = self.core.key_states.values().map(KeyState::recount);
        let (lasting, backlogs, present) =
            keys.fold((0, 0, 0), |sum, key| (sum.0 + key.0, sum.1 + key.1, sum.2 + key.2));
        let polls: usize = self.core.polls.values().map(Poll::weight).sum();
        let memory = &self.core.memory;
        assert_eq!(memory.lasting.sum(), lasting + polls + self.core.cache.recount());
        assert_eq!(memory.backlogs.sum(), backlogs);
        assert_eq!(memory.present.sum(), present);
        assert!(memory.sum() <= memory.most || backlogs == 0, "{} of {}", memory.sum(), memory.most);
    }
}

/// A request of any kind about few channels, users and groups.
fn request() -> impl Strategy<Value = String> {
    let forms = [
        "/v2/presence/sub-key/K/channel/C/heartbeat?uuid=U&heartbeat=20",
        "/v2/presence/sub-key/K/channel/C,D/heartbeat?uuid=U&channel-group=G&state={\"C\":S}",
        "/v2/presence/sub-key/K/channel/C/leave?uuid=U&channel-group=G",
        "/v2/subscribe/K/C,C-pnpres/0?uuid=U",
        "/v2/subscribe/K/D,a.*,a.*-pnpres/0?uuid=U&tt=1&channel-group=G",
        "/v2/subscribe/K/C/0?uuid=U&tt=17999999999999999999&filter-expr=data.never==1",
        "/v2/presence/sub-key/K/channel/C,D/uuid/U/data?state=S&channel-group=G",
        "/v2/presence/sub-key/K/channel/C?state=1",
        "/v1/channel-registration/sub-key/K/channel-group/G?add=C,D",
        "/v1/channel-registration/sub-key/K/channel-group/G?remove=C",
        "/v1/channel-registration/sub-key/K/channel-group/G/remove",
        "/publish/p/K/0/C/0/S",
    ];
    let word = |words: &'static [&'static str]| proptest::sample::select(words);
    let channels = word(&["a.b", "a.c.d", "lobby", "match.1"]);
    let states = word(&["{}", "{\"n\":1}", "{\"text\":\"TTTTTTTTTT\"}"]);
    let users = word(&["ann", "bob", "cat", "dan", "eve"]);
    let form = proptest::sample::select(forms.to_vec());
    (form, channels.clone(), channels, users, word(&["g", "h"]), states, word(&["k", "l"])).prop_map(
        |(form, channel, other, user, group, state, key)| {
            let long = "T".repeat(200);
            let url = form.replace('K', key).replace('C', channel).replace('D', other).replace('U', user);
            url.replace('G', group).replace('S', state).replace("TTTTTTTTTT", &long)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    /// Whatever was asked: what the service believes to hold is what it holds, and within its bound.
    #[test]
    fn the_account_is_that_of_a_recount_and_ends_where_it_began(
        asks in proptest::collection::vec((request(), 0_u64..8), 1..150),
        memory in prop_oneof![Just(1_usize << 30), 30_000_usize..300_000],
        announce_max in 0_usize..4, backlog in 1_usize..5, cached in 0_u64..4
    ) {
        let mut settings = Settings { announce_max, backlog, deltas: true, leave_on_disconnect: true, ..Settings::default() };
        settings.bounds = Bounds { memory, backlogs: 6, ..Bounds::default() };
        settings.guesses.state_outlives_leave = backlog == 1;
        settings.guesses.here_now_cache = Duration::from_secs(cached);
        let mut account = Account::new(settings);
        for (url, pause) in asks {
            account.ask(&url);
            account.check();
            account.pass(pause);
            account.check();
            if pause == 3 && let Some((poll, _)) = account.polls.pop() {
                account.core.abandon(poll, account.now);
                account.check();
            }
        }
        for (poll, _) in std::mem::take(&mut account.polls) {
            account.core.abandon(poll, account.now);
        }
        account.pass(100_000);
        for key in ["k", "l"] {
            for group in ["g", "h"] {
                account.ask(&format!("/v1/channel-registration/sub-key/{key}/channel-group/{group}/remove"));
            }
            for user in ["ann", "bob", "cat", "dan", "eve"] {
                account.ask(&format!("/v2/presence/sub-key/{key}/channel/a.b,a.c.d,lobby,match.1/uuid/{user}/data?state={{}}"));
            }
        }
        account.check();
        // Nobody is there any more: of each key only its own bytes and what was published are left.
        account.core.key_states.clear();
        account.core.cache = super::cache::HereNowCache::default();
        prop_assert_eq!(account.core.memory_used(), 0);
    }
}
