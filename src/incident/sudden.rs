//! A number that has just changed by much, before anything is known of it: in a sentence, so that nobody is told that
//! all is calm meanwhile. A burst is told as an incident once it is over, and above the announce max once an interval
//! has named those who are gone, which may take ten seconds.

use super::{Incident, IncidentKind, overview::Overview};
use crate::{
    presence::Moment,
    wording::{group_digits, show_change},
};

/// A change is sudden within so many seconds: an interval, and as long as a burst is waited for.
const WITHIN: u64 = 15;

/// Fewer people come and go anywhere.
const LEAST: u64 = 10;

/// It concerns at least one in so many of those who were there before or are there now.
const SHARE: u64 = 4;

/// Most of it, in thirds, happens within so many seconds: many who come or go by themselves do so one after the other.
const THIRDS: u64 = 2;
const AT_ONCE: u64 = 3;

/// Fewer of whom no event has told yet are not worth telling.
const LEAST_NOT_TOLD: u64 = 5;

/// By how much the number of people has changed within seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuddenChange {
    /// The number before.
    pub before: u64,
    /// The number now.
    pub now: u64,
    /// How many seconds ago it was still as before.
    pub seconds: u64,
}

impl SuddenChange {
    /// Say it in one sentence, in several lengths, the longest first. Why is not known yet, and is not guessed.
    pub fn sentences(&self) -> Vec<String> {
        let Self { before, now, seconds } = *self;
        let number = group_digits(before.abs_diff(now));
        let word = if now < before { "fewer" } else { "more" };
        let [from, to] = [before, now].map(group_digits);
        let change = show_change(now.cast_signed().saturating_sub(before.cast_signed()));
        vec![
            format!("{number} {word} people than {seconds} s ago, {from}→{to} · not known yet who and why"),
            format!("{number} {word} people than {seconds} s ago, {from}→{to} · not known yet why"),
            format!("{number} {word} people than {seconds} s ago, {from}→{to}"),
            format!("{number} {word} than {seconds} s ago"),
            format!("{change} in {seconds} s"),
            change,
        ]
    }
}

impl Overview {
    /// The sudden change to so many people now, counted from a second on, if there is one.
    pub fn find_sudden_change(&self, here: u64, since: u64, now: Moment) -> Option<SuddenChange> {
        let from = now.seconds().saturating_sub(WITHIN).max(since);
        let most = self.list_seconds(from).map(|(_, before)| before.abs_diff(here)).max()?;
        // The latest at which it was about as it had been: when it happened says more than the last few do.
        let last = self.list_seconds(from).filter(|(_, before)| before.abs_diff(here) * 5 >= most * 4).last();
        let (at, before) = last.filter(|(_, before)| {
            let change = before.abs_diff(here);
            let is_much = change >= LEAST && change * SHARE >= here.max(*before);
            is_much && self.find_largest_step(here, from, now) * 3 >= change * THIRDS
        })?;
        Some(SuddenChange { before, now: here, seconds: now.seconds().saturating_sub(at).max(1) })
    }

    /// Count who is gone as here now says, besides those of an incident in which people go, where that is much.
    pub fn count_not_told(&self, incident: &Incident) -> u64 {
        let goes = matches!(incident.kind, IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear);
        let fewer = self.told.saturating_sub(self.people);
        if goes && !incident.joins && fewer >= LEAST_NOT_TOLD && fewer * 4 >= incident.presences { fewer } else { 0 }
    }

    /// Whether many left, and as many are here as before: where intervals name those who come, they are named later.
    pub fn is_made_up(&self, incident: &Incident) -> bool {
        let is_much = incident.presences * SHARE >= incident.before && incident.before > 0;
        incident.kind == IncidentKind::MassLeave
            && self.interval > 0
            && is_much
            && self.people * 20 >= incident.before * 19
    }

