use super::*;
use crate::terminal::{Mouse, MouseAction};
use proptest::prelude::*;

/// What bytes mean that come in these pieces, and then nothing more.
fn read(pieces: &[&[u8]]) -> Vec<TerminalEvent> {
    let (mut parser, mut events) = (InputParser::default(), VecDeque::new());
    for piece in pieces {
        parser.take_bytes(piece, false, &mut events);
    }
    parser.give_up(&mut events);
    assert!(!parser.is_unfinished());
    events.into()
}

/// The keys among what was sent; what the terminal answers is none.
fn keys(text: &str) -> Vec<Key> {
    let key = |event| match event {
        TerminalEvent::Key(key) => Some(key),
        TerminalEvent::Background { .. } | TerminalEvent::Attributes => None,
        event => panic!("{text:?} is {event:?}"),
    };
    read(&[text.as_bytes()]).into_iter().filter_map(key).collect()
}

fn paste(text: &str) -> TerminalEvent {
    TerminalEvent::Paste(text.to_owned())
}

fn typed(letter: char) -> TerminalEvent {
    TerminalEvent::Key(Key::Char(letter))
}

#[test]
fn every_key_is_read_as_each_terminal_sends_it() {
    for (sent, key) in [
        ("a", Key::Char('a')),
        ("Ä", Key::Char('Ä')),
        ("漢", Key::Char('漢')),
        ("\r", Key::Enter),
        ("\t", Key::Tab),
        ("\x7f", Key::Backspace),
        ("\x08", Key::Ctrl('h')),
        ("\n", Key::Ctrl('j')),
        ("\x03", Key::Ctrl('c')),
        ("\x1c", Key::Ctrl('4')),
        ("\0", Key::Ctrl(' ')),
        ("\x1b", Key::Esc),
        ("\x1b[A", Key::Up),
        ("\x1bOB", Key::Down),
        ("\x1b[1;2C", Key::Right),
        ("\x1b[2D", Key::Left),
        ("\x1b[1;1:2A", Key::Up),
        ("\x1b[H", Key::Home),
        ("\x1b[1~", Key::Home),
        ("\x1b[7~", Key::Home),
        ("\x1bOF", Key::End),
        ("\x1b[4~", Key::End),
        ("\x1b[5~", Key::PageUp),
        ("\x1b[6;5~", Key::PageDown),
        ("\x1b[3~", Key::Delete),
        ("\x1b[Z", Key::BackTab),
        ("\x1b[9;2u", Key::BackTab),
        ("\x1bOP", Key::F(1)),
        ("\x1b[[E", Key::F(5)),
        ("\x1b[1;2S", Key::F(4)),
        ("\x1b[15~", Key::F(5)),
        ("\x1b[24~", Key::F(12)),
        ("\x1b[34~", Key::F(17)),
        ("\x1b[57376u", Key::F(13)),
        ("\x1b[27u", Key::Esc),
        ("\x1b[13u", Key::Enter),
        ("\x1b[127;1:1u", Key::Backspace),
        ("\x1b[99;5u", Key::Ctrl('c')),
        ("\x1b[97:65;2u", Key::Char('A')),
        ("\x1b[64;7u", Key::Char('@')),
        ("\x1b[223:7838;8u", Key::Char('ẞ')),
        ("\x1b[57404u", Key::Char('5')),
        ("\x1b[57414u", Key::Enter),
    ] {
        assert_eq!(keys(sent), [key], "{sent:?}");
    }
}

#[test]
fn f16_an_answer_is_no_key_wherever_it_is_cut() {
    let sent = b"\x1b]11;rgb:ffff/ffff/eeee\x1b\\\x1b[?62;4cq";
    let expected = [TerminalEvent::Background { is_light: true }, TerminalEvent::Attributes, typed('q')];
    // After a lone ESC it is the key that is meant: terminals do not cut there.
    for cut in (0..sent.len()).filter(|cut| sent.get(cut.wrapping_sub(1)) != Some(&0x1b)) {
        assert_eq!(read(&[&sent[..cut], &sent[cut..]]), expected, "{cut}");
    }
}

#[test]
fn what_means_nothing_is_passed_over_whole() {
    for sent in [
        "\x1bq",
        "\x1b\r",
        "\x1b[1;3A",
        "\x1b[113;9u",
        "\x1b[113;3u",
        "\x1b[64;15u",
        "\x1b[1;7A",
        "\x1b[13;7u",
        "\x1b[113;1:3u",
        "\x1b[1;1:3A",
        "\x1b[I",
        "\x1b[O",
        "\x1b[?62;4c",
        "\x1b[?1u",
        "\x1b[12;40R",
        "\x1b[2~",
        "\x1b[200;5~",
        "\x1b[201~",
        "\x1b[57441u",
        "\x1b[99999999999u",
        "\x1b[<",
        "\x1b[<35;5;5M",
        "\x1b[<0;0M",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        "\x1b]11;q\x07",
        "\x1bP1+r544e=q\x1b\\",
        "\x1b_Gi=1;q\x1b\\",
        "\u{9b}",
    ] {
        assert_eq!(keys(sent), [], "{sent:?}");
        assert_eq!(
            keys(&format!("{sent}q")).last().copied(),
            Some(Key::Char('q')).filter(|_| sent != "\x1b[<"),
            "{sent:?}"
        );
    }
}

