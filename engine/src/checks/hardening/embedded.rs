//! Configuration files inside a ConfigMap: kubeadm keeps its own there, and the kubelets'.
//!
//! A file is read as if it stood alone; what is found in it is pointed at by the key of the ConfigMap, because a place
//! inside a text has no place in the document. For the same reason nothing is offered to mend it.

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::{CHECKS, Run};
use crate::checks::{CheckResult, Input, Place, Subject};
use crate::objects::{Field, Object};
use crate::source::Source;
use crate::yaml;

const GROUPS: &[&str] = &[
    "kubelet.config.k8s.io",
    "kubeadm.k8s.io",
    "apiserver.config.k8s.io",
    "audit.k8s.io",
    "pod-security.admission.config.k8s.io",
];
/// No configuration is longer.
const LONGEST: usize = 1 << 18;

/// What the checks of single objects say of the files in a ConfigMap; nothing for anything else.
pub(super) fn check(subject: &Subject<'_>) -> Vec<CheckResult> {
    let data = subject.at(&["data"]).filter(|_| subject.is("", "ConfigMap"));
    let mut results = Vec::new();
    for (key, value) in data.iter().flat_map(Field::fields) {
        let Some(text) = value.node.as_str().filter(|text| text.len() < LONGEST && text.contains("kind:"))
        else {
            continue;
        };
        let objects = read(key, text, &value);
        let input = Input::new(&objects, &[], subject.input.options);
        for inner in input.subjects() {
            for check in CHECKS {
                let Run::Each(run) = check.run else { continue };
                results.extend(run(&inner).into_iter().map(|found| {
                    let result = check.result(found);
                    let inside = result.places.first().map_or("", |place| &*place.path);
                    let path = format!("{}: {inside}", value.path);
                    let place = Place { span: value.head(), path, missing: false };
                    CheckResult {
                        object: subject.index,
                        places: alloc::vec![place],
                        changes: Vec::new(),
                        ..result
                    }
                }));
            }
        }
    }
    results
}

/// The configuration objects in a text.
fn read(key: &str, text: &str, value: &Field<'_>) -> Vec<Object> {
    let source = Source { id: value.span.source, name: String::from(key), text: String::from(text) };
    let documents = yaml::parse(&source).documents.into_iter().map(Rc::new);
    documents
        .flat_map(|document| Object::identify(&document).objects)
        .filter(|object| GROUPS.contains(&&*object.gvk.group))
        .collect()
}
