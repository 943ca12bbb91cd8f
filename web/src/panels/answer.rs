//! The right side: one tab per judged object, then always the same order: decision, terminal, pipeline, validations, checks.

use celgate::report::ObjectReport;
use yew::prelude::*;

use super::{Ui, decision, explain, findings, lesson, matching, pipeline, problems, seen, validations};
use crate::{
    components::{icon, icon_button, mark},
    markup::html,
    state::{Action, Answer, Phase, catalogue, words},
};

pub(crate) fn answer(ui: &Ui<'_>) -> Html {
    let state = ui.state;
    let body = match (&state.answer, state.object()) {
        _ if state.is_empty() => hello(ui),
        (None, _) => waiting(ui),
        (Some(answer), None) => bare(ui, answer),
        (Some(answer), Some((index, object))) => state
            .explain
            .and_then(|focus| explain::explain(ui, answer, object, focus))
            .unwrap_or_else(|| judged(ui, answer, index, object)),
    };
    html! { <section class="answer" aria-label="Answer">{ body }</section> }
}

/// What screen readers hear, once per settled answer.
pub(crate) fn spoken(ui: &Ui<'_>) -> String {
    let (Some(answer), Some((index, object))) = (&ui.state.answer, ui.state.object()) else {
        return String::new();
    };
    if ui.state.phase != Phase::Live || ui.state.is_empty() {
        return String::new();
    }
    let decision = words::decision(object, answer);
    let lesson = ui.state.lesson().map(|(_, holds)| match holds.iter().filter(|holds| **holds).count() {
        all if all == holds.len() => " The lesson is passed.".to_owned(),
        some => format!(" {some} of {} checks of the lesson hold.", holds.len()),
    });
    format!(
        "{}: {} — {}. {}{}",
        words::object_name(object, index),
        decision.word,
        decision.rest,
        decision.sentence,
        lesson.unwrap_or_default()
    )
}

fn strip(ui: &Ui<'_>, answer: &Answer, selected: Option<usize>) -> Html {
    let tabs = answer.report.objects.iter().enumerate().map(|(index, object)| {
        let chosen = selected == Some(index);
        html! {
            <button type="button" role="tab" class="req" aria-selected={chosen.to_string()} tabindex={if chosen { "0" } else { "-1" }} onclick={ui.on(Action::Select(index))}>
                { mark(words::standing(object, answer), "ico-14") }{ words::object_name(object, index) }
            </button>
        }
    });
    let (word, long) = match ui.state.phase {
        Phase::Live => ("Live", true),
        Phase::Typing => ("Typing", true),
        Phase::Running => ("Running", true),
        Phase::Stopped(_) => ("Stopped", true),
    };
    html! {
        <div class="reqs">
            <div class="list" role="tablist" aria-label="Requests">{ for tabs }</div>
            <span class="live" aria-busy={(ui.state.phase == Phase::Running).to_string()}>
                <span class="word">{ word }</span>
                if long { <span class="long"><kbd class="kbd">{ ui.command_key("↵") }</kbd></span> }
                { icon_button("Run again", "play", ui.on(Action::Run)) }
            </span>
        </div>
    }
}

fn stopped(ui: &Ui<'_>) -> Html {
    if let Some(notice) = &ui.state.notice {
        return html! { <div class="sec first"><div class="notice warn" role="status">{ mark("warn", "") }<div class="strong">{ notice.clone() }</div></div></div> };
    }
    let Phase::Stopped(reason) = &ui.state.phase else { return Html::default() };
    html! {
        <div class="sec first">
            <div class="notice error" role="status">
                { mark("error", "") }
                <div><div class="strong">{ reason.clone() }</div><div class="t2">{ "What is below is the answer from before. Change the text, or run it again." }</div></div>
                <button type="button" class="btn small" onclick={ui.on(Action::Run)}>{ "Run again" }</button>
            </div>
        </div>
    }
}

