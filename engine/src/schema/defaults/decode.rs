//! A document → the Go value of a type: what `encoding/json` with Kubernetes' types makes of it.
//!
//! Unknown fields are dropped and reported, null is absent, scalars are read by their Go type. Structs that are not
//! pointers exist even when nobody wrote them, so that defaulting finds them.

use alloc::{borrow::ToOwned, format, rc::Rc, string::String, vec::Vec};

use super::{
    quantity::{Quantity, QuantityError},
    time,
    tree::{Data, Field, Value},
};
use crate::schema::builtin::{FieldKind, GoField, TypeId, Types};
use crate::source::Span;
use crate::yaml::{self, FieldPath, NodeRef, NodeValue, Step};

/// Values of one object at most, aliases written out.
const MAX_VALUES: usize = 400_000;
/// Strict errors that are listed.
const MAX_UNKNOWN: usize = 100;

/// A problem of an object: why it is refused, or a field that its kind does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Upstream's words.
    pub message: String,
    /// The field it is about.
    pub path: FieldPath,
    /// Where: the key of an unknown field, otherwise the value.
    pub span: Span,
}

/// Decoding of one object.
pub(super) struct Decoder<'t> {
    types: &'t Types,
    exact: &'t [(TypeId, Rc<str>)],
    /// Set for values that defaulting puts in: all of them belong there.
    added: Option<Span>,
    path: Vec<Step>,
    /// Which steps of `path` are keys of maps: encoding/json leaves them out.
    map_keys: Vec<usize>,
    /// The type whose field is being read, for messages.
    holder: Option<TypeId>,
    values: usize,
    pub(super) unknown: Vec<Problem>,
    /// The first value of the wrong type. Reading goes on after it, as in Go.
    pub(super) mismatch: Option<Problem>,
}

impl<'t> Decoder<'t> {
    pub(super) const fn new(types: &'t Types, exact: &'t [(TypeId, Rc<str>)], added: Option<Span>) -> Self {
        Self {
            types,
            exact,
            added,
            path: Vec::new(),
            map_keys: Vec::new(),
            holder: None,
            values: 0,
            unknown: Vec::new(),
            mismatch: None,
        }
    }

    /// Reads a struct.
    ///
    /// # Errors
    /// What a type of its own (quantities, times) refuses: that ends reading at once.
    pub(super) fn structure(&mut self, of: TypeId, node: NodeRef<'_>, span: Span) -> Result<Value, Problem> {
        let mut value = self.empty(node, span);
        let mut fields = Vec::new();
        let of_go = self.types.get(of);
        let declared: &[GoField] = of_go.map_or(&[], |of| &of.fields);
        let outer = self.holder;
        if let NodeValue::Mapping(entries) = node.value() {
            fields.reserve(entries.len());
            for entry in entries {
                let child = node.document().at(entry.value);
                let found = declared.binary_search_by(|field| (*field.name).cmp(&entry.key)).ok();
                self.path.push(Step::Field((*entry.key).to_owned()));
                self.holder = Some(of);
                let read = match found.and_then(|at| declared.get(at)) {
                    Some(field) if !child.is_null() => Some(self.field(of, field, child, entry.span)?),
                    Some(_) => None,
                    None => {
                        self.report_unknown(entry.key_span);
                        None
                    }
                };
                self.path.pop();
                if let Some(read) = read {
                    let key_span = self.added.unwrap_or(entry.key_span);
                    fields.push(Field { key: Rc::clone(&entry.key), key_span, value: read });
                }
            }
        } else {
            self.mismatched(node, span, &FieldKind::Struct(of));
        }
        self.holder = outer;
        value.data = Data::Map(fields);
        self.complete(of, &mut value);
        Ok(value)
    }

    /// Reads the `metadata` of an object that has no type itself.
    ///
    /// # Errors
    /// As for a struct.
    pub(super) fn metadata(&mut self, of: TypeId, node: NodeRef<'_>, span: Span) -> Result<Value, Problem> {
        self.path.push(Step::Field("metadata".to_owned()));
        self.holder = Some(of);
        let read = if node.is_null() {
            Ok(self.zero(&FieldKind::Struct(of), span))
        } else {
            self.structure(of, node, span)
        };
        self.path.pop();
        read
    }

