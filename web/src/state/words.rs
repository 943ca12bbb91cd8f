//! The answer as sentences: which mark, which word, which culprit.

use celgate::{
    report::{
        Diagnostic, ObjectReport, Outcome, PolicyReport, Refused, Severity, Step, StepKind, StepState,
        ValidationReport,
    },
    source::Span,
};

use super::Answer;

/// The name of a mark: `admit`, `deny`, `warn`, `error`, `skip`, `no`.
pub(crate) type Mark = &'static str;

/// The head of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) mark: Mark,
    /// `Denied`
    pub(crate) word: String,
    /// `no-latest, validation 1 of 2`
    pub(crate) rest: String,
    /// `containers[1] sidecar runs envoyproxy/envoy:latest`
    pub(crate) sentence: String,
    /// The culprit's place.
    pub(crate) span: Option<Span>,
}

pub(crate) const fn mark(outcome: Outcome) -> Mark {
    match outcome {
        Outcome::Admitted => "admit",
        Outcome::Warned => "warn",
        Outcome::Denied => "deny",
        Outcome::NotJudged => "skip",
        Outcome::Error => "error",
    }
}

/// What the page can say of an object: the outcome, unless a policy that might speak is not in force.
pub(crate) fn standing(object: &ObjectReport, answer: &Answer) -> Mark {
    if refused(object, answer).is_some() { "error" } else { mark(object.verdict.outcome) }
}

/// The policy or binding that the cluster refuses, where that leaves the answer open: a denial stands without it.
pub(crate) fn refused<'a>(object: &ObjectReport, answer: &'a Answer) -> Option<&'a Refused> {
    answer
        .report
        .refused
        .first()
        .filter(|_| !matches!(object.verdict.outcome, Outcome::Denied | Outcome::Error))
}

/// Why that is: the first problem inside the refused document.
fn refusal<'a>(refused: &Refused, answer: &'a Answer) -> Option<&'a Diagnostic> {
    let inside = |problem: &&Diagnostic| {
        problem.span.source == refused.span.source
            && (refused.span.start..=refused.span.end).contains(&problem.span.start)
    };
    answer.problems().find(inside)
}

pub(crate) const fn severity_mark(severity: Severity) -> Mark {
    match severity {
        Severity::Info => "skip",
        Severity::Warning => "warn",
        Severity::Error => "error",
        Severity::Denial => "deny",
    }
}

pub(crate) const fn step_mark(state: StepState) -> Mark {
    match state {
        StepState::Passed => "admit",
        StepState::Warned => "warn",
        StepState::Denied => "deny",
        StepState::NotMatched => "no",
        StepState::Error => "error",
        StepState::NotNeeded | StepState::NotReached => "skip",
    }
}

pub(crate) const fn step_word(state: StepState) -> &'static str {
    match state {
        StepState::Passed => "passed",
        StepState::Warned => "warning",
        StepState::Denied => "failed",
        StepState::NotMatched => "did not match",
        StepState::Error => "error",
        StepState::NotNeeded => "not needed",
        StepState::NotReached => "not reached",
    }
}

pub(crate) const fn step_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Match => "Match",
        StepKind::Conditions => "Conditions",
        StepKind::Params => "Params",
        StepKind::Validations => "Validations",
        StepKind::Action => "Action",
    }
}

/// Which object has most to say.
pub(crate) const fn weight(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotJudged => 0,
        Outcome::Admitted => 1,
        Outcome::Warned => 2,
        Outcome::Error => 3,
        Outcome::Denied => 4,
    }
}

/// `Denied`, `Admitted, 2 warnings`: at the head of a document.
pub(crate) fn short(object: &ObjectReport, answer: &Answer) -> String {
    if refused(object, answer).is_some() {
        return "Cannot say yet".to_owned();
    }
    match object.verdict.outcome {
        Outcome::Admitted => "Admitted".to_owned(),
        Outcome::Warned => format!("Admitted, {}", count(object.verdict.warnings.len(), "warning")),
        Outcome::Denied => "Denied".to_owned(),
        Outcome::NotJudged => "Not judged".to_owned(),
        Outcome::Error => "Not readable".to_owned(),
    }
}

/// `1 warning`, `2 warnings`
pub(crate) fn count(number: usize, noun: &str) -> String {
    plural(number, noun, &format!("{noun}s"))
}

