//! Flags of a component of the control plane, in a static pod or in kubeadm's configuration.

use alloc::{format, vec::Vec};

use crate::checks::{Place, Subject};
use crate::objects::{Field, pods::Container};

/// The flags a component is started with.
#[derive(Debug)]
pub(super) struct Flags<'i> {
    list: Vec<Flag<'i>>,
    /// What holds the flags, and where a missing one would be written.
    holder: Field<'i>,
    /// Flags that kubeadm adds by itself; none for a static pod, which has them all.
    added: &'static [&'static str],
}

/// A flag as written.
#[derive(Clone, Debug)]
pub(super) struct Flag<'i> {
    name: &'i str,
    /// Its value; `true` when it stands alone.
    pub(super) value: &'i str,
    field: Field<'i>,
}

/// What kubeadm sets without being asked.
const APISERVER_BY_KUBEADM: &[&str] = &[
    "authorization-mode",
    "client-ca-file",
    "enable-admission-plugins",
    "etcd-cafile",
    "etcd-certfile",
    "etcd-keyfile",
    "etcd-servers",
    "kubelet-client-certificate",
    "kubelet-client-key",
    "secure-port",
    "tls-cert-file",
    "tls-private-key-file",
];
const ETCD_BY_KUBEADM: &[&str] = &[
    "cert-file",
    "client-cert-auth",
    "key-file",
    "listen-client-urls",
    "peer-cert-file",
    "peer-client-cert-auth",
    "peer-key-file",
    "peer-trusted-ca-file",
    "trusted-ca-file",
];

impl<'i> Flags<'i> {
    /// The flags of that component, if the subject starts it or configures it.
    pub(super) fn of(subject: &Subject<'i>, component: &str) -> Option<Self> {
        if subject.is("kubeadm.k8s.io", "ClusterConfiguration") {
            return Self::of_kubeadm(subject, component);
        }
        subject.containers().iter().find_map(|container| Self::of_container(container, component))
    }

    fn of_container(container: &Container<'i>, component: &str) -> Option<Self> {
        // Most containers are no component of the cluster.
        let node = container.field.node;
        let first = ["command", "args"].iter().find_map(|list| node.get(list)?.items().next())?;
        if first.as_str()?.rsplit('/').next() != Some(component) {
            return None;
        }
        let words: Vec<Field<'i>> =
            ["command", "args"].iter().flat_map(|list| container.field.items(list)).collect();
        let mut list = Vec::new();
        let mut words = words.into_iter().skip(1).peekable();
        while let Some(word) = words.next() {
            let Some(text) = word.node.as_str().and_then(|text| text.strip_prefix("--")) else { continue };
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, value),
                None => match words.peek().and_then(|next| next.node.as_str()) {
                    Some(next) if !next.starts_with('-') => (text, next),
                    _ => (text, "true"),
                },
            };
            list.push(Flag { name, value, field: word });
        }
        let holder = container.field.get("command").or_else(|| container.field.get("args"))?;
        Some(Self { list, holder, added: &[] })
    }

    fn of_kubeadm(subject: &Subject<'i>, component: &str) -> Option<Self> {
        let (path, added): (&[&str], _) = match component {
            "kube-apiserver" => (&["apiServer", "extraArgs"], APISERVER_BY_KUBEADM),
            "etcd" if subject.at(&["etcd", "external"]).is_none() => {
                (&["etcd", "local", "extraArgs"], ETCD_BY_KUBEADM)
            }
            _ => return None,
        };
        let arguments = subject.at(path);
        let mut list = Vec::new();
        if let Some(arguments) = &arguments {
            // A map up to v1beta3, a list of names and values since.
            for (name, field) in arguments.fields() {
                list.push(Flag { name, value: field.node.as_str().unwrap_or("true"), field });
            }
            for item in arguments.elements() {
                let name = item.text("name").unwrap_or("");
                let value = item.get("value");
                let text = value.as_ref().and_then(|value| value.node.as_str()).unwrap_or("true");
                list.push(Flag { name, value: text, field: value.unwrap_or(item) });
            }
        }
        Some(Self { list, holder: arguments.unwrap_or_else(|| subject.root.clone()), added })
    }

    /// The flag as written; the last one counts.
    pub(super) fn get(&self, name: &str) -> Option<Flag<'i>> {
        self.list.iter().rev().find(|flag| flag.name == name).cloned()
    }

    /// Whether it has a value, written or added by kubeadm.
    pub(super) fn is_set(&self, name: &str) -> bool {
        match self.get(name) {
            Some(flag) => !flag.value.is_empty(),
            None => self.added.contains(&name),
        }
    }

    /// Whether it is on.
    pub(super) fn is_true(&self, name: &str) -> bool {
        match self.get(name) {
            Some(flag) => flag.value == "true",
            None => self.added.contains(&name),
        }
    }

    /// Whether it is written to be off.
    pub(super) fn is_false(&self, name: &str) -> bool {
        self.get(name).is_some_and(|flag| flag.value == "false")
    }

    /// Where the flag stands, or would.
    pub(super) fn place(&self, name: &str) -> Place {
        match self.get(name) {
            Some(flag) => Place::value(&flag.field),
            None => Place {
                span: self.holder.head(),
                path: format!("{}[--{name}]", self.holder.path),
                missing: true,
            },
        }
    }
}
