//! What a kubelet is told: by its configuration file, or by bare flags, whose defaults are others.

use alloc::{
    format,
    string::{String, ToString as _},
};

use super::flags::Flags;
use crate::checks::{Place, Subject};
use crate::objects::Field;
use crate::yaml::NodeValue;

/// A kubelet's configuration.
#[derive(Debug)]
pub(super) enum Kubelet<'i> {
    /// A KubeletConfiguration.
    File(Field<'i>),
    /// Flags without a configuration file.
    Flags(Flags<'i>),
}

/// A setting.
#[derive(Debug)]
pub(super) struct Value(String);

impl Value {
    pub(super) fn is(&self, text: &str) -> bool {
        self.0 == text
    }

    pub(super) fn text(&self) -> String {
        self.0.clone()
    }
}

impl<'i> Kubelet<'i> {
    /// The kubelet that the subject configures.
    pub(super) fn of(subject: &Subject<'i>) -> Option<Self> {
        if subject.is("kubelet.config.k8s.io", "KubeletConfiguration") {
            return Some(Self::File(subject.root.clone()));
        }
        // With a file, the file decides, and it is not here.
        let flags = Flags::of(subject, "kubelet").filter(|flags| !flags.is_set("config"))?;
        Some(Self::Flags(flags))
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The file's root.
    pub(super) fn root(&self) -> Option<&Field<'i>> {
        match self {
            Self::File(root) => Some(root),
            Self::Flags(_) => None,
        }
    }

    /// What is set, by the field's path in a file or by the flag's name.
    pub(super) fn value(&self, path: &[&str], flag: &str) -> Option<Value> {
        match self {
            Self::File(root) => root.at(path).map(|field| Value(print(field.node.value()))),
            Self::Flags(flags) => flags.get(flag).map(|flag| Value(flag.value.to_string())),
        }
    }

    /// Where it is set, or would be.
    pub(super) fn place(&self, path: &[&str], flag: &str) -> Place {
        match self {
            Self::File(root) => Place::below(root, path),
            Self::Flags(flags) => flags.place(flag),
        }
    }
}

fn print(value: &NodeValue) -> String {
    match value {
        NodeValue::String(text) => text.to_string(),
        NodeValue::Bool(value) => value.to_string(),
        NodeValue::Int(value) => value.to_string(),
        NodeValue::Float(value) => format!("{value}"),
        NodeValue::Null | NodeValue::Sequence(_) | NodeValue::Mapping(_) => String::new(),
    }
}
