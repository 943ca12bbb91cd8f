//! The page inside another: one editor over its verdict, or the answer beside it, and whether that is as expected.

use celgate::report::{ObjectReport, Outcome};
use yew::prelude::*;

use super::{Sources, Ui, sources};
use crate::{
    browser,
    components::{icon, icon_button, mark, term},
    markup::html,
    state::{
        Action, Answer, Draft, Editor, View,
        embed::{self, Embed},
        share, words,
    },
};

pub(crate) fn widget(ui: &Ui<'_>, callbacks: &Sources, embed: &Embed) -> Html {
    let original = embed.draft();
    let editors: Vec<Editor> = Editor::ALL
        .into_iter()
        .rev()
        .filter(|editor| *editor == embed.first() || !original.texts[editor.index()].trim().is_empty())
        .collect();
    let shown = match ui.state.view {
        View::Editor(editor) if editors.contains(&editor) => editor,
        _ => embed.first(),
    };
    let judged = ui.state.object().zip(ui.state.answer.as_ref());
    let tabs = editors.iter().map(|&editor| {
        let selected = editor == shown;
        html! {
            <button type="button" role="tab" class="tab" id={format!("tab-{}", editor.index())} aria-controls={format!("panel-{}", editor.index())}
                aria-selected={selected.to_string()} tabindex={if selected { "0" } else { "-1" }} onclick={ui.on(Action::View(View::Editor(editor)))}>
                { file(ui, editor) }
            </button>
        }
    });
    let done = ui.state.copied == Some("resources");
    let copy = Action::Copy("resources", ui.state.draft.texts[shown.index()].clone());
    let source = html! {
        <div class="widget-source">
            <div class="tabs">
                <div class="tablist" role="tablist" aria-label="Texts">{ for tabs }</div>
                <span class="grow"></span>
                <span class="tools">
                    { icon_button("Reset", "turn", ui.on(Action::Load(Box::new(original.clone())))) }
                    { icon_button(if done { "Copied" } else { "Copy" }, if done { "check" } else { "copy" }, ui.on(copy)) }
                </span>
            </div>
            { for editors.iter().map(|&editor| sources::body(ui, callbacks, editor, editor != shown)) }
        </div>
    };
    let link =
        format!("{}#{}", browser::address(), share::fragment(&ui.state.draft, share::Included::default()));
    let open = html! { <a class="btn small" href={link} target="_blank" rel="noopener">{ "Open in celgate" }{ icon("external", "") }</a> };
    let title = format!("Example: {}", original.title());
    if embed.split {
        return html! {
            <section class="widget" aria-label={title.clone()}>
                <h1 class="sr">{ title }</h1>
                <div class="widget-split">
                    { source }
                    <div class="widget-answer" role="status">
                        if let Some(((_, object), answer)) = judged {
                            { verdict(object, answer, true) }
                            { terminal(ui, object) }
                            { unexpected(ui, embed, &original, object) }
                        }
                    </div>
                </div>
                <div class="foot">
                    <span class="t3 small">{ format!("Kubernetes {}, runs in your browser", ui.state.draft.settings.version()) }</span>
                    <span class="end">{ judged.and_then(|((_, object), _)| expected(embed, object)) }{ open }</span>
                </div>
            </section>
        };
    }
    html! {
        <section class="widget" aria-label={title.clone()}>
            <h1 class="sr">{ title }</h1>
            { source }
            <div class="foot">
                <span class="verdict" role="status">
                    if let Some(((_, object), answer)) = judged { { verdict(object, answer, false) } }
                    else { <span class="t2">{ "Starting the engine" }</span> }
                </span>
                <span class="end">{ judged.and_then(|((_, object), _)| expected(embed, object)) }{ open }</span>
            </div>
            if let Some(((_, object), _)) = judged { { unexpected(ui, embed, &original, object) } }
        </section>
    }
}

/// `pod.yaml`: what the text would be called.
fn file(ui: &Ui<'_>, editor: Editor) -> String {
    match editor {
        Editor::Policies => "policy.yaml".to_owned(),
        Editor::Cluster => "cluster.yaml".to_owned(),
        Editor::Resources => ui
            .state
            .object()
            .map(|(_, object)| object.kind.to_lowercase())
            .filter(|kind| !kind.is_empty())
            .map_or_else(|| editor.file().to_owned(), |kind| format!("{kind}.yaml")),
    }
}

fn verdict(object: &ObjectReport, answer: &Answer, tall: bool) -> Html {
    let decision = words::decision(object, answer);
    // The message of who refused it; else the sentence.
    let said = object
        .policies
        .iter()
        .flat_map(|policy| &policy.bindings)
        .flat_map(|binding| &binding.evaluations)
        .flat_map(|evaluation| &evaluation.validations)
        .find(|validation| validation.denied && object.verdict.outcome == Outcome::Denied)
        .map(|validation| validation.message.clone());
    let rest = said.unwrap_or_else(|| {
        if decision.sentence.is_empty() { decision.rest.clone() } else { decision.sentence.clone() }
    });
    let content = html! {
        <>
            { mark(decision.mark, "") }
            <span><b class={format!("strong v-{}", decision.mark)}>{ decision.word }</b>{ " " }<span class="t2">{ rest }</span></span>
        </>
    };
    if tall {
        html! { <div class="widget-verdict">{ content }</div> }
    } else {
        content
    }
}

fn terminal(ui: &Ui<'_>, object: &ObjectReport) -> Html {
    let verdict = &object.verdict;
    let output = format!("{}{}", verdict.stderr, verdict.stdout);
    let output = output.trim_end();
    let copy = ui.on(Action::Copy("terminal", output.to_owned()));
    term(&verdict.command, verdict.exit_code, output, ui.state.copied == Some("terminal"), copy)
}

/// The expectation, where it holds.
fn expected(embed: &Embed, object: &ObjectReport) -> Option<Html> {
    (embed.expected()? == object.verdict.outcome)
        .then(|| html! { <span class="tag">{ icon("check", "ico-12") }{ "As this page expects" }</span> })
}

/// The expectation, where it does not hold, and the way back.
fn unexpected(ui: &Ui<'_>, embed: &Embed, original: &Draft, object: &ObjectReport) -> Html {
    let Some(expected) = embed.expected().filter(|expected| *expected != object.verdict.outcome) else {
        return Html::default();
    };
    let word = match expected {
        Outcome::Denied => "Denied",
        Outcome::Warned => "Admitted with warnings",
        Outcome::NotJudged => "Admitted, not judged",
        Outcome::Admitted | Outcome::Error => "Admitted",
    };
    let line = original
        .texts
        .iter()
        .zip(&ui.state.draft.texts)
        .find_map(|(before, after)| embed::changed_line(before, after));
    html! {
        <div class="notice warn">
            { mark("warn", "") }
            <div>{ "This page expects " }<b class="strong">{ word }</b>{ ". " }
                if let Some(line) = line { <span class="t2">{ format!("You changed line {line}.") }</span> }
            </div>
            <button type="button" class="btn small" onclick={ui.on(Action::Load(Box::new(original.clone())))}>{ "Reset" }</button>
        </div>
    }
}
