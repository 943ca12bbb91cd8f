//! What each part of an expression was, and which parts made it come out so.
//!
//! From a checked tree and the record of an evaluation. Macros are shown as written, with one line per iteration; an
//! attribute (`object.spec.containers`) is one part; literals are their own explanation and no part. The *deciding path*:
//! for a false `&&` the operand that is false, for a true `||` the one that is true, for a false `all` the element it is
//! false for, and for anything else all of its operands.

use alloc::{
    collections::BTreeMap,
    format,
    rc::Rc,
    string::{String, ToString},
    vec::Vec,
};

use super::{Explanation, Iteration, Read, TraceNode, TraceOutcome, value::print};
use crate::cel::{
    ast::{Comprehension, Expr, ExprId, ExprKind},
    checker::CheckedAst,
    interpreter::{Step, Trace},
    value::{External, List, Map, Value},
};
use crate::objects::Object;
use crate::order;
use crate::yaml::{NodeId, NodeRef, Origin};

/// Parts that are shown at most; an expression with more is explained as far as that.
const MAX_NODES: usize = 400;
/// Iterations that are shown of one macro: the first ones, and the deciding one.
const MAX_ITERATIONS: usize = 24;
/// Fields beside the deciding path that are listed at most.
const MAX_OTHERS: usize = 24;

/// A document that a variable stands for.
pub struct Root<'a> {
    /// The variable: `object`, `oldObject`, `params`.
    pub name: &'static str,
    /// Its value in the evaluation.
    pub value: &'a Value,
    /// The document the value reads.
    pub object: &'a Object,
}

/// Explains an evaluation.
#[must_use]
pub fn explain(checked: &CheckedAst, trace: &Trace, roots: &[Root<'_>]) -> Explanation {
    let mut explainer = Explainer::new(checked, trace, roots);
    let mut nodes = Vec::new();
    explainer.visit(&checked.ast.expr, &mut Frame::default(), None, true, &mut nodes);
    let summary = explainer.summary();
    let Explainer { reads, mut others, .. } = explainer;
    others.retain(|other| !reads.iter().any(|read| read.path == other.path));
    Explanation { text: checked.ast.source_info.text.to_string(), nodes, reads, others, summary }
}

struct Explainer<'a> {
    checked: &'a CheckedAst,
    steps: BTreeMap<(ExprId, &'a [u32]), &'a Step>,
    by_id: BTreeMap<ExprId, &'a Expr>,
    roots: &'a [Root<'a>],
    paths: Vec<BTreeMap<NodeId, String>>,
    reads: Vec<Read>,
    others: Vec<Read>,
    /// The innermost deciding element: its path and name.
    element: Option<(String, String)>,
    shown: usize,
}

/// Where in the iterations a visit is.
#[derive(Clone, Default)]
struct Frame {
    iterations: Vec<u32>,
    /// Iteration variables and what they are here.
    variables: Vec<(Rc<str>, Value, Option<Place>)>,
}

/// A place in a document: there, or where something is missing.
#[derive(Clone)]
struct Place {
    root: usize,
    path: String,
    node: Result<NodeId, NodeId>,
}

