//! One file per thing a user looks at. Panels draw the state and send actions; nothing else touches either.

mod answer;
mod bar;
mod decision;
mod pipeline;
mod validations;
mod explanation;
mod explain;
mod matching;
mod findings;
mod seen;
mod problems;
mod sources;
mod status;
mod settings;
mod share;
mod palette;
mod help;
mod lesson;
mod widget;

pub(crate) use self::{
    answer::{answer, spoken},
    bar::bar,
    help::help,
    palette::{items, palette},
    settings::settings,
    share::share,
    sources::{Sources, sources},
    status::{status, tabs, verdict_strip},
    widget::widget,
};

use celgate::source::Span;
use yew::prelude::*;

use crate::{
    components::link,
    state::{Action, Answer, State},
};

/// What every panel gets.
pub(crate) struct Ui<'a> {
    pub(crate) state: &'a State,
    pub(crate) send: Callback<Action>,
}

impl Ui<'_> {
    /// A click that is an action.
    pub(crate) fn on(&self, action: Action) -> Callback<MouseEvent> {
        let send = self.send.clone();
        Callback::from(move |_: MouseEvent| send.emit(action.clone()))
    }

    /// A link to a place: `Resources 12`.
    pub(crate) fn place(&self, answer: &Answer, span: Span) -> Html {
        link(&answer.places.name(span), self.on(Action::Goto(span)))
    }

    /// `line 12`, where the column says of what.
    pub(crate) fn line(&self, answer: &Answer, span: Span) -> Html {
        link(&format!("line {}", answer.places.line(span)), self.on(Action::Goto(span)))
    }

    /// The key for commands, as this system writes it.
    pub(crate) fn command_key(&self, key: &str) -> String {
        if self.state.apple { format!("⌘{key}") } else { format!("Ctrl {key}") }
    }
}
