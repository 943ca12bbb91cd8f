//! Match, Conditions, Params, Validations, Action: how far the request came, each with a reason.

use celgate::report::{PolicyReport, Step, StepState};
use yew::prelude::*;

use super::Ui;
use crate::{
    components::mark,
    markup::html,
    state::{Action, words},
};

pub(crate) fn pipeline(ui: &Ui<'_>, policy: &PolicyReport) -> Html {
    if policy.steps.is_empty() {
        return Html::default();
    }
    // What is false under a binding that only warns is a warning, all along the rail.
    let mild = words::policy_mark(policy) != "deny";
    html! { <ol class="pipe">{ for policy.steps.iter().map(|step| draw(ui, step, mild)) }</ol> }
}

fn draw(ui: &Ui<'_>, step: &Step, mild: bool) -> Html {
    let state = if mild && step.state == StepState::Denied { StepState::Warned } else { step.state };
    let off = matches!(step.state, StepState::NotNeeded | StepState::NotReached);
    let name = html! { <b>{ words::step_name(step.kind) }<span class="sr">{ format!(": {}", words::step_word(state)) }</span></b> };
    let text = match step.span {
        Some(span) if !off => {
            html! { <button type="button" class="plain-link" onclick={ui.on(Action::Goto(span))}>{ step.text.clone() }</button> }
        }
        _ => html! { { step.text.clone() } },
    };
    html! {
        <li class={classes!("step", off.then_some("off"))} title={step.detail.clone()}>
            <div class="rail">{ mark(words::step_mark(state), "") }</div>
            <div>{ name }<p>{ text }</p></div>
        </li>
    }
}
