//! Finds the channels behind patterns and groups. Only the service knows them, so it is asked each time the link
//! comes up; from then on, events reveal new ones. A group may get a channel on which nothing happens: it is asked for
//! its channels each minute.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::presence::{Command, Moment, Subscription, Trouble};

/// Groups are asked for their channels this often.
const GROUPS: Duration = Duration::from_secs(60);

/// The searches for the channels behind patterns and groups.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Discovery {
    groups: Search,
    patterns: Search,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Search {
    /// When to ask next.
    at: Option<Moment>,
    /// Whether the service has answered since the link came up.
    known: bool,
    /// Why the last request failed, if it did.
    trouble: Option<String>,
}

fn select_groups(watching: &[Subscription]) -> Vec<Subscription> {
    watching.iter().filter(|place| matches!(place, Subscription::Group(_))).cloned().collect()
}

fn has_pattern(watching: &[Subscription]) -> bool {
    watching.iter().any(|place| matches!(place, Subscription::Pattern(_)))
}

impl Discovery {
    /// The link came up: search again, since new channels may exist.
    pub(super) fn schedule_search(&mut self, watching: &[Subscription], now: Moment) {
        let due = || Search { at: Some(now), ..Search::default() };
        if has_pattern(watching) {
            self.patterns = due();
        }
        if !select_groups(watching).is_empty() {
            self.groups = due();
        }
    }

    /// The commands that are due now.
    pub(super) fn take_due_commands(&mut self, watching: &[Subscription], now: Moment) -> Vec<Command> {
        let is_due = |search: &mut Search| search.at.take_if(|at| *at <= now).is_some();
        let places = select_groups(watching);
        // They may be watched no more by now.
        let groups = is_due(&mut self.groups) && !places.is_empty();
        let groups = groups.then_some(Command::AskHereNow { places });
        let patterns = (is_due(&mut self.patterns) && has_pattern(watching)).then_some(Command::FindChannels);
        groups.into_iter().chain(patterns).collect()
    }

    /// When the next command is due.
    pub(super) fn next_due(&self) -> Option<Moment> {
        [self.groups.at, self.patterns.at].into_iter().flatten().min()
    }

    /// Take the end of a command. If it was a search, note its answer or schedule a retry.
    pub(super) fn take_command_end(&mut self, command: &Command, trouble: Option<&Trouble>, now: Moment) {
        let (search, again) = match command {
            Command::FindChannels => (&mut self.patterns, None),
            Command::AskHereNow { places } if !select_groups(places).is_empty() => (&mut self.groups, Some(GROUPS)),
            _ => return,
        };
        search.known = trouble.is_none();
        search.trouble = trouble.map(|trouble| trouble.sentence.to_string());
        let retry = trouble.map(|trouble| Duration::from_secs(if trouble.passing { 5 } else { 120 }));
        if let Some(pause) = retry.or(again) {
            search.at = Some(now.plus(pause));
        }
    }

    /// Why some channels may not be known yet, as a clause, if that is so.
    pub(super) fn explain_hidden_channels(&self, watching: &[Subscription]) -> Option<String> {
        let why = |asked: bool, search: &Search, what: &str| {
            let why = search.trouble.as_ref().map(|trouble| format!(": {trouble}")).unwrap_or_default();
            (asked && !search.known).then(|| format!("the channels {what} are not known yet{why}"))
        };
        why(has_pattern(watching), &self.patterns, "under the patterns")
            .or_else(|| why(!select_groups(watching).is_empty(), &self.groups, "of the groups"))
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
        discovery.schedule_search(std::slice::from_ref(&lobby), at(1));
        assert_eq!(
            (discovery.next_due(), discovery.explain_hidden_channels(std::slice::from_ref(&lobby))),
            (None, None)
        );

        let watching = [lobby, pattern, group.clone()];
        assert!(discovery.explain_hidden_channels(&watching).unwrap().contains("patterns"));
        discovery.schedule_search(&watching, at(1));
        assert_eq!(discovery.next_due(), Some(at(1)));
        let asked = discovery.take_due_commands(&watching, at(1));
        assert_eq!(asked, [Command::AskHereNow { places: vec![group] }, Command::FindChannels]);
        assert_eq!((discovery.next_due(), discovery.take_due_commands(&watching, at(1))), (None, Vec::new()));

        discovery.take_command_end(&asked[1], None, at(2));
        assert!(discovery.explain_hidden_channels(&watching).unwrap().contains("groups"));
        let trouble = Trouble { sentence: "no".into(), passing: true, refused: Vec::new(), retry_after: None };
        discovery.take_command_end(&asked[0], Some(&trouble), at(2));
        assert_eq!(
            discovery.explain_hidden_channels(&watching).unwrap(),
            "the channels of the groups are not known yet: no"
        );
        assert_eq!(discovery.next_due(), Some(at(7)));
        assert_eq!(discovery.take_due_commands(&watching, at(7)), asked[..1]);
        discovery.take_command_end(&asked[0], None, at(8));
        assert_eq!(discovery.explain_hidden_channels(&watching), None);
        assert_eq!(discovery.next_due(), Some(at(68)), "a channel may have come to the group");
        assert_eq!(discovery.clone().take_due_commands(&watching[..1], at(68)), [], "the group is watched no more");
        discovery.schedule_search(&watching, at(9));
        assert!(discovery.explain_hidden_channels(&watching).is_some());
    }
}
