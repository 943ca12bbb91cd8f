//! The policy library: every folder is whole, every case is answered as it says, the index is fresh.

use std::{
    fs,
    path::{Path, PathBuf},
};

use celgate::{
    source::Sources,
    yaml::{self, Document, NodeRef},
};

/// A folder of the library.
struct Policy {
    category: String,
    name: String,
    folder: PathBuf,
}

fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

fn policies() -> Vec<Policy> {
    let folders = |of: &Path| {
        let mut list: Vec<PathBuf> = fs::read_dir(of)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        list.sort();
        list
    };
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    folders(&library())
        .iter()
        .flat_map(|category| {
            folders(category).into_iter().map(|folder| Policy {
                category: name(category),
                name: name(&folder),
                folder,
            })
        })
        .collect()
}

impl Policy {
    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap_or_default()
    }

    fn documents(&self, file: &str) -> Vec<Document> {
        documents(&self.text(file))
    }

    fn annotation(&self, key: &str) -> String {
        let documents = self.documents("policy.yaml");
        let key = format!("celgate.dev/{key}");
        let value = documents
            .first()
            .and_then(|document| document.root().path(&["metadata", "annotations", &key])?.as_str());
        value.unwrap_or("").to_owned()
    }

    fn samples(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.join("samples")).into_iter().flatten();
        let mut list: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        list.sort();
        list
    }
}

fn documents(text: &str) -> Vec<Document> {
    let mut sources = Sources::default();
    let id = sources.add("text", text);
    let parsed = yaml::parse(sources.get(id).unwrap());
    assert!(parsed.errors.is_empty(), "{:?}\n{text}", parsed.errors);
    parsed.documents
}

fn text<'d>(node: NodeRef<'d>, key: &str) -> &'d str {
    node.get(key).and_then(NodeRef::as_str).unwrap_or("")
}

#[test]
fn a_policy_has_all_its_parts() {
    for policy in policies() {
        let whole = format!("{}/{}", policy.category, policy.name);
        for (file, kind) in [
            ("policy.yaml", "ValidatingAdmissionPolicy"),
            ("binding.yaml", "ValidatingAdmissionPolicyBinding"),
        ] {
            let documents = policy.documents(file);
            assert_eq!(documents.len(), 1, "{whole}/{file} holds one document");
            let root = documents[0].root();
            assert_eq!(text(root, "kind"), kind, "{whole}/{file}");
            assert_eq!(
                root.path(&["metadata", "name"]).and_then(NodeRef::as_str),
                Some(&*policy.name),
                "{whole}/{file}"
            );
        }
        for key in ["title", "severity", "description"] {
            assert!(!policy.annotation(key).is_empty(), "{whole} has no {key}");
        }
        let tests = policy.documents("tests.yaml");
        let cases: Vec<_> = tests[0].root().get("cases").expect("cases").items().collect();
        let expected = |verdicts: &[&str]| cases.iter().any(|case| verdicts.contains(&text(*case, "expect")));
        assert!(expected(&["deny", "warn"]), "{whole}: a case that is refused");
        assert!(expected(&["admit"]), "{whole}: a case that is admitted");
        let named: Vec<&str> = cases
            .iter()
            .flat_map(|case| ["file", "oldFile", "clusterFile"].map(|key| text(*case, key)))
            .filter_map(|file| file.strip_prefix("samples/"))
            .collect();
        for sample in policy.samples() {
            let used = named.contains(&&*sample) || sample == "cluster.yaml";
            assert!(used, "{whole}/samples/{sample}: no case uses it");
        }
        for sample in named {
            assert!(
                policy.samples().iter().any(|file| file == sample),
                "{whole}/samples/{sample} is missing"
            );
        }
    }
}

#[test]
fn the_index_is_fresh() {
    const START: &str = "-->\n";
    const END: &str = "<!-- /index -->";
    let path = library().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let start =
        readme.find("<!-- index:").and_then(|at| Some(at + readme[at..].find(START)? + START.len())).unwrap();
    let end = readme.find(END).unwrap();
    let mut index = String::from("\n| policy | severity | what it asks for |\n|---|---|---|\n");
    for policy in policies() {
        let Policy { category, name, .. } = &policy;
        let (title, severity) = (policy.annotation("title"), policy.annotation("severity"));
        index.push_str(&format!(
            "| [{category}/{name}]({category}/{name}/policy.yaml) | {severity} | {title} |\n"
        ));
    }
    index.push('\n');
    let fresh = format!("{}{index}{}", &readme[..start], &readme[end..]);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, fresh).unwrap();
    } else {
        assert!(readme == fresh, "policies/README.md: run UPDATE=1 cargo test -p celgate --test it policies");
    }
}
