use std::collections::BTreeMap;

use super::*;

fn insert<K: Ord + Clone, V: Clone>(map: &mut CrowdMap<K, V>, key: &K, value: V) {
    map.upsert(key, |known| match known {
        Some(known) => {
            *known = value;
            (None, ())
        }
        None => (Some(value), ()),
    });
}

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
                    insert(&mut map, &key, step);
                    model.insert(key, step);
                }
                7 | 8 => {
                    let removed = map.remove_if(&key, |value| value % 2 == 0);
                    let expected = match model.get(&key) {
                        None => Withdrawal::Absent,
                        Some(value) if value % 2 == 1 => Withdrawal::Kept,
                        Some(value) => Withdrawal::Removed(*value),
                    };
                    proptest::prop_assert_eq!(&removed, &expected);
                    if let Withdrawal::Removed(_) = removed { model.remove(&key); }
                }
                9 => {
                    if let Some(value) = map.get_mut(&key) { *value = 0 }
                    if let Some(value) = model.get_mut(&key) { *value = 0 }
                }
                10 if key < 20 => {
                    map.retain(|value| value % 2 == 0, |k, value| k % 3 != key % 3 || *value % 2 == 1);
                    model.retain(|k, value| k % 3 != key % 3 || *value % 2 == 1);
                }
                10 => {}
                _ => copy = (map.clone(), model.clone()),
            }
            proptest::prop_assert_eq!(map.get(&key), model.get(&key));
            proptest::prop_assert!(map.from(&key).eq(model.range(key..)));
            proptest::prop_assert_eq!(map.rank(&key), model.range(..key).count());
            proptest::prop_assert!(map.before(&key).rev().eq(model.range(..key).rev()));
            proptest::prop_assert_eq!(map.len(), model.len());
        }
        proptest::prop_assert!(map.iter().eq(model.iter()));
        proptest::prop_assert!(copy.0.iter().eq(copy.1.iter()));
        proptest::prop_assert!(map.chunks().all(|chunk| !chunk.is_empty() && chunk.len() <= MOST));
        proptest::prop_assert!(map.chunks.iter().all(|chunk| chunk.start <= chunk.entries[0].0));
        proptest::prop_assert!(map.chunks.windows(2).all(|two| two[0].entries.last().unwrap().0 < two[1].start));
    }
}

#[test]
fn ids_in_order_leave_no_room_unused_and_others_little() {
    let room = |keys: &mut dyn Iterator<Item = u32>| {
        let mut map = CrowdMap::default();
        keys.for_each(|key| insert(&mut map, &key, ()));
        map.chunks.iter().map(|chunk| chunk.entries.capacity()).sum::<usize>()
    };
    assert!(room(&mut (0..12_800)) <= 12_800);
    assert!(room(&mut (0..12_800).rev()) <= 12_800);
    // In an order without order.
    let spread = room(&mut (0..12_800_u32).map(|n| n.wrapping_mul(2_654_435_761)));
    assert!(spread < 12_800 * 11 / 10, "{spread}");
    // Who leaves gives room back.
    let mut map = CrowdMap::default();
    (0..12_800).for_each(|key| insert(&mut map, &key, ()));
    for key in (0..12_800).filter(|key| key % 64 > 0) {
        assert_eq!(map.remove_if(&key, |()| true), Withdrawal::Removed(()));
    }
    let kept = map.chunks.iter().map(|chunk| chunk.entries.capacity()).sum::<usize>();
    assert!(map.len() == 200 && kept < 12_800 * 6 / 10, "{kept}");
}
