//! The page's side: the newest question wins; a worker that does not answer in time is killed and replaced.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use celgate::{report::Report, review::Scenario};
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::protocol::{Place, Request, Response};
use crate::{browser, editor::Ask};

/// How long a review may take. The engine's own limits end nearly everything sooner.
const DEADLINE: u32 = 2000;
/// Texts of so many bytes may take a millisecond more: 5,000 lines on a slow machine.
const BYTES_A_MILLISECOND: usize = 20;
/// The first answer of a worker includes starting it.
const FIRST_DEADLINE: u32 = 15_000;

/// What became of a question.
pub(crate) enum Outcome {
    Answered { report: Box<Report>, took: f64 },
    Stopped(String),
}

/// Owns the worker; dropping it ends the worker.
pub(crate) struct Runner {
    shared: Rc<RefCell<Shared>>,
}

struct Shared {
    worker: Option<Live>,
    id: u32,
    deadline: Option<Timeout>,
    /// Who waits for help with writing.
    waiting: BTreeMap<u32, js_sys::Function>,
    looked_up: u32,
    done: Rc<dyn Fn(Outcome)>,
}

struct Live {
    worker: Worker,
    /// Whether it has answered before.
    warm: bool,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Runner {
    pub(crate) fn new(done: impl Fn(Outcome) + 'static) -> Self {
        Self {
            shared: Rc::new(RefCell::new(Shared {
                worker: None,
                id: 0,
                deadline: None,
                waiting: BTreeMap::new(),
                looked_up: 0,
                done: Rc::new(done),
            })),
        }
    }

    /// Asks; an earlier question that is still open is forgotten.
    pub(crate) fn ask(&self, scenario: Scenario) {
        let mut shared = self.shared.borrow_mut();
        shared.id = shared.id.wrapping_add(1);
        // A worker that is busy with an outdated question would keep the new one waiting; replacing it is quicker only
        // when it hangs, and then the deadline does that.
        let id = shared.id;
        if shared.worker.is_none() {
            shared.worker = start(&self.shared);
        }
        let Some(live) = &shared.worker else {
            let done = Rc::clone(&shared.done);
            drop(shared);
            done(Outcome::Stopped(
                "The engine could not be started: this browser allows no workers here".to_owned(),
            ));
            return;
        };
        let Ok(text) = serde_json::to_string(&Request { id, scenario, place: None }) else { return };
        let _ = live.worker.post_message(&JsValue::from_str(&text));
        let longer = u32::try_from(text.len() / BYTES_A_MILLISECOND).unwrap_or(FIRST_DEADLINE);
        let limit = if live.warm { DEADLINE.saturating_add(longer) } else { FIRST_DEADLINE.max(longer) };
        let weak = Rc::downgrade(&self.shared);
        shared.deadline = Some(Timeout::new(limit, move || {
            if let Some(shared) = weak.upgrade() {
                let seconds = limit / 1000;
                replace(&shared, format!("Stopped after {seconds} s: an expression takes too long"));
            }
        }));
    }

    /// Asks what is known of a place; reviews go on as they were.
    pub(crate) fn look_up(&self, scenario: Scenario, text: usize, ask: Ask) {
        let mut shared = self.shared.borrow_mut();
        // The first review may still wait for a pause in typing.
        if shared.worker.is_none() {
            shared.worker = start(&self.shared);
        }
        shared.looked_up = shared.looked_up.wrapping_add(1);
        let id = shared.looked_up;
        let place = Some(Place { text, offset: ask.offset, word: ask.word });
        let question = serde_json::to_string(&Request { id, scenario, place });
        match (&shared.worker, question) {
            (Some(live), Ok(question)) => {
                let _ = live.worker.post_message(&JsValue::from_str(&question));
                shared.waiting.insert(id, ask.answer);
            }
            _ => tell(&ask.answer, "null"),
        }
    }
}

fn tell(answer: &js_sys::Function, text: &str) {
    let _ = answer.call1(&JsValue::NULL, &JsValue::from_str(text));
}

fn start(shared: &Rc<RefCell<Shared>>) -> Option<Live> {
    let worker = browser::spawn_worker()?;
    let message = Closure::<dyn FnMut(MessageEvent)>::new({
        let weak = Rc::downgrade(shared);
        move |event: MessageEvent| {
            let Some(shared) = weak.upgrade() else { return };
            let Some(text) = event.data().as_string() else { return };
            if let Some((id, found)) = text.strip_prefix('?').and_then(|text| text.split_once(' ')) {
                let asker = id.parse().ok().and_then(|id: u32| shared.borrow_mut().waiting.remove(&id));
                asker.into_iter().for_each(|asker| tell(&asker, found));
                return;
            }
            let Ok(response) = serde_json::from_str::<Response>(&text) else { return };
            let done = {
                let mut shared = shared.borrow_mut();
                if let Some(live) = &mut shared.worker {
                    live.warm = true;
                }
                if response.id != shared.id {
                    return;
                }
                shared.deadline = None;
                Rc::clone(&shared.done)
            };
            done(Outcome::Answered { report: Box::new(response.report), took: response.took });
        }
    });
    let error = Closure::<dyn FnMut(ErrorEvent)>::new({
        let weak = Rc::downgrade(shared);
        move |event: ErrorEvent| {
            event.prevent_default();
            if let Some(shared) = weak.upgrade() {
                let detail = event.message();
                let detail = if detail.is_empty() { "it could not be loaded".to_owned() } else { detail };
                replace(&shared, format!("The engine broke and was started again: {detail}"));
            }
        }
    });
    worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(error.as_ref().unchecked_ref()));
    Some(Live { worker, warm: false, _message: message, _error: error })
}

/// Kills the worker, starts another for the next question, and says so.
fn replace(shared: &Rc<RefCell<Shared>>, reason: String) {
    let done = {
        let mut borrowed = shared.borrow_mut();
        borrowed.deadline = None;
        borrowed.id = borrowed.id.wrapping_add(1);
        borrowed.worker = None;
        borrowed.worker = start(shared);
        for asker in core::mem::take(&mut borrowed.waiting).values() {
            tell(asker, "\"again\"");
        }
        Rc::clone(&borrowed.done)
    };
    done(Outcome::Stopped(reason));
}
