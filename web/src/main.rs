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
mod components;
#[cfg(target_arch = "wasm32")]
mod editor;
#[cfg(target_arch = "wasm32")]
mod panels;
#[cfg(target_arch = "wasm32")]
mod app;

#[cfg(not(target_arch = "wasm32"))]
mod reference;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    reference::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {
    if web_sys::window().is_some() {
        app::mount();
    } else {
        worker::serve();
    }
}
