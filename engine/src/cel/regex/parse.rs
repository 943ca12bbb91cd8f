//! Pattern → tree, step by step as `regexp/syntax.Parse` goes, because what its errors quote depends on the steps.

use alloc::{boxed::Box, rc::Rc, string::String, vec, vec::Vec};
use core::mem;

use super::Error;
use crate::cel::unicode;
use crate::cel::unicode::{Folding, Ranges};

const INVALID_CLASS_RANGE: &str = "invalid character class range";
const INVALID_ESCAPE: &str = "invalid escape sequence";
const INVALID_NAMED_CAPTURE: &str = "invalid named capture";
const INVALID_PERL: &str = "invalid or unsupported Perl syntax";
const INVALID_REPEAT: &str = "invalid nested repetition operator";
const INVALID_REPEAT_SIZE: &str = "invalid repeat count";
const MISSING_BRACKET: &str = "missing closing ]";
const MISSING_PAREN: &str = "missing closing )";
const MISSING_ARGUMENT: &str = "missing argument to repetition operator";
const TRAILING_BACKSLASH: &str = "trailing backslash at end of expression";
const UNEXPECTED_PAREN: &str = "unexpected )";
const NESTING_DEPTH: &str = "expression nests too deeply";
pub(super) const LARGE: &str = "expression too large";

/// Go's limit of nesting; it also bounds every recursion over the tree.
const MAX_HEIGHT: u32 = 1000;
/// Instructions of the largest program. Go's is 3,355,443, which would be 80 MB here.
pub(super) const MAX_SIZE: u64 = 1 << 20;
/// Ends of ranges in all classes together. Go's is 33,554,432.
const MAX_RANGES: usize = 1 << 21;
const MAX_REPEAT: i64 = 1000;

/// A pattern as a tree.
#[derive(Debug)]
pub(super) enum Node {
    Empty,
    Literal {
        points: Vec<u32>,
        fold: bool,
    },
    Class(Rc<[(u32, u32)]>),
    /// `.` without `(?s)`.
    AnyButNewline,
    Any,
    Assert(Assertion),
    Capture(Box<Node>),
    Repeat {
        sub: Box<Node>,
        times: Times,
        greedy: bool,
    },
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
}

/// A condition on a place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assertion {
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
}

/// How often something repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Star,
    Plus,
    Quest,
    /// At least, and at most (`None`: no bound).
    Count(u32, Option<u32>),
}

#[derive(Clone, Copy)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    lazy: bool,
}

/// A node with what the limits look at.
struct Measured {
    node: Node,
    height: u32,
    size: u64,
}

enum Item {
    Node(Measured),
    /// `(`, with the flags to restore at its `)`.
    Open {
        flags: Flags,
        captures: bool,
    },
    Bar,
}

struct Parser<'a> {
    whole: &'a str,
    flags: Flags,
    stack: Vec<Item>,
    ranges: usize,
    folding: Option<Folding>,
    /// Unicode classes met, so that a thousand `\pL` share one.
    classes: Vec<(String, Rc<[(u32, u32)]>)>,
}

/// The tree of `pattern`.
pub(super) fn parse(pattern: &str) -> Result<Node, Error> {
    Parser {
        whole: pattern,
        flags: Flags { fold: false, multi_line: false, dot_newline: false, lazy: false },
        stack: Vec::new(),
        ranges: 0,
        folding: None,
        classes: Vec::new(),
    }
    .pattern()
}

/// What was eaten of `from` when `rest` remains.
fn eaten<'a>(from: &'a str, rest: &str) -> &'a str {
    from.get(..from.len().saturating_sub(rest.len())).unwrap_or_default()
}

fn next(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    Some((chars.next()?, chars.as_str()))
}

fn skip(text: &str, octets: usize) -> &str {
    text.get(octets..).unwrap_or_default()
}

