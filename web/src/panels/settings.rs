//! The request and the version, with the verdict repeated below, so that a change is seen where it is made.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::Ui;
use crate::{
    components::{icon, mark},
    markup::html,
    state::{
        Action, Settings,
        settings::{DEFAULT_USER, NEWEST, OPERATIONS, SUBRESOURCES},
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
                { list(ui, "groups", "Groups", "Add a group, then Enter", |settings| &mut settings.groups) }
                <div class="grid2">
                    { choice(ui, "subresource", "Subresource", &now.subresource, "none: the object itself", SUBRESOURCES.map(str::to_owned), |settings, value| settings.subresource = value) }
                    { check(ui, "dry-run", "Dry run", "as kubectl apply --dry-run=server", now.dry_run, |settings, on| settings.dry_run = on) }
                </div>
                if !now.subresource.is_empty() {
                    { field(ui, "body", "Laid over what is sent, as YAML", &now.body, body_hint(&now.subresource), |settings, value| settings.body = value) }
                }
                { pod_security(ui, now) }
                { check(ui, "defaults", "Fill in the server's defaults", "off: policies see the object as it is written; no cluster does that", !now.as_written, |settings, on| settings.as_written = !on) }
                { list(ui, "registries", "Trusted registries", "registry.example.com, then Enter", |settings| &mut settings.trusted_registries) }
                { check(ui, "complete", "These manifests are all there is", "what they do not hold is missing: a NetworkPolicy, a role, a quota", now.complete, |settings, on| settings.complete = on) }
                if !now.silenced.is_empty() {
                    { list(ui, "silenced", "Silenced checks", "The id of a check, then Enter", |settings| &mut settings.silenced) }
                }
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
        "PATCH" => {
            "Patch lays the document over its copy under Cluster; policies see an Update with the result."
        }
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

/// What one might want to send to a subresource.
fn body_hint(subresource: &str) -> &'static str {
    match subresource {
        "exec" => "command: [cat, /etc/passwd]",
        "scale" => "spec: {replicas: 9}",
        "eviction" => "deleteOptions: {gracePeriodSeconds: 0}",
        _ => "as kubectl sends it",
    }
}

/// A setting that is one of a few words, or none of them.
fn choice<const N: usize>(
    ui: &Ui<'_>,
    id: &'static str,
    label: &'static str,
    value: &str,
    none: &'static str,
    words: [String; N],
    set: impl Fn(&mut Settings, String) + 'static,
) -> Html {
    let (send, now) = (ui.send.clone(), ui.state.draft.settings.clone());
    let onchange = Callback::from(move |event: Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
        else {
            return;
        };
        let mut next = now.clone();
        set(&mut next, select.value());
        send.emit(Action::Set(next));
    });
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <select class="select" {id} {onchange}>
                <option value="" selected={value.is_empty()}>{ none }</option>
                { for words.into_iter().map(|word| html! { <option value={word.clone()} selected={value == word}>{ word.clone() }</option> }) }
            </select>
        </div>
    }
}

/// A setting that is on or off.
fn check(
    ui: &Ui<'_>,
    id: &'static str,
    label: &'static str,
    note: &'static str,
    on: bool,
    set: impl Fn(&mut Settings, bool) + 'static,
) -> Html {
    let (send, now) = (ui.send.clone(), ui.state.draft.settings.clone());
    let onchange = Callback::from(move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let mut next = now.clone();
        set(&mut next, input.checked());
        send.emit(Action::Set(next));
    });
    let described = format!("{id}-note");
    html! {
        <div class="field">
            <label class="check" for={id}><input type="checkbox" {id} checked={on} aria-describedby={described.clone()} {onchange} />{ label }</label>
            <p class="t2 small-note" id={described}>{ note }</p>
        </div>
    }
}

/// The Pod Security level of namespaces that no text holds.
fn pod_security(ui: &Ui<'_>, now: &Settings) -> Html {
    const LEVELS: [(&str, &str); 4] =
        [("", "Off"), ("privileged", "Privileged"), ("baseline", "Baseline"), ("restricted", "Restricted")];
    let newest = format!("1.{NEWEST}");
    let versions = Settings::pod_security_versions().filter(|version| *version != newest).collect::<Vec<_>>();
    let (send, settings) = (ui.send.clone(), now.clone());
    let onchange = Callback::from(move |event: Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())
        else {
            return;
        };
        send.emit(Action::Set(Settings { pod_security_version: select.value(), ..settings.clone() }));
    });
    html! {
        <div class="field">
            <div class="legend">{ "Pod Security level of namespaces that are not pasted" }</div>
            <div class="seg full" role="radiogroup" aria-label="Pod Security level">
                { for LEVELS.iter().map(|(value, word)| {
                    let checked = now.pod_security == *value;
                    let mut next = now.clone();
                    next.pod_security = (*value).to_owned();
                    if value.is_empty() {
                        next.pod_security_version.clear();
                    }
                    html! { <button type="button" role="radio" aria-checked={checked.to_string()} tabindex={if checked { "0" } else { "-1" }} onclick={ui.on(Action::Set(next))}>{ *word }</button> }
                }) }
            </div>
            if !now.pod_security.is_empty() {
                <div class="inline-field">
                    <label for="pss-version">{ "as of" }</label>
                    <select class="select" id="pss-version" {onchange}>
                        <option value="" selected={now.pod_security_version.is_empty()}>{ "latest" }</option>
                        { for versions.iter().rev().map(|version| html! { <option value={version.clone()} selected={*version == now.pod_security_version}>{ format!("v{version}") }</option> }) }
                    </select>
                </div>
            }
            <p class="t2 small-note">{ "As the label enforce of the namespace, which warns for workloads too. A Namespace or a PodSecurityConfiguration pasted under Cluster & request has its own say." }</p>
        </div>
    }
}

/// A setting that is a list of words.
fn list(
    ui: &Ui<'_>,
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    of: impl Fn(&mut Settings) -> &mut Vec<String> + Copy + 'static,
) -> Html {
    let (send, settings) = (ui.send.clone(), ui.state.draft.settings.clone());
    let words = of(&mut settings.clone()).clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let value = input.value().trim().trim_end_matches(',').to_owned();
        let mut next = settings.clone();
        match event.key().as_str() {
            "Enter" | "," if !value.is_empty() => {
                event.prevent_default();
                if !of(&mut next).contains(&value) {
                    of(&mut next).push(value);
                }
                input.set_value("");
            }
            "Backspace" if input.value().is_empty() && of(&mut next).pop().is_some() => {}
            _ => return,
        }
        send.emit(Action::Set(next));
    });
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <div class="input chips">
                { for words.into_iter().enumerate().map(|(index, word)| {
                    let mut next = ui.state.draft.settings.clone();
                    of(&mut next).remove(index);
                    html! {
                        <button type="button" class="chip" title={format!("Remove {word}")} onclick={ui.on(Action::Set(next))}>
                            <span class="sr">{ "Remove " }</span>{ word.clone() }{ icon("x", "ico-12") }
                        </button>
                    }
                }) }
                <input {id} placeholder={hint} autocomplete="off" autocapitalize="off" spellcheck="false" {onkeydown} />
            </div>
        </div>
    }
}