#[test]
fn the_mouse_is_read_as_each_terminal_sends_it() {
    let at = |action, column, row| TerminalEvent::Mouse(Mouse { action, column, row });
    for (sent, event) in [
        (&b"\x1b[<0;5;6M"[..], at(MouseAction::Press, 4, 5)),
        (b"\x1b[<0;5;6m", at(MouseAction::Release, 4, 5)),
        (b"\x1b[<32;300;6M", at(MouseAction::Drag, 299, 5)),
        (b"\x1b[<64;1;1M", at(MouseAction::WheelUp, 0, 0)),
        (b"\x1b[<81;1;1M", at(MouseAction::WheelDown, 0, 0)),
        (b"\x1b[<0;0;65535M", at(MouseAction::Press, 0, 65534)),
        (b"\x1b[M !\x22", at(MouseAction::Press, 0, 1)),
        (b"\x1b[M#\xff\xff", at(MouseAction::Release, 222, 222)),
        (b"\x1b[96;5;6M", at(MouseAction::WheelUp, 4, 5)),
    ] {
        assert_eq!(read(&[sent]), [event], "{sent:?}");
    }
}

#[test]
fn what_is_begun_and_never_finished_holds_back_no_key() {
    for begun in [
        &b"\x1b["[..],
        b"\x1bO",
        b"\x1b[1;",
        b"\x1b[<0;5",
        b"\x1b[M ",
        b"\x1b]11;rgb",
        b"\x1bP",
        b"\xe6\xbc",
        b"\x1b[[",
        b"\x1b[200~",
        b"\x1b[200~abc\x1b[20",
    ] {
        let (mut parser, mut events) = (InputParser::default(), VecDeque::new());
        parser.take_bytes(begun, false, &mut events);
        assert!(parser.is_unfinished() && events.is_empty(), "{begun:?}");
        parser.give_up(&mut events);
        events.clear();
        assert!(!parser.is_unfinished(), "{begun:?}");
        for key in ["q", "\x1b[A", "é"] {
            parser.take_bytes(key.as_bytes(), false, &mut events);
            assert_eq!(events.drain(..).collect::<Vec<_>>(), read(&[key.as_bytes()]), "{begun:?}");
        }
    }
    // A key that can't belong to it ends it at once.
    assert_eq!(read(&[b"\xe6\xbc", b"q"]), [typed('q')]);
    assert_eq!(read(&[b"\x1b[1;", b"\x1b[A"]), [TerminalEvent::Key(Key::Up)]);
    assert_eq!(read(&[b"\x1b[1\rq"]), [TerminalEvent::Key(Key::Enter), typed('q')]);
    let endless = format!("\x1b[{}", "1".repeat(500));
    assert_eq!(read(&[endless.as_bytes(), b"q"]), [typed('q')]);
}

#[test]
fn a_paste_is_one_text_wherever_it_is_cut() {
    let whole = b"\x1b[200~a\r\n\x1b[A\x1b[201\x1b[201~q";
    let expected = [paste("a\r\n\x1b[A\x1b[201"), typed('q')];
    assert_eq!(read(&[whole]), expected);
    for cut in 7..whole.len() {
        assert_eq!(read(&[&whole[..cut], &whole[cut..]]), expected, "{cut}");
    }
}

#[test]
fn after_a_pause_in_a_paste_a_single_key_is_a_key_and_more_is_pasted() {
    let (mut parser, mut events) = (InputParser::default(), VecDeque::new());
    parser.take_bytes(b"\x1b[200~abc", false, &mut events);
    parser.give_up(&mut events);
    assert_eq!(events.drain(..).collect::<Vec<_>>(), [paste("abc")]);
    // The link had stalled: it goes on.
    parser.take_bytes(b"quit\r", false, &mut events);
    assert!(events.is_empty() && parser.paste.is_some());
    parser.give_up(&mut events);
    assert_eq!(events.drain(..).collect::<Vec<_>>(), [paste("quit\r")]);
    parser.take_bytes(b"q", false, &mut events);
    assert_eq!(events.drain(..).collect::<Vec<_>>(), [typed('q')]);
    parser.take_bytes(b"ab", false, &mut events);
    assert_eq!(events.drain(..).collect::<Vec<_>>(), [typed('a'), typed('b')]);
}

#[test]
fn a_giant_paste_is_cut_and_nothing_of_it_is_a_key() {
    let (mut parser, mut events) = (InputParser::default(), VecDeque::new());
    let line = b"q\r\n:quit\r\x1b[31m\x1b[200~";
    parser.take_bytes(b"\x1b[200~", false, &mut events);
    for _ in 0..(10 << 20) / line.len() {
        parser.take_bytes(line, true, &mut events);
    }
    assert!(events.is_empty());
    parser.take_bytes(b"\x1b[201~", false, &mut events);
    let Some(TerminalEvent::Paste(text)) = events.pop_front() else { panic!() };
    assert!(text.len() <= MOST_PASTED && events.is_empty());
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_hold_back_nothing(pieces in prop::collection::vec(
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            "(\x1b|\\[|O|;|<|[0-9]|M|~|200~|201~|u|q){0,12}".prop_map(String::into_bytes),
        ], 0..20))
    {
        let (mut parser, mut events) = (InputParser::default(), VecDeque::new());
        for piece in &pieces {
            parser.take_bytes(piece, false, &mut events);
        }
        parser.give_up(&mut events);
        prop_assert!(!parser.is_unfinished());
        events.clear();
        parser.take_bytes(b"q", false, &mut events);
        prop_assert_eq!(events.pop_front(), Some(typed('q')));
    }

    #[test]
    fn letters_are_read_wherever_they_are_cut(text in "[^\\p{Cc}]{0,20}", cut in 0_usize..80) {
        let cut = cut.min(text.len());
        let expected: Vec<TerminalEvent> = text.chars().map(typed).collect();
        prop_assert_eq!(read(&[&text.as_bytes()[..cut], &text.as_bytes()[cut..]]), expected);
    }
}
