//! Examples, the policy library and commands, found by typing.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{Ui, lesson};
use crate::{
    components::icon,
    markup::html,
    state::{Action, Editor, Float, State, View, catalogue, lessons::Lesson},
};

/// Something the palette can do.
pub(crate) struct Item {
    pub(crate) group: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) entry: Option<catalogue::Entry>,
    /// Index of a lesson.
    pub(crate) lesson: Option<usize>,
    pub(crate) action: Action,
}

fn commands(state: &State) -> Vec<Item> {
    let command = |icon: &'static str, title: &'static str, key: &str, action: Action| Item {
        group: "Commands",
        icon,
        title: title.to_owned(),
        note: key.to_owned(),
        entry: None,
        lesson: None,
        action,
    };
    vec![
        command("play", "Run now", "Ctrl ↵", Action::Run),
        command("share", "Share", "Ctrl S", Action::Open(Float::Share)),
        command("sliders", "Cluster and request", "", Action::Open(Float::Settings)),
        command("error", "Next problem", "F8", Action::NextProblem(false)),
        command("layers", "Go to Policies", "Alt 1", Action::View(View::Editor(Editor::Policies))),
        command("file", "Go to Resources", "Alt 2", Action::View(View::Editor(Editor::Resources))),
        command("sliders", "Go to Cluster & request", "Alt 3", Action::View(View::Editor(Editor::Cluster))),
        command(
            "code",
            if state.wrap { "Do not wrap lines" } else { "Wrap lines" },
            "Alt Z",
            Action::ToggleWrap,
        ),
        command("sun", "Switch between light and dark", "", Action::ToggleTheme),
        command("x", "Start with an empty page", "", Action::Clear),
        command("book", "Reference of functions", "", Action::Visit("reference.html")),
        command("help", "Help and keys", "", Action::Open(Float::Help)),
    ]
}

/// What matches the query, in order; `>` limits it to commands.
pub(crate) fn items(state: &State) -> Vec<Item> {
    let (query, only) = match state.query.trim_start().strip_prefix('>') {
        Some(rest) => (rest.trim().to_lowercase(), true),
        None => (state.query.trim().to_lowercase(), false),
    };
    let mut list: Vec<Item> = Vec::new();
    if !only {
        let lessons = state.lessons.iter().enumerate().filter(|(_, lesson)| lesson.has(&query));
        list.extend(lessons.map(|(index, lesson)| {
            let done = state.progress.get(&lesson.id).copied().unwrap_or(0);
            Item {
                group: "Lessons",
                icon: "target",
                title: lesson.title.clone(),
                note: format!("{done} of {}", lesson.goal.len()),
                entry: None,
                lesson: Some(index),
                action: resume(state, lesson),
            }
        }));
        list.extend(catalogue::search(&query).into_iter().map(|entry| Item {
            group: entry.group,
            icon: "file",
            title: entry.title.to_owned(),
            note: entry.description.to_owned(),
            entry: Some(entry),
            lesson: None,
            action: Action::Load(Box::new(entry.draft())),
        }));
    }
    if !only {
        let kept = state
            .kept
            .iter()
            .filter(|draft| draft.title().to_lowercase().contains(&query) || query.is_empty());
        list.extend(kept.map(|draft| Item {
            group: "Your drafts",
            icon: "save",
            title: draft.title().to_owned(),
            note: String::new(),
            entry: None,
            lesson: None,
            action: Action::Load(Box::new(draft.clone())),
        }));
    }
    list.extend(commands(state).into_iter().filter(|item| item.title.to_lowercase().contains(&query)));
    list
}

/// Goes on with a lesson that was begun, or begins it.
fn resume(state: &State, lesson: &Lesson) -> Action {
    if state.draft.lesson == lesson.id {
        return Action::Close;
    }
    let begun = state.kept.iter().find(|draft| draft.lesson == lesson.id).cloned();
    Action::Load(Box::new(begun.unwrap_or_else(|| lesson.draft())))
}

