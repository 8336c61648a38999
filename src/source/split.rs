//! Subscriptions, split over as many polls as their URLs need. Pure.

use crate::{
    presence::{Subscription, rules},
    wire::Names,
};

/// Bytes of encoded names per poll. Half of what a URL may have leaves room for the rest of it, and one slow
/// poll does not hold up thousands of channels.
const ROOM: usize = rules::LARGEST_URL / 2;

/// How full one poll is.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    bytes: usize,
    groups: usize,
}

impl Load {
    /// With one more, if that fits.
    fn with(self, subscription: &Subscription) -> Option<Self> {
        let group = usize::from(matches!(subscription, Subscription::Group(_)));
        let bytes = self.bytes + Names::watching([subscription]).encoded_len();
        let next = Self { bytes, groups: self.groups + group };
        (next.bytes <= ROOM && next.groups <= rules::SUBSCRIBE_GROUPS).then_some(next)
    }
}

/// Split what is to be watched, keeping its order, so that each part fits into one poll.
pub fn split(watching: &[Subscription]) -> Vec<Vec<Subscription>> {
    let mut parts: Vec<Vec<Subscription>> = Vec::new();
    let mut load = Load::default();
    for subscription in watching {
        let more = load.with(subscription).filter(|_| !parts.is_empty());
        if more.is_none() {
            parts.push(Vec::new());
        }
        // A name that fits into no poll has one of its own, and is refused there.
        load = more
            .or_else(|| Load::default().with(subscription))
            .unwrap_or(Load { bytes: ROOM, groups: rules::SUBSCRIBE_GROUPS });
        if let Some(part) = parts.last_mut() {
            part.push(subscription.clone());
        }
    }
    parts
}

/// Whether one more fits into the poll of `part`.
pub(super) fn fits_into_poll(part: &[Subscription], more: &Subscription) -> bool {
    let loaded = part.iter().try_fold(Load::default(), Load::with);
    loaded.is_some_and(|load| load.with(more).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        presence::{Channel, ChannelGroup, SubscribeKey},
        wire::{Auth, Caller, Cursor, Operation, ReplyForm, Request},
    };

    #[test]
    fn two_thousand_long_names_and_ten_groups_fit_into_urls() {
        let long = |n: usize| Subscription::Channel(Channel::from_wire(&format!("{n:04}{}", "ü".repeat(88))));
        let group = |n: usize| Subscription::Group(ChannelGroup::from_wire(&format!("group-{n}")));
        let watching: Vec<Subscription> = (0..2000).map(long).chain((0..10).map(group)).collect();
        let parts = split(&watching);
        assert_eq!(parts.concat(), watching, "nothing is lost, and the order is kept");
        for part in &parts {
            let request = Request {
                subscribe_key: SubscribeKey::from_wire("sub-c-01234567-89ab-cdef-0123-456789abcdef"),
                caller: Caller { user: None, auth: Some(Auth::new(&"t".repeat(2048))) },
                operation: Operation::Subscribe {
                    names: Names::watching(part),
                    cursor: None::<Cursor>,
                    timeout: None,
                    state: None,
                    filter: None,
                    form: ReplyForm::V2,
                },
            };
            assert!(request.encode().unwrap().len() < 30 * 1024);
        }
    }

    #[test]
    fn a_few_names_are_one_poll_and_none_is_none() {
        let lobby = Subscription::Channel(Channel::from_wire("lobby"));
        assert_eq!(split(&[]), Vec::<Vec<Subscription>>::new());
        assert_eq!(split(&[lobby.clone(), lobby.clone()]), [vec![lobby.clone(), lobby]]);
        let groups: Vec<_> = (0..11).map(|n| Subscription::Group(ChannelGroup::from_wire(&n.to_string()))).collect();
        assert_eq!(split(&groups).len(), 2);
    }
}
