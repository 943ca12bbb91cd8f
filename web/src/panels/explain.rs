//! One validation in full: every value, every turn, the fields that were read, what it cost.

use celgate::report::{Explanation, ObjectReport, Read, ValidationReport};
use yew::prelude::*;

use super::{Ui, explanation, validations};
use crate::{
    components::{icon, mark_solid},
    markup::html,
    state::{Action, Answer, Editor, Focus, lanes, words},
};

/// `PerCallLimit`: what one expression may cost.
const LIMIT: u64 = 1_000_000;

pub(crate) fn explain(ui: &Ui<'_>, answer: &Answer, object: &ObjectReport, focus: Focus) -> Option<Html> {
    let policy = object.policies.get(focus.policy)?;
    let binding = policy.bindings.get(focus.binding)?;
    let evaluation = focus.evaluation(object)?;
    let validation = focus.find(object)?;
    let (name, _, action) = validations::judged(binding, validation);
    let word = match validation.evaluation.as_str() {
        "admit" => "True",
        "deny" => "False",
        _ => "Error",
    };
    let count = evaluation.validations.len();
    let step = |label: &'static str, name: &'static str, to: Option<usize>| {
        let action = to.map(|validation| Action::Explain(Some(Focus { validation, ..focus })));
        let disabled = action.is_none().then_some("true");
        let onclick = action.map(|action| ui.on(action)).unwrap_or_default();
        let title = if disabled.is_some() { format!("{label}: there is none") } else { label.to_owned() };
        html! {
            <button type="button" class="btn icon quiet small" aria-label={label} {title} aria-disabled={disabled} {onclick}>{ icon(name, "") }</button>
        }
    };
    let markdown = markdown(&policy.name, validation);
    Some(html! {
        <>
            <div class="reqs">
                <button type="button" class="btn quiet" onclick={ui.on(Action::Explain(None))}>{ icon("back", "") }{ "Answer" }</button>
                <div class="crumbs">
                    <span class="t3">{ "/" }</span><span>{ policy.name.clone() }</span><span class="t3">{ "/" }</span>
                    <b>{ format!("Validation {} of {count}", focus.validation + 1) }</b>
                </div>
                <span class="live">
                    { step("Previous validation", "back", focus.validation.checked_sub(1)) }
                    { step("Next validation", "chev", Some(focus.validation + 1).filter(|&next| next < count)) }
                </span>
            </div>
            <div class="scroll">
                <div class="decision">
                    <div>{ mark_solid(name, "ico-28") }</div>
                    <div>
                        <h1><span class={format!("w v-{name}")}>{ word }</span>{ "\u{a0}" }<span class="rest">{ format!("— {}", words::first_line(if validation.message.is_empty() { &validation.expression } else { &validation.message })) }</span></h1>
                        <p class="sub">
                            if validation.evaluation == "admit" { { "It lets the request pass, " } } else { { format!("Reason {}, action {action}, ", validation.reason) } }
                            { ui.place(answer, validation.span) }
                        </p>
                    </div>
                    <div class="acts">
                        <button type="button" class="btn" onclick={ui.on(Action::Copy("markdown", markdown))}>
                            { icon(if ui.state.copied == Some("markdown") { "check" } else { "copy" }, "") }
                            { if ui.state.copied == Some("markdown") { "Copied" } else { "Copy as Markdown" } }
                        </button>
                    </div>
                </div>
                if let Some(explanation) = &validation.explanation {
                    { values(ui, answer, validation, explanation) }
                    { iterations(ui, explanation) }
                    <div class="sec two">
                        { reads(ui, answer, explanation) }
                        { cost(explanation, validation.cost) }
                    </div>
                }
                <div class="tail"></div>
            </div>
        </>
    })
}

