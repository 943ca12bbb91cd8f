//! The page: wasm, glue, editor bundle and the files of `www/`, put together as `www/index.html` and the reference say. The tags of the former
//! are trunk's, so that `trunk serve` works on the same sources.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use crate::{
    command::{program, show},
    tools, wasm,
};

/// How the page is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small and fast: what is deployed.
    Web,
    /// Quick to build.
    Dev,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Dev => "web-dev",
        }
    }
}

/// A built page.
pub(crate) struct Page {
    out: PathBuf,
    files: Vec<(String, u64)>,
    took: Duration,
}

impl Page {
    pub(crate) fn summary(&self) -> String {
        let of = |end: &str| {
            self.files.iter().filter(|(name, _)| name.ends_with(end)).map(|(_, size)| size).sum::<u64>()
                / 1024
        };
        format!(
            "built {} in {:.0} s: {} KB of wasm, {} KB of JavaScript, {} KB of styles (uncompressed)",
            self.out.display(),
            self.took.as_secs_f64(),
            of(".wasm"),
            of(".js"),
            of(".css")
        )
    }
}

/// Builds the page into `out`.
pub(crate) fn build(profile: Profile, out: &Path) -> Result<Page, String> {
    let started = Instant::now();
    tools::rust_target("wasm32-unknown-unknown")?;
    tools::npm("web/editor")?;
    show(program("node", &["web/editor/build.mjs", "web/gen"]), "the editor bundle")?;
    show(program("cargo", &["run", "--quiet", "--package", "web", "--", "web/gen"]), "the reference")?;
    println!("compiling the page (profile {})", profile.name());
    show(
        program(
            "cargo",
            &[
                "build",
                "--quiet",
                "--package",
                "web",
                "--target",
                "wasm32-unknown-unknown",
                "--profile",
                profile.name(),
            ],
        ),
        "compiling web",
    )?;
    let module = tools::target().join("wasm32-unknown-unknown").join(profile.name()).join("web.wasm");
    let glue = tools::target().join("xtask/glue");
    let (from, to) = (module.to_string_lossy().into_owned(), glue.to_string_lossy().into_owned());
    show(
        program("cargo", &["run", "--quiet", "--package", "xtask-bindgen", "--", &from, &to]),
        "wasm-bindgen",
    )?;
    let page = assemble(&glue, &tables(profile), out)?;
    Ok(Page { took: started.elapsed(), ..page })
}

/// What travels beside the module: the engine's tables and the policy library.
fn tables(profile: Profile) -> Vec<Vec<u8>> {
    const OF_ENGINE: [&str; 4] = ["schemas/types.txt", "defaults/rules.json", "timezones.bin", "unicode.bin"];
    let data = tools::root().join("engine/data");
    let mut paths: Vec<PathBuf> = OF_ENGINE.map(|name| data.join(name)).into();
    // Cargo keeps what build scripts made of earlier sources; only the last is in the module.
    let scripts = tools::target().join("wasm32-unknown-unknown").join(profile.name()).join("build");
    let outputs = fs::read_dir(scripts).into_iter().flatten().flatten();
    paths.extend(outputs.map(|entry| entry.path().join("out/catalogue.txt")).filter(|path| path.is_file()));
    paths.iter().filter_map(|path| fs::read(path).ok()).collect()
}

fn assemble(glue: &Path, tables: &[Vec<u8>], out: &Path) -> Result<Page, String> {
    let www = tools::root().join("www");
    // Built beside and swapped in, so that a page that is being served is never half there.
    let fresh = out.with_extension("next");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh).map_err(|error| format!("{}: {error}", fresh.display()))?;
    let mut files = Vec::new();
    document(&www.join("index.html"), glue, tables, &fresh, &mut files)?;
    document(&tools::root().join("web/gen/reference.html"), glue, tables, &fresh, &mut files)?;
    let _ = fs::remove_dir_all(out);
    fs::rename(&fresh, out).map_err(|error| format!("{}: {error}", out.display()))?;
    Ok(Page { out: out.to_owned(), files, took: Duration::ZERO })
}

