//! What requests cost, as a person says: herenow knows no price.

use std::collections::BTreeMap;

use super::{Sourced, read::Section};
use crate::presence::Ledger;

/// A million requests cost at most so much.
const MOST: f64 = 1_000_000.0;

/// A currency has at most so many characters.
const LONGEST_CURRENCY: usize = 8;

/// The kinds of requests that the client makes: as the file names them, as the [`Ledger`] does.
pub const KINDS: &[(&str, &str)] = &[
    ("subscribe", "subscribe"),
    ("heartbeat", "heartbeat"),
    ("leave", "leave"),
    ("here-now", "here now"),
    ("where-now", "where now"),
    ("set-state", "set state"),
    ("get-state", "get state"),
    ("list-group", "list group"),
    ("add-to-group", "add to group"),
    ("remove-from-group", "remove from group"),
    ("delete-group", "delete group"),
    ("time", "time"),
];

/// What requests cost.
///
/// ```toml
/// [tariff]
/// currency = "EUR"
/// per-million = 12.5
///
/// [tariff.per-million-by-kind]
/// time = 0
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tariff {
    /// What the prices are in: 1 to 8 characters. Foreign text.
    pub currency: Option<Sourced<String>>,
    /// What a million requests cost, of any kind that has no price of its own: 0 to 1,000,000.
    pub per_million: Option<Sourced<f64>>,
    /// What a million requests of a kind cost, by the kind as the [`Ledger`] names it.
    pub by_kind: BTreeMap<&'static str, Sourced<f64>>,
}

/// What requests cost together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Of those that have a price, in the tariff's currency.
    pub known: f64,
    /// How many have none.
    pub unpriced: u64,
}

impl Tariff {
    pub(super) fn read(section: &Section<'_, '_>) -> Self {
        section.only(&["currency", "per-million", "per-million-by-kind"]);
        let currency = section.text("currency");
        let mut tariff = Self {
            currency: section.read(currency, |text| {
                let length = text.chars().count();
                let why = || format!("`currency` has {length} characters; it can have 1 to {LONGEST_CURRENCY}");
                (length <= LONGEST_CURRENCY).then(|| text.to_owned()).ok_or_else(why)
            }),
            per_million: section.amount("per-million", MOST),
            by_kind: BTreeMap::new(),
        };
        if let Some(kinds) = section.table("per-million-by-kind", "[tariff.per-million-by-kind]".to_owned()) {
            kinds.only(&KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
            let prices = KINDS.iter().filter_map(|(name, kind)| Some((*kind, kinds.amount(name, MOST)?)));
            tariff.by_kind = prices.collect();
        }
        if let (None, Some(price)) = (&tariff.currency, tariff.prices().next())
            && section.names().all(|(name, _)| name != "currency")
        {
            section.wrong(&price.from, "a price needs a currency; add `currency = \"EUR\"` to [tariff]");
        }
        tariff
    }

    fn prices(&self) -> impl Iterator<Item = &Sourced<f64>> {
        self.per_million.iter().chain(self.by_kind.values())
    }

    /// Whether there is any price.
    pub fn is_empty(&self) -> bool {
        self.prices().next().is_none()
    }

    /// What so many requests of a kind cost, as the [`Ledger`] names it; `None` if nobody said.
    pub fn cost(&self, kind: &str, count: u64) -> Option<f64> {
        let price = self.by_kind.get(kind).or(self.per_million.as_ref())?;
        #[expect(clippy::cast_precision_loss, reason = "exact up to more requests than anybody sends")]
        let millions = count as f64 / 1e6;
        Some(price.value * millions)
    }

    /// What all requests of a ledger cost; those that failed were sent, too.
    pub fn total(&self, ledger: &Ledger) -> Cost {
        ledger.by_kind.iter().fold(Cost::default(), |Cost { known, unpriced }, (kind, (sent, _))| {
            match self.cost(kind, *sent) {
                Some(cost) => Cost { known: known + cost, unpriced },
                None => Cost { known, unpriced: unpriced + sent },
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::path::Path;

    fn tariff(text: &str) -> Tariff {
        Config::parse(text, Path::new("c.toml"), None).unwrap().tariff
    }

    #[test]
    fn a_kind_costs_its_own_price_or_the_general_one_or_nobody_knows() {
        let all = tariff(
            "[tariff]\ncurrency = \"EUR\"\nper-million = 12.5\n[tariff.per-million-by-kind]\ntime = 0\nhere-now = 100\n",
        );
        assert_eq!(all.cost("heartbeat", 2_000_000), Some(25.0));
        assert_eq!((all.cost("here now", 10_000), all.cost("time", 1 << 40)), (Some(1.0), Some(0.0)));
        let mut ledger = Ledger::default();
        (0..8).for_each(|n| ledger.note("here now", n % 2 == 0));
        (0..16).for_each(|_| ledger.note("heartbeat", false));
        assert_eq!(all.total(&ledger), Cost { known: 0.001, unpriced: 0 });
        let some = tariff("[tariff]\ncurrency = \"EUR\"\n[tariff.per-million-by-kind]\nhere-now = 1_000\n");
        assert_eq!(some.total(&ledger), Cost { known: 0.008, unpriced: 16 });
        assert!(Tariff::default().is_empty() && Tariff::default().cost("heartbeat", 1).is_none());
    }

    #[test]
    fn every_kind_that_the_client_sends_can_have_a_price() {
        for (name, kind) in KINDS {
            assert_eq!(name.replace('-', " "), *kind);
        }
    }
}
