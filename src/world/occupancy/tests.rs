use super::*;

fn at(second: u64) -> Moment {
    Moment::from_micros((1_000_000_020 + second) * 1_000_000)
}

fn told(news: &[(u64, u64)]) -> OccupancyHistory {
    let mut history = OccupancyHistory::default();
    for (second, occupancy) in news {
        history.record(*occupancy, at(*second));
    }
    history
}

/// The newest columns of a second each, as low and high.
fn last_seconds(history: &OccupancyHistory, count: usize, second: u64) -> Vec<Option<(u64, u64)>> {
    let columns = history.sample(TimeSpan::Minute, 60, at(second));
    columns[60 - count..].iter().map(|column| column.map(|Extent { low, high }| (low, high))).collect()
}

#[test]
fn what_was_told_holds_until_the_next_word() {
    let history = told(&[(0, 3), (2, 5), (4, 4)]);
    let some = |extents: &[(u64, u64)]| extents.iter().map(|n| Some(*n)).collect::<Vec<_>>();
    assert_eq!(last_seconds(&history, 5, 4), some(&[(3, 3), (3, 3), (3, 5), (5, 5), (4, 5)]));
    assert_eq!(last_seconds(&history, 3, 1_000), some(&[(4, 4); 3]));
    assert_eq!(last_seconds(&history, 3, 1)[0], None, "nothing was known before");
    assert_eq!(last_seconds(&OccupancyHistory::default(), 2, 0), [None, None]);
}

#[test]
fn what_nobody_heard_is_a_gap_and_stays_one() {
    let mut history = told(&[(0, 3), (2, 5)]);
    history.lose_sight(at(4));
    history.lose_sight(at(6));
    let five = Some((5, 5));
    assert_eq!(last_seconds(&history, 5, 7), [five, five, None, None, None]);
    history.regain_sight(at(8));
    assert_eq!(last_seconds(&history, 6, 9), [five, None, None, None, five, five]);
    history.record(9, at(9));
    assert_eq!(last_seconds(&history, 6, 9), [five, None, None, None, five, Some((5, 9))]);
    // Seconds within a coarse step are none of its own.
    assert!(history.last_minute(at(10)).iter().flatten().count() >= 2);
    // What is not known is no reason for a change.
    let mut later = told(&[(0, 3)]);
    later.lose_sight(at(20));
    later.record(5, at(30));
    assert_eq!(later.change_within(TimeSpan::Minute, at(85)), None);
    assert_eq!(later.change_within(TimeSpan::Minute, at(95)), Some(0));
    // A gap of hours is no more than the rings hold.
    history.lose_sight(at(70));
    history.record(1, at(100_000));
    assert!(history.rings.iter().all(|ring| ring.samples.len() <= KEPT));
    assert_eq!(last_seconds(&history, 3, 100_000), [None, None, Some((1, 9))]);
}

/// Of eighteen people fourteen leave for twelve seconds.
#[test]
fn f06_a_short_fall_is_seen_in_every_span_and_in_the_change() {
    let history = told(&[(0, 18), (900, 4), (912, 18)]);
    for (span, second) in [(TimeSpan::Minute, 930), (TimeSpan::TenMinutes, 1_400), (TimeSpan::Hour, 3_900)] {
        assert_eq!(history.extent_within(span, at(second)), Some(Extent { low: 4, high: 18 }), "{span:?}");
        assert_eq!(history.change_within(span, at(second)), Some(0), "{span:?}");
        for columns in [1, 7, 52, 104, 240] {
            let lows = history.sample(span, columns, at(second)).into_iter().flatten().map(|column| column.low);
            assert_eq!(lows.min(), Some(4), "{span:?} in {columns} columns");
        }
    }
    let later = history.extent_within(TimeSpan::Minute, at(1_000));
    assert_eq!(later, Some(Extent { low: 18, high: 18 }), "over, a minute later");
}

#[test]
fn a_short_crowd_is_seen_in_a_coarse_step_too() {
    let mut history = told(&[(0, 2)]);
    history.record(90, at(2_001));
    history.record(2, at(2_003));
    assert_eq!(history.extent_within(TimeSpan::Hour, at(2_100)), Some(Extent { low: 2, high: 90 }));
    assert_eq!(history.sample(TimeSpan::Hour, 80, at(2_100)).pop(), Some(Some(Extent { low: 2, high: 2 })));
}

#[test]
fn f48_there_is_no_change_before_there_is_a_minute_to_compare_with() {
    let history = told(&[(0, 0), (1, 20), (8, 31), (70, 33)]);
    let change = |second| history.change_within(TimeSpan::Minute, at(second));
    assert_eq!([change(30), change(59)], [None, None]);
    assert_eq!(change(71), Some(2), "with the list as it was once it was known");
    assert_eq!(history.change_within(TimeSpan::TenMinutes, at(200)), Some(2));
}

#[test]
fn it_is_bounded_and_moves_only_while_there_is_something_to_move() {
    let mut history = told(&[(0, 7)]);
    let moves = |history: &OccupancyHistory, second| {
        let changed = history.last_changed()?;
        OccupancyHistory::span_moves_at(TimeSpan::Minute, changed, at(second))
    };
    assert_eq!(moves(&history, 1), None, "flat");
    for second in 1..20_000 {
        history.record(second % 50, at(second));
    }
    assert!(history.rings.iter().all(|ring| ring.samples.len() == KEPT && ring.samples.capacity() <= KEPT));
    assert_eq!([moves(&history, 20_002), moves(&history, 20_070)], [Some(at(20_005)), None]);
    let charts = TimeSpan::ALL.map(|span| OccupancyHistory::chart_moves_at(span, at(20_002)));
    assert_eq!(charts, [at(20_003), at(20_005), at(20_010)]);
}

proptest::proptest! {
    #[test]
    fn no_news_at_any_time_breaks_it(
        news in proptest::collection::vec((0_u64..200_000, proptest::num::u64::ANY, 0_u64..200), 0..40),
        columns in 1_usize..300,
    ) {
        let mut history = OccupancyHistory::default();
        let mut now = 0;
        let mut heard_again = None;
        for (pause, occupancy, blind) in news {
            now += pause;
            if blind > 100 {
                history.lose_sight(at(now));
                now += blind;
                heard_again = Some(now);
            }
            history.record(occupancy, at(now));
            let minute = history.last_minute(at(now));
            let known = occupancy.min(u64::from(UNKNOWN - 1));
            proptest::prop_assert_eq!(minute.len(), MINUTE);
            proptest::prop_assert_eq!(minute[MINUTE - 1], Some(known));
            for span in TimeSpan::ALL {
                let sampled = history.sample(span, columns, at(now));
                proptest::prop_assert_eq!(sampled.len(), columns);
                let newest = sampled[columns - 1].unwrap();
                proptest::prop_assert!(newest.low <= known && known <= newest.high);
            }
            // Only a gap in the last minute hides what the occupancy was a minute ago.
            let gap = heard_again.is_some_and(|then| now < then + 65);
            proptest::prop_assert!(gap || history.is_young(at(now)) || history.change_within(TimeSpan::Minute, at(now)).is_some());
        }
    }
}
