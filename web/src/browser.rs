//! The few things the page asks of the browser, each in one place and each allowed to fail: storage may be forbidden,
//! clipboards absent, history closed.

use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{Document, Element, HtmlElement, Storage, Window, Worker};

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

pub(crate) fn now() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// A worker with the compiled module on its way (`www/boot.js`).
pub(crate) fn spawn_worker() -> Option<Worker> {
    let playground = js_sys::Reflect::get(&js_sys::global(), &"playground".into()).ok()?;
    let spawn: js_sys::Function = js_sys::Reflect::get(&playground, &"spawn".into()).ok()?.dyn_into().ok()?;
    spawn.call0(&playground).ok()?.dyn_into().ok()
}

/// What boot.js put on the global object while the page was loading, such as the editor texts typed meanwhile.
pub(crate) fn session() -> Option<Storage> {
    window()?.session_storage().ok()?
}

pub(crate) fn local() -> Option<Storage> {
    window()?.local_storage().ok()?
}

pub(crate) fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Removes the fragment, so that a reload shows the tab's own draft and not the link again.
pub(crate) fn clear_fragment() {
    let clear = || {
        let location = window()?.location();
        let address = format!("{}{}", location.pathname().ok()?, location.search().ok()?);
        window()?.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(&address)).ok()
    };
    let _ = clear();
}

/// The page's address without query and fragment.
pub(crate) fn address() -> String {
    let find = || {
        let location = window()?.location();
        Some(format!("{}{}", location.origin().ok()?, location.pathname().ok()?))
    };
    find().unwrap_or_default()
}

/// Puts text on the clipboard; the old way where the new one is missing (plain HTTP, frames).
pub(crate) fn copy(text: &str) {
    let modern = || -> Option<()> {
        let navigator = window()?.navigator();
        let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
        if clipboard.is_undefined() {
            return None;
        }
        let promise = navigator.clipboard().write_text(text);
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
        Some(())
    };
    if modern().is_none() {
        let _ = old_copy(text);
    }
}

fn old_copy(text: &str) -> Option<()> {
    let document = document()?;
    let area: web_sys::HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_class_name("sr");
    document.body()?.append_child(&area).ok()?;
    area.select();
    let html: web_sys::HtmlDocument = document.dyn_into().ok()?;
    let _ = html.exec_command("copy");
    area.remove();
    Some(())
}

/// A file beside the page; `None` when it does not come.
pub(crate) async fn fetch(name: &str) -> Option<String> {
    let response = wasm_bindgen_futures::JsFuture::from(window()?.fetch_with_str(name)).await.ok()?;
    let response: web_sys::Response = response.dyn_into().ok()?;
    let text = response.ok().then(|| response.text().ok()).flatten()?;
    wasm_bindgen_futures::JsFuture::from(text).await.ok()?.as_string()
}

/// Offers a text as a file.
pub(crate) fn download(name: &str, text: &str) {
    let offer = || -> Option<()> {
        let parts = js_sys::Array::of1(&text.into());
        let options = web_sys::BlobPropertyBag::new();
        options.set_type("application/yaml");
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
        let link: web_sys::HtmlAnchorElement = document()?.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        web_sys::Url::revoke_object_url(&url).ok()
    };
    let _ = offer();
}

