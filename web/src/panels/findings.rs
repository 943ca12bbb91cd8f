//! Built-in checks: titles word for word, the fix as a diff before it is made.

use celgate::report::{Finding, ObjectReport};
use yew::prelude::*;

use super::{Ui, decision};
use crate::{
    components::{icon, link, mark},
    markup::html,
    state::{
        Action, Answer, Editor, Settings, catalogue,
        diff::{self, Change},
        words,
    },
};

/// The families, in the order of the page: heading and prefix of `Finding::family`.
const FAMILIES: [(&str, &str); 2] = [("Pod Security", "pod-security"), ("Hardening", "hardening")];

pub(crate) fn findings(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    if object.findings.is_empty() {
        return html! { <>{ applied(ui) }{ silenced(ui) }</> };
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
        return html! { <>{ applied(ui) }{ for sections }{ silenced(ui) }</> };
    }
    let all: Vec<(usize, &Finding)> = object.findings.iter().enumerate().collect();
    let worst = counts(&all).into_iter().next().unwrap_or_default();
    html! {
        <>
        { applied(ui) }
        <section class="sec" aria-label="Built-in checks">
            <div class="sec-h"><h2>{ "Built-in checks" }</h2><span class="t3">{ "Pod Security, hardening" }</span></div>
            <div class="vals"><div class="val">
                <button type="button" class="val-h" aria-expanded="false" onclick={ui.on(Action::Toggle("findings".to_owned(), true))}>
                    { icon("chev", "chev ico-14") }
                    { mark("warn", "") }
                    <span class="msg">{ summary(object) }</span>
                    <span class="idx"></span>
                    <span class="tag warn">{ worst }</span>
                    <span class="cost"></span>
                </button>
            </div></div>
        </section>
        </>
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
        format!("{}, the others pass", words::plural(list.len(), "check fails", "checks fail"))
    } else {
        counts(list).join(", ")
    };
    let mut list = list.to_vec();
    if level.is_none() {
        list.sort_by_key(|(_, finding)| weight(&finding.level));
    }
    // What is worst is read; the rest is one click away.
    let key = format!("more {title}");
    let all = level.is_some() || list.len() <= FOLDED + 1 || ui.state.open(&key, false);
    let (shown, folded) = list.split_at(if all { list.len() } else { FOLDED });
    html! {
        <section class="sec" aria-label={heading.clone()}>
            <div class="sec-h"><h2>{ heading }</h2><span class="t3">{ note }</span>{ preview_all(ui, &list) }</div>
            <div class="vals">
                { for shown.iter().map(|(_, finding)| row(ui, answer, finding)) }
                if !folded.is_empty() {
                    <div class="finding">
                        <span></span>
                        <div class="finding-text">{ link(&format!("Show {} more", folded.len()), ui.on(Action::Toggle(key, true))) }<span class="t3">{ format!("  {}", counts(folded).join(", ")) }</span></div>
                    </div>
                }
            </div>
        </section>
    }
}

/// Findings of one family that are shown before the rest is asked for.
const FOLDED: usize = 4;

/// `1 high`, `2 medium`: how many there are of each level, worst first.
fn counts(list: &[(usize, &Finding)]) -> Vec<String> {
    LEVELS
        .iter()
        .map(|level| (level, list.iter().filter(|(_, finding)| finding.level == *level).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| format!("{count} {level}"))
        .collect()
}

/// One click for the diffs of all fixes, and one to hide them.
fn preview_all(ui: &Ui<'_>, list: &[(usize, &Finding)]) -> Html {
    let keys: Vec<String> =
        list.iter().filter(|(_, finding)| finding.fix.is_some()).map(|(_, finding)| key(finding)).collect();
    if keys.len() < 2 {
        return Html::default();
    }
    let open = keys.iter().all(|key| ui.state.open(key, false));
    let text = if open { "Hide all diffs".to_owned() } else { format!("Preview all {} fixes", keys.len()) };
    html! { <span class="end">{ link(&text, ui.on(Action::ToggleAll(keys, !open))) }</span> }
}

/// The row of a finding, from one answer to the next.
fn key(finding: &Finding) -> String {
    format!("fix {} {}", finding.check, finding.message)
}

/// The levels of checks, worst first.
const LEVELS: [&str; 5] = ["critical", "high", "medium", "low", "info"];

fn weight(level: &str) -> usize {
    LEVELS.iter().position(|known| *known == level).unwrap_or(LEVELS.len())
}

fn bars(level: &str) -> &'static str {
    match level {
        "critical" | "high" => "sev3",
        "medium" => "sev2",
        _ => "sev1",
    }
}

