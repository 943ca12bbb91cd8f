//! The Go value of a type → what is seen of it: which fields are there although empty, and which are not.

use alloc::{rc::Rc, vec::Vec};

use super::tree::{Data, Field, Value};
use crate::schema::builtin::{FieldKind, GoField, TypeId, Types};

/// Shows a struct as encoding/json would print it: drops what `omitempty` drops, adds what is always there.
pub(super) fn structure(types: &Types, of: TypeId, value: &mut Value) {
    let end = value.end();
    let declared: &[GoField] = types.get(of).map_or(&[], |of| &of.fields);
    let Data::Map(fields) = &mut value.data else { return };
    let mut seen = Vec::with_capacity(declared.len());
    fields.retain_mut(|field| {
        let Ok(at) = declared.binary_search_by(|known| (*known.name).cmp(&field.key)) else { return false };
        let Some(known) = declared.get(at) else { return false };
        if known.pointer && field.value.is_null() {
            return false;
        }
        seen.push(at);
        if known.omit_empty && !known.pointer && is_left_out(&known.kind) && field.value.is_empty() {
            return false;
        }
        show(types, &known.kind, &mut field.value);
        true
    });
    if seen.len() == declared.len() {
        return;
    }
    for (at, known) in declared.iter().enumerate() {
        let is_there = seen.contains(&at);
        let omitted = known.omit_zero || known.omit_empty && (known.pointer || is_left_out(&known.kind));
        if is_there || omitted {
            continue;
        }
        let data = if known.pointer { Data::Null } else { zero(&known.kind) };
        let mut value = Value::added(data, end);
        show(types, &known.kind, &mut value);
        fields.push(Field { key: Rc::clone(&known.name), key_span: end, value });
    }
}

fn show(types: &Types, kind: &FieldKind, value: &mut Value) {
    match kind {
        FieldKind::Struct(of) => structure(types, *of, value),
        FieldKind::List(items) => value.items_mut().iter_mut().for_each(|item| show(types, items, item)),
        FieldKind::Map(values) => {
            if let Data::Map(fields) = &mut value.data {
                fields.iter_mut().for_each(|field| show(types, values, &mut field.value));
            }
        }
        FieldKind::StructOr(of) => match &mut value.data {
            Data::Map(_) => structure(types, *of, value),
            Data::List(items) => {
                items.iter_mut().filter(|item| matches!(item.data, Data::Map(_))).for_each(|item| {
                    structure(types, *of, item);
                });
            }
            _ => {}
        },
        _ => {}
    }
}

/// Whether `omitempty` has an effect: Go's structs, also those that print as scalars, are never empty.
const fn is_left_out(kind: &FieldKind) -> bool {
    !matches!(
        kind,
        FieldKind::Struct(_)
            | FieldKind::Quantity
            | FieldKind::IntOrString
            | FieldKind::Time
            | FieldKind::MicroTime
            | FieldKind::Raw
    )
}

fn zero(kind: &FieldKind) -> Data {
    match kind {
        FieldKind::Int32 | FieldKind::Int64 | FieldKind::IntOrString => Data::Int(0),
        FieldKind::Float => Data::Float(0.0),
        FieldKind::Bool => Data::Bool(false),
        FieldKind::String => Data::text(""),
        FieldKind::Quantity => Data::text("0"),
        FieldKind::Struct(_) => Data::empty_map(),
        _ => Data::Null,
    }
}
