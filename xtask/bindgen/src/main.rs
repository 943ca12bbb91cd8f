//! `xtask-bindgen IN.wasm OUT_DIR`: the JavaScript glue and the final module of a compiled page.
//!
//! Called by `cargo xtask build`; a program of its own so that nothing else waits for its dependencies.
use std::{env, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(module), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: xtask-bindgen IN.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    let generated = bindgen
        .input_path(&module)
        .web(true)
        .map(|bindgen| {
            bindgen.out_name("web").typescript(false).remove_name_section(true).remove_producers_section(true)
        })
        .and_then(|bindgen| bindgen.generate(&out));
    match generated {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen failed on {}: {error:#}", module.display());
            ExitCode::FAILURE
        }
    }
}