impl<'a> Parser<'a> {
    fn pattern(mut self) -> Result<Node, Error> {
        let mut t = self.whole;
        let mut last_repeat = "";
        while let Some((c, rest)) = next(t) {
            let before = t;
            let mut repeat = "";
            match c {
                '(' if rest.starts_with('?') => t = self.perl_flags(t)?,
                '(' => {
                    self.stack.push(Item::Open { flags: self.flags, captures: true });
                    t = rest;
                }
                '|' => {
                    self.bar()?;
                    t = rest;
                }
                ')' => {
                    self.close()?;
                    t = rest;
                }
                '^' => {
                    let at = if self.flags.multi_line { Assertion::BeginLine } else { Assertion::BeginText };
                    self.push(Node::Assert(at))?;
                    t = rest;
                }
                '$' => {
                    let at = if self.flags.multi_line { Assertion::EndLine } else { Assertion::EndText };
                    self.push(Node::Assert(at))?;
                    t = rest;
                }
                '.' => {
                    self.push(if self.flags.dot_newline { Node::Any } else { Node::AnyButNewline })?;
                    t = rest;
                }
                '[' => t = self.class(t)?,
                '*' | '+' | '?' => {
                    let times = match c {
                        '*' => Times::Star,
                        '+' => Times::Plus,
                        _ => Times::Quest,
                    };
                    t = self.repeat(times, before, rest, last_repeat)?;
                    repeat = before;
                }
                '{' => match count(rest) {
                    None => {
                        self.literal(c)?;
                        t = rest;
                    }
                    Some((min, max, after)) => {
                        let times = match (u32::try_from(min), max) {
                            (Ok(least), None) if min <= MAX_REPEAT => Times::Count(least, None),
                            (Ok(least), Some(most)) if (min..=MAX_REPEAT).contains(&most) => {
                                Times::Count(least, u32::try_from(most).ok())
                            }
                            _ => return Err(Error::new(INVALID_REPEAT_SIZE, eaten(before, after))),
                        };
                        t = self.repeat(times, before, after, last_repeat)?;
                        repeat = before;
                    }
                },
                '\\' => t = self.backslash(t)?,
                _ => {
                    self.literal(c)?;
                    t = rest;
                }
            }
            last_repeat = repeat;
        }
        self.concat()?;
        self.alternate()?;
        match (self.stack.pop(), self.stack.is_empty()) {
            (Some(Item::Node(node)), true) => Ok(node.node),
            _ => Err(Error::new(MISSING_PAREN, self.whole)),
        }
    }

