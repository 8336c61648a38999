//! Reads the instant that a person means: `12:04:28`, `-5m`, a timetoken, `now`.

use jiff::{Timestamp, ToSpan, civil::Time, tz::TimeZone};

use crate::{
    duration::Span,
    presence::{Moment, ServiceClock, Timetoken},
};

/// What can be typed.
const FORMS: &str = "write 12:04:28, -5m, +30s, a timetoken of 17 digits, or now";

/// Read an instant. `shown` is what is on the screen, from which `-5m` counts; a time of day is the last one before
/// `now`, where the person is; a timetoken is by the service's clock.
pub(super) fn read_instant(
    text: &str,
    shown: Moment,
    now: Moment,
    zone: &TimeZone,
    clock: &ServiceClock,
) -> Result<Moment, String> {
    let text = text.trim();
    let wrong = || FORMS.to_owned();
    if text.eq_ignore_ascii_case("now") {
        return Ok(now);
    }
    if let Some((sign, span)) = text.split_at_checked(1).filter(|(sign, _)| matches!(*sign, "-" | "+")) {
        let Span(span) = span.trim().parse().map_err(|_| wrong())?;
        return Ok(if sign == "-" { shown.minus(span) } else { shown.plus(span) });
    }
    if text.len() == 17
        && let Ok(digits) = text.parse()
    {
        let (token, today) = (Timetoken::new(digits), clock.now(now));
        // The service's clock and ours differ by the same now and then.
        return Ok(if token > today { now } else { now.minus(today.since(token)) });
    }
    if !text.contains(':') {
        return Err(wrong());
    }
    let padded = if text.matches(':').count() == 1 { format!("{text}:00") } else { text.to_owned() };
    let time: Time = padded.parse().map_err(|_| wrong())?;
    find_last(time, now, zone).ok_or_else(wrong)
}

/// The last moment before `now` at which it was so late.
fn find_last(time: Time, now: Moment, zone: &TimeZone) -> Option<Moment> {
    let here = Timestamp::from_microsecond(i64::try_from(now.micros()).ok()?).ok()?.to_zoned(zone.clone());
    let today = here.date().to_datetime(time).to_zoned(zone.clone()).ok()?;
    let last = if today > here { today.checked_sub(1.day()).ok()? } else { today };
    let micros = u64::try_from(last.timestamp().as_microsecond()).ok()?;
    Some(Moment::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 12:04:28 UTC.
    const NOON: u64 = 1_795_262_668;

    #[test]
    fn an_instant_is_written_as_a_time_of_day_a_difference_a_timetoken_or_now() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let (now, shown) = (at(NOON), at(NOON - 100));
        let read = |text: &str| read_instant(text, shown, now, &TimeZone::UTC, &ServiceClock::default());
        let seconds = |text: &str| read(text).map(|at| at.seconds().cast_signed() - NOON.cast_signed());
        for (text, wanted) in [
            ("12:04:28", 0),
            ("12:04:00", -28),
            (" 12:03 ", -88),
            ("12:05", 32 - 86_400),
            ("-5m", -400),
            ("+30", -70),
            ("now", 0),
        ] {
            assert_eq!(seconds(text), Ok(wanted), "{text}");
        }
        let token = format!("{}0000000", NOON - 7);
        assert_eq!((token.len(), seconds(&token)), (17, Ok(-7)));
        for text in ["", "25:00", "yesterday", "12", "-", "-soon", "12:04:28:01", "17952626280000x00"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_meant_where_the_person_is() {
        let now = Moment::from_micros(NOON * 1_000_000);
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let read = read_instant("14:00", now, now, &zone, &ServiceClock::default());
        assert_eq!(read.map(Moment::seconds), Ok(NOON - 268));
    }
}
