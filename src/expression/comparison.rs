//! How one number stands to another.

use std::{cmp::Ordering, fmt};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Greater,
    AtLeast,
    Less,
    AtMost,
    Equal,
    Unequal,
}

impl Comparison {
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
        }
    }

    /// Whether a number stands so to `wanted`, if it is known to be at least `least`; nothing if it may
    /// or may not.
    pub fn holds_from(self, least: u64, wanted: u64) -> Option<bool> {
        match self {
            Self::Greater | Self::Unequal if least > wanted => Some(true),
            Self::AtLeast if least >= wanted => Some(true),
            Self::Less if least >= wanted => Some(false),
            Self::AtMost | Self::Equal if least > wanted => Some(false),
            _ => None,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "==",
            Self::Unequal => "!=",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_from_below_is_what_all_greater_numbers_agree_on() {
        use Comparison::{AtLeast, AtMost, Equal, Greater, Less, Unequal};
        for comparison in [Greater, AtLeast, Less, AtMost, Equal, Unequal] {
            for (least, wanted) in (0..6).flat_map(|least| (0..6).map(move |wanted| (least, wanted))) {
                let holds: Vec<bool> = (least..20).map(|n: u64| comparison.holds(n.cmp(&wanted))).collect();
                let known = holds.iter().all(|h| *h == holds[0]).then_some(holds[0]);
                assert_eq!(comparison.holds_from(least, wanted), known, "{least}.. {comparison} {wanted}");
            }
        }
    }
}
