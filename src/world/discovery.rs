//! Which channels are behind patterns and groups. Only the service knows, so it is asked whenever the
//! link comes to life; from then on events tell of new ones.

use std::time::Duration;

use crate::presence::{Command, Moment, Subscription, Trouble};

/// What is known of the channels behind patterns and groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Discovery {
    groups: Search,
    patterns: Search,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Search {
    /// When to ask.
    at: Option<Moment>,
    /// It was answered since the link came to life.
    known: bool,
    /// Why it was not.
    trouble: Option<String>,
}

fn groups(watching: &[Subscription]) -> Vec<Subscription> {
    watching.iter().filter(|place| matches!(place, Subscription::Group(_))).cloned().collect()
}

fn any_pattern(watching: &[Subscription]) -> bool {
    watching.iter().any(|place| matches!(place, Subscription::Pattern(_)))
}

impl Discovery {
    /// The link came to life: channels may have come up meanwhile.
    pub(super) fn live(&mut self, watching: &[Subscription], now: Moment) {
        let due = || Search { at: Some(now), ..Search::default() };
        if any_pattern(watching) {
            self.patterns = due();
        }
        if !groups(watching).is_empty() {
            self.groups = due();
        }
    }

    /// What is to be asked now.
    pub(super) fn due(&mut self, watching: &[Subscription], now: Moment) -> Vec<Command> {
        let is_due = |search: &mut Search| search.at.take_if(|at| *at <= now).is_some();
        let groups = is_due(&mut self.groups).then(|| Command::AskHereNow { places: groups(watching) });
        let patterns = is_due(&mut self.patterns).then_some(Command::FindChannels);
        groups.into_iter().chain(patterns).collect()
    }

    /// When something is to be asked next.
    pub(super) fn next(&self) -> Option<Moment> {
        [self.groups.at, self.patterns.at].into_iter().flatten().min()
    }

    /// A command has ended; if it was one of ours, its answer is there, or another try is coming.
    pub(super) fn ended(&mut self, command: &Command, trouble: Option<&Trouble>, now: Moment) {
        let search = match command {
            Command::FindChannels => &mut self.patterns,
            Command::AskHereNow { places } if !groups(places).is_empty() => &mut self.groups,
            _ => return,
        };
        search.known = trouble.is_none();
        search.trouble = trouble.map(|trouble| trouble.sentence.clone());
        if let Some(trouble) = trouble {
            search.at = Some(now.plus(Duration::from_secs(if trouble.passing { 5 } else { 120 })));
        }
    }

    /// Why there may be channels that nobody has told of, if so: a clause.
    pub(super) fn hidden(&self, watching: &[Subscription]) -> Option<String> {
        let why = |asked: bool, search: &Search, what: &str| {
            let why = search.trouble.as_ref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
            (asked && !search.known).then(|| format!("the channels {what} are not known yet{why}"))
        };
        why(any_pattern(watching), &self.patterns, "under the patterns")
            .or_else(|| why(!groups(watching).is_empty(), &self.groups, "of the groups"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_patterns_and_groups_is_asked_for_until_it_is_known() {
        let lobby = Subscription::parse("lobby").unwrap();
        let pattern = Subscription::parse("match.*").unwrap();
        let group = Subscription::Group(crate::presence::ChannelGroup::parse("all").unwrap());
        let at = |seconds: u64| Moment::from_micros(seconds * 1_000_000);

        let mut discovery = Discovery::default();
        discovery.live(std::slice::from_ref(&lobby), at(1));
        assert_eq!((discovery.next(), discovery.hidden(std::slice::from_ref(&lobby))), (None, None));

        let watching = [lobby, pattern, group.clone()];
        assert!(discovery.hidden(&watching).unwrap().contains("patterns"));
        discovery.live(&watching, at(1));
        assert_eq!(discovery.next(), Some(at(1)));
        let asked = discovery.due(&watching, at(1));
        assert_eq!(asked, [Command::AskHereNow { places: vec![group] }, Command::FindChannels]);
        assert_eq!((discovery.next(), discovery.due(&watching, at(1))), (None, Vec::new()));

        discovery.ended(&asked[1], None, at(2));
        assert!(discovery.hidden(&watching).unwrap().contains("groups"));
        let trouble = Trouble { sentence: "no".into(), passing: true, refused: Vec::new(), retry_after: None };
        discovery.ended(&asked[0], Some(&trouble), at(2));
        assert_eq!(discovery.hidden(&watching).unwrap(), "the channels of the groups are not known yet: no");
        assert_eq!(discovery.next(), Some(at(7)));
        assert_eq!(discovery.due(&watching, at(7)), asked[..1]);
        discovery.ended(&asked[0], None, at(8));
        assert_eq!(discovery.hidden(&watching), None);
        discovery.live(&watching, at(9));
        assert!(discovery.hidden(&watching).is_some());
    }
}
