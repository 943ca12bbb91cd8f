//! An expression with the value of each part under its columns, and the table of a macro's turns.

use celgate::{
    report::{Explanation, Iteration, TraceNode, ValidationReport},
    source::Span,
};
use yew::prelude::*;

use super::Ui;
use crate::{
    components::{code, icon, mark},
    markup::html,
    state::{
        Action, Answer, Focus,
        lanes::{self, Bracket, Layout, Line},
        words,
    },
};

/// Inside a validation row: the deciding path.
pub(crate) fn short(ui: &Ui<'_>, answer: &Answer, validation: &ValidationReport, focus: Focus) -> Html {
    let Some(explanation) =
        validation.explanation.as_ref().filter(|explanation| !explanation.nodes.is_empty())
    else {
        return html! {
            <>
                <pre class="plain-expression">{ code(&validation.expression, "") }</pre>
                if validation.evaluation == "error" { <div class="notice error text">{ mark("error", "") }<pre class="finding-text mono">{ validation.message.clone() }</pre></div> }
                <div class="row-links">{ ui.place(answer, validation.span) }</div>
            </>
        };
    };
    let several = validation.message.contains('\n');
    html! {
        <>
            { drawn(ui, answer, validation, &lanes::layout(explanation, None, false)) }
            { turns(ui, explanation, None, false) }
            if several { <pre class="finding-text mono">{ validation.message.clone() }</pre> }
            <div class="row-links">
                <button type="button" class="link" onclick={ui.on(Action::Explain(Some(focus)))}>{ "Explain in full" }</button>
                { ui.place(answer, validation.span) }
                if !validation.reason.is_empty() && validation.evaluation != "admit" {
                    <span class="t3">{ format!("Reason {}", validation.reason) }</span>
                }
            </div>
        </>
    }
}

/// The lanes, and the same as a list.
pub(crate) fn drawn(ui: &Ui<'_>, answer: &Answer, validation: &ValidationReport, layout: &Layout) -> Html {
    let map = answer.places.scalar(validation.span, &validation.expression);
    let light = |bracket: &Bracket| map.as_ref().map(|map| map.span(bracket.start, bracket.end));
    let draw = |line: &Line| draw(ui, line, &light);
    let mut groups: Vec<Html> = Vec::new();
    let mut off: Vec<Html> = Vec::new();
    for line in &layout.lines {
        if line.off {
            off.push(draw(line));
        } else {
            flush(&mut groups, &mut off);
            groups.push(draw(line));
        }
    }
    flush(&mut groups, &mut off);
    let items = layout.tree.iter().map(|item| {
        let name = match item.class {
            "bad" => "deny",
            "off" => "skip",
            "good" => "admit",
            _ => "",
        };
        html! {
            <li class={item.class} style={format!("--d:{}", item.depth)}>
                if name.is_empty() { <span></span> } else { { icon(name, &format!("v-{name}")) } }
                <span>{ code(&item.text, "e") }<span class="r">{ item.result.clone() }</span></span>
            </li>
        }
    });
    html! {
        <>
            <div class="xp" tabindex="0" role="group" aria-label="Expression with the value of each part; arrow keys go through them, and mark each in the editor"><div class="xp-in" aria-hidden="true">{ for groups }</div></div>
            <ul class="xp-tree">{ for items }</ul>
        </>
    }
}

fn flush(groups: &mut Vec<Html>, off: &mut Vec<Html>) {
    if !off.is_empty() {
        groups.push(html! { <div class="xp-skip">{ for off.drain(..) }</div> });
    }
}

