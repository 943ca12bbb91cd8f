//! The page as a link, as Markdown, as a file.

use yew::prelude::*;

use super::Ui;
use crate::{
    browser,
    components::icon,
    markup::html,
    state::{Action, Editor, drafts, share, words},
};

pub(crate) fn share(ui: &Ui<'_>) -> Html {
    let draft = &ui.state.draft;
    let included = ui.state.included;
    let link = format!("{}#{}", browser::address(), share::fragment(draft, included));
    let length = link.len();
    let copied = ui.state.copied == Some("link");
    let size = |with: share::Included| share::fragment(draft, with).len();
    let whole = size(included);
    let part = |label: &'static str, note: String, on: bool, toggled: share::Included| {
        let other = size(toggled);
        let bytes = if on {
            whole.saturating_sub(other).to_string()
        } else {
            format!("+{}", other.saturating_sub(whole))
        };
        html! {
            <button type="button" class="check" role="checkbox" aria-checked={on.to_string()} onclick={ui.on(Action::Include(toggled))}>
                <span class={classes!("box", on.then_some("on"))}>{ icon("check", "ico-12") }</span>
                <span>{ label }<span class="t3">{ format!(" {note}") }</span></span>
                <span class="t3 num">{ bytes }</span>
            </button>
        }
    };
    let documents =
        |editor: Editor| words::count(drafts::documents(&draft.texts[editor.index()]), "document");
    let flip = |editor: Editor| {
        let mut next = included;
        next.texts[editor.index()] = !next.texts[editor.index()];
        next
    };
    let chips = draft.settings.chips();
    let settings_note = if chips.is_empty() {
        "the defaults".to_owned()
    } else {
        chips.iter().map(|chip| chip.label.as_str()).collect::<Vec<_>>().join(", ")
    };
    let bundle = share::bundle(draft);
    let bundle_size = bundle.len().div_ceil(1024);
    let markdown = markdown(ui, &link);
    html! {
        <div class="float sheet share" role="dialog" aria-label="Share">
            <div class="float-h"><h2>{ "Share" }</h2><button type="button" class="btn icon quiet" aria-label="Close" title="Close" onclick={ui.on(Action::Close)}>{ icon("x", "") }</button></div>
            <div class="float-b">
                <div>
                    <div class="joined">
                        <input class="input mono" readonly=true aria-label="Link" value={link.clone()} />
                        <button type="button" class="btn primary" onclick={ui.on(Action::Copy("link", link))}>{ icon(if copied { "check" } else { "link" }, "") }{ if copied { "Copied" } else { "Copy" } }</button>
                    </div>
                    <div class="length">
                        <div class="meter" role="meter" aria-valuenow={length.to_string()} aria-valuemin="0" aria-valuemax="8000" aria-label="Link length"><i style={format!("width:{}%", (length * 100 / 8000).min(100))}></i></div>
                        <span class="num t2">{ format!("{} characters, {}", words::grouped(length as u64), share::reach(length)) }</span>
                    </div>
                    <p class="t3 small-note">{ "Everything sits behind the #. No server sees it, and the link works as long as this page does." }</p>
                </div>
                <div>
                    <div class="legend">{ "What is included" }</div>
                    { for Editor::ALL.into_iter().map(|editor| part(editor.title(), documents(editor), included.texts[editor.index()], flip(editor))) }
                    { part("Settings", settings_note, included.settings, share::Included { settings: !included.settings, ..included }) }
                </div>
                <hr />
                <div class="acts-list">
                    <button type="button" class="act-row" onclick={ui.on(Action::Copy("page", markdown))}>
                        { icon(if ui.state.copied == Some("page") { "check" } else { "copy" }, "") }<span>{ "Copy as Markdown " }<span class="t3">{ "code, answer and link, ready for an issue" }</span></span>
                    </button>
                    <button type="button" class="act-row" onclick={ui.on(Action::Download("celgate.yaml".to_owned(), bundle))}>
                        { icon("save", "") }<span>{ "Download bundle " }<span class="t3">{ format!("one YAML file that kubectl apply takes, {bundle_size} KB") }</span></span>
                    </button>
                </div>
            </div>
        </div>
    }
}

/// Code, answer and link, for an issue.
fn markdown(ui: &Ui<'_>, link: &str) -> String {
    let draft = &ui.state.draft;
    let mut out = String::new();
    if let Some((answer, (_, object))) = ui.state.answer.as_ref().zip(ui.state.object()) {
        let decision = words::decision(object, answer);
        out.push_str(&format!("**{}** — {}\n\n", decision.word, decision.rest));
        let verdict = &object.verdict;
        let output = format!("{}{}", verdict.stderr, verdict.stdout);
        out.push_str(&format!("```console\n$ {}\n{}\n```\n\n", verdict.command, output.trim_end()));
    }
    for editor in Editor::ALL {
        let text = draft.texts[editor.index()].trim_end();
        if !text.is_empty() {
            out.push_str(&format!("{}:\n\n```yaml\n{text}\n```\n\n", editor.title()));
        }
    }
    out.push_str(&format!("[Open in celgate]({link})\n"));
    out
}
