//! Who the simulated people are: believable ids and states, in many scripts and lengths.

use crate::presence::{Channel, State, UserId};

use super::chance::Chance;

/// Where they go, and how many of a hundred make each their home.
pub const CHANNELS: &[(&str, usize)] =
    &[("lobby", 38), ("support", 16), ("match.eu.1", 18), ("match.us.2", 14), ("stage", 14)];

const GIVEN: &[&str] = &[
    "maya", "jonas", "aiko", "liam", "noor", "sofia", "kofi", "ines", "pavel", "yuki", "omar", "greta", "tariq",
    "lena", "diego", "amara", "felix", "hana", "ravi", "elif", "bruno", "zoe", "idris", "marta", "theo", "naledi",
    "oskar", "priya",
];

const FAMILY: &[&str] = &[
    "lindqvist",
    "okafor",
    "tanaka",
    "moreau",
    "silva",
    "novak",
    "haddad",
    "jensen",
    "rossi",
    "kowalski",
    "nakamura",
    "fischer",
    "mbeki",
    "larsen",
    "ortiz",
    "keller",
    "adeyemi",
    "sato",
    "duarte",
    "petrov",
    "nguyen",
    "hughes",
    "yilmaz",
];

/// Ids that a good dashboard has to cope with.
const SPECIAL: &[&str] = &[
    "李雷",
    "Zoë Größenwahn",
    "さくら",
    "محمد",
    "נועה",
    "🦊 fox",
    "Дмитрий",
    "kiosk-entrance-north-building-2-floor-0-left",
    "राहुल",
    "김민준",
    "sensor/17",
    "O'Brien",
    "agent 007",
    "Ελένη",
];

const MOODS: &[&str] = &["online", "busy", "away", "typing", "in a call", "brb", "focused", "lurking"];
const DEVICES: &[&str] = &["phone", "desktop", "tablet", "tv", "watch"];

/// One simulated person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their user id.
    pub user: UserId,
    /// Where they are when they are online.
    pub home: Channel,
}

/// So many people, each with an id of their own.
pub fn people(count: usize, seed: u64) -> Vec<Person> {
    let mut chance = Chance::new(seed ^ 0x7065_6f70_6c65);
    let mut taken = std::collections::HashSet::new();
    (0..count)
        .map(|n| {
            let id = loop {
                let id = candidate(n, &mut chance);
                if taken.insert(id.clone()) {
                    break id;
                }
            };
            let user = UserId::heard(&id);
            Person { user, home: Channel::heard(home(&mut chance)) }
        })
        .collect()
}

fn candidate(n: usize, chance: &mut Chance) -> String {
    if n % 6 == 5 && n / 6 < SPECIAL.len() {
        return SPECIAL[n / 6].to_owned();
    }
    let (given, family) = (chance.pick(GIVEN), chance.pick(FAMILY));
    match chance.below(5) {
        0 => format!("{given}.{family}"),
        1 => format!("{given}{}", 10 + chance.below(90)),
        2 => format!("{}.{family}", &given[..1]),
        3 => format!("user-{:06x}", chance.below(1 << 24)),
        _ => format!("{given}-{}", chance.pick(DEVICES)),
    }
}

fn home(chance: &mut Chance) -> &'static str {
    let mut at = chance.below(CHANNELS.iter().map(|(_, share)| share).sum());
    for (name, share) in CHANNELS {
        if at < *share {
            return name;
        }
        at -= share;
    }
    CHANNELS[0].0
}

/// A state somebody might carry on a channel.
pub(super) fn state(channel: &Channel, chance: &mut Chance) -> State {
    let mood = chance.pick(MOODS);
    let json = if channel.as_str().starts_with("match.") {
        let team = if chance.below(2) == 0 { "red" } else { "blue" };
        serde_json::json!({"team": team, "score": chance.below(40), "alive": chance.below(4) > 0})
    } else if chance.below(3) == 0 {
        serde_json::json!({"status": mood, "device": chance.pick(DEVICES), "battery": 5 + chance.below(95)})
    } else {
        serde_json::json!({"status": mood})
    };
    State::parse(&json.to_string()).unwrap_or_else(|_| unreachable!("an object is a state"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_repeatable_and_everybody_has_an_id_of_their_own() {
        let ids = |seed| people(300, seed).into_iter().map(|p| p.user).collect::<Vec<_>>();
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
        let distinct: std::collections::HashSet<_> = ids(7).into_iter().collect();
        assert_eq!(distinct.len(), 300);
    }
}