    /// A backslash outside of classes.
    fn backslash(&mut self, t: &'a str) -> Result<&'a str, Error> {
        let assertion = match t.as_bytes().get(1) {
            Some(b'A') => Some(Assertion::BeginText),
            Some(b'b') => Some(Assertion::WordBoundary),
            Some(b'B') => Some(Assertion::NoWordBoundary),
            Some(b'z') => Some(Assertion::EndText),
            Some(b'C') => return Err(Error::new(INVALID_ESCAPE, "\\C")),
            Some(b'Q') => {
                let quoted = skip(t, 2);
                let (literal, rest) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                for c in literal.chars() {
                    self.literal(c)?;
                }
                return Ok(rest);
            }
            _ => None,
        };
        if let Some(assertion) = assertion {
            self.push(Node::Assert(assertion))?;
            return Ok(skip(t, 2));
        }
        if let Some((class, rest)) = self.unicode_class(t)? {
            self.push(Node::Class(class))?;
            return Ok(rest);
        }
        if let Some((group, negated)) = perl_group(t) {
            let mut ranges = Vec::new();
            self.add_group(&mut ranges, group, negated);
            self.push(Node::Class(clean(ranges).into()))?;
            return Ok(skip(t, 2));
        }
        let (point, rest) = escape(t)?;
        self.literal_point(point)?;
        Ok(rest)
    }

    fn literal(&mut self, c: char) -> Result<(), Error> {
        self.literal_point(u32::from(c))
    }

    fn literal_point(&mut self, point: u32) -> Result<(), Error> {
        let fold = self.flags.fold;
        // Adjacent literals are one, save the last, to which a repetition may apply.
        if let [.., Item::Node(before), Item::Node(last)] = self.stack.as_mut_slice() {
            join(before, last);
            if matches!(&last.node, Node::Empty) {
                last.node = Node::Literal { points: vec![point], fold };
                return Ok(());
            }
        }
        self.push(Node::Literal { points: vec![point], fold })
    }

    fn push(&mut self, node: Node) -> Result<(), Error> {
        if let Node::Class(ranges) = &node {
            self.ranges = self.ranges.saturating_add(ranges.len());
        }
        self.push_measured(Measured { node, height: 1, size: 1 })
    }

    fn push_measured(&mut self, node: Measured) -> Result<(), Error> {
        self.check(&node)?;
        self.stack.push(Item::Node(node));
        Ok(())
    }

    fn check(&self, node: &Measured) -> Result<(), Error> {
        if node.size > MAX_SIZE || self.ranges > MAX_RANGES {
            return Err(Error::new(LARGE, self.whole));
        }
        if node.height > MAX_HEIGHT {
            return Err(Error::new(NESTING_DEPTH, self.whole));
        }
        Ok(())
    }

    /// Applies a repetition to the top of the stack.
    fn repeat(
        &mut self,
        times: Times,
        before: &str,
        after: &'a str,
        last_repeat: &str,
    ) -> Result<&'a str, Error> {
        let (after, lazy) = match after.strip_prefix('?') {
            Some(rest) => (rest, !self.flags.lazy),
            None => (after, self.flags.lazy),
        };
        if !last_repeat.is_empty() {
            return Err(Error::new(INVALID_REPEAT, eaten(last_repeat, after)));
        }
        let sub = match self.stack.pop() {
            Some(Item::Node(sub)) => sub,
            _ => return Err(Error::new(MISSING_ARGUMENT, eaten(before, after))),
        };
        let size = match times {
            Times::Star => 2_u64.saturating_add(sub.size),
            Times::Plus | Times::Quest => 1_u64.saturating_add(sub.size),
            Times::Count(0, None) => 2_u64.saturating_add(sub.size),
            Times::Count(min, None) => u64::from(min).saturating_mul(sub.size).saturating_add(1),
            Times::Count(min, Some(max)) => {
                u64::from(max).saturating_mul(sub.size).saturating_add(u64::from(max.saturating_sub(min)))
            }
        };
        let node = Node::Repeat { sub: Box::new(sub.node), times, greedy: !lazy };
        let node = Measured { node, height: sub.height + 1, size: size.max(1) };
        self.check(&node)?;
        let counted = matches!(times, Times::Count(min, max) if min >= 2 || max.is_some_and(|max| max >= 2));
        if counted && !repeat_is_valid(&node.node, 1000) {
            return Err(Error::new(INVALID_REPEAT_SIZE, eaten(before, after)));
        }
        self.stack.push(Item::Node(node));
        Ok(after)
    }

    /// The nodes above the last `(` or `|`.
    fn top(&mut self) -> Vec<Measured> {
        let from = self.stack.iter().rposition(|item| !matches!(item, Item::Node(_))).map_or(0, |at| at + 1);
        nodes(self.stack.split_off(from.min(self.stack.len())))
    }

    fn concat(&mut self) -> Result<(), Error> {
        let mut parts: Vec<Measured> = Vec::new();
        for mut node in self.top() {
            if let Some(before) = parts.last_mut() {
                join(before, &mut node);
                if matches!(node.node, Node::Empty) && node.size == 0 {
                    continue;
                }
            }
            parts.push(node);
        }
        let node = match parts.len() {
            0 => Measured { node: Node::Empty, height: 1, size: 1 },
            _ => collapse(parts, true),
        };
        self.push_measured(node)
    }

