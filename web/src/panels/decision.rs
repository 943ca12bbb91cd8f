//! The answer is a sentence: verdict, who, where; then the terminal.

use celgate::report::ObjectReport;
use yew::prelude::*;

use super::Ui;
use crate::{
    components::{mark_solid, term},
    markup::html,
    state::{Action, Answer, Editor, words},
};

pub(crate) fn decision(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    let decision = words::decision(object, answer);
    html! {
        <div class="decision">
            <div>{ mark_solid(decision.mark, "ico-28") }</div>
            <div>
                <h1 class={if decision.mark == "skip" { "plain" } else { "" }}>
                    <span class={format!("w v-{}", decision.mark)}>{ decision.word }</span>
                    if !decision.rest.is_empty() {
                        { "\u{a0}" }<span class="rest">{ format!("— {}", decision.rest) }</span>
                    }
                </h1>
                if !decision.sentence.is_empty() || decision.span.is_some() {
                    <p class="sub">
                        { prose(&decision.sentence) }
                        if let Some(span) = decision.span {
                            if !decision.sentence.is_empty() { { ", " } }
                            { ui.place(answer, span) }
                        }
                    </p>
                }
            </div>
        </div>
    }
}

/// A sentence in which what stands in `backticks` or "quotes", and what looks like a path, is set as code.
pub(crate) fn prose(sentence: &str) -> Html {
    let mut parts: Vec<Html> = Vec::new();
    for (index, part) in sentence.split('`').enumerate() {
        if index % 2 == 1 {
            parts.push(html! { <code>{ part.to_owned() }</code> });
            continue;
        }
        for (index, part) in part.split('"').enumerate() {
            if index % 2 == 1 {
                parts.push(html! { <code>{ format!("\"{part}\"") }</code> });
                continue;
            }
            for word in part.split_inclusive(' ') {
                let bare = word.trim_end_matches([' ', ',', ':', ';']);
                let path = bare.starts_with(|c: char| c.is_ascii_alphabetic()) && bare.contains('[')
                    || ["spec.", "metadata.", "object.", "oldObject.", "params."]
                        .iter()
                        .any(|root| bare.starts_with(root));
                if path {
                    parts.push(
                        html! { <><code>{ bare.to_owned() }</code>{ word[bare.len()..].to_owned() }</> },
                    );
                } else {
                    parts.push(html! { { word.to_owned() } });
                }
            }
        }
    }
    html! { <>{ for parts }</> }
}

pub(crate) fn terminal(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    if let Some(refused) = words::refused(object, answer) {
        let output = refused.stderr.trim_end_matches('\n');
        let file = Editor::of(refused.span).map_or("policies.yaml", Editor::file);
        let copy = ui.on(Action::Copy("terminal", output.to_owned()));
        let copied = ui.state.copied == Some("terminal");
        return html! { <div class="sec">{ term(&format!("kubectl apply -f {file}"), 1, output, copied, copy) }</div> };
    }
    let verdict = &object.verdict;
    if verdict.command.is_empty() {
        return Html::default();
    }
    let mut output = verdict.stderr.clone();
    if !output.is_empty() && !output.ends_with('\n') && !verdict.stdout.is_empty() {
        output.push('\n');
    }
    output.push_str(&verdict.stdout);
    let output = output.trim_end_matches('\n');
    let copy = ui.on(Action::Copy("terminal", output.to_owned()));
    let others = &verdict.alternatives;
    html! {
        <div class="sec">
            { term(&verdict.command, verdict.exit_code, output, ui.state.copied == Some("terminal"), copy) }
            if !others.is_empty() {
                <details class="more">
                    <summary>{ format!("A server may word it in {}", if others.len() == 1 { "one other way".to_owned() } else { format!("{} other ways", others.len()) }) }</summary>
                    { for others.iter().map(|other| html! { <pre class="mono t2">{ other.clone() }</pre> }) }
                </details>
            }
        </div>
    }
}
