//! What an expression may cost, from its types and what is known of sizes (`checker/cost.go`), with Kubernetes' settings
//! and its functions' own estimates.
//!
//! Like the planner, works off a stack of tasks instead of recursing.

use alloc::{collections::BTreeMap, rc::Rc, vec::Vec};

use super::{CallEstimate, CostEstimator, LIST_CREATE, MAP_CREATE, Operand, Range, STRUCT_CREATE, size};
use crate::cel::{
    ast::{Comprehension, Expr, ExprId, ExprKind},
    checker::{CheckedAst, Reference},
    env::Env,
    macros::ACCUMULATOR,
    types::Type,
    value::Value,
};

/// The least and the most that `checked` may cost.
#[must_use]
pub fn estimate(env: &Env, checked: &CheckedAst, estimator: &dyn CostEstimator) -> Range {
    let mut coster = Coster {
        env,
        checked,
        estimator,
        tasks: alloc::vec![Task::Visit(&checked.ast.expr)],
        costs: Vec::new(),
        paths: BTreeMap::new(),
        known_sizes: BTreeMap::new(),
        entries: BTreeMap::new(),
        scope: Vec::new(),
    };
    while let Some(task) = coster.tasks.pop() {
        coster.run(task);
    }
    coster.cost()
}

/// From a variable to a value inside it.
type Path = Rc<[Rc<str>]>;

struct Coster<'a> {
    env: &'a Env,
    checked: &'a CheckedAst,
    estimator: &'a dyn CostEstimator,
    tasks: Vec<Task<'a>>,
    /// Costs of the nodes that are done and whose parents are not.
    costs: Vec<Range>,
    paths: BTreeMap<ExprId, Path>,
    known_sizes: BTreeMap<ExprId, Range>,
    entries: BTreeMap<ExprId, Entry>,
    scope: Vec<Local>,
}

/// Sizes of the parts of a list or map.
#[derive(Clone, Copy)]
struct Entry {
    list: bool,
    key: Range,
    value: Range,
}

#[derive(Clone)]
struct Local {
    name: Rc<str>,
    path: Option<Path>,
    size: Option<Range>,
    entry: Option<Entry>,
}

