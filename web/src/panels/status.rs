//! The status line, the tab bar of narrow screens, and the strip above their editors that keeps the verdict in sight.

use yew::prelude::*;

use super::Ui;
use crate::{
    components::{icon, mark},
    markup::html,
    state::{Action, Editor, Float, Phase, View, words},
};

pub(crate) fn status(ui: &Ui<'_>) -> Html {
    let state = ui.state;
    let engine = match (&state.phase, &state.answer) {
        (Phase::Stopped(_), _) => html! { <span>{ icon("turn", "ico-14") }{ "Engine restarted" }</span> },
        (_, None) if !state.is_empty() => {
            html! { <span>{ icon("turn", "ico-14") }{ "Starting the engine" }</span> }
        }
        _ => html! { <span>{ icon("check", "ico-14") }{ "Engine ready" }</span> },
    };
    let counts = state.answer.as_ref().map(|answer| {
        let of = |mark: words::Mark| {
            answer.report.objects.iter().filter(|object| words::standing(object, answer) == mark).count()
        };
        let problems = answer.problems().count();
        let findings: usize = answer.report.objects.iter().map(|object| object.findings.len()).sum();
        let entry = |number: usize, name: &'static str, text: String| {
            (number > 0).then(|| html! { <span>{ mark(name, "ico-14") }{ text }</span> })
        };
        html! {
            <>
                <span class="num">{ format!("Judged in {}", words::duration(answer.took)) }</span>
                { entry(problems, "error", words::count(problems, "problem")) }
                { entry(of("deny"), "deny", format!("{} denied", of("deny"))) }
                { entry(of("warn"), "warn", format!("{} with warnings", of("warn"))) }
                { entry(of("admit"), "admit", format!("{} admitted", of("admit"))) }
                { entry(of("skip"), "skip", format!("{} not judged", of("skip"))) }
                if findings > 0 {
                    <span>{ words::count(findings, "finding") }</span>
                }
            </>
        }
    });
    html! {
        <footer class="status">
            { engine }
            { counts.filter(|_| !state.is_empty()) }
            <span class="grow"></span>
            <span>{ icon("lock", "ico-14") }{ "Nothing leaves this page" }</span>
            <button type="button" class="link" onclick={ui.on(Action::Open(Float::Help))}>{ "What is and is not simulated" }</button>
            <span class="num">{ concat!("celgate ", env!("CARGO_PKG_VERSION")) }</span>
        </footer>
    }
}

pub(crate) fn tabs(ui: &Ui<'_>) -> Html {
    let tab = |view: View, name: &'static str, label: &'static str| {
        let selected = ui.state.view == view;
        html! {
            <button type="button" role="tab" class="mtab" aria-selected={selected.to_string()} tabindex={if selected { "0" } else { "-1" }}
                onclick={ui.on(Action::View(view))}>
                { icon(name, "") }{ label }
            </button>
        }
    };
    html! {
        <nav class="mtabs" aria-label="Views">
            <div class="mtablist" role="tablist" aria-label="Views">
                { tab(View::Editor(Editor::Policies), "layers", "Policies") }
                { tab(View::Editor(Editor::Resources), "file", "Resources") }
                { tab(View::Editor(Editor::Cluster), "sliders", "Request") }
                { tab(View::Answer, "target", "Answer") }
            </div>
        </nav>
    }
}

pub(crate) fn verdict_strip(ui: &Ui<'_>) -> Html {
    let decision = ui
        .state
        .object()
        .zip(ui.state.answer.as_ref())
        .map(|((_, object), answer)| words::decision(object, answer));
    html! {
        <section class="mverdict" aria-label="Verdict">
            if let Some(decision) = decision {
                { mark(decision.mark, "") }
                <b class={format!("strong v-{}", decision.mark)}>{ decision.word }</b>
                <span class="t2 one-line">{ decision.rest }</span>
                <button type="button" class="link end" onclick={ui.on(Action::View(View::Answer))}>{ "Why" }</button>
            } else {
                <span class="t2">{ "Nothing to judge yet" }</span>
            }
        </section>
    }
}