fn draw(ui: &Ui<'_>, line: &Line, light: &dyn Fn(&Bracket) -> Option<Span>) -> Html {
    let runs = line.runs.iter().map(|(text, class, cut)| {
        let run = html! { <span class={*class}>{ text.clone() }</span> };
        if *cut && !line.off {
            html! { <span class="cut">{ run }</span> }
        } else {
            run
        }
    });
    let brackets = line.brackets.iter().map(|bracket| {
        let style = format!("left:{}ch;width:{}ch;top:{}px", bracket.left, bracket.width, bracket.lane * 20);
        let string = bracket.label.starts_with(['"', '\'']).then_some("str");
        let title = (!bracket.full.is_empty()).then(|| bracket.full.clone());
        let span = light(bracket);
        let (over, out) = (ui.on(Action::Light(span)), ui.on(Action::Light(None)));
        let onfocus = ui.send.reform(move |_: FocusEvent| Action::Light(span));
        let onblur = ui.send.reform(|_: FocusEvent| Action::Light(None));
        html! { <div class={classes!("xv", bracket.class)} {style} {title} tabindex="-1" onmouseenter={over} onmouseleave={out} {onfocus} {onblur}><span class={classes!(string)}>{ bracket.label.clone() }</span></div> }
    });
    html! {
        <div class={classes!("xp-l", line.off.then_some("off"))}>
            <pre>{ for runs }{ if line.runs.is_empty() { "\u{200b}" } else { "" } }</pre>
            if !line.brackets.is_empty() {
                <div class="lanes" style={format!("height:{}px", line.lanes * 20 + 4)} aria-hidden="true">{ for brackets }</div>
            }
            if let Some(note) = &line.note {
                <div class="xp-note">{ icon("skip", "ico-14") }<span>{ "Not evaluated: " }{ noted(note) }</span></div>
            }
        </div>
    }
}

/// A reason with its operators as code.
fn noted(note: &str) -> Html {
    let words = note.split_inclusive(' ').map(|word| match word.trim_end() {
        operator @ ("&&" | "||") => html! { <><code>{ operator.to_owned() }</code>{ " " }</> },
        _ => html! { { word.to_owned() } },
    });
    html! { { for words } }
}

/// Above this many turns the table shows the first, the deciding and the last.
const ALL_ROWS: usize = 12;
/// The row by which the state knows that all turns are shown.
const EVERY_TURN: &str = "every-turn";

/// The turns of the macro in question.
pub(crate) fn turns(ui: &Ui<'_>, explanation: &Explanation, turn: Option<usize>, full: bool) -> Html {
    let Some(range) = lanes::range(explanation, turn) else { return Html::default() };
    let columns = columns(explanation, range.turns, full);
    let many = range.turns.len() > ALL_ROWS && !ui.state.open(EVERY_TURN, false);
    let shown = |index: usize, turn: &Iteration| {
        !many || index < 4 || turn.deciding || index + 1 == range.turns.len() || index == range.shown
    };
    let rows = range.turns.iter().enumerate().filter(|(index, turn)| shown(*index, turn)).map(|(index, turn)| {
        let class = match (turn.deciding, turn.visited, turn.result.as_str()) {
            (true, _, "false") => "bad",
            (_, false, _) => "off",
            _ if full && index == range.shown && !turn.deciding => "shown",
            _ => "",
        };
        html! {
            <tr {class}>
                <td><span class="who"><code>{ turn.index.clone() }</code>{ " " }
                    if turn.deciding { <b class="strong">{ turn.name.clone() }</b> } else { { turn.name.clone() } }
                </span></td>
                { for columns.iter().enumerate().map(|(at, column)| html! { <td>{ cell(turn, column, at == 0, full) }</td> }) }
                <td>{ result(turn) }</td>
                if full { <td class="r">{ if turn.visited { words::grouped(turn.cost) } else { "–".to_owned() } }</td> }
            </tr>
        }
    });
    let hidden = range.turns.iter().enumerate().filter(|(index, turn)| !shown(*index, turn)).count();
    html! {
        <div class={classes!("turns", full.then_some("vals"))} tabindex="0" role="group" aria-label="Element by element">
            <table class="tbl ind">
                <thead><tr>
                    <th>{ "Element" }</th>
                    { for columns.iter().map(|column| html! { <th>{ if column.code { html! { <code>{ column.title.clone() }</code> } } else { html! { { column.title.clone() } } } }</th> }) }
                    <th>{ "Result" }</th>
                    if full { <th class="r">{ "Cost" }</th> }
                </tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            if hidden > 0 {
                <p class="t3 small-note">
                    { format!("{hidden} more in between. ") }
                    <button type="button" class="link" onclick={ui.on(Action::Toggle(EVERY_TURN.to_owned(), true))}>{ "Show all" }</button>
                </p>
            }
        </div>
    }
}