fn values(ui: &Ui<'_>, answer: &Answer, validation: &ValidationReport, explanation: &Explanation) -> Html {
    let range = lanes::range(explanation, ui.state.turn);
    let all = ui.state.all_values;
    let choice = |label: &'static str, value: bool| {
        let checked = all == value;
        html! {
            <button type="button" role="radio" aria-checked={checked.to_string()} tabindex={if checked { "0" } else { "-1" }} onclick={ui.on(Action::AllValues(value))}>{ label }</button>
        }
    };
    html! {
        <div class="sec"><div class="card">
            <div class="card-h">
                if let Some(range) = range.filter(|range| range.turns.len() > 1) {
                    <span class="t2">{ "Values for" }</span>
                    <div class="iters" role="radiogroup" aria-label="Element">
                        { for range.turns.iter().enumerate().take(12).map(|(index, turn)| {
                            let checked = index == range.shown;
                            let name = match (turn.visited, turn.deciding && turn.result == "false", turn.result.as_str()) {
                                (false, ..) => "skip", (_, true, _) => "deny", (_, _, "false") => "no", _ => "admit",
                            };
                            html! {
                                <button type="button" class="iter" role="radio" aria-checked={checked.to_string()} tabindex={if checked { "0" } else { "-1" }} onclick={ui.on(Action::Turn(index))}>
                                    { crate::components::mark(name, "") }<code>{ turn.index.clone() }</code>{ turn.name.clone() }
                                </button>
                            }
                        }) }
                    </div>
                }
                <span class="push"></span>
                <div class="seg" role="radiogroup" aria-label="Detail">{ choice("Deciding path", false) }{ choice("All values", true) }</div>
            </div>
            { explanation::drawn(ui, answer, validation, &lanes::layout(explanation, ui.state.turn, all)) }
        </div></div>
    }
}

fn iterations(ui: &Ui<'_>, explanation: &Explanation) -> Html {
    let Some(range) = lanes::range(explanation, ui.state.turn) else { return Html::default() };
    let name = lanes::name(&explanation.text, range.node);
    let note = lanes::note(&range, name);
    html! {
        <section class="sec" aria-label="Iterations">
            <div class="sec-h"><h2>{ if name.is_empty() { "Iterations".to_owned() } else { format!("Iterations of {name}()") } }</h2><span class="t3">{ note }</span></div>
            { explanation::turns(ui, explanation, ui.state.turn, true) }
        </section>
    }
}

fn reads(ui: &Ui<'_>, answer: &Answer, explanation: &Explanation) -> Html {
    // Every value means every field: those beside the deciding path, and those that nothing read.
    let others = explanation.others.iter().filter(|_| ui.state.all_values);
    let mut all: Vec<&Read> = explanation.reads.iter().chain(others).collect();
    all.sort_by_key(|read| (read.unread, read.span));
    if all.is_empty() {
        return Html::default();
    }
    let deciding = lanes::range(explanation, None)
        .and_then(|range| range.turns.iter().find(|turn| turn.deciding))
        .and_then(|turn| turn.span);
    // Where all of it is of one root and in one text, say that once.
    let root = all.first().and_then(|read| read.path.split('.').next()).unwrap_or("").to_owned();
    let prefix = format!("{root}.");
    let one_root = !root.is_empty() && all.iter().all(|read| read.path.starts_with(&prefix));
    let mut editors =
        all.iter().filter(|read| read.present).filter_map(|read| read.span.and_then(Editor::of));
    let first = editors.next();
    let one_text = first.filter(|first| editors.all(|editor| editor == *first));
    let rows = all.iter().map(|read| {
        let inside = read.present
            && !read.unread
            && deciding.zip(read.span).is_some_and(|(turn, span)| {
                turn.source == span.source && turn.start <= span.start && span.end <= turn.end
            });
        let class = if inside {
            "bad"
        } else if read.present && !read.unread {
            ""
        } else {
            "off"
        };
        let note = if read.defaulted { " (default)" } else { "" };
        let path = if one_root { read.path.trim_start_matches(&prefix) } else { &read.path };
        let place = match read.span {
            Some(span) if read.present && one_text.is_some() => ui.line(answer, span),
            Some(span) if read.present => ui.place(answer, span),
            _ => html! { { if read.present { "" } else { "absent" } } },
        };
        let value = match read.value.as_bytes().first() {
            _ if read.unread => "not read".to_owned(),
            _ if !read.present => "not there".to_owned(),
            Some(b'[') if read.value.len() > 28 => format!("list of {}", read.items),
            Some(b'{') if read.value.len() > 28 => format!("map of {}", read.items),
            _ => words::middle(&read.value, 24),
        };
        html! {
            <tr {class}>
                <td class="fld"><code>{ path.to_owned() }</code></td>
                <td><code title={read.value.clone()}>{ value }</code>{ note }</td>
                <td class="r">{ place }</td>
            </tr>
        }
    });
    html! {
        <section aria-label="Fields it read">
            <div class="sec-h"><h2>{ "Fields it read" }</h2></div>
            <table class="tbl ind reads"><thead><tr>
                <th>if one_root { { "Of " }<code>{ root.clone() }</code> } else { { "Field" } }</th><th>{ "Value" }</th>
                <th class="r">{ one_text.map_or("Where", Editor::title) }</th>
            </tr></thead><tbody>{ for rows }</tbody></table>
        </section>
    }
}

