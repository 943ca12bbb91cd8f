//! The worker's side: one question, one answer.

use celgate::review::Reviewer;
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::protocol::{Request, Response};

/// Answers messages for as long as the page lets it live.
pub(crate) fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let reviewer = Reviewer::default();
    let answer = Closure::<dyn FnMut(MessageEvent)>::new({
        let scope = scope.clone();
        move |event: MessageEvent| {
            let Some(response) = event.data().as_string().and_then(|text| respond(&scope, &reviewer, &text))
            else {
                return;
            };
            let _ = scope.post_message(&JsValue::from_str(&response));
        }
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    answer.forget();
}

fn respond(scope: &DedicatedWorkerGlobalScope, reviewer: &Reviewer, text: &str) -> Option<String> {
    let request: Request = serde_json::from_str(text).ok()?;
    if let Some(place) = request.place {
        let (text, offset) = (place.text, place.offset as usize);
        let found = if place.word {
            serde_json::to_string(&reviewer.describe(&request.scenario, text, offset))
        } else {
            serde_json::to_string(&reviewer.complete(&request.scenario, text, offset))
        };
        return Some(format!("?{} {}", request.id, found.ok()?));
    }
    let clock = || scope.performance().map_or(0.0, |performance| performance.now());
    let started = clock();
    let report = reviewer.review(&request.scenario);
    serde_json::to_string(&Response { id: request.id, report, took: clock() - started }).ok()
}
