//! The language as a reference page, completion and hover show it: every function, operator and macro with its signatures,
//! since when it is there, what it does and checked examples. Read from the declarations that the checker and the
//! interpreter use.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::cel::{decls::OverloadDecl, operators};
use crate::environment::{available_since, libraries};

/// What kind of thing an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EntryKind {
    /// A function, called by its name or on a receiver.
    Function,
    /// An operator.
    Operator,
    /// A macro, expanded where it stands.
    Macro,
    /// A variable of policies.
    Variable,
}

/// A function, an operator or a macro.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its name: `charAt`, `lists.range`; of an operator its symbol.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// The library it comes from: `cel.lib.ext.strings`, `kubernetes.quantity`.
    pub library: String,
    /// The first version of Kubernetes whose new expressions may use it, when there has not always been one.
    pub since: Option<String>,
    /// What it does.
    pub doc: String,
    /// Its signatures: `string.charAt(int) -> string`.
    pub signatures: Vec<String>,
    /// Expressions and what they give.
    pub examples: Vec<EntryExample>,
}

/// An example of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryExample {
    /// The expression.
    pub expression: String,
    /// What it gives, as an expression; or the error's text.
    pub result: String,
    /// Whether the result is an error's text.
    pub error: bool,
}

/// Everything: the variables of policies, then library by library in the order in which environments have them.
#[must_use]
pub fn reference() -> Vec<Entry> {
    let mut entries: Vec<Entry> = VARIABLES.iter().map(Variable::entry).collect();
    // What a later version of a library replaces is not shown.
    for versioned in libraries().filter(|versioned| versioned.until.is_none()) {
        let library = versioned.library;
        for function in &library.functions {
            // `@in` and `cel.@mapInsert` cannot be written; two overloads of indexing belong to the operator's entry.
            let symbol = symbol(function.name);
            if (symbol.is_none() && function.name.contains('@'))
                || function.doc.is_empty() && function.examples.is_empty()
            {
                continue;
            }
            entries.push(Entry {
                name: String::from(symbol.unwrap_or(function.name)),
                kind: if symbol.is_some() { EntryKind::Operator } else { EntryKind::Function },
                library: String::from(library.name),
                since: since(function.name),
                doc: String::from(function.doc),
                signatures: function
                    .overloads
                    .iter()
                    .map(|overload| signature(function.name, overload))
                    .collect(),
                examples: function
                    .examples
                    .iter()
                    .map(|known| example(known.expression, known.result))
                    .collect(),
            });
        }
        for known in &library.macros {
            let signature = macro_signature(known.name, known.receiver, known.args);
            let examples = known.examples.iter().map(|known| example(known.expression, known.result));
            // With another number of arguments it is the same macro.
            let same = entries.iter_mut().find(|entry: &&mut Entry| {
                entry.kind == EntryKind::Macro && entry.name == known.name && entry.library == library.name
            });
            if let Some(entry) = same {
                entry.doc = format!("{} {}", entry.doc, known.doc);
                entry.signatures.push(signature);
                entry.examples.extend(examples);
                continue;
            }
            entries.push(Entry {
                name: String::from(known.name),
                kind: EntryKind::Macro,
                library: String::from(library.name),
                since: versioned.since.map(|version| version.to_string()),
                doc: String::from(known.doc),
                signatures: Vec::from([signature]),
                examples: examples.collect(),
            });
        }
    }
    entries
}

/// A variable of policies. Its examples are about a Pod `web` of the namespace `shop`, which `alice` creates.
struct Variable {
    name: &'static str,
    kind: &'static str,
    doc: &'static str,
    examples: &'static [(&'static str, &'static str)],
}

impl Variable {
    fn entry(&self) -> Entry {
        Entry {
            name: String::from(self.name),
            kind: EntryKind::Variable,
            library: String::from("kubernetes.admission"),
            since: None,
            doc: String::from(self.doc),
            signatures: Vec::from([format!("{}: {}", self.name, self.kind)]),
            examples: self.examples.iter().map(|(expression, result)| example(expression, result)).collect(),
        }
    }
}

