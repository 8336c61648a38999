//! A million people on one channel: what a page of here now costs at the first of them, and at the 900,000th.

use std::io;

use tokio::time::Instant;

use crate::{
    crowd::{self, HereNow},
    http,
    options::Options,
    report::{self, Delays, word},
    server::Server,
};

/// Pages that are asked for at each place, in turn, so that whatever else the machine does concerns all of them.
const PAGES: usize = 300;

/// The target: how many times as long a deep page may take as the first one.
const TARGET: f64 = 1.2;

pub async fn run(options: &Options) -> io::Result<()> {
    let users = options.many_users as usize;
    report::part(format_args!("{users} people on one channel, and pages of here now"));
    let server = Server::start(&[])?;
    crowd::come(&server, users).await?;
    let (mut requests, mut answers) = http::connect(server.address).await?;
    let places = [0, users / 10 * 9];
    let mut delays = [Delays::default(), Delays::default()];
    for _ in 0..PAGES {
        for (offset, delays) in places.iter().zip(&mut delays) {
            let asked = Instant::now();
            requests.ask(&crowd::here_now(*offset)).await?;
            let body = answers.next().await?;
            delays.add(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
            let page: HereNow = serde_json::from_str(body)?;
            let listed = (users - offset).min(crowd::PAGE);
            if page.occupancy != users || page.uuids.len() != listed {
                let HereNow { occupancy, uuids } = page;
                let listed = uuids.len();
                return Err(io::Error::other(format!("a page at {offset} lists {listed}, and counts {occupancy}")));
            }
        }
    }
    let [first, deep] = delays.each_mut().map(Delays::median);
    let ratio = deep.as_secs_f64() / first.as_secs_f64().max(1e-6);
    for (offset, delays) in places.iter().zip(delays) {
        delays.line(&format!("a page at offset {offset}"), false);
    }
    let verdict = format!("at most {TARGET}: {}", word(ratio <= TARGET));
    report::line("the deep page, of the first one", &format!("{ratio:.2} times as long"), Some(verdict));
    report::line("memory of the service, at most", &report::mb(server.usage().peak), None);
    Ok(())
}
