//! The bar: name, palette, title, what the cluster is set to, share, theme, help.

use yew::prelude::*;

use super::Ui;
use crate::{
    components::icon,
    markup::html,
    state::{Action, Float},
};

pub(crate) fn bar(ui: &Ui<'_>) -> Html {
    let state = ui.state;
    let draft = &state.draft;
    let open = |float: Float| {
        if state.float == Some(float) { ui.on(Action::Close) } else { ui.on(Action::Open(float)) }
    };
    let expanded = |float: Float| (state.float == Some(float)).to_string();
    let chips = draft.settings.chips();
    let dark = state.dark.unwrap_or_else(crate::browser::prefers_dark);
    let theme = if dark { "Switch to light" } else { "Switch to dark" };
    let tool = |label: &'static str, name: &'static str, float: Float| {
        html! {
            <span class="only-s">
                <button type="button" class="btn icon quiet" aria-label={label} title={label} aria-expanded={expanded(float)} onclick={open(float)}>
                    { icon(name, "") }
                </button>
            </span>
        }
    };
    html! {
        <header class="bar">
            <h1 class="sr">{ "celgate playground" }</h1>
            <a class="brand" href="./" aria-label="celgate, start again">
                <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
                    <path d="M9.2 4.6H4.1v14.8h5.1" stroke="currentColor" stroke-width="2.2" stroke-linecap="square" />
                    <path d="M20.6 19.2V4.8L13.2 1.5v21z" fill="var(--accent-solid)" />
                </svg>
                <b>{ "celgate" }</b>
            </a>
            <button type="button" class="find hide-s" data-float="palette" onclick={open(Float::Palette)}>
                { icon("search", "ico-14") }{ "Examples and commands" }<kbd class="kbd">{ ui.command_key("K") }</kbd>
            </button>
            <div class="doc-title">
                <span>{ draft.title().to_owned() }</span>
                if let Some(tag) = draft.tag() {
                    <span class="tag">{ tag }</span>
                }
                if draft.edited && draft.tag() != Some("Your draft") {
                    <span class="t2">{ "Edited" }</span>
                }
            </div>
            <div class="grow"></div>
            <div class="cluster-g hide-s">
                <button type="button" class="cluster" data-float="settings" aria-expanded={expanded(Float::Settings)} onclick={open(Float::Settings)}>
                    { icon("sliders", "") }
                    <span class="sr">{ "Cluster and request: " }</span>
                    if draft.settings.version.is_empty() {
                        { format!("Kubernetes {}", draft.settings.version()) }
                    }
                </button>
                { for chips.into_iter().map(|chip| {
                    let title = format!("Reset: {}", chip.label);
                    html! {
                        <button type="button" class="chip changed" title={title} onclick={ui.on(Action::Set(chip.without))}>
                            <span class="sr">{ "Reset " }</span>{ chip.label }{ icon("x", "ico-12") }
                        </button>
                    }
                }) }
            </div>
            <button type="button" class="btn hide-s" data-float="share" aria-expanded={expanded(Float::Share)} onclick={open(Float::Share)}>
                { icon("share", "") }{ "Share" }
            </button>
            <span class="hide-s">
                <button type="button" class="btn icon quiet" aria-label={theme} title={theme} onclick={ui.on(Action::ToggleTheme)}>{ icon("sun", "") }</button>
            </span>
            <span class="hide-s">
                <button type="button" class="btn icon quiet" data-float="help" aria-label="Help and keys" title="Help and keys" aria-expanded={expanded(Float::Help)} onclick={open(Float::Help)}>
                    { icon("help", "") }
                </button>
            </span>
            { tool("Examples and commands", "search", Float::Palette) }
            { tool("Cluster settings", "sliders", Float::Settings) }
            { tool("Share", "share", Float::Share) }
            { tool("Help and keys", "help", Float::Help) }
        </header>
    }
}
