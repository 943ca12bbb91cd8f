//! Built-in checks: titles word for word, the fix as a diff before it is made.

use celgate::report::{Finding, ObjectReport, Severity};
use yew::prelude::*;

use super::{Ui, decision};
use crate::{
    components::{icon, mark},
    state::{
        Action, Answer, Editor,
        diff::{self, Change},
        words,
    },
};

/// The families, in the order of the page: heading and prefix of `Finding::family`.
const FAMILIES: [(&str, &str); 2] = [("Pod Security", "pod-security"), ("Hardening", "hardening")];

pub(crate) fn findings(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    if object.findings.is_empty() {
        return Html::default();
    }
    let open = ui.state.findings_open(object);
    let sections = FAMILIES.iter().map(|(title, prefix)| {
        let list: Vec<(usize, &Finding)> = object
            .findings
            .iter()
            .enumerate()
            .filter(|(_, finding)| finding.family.starts_with(prefix))
            .collect();
        family(ui, answer, title, &list)
    });
    if open {
        return html! { <>{ for sections }</> };
    }
    let worst = object.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
    html! {
        <section class="sec" aria-label="Built-in checks">
            <div class="sec-h"><h2>{ "Built-in checks" }</h2><span class="t3">{ "Pod Security, hardening" }</span></div>
            <div class="vals"><div class="val">
                <button type="button" class="val-h" aria-expanded="false" onclick={ui.on(Action::Toggle("findings".to_owned(), true))}>
                    { icon("chev", "chev ico-14") }
                    { mark("warn", "") }
                    <span class="msg">{ summary(object) }</span>
                    <span class="idx"></span>
                    <span class="tag warn">{ severity_word(worst) }</span>
                    <span class="cost"></span>
                </button>
            </div></div>
        </section>
    }
}

fn summary(object: &ObjectReport) -> String {
    let of =
        |prefix: &str| object.findings.iter().filter(|finding| finding.family.starts_with(prefix)).count();
    let (security, hardening) = (of("pod-security"), of("hardening"));
    match (security, hardening) {
        (0, hardening) => words::count(hardening, "hardening finding"),
        (security, 0) => format!("{} would fail", words::count(security, "Pod Security check")),
        (security, hardening) => {
            format!(
                "{} would fail, {}",
                words::count(security, "Pod Security check"),
                words::count(hardening, "hardening finding")
            )
        }
    }
}

fn family(ui: &Ui<'_>, answer: &Answer, title: &str, list: &[(usize, &Finding)]) -> Html {
    if list.is_empty() {
        return Html::default();
    }
    let level = list
        .iter()
        .filter_map(|(_, finding)| finding.family.split_once('/').map(|(_, level)| level))
        .max_by_key(|level| usize::from(*level == "restricted"));
    let heading = level.map_or_else(|| title.to_owned(), |level| format!("{title}, {level}"));
    let note = if level.is_some() {
        format!("{} would fail", words::count(list.len(), "check"))
    } else {
        let of = |severity: Severity| list.iter().filter(|(_, finding)| finding.severity == severity).count();
        [Severity::Denial, Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .filter(|severity| of(*severity) > 0)
            .map(|severity| format!("{} {}", of(severity), severity_word(severity)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    html! {
        <section class="sec" aria-label={heading.clone()}>
            <div class="sec-h"><h2>{ heading }</h2><span class="t3">{ note }</span></div>
            <div class="vals">{ for list.iter().map(|(index, finding)| row(ui, answer, *index, finding)) }</div>
        </section>
    }
}

const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Denial | Severity::Error => "high",
        Severity::Warning => "medium",
        Severity::Info => "low",
    }
}

const fn bars(severity: Severity) -> &'static str {
    match severity {
        Severity::Denial | Severity::Error => "sev3",
        Severity::Warning => "sev2",
        Severity::Info => "sev1",
    }
}

fn row(ui: &Ui<'_>, answer: &Answer, index: usize, finding: &Finding) -> Html {
    let security = finding.family.starts_with("pod-security");
    let key = format!("fix {index} {}", finding.check);
    let shown = ui.state.open(&key, false);
    let (title, detail) = if finding.message.is_empty() || finding.message == finding.title {
        (finding.title.clone(), None)
    } else if security {
        (finding.title.clone(), Some(finding.message.clone()))
    } else {
        (finding.message.clone(), None)
    };
    let place = finding.spans.first().copied();
    let diff = finding.fix.as_ref().filter(|_| shown).and_then(|fix| {
        let editor = Editor::of(fix.span)?;
        let lines = diff::preview(answer.places.text(editor), fix);
        Some(html! {
            <div class="finding-diff">
                <div class="diff" tabindex="0" role="group" aria-label={format!("Change to {}", editor.title())}>
                    { for lines.into_iter().map(|line| {
                        let (class, sign) = match line.change { Change::Same => ("", " "), Change::Removed => ("d", "-"), Change::Added => ("a", "+") };
                        html! { <div {class}><i>{ line.number }</i><i>{ sign }</i><span>{ line.text }</span></div> }
                    }) }
                </div>
            </div>
        })
    });
    html! {
        <>
            <div class="finding">
                { if security { mark("warn", "") } else { icon(bars(finding.severity), "") } }
                <div class="finding-text">{ title }</div>
                <div class="meta">
                    if let Some(detail) = detail { <span>{ detail }</span> }
                    if !security { <span class="sev">{ capital(severity_word(finding.severity)) }</span> }
                    <span>{ finding.check.clone() }</span>
                    if let Some(span) = place { { ui.place(answer, span) } }
                    if let (None, Some(why)) = (&finding.fix, &finding.no_fix) { <span>{ format!("No automatic fix: {why}") }</span> }
                </div>
                if let (None, Some(_)) = (&finding.fix, &finding.help) {
                    <div class="act">
                        <button type="button" class="btn small quiet" aria-expanded={shown.to_string()} onclick={ui.on(Action::Toggle(key.clone(), !shown))}>{ "Why" }</button>
                    </div>
                }
                if let Some(fix) = &finding.fix {
                    <div class="act">
                        if shown {
                            <button type="button" class="btn small quiet" onclick={ui.on(Action::Toggle(key, false))}>{ "Hide diff" }</button>
                            <button type="button" class="btn small primary" title={fix.title.clone()} onclick={ui.on(Action::Apply(vec![fix.clone()]))}>{ icon("wrench", "") }{ "Apply fix" }</button>
                        } else {
                            <button type="button" class="btn small" title={fix.title.clone()} onclick={ui.on(Action::Toggle(key, true))}>
                                { "Preview fix" }<span class="sr">{ format!(": {}", fix.title) }</span>
                            </button>
                        }
                    </div>
                }
            </div>
            if let (true, Some(help)) = (shown, &finding.help) {
                <p class="finding-help t2">{ decision::prose(help) }
                    { for finding.references.iter().map(|link| html! { <>{ " " }<a href={link.clone()} target="_blank" rel="noreferrer">{ "Read more" }</a></> }) }
                </p>
            }
            { diff }
        </>
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