    /// Adds the structs of a struct that are no pointers.
    fn complete(&self, of: TypeId, value: &mut Value) {
        let end = value.end();
        for field in self.types.get(of).map_or(&[][..], |of| &of.fields) {
            if let FieldKind::Struct(inner) = field.kind
                && !field.pointer
                && value.get(&field.name).is_none()
            {
                let mut added = Value::added(Data::empty_map(), end);
                self.complete(inner, &mut added);
                value.push(&field.name, added);
            }
        }
    }

    fn field(
        &mut self,
        of: TypeId,
        field: &GoField,
        node: NodeRef<'_>,
        span: Span,
    ) -> Result<Value, Problem> {
        if let FieldKind::Map(values) = &field.kind
            && **values == FieldKind::Quantity
        {
            let exact = self.exact.iter().any(|(holder, name)| *holder == of && *name == field.name);
            return self.map(values, node, span, !exact);
        }
        self.value(&field.kind, node, span)
    }

    /// Reads a value; `node` is not null, except inside lists and maps.
    pub(super) fn value(
        &mut self,
        kind: &FieldKind,
        node: NodeRef<'_>,
        span: Span,
    ) -> Result<Value, Problem> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(
                self.problem("request body is too large once its aliases are written out".to_owned(), span)
            );
        }
        match kind {
            FieldKind::Struct(of) => self.structure(*of, node, span),
            FieldKind::List(items) => self.list(items, node, span),
            FieldKind::Map(values) => self.map(values, node, span, false),
            FieldKind::StructOr(of) => match node.value() {
                NodeValue::Mapping(_) => self.structure(*of, node, span),
                NodeValue::Sequence(_)
                    if node.items().all(|item| matches!(item.value(), NodeValue::Mapping(_))) =>
                {
                    self.list(&FieldKind::Struct(*of), node, span)
                }
                _ => Ok(self.copy(node, span)),
            },
            FieldKind::Opaque | FieldKind::Raw => Ok(self.copy(node, span)),
            _ => self.scalar(kind, node, span),
        }
    }

    fn list(&mut self, items: &FieldKind, node: NodeRef<'_>, span: Span) -> Result<Value, Problem> {
        let mut value = self.empty(node, span);
        let mut read = Vec::with_capacity(node.items().len());
        if !matches!(node.value(), NodeValue::Sequence(_)) {
            self.mismatched(node, span, &FieldKind::List(items.clone().into()));
        }
        for (index, (item, span)) in node.items().zip(node.item_spans()).enumerate() {
            self.path.push(Step::Index(index));
            read.push(if item.is_null() { self.zero(items, span) } else { self.value(items, item, span)? });
            self.path.pop();
        }
        value.data = Data::List(read);
        Ok(value)
    }

    fn map(
        &mut self,
        values: &FieldKind,
        node: NodeRef<'_>,
        span: Span,
        round: bool,
    ) -> Result<Value, Problem> {
        let mut value = self.empty(node, span);
        if !matches!(node.value(), NodeValue::Mapping(_)) {
            self.mismatched(node, span, &FieldKind::Map(values.clone().into()));
        }
        let mut fields = Vec::with_capacity(node.entries().len());
        for entry in node.entries() {
            let child = node.document().at(entry.value);
            self.map_keys.push(self.path.len());
            self.path.push(Step::Field((*entry.key).to_owned()));
            let read = match values {
                _ if child.is_null() => self.zero(values, entry.span),
                FieldKind::Quantity => self.quantity(child, entry.span, round)?,
                _ => self.value(values, child, entry.span)?,
            };
            self.path.pop();
            self.map_keys.pop();
            let key_span = self.added.unwrap_or(entry.key_span);
            fields.push(Field { key: Rc::clone(&entry.key), key_span, value: read });
        }
        value.data = Data::Map(fields);
        Ok(value)
    }

    fn scalar(&mut self, kind: &FieldKind, node: NodeRef<'_>, span: Span) -> Result<Value, Problem> {
        let data = match (kind, node.value()) {
            (FieldKind::String, NodeValue::String(text)) => Data::String(Rc::clone(text)),
            (FieldKind::Bool, NodeValue::Bool(value)) => Data::Bool(*value),
            (FieldKind::Int64, NodeValue::Int(value)) => Data::Int(*value),
            (FieldKind::Int32, NodeValue::Int(value)) if i32::try_from(*value).is_ok() => Data::Int(*value),
            #[expect(clippy::cast_precision_loss, reason = "what Go does with an integer for a float64")]
            (FieldKind::Float, NodeValue::Int(value)) => Data::Float(*value as f64),
            (FieldKind::Float, NodeValue::Float(value)) => Data::Float(*value),
            (FieldKind::IntOrString, NodeValue::String(text)) => Data::String(Rc::clone(text)),
            (FieldKind::IntOrString, NodeValue::Int(value)) if i32::try_from(*value).is_ok() => {
                Data::Int(*value)
            }
            (FieldKind::Quantity, _) => return self.quantity(node, span, false),
            (FieldKind::Time | FieldKind::MicroTime, NodeValue::String(text)) => {
                let micro = *kind == FieldKind::MicroTime;
                Data::owned(time::normal(text, micro).map_err(|message| self.problem(message, span))?)
            }
            // Octets may be a list of numbers; one without any is read.
            (FieldKind::Bytes, NodeValue::Sequence(items)) if items.is_empty() => Data::owned(String::new()),
            (FieldKind::Bytes, NodeValue::String(text)) => match yaml::decode_base64(text) {
                Ok(bytes) => Data::owned(encode_base64(&bytes)),
                // Go goes on after it, and the first fault counts.
                Err(at) => {
                    let problem = self.problem(format!("illegal base64 data at input byte {at}"), span);
                    self.mismatch.get_or_insert(problem);
                    Data::Null
                }
            },
            (FieldKind::IntOrString | FieldKind::Time | FieldKind::MicroTime, _) => {
                // They read themselves, and the decoder stops at their error.
                let wanted =
                    if *kind == FieldKind::IntOrString { FieldKind::Int32 } else { FieldKind::String };
                return Err(self.mismatch(node, span, &wanted));
            }
            _ => {
                self.mismatched(node, span, kind);
                return Ok(self.zero(kind, span));
            }
        };
        Ok(Value { data, ..self.empty(node, span) })
    }

    fn quantity(&mut self, node: NodeRef<'_>, span: Span, round: bool) -> Result<Value, Problem> {
        let parsed = match node.value() {
            NodeValue::String(text) => Quantity::parse(text.trim()),
            NodeValue::Int(value) => Quantity::parse(&format!("{value}")),
            NodeValue::Float(value) => Quantity::parse(&yaml::print::float(*value)),
            _ => Err(QuantityError::Format),
        };
        let mut quantity = parsed.map_err(|error| self.problem(error.message().to_owned(), span))?;
        if round {
            quantity.round_to_milli();
        }
        Ok(Value { data: Data::owned(quantity.print()), ..self.empty(node, span) })
    }

    /// What Go has where a list or a map has null.
    fn zero(&self, kind: &FieldKind, span: Span) -> Value {
        let data = match kind {
            FieldKind::Struct(of) => {
                let mut value = Value::added(Data::empty_map(), self.added.unwrap_or(span));
                self.complete(*of, &mut value);
                return value;
            }
            FieldKind::String => Data::text(""),
            FieldKind::Bool => Data::Bool(false),
            FieldKind::Int32 | FieldKind::Int64 | FieldKind::IntOrString => Data::Int(0),
            FieldKind::Float => Data::Float(0.0),
            FieldKind::Quantity => Data::text("0"),
            _ => Data::Null,
        };
        Value::added(data, self.added.unwrap_or(span))
    }

    fn copy(&mut self, node: NodeRef<'_>, span: Span) -> Value {
        let mut value = Value::read(node, span);
        if let Some(at) = self.added {
            value.relocate(at);
        }
        value
    }

    fn empty(&self, node: NodeRef<'_>, span: Span) -> Value {
        match self.added {
            Some(at) => Value::added(Data::Null, at),
            None => Value { data: Data::Null, origin: node.node().origin, span },
        }
    }

    fn path(&self) -> FieldPath {
        FieldPath { steps: self.path.clone() }
    }

    fn problem(&self, message: String, span: Span) -> Problem {
        Problem { message, path: self.path(), span }
    }

    fn report_unknown(&mut self, span: Span) {
        if self.unknown.len() < MAX_UNKNOWN {
            let message = format!("unknown field {:?}", go_path(&self.path, &[], true));
            self.unknown.push(self.problem(message, span));
        }
    }

    fn mismatched(&mut self, node: NodeRef<'_>, span: Span, wanted: &FieldKind) {
        if self.mismatch.is_none() {
            self.mismatch = Some(self.mismatch(node, span, wanted));
        }
    }

    /// What Go says of a value of another type.
    fn mismatch(&self, node: NodeRef<'_>, span: Span, wanted: &FieldKind) -> Problem {
        let holder = self.holder.and_then(|of| self.types.get(of)).map_or("", |of| short(&of.name));
        let mut number = String::new();
        if let (FieldKind::Int32 | FieldKind::Int64, NodeValue::Int(_) | NodeValue::Float(_)) =
            (wanted, node.value())
        {
            number = format!(" {}", yaml::print::json(node));
        }
        let field = self.path.iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(&**name),
            Step::Index(_) => None,
        });
        let field = field.unwrap_or("");
        let mut path = go_path(&self.path, &self.map_keys, false);
        if let Some(embedded) = embedded(holder, field) {
            let at = path.len().saturating_sub(field.len());
            path.insert_str(at, embedded);
        }
        let mut kind = self.go_type(wanted);
        let declared = self.holder.and_then(|of| self.types.field(of, field));
        if let Some(named) = declared.and_then(|field| field.named.as_ref())
            && let Some(of) = kind.strip_suffix("string")
        {
            kind = format!("{of}{named}");
        }
        let message = format!(
            "json: cannot unmarshal {}{number} into Go struct field {holder}.{path} of type {kind}",
            found(node)
        );
        self.problem(message, span)
    }

    /// A Go type as `reflect` prints it.
    fn go_type(&self, kind: &FieldKind) -> String {
        match kind {
            FieldKind::String | FieldKind::Time | FieldKind::MicroTime => "string".to_owned(),
            FieldKind::Bool => "bool".to_owned(),
            FieldKind::Int32 => "int32".to_owned(),
            FieldKind::Int64 => "int64".to_owned(),
            FieldKind::Float => "float64".to_owned(),
            FieldKind::Bytes => "[]uint8".to_owned(),
            FieldKind::List(items) => format!("[]{}", self.go_type(items)),
            FieldKind::Map(values) if **values == FieldKind::Quantity => "v1.ResourceList".to_owned(),
            FieldKind::Map(values) => format!("map[string]{}", self.go_type(values)),
            FieldKind::Quantity => "resource.Quantity".to_owned(),
            FieldKind::IntOrString => "intstr.IntOrString".to_owned(),
            FieldKind::Raw | FieldKind::Opaque => "interface {}".to_owned(),
            FieldKind::Struct(of) | FieldKind::StructOr(of) => {
                let name = self.types.get(*of).map_or("", |of| &*of.name);
                name.rsplit('/').next().unwrap_or(name).to_owned()
            }
        }
    }
}

