//! Which line of a text a byte stands in.

/// Where the lines of a text begin: found once, so that asking for many lines does not count each from the top.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    /// The bytes after each line's end, ascending.
    starts: Vec<usize>,
}

impl LineIndex {
    /// Find the lines of a text.
    pub fn new(text: &str) -> Self {
        #[cfg(test)]
        INDEXED.with(|bytes| bytes.set(bytes.get() + text.len()));
        Self { starts: text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect() }
    }

    /// The line of a byte, from 1; behind the end it is the last.
    pub fn line(&self, byte: usize) -> usize {
        1 + self.starts.partition_point(|start| *start <= byte)
    }
}

#[cfg(test)]
thread_local! {
    /// Bytes that this thread has looked at for ends of lines.
    pub(crate) static INDEXED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_counting_from_the_top_gives() {
        for text in ["", "a", "\n", "a\nb\n\nüx\n", "\n\n\n"] {
            let index = LineIndex::new(text);
            for byte in 0..=text.len() + 1 {
                let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
                let counted = 1 + String::from_utf8_lossy(before).matches('\n').count();
                assert_eq!(index.line(byte), counted, "{text:?} {byte}");
            }
        }
    }
}
