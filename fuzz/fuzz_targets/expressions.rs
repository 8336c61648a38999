//! Whatever is claimed in the first line, held against a small world to which the rest of the bytes happen: a mistake
//! points between two letters, what is said is harmless, `not` turns a verdict around, what can't hold any more never
//! does, and a filter means the same wherever it stands.

#![no_main]

use herenow::{
    expression::{Expression, Facts, Filter, Judge, Mistake, Path, Place, Verdict, fuzzy},
    presence::{Channel, Moment},
};
use herenow_fuzz::{assert_harmless, small_world::SmallWorld};
use libfuzzer_sys::fuzz_target;

fn read<T>(text: &str, parsed: Result<T, Mistake>) -> Option<T> {
    let mistake = match parsed {
        Ok(read) => return Some(read),
        Err(mistake) => mistake,
    };
    assert!(text.is_char_boundary(mistake.at) && !mistake.sentence.is_empty(), "{mistake:?}");
    assert_harmless(&mistake.sentence);
    let picture: Vec<String> = mistake.caret(text).lines().map(str::to_owned).collect();
    assert_eq!(picture.len(), 2);
    picture.iter().for_each(|line| assert_harmless(line));
    None
}

fn judge(judge: &mut Judge, facts: &impl Facts, now: Moment) -> Verdict {
    let verdict = judge.judge(facts, now);
    match &verdict {
        Verdict::Held { saw } | Verdict::NotHeld { saw, .. } | Verdict::Pending { saw, .. } => assert_harmless(saw),
        Verdict::Unknown { why, .. } => assert_harmless(why),
        Verdict::Unsettled { saw, why, .. } => [saw, why].into_iter().for_each(|said| assert_harmless(said)),
    }
    verdict
}

fn check_expression(text: &str, script: &[u8]) {
    let Some(expression) = read(text, Expression::parse(text)) else { return };
    assert_harmless(&expression.to_string());
    assert_eq!(Expression::parse(expression.as_str()).as_ref(), Ok(&expression));
    expression.places().iter().for_each(|place| assert_harmless(&place.to_string()));
    let other = Expression::parse(&format!("not ({text})")).ok();
    let mut judges: Vec<Judge> = [Some(expression.clone()), other].into_iter().flatten().map(Judge::new).collect();
    let mut over_time = Judge::over_time(expression);
    let mut world = SmallWorld::new();
    let mut never_again = false;
    for step in script.iter().take(64).map(Some).chain([None]) {
        if let Some(step) = step {
            world.step(*step, judges.iter_mut().chain([&mut over_time]));
        }
        judge(&mut over_time, &world, world.now);
        let verdicts: Vec<Verdict> = judges.iter_mut().map(|one| judge(one, &world, world.now)).collect();
        match verdicts.as_slice() {
            [Verdict::Held { .. }, other] => assert!(matches!(other, Verdict::NotHeld { .. }), "{other:?}"),
            [Verdict::NotHeld { .. }, other] => assert!(matches!(other, Verdict::Held { .. }), "{other:?}"),
            _ => {}
        }
        never_again |= matches!(verdicts[0], Verdict::NotHeld { for_good: true, .. });
        assert!(!never_again || matches!(verdicts[0], Verdict::NotHeld { .. }), "{verdicts:?}");
        if let Verdict::Pending { until, .. } = verdicts[0] {
            assert!(until > world.now, "{verdicts:?}");
        }
    }
}

fn check_filter(text: &str) {
    let Some(filter) = read(text, Filter::parse(text)) else { return };
    assert_eq!(Filter::parse(filter.as_str()).as_ref(), Ok(&filter));
    let world = SmallWorld::new();
    let lobby = Channel::from_wire("lobby");
    let seen = world.channel(&lobby).expect("it is watched");
    let meant = seen.roster.iter().filter(|(id, here)| filter.matches(id.as_str(), here.state.as_ref())).count();
    for (claim, holds) in
        [(format!("users [{text}] in lobby == {meant}"), true), (format!("[{text}] present in lobby"), meant > 0)]
    {
        let Ok(expression) = Expression::parse(&claim) else {
            assert!(text.len() > 900, "{claim}");
            continue;
        };
        let verdict = judge(&mut Judge::new(expression), &world, world.now);
        assert_eq!(matches!(verdict, Verdict::Held { .. }), holds, "{claim}: {verdict:?}");
    }
}

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let text = &*String::from_utf8_lossy(&bytes[..end]);
    check_expression(text, bytes.get(end + 1..).unwrap_or_default());
    check_filter(text);
    if let Some(path) = read(text, Path::parse(text)) {
        assert!(path.as_str().starts_with("state.") || Path::parse(path.as_str()).as_ref() == Ok(&path));
    }
    let _ = (Place::Watched, fuzzy(text, "alice"));
});
