//! A rolling deploy: for minutes one after the other leaves and is back within a minute, so few at a time that no single
//! moment stands out.

use super::{
    IncidentKind, IncidentWatch,
    counts::{BUCKET, Counts},
    tracking::Tracked,
    usual::log_chance,
};
use crate::presence::Moment;

/// The spans that are looked at, in seconds: of several the one that stands out most.
const SPANS: [u64; 8] = [60, 90, 120, 180, 240, 300, 360, 420];

/// What is usual must have been seen for so many seconds.
const KNOWN: u64 = 20;

/// So many must have been back, and this part of all in a minute.
const LEAST: u32 = 12;
const LEAST_SHARE: f64 = 0.03;

/// How unlikely it must be by chance that so many leave, as a natural logarithm.
const UNLIKELY: f64 = -12.0;

/// Of those who leave beyond what is usual this part is back: the others would be missing.
const BACK: f64 = 0.65;

/// Where less than this was seen before, in seconds, it may be that more come and go from then on: people come back sooner
/// or later, and who is restarted soon. Of those who are back this part must be quick, and of those who left so many be back.
const SEEN: u64 = 120;
const QUICK: f64 = 0.9;
const BACK_BY_NOW: f64 = 0.6;

/// Of all who leave within a span, this part at the most does so within ten seconds.
const AT_ONCE: f64 = 0.3;

/// By this part of those who leave may other things have become more at the same time.
const BESIDE: f64 = 0.3;

/// Who is restarted is back within so many seconds.
const AWAY: u64 = 60;

/// It is over when in a minute fewer are back than this part of what it was.
const GOES_ON: f64 = 0.33;

/// A span in which it goes on.
struct Rolling {
    from: u64,
    /// So many are back, in a second.
    rate: f64,
    chance: f64,
}

impl IncidentWatch {
    /// Find a rolling deploy, or follow the one that goes on.
    pub(super) fn follow_rolling(&mut self, now: Moment) {
        let second = now.seconds();
        if let Some(place) = self.tracked.iter().position(|tracked| tracked.open && tracked.rolling.is_some()) {
            let (counts, ..) = self.counts.sum_whole(second.saturating_sub(AWAY + BUCKET), second);
            let tracked = &mut self.tracked[place];
            let least = tracked.rolling.unwrap_or_default() * GOES_ON * float(AWAY);
            if f64::from(counts.restarted) < least {
                tracked.open = false;
            } else {
                tracked.count(&self.movements, now);
            }
            return;
        }
        let found = SPANS.into_iter().filter_map(|span| self.find_rolling(span, second));
        let Some(found) = found.min_by(|one, other| one.chance.total_cmp(&other.chance)) else { return };
        let known = |kind| kind == IncidentKind::Reconnect || kind == IncidentKind::Flapping;
        let told = |tracked: &Tracked| tracked.incident.last.seconds() + AWAY >= found.from;
        if self.tracked.iter().any(|tracked| known(tracked.counted) && told(tracked)) {
            return;
        }
        let place = self.add(IncidentKind::Reconnect, Moment::from_micros(found.from * 1_000_000));
        let tracked = &mut self.tracked[place];
        (tracked.rolling, tracked.incident.rolling) = (Some(found.rate), true);
        tracked.count(&self.movements, now);
    }

    /// Whether it goes on for so many seconds by now.
    fn find_rolling(&self, span: u64, now: u64) -> Option<Rolling> {
        let end = now / BUCKET * BUCKET;
        let from = end.checked_sub(span)?;
        // What the first intervals tell is of the time before, and not counted.
        let since = self.settled.map(|settled| settled.seconds() + self.overview.interval);
        let since = since.filter(|since| since + KNOWN <= from)?;
        let (counts, most_left, unusual) = self.counts.sum_whole(from, end);
        let came = counts.restarted + counts.restarted_again;
        let share = f64::from(counts.restarted) / float(self.overview.people.max(1));
        if unusual
            || counts.restarted < LEAST
            || share < LEAST_SHARE * float(span) / 60.0
            || counts.restarted_again * 6 > counts.restarted
            || counts.moved * 4 > counts.restarted
            || f64::from(most_left) > f64::from(count_leaves(&counts)) * AT_ONCE
        {
            return None;
        }
        let (before, known) = self.counts.sum_before(since, from);
        if known < KNOWN {
            return None;
        }
        // What was seen for a short time only may be more, by chance.
        let expect = |count: u32| (f64::from(count) + 2.0 * f64::from(count).sqrt() + 0.5) * float(span) / float(known);
        let more = |now: u32, before: u32| (f64::from(now) - expect(before)).max(0.0);
        let left = more(count_leaves(&counts), count_leaves(&before));
        let back = more(came, before.restarted + before.restarted_again);
        let strangers = |counts: &Counts| {
            (counts.joined + counts.unheard).saturating_sub(counts.restarted + counts.restarted_again)
        };
        let others = more(strangers(&counts), strangers(&before)) + more(counts.timed_out, before.timed_out);
        // Those who left just now are not back yet.
        let pending = left * float(AWAY / 2) / float(span);
        let quick = f64::from(counts.back + counts.cycled) >= f64::from(counts.restarted) * QUICK;
        if known < SEEN && !(quick && back >= left * BACK_BY_NOW) {
            return None;
        }
        let chance = log_chance(f64::from(count_leaves(&counts)), expect(count_leaves(&before)));
        (chance <= UNLIKELY && back >= (left - pending) * BACK && others <= left * BESIDE).then(|| Rolling {
            from,
            rate: back / float(span),
            chance,
        })
    }
}

const fn count_leaves(counts: &Counts) -> u32 {
    counts.left + counts.unheard
}

#[expect(clippy::cast_precision_loss, reason = "a small number")]
const fn float(count: u64) -> f64 {
    count as f64
}