pub(crate) fn query(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

pub(crate) fn active() -> Option<HtmlElement> {
    document()?.active_element()?.dyn_into().ok()
}

/// Arrow keys inside tabs, segments and the version ruler: moves the focus and chooses.
pub(crate) fn rove(key: &str, from: &Element) -> Option<()> {
    let group = from.closest("[role=tablist],[role=radiogroup]").ok()??;
    let list = group.query_selector_all("[role=tab],[role=radio]").ok()?;
    let items: Vec<HtmlElement> = (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok()).collect();
    let here = items.iter().position(|item| item.is_same_node(Some(from)))?;
    let there = match key {
        "ArrowLeft" | "ArrowUp" => here.checked_sub(1).unwrap_or(items.len() - 1),
        "ArrowRight" | "ArrowDown" => (here + 1) % items.len(),
        "Home" => 0,
        "End" => items.len() - 1,
        _ => return None,
    };
    let item = items.get(there)?;
    item.focus().ok()?;
    item.click();
    Some(())
}

/// Arrow keys in a drawn expression: the focus goes from value to value.
pub(crate) fn walk(key: &str, from: &Element) -> Option<()> {
    let list = from.closest(".xp").ok()??.query_selector_all(".xv").ok()?;
    let items: Vec<HtmlElement> = (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok()).collect();
    let here = items.iter().position(|item| item.is_same_node(Some(from)));
    let there = match (key, here) {
        ("ArrowRight" | "ArrowDown", None) | ("Home", _) => 0,
        ("ArrowRight" | "ArrowDown", Some(here)) => here + 1,
        ("ArrowLeft" | "ArrowUp", Some(here)) => here.checked_sub(1)?,
        ("End", _) => items.len().checked_sub(1)?,
        _ => return None,
    };
    items.get(there)?.focus().ok()
}

/// Keeps Tab inside a dialog.
pub(crate) fn trap(dialog: &Element, backwards: bool) -> Option<()> {
    let list = dialog
        .query_selector_all(
            "a[href],button:not([tabindex='-1']),input:not([tabindex='-1']),select,textarea,[tabindex='0']",
        )
        .ok()?;
    let first: HtmlElement = list.get(0)?.dyn_into().ok()?;
    let last: HtmlElement = list.get(list.length().checked_sub(1)?)?.dyn_into().ok()?;
    let (edge, other) = if backwards { (&first, &last) } else { (&last, &first) };
    active()?.is_same_node(Some(edge)).then(|| other.focus().ok())?
}

/// The system's choice of scheme.
pub(crate) fn prefers_dark() -> bool {
    window()
        .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten())
        .is_some_and(|query| query.matches())
}

pub(crate) fn is_apple() -> bool {
    window()
        .and_then(|window| window.navigator().platform().ok())
        .is_some_and(|platform| platform.contains("Mac") || platform.contains("iP"))
}

/// Splitters: the gaps between the panes, dragged or moved with arrow keys; a double click resets.
pub(crate) fn split(name: &str, event: &web_sys::MouseEvent) -> Option<()> {
    let target: Element = event.target()?.dyn_into().ok()?;
    match name {
        "pointerdown" => {
            let splitter = target.closest("[data-split]").ok()??;
            splitter.class_list().add_1("dragging").ok()?;
            event.prevent_default();
        }
        "pointermove" => {
            let splitter = query(".splitter.dragging")?;
            let rect = splitter.parent_element()?.get_bounding_client_rect();
            let rows = splitter.get_attribute("data-split")? == "rows";
            let share = if rows {
                (f64::from(event.client_y()) - rect.top()) / rect.height()
            } else {
                (f64::from(event.client_x()) - rect.left()) / rect.width()
            };
            set_share(&splitter, share)?;
        }
        "pointerup" => query(".splitter.dragging")?.class_list().remove_1("dragging").ok()?,
        _ => {
            let splitter = target.closest("[data-split]").ok()??;
            let parent: HtmlElement = splitter.parent_element()?.dyn_into().ok()?;
            parent.style().remove_property("--share").ok()?;
        }
    }
    Some(())
}

pub(crate) fn split_by_key(key: &str, splitter: &Element) -> Option<()> {
    let now: f64 = splitter.get_attribute("aria-valuenow")?.parse().ok()?;
    let step = match key {
        "ArrowLeft" | "ArrowUp" => -4.0,
        "ArrowRight" | "ArrowDown" => 4.0,
        _ => return None,
    };
    set_share(splitter, (now + step) / 100.0)
}

fn set_share(splitter: &Element, share: f64) -> Option<()> {
    let share = share.clamp(0.15, 0.85);
    let parent: HtmlElement = splitter.parent_element()?.dyn_into().ok()?;
    parent.style().set_property("--share", &format!("{:.2}%", share * 100.0)).ok()?;
    splitter.set_attribute("aria-valuenow", &format!("{:.0}", share * 100.0)).ok()
}

/// Tells the page around how tall this one would be, so that the frame fits.
pub(crate) fn tell_height() {
    let tell = || -> Option<()> {
        let window = window()?;
        let height = query("main.w")?.offset_height();
        let message = js_sys::Object::new();
        js_sys::Reflect::set(&message, &"celgate".into(), &height.into()).ok()?;
        // Any page may hold this one, and a height is no secret.
        window.parent().ok()??.post_message(&message, "*").ok()
    };
    let _ = tell();
}
