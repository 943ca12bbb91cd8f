//! What a kind and a recorded set are, and where their files lie.

use std::{
    any::Any,
    collections::BTreeMap,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    rc::Rc,
};

use serde_json::Value;

/// One kind of question: how it is answered and against which recorded sets it is held.
pub(crate) struct Kind {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The engine's answer to a case, in the oracle's format.
    pub(crate) answer: fn(&Value, &mut Context) -> Value,
    /// What is recorded of it.
    pub(crate) sets: &'static [Set],
}

/// A recorded set.
pub(crate) struct Set {
    /// `cel/library`
    pub(crate) name: &'static str,
    /// The file with the cases, relative to `recorded/` in the repository or to `../shared/corpora`.
    pub(crate) cases: &'static str,
    /// The file with the answers, joined by `id`; `None`: each case carries its answer.
    pub(crate) answers: Option<&'static str>,
    /// What differs between the recorded answer and ours: usually [`fields`].
    pub(crate) compare: Compare,
    /// The share of cases that must be equal, in per cent.
    pub(crate) bar: f64,
}

/// Compares a case, the recorded answer and ours.
pub(crate) type Compare = fn(&Value, &Value, &Value) -> Vec<Difference>;

/// One field that differs.
pub(crate) struct Difference {
    /// Its name.
    pub(crate) field: String,
    /// What Kubernetes answered.
    pub(crate) theirs: Value,
    /// What the engine answered.
    pub(crate) ours: Value,
}

/// Compares fields by name; a missing field is null.
pub(crate) fn fields(names: &[&str], theirs: &Value, ours: &Value) -> Vec<Difference> {
    let differs = |name: &&&str| !same(&theirs[**name], &ours[**name]);
    let difference = |name: &&str| Difference {
        field: (*name).to_owned(),
        theirs: theirs[*name].clone(),
        ours: ours[*name].clone(),
    };
    names.iter().filter(differs).map(difference).collect()
}

/// Equality of JSON without regard to the order of keys, and with numbers equal as numbers.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a.to_string() == b.to_string()
                || (a.as_i64().is_none() || b.as_i64().is_none())
                    && a.as_u64().is_none()
                    && a.as_f64().zip(b.as_f64()).is_some_and(|(a, b)| a == b)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// What answering may need besides the case: files beside it, and whatever a kind keeps between cases.
pub(crate) struct Context {
    /// The folder that file names in cases are relative to.
    pub(crate) root: PathBuf,
    kept: BTreeMap<&'static str, Rc<dyn Any>>,
}

impl Context {
    /// A context for cases whose files lie below `root`.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, kept: BTreeMap::new() }
    }

    /// What a kind keeps under `name`, made on first use.
    #[allow(dead_code, reason = "kinds that keep nothing do not call it")]
    pub(crate) fn keep<T: 'static>(&mut self, name: &'static str, make: impl FnOnce(&Path) -> T) -> Rc<T> {
        if let Some(kept) = self.kept.get(name).and_then(|kept| Rc::clone(kept).downcast::<T>().ok()) {
            return kept;
        }
        let made = Rc::new(make(&self.root));
        self.kept.insert(name, Rc::clone(&made) as Rc<dyn Any>);
        made
    }
}

/// The recorded sets in the repository.
pub(crate) fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded")
}

/// `shared/corpora`, beside the checkout or further up, when it is there.
pub(crate) fn corpora() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|folder| folder.join("shared/corpora")).find(|folder| folder.is_dir())
}

/// The lines of a recorded file: `NAME.gz` in the repository, or `golden/NAME` or `NAME` in a corpora folder.
pub(crate) fn lines(folders: &[PathBuf], name: &str) -> Option<Vec<Value>> {
    let found = folders.iter().find_map(|folder| {
        [folder.join("golden").join(name), folder.join(name), folder.join(format!("{name}.gz"))]
            .into_iter()
            .find(|path| path.is_file())
    })?;
    let bytes = fs::read(&found).ok()?;
    let text = if found.extension().is_some_and(|end| end == "gz") {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).ok()?;
        text
    } else {
        String::from_utf8(bytes).ok()?
    };
    Some(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