    /// Makes one node of all alternatives above the last `(`.
    fn alternate(&mut self) -> Result<(), Error> {
        let open = |item: &Item| matches!(item, Item::Open { .. });
        let from = self.stack.iter().rposition(open).map_or(0, |at| at + 1);
        let parts = nodes(self.stack.split_off(from.min(self.stack.len())));
        let node = collapse(parts, false);
        self.push_measured(node)
    }

    fn bar(&mut self) -> Result<(), Error> {
        self.concat()?;
        self.stack.push(Item::Bar);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        self.concat()?;
        self.alternate()?;
        match (self.stack.pop(), self.stack.pop()) {
            (Some(Item::Node(inner)), Some(Item::Open { flags, captures })) => {
                self.flags = flags;
                if captures {
                    let node = Node::Capture(Box::new(inner.node));
                    self.push_measured(Measured { node, height: inner.height + 1, size: inner.size + 2 })
                } else {
                    self.push_measured(inner)
                }
            }
            _ => Err(Error::new(UNEXPECTED_PAREN, self.whole)),
        }
    }

    /// `(?flags)`, `(?flags:`, `(?P<name>`, `(?<name>`.
    fn perl_flags(&mut self, s: &'a str) -> Result<&'a str, Error> {
        let named = if s.len() > 4 && s.starts_with("(?P<") {
            Some(4)
        } else if s.len() > 3 && s.starts_with("(?<") {
            Some(3)
        } else {
            None
        };
        if let Some(start) = named {
            let Some(end) = s.find('>') else { return Err(Error::new(INVALID_NAMED_CAPTURE, s)) };
            let name = s.get(start..end).unwrap_or_default();
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(Error::new(INVALID_NAMED_CAPTURE, s.get(..=end).unwrap_or_default()));
            }
            self.stack.push(Item::Open { flags: self.flags, captures: true });
            return Ok(skip(s, end + 1));
        }
        let mut t = skip(s, 2);
        let mut flags = self.flags;
        let (mut positive, mut saw_flag) = (true, false);
        while let Some((c, rest)) = next(t) {
            t = rest;
            match c {
                'i' => flags.fold = positive,
                'm' => flags.multi_line = positive,
                's' => flags.dot_newline = positive,
                'U' => flags.lazy = positive,
                '-' if positive => positive = false,
                ':' | ')' if positive || saw_flag => {
                    if c == ':' {
                        self.stack.push(Item::Open { flags: self.flags, captures: false });
                    }
                    self.flags = flags;
                    return Ok(t);
                }
                _ => break,
            }
            saw_flag = c != '-';
        }
        Err(Error::new(INVALID_PERL, eaten(s, t)))
    }

