use super::*;

const SOME: Contents = Contents {
    channels: 6,
    width: 58,
    occupants: 200,
    elsewhere: 0,
    names: 0,
    longest: 0,
    log: 400,
    detail: 0,
    timeline: 0,
};

fn plain(width: u16, height: u16) -> Layout {
    Layout::cut(Rect::new(0, 0, width, height), Pane::Occupants, false, PaneShares::default(), SOME)
}

fn contents() -> impl Iterator<Item = Contents> + Clone {
    let numbers = [(1, 0, 0, 0), (6, 12, 400, 0), (13, 300, 30, 9), (301, 4, 400, 12), (301, 1000, 1000, 30)];
    numbers.into_iter().map(|(channels, occupants, log, detail)| Contents {
        channels,
        width: 40 + channels,
        occupants,
        elsewhere: occupants.abs_diff(300),
        names: if log == 400 { 47 } else { 0 },
        longest: 0,
        log,
        detail,
        timeline: 0,
    })
}

#[test]
fn no_part_is_ever_outside_the_screen_or_upon_another() {
    let odd = [
        PaneShares::default(),
        PaneShares { channels: 0, log: 0, detail: 0 },
        PaneShares { channels: 90, log: 99, detail: 300 },
    ];
    for (width, height) in (0..=260).step_by(3).flat_map(|w| (0..=70).map(move |h| (w, h))) {
        let area = Rect::new(0, 0, width, height);
        for (pane, zoom) in [(Pane::Channels, false), (Pane::Occupants, true), (Pane::Log, false)] {
            for (shares, contents) in odd.into_iter().zip(contents().cycle().skip(usize::from(width) % 5)) {
                let layout = Layout::cut(area, pane, zoom, shares, contents);
                let parts: Vec<_> = layout.list_parts().filter(|(_, part)| !part.is_empty()).collect();
                for (n, (name, part)) in parts.iter().enumerate() {
                    assert_eq!(part.intersection(area), *part, "{width}x{height} {name:?}");
                    let upon = parts[..n].iter().find(|(_, other)| !part.intersection(*other).is_empty());
                    assert_eq!(upon, None, "{width}x{height} {name:?}");
                }
                let covered: u32 = parts.iter().map(|(_, part)| part.area()).sum();
                assert_eq!(covered, area.area(), "{width}x{height}: every cell belongs to a part: {layout:?}");
            }
        }
    }
}

#[test]
fn a_list_has_room_for_two_people_or_is_not_there() {
    for (width, height) in (1..=60).flat_map(|w| (1..=30).map(move |h| (w, h))).chain([(80, 6), (100, 20), (170, 12)]) {
        for (zoom, pane) in
            [Pane::Channels, Pane::Occupants, Pane::Log].into_iter().flat_map(|p| [(true, p), (false, p)])
        {
            let area = Rect::new(0, 0, width, height);
            let layout = Layout::cut(area, pane, zoom, PaneShares::default(), SOME);
            let lists = layout
                .list_parts()
                .filter(|(part, _)| matches!(part, ScreenPart::Channels | ScreenPart::Occupants | ScreenPart::Log));
            let lists: Vec<_> = lists.collect();
            for (part, list) in &lists {
                let rows = layout.inner(*part, *list).height;
                assert!(rows - u16::from(has_heading(rows)) >= 2, "{width}x{height} {pane:?}: {rows}");
            }
            assert_eq!(!lists.is_empty(), layout.size != Size::Ticker, "{width}x{height}");
        }
    }
}

#[test]
fn the_sizes_people_have() {
    assert_eq!(
        [(200, 60), (100, 20), (80, 24), (200, 15), (40, 12), (20, 5), (1, 1)].map(|(w, h)| plain(w, h).size),
        [Size::Wide, Size::Wide, Size::Narrow, Size::Broad, Size::Tiny, Size::Ticker, Size::Ticker]
    );
    let with_detail = |width| {
        let contents = Contents { detail: 9, ..SOME };
        let area = Rect::new(0, 0, width, 40);
        Layout::cut(area, Pane::Occupants, false, PaneShares::default(), contents).detail
    };
    assert!(with_detail(119).is_none() && with_detail(120).is_some());
    assert!(plain(120, 40).detail.is_none(), "it has nothing to say");
}

/// Rows that a pane has beyond what it shows.
fn count_blanks(layout: &Layout, part: ScreenPart, area: Option<Rect>, content: usize) -> usize {
    let rows = area.map_or(0, |area| layout.inner(part, area).height);
    usize::from(rows).saturating_sub(content)
}

