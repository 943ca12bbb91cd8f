//! The object as admission sees it: what the server made of the text, and what an update changes.

use celgate::report::{Change, ObjectReport};
use yew::prelude::*;

use super::Ui;
use crate::{
    components::{icon, link},
    markup::html,
    state::{Action, Answer, Settings, words},
};

/// What the user's text became on its way to the policies.
pub(crate) fn seen(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    let Some(seen) = &object.seen else { return Html::default() };
    let settings = &ui.state.draft.settings;
    let open = ui.state.open("seen", false);
    let whole = ui.state.open("seen whole", false);
    let groups = Group::ALL.map(|group| {
        (group, object.changes.iter().filter(|change| Group::of(change) == group).collect::<Vec<_>>())
    });
    let counts: Vec<String> = groups
        .iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(group, list)| format!("{} {}", list.len(), group.word()))
        .collect();
    let note = match (settings.as_written, counts.as_slice()) {
        (true, _) => "as it is written".to_owned(),
        (_, []) => "nothing added, nothing dropped".to_owned(),
        (_, counts) => counts.join(", "),
    };
    let switch = Settings { as_written: !settings.as_written, ..settings.clone() };
    html! {
        <section class="sec" aria-label="The object as admission sees it">
            <div class="vals"><div class="val">
                <button type="button" class="val-h wide" aria-expanded={open.to_string()} onclick={ui.on(Action::Toggle("seen".to_owned(), !open))}>
                    { icon("chev", "chev ico-14") }{ icon("layers", "") }
                    <span class="msg">{ "The object as admission sees it" }<span class="t3">{ format!("  {note}") }</span></span>
                </button>
                if open {
                    <div class="val-b">
                        { for groups.iter().map(|(group, list)| changes(ui, answer, group.title(), list)) }
                        if whole { <pre class="seen mono" tabindex="0" aria-label="The whole object">{ seen.clone() }</pre> }
                        <div class="acts">
                            { link(if whole { "Hide the whole object" } else { "Show the whole object" }, ui.on(Action::Toggle("seen whole".to_owned(), !whole))) }
                            { link(if settings.as_written { "Judge it with the server's defaults" } else { "Judge it without the server's defaults" }, ui.on(Action::Set(switch))) }
                        </div>
                    </div>
                }
            </div></div>
        </section>
    }
}

/// What an update changes of the object in the cluster.
pub(crate) fn update(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport) -> Html {
    if object.operation != "UPDATE" {
        return Html::default();
    }
    let list: Vec<&Change> = object.update.iter().collect();
    html! {
        <section class="sec" aria-label="What the update changes">
            <div class="sec-h"><h2>{ "What the update changes" }</h2><span class="t3">
                { if list.is_empty() { "nothing: oldObject and object are the same".to_owned() } else { format!("{}, oldObject → object", words::count(list.len(), "field")) } }
            </span></div>
            { changes(ui, answer, "", &list) }
        </section>
    }
}

/// Changes as the lines of a diff: what was, what is.
fn changes(ui: &Ui<'_>, answer: &Answer, title: &'static str, list: &[&Change]) -> Html {
    if list.is_empty() {
        return Html::default();
    }
    let line = |class: &'static str, sign: &'static str, change: &Change, value: &Option<String>| {
        value.as_ref().map(|value| {
            let multi = value.contains('\n');
            html! { <div {class}><i>{ sign }</i><span><b>{ change.path.clone() }</b>{ ": " }if multi { <br /> }{ value.clone() }</span></div> }
        })
    };
    let rows = list.iter().map(|change| {
        let dropped = change.after.is_none();
        html! {
            <>
                { line("d", "-", change, &change.before) }
                { line("a", "+", change, &change.after) }
                if dropped { <div><i></i><span>{ ui.place(answer, change.span) }</span></div> }
            </>
        }
    });
    html! {
        <div class="changes">
            if !title.is_empty() { <h3 class="legend">{ title }</h3> }
            <div class="diff" tabindex="0" role="group" aria-label={if title.is_empty() { "What changes" } else { title }}>{ for rows }</div>
        </div>
    }
}

/// Whose doing a change is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Default,
    Server,
    Rewritten,
    Dropped,
}

impl Group {
    const ALL: [Self; 4] = [Self::Dropped, Self::Rewritten, Self::Default, Self::Server];

    fn of(change: &Change) -> Self {
        match (&change.before, &change.after) {
            (Some(_), None) => Self::Dropped,
            (Some(_), Some(_)) => Self::Rewritten,
            _ if change.path.starts_with("metadata.") || change.path.starts_with("status") => Self::Server,
            _ => Self::Default,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Default => "Defaults the server fills in",
            Self::Server => "Written by the server itself",
            Self::Rewritten => "Rewritten on the way",
            Self::Dropped => "Dropped: no policy sees it",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Default => "defaults",
            Self::Server => "by the server",
            Self::Rewritten => "rewritten",
            Self::Dropped => "dropped",
        }
    }
}
