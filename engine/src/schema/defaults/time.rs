//! Times as `metav1.Time` and `metav1.MicroTime` read and print them.

use alloc::{format, string::String};

/// A text in RFC 3339 as it is printed: in UTC, with seconds, or with six digits more when `micro` (which then must be
/// written so).
///
/// # Errors
/// Go's message for a text that is no such time.
pub(super) fn normal(text: &str, micro: bool) -> Result<String, String> {
    let layout = if micro { "2006-01-02T15:04:05.000000Z07:00" } else { "2006-01-02T15:04:05Z07:00" };
    parse(text, micro).ok_or_else(|| {
        let (rest, expected) = failure(text, micro);
        format!("parsing time {text:?} as {layout:?}: cannot parse {rest:?} as {expected:?}")
    })
}

fn parse(text: &str, micro: bool) -> Option<String> {
    let digits = |from: usize, count: usize| -> Option<i64> {
        let digits = text.get(from..from + count)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let is = |at: usize, byte: u8| text.as_bytes().get(at) == Some(&byte);
    let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
    let (hour, minute, second) = (digits(11, 2)?, digits(14, 2)?, digits(17, 2)?);
    let separators = is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':');
    if !separators || hour > 23 || minute > 59 || second > 59 || !(1..=days_of(year, month)?).contains(&day) {
        return None;
    }
    let rest = text.get(19..)?;
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("", rest),
    };
    if (micro && fraction.len() != 6) || (rest.starts_with(['.', ',']) && fraction.is_empty()) {
        return None;
    }
    let offset = match zone.as_bytes() {
        b"Z" => 0,
        &[sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(u8::is_ascii_digit) => {
            let number = |tens: u8, ones: u8| i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
            let (hours, minutes) = (number(h1, h2), number(m1, m2));
            if hours > 24 || minutes > 60 {
                return None;
            }
            (hours * 60 + minutes) * if sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let minutes = (days_from_epoch(year, month, day) * 24 + hour) * 60 + minute - offset;
    let (year, month, day) = date_of(minutes.div_euclid(24 * 60));
    let (hour, minute) = (minutes.rem_euclid(24 * 60) / 60, minutes.rem_euclid(60));
    let fraction = if micro { format!(".{fraction}") } else { String::new() };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"))
}

/// What is left where Go's parser stops, and the part of the layout it wanted there.
fn failure(text: &str, micro: bool) -> (&str, &'static str) {
    const PARTS: &[(usize, usize, &str)] = &[
        (0, 4, "2006"),
        (4, 1, "-"),
        (5, 2, "01"),
        (7, 1, "-"),
        (8, 2, "02"),
        (10, 1, "T"),
        (11, 2, "15"),
        (13, 1, ":"),
        (14, 2, "04"),
        (16, 1, ":"),
        (17, 2, "05"),
    ];
    for &(from, length, expected) in PARTS {
        let part = text.get(from..from + length);
        let fits = part.is_some_and(|part| match length {
            1 => part == expected,
            _ => part.bytes().all(|byte| byte.is_ascii_digit()),
        });
        if !fits {
            return (text.get(from..).unwrap_or(""), expected);
        }
    }
    let rest = text.get(19..).unwrap_or("");
    if micro && !rest.get(1..7).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return (rest, ".000000");
    }
    (rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()), "Z07:00")
}

fn days_of(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// Days since 1970-01-01; years are counted from March, so that the leap day is the last.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (years + era * 400 + i64::from(month <= 2), month, day)
}
