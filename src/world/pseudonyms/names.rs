//! Readable names for hashes.

/// What somebody is like.
const MANNERS: [&str; 64] = [
    "able", "amber", "ample", "bold", "brave", "brief", "bright", "brisk", "calm", "clear", "clever", "cool", "cosy",
    "crisp", "deep", "eager", "early", "easy", "even", "fair", "fine", "firm", "fleet", "fond", "free", "fresh",
    "gentle", "glad", "golden", "good", "grand", "green", "happy", "jolly", "keen", "kind", "large", "late", "light",
    "lively", "loyal", "lucky", "merry", "mild", "neat", "noble", "patient", "plain", "proud", "quick", "quiet",
    "rapid", "rare", "ready", "silent", "simple", "smart", "steady", "sunny", "swift", "tidy", "warm", "wise", "young",
];

/// What somebody is.
const ANIMALS: [&str; 64] = [
    "ant", "badger", "bat", "bear", "beaver", "bee", "bison", "bream", "carp", "cat", "cod", "colt", "crab", "crane",
    "crow", "deer", "dove", "duck", "eagle", "eel", "elk", "falcon", "ferret", "finch", "fox", "frog", "goat", "goose",
    "gull", "hare", "hawk", "heron", "horse", "ibex", "jay", "koala", "lark", "lion", "llama", "lynx", "mole", "moose",
    "moth", "mouse", "newt", "orca", "otter", "owl", "panda", "perch", "pike", "pony", "quail", "rabbit", "raven",
    "robin", "seal", "shrew", "stork", "swan", "tern", "toad", "trout", "wren",
];

/// The fewest and the most digits behind the words.
pub(super) const FEWEST_DIGITS: usize = 4;
pub(super) const MOST_DIGITS: usize = 13;

/// The name of a hash, with so many of its digits: at most 13.
pub(super) fn name_hash(hash: u64, digits: usize) -> String {
    let (manner, animal) = ((hash >> 58) as usize, (hash >> 52) as usize & 63);
    let hex = format!("{:013x}", hash & ((1 << 52) - 1));
    format!("{}-{}-{}", MANNERS[manner], ANIMALS[animal], &hex[..digits.min(MOST_DIGITS)])
}
