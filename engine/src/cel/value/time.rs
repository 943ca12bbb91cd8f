//! Durations and timestamps with Go's ranges, texts and arithmetic: int64 nanoseconds, and years 1 to 9999.

use alloc::{format, string::String};
use core::{cmp::Ordering, fmt};

use crate::cel::error::EvalError;

/// A span of time in nanoseconds (Go's `time.Duration`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    /// Nanoseconds.
    pub nanos: i64,
}

/// A moment, and the offset from UTC it was written with, which only printing shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z, from −62135596800 to 253402300799.
    pub seconds: i64,
    /// Nanoseconds within the second, 0 to 999,999,999.
    pub nanos: u32,
    /// Seconds east of UTC.
    pub offset: i32,
}

/// A moment on the calendar and the clock of some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CivilTime {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The day of the year, from 1.
    pub year_day: u16,
    /// The day of the week, from 0 for Sunday.
    pub weekday: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second.
    pub second: u8,
}

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
const MIN_SECONDS: i64 = -62_135_596_800;
const MAX_SECONDS: i64 = 253_402_300_799;

fn int_overflow() -> EvalError {
    EvalError::new("integer overflow")
}

fn timestamp_overflow() -> EvalError {
    EvalError::new("timestamp overflow")
}

impl Duration {
    /// From nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self { nanos }
    }

    /// Reads Go's notation (`time.ParseDuration`): `1h30m`, `-1.5s`, `0`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        const LIMIT: u64 = 1 << 63;
        let (negative, mut rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if rest == "0" {
            return Some(Self::default());
        }
        if rest.is_empty() {
            return None;
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (whole, after) = leading_int(rest)?;
            let mut digits = rest.len() > after.len();
            rest = after;
            let (mut fraction, mut scale) = (0u64, 1.0f64);
            if let Some(after_dot) = rest.strip_prefix('.') {
                let (read, read_scale, after) = leading_fraction(after_dot);
                digits |= after_dot.len() > after.len();
                (fraction, scale, rest) = (read, read_scale, after);
            }
            if !digits {
                return None;
            }
            let unit_end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(unit_end)?;
            rest = after;
            let unit: u64 = match name {
                "ns" => 1,
                "us" | "µs" | "μs" => 1_000,
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "m" => 60_000_000_000,
                "h" => 3_600_000_000_000,
                _ => return None,
            };
            let mut value = whole.checked_mul(unit).filter(|value| *value <= LIMIT)?;
            if fraction > 0 {
                #[expect(
                    clippy::cast_precision_loss,
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "Go computes the fraction in float64 and truncates it"
                )]
                let part = (fraction as f64 * (unit as f64 / scale)) as u64;
                value = value.checked_add(part).filter(|value| *value <= LIMIT)?;
            }
            total = total.checked_add(value).filter(|total| *total <= LIMIT)?;
        }
        let nanos = if negative { 0i64.checked_sub_unsigned(total)? } else { i64::try_from(total).ok()? };
        Some(Self { nanos })
    }

    /// The length in seconds, as Go's `Duration.Seconds` computes it.
    #[must_use]
    pub fn seconds(self) -> f64 {
        in_units(self.nanos, SECOND)
    }

    /// Whole hours, towards zero.
    #[must_use]
    pub fn whole_hours(self) -> i64 {
        truncated(in_units(self.nanos, 3_600 * SECOND))
    }

    /// Whole minutes, towards zero.
    #[must_use]
    pub fn whole_minutes(self) -> i64 {
        truncated(in_units(self.nanos, 60 * SECOND))
    }

    /// Whole seconds, towards zero.
    #[must_use]
    pub fn whole_seconds(self) -> i64 {
        truncated(self.seconds())
    }

    /// Whole milliseconds, towards zero.
    #[must_use]
    pub const fn whole_milliseconds(self) -> i64 {
        self.nanos / 1_000_000
    }

    /// What `string(x)` gives: seconds, `5400s`, `0.5s`.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{}s", self.seconds())
    }

    /// The sum.
    ///
    /// # Errors
    /// `integer overflow`
    pub fn plus(self, other: Self) -> Result<Self, EvalError> {
        self.nanos.checked_add(other.nanos).map(Self::from_nanos).ok_or_else(int_overflow)
    }

    /// The difference.
    ///
    /// # Errors
    /// `integer overflow`
    pub fn minus(self, other: Self) -> Result<Self, EvalError> {
        self.nanos.checked_sub(other.nanos).map(Self::from_nanos).ok_or_else(int_overflow)
    }

    /// The same length the other way.
    ///
    /// # Errors
    /// `integer overflow`
    pub fn negated(self) -> Result<Self, EvalError> {
        self.nanos.checked_neg().map(Self::from_nanos).ok_or_else(int_overflow)
    }
}

