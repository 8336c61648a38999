//! A sorted map that can be copied at once: its entries lie in chunks that copies share, and a chunk is
//! copied only when it changes. Looking up and changing cost about what they do in a tree.

use std::{collections::BTreeMap, sync::Arc};

/// A chunk that has grown to this many entries is divided.
const MOST: usize = 128;

/// A full chunk makes room for so many entries more: doubling would leave up to half of it unused.
const STEP: usize = 8;

/// A sorted map of chunks. Invariants: no chunk is empty; each lies under a key that is not above its first
/// and above the last of the chunk before.
#[derive(Debug, Clone)]
pub(in crate::presence) struct CrowdMap<K, V> {
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

/// Put an entry into a chunk that is not full. Its room grows by a few entries only.
fn insert_at<K, V>(chunk: &mut Vec<(K, V)>, place: usize, entry: (K, V)) {
    if chunk.len() == chunk.capacity() {
        chunk.reserve_exact(STEP);
    }
    chunk.insert(place, entry);
}

/// What came of an attempt to remove a value.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::presence) enum Withdrawal<V> {
    /// Nothing is under the key.
    Absent,
    /// It was to stay.
    Kept,
    /// It is gone.
    Removed(V),
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

    #[cfg(test)]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (_, chunk) = self.chunks.range_mut(..=key).next_back()?;
        let place = at(chunk, key).ok()?;
        Some(&mut Arc::make_mut(chunk)[place].1)
    }

    /// Change the value under a key, or put one there where none is and `change` returns one: in one walk.
    pub fn upsert<T>(&mut self, key: &K, change: impl FnOnce(Option<&mut V>) -> (Option<V>, T)) -> T {
        let begins_below = self.chunks.first_key_value().is_some_and(|(first, _)| first <= key);
        let found = if begins_below { self.chunks.range_mut(..=key).next_back() } else { None };
        let Some((_, chunk)) = found else {
            let (value, told) = change(None);
            if let Some(value) = value {
                self.insert_first(key, value);
            }
            return told;
        };
        match at(chunk, key) {
            Ok(place) => change(Some(&mut Arc::make_mut(chunk)[place].1)).1,
            Err(place) => {
                let (value, told) = change(None);
                if let Some(value) = value {
                    self.len += 1;
                    let next = insert_into(Arc::make_mut(chunk), place, (key.clone(), value));
                    if let Some(next) = next {
                        self.chunks.insert(next[0].0.clone(), Arc::new(next));
                    }
                }
                told
            }
        }
    }

    /// Put a value before all others.
    fn insert_first(&mut self, key: &K, value: V) {
        self.len += 1;
        // The first chunk begins earlier from here on.
        let mut chunk = self.chunks.pop_first().map_or_else(Default::default, |(_, chunk)| chunk);
        if chunk.len() >= MOST {
            self.chunks.insert(chunk[0].0.clone(), std::mem::take(&mut chunk));
        }
        insert_at(Arc::make_mut(&mut chunk), 0, (key.clone(), value));
        self.chunks.insert(key.clone(), chunk);
    }

    /// Take out what is under a key if it `goes`: in one walk.
    pub fn remove_if(&mut self, key: &K, goes: impl FnOnce(&V) -> bool) -> Withdrawal<V> {
        let Some((start, chunk)) = self.chunks.range_mut(..=key).next_back() else { return Withdrawal::Absent };
        let Ok(place) = at(chunk, key) else { return Withdrawal::Absent };
        if !goes(&chunk[place].1) {
            return Withdrawal::Kept;
        }
        self.len -= 1;
        let entries = Arc::make_mut(chunk);
        let (_, value) = entries.remove(place);
        if entries.capacity() - entries.len() > MOST / 2 {
            entries.shrink_to(entries.len() + STEP);
        }
        if entries.is_empty() {
            let start = start.clone();
            self.chunks.remove(&start);
        }
        Withdrawal::Removed(value)
    }

    /// Keep those of which `keep` says so; it may change them. It is asked only about chunks with an entry that is
    /// `concerned`, so that copies go on sharing the others.
    pub fn retain(&mut self, concerned: impl Fn(&V) -> bool, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let mut len = 0;
        self.chunks.retain(|_, chunk| {
            if !chunk.iter().any(|(_, value)| concerned(value)) {
                len += chunk.len();
                return true;
            }
            let entries = Arc::make_mut(chunk);
            entries.retain_mut(|(key, value)| keep(key, value));
            len += entries.len();
            !entries.is_empty()
        });
        self.len = len;
    }

    /// Of these chunks; `None` if they are none in order.
    pub fn from_chunks(chunks: Vec<Vec<(K, V)>>) -> Option<Self> {
        let keys = || chunks.iter().flatten().map(|(key, _)| key);
        let are_chunks = chunks.iter().all(|chunk| (1..=MOST).contains(&chunk.len()));
        if !are_chunks || !keys().is_sorted_by(|one, other| one < other) {
            return None;
        }
        let len = chunks.iter().map(Vec::len).sum();
        let place = |chunk: Vec<(K, V)>| (chunk[0].0.clone(), Arc::new(chunk));
        Some(Self { chunks: chunks.into_iter().map(place).collect(), len })
    }

    /// Its entries, as they lie together.
    pub fn chunks(&self) -> impl Iterator<Item = &[(K, V)]> {
        self.chunks.values().map(|chunk| chunk.as_slice())
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

    /// How many are before this key: counted by chunks.
    pub fn rank(&self, key: &K) -> usize {
        let Some((start, chunk)) = self.chunks.range(..=key).next_back() else { return 0 };
        let below: usize = self.chunks.range(..start).map(|(_, chunk)| chunk.len()).sum();
        below + chunk.partition_point(|(other, _)| other < key)
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

/// Put an entry into a chunk. If it was full, a second chunk comes after it: one of its own for who comes last, as ids
/// often arrive in ascending order and would leave half chunks behind, or else the upper half.
fn insert_into<K, V>(chunk: &mut Vec<(K, V)>, place: usize, entry: (K, V)) -> Option<Vec<(K, V)>> {
    if chunk.len() < MOST {
        insert_at(chunk, place, entry);
        return None;
    }
    if place == chunk.len() {
        let mut next = Vec::with_capacity(STEP);
        next.push(entry);
        return Some(next);
    }
    let mut upper = chunk.split_off(MOST / 2);
    chunk.shrink_to(MOST / 2 + STEP);
    match place.checked_sub(chunk.len()) {
        Some(place) => insert_at(&mut upper, place, entry),
        None => insert_at(chunk, place, entry),
    }
    Some(upper)
}

#[cfg(test)]
mod tests;
