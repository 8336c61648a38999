//! What requests cost, as somebody said: herenow knows no price.

use std::collections::BTreeMap;

use super::Ledger;

/// Prices of requests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// What they are in. Foreign text.
    pub currency: String,
    /// What a million requests cost, of any kind that has no price of its own.
    pub per_million: Option<f64>,
    /// What a million requests of a kind cost, by the kind as the [`Ledger`] names it.
    pub by_kind: BTreeMap<&'static str, f64>,
}

/// What requests cost together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Of those that have a price, in its currency.
    pub known: f64,
    /// How many have none.
    pub unpriced: u64,
}

impl Prices {
    /// What so many requests of a kind cost; `None` if nobody said.
    pub fn cost(&self, kind: &str, count: u64) -> Option<f64> {
        let price = self.by_kind.get(kind).copied().or(self.per_million)?;
        #[expect(clippy::cast_precision_loss, reason = "exact up to more requests than anybody sends")]
        let millions = count as f64 / 1e6;
        Some(price * millions)
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

    #[test]
    fn a_kind_costs_its_own_price_or_the_general_one_or_nobody_knows() {
        let mut ledger = Ledger::default();
        (0..8).for_each(|n| ledger.note("here now", n % 2 == 0));
        (0..16).for_each(|_| ledger.note("heartbeat", false));
        let mut prices = Prices { currency: "EUR".into(), per_million: Some(12.5), by_kind: BTreeMap::new() };
        prices.by_kind.insert("here now", 1000.0);
        assert_eq!((prices.cost("heartbeat", 2_000_000), prices.cost("here now", 1000)), (Some(25.0), Some(1.0)));
        assert_eq!(prices.total(&ledger), Cost { known: 0.0082, unpriced: 0 });
        prices.per_million = None;
        assert_eq!(prices.total(&ledger), Cost { known: 0.008, unpriced: 16 });
        assert_eq!(Prices::default().cost("heartbeat", 1), None);
    }
}
