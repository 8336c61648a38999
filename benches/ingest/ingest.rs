//! Events per second on a core, of everybody who reads the same stream.

use std::io;

use crate::{
    consumer::Consumer,
    loops::Loop,
    options::Options,
    run::{Bench, Taken},
    sdk,
    stream::Plan,
    table::{self, Table, median},
};

/// Users that come and go, on all channels together.
const USERS: usize = 1000;

/// On one channel and on ten.
const CHANNELS: [usize; 2] = [1, 10];

pub fn run(bench: &Bench, options: &Options) -> io::Result<bool> {
    let mut consumers = vec![
        Consumer::Loop(Loop::Fetch),
        Consumer::Loop(Loop::Bare),
        Consumer::Loop(Loop::Ahead),
        Consumer::Quiet,
        Consumer::Lines,
        Consumer::Dashboard,
    ];
    let sdk = if options.without_sdk { Err("left out".to_owned()) } else { sdk::build() };
    let missing = sdk.map(|program| consumers.insert(3, Consumer::Sdk(program))).err();
    let mut exact = true;
    for channels in CHANNELS {
        exact &= compare(bench, options, &consumers, channels)?;
        if let Some(why) = &missing {
            println!("\n**NOT MEASURED: PubNub's Rust SDK: {why}**");
        }
    }
    Ok(exact)
}

/// Let all of them read it, in turn.
fn compare(bench: &Bench, options: &Options, consumers: &[Consumer], channels: usize) -> io::Result<bool> {
    let plan = Plan::empty(channels, USERS / channels);
    let mut taken: Vec<Vec<Taken>> = vec![Vec::new(); consumers.len()];
    for round in 1..=options.rounds {
        for (consumer, taken) in consumers.iter().zip(&mut taken) {
            table::progress(format_args!("{channels} channels, round {round}: {}", consumer.name()));
            taken.push(bench.run(consumer, &plan, options.replies(), true)?);
        }
    }
    let rate = |taken: &[Taken]| median(taken.iter().map(|taken| taken.rate(options.replies())));
    let find = |wanted: fn(&Consumer) -> bool| consumers.iter().position(wanted).map(|place| rate(&taken[place]));
    let bare = find(|consumer| *consumer == Consumer::Loop(Loop::Bare));
    let sdk = find(|consumer| matches!(consumer, Consumer::Sdk(_)));
    let bytes =
        taken[0].first().map_or(0, |taken| taken.bytes) / u64::from(options.replies() * crate::stream::TOGETHER);
    println!("\n### {channels} channel{}, {bytes} bytes an event\n", if channels == 1 { "" } else { "s" });
    let mut table = Table::new(&[
        "",
        "events per CPU-second",
        "of the bare loop",
        "of the Rust SDK",
        "peak MiB",
        "gaps",
        "roster exact",
    ]);
    let mut exact = true;
    for (consumer, taken) in consumers.iter().zip(&taken) {
        let rate = rate(taken);
        let of = |other: Option<f64>| other.map_or("—".to_owned(), |other| format!("{:.2}", rate / other));
        let (is_exact, told) = table::compare_rosters(taken.iter().filter_map(|taken| taken.roster));
        exact &= is_exact;
        let gaps = taken.iter().filter_map(|taken| taken.counts).map(|counts| counts.gaps).max();
        let gaps = gaps.map_or("—".to_owned(), |gaps| gaps.to_string());
        let peak = taken.iter().map(|taken| taken.streamed.peak).max().unwrap_or(0);
        table.add(&[consumer.name().to_owned(), table::count(rate), of(bare), of(sdk), table::mib(peak), gaps, told]);
    }
    print!("{table}");
    Ok(exact)
}
