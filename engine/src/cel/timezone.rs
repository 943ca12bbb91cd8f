//! Time zones as Go's `time.LoadLocation` finds them, and as `timestamp.getHours('Europe/Berlin')` needs them: the offset
//! from UTC at a moment.
//!
//! All of IANA's zones with their whole history, in a table of our own (`data/timezones.bin`, made by
//! `data/generate/timezones.py` from Debian's tzdata 2025b, which is what the API server's image has, and what Go's 2025c
//! adds): 106 kB, 22 kB after brotli, where chrono-tz takes 74. Only
//! offsets are in it: names of zones (`CEST`) and daylight flags cannot be asked for in CEL. The table is decoded as it is
//! read, so there is nothing to initialise and nothing to keep.

use alloc::{format, string::String, vec::Vec};

use super::error::EvalError;

static DATA: &[u8] = include_bytes!("../../data/timezones.bin");

/// Seconds east of UTC in `zone` at `seconds` since 1970: a name of IANA's, `UTC`, `Local` (which is UTC, as in the API
/// server's container) or an offset like `+01:30`.
///
/// # Errors
/// Go's: `unknown time zone X`, `time: invalid location name`, `strconv.Atoi: parsing "X": invalid syntax`, and what a
/// file system says of names that are directories.
pub fn offset_at(zone: &str, seconds: i64) -> Result<i64, EvalError> {
    match zone.split_once(':') {
        Some((hours, minutes)) => fixed(hours, minutes),
        None => named(zone, seconds),
    }
}

/// `cel.inTimeZone`: an offset whose two halves are integers of any size; the sign of the first is that of the second.
fn fixed(hours: &str, minutes: &str) -> Result<i64, EvalError> {
    let negative = hours.starts_with('-');
    let hours = atoi(hours)?.wrapping_mul(60);
    let minutes = atoi(minutes)?;
    let minutes = if negative { hours.wrapping_sub(minutes) } else { hours.wrapping_add(minutes) };
    Ok(minutes.wrapping_mul(60_000_000_000) / 1_000_000_000)
}

/// Go's `strconv.Atoi`.
fn atoi(text: &str) -> Result<i64, EvalError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let failed = |why| Err(EvalError::new(format!("strconv.Atoi: parsing {}: {why}", quoted(text))));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return failed("invalid syntax");
    }
    text.parse().or_else(|_| failed("value out of range"))
}

fn quoted(text: &str) -> String {
    super::quote::quote(text)
}

fn named(name: &str, seconds: i64) -> Result<i64, EvalError> {
    /// Files beside the zones in a zoneinfo folder.
    const TABLES: [&str; 6] =
        ["iso3166.tab", "leap-seconds.list", "leapseconds", "tzdata.zi", "zone.tab", "zone1970.tab"];
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(0);
    }
    if name.contains("..") || name.starts_with(['/', '\\']) {
        return Err(EvalError::new("time: invalid location name"));
    }
    if name.contains('\0') {
        return Err(EvalError::new("invalid argument"));
    }
    if name.split('/').any(|part| part.len() > 255) {
        return Err(EvalError::new("file name too long"));
    }
    // A zone is a file below a folder: `Europe//Berlin` and `./UTC` are names of files too.
    let mut path = String::new();
    for part in name.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(part);
    }
    let path = path.strip_prefix("posix/").unwrap_or(&path);
    let folder = name.ends_with('/') || name.ends_with("/.");
    match find(path) {
        Found::Zone(zone) if !folder => Ok(zone.offset_at(seconds)),
        Found::Folder => Err(EvalError::new("is a directory")),
        Found::Zone(_) | Found::InZone => Err(EvalError::new("not a directory")),
        Found::Nothing if TABLES.contains(&path) => Err(EvalError::new("malformed time zone information")),
        Found::Nothing => Err(EvalError::new(format!("unknown time zone {name}"))),
    }
}

enum Found {
    Zone(Zone),
    Folder,
    InZone,
    Nothing,
}

/// One zone, decoded.
struct Zone {
    first: i64,
    /// From when on which offset holds, ascending.
    transitions: Vec<(i64, i64)>,
    /// What holds after the last transition.
    rule: Option<Rule>,
}

/// Daylight saving as it goes on for ever (the `TZ` string at the end of a zone's file).
#[derive(Clone, Copy)]
struct Rule {
    standard: i64,
    daylight: i64,
    start: Edge,
    end: Edge,
}

/// `Mmonth.week.weekday/time`
#[derive(Clone, Copy)]
struct Edge {
    month: i64,
    week: i64,
    weekday: i64,
    minutes: i64,
}

/// Reads numbers of the table. Past the end everything is zero.
struct Reader {
    at: usize,
}

impl Reader {
    fn number(&mut self) -> i64 {
        let (mut value, mut shift) = (0_i64, 0_u32);
        loop {
            let byte = DATA.get(self.at).copied().unwrap_or(0);
            self.at += 1;
            value |= i64::from(byte & 127).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 128 {
                return value;
            }
        }
    }