/// `whole + rest / unit`, the two parts converted apart, as Go does.
#[expect(clippy::cast_precision_loss, reason = "Go's Duration.Hours and its kin are float64")]
fn in_units(nanos: i64, unit: i64) -> f64 {
    let whole = nanos.checked_div(unit).unwrap_or_default();
    let rest = nanos.checked_rem(unit).unwrap_or_default();
    whole as f64 + rest as f64 / unit as f64
}

#[expect(clippy::cast_possible_truncation, reason = "truncation towards zero is what Go's int64(f) does")]
const fn truncated(value: f64) -> i64 {
    value as i64
}

fn leading_int(text: &str) -> Option<(u64, &str)> {
    const LIMIT: u64 = 1 << 63;
    let mut value: u64 = 0;
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    for digit in digits.bytes() {
        if value > LIMIT / 10 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))?;
        if value > LIMIT {
            return None;
        }
    }
    Some((value, rest))
}

/// Digits after the point: their value, the power of ten it is to be divided by, and what follows. Digits that would
/// overflow are skipped.
fn leading_fraction(text: &str) -> (u64, f64, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let (mut value, mut scale) = (0u64, 1.0f64);
    for digit in digits.bytes() {
        if value > (u64::MAX >> 1) / 10 {
            break;
        }
        let next = value.saturating_mul(10).saturating_add(u64::from(digit.wrapping_sub(b'0')));
        if next > 1 << 63 {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value, scale, rest)
}

impl fmt::Display for Duration {
    /// As Go prints a `time.Duration`: `1h30m0s`, `1.5ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanos.unsigned_abs();
        if nanos == 0 {
            return f.write_str("0s");
        }
        if self.nanos < 0 {
            f.write_str("-")?;
        }
        let fraction = |f: &mut fmt::Formatter<'_>, value: u64, digits: usize| -> fmt::Result {
            if value == 0 {
                return Ok(());
            }
            let text = format!("{value:0digits$}");
            write!(f, ".{}", text.trim_end_matches('0'))
        };
        let (unit, digits, name) = match nanos {
            0..1_000 => (1, 0, "ns"),
            1_000..1_000_000 => (1_000, 3, "µs"),
            1_000_000..1_000_000_000 => (1_000_000, 6, "ms"),
            _ => {
                let seconds = nanos / 1_000_000_000;
                let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if hours > 0 || minutes > 0 {
                    write!(f, "{minutes}m")?;
                }
                write!(f, "{}", seconds % 60)?;
                fraction(f, nanos % 1_000_000_000, 9)?;
                return f.write_str("s");
            }
        };
        write!(f, "{}", nanos / unit)?;
        fraction(f, nanos % unit, digits)?;
        f.write_str(name)
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.seconds, self.nanos).cmp(&(other.seconds, other.nanos))
    }
}

impl Timestamp {
    /// The moment so many seconds after 1970, in UTC.
    ///
    /// # Errors
    /// `timestamp overflow` outside years 1 to 9999.
    pub fn from_seconds(seconds: i64) -> Result<Self, EvalError> {
        if (MIN_SECONDS..=MAX_SECONDS).contains(&seconds) {
            Ok(Self { seconds, nanos: 0, offset: 0 })
        } else {
            Err(timestamp_overflow())
        }
    }

    /// Reads RFC 3339 with the liberties Go takes: one-digit hours, `,` before the fraction, offsets up to 24:60.
    /// `None`: no such text.
    ///
    /// # Errors
    /// `timestamp overflow` outside years 1 to 9999.
    pub fn parse(text: &str) -> Option<Result<Self, EvalError>> {
        let mut reader = Reader(text.as_bytes());
        let year = i64::from(reader.digits(4, 4)?);
        reader.literal(b'-')?;
        let month = reader.number_in(2, 1, 12)?;
        reader.literal(b'-')?;
        let day = reader.number_in(2, 1, days_in_month(year, month))?;
        reader.literal(b'T')?;
        let hour = reader.number_in(1, 0, 23)?;
        reader.literal(b':')?;
        let minute = reader.number_in(2, 0, 59)?;
        reader.literal(b':')?;
        let second = reader.number_in(2, 0, 59)?;
        let nanos = reader.fraction();
        let offset = reader.offset()?;
        if !reader.0.is_empty() {
            return None;
        }
        let clock = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
        let seconds = days_from_civil(year, month, day) * DAY + clock - i64::from(offset);
        Some(Self::from_seconds(seconds).map(|moment| Self { nanos, offset, ..moment }))
    }

