//! The left side: Policies over Resources and Cluster.

use yew::prelude::*;

use super::Ui;
use crate::{
    components::icon_button,
    editor::{Ask, CodeEditor, Handle},
    markup::html,
    state::{Action, Editor, Float, drafts},
};

/// The callbacks of the editors; made once, so that the editors are left alone.
pub(crate) struct Sources {
    pub(crate) ready: [Callback<Handle>; 3],
    pub(crate) change: [Callback<String>; 3],
    pub(crate) ask: [Callback<Ask>; 3],
}

const fn hint(editor: Editor) -> &'static str {
    match editor {
        Editor::Policies => "Paste ValidatingAdmissionPolicy and binding here",
        Editor::Resources => "Paste any Kubernetes manifests here, separated by ---",
        Editor::Cluster => "What the cluster already holds: namespaces, params, old objects",
    }
}

const fn title(editor: Editor) -> &'static str {
    match editor {
        Editor::Policies => "Policies",
        Editor::Resources => "Resources",
        Editor::Cluster => "Cluster & request",
    }
}

pub(crate) fn sources(ui: &Ui<'_>, sources: &Sources) -> Html {
    let lower = ui.state.lower;
    html! {
        <section class="inputs" aria-label="Inputs">
            <section class="pane p-pol" aria-label="Policies">
                <div class="tabs">
                    <div class="tablist" role="tablist" aria-label="Policies">{ tab(ui, Editor::Policies, true) }</div>
                    <span class="grow"></span>
                    { tools(ui, Editor::Policies) }
                </div>
                { body(ui, sources, Editor::Policies, false) }
            </section>
            <div class="splitter" data-split="rows" role="separator" tabindex="0" aria-orientation="horizontal" aria-label="Height of Policies" aria-valuenow="59" aria-valuemin="15" aria-valuemax="85"></div>
            <section class="pane p-res" aria-label="Resources and cluster">
                <div class="tabs">
                    <div class="tablist" role="tablist" aria-label="Resources and cluster">
                        { tab(ui, Editor::Resources, lower == Editor::Resources) }
                        { tab(ui, Editor::Cluster, lower == Editor::Cluster) }
                    </div>
                    <span class="grow"></span>
                    { tools(ui, lower) }
                </div>
                { body(ui, sources, Editor::Resources, lower != Editor::Resources) }
                { body(ui, sources, Editor::Cluster, lower != Editor::Cluster) }
            </section>
        </section>
    }
}

fn tab(ui: &Ui<'_>, editor: Editor, selected: bool) -> Html {
    let count = drafts::documents(&ui.state.draft.texts[editor.index()]);
    let select = ui.on(Action::View(crate::state::View::Editor(editor)));
    html! {
        <button type="button" role="tab" class="tab" id={format!("tab-{}", editor.index())} aria-controls={format!("panel-{}", editor.index())}
            aria-selected={selected.to_string()} tabindex={if selected { "0" } else { "-1" }} onclick={select}>
            { title(editor) }
            if count > 0 && editor != Editor::Cluster {
                <span class="count">{ count }<span class="sr">{ " documents" }</span></span>
            }
        </button>
    }
}

fn tools(ui: &Ui<'_>, editor: Editor) -> Html {
    let copied = match editor {
        Editor::Policies => "policies",
        Editor::Resources => "resources",
        Editor::Cluster => "cluster",
    };
    let text = ui.state.draft.texts[editor.index()].clone();
    let done = ui.state.copied == Some(copied);
    let label = |what: &str| format!("{what}: {}", title(editor));
    html! {
        <span class="tools">
            { icon_button(&label("Open a file"), "upload", ui.on(Action::Upload(editor))) }
            { icon_button(&if done { "Copied".to_owned() } else { label("Copy") }, if done { "check" } else { "copy" }, ui.on(Action::Copy(copied, text))) }
            { icon_button(&label("Undo"), "turn", ui.on(Action::Undo(editor))) }
        </span>
    }
}

pub(super) fn body(ui: &Ui<'_>, sources: &Sources, editor: Editor, hidden: bool) -> Html {
    let index = editor.index();
    html! {
        <div class="ed-panel" role="tabpanel" id={format!("panel-{index}")} aria-labelledby={format!("tab-{index}")} {hidden}>
            if editor == Editor::Cluster && ui.state.embed.is_none() {
                <div class="request-line">
                    <span>{ ui.state.draft.settings.summary() }</span>
                    <button type="button" class="link" onclick={ui.on(Action::Open(Float::Settings))}>{ "Change the request" }</button>
                </div>
            }
            <CodeEditor label={editor.title()} hint={hint(editor)} initial={ui.state.draft.texts[index].clone()}
                on_ready={sources.ready[index].clone()} on_change={sources.change[index].clone()} on_ask={sources.ask[index].clone()} />
        </div>
    }
}
