//! Defaulting, as a table: what is put into a value of a type, and when. Made by `data/generate/defaults.py`.

use alloc::{borrow::ToOwned, collections::BTreeMap, rc::Rc, string::String, vec::Vec};

use super::{
    decode::{Decoder, Problem},
    procedures::{self, Procedure},
    tree::{Data, Value},
};
use crate::schema::builtin::{FieldKind, GoField, TypeId, Types};
use crate::source::{Source, SourceId};
use crate::yaml::{self, Document, NodeRef, NodeValue};

const TABLE: &str = include_str!("../../../data/defaults/rules.json");

/// The table, its types resolved.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Values that rules put in are nodes of it.
    document: Document,
    of_type: BTreeMap<TypeId, Vec<Rule>>,
    /// Maps of quantities that are not rounded to milli.
    pub(super) exact: Vec<(TypeId, Rc<str>)>,
}

#[derive(Clone, Debug)]
struct Rule {
    conditions: Vec<Condition>,
    action: Action,
}

#[derive(Clone, Debug)]
enum Action {
    /// Puts values where nothing is set, in order.
    Default(Vec<(String, yaml::NodeId)>),
    Set(Vec<(String, yaml::NodeId)>),
    Unset(Vec<String>),
    /// Copies the second over the first where that is empty.
    Copy(Vec<(String, String)>),
    Do(Procedure),
}

#[derive(Clone, Debug)]
struct Condition {
    test: Test,
    path: String,
    value: Option<yaml::NodeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equal,
    In,
    Less,
    Unset,
    Present,
    Absent,
    NotEmpty,
}

impl Rules {
    /// Those of Kubernetes 1.37.
    pub(super) fn built_in(types: &Types) -> Self {
        Self::parse(TABLE, types)
    }

    /// Reads a table; what makes no sense is left out.
    fn parse(table: &str, types: &Types) -> Self {
        let source = Source { id: SourceId(0), name: String::new(), text: table.to_owned() };
        let document = yaml::parse(&source).documents.into_iter().next().unwrap_or_else(|| {
            let root = yaml::Node { value: NodeValue::Null, origin: yaml::Origin::Added(source.span(0, 0)) };
            Document::new(root, source.span(0, 0))
        });
        let root = document.root();
        let mut of_type = BTreeMap::new();
        for entry in root.get("rules").map_or(&[][..], NodeRef::entries) {
            if let Some(of) = types.named(&entry.key) {
                of_type.insert(of, document.at(entry.value).items().filter_map(rule).collect());
            }
        }
        let exact = root.get("exact").into_iter().flat_map(NodeRef::items).filter_map(|name| {
            let (of, field) = name.as_str()?.rsplit_once('.')?;
            Some((types.named(of)?, Rc::from(field)))
        });
        let exact = exact.collect();
        Self { document, of_type, exact }
    }

    /// Defaults a value of a type: outermost first, as the API server does.
    ///
    /// # Errors
    /// What a conversion refuses.
    pub(super) fn apply(&self, types: &Types, of: TypeId, value: &mut Value) -> Result<(), Problem> {
        for rule in self.of_type.get(&of).map_or(&[][..], Vec::as_slice) {
            if rule.conditions.iter().all(|condition| self.holds(types, of, value, condition)) {
                self.act(types, of, value, &rule.action)?;
            }
        }
        let declared: &[GoField] = types.get(of).map_or(&[], |of| &of.fields);
        if let Data::Map(fields) = &mut value.data {
            for field in fields {
                if let Ok(at) = declared.binary_search_by(|known| (*known.name).cmp(&field.key))
                    && let Some(known) = declared.get(at)
                {
                    self.apply_inside(types, &known.kind, &mut field.value)?;
                }
            }
        }
        Ok(())
    }