    /// By how much the number changed within a few seconds, at the most, from a second on.
    fn find_largest_step(&self, here: u64, from: u64, now: Moment) -> u64 {
        let before = |at: u64| self.list_seconds(from).take_while(|(earlier, _)| *earlier + AT_ONCE <= at).last();
        let first = self.list_seconds(from).next();
        let all = self.list_seconds(from).chain([(now.seconds(), here)]);
        let steps = all.filter_map(|(at, people)| Some(people.abs_diff(before(at).or(first)?.1)));
        steps.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    fn look(numbers: &[(u64, u64)]) -> Overview {
        let mut overview = Overview::default();
        for (second, people) in numbers {
            overview.note_people(*people, at(*second));
        }
        overview
    }

    #[test]
    fn a_quarter_fewer_within_seconds_is_not_called_calm() {
        let fell = look(&[(90, 57), (100, 55), (103, 33)]);
        let found = fell.find_sudden_change(33, 0, at(104)).unwrap();
        assert_eq!(found, SuddenChange { before: 55, now: 33, seconds: 4 });
        let said = "22 fewer people than 4 s ago, 55→33 · not known yet who and why";
        assert_eq!(found.sentences()[0], said);
        assert_eq!(fell.find_sudden_change(33, 0, at(119)), None, "by then it is told, or was nothing");
        assert_eq!(
            fell.find_sudden_change(33, 104, at(105)),
            None,
            "what was before an incident is not looked at again"
        );
        assert_eq!(look(&[(90, 55), (103, 50)]).find_sudden_change(50, 0, at(104)), None);
        assert_eq!(look(&[(90, 9), (103, 0)]).find_sudden_change(0, 0, at(104)), None);
        let slowly: Vec<(u64, u64)> = (90..104).map(|second| (second, 150 - second)).collect();
        assert_eq!(look(&slowly).find_sudden_change(47, 0, at(104)), None, "13 of 60, one each second");
    }

    #[test]
    fn what_nobody_looked_at_stayed_as_it_was() {
        let rose = look(&[(20, 40), (103, 100)]).find_sudden_change(100, 0, at(104)).unwrap();
        assert_eq!(rose.sentences()[2], "60 more people than 15 s ago, 40→100");
        assert_eq!(rose.sentences()[5], "+60");
    }

    #[test]
    fn who_left_while_as_many_came_may_have_moved() {
        let left = Incident {
            presences: 141,
            users: 141,
            before: 160,
            concerned: 5,
            in_view: 5,
            ..Incident::new(1, IncidentKind::MassLeave, at(100))
        };
        let mut overview = Overview::default();
        (overview.people, overview.interval) = (152, 10);
        assert!(overview.is_made_up(&left));
        let said = Incident { made_up: true, ..left.clone() }.sentences();
        assert!(
            said[0].starts_with("141 people left and as many came within") && said[0].ends_with("is not named yet")
        );
        assert_eq!(said.last().unwrap(), "141 left, as many came");
        overview.people = 151;
        assert!(!overview.is_made_up(&left), "a twentieth is missing");
        overview.people = 160;
        assert!(!overview.is_made_up(&Incident { presences: 39, ..left.clone() }), "few left");
        assert!(!overview.is_made_up(&Incident { kind: IncidentKind::MassTimeout, ..left.clone() }));
        overview.interval = 0;
        assert!(!overview.is_made_up(&left), "who comes is named at once");
    }

    #[test]
    fn who_is_back_without_a_name_is_counted_among_those_who_were_gone() {
        let back = Incident { users: 32, returned: 88, ..Incident::new(1, IncidentKind::Herd, at(100)) };
        let say = |unnamed: u64| Incident { unnamed, presences: 32 + unnamed, ..back.clone() }.sentence();
        assert!(say(53).starts_with("85 people of 88 who were gone are back, 32 of them named, within"), "{}", say(53));
        assert!(say(60).starts_with("92 people joined, after 88 had gone, within"), "{}", say(60));
        assert!(say(0).starts_with("32 people of 88 who had timed out are back within"), "{}", say(0));
    }

    #[test]
    fn who_is_gone_besides_an_incident_is_counted_before_an_interval_names_them() {
        let mut overview = Overview::default();
        (overview.told, overview.people) = (229, 173);
        let incident = |kind: IncidentKind, presences: u64| {
            let begin = Incident::new(1, kind, at(100));
            Incident { presences, users: presences, before: 229, concerned: 2, in_view: 9, ..begin }
        };
        let outage = incident(IncidentKind::MassTimeout, 39);
        assert_eq!(overview.count_not_told(&outage), 56);
        assert_eq!(overview.count_not_told(&incident(IncidentKind::Rush, 39)), 0, "they are gone for another reason");
        assert_eq!(overview.count_not_told(&incident(IncidentKind::MassLeave, 300)), 0, "a few more");
        let said = Incident { not_told: 56, ..outage };
        let head = "39 people timed out within 1 s on 2 of 9 channels, 17 % of 229 · 56 fewer besides, not named yet";
        assert!(said.sentence().starts_with(head), "{}", said.sentence());
        let short = "95 gone in 1 s on 2 of 9 channels, 39 of them named · network, not deploy";
        assert!(said.sentences().iter().any(|sentence| sentence == short), "{:?}", said.sentences());
        assert_eq!(said.sentences().last().unwrap(), "95 gone");
    }
}
