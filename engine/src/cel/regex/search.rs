//! Program + text → leftmost-first match. Two machines that agree: one backtracks with a memory of where it has been, for
//! small work; the other walks all threads abreast. Both are linear in program × text, and both count their steps. For
//! large work the automaton is asked first whether there is a match at all.

use alloc::{vec, vec::Vec};

use super::{
    parse::Assertion,
    program::{Instruction, Program},
};
use crate::cel::error::EvalError;

/// Places in program × text up to which the first machine is used (Go's `backtrack.go` has as many bits).
const BACKTRACK: usize = 256 * 1024;

/// Steps of one search.
pub(super) const STEPS: u64 = 8_000_000;

/// The code point at octet `at`, and where the next one begins.
pub(super) fn step(text: &str, at: usize) -> Option<(u32, usize)> {
    match text.as_bytes().get(at) {
        None => None,
        Some(byte) if *byte < 128 => Some((u32::from(*byte), at + 1)),
        Some(_) => {
            let c = text.get(at..)?.chars().next()?;
            Some((u32::from(c), at + c.len_utf8()))
        }
    }
}

fn holds(assertion: Assertion, text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let after = bytes.get(at).copied();
    let word = |byte: Option<u8>| byte.is_some_and(|b| b == b'_' || b.is_ascii_alphanumeric());
    match assertion {
        Assertion::BeginText => before.is_none(),
        Assertion::EndText => after.is_none(),
        Assertion::BeginLine => before.is_none_or(|b| b == b'\n'),
        Assertion::EndLine => after.is_none_or(|b| b == b'\n'),
        Assertion::WordBoundary => word(before) != word(after),
        Assertion::NoWordBoundary => word(before) == word(after),
    }
}

impl Program {
    /// The leftmost match that begins at `from` or later; any match at all when `any` will do.
    pub(super) fn find(
        &self,
        text: &str,
        from: usize,
        any: bool,
    ) -> Result<Option<(usize, usize)>, EvalError> {
        if self.anchored && from > 0 {
            return Ok(None);
        }
        let places = (text.len().saturating_sub(from) + 1).saturating_mul(self.instructions.len());
        if places <= BACKTRACK {
            return Ok(self.backtrack(text, from, places));
        }
        if from == 0
            && let Some(matches) = self.matches(text)?
            && (any || !matches)
        {
            return Ok(matches.then_some((0, 0)));
        }
        self.abreast(text, from, any)
    }

    /// Where, at `at` or later, a match can begin.
    pub(super) fn candidate(&self, text: &str, at: usize) -> Option<usize> {
        match self.first {
            Some(first) => text.get(at..)?.find(first).map(|ahead| at + ahead),
            None => (at <= text.len()).then_some(at),
        }
    }

    fn backtrack(&self, text: &str, from: usize, places: usize) -> Option<(usize, usize)> {
        let width = text.len() - from + 1;
        let mut visited = vec![0_u64; places / 64 + 1];
        let mut jobs: Vec<(u32, usize)> = Vec::new();
        let mut start = from;
        loop {
            start = self.candidate(text, start)?;
            jobs.push((self.start, start));
            while let Some((mut pc, mut at)) = jobs.pop() {
                loop {
                    let place = pc as usize * width + (at - from);
                    let bit = 1 << (place % 64);
                    match visited.get_mut(place / 64) {
                        Some(word) if *word & bit == 0 => *word |= bit,
                        _ => break,
                    }
                    match self.instructions.get(pc as usize) {
                        Some(Instruction::Match) => return Some((start, at)),
                        Some(Instruction::Split(first, second)) => {
                            jobs.push((*second, at));
                            pc = *first;
                        }
                        Some(Instruction::Assert(assertion, next)) if holds(*assertion, text, at) => {
                            pc = *next
                        }
                        Some(instruction) => match step(text, at) {
                            Some((point, after)) => match self.consumes(*instruction, point) {
                                Some(next) => (pc, at) = (next, after),
                                None => break,
                            },
                            None => break,
                        },
                        None => break,
                    }
                }
            }
            if self.anchored {
                return None;
            }
            start = step(text, start)?.1;
        }
    }

