//! One channel with very many on it: what it takes to learn of them by here now, page by page, and to hold them.

use std::{io, time::Duration};

use crate::{
    consumer::Consumer,
    loops::Loop,
    options::Options,
    run::{Bench, Taken},
    stream::Plan,
    table::{self, Table, median},
};

const CONSUMERS: [Consumer; 3] = [Consumer::Loop(Loop::Bare), Consumer::Quiet, Consumer::Dashboard];

pub fn run(bench: &Bench, options: &Options) -> io::Result<bool> {
    let most = options.users as usize;
    let mut exact = true;
    println!("\n### Occupants of one channel, with states of {} bytes, by here now\n", crate::stream::STATE);
    let head =
        ["occupants", "", "named", "CPU to load", "of the bare loop", "resident MiB", "peak MiB", "roster exact"];
    let mut table = Table::new(&head);
    for users in [most / 100, most / 10, most] {
        exact &= load(bench, options, users, &mut table)?;
    }
    print!("{table}");
    Ok(exact)
}

/// Everybody is there before anybody asks.
const fn crowd(users: usize) -> Plan {
    Plan { channels: 1, users, full: true, pattern: false }
}

fn load(bench: &Bench, options: &Options, users: usize, table: &mut Table) -> io::Result<bool> {
    let mut taken: Vec<Vec<(Taken, Duration)>> = vec![Vec::new(); CONSUMERS.len()];
    for round in 1..=options.rounds {
        for (consumer, taken) in CONSUMERS.iter().zip(&mut taken) {
            table::progress(format_args!("{users} occupants, round {round}: {}", consumer.name()));
            let start = bench.run(consumer, &Plan::empty(1, 1), 0, false)?.load;
            let loaded = bench.run(consumer, &crowd(users), 0, true)?;
            taken.push((loaded, loaded.load.saturating_sub(start)));
        }
    }
    let seconds = |taken: &[(Taken, Duration)]| median(taken.iter().map(|(_, load)| load.as_secs_f64()));
    let bare = seconds(&taken[0]);
    let mut exact = true;
    for (consumer, taken) in CONSUMERS.iter().zip(&taken) {
        let own = seconds(taken);
        let rosters = || taken.iter().filter_map(|(taken, _)| taken.roster);
        let named = rosters().map(|roster| roster.listed).min().unwrap_or(0);
        let resident = taken.iter().map(|(taken, _)| taken.loaded.now).max().unwrap_or(0);
        let peak = taken.iter().map(|(taken, _)| taken.loaded.peak).max().unwrap_or(0);
        let (is_exact, told) = table::compare_rosters(rosters());
        exact &= is_exact;
        table.add(&[
            users.to_string(),
            consumer.name().to_owned(),
            named.to_string(),
            format!("{:.0} ms", own * 1e3),
            format!("{:.2}", own / bare),
            table::mib(resident),
            table::mib(peak),
            told,
        ]);
    }
    Ok(exact)
}
