//! An ordered map in which an entry is also found by how many others come before it. Pure.

/// The most entries of a chunk: few enough that moving them costs no more than finding their place, and enough that the
/// lengths of ten thousand chunks, a million entries, are added up in microseconds.
const MOST: usize = 128;

/// Entries in the order of their keys, in chunks of which none is empty.
///
/// A look-up by key is two binary searches. One by rank adds up the lengths of the chunks before it, whatever is in
/// them. An entry takes its own size and, in the mean, half as much again.
#[derive(Debug, Clone)]
pub(super) struct RankedMap<K, V> {
    chunks: Vec<Vec<(K, V)>>,
    len: usize,
}

impl<K, V> Default for RankedMap<K, V> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<K: Ord, V> RankedMap<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunk that has a key or would have it, and its place there, or the one where it belongs.
    fn find_place(&self, key: &K) -> (usize, Result<usize, usize>) {
        let after = self.chunks.partition_point(|chunk| chunk.first().is_some_and(|(first, _)| first <= key));
        let chunk = after.saturating_sub(1);
        let place = self.chunks.get(chunk).map_or(Err(0), |all| all.binary_search_by(|(known, _)| known.cmp(key)));
        (chunk, place)
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let (chunk, place) = self.find_place(key);
        Some(&self.chunks.get(chunk)?.get(place.ok()?)?.1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (chunk, place) = self.find_place(key);
        Some(&mut self.chunks.get_mut(chunk)?.get_mut(place.ok()?)?.1)
    }

    /// Set the value of a key. Returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (which, place) = self.find_place(&key);
        let at = match place {
            Ok(at) => return Some(std::mem::replace(&mut self.chunks[which][at].1, value)),
            Err(at) => at,
        };
        self.len += 1;
        let chunks = self.chunks.len();
        let Some(chunk) = self.chunks.get_mut(which) else {
            self.chunks = vec![vec![(key, value)]];
            return None;
        };
        if chunk.len() < MOST {
            chunk.insert(at, (key, value));
            return None;
        }
        // Whatever comes in order fills its chunks.
        let half = if which + 1 == chunks && at == MOST { MOST } else { MOST / 2 };
        let mut rest = Vec::with_capacity(MOST);
        rest.extend(chunk.drain(half..));
        match at.checked_sub(half) {
            Some(at) => rest.insert(at, (key, value)),
            None => chunk.insert(at, (key, value)),
        }
        self.chunks.insert(which + 1, rest);
        None
    }

    /// Take an entry out.
    pub fn remove(&mut self, key: &K) -> Option<(K, V)> {
        let (which, place) = self.find_place(key);
        let entry = self.chunks.get_mut(which)?.remove(place.ok()?);
        self.len -= 1;
        self.merge_chunk(which);
        Some(entry)
    }

    /// The first key.
    pub fn first(&self) -> Option<&K> {
        self.chunks.first()?.first().map(|(key, _)| key)
    }

    /// Put a chunk that has become small together with a neighbour, so that there are never many more chunks than the
    /// entries need.
    fn merge_chunk(&mut self, which: usize) {
        if self.chunks[which].is_empty() {
            self.chunks.remove(which);
            return;
        }
        let first = if which + 1 < self.chunks.len() { which } else { which.saturating_sub(1) };
        let Some(together) = self.chunks.get(first + 1).map(|next| self.chunks[first].len() + next.len()) else {
            return;
        };
        if together <= MOST / 2 {
            let next = self.chunks.remove(first + 1);
            self.chunks[first].extend(next);
        }
    }

    /// The entries from the one on that has so many before it, in order.
    pub fn iter_from_rank(&self, rank: usize) -> impl Iterator<Item = (&K, &V)> {
        let (mut chunk, mut within) = (0, rank);
        while let Some(all) = self.chunks.get(chunk).filter(|all| within >= all.len()) {
            within -= all.len();
            chunk += 1;
        }
        self.iter_from_place(chunk, within)
    }

    /// The entries behind a key, which need not be there, or all of them, in order.
    pub fn iter_after(&self, key: Option<&K>) -> impl Iterator<Item = (&K, &V)> {
        let (chunk, within) = key.map_or((0, 0), |key| match self.find_place(key) {
            (chunk, Ok(at)) => (chunk, at + 1),
            (chunk, Err(at)) => (chunk, at),
        });
        self.iter_from_place(chunk, within)
    }

    fn iter_from_place(&self, chunk: usize, within: usize) -> impl Iterator<Item = (&K, &V)> {
        let first = self.chunks.get(chunk).map_or(&[][..], |all| all.get(within..).unwrap_or_default());
        let rest = self.chunks.get(chunk + 1..).unwrap_or_default();
        first.iter().chain(rest.iter().flatten()).map(|(key, value)| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[track_caller]
    fn compare(ours: &RankedMap<u32, u32>, theirs: &BTreeMap<u32, u32>) {
        assert_eq!((ours.len(), ours.is_empty()), (theirs.len(), theirs.is_empty()));
        assert!(ours.iter_after(None).eq(theirs.iter()) && ours.first() == theirs.keys().next());
        assert!(ours.chunks.iter().all(|chunk| (1..=MOST).contains(&chunk.len())));
        // Two neighbours hold more than half of what one may.
        assert!(ours.chunks.len() <= 1 + 4 * theirs.len() / MOST + 1, "{} chunks", ours.chunks.len());
        for rank in [0, 1, MOST - 1, MOST, theirs.len() / 2, theirs.len().saturating_sub(1), theirs.len()] {
            assert!(ours.iter_from_rank(rank).eq(theirs.iter().skip(rank)), "from {rank}");
        }
        for key in [0, 1, 500, 9_999, 20_000] {
            assert_eq!(ours.get(&key), theirs.get(&key));
            assert!(ours.iter_after(Some(&key)).eq(theirs.range(key + 1..)), "after {key}");
        }
    }

    #[test]
    fn it_holds_what_a_map_holds_however_its_entries_come_and_go() {
        let mut random = fastrand::Rng::with_seed(7);
        let (mut ours, mut theirs) = (RankedMap::default(), BTreeMap::new());
        compare(&ours, &theirs);
        for (round, rises) in [true, false, true, false].into_iter().enumerate() {
            for step in 0..4_000 {
                let (key, value) = (random.u32(..10_000), random.u32(..));
                if random.f32() < if rises { 0.9 } else { 0.1 } {
                    assert_eq!(ours.insert(key, value), theirs.insert(key, value));
                } else {
                    let key = theirs.range(key..).next().map_or(key, |(next, _)| *next);
                    assert_eq!(ours.remove(&key), theirs.remove_entry(&key));
                }
                if let Some(value) = ours.get_mut(&key) {
                    *value += 1 - *value % 2;
                }
                theirs.entry(key).and_modify(|value| *value += 1 - *value % 2);
                if step % 97 == 0 {
                    compare(&ours, &theirs);
                }
            }
            assert!(rises == (theirs.len() > 1_500), "{} in round {round}", theirs.len());
        }
        for key in 0..10_000 {
            assert_eq!(ours.remove(&key), theirs.remove_entry(&key));
        }
        assert!(ours.is_empty() && ours.chunks.is_empty());
    }

    #[test]
    fn entries_that_come_in_order_fill_their_chunks() {
        let mut map = RankedMap::default();
        for key in 0..100 * MOST {
            map.insert(key, ());
        }
        assert_eq!(map.chunks.len(), 100);
        assert!(map.chunks.iter().all(|chunk| chunk.capacity() == MOST));
    }
}