/// Copies a document with what its tags name.
fn document(
    from: &Path,
    glue: &Path,
    tables: &[Vec<u8>],
    fresh: &Path,
    files: &mut Vec<(String, u64)>,
) -> Result<(), String> {
    let www = tools::root().join("www");
    let mut html = String::new();
    for line in read_text(from)?.lines() {
        if !line.contains("data-trunk") {
            html.push_str(line);
            html.push('\n');
            continue;
        }
        let attribute = |name: &str| {
            let (_, rest) = line.split_once(&format!("{name}=\""))?;
            rest.split_once('"').map(|(value, _)| value)
        };
        let mut add = |path: &Path, hashed: bool| copy(path, fresh, hashed, files);
        match (attribute("rel"), attribute("href"), attribute("src")) {
            (Some("css"), Some(href), _) => {
                let name = add(&www.join(href), true)?;
                html.push_str(&format!("<link rel=\"stylesheet\" href=\"{name}\">\n"));
            }
            (Some("icon"), Some(href), _) => {
                let name = add(&www.join(href), true)?;
                html.push_str(&format!("<link rel=\"icon\" href=\"{name}\" type=\"image/svg+xml\">\n"));
            }
            (Some("copy-file"), Some(href), _) => {
                add(&www.join(href), false)?;
            }
            (Some("copy-dir"), Some(href), _) => copy_folder(&www.join(href), &fresh.join(href), files)?,
            (Some("rust"), ..) => {
                let module = glue.join("web_bg.wasm");
                let bytes = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
                let cut = wasm::cut(&bytes, tables).ok_or("xtask cannot read the compiled module")?;
                let (page, data) = (glue.join("celgate.wasm"), glue.join("tables.bin"));
                write(&page, &cut.module)?;
                write(&data, &cut.tables)?;
                let (size, places) = (cut.module.len(), cut.places);
                let wasm = add(&page, true)?;
                let data = add(&data, true)?;
                let js = add(&glue.join("web.js"), true)?;
                let places: Vec<String> =
                    places.iter().map(|(at, length)| format!("[{at},{length}]")).collect();
                let places = places.join(",");
                html.push_str(&format!(
                    "<link rel=\"modulepreload\" href=\"{js}\">\n\
                     <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
                     <link rel=\"preload\" href=\"{data}\" as=\"fetch\" crossorigin>\n\
                     <script type=\"application/json\" id=\"wasm-app\">{{\"js\":\"{js}\",\"wasm\":\"{wasm}\",\"size\":{size},\"tables\":\"{data}\",\"places\":[{places}]}}</script>\n"
                ));
            }
            (_, _, Some(src)) => {
                let name = add(&www.join(src), true)?;
                let kind = if line.contains("type=\"module\"") { " type=\"module\"" } else { " defer" };
                html.push_str(&format!("<script src=\"{name}\"{kind}></script>\n"));
            }
            _ => return Err(format!("{}: xtask does not know this tag: {line}", from.display())),
        }
    }
    let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    write(&fresh.join(&name), html.as_bytes())?;
    files.push((name, html.len() as u64));
    Ok(())
}

/// Copies a file, under a name with its content's hash where it may be cached for good, and says the name.
fn copy(from: &Path, into: &Path, hashed: bool, files: &mut Vec<(String, u64)>) -> Result<String, String> {
    let bytes = fs::read(from).map_err(|error| format!("{}: {error}", from.display()))?;
    let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match name.rsplit_once('.') {
        Some((stem, end)) if hashed => format!("{stem}-{:016x}.{end}", hash(&bytes)),
        _ => name,
    };
    write(&into.join(&name), &bytes)?;
    if !files.iter().any(|(known, _)| *known == name) {
        files.push((name.clone(), bytes.len() as u64));
    }
    Ok(name)
}

fn copy_folder(from: &Path, into: &Path, files: &mut Vec<(String, u64)>) -> Result<(), String> {
    fs::create_dir_all(into).map_err(|error| error.to_string())?;
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))?.flatten() {
        copy(&entry.path(), into, false, files)?;
    }
    Ok(())
}

/// FNV-1a: names only have to differ when contents do.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn read_text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// Rebuilds when a source changes, for as long as the program runs.
pub(crate) fn watch(out: PathBuf) {
    std::thread::spawn(move || {
        let mut last = newest();
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let now = newest();
            if now > last {
                last = now;
                match build(Profile::Dev, &out) {
                    Ok(page) => println!("{} — reload the page", page.summary()),
                    Err(error) => eprintln!("{error}"),
                }
            }
        }
    });
}

fn newest() -> SystemTime {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut folders: Vec<PathBuf> =
        ["engine/src", "web/src", "web/editor/src", "web/examples", "policies", "www"]
            .map(|name| tools::root().join(name))
            .into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(data) = entry.metadata() else { continue };
            if data.is_dir() {
                folders.push(entry.path());
            } else if let Ok(modified) = data.modified() {
                newest = newest.max(modified);
            }
        }
    }
    newest
}

/// Raw and compressed sizes of the page and of the engine alone, against their budgets.
pub(crate) fn sizes() -> Result<(), String> {
    let dist = tools::root().join("dist");
    build(Profile::Web, &dist)?;
    let profile = Profile::Web.name();
    show(
        program(
            "cargo",
            &[
                "build",
                "--quiet",
                "--package",
                "celgate",
                "--example",
                "alone",
                "--no-default-features",
                "--target",
                "wasm32-unknown-unknown",
                "--profile",
                profile,
            ],
        ),
        "compiling the engine alone",
    )?;
    let built = tools::target().join("wasm32-unknown-unknown").join(profile).join("examples/alone.wasm");
    let bytes = fs::read(&built).map_err(|error| format!("{}: {error}", built.display()))?;
    let cut = wasm::cut(&bytes, &tables(Profile::Web)).ok_or("xtask cannot read the compiled engine")?;
    let engine = tools::target().join("xtask/engine.wasm");
    write(&engine, &cut.module)?;
    let [dist, engine] = [dist, engine].map(|path| path.to_string_lossy().into_owned());
    show(program("node", &["web/e2e/sizes.mjs", &dist, &engine]), "sizes")
}

/// Screenshots of the screens at both widths and in both schemes, beside the drawn ones where those are at hand.
pub(crate) fn shots(folder: Option<&str>) -> Result<(), String> {
    let browser = tools::browser()?;
    tools::npm("web/e2e")?;
    let dist = tools::target().join("xtask/page");
    let page = build(Profile::Dev, &dist)?;
    println!("{}", page.summary());
    let folder = folder.map_or_else(|| tools::target().join("shots"), PathBuf::from);
    let drawn = tools::root().join("../shared/design/shots");
    let arguments = [dist, folder, drawn].map(|path| path.to_string_lossy().into_owned());
    let mut command = program("node", &["web/e2e/shots.mjs"]);
    command.args(arguments).env("CHROMIUM", browser);
    show(command, "screenshots")
}