/// Which checks do not speak, and the way back.
fn silenced(ui: &Ui<'_>) -> Html {
    let settings = &ui.state.draft.settings;
    if settings.silenced.is_empty() {
        return Html::default();
    }
    let names: Vec<&str> = settings.silenced.iter().map(String::as_str).collect();
    let all = Settings { silenced: Vec::new(), ..settings.clone() };
    html! {
        <p class="sec t3 small">{ format!("Silenced: {}  ", words::list(&names)) }{ link("Let them speak", ui.on(Action::Set(all))) }</p>
    }
}

/// What was just mended, and the way back.
fn applied(ui: &Ui<'_>) -> Html {
    let Some(applied) = &ui.state.applied else { return Html::default() };
    html! {
        <div class="sec"><div class="notice" role="status">
            { icon("check", "") }
            <div>{ format!("Applied: {}", applied.title) }</div>
            <button type="button" class="btn small" onclick={ui.on(Action::Undo(applied.editor))}>{ "Undo" }</button>
        </div></div>
    }
}

fn row(ui: &Ui<'_>, answer: &Answer, finding: &Finding) -> Html {
    let security = finding.family.starts_with("pod-security");
    let key = key(finding);
    let shown = ui.state.open(&key, false);
    let (title, detail) = if finding.message.is_empty() || finding.message == finding.title {
        (finding.title.clone(), None)
    } else if security {
        // The server's words: the reason, and in parentheses what it is about.
        finding.message.strip_suffix(')').and_then(|message| message.split_once(" (")).map_or_else(
            || (finding.message.clone(), None),
            |(reason, detail)| (reason.to_owned(), Some(detail.to_owned())),
        )
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
                { if security { mark("warn", "") } else { icon(bars(&finding.level), "") } }
                <div class="finding-text">{ title }</div>
                <div class="meta">
                    if let Some(detail) = detail { <span>{ detail }</span> }
                    if !security { <span class="sev">{ capital(&finding.level) }</span> }
                    if !security { <span>{ finding.check.clone() }</span> }
                    if let Some(span) = place { { ui.place(answer, span) } }
                    if let (None, Some(why)) = (&finding.fix, &finding.no_fix) { <span>{ format!("No automatic fix: {why}") }</span> }
                </div>
                if finding.fix.is_none() {
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
            { diff }
            if shown { { more(ui, finding) } }
        </>
    }
}

/// Why it matters, who asks for it, which policy would refuse it, and how to hear no more of it.
fn more(ui: &Ui<'_>, finding: &Finding) -> Html {
    let settings = &ui.state.draft.settings;
    let mut silent = settings.clone();
    silent.silenced.push(finding.check.clone());
    let policy = finding.policy.as_deref().and_then(catalogue::find);
    html! {
        <div class="finding-help t2">
            if let Some(help) = &finding.help { <p>{ decision::prose(help) }</p> }
            if !finding.standards.is_empty() { <p class="t3">{ finding.standards.clone() }</p> }
            <div class="acts">
                { for finding.references.iter().map(|url| html! { <a href={url.clone()} target="_blank" rel="noreferrer">{ site(url) }</a> }) }
                if let Some(policy) = policy {
                    { link(&format!("Add the policy {}", policy.id), ui.on(Action::Dropped(vec![(format!("{}.yaml", policy.id), policy.policies.to_owned())]))) }
                }
                { link("Silence this check", ui.on(Action::Set(silent))) }
            </div>
            <p class="t3">{ "For this object only: the annotation " }<code>{ format!("celgate.dev/silence: {}", finding.check) }</code></p>
        </div>
    }
}

/// `kubernetes.io: pod-security-standards`: where a link leads.
fn site(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['#', '?']).next().unwrap_or(rest).trim_end_matches('/');
    let site = rest.split('/').next().unwrap_or(rest).trim_start_matches("www.");
    rest.rsplit_once('/').map_or_else(|| site.to_owned(), |(_, page)| format!("{site}: {page}"))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
