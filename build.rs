//! Writes down which sequences of characters are emoji of Unicode's list. Of the crate that knows the list, the program
//! would otherwise carry all the names, too, and a pointer for each.

use std::{collections::BTreeMap, env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let tones = emojis::iter().filter_map(emojis::Emoji::skin_tones).flatten();
    let mut by_length: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for emoji in emojis::iter().chain(tones).map(emojis::Emoji::as_str) {
        by_length.entry(emoji.len()).or_default().push(emoji);
    }
    let mut table = "&[\n".to_owned();
    for (length, mut all) in by_length {
        all.sort_unstable();
        all.dedup();
        table.extend([format!("({length}, {:?}),\n", all.concat())]);
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("emoji.rs"), table)?;
    Ok(())
}
