//! The playground: one program, which is the page where there is a window and its worker where there is none. Compiled for
//! no browser at all it writes the files that the page fetches beside it: `web FOLDER`.
//!
//! `state` is pure and tested natively; everything else needs a browser and is compiled for it only.
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "without a browser only the tests use it")
)]

mod state;
#[cfg(target_arch = "wasm32")]
mod worker;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod storage;
#[cfg(target_arch = "wasm32")]
mod markup;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(target_arch = "wasm32")]
mod editor;
#[cfg(target_arch = "wasm32")]
mod panels;
#[cfg(target_arch = "wasm32")]
mod app;

#[cfg(not(target_arch = "wasm32"))]
mod files;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    files::main()
}

/// Nothing may happen yet: the engine's tables come to memory after the start (`www/boot.js`), and then [`run`] is called.
#[cfg(target_arch = "wasm32")]
fn main() {}

/// Starts the page, or the worker.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn run() {
    if web_sys::window().is_some() {
        app::mount();
    } else {
        worker::serve();
    }
}
