//! A sorted map that can be copied at once: its entries lie in chunks that copies share, and a chunk is
//! copied only when it changes. Looking up and changing cost about what they do in a tree.

use std::{collections::BTreeMap, sync::Arc};

/// A chunk is split when it has grown to this many entries.
const MOST: usize = 128;

/// A sorted map of chunks. Invariants: no chunk is empty; each lies under a key that is not above its first
/// and above the last of the chunk before.
#[derive(Debug, Clone)]
pub(super) struct CrowdMap<K, V> {
    chunks: BTreeMap<K, Arc<Vec<(K, V)>>>,
    len: usize,
}

/// Equal if they hold the same, wherever their chunks begin and end.
impl<K: Ord + Clone, V: Clone + PartialEq> PartialEq for CrowdMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K, V> Default for CrowdMap<K, V> {
    fn default() -> Self {
        Self { chunks: BTreeMap::new(), len: 0 }
    }
}

fn at<K: Ord, V>(chunk: &[(K, V)], key: &K) -> Result<usize, usize> {
    chunk.binary_search_by(|(other, _)| other.cmp(key))
}

fn halves<K, V>(entry: &(K, V)) -> (&K, &V) {
    (&entry.0, &entry.1)
}

impl<K: Ord + Clone, V: Clone> CrowdMap<K, V> {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        let (_, chunk) = self.chunks.range(..=key).next_back()?;
        at(chunk, key).ok().map(|place| &chunk[place].1)
    }

    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (_, chunk) = self.chunks.range_mut(..=key).next_back()?;
        let place = at(chunk, key).ok()?;
        Some(&mut Arc::make_mut(chunk)[place].1)
    }

    /// Put a value under a key, in the place of what was there.
    pub fn insert(&mut self, key: K, value: V) {
        if self.chunks.range(..=&key).next_back().is_none() {
            // Before all others: the first chunk begins earlier from here on.
            let chunk = self.chunks.pop_first().map_or_else(Default::default, |(_, chunk)| chunk);
            self.chunks.insert(key.clone(), chunk);
        }
        let Some((_, chunk)) = self.chunks.range_mut(..=&key).next_back() else { return };
        let chunk = Arc::make_mut(chunk);
        match at(chunk, &key) {
            Ok(place) => chunk[place].1 = value,
            Err(place) => {
                self.len += 1;
                chunk.insert(place, (key, value));
                if chunk.len() >= MOST {
                    let upper = chunk.split_off(MOST / 2);
                    self.chunks.insert(upper[0].0.clone(), Arc::new(upper));
                }
            }
        }
    }

    /// Take out what is under a key, if anything is.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let (start, chunk) = self.chunks.range_mut(..=key).next_back()?;
        let place = at(chunk, key).ok()?;
        self.len -= 1;
        let (_, value) = Arc::make_mut(chunk).remove(place);
        if chunk.is_empty() {
            let start = start.clone();
            self.chunks.remove(&start);
        }
        Some(value)
    }

    /// Keep those of which `keep` says so; it may change them.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let mut len = 0;
        self.chunks.retain(|_, chunk| {
            let entries = Arc::make_mut(chunk);
            entries.retain_mut(|(key, value)| keep(key, value));
            len += entries.len();
            !entries.is_empty()
        });
        self.len = len;
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.chunks.values().flat_map(|chunk| chunk.iter().map(halves))
    }

    /// Those from this key on.
    pub fn from<'a>(&'a self, first: &K) -> impl DoubleEndedIterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        self.split_at(first).1
    }

    /// Those before this key.
    pub fn before<'a>(&'a self, last: &K) -> impl DoubleEndedIterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        self.split_at(last).0
    }

    fn split_at<'a>(
        &'a self,
        key: &K,
    ) -> (
        impl DoubleEndedIterator<Item = (&'a K, &'a V)> + use<'a, K, V>,
        impl DoubleEndedIterator<Item = (&'a K, &'a V)> + use<'a, K, V>,
    ) {
        use std::ops::Bound::{Excluded, Unbounded};
        let (start, chunk) = match self.chunks.range(..=key).next_back() {
            Some((start, chunk)) => (start, chunk.as_slice()),
            None => (key, [].as_slice()),
        };
        let (lower, upper) = chunk.split_at(chunk.partition_point(|(other, _)| other < key));
        let all = |(_, chunk): (&'a K, &'a Arc<Vec<(K, V)>>)| chunk.iter().map(halves);
        let below = self.chunks.range((Unbounded, Excluded(start))).flat_map(all);
        let above = self.chunks.range((Excluded(start), Unbounded)).flat_map(all);
        (below.chain(lower.iter().map(halves)), upper.iter().map(halves).chain(above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn it_is_a_sorted_map_and_copies_stay_as_they_were(
            steps in proptest::collection::vec((0_u8..12, 0_u16..700), 0..900),
        ) {
            let mut map = CrowdMap::default();
            let mut model = BTreeMap::new();
            let mut copy = (map.clone(), model.clone());
            for (step, (what, key)) in steps.into_iter().enumerate() {
                match what {
                    0..=6 => {
                        map.insert(key, step);
                        model.insert(key, step);
                    }
                    7 | 8 => {
                        map.remove(&key);
                        model.remove(&key);
                    }
                    9 => {
                        if let Some(value) = map.get_mut(&key) { *value = 0 }
                        if let Some(value) = model.get_mut(&key) { *value = 0 }
                    }
                    10 if key < 20 => {
                        map.retain(|k, _| k % 3 != key % 3);
                        model.retain(|k, _| k % 3 != key % 3);
                    }
                    10 => {}
                    _ => copy = (map.clone(), model.clone()),
                }
                proptest::prop_assert_eq!(map.get(&key), model.get(&key));
                proptest::prop_assert!(map.from(&key).eq(model.range(key..)));
                proptest::prop_assert!(map.before(&key).rev().eq(model.range(..key).rev()));
                proptest::prop_assert_eq!(map.len(), model.len());
            }
            proptest::prop_assert!(map.iter().eq(model.iter()));
            proptest::prop_assert!(copy.0.iter().eq(copy.1.iter()));
            proptest::prop_assert!(map.chunks.values().all(|chunk| !chunk.is_empty() && chunk.len() < MOST));
        }
    }
}
