//! Buttons, links and blocks that several panels share.

use yew::prelude::*;

use super::icon;
use crate::{markup::html, state::colour};

/// A quiet button with an icon only; the label is its name and its title.
pub(crate) fn icon_button(label: &str, name: &str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="btn icon quiet small" aria-label={label.to_owned()} title={label.to_owned()} {onclick}>
            { icon(name, "") }
        </button>
    }
}

/// A place to go to: looks and reads like a link, stays on the page.
pub(crate) fn link(text: &str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" class="link nowrap" {onclick}>{ text.to_owned() }</button> }
}

/// A piece of CEL in colour.
pub(crate) fn code(text: &str, class: &'static str) -> Html {
    let runs = colour::cel(text).into_iter().map(|piece| {
        let run = text.get(piece.start..piece.end).unwrap_or("").to_owned();
        if piece.class.is_empty() {
            html! { { run } }
        } else {
            html! { <span class={piece.class}>{ run }</span> }
        }
    });
    html! { <code {class}>{ for runs }</code> }
}

/// What the terminal would show. Only `Warning:` is coloured; nothing is cut.
pub(crate) fn term(command: &str, exit: u8, output: &str, copied: bool, copy: Callback<MouseEvent>) -> Html {
    let lines = output.split_inclusive('\n').map(|line| match line.strip_prefix("Warning:") {
        Some(rest) => html! { <><span class="w">{ "Warning:" }</span>{ rest.to_owned() }</> },
        None => html! { { line.to_owned() } },
    });
    html! {
        <div class="term">
            <div class="cmd">
                <span>{ format!("$ {command}") }</span>
                <span class="exit">{ format!("exit {exit}") }</span>
                { icon_button(if copied { "Copied" } else { "Copy what kubectl prints" }, if copied { "check" } else { "copy" }, copy) }
            </div>
            <pre>{ for lines }</pre>
        </div>
    }
}
