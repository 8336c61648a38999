use super::*;

fn somebody(chance: &mut fastrand::Rng) -> Occupant {
    let times: [Timetoken; 4] = std::array::from_fn(|_| match chance.u8(..4) {
        0 => Timetoken::ZERO,
        1 => Timetoken::new(u64::MAX),
        // Often the same.
        _ => Timetoken::new(17_952_624_000_000_000 + chance.u64(..3)),
    });
    let [since, fact, heard, state_fact] = times;
    let state = chance.bool().then(|| State::from_scanned(&format!("{{\"n\":{}}}", chance.u16(..600))));
    let is_usual = chance.bool();
    Occupant {
        since,
        fact,
        heard,
        state_fact,
        state,
        sightings: if is_usual { 1 } else { chance.u32(..) },
        listed_by: if is_usual { 0 } else { chance.u16(..) },
        doubt: if is_usual { 0 } else { chance.u8(..) },
        joined: chance.bool(),
    }
}

fn crowd(seed: u64) -> Vec<Chunk> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let name = |chance: &mut fastrand::Rng| {
        let letter = *chance.choice(&["", "é", "ü", "🦊", "x", "ou"]).unwrap();
        UserId::from_wire(&letter.repeat(chance.usize(..12)).repeat(chance.usize(1..6)))
    };
    let chunk = |chance: &mut fastrand::Rng| {
        (0..chance.usize(1..129)).map(|_| (name(chance), somebody(chance))).collect::<Vec<_>>()
    };
    (0..20).map(|_| chunk(&mut chance)).collect()
}

#[test]
fn occupants_are_the_same_again() {
    for seed in 0..40 {
        let chunks = crowd(seed);
        let packed = pack_occupants(chunks.iter().map(Vec::as_slice));
        assert!(unpack_occupants(&packed) == Some(chunks), "seed {seed}");
    }
    assert_eq!(unpack_occupants(&[]), Some(Vec::new()));
}

#[test]
fn other_bytes_are_refused_or_are_other_occupants() {
    let packed = pack_occupants(crowd(1).iter().map(Vec::as_slice));
    let mut chance = fastrand::Rng::with_seed(2);
    for _ in 0..2_000 {
        let mut bytes = packed[..chance.usize(..packed.len())].to_vec();
        for _ in 0..chance.usize(..4).min(bytes.len()) {
            let place = chance.usize(..bytes.len());
            bytes[place] = chance.u8(..);
        }
        let users: usize = unpack_occupants(&bytes).map_or(0, |chunks| chunks.iter().map(Vec::len).sum());
        assert!(users <= bytes.len());
    }
}

#[test]
fn of_a_crowd_somebody_takes_few_bytes() {
    let one = |n: u64| {
        let at = Timetoken::new(17_952_624_000_000_000 + n * 7_919_000);
        let state = State::from_scanned(&format!("{{\"status\":\"online\",\"battery\":{}}}", n % 100));
        (UserId::from_wire(&format!("user-{n:06}")), Occupant::from_join(at).with_state(Some(state), at))
    };
    let chunks: Vec<Chunk> = (0..100).map(|chunk| (0..100).map(|n| one(chunk * 100 + n)).collect()).collect();
    let packed = pack_occupants(chunks.iter().map(Vec::as_slice));
    assert!(packed.len() < 14 * 10_000, "{}", packed.len());
}
