//! Drafts in this browser. Each tab has a slot of its own, so two tabs never overwrite each other; a reload finds the
//! tab's slot, a new tab starts from the newest. Storage may be forbidden: then nothing is kept, and nothing breaks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{browser, state::Draft};

const TAB: &str = "celgate.tab";
const SLOT: &str = "celgate.draft.";
const THEME: &str = "celgate.theme";
const LESSONS: &str = "celgate.lessons";
/// So many drafts are kept; the oldest goes first.
const MOST: usize = 12;
/// Larger drafts are not worth a quota error on every key.
const LARGEST: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
struct Slot {
    at: f64,
    draft: Draft,
}

fn tab() -> Option<String> {
    let session = browser::session()?;
    if let Some(id) = session.get_item(TAB).ok().flatten() {
        return Some(id);
    }
    new_tab()
}

/// Gives the tab a fresh slot; the old one stays as it is.
pub(crate) fn new_tab() -> Option<String> {
    let id = format!("{:x}{:x}", js_sys::Date::now() as u64, (js_sys::Math::random() * 1e9) as u64);
    browser::session()?.set_item(TAB, &id).ok()?;
    Some(id)
}

pub(crate) fn save(draft: &Draft) {
    let write = || -> Option<()> {
        let local = browser::local()?;
        let key = format!("{SLOT}{}", tab()?);
        if draft.texts.iter().all(|text| text.trim().is_empty()) {
            return local.remove_item(&key).ok();
        }
        if draft.texts.iter().map(String::len).sum::<usize>() > LARGEST {
            return None;
        }
        let text = serde_json::to_string(&Slot { at: js_sys::Date::now(), draft: draft.clone() }).ok()?;
        if local.set_item(&key, &text).is_err() {
            let (oldest, _) = slots().pop()?;
            local.remove_item(&oldest).ok()?;
            local.set_item(&key, &text).ok()?;
        }
        for (old, _) in slots().into_iter().skip(MOST) {
            local.remove_item(&old).ok()?;
        }
        Some(())
    };
    let _ = write();
}

/// All slots, newest first.
fn slots() -> Vec<(String, Slot)> {
    let Some(local) = browser::local() else { return Vec::new() };
    let keys = (0..local.length().unwrap_or(0)).filter_map(|at| local.key(at).ok().flatten());
    let mut list: Vec<(String, Slot)> = keys
        .filter(|key| key.starts_with(SLOT))
        .filter_map(|key| {
            let text = local.get_item(&key).ok().flatten()?;
            Some((key, serde_json::from_str(&text).ok()?))
        })
        .collect();
    celgate::order::sort_by(&mut list, |(_, a), (_, b)| b.at.total_cmp(&a.at));
    list
}

/// The tab's own draft; in a new tab a copy of the newest one the user has edited.
pub(crate) fn own() -> Option<Draft> {
    let known = browser::session()?.get_item(TAB).ok().flatten();
    match known {
        Some(id) => {
            slots().into_iter().find(|(key, _)| *key == format!("{SLOT}{id}")).map(|(_, slot)| slot.draft)
        }
        None => {
            new_tab();
            slots().into_iter().map(|(_, slot)| slot.draft).find(|draft| draft.edited)
        }
    }
}

/// Drafts of other tabs and other days that the user has edited, newest first.
pub(crate) fn kept() -> Vec<Draft> {
    let own = browser::session().and_then(|session| session.get_item(TAB).ok().flatten()).unwrap_or_default();
    let own = format!("{SLOT}{own}");
    slots()
        .into_iter()
        .filter(|(key, slot)| *key != own && slot.draft.edited)
        .map(|(_, slot)| slot.draft)
        .collect()
}

pub(crate) fn theme() -> Option<bool> {
    browser::local()?.get_item(THEME).ok().flatten().map(|theme| theme == "dark")
}

pub(crate) fn set_theme(dark: bool) {
    if let Some(local) = browser::local() {
        let _ = local.set_item(THEME, if dark { "dark" } else { "light" });
    }
}

/// How many goals of each lesson once held.
pub(crate) fn progress() -> BTreeMap<String, usize> {
    let read = || serde_json::from_str(&browser::local()?.get_item(LESSONS).ok()??).ok();
    read().unwrap_or_default()
}

pub(crate) fn set_progress(progress: &BTreeMap<String, usize>) {
    if let (Some(local), Ok(text)) = (browser::local(), serde_json::to_string(progress)) {
        let _ = local.set_item(LESSONS, &text);
    }
}
