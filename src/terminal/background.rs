//! Asking the terminal for its background.

use std::{io, time::Duration};

use futures_util::{Stream, StreamExt};

use super::{TerminalEvent, guard::send_bytes};

/// OSC 11 asks for the background. A terminal that does not know it answers the question after it only, which is what
/// kind of terminal it is: so nearly none is waited for in vain.
pub const BACKGROUND_QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// A terminal far away, or one that answers nothing at all, is not waited for any longer.
const PATIENCE: Duration = Duration::from_millis(100);

/// Ask the terminal, once it is ours, whether its background is light, and read the answer. Returns it, if it came in
/// time, and what came beside it. An answer that is late comes as [`TerminalEvent::Background`].
///
/// # Errors
/// If the terminal can't be written to.
pub async fn ask_background(
    input: &mut (impl Stream<Item = TerminalEvent> + Unpin),
) -> io::Result<(Option<bool>, Vec<TerminalEvent>)> {
    send_bytes(BACKGROUND_QUESTION)?;
    let mut others = Vec::new();
    let answer = tokio::time::timeout(PATIENCE, async {
        loop {
            match input.next().await {
                Some(TerminalEvent::Background { is_light }) => return Some(is_light),
                Some(TerminalEvent::Attributes) | None => return None,
                Some(TerminalEvent::End) => {
                    others.push(TerminalEvent::End);
                    return None;
                }
                Some(other) => others.push(other),
            }
        }
    });
    let answer = answer.await.unwrap_or(None);
    Ok((answer, others))
}

/// Read what a terminal tells of its background: `11;rgb:ffff/ffff/ffff`, with one to four digits each, or `rgba:`.
/// Returns whether that is light; `None` if it is another answer.
#[cfg(any(unix, test))]
pub(super) fn read_background(answer: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(answer).ok()?.strip_prefix("11;")?;
    let colors = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut parts = colors.split('/').map(|part| {
        let highest = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1).filter(|most| *most > 0)?;
        Some(u32::from_str_radix(part, 16).ok()? * 1_000 / highest)
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    // As the eye weighs the colours.
    Some(red * 299 + green * 587 + blue * 114 > 500_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f16_a_background_is_light_or_dark() {
        let read = |text: &str| read_background(text.as_bytes());
        assert_eq!(read("11;rgb:ffff/ffff/ffff"), Some(true));
        assert_eq!(read("11;rgb:1e1e/1e1e/2e2e"), Some(false));
        assert_eq!(read("11;rgba:ff/ff/e0/ff"), Some(true));
        assert_eq!(read("11;rgb:0/0/f"), Some(false));
        for other in
            ["", "11;", "11;?", "10;rgb:f/f/f", "11;rgb:f/f", "11;rgb:/f/f", "11;rgb:fffffffff/f/f", "11;rgb:g/f/f"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn f16_what_comes_beside_the_answer_is_kept_and_silence_ends() {
        use crate::keys::Key;
        let key = TerminalEvent::Key(Key::Char('?'));
        let told = vec![key.clone(), TerminalEvent::Background { is_light: true }, TerminalEvent::Attributes];
        let mut input = futures_util::stream::iter(told);
        assert_eq!(ask_background(&mut input).await.unwrap(), (Some(true), vec![key.clone()]));
        assert_eq!(input.next().await, Some(TerminalEvent::Attributes));
        let mut knows_nothing = futures_util::stream::iter([TerminalEvent::Attributes]);
        assert_eq!(ask_background(&mut knows_nothing).await.unwrap(), (None, vec![]));
        let mut silent = futures_util::stream::iter([key.clone()]).chain(futures_util::stream::pending());
        assert_eq!(ask_background(&mut silent).await.unwrap(), (None, vec![key]));
    }
}
