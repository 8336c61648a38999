//! Subscriptions that the service refuses by name, and the second try.

use std::{collections::HashSet, time::Duration};

use super::{inlet::InletClosed, live::Follower};
use crate::{
    client::Error,
    presence::{LinkChange, Subscription},
    wire::{Names, RawReply, Refusal},
};

/// The time to the second try of a refused subscription, which doubles from try to try: a grant takes some seconds to
/// spread.
const SECOND_TRY: Duration = Duration::from_secs(1);

/// The longest such time. A token may have been renewed or a rule changed; PubNub is reported to cache a refusal for
/// some 30 s.
const LONGEST_TRY: Duration = Duration::from_secs(60);

/// Whether a refusal names this subscription.
fn is_named(refusal: &Refusal, wanted: &Subscription) -> bool {
    let names = if matches!(wanted, Subscription::Group(_)) { &refusal.groups } else { &refusal.channels };
    names.iter().any(|n| n.strip_suffix(crate::presence::PNPRES).unwrap_or(n) == wanted.as_str())
}

impl Follower {
    /// Take in a change of the subscriptions to follow. What the service refused stays refused.
    pub(super) fn take_change(&mut self) {
        if !std::mem::take(&mut self.changed) && !self.asked.has_changed().unwrap_or(false) {
            return;
        }
        let all = self.asked.borrow_and_update().clone();
        let before: HashSet<Subscription> = std::mem::take(&mut self.refused).into_iter().collect();
        (self.refused, self.wanted) = all.into_iter().partition(|subscription| before.contains(subscription));
        if self.wanted.is_empty() {
            std::mem::swap(&mut self.refused, &mut self.wanted);
        }
    }

    /// Go on without the subscriptions that a refusal names. If it names none or all, wait and ask again.
    pub(super) async fn go_on_without(&mut self, error: &Error, refusal: &Refusal) -> Result<(), InletClosed> {
        let (refused, allowed): (Vec<_>, Vec<_>) = self.wanted.iter().cloned().partition(|w| is_named(refusal, w));
        let everything = refused.is_empty() || allowed.is_empty();
        let what = if everything { self.wanted.clone() } else { refused };
        if !everything {
            self.refused.extend(what.iter().cloned());
            self.second_tries = 0;
            self.schedule_second_try();
        }
        self.report(LinkChange::Refused { trouble: error.trouble(), what, everything }).await?;
        if everything {
            return self.pause(error).await;
        }
        self.wanted = allowed;
        self.attempt = 0;
        Ok(())
    }

    fn schedule_second_try(&mut self) {
        let wait = SECOND_TRY.saturating_mul(1 << self.second_tries.min(16)).min(LONGEST_TRY);
        self.second_tries += 1;
        self.second_try = self.client.clock().now().plus(wait);
    }

    /// Ask for the refused subscriptions alone: that is answered at once, allowed or not.
    async fn ask_for_refused(&self) -> Result<(), Error> {
        let body = self.client.subscribe(Names::watching(&self.refused), None).await?;
        // A refusal may come with HTTP 200.
        body.read(RawReply::parse).map(|_| ()).map_err(|malformed| self.client.explain_malformed(&malformed, &body))
    }

    /// Try refused subscriptions again, if it is time. Returns whether some are allowed now.
    pub(super) async fn retry_refused(&mut self) -> Result<bool, InletClosed> {
        let now = self.client.clock().now();
        if self.refused.is_empty() || now < self.second_try {
            return Ok(false);
        }
        self.schedule_second_try();
        let still_refused = |subscription: &Subscription, answer: &Result<(), Error>| match answer {
            Ok(()) => false,
            Err(Error::Refused { refusal, .. }) if !refusal.channels.is_empty() || !refusal.groups.is_empty() => {
                is_named(refusal, subscription)
            }
            Err(_) => true,
        };
        let answer = self.ask_for_refused().await;
        let all = std::mem::take(&mut self.refused);
        let (refused, allowed): (Vec<_>, Vec<_>) = all.into_iter().partition(|s| still_refused(s, &answer));
        self.refused = refused;
        if allowed.is_empty() {
            return Ok(false);
        }
        self.wanted.extend(allowed.iter().cloned());
        self.report(LinkChange::Allowed { what: allowed }).await?;
        Ok(true)
    }
}
