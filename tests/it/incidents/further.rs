//! Further labelled scenarios: other sizes, presence timeouts and thresholds, and two things at the same time.

use herenow::incident::{ChannelChange, Incident};

use super::{
    expect_told_apart,
    scenarios::{Plot, Scenario},
    town::{Plan, TIMEOUT, Town},
};

const ONE_BY_ONE: (usize, bool) = (100_000, false);

/// The label and the plot, people and channels, announce max and deltas, the presence timeout, and the churn.
type Row = (&'static str, Plot, (usize, usize), (usize, bool), u64, f64);

const ROWS: &[Row] = &[
    // A handful of people.
    ("calm", Plot::Quiet, (4, 1), ONE_BY_ONE, TIMEOUT, 0.03),
    ("mass-timeout", Plot::Outage(1.0, 0.0), (7, 1), ONE_BY_ONE, 20, 0.0),
    ("mass-leave", Plot::Kick(1.0, 1.0), (9, 3), (5, true), 20, 0.0),
    // Thousands, on one channel and on sixty.
    ("mass-timeout", Plot::Outage(0.3, 0.0), (5_000, 1), ONE_BY_ONE, TIMEOUT, 0.01),
    ("mass-timeout", Plot::Outage(0.4, 0.0), (5_000, 60), (20, true), TIMEOUT, 0.01),
    ("mass-leave", Plot::Kick(0.15, 2.0), (5_000, 60), (1_000, false), TIMEOUT, 0.01),
    ("calm", Plot::Quiet, (3_000, 60), (50, false), 60, 0.02),
    // Presence timeouts from the shortest to hours of patience.
    ("mass-timeout", Plot::Outage(0.4, 0.0), (200, 6), ONE_BY_ONE, 20, 0.01),
    ("mass-timeout", Plot::Outage(0.5, 0.0), (200, 6), ONE_BY_ONE, 60, 0.01),
    ("mass-timeout", Plot::Outage(0.4, 0.0), (250, 12), ONE_BY_ONE, 300, 0.005),
    ("mass-timeout", Plot::Region(0), (400, 20), ONE_BY_ONE, 300, 0.005),
    ("mass-timeout", Plot::Outage(0.6, 0.0), (400, 20), (1_000, true), 600, 0.005),
    ("herd", Plot::Return(0.5), (250, 12), ONE_BY_ONE, 60, 0.01),
    ("herd", Plot::Return(0.4), (250, 12), (20, true), 20, 0.01),
    ("calm", Plot::Quiet, (300, 12), ONE_BY_ONE, 600, 0.03),
    // The announce max from 5 to 1,000.
    ("mass-timeout", Plot::Outage(0.35, 0.0), (160, 8), (5, true), 20, 0.01),
    ("mass-leave", Plot::Kick(0.4, 3.0), (160, 8), (5, true), 20, 0.01),
    ("reconnect", Plot::Deploy(0.5, 2.0, 2.0), (160, 8), (1_000, true), 20, 0.01),
    ("reconnect", Plot::Deploy(0.6, 3.0, 2.0), (300, 12), (20, true), 20, 0.01),
    ("rush", Plot::Gather(0.8, 5.0), (250, 6), (20, true), 20, 0.01),
    ("rush", Plot::Gather(0.6, 4.0), (250, 6), (50, false), 20, 0.01),
    ("rush", Plot::Gather(0.5, 2.0), (600, 60), ONE_BY_ONE, 20, 0.01),
    ("calm", Plot::Drain(0.8), (300, 12), (20, true), 60, 0.01),
    ("calm", Plot::Drain(0.6), (300, 12), (20, false), 60, 0.01),
    // Where nobody is named it is told how many are gone, and that it is not known why.
    ("unclear", Plot::Outage(0.4, 0.0), (340, 12), (5, false), 20, 0.01),
    ("unclear", Plot::Region(1), (340, 12), (1, false), 20, 0.01),
    ("unclear", Plot::Kick(0.5, 2.0), (400, 3), (20, false), 300, 0.01),
    // The small ones of many channels do name who timed out.
    ("mass-timeout", Plot::Outage(0.5, 0.0), (1_200, 60), (5, false), 20, 0.01),
    ("calm", Plot::Quiet, (340, 12), (1, false), 20, 0.03),
    ("calm", Plot::Quiet, (60, 4), (5, false), 300, 0.04),
    ("calm", Plot::Drain(0.5), (340, 12), (1, false), 20, 0.01),
    // Half of all channels, one of sixty, one service.
    ("mass-timeout", Plot::OutageOfHalf, (300, 12), ONE_BY_ONE, 60, 0.01),
    ("mass-timeout", Plot::OutageOfHalf, (600, 60), (20, true), 20, 0.01),
    ("mass-leave", Plot::KickChannel(0), (600, 60), ONE_BY_ONE, 60, 0.01),
    ("mass-timeout", Plot::Outage(0.08, 0.0), (1_000, 30), ONE_BY_ONE, 20, 0.005),
    ("reconnect", Plot::ServiceDeploy(4.0), (800, 60), ONE_BY_ONE, 300, 0.01),
    // Slowly: a deploy over five minutes, and a network that fails within twenty seconds.
    ("reconnect", Plot::Deploy(0.9, 300.0, 2.0), (300, 12), ONE_BY_ONE, 300, 0.005),
    ("mass-timeout", Plot::Outage(0.5, 20.0), (300, 12), ONE_BY_ONE, 20, 0.01),
    // All of them at once.
    ("reconnect", Plot::Deploy(1.0, 1.0, 2.0), (200, 12), ONE_BY_ONE, 300, 0.01),
    ("rush", Plot::Rush(6.0), (2_000, 60), (50, true), 60, 0.005),
    // One user with many connections.
    ("flapping", Plot::OneFlaps(12), (120, 12), ONE_BY_ONE, 60, 0.01),
    ("flapping", Plot::OneFlaps(6), (60, 6), ONE_BY_ONE, 300, 0.01),
    // Two at the same time: the worse one is told, and where none is, that it is not clear.
    ("unclear", Plot::OutageAndKick(0.25, 0), (300, 6), ONE_BY_ONE, 16, 0.01),
    ("mass-timeout", Plot::DeployInOutage(0.5), (300, 12), ONE_BY_ONE, 16, 0.01),
    ("reconnect", Plot::FlapsInDeploy(4, 0.5), (300, 12), ONE_BY_ONE, 60, 0.01),
    ("mass-timeout", Plot::OutageInRush(0.4), (600, 60), ONE_BY_ONE, 16, 0.01),
    ("lost-link", Plot::LostAndBack(0.02), (200, 6), ONE_BY_ONE, 60, 0.02),
];

#[test]
fn f01_further_scenarios_are_told_apart() {
    let seeds: u64 = std::env::var("HERENOW_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let all: Vec<Scenario> = (0..seeds)
        .flat_map(|round| ROWS.iter().zip(500 + round * 1000..))
        .map(|((label, plot, (size, channels), announce, timeout, churn), seed)| Scenario {
            label,
            plot: *plot,
            size: *size,
            channels: *channels,
            announce: *announce,
            churn: *churn,
            seed,
            timeout: *timeout,
        })
        .collect();
    expect_told_apart(&all);
}

#[test]
fn f01_how_many_there_were_before_is_told_right_in_intervals() {
    let mut wrong = Vec::new();
    let (mut checked, churn, timeout) = (0, 0.005, 30);
    for (announce, seed) in [(20, true), (20, false), (5, true), (1, false)].into_iter().zip(40..) {
        for (share, plan) in [(0.4, Plan::Vanish), (0.4, Plan::Leave), (1.0, Plan::Join)] {
            let mut town = Town::with_timeout(300, 6, announce, churn, seed, timeout);
            town.run(60.0);
            let of = if plan == Plan::Join { town.absent() } else { town.present() };
            let who = town.some(&of, share);
            town.plan(&who, plan, 0.0, 2.0);
            let present: Vec<u64> = (0..6).map(|n| town.sim.truth(&format!("room-{n}")).len() as u64).collect();
            let (begin, all) = (town.sim.now, present.iter().sum::<u64>());
            town.run(if plan == Plan::Vanish { 30.0 + timeout as f64 } else { 30.0 });
            let incidents = town.sim.model.listener.incidents.incidents();
            for incident in incidents.filter(|incident| incident.last >= begin && !incident.continued) {
                checked += 1;
                let of_channels = |incident: &Incident| {
                    let off = |change: &ChannelChange| {
                        let place = change.channel.as_str().rsplit('-').next().and_then(|n| n.parse().ok());
                        present[place.unwrap_or(0)].abs_diff(change.before)
                    };
                    incident.channels.iter().map(off).max().unwrap_or_default()
                };
                // Some come and go meanwhile.
                if incident.before.abs_diff(all) * 20 > all || of_channels(incident) > 6 {
                    let (said, channels) = (incident.sentence(), &incident.channels);
                    wrong.push(format!("{announce:?} {plan:?}: {all} were there, {present:?}: {said} {channels:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {checked}: {wrong:#?}", wrong.len());
    assert!(checked >= 9, "{checked}");
}
