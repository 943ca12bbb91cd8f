//! What the page fetches beside its module, written while it is built: `web FOLDER`. Texts that few visits need cost
//! nothing there.

mod lessons;
mod reference;

use std::{fs, path::Path, process::ExitCode};

#[cfg(test)]
pub(crate) use self::lessons::lessons;

/// Writes the files into the folder that is named.
pub(crate) fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("web: without a browser this program writes what the page fetches: web FOLDER");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("web: {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let entries = reference::entries();
    let lessons = serde_json::to_string(&lessons::lessons()?).map_err(|error| error.to_string())?;
    let files = [
        ("reference.html", reference::page(&entries)),
        ("reference.json", reference::data(&entries)),
        ("lessons.json", lessons),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        // Only what changed is written, so that a watching builder does not run in circles.
        if !fs::read_to_string(&path).is_ok_and(|before| before == text) {
            fs::write(&path, text).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}