    /// Where `instruction` goes on when it takes `point`.
    pub(super) fn consumes(&self, instruction: Instruction, point: u32) -> Option<u32> {
        match instruction {
            Instruction::Char(wanted, next) => (wanted == point).then_some(next),
            Instruction::Class(class, next) => {
                self.classes.get(class as usize)?.contains(point).then_some(next)
            }
            Instruction::Any(next) => Some(next),
            Instruction::AnyButNewline(next) => (point != u32::from('\n')).then_some(next),
            Instruction::Match | Instruction::Fail | Instruction::Assert(..) | Instruction::Split(..) => None,
        }
    }

    fn abreast(&self, text: &str, from: usize, any: bool) -> Result<Option<(usize, usize)>, EvalError> {
        let mut now = Threads::new(self.instructions.len());
        let mut then = Threads::new(self.instructions.len());
        let mut stack = Vec::new();
        let mut found = None;
        let mut at = from;
        let mut left = STEPS;
        loop {
            if now.list.is_empty() {
                if found.is_some() || (self.anchored && at > 0) {
                    return Ok(found);
                }
                match self.candidate(text, at) {
                    // What was met stands for the place left behind.
                    Some(start) if start != at => {
                        now.clear();
                        at = start;
                    }
                    Some(_) => {}
                    None => return Ok(None),
                }
            }
            if found.is_none() && (at == 0 || !self.anchored) {
                self.add(&mut now, &mut stack, self.start, at, text, at, &mut left);
            }
            let next = step(text, at);
            then.clear();
            for index in 0..now.list.len() {
                let Some((pc, start)) = now.list.get(index).copied() else { break };
                left = left.checked_sub(1).ok_or_else(EvalError::cancelled)?;
                match self.instructions.get(pc as usize) {
                    Some(Instruction::Match) => {
                        found = Some((start, at));
                        if any {
                            return Ok(found);
                        }
                        // Threads after this one are less preferred.
                        break;
                    }
                    Some(instruction) => {
                        let going = next
                            .and_then(|(point, after)| Some((self.consumes(*instruction, point)?, after)));
                        if let Some((pc, after)) = going {
                            self.add(&mut then, &mut stack, pc, start, text, after, &mut left);
                        }
                    }
                    None => break,
                }
            }
            if left == 0 {
                return Err(EvalError::cancelled());
            }
            core::mem::swap(&mut now, &mut then);
            match next {
                Some((_, after)) => at = after,
                None => return Ok(found),
            }
        }
    }

    /// Follows everything that takes no character from `pc`, in order of preference.
    #[expect(clippy::too_many_arguments, reason = "the state of one search, borrowed in parts")]
    fn add(
        &self,
        threads: &mut Threads,
        stack: &mut Vec<u32>,
        pc: u32,
        start: usize,
        text: &str,
        at: usize,
        left: &mut u64,
    ) {
        stack.push(pc);
        while let Some(pc) = stack.pop() {
            *left = left.saturating_sub(1);
            if !threads.insert(pc) {
                continue;
            }
            match self.instructions.get(pc as usize) {
                Some(Instruction::Split(first, second)) => {
                    stack.push(*second);
                    stack.push(*first);
                }
                Some(Instruction::Assert(assertion, next)) => {
                    if holds(*assertion, text, at) {
                        stack.push(*next);
                    }
                }
                Some(Instruction::Fail) | None => {}
                Some(_) => threads.list.push((pc, start)),
            }
        }
    }
}

/// Threads in order of preference, each instruction at most once.
struct Threads {
    /// Those that wait for a character, or match; with where their match began.
    list: Vec<(u32, usize)>,
    /// By instruction, the generation in which it was last met.
    met: Vec<u32>,
    generation: u32,
}

impl Threads {
    fn new(instructions: usize) -> Self {
        Self { list: Vec::new(), met: vec![0; instructions], generation: 1 }
    }

    fn clear(&mut self) {
        self.list.clear();
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.met.fill(0);
            self.generation = 1;
        }
    }

    fn insert(&mut self, pc: u32) -> bool {
        match self.met.get_mut(pc as usize) {
            Some(met) if *met != self.generation => {
                *met = self.generation;
                true
            }
            _ => false,
        }
    }
}
