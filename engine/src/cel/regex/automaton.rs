//! Program + text → whether there is a match: a deterministic automaton, made as far as the text needs it. A pattern that
//! keeps thousands of threads busy (`(a?){1000}b`) goes through a handful of sets of threads again and again; each is worked
//! out once.

use alloc::{collections::BTreeMap, rc::Rc, vec, vec::Vec};

use super::{
    parse::Assertion,
    program::{Instruction, Program},
    search::{STEPS, step},
};
use crate::cel::error::EvalError;

/// Threads of all states; with more all are forgotten and made anew.
const THREADS: usize = 1 << 19;
/// States, each with a table for ASCII.
const STATES: usize = 1 << 12;
/// No state is known yet.
const UNKNOWN: u32 = u32::MAX;

/// The states so far.
#[derive(Default)]
struct States {
    /// The instructions that wait for a character, as they were met, and by character the state after it.
    list: Vec<(Rc<[u32]>, [u32; 128])>,
    /// States by the hash of their threads. One that has another's hash is made anew each time.
    known: BTreeMap<u64, u32>,
    threads: usize,
}

impl States {
    fn find(&mut self, threads: Vec<u32>) -> u32 {
        let hash = threads.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, pc| {
            (hash ^ u64::from(*pc)).wrapping_mul(0x0100_0000_01b3)
        });
        let known = self.known.get(&hash).copied();
        let same =
            known.and_then(|state| self.list.get(state as usize)).is_some_and(|(of, _)| **of == *threads);
        if let (Some(state), true) = (known, same) {
            return state;
        }
        let state = u32::try_from(self.list.len()).unwrap_or(UNKNOWN);
        self.threads += threads.len();
        self.known.insert(hash, state);
        let threads: Rc<[u32]> = threads.into();
        self.list.push((threads, [UNKNOWN; 128]));
        state
    }
}

/// What is reached without a character.
struct Closure {
    met: Vec<bool>,
    stack: Vec<u32>,
    threads: Vec<u32>,
    matched: bool,
    /// Whether this is at the beginning of the text, and at its end.
    begin: bool,
    end: bool,
    left: u64,
}

impl Closure {
    fn add(&mut self, program: &Program, pc: u32) {
        self.stack.push(pc);
        while let Some(pc) = self.stack.pop() {
            self.left = self.left.saturating_sub(1);
            match self.met.get_mut(pc as usize) {
                Some(met) if !*met => *met = true,
                _ => continue,
            }
            self.threads.push(pc);
            match program.instructions.get(pc as usize) {
                Some(Instruction::Split(first, second)) => self.stack.extend([*second, *first]),
                Some(Instruction::Match) => self.matched = true,
                Some(Instruction::Assert(Assertion::BeginText, next)) if self.begin => self.stack.push(*next),
                Some(Instruction::Assert(Assertion::EndText, next)) if self.end => self.stack.push(*next),
                _ => {}
            }
        }
    }

    /// The threads that wait for a character.
    fn take(&mut self, program: &Program) -> Vec<u32> {
        for pc in &self.threads {
            if let Some(met) = self.met.get_mut(*pc as usize) {
                *met = false;
            }
        }
        let mut threads = core::mem::take(&mut self.threads);
        threads.retain(|pc| {
            !matches!(
                program.instructions.get(*pc as usize),
                None | Some(
                    Instruction::Split(..) | Instruction::Fail | Instruction::Match | Instruction::Assert(..)
                )
            )
        });
        threads
    }
}

impl Program {
    /// Whether any part of the text matches; `None` when what stands around a place matters to the pattern, but for the
    /// ends of the text.
    pub(super) fn matches(&self, text: &str) -> Result<Option<bool>, EvalError> {
        let only_ends = self.instructions.iter().all(|instruction| match instruction {
            Instruction::Assert(assertion, _) => {
                matches!(assertion, Assertion::BeginText | Assertion::EndText)
            }
            _ => true,
        });
        if !only_ends {
            return Ok(None);
        }
        let mut closure = Closure {
            met: vec![false; self.instructions.len()],
            stack: Vec::new(),
            threads: Vec::new(),
            matched: false,
            begin: true,
            end: text.is_empty(),
            left: STEPS,
        };
        closure.add(self, self.start);
        closure.begin = false;
        if closure.matched {
            return Ok(Some(true));
        }
        let first = closure.take(self);
        let mut states = States::default();
        let mut state = states.find(first.clone());
        let mut at = 0;
        loop {
            // Nothing has begun: on to where something can.
            if state == 0 {
                match self.candidate(text, at) {
                    Some(start) => at = start,
                    None => return Ok(Some(false)),
                }
            }
            let Some((point, after)) = step(text, at) else { return Ok(Some(false)) };
            at = after;
            closure.end = at == text.len();
            let known = states.list.get(state as usize).and_then(|(_, next)| next.get(point as usize));
            if let Some(next) = known.copied().filter(|next| *next != UNKNOWN && !closure.end) {
                state = next;
                continue;
            }
            let threads = states.list.get(state as usize).map(|(threads, _)| Rc::clone(threads));
            for pc in threads.iter().flat_map(|threads| threads.iter()) {
                closure.left = closure.left.saturating_sub(1);
                let instruction = self.instructions.get(*pc as usize);
                if let Some(next) = instruction.and_then(|instruction| self.consumes(*instruction, point)) {
                    closure.add(self, next);
                }
            }
            closure.add(self, self.start);
            if closure.left == 0 {
                return Err(EvalError::cancelled());
            }
            if closure.matched || closure.end {
                return Ok(Some(closure.matched));
            }
            let next = closure.take(self);
            if next.is_empty() && self.anchored {
                return Ok(Some(false));
            }
            let from = if states.threads > THREADS || states.list.len() > STATES {
                states = States::default();
                states.find(first.clone());
                None
            } else {
                Some(state)
            };
            state = states.find(next);
            let table = from.and_then(|from| states.list.get_mut(from as usize));
            if let Some(place) = table.and_then(|(_, next)| next.get_mut(point as usize)) {
                *place = state;
            }
        }
    }
}