fn judged(ui: &Ui<'_>, answer: &Answer, index: usize, object: &ObjectReport) -> Html {
    let leading = words::leading(object);
    let stale = matches!(ui.state.phase, Phase::Stopped(_));
    let (others, silent): (Vec<usize>, Vec<usize>) = (0..object.policies.len())
        .filter(|&at| {
            leading != Some(at) && object.policies.get(at).is_some_and(|policy| policy.refused.is_none())
        })
        .partition(|&at| object.policies.get(at).is_some_and(|policy| words::policy_mark(policy) != "skip"));
    html! {
        <>
            { strip(ui, answer, Some(index)) }
            <div class="scroll" tabindex="-1">
                { stopped(ui) }
                { lesson::lesson(ui) }
                <div class={classes!(stale.then_some("stale"))}>
                    { decision::decision(ui, answer, object) }
                    { decision::terminal(ui, answer, object) }
                    { problems::problems(ui, answer) }
                    if let Some(leading) = leading { { policy(ui, answer, object, leading, object.policies.len() > 1) } }
                    { for others.into_iter().map(|at| policy(ui, answer, object, at, true)) }
                    { for silent.into_iter().map(|at| row(ui, answer, object, at)) }
                    { last_whole(ui, answer, object) }
                    { seen::update(ui, answer, object) }
                    { findings::findings(ui, answer, object) }
                    { problems::notices(ui, answer) }
                    { audit(object) }
                    { seen::seen(ui, answer, object) }
                </div>
                <div class="tail"></div>
            </div>
        </>
    }
}

/// A policy that judged the object, or the one that comes closest.
fn policy(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport, index: usize, named: bool) -> Html {
    let Some(policy) = object.policies.get(index) else { return Html::default() };
    let silent = words::policy_mark(policy) == "skip";
    let bindings: Vec<&str> =
        policy.bindings.iter().map(|binding| binding.name.as_str()).filter(|name| !name.is_empty()).collect();
    html! {
        <>
            <section class="sec" aria-label={format!("Pipeline of {}", policy.name)}>
                if named || silent {
                    <div class="sec-h"><h2>{ policy.name.clone() }</h2>
                        if policy.assumed_binding { <span class="t3">{ "has no binding; judged as if bound with Deny" }</span> }
                        else if !bindings.is_empty() { <span class="t3">{ format!("with {}", words::list(&bindings)) }</span> }
                    </div>
                } else if policy.assumed_binding {
                    <div class="notice warn">
                        { mark("warn", "") }
                        <div><div class="strong">{ format!("{} has no binding.", policy.name) }</div><div class="t2">{ "A cluster would never evaluate it. Here it is judged as if bound with Deny." }</div></div>
                    </div>
                }
                { pipeline::pipeline(ui, policy) }
                if silent { { matching::matching(ui, answer, policy) } }
            </section>
            { validations::validations(ui, answer, object, index) }
        </>
    }
}

/// A policy that does not select the object: one row, the match table on demand.
fn row(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport, index: usize) -> Html {
    let Some(policy) = object.policies.get(index) else { return Html::default() };
    let key = format!("policy {}", policy.name);
    let open = ui.state.open(&key, false);
    let why = words::ending(policy).map_or_else(String::new, |step| step.text.clone());
    html! {
        <section class="sec" aria-label={policy.name.clone()}>
            <div class="vals"><div class="val">
                <button type="button" class="val-h wide" aria-expanded={open.to_string()} onclick={ui.on(Action::Toggle(key, !open))}>
                    { icon("chev", "chev ico-14") }
                    { mark("skip", "") }
                    <span class="msg">{ policy.name.clone() }<span class="t3">{ format!("  does not select it: {why}") }</span></span>
                </button>
                if open {
                    <div class="val-b">{ pipeline::pipeline(ui, policy) }{ matching::matching(ui, answer, policy) }</div>
                }
            </div></div>
        </section>
    }
}

/// While something does not parse, what it came to when it did.
fn last_whole(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    let Some(whole) = ui.state.whole.as_ref().filter(|_| !answer.whole()) else { return Html::default() };
    let find = |old: &&ObjectReport| {
        old.kind == object.kind && old.name == object.name && old.namespace == object.namespace
    };
    let Some(old) = whole.report.objects.iter().find(find) else { return Html::default() };
    let gone = |policy: &&celgate::report::PolicyReport| {
        !object
            .policies
            .iter()
            .any(|now| now.name == policy.name && !matches!(words::policy_mark(now), "error" | "skip"))
    };
    let age = words::duration((crate::browser::now() - whole.at).max(0.0));
    let sections = old.policies.iter().filter(gone).filter(|policy| words::policy_mark(policy) != "skip").map(|policy| {
        let rows = policy.bindings.iter().flat_map(|binding| {
            binding.evaluations.iter().flat_map(move |evaluation| evaluation.validations.iter().map(move |validation| (binding, validation)))
        });
        html! {
            <section class="sec stale" aria-label={format!("Last answer of {}", policy.name)}>
                <div class="sec-h"><h2>{ format!("Last answer of {}", policy.name) }</h2><span class="stale-tag">{ format!("{age} ago, before your edit") }</span></div>
                <div class="vals">{ for rows.map(|(binding, validation)| {
                    let (name, _, word) = validations::judged(binding, validation);
                    html! {
                        <div class="val"><div class="val-h">
                            <span></span>{ mark(name, "") }
                            <span class="msg">{ words::first_line(&validation.message).to_owned() }</span>
                            <span class="idx">{ format!("validations[{}]", validation.index) }</span>
                            <span class="tag">{ word }</span>
                            <span class="cost num">{ format!("cost {}", words::grouped(validation.cost)) }</span>
                        </div></div>
                    }
                }) }</div>
            </section>
        }
    });
    html! { <>{ for sections }</> }
}

