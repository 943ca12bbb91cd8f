//! What regular expressions and quoting need to know of Unicode 15.0 (Go's version): general categories, scripts, simple
//! case folding. A table of our own (`data/unicode.bin`, 12 kB, 7 kB after brotli, made by `data/generate/unicode.go`):
//! the tables of the `regex` crates cost 176 kB for the same, most of it for classes that Go does not have.

use alloc::vec::Vec;
use core::str;

static DATA: &[u8] = include_bytes!("../../data/unicode.bin");

/// The last code point.
pub const MAX: u32 = 0x10_FFFF;

/// Ranges of code points, both ends included.
pub type Ranges = Vec<(u32, u32)>;

struct Reader {
    at: usize,
}

impl Reader {
    fn number(&mut self) -> u32 {
        let (mut value, mut shift) = (0_u32, 0_u32);
        loop {
            let byte = DATA.get(self.at).copied().unwrap_or(0);
            self.at += 1;
            value |= u32::from(byte & 127).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte < 128 {
                return value;
            }
        }
    }

    fn text(&mut self) -> &'static str {
        let length = self.number() as usize;
        let text = DATA.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        str::from_utf8(text).unwrap_or_default()
    }

    /// Calls `each` with every run of one category: first, last, index of its name.
    fn categories(&mut self, mut each: impl FnMut(u32, u32, u32)) {
        let mut first = 0;
        for _ in 0..self.number() {
            let run = self.number();
            let (category, length) = if run < 32 { (run, self.number()) } else { (run & 31, run >> 5) };
            each(first, first + length - 1, category);
            first += length;
        }
    }

    fn scripts(&mut self, mut each: impl FnMut(u32, u32, u32)) {
        let mut next = 0;
        for _ in 0..self.number() {
            let first = next + self.number();
            let last = first + self.number();
            each(first, last, self.number());
            next = last + 1;
        }
    }
}

/// The general category or the script of that name (canonical: `Lu`, `L`, `Greek`, `Letter`).
#[must_use]
pub fn class(name: &str) -> Option<Ranges> {
    let mut reader = Reader { at: 0 };
    let categories = reader.text();
    let body = reader.at;
    reader.categories(|_, _, _| ());
    let aliases = reader.text();
    let category = |name: &str| {
        let wanted = |known: &str| match name {
            "LC" | "Lc" => matches!(known, "Lu" | "Ll" | "Lt"),
            _ if name.len() == 1 => known.starts_with(name),
            _ => known == name,
        };
        let mut mask = 0_u32;
        for (index, known) in categories.split(' ').enumerate() {
            mask |= u32::from(wanted(known)) << index;
        }
        (mask != 0).then(|| {
            let mut ranges = Vec::new();
            Reader { at: body }.categories(|first, last, category| {
                if mask >> category & 1 == 1 {
                    push(&mut ranges, first, last);
                }
            });
            ranges
        })
    };
    if let Some(ranges) = category(name) {
        return Some(ranges);
    }
    let script = reader.text().split(' ').position(|known| known == name);
    if let Some(script) = script {
        let mut ranges = Vec::new();
        reader.scripts(|first, last, known| {
            if known as usize == script {
                push(&mut ranges, first, last);
            }
        });
        return Some(ranges);
    }
    aliases.split(' ').find_map(|alias| alias.strip_prefix(name)?.strip_prefix('=')).and_then(category)
}

fn push(ranges: &mut Ranges, first: u32, last: u32) {
    match ranges.last_mut() {
        Some(range) if range.1 + 1 == first => range.1 = last,
        _ => ranges.push((first, last)),
    }
}

/// Which code points Go prints as they are (`unicode.IsPrint`): letters, marks, numbers, punctuation, symbols, and the
/// blank.
#[derive(Debug)]
pub struct Printable {
    ranges: Ranges,
}

