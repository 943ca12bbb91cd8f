//! The lessons: `policies/lessons/NAME/` holds `lesson.json` (order, title, note, description, goal), the texts at the start
//! and, in `solution/`, those texts that a solution changes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::state::{
    Settings,
    lessons::{Goal, Lesson},
};

const FILES: [&str; 3] = ["policies.yaml", "resources.yaml", "cluster.yaml"];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    order: u32,
    title: String,
    note: String,
    description: String,
    goal: Vec<Goal>,
}

/// All of them, in order.
pub(crate) fn lessons() -> Result<Vec<Lesson>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/lessons");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let mut list = Vec::new();
    for folder in folders.iter().filter(|folder| folder.join("lesson.json").is_file()) {
        list.push(lesson(folder)?);
    }
    list.sort_by_key(|(order, _)| *order);
    Ok(list.into_iter().map(|(_, lesson)| lesson).collect())
}

fn lesson(folder: &Path) -> Result<(u32, Lesson), String> {
    let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let about: About = serde_json::from_str(&read("lesson.json").unwrap_or_default())
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let settings = match read("settings.json") {
        Some(text) => {
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", folder.display()))?
        }
        None => Settings::default(),
    };
    let texts = FILES.map(|file| read(file).unwrap_or_default());
    let solution = FILES.map(|file| read(&format!("solution/{file}")));
    let mut solved = texts.clone();
    for (text, solution) in solved.iter_mut().zip(solution) {
        if let Some(solution) = solution {
            *text = solution;
        }
    }
    let id = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let About { order, title, note, description, goal } = about;
    Ok((order, Lesson { id, title, note, description, goal, texts, solution: solved, settings }))
}
