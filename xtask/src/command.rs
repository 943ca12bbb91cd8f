//! Running other programs: shown, or quiet with a sign of life and the whole log on failure.

use std::{
    fs,
    io::{IsTerminal, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::tools;

/// A program with its arguments, run in the repository's root.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(tools::root());
    command
}

/// Runs with the terminal as output.
pub(crate) fn show(mut command: Command, what: &str) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("{what}: cannot start {:?}: {error}", command.get_program()))?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status})")) }
}

/// What it prints, without the end of the last line.
pub(crate) fn output(mut command: Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot start {name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// What a quiet run left behind.
pub(crate) struct Finished {
    pub(crate) ok: bool,
    pub(crate) output: String,
    pub(crate) took: Duration,
}

/// Runs with its output in `target/xtask/NAME.log`; says every now and then that it is still at it.
pub(crate) fn quiet(mut command: Command, name: &str) -> Result<Finished, String> {
    let folder = tools::target().join("xtask");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let log: PathBuf = folder.join(format!("{}.log", name.replace([' ', '/'], "-")));
    let file = fs::File::create(&log).map_err(|error| error.to_string())?;
    let copy = file.try_clone().map_err(|error| error.to_string())?;
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(copy)
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", command.get_program().to_string_lossy()))?;
    let mut told = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(50));
        if told.elapsed() > Duration::from_secs(20) {
            told = Instant::now();
            print!(" {} s", started.elapsed().as_secs());
            if !std::io::stdout().is_terminal() {
                print!(" …");
            }
            let _ = std::io::stdout().flush();
        }
    };
    let output = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
    Ok(Finished { ok: status.success(), output, took: started.elapsed() })
}
