use super::*;
use crate::manual::tables::{hold_part, hold_table};

fn rule(line: &str) -> FaultRule {
    line.parse().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn every_fault_reads_back_as_it_is_written() {
    for (word, value, _) in WORDS {
        let on = if word.starts_with("webhook") { "" } else { " on=subscribe" };
        let written = rule(&format!("{word}{value}{on} chance=25% times=3 for=2s"));
        assert_eq!(rule(&written.to_string()), written);
    }
    for percent in (1..1000).map(|tenths| f64::from(tenths) / 10.0) {
        assert_eq!(rule(&format!("lose chance={percent}")).to_string(), format!("lose chance={percent}%"));
    }
    assert_eq!(rule("429").fault, Fault::TooMany(1));
    assert_eq!(rule("delay=1m30s").fault, Fault::Delay(Duration::from_secs(90)));
}

#[test]
fn the_table_of_faults_in_the_manual_is_this_one() {
    let rows: Vec<Vec<String>> =
        WORDS.iter().map(|(word, value, effect)| vec![format!("`{word}{value}`"), (*effect).to_owned()]).collect();
    hold_table("faults", "faults", &["fault", "what goes wrong"], &rows);
    hold_part("faults", "kinds", &format!("`{}`\n", KINDS.join(" ")));
}

#[test]
fn what_is_not_a_fault_says_why() {
    let why = |line: &str| line.parse::<FaultRule>().unwrap_err().to_string();
    assert!(why("").contains("there are delay=500ms drop"));
    assert!(why("levitate").contains("there is no `levitate`"));
    assert!(why("delay").contains("delay=500ms"));
    assert!(why("delay=soon").contains("`soon` is not a length of time"));
    assert!(why("drop=1").contains("takes no value"));
    assert!(why("slow=0").contains("never end"));
    assert!(why("lose chance=101%").contains("between 0% and 100%"));
    assert!(why("lose chance=nan").contains("between"));
    assert!(why("lose on=tea").contains("subscribe heartbeat"));
    assert!(why("lose maybe").contains("`maybe`"));
    assert!(why("webhook-lost on=subscribe").contains("which no request brings"));
    assert!(why("webhook-late").contains("webhook-late needs a duration"));
    assert!(why("lose on=heartbeat").contains("which only a subscribe brings"));
    assert!(why("delay=1e19").contains("longer than a day"));
    assert!(why("delay=0.5ms").contains("no whole number of milliseconds"));
}
