//! What people are called: in many scripts and lengths, and some with bad intentions. Pure.

use super::random::SeededRandom;

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

/// Given and family names to be put together, in scripts other than Latin.
const ELSEWHERE: &[(&[&str], &str, &[&str])] = &[
    (&["王", "李", "張", "陳", "林"], "", &["伟", "芳", "秀英", "小龙", "静"]),
    (&["佐藤", "鈴木", "高橋", "田中"], " ", &["陽菜", "蓮", "さくら", "大翔"]),
    (&["김", "박", "최", "정"], "", &["서연", "지훈", "하은", "도윤"]),
    (&["Анна", "Иван", "Ольга", "Сергей"], " ", &["Смирнова", "Кузнецов", "Попова", "Волков"]),
    (&["علي", "فاطمة", "يوسف", "ليلى"], " ", &["حسن", "الخطيب", "منصور", "عمر"]),
    (&["דוד", "שרה", "יעל", "אבי"], " ", &["כהן", "לוי", "מזרחי", "פרץ"]),
    (&["🐙", "🦄", "🌵", "🚀", "🧑‍🚀"], " ", &["octo", "uni", "cactus", "rocket", "astro"]),
];

const DEVICES: &[&str] = &["phone", "desktop", "tablet", "tv", "watch"];

/// Words for where a thing stands, to make long names of.
const SITES: &[&str] = &["north", "south", "building-2", "floor-0", "gate-17", "left", "entrance", "hall-b"];

/// An id for person number `n`. Not yet one of its own: the caller makes it so.
pub(super) fn make_id(n: usize, chance: &mut SeededRandom) -> String {
    if n % 6 == 5 {
        return SPECIAL.get(n / 6).map_or_else(|| make_special_id(chance), |id| (*id).to_owned());
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

fn make_special_id(chance: &mut SeededRandom) -> String {
    if chance.below(4) == 0 {
        let sites: Vec<&str> = (0..4).map(|_| *chance.pick(SITES)).collect();
        return format!("sensor-{}-{}", sites.join("-"), chance.below(1000));
    }
    let (given, between, family) = chance.pick(ELSEWHERE);
    format!("{}{between}{}", chance.pick(given), chance.pick(family))
}

/// What to add to the id of person number `n` when somebody else has it already.
pub(super) fn append_number(id: &str, n: usize) -> String {
    let gap = if id.ends_with(|c: char| c.is_ascii_digit()) { "-" } else { "" };
    format!("{id}{gap}{n}")
}

/// Ids that try to break whoever shows them. All can be sent in a URL.
pub(super) fn hostile_ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "\u{1b}]0;your title is mine\u{7}",
        "\u{1b}[2J\u{1b}[H cleared",
        "\u{1b}[31;5mred alert",
        "c1 \u{9b}31m red",
        "invoice\u{202e}fdp.exe",
        "\u{2066}isolated \u{202d}forced",
        "two\r\nlines\tand\u{0}nul",
        "\u{8}\u{8}\u{8}back\u{7f}",
        "zero\u{200b}\u{200c}\u{2060}width\u{feff}",
        "\u{200b}",
        "admin",
        "\u{430}dmin",
        "admin\u{a0}",
        "line\u{2028}para\u{2029}graph",
        "%2F..%2F%00",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "a,b,c",
        "'; drop table users; --",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "🏳\u{fe0f}\u{200d}🌈",
        "﷽﷽﷽",
        "\u{e000}\u{f8ff}private",
        "null",
    ]
    .map(str::to_owned)
    .into();
    // As long as PubNub takes them.
    ids.push(format!("z{}algo", "\u{301}\u{35f}".repeat(43)));
    ids.push(format!("flood{}", "\u{200b}".repeat(87)));
    ids.push(format!("long-{}", "x".repeat(87)));
    ids.push("宽".repeat(92));
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{NameKind, check_requested_name};

    #[test]
    fn hostile_ids_hold_what_they_should_and_pubnub_takes_them() {
        let ids = hostile_ids();
        let some = |test: fn(&str) -> bool| assert!(ids.iter().any(|id| test(id)));
        some(|id| id.contains('\u{1b}'));
        some(|id| id.contains('\u{0}'));
        some(|id| id.contains('\u{202e}'));
        some(|id| id.chars().filter(|c| *c == '\u{200b}').count() > 80);
        some(|id| id.chars().filter(|c| *c == '\u{301}').count() > 40);
        some(|id| id.chars().count() == 92);
        assert!(ids.iter().all(|id| check_requested_name(NameKind::UserId, id).is_ok()));
        assert!(ids.iter().all(|id| id != "." && id != ".."), "no URL library would send those");
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
