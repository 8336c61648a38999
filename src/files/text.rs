//! The one reader of text that people wrote, with whatever editor: what it left in front and at the ends of
//! lines is taken away, and what is no text is named.

use super::FileError;

/// Turn the bytes of a file into text: a byte order mark goes, each line ends in `\n`, whether it ended in
/// `\r\n` or, as on old Macs, in `\r`.
///
/// # Errors
/// If it is no text in UTF-8: what it is instead, in words that follow the file's name.
pub fn decode_text(bytes: Vec<u8>) -> Result<String, FileError> {
    if let Some(encoding) = find_other_encoding(&bytes) {
        return Err(FileError::Other(format!("is in {encoding}; save it as UTF-8")));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let line = count_lines(&String::from_utf8_lossy(&e.as_bytes()[..e.utf8_error().valid_up_to()]));
        FileError::Other(format!("is not text in UTF-8 (line {line}); save it as such"))
    })?;
    if let Some(at) = text.find('\0') {
        let line = count_lines(&text[..at]);
        return Err(FileError::Other(format!("is not text: line {line} holds a NUL byte; name a text file")));
    }
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text })
}

/// The line, from 1, that begins or goes on behind this text.
fn count_lines(before: &str) -> usize {
    1 + before.matches('\n').count()
}

/// By its mark; or, without one, by the zeros that every other byte of plain letters has there.
fn find_other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Some("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Some("UTF-16"),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(64) & !1];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2;
    let one_sided = even.abs_diff(odd) == even.max(odd);
    (most > 1 && one_sided && even.max(odd) * 4 > most * 3).then_some("UTF-16")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        decode_text(bytes.to_vec()).map_err(|why| why.to_string())
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn what_editors_leave_is_taken_away() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"a\nb", "a\nb"),
            (b"\xef\xbb\xbf", ""),
            (b"\xef\xbb\xbfa\r\nb\r\n", "a\nb\n"),
            (b"a\rb\r", "a\nb\n"),
            (b"a\r\r\nb\n\rc", "a\n\nb\n\nc"),
            ("Größe".as_bytes(), "Größe"),
        ] {
            assert_eq!(read(bytes).as_deref(), Ok(text), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        let utf16_said = Err("is in UTF-16; save it as UTF-8".to_owned());
        for text in ["\u{feff}[keyset.a]\r\n", "[keyset.a]\r\n", "\u{feff}", "\u{feff}ü"] {
            assert_eq!(read(&utf16(text, u16::to_le_bytes)), utf16_said, "{text:?}");
            assert_eq!(read(&utf16(text, u16::to_be_bytes)), utf16_said, "{text:?}");
        }
        assert_eq!(read(b"\xff\xfe\0\0a\0\0\0"), Err("is in UTF-32; save it as UTF-8".to_owned()));
        assert_eq!(read(b"a\nb\0c"), Err("is not text: line 2 holds a NUL byte; name a text file".to_owned()));
        assert_eq!(read(b"a\nb\n\xe4"), Err("is not text in UTF-8 (line 3); save it as such".to_owned()));
        for binary in [&b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"[..], b"\0", b"\0\0\0\0", b"PK\x03\x04\0\0"] {
            assert!(read(binary).unwrap_err().starts_with("is not text"), "{binary:?}");
        }
    }
}
