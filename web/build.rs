//! The catalogue of the palette: `web/examples` and the policy library, as one text in `OUT_DIR` that `state/catalogue.rs`
//! reads. No second copy of either lives in the tree.
use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut entries = String::new();
    let examples = root.join("examples");
    println!("cargo::rerun-if-changed={}", examples.display());
    for folder in folders(&examples) {
        example(&folder, &mut entries);
    }
    let policies = root.join("../policies");
    println!("cargo::rerun-if-changed={}", policies.display());
    for category in folders(&policies) {
        for folder in folders(&category) {
            policy(&category, &folder, &mut entries);
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("catalogue.txt");
    if let Err(error) = fs::write(&out, entries) {
        println!("cargo::error=cannot write {}: {error}", out.display());
    }
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs::read_dir(of)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    list.sort();
    list
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_default()
}

fn entry(
    out: &mut String,
    id: &str,
    group: &str,
    title: &str,
    description: &str,
    texts: [&str; 3],
    settings: &str,
) {
    // Units are separated by a character that no text has.
    for unit in [id, group, title, description].into_iter().chain(texts).chain([settings]) {
        out.push_str(unit);
        out.push('\u{1f}');
    }
}

/// `web/examples/NN-NAME/`: `README` (title, then description), three texts, `settings.json`.
fn example(folder: &Path, out: &mut String) {
    let id = name(folder);
    let id = id.split_once('-').map_or(id.as_str(), |(_, id)| id);
    let about = read(folder, "README");
    let mut lines = about.lines();
    let (title, description) = (lines.next().unwrap_or(id), lines.next().unwrap_or(""));
    let texts = ["policies.yaml", "resources.yaml", "cluster.yaml"].map(|file| read(folder, file));
    entry(
        out,
        id,
        "Examples",
        title,
        description,
        texts.each_ref().map(String::as_str),
        &read(folder, "settings.json"),
    );
}

/// A policy of the library with its binding, its parameters, its first denied sample and what that needs around it.
fn policy(category: &Path, folder: &Path, out: &mut String) {
    let policy = read(folder, "policy.yaml");
    if policy.is_empty() {
        return;
    }
    let parts = [policy.as_str(), &read(folder, "binding.yaml"), &read(folder, "params.yaml")]
        .map(str::trim_end)
        .map(String::from);
    let policies =
        parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n---\n")
            + "\n";
    let mut samples: Vec<PathBuf> =
        fs::read_dir(folder.join("samples")).into_iter().flatten().flatten().map(|e| e.path()).collect();
    samples.sort();
    let denied = samples.iter().find(|path| name(path).starts_with("denied")).or_else(|| samples.first());
    let resources = denied.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    let id = name(folder);
    let title = annotation(&policy, "title").unwrap_or_else(|| sentence(&id));
    let description = annotation(&policy, "description").unwrap_or_default();
    let group = sentence(&name(category));
    let around = folder.join("samples");
    let (cluster, settings) = (read(&around, "cluster.yaml"), read(&around, "settings.json"));
    entry(out, &id, &group, &title, &description, [&policies, &resources, &cluster], &settings);
}

/// The value of the annotation `…/KEY`, on one line or folded over the following, deeper ones.
fn annotation(policy: &str, key: &str) -> Option<String> {
    let mut lines = policy.lines();
    let (indent, value) = lines.find_map(|line| {
        let (name, value) = line.trim_start().split_once(':')?;
        let matches = name.trim_matches(['"', '\'']).ends_with(&format!("/{key}"));
        matches.then(|| (line.len() - line.trim_start().len(), value.trim().to_owned()))
    })?;
    if !value.is_empty() && !value.starts_with(['|', '>']) {
        return Some(value.trim_matches(['"', '\'']).to_owned());
    }
    let deeper =
        lines.take_while(|line| line.len() - line.trim_start().len() > indent && !line.trim().is_empty());
    Some(deeper.map(str::trim).collect::<Vec<_>>().join(" "))
}

/// `pod-security` → `Pod security`
fn sentence(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
