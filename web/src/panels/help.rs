//! Keys, and what is and is not simulated.

use yew::prelude::*;

use super::Ui;
use crate::{components::icon, markup::html, state::Action};

const KEYS: [(&str, &str); 12] = [
    ("⌘K", "examples and commands"),
    ("⌘↵", "run now"),
    ("⌘S", "copy the share link"),
    ("F8, Shift F8", "next, previous problem"),
    ("Ctrl Space", "in an expression: what may stand here"),
    ("⌘I", "in an expression: what this word means"),
    ("Alt 1 2 3 4", "Policies, Resources, Cluster & request, Answer"),
    ("Esc, then Tab", "leave the editor"),
    ("← → Home End", "inside tabs, segments, the version ruler"),
    ("↑ ↓ ↵", "inside the palette"),
    ("Alt Z", "wrap lines"),
    ("Esc", "close what floats"),
];

const SIMULATED: [&str; 6] = [
    "Reading YAML and JSON as kubectl does, and the server's defaults for built-in kinds",
    "matchConstraints, matchConditions, params, bindings, failurePolicy, validationActions, auditAnnotations",
    "CEL with the libraries of the chosen version, its type checks and its cost limits",
    "What kubectl prints, its exit code, warnings and audit annotations",
    "Pod Security admission, by the labels of the namespace",
    "Authorizer checks, from the roles and bindings under Cluster",
];

const NOT: [&str; 4] = [
    "Webhooks, mutating policies and other admission plugins",
    "Quota, scheduling, and whether an image exists",
    "Objects that are not on this page: there is no cluster behind it",
    "Schemas of custom resources whose CRD is not given",
];

pub(crate) fn help(ui: &Ui<'_>) -> Html {
    let keys = KEYS.iter().map(|(key, what)| {
        let key = if ui.state.apple { (*key).to_owned() } else { key.replace('⌘', "Ctrl ") };
        html! { <tr><td class="nowrap"><kbd class="kbd">{ key }</kbd></td><td>{ *what }</td></tr> }
    });
    html! {
        <div class="float sheet help" role="dialog" aria-label="Help and keys">
            <div class="float-h"><h2>{ "Help and keys" }</h2><button type="button" class="btn icon quiet" aria-label="Close" title="Close" onclick={ui.on(Action::Close)}>{ icon("x", "") }</button></div>
            <div class="float-b">
                <table class="tbl"><tbody>{ for keys }</tbody></table>
                <div>
                    <h3>{ "Simulated" }</h3>
                    <ul class="goal">{ for SIMULATED.iter().map(|text| html! { <li>{ icon("admit", "v-admit") }<span>{ *text }</span></li> }) }</ul>
                </div>
                <div>
                    <h3>{ "Not simulated" }</h3>
                    <ul class="goal">{ for NOT.iter().map(|text| html! { <li>{ icon("skip", "v-skip") }<span>{ *text }</span></li> }) }</ul>
                </div>
                <p><a href="reference.html" target="_blank" rel="noopener">{ "Reference: every function of CEL in Kubernetes" }</a></p>
                <p class="t3 small-note">{ "No cookies, no analytics, no other host: what you type stays in this browser." }</p>
            </div>
        </div>
    }
}
