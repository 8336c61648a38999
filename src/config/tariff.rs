//! What requests cost, as a person says: herenow knows no price.

use std::collections::BTreeMap;

use super::{Sourced, read::Section};
use crate::presence::Prices;

/// A million requests cost at most so much.
const MOST: f64 = 1_000_000.0;

/// A currency has at most so many characters.
const LONGEST_CURRENCY: usize = 8;

/// The kinds of requests that the client makes: as the file names them, as the [`Ledger`](crate::presence::Ledger) does.
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
    /// What a million requests of a kind cost, by the kind as the [`Ledger`](crate::presence::Ledger) names it.
    pub by_kind: BTreeMap<&'static str, Sourced<f64>>,
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
        if let (None, Some(price)) = (&tariff.currency, tariff.written().next())
            && section.names().all(|(name, _)| name != "currency")
        {
            section.wrong(&price.from, "a price needs a currency; add `currency = \"EUR\"` to [tariff]");
        }
        tariff
    }

    fn written(&self) -> impl Iterator<Item = &Sourced<f64>> {
        self.per_million.iter().chain(self.by_kind.values())
    }

    /// Whether there is any price.
    pub fn is_empty(&self) -> bool {
        self.written().next().is_none()
    }

    /// The prices, if there is any.
    pub fn prices(&self) -> Option<Prices> {
        let by_kind = self.by_kind.iter().map(|(kind, price)| (*kind, price.value)).collect();
        let currency = self.currency.as_ref().map_or(String::new(), |currency| currency.value.clone());
        let per_million = self.per_million.as_ref().map(|price| price.value);
        (!self.is_empty()).then_some(Prices { currency, per_million, by_kind })
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
    fn the_prices_are_those_that_are_written() {
        let all = tariff(
            "[tariff]\ncurrency = \"EUR\"\nper-million = 12.5\n[tariff.per-million-by-kind]\ntime = 0\nhere-now = 100\n",
        );
        let prices = all.prices().unwrap();
        assert_eq!(prices.currency, "EUR");
        assert_eq!(prices.cost("heartbeat", 2_000_000), Some(25.0));
        assert_eq!((prices.cost("here now", 10_000), prices.cost("time", 1 << 40)), (Some(1.0), Some(0.0)));
        assert!(Tariff::default().is_empty() && Tariff::default().prices().is_none());
    }

    #[test]
    fn every_kind_that_the_client_sends_can_have_a_price() {
        for (name, kind) in KINDS {
            assert_eq!(name.replace('-', " "), *kind);
        }
    }
}
