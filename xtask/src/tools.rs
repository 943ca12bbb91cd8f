//! What a command needs that may not be there: compiled targets, npm packages, a browser.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::command::{program, show};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn has(name: &str) -> bool {
    Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A compile target; added by rustup when it is missing.
pub(crate) fn rust_target(name: &str) -> Result<(), String> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .map_err(|error| format!("rustc: {error}"))?;
    let sysroot = String::from_utf8_lossy(&sysroot.stdout).trim().to_owned();
    if Path::new(&sysroot).join("lib/rustlib").join(name).join("lib").is_dir() {
        return Ok(());
    }
    if !has("rustup") {
        return Err(format!("the Rust target {name} is missing, and there is no rustup to add it"));
    }
    println!("adding the Rust target {name}");
    show(program("rustup", &["target", "add", name]), "rustup target add")
}

/// The search path with cargo-fuzz on it; installed into `target/tools` when it is missing.
pub(crate) fn cargo_fuzz() -> Result<OsString, String> {
    let folder = target().join("tools");
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(env::split_paths(&path).chain([folder.join("bin")]))
        .map_err(|error| error.to_string())?;
    let there = Command::new("cargo-fuzz").arg("--version").env("PATH", &path).output();
    if !there.is_ok_and(|output| output.status.success()) {
        println!("installing cargo-fuzz");
        let folder = folder.to_string_lossy();
        let arguments = ["install", "--quiet", "--locked", "--debug", "--root", &folder, "cargo-fuzz"];
        show(program("cargo", &arguments), "cargo install cargo-fuzz")?;
    }
    Ok(path)
}

/// The packages of an npm project in the tree, exactly as its lock file names them.
pub(crate) fn npm(folder: &str) -> Result<(), String> {
    let folder = root().join(folder);
    let (lock, installed) =
        (folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json"));
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    if modified(&installed).is_some_and(|done| modified(&lock).is_none_or(|lock| lock <= done)) {
        return Ok(());
    }
    if !has("node") || !has("npm") {
        return Err("node 20 or newer and npm are needed to build the editor: https://nodejs.org, or your system's packages".to_owned());
    }
    println!("installing the npm packages of {}", folder.strip_prefix(root()).unwrap_or(&folder).display());
    let prefix = folder.to_string_lossy().into_owned();
    show(
        program(
            "npm",
            &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", &prefix],
        ),
        "npm ci",
    )?;
    // npm keeps the time of the lock file it wrote; ours may be younger by a moment.
    let _ = fs::OpenOptions::new()
        .append(true)
        .open(&installed)
        .and_then(|file| file.set_modified(std::time::SystemTime::now()));
    Ok(())
}

const BROWSERS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// A Chromium: `$CHROMIUM`, or one on the path, or Debian's, installed when we may.
pub(crate) fn browser() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from) {
        return if path.is_file() {
            Ok(path)
        } else {
            Err(format!("CHROMIUM names {}, which is not there", path.display()))
        };
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0"));
    if !root || !has("apt-get") {
        return Err("no Chromium found: install one, or set CHROMIUM to its path".to_owned());
    }
    println!("installing chromium with apt-get");
    let update = show(program("apt-get", &["update", "-qq"]), "apt-get update");
    let install = show(
        program("apt-get", &["install", "-y", "-qq", "--no-install-recommends", "chromium"]),
        "apt-get install chromium",
    );
    find().ok_or_else(|| {
        format!(
            "no Chromium found, and apt-get could not install it: {}",
            install.err().or(update.err()).unwrap_or_default()
        )
    })
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    BROWSERS
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}
