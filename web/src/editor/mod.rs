//! A CodeMirror editor as a component that never re-renders its host: texts and marks go in through a handle, typed text
//! comes out. Without the bundle it is a `textarea`.

use std::rc::Rc;

use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The handle of `web/editor/src/index.js`.
    #[derive(Clone)]
    type Bundle;

    #[wasm_bindgen(js_namespace = PlaygroundEditor, js_name = create)]
    fn create(
        host: &HtmlElement,
        label: &str,
        hint: &str,
        doc: &str,
        on_change: &Closure<dyn FnMut(String)>,
        on_ask: &Closure<dyn FnMut(bool, u32, js_sys::Function)>,
    ) -> Bundle;
    #[wasm_bindgen(method, js_name = setDoc)]
    fn set_doc(this: &Bundle, text: &str);
    #[wasm_bindgen(method, js_name = setMarks)]
    fn set_marks(this: &Bundle, json: &str);
    #[wasm_bindgen(method)]
    fn lit(this: &Bundle, from: u32, to: u32);
    #[wasm_bindgen(method)]
    fn goto(this: &Bundle, from: u32, to: u32, focus: bool);
    #[wasm_bindgen(method)]
    fn edit(this: &Bundle, from: u32, to: u32, text: &str);
    #[wasm_bindgen(method)]
    fn undo(this: &Bundle);
    #[wasm_bindgen(method)]
    fn wrap(this: &Bundle, on: bool);
    #[wasm_bindgen(method)]
    fn focus(this: &Bundle);
    #[wasm_bindgen(method)]
    fn destroy(this: &Bundle);
}

/// A mounted editor, as the page holds it.
#[derive(Clone)]
pub(crate) struct Handle(Rc<Kind>);

enum Kind {
    Bundle(Bundle),
    Plain(HtmlTextAreaElement),
}

impl Handle {
    pub(crate) fn set_doc(&self, text: &str) {
        match &*self.0 {
            Kind::Bundle(editor) => editor.set_doc(text),
            Kind::Plain(area) => area.set_value(text),
        }
    }

    pub(crate) fn set_marks(&self, json: &str) {
        if let Kind::Bundle(editor) = &*self.0 {
            editor.set_marks(json);
        }
    }

    pub(crate) fn light(&self, range: Option<(u32, u32)>) {
        if let Kind::Bundle(editor) = &*self.0 {
            let (from, to) = range.unwrap_or((0, 0));
            editor.lit(from, to);
        }
    }

    pub(crate) fn goto(&self, from: u32, to: u32, focus: bool) {
        match &*self.0 {
            Kind::Bundle(editor) => editor.goto(from, to, focus),
            Kind::Plain(area) => {
                let _ = area.focus();
                let _ = area.set_selection_range(from, to);
            }
        }
    }

    pub(crate) fn edit(&self, from: u32, to: u32, text: &str) {
        match &*self.0 {
            Kind::Bundle(editor) => editor.edit(from, to, text),
            Kind::Plain(area) => {
                let _ = area.set_range_text_with_start_and_end(text, from, to);
                let _ = web_sys::Event::new("input").map(|event| area.dispatch_event(&event));
            }
        }
    }

    pub(crate) fn undo(&self) {
        if let Kind::Bundle(editor) = &*self.0 {
            editor.undo();
        }
    }

    pub(crate) fn wrap(&self, on: bool) {
        if let Kind::Bundle(editor) = &*self.0 {
            editor.wrap(on);
        }
    }

    pub(crate) fn focus(&self) {
        match &*self.0 {
            Kind::Bundle(editor) => editor.focus(),
            Kind::Plain(area) => {
                let _ = area.focus();
            }
        }
    }
}

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    /// The text at the start; later ones go through the handle.
    pub(crate) initial: String,
    pub(crate) on_ready: Callback<Handle>,
    pub(crate) on_change: Callback<String>,
    pub(crate) on_ask: Callback<Ask>,
}

/// A question about a place: what may stand there, or what the word means that ends there.
pub(crate) struct Ask {
    pub(crate) word: bool,
    /// In bytes.
    pub(crate) offset: u32,
    /// Takes the answer, as JSON.
    pub(crate) answer: js_sys::Function,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The component.
pub(crate) struct CodeEditor {
    host: NodeRef,
    mounted: Option<Mounted>,
}

struct Mounted {
    handle: Handle,
    _change: Closure<dyn FnMut(String)>,
    _ask: Closure<dyn FnMut(bool, u32, js_sys::Function)>,
    _input: Option<Closure<dyn FnMut(web_sys::Event)>>,
}

impl Component for CodeEditor {
    type Message = ();
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self { host: NodeRef::default(), mounted: None }
    }

    fn changed(&mut self, _: &Context<Self>, _: &Props) -> bool {
        false
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! { <div class="ed-host" ref={self.host.clone()}></div> }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(host) = self.host.cast::<HtmlElement>().filter(|_| first) else { return };
        let props = ctx.props();
        let report = props.on_change.clone();
        let change = Closure::<dyn FnMut(String)>::new(move |text| report.emit(text));
        let asked = props.on_ask.clone();
        let ask = Closure::<dyn FnMut(bool, u32, js_sys::Function)>::new(move |word, offset, answer| {
            asked.emit(Ask { word, offset, answer });
        });
        let present = js_sys::Reflect::has(&js_sys::global(), &"PlaygroundEditor".into()).unwrap_or(false);
        let (kind, input) = if present {
            (Some(Kind::Bundle(create(&host, props.label, props.hint, &props.initial, &change, &ask))), None)
        } else {
            plain(&host, props)
        };
        let Some(kind) = kind else { return };
        let handle = Handle(Rc::new(kind));
        self.mounted = Some(Mounted { handle: handle.clone(), _change: change, _ask: ask, _input: input });
        props.on_ready.emit(handle);
    }

    fn destroy(&mut self, _: &Context<Self>) {
        if let Some(mounted) = &self.mounted
            && let Kind::Bundle(editor) = &*mounted.handle.0
        {
            editor.destroy();
        }
    }
}

type Input = Closure<dyn FnMut(web_sys::Event)>;

fn plain(host: &HtmlElement, props: &Props) -> (Option<Kind>, Option<Input>) {
    let make = || -> Option<HtmlTextAreaElement> {
        let area = crate::browser::document()?
            .create_element("textarea")
            .ok()?
            .dyn_into::<HtmlTextAreaElement>()
            .ok()?;
        area.set_class_name("ed ed-plain");
        area.set_placeholder(props.hint);
        area.set_value(&props.initial);
        area.set_attribute("aria-label", props.label).ok()?;
        area.set_attribute("spellcheck", "false").ok()?;
        host.append_child(&area).ok()?;
        Some(area)
    };
    let Some(area) = make() else { return (None, None) };
    let report = props.on_change.clone();
    let typed = area.clone();
    let input = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| report.emit(typed.value()));
    let _ = area.add_event_listener_with_callback("input", input.as_ref().unchecked_ref());
    (Some(Kind::Plain(area)), Some(input))
}