fn audit(object: &ObjectReport) -> Html {
    let audit = &object.verdict.audit;
    if audit.is_empty() {
        return Html::default();
    }
    html! {
        <section class="sec" aria-label="Audit annotations">
            <div class="sec-h"><h2>{ "Audit annotations" }<span class="n">{ audit.len() }</span></h2></div>
            <table class="tbl ind"><tbody>{ for audit.iter().map(|entry| html! { <tr><td><code>{ entry.key.clone() }</code></td><td><code>{ entry.value.clone() }</code></td></tr> }) }</tbody></table>
        </section>
    }
}

/// Policies or cluster objects, but nothing to judge.
fn bare(ui: &Ui<'_>, answer: &Answer) -> Html {
    html! {
        <>
            { strip(ui, answer, None) }
            <div class="scroll" tabindex="-1">
                { stopped(ui) }
                { lesson::lesson(ui) }
                <div class="decision">
                    <div>{ mark(if answer.whole() { "skip" } else { "error" }, "ico-28") }</div>
                    <div>
                        <h1 class="plain">{ if answer.whole() { "Nothing to judge yet" } else { "Cannot say yet" } }</h1>
                        <p class="sub">{ "Paste a manifest under Resources: a Pod, a Deployment, anything kubectl applies" }</p>
                    </div>
                </div>
                { problems::problems(ui, answer) }
                { problems::notices(ui, answer) }
                <div class="tail"></div>
            </div>
        </>
    }
}

fn waiting(ui: &Ui<'_>) -> Html {
    let reason = if let Phase::Stopped(reason) = &ui.state.phase { reason.as_str() } else { "" };
    html! {
        <div class="mid"><div class="hello" role="status">
            if reason.is_empty() {
                <h1>{ "Starting the engine" }</h1>
                <p class="t2">{ "You can type meanwhile. The answer appears as soon as it runs." }</p>
            } else {
                <h1>{ "The engine does not answer" }</h1>
                <p class="t2 lead">{ reason.to_owned() }</p>
                <button type="button" class="btn" onclick={ui.on(Action::Run)}>{ "Run again" }</button>
            }
        </div></div>
    }
}

fn hello(ui: &Ui<'_>) -> Html {
    let start = |name: &'static str, title: &str, text: &str, action: Action| {
        html! {
            <button type="button" class="start" onclick={ui.on(action)}>
                { icon(name, "") }
                <span><b class="strong">{ title.to_owned() }</b><span class="t2">{ text.to_owned() }</span></span>
                { icon("chev", "") }
            </button>
        }
    };
    let examples = catalogue::entries().filter(|entry| entry.group == "Examples").take(3);
    html! {
        <div class="mid"><div class="hello">
            if let Some(notice) = &ui.state.notice { <div class="notice warn lead" role="status">{ mark("warn", "") }<div class="strong">{ notice.clone() }</div></div> }
            <h1>{ "Paste a policy and a manifest" }</h1>
            <p class="t2 lead">{ "You get what a cluster would answer, word for word, and which clause, value and line decided it. Manifests alone work too: the built-in checks need no policy." }</p>
            <div class="vals">
                { for examples.map(|entry| start("file", entry.title, entry.description, Action::Load(Box::new(entry.draft())))) }
                { start("target", "Lessons", "Well-known policies and manifests with a fault: correct them", Action::Open(crate::state::Float::Palette)) }
                { start("layers", "The policy library", "Policies with samples, ready to try", Action::Open(crate::state::Float::Palette)) }
                { start("upload", "Open files", "Or drop them anywhere on this page", Action::Upload(crate::state::Editor::Resources)) }
            </div>
            <p class="t3 stays">{ icon("lock", "ico-14") }{ "What you type stays in this browser." }</p>
        </div></div>
    }
}
