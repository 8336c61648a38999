//! Events per second on a core, of everybody who reads the same stream.

use std::io;

use crate::{
    consumer::{Consumer, SdkSetup},
    loops::Loop,
    options::Options,
    run::{Bench, Taken},
    sdk,
    stream::{Plan, TOGETHER},
    table::{self, Table, median},
};

/// Users that come and go, on all channels together.
const USERS: usize = 1000;

/// On one channel and on ten.
const CHANNELS: [usize; 2] = [1, 10];

const HEAD: [&str; 8] = [
    "",
    "events per CPU-second",
    "of the bare loop",
    "of the Rust SDK",
    "of it by its defaults",
    "peak MiB",
    "gaps",
    "roster exact",
];

/// Why its map is not the truth.
const OF_THE_SDK: &str = "The SDK (0.9.0) takes a timeout that carries `data`, as PubNub writes it, for a change of \
    state, so that those who timed out stay in its map.";

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
    let setups = [SdkSetup::Tuned, SdkSetup::Default];
    let missing =
        sdk.map(|program| consumers.splice(3..3, setups.map(|setup| Consumer::Sdk(setup, program.clone())))).err();
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
    let events = u64::from(options.replies() * TOGETHER);
    let bytes = taken[0].first().map_or(0, |taken| taken.bytes) / events;
    println!("\n### {channels} channel{}, {bytes} bytes an event\n", if channels == 1 { "" } else { "s" });
    Ok(print(consumers, &taken, options.replies()))
}

/// Print what they took; returns whether all rosters of ours were exact.
fn print(consumers: &[Consumer], taken: &[Vec<Taken>], replies: u32) -> bool {
    let rate = |taken: &[Taken]| median(taken.iter().map(|taken| taken.rate(replies)));
    let find = |wanted: fn(&Consumer) -> bool| consumers.iter().position(wanted).map(|place| rate(&taken[place]));
    let bare = find(|consumer| *consumer == Consumer::Loop(Loop::Bare));
    let sdk = find(|consumer| matches!(consumer, Consumer::Sdk(SdkSetup::Tuned, _)));
    let default = find(|consumer| matches!(consumer, Consumer::Sdk(SdkSetup::Default, _)));
    let mut table = Table::new(&HEAD);
    let mut exact = true;
    for (consumer, taken) in consumers.iter().zip(taken) {
        let rate = rate(taken);
        let of = |other: Option<f64>| other.map_or("—".to_owned(), |other| format!("{:.2}", rate / other));
        let (is_exact, mut told) = table::compare_rosters(taken.iter().filter_map(|taken| taken.roster));
        // What the SDK makes of the events is not ours.
        exact &= is_exact || matches!(consumer, Consumer::Sdk(..));
        let counts = || taken.iter().filter_map(|taken| taken.counts);
        let heard = counts().map(|counts| counts.events).min();
        if let Some(lost) = heard.and_then(|heard| u64::from(replies * TOGETHER).checked_sub(heard)).filter(|n| *n > 0)
        {
            told = format!("{told}, {lost} events lost");
        }
        let gaps = counts().filter_map(|counts| counts.gaps).max().map_or("—".to_owned(), |gaps| gaps.to_string());
        let peak = taken.iter().map(|taken| taken.streamed.peak).max().unwrap_or(0);
        let ratios = [of(bare), of(sdk), of(default)];
        let row = [consumer.name().to_owned(), table::count(rate)].into_iter().chain(ratios);
        table.add(&row.chain([table::mib(peak), gaps, told]).collect::<Vec<_>>());
    }
    print!("{table}");
    if sdk.is_some() {
        println!("\n{OF_THE_SDK}");
    }
    exact
}