    fn class(&mut self, s: &'a str) -> Result<&'a str, Error> {
        let mut t = skip(s, 1);
        let negated = t.starts_with('^');
        if negated {
            t = skip(t, 1);
        }
        let mut ranges = Vec::new();
        let mut first = true;
        while first || !t.starts_with(']') {
            first = false;
            if t.starts_with("[:")
                && t.len() > 2
                && let Some(end) = skip(t, 2).find(":]")
            {
                let name = t.get(..end + 4).unwrap_or_default();
                let Some((group, negated)) = posix_group(name) else {
                    return Err(Error::new(INVALID_CLASS_RANGE, name));
                };
                self.add_group(&mut ranges, group, negated);
                t = skip(t, end + 4);
                continue;
            }
            if let Some((class, rest)) = self.unicode_class(t)? {
                ranges.extend_from_slice(&class);
                self.grown(&mut ranges)?;
                t = rest;
                continue;
            }
            if let Some((group, negated)) = perl_group(t) {
                self.add_group(&mut ranges, group, negated);
                t = skip(t, 2);
                continue;
            }
            let start = t;
            let (low, rest) = class_char(t, s)?;
            t = rest;
            let mut high = low;
            if t.len() >= 2 && t.starts_with('-') && !t.starts_with("-]") {
                let (end, rest) = class_char(skip(t, 1), s)?;
                t = rest;
                high = end;
                if high < low {
                    return Err(Error::new(INVALID_CLASS_RANGE, eaten(start, t)));
                }
            }
            ranges.push((low, high));
            if self.flags.fold {
                self.fold_into(&mut ranges, low, high);
            }
            self.grown(&mut ranges)?;
        }
        let mut ranges = clean(ranges);
        if negated {
            ranges = negate(&ranges);
        }
        self.push(Node::Class(ranges.into()))?;
        Ok(skip(t, 1))
    }

    /// Keeps a class that is being collected small: overlapping ranges are merged now and then.
    fn grown(&self, ranges: &mut Ranges) -> Result<(), Error> {
        if ranges.len() > 100_000 {
            *ranges = clean(mem::take(ranges));
        }
        if self.ranges.saturating_add(ranges.len()) > MAX_RANGES {
            Err(Error::new(LARGE, self.whole))
        } else {
            Ok(())
        }
    }

    fn fold_into(&mut self, ranges: &mut Ranges, low: u32, high: u32) {
        let folding = self.folding.get_or_insert_with(Folding::new);
        for (point, mut other) in folding.within(low, high) {
            while other != point {
                ranges.push((other, other));
                other = folding.next(other);
            }
        }
    }

    fn add_group(&mut self, ranges: &mut Ranges, group: &[(u32, u32)], negated: bool) {
        let mut own = group.to_vec();
        if self.flags.fold {
            for (low, high) in group {
                self.fold_into(&mut own, *low, *high);
            }
        }
        let own = clean(own);
        ranges.extend_from_slice(&if negated { negate(&own) } else { own });
    }

    /// `\p{Greek}`, `\PN`: the class and the rest, when `s` begins with one.
    #[expect(clippy::type_complexity, reason = "a class and the rest, as every step here gives")]
    fn unicode_class(&mut self, s: &'a str) -> Result<Option<(Rc<[(u32, u32)]>, &'a str)>, Error> {
        let mut negated = match s.as_bytes() {
            [b'\\', b'p', ..] => false,
            [b'\\', b'P', ..] => true,
            _ => return Ok(None),
        };
        let Some((c, mut rest)) = next(skip(s, 2)) else { return Ok(None) };
        let (sequence, mut name);
        if c == '{' {
            let Some(end) = s.find('}') else { return Err(Error::new(INVALID_CLASS_RANGE, s)) };
            sequence = s.get(..=end).unwrap_or_default();
            name = s.get(3..end).unwrap_or_default();
            rest = skip(s, end + 1);
        } else {
            sequence = eaten(s, rest);
            name = skip(sequence, 2);
        }
        if let Some(inner) = name.strip_prefix('^') {
            negated = !negated;
            name = inner;
        }
        let key = alloc::format!("{}{}{name}", u8::from(negated), u8::from(self.flags.fold));
        if let Some((_, known)) = self.classes.iter().find(|(known, _)| *known == key) {
            return Ok(Some((Rc::clone(known), rest)));
        }
        let canonical = canonical(name);
        let table = match canonical.as_str() {
            "Any" => Some(vec![(0, unicode::MAX)]),
            "Ascii" => Some(vec![(0, 0x7F)]),
            "Assigned" => {
                negated = !negated;
                unicode::class("Cn")
            }
            _ => unicode::class(&canonical),
        };
        let Some(mut ranges) = table else { return Err(Error::new(INVALID_CLASS_RANGE, sequence)) };
        if self.flags.fold {
            for (low, high) in ranges.clone() {
                self.fold_into(&mut ranges, low, high);
            }
            ranges = clean(ranges);
        }
        let class: Rc<[(u32, u32)]> = if negated { negate(&ranges).into() } else { ranges.into() };
        self.classes.push((key, Rc::clone(&class)));
        Ok(Some((class, rest)))
    }
}

fn nodes(items: Vec<Item>) -> Vec<Measured> {
    items.into_iter().filter_map(|item| if let Item::Node(node) = item { Some(node) } else { None }).collect()
}

/// Moves the literal `last` to the end of the literal `before`, when both are and agree about case. What remains of
/// `last` is empty, of size 0.
fn join(before: &mut Measured, last: &mut Measured) {
    if let (Node::Literal { points, fold }, Node::Literal { points: more, fold: other }) =
        (&mut before.node, &mut last.node)
        && fold == other
    {
        before.size += more.len() as u64;
        points.append(more);
        last.node = Node::Empty;
        last.size = 0;
    }
}

/// One node of several: nodes of the same kind are taken apart.
fn collapse(mut parts: Vec<Measured>, concat: bool) -> Measured {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    let (mut nodes, mut height, mut size) = (Vec::new(), 0, 0_u64);
    for part in parts {
        size = size.saturating_add(part.size);
        match part.node {
            Node::Concat(inner) if concat => {
                nodes.extend(inner);
                height = height.max(part.height.saturating_sub(1));
            }
            Node::Alternate(inner) if !concat => {
                nodes.extend(inner);
                height = height.max(part.height.saturating_sub(1));
            }
            node => {
                nodes.push(node);
                height = height.max(part.height);
            }
        }
    }
    if !concat {
        size = size.saturating_add(nodes.len().saturating_sub(1) as u64);
    }
    let node = if concat { Node::Concat(nodes) } else { Node::Alternate(nodes) };
    Measured { node, height: height + 1, size: size.max(1) }
}

/// Whether no thing in `node` repeats more than `most` times, all counted repetitions around it multiplied.
fn repeat_is_valid(node: &Node, most: u32) -> bool {
    match node {
        Node::Repeat { sub, times, .. } => {
            let mut most = most;
            if let Times::Count(min, max) = times {
                let times = max.unwrap_or(*min);
                if *max == Some(0) {
                    return true;
                }
                if times > most {
                    return false;
                }
                most = most.checked_div(times).unwrap_or(most);
            }
            repeat_is_valid(sub, most)
        }
        Node::Capture(sub) => repeat_is_valid(sub, most),
        Node::Concat(subs) | Node::Alternate(subs) => subs.iter().all(|sub| repeat_is_valid(sub, most)),
        _ => true,
    }
}

/// `n}`, `n,}` or `n,m}`: the numbers (−1 when too big) and the rest. Anything else is no repetition.
fn count(s: &str) -> Option<(i64, Option<i64>, &str)> {
    let (min, s) = integer(s)?;
    let (bounds, s) = match s.strip_prefix(',') {
        None => ((min, Some(min)), s),
        Some(s) if s.starts_with('}') => ((min, None), s),
        Some(s) => {
            let (max, s) = integer(s)?;
            ((if max < 0 { -1 } else { min }, Some(max)), s)
        }
    };
    Some((bounds.0, bounds.1, s.strip_prefix('}')?))
}

fn integer(s: &str) -> Option<(i64, &str)> {
    let end = s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let digits = s.get(..end)?;
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    let value = if digits.len() > 9 { -1 } else { digits.parse().unwrap_or(-1) };
    Some((value, skip(s, end)))
}

/// The code point of an escape sequence, and the rest.
fn escape(s: &str) -> Result<(u32, &str), Error> {
    let Some((c, mut t)) = next(skip(s, 1)) else { return Err(Error::new(TRAILING_BACKSLASH, "")) };
    let octal = |t: &str| t.as_bytes().first().is_some_and(|b| (b'0'..=b'7').contains(b));
    match c {
        '1'..='7' if !octal(t) => {}
        '0'..='7' => {
            let mut value = u32::from(c) - u32::from('0');
            for _ in 1..3 {
                if !octal(t) {
                    break;
                }
                value = value * 8 + t.bytes().next().map_or(0, |b| u32::from(b - b'0'));
                t = skip(t, 1);
            }
            return Ok((value, t));
        }
        'x' => {
            let (value, rest) = hexadecimal(t);
            t = rest;
            if let Some(value) = value {
                return Ok((value, t));
            }
        }
        'a' => return Ok((7, t)),
        'f' => return Ok((12, t)),
        'n' => return Ok((10, t)),
        'r' => return Ok((13, t)),
        't' => return Ok((9, t)),
        'v' => return Ok((11, t)),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => return Ok((u32::from(c), t)),
        _ => {}
    }
    Err(Error::new(INVALID_ESCAPE, eaten(s, t)))
}

/// `12` or `{1F600}`: the code point unless there is none, and what remains when that was seen.
fn hexadecimal(s: &str) -> (Option<u32>, &str) {
    let Some((c, mut t)) = next(s) else { return (None, s) };
    if c != '{' {
        let Some((d, rest)) = next(t) else { return (None, t) };
        return (c.to_digit(16).zip(d.to_digit(16)).map(|(c, d)| c * 16 + d), rest);
    }
    let (mut value, mut digits) = (0_u32, 0);
    while let Some((c, rest)) = next(t) {
        t = rest;
        if c == '}' {
            return ((digits > 0).then_some(value), t);
        }
        let Some(digit) = c.to_digit(16) else { return (None, t) };
        value = value * 16 + digit;
        if value > unicode::MAX {
            return (None, t);
        }
        digits += 1;
    }
    (None, t)
}

fn class_char<'a>(s: &'a str, whole: &str) -> Result<(u32, &'a str), Error> {
    match next(s) {
        None => Err(Error::new(MISSING_BRACKET, whole)),
        Some(('\\', _)) => escape(s),
        Some((c, rest)) => Ok((u32::from(c), rest)),
    }
}

