//! A JSON array with its elements unread, of which only so many are kept.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// The first elements of an array, and how many there are: a list costs no more memory than `MOST` of them, however
/// many an answer holds.
#[derive(Debug)]
pub(super) struct RawList<'a, const MOST: usize> {
    /// The first `MOST`.
    pub first: Vec<&'a RawValue>,
    /// The number of all.
    pub len: usize,
}

impl<const MOST: usize> RawList<'_, MOST> {
    /// An empty one.
    pub const fn empty() -> Self {
        Self { first: Vec::new(), len: 0 }
    }
}

impl<'de: 'a, 'a, const MOST: usize> Deserialize<'de> for RawList<'a, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<const MOST: usize>;
        impl<'de, const MOST: usize> de::Visitor<'de> for ListVisitor<MOST> {
            type Value = RawList<'de, MOST>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut list = RawList::empty();
                while list.first.len() < MOST {
                    let Some(element) = seq.next_element()? else { break };
                    list.first.push(element);
                }
                list.len = list.first.len();
                while seq.next_element::<de::IgnoredAny>()?.is_some() {
                    list.len += 1;
                }
                Ok(list)
            }
        }
        deserializer.deserialize_seq(ListVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_kept_than_may_be_and_all_are_counted() {
        for (body, kept, len) in [("[]", 0, 0), ("[1,\"a\"]", 2, 2), ("[1,2,3,{\"a\":[]},5]", 3, 5)] {
            let list: RawList<'_, 3> = serde_json::from_str(body).unwrap();
            assert_eq!((list.first.len(), list.len), (kept, len), "{body}");
        }
        for none in ["{}", "7", "[1,2,3,4", "[1,2,3,x]"] {
            assert!(serde_json::from_str::<RawList<'_, 3>>(none).is_err(), "{none}");
        }
    }
}
