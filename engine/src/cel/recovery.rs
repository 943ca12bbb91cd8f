//! The tokens as the parser reads them, and what it does about one that does not fit: ANTLR's default strategy
//! (`error_strategy.go`), which decides the texts, the number and the places of cel-go's syntax errors.
//!
//! A token too many is dropped, a missing one made up, else the rule is left and tokens are skipped until one that may
//! follow it or any rule around it. After a report nothing is reported until a token fits. Skipping and attempts are
//! limited (`parser.go`, `recoveryLimitErrorStrategy`).

use alloc::{borrow::Cow, format, string::String, vec, vec::Vec};

use super::{
    ast::OffsetRange,
    issues::Issue,
    lexer::{self, Kind, Token, Unrecognised},
};

/// A set of kinds of tokens, and whether the rule may end instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TokenSet(u64);

impl TokenSet {
    /// The rule may end here: what follows is what may follow the rule.
    pub(super) const END: Self = Self(1 << 63);

    pub(super) const fn of(kinds: &[Kind]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < kinds.len() {
            bits |= 1 << kinds[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    const fn may_end(self) -> bool {
        self.0 & Self::END.0 != 0
    }

    const fn without_end(self) -> Self {
        Self(self.0 & !Self::END.0)
    }

    /// `'('`, `{'(', IDENTIFIER}`
    fn show(self) -> String {
        let mut names = Kind::ALL.into_iter().filter(|kind| self.has(*kind)).map(Kind::name);
        match (names.next(), names.next()) {
            (Some(first), Some(second)) => {
                let mut shown = format!("{{{first}, {second}");
                for name in names {
                    shown.push_str(", ");
                    shown.push_str(name);
                }
                shown.push('}');
                shown
            }
            (first, _) => String::from(first.unwrap_or("{}")),
        }
    }
}

/// The places in the grammar where a token may fail to fit. Only their difference counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Place {
    Whole,
    Ternary,
    Unary,
    Negations,
    Suffix,
    CallArgs,
    CallEnd,
    IndexStart,
    IndexEnd,
    Primary,
    GlobalArgs,
    GlobalEnd,
    NestedEnd,
    ListStart,
    ListComma,
    ListEnd,
    MapStart,
    MapComma,
    MapEnd,
    MessageStart,
    MessageComma,
    MessageEnd,
    MapColon,
    LaterMapColon,
    FieldColon,
    LaterFieldColon,
    Field,
    Name,
    OptionalExpr,
    Literal,
}

/// Why a rule is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    place: Place,
    kind: FaultKind,
}

#[derive(Clone, Copy, Debug)]
enum FaultKind {
    /// The current token is none of those.
    Mismatch(TokenSet),
    /// No rule fits the tokens from this to that index.
    NoViable(usize, usize),
}

/// Attempts to recover (`errorRecoveryLimit`), tokens skipped in one attempt, and reports.
const ATTEMPTS: u32 = 30;
const SKIPPED: u32 = 256;
const REPORTS: u32 = 100;

/// The tokens of a text, read one by one.
#[derive(Debug)]
pub(super) struct Stream<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    unrecognised: Vec<Unrecognised>,
    /// Index of the current token.
    at: usize,
    /// The next of `unrecognised` to report, and the token whose reading reports it.
    next_unrecognised: usize,
    report_at: usize,
    /// What may follow each of the rules that are under way, outermost first.
    pub(super) follow: Vec<TokenSet>,
    /// Reported, in order.
    pub(super) issues: Vec<Issue>,
    reports: u32,
    attempts: u32,
    /// Something was wrong and no token has fitted since.
    recovering: bool,
    /// Where the last attempt began, and at which places of the grammar.
    last_fault: Option<usize>,
    last_places: u64,
    /// Given up: the rest of the text counts as its end, and nothing more is reported.
    pub(super) aborted: bool,
}

