//! Where inputs start from: the examples of every function, the policies of this repository, and pieces of both.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use celgate::{
    environment::libraries,
    source::{Source, SourceId},
    yaml::{self, NodeId, NodeValue},
};

/// The longest input worth starting from.
const LONGEST: usize = 256;

thread_local! {
    /// Expressions.
    pub static CEL: Vec<String> = expressions();
}

fn expressions() -> Vec<String> {
    let mut found = BTreeSet::new();
    for versioned in libraries() {
        for example in versioned.library.functions.iter().flat_map(|function| function.examples) {
            found.extend([example.expression.to_owned(), example.result.to_owned()]);
        }
    }
    for text in policies() {
        let source = Source { id: SourceId(0), name: String::new(), text };
        for document in yaml::parse(&source).documents {
            for id in 0..u32::try_from(document.len()).unwrap_or(0) {
                let NodeValue::Mapping(entries) = document.at(NodeId(id)).value() else { continue };
                let named = entries.iter().filter(|entry| entry.key.to_lowercase().ends_with("expression"));
                found.extend(named.filter_map(|entry| Some(document.at(entry.value).as_str()?.to_owned())));
            }
        }
    }
    found.into_iter().filter(|text| text.len() <= LONGEST).collect()
}

/// Documents, and parts of longer ones.
#[must_use]
pub fn documents() -> Vec<String> {
    let mut found = BTreeSet::new();
    for text in policies() {
        let mut part = String::new();
        for line in text.split_inclusive('\n') {
            if part.len() + line.len() > LONGEST {
                found.insert(core::mem::take(&mut part));
            }
            part.push_str(line);
        }
        found.insert(part);
    }
    found.into_iter().filter(|part| part.len() <= LONGEST).collect()
}

/// Words that mutations may insert into an expression.
#[must_use]
pub fn words() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for versioned in libraries() {
        found.extend(versioned.library.functions.iter().map(|function| function.name.to_owned()));
        found.extend(versioned.library.macros.iter().map(|known| known.name.to_owned()));
    }
    CEL.with(|expressions| {
        for text in expressions {
            let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
            found.extend(words.filter(|word| !word.is_empty() && word.is_ascii()).map(str::to_owned));
        }
    });
    found.extend(
        ["&&", "||", "==", "!=", "<=", "?:", "[?", ".?", "'''", "\\u00e9", "r'", "b'"].map(str::to_owned),
    );
    found
}

/// What an input of YAML may be made of.
const MARKS: [&str; 24] = [
    "---\n",
    "...\n",
    "|-\n",
    ">\n",
    "!!binary ",
    "!!str ",
    "&a ",
    "*a",
    "<<: ",
    "%YAML 1.1\n",
    "\\u0000",
    "? ",
    ": ",
    "- ",
    "0x",
    "0o",
    ".inf",
    "~",
    "yes",
    "1e3",
    "\\x85",
    "\u{feff}",
    "{\"",
    "\"}",
];

/// Writes expressions and a dictionary of their words into the folder `$SEEDS`, before libFuzzer reads it.
pub fn write_cel() {
    CEL.with(|expressions| write(expressions, words()));
}

/// The same with documents.
pub fn write_yaml() {
    write(&documents(), MARKS.map(str::to_owned));
}

fn write(texts: &[String], words: impl IntoIterator<Item = String>) {
    let Some(folder) = env::var_os("SEEDS").map(PathBuf::from) else { return };
    let corpus = folder.join("corpus");
    fs::create_dir_all(&corpus).expect("the folder of the seeds can be made");
    for (at, text) in texts.iter().enumerate() {
        fs::write(corpus.join(format!("seed-{at}")), text).expect("a seed can be written");
    }
    let lines: String = words.into_iter().map(quoted).collect();
    fs::write(folder.join("dictionary"), lines).expect("the dictionary can be written");
}

/// A line of a dictionary.
fn quoted(word: String) -> String {
    let bytes = word.bytes().map(|byte| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        0x20..=0x7e => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    });
    format!("\"{}\"\n", bytes.collect::<String>())
}

fn policies() -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().map(|folder| folder.join("policies")).find(|folder| folder.is_dir());
    let mut texts = Vec::new();
    collect(&root.unwrap_or_default(), &mut texts);
    texts.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|end| end == "yaml") {
            into.push(path);
        }
    }
}
