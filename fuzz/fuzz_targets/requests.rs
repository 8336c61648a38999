//! Whatever requests come to the service, one a line and one after the other: `+N` lets N tenths of a second pass, `-`
//! closes the oldest poll. Each answer is JSON that our own client can read, no deadline is left behind, nothing grows
//! beyond its bound, and a request that was read is written and read again without a loss.

#![no_main]

use std::time::Duration;

use herenow_fuzz::held_service::HeldService;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((settings, lines)) = bytes.split_first() else { return };
    let mut service = HeldService::new(*settings);
    for line in String::from_utf8_lossy(lines).lines().take(60) {
        match line.strip_prefix('+').map(|tenths| tenths.parse::<u32>().unwrap_or(1)) {
            Some(tenths) => service.pass(Duration::from_millis(100) * tenths.min(1_000_000)),
            None if line == "-" => service.close_oldest(),
            None => service.ask(line),
        }
        service.settle();
    }
    service.pass(Duration::from_secs(1000));
    assert!(!service.holds_polls());
});