impl<'t> Stream<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let (tokens, unrecognised) = lexer::tokens(text);
        let report_at = unrecognised.first().map_or(usize::MAX, |first| first.before);
        Self {
            text,
            tokens,
            unrecognised,
            at: 0,
            next_unrecognised: 0,
            report_at,
            follow: vec![],
            issues: vec![],
            reports: 0,
            attempts: 0,
            recovering: false,
            last_fault: None,
            last_places: 0,
            aborted: false,
        }
    }

    pub(super) fn text_of(&self, token: Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The current token.
    #[inline]
    pub(super) fn token(&mut self) -> Token {
        self.ahead(0)
    }

    /// The kind of the current token.
    #[inline]
    pub(super) fn kind(&mut self) -> Kind {
        self.ahead(0).kind
    }

    /// The token that many places after the current one; the end of the text if there is none.
    #[inline]
    pub(super) fn ahead(&mut self, places: usize) -> Token {
        let index = self.at.saturating_add(places);
        if index >= self.report_at {
            self.report_unrecognised(index);
        }
        self.get(if self.aborted { usize::MAX } else { index })
    }

    fn get(&self, index: usize) -> Token {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let last = self.tokens.last().copied().unwrap_or(Token { kind: Kind::Eof, start: end, end });
        self.tokens.get(index).copied().unwrap_or(last)
    }

    /// End of the last token that was consumed.
    pub(super) fn last_end(&self) -> u32 {
        self.at.checked_sub(1).map_or(0, |before| self.get(before).end)
    }

    /// Takes the current token, which fits.
    #[inline]
    pub(super) fn take(&mut self) -> Token {
        let token = self.token();
        self.fits();
        self.consume();
        token
    }

    /// Takes the current token if it is of that kind.
    #[inline]
    pub(super) fn take_if(&mut self, kind: Kind) -> Option<Token> {
        (self.kind() == kind).then(|| self.take())
    }

    #[inline]
    fn consume(&mut self) {
        if self.kind() != Kind::Eof {
            self.at = self.at.saturating_add(1);
            // The next token is read at once: what stands before it and is none is reported now.
            let _ = self.token();
        }
    }

    #[inline]
    fn fits(&mut self) {
        if !self.aborted {
            self.recovering = false;
            self.last_fault = None;
            self.last_places = 0;
        }
    }

    /// Takes a token of that kind, after which one of `after` stands; if it is not there, one is dropped or made up.
    pub(super) fn expect(&mut self, kind: Kind, place: Place, after: TokenSet) -> Result<Token, Fault> {
        if self.kind() == kind {
            return Ok(self.take());
        }
        let expected = TokenSet::of(&[kind]);
        let fault = Fault { place, kind: FaultKind::Mismatch(expected) };
        if !self.attempt() {
            return Err(fault);
        }
        if self.drop_unwanted(expected) {
            let token = self.token();
            self.consume();
            return Ok(token);
        }
        let current = self.token();
        if !self.expected(after).has(current.kind) {
            return Err(fault);
        }
        self.report_missing(expected);
        // A made-up token stands where the current one does, at the end of the text where the last one does.
        let at = if current.kind == Kind::Eof { self.get(self.at.saturating_sub(1)) } else { current };
        Ok(Token { kind, start: at.start, end: at.start })
    }

    /// Before an alternative is chosen at `place`: sees to it that the current token begins one.
    #[inline]
    pub(super) fn sync(&mut self, place: Place, next: TokenSet) -> Result<(), Fault> {
        if next.has(self.kind()) || self.recovering {
            return Ok(());
        }
        if self.drop_unwanted(self.expected(next)) {
            return Ok(());
        }
        Err(Fault { place, kind: FaultKind::Mismatch(next) })
    }

    /// The same at the end of a round of a loop: skips to a token that goes on with it or follows.
    pub(super) fn sync_loop(&mut self, next: TokenSet) {
        if next.has(self.kind()) || self.recovering {
            return;
        }
        let expected = self.expected(next);
        self.report_unwanted(expected);
        let stop = expected.or(self.recovery_set());
        while self.kind() != Kind::Eof && !stop.has(self.kind()) {
            self.consume();
        }
    }

    /// No alternative begins with the `count` tokens from the current one on.
    #[cold]
    #[inline(never)]
    pub(super) fn no_viable(&self, place: Place, count: usize) -> Fault {
        let last = self.at.saturating_add(count.saturating_sub(1));
        Fault { place, kind: FaultKind::NoViable(self.at, last.min(self.tokens.len().saturating_sub(1))) }
    }

    /// Leaves a rule because of `fault`: reports it and skips to where the rules around can go on.
    #[cold]
    #[inline(never)]
    pub(super) fn leave(&mut self, fault: Fault) {
        self.report_fault(fault);
        if !self.attempt() {
            return;
        }
        let mut skipped = 0;
        let place = 1 << fault.place as u8;
        if self.last_fault == Some(self.at) && self.last_places & place != 0 && !self.skip(&mut skipped) {
            return;
        }
        self.last_fault = Some(self.at);
        self.last_places |= place;
        let stop = self.recovery_set();
        while self.kind() != Kind::Eof && !stop.has(self.kind()) {
            if !self.skip(&mut skipped) {
                return;
            }
        }
    }

    fn skip(&mut self, skipped: &mut u32) -> bool {
        if *skipped >= SKIPPED {
            self.abort(format!("error recovery token lookahead limit exceeded: {SKIPPED}"));
            return false;
        }
        *skipped = skipped.saturating_add(1);
        self.consume();
        true
    }

    /// Gives up with an issue about the whole text.
    pub(super) fn abort(&mut self, message: String) {
        if !self.aborted {
            self.issues.push(Issue { offset: None, range: None, id: None, message });
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        self.aborted = true;
        self.recovering = true;
        self.report_at = usize::MAX;
    }

    fn attempt(&mut self) -> bool {
        if self.aborted {
            return false;
        }
        if self.attempts == ATTEMPTS {
            let token = self.token();
            self.report(token, format!("error recovery attempt limit exceeded: {ATTEMPTS}"));
            self.give_up();
            return false;
        }
        self.attempts = self.attempts.saturating_add(1);
        true
    }

    /// What may stand at a place that has `next` ahead, given the rules around.
    fn expected(&self, next: TokenSet) -> TokenSet {
        let mut expected = next;
        for follow in self.follow.iter().rev() {
            if !expected.may_end() {
                return expected;
            }
            expected = expected.without_end().or(*follow);
        }
        if expected.may_end() { expected.without_end().or(TokenSet::of(&[Kind::Eof])) } else { expected }
    }

    /// What may follow the rule under way or any around it.
    fn recovery_set(&self) -> TokenSet {
        self.follow.iter().fold(TokenSet(0), |set, follow| set.or(*follow)).without_end()
    }

    /// Drops the current token if the one after it is expected.
    #[cold]
    #[inline(never)]
    fn drop_unwanted(&mut self, expected: TokenSet) -> bool {
        if self.aborted || !expected.has(self.ahead(1).kind) {
            return false;
        }
        self.report_unwanted(expected);
        self.consume();
        self.fits();
        !self.aborted
    }

    fn report_unwanted(&mut self, expected: TokenSet) {
        if !self.begin() {
            return;
        }
        let token = self.token();
        let message = format!("extraneous input {} expecting {}", self.show(token), expected.show());
        self.report(token, message);
    }

    fn report_missing(&mut self, expected: TokenSet) {
        if !self.begin() {
            return;
        }
        let token = self.token();
        let message = format!("missing {} at {}", expected.show(), self.show(token));
        self.report(token, message);
    }

    #[cold]
    #[inline(never)]
    fn report_fault(&mut self, fault: Fault) {
        if !self.begin() {
            return;
        }
        match fault.kind {
            FaultKind::Mismatch(next) => {
                let token = self.token();
                let expected = self.expected(next).show();
                self.report(token, format!("mismatched input {} expecting {expected}", self.show(token)));
            }
            FaultKind::NoViable(from, to) => {
                let (first, last) = (self.get(from), self.get(to));
                let input = if first.kind == Kind::Eof {
                    Cow::Borrowed("<EOF>")
                } else {
                    self.recognised(first.start, last.end)
                };
                let message = match reserved_after_dot(&input) {
                    Some(word) => format!("mismatched input {word} expecting IDENTIFIER"),
                    None => format!("no viable alternative at input {}", quote(&input)),
                };
                self.report(last, message);
            }
        }
    }

    /// Whether to report: not again before a token has fitted.
    fn begin(&mut self) -> bool {
        !core::mem::replace(&mut self.recovering, true)
    }

    #[cold]
    #[inline(never)]
    fn report_unrecognised(&mut self, index: usize) {
        while let Some(next) = self.unrecognised.get(self.next_unrecognised).copied() {
            if self.aborted || next.before > index {
                self.report_at = next.before;
                return;
            }
            self.next_unrecognised = self.next_unrecognised.saturating_add(1);
            let text = self.text.get(next.start as usize..next.end as usize).unwrap_or("");
            let token = Token { kind: Kind::Eof, start: next.start, end: next.end };
            self.report(token, format!("token recognition error at: '{text}'"));
        }
        self.report_at = usize::MAX;
    }

    fn report(&mut self, at: Token, message: String) {
        if self.aborted {
            return;
        }
        let too_many = self.reports >= REPORTS;
        let message = if too_many { format!("More than {REPORTS} syntax errors") } else { message };
        self.reports = self.reports.saturating_add(1);
        self.issues.push(Issue {
            offset: Some(at.start),
            range: Some(OffsetRange { start: at.start, end: at.end }),
            id: None,
            message: format!("Syntax error: {message}"),
        });
        if too_many {
            self.give_up();
        }
    }

    fn show(&self, token: Token) -> String {
        if token.kind == Kind::Eof { String::from("'<EOF>'") } else { quote(self.text_of(token)) }
    }

    /// The text between two places without what is in no token.
    fn recognised(&self, start: u32, end: u32) -> Cow<'t, str> {
        let slice = |from: u32, to: u32| self.text.get(from as usize..to as usize).unwrap_or("");
        let mut gaps = self.unrecognised.iter().filter(|gap| start <= gap.start && gap.end <= end).peekable();
        if gaps.peek().is_none() {
            return Cow::Borrowed(slice(start, end));
        }
        let mut recognised = String::new();
        let mut from = start;
        for gap in gaps {
            recognised.push_str(slice(from, gap.start));
            from = gap.end;
        }
        recognised.push_str(slice(from, end));
        Cow::Owned(recognised)
    }
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r"))
}

/// cel-go rewords the report about a word of the language after one other character (`reservedIdentifier`).
fn reserved_after_dot(input: &str) -> Option<&'static str> {
    let mut characters = input.chars();
    if characters.next()? == '\n' {
        return None;
    }
    match characters.as_str() {
        "true" => Some("'true'"),
        "false" => Some("'false'"),
        "null" => Some("'null'"),
        _ => None,
    }
}
