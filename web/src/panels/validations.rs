//! The validations of one evaluation: message, index, action, cost; open, the expression with the value of each part.

use celgate::report::{BindingReport, ObjectReport, ParamReport, PolicyReport, ValidationReport};
use yew::prelude::*;

use super::{Ui, explanation};
use crate::{
    components::{icon, mark},
    markup::html,
    state::{Action, Answer, Focus, words},
};

/// `RuntimeCELCostBudget`: what all expressions of one policy may cost together.
const BUDGET: u64 = 10_000_000;

pub(crate) fn validations(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport, index: usize) -> Html {
    let Some(policy) = object.policies.get(index) else { return Html::default() };
    let sections = policy.bindings.iter().enumerate().flat_map(|(at, binding)| {
        let several = policy.bindings.len() > 1 || binding.evaluations.len() > 1;
        binding.evaluations.iter().enumerate().map(move |(turn, evaluation)| {
            let focus = Focus { policy: index, binding: at, evaluation: turn, validation: 0 };
            section(ui, answer, policy, binding, evaluation, focus, several)
        })
    });
    let errors =
        policy.bindings.iter().filter_map(|binding| binding.error.as_ref().map(|error| (binding, error)));
    html! {
        <>
            { for errors.map(|(binding, error)| html! {
                <div class="sec"><div class="notice error">
                    { mark("error", "") }
                    <div><div class="strong">{ error.clone() }</div><div class="t2">{ binding.name.clone() }</div></div>
                </div></div>
            }) }
            { for sections }
        </>
    }
}

fn section(
    ui: &Ui<'_>,
    answer: &Answer,
    policy: &PolicyReport,
    binding: &BindingReport,
    evaluation: &ParamReport,
    focus: Focus,
    _several: bool,
) -> Html {
    if evaluation.validations.is_empty() && evaluation.error.is_none() && evaluation.conditions.is_empty() {
        return Html::default();
    }
    let with = if policy.assumed_binding {
        "as if bound with Deny".to_owned()
    } else {
        format!("with {}", binding.name)
    };
    let param = evaluation.param.as_ref().map(|param| format!(", params {param}")).unwrap_or_default();
    let first_failing = evaluation.validations.iter().position(|validation| validation.evaluation != "admit");
    let rows = evaluation.validations.iter().enumerate().map(|(at, validation)| {
        let focus = Focus { validation: at, ..focus };
        row(ui, answer, policy, binding, validation, focus, first_failing == Some(at))
    });
    html! {
        <section class="sec" aria-label={format!("Validations of {}", policy.name)}>
            <div class="sec-h">
                <h2>{ "Validations" }</h2>
                <span class="t3">{ format!("{} {with}{param}", policy.name) }
                    if let Some(span) = evaluation.param_span { { " " }{ ui.place(answer, span) } }
                </span>
                if evaluation.cost > 0 {
                    <span class="end">{ "Cost " }<b class="num strong">{ words::grouped(evaluation.cost) }</b>{ " " }<span class="t3">{ format!("of {}", words::grouped(BUDGET)) }</span></span>
                }
            </div>
            if let Some(error) = &evaluation.error {
                <div class="notice error">{ mark("error", "") }<div class="strong">{ error.clone() }</div></div>
            }
            if evaluation.conditions.iter().any(|condition| condition.result != Some(true)) {
                <div class="vals">{ for evaluation.conditions.iter().map(|condition| {
                    let name = match condition.result { Some(true) => "admit", Some(false) => "no", None => "error" };
                    html! {
                        <div class="finding">
                            { mark(name, "") }
                            <div class="finding-text">{ format!("matchCondition {}", condition.name) }</div>
                            <div class="meta">
                                <span>{ match (&condition.error, condition.result) { (Some(error), _) => error.clone(), (None, Some(true)) => "true".to_owned(), _ => "false: the policy has nothing to say".to_owned() } }</span>
                                { ui.place(answer, condition.span) }
                            </div>
                        </div>
                    }
                }) }</div>
            }
            if !evaluation.validations.is_empty() {
                <div class="vals">{ for rows }</div>
            }
            if !evaluation.variables.is_empty() {
                <div class="turns" tabindex="0" role="group" aria-label="Variables">
                    <table class="tbl ind">
                        <thead><tr><th>{ "Variable" }</th><th>{ "Value" }</th><th>{ "Where" }</th><th class="r">{ "Cost" }</th></tr></thead>
                        <tbody>{ for evaluation.variables.iter().map(|variable| html! {
                            <tr>
                                <td class="fld"><code>{ format!("variables.{}", variable.name) }</code></td>
                                <td class={variable.failed.then_some("v-error")}><code title={variable.value.clone()}>{ words::middle(&variable.value, 60) }</code></td>
                                <td>{ ui.place(answer, variable.span) }</td>
                                <td class="r">{ words::grouped(variable.cost) }</td>
                            </tr>
                        }) }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}

/// The mark and the tag of a validation under its binding's actions.
pub(crate) fn judged(
    binding: &BindingReport,
    validation: &ValidationReport,
) -> (&'static str, &'static str, String) {
    let action = |wanted: &str| binding.actions.iter().any(|action| action == wanted);
    match validation.evaluation.as_str() {
        "admit" => ("admit", "tag", "True".to_owned()),
        "error" if !validation.denied => ("skip", "tag", "Ignored".to_owned()),
        other => {
            let (name, tag) = if other == "error" { ("error", "tag error") } else { ("deny", "tag deny") };
            // What is felt of it; the audit log gets it besides.
            let actions = if action("Warn") { "Warn" } else { "Audit" }.to_owned();
            if action("Deny") || binding.actions.is_empty() {
                (name, tag, "Deny".to_owned())
            } else if other == "error" {
                (name, tag, actions)
            } else {
                ("warn", "tag warn", actions)
            }
        }
    }
}

fn row(
    ui: &Ui<'_>,
    answer: &Answer,
    policy: &PolicyReport,
    binding: &BindingReport,
    validation: &ValidationReport,
    focus: Focus,
    first_failing: bool,
) -> Html {
    let (name, tag, word) = judged(binding, validation);
    let key = format!("{}/{}/{}/{}", policy.name, binding.name, focus.evaluation, validation.index);
    let open = ui.state.open(&key, first_failing);
    let spoken = match name {
        "admit" => "Admitted: ",
        "deny" => "Denied: ",
        "warn" => "Warning: ",
        "error" => "Error: ",
        _ => "Ignored: ",
    };
    let message = if validation.message.is_empty() {
        validation.expression.clone()
    } else {
        validation.message.clone()
    };
    let message = words::first_line(&message).to_owned();
    let message = if name == "admit" {
        html! { { message } }
    } else {
        html! { <b class="strong">{ message }</b> }
    };
    html! {
        <div class="val">
            <button type="button" class="val-h" aria-expanded={open.to_string()} onclick={ui.on(Action::Toggle(key, !open))}>
                { icon("chev", "chev ico-14") }
                { mark(name, "") }
                <span class="msg"><span class="sr">{ spoken }</span>{ message }</span>
                <span class="idx">{ format!("validations[{}]", validation.index) }</span>
                <span class={tag}>{ word }</span>
                <span class="cost num" title="Cost of this validation">{ format!("cost {}", words::grouped(validation.cost)) }</span>
            </button>
            if open {
                <div class="val-b">
                    { explanation::short(ui, answer, validation, focus) }
                </div>
            }
        </div>
    }
}
