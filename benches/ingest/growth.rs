//! Whether the cost of an event depends on how many are there, or on how many channels.

use std::io;

use crate::{
    consumer::Consumer,
    loops::Loop,
    options::Options,
    run::{Bench, Taken},
    stream::Plan,
    table::{self, Table, median},
};

const CONSUMERS: [Consumer; 2] = [Consumer::Loop(Loop::Bare), Consumer::Quiet];

pub fn run(bench: &Bench, options: &Options) -> io::Result<bool> {
    let (users, channels) = (options.users as usize, options.channels as usize);
    let sizes = [users / 10_000, users / 100, users].into_iter().filter(|users| *users > 0);
    let by_occupants: Vec<Plan> = sizes.map(|users| Plan { channels: 1, users, full: true, pattern: false }).collect();
    let mut exact = vary(bench, options, "occupants of one channel", &by_occupants, |plan| plan.users)?;
    // As many people in all, so that nothing but the channels differs.
    let people = channels * 2;
    let sizes = if channels < 200 { vec![1, channels] } else { vec![1, channels / 100, channels] };
    let plan = |channels| Plan { channels, users: people / channels, full: true, pattern: true };
    let by_channels: Vec<Plan> = sizes.into_iter().map(plan).collect();
    exact &= vary(bench, options, "channels under one pattern", &by_channels, |plan| plan.channels)?;
    Ok(exact)
}

fn vary(
    bench: &Bench,
    options: &Options,
    what: &str,
    plans: &[Plan],
    size: impl Fn(&Plan) -> usize,
) -> io::Result<bool> {
    let mut taken: Vec<[Vec<Taken>; 2]> = plans.iter().map(|_| [Vec::new(), Vec::new()]).collect();
    for round in 1..=options.rounds {
        for (plan, taken) in plans.iter().zip(&mut taken) {
            for (consumer, taken) in CONSUMERS.iter().zip(taken) {
                table::progress(format_args!("{} {what}, round {round}: {}", size(plan), consumer.name()));
                taken.push(bench.run(consumer, plan, options.replies(), true)?);
            }
        }
    }
    println!("\n### The cost of an event, by {what}\n");
    let mut table = Table::new(&[what, "", "CPU for an event", "of the first", "roster exact"]);
    let mut exact = true;
    let cost = |taken: &[Taken]| median(taken.iter().map(|taken| 1e6 / taken.rate(options.replies())));
    let smallest = &taken[0];
    for (plan, all) in plans.iter().zip(&taken) {
        for (place, (consumer, taken)) in CONSUMERS.iter().zip(all).enumerate() {
            let (own, first) = (cost(taken), cost(&smallest[place]));
            let (is_exact, told) = table::compare_rosters(taken.iter().filter_map(|taken| taken.roster));
            exact &= is_exact;
            let ratio = format!("{:.2}", own / first);
            table.add(&[size(plan).to_string(), consumer.name().to_owned(), format!("{own:.2} µs"), ratio, told]);
        }
    }
    print!("{table}");
    Ok(exact)
}
