//! Time zones as Go's `time.LoadLocation` finds them, and as `timestamp.getHours('Europe/Berlin')` needs them: the offset
//! from UTC at a moment.
//!
//! All of IANA's zones with their whole history, in a table of our own (`data/timezones.bin`, made by
//! `data/generate/timezones.py` from Debian's tzdata 2025b, which is what the API server's image has, and what Go's 2025c
//! adds): 108 kB, 23 kB after brotli, where chrono-tz takes 74. Only
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
    let table = Table::new();
    match table.find(path) {
        Found::Zone(zone) if !folder => Ok(table.offset_at(zone, seconds)),
        Found::Folder => Err(EvalError::new("is a directory")),
        Found::Zone(_) | Found::InZone => Err(EvalError::new("not a directory")),
        Found::Nothing if TABLES.contains(&path) => Err(EvalError::new("malformed time zone information")),
        Found::Nothing => Err(EvalError::new(format!("unknown time zone {name}"))),
    }
}

enum Found {
    /// The zone with that number.
    Zone(usize),
    Folder,
    InZone,
    Nothing,
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
#[derive(Clone, Copy)]
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

    fn fixed<const N: usize>(&mut self) -> [u8; N] {
        let bytes = DATA.get(self.at..).and_then(|rest| rest.first_chunk()).copied();
        self.at += N;
        bytes.unwrap_or([0; N])
    }

    fn edge(&mut self) -> Edge {
        Edge { month: self.number(), week: self.number(), weekday: self.number(), minutes: self.signed() }
    }
}

/// Where the parts of the table are.
struct Table {
    offsets: usize,
    rules: usize,
    /// The list of where zones begin, and its length.
    zones: (usize, usize),
    /// The list of where blocks of names begin, and its length.
    names: (usize, usize),
}

impl Table {
    fn new() -> Self {
        let mut reader = Reader { at: 0 };
        let count = usize::from(u16::from_le_bytes(reader.fixed()));
        let offsets = reader.at;
        reader.at += 4 * count;
        let rules = reader.at;
        for _ in 0..reader.number() {
            reader.number();
            reader.number();
            reader.edge();
            reader.edge();
        }
        let count = usize::from(u16::from_le_bytes(reader.fixed()));
        let zones = (reader.at, count);
        reader.at += 4 * count;
        let length = u32::from_le_bytes(reader.fixed());
        reader.at += length as usize;
        let count = usize::from(u16::from_le_bytes(reader.fixed()));
        Self { offsets, rules, zones, names: (reader.at, count) }
    }

    fn offset(&self, index: i64) -> i64 {
        let at = usize::try_from(index).map_or(usize::MAX, |index| self.offsets + 4 * index);
        i64::from(i32::from_le_bytes(Reader { at }.fixed()))
    }

    fn rule(&self, index: i64) -> Rule {
        let mut reader = Reader { at: self.rules };
        reader.number();
        let mut read = || Rule {
            standard: reader.number(),
            daylight: reader.number(),
            start: reader.edge(),
            end: reader.edge(),
        };
        for _ in 0..index {
            read();
        }
        let rule = read();
        Rule { standard: self.offset(rule.standard), daylight: self.offset(rule.daylight), ..rule }
    }

    /// The first name that is not less than `wanted`, with its zone.
    fn name_from(&self, wanted: &[u8]) -> Option<(Vec<u8>, usize)> {
        let (list, blocks) = self.names;
        let bodies = list + 2 * blocks;
        let block = |index: usize| {
            let start = u16::from_le_bytes(Reader { at: list + 2 * index }.fixed());
            Reader { at: bodies + usize::from(start) }
        };
        // The last block that does not begin after `wanted`.
        let (mut low, mut high) = (0, blocks);
        while low + 1 < high {
            let middle = low.midpoint(high);
            let mut reader = block(middle);
            reader.number();
            let length = reader.length();
            if DATA.get(reader.at..reader.at + length).unwrap_or_default() <= wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        let mut reader = block(low);
        let mut name = Vec::new();
        while reader.at < DATA.len() {
            name.truncate(reader.length());
            let length = reader.length();
            name.extend_from_slice(DATA.get(reader.at..reader.at + length).unwrap_or_default());
            reader.at += length;
            let zone = reader.length();
            if name.as_slice() >= wanted {
                return Some((name, zone));
            }
        }
        None
    }

    fn zone_named(&self, name: &str) -> Option<usize> {
        self.name_from(name.as_bytes()).filter(|(found, _)| found == name.as_bytes()).map(|(_, zone)| zone)
    }

    fn find(&self, path: &str) -> Found {
        if let Some(zone) = self.zone_named(path) {
            return Found::Zone(zone);
        }
        let folder = format!("{path}/");
        let within =
            self.name_from(folder.as_bytes()).is_some_and(|(name, _)| name.starts_with(folder.as_bytes()));
        if path.is_empty() || within {
            return Found::Folder;
        }
        let parents = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        // No zone is so deep in folders.
        if parents.take(4).any(|parent| self.zone_named(parent).is_some()) {
            Found::InZone
        } else {
            Found::Nothing
        }
    }

    fn offset_at(&self, zone: usize, seconds: i64) -> i64 {
        let (list, count) = self.zones;
        let start = u32::from_le_bytes(Reader { at: list + 4 * zone }.fixed());
        let mut reader = Reader { at: list + 4 * count + 4 + start as usize };
        let mut offset = reader.number();
        let rule = reader.number();
        let mut moment = -(1_i64 << 33);
        let transitions = reader.number();
        for _ in 0..transitions {
            let next = reader.number();
            let step = reader.number();
            moment += if step & 1 == 0 { (step >> 1) * 900 } else { step >> 1 };
            if moment > seconds {
                return self.offset(offset);
            }
            offset = next;
        }
        // What holds after the last transition is a rule, where there is one.
        if rule > 0 && transitions > 0 { self.rule(rule - 1).offset_at(seconds) } else { self.offset(offset) }
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