fn cost(explanation: &Explanation, total: u64) -> Html {
    let mut shares: Vec<(String, u64)> = lanes::range(explanation, None)
        .map(|range| {
            range
                .turns
                .iter()
                .filter(|turn| turn.visited && turn.cost > 0)
                .map(|turn| (lanes::turn_name(turn), turn.cost))
                .collect()
        })
        .unwrap_or_default();
    celgate::order::sort_by_key(&mut shares, |(_, cost)| std::cmp::Reverse(*cost));
    shares.truncate(3);
    let rest = total.saturating_sub(shares.iter().map(|(_, cost)| cost).sum());
    if rest > 0 {
        shares.push((if shares.is_empty() { "The expression" } else { "Everything else" }.to_owned(), rest));
    }
    let class = |index: usize| ["", "p2", "p3", "p4"].get(index).copied().unwrap_or("p4");
    html! {
        <section aria-label="Cost">
            <div class="sec-h"><h2>{ "Cost" }</h2><span class="t3">{ format!("{} of {} for one expression", words::grouped(total), words::grouped(LIMIT)) }</span></div>
            if total > 0 {
                <div class="cost-bar" aria-hidden="true">
                    { for shares.iter().enumerate().map(|(index, (_, cost))| html! { <i class={class(index)} style={format!("flex:{cost}")}></i> }) }
                </div>
                <table class="tbl costs"><tbody>
                    { for shares.iter().enumerate().map(|(index, (name, cost))| html! {
                        <tr><td><span class={classes!("swatch", class(index))}></span>{ " " }{ name.clone() }</td><td class="r">{ words::grouped(*cost) }</td><td class="r">{ format!("{} %", cost * 100 / total) }</td></tr>
                    }) }
                </tbody></table>
            }
            if let Some((each, most)) = lanes::range(explanation, None).and_then(|range| lanes::rate(&range, LIMIT)) {
                <p class="t2 small-note">
                    { format!("Each element adds about {}. At that rate the limit is near {} elements: {}.", words::grouped(each), words::grouped(most), if most > 10_000 { "no bound needed" } else { "give the list a maximum" }) }
                </p>
            }
        </section>
    }
}

fn markdown(policy: &str, validation: &ValidationReport) -> String {
    let layout = validation
        .explanation
        .as_ref()
        .map(|explanation| lanes::layout(explanation, None, false))
        .unwrap_or_default();
    let mut out = format!(
        "**{policy}**, `validations[{}]`: {} — {}\n\n```cel\n{}\n```\n",
        validation.index,
        validation.evaluation,
        words::first_line(&validation.message),
        validation.expression.trim_end()
    );
    if !layout.tree.is_empty() {
        out.push('\n');
    }
    for item in layout.tree {
        let indent = "  ".repeat(item.depth);
        out.push_str(&format!("{indent}- `{}` → {}\n", item.text.replace('`', "'"), item.result));
    }
    out
}
