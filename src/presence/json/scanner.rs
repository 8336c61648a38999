//! A scanner of JSON text: it checks what it passes over, and hands out strings and whole numbers where they stand.
//! Every method returns `None` for what is not JSON, and for JSON that is written in another way than it knows: then
//! the general reader decides which of the two it is.

/// Objects and arrays that are nested deeper are left to the general reader.
const DEEPEST: u32 = 64;

/// A position in JSON text.
#[derive(Debug, Clone)]
pub(crate) struct JsonScanner<'a> {
    text: &'a str,
    at: usize,
}

/// Keep the value of a member that may come once.
pub(crate) fn take_once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// Eight bytes, each of which is `byte`.
const fn repeat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The bytes of a word that are below `limit`, which is at most 128: marked by their highest bits. The lowest mark is
/// exact, those above may be wrong.
const fn mark_below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(repeat(limit)) & !word & repeat(0x80)
}

/// The number of bytes before the first that ends the plain part of a string: a quote, an escape or a control
/// character.
fn count_plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quotes = mark_below(word ^ repeat(b'"'), 1);
        let escapes = mark_below(word ^ repeat(b'\\'), 1);
        let found = quotes | escapes | mark_below(word, b' ');
        if found != 0 {
            return place * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let is_plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    words.len() * 8 + rest.iter().take_while(|byte| is_plain(byte)).count()
}

impl<'a> JsonScanner<'a> {
    /// At the beginning of a text.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no blank.
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Pass over this byte, and blanks before it.
    pub fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Whether nothing but blanks is left.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// A string without escapes.
    pub fn take_string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let start = self.at;
        let end = start + count_plain(&self.text.as_bytes()[start..]);
        self.at = end + 1;
        (self.text.as_bytes().get(end) == Some(&b'"')).then(|| &self.text[start..end])
    }

    /// A whole number that is not negative, without point or exponent.
    pub fn take_number(&mut self) -> Option<u64> {
        self.peek()?;
        let digits = self.count_digits();
        let text = &self.text[self.at..self.at + digits];
        self.at += digits;
        let begins_well = digits == 1 || !text.starts_with('0');
        let ends = !matches!(self.text.as_bytes().get(self.at), Some(b'.' | b'e' | b'E'));
        if begins_well && ends { text.parse().ok() } else { None }
    }

    /// A whole number, bare or in quotes.
    pub fn take_number_or_text(&mut self) -> Option<u64> {
        if self.peek()? != b'"' {
            return self.take_number();
        }
        let digits = self.take_string()?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    }

    fn count_digits(&self) -> usize {
        self.text.as_bytes()[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Read the members of an object: `read` is given each name, without escapes, and takes its value.
    pub fn take_object(&mut self, mut read: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            return self.take(b'}');
        }
        loop {
            let name = self.take_string()?;
            self.take(b':')?;
            read(self, name)?;
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => return self.take(b'}'),
                _ => return None,
            }
        }
    }

    /// Read the elements of an array: `read` takes one.
    pub fn take_array(&mut self, mut read: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            return self.take(b']');
        }
        loop {
            read(self)?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => return self.take(b']'),
                _ => return None,
            }
        }
    }

    /// The text from an earlier position on.
    pub fn text_since(&self, start: &Self) -> &'a str {
        &self.text[start.at..self.at]
    }

    /// The text of any value.
    pub fn take_value(&mut self) -> Option<&'a str> {
        self.peek()?;
        let start = self.at;
        self.skip_value()?;
        Some(&self.text[start..self.at])
    }

    /// Go back to where a value began, if `read` can't read it.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let done = read(self);
        if done.is_none() {
            self.at = start;
        }
        done
    }

    /// Pass over a value of any kind.
    pub fn skip_value(&mut self) -> Option<()> {
        // One bit for each object or array around: 1 for an object.
        let (mut depth, mut kinds) = (0, 0_u64);
        loop {
            let opened = match self.peek()? {
                b'{' => Some(1),
                b'[' => Some(0),
                _ => None,
            };
            if let Some(kind) = opened {
                self.at += 1;
                if depth == DEEPEST {
                    return None;
                }
                (depth, kinds) = (depth + 1, kinds << 1 | kind);
                if self.peek()? != [b']', b'}'][usize::from(kind == 1)] {
                    if kind == 1 {
                        self.skip_name()?;
                    }
                    continue;
                }
            } else {
                self.skip_scalar()?;
            }
            // Behind a value: go on in what is around it, or close it.
            loop {
                if depth == 0 {
                    return Some(());
                }
                let in_object = kinds & 1 == 1;
                match self.peek()? {
                    b',' => {
                        self.at += 1;
                        if in_object {
                            self.skip_name()?;
                        }
                        break;
                    }
                    b'}' if in_object => {}
                    b']' if !in_object => {}
                    _ => return None,
                }
                self.at += 1;
                (depth, kinds) = (depth - 1, kinds >> 1);
            }
        }
    }

    fn skip_name(&mut self) -> Option<()> {
        self.peek().filter(|byte| *byte == b'"')?;
        self.skip_string()?;
        self.take(b':')
    }

    fn skip_scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.skip_string(),
            b't' => self.skip_word("true"),
            b'f' => self.skip_word("false"),
            b'n' => self.skip_word("null"),
            _ => self.skip_number(),
        }
    }

    fn skip_word(&mut self, word: &str) -> Option<()> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn skip_string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            self.at += count_plain(&bytes[self.at..]);
            match bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.skip_escape()?,
                _ => return None,
            }
        }
    }

    fn skip_escape(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
            b'u' => {
                let digits = bytes.get(self.at + 2..self.at + 6)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                self.at += 6;
            }
            _ => return None,
        }
        Some(())
    }

    fn skip_number(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        let begins_with_zero = bytes.get(self.at) == Some(&b'0');
        let whole = self.skip_digits()?;
        if begins_with_zero && whole > 1 {
            return None;
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Some(())
    }

    /// Pass over one digit at least; returns how many there were.
    fn skip_digits(&mut self) -> Option<usize> {
        let digits = self.count_digits();
        self.at += digits;
        (digits > 0).then_some(digits)
    }
}

#[cfg(test)]
mod tests;