struct Column {
    title: String,
    /// The field of the element the column is about, where it is one.
    field: Option<String>,
    code: bool,
    /// The part it shows; `None`: the element itself.
    part: Option<(u32, u32)>,
}

/// What is worth a column: the first path that was read off the element, and in full the calls made on the way.
fn columns(explanation: &Explanation, turns: &[Iteration], full: bool) -> Vec<Column> {
    let slice = |node: &TraceNode| explanation.text.get(node.start as usize..node.end as usize).unwrap_or("");
    let nodes = || turns.iter().filter(|turn| turn.visited).flat_map(|turn| &turn.nodes);
    let path = nodes().find(|node| {
        let source = slice(node);
        source.contains('.')
            && source.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '?'))
            && !nodes()
                .any(|outer| outer.start == node.start && outer.end > node.end && !slice(outer).contains('('))
    });
    let mut columns = vec![path.map_or(
        Column { title: "Value".to_owned(), field: None, code: false, part: None },
        |node| Column {
            title: slice(node).to_owned(),
            field: slice(node).split_once('.').map(|(_, field)| field.to_owned()),
            code: true,
            part: Some((node.start, node.end)),
        },
    )];
    if full {
        let mut seen: Vec<(u32, u32)> = Vec::new();
        for node in nodes() {
            let name = slice(node)
                .rsplit_once('(')
                .map(|(before, _)| before.rsplit(['.', ' ', '!', '(']).next().unwrap_or(""));
            let Some(name) = name.filter(|name| {
                !name.is_empty() && slice(node).ends_with(')') && !slice(node).starts_with(['!', '('])
            }) else {
                continue;
            };
            let call = slice(node).matches('(').count() == 1;
            if call && !seen.contains(&(node.start, node.end)) && seen.len() < 3 {
                seen.push((node.start, node.end));
                columns.push(Column {
                    title: name.to_owned(),
                    field: None,
                    code: true,
                    part: Some((node.start, node.end)),
                });
            }
        }
    }
    columns
}

fn cell(turn: &Iteration, column: &Column, first: bool, full: bool) -> Html {
    let value = match column.part {
        None => Some(turn.value.clone()),
        Some((start, end)) => lanes::cell(turn, start, end),
    };
    let value = value.or_else(|| {
        column
            .field
            .as_deref()
            .filter(|_| first && !turn.visited)
            .and_then(|field| lanes::field_of(turn, field))
    });
    match value {
        None => html! { <span class="t3">{ "–" }</span> },
        Some(value) => {
            let bare = value.trim_matches('"').to_owned();
            let short = words::middle(&bare, if full { 28 } else { 40 });
            let title = (short != bare).then_some(bare);
            html! { <code {title}>{ short }</code> }
        }
    }
}

fn result(turn: &Iteration) -> Html {
    let (name, text) = match (turn.visited, turn.deciding, turn.result.as_str()) {
        (false, ..) => ("skip", "not visited".to_owned()),
        (_, true, "false") => ("deny", "false, decides".to_owned()),
        (_, true, other) => ("admit", format!("{other}, decides")),
        (_, _, "true") => ("admit", "true".to_owned()),
        (_, _, "false") => ("no", "false".to_owned()),
        (_, _, other) => ("", other.to_owned()),
    };
    html! { <span class={format!("vd v-{name}")}>{ icon(name, "") }{ words::middle(&text, 40) }</span> }
}