type Group = &'static [(u32, u32)];

const DIGIT: Group = &[(0x30, 0x39)];
const SPACE: Group = &[(9, 10), (12, 13), (32, 32)];
const WORD: Group = &[(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)];

fn perl_group(s: &str) -> Option<(Group, bool)> {
    match s.as_bytes() {
        [b'\\', b'd', ..] => Some((DIGIT, false)),
        [b'\\', b'D', ..] => Some((DIGIT, true)),
        [b'\\', b's', ..] => Some((SPACE, false)),
        [b'\\', b'S', ..] => Some((SPACE, true)),
        [b'\\', b'w', ..] => Some((WORD, false)),
        [b'\\', b'W', ..] => Some((WORD, true)),
        _ => None,
    }
}

fn posix_group(name: &str) -> Option<(Group, bool)> {
    let name = name.strip_prefix("[:")?.strip_suffix(":]")?;
    let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
    let group: Group = match name {
        "alnum" => &[(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)],
        "alpha" => &[(0x41, 0x5A), (0x61, 0x7A)],
        "ascii" => &[(0, 0x7F)],
        "blank" => &[(9, 9), (32, 32)],
        "cntrl" => &[(0, 0x1F), (0x7F, 0x7F)],
        "digit" => DIGIT,
        "graph" => &[(0x21, 0x7E)],
        "lower" => &[(0x61, 0x7A)],
        "print" => &[(0x20, 0x7E)],
        "punct" => &[(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)],
        "space" => &[(9, 13), (32, 32)],
        "upper" => &[(0x41, 0x5A)],
        "word" => WORD,
        "xdigit" => &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)],
        _ => return None,
    };
    Some((group, negated))
}

/// A name of a class without blanks, hyphens and underscores, with a capital first letter and no other.
fn canonical(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')) {
        out.push(if out.is_empty() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    }
    out
}

/// Sorted, without overlaps.
fn clean(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let mut out: Ranges = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match out.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => out.push((low, high)),
        }
    }
    out
}

/// What clean `ranges` leave out.
fn negate(ranges: &[(u32, u32)]) -> Ranges {
    let mut out = Vec::new();
    let mut from = 0;
    for (low, high) in ranges {
        if from < *low {
            out.push((from, low - 1));
        }
        from = high + 1;
    }
    if from <= unicode::MAX {
        out.push((from, unicode::MAX));
    }
    out
}