impl<'a> Explainer<'a> {
    fn new(checked: &'a CheckedAst, trace: &'a Trace, roots: &'a [Root<'a>]) -> Self {
        let steps =
            order::map(trace.steps().iter().map(|step| ((step.id, step.iterations.as_slice()), step)));
        let mut by_id = BTreeMap::new();
        index(&checked.ast.expr, &mut by_id);
        let paths = roots.iter().map(|root| paths(root.name, root.object)).collect();
        Self {
            checked,
            steps,
            by_id,
            roots,
            paths,
            reads: Vec::new(),
            others: Vec::new(),
            element: None,
            shown: 0,
        }
    }

    fn step(&self, id: ExprId, frame: &Frame) -> Option<&'a Step> {
        self.steps.get(&(id, frame.iterations.as_slice())).copied()
    }

    fn value(&self, expr: &Expr, frame: &Frame) -> Option<&'a Value> {
        self.step(expr.id, frame).and_then(|step| step.outcome.as_ref().ok())
    }

    fn is(&self, expr: &Expr, frame: &Frame, wanted: bool) -> bool {
        match &expr.kind {
            ExprKind::Literal(Value::Bool(value)) => *value == wanted,
            _ => matches!(self.value(expr, frame), Some(Value::Bool(value)) if *value == wanted),
        }
    }

    fn failed(&self, expr: &Expr, frame: &Frame) -> bool {
        self.step(expr.id, frame).is_some_and(|step| step.outcome.is_err())
    }

    /// The part an id of a written call stands for.
    fn real<'e>(&self, written: &'e Expr) -> &'e Expr
    where
        'a: 'e,
    {
        self.by_id.get(&written.id).copied().unwrap_or(written)
    }

    /// Adds a part and those below it; says where it was put.
    fn visit(
        &mut self,
        expr: &'a Expr,
        frame: &mut Frame,
        parent: Option<usize>,
        deciding: bool,
        nodes: &mut Vec<TraceNode>,
    ) {
        if self.shown >= MAX_NODES || matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Unspecified) {
            return;
        }
        let Some(node) = self.node(expr, frame, parent, deciding) else { return };
        let skipped = node.outcome == TraceOutcome::Skipped;
        self.shown += 1;
        let at = nodes.len();
        nodes.push(node);
        if skipped {
            self.would_read(expr, frame);
            return;
        }
        if let Some(written) = self.checked.ast.source_info.macro_calls.get(&expr.id) {
            self.visit_macro(expr, written, frame, at, deciding, nodes);
            return;
        }
        match &expr.kind {
            ExprKind::Ident(_) | ExprKind::Select { .. } => self.attribute(expr, frame, at, deciding, nodes),
            ExprKind::Call { function, target, args } => {
                if is_qualifier(function) {
                    self.attribute(expr, frame, at, deciding, nodes);
                } else {
                    self.call(function, target.as_deref(), args, expr, frame, at, deciding, nodes);
                }
            }
            ExprKind::List { elements, .. } => {
                for element in elements {
                    self.visit(element, frame, Some(at), deciding, nodes);
                }
            }
            ExprKind::Map(entries) => {
                for entry in entries {
                    self.visit(&entry.key, frame, Some(at), deciding, nodes);
                    self.visit(&entry.value, frame, Some(at), deciding, nodes);
                }
            }
            ExprKind::Struct { fields, .. } => {
                for field in fields {
                    self.visit(&field.value, frame, Some(at), deciding, nodes);
                }
            }
            ExprKind::Comprehension(_) | ExprKind::Literal(_) | ExprKind::Unspecified => {}
        }
    }

    fn node(&self, expr: &Expr, frame: &Frame, parent: Option<usize>, deciding: bool) -> Option<TraceNode> {
        let info = &self.checked.ast.source_info;
        let range = info.range(expr.id)?;
        let step = self.step(expr.id, frame);
        let (outcome, text) = match step.map(|step| &step.outcome) {
            Some(Ok(value)) => (TraceOutcome::Value, print(value)),
            Some(Err(error)) => (TraceOutcome::Error, error.message.to_string()),
            // Folded away when the program was built: a constant, not a skipped part.
            None if is_constant(expr) => return None,
            None => (TraceOutcome::Skipped, String::new()),
        };
        Some(TraceNode {
            start: range.start,
            end: range.end,
            anchor: self.anchor(expr.id).unwrap_or(range.start),
            parent,
            deciding: deciding && outcome != TraceOutcome::Skipped,
            outcome,
            text,
            cost: step.map_or(0, |step| step.cost),
            iterations: Vec::new(),
        })
    }

    /// Where a part is named: its operator, or for a macro its name, which cel-go's position stands behind.
    fn anchor(&self, id: ExprId) -> Option<u32> {
        let info = &self.checked.ast.source_info;
        let position = info.position(id)?;
        let Some(ExprKind::Call { function, .. }) = info.macro_calls.get(&id).map(|written| &written.kind)
        else {
            return Some(position);
        };
        let start = position.checked_sub(u32::try_from(function.len()).ok()?)?;
        let named = info.text.get(start as usize..position as usize) == Some(function);
        Some(if named { start } else { position })
    }

    #[expect(clippy::too_many_arguments, reason = "a visit's state, taken apart by the caller")]
    fn call(
        &mut self,
        function: &str,
        target: Option<&'a Expr>,
        args: &'a [Expr],
        expr: &'a Expr,
        frame: &mut Frame,
        at: usize,
        deciding: bool,
        nodes: &mut Vec<TraceNode>,
    ) {
        let parts: Vec<&'a Expr> = target.into_iter().chain(args).collect();
        let failed = self.failed(expr, frame);
        let decides: Vec<bool> = match function {
            "_&&_" | "_||_" => {
                let absorbing = function == "_||_";
                let decided = parts.iter().any(|part| self.is(part, frame, absorbing));
                let mut found = false;
                let mut one = |part: &&&Expr| {
                    if failed {
                        return self.failed(part, frame);
                    }
                    if !decided {
                        return true;
                    }
                    let first = !found && self.is(part, frame, absorbing);
                    found |= first;
                    first
                };
                parts.iter().map(|part| one(&part)).collect()
            }
            _ if failed && parts.iter().any(|part| self.failed(part, frame)) => {
                parts.iter().map(|part| self.failed(part, frame)).collect()
            }
            _ => parts.iter().map(|_| true).collect(),
        };
        for (part, decides) in parts.into_iter().zip(decides) {
            let before = nodes.len();
            self.visit(part, frame, Some(at), deciding && decides, nodes);
            if let Some(node) = nodes.get_mut(before)
                && node.outcome == TraceOutcome::Skipped
            {
                node.text = self.why_skipped(function, args, frame);
            }
        }
    }

    fn why_skipped(&self, function: &str, args: &[Expr], frame: &Frame) -> String {
        match function {
            "_&&_" => "the left side of && is already false".to_string(),
            "_||_" => "the left side of || is already true".to_string(),
            "_?_:_" if args.first().is_some_and(|test| self.is(test, frame, true)) => {
                "the condition is true".to_string()
            }
            "_?_:_" if args.first().is_some_and(|test| self.is(test, frame, false)) => {
                "the condition is false".to_string()
            }
            _ => "an earlier part failed".to_string(),
        }
    }

    /// `a.b[c].d` as one part: only what it starts from, and what indexes it, are parts of their own.
    fn attribute(
        &mut self,
        expr: &'a Expr,
        frame: &mut Frame,
        at: usize,
        deciding: bool,
        nodes: &mut Vec<TraceNode>,
    ) {
        self.read(expr, frame, deciding);
        let mut inner = expr;
        loop {
            inner = match &inner.kind {
                _ if inner.id != expr.id
                    && self.checked.ast.source_info.macro_calls.contains_key(&inner.id) =>
                {
                    self.visit(inner, frame, Some(at), deciding, nodes);
                    return;
                }
                ExprKind::Select { operand, .. } => operand,
                ExprKind::Call { function, args, .. } if is_qualifier(function) => {
                    if let Some(index) = args.get(1) {
                        self.visit(index, frame, Some(at), deciding, nodes);
                    }
                    let Some(operand) = args.first() else { return };
                    operand
                }
                ExprKind::Ident(_) => return,
                _ => {
                    self.visit(inner, frame, Some(at), deciding, nodes);
                    return;
                }
            };
        }
    }

    // ---- macros -----------------------------------------------------------------------------------------------------

    fn visit_macro(
        &mut self,
        expr: &'a Expr,
        written: &'a Expr,
        frame: &mut Frame,
        at: usize,
        deciding: bool,
        nodes: &mut Vec<TraceNode>,
    ) {
        let ExprKind::Call { function, target, args } = &written.kind else { return };
        let target = target.as_deref().map(|target| self.real(target));
        if let ExprKind::Comprehension(fold) = &expr.kind {
            let range = target.unwrap_or(&fold.iter_range);
            self.visit(range, frame, Some(at), deciding, nodes);
            let variables = if fold.iter_var2.is_some() { 2 } else { 1 };
            let bodies: Vec<&'a Expr> = args.iter().skip(variables).map(|body| self.real(body)).collect();
            let iterations = self.iterations(function, fold, range, &bodies, expr, frame, deciding);
            if let Some(node) = nodes.get_mut(at) {
                node.iterations = iterations;
            }
            return;
        }
        match &**function {
            "has" => {
                self.read(expr, frame, deciding);
                if let ExprKind::Select { operand, .. } = &expr.kind
                    && !is_attribute(operand)
                {
                    self.visit(operand, frame, Some(at), deciding, nodes);
                }
            }
            _ => {
                if let Some(target) = target {
                    self.visit(target, frame, Some(at), deciding, nodes);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a macro's parts, taken apart by the caller")]
    fn iterations(
        &mut self,
        function: &str,
        fold: &'a Comprehension,
        range: &'a Expr,
        bodies: &[&'a Expr],
        whole: &Expr,
        frame: &mut Frame,
        deciding: bool,
    ) -> Vec<Iteration> {
        let Some(value) = self.value(&fold.iter_range, frame).or_else(|| self.value(range, frame)).cloned()
        else {
            return Vec::new();
        };
        let range_place = self.place(range, frame);
        let length = match &value {
            Value::List(list) => list.len(),
            Value::Map(map) => map.len(),
            _ => 0,
        };
        let stops = match function {
            "all" if self.is_value(whole, frame, false) => Some(false),
            "exists" if self.is_value(whole, frame, true) => Some(true),
            _ => None,
        };
        let failed = self.failed(whole, frame);
        let predicate = bodies.first().copied();
        let mut list: Vec<Iteration> = Vec::new();
        let mut decided = false;
        for index in 0..length {
            let Some((first, second, label)) = element(&value, index, fold.iter_var2.is_some()) else {
                continue;
            };
            frame.iterations.push(u32::try_from(index).unwrap_or(u32::MAX));
            let visited = bodies.iter().any(|body| self.step(body.id, frame).is_some() || is_constant(body));
            let decides = !decided
                && match (stops, predicate) {
                    (Some(wanted), Some(predicate)) => self.is(predicate, frame, wanted),
                    _ if failed => bodies.iter().any(|body| self.failed(body, frame)),
                    _ => false,
                };
            if list.len() >= MAX_ITERATIONS && !decides {
                frame.iterations.pop();
                continue;
            }
            let shown = second.as_ref().unwrap_or(&first);
            let place = self.element_place(shown, range_place.as_ref(), &value, index);
            let depth = frame.variables.len();
            let key_place = second.is_none().then(|| place.clone()).flatten();
            frame.variables.push((Rc::clone(&fold.iter_var), first.clone(), key_place));
            if let (Some(name), Some(value)) = (&fold.iter_var2, &second) {
                frame.variables.push((Rc::clone(name), value.clone(), place.clone()));
            }
            let name = own_name(shown);
            if decides && deciding {
                let path = place.as_ref().map_or_else(|| label.clone(), |place| place.path.clone());
                self.element = Some((path, name.clone()));
            }
            let on_path = deciding
                && (decides || (stops.is_none() && !failed && function != "map" && function != "filter"));
            let mut nodes = Vec::new();
            if visited && on_path == deciding {
                for body in bodies {
                    self.visit(body, frame, None, on_path, &mut nodes);
                }
            } else if visited {
                let kept = self.reads.len();
                for body in bodies {
                    self.visit(body, frame, None, false, &mut nodes);
                }
                self.reads.truncate(kept);
            }
            let result =
                bodies.last().and_then(|body| self.step(body.id, frame)).map(|step| match &step.outcome {
                    Ok(value) => print(value),
                    Err(error) => error.message.to_string(),
                });
            let cost = self
                .steps
                .iter()
                .filter(|((_, iterations), _)| iterations.starts_with(&frame.iterations))
                .map(|(_, step)| step.cost)
                .fold(0u64, u64::saturating_add);
            list.push(Iteration {
                index: label,
                name,
                value: print(shown),
                nodes,
                result: result.unwrap_or_default(),
                deciding: decides,
                visited,
                cost,
                span: place.as_ref().and_then(|place| self.span(place)),
            });
            frame.variables.truncate(depth);
            frame.iterations.pop();
            decided |= decides;
        }
        list
    }

    fn is_value(&self, expr: &Expr, frame: &Frame, wanted: bool) -> bool {
        matches!(self.value(expr, frame), Some(Value::Bool(value)) if *value == wanted)
    }

    // ---- places -----------------------------------------------------------------------------------------------------

    /// Where what an attribute reads stands.
    fn place(&self, expr: &Expr, frame: &Frame) -> Option<Place> {
        match &expr.kind {
            ExprKind::Ident(name) => {
                if let Some((_, _, place)) = frame.variables.iter().rev().find(|(known, ..)| known == name) {
                    return place.clone();
                }
                let root = self.roots.iter().position(|root| *root.name == **name)?;
                let object = self.roots.get(root)?.object;
                Some(Place { root, path: name.to_string(), node: Ok(object.root) })
            }
            ExprKind::Select { operand, field, .. } => {
                let known = self.place(operand, frame).and_then(|place| self.child(&place, field));
                known.or_else(|| self.place_of(self.value(expr, frame)?))
            }
            ExprKind::Call { function, args, .. } if is_qualifier(function) => {
                let operand = self.place(args.first()?, frame)?;
                let key = match &args.get(1)?.kind {
                    ExprKind::Literal(value) => value,
                    _ => self.value(args.get(1)?, frame)?,
                };
                match key {
                    Value::String(name) => self.child(&operand, name),
                    Value::Int(index) => self.item(&operand, usize::try_from(*index).ok()?),
                    _ => None,
                }
            }
            _ => self.place_of(self.value(expr, frame)?),
        }
    }

    /// Where a list or map that is read in place stands.
    fn place_of(&self, value: &Value) -> Option<Place> {
        let (tree, at): (&Rc<dyn External>, u32) = match value {
            Value::List(List::External(tree, at)) | Value::Map(Map::External(tree, at)) => (tree, *at),
            Value::Optional(Some(inner)) => return self.place_of(inner),
            _ => return None,
        };
        let node = NodeId(tree.place(at)?);
        let root = self.roots.iter().position(|root| match root.value {
            Value::Map(Map::External(known, _)) => Rc::ptr_eq(known, tree),
            _ => false,
        })?;
        let path = self.paths.get(root)?.get(&node)?.clone();
        Some(Place { root, path, node: Ok(node) })
    }

    fn at(&self, place: &Place) -> Option<NodeRef<'a>> {
        let object = self.roots.get(place.root)?.object;
        place.node.ok().map(|node| object.document.at(node))
    }

    fn child(&self, place: &Place, name: &str) -> Option<Place> {
        let simple = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let path =
            if simple { format!("{}.{name}", place.path) } else { format!("{}[{name:?}]", place.path) };
        let node = match (place.node, self.at(place)) {
            (Ok(node), Some(parent)) => parent.entry(name).map(|entry| entry.value).ok_or(node),
            (Err(nearest), _) => Err(nearest),
            (Ok(node), None) => Err(node),
        };
        Some(Place { root: place.root, path, node })
    }

    fn item(&self, place: &Place, index: usize) -> Option<Place> {
        let path = format!("{}[{index}]", place.path);
        let node = match (place.node, self.at(place)) {
            (Ok(node), Some(parent)) => parent.index(index).map(NodeRef::id).ok_or(node),
            (Err(nearest), _) => Err(nearest),
            (Ok(node), None) => Err(node),
        };
        Some(Place { root: place.root, path, node })
    }

    /// Where an element of a range stands: by what it is, or by the range's own place.
    fn element_place(
        &self,
        element: &Value,
        range: Option<&Place>,
        value: &Value,
        index: usize,
    ) -> Option<Place> {
        if let Some(place) = self.place_of(element) {
            return Some(place);
        }
        let range = range.cloned().or_else(|| self.place_of(value))?;
        match value {
            Value::List(_) => self.item(&range, index),
            Value::Map(map) => self.child(&range, map.key(index)?.as_str()?),
            _ => None,
        }
    }

    fn span(&self, place: &Place) -> Option<crate::source::Span> {
        let object = self.roots.get(place.root)?.object;
        let (Ok(id) | Err(id)) = place.node;
        let node = object.document.at(id);
        let span = match (place.node, node.node().origin) {
            (Ok(_), Origin::Written(span)) => span,
            (Ok(_), Origin::Added(span)) => span,
            // Missing: shown at the key of what it is missing from.
            (Err(_), origin) => origin.span().before(),
        };
        (span != crate::source::Span::default()).then_some(span)
    }

    fn read(&mut self, expr: &Expr, frame: &Frame, deciding: bool) {
        match self.place(expr, frame) {
            Some(place) if deciding => self.read_place(&place),
            Some(place) => self.note_other(&place, false),
            None if deciding => self.read_elements(expr, frame),
            None => {}
        }
    }

    /// What a part would have read that was skipped; no deeper than the parser lets expressions nest.
    fn would_read(&mut self, expr: &Expr, frame: &Frame) {
        if is_attribute(expr) {
            if let Some(place) = self.place(expr, frame) {
                self.note_other(&place, true);
            }
            return;
        }
        match &expr.kind {
            ExprKind::Select { operand, .. } => self.would_read(operand, frame),
            ExprKind::Call { target, args, .. } => {
                for part in target.as_deref().into_iter().chain(args) {
                    self.would_read(part, frame);
                }
            }
            ExprKind::List { elements, .. } => {
                for element in elements {
                    self.would_read(element, frame);
                }
            }
            ExprKind::Comprehension(fold) => self.would_read(&fold.iter_range, frame),
            _ => {}
        }
    }

    fn note_other(&mut self, place: &Place, unread: bool) {
        if self.others.len() >= MAX_OTHERS {
            return;
        }
        match self.others.iter_mut().find(|read| read.path == place.path) {
            Some(known) => known.unread &= unread,
            None => {
                let read = Read { unread, ..self.reading(place) };
                self.others.push(read);
            }
        }
    }

    /// A list that an expression made, of parts of documents: each part is read, and the first is what it is about.
    /// That is how a policy that collects its culprits in a variable is understood.
    fn read_elements(&mut self, expr: &Expr, frame: &Frame) {
        const MOST: usize = 16;
        let Some(Value::List(list)) = self.value(expr, frame) else { return };
        for index in (0..list.len().min(MOST)).rev() {
            let Some(element) = list.get(index) else { return };
            let Some(place) = self.place_of(&element) else { return };
            if index == 0 {
                self.element = Some((place.path.clone(), own_name(&element)));
            }
            self.read_place(&place);
        }
    }

    fn read_place(&mut self, place: &Place) {
        if self.reads.iter().any(|read| read.path == place.path) {
            return;
        }
        let read = self.reading(place);
        self.reads.push(read);
    }

    fn reading(&self, place: &Place) -> Read {
        let node = self.at(place);
        Read {
            path: place.path.clone(),
            value: node.map_or_else(|| "absent".to_string(), super::value::print_node),
            present: place.node.is_ok(),
            defaulted: node.is_some_and(|node| !node.node().origin.is_written()),
            unread: false,
            items: node.map_or(0, |node| node.items().count().max(node.entries().len())),
            span: self.span(place),
        }
    }

    /// The culprit in a sentence.
    fn summary(&self) -> String {
        let Some(read) = self.reads.last() else { return String::new() };
        let says = |path: &str| {
            if read.present { format!("{path} is {}", read.value) } else { format!("{path} is absent") }
        };
        let short = |path: &str| path.strip_prefix("object.").unwrap_or(path).to_string();
        match &self.element {
            Some((element, name)) => {
                let field = read.path.strip_prefix(element.as_str()).map(|rest| rest.trim_start_matches('.'));
                let named =
                    if name.is_empty() { short(element) } else { format!("{} {name}", short(element)) };
                match field {
                    // A whole element is named, not printed.
                    Some("") if read.value.starts_with(['{', '[']) => named,
                    Some("") => says(&named),
                    Some(field) => format!("{named}: {}", says(field)),
                    None => format!("{named}: {}", says(&short(&read.path))),
                }
            }
            None => says(&short(&read.path)),
        }
    }
}

/// Selection by a key: part of an attribute.
fn is_qualifier(function: &str) -> bool {
    matches!(function, "_[_]" | "_[?_]" | "_?._")
}

fn is_attribute(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ident(_) => true,
        ExprKind::Select { operand, .. } => is_attribute(operand),
        ExprKind::Call { function, args, .. } if is_qualifier(function) => {
            args.first().is_some_and(is_attribute)
        }
        _ => false,
    }
}

/// Whether a part has no variable in it, so that it may have been folded away.
fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::List { elements, .. } => elements.iter().all(is_constant),
        ExprKind::Map(entries) => {
            entries.iter().all(|entry| is_constant(&entry.key) && is_constant(&entry.value))
        }
        ExprKind::Call { target, args, .. } => {
            target.as_deref().is_none_or(is_constant) && args.iter().all(is_constant)
        }
        _ => false,
    }
}