    fn signed(&mut self) -> i64 {
        let value = self.number();
        (value >> 1) ^ -(value & 1)
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(0)
    }

    fn edge(&mut self) -> Edge {
        Edge { month: self.number(), week: self.number(), weekday: self.number(), minutes: self.signed() }
    }
}

fn find(path: &str) -> Found {
    let mut reader = Reader { at: 0 };
    let offsets: Vec<i64> = (0..reader.number()).map(|_| reader.signed()).collect();
    let offset = |index: i64| usize::try_from(index).ok().and_then(|i| offsets.get(i)).copied().unwrap_or(0);
    let rules: Vec<Rule> = (0..reader.number())
        .map(|_| Rule {
            standard: offset(reader.number()),
            daylight: offset(reader.number()),
            start: reader.edge(),
            end: reader.edge(),
        })
        .collect();
    let zones: Vec<usize> = (0..reader.number())
        .map(|_| {
            let length = reader.length();
            let start = reader.at;
            reader.at += length;
            start
        })
        .collect();
    let mut name = Vec::new();
    for _ in 0..reader.number() {
        name.truncate(reader.length());
        let length = reader.length();
        name.extend_from_slice(DATA.get(reader.at..reader.at + length).unwrap_or_default());
        reader.at += length;
        let zone = reader.length();
        let beyond = |longer: &[u8], shorter: &[u8]| {
            longer.starts_with(shorter) && longer.get(shorter.len()) == Some(&b'/')
        };
        if name == path.as_bytes() {
            let mut reader = Reader { at: zones.get(zone).copied().unwrap_or(0) };
            let first = offset(reader.number());
            let rule = reader.length().checked_sub(1).and_then(|index| rules.get(index)).copied();
            let mut moment = -(1_i64 << 33);
            let transitions = (0..reader.number())
                .map(|_| {
                    let to = offset(reader.number());
                    let step = reader.number();
                    moment += if step & 1 == 0 { (step >> 1) * 900 } else { step >> 1 };
                    (moment, to)
                })
                .collect();
            return Found::Zone(Zone { first, transitions, rule });
        }
        if path.is_empty() || beyond(&name, path.as_bytes()) {
            return Found::Folder;
        }
        if beyond(path.as_bytes(), &name) {
            return Found::InZone;
        }
    }
    Found::Nothing
}

impl Zone {
    fn offset_at(&self, seconds: i64) -> i64 {
        let after = self.transitions.partition_point(|(from, _)| *from <= seconds);
        match (after.checked_sub(1).and_then(|last| self.transitions.get(last)), self.rule) {
            (None, _) => self.first,
            (Some(_), Some(rule)) if after == self.transitions.len() => rule.offset_at(seconds),
            (Some((_, offset)), _) => *offset,
        }
    }
}

impl Rule {
    /// `time.tzset`: in local standard time's year, daylight saving holds from its start to its end, or outside both in
    /// the southern hemisphere.
    fn offset_at(&self, seconds: i64) -> i64 {
        let days = seconds.div_euclid(86_400);
        let year = year_of(days);
        let first_day = days_before(year);
        let within = seconds - first_day * 86_400;
        let start = self.start.seconds(year, first_day) - self.standard;
        let end = self.end.seconds(year, first_day) - self.daylight;
        let daylight =
            if start <= end { within >= start && within < end } else { within < end || within >= start };
        if daylight { self.daylight } else { self.standard }
    }
}

impl Edge {
    /// Seconds since the year began, in local time.
    fn seconds(self, year: i64, first_day: i64) -> i64 {
        let mut day = day_of_year(year, self.month);
        let length = day_of_year(year, self.month + 1) - day;
        // 1970-01-01 was a Thursday.
        let first_weekday = (first_day + day + 4).rem_euclid(7);
        let mut date = (self.weekday - first_weekday).rem_euclid(7);
        for _ in 1..self.week {
            if date + 7 >= length {
                break;
            }
            date += 7;
        }
        day += date;
        day * 86_400 + self.minutes * 60
    }
}

/// Days of `year` before `month` (1 to 13) begins.
fn day_of_year(year: i64, month: i64) -> i64 {
    const BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = usize::try_from(month - 1).ok().and_then(|month| BEFORE.get(month)).copied().unwrap_or(0);
    before + i64::from(leap && month > 2)
}

/// Days from 1970-01-01 to the first day of `year`.
fn days_before(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400) - 719_162
}

/// The year in which the day lies, counted from 1970-01-01.
fn year_of(days: i64) -> i64 {
    let mut year = 1970 + days.div_euclid(366);
    while days_before(year + 1) <= days {
        // At most one day a year is lost by counting 366: far years are approached in strides.
        year += ((days - days_before(year + 1)) / 366).max(0) + 1;
    }
    year
}
