//! Says how calm it is, in sentences for the room that there is.

use std::time::Duration;

use super::{
    Calm,
    sentence::{count_people, show_name, show_span},
};
use crate::{
    presence::Moment,
    wording::{count_things, group_digits, show_change},
};

/// For so long after an incident that was read, it is not called calm.
const AFTERMATH: Duration = Duration::from_secs(60);

/// For so long after the last of it, it may go on.
const GOES_ON: Duration = Duration::from_secs(10);

impl Calm<'_> {
    /// Say it in one sentence, in several lengths, the longest first. Safe to show.
    pub fn sentences(&self, now: Moment) -> Vec<String> {
        let lasted = now.since(self.since);
        let span = show_span(lasted);
        // Right after an incident nobody knows yet whether it is over, and it may still go on.
        let (calm, calm_for, short) = match () {
            () if self.after_incident && lasted < GOES_ON => {
                ("nothing else", "nothing else is new".to_owned(), "nothing else".to_owned())
            }
            () if self.after_incident && lasted < AFTERMATH => {
                ("nothing new", format!("nothing new for {span}"), format!("nothing new {span}"))
            }
            () => ("calm", format!("calm for {span}"), format!("calm {span}")),
        };
        let people = count_people(self.people);
        let channels = count_things(self.channels, "channel", "channels");
        let change = self.change.map_or_else(String::new, |(by, minutes)| match by {
            0 => format!(", as {minutes} min ago"),
            by => format!(", {} in {minutes} min", show_change(by)),
        });
        let busiest = self.busiest.filter(|_| self.channels > 1);
        let busiest = busiest.map_or_else(String::new, |(channel, most)| {
            format!(" · busiest {} {}", show_name(channel), group_digits(most))
        });
        // The names on large channels come in intervals: a list that is seconds behind has the mark of one that is not.
        let exact = match (self.exact, self.current) {
            (exact, _) if exact == self.channels && exact > 0 => " · lists exact".to_owned(),
            (_, current) if current == self.channels && current > 0 => " · lists current".to_owned(),
            (_, current) => format!(" · {current} of {} lists current", self.channels),
        };
        let asked = self.asked.map_or_else(String::new, |ago| format!(", asked {} ago", show_span(ago)));
        vec![
            format!("{calm_for} · {people} on {channels}{change}{busiest}{exact}{asked}"),
            format!("{calm_for} · {people} on {channels}{change}{busiest}{exact}"),
            format!("{calm_for} · {people} on {channels}{change}{busiest}"),
            format!("{calm_for} · {people} on {channels}{change}"),
            format!("{calm_for} · {people} on {channels}"),
            format!("{short} · {people}"),
            format!("{calm} · {}", group_digits(self.people)),
            calm.to_owned(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(after_incident: bool, (exact, current): (usize, usize), second: u64) -> Vec<String> {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let calm = Calm {
            since: at(100),
            after_incident,
            people: 59,
            channels: 5,
            change: None,
            busiest: None,
            exact,
            current,
            asked: None,
        };
        calm.sentences(at(second))
    }

    #[test]
    fn what_was_read_a_moment_ago_is_not_called_calm() {
        assert_eq!(say(true, (5, 5), 102)[0], "nothing else is new · 59 people on 5 channels · lists exact");
        assert!(say(true, (5, 5), 102).iter().all(|said| said.starts_with("nothing else")));
        assert_eq!(say(true, (5, 5), 112)[0], "nothing new for 12 s · 59 people on 5 channels · lists exact");
        assert_eq!(say(true, (5, 5), 112)[5], "nothing new 12 s · 59 people");
        assert_eq!(say(true, (5, 5), 160)[0], "calm for 60 s · 59 people on 5 channels · lists exact");
        assert_eq!(say(false, (5, 5), 102)[4], "calm for 2 s · 59 people on 5 channels");
    }

    #[test]
    fn lists_are_counted_as_they_are_marked() {
        assert!(say(false, (3, 5), 160)[0].ends_with(" · lists current"));
        assert!(say(false, (2, 4), 160)[0].ends_with(" · 4 of 5 lists current"));
    }
}
