//! `cargo xtask mutants`: whether the tests notice when Pod Security goes wrong.
//!
//! Each file of `xtask/mutants` is a deliberate mistake: file names below `engine/src/checks/pod_security`, each followed
//! by replacements, `<<<<` what stands there `====` what shall stand there `>>>>`. One after the other is made in a copy of
//! the engine under `target/mutants`, the tests of the checks are run there, and must fail.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{command, tools};

const CODE: &str = "engine/src/checks/pod_security";
/// What is copied.
const PARTS: [&str; 7] = [
    "engine/src",
    "engine/data",
    "engine/testdata",
    "engine/tests",
    "engine/fuzz/src",
    "conformance/src",
    "policies",
];
const FILES: [&str; 3] = ["Cargo.lock", "engine/Cargo.toml", ".rustfmt.toml"];
/// The tests that are asked: all that judge by Pod Security.
const TESTS: [&str; 2] = ["pod_security", "checks::"];

/// A replacement in a file.
struct Change {
    file: String,
    from: String,
    to: String,
}

/// Makes every mistake, and says which were noticed.
pub(crate) fn run() -> Result<(), String> {
    let mut mutants: Vec<PathBuf> = fs::read_dir(tools::root().join("xtask/mutants"))
        .map_err(|error| format!("xtask/mutants: {error}"))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    mutants.sort();
    let copy = tools::target().join("mutants");
    prepare(&copy)?;
    if let Some(failed) = tests(&copy, "none")? {
        return Err(format!("the tests fail without any mistake:\n{}", failed.join("\n")));
    }
    let mut missed = Vec::new();
    for path in &mutants {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        let changes = read(&text).map_err(|error| format!("{name}: {error}"))?;
        let started = Instant::now();
        apply(&copy, &changes).map_err(|error| format!("{name} no longer applies: {error}"))?;
        let outcome = tests(&copy, &name);
        prepare(&copy)?;
        let took = started.elapsed().as_secs();
        match outcome? {
            Some(by) => println!("caught  {name} ({took} s) by {}", by.join(", ")),
            None => {
                println!("MISSED  {name} ({took} s)");
                missed.push(name);
            }
        }
    }
    println!("{} of {} mistakes caught", mutants.len() - missed.len(), mutants.len());
    if missed.is_empty() { Ok(()) } else { Err(format!("not noticed: {}", missed.join(", "))) }
}

/// Makes the copy what the tree is. What is the same is not touched: cargo looks at times.
fn prepare(copy: &Path) -> Result<(), String> {
    let root = tools::root();
    for part in PARTS {
        mirror(&root.join(part), &copy.join(part)).map_err(|error| format!("{part}: {error}"))?;
    }
    for file in FILES {
        write(&copy.join(file), &fs::read(root.join(file)).map_err(|error| format!("{file}: {error}"))?)
            .map_err(|error| format!("{file}: {error}"))?;
    }
    // The same workspace, of the engine alone.
    let manifest = fs::read_to_string(root.join("Cargo.toml")).map_err(|error| error.to_string())?;
    let alone: String = manifest
        .lines()
        .map(|line| match line.split('=').next().map(str::trim) {
            Some("members" | "default-members") => {
                format!("{}= [\"engine\"]", line.split('=').next().unwrap_or(""))
            }
            _ => line.to_owned(),
        })
        .flat_map(|line| [line, "\n".to_owned()])
        .collect();
    write(&copy.join("Cargo.toml"), alone.as_bytes()).map_err(|error| error.to_string())
}

fn mirror(from: &Path, to: &Path) -> std::io::Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    let names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    fs::create_dir_all(to)?;
    for old in fs::read_dir(to)?.flatten() {
        if !names.iter().any(|path| path.file_name() == Some(&old.file_name())) {
            let path = old.path();
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    for path in names {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            mirror(&path, &target)?;
        } else {
            write(&target, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

fn read(text: &str) -> Result<Vec<Change>, String> {
    let (mut changes, mut file) = (Vec::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line != "<<<<" {
            file = line.trim().to_owned();
            continue;
        }
        let mut until = |end: &str| -> Result<String, String> {
            let mut part = String::new();
            loop {
                match lines.next() {
                    Some(line) if line == end => return Ok(part),
                    Some(line) => part.extend([line, "\n"]),
                    None => return Err(format!("a replacement without {end}")),
                }
            }
        };
        let (from, to) = (until("====")?, until(">>>>")?);
        changes.push(Change { file: file.clone(), from, to });
    }
    if changes.is_empty() { Err("holds no replacement".to_owned()) } else { Ok(changes) }
}

fn apply(copy: &Path, changes: &[Change]) -> Result<(), String> {
    for Change { file, from, to } in changes {
        let path = copy.join(CODE).join(file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
        match text.matches(from.as_str()).count() {
            1 => {}
            count => return Err(format!("{file} holds {count} times\n{from}")),
        }
        fs::write(&path, text.replace(from.as_str(), to)).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(())
}

/// The tests that fail in the copy; `None` when all pass.
fn tests(copy: &Path, name: &str) -> Result<Option<Vec<String>>, String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--offline", "--quiet", "--package", "celgate", "--test", "it", "--"])
        .args(TESTS)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        // Nobody debugs these.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTFLAGS", "--cap-lints=allow");
    let finished = command::quiet(cargo, &format!("mutants-{name}"))?;
    if finished.ok {
        return Ok(None);
    }
    if !finished.output.contains("test result: FAILED") {
        return Err(format!("{name} does not build:\n{}", finished.output));
    }
    let names = finished.output.lines().skip_while(|line| *line != "failures:").filter_map(|line| {
        let name = line.trim();
        (line.starts_with("    ") && name.contains("::") && !name.contains(' ')).then(|| name.to_owned())
    });
    let mut failed: Vec<String> = names.collect();
    failed.sort();
    failed.dedup();
    Ok(Some(failed))
}
