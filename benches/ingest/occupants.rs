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
    let start = |consumer: &Consumer| Ok(bench.run(consumer, &Plan::empty(1, 1), 0, false)?.load);
    let starts = CONSUMERS.iter().map(start).collect::<io::Result<Vec<Duration>>>()?;
    for users in [most / 100, most / 10, most].into_iter().filter(|users| *users >= 100) {
        exact &= load(bench, options, users, &starts, &mut table)?;
    }
    print!("{table}");
    Ok(exact)
}

/// Everybody is there before anybody asks.
const fn crowd(users: usize) -> Plan {
    Plan { channels: 1, users, full: true, pattern: false }
}

/// Let each of them load so many; `starts` is what each takes when nobody is there.
fn load(bench: &Bench, options: &Options, users: usize, starts: &[Duration], table: &mut Table) -> io::Result<bool> {
    let mut taken: Vec<Vec<Taken>> = vec![Vec::new(); CONSUMERS.len()];
    for round in 1..=options.rounds {
        for (consumer, taken) in CONSUMERS.iter().zip(&mut taken) {
            table::progress(format_args!("{users} occupants, round {round}: {}", consumer.name()));
            taken.push(bench.run(consumer, &crowd(users), 0, true)?);
        }
    }
    let seconds =
        |place: usize| median(taken[place].iter().map(|taken| taken.load.saturating_sub(starts[place]).as_secs_f64()));
    let bare = seconds(0);
    let mut exact = true;
    for (place, (consumer, taken)) in CONSUMERS.iter().zip(&taken).enumerate() {
        let own = seconds(place);
        let rosters = || taken.iter().filter_map(|taken| taken.roster);
        let named = rosters().map(|roster| roster.listed).min().unwrap_or(0);
        let resident = taken.iter().map(|taken| taken.loaded.now).max().unwrap_or(0);
        let peak = taken.iter().map(|taken| taken.loaded.peak).max().unwrap_or(0);
        let (is_exact, told) = table::compare_rosters(rosters());
        exact &= is_exact;
        table.add(&[
            users.to_string(),
            consumer.name().to_owned(),
            named.to_string(),
            format!("{:.0} ms", own * 1e3),
            // Who does not learn of all has no such ratio.
            if is_exact { format!("{:.2}", own / bare) } else { "—".to_owned() },
            table::mib(resident),
            table::mib(peak),
            told,
        ]);
    }
    Ok(exact)
}