/// The structs embedded in a rule: encoding/json names them on the way to their fields.
fn embedded(holder: &str, field: &str) -> Option<&'static str> {
    let of_rule = matches!(field, "apiGroups" | "apiVersions" | "resources" | "scope");
    match holder {
        "NamedRuleWithOperations" if of_rule => Some("RuleWithOperations.Rule."),
        "NamedRuleWithOperations" if field == "operations" => Some("RuleWithOperations."),
        "RuleWithOperations" if of_rule => Some("Rule."),
        _ => None,
    }
}

/// `core/v1.Pod` → `Pod`
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// What encoding/json calls a value.
fn found(node: NodeRef<'_>) -> &'static str {
    match node.value() {
        NodeValue::Null => "null",
        NodeValue::Bool(_) => "bool",
        NodeValue::Int(_) | NodeValue::Float(_) => "number",
        NodeValue::String(_) => "string",
        NodeValue::Sequence(_) => "array",
        NodeValue::Mapping(_) => "object",
    }
}

/// A path as encoding/json prints it: without indices, except in strict errors.
fn go_path(path: &[Step], left_out: &[usize], indices: bool) -> String {
    let mut out = String::new();
    for (at, step) in path.iter().enumerate() {
        match step {
            Step::Field(_) if left_out.contains(&at) => {}
            Step::Field(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
            Step::Index(index) if indices => out.push_str(&format!("[{index}]")),
            Step::Index(_) => {}
        }
    }
    out
}

/// Go's standard base64.
pub(super) fn encode_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    out
}