pub(crate) fn palette(ui: &Ui<'_>) -> Html {
    let list = items(ui.state);
    let picked = ui.state.picked.min(list.len().saturating_sub(1));
    let send = ui.send.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            send.emit(Action::Query(input.value()));
        }
    });
    let query = ui.state.query.trim_start_matches('>').trim().to_owned();
    let mut group = "";
    let rows: Vec<Html> = list
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let heading = (item.group != group).then(|| html! { <div class="grp" role="presentation">{ item.group }</div> });
            group = item.group;
            let on = index == picked;
            let about = item.lesson.and_then(|index| ui.state.lessons.get(index)).map(|lesson| lesson.note.clone());
            let note = if let Some(about) = about { html! { <><span class="d">{ about }</span><span class="t3 key">{ item.note.clone() }</span></> } } else if item.entry.is_some() { html! { <><span class="d">{ item.note.clone() }</span><span></span></> } } else { html! { <><span class="d"></span><span class="t3 key">{ item.note.clone() }</span></> } };
            html! {
                <>
                    { heading }
                    <button type="button" class={classes!("it", on.then_some("on"))} role="option" id={format!("it-{index}")} aria-selected={on.to_string()} tabindex="-1" onclick={ui.on(item.action.clone())}>
                        { icon(item.icon, "") }<span class="n">{ lit(&item.title, &query) }</span>{ note }
                    </button>
                </>
            }
        })
        .collect();
    html! {
        <>
            <div class="scrim" onclick={ui.on(Action::Close)}></div>
            <div class="float palette" role="dialog" aria-modal="true" aria-label="Examples and commands">
                <div class="q">
                    { icon("search", "") }
                    <input class="typed" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={(!list.is_empty()).then(|| format!("it-{picked}"))}
                        aria-label="Find lessons, examples, policies and commands" placeholder="Find lessons, examples, policies and commands" autocomplete="off" spellcheck="false" value={ui.state.query.clone()} {oninput} />
                    <span class="t3 num found">{ format!("{} found", list.len()) }</span>
                    <button type="button" class="btn small quiet" onclick={ui.on(Action::Close)}>{ "Close" }<kbd class="kbd">{ "Esc" }</kbd></button>
                </div>
                <div class="cols">
                    <div class="list" role="listbox" id="palette-list" aria-label="Results">{ for rows }</div>
                    { peek(ui, list.get(picked)) }
                </div>
                <div class="foot">
                    <span class="keys"><kbd class="kbd">{ "↑" }</kbd><kbd class="kbd">{ "↓" }</kbd>{ " move" }</span>
                    <span class="keys"><kbd class="kbd">{ "↵" }</kbd>{ " open" }</span>
                    <span class="keys"><kbd class="kbd">{ ">" }</kbd>{ " commands only" }</span>
                    <span class="end">{ icon("info", "ico-14") }{ "Your draft is kept: open it again from here" }</span>
                </div>
            </div>
        </>
    }
}

fn lit(title: &str, query: &str) -> Html {
    let at = if query.is_empty() { None } else { title.to_lowercase().find(&query.to_lowercase()) };
    let parts = at.and_then(|at| {
        Some((title.get(..at)?, title.get(at..at + query.len())?, title.get(at + query.len()..)?))
    });
    match parts {
        Some((before, hit, after)) => {
            html! { <>{ before.to_owned() }<mark>{ hit.to_owned() }</mark>{ after.to_owned() }</> }
        }
        None => html! { { title.to_owned() } },
    }
}

fn peek(ui: &Ui<'_>, item: Option<&Item>) -> Html {
    let Some(item) = item else {
        return html! { <div class="peek"><p class="t2">{ "Nothing has these words." }</p></div> };
    };
    if let Some(lesson) = item.lesson.and_then(|index| ui.state.lessons.get(index)) {
        return peek_lesson(ui, item, lesson);
    }
    let Some(entry) = item.entry else {
        return html! { <div class="peek"><div><div class="t3 small">{ item.group }</div><h3>{ item.title.clone() }</h3></div></div> };
    };
    let link = format!("{}#example={}", crate::browser::address(), entry.id);
    let copied = ui.state.copied == Some("example");
    html! {
        <div class="peek">
            <div><div class="t3 small">{ entry.group }</div><h3>{ entry.title }</h3></div>
            <p class="t2">{ entry.description }</p>
            <pre class="seen mono" tabindex="0">{ entry.policies }</pre>
            <div class="acts">
                <button type="button" class="btn primary" onclick={ui.on(item.action.clone())}>{ "Open" }</button>
                <button type="button" class="btn" onclick={ui.on(Action::Copy("example", link))}>{ icon(if copied { "check" } else { "link" }, "") }{ if copied { "Copied" } else { "Copy link" } }</button>
            </div>
        </div>
    }
}

fn peek_lesson(ui: &Ui<'_>, item: &Item, about: &Lesson) -> Html {
    let open = ui.state.lesson().filter(|(lesson, _)| lesson.id == about.id).map(|(_, holds)| holds);
    let begun = open.is_some() || ui.state.progress.contains_key(&about.id);
    let count = match &open {
        Some(holds) => holds.iter().filter(|holds| **holds).count(),
        None => ui.state.progress.get(&about.id).copied().unwrap_or(0),
    };
    let link = format!("{}#example={}", crate::browser::address(), about.id);
    let copied = ui.state.copied == Some("example");
    html! {
        <div class="peek">
            <div><div class="t3 small">{ format!("Lesson, {}", about.note) }</div><h3>{ about.title.clone() }</h3></div>
            <p class="t2">{ about.description.clone() }</p>
            <div><div class="t3 small">{ "Goal" }</div>{ lesson::goals(about, open.as_deref().unwrap_or(&[])) }</div>
            if begun { <div>{ lesson::meter(count, about.goal.len()) }</div> }
            <div class="acts">
                <button type="button" class="btn primary" onclick={ui.on(item.action.clone())}>{ if begun { "Continue" } else { "Start" } }</button>
                <button type="button" class="btn" onclick={ui.on(Action::Copy("example", link))}>{ icon(if copied { "check" } else { "link" }, "") }{ if copied { "Copied" } else { "Copy link" } }</button>
            </div>
        </div>
    }
}
