//! Tree → program: the instructions of a Pike machine, built from the end so that every instruction knows its successor.

use alloc::{boxed::Box, rc::Rc, vec, vec::Vec};

use super::parse::{Assertion, MAX_SIZE, Node, Times};
use crate::cel::unicode;
use crate::cel::unicode::Folding;

/// One step. Numbers are places in [`Program::instructions`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Instruction {
    Match,
    Fail,
    Char(u32, u32),
    /// A class by its number.
    Class(u32, u32),
    Any(u32),
    AnyButNewline(u32),
    Assert(Assertion, u32),
    /// Two ways; the first is preferred.
    Split(u32, u32),
}

/// A set of code points.
#[derive(Debug)]
pub(super) struct Class {
    ascii: u128,
    ranges: Rc<[(u32, u32)]>,
}

impl Class {
    fn new(ranges: Rc<[(u32, u32)]>) -> Self {
        let mut ascii = 0_u128;
        for (low, high) in ranges.iter().take_while(|(low, _)| *low < 128) {
            for point in *low..=(*high).min(127) {
                ascii |= 1 << point;
            }
        }
        Self { ascii, ranges }
    }

    pub(super) fn contains(&self, point: u32) -> bool {
        if point < 128 { self.ascii >> point & 1 == 1 } else { unicode::contains(&self.ranges, point) }
    }
}

/// A pattern ready to run.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) instructions: Box<[Instruction]>,
    pub(super) classes: Box<[Class]>,
    pub(super) start: u32,
    /// Whether it can match at the beginning of the text only.
    pub(super) anchored: bool,
    /// The code point every match begins with, if one is known.
    pub(super) first: Option<char>,
}

impl Program {
    /// `None`: too large.
    pub(super) fn new(node: &Node) -> Option<Self> {
        let mut builder = Builder {
            instructions: vec![Instruction::Match],
            classes: Vec::new(),
            seen: Vec::new(),
            folding: None,
        };
        let start = builder.emit(node, 0)?;
        let mut program = Self {
            instructions: builder.instructions.into(),
            classes: builder.classes.into(),
            start,
            anchored: false,
            first: None,
        };
        match program.instructions.get(start as usize) {
            Some(Instruction::Assert(Assertion::BeginText, _)) => program.anchored = true,
            Some(Instruction::Char(point, _)) => program.first = char::from_u32(*point),
            _ => {}
        }
        Some(program)
    }
}

struct Builder {
    instructions: Vec<Instruction>,
    classes: Vec<Class>,
    /// Ranges that have a class already, by address: copies of a repetition share theirs.
    seen: Vec<(*const (u32, u32), usize, u32)>,
    folding: Option<Folding>,
}

impl Builder {
    fn push(&mut self, instruction: Instruction) -> Option<u32> {
        if self.instructions.len() as u64 > MAX_SIZE {
            return None;
        }
        let at = u32::try_from(self.instructions.len()).ok()?;
        self.instructions.push(instruction);
        Some(at)
    }

    fn set(&mut self, at: u32, instruction: Instruction) {
        if let Some(place) = self.instructions.get_mut(at as usize) {
            *place = instruction;
        }
    }

    /// The instructions of `node`, after which it goes on at `next`; gives where they begin.
    fn emit(&mut self, node: &Node, next: u32) -> Option<u32> {
        match node {
            Node::Empty => Some(next),
            Node::Literal { points, fold } => {
                points.iter().rev().try_fold(next, |next, point| self.literal(*point, *fold, next))
            }
            Node::Class(ranges) => {
                let class = self.class(ranges);
                self.push(Instruction::Class(class, next))
            }
            Node::AnyButNewline => self.push(Instruction::AnyButNewline(next)),
            Node::Any => self.push(Instruction::Any(next)),
            Node::Assert(assertion) => self.push(Instruction::Assert(*assertion, next)),
            Node::Capture(sub) => self.emit(sub, next),
            Node::Concat(subs) => subs.iter().rev().try_fold(next, |next, sub| self.emit(sub, next)),
            Node::Alternate(subs) => {
                let mut rest = None;
                for sub in subs.iter().rev() {
                    let way = self.emit(sub, next)?;
                    rest = Some(match rest {
                        None => way,
                        Some(rest) => self.push(Instruction::Split(way, rest))?,
                    });
                }
                rest.or(Some(next))
            }
            Node::Repeat { sub, times, greedy } => self.repeat(sub, *times, *greedy, next),
        }
    }