/// `1 registry`, `2 registries`
pub(crate) fn plural(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// `Pod web`
pub(crate) fn object_name(object: &ObjectReport, index: usize) -> String {
    match (object.kind.is_empty(), object.name.is_empty()) {
        (true, true) => format!("Document {}", index + 1),
        (true, false) => object.name.clone(),
        (false, true) => object.kind.clone(),
        (false, false) => format!("{} {}", object.kind, object.name),
    }
}

/// What a policy came to for an object, as a mark: its action decides, where it came that far.
pub(crate) fn policy_mark(policy: &PolicyReport) -> Mark {
    if policy.refused.is_some() {
        return "error";
    }
    let has = |state: StepState| policy.steps.iter().any(|step| step.state == state);
    let action = policy.steps.iter().find(|step| step.kind == StepKind::Action).map(|step| step.state);
    match action {
        Some(StepState::Denied) => "deny",
        Some(StepState::Warned) => "warn",
        Some(StepState::Passed) => "admit",
        _ if has(StepState::Error) => "error",
        _ if has(StepState::Denied) => "deny",
        _ => "skip",
    }
}

/// The policy whose pipeline is shown first: the deciding one, else the one with most to say.
pub(crate) fn leading(object: &ObjectReport) -> Option<usize> {
    let weight = |mark: Mark| match mark {
        "deny" => 4,
        "error" => 3,
        "warn" => 2,
        "admit" => 1,
        _ => 0,
    };
    object.verdict.policy.filter(|&index| index < object.policies.len()).or_else(|| {
        (0..object.policies.len())
            .filter(|&index| object.policies.get(index).is_some_and(|policy| policy.refused.is_none()))
            .rev()
            .max_by_key(|&index| object.policies.get(index).map_or(0, |policy| weight(policy_mark(policy))))
    })
}

fn validations(policy: &PolicyReport, binding: Option<usize>) -> &[ValidationReport] {
    policy
        .bindings
        .get(binding.unwrap_or(0))
        .and_then(|binding| binding.evaluations.iter().find(|evaluation| !evaluation.validations.is_empty()))
        .map_or(&[], |evaluation| &evaluation.validations)
}

/// The step that ended the policy's part in the matter.
pub(crate) fn ending(policy: &PolicyReport) -> Option<&Step> {
    policy.steps.iter().find(|step| {
        matches!(step.state, StepState::NotMatched | StepState::Error | StepState::Denied | StepState::Warned)
    })
}

/// The head of the answer for an object.
pub(crate) fn decision(object: &ObjectReport, answer: &Answer) -> Decision {
    let verdict = &object.verdict;
    if let Some(refused) = refused(object, answer) {
        let problem = refusal(refused, answer);
        let compiles = problem.is_none_or(|problem| !problem.id.starts_with("cel/"));
        return Decision {
            mark: "error",
            word: "Cannot say yet".to_owned(),
            rest: format!("{} {}", refused.name, if compiles { "is refused" } else { "does not compile" }),
            sentence: "The cluster would not take it. Everything that can be judged still is".to_owned(),
            span: problem.map(|problem| problem.span),
        };
    }
    let mark = mark(verdict.outcome);
    let policy = leading(object).and_then(|index| object.policies.get(index));
    let judged = || object.policies.iter().filter(|policy| policy_mark(policy) != "skip");
    let (word, rest, sentence, span) = match verdict.outcome {
        Outcome::Denied if verdict.pod_security => {
            let message = verdict.response.as_ref().map_or("", |response| first_line(&response.message));
            let reasons = message.split_once(": ").map_or(message, |(_, reasons)| reasons);
            ("Denied".to_owned(), "Pod Security".to_owned(), reasons.to_owned(), Some(object.name_span))
        }
        Outcome::Denied => {
            let all = policy.map_or(&[][..], |policy| validations(policy, verdict.binding));
            let culprit = all
                .iter()
                .find(|validation| Some(validation.index) == verdict.validation)
                .or_else(|| all.iter().find(|validation| validation.denied));
            let rest = match (policy, culprit) {
                (Some(policy), Some(validation)) if all.len() > 1 => {
                    format!("{}, validation {} of {}", policy.name, validation.index + 1, all.len())
                }
                (Some(policy), _) => policy.name.clone(),
                (None, _) => String::new(),
            };
            let (sentence, span) = culprit.map_or_else(
                || reason(policy, object),
                |validation| (culprit_sentence(validation), culprit_span(validation)),
            );
            ("Denied".to_owned(), rest, sentence, span)
        }
        Outcome::Warned => {
            let mut names: Vec<&str> = judged()
                .filter(|policy| policy_mark(policy) == "warn")
                .map(|policy| policy.name.as_str())
                .collect();
            let culprit = policy.and_then(|policy| {
                policy
                    .bindings
                    .iter()
                    .flat_map(|binding| &binding.evaluations)
                    .flat_map(|evaluation| &evaluation.validations)
                    .find(|validation| validation.evaluation != "admit")
            });
            let (sentence, span) = culprit.map_or_else(
                || reason(policy, object),
                |validation| (culprit_sentence(validation), culprit_span(validation)),
            );
            let security =
                verdict.warnings.iter().any(|warning| warning.starts_with("would violate PodSecurity"));
            names.extend(security.then_some("Pod Security"));
            let word = format!("Admitted with {}", count(verdict.warnings.len(), "warning"));
            (word, list(&names), sentence, span)
        }
        Outcome::Admitted => {
            let names: Vec<&str> = judged().map(|policy| policy.name.as_str()).collect();
            let rest = match names.as_slice() {
                [] => String::new(),
                [one] => format!("{one} lets it pass"),
                many => format!("{} policies let it pass", many.len()),
            };
            let silent = object.policies.len() - names.len();
            let sentence = if silent > 0 {
                format!(
                    "{} not select it",
                    if silent == 1 { "1 policy does".to_owned() } else { format!("{silent} policies do") }
                )
            } else {
                String::new()
            };
            ("Admitted".to_owned(), rest, sentence, None)
        }
        Outcome::NotJudged if object.policies.is_empty() => (
            "Admitted, not judged".to_owned(),
            "there is no policy".to_owned(),
            "Paste a ValidatingAdmissionPolicy on the left; built-in checks need none".to_owned(),
            None,
        ),
        Outcome::NotJudged => {
            let (sentence, span) = reason(policy, object);
            ("Admitted, not judged".to_owned(), "no policy selects it".to_owned(), sentence, span)
        }
        Outcome::Error => {
            let inside = |diagnostic: &&Diagnostic| {
                diagnostic.span.source == object.span.source
                    && object.span.start <= diagnostic.span.start
                    && diagnostic.span.start <= object.span.end
            };
            let problem = answer.problems().find(inside).or_else(|| answer.problems().next());
            let (rest, span) = problem.map_or_else(
                || (String::new(), None),
                |problem| (first_line(&problem.message).to_owned(), Some(problem.span)),
            );
            ("Cannot say yet".to_owned(), rest, "Everything that can be judged still is".to_owned(), span)
        }
    };
    let sentence = sentence.trim_end_matches('.').to_owned();
    Decision { mark, word, rest, sentence, span }
}

/// What the culprit was, in a sentence.
pub(crate) fn culprit_sentence(validation: &ValidationReport) -> String {
    validation
        .explanation
        .as_ref()
        .map(|explanation| explanation.summary.clone())
        .filter(|summary| !summary.is_empty())
        .unwrap_or_else(|| first_line(&validation.message).to_owned())
}

/// Where the culprit stands: the field of the manifest that decided, else the expression.
pub(crate) fn culprit_span(validation: &ValidationReport) -> Option<Span> {
    let explanation = validation.explanation.as_ref();
    let turn = explanation.and_then(|explanation| {
        explanation
            .nodes
            .iter()
            .flat_map(|node| &node.iterations)
            .find(|turn| turn.deciding && turn.span.is_some())
            .and_then(|turn| turn.span)
    });
    let read = explanation.and_then(|explanation| {
        let inside = |span: &Span| {
            turn.is_none_or(|turn| {
                turn.source == span.source && turn.start <= span.start && span.end <= turn.end
            })
        };
        explanation.reads.iter().rev().filter(|read| read.present).filter_map(|read| read.span).find(inside)
    });
    read.or(turn).or(Some(validation.span))
}

fn reason(policy: Option<&PolicyReport>, object: &ObjectReport) -> (String, Option<Span>) {
    let Some(policy) = policy else {
        let message = object.verdict.response.as_ref().map_or("", |response| &response.message);
        return (first_line(message).to_owned(), None);
    };
    ending(policy).map_or_else(
        || (String::new(), None),
        |step| {
            let text = step.detail.as_deref().unwrap_or(&step.text);
            (format!("{}: {text}", policy.name), step.span)
        },
    )
}

/// `a`, `a and b`, `a, b and c`
pub(crate) fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

/// Whether a diagnostic says that something could not be read or compiled.
pub(crate) fn is_problem(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
        && ["yaml/", "cel/", "policy/", "binding/", "object/"]
            .iter()
            .any(|family| diagnostic.id.starts_with(family))
}

/// What kind of problem: `CEL syntax`, `YAML`.
pub(crate) fn family(id: &str) -> &'static str {
    match id.split('/').next() {
        Some("yaml") => "YAML",
        Some("cel") if id.starts_with("cel/type") || id.starts_with("cel/check") => "CEL types",
        Some("cel") => "CEL syntax",
        Some("policy") => "Policy",
        Some("binding") => "Binding",
        Some("object") => "Object",
        Some("validation") => "Validation",
        Some("check") => "Check",
        _ => "Note",
    }
}

/// `10,000,000`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1.8 ms`, `240 ms`, `1.2 s`
pub(crate) fn duration(milliseconds: f64) -> String {
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}

/// Cuts the middle out of a long value; the ends are what tells values apart.
pub(crate) fn middle(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let tail = most / 3;
    let head = most.saturating_sub(tail + 1);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}…{end}")
}
