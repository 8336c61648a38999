//! A sorted map that can be copied at once: its entries lie in chunks that copies share, and a chunk is
//! copied only when it changes. The chunks lie in one array: a million entries have some ten thousand, of which a
//! search reads fewer than of the nodes of a tree, and moving them makes room for another one in microseconds.

use std::sync::Arc;

/// A chunk that has grown to this many entries is divided.
const MOST: usize = 128;

/// A full chunk makes room for so many entries more: doubling would leave up to half of it unused.
const STEP: usize = 8;

/// A sorted map of chunks. Invariants: no chunk is empty; each lies under a key that is not above its first
/// and above the last of the chunk before.
#[derive(Debug, Clone)]
pub(in crate::presence) struct CrowdMap<K, V> {
    chunks: Vec<EntryChunk<K, V>>,
    len: usize,
}

/// Entries in order, under a key that is read without reading them.
#[derive(Debug, Clone)]
struct EntryChunk<K, V> {
    start: K,
    entries: Arc<Vec<(K, V)>>,
}

impl<K: Clone, V> EntryChunk<K, V> {
    fn new(entries: Vec<(K, V)>) -> Self {
        Self { start: entries[0].0.clone(), entries: Arc::new(entries) }
    }
}

/// Equal if they hold the same, wherever their chunks begin and end.
impl<K: Ord + Clone, V: Clone + PartialEq> PartialEq for CrowdMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K, V> Default for CrowdMap<K, V> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
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

    /// The place of the chunk in which a key is, if it is anywhere.
    fn find_chunk(&self, key: &K) -> Option<usize> {
        self.chunks.partition_point(|chunk| chunk.start <= *key).checked_sub(1)
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        let chunk = &self.chunks[self.find_chunk(key)?].entries;
        at(chunk, key).ok().map(|place| &chunk[place].1)
    }

    #[cfg(test)]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let number = self.find_chunk(key)?;
        let chunk = &mut self.chunks[number].entries;
        let place = at(chunk, key).ok()?;
        Some(&mut Arc::make_mut(chunk)[place].1)
    }

    /// Change the value under a key, or put one there where none is and `change` returns one: in one walk.
    pub fn upsert<T>(&mut self, key: &K, change: impl FnOnce(Option<&mut V>) -> (Option<V>, T)) -> T {
        let Some(number) = self.find_chunk(key) else {
            let (value, told) = change(None);
            if let Some(value) = value {
                self.insert_first(key, value);
            }
            return told;
        };
        let chunk = &mut self.chunks[number].entries;
        match at(chunk, key) {
            Ok(place) => change(Some(&mut Arc::make_mut(chunk)[place].1)).1,
            Err(place) => {
                let (value, told) = change(None);
                if let Some(value) = value {
                    self.len += 1;
                    let next = insert_into(Arc::make_mut(chunk), place, (key.clone(), value));
                    if let Some(next) = next {
                        self.chunks.insert(number + 1, EntryChunk::new(next));
                    }
                }
                told
            }
        }
    }

    /// Put a value before all others.
    fn insert_first(&mut self, key: &K, value: V) {
        self.len += 1;
        match self.chunks.first_mut() {
            // The first chunk begins earlier from here on.
            Some(first) if first.entries.len() < MOST => {
                insert_at(Arc::make_mut(&mut first.entries), 0, (key.clone(), value));
                first.start = key.clone();
            }
            _ => {
                let mut entries = Vec::with_capacity(STEP);
                entries.push((key.clone(), value));
                self.chunks.insert(0, EntryChunk::new(entries));
            }
        }
    }

    /// Take out what is under a key if it `goes`: in one walk.
    pub fn remove_if(&mut self, key: &K, goes: impl FnOnce(&V) -> bool) -> Withdrawal<V> {
        let Some(number) = self.find_chunk(key) else { return Withdrawal::Absent };
        let chunk = &mut self.chunks[number].entries;
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
            self.chunks.remove(number);
        }
        Withdrawal::Removed(value)
    }

    /// Keep those of which `keep` says so; it may change them. It is asked only about chunks with an entry that is
    /// `concerned`, so that copies go on sharing the others.
    pub fn retain(&mut self, concerned: impl Fn(&V) -> bool, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let mut len = 0;
        self.chunks.retain_mut(|EntryChunk { entries: chunk, .. }| {
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
        Some(Self { chunks: chunks.into_iter().map(EntryChunk::new).collect(), len })
    }

    /// Its entries, as they lie together.
    pub fn chunks(&self) -> impl Iterator<Item = &[(K, V)]> {
        self.chunks.iter().map(|chunk| chunk.entries.as_slice())
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.chunks.iter().flat_map(|chunk| chunk.entries.iter().map(halves))
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
        let Some(number) = self.find_chunk(key) else { return 0 };
        let below: usize = self.chunks[..number].iter().map(|chunk| chunk.entries.len()).sum();
        below + self.chunks[number].entries.partition_point(|(other, _)| other < key)
    }

    fn split_at<'a>(
        &'a self,
        key: &K,
    ) -> (
        impl DoubleEndedIterator<Item = (&'a K, &'a V)> + use<'a, K, V>,
        impl DoubleEndedIterator<Item = (&'a K, &'a V)> + use<'a, K, V>,
    ) {
        let number = self.find_chunk(key);
        let chunk = number.map_or([].as_slice(), |number| self.chunks[number].entries.as_slice());
        let (lower, upper) = chunk.split_at(chunk.partition_point(|(other, _)| other < key));
        let all = |chunk: &'a EntryChunk<K, V>| chunk.entries.iter().map(halves);
        let below = self.chunks[..number.unwrap_or(0)].iter().flat_map(all);
        let above = self.chunks[number.map_or(0, |number| number + 1)..].iter().flat_map(all);
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