    fn literal(&mut self, point: u32, fold: bool, next: u32) -> Option<u32> {
        if fold {
            let folding = self.folding.get_or_insert_with(Folding::new);
            let mut round = vec![(point, point)];
            let mut other = folding.next(point);
            while other != point {
                round.push((other, other));
                other = folding.next(other);
            }
            if round.len() > 1 {
                round.sort_unstable();
                let known = self.classes.iter().position(|class| *class.ranges == *round);
                let class = match known {
                    Some(class) => u32::try_from(class).ok()?,
                    None => self.class(&Rc::from(round)),
                };
                return self.push(Instruction::Class(class, next));
            }
        }
        self.push(Instruction::Char(point, next))
    }

    fn class(&mut self, ranges: &Rc<[(u32, u32)]>) -> u32 {
        let key = (ranges.as_ptr(), ranges.len());
        if let Some((.., class)) =
            self.seen.iter().rev().take(64).find(|(at, length, _)| (*at, *length) == key)
        {
            return *class;
        }
        let class = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
        self.classes.push(Class::new(Rc::clone(ranges)));
        self.seen.push((key.0, key.1, class));
        class
    }

    fn split(&mut self, body: u32, next: u32, greedy: bool) -> Instruction {
        if greedy { Instruction::Split(body, next) } else { Instruction::Split(next, body) }
    }

    /// As `syntax.Simplify` and `compiler.star` spell repetitions out: the order of ways decides which match is found.
    fn repeat(&mut self, sub: &Node, times: Times, greedy: bool, next: u32) -> Option<u32> {
        if is_empty(sub) || times == Times::Count(0, Some(0)) {
            return Some(next);
        }
        match times {
            Times::Star | Times::Plus | Times::Quest => {
                // `(?:a*)*` is `a*`.
                if let Node::Repeat { sub: inner, times: same, greedy: as_greedy } = sub
                    && simple(*same) == times
                    && *as_greedy == greedy
                {
                    return self.repeat(inner, times, greedy, next);
                }
                match times {
                    Times::Quest => self.quest(sub, greedy, next),
                    Times::Plus => self.plus(sub, greedy, next),
                    _ if nullable(sub) => {
                        let body = self.plus(sub, greedy, next)?;
                        let split = self.split(body, next, greedy);
                        self.push(split)
                    }
                    _ => {
                        let at = self.push(Instruction::Fail)?;
                        let body = self.emit(sub, at)?;
                        let split = self.split(body, next, greedy);
                        self.set(at, split);
                        Some(at)
                    }
                }
            }
            Times::Count(0, None) => self.repeat(sub, Times::Star, greedy, next),
            Times::Count(min, None) => {
                let mut at = self.repeat(sub, Times::Plus, greedy, next)?;
                for _ in 1..min {
                    at = self.emit(sub, at)?;
                }
                Some(at)
            }
            Times::Count(min, Some(max)) => {
                // x{2,5} = xx(x(x(x)?)?)?
                let mut at = next;
                for _ in min..max {
                    let body = self.emit(sub, at)?;
                    let split = self.split(body, next, greedy);
                    at = self.push(split)?;
                }
                for _ in 0..min {
                    at = self.emit(sub, at)?;
                }
                Some(at)
            }
        }
    }

    fn quest(&mut self, sub: &Node, greedy: bool, next: u32) -> Option<u32> {
        let body = self.emit(sub, next)?;
        let split = self.split(body, next, greedy);
        self.push(split)
    }

    fn plus(&mut self, sub: &Node, greedy: bool, next: u32) -> Option<u32> {
        let at = self.push(Instruction::Fail)?;
        let body = self.emit(sub, at)?;
        let split = self.split(body, next, greedy);
        self.set(at, split);
        Some(body)
    }
}

/// `{0,}`, `{1,}` and `{0,1}` by their short names.
fn simple(times: Times) -> Times {
    match times {
        Times::Count(0, None) => Times::Star,
        Times::Count(1, None) => Times::Plus,
        Times::Count(0, Some(1)) => Times::Quest,
        other => other,
    }
}

/// Whether Go's simplification leaves nothing of it.
fn is_empty(node: &Node) -> bool {
    match node {
        Node::Empty => true,
        Node::Repeat { sub, times, .. } => *times == Times::Count(0, Some(0)) || is_empty(sub),
        _ => false,
    }
}

/// Whether it can match without a character.
fn nullable(node: &Node) -> bool {
    match node {
        Node::Empty | Node::Assert(_) => true,
        Node::Literal { points, .. } => points.is_empty(),
        Node::Class(_) | Node::Any | Node::AnyButNewline => false,
        Node::Capture(sub) => nullable(sub),
        Node::Repeat { sub, times, .. } => match times {
            Times::Star | Times::Quest | Times::Count(0, _) => true,
            Times::Plus | Times::Count(..) => nullable(sub),
        },
        Node::Concat(subs) => subs.iter().all(nullable),
        Node::Alternate(subs) => subs.iter().any(nullable),
    }
}
