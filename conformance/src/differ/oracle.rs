//! The Go programs of `oracle/`: built on first use, asked in batches.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::SystemTime,
};

use serde_json::Value;

/// One of the programs.
#[derive(Clone)]
pub(crate) struct Oracle {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Oracle {
    /// The program that answers `kind`.
    pub(crate) fn new(kind: &str) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
        // The command that answers a kind has its name, but one.
        let command = if kind == "admission" { "admit" } else { kind };
        let program = folder.join("bin").join(command);
        if newest(&folder.join("cmd")) > modified(&program) {
            let built = Command::new("go")
                .args(["build", "-o"])
                .arg(&program)
                .arg(format!("./cmd/{command}"))
                .current_dir(&folder)
                .status()
                .map_err(|error| format!("the oracle is written in Go, which is not here: {error}"))?;
            if !built.success() {
                return Err(String::from("the oracle could not be built"));
            }
        }
        let mut arguments = Vec::new();
        if kind == "cel" {
            let folders: Vec<PathBuf> =
                crate::set::corpora().into_iter().chain([crate::set::recorded()]).collect();
            let groups = crate::set::lines(&folders, "cel/groups.jsonl").ok_or("no cel/groups.jsonl")?;
            let path = std::env::temp_dir().join(format!("celgate-groups-{}.jsonl", std::process::id()));
            let lines: String = groups.iter().map(|group| format!("{group}\n")).collect();
            std::fs::write(&path, lines).map_err(|error| error.to_string())?;
            arguments = vec!["-groups".into(), path.display().to_string()];
        }
        if kind == "admission" {
            arguments = vec!["-seen".into()];
        }
        Ok(Self { program, arguments })
    }

    /// The same program answering in less time, not noticing what goes by the order of a map.
    pub(crate) fn quick(&self) -> Self {
        let mut quick = self.clone();
        if self.program.ends_with("cel") {
            quick.arguments.push("-quick".into());
        }
        quick
    }

    /// Its answers, in the order of `cases`; null where it gave none.
    pub(crate) fn answer(&self, cases: &[Value]) -> Result<Vec<Value>, String> {
        let mut running = Command::new(&self.program)
            .args(&self.arguments)
            // Many small short-lived objects, and memory to spare.
            .env("GOGC", "400")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        let mut input = running.stdin.take().ok_or("no input")?;
        let output = running.stdout.take().ok_or("no output")?;
        let lines: String = cases.iter().map(|case| format!("{case}\n")).collect();
        // Written from another thread: the program answers while it reads.
        let writing = thread::spawn(move || input.write_all(lines.as_bytes()));
        let mut answers: BTreeMap<String, Value> = BTreeMap::new();
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|error| error.to_string())?;
            if let Ok(answer) = serde_json::from_str::<Value>(&line) {
                answers.insert(answer["id"].to_string(), answer);
            }
        }
        let _ = writing.join();
        let _ = running.wait();
        Ok(cases.iter().map(|case| answers.remove(&case["id"].to_string()).unwrap_or(Value::Null)).collect())
    }
}

/// When a file was written; long ago when it is not there.
fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// When the newest Go file below a folder was written.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .map(|path| match path.is_dir() {
            true => newest(&path),
            false if path.extension().is_some_and(|end| end == "go") => modified(&path),
            false => SystemTime::UNIX_EPOCH,
        })
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
