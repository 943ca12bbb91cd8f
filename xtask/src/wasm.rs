//! Tables out of a module. What the engine looks things up in (schemas, default values, time zones, Unicode) and the
//! policy library are a fifth of the page, and nothing needs them while the module is fetched and compiled: they travel
//! beside it as one file, and the page puts them where they belong in memory before it asks anything (`www/boot.js`).
//! Everybody else, trunk included, has them in the module.

/// A module without its tables.
pub(crate) struct Cut {
    pub(crate) module: Vec<u8>,
    /// The tables, one after the other.
    pub(crate) tables: Vec<u8>,
    /// Of each in turn: its place in memory, and its length.
    pub(crate) places: Vec<(u32, usize)>,
}

/// Names of functions and the like.
const CUSTOM: u8 = 0;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;

/// Takes those tables that the module's memory starts with out of it, and what is not for the machine.
pub(crate) fn cut(module: &[u8], tables: &[Vec<u8>]) -> Option<Cut> {
    let mut reader = Reader { bytes: module, at: 8 };
    let mut cut = Cut { module: module.get(..8)?.to_vec(), tables: Vec::new(), places: Vec::new() };
    let mut sections = Vec::new();
    while reader.at < module.len() {
        let id = reader.byte()?;
        let length = reader.number()? as usize;
        sections.push((id, reader.take(length)?));
    }
    let data = sections.iter().find(|(id, _)| *id == DATA)?.1;
    let segments = segments(data, tables, &mut cut)?;
    let mut count = Vec::new();
    number(&mut count, u32::try_from(segments.len()).ok()?);
    let whole = [count.clone(), segments.concat()].concat();
    for (id, body) in sections.into_iter().filter(|(id, _)| *id != CUSTOM) {
        let body = match id {
            DATA => &whole,
            DATA_COUNT => &count,
            _ => body,
        };
        cut.module.push(id);
        number(&mut cut.module, u32::try_from(body.len()).ok()?);
        cut.module.extend(body);
    }
    Some(cut)
}

/// The segments of a data section, without the tables.
fn segments(data: &[u8], tables: &[Vec<u8>], cut: &mut Cut) -> Option<Vec<Vec<u8>>> {
    const ACTIVE: u8 = 0;
    const I32_CONST: u8 = 0x41;
    const END: u8 = 0x0b;
    let mut reader = Reader { bytes: data, at: 0 };
    let mut segments = Vec::new();
    for _ in 0..reader.number()? {
        // What the linker writes; anything else would be passed on whole, if it ever wrote it.
        if reader.byte()? != ACTIVE || reader.byte()? != I32_CONST {
            return None;
        }
        let offset = reader.number()?;
        if reader.byte()? != END {
            return None;
        }
        let length = reader.number()? as usize;
        let bytes = reader.take(length)?;
        let mut holes: Vec<(usize, usize)> = tables
            .iter()
            .filter(|table| !table.is_empty())
            .filter_map(|table| Some((find(bytes, table)?, table.len())))
            .collect();
        holes.sort_unstable();
        holes.push((bytes.len(), 0));
        let mut from = 0;
        for (at, length) in holes {
            let kept = bytes.get(from..at)?;
            if !kept.is_empty() {
                let mut segment = vec![ACTIVE, I32_CONST];
                signed(&mut segment, i64::from(offset) + i64::try_from(from).ok()?);
                segment.push(END);
                number(&mut segment, u32::try_from(kept.len()).ok()?);
                segment.extend(kept);
                segments.push(segment);
            }
            if length > 0 {
                cut.places.push((offset + u32::try_from(at).ok()?, length));
                cut.tables.extend(bytes.get(at..at + length)?);
            }
            from = at + length;
        }
    }
    Some(segments)
}

fn find(bytes: &[u8], table: &[u8]) -> Option<usize> {
    let head = table.get(..8.min(table.len()))?;
    (0..bytes.len().checked_sub(table.len())? + 1)
        .find(|&at| bytes[at..].starts_with(head) && bytes[at..].starts_with(table))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at + length)?;
        self.at += length;
        Some(taken)
    }

    /// LEB128. Addresses are written signed; below 2^31 the bits are the same.
    fn number(&mut self) -> Option<u32> {
        let (mut value, mut shift) = (0_u32, 0);
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 127).checked_shl(shift)?;
            shift += 7;
            if byte < 128 {
                return Some(value);
            }
        }
    }
}

fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, mut value: i64) {
    while value >= 64 {
        out.push(value as u8 & 127 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}
