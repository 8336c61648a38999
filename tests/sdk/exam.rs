//! Takes the exam, and reports it a line a step.

use std::{
    io::Write as _,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use super::{
    adapter::{Process, Sdk},
    scene::Scene,
    service::Service,
    table::{IMPOSSIBLE, Needs, STEPS, Step},
};

/// All steps, for an SDK by itself.
pub fn take(sdk: &Sdk) {
    let (calm, crowd) = (Room::open(Service::start(&[]), sdk, None), Room::open(Service::start_crowded(), sdk, None));
    let steps = STEPS.iter().enumerate();
    let rooms = steps.map(|(number, step)| (number, step, if step.needs == Needs::Crowd { &crowd } else { &calm }));
    sit(&sdk.name, sdk.at_a_time, &rooms.collect::<Vec<_>>());
}

/// Two SDKs see each other: the steps for two, with either watching the other.
pub fn meet(one: &Sdk, other: &Sdk) {
    for (first, second) in [(one, other), (other, one)] {
        let room = Room::open(Service::start(&[]), first, Some(second));
        let steps = STEPS.iter().enumerate().filter(|(_, step)| step.needs == Needs::Two);
        let steps: Vec<_> = steps.map(|(number, step)| (number, step, &room)).collect();
        sit(&format!("{}, {}", first.name, second.name), first.at_a_time.min(second.at_a_time), &steps);
    }
}

/// A service, and the SDKs on it.
struct Room {
    service: Service,
    sdks: [Sdk; 2],
    alices: Process,
    /// One process is enough for two users of the same SDK.
    bobs: Option<Process>,
}

impl Room {
    fn open(service: Service, first: &Sdk, second: Option<&Sdk>) -> Self {
        let bobs = second.map(|sdk| sdk.start(&service.origin));
        let sdks = [first.clone(), second.unwrap_or(first).clone()];
        Self { alices: first.start(&service.origin), bobs, service, sdks }
    }
}

fn sit(name: &str, at_a_time: usize, steps: &[(usize, &Step, &Room)]) {
    let lines = Mutex::new(vec![None; steps.len()]);
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            let Some((number, step, room)) = steps.get(turn) else { return };
            let line = line(name, *number, step, room);
            lines.lock().unwrap()[turn] = Some(line);
        }
    };
    std::thread::scope(|scope| (0..at_a_time).for_each(|_| drop(scope.spawn(work))));
    report(name, lines.into_inner().unwrap().into_iter().flatten().collect());
}

/// Take a step, and tell whether it went as it should.
fn line(name: &str, number: usize, step: &Step, room: &Room) -> (bool, String) {
    let Room { service, sdks: [first, second], alices, bobs } = room;
    let scene = Scene { number, service, first: alices, second: bobs.as_ref().unwrap_or(alices), sdk: second };
    let started = Instant::now();
    let verdict = (step.judge)(&scene);
    let known = IMPOSSIBLE.iter().find(|known| known.step == step.name && known.concerns(&first.name));
    let (fine, mark, rest) = match (verdict, known) {
        (Ok(()), None) => (true, "✓", format!("{} ms", started.elapsed().as_millis())),
        (Err(_), Some(known)) => (true, "impossible", known.why.to_owned()),
        (Ok(()), Some(known)) => (false, "×", format!("passes now: remove the note that {}", known.why)),
        (Err(why), None) => (false, "×", why),
    };
    (fine, format!("{name}  {mark:<10}  {:<40}  {rest}\n", step.name))
}

/// On stdout, past the test harness, which would keep it to itself, and in a file.
fn report(name: &str, lines: Vec<(bool, String)>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("sdk-exam");
    std::fs::create_dir_all(&folder).unwrap();
    let file = name.replace(", ", "-and-").replace(' ', "-");
    let all: String = lines.iter().map(|(_, line)| line.as_str()).collect();
    std::fs::write(folder.join(file).with_extension("txt"), &all).unwrap();
    std::io::stdout().lock().write_all(format!("\n{all}").as_bytes()).unwrap();
    let failed: String = lines.into_iter().filter(|(fine, _)| !fine).map(|(_, line)| line).collect();
    assert!(failed.is_empty(), "failed:\n{failed}");
}
