//! What requests cost, as a person says: herenow knows no price.

use std::collections::BTreeMap;

use crate::{
    config::{ShownValue, Sourced, read::FileTable},
    presence::Prices,
};

/// A million requests cost at most so much: more is a slip of the keys, in whatever currency.
pub(in crate::config) const HIGHEST_PRICE: f64 = 1_000_000.0;

/// A currency has at most so many characters: a code or a short word.
pub(in crate::config) const LONGEST_CURRENCY: usize = 8;

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

/// What a million requests of a kind cost, by the kind as the [`Ledger`](crate::presence::Ledger) names it.
pub type PricesByKind = BTreeMap<&'static str, Sourced<f64>>;

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
    pub by_kind: PricesByKind,
}

impl Tariff {
    /// Note in `[tariff]` that a price needs a currency, if none is there.
    pub(in crate::config) fn require_currency(&self, section: &FileTable<'_, '_>) {
        if let (None, Some(price)) = (&self.currency, self.list_set().next())
            && section.names().all(|(name, _)| name != "currency")
        {
            section.wrong(&price.from, "a price needs a currency; add `currency = \"EUR\"` to [tariff]");
        }
    }

    fn list_set(&self) -> impl Iterator<Item = &Sourced<f64>> {
        self.per_million.iter().chain(self.by_kind.values())
    }

    /// Whether there is any price.
    pub fn is_empty(&self) -> bool {
        self.list_set().next().is_none()
    }

    /// The prices, if there is any.
    pub fn prices(&self) -> Option<Prices> {
        let by_kind = self.by_kind.iter().map(|(kind, price)| (*kind, price.value)).collect();
        let currency = self.currency.as_ref().map_or(String::new(), |currency| currency.value.clone());
        let per_million = self.per_million.as_ref().map(|price| price.value);
        (!self.is_empty()).then_some(Prices { currency, per_million, by_kind })
    }
}

/// The prices of single kinds of requests, in a table of their own.
pub(in crate::config) fn read_kinds(section: &FileTable<'_, '_>, key: &str) -> PricesByKind {
    let Some(kinds) = section.table(key, format!("[tariff.{key}]")) else { return BTreeMap::new() };
    kinds.only(&KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    KINDS.iter().filter_map(|(name, kind)| Some((*kind, kinds.amount(name, HIGHEST_PRICE)?))).collect()
}

/// The prices as `config show` tells them.
pub(in crate::config) fn show_kinds(all: &PricesByKind) -> Vec<ShownValue> {
    let line = |(name, kind): &(&str, &'static str)| {
        let Sourced { value, from } = all.get(kind)?.clone();
        Some(ShownValue { name: format!("tariff.per-million-by-kind.{name}"), value: value.to_string(), from })
    };
    KINDS.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::path::Path;

    fn tariff(text: &str) -> Tariff {
        Config::parse(text, Path::new("c.toml"), None).unwrap().values.tariff
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
