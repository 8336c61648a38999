//! The faults in force: which strike a request, and what they do to the events of a reply. Pure.

use std::time::Duration;

use super::fault::{Fault, FaultRule};
use crate::presence::{Moment, Timetoken};

/// How many faults can be in force; the oldest is dropped for another.
pub const MOST_FAULTS: usize = 100;

struct ActiveFault {
    rule: FaultRule,
    until: Option<Moment>,
    struck: u32,
    /// The newest event that a cursor was set back from. Once is enough, or clients would never get past it.
    stepped: Timetoken,
}

/// The faults in force.
pub struct ActiveFaults {
    active: Vec<ActiveFault>,
    chance: fastrand::Rng,
}

impl ActiveFaults {
    /// No faults yet. The same seed makes the same choices.
    pub fn new(seed: u64) -> Self {
        Self { active: Vec::new(), chance: fastrand::Rng::with_seed(seed) }
    }

    /// Put a fault in force. The oldest of 100 is dropped.
    pub fn add(&mut self, rule: FaultRule, now: Moment) {
        if self.active.len() >= MOST_FAULTS {
            self.active.remove(0);
        }
        self.active.push(ActiveFault {
            rule,
            until: rule.lasts.map(|d| now.plus(d)),
            struck: 0,
            stepped: Timetoken::ZERO,
        });
    }

    /// End all faults.
    pub fn clear(&mut self) {
        self.active.clear();
    }

    /// The faults in force, and how often each has struck.
    pub fn list(&mut self, now: Moment) -> Vec<(FaultRule, u32)> {
        self.remove_ended(now);
        self.active.iter().map(|f| (f.rule, f.struck)).collect()
    }

    fn remove_ended(&mut self, now: Moment) {
        self.active
            .retain(|f| f.until.is_none_or(|until| now < until) && f.rule.times.is_none_or(|times| f.struck < times));
    }

    /// The faults that strike a request of this kind.
    pub fn strike(&mut self, kind: &str, now: Moment) -> Vec<Fault> {
        if self.active.is_empty() {
            return Vec::new();
        }
        self.remove_ended(now);
        let kind = if kind.contains("group") { "groups".to_owned() } else { kind.replace(' ', "-") };
        let mut struck = Vec::new();
        for fault in &mut self.active {
            let FaultRule { fault: what, on, chance, .. } = fault.rule;
            if !what.is_in_stream()
                && !what.is_of_webhooks()
                && on.is_none_or(|on| on == kind)
                && self.chance.f64() < chance
            {
                fault.struck += 1;
                struck.push(what);
            }
        }
        struck
    }

    /// The faults that strike a webhook.
    pub fn strike_webhook(&mut self, now: Moment) -> Vec<Fault> {
        if self.active.is_empty() {
            return Vec::new();
        }
        self.remove_ended(now);
        let mut struck = Vec::new();
        for fault in self.active.iter_mut().filter(|fault| fault.rule.fault.is_of_webhooks()) {
            if self.chance.f64() < fault.rule.chance {
                fault.struck += 1;
                struck.push(fault.rule.fault);
            }
        }
        struck
    }

    /// A number from 0 to 1 by chance.
    pub fn draw_chance(&mut self) -> f64 {
        self.chance.f64()
    }

    /// Drop, repeat or shuffle the events of a reply, each with when it was published. Returns how far its cursor is to be set back.
    pub fn apply_to_events<T: Clone>(&mut self, events: &mut Vec<(Timetoken, T)>, now: Moment) -> Duration {
        let mut back = Duration::ZERO;
        if self.active.is_empty() {
            return back;
        }
        self.remove_ended(now);
        let newest = events.iter().map(|(published, _)| *published).max().unwrap_or_default();
        for fault in &mut self.active {
            let stepped = &mut fault.stepped;
            let FaultRule { fault: what, chance: likely, times, .. } = fault.rule;
            let chance = &mut self.chance;
            let struck = &mut fault.struck;
            let mut strikes = || {
                let strikes = times.is_none_or(|times| *struck < times) && chance.f64() < likely;
                *struck += u32::from(strikes);
                strikes
            };
            match what {
                Fault::Lose => events.retain(|_| !strikes()),
                Fault::Duplicate => {
                    *events = std::mem::take(events)
                        .into_iter()
                        .flat_map(|event| if strikes() { vec![event.clone(), event] } else { vec![event] })
                        .collect();
                }
                Fault::Reorder if strikes() => chance.shuffle(events),
                Fault::StepBack(by) if newest > *stepped && strikes() => {
                    *stepped = newest;
                    back = back.max(by);
                }
                _ => {}
            }
        }
        back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn rule(line: &str) -> FaultRule {
        line.parse().unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn a_fault_strikes_its_kind_so_often_and_so_long() {
        let mut faults = ActiveFaults::new(1);
        faults.add(rule("500 on=here-now times=2"), at(0));
        faults.add(rule("drop on=groups for=10s"), at(0));
        assert_eq!(faults.strike("heartbeat", at(1)), []);
        assert_eq!(faults.strike("here now", at(1)), [Fault::Error]);
        assert_eq!(faults.strike("add to group", at(9)), [Fault::Drop]);
        assert_eq!(faults.strike("add to group", at(10)), []);
        assert_eq!(faults.strike("here now", at(11)), [Fault::Error]);
        assert_eq!(faults.strike("here now", at(11)), []);
        assert_eq!(faults.list(at(11)), []);
    }

    #[test]
    fn a_fault_of_webhooks_strikes_nothing_else() {
        let mut faults = ActiveFaults::new(1);
        faults.add(rule("webhook-late=5s times=1"), at(0));
        faults.add(rule("webhook-twice chance=0%"), at(0));
        faults.add(rule("drop"), at(0));
        assert_eq!(faults.strike("here now", at(1)), [Fault::Drop]);
        assert_eq!(faults.strike_webhook(at(1)), [Fault::WebhookLate(Duration::from_secs(5))]);
        assert_eq!(faults.strike_webhook(at(1)), []);
    }

    #[test]
    fn the_stream_loses_repeats_and_steps_back() {
        let events = || (0..1000).map(|n| (Timetoken::new(n), n.to_string())).collect::<Vec<_>>();
        let spoil = |line: &str| {
            let mut faults = ActiveFaults::new(7);
            faults.add(rule(line), at(0));
            let mut spoiled = events();
            let back = faults.apply_to_events(&mut spoiled, at(1));
            (spoiled, back)
        };
        assert!((850..950).contains(&spoil("lose chance=10%").0.len()));
        assert_eq!(spoil("lose times=3").0.len(), 997);
        assert_eq!(spoil("duplicate").0.len(), 2000);
        let mut shuffled = spoil("reorder").0;
        assert_ne!(shuffled, events());
        shuffled.sort();
        assert_eq!(shuffled, events());
        assert_eq!(spoil("step-back=5s"), (events(), Duration::from_secs(5)));
        // Not again for the same events, or a client would never get past them.
        let mut faults = ActiveFaults::new(7);
        faults.add(rule("step-back=5s"), at(0));
        assert_eq!(faults.apply_to_events(&mut events(), at(1)), Duration::from_secs(5));
        assert_eq!(faults.apply_to_events(&mut events(), at(2)), Duration::ZERO);
    }
}
