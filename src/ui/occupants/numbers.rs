//! A sorted sequence of numbers, for which a number takes little more than its four bytes. What the numbers stand for,
//! and so their order, is known to the caller alone.

/// A chunk with this many numbers is split.
const MOST: usize = 512;

/// How far a chunk is filled at first, so that it has room for some more.
const FILLED: usize = MOST * 3 / 4;

/// A place in the sequence. It is valid until the sequence changes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NumberPlace {
    chunk: usize,
    within: usize,
}

impl NumberPlace {
    /// Behind all numbers.
    pub const END: Self = Self { chunk: usize::MAX, within: 0 };
}

/// The numbers, in chunks. No chunk is empty.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    chunks: Vec<Vec<u32>>,
    len: usize,
}

impl Numbers {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Append a number that belongs behind all others.
    pub fn push(&mut self, number: u32) {
        if let Some(chunk) = self.chunks.last_mut().filter(|chunk| chunk.len() < FILLED) {
            chunk.push(number);
        } else {
            let mut chunk = Vec::with_capacity(FILLED);
            chunk.push(number);
            self.chunks.push(chunk);
        }
        self.len += 1;
    }

    /// The place of the first number that is not before what is looked for.
    pub fn seek(&self, is_before: impl Fn(u32) -> bool) -> NumberPlace {
        let chunk = self.chunks.partition_point(|chunk| is_before(chunk[0])).saturating_sub(1);
        let within = self.chunks.get(chunk).map_or(0, |chunk| chunk.partition_point(|number| is_before(*number)));
        NumberPlace { chunk, within }
    }

    /// How many numbers are before a place.
    pub fn count_before(&self, place: NumberPlace) -> usize {
        let chunks = &self.chunks[..place.chunk.min(self.chunks.len())];
        chunks.iter().map(Vec::len).sum::<usize>() + place.within
    }

    /// The number at a place, or behind it where nothing is at it.
    pub fn get(&self, place: NumberPlace) -> Option<u32> {
        self.iter_from(place).next()
    }

    /// Insert a number at a place.
    pub fn insert(&mut self, place: NumberPlace, number: u32) {
        self.len += 1;
        let Some(chunk) = self.chunks.get_mut(place.chunk) else {
            self.chunks.push(vec![number]);
            return;
        };
        chunk.insert(place.within, number);
        if chunk.len() >= MOST {
            let upper = chunk.split_off(MOST / 2);
            self.chunks.insert(place.chunk + 1, upper);
        }
    }

    /// Remove the number that [`Self::get`] returns for a place.
    pub fn remove(&mut self, mut place: NumberPlace) {
        if self.chunks.get(place.chunk).is_some_and(|chunk| place.within >= chunk.len()) {
            place = NumberPlace { chunk: place.chunk + 1, within: 0 };
        }
        let Some(chunk) = self.chunks.get_mut(place.chunk) else { return };
        chunk.remove(place.within);
        if chunk.is_empty() {
            self.chunks.remove(place.chunk);
        }
        self.len -= 1;
    }

    /// The numbers from a place on.
    pub fn iter_from(&self, place: NumberPlace) -> impl DoubleEndedIterator<Item = u32> {
        let first = self.chunks.get(place.chunk).map_or(&[][..], |chunk| &chunk[place.within..]);
        let others = self.chunks.get(place.chunk.saturating_add(1)..).unwrap_or_default();
        first.iter().chain(others.iter().flatten()).copied()
    }

    /// The numbers before a place.
    pub fn iter_before(&self, place: NumberPlace) -> impl DoubleEndedIterator<Item = u32> {
        let last = self.chunks.get(place.chunk).map_or(&[][..], |chunk| &chunk[..place.within]);
        self.chunks[..place.chunk.min(self.chunks.len())].iter().flatten().chain(last).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn it_is_a_sorted_list(
            pushed in 0_u32..1_500,
            steps in proptest::collection::vec((proptest::bool::ANY, 0_u32..3_000), 0..900),
        ) {
            let (mut numbers, mut model) = (Numbers::default(), Vec::new());
            for number in (0..pushed).map(|n| n * 2) {
                numbers.push(number);
                model.push(number);
            }
            for (adds, number) in steps {
                let place = numbers.seek(|other| other < number);
                let at = model.partition_point(|other| *other < number);
                proptest::prop_assert_eq!(numbers.get(place), model.get(at).copied());
                if numbers.get(place) == Some(number) {
                    numbers.remove(place);
                    model.remove(at);
                } else if adds {
                    numbers.insert(place, number);
                    model.insert(at, number);
                }
                let (place, at) = (numbers.seek(|other| other < number), model.partition_point(|other| *other < number));
                proptest::prop_assert!(numbers.iter_from(place).eq(model[at..].iter().copied()));
                proptest::prop_assert!(numbers.iter_before(place).rev().eq(model[..at].iter().rev().copied()));
                proptest::prop_assert_eq!((numbers.len(), numbers.count_before(place)), (model.len(), at));
            }
            proptest::prop_assert!(numbers.chunks.iter().all(|chunk| !chunk.is_empty() && chunk.len() < MOST));
        }
    }
}