/// Every part by its number.
fn index<'e>(expr: &'e Expr, by_id: &mut BTreeMap<ExprId, &'e Expr>) {
    by_id.insert(expr.id, expr);
    match &expr.kind {
        ExprKind::Select { operand, .. } => index(operand, by_id),
        ExprKind::Call { target, args, .. } => {
            for part in target.as_deref().into_iter().chain(args) {
                index(part, by_id);
            }
        }
        ExprKind::List { elements, .. } => elements.iter().for_each(|element| index(element, by_id)),
        ExprKind::Map(entries) => {
            for entry in entries {
                index(&entry.key, by_id);
                index(&entry.value, by_id);
            }
        }
        ExprKind::Struct { fields, .. } => fields.iter().for_each(|field| index(&field.value, by_id)),
        ExprKind::Comprehension(fold) => {
            for part in
                [&fold.iter_range, &fold.accu_init, &fold.loop_condition, &fold.loop_step, &fold.result]
            {
                index(part, by_id);
            }
        }
        ExprKind::Literal(_) | ExprKind::Ident(_) | ExprKind::Unspecified => {}
    }
}

/// The path of every node of a document; the first of several for an aliased one.
fn paths(name: &str, object: &Object) -> BTreeMap<NodeId, String> {
    let mut found = BTreeMap::new();
    let mut open = alloc::vec![(object.root, name.to_string())];
    while let Some((id, path)) = open.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let node = object.document.at(id);
        for entry in node.entries().iter().rev() {
            open.push((entry.value, format!("{path}.{}", entry.key)));
        }
        for (at, item) in node.items().enumerate() {
            open.push((item.id(), format!("{path}[{at}]")));
        }
        found.insert(id, path);
    }
    found
}

/// An element of a range as its iteration variables see it, and how it is called.
fn element(range: &Value, index: usize, two: bool) -> Option<(Value, Option<Value>, String)> {
    let label = format!("[{index}]");
    match range {
        Value::List(list) => {
            let value = list.get(index)?;
            if two {
                Some((Value::Int(i64::try_from(index).ok()?), Some(value), label))
            } else {
                Some((value, None, label))
            }
        }
        Value::Map(map) => {
            let key = map.key(index)?;
            let label = print(&key);
            let value = if two { map.entry(index).ok()?.map(|entry| entry.1) } else { None };
            Some((key, value, label))
        }
        _ => None,
    }
}

/// `name` of an element that has one.
fn own_name(element: &Value) -> String {
    let Value::Map(map) = element else { return String::new() };
    match map.get_str("name") {
        Ok(Some(Value::String(name))) => name.to_string(),
        _ => String::new(),
    }
}
