//! The request and the version, with the verdict repeated below, so that a change is seen where it is made.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Ui;
use crate::{
    components::{icon, mark},
    state::{
        Action, Settings,
        settings::{DEFAULT_USER, OPERATIONS},
        words,
    },
};

pub(crate) fn settings(ui: &Ui<'_>) -> Html {
    let now = &ui.state.draft.settings;
    let change = |change: &dyn Fn(&mut Settings)| {
        let mut next = now.clone();
        change(&mut next);
        Action::Set(next)
    };
    let version = now.version();
    let decision = ui
        .state
        .object()
        .zip(ui.state.answer.as_ref())
        .map(|((_, object), answer)| words::decision(object, answer));
    html! {
        <div class="float sheet settings" role="dialog" aria-label="Cluster and request">
            <div class="float-h">
                <h2>{ "Cluster and request" }</h2>
                <button type="button" class="btn small quiet" onclick={ui.on(Action::Set(Settings::default()))}>{ "Reset all" }</button>
                <span><button type="button" class="btn icon quiet" aria-label="Close" title="Close" onclick={ui.on(Action::Close)}>{ icon("x", "") }</button></span>
            </div>
            <div class="float-b">
                <div>
                    <div class="legend" id="kv">{ "Kubernetes version" }</div>
                    <div class="ruler" role="radiogroup" aria-labelledby="kv">
                        { for Settings::versions().map(|choice| {
                            let checked = choice == version;
                            let newest = choice == Settings::default().version();
                            let set = change(&|s| s.version = if newest { String::new() } else { choice.clone() });
                            html! {
                                <button type="button" role="radio" aria-checked={checked.to_string()} tabindex={if checked { "0" } else { "-1" }} onclick={ui.on(set)}>{ choice.clone() }</button>
                            }
                        }) }
                    </div>
                    <p class="t2 small-note">{ version_note(&version) }</p>
                </div>
                <div>
                    <div class="legend">{ "Operation" }</div>
                    <div class="seg full" role="radiogroup" aria-label="Operation">
                        { for OPERATIONS.iter().map(|(value, word)| {
                            let checked = now.operation == *value;
                            let set = change(&|s| s.operation = (*value).to_owned());
                            html! { <button type="button" role="radio" aria-checked={checked.to_string()} tabindex={if checked { "0" } else { "-1" }} onclick={ui.on(set)}>{ *word }</button> }
                        }) }
                    </div>
                    <p class="t2 small-note">{ operation_note(&now.operation) }</p>
                </div>
                <div class="grid2">
                    { field(ui, "ns", "Namespace", &now.namespace, "default", |s, value| s.namespace = value) }
                    { field(ui, "user", "User", &now.user, DEFAULT_USER, |s, value| s.user = value) }
                </div>
                { groups(ui, now) }
            </div>
            if let Some(decision) = decision {
                <div class="float-f">
                    { mark(decision.mark, "") }
                    <span><b class={format!("strong v-{}", decision.mark)}>{ decision.word }</b>{ " " }<span class="t2">{ decision.rest }</span></span>
                </div>
            }
        </div>
    }
}

fn version_note(version: &str) -> String {
    let before = version
        .strip_prefix("1.")
        .and_then(|minor| minor.parse::<u32>().ok())
        .map_or(0, |minor| minor.saturating_sub(1));
    format!("New expressions compile against 1.{before}, one release back, as on a real {version} server.")
}

fn operation_note(operation: &str) -> &'static str {
    match operation {
        "" => {
            "As kubectl apply does: Update where Cluster holds an older copy of the object, Create otherwise."
        }
        "UPDATE" => "Update compares with the old object: its copy under Cluster.",
        "DELETE" => "Delete judges the old object: its copy under Cluster, else the object itself.",
        "CONNECT" => "Connect is what exec, attach and port-forward ask.",
        _ => "Create judges the object as it is written.",
    }
}

fn field(
    ui: &Ui<'_>,
    id: &'static str,
    label: &'static str,
    value: &str,
    hint: &'static str,
    set: impl Fn(&mut Settings, String) + 'static,
) -> Html {
    let (send, now) = (ui.send.clone(), ui.state.draft.settings.clone());
    let oninput = Callback::from(move |event: InputEvent| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let mut next = now.clone();
        set(&mut next, input.value().trim().to_owned());
        send.emit(Action::Set(next));
    });
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <input class="input" {id} value={value.to_owned()} placeholder={hint} autocomplete="off" autocapitalize="off" spellcheck="false" {oninput} />
        </div>
    }
}

fn groups(ui: &Ui<'_>, now: &Settings) -> Html {
    let (send, settings) = (ui.send.clone(), now.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let value = input.value().trim().trim_end_matches(',').to_owned();
        let mut next = settings.clone();
        match event.key().as_str() {
            "Enter" | "," if !value.is_empty() => {
                event.prevent_default();
                if !next.groups.contains(&value) {
                    next.groups.push(value);
                }
                input.set_value("");
            }
            "Backspace" if input.value().is_empty() && next.groups.pop().is_some() => {}
            _ => return,
        }
        send.emit(Action::Set(next));
    });
    html! {
        <div class="field">
            <label for="groups">{ "Groups" }</label>
            <div class="input chips">
                { for now.groups.iter().enumerate().map(|(index, group)| {
                    let mut next = now.clone();
                    next.groups.remove(index);
                    html! {
                        <button type="button" class="chip" title={format!("Remove {group}")} onclick={ui.on(Action::Set(next))}>
                            <span class="sr">{ "Remove " }</span>{ group.clone() }{ icon("x", "ico-12") }
                        </button>
                    }
                }) }
                <input id="groups" placeholder="Add a group, then Enter" autocomplete="off" autocapitalize="off" spellcheck="false" {onkeydown} />
            </div>
        </div>
    }
}