const VARIABLES: &[Variable] = &[
    Variable {
        name: "object",
        kind: "object",
        doc: "The object of the request as it would be stored, the server's defaults included. `null` when it is deleted.",
        examples: &[
            ("object.metadata.name", "'web'"),
            ("object.spec.containers[0].image", "'nginx:1.27'"),
            ("object.spec.containers[0].imagePullPolicy", "'IfNotPresent'"),
        ],
    },
    Variable {
        name: "oldObject",
        kind: "object",
        doc: "The object as it is stored now: for UPDATE and DELETE. `null` when it is created.",
        examples: &[("oldObject == null", "true")],
    },
    Variable {
        name: "request",
        kind: "object",
        doc: "What is asked: operation, kind, resource, name, namespace, user, whether it is a dry run.",
        examples: &[
            ("request.operation", "'CREATE'"),
            ("request.resource.resource", "'pods'"),
            ("request.userInfo.username", "'alice'"),
        ],
    },
    Variable {
        name: "params",
        kind: "object",
        doc: "The object that the binding's `paramRef` selects; declared when the policy has a `paramKind`. `null` when there is none and the binding allows that.",
        examples: &[("params.data.team", "'payments'")],
    },
    Variable {
        name: "namespaceObject",
        kind: "object",
        doc: "The namespace of the object, its metadata, spec and status. `null` for what is in none.",
        examples: &[("namespaceObject.metadata.labels['stage']", "'production'")],
    },
    Variable {
        name: "variables",
        kind: "object",
        doc: "The policy's own variables, by name, evaluated when they are first read. An expression sees all of them, a variable those before it.",
        examples: &[("variables.images", "['nginx:1.27']")],
    },
    Variable {
        name: "authorizer",
        kind: "kubernetes.authorization.Authorizer",
        doc: "Asks whether the user of the request may do something, or a service account. Not in message expressions.",
        examples: &[
            ("authorizer.group('').resource('pods').namespace('shop').check('create').allowed()", "true"),
            ("authorizer.group('').resource('secrets').namespace('shop').check('get').allowed()", "false"),
        ],
    },
    Variable {
        name: "authorizer.requestResource",
        kind: "kubernetes.authorization.ResourceCheck",
        doc: "The same for the resource of the request, its namespace and name.",
        examples: &[("authorizer.requestResource.check('delete').allowed()", "false")],
    },
];

fn since(name: &str) -> Option<String> {
    available_since(name).flatten().map(|version| version.to_string())
}

fn example(expression: &str, result: &str) -> EntryExample {
    let error = result.strip_prefix("error: ");
    EntryExample {
        expression: String::from(expression),
        result: String::from(error.unwrap_or(result)),
        error: error.is_some(),
    }
}

/// The symbol of an operator, as it is written.
fn symbol(name: &str) -> Option<&'static str> {
    Some(match name {
        operators::INDEX => "[]",
        operators::OPT_INDEX => "[?]",
        operators::OPT_SELECT => ".?",
        "_?_:_" => "?:",
        "!_" => "!",
        "-_" => "-",
        "@in" => "in",
        "_&&_" => "&&",
        "_||_" => "||",
        "_==_" => "==",
        "_!=_" => "!=",
        "_<_" => "<",
        "_<=_" => "<=",
        "_>_" => ">",
        "_>=_" => ">=",
        "_+_" => "+",
        "_-_" => "-",
        "_*_" => "*",
        "_/_" => "/",
        "_%_" => "%",
        _ => return None,
    })
}

/// The signature of an overload as a person writes a call of it.
#[must_use]
pub fn signature(name: &str, overload: &OverloadDecl) -> String {
    let shown: Vec<String> = overload.params.iter().map(ToString::to_string).collect();
    let result = &overload.result;
    match (symbol(name), shown.as_slice()) {
        (Some("[]"), [of, index]) => format!("{of}[{index}] -> {result}"),
        (Some("[?]"), [of, index]) => format!("{of}[?{index}] -> {result}"),
        (Some(".?"), [of, _]) => format!("{of}.?field -> {result}"),
        (Some("?:"), [condition, then, other]) => format!("{condition} ? {then} : {other} -> {result}"),
        (Some(symbol), [left, right]) => format!("{left} {symbol} {right} -> {result}"),
        (Some(symbol), [operand]) => format!("{symbol}{operand} -> {result}"),
        (_, [receiver, rest @ ..]) if overload.member => {
            format!("{receiver}.{name}({}) -> {result}", rest.join(", "))
        }
        (_, params) => format!("{name}({}) -> {result}", params.join(", ")),
    }
}

/// How a macro is called: the variables it binds, then expressions.
pub(super) fn macro_signature(name: &str, receiver: bool, args: usize) -> String {
    let names: &[&str] = match (name, args) {
        ("has", _) => &["e.f"],
        ("all" | "exists" | "exists_one" | "filter", 2) => &["x", "predicate"],
        ("map", 3) => &["x", "predicate", "expression"],
        ("sortBy", _) => &["x", "key"],
        (_, 2) => &["x", "expression"],
        ("all" | "exists" | "existsOne" | "exists_one", _) => &["i", "v", "predicate"],
        ("transformMapEntry", 3) => &["k", "v", "{key: value}"],
        ("transformMapEntry", _) => &["k", "v", "predicate", "{key: value}"],
        (_, 3) => &["i", "v", "expression"],
        _ => &["i", "v", "predicate", "expression"],
    };
    let mut out = String::new();
    let prefix = if receiver { "e." } else { "" };
    // Writing to a text cannot fail.
    let _ = write!(out, "{prefix}{name}({})", names.join(", "));
    out
}