    fn apply_inside(&self, types: &Types, kind: &FieldKind, value: &mut Value) -> Result<(), Problem> {
        match kind {
            FieldKind::Struct(of) if matches!(value.data, Data::Map(_)) => self.apply(types, *of, value),
            FieldKind::List(items) => {
                value.items_mut().iter_mut().try_for_each(|item| self.apply_inside(types, items, item))
            }
            FieldKind::Map(values) => match &mut value.data {
                Data::Map(fields) => {
                    fields.iter_mut().try_for_each(|field| self.apply_inside(types, values, &mut field.value))
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn holds(&self, types: &Types, of: TypeId, value: &Value, condition: &Condition) -> bool {
        let found = value.at(&condition.path).filter(|value| !value.is_null());
        let wanted = condition.value.map(|id| self.document.at(id));
        let equals = |wanted: NodeRef<'_>| found.is_some_and(|found| is_scalar(found, wanted));
        match condition.test {
            Test::Equal => wanted.is_some_and(equals),
            Test::In => wanted.is_some_and(|list| list.items().any(equals)),
            Test::Less => {
                let (found, wanted) = (found.and_then(Value::as_int), wanted.and_then(NodeRef::as_int));
                found.zip(wanted).is_some_and(|(found, wanted)| found < wanted)
            }
            Test::Unset => is_unset(types, of, value, &condition.path),
            Test::Present => found.is_some(),
            Test::Absent => found.is_none(),
            Test::NotEmpty => found.is_some_and(|found| !found.is_empty()),
        }
    }

    fn act(&self, types: &Types, of: TypeId, value: &mut Value, action: &Action) -> Result<(), Problem> {
        match action {
            Action::Default(values) => {
                for (path, id) in values {
                    if is_unset(types, of, value, path) {
                        self.put(types, of, value, path, *id)?;
                    }
                }
                Ok(())
            }
            Action::Set(values) => {
                values.iter().try_for_each(|(path, id)| self.put(types, of, value, path, *id))
            }
            Action::Unset(paths) => {
                for path in paths {
                    let (holder, key) = path.rsplit_once('.').unwrap_or(("", path));
                    let holder = if holder.is_empty() { Some(&mut *value) } else { value.at_mut(holder) };
                    if let Some(holder) = holder {
                        holder.remove(key);
                    }
                }
                Ok(())
            }
            Action::Copy(pairs) => {
                for (to, from) in pairs {
                    if value.at(to).is_none_or(Value::is_empty)
                        && let Some(copied) = value.at(from)
                    {
                        let copied = copied.copied(value.end());
                        let (holder, key) = to.rsplit_once('.').unwrap_or(("", to));
                        let holder = if holder.is_empty() { Some(&mut *value) } else { value.at_mut(holder) };
                        if let Some(holder) = holder {
                            holder.set(key, copied);
                        }
                    }
                }
                Ok(())
            }
            Action::Do(procedure) => procedures::run(*procedure, value),
        }
    }

    fn put(
        &self,
        types: &Types,
        of: TypeId,
        value: &mut Value,
        path: &str,
        id: yaml::NodeId,
    ) -> Result<(), Problem> {
        let (holder, key) = path.rsplit_once('.').unwrap_or(("", path));
        let kind = kind_of(types, of, path).map_or(FieldKind::Opaque, |field| field.kind.clone());
        let holder = if holder.is_empty() { Some(value) } else { value.at_mut(holder) };
        // A struct on the way that is not there stays so.
        let Some(holder) = holder.filter(|holder| matches!(holder.data, Data::Map(_))) else { return Ok(()) };
        let at = holder.get(key).map_or_else(|| holder.end(), |old| old.span);
        let read = Decoder::new(types, &self.exact, Some(at)).value(&kind, self.document.at(id), at)?;
        holder.set(key, read.data);
        Ok(())
    }
}

fn is_scalar(found: &Value, wanted: NodeRef<'_>) -> bool {
    match (&found.data, wanted.value()) {
        (Data::Bool(a), NodeValue::Bool(b)) => a == b,
        (Data::Int(a), NodeValue::Int(b)) => a == b,
        (Data::String(a), NodeValue::String(b)) => a == b,
        _ => false,
    }
}

/// The field a path leads to.
fn kind_of<'t>(types: &'t Types, of: TypeId, path: &str) -> Option<&'t GoField> {
    let mut of = of;
    let mut field = None;
    for name in path.split('.') {
        let found = types.field(of, name)?;
        if let FieldKind::Struct(inner) = found.kind {
            of = inner;
        }
        field = Some(found);
    }
    field
}

/// Absent, or zero where Go cannot tell zero from absent.
fn is_unset(types: &Types, of: TypeId, value: &Value, path: &str) -> bool {
    let Some(found) = value.at(path).filter(|found| !found.is_null()) else { return true };
    let Some(field) = kind_of(types, of, path) else { return false };
    !field.pointer && found.is_empty() && !matches!(field.kind, FieldKind::Struct(_))
}

fn rule(node: NodeRef<'_>) -> Option<Rule> {
    let conditions =
        node.get("if").into_iter().flat_map(NodeRef::items).map(condition).collect::<Option<_>>()?;
    let values = |node: NodeRef<'_>| {
        node.entries().iter().map(|entry| ((*entry.key).to_owned(), entry.value)).collect::<Vec<_>>()
    };
    let text = |node: NodeRef<'_>| node.as_str().map(ToOwned::to_owned);
    let action = if let Some(values_of) = node.get("default") {
        Action::Default(values(values_of))
    } else if let Some(values_of) = node.get("set") {
        Action::Set(values(values_of))
    } else if let Some(paths) = node.get("unset") {
        Action::Unset(paths.items().filter_map(text).collect())
    } else if let Some(pairs) = node.get("copy") {
        let pairs = pairs.entries().iter();
        let document = node.document();
        Action::Copy(
            pairs
                .filter_map(|entry| Some(((*entry.key).to_owned(), text(document.at(entry.value))?)))
                .collect(),
        )
    } else {
        Action::Do(Procedure::named(node.get("do")?.as_str()?)?)
    };
    Some(Rule { conditions, action })
}

fn condition(node: NodeRef<'_>) -> Option<Condition> {
    let test = match node.index(0)?.as_str()? {
        "eq" => Test::Equal,
        "in" => Test::In,
        "lt" => Test::Less,
        "unset" => Test::Unset,
        "set" | "notnil" => Test::Present,
        "isnil" => Test::Absent,
        "nonempty" => Test::NotEmpty,
        _ => return None,
    };
    let path = node.index(1)?.as_str()?.to_owned();
    Some(Condition { test, path, value: node.index(2).map(NodeRef::id) })
}

/// An error of a conversion, about a value.
pub(super) fn refused(value: &Value, message: &str) -> Problem {
    Problem { message: message.to_owned(), path: yaml::FieldPath::default(), span: value.span }
}
