//! What keeps something from being judged, with the way to it.

use celgate::report::{Diagnostic, Severity};
use yew::prelude::*;

use super::{Ui, decision};
use crate::{
    components::{icon, mark},
    markup::html,
    state::{Action, Answer, words},
};

pub(crate) fn problems(ui: &Ui<'_>, answer: &Answer) -> Html {
    let found: Vec<&Diagnostic> = answer.problems().collect();
    if found.is_empty() {
        return Html::default();
    }
    html! {
        <section class="sec" aria-label="Problems">
            <div class="sec-h">
                <h2>{ "Problems" }<span class="n">{ found.len() }</span></h2>
                <span class="end">
                    <button type="button" class="link" onclick={ui.on(Action::NextProblem(false))}>{ "Next problem" }</button>
                    { " " }<kbd class="kbd">{ "F8" }</kbd>
                </span>
            </div>
            <div class="vals">{ for found.into_iter().map(|problem| row(ui, answer, problem)) }</div>
        </section>
    }
}

/// Lints and warnings that belong to a text rather than to an object: unused bindings, type-check warnings.
pub(crate) fn notices(ui: &Ui<'_>, answer: &Answer) -> Html {
    let ours = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Warning
            && !diagnostic.id.starts_with("check/")
            && !diagnostic.id.starts_with("pod-security/")
            && !diagnostic.id.starts_with("validation/")
    };
    let found: Vec<&Diagnostic> = answer.report.diagnostics.iter().filter(ours).collect();
    if found.is_empty() {
        return Html::default();
    }
    html! {
        <section class="sec" aria-label="Worth knowing">
            <div class="sec-h"><h2>{ "Worth knowing" }<span class="n">{ found.len() }</span></h2></div>
            <div class="vals">{ for found.into_iter().map(|problem| row(ui, answer, problem)) }</div>
        </section>
    }
}

fn row(ui: &Ui<'_>, answer: &Answer, problem: &Diagnostic) -> Html {
    let name = words::severity_mark(problem.severity);
    let several = problem.message.contains('\n');
    html! {
        <div class="finding">
            { mark(name, "") }
            if several { <pre class="finding-text mono">{ problem.message.clone() }</pre> } else { <div class="finding-text">{ decision::prose(&problem.message) }</div> }
            <div class="meta">
                <b class={format!("v-{name}")}>{ words::family(&problem.id) }</b>
                <span>{ format!("column {}", answer.places.column(problem.span)) }</span>
                { ui.place(answer, problem.span) }
                if let Some(help) = &problem.help { <span>{ decision::prose(help) }</span> }
            </div>
            <div class="act">
                if let Some(fix) = &problem.fix {
                    <button type="button" class="btn small" onclick={ui.on(Action::Apply(vec![fix.clone()]))}>{ icon("wrench", "") }{ fix.title.clone() }</button>
                } else {
                    <button type="button" class="btn small" onclick={ui.on(Action::Goto(problem.span))}>{ "Go to line" }</button>
                }
            </div>
        </div>
    }
}