enum Task<'a> {
    Visit(&'a Expr),
    Select { expr: &'a Expr, operand: &'a Expr, field: &'a Rc<str>, test: bool },
    Dyn { expr: &'a Expr, operand: &'a Expr },
    Call { expr: &'a Expr, function: &'a str, target: Option<&'a Expr>, args: &'a [Expr] },
    List { expr: &'a Expr, elements: &'a [Expr] },
    Map(&'a Expr),
    Struct(usize),
    EnterLoop(&'a Comprehension),
    LeaveLoop(&'a Comprehension),
    EndLoop { expr: &'a Expr, comprehension: &'a Comprehension },
    EnterBind(&'a Comprehension),
    EndBind { expr: &'a Expr, comprehension: &'a Comprehension },
}

/// A size that no part has contributed to yet.
const NOTHING: Range = Range { min: u64::MAX, max: 0 };

impl<'a> Coster<'a> {
    fn cost(&mut self) -> Range {
        self.costs.pop().unwrap_or(Range::fixed(0))
    }

    /// The last `count` costs, in order.
    fn last_costs(&mut self, count: usize) -> Vec<Range> {
        self.costs.split_off(self.costs.len().saturating_sub(count))
    }

    fn plan(&mut self, tasks: impl IntoIterator<Item = Task<'a>, IntoIter: DoubleEndedIterator>) {
        self.tasks.extend(tasks.into_iter().rev());
    }

    fn visit(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Unspecified => self.costs.push(Range::fixed(0)),
            ExprKind::Ident(name) => {
                let local = self.local(name).map(|local| local.path.clone());
                let path = local.unwrap_or_else(|| Some(Rc::from([Rc::clone(name)])));
                self.add_path(expr.id, path);
                self.costs.push(Range::fixed(1));
            }
            ExprKind::Select { operand, field, test_only } => {
                self.plan([Task::Visit(operand), Task::Select { expr, operand, field, test: *test_only }]);
            }
            ExprKind::Call { function, target: None, args } if &**function == "dyn" && args.len() == 1 => {
                if let [operand] = args.as_slice() {
                    self.plan([Task::Visit(operand), Task::Dyn { expr, operand }]);
                }
            }
            ExprKind::Call { function, target, args } => {
                let mut tasks: Vec<_> = args.iter().map(Task::Visit).collect();
                let target = target.as_deref();
                tasks.extend(target.map(Task::Visit));
                tasks.push(Task::Call { expr, function, target, args });
                self.plan(tasks);
            }
            ExprKind::List { elements, .. } => {
                let mut tasks: Vec<_> = elements.iter().map(Task::Visit).collect();
                tasks.push(Task::List { expr, elements });
                self.plan(tasks);
            }
            ExprKind::Map(entries) => {
                let parts =
                    entries.iter().flat_map(|entry| [Task::Visit(&entry.key), Task::Visit(&entry.value)]);
                let mut tasks: Vec<_> = parts.collect();
                tasks.push(Task::Map(expr));
                self.plan(tasks);
            }
            ExprKind::Struct { fields, .. } => {
                let mut tasks: Vec<_> = fields.iter().map(|field| Task::Visit(&field.value)).collect();
                tasks.push(Task::Struct(fields.len()));
                self.plan(tasks);
            }
            ExprKind::Comprehension(comprehension) if is_bind(comprehension) => self.plan([
                Task::Visit(&comprehension.iter_range),
                Task::Visit(&comprehension.accu_init),
                Task::EnterBind(comprehension),
                Task::Visit(&comprehension.result),
                Task::EndBind { expr, comprehension },
            ]),
            ExprKind::Comprehension(comprehension) => self.plan([
                Task::Visit(&comprehension.iter_range),
                Task::Visit(&comprehension.accu_init),
                Task::EnterLoop(comprehension),
                Task::Visit(&comprehension.loop_condition),
                Task::Visit(&comprehension.loop_step),
                Task::LeaveLoop(comprehension),
                Task::Visit(&comprehension.result),
                Task::EndLoop { expr, comprehension },
            ]),
        }
    }

    fn run(&mut self, task: Task<'a>) {
        match task {
            Task::Visit(expr) => self.visit(expr),
            Task::Select { expr, operand, field, test } => self.select(expr, operand, field, test),
            Task::Dyn { expr, operand } => {
                self.copy_sizes(expr, operand);
                let cost = self.cost().plus(Range::fixed(1));
                self.costs.push(cost);
            }
            Task::Call { expr, function, target, args } => self.call(expr, function, target, args),
            Task::List { expr, elements } => {
                let start = if elements.is_empty() { Range::fixed(0) } else { NOTHING };
                let value =
                    elements.iter().fold(start, |all, element| all.union(self.size_or_unknown(element)));
                self.entries.insert(expr.id, Entry { list: true, key: Range::fixed(1), value });
                self.sum(elements.len(), LIST_CREATE);
            }
            Task::Map(expr) => {
                let ExprKind::Map(entries) = &expr.kind else { return };
                let start = if entries.is_empty() { Range::fixed(0) } else { NOTHING };
                let key =
                    entries.iter().fold(start, |all, entry| all.union(self.size_or_unknown(&entry.key)));
                let value =
                    entries.iter().fold(start, |all, entry| all.union(self.size_or_unknown(&entry.value)));
                self.entries.insert(expr.id, Entry { list: false, key, value });
                self.sum(entries.len().saturating_mul(2), MAP_CREATE);
            }
            Task::Struct(fields) => self.sum(fields, STRUCT_CREATE),
            Task::EnterLoop(comprehension) => self.enter_loop(comprehension),
            Task::LeaveLoop(comprehension) => {
                let variables = if comprehension.iter_var2.is_some() { 2 } else { 1 };
                self.scope.truncate(self.scope.len().saturating_sub(variables));
            }
            Task::EndLoop { expr, comprehension } => self.end_loop(expr, comprehension),
            Task::EnterBind(comprehension) => self.push_local(comprehension),
            Task::EndBind { expr, comprehension } => {
                self.scope.pop();
                self.copy_sizes(expr, &comprehension.result);
                self.sum(3, 0);
            }
        }
    }

    /// Replaces the last costs by their sum and something for making a value of them.
    fn sum(&mut self, count: usize, base: u64) {
        let parts = self.last_costs(count);
        self.costs.push(parts.into_iter().fold(Range::fixed(base), Range::plus));
    }

    fn select(&mut self, expr: &'a Expr, operand: &'a Expr, field: &Rc<str>, test: bool) {
        // Kubernetes makes presence tests free.
        if test {
            return;
        }
        if matches!(self.checked.type_of(operand.id), Type::Map(..) | Type::Object(_) | Type::TypeParam(_)) {
            let cost = self.cost().plus(Range::fixed(1));
            self.costs.push(cost);
        }
        let path = self.extended(operand, field);
        self.add_path(expr.id, Some(path));
    }

    fn call(&mut self, expr: &'a Expr, function: &'a str, target: Option<&'a Expr>, args: &'a [Expr]) {
        let target_cost = if target.is_some() { self.cost() } else { Range::fixed(0) };
        let costs = self.last_costs(args.len());
        let overloads: &[&'static str] = match self.checked.references.get(expr.id) {
            Some(Reference::Overloads(overloads)) => overloads,
            _ => &[],
        };
        if overloads.is_empty() {
            self.costs.push(Range::fixed(0));
            return;
        }
        let (mut cost, mut result) = (NOTHING, None::<Range>);
        for overload in overloads {
            let call = self.overload(expr, function, overload, target, args, &costs);
            cost = cost.union(call.cost);
            if let Some(size) = call.result {
                result = Some(result.map_or(size, |known| known.union(size)));
            }
            if let (Some(container), "index_list" | "index_map") = (args.first(), *overload) {
                let inside = if *overload == "index_list" { "@items" } else { "@values" };
                result = self.entry(container).map(|entry| entry.value);
                let path = self.extended(container, &Rc::from(inside));
                self.add_path(expr.id, Some(path));
            }
            if result.is_none() {
                result = self.size(expr);
            }
        }
        if let Some(size) = result {
            self.known_sizes.insert(expr.id, size);
        }
        self.costs.push(target_cost.plus(cost));
    }

    /// The estimate for one overload, arguments included, receiver not.
    fn overload(
        &mut self,
        expr: &'a Expr,
        function: &str,
        overload: &str,
        target: Option<&'a Expr>,
        args: &'a [Expr],
        costs: &[Range],
    ) -> CallEstimate {
        match (overload, costs, args) {
            // The right operand may never be looked at.
            ("logical_and" | "logical_or", [left, right], _) => {
                return CallEstimate::cost(Range::new(left.min, left.plus(*right).max));
            }
            ("conditional", [condition, truthy, falsy], [_, when_true, when_false]) => {
                let size = self.size_or_unknown(when_true).union(self.size_or_unknown(when_false));
                self.join_entries(expr, when_true, when_false);
                return CallEstimate::cost(condition.plus(truthy.union(*falsy))).result(size);
            }
            ("add_string" | "add_bytes" | "add_list", _, [left, right]) => {
                self.join_entries(expr, left, right)
            }
            _ => {}
        }
        let arguments = costs.iter().fold(Range::fixed(0), |sum, cost| sum.plus(*cost));
        let declared = self.env.overload(function, overload).and_then(|overload| overload.estimate);
        let own = {
            let nodes: Vec<&'a Expr> = target.into_iter().chain(args).collect();
            let known: Vec<(Option<Range>, Option<Range>)> =
                nodes.iter().map(|node| (self.size(node), self.element_size(node))).collect();
            let operands: Vec<Operand<'a>> = nodes
                .iter()
                .zip(known)
                .map(|(node, (size, element))| Operand {
                    kind: self.checked.type_of(node.id),
                    size,
                    element,
                    int: match &node.kind {
                        ExprKind::Literal(Value::Int(value)) => Some(*value),
                        _ => None,
                    },
                })
                .collect();
            let known = self.estimator.call(overload, &operands);
            known.or_else(|| declared.map(|estimate| estimate(&operands)))
        };
        let own = own.unwrap_or(CallEstimate::cost(Range::fixed(1)));
        CallEstimate { cost: own.cost.plus(arguments), ..own }
    }

    // ---- comprehensions ---------------------------------------------------------------------------------------------

    fn push_local(&mut self, comprehension: &'a Comprehension) {
        let init = &comprehension.accu_init;
        let local = Local {
            name: Rc::clone(&comprehension.accu_var),
            path: self.path(init),
            size: self.size(init),
            entry: self.entry(init),
        };
        self.scope.push(local);
    }

    fn enter_loop(&mut self, comprehension: &'a Comprehension) {
        self.push_local(comprehension);
        let range = &comprehension.iter_range;
        let entry = self.entry(range);
        let list = match entry {
            Some(entry) => entry.list,
            None => matches!(self.checked.type_of(range.id), Type::List(_)),
        };
        let key = entry.map(|entry| entry.key);
        let value = entry.map(|entry| entry.value);
        let mut push = |name: &Rc<str>, size: Option<Range>, inside: &str| {
            let path = Some(self.extended(range, &Rc::from(inside)));
            self.scope.push(Local { name: Rc::clone(name), path, size, entry: None });
        };
        match &comprehension.iter_var2 {
            Some(second) => {
                push(&comprehension.iter_var, key, if list { "@indices" } else { "@keys" });
                push(second, value, if list { "@items" } else { "@values" });
            }
            None if list => push(&comprehension.iter_var, value, "@items"),
            None => push(&comprehension.iter_var, key, "@keys"),
        }
    }

    fn end_loop(&mut self, expr: &'a Expr, comprehension: &'a Comprehension) {
        self.scope.pop();
        let costs = self.last_costs(5);
        let [range, init, condition, step, result] = costs.as_slice() else { return };
        let count = self.size_or_unknown(&comprehension.iter_range);
        let looped = count.times(step.plus(*condition));
        self.costs.push(range.plus(*init).plus(*result).plus(looped));
        match &comprehension.accu_init.kind {
            ExprKind::Literal(_) => {
                if let Some(size) = self.size(&comprehension.accu_init) {
                    self.known_sizes.insert(expr.id, size);
                }
            }
            ExprKind::List { .. } | ExprKind::Map(_) => {
                self.known_sizes.insert(expr.id, count);
                if let Some(entry) = self.entry(&comprehension.loop_step) {
                    self.entries.insert(expr.id, entry);
                }
            }
            _ => {}
        }
    }

    // ---- what is known of nodes -------------------------------------------------------------------------------------

    fn local(&self, name: &str) -> Option<&Local> {
        self.scope.iter().rev().find(|local| *local.name == *name)
    }

    fn path(&self, expr: &Expr) -> Option<Path> {
        if let ExprKind::Ident(name) = &expr.kind
            && let Some(local) = self.local(name)
        {
            return local.path.clone();
        }
        self.paths.get(&expr.id).cloned()
    }

    fn extended(&self, expr: &Expr, part: &Rc<str>) -> Path {
        let before = self.path(expr);
        before.iter().flat_map(|path| path.iter()).chain([part]).cloned().collect()
    }

    fn add_path(&mut self, id: ExprId, path: Option<Path>) {
        match path {
            Some(path) => {
                self.paths.insert(id, path);
            }
            None => {
                self.paths.remove(&id);
            }
        }
    }

    fn size_or_unknown(&mut self, expr: &'a Expr) -> Range {
        self.size(expr).unwrap_or(Range::UNKNOWN)
    }

    fn size(&mut self, expr: &'a Expr) -> Option<Range> {
        if let Some(known) = self.known_sizes.get(&expr.id) {
            return Some(*known);
        }
        if let Some(written) = written_size(expr) {
            return Some(Range::fixed(written));
        }
        let kind = self.checked.type_of(expr.id);
        let path = self.path(expr);
        if let Some(declared) = self.estimator.size(path.as_deref(), kind) {
            self.known_sizes.insert(expr.id, declared);
            return Some(declared);
        }
        if let Some(scalar) = size::of_type(kind) {
            return Some(scalar);
        }
        match &expr.kind {
            ExprKind::Ident(name) => self.local(name)?.size,
            _ => None,
        }
    }

    /// The declared size of a list's elements, or of a map's keys.
    fn element_size(&self, expr: &'a Expr) -> Option<Range> {
        let element = match self.checked.type_of(expr.id) {
            Type::List(element) | Type::Map(element, _) => &**element,
            Type::Opaque(_, parameters) => parameters.first()?,
            _ => return None,
        };
        // Paths of accumulators are not given to estimators.
        let path = self.path(expr).filter(|path| path.first().is_none_or(|root| !root.starts_with('@')));
        let path = path.map(|_| self.extended(expr, &Rc::from("@items")));
        self.estimator.size(path.as_deref(), element)
    }

    fn entry(&self, expr: &Expr) -> Option<Entry> {
        if let Some(known) = self.entries.get(&expr.id) {
            return Some(*known);
        }
        match &expr.kind {
            ExprKind::Ident(name) => self.local(name)?.entry,
            _ => None,
        }
    }

    /// What comes of two lists or maps has entries as either.
    fn join_entries(&mut self, expr: &Expr, a: &Expr, b: &Expr) {
        if let (Some(a), Some(b)) = (self.entry(a), self.entry(b)) {
            let joined = Entry { list: a.list, key: a.key.union(b.key), value: a.value.union(b.value) };
            self.entries.insert(expr.id, joined);
        }
    }

    fn copy_sizes(&mut self, to: &'a Expr, from: &'a Expr) {
        if let Some(size) = self.size(from) {
            self.known_sizes.insert(to.id, size);
        }
        if let Some(entry) = self.entry(from) {
            self.entries.insert(to.id, entry);
        }
    }
}

/// The size of a literal, as written.
fn written_size(expr: &Expr) -> Option<u64> {
    let size = match &expr.kind {
        ExprKind::Literal(Value::String(text)) => text.chars().count(),
        ExprKind::Literal(Value::Bytes(bytes)) => bytes.len(),
        ExprKind::Literal(_) => 1,
        ExprKind::List { elements, .. } => elements.len(),
        ExprKind::Map(entries) => entries.len(),
        _ => return None,
    };
    u64::try_from(size).ok()
}

/// Whether it only names a value: what `optMap` expands to.
fn is_bind(comprehension: &Comprehension) -> bool {
    matches!(&comprehension.iter_range.kind, ExprKind::List { elements, .. } if elements.is_empty())
        && matches!(&comprehension.loop_condition.kind, ExprKind::Literal(Value::Bool(false)))
        && *comprehension.accu_var != *ACCUMULATOR
}
