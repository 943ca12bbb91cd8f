//! The lesson that is open: what is to be reached, and what of it holds already.

use yew::prelude::*;

use super::Ui;
use crate::{
    components::{icon, mark},
    markup::html,
    state::{Action, lessons::Lesson},
};

/// The goals, each with a mark.
pub(super) fn goals(lesson: &Lesson, holds: &[bool]) -> Html {
    let rows = lesson.goal.iter().enumerate().map(|(at, goal)| {
        let held = holds.get(at) == Some(&true);
        let (name, said) = if held { ("admit", "holds: ") } else { ("skip", "open: ") };
        html! { <li>{ icon(name, &format!("v-{name}")) }<span><span class="sr">{ said }</span>{ goal.says.clone() }</span></li> }
    });
    html! { <ul class="goal">{ for rows }</ul> }
}

/// How far it is, as a bar and in words.
pub(super) fn meter(count: usize, of: usize) -> Html {
    let share = count * 100 / of.max(1);
    html! {
        <>
            <div class="meter" aria-hidden="true">if count > 0 { <i style={format!("width:{share}%")}></i> }</div>
            <span class="t3 small">{ format!("{count} of {of} checks hold") }</span>
        </>
    }
}

pub(super) fn lesson(ui: &Ui<'_>) -> Html {
    let Some((lesson, holds)) = ui.state.lesson() else { return Html::default() };
    let count = holds.iter().filter(|holds| **holds).count();
    let passed = count == holds.len();
    let next = ui.state.lessons.iter().skip_while(|other| other.id != lesson.id).nth(1);
    let load = |lesson: &Lesson| ui.on(Action::Load(Box::new(lesson.draft())));
    html! {
        <section class="sec first lesson" aria-label="Lesson">
            <div class="card">
                <div class="card-h">
                    { if passed { mark("admit", "") } else { icon("target", "") } }
                    <h2>{ if passed { format!("Passed: {}", lesson.title) } else { lesson.title.clone() } }</h2>
                    <span class="push"></span>
                    if !passed {
                        <button type="button" class="btn small" onclick={ui.on(Action::Replace(Box::new(lesson.solution.clone())))}>{ "Show a solution" }</button>
                    }
                    <button type="button" class="btn small" onclick={load(lesson)}>{ "Start again" }</button>
                    if let Some(next) = next.filter(|_| passed) {
                        <button type="button" class="btn small primary" onclick={load(next)}>{ format!("Next: {}", next.title) }</button>
                    }
                </div>
                <p class="t2">{ lesson.description.clone() }</p>
                { goals(lesson, &holds) }
                { meter(count, holds.len()) }
            </div>
        </section>
    }
}