#[test]
fn f17_while_a_list_is_cut_no_other_pane_is_blank() {
    assert_eq!(plain(120, 40).channels.unwrap().height, 8, "five channels and their sum");
    for (width, height) in (100..=300).step_by(7).flat_map(|w| (20..=80).map(move |h| (w, h))) {
        for (channels, occupants, log) in
            (1..40).step_by(4).flat_map(|c| [0, 3, 40, 500].map(|p| [5, 60, 900].map(|l| (c, p, l)))).flatten()
        {
            let contents = Contents { channels, occupants, log, ..SOME };
            let area = Rect::new(0, 0, width, height);
            let layout = Layout::cut(area, Pane::Log, false, PaneShares::default(), contents);
            let panes = [
                // A heading stands above the rows.
                (ScreenPart::Channels, layout.channels, channels + 1),
                (ScreenPart::Occupants, layout.occupants, occupants.max(3) + 1),
                (ScreenPart::Log, layout.log, log),
            ];
            let cut = panes.iter().any(|(part, area, content)| {
                area.is_some_and(|area| usize::from(layout.inner(*part, area).height) < *content)
            });
            for (part, area, content) in panes {
                let blanks = count_blanks(&layout, part, area, content);
                assert!(!cut || blanks <= 2, "{width}x{height} {contents:?}: {part:?} has {blanks} blank rows");
            }
        }
    }
}

#[test]
fn f23_the_channels_are_a_table_at_every_size_down_to_a_phone() {
    for (width, height) in [(40, 12), (60, 16), (80, 24), (100, 30), (120, 40), (200, 15), (200, 60)] {
        let area = Rect::new(0, 0, width, height);
        let layout = Layout::cut(area, Pane::Channels, false, PaneShares::default(), SOME);
        let rows = layout.inner(ScreenPart::Channels, layout.channels.unwrap()).height;
        let least = if height >= 24 || height == 12 { 6 } else { 3 };
        assert!(rows > least && layout.log.is_some(), "{width}x{height}: {rows}");
        assert_eq!(layout.header.height, 2, "{width}x{height}");
    }
}

#[test]
fn f58_nothing_is_framed_twice() {
    let layout = plain(110, 40);
    let (channels, gauge) = (layout.channels.unwrap(), layout.gauge.unwrap());
    let inner = |part, area| layout.inner(part, area).width;
    let columns = inner(ScreenPart::Channels, channels) + inner(ScreenPart::Gauge, gauge);
    assert_eq!(columns, 109, "one column parts what four did");
    assert_eq!(inner(ScreenPart::Occupants, layout.occupants.unwrap()), 110);
    assert_eq!(inner(ScreenPart::Log, layout.log.unwrap()), 110);
}

#[test]
fn a_position_is_a_row_of_a_pane_a_title_or_a_splitter() {
    let area = Rect::new(0, 0, 120, 40);
    let contents = Contents { detail: 9, ..SOME };
    let layout = Layout::cut(area, Pane::Occupants, false, PaneShares::default(), contents);
    let (gauge, occupants, log) = (layout.gauge.unwrap(), layout.occupants.unwrap(), layout.log.unwrap());
    let row = |part, column, row| Some(Spot::On(part, Some(Position::new(column, row))));
    assert_eq!(layout.find_spot(3, 0), row(ScreenPart::Header, 3, 0));
    assert_eq!(layout.find_spot(occupants.x + 5, occupants.y + 3), row(ScreenPart::Occupants, 5, 2));
    assert_eq!(layout.find_spot(occupants.x + 5, occupants.y), Some(Spot::On(ScreenPart::Occupants, None)));
    assert_eq!(layout.find_spot(gauge.x, gauge.y + 1), Some(Spot::Splitter(Splitter::Channels)));
    let detail = layout.detail.unwrap();
    assert_eq!(layout.find_spot(detail.x, detail.y + 1), Some(Spot::Splitter(Splitter::Detail)));
    assert_eq!(layout.find_spot(120, 0), None);
    assert_eq!(layout.find_spot(log.x, log.y + 1), Some(Spot::Splitter(Splitter::Detail)));
    let narrow = plain(110, 40);
    assert_eq!(narrow.find_spot(60, narrow.log.unwrap().y), Some(Spot::Splitter(Splitter::Log)));
}

#[test]
fn a_dragged_splitter_goes_where_it_is_dragged() {
    let area = Rect::new(0, 0, 150, 60);
    let contents = Contents { detail: 9, ..SOME };
    let cut = |shares| Layout::cut(area, Pane::Occupants, false, shares, contents);
    let layout = cut(PaneShares::default());
    for column in [60, 75, 90] {
        let shares = layout.drag(Splitter::Channels, column, 0, PaneShares::default());
        assert!(cut(shares).channels.unwrap().right().abs_diff(column) <= 1);
    }
    let shares = layout.drag(Splitter::Detail, 90, 0, PaneShares::default());
    assert!(cut(shares).detail.unwrap().x.abs_diff(90) <= 1);
    assert_eq!(cut(shares).detail.unwrap().x, cut(shares).log.unwrap().x);
    let narrow = |shares| Layout::cut(Rect::new(0, 0, 110, 60), Pane::Occupants, false, shares, SOME);
    let shares = narrow(shares).drag(Splitter::Log, 0, 30, shares);
    assert!(narrow(shares).log.unwrap().y.abs_diff(30) <= 1);
}
