//! Why nothing happened: the match table in the server's order, and the edits that would make the policy apply.

use celgate::report::{Edit, MatchRow, PolicyReport};
use yew::prelude::*;

use super::Ui;
use crate::{
    components::mark,
    markup::html,
    state::{Action, Answer},
};

pub(crate) fn matching(ui: &Ui<'_>, answer: &Answer, policy: &PolicyReport) -> Html {
    if policy.match_rows.is_empty() {
        return Html::default();
    }
    let stopped = policy.match_rows.iter().position(|row| row.passed == Some(false));
    let owners = policy.match_rows.iter().any(|row| row.owner != "policy");
    let rows = policy
        .match_rows
        .iter()
        .enumerate()
        .map(|(index, row)| draw(ui, answer, row, stopped, index, owners));
    let fixes: Vec<&Edit> = policy.steps.iter().filter_map(|step| step.fix.as_ref()).collect();
    html! {
        <>
            <div class="vals match">
                <table class="tbl ind stack">
                    <thead><tr><th>{ "Match, in order" }</th><th>{ "Policy asks for" }</th><th>{ "Request has" }</th><th>{ "Result" }</th></tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
            if !fixes.is_empty() {
                <div class="would">
                    <span class="t2">{ "It would apply with" }</span>
                    { for fixes.into_iter().map(|fix| html! {
                        <button type="button" class="btn small" onclick={ui.on(Action::Apply(vec![fix.clone()]))}>{ fix.title.clone() }</button>
                    }) }
                    <span class="t3">{ "An undoable edit" }</span>
                </div>
            }
        </>
    }
}

fn draw(
    ui: &Ui<'_>,
    answer: &Answer,
    row: &MatchRow,
    stopped: Option<usize>,
    index: usize,
    owners: bool,
) -> Html {
    let here = stopped == Some(index);
    let after = stopped.is_some_and(|at| index > at);
    let (name, result) = match (row.passed, here, after) {
        (_, true, _) => ("no", html! { <b class="strong">{ "No match, stops here" }</b> }),
        (Some(true), _, false) => ("admit", html! { { "Matches" } }),
        (Some(true), _, true) => ("skip", html! { { "Would match" } }),
        (Some(false), ..) => ("skip", html! { { "Would not match" } }),
        (None, ..) => ("skip", html! { { "Not asked" } }),
    };
    let owner = (owners && row.owner != "policy")
        .then(|| html! { <span class="t3">{ format!(" of {}", row.owner) }</span> });
    html! {
        <tr class={classes!(after.then_some("off"))}>
            <td data-l=""><span class="who">{ mark(name, "ico-14") }<span><code>{ row.component.clone() }</code>{ owner }</span></span></td>
            <td data-l="asks for">
                <span><code>{ row.asked.clone() }</code>
                if let (true, Some(span)) = (here, row.span) { <br />{ ui.place(answer, span) } }
                </span>
            </td>
            <td data-l="has"><code>{ if row.seen.is_empty() { "–".to_owned() } else { row.seen.clone() } }</code></td>
            <td data-l="result">{ result }</td>
        </tr>
    }
}