impl Printable {
    /// Decodes the table.
    #[must_use]
    pub fn new() -> Self {
        let mut reader = Reader { at: 0 };
        let names: Vec<&str> = reader.text().split(' ').collect();
        let mut ranges = Vec::new();
        reader.categories(|first, last, category| {
            let name = names.get(category as usize).copied().unwrap_or_default();
            if name.starts_with(['L', 'M', 'N', 'P', 'S']) {
                push(&mut ranges, first, last);
            }
        });
        Self { ranges }
    }

    /// Whether `c` is one.
    #[must_use]
    pub fn contains(&self, c: char) -> bool {
        c == ' ' || contains(&self.ranges, u32::from(c))
    }
}

impl Default for Printable {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether sorted `ranges` hold `point`.
#[must_use]
pub fn contains(ranges: &[(u32, u32)], point: u32) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= point);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| point <= *last)
}

/// Simple case folding: which code points differ in case only. The table is decoded when more than ASCII is asked for.
#[derive(Debug)]
pub struct Folding {
    /// Each code point that has a companion, with the next of its round.
    pairs: Vec<(u32, u32)>,
}

impl Folding {
    /// With nothing decoded yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { pairs: Vec::new() }
    }

    fn pairs(&mut self) -> &[(u32, u32)] {
        if self.pairs.is_empty() {
            self.pairs = decode_folds();
        }
        &self.pairs
    }

    /// The next code point of the round in which `point` is (`unicode.SimpleFold`); itself when it is alone.
    #[must_use]
    pub fn next(&mut self, point: u32) -> u32 {
        if let Some(next) = next_of_ascii(point) {
            return next;
        }
        let pairs = self.pairs();
        let found = pairs.binary_search_by_key(&point, |pair| pair.0).ok();
        found.and_then(|at| pairs.get(at)).map_or(point, |pair| pair.1)
    }

    /// The code points from `first` to `last` that have companions, with the next of the round.
    pub fn within(&mut self, first: u32, last: u32) -> Vec<(u32, u32)> {
        if last < 0x80 {
            let ascii = (first..=last).filter_map(|point| Some((point, next_of_ascii(point)?)));
            return ascii.filter(|(point, next)| point != next).collect();
        }
        let pairs = self.pairs();
        let start = pairs.partition_point(|pair| pair.0 < first);
        pairs.iter().skip(start).copied().take_while(|pair| pair.0 <= last).collect()
    }
}

/// The round of an ASCII character, which the long s and the Kelvin sign belong to.
fn next_of_ascii(point: u32) -> Option<u32> {
    const LONG_S: u32 = 0x17F;
    const KELVIN: u32 = 0x212A;
    Some(match (point, char::from_u32(point)) {
        (_, Some('k')) => KELVIN,
        (_, Some('s')) => LONG_S,
        (KELVIN, _) => u32::from('K'),
        (LONG_S, _) => u32::from('S'),
        (_, Some(c @ 'A'..='Z')) => u32::from(c.to_ascii_lowercase()),
        (_, Some(c @ 'a'..='z')) => u32::from(c.to_ascii_uppercase()),
        (0..0x80, _) => point,
        _ => return None,
    })
}

fn decode_folds() -> Vec<(u32, u32)> {
    let mut reader = Reader { at: 0 };
    reader.text();
    reader.categories(|_, _, _| ());
    reader.text();
    reader.text();
    reader.scripts(|_, _, _| ());
    let mut pairs = Vec::new();
    let mut first = 0;
    for _ in 0..reader.number() {
        first += reader.number();
        let shape = reader.number();
        let delta = reader.number();
        let delta = (delta >> 1) ^ (delta & 1).wrapping_neg();
        for index in 0..shape >> 1 {
            let point = first + index * ((shape & 1) + 1);
            pairs.push((point, point.wrapping_add(delta)));
        }
    }
    pairs.sort_unstable();
    pairs
}

impl Default for Folding {
    fn default() -> Self {
        Self::new()
    }
}
