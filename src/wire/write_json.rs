//! JSON that is written piece by piece.

/// Write a text with its quotes and escapes.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    // Nothing is in the way of writing into memory.
    let _ = serde_json::to_writer(out, text);
}
