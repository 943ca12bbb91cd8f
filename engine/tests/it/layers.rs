//! The architecture as data: which module may name which. Prints file and line of each offence.

use std::{fmt::Write as _, fs, path::Path};

/// Bottom first; each row names only rows above it.
const LAYERS: &[(&str, &[&str])] = &[
    ("order", &[]),
    ("decimal", &[]),
    ("source", &["order"]),
    ("yaml", &["order", "decimal", "source"]),
    ("cel", &["order", "decimal", "source"]),
    ("objects", &["order", "decimal", "source", "yaml"]),
    ("schema", &["order", "decimal", "source", "yaml", "cel", "objects"]),
    ("environment", &["order", "decimal", "source", "cel", "objects"]),
    ("admission", &["order", "decimal", "source", "yaml", "cel", "objects", "schema", "environment"]),
    ("checks", &["order", "decimal", "source", "yaml", "objects"]),
    (
        "report",
        &[
            "order",
            "decimal",
            "source",
            "yaml",
            "cel",
            "objects",
            "schema",
            "environment",
            "admission",
            "checks",
        ],
    ),
    (
        "review",
        &[
            "order",
            "source",
            "yaml",
            "cel",
            "objects",
            "schema",
            "environment",
            "admission",
            "checks",
            "report",
        ],
    ),
];

#[test]
fn lib_declares_the_modules_in_layer_order() {
    let lib = fs::read_to_string(root().join("lib.rs")).expect("lib.rs");
    let declared: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let table: Vec<&str> = LAYERS.iter().map(|row| row.0).collect();
    assert_eq!(declared, table);
}

#[test]
fn the_table_points_down() {
    for (at, (name, below)) in LAYERS.iter().enumerate() {
        for other in *below {
            assert!(
                LAYERS[..at].iter().any(|row| row.0 == *other),
                "{name} names {other}, which is not below it"
            );
        }
    }
}

#[test]
fn modules_name_only_what_their_row_allows() {
    let mut offences = String::new();
    for (name, below) in LAYERS {
        for_each_file(&root().join(name), &mut |path, text| {
            for (line, code) in code_lines(text) {
                for (at, _) in code.match_indices("crate::") {
                    let rest = &code[at + "crate::".len()..];
                    let named: String =
                        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                    if named.is_empty() || (named != *name && !below.contains(&named.as_str())) {
                        let shown =
                            if named.is_empty() { "a group or glob that hides the layer" } else { &named };
                        writeln!(offences, "{}:{line}: {name} may not name {shown}", path.display()).unwrap();
                    }
                }
            }
        });
    }
    assert!(offences.is_empty(), "\n{offences}");
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn for_each_file(folder: &Path, visit: &mut impl FnMut(&Path, &str)) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a module folder").map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            for_each_file(&path, visit);
        } else if path.extension().is_some_and(|end| end == "rs") {
            visit(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

/// Lines without line comments, numbered from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or("")))
}