    /// Later by a duration.
    ///
    /// # Errors
    /// `timestamp overflow`
    pub fn plus(self, duration: Duration) -> Result<Self, EvalError> {
        let nanos = i64::from(self.nanos).saturating_add(duration.nanos % SECOND);
        let seconds = self
            .seconds
            .checked_add(duration.nanos / SECOND)
            .and_then(|seconds| seconds.checked_add(nanos.div_euclid(SECOND)))
            .ok_or_else(int_overflow)?;
        let moment = Self::from_seconds(seconds)?;
        Ok(Self {
            nanos: u32::try_from(nanos.rem_euclid(SECOND)).unwrap_or_default(),
            offset: self.offset,
            ..moment
        })
    }

    /// Earlier by a duration.
    ///
    /// # Errors
    /// `timestamp overflow`, or `integer overflow` when the duration has no opposite.
    pub fn minus(self, duration: Duration) -> Result<Self, EvalError> {
        self.plus(duration.negated()?)
    }

    /// The time since another moment.
    ///
    /// # Errors
    /// `integer overflow`
    pub fn since(self, other: Self) -> Result<Duration, EvalError> {
        let nanos = i64::from(self.nanos).saturating_sub(i64::from(other.nanos));
        self.seconds
            .checked_sub(other.seconds)
            .and_then(|seconds| seconds.checked_mul(SECOND))
            .and_then(|scaled| scaled.checked_add(nanos))
            .map(Duration::from_nanos)
            .ok_or_else(int_overflow)
    }

    /// Calendar and clock so many seconds east of UTC.
    #[must_use]
    pub fn civil(self, offset: i64) -> CivilTime {
        let local = self.seconds.saturating_add(offset);
        let days = local.div_euclid(DAY);
        let clock = local.rem_euclid(DAY);
        let (year, month, day) = civil_from_days(days);
        let year_day = days.saturating_sub(days_from_civil(year, 1, 1)).saturating_add(1);
        let small = |value: i64| u8::try_from(value).unwrap_or_default();
        CivilTime {
            year,
            month,
            day,
            year_day: u16::try_from(year_day).unwrap_or_default(),
            weekday: small((days.rem_euclid(7) + 4) % 7),
            hour: small(clock / 3_600),
            minute: small(clock / 60 % 60),
            second: small(clock % 60),
        }
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with as many digits of the second as it has, in the offset it was written with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.civil(i64::from(self.offset));
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            time.year, time.month, time.day, time.hour, time.minute, time.second
        )?;
        if self.nanos > 0 {
            let digits = format!("{:09}", self.nanos);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        if self.offset == 0 {
            return f.write_str("Z");
        }
        let minutes = (self.offset / 60).unsigned_abs();
        let sign = if self.offset < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

struct Reader<'t>(&'t [u8]);

impl Reader<'_> {
    fn literal(&mut self, expected: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        (*first == expected).then_some(())
    }

    /// A number of at least `least` and at most `most` digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0u32, |value, digit| {
            value.checked_mul(10)?.checked_add(u32::from(digit.wrapping_sub(b'0')))
        })
    }

    fn number_in(&mut self, least_digits: usize, least: u8, most: u8) -> Option<u8> {
        let value = u8::try_from(self.digits(least_digits, 2)?).ok()?;
        (least..=most).contains(&value).then_some(value)
    }

    /// The fraction of a second in nanoseconds, further digits dropped; 0 where none is written.
    fn fraction(&mut self) -> u32 {
        let [b'.' | b',', rest @ ..] = self.0 else { return 0 };
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return 0;
        }
        let mut value = 0u32;
        for place in 0..9 {
            let digit = rest.get(place).filter(|_| place < count).map_or(0, |byte| byte.wrapping_sub(b'0'));
            value = value.saturating_mul(10).saturating_add(u32::from(digit));
        }
        self.0 = rest.get(count..).unwrap_or_default();
        value
    }

    fn offset(&mut self) -> Option<i32> {
        let (sign, rest) = self.0.split_first()?;
        self.0 = rest;
        let sign = match sign {
            b'Z' => return Some(0),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.digits(2, 2).filter(|hours| *hours <= 24)?;
        self.literal(b':')?;
        let minutes = self.digits(2, 2).filter(|minutes| *minutes <= 60)?;
        i32::try_from(hours * 3_600 + minutes * 60).ok()?.checked_mul(sign)
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date, in 400-year eras that begin in March, so that the leap day ends the year.
fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or_default(), u8::try_from(day).unwrap_or_default())
}
