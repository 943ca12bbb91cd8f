//! Checked (or only parsed) expression → [`Program`]: what cel-go's planner and its decorators decide once
//! (`interpreter/planner.go`, `decorators.go`): attributes, slots of local variables, overloads, constants, sets, prepared
//! patterns.
//!
//! Works off a stack of tasks instead of recursing: an expression may be as deep as the parser allows, on any stack.

use alloc::{format, rc::Rc, string::String, vec::Vec};

use super::{
    ast::{Ast, Comprehension, Expr, ExprId, ExprKind, MapEntry},
    checker::{CheckedAst, Reference},
    container::qualified_name,
    decls::{FunctionDecl, OverloadDecl},
    env::Env,
    error::EvalError,
    operators,
    program::{Callee, Candidate, Code, Fold, Op, Parameter, Program, Set, Site, Target},
    types::Type,
    value::{OwnedMap, Value},
};

impl Program {
    /// Plans an expression that was checked in `env`.
    ///
    /// # Errors
    /// A constant that cannot be computed: a literal that does not convert, a pattern that is none. Kubernetes shows it
    /// after `program instantiation failed: `.
    pub fn new(env: &Env, checked: &CheckedAst) -> Result<Self, EvalError> {
        Self::plan(env, &checked.ast.expr, Some(checked), true)
    }

    /// Plans an expression that was only parsed, as cel-go does: what a name stands for shows when it runs, by the
    /// variables that have a value then; functions are chosen by the types their arguments turn out to have.
    ///
    /// # Errors
    /// As [`Program::new`].
    pub fn unchecked(env: &Env, ast: &Ast) -> Result<Self, EvalError> {
        Self::plan(env, &ast.expr, None, true)
    }

    /// Plans an expression without computing any part of it (cel-go without `OptOptimize`): literals cost what making them
    /// costs, as in Kubernetes' own tests of cost.
    ///
    /// # Errors
    /// As [`Program::new`].
    pub fn unoptimized(env: &Env, checked: &CheckedAst) -> Result<Self, EvalError> {
        Self::plan(env, &checked.ast.expr, Some(checked), false)
    }

    fn plan(
        env: &Env,
        expr: &Expr,
        checked: Option<&CheckedAst>,
        optimized: bool,
    ) -> Result<Self, EvalError> {
        let mut planner = Planner {
            env,
            checked,
            optimized,
            code: Code::default(),
            tasks: alloc::vec![Task::Visit(expr)],
            marks: Vec::new(),
            scope: Vec::new(),
        };
        while let Some(task) = planner.tasks.pop() {
            planner.run(task)?;
        }
        Ok(Self { code: Rc::new(planner.code) })
    }
}

struct Planner<'a> {
    env: &'a Env,
    /// What the checker found; `None`: nobody asked it.
    checked: Option<&'a CheckedAst>,
    /// Whether what is constant is computed.
    optimized: bool,
    code: Code,
    /// What is left to do, the next on top.
    tasks: Vec<Task<'a>>,
    /// Instructions that tasks to come have to know: their own start, or a jump to complete.
    marks: Vec<Target>,
    /// Local variables in sight, innermost last.
    scope: Vec<Local>,
}

#[derive(Clone)]
struct Local {
    name: Rc<str>,
    slot: u32,
    /// The instructions of a first value that is computed when needed.
    init: Option<Target>,
}

enum Task<'a> {
    /// Plans a node.
    Visit(&'a Expr),
    /// Plans a node whose own cost as an attribute is not charged: a branch of `?:`, a key.
    Resolve(&'a Expr),
    Emit(Op, ExprId),
    Mark,
    AndLeft(ExprId),
    AndRight(ExprId),
    OrLeft(ExprId),
    OrRight(ExprId),
    OptionalOr(ExprId, bool),
    PatchToHere,
    Branch(ExprId),
    Otherwise(ExprId),
    BranchEnd,
    SkipEnded(ExprId),
    Index {
        id: ExprId,
        optional: bool,
    },
    Abort {
        id: ExprId,
        drop: u32,
    },
    CallEnd {
        expr: &'a Expr,
        site: Site,
        strict: bool,
        overload: Option<&'a OverloadDecl>,
    },
    ListStart(&'a Expr, u32),
    ListEnd(&'a Expr),
    MapStart(&'a Expr, u32),
    MapEnd(&'a Expr),
    AppendOne {
        id: ExprId,
        slot: u32,
    },
    FoldInitial(u32),
    FoldStart {
        id: ExprId,
        fold: u32,
        comprehension: &'a Comprehension,
    },
    FoldCondition {
        id: ExprId,
        fold: u32,
    },
    FoldStep {
        id: ExprId,
        fold: u32,
    },
    FoldEnd {
        id: ExprId,
        fold: u32,
    },
}

/// A qualifier of an attribute.
enum Link<'a> {
    Field { id: ExprId, name: &'a Rc<str>, test: bool },
    Index { id: ExprId, key: &'a Expr, optional: bool },
}

impl<'a> Planner<'a> {
    fn reference(&self, id: ExprId) -> Option<&'a Reference> {
        self.checked?.references.get(id)
    }

    fn local_named(&self, name: &str) -> Option<&Local> {
        self.scope.iter().rev().find(|local| *local.name == *name)
    }

    fn here(&self) -> Target {
        Target::try_from(self.code.ops.len()).unwrap_or(Target::MAX)
    }

    fn emit(&mut self, op: Op, id: ExprId) {
        self.code.ops.push(op);
        self.code.ids.push(id);
    }

    fn truncate(&mut self, to: Target) {
        self.code.ops.truncate(to as usize);
        self.code.ids.truncate(to as usize);
    }

    fn emit_constant(&mut self, value: Value, id: ExprId) {
        let constant = self.constant(value);
        self.emit(Op::Const(constant), id);
    }

    fn constant(&mut self, value: Value) -> u32 {
        self.code.constants.push(value);
        last_index(self.code.constants.len())
    }

    /// The value of the instructions from `start` on, if they are one constant.
    fn constant_since(&self, start: Target) -> Option<&Value> {
        match self.code.ops.get(start as usize..)? {
            [Op::Const(constant)] => self.code.constants.get(*constant as usize),
            _ => None,
        }
    }

    /// Remembers the next instruction.
    fn mark(&mut self) {
        self.marks.push(self.here());
    }

    fn unmark(&mut self) -> Target {
        self.marks.pop().unwrap_or_default()
    }

    /// Makes the jump of the instruction `at` lead to the next instruction.
    fn patch(&mut self, at: Target) {
        let here = self.here();
        if let Some(
            Op::AndLeft(to)
            | Op::OrLeft(to)
            | Op::Jump(to)
            | Op::SkipEnded(to)
            | Op::Abort { to, .. }
            | Op::OptionalOr { to, .. }
            | Op::AccumulatorFailed { to, .. }
            | Op::ListStart { end: to, .. }
            | Op::MapStart { end: to, .. },
        ) = self.code.ops.get_mut(at as usize)
        {
            *to = here;
        }
    }

    /// Puts tasks on the stack so that the first is done first.
    fn plan(&mut self, tasks: impl IntoIterator<Item = Task<'a>, IntoIter: DoubleEndedIterator>) {
        self.tasks.extend(tasks.into_iter().rev());
    }

    fn run(&mut self, task: Task<'a>) -> Result<(), EvalError> {
        match task {
            Task::Visit(expr) => return self.visit(expr, true),
            Task::Resolve(expr) => return self.visit(expr, false),
            Task::Emit(op, id) => self.emit(op, id),
            Task::Mark => self.mark(),
            Task::AndLeft(id) => self.emit_marked(Op::AndLeft(0), id),
            Task::OrLeft(id) => self.emit_marked(Op::OrLeft(0), id),
            Task::OptionalOr(id, unwrap) => self.emit_marked(Op::OptionalOr { to: 0, unwrap }, id),
            Task::SkipEnded(id) => self.emit_marked(Op::SkipEnded(0), id),
            Task::Abort { id, drop } => self.emit_marked(Op::Abort { to: 0, drop }, id),
            Task::AndRight(id) => {
                self.emit(Op::AndRight, id);
                let left = self.unmark();
                self.patch(left);
            }
            Task::OrRight(id) => {
                self.emit(Op::OrRight, id);
                let left = self.unmark();
                self.patch(left);
            }
            Task::PatchToHere => {
                let at = self.unmark();
                self.patch(at);
            }
            Task::Branch(id) => self.emit_marked(Op::Branch { otherwise: 0, failed: 0 }, id),
            Task::Otherwise(id) => {
                self.emit_marked(Op::Jump(0), id);
                let here = self.here();
                let branch = self.marks.iter().rev().nth(1).copied().unwrap_or_default();
                if let Some(Op::Branch { otherwise, .. }) = self.code.ops.get_mut(branch as usize) {
                    *otherwise = here;
                }
            }
            Task::BranchEnd => {
                let jump = self.unmark();
                self.patch(jump);
                let branch = self.unmark();
                let here = self.here();
                if let Some(Op::Branch { failed, .. }) = self.code.ops.get_mut(branch as usize) {
                    *failed = here;
                }
            }
            Task::Index { id, optional } => return self.index_end(id, optional),
            Task::CallEnd { expr, site, strict, overload } => {
                return self.call_end(expr, site, strict, overload);
            }
            Task::ListStart(expr, capacity) => self.emit_marked(Op::ListStart { capacity, end: 0 }, expr.id),
            Task::ListEnd(expr) => self.list_end(expr),
            Task::MapStart(expr, cost) => self.emit_marked(Op::MapStart { end: 0, cost }, expr.id),
            Task::MapEnd(expr) => self.map_end(expr),
            Task::AppendOne { id, slot } => self.append_end(id, slot),
            Task::FoldInitial(fold) => self.fold_initial(fold),
            Task::FoldStart { id, fold, comprehension } => self.fold_start(id, fold, comprehension),
            Task::FoldCondition { id, fold } => {
                let start = self.unmark();
                if matches!(self.constant_since(start), Some(Value::Bool(true))) {
                    self.truncate(start);
                } else {
                    self.emit(Op::FoldCondition(fold), id);
                }
            }
            Task::FoldStep { id, fold } => {
                self.emit(Op::FoldStep(fold), id);
                let here = self.here();
                let Some(fold) = self.code.folds.get_mut(fold as usize) else { return Ok(()) };
                fold.result = here;
                let iterated = if fold.second.is_some() { 2 } else { 1 };
                self.scope.truncate(self.scope.len().saturating_sub(iterated));
            }
            Task::FoldEnd { id, fold } => {
                self.emit(Op::FoldEnd, id);
                let here = self.here();
                if let Some(fold) = self.code.folds.get_mut(fold as usize) {
                    fold.end = here;
                }
                self.scope.pop();
            }
        }
        Ok(())
    }

    /// Emits an instruction whose jump is completed later.
    fn emit_marked(&mut self, op: Op, id: ExprId) {
        self.mark();
        self.emit(op, id);
    }

    /// Plans a node; `charged`: as an attribute it pays for itself.
    fn visit(&mut self, expr: &'a Expr, charged: bool) -> Result<(), EvalError> {
        match &expr.kind {
            ExprKind::Literal(value) => self.emit_constant(value.clone(), expr.id),
            ExprKind::Ident(_) | ExprKind::Select { .. } => return self.attribute(expr, charged),
            ExprKind::Call { function, target, args } => {
                return self.call(expr, function, target.as_deref(), args, charged);
            }
            ExprKind::List { elements, optional_indices } => {
                let capacity = u32::try_from(elements.len()).unwrap_or_default();
                let mut tasks = alloc::vec![Task::ListStart(expr, capacity)];
                for (at, element) in elements.iter().enumerate() {
                    let optional = u32::try_from(at).is_ok_and(|at| optional_indices.contains(&at));
                    tasks.extend([Task::Visit(element), Task::Emit(Op::ListPush { optional }, expr.id)]);
                }
                tasks.push(Task::ListEnd(expr));
                self.plan(tasks);
            }
            ExprKind::Map(entries) => {
                let mut tasks = alloc::vec![Task::MapStart(expr, MAP_COST)];
                for MapEntry { key, value, optional, .. } in entries {
                    tasks.extend([
                        Task::Visit(key),
                        Task::Emit(Op::MapKey, expr.id),
                        Task::Visit(value),
                        Task::Emit(Op::MapPut { optional: *optional }, expr.id),
                    ]);
                }
                tasks.push(Task::MapEnd(expr));
                self.plan(tasks);
            }
            ExprKind::Struct { type_name, fields } => {
                let maker = self.env.container().resolve(type_name, |name| {
                    self.env.provider(name).map(|provider| (Rc::<str>::from(name), Rc::clone(provider)))
                });
                let Some(maker) = maker else {
                    return Err(EvalError::new(format!("unknown type: {type_name}")));
                };
                self.code.makers.push(maker);
                let maker = last_index(self.code.makers.len());
                let mut tasks = alloc::vec![Task::MapStart(expr, STRUCT_COST)];
                for field in fields {
                    let key = self.constant(Value::String(Rc::clone(&field.name)));
                    tasks.extend([
                        Task::Emit(Op::Const(key), field.id),
                        Task::Visit(&field.value),
                        Task::Emit(Op::MapPut { optional: field.optional }, expr.id),
                    ]);
                }
                tasks.extend([Task::Emit(Op::ObjectEnd(maker), expr.id), Task::PatchToHere]);
                self.plan(tasks);
            }
            ExprKind::Comprehension(comprehension) => self.comprehension(expr.id, comprehension),
            ExprKind::Unspecified => return Err(EvalError::new("unsupported expr")),
        }
        Ok(())
    }

    // ---- attributes -------------------------------------------------------------------------------------------------

    /// Plans an identifier, a conditional or an expression with the selections and indexes that follow it.
    fn attribute(&mut self, expr: &'a Expr, charged: bool) -> Result<(), EvalError> {
        let mut links = Vec::new();
        let mut base = expr;
        loop {
            if matches!(self.reference(base.id), Some(Reference::Ident { .. })) {
                break;
            }
            match &base.kind {
                ExprKind::Select { operand, field, test_only } => {
                    links.push(Link::Field { id: base.id, name: field, test: *test_only });
                    base = operand;
                }
                ExprKind::Call { function, target: None, args } => match (&**function, args.as_slice()) {
                    (operators::INDEX, [operand, key]) => {
                        links.push(Link::Index { id: base.id, key, optional: false });
                        base = operand;
                    }
                    (operators::OPT_INDEX | operators::OPT_SELECT, [operand, key]) => {
                        links.push(Link::Index { id: base.id, key, optional: true });
                        base = operand;
                    }
                    _ => break,
                },
                _ => break,
            }
        }
        let conditional = conditional_operands(base);
        let tested = matches!(links.first(), Some(Link::Field { test: true, .. }));
        let mut tasks = Vec::new();
        if let Some([condition, truthy, falsy]) = conditional {
            tasks.extend([
                Task::Visit(condition),
                Task::Branch(base.id),
                Task::Resolve(truthy),
                Task::Otherwise(base.id),
                Task::Resolve(falsy),
                Task::BranchEnd,
            ]);
        } else if let Some(name) = self.unresolved(base) {
            let fields = links.iter().rev().map_while(|link| match link {
                Link::Field { name, test: false, .. } => Some(&***name),
                _ => None,
            });
            let fields: Vec<&str> = fields.collect();
            self.candidates(base.id, name, &fields);
        } else if let Some(push) = self.identifier(base)? {
            tasks.push(Task::Emit(push, base.id));
            if links.is_empty() && matches!(push, Op::Const(_)) {
                self.plan(tasks);
                return Ok(());
            }
        } else {
            tasks.push(Task::Visit(base));
        }
        if !links.is_empty() {
            tasks.push(Task::Emit(Op::Unwrap, base.id));
        }
        for link in links.into_iter().rev() {
            match link {
                Link::Field { id, name, test } => {
                    let key = self.constant(Value::String(Rc::clone(name)));
                    let op = if test { Op::Test { key } } else { Op::Field { key, optional: false } };
                    tasks.push(Task::Emit(op, id));
                }
                Link::Index { id, key, optional } => {
                    tasks.extend([Task::SkipEnded(id), Task::Resolve(key), Task::Index { id, optional }]);
                }
            }
        }
        let end = if tested {
            Op::TestEnd { refund: charged && conditional.is_some() }
        } else {
            Op::AttributeEnd { cost: charged && conditional.is_none() }
        };
        tasks.push(Task::Emit(end, expr.id));
        self.plan(tasks);
        Ok(())
    }

    /// The instruction that pushes what an identifier stands for; `None` for any other node.
    fn identifier(&mut self, expr: &'a Expr) -> Result<Option<Op>, EvalError> {
        if !matches!(expr.kind, ExprKind::Ident(_) | ExprKind::Select { .. }) {
            return Ok(None);
        }
        let name = match (self.reference(expr.id), &expr.kind) {
            (Some(Reference::Ident { constant: Some(value), .. }), _) => {
                return Ok(Some(Op::Const(self.constant(value.clone()))));
            }
            (Some(Reference::Ident { name, .. }), _) => {
                if self.checked.is_some_and(|checked| matches!(checked.type_of(expr.id), Type::Type(_))) {
                    let plain = name.strip_prefix('.').unwrap_or(name);
                    // Messages that stand for other types are names to the checker alone.
                    let named = self.env.type_named(plain);
                    let named = named.filter(|kind| kind.runtime_name() == plain && *kind != Type::Any);
                    let named = named
                        .filter(|_| self.env.provider(plain).is_none_or(|provider| provider.is_value(plain)));
                    let Some(kind) = named else {
                        return Err(EvalError::new(format!("reference to undefined type: {plain}")));
                    };
                    return Ok(Some(Op::Const(self.constant(Value::Type(Rc::new(kind))))));
                }
                name
            }
            (_, ExprKind::Ident(name)) => name,
            _ => return Ok(None),
        };
        if let Some(global) = name.strip_prefix('.') {
            return Ok(Some(self.variable(global)));
        }
        Ok(Some(match self.local_named(name) {
            Some(Local { slot, init: Some(init), .. }) => Op::LazyLocal { slot: *slot, init: *init },
            Some(Local { slot, init: None, .. }) => Op::Local(*slot),
            None => self.variable(name),
        }))
    }

    /// The name of an identifier that nobody has resolved.
    fn unresolved(&self, expr: &'a Expr) -> Option<&'a Rc<str>> {
        let ExprKind::Ident(name) = &expr.kind else { return None };
        (self.checked.is_none() && self.local_named(name).is_none()).then_some(name)
    }

    /// The instructions that push the first thing there is among all that a name with the fields that follow it may
    /// stand for, longest first, and leave the rest of the fields to those that come next: one that looks into an
    /// optional and one for each field.
    fn candidates(&mut self, id: ExprId, name: &str, fields: &[&str]) {
        let mut longer = alloc::vec![String::from(name)];
        for field in fields {
            longer.push(format!("{}.{field}", longer.last().map_or("", |name| name)));
        }
        let env = self.env;
        let mut jumps = Vec::new();
        let mut tried = String::new();
        for (taken, name) in longer.iter().enumerate().rev() {
            tried.clear();
            env.container().resolve(name, |name| -> Option<()> {
                tried.push_str(if tried.is_empty() { "" } else { ", " });
                tried.push_str(name);
                let variable = self.variable_index(name);
                jumps.push((self.here(), taken));
                self.emit(Op::Bound { variable, to: 0 }, id);
                let value = match env.constant(name) {
                    Some(constant) => Some(constant.1),
                    None => env.type_named(name).map(|kind| Value::Type(Rc::new(kind))),
                };
                if let Some(value) = value {
                    self.emit_constant(value, id);
                    jumps.push((self.here(), taken));
                    self.emit(Op::Jump(0), id);
                }
                None
            });
        }
        // Nothing has a name like this: what pushes it says so.
        let none = self.variable(&tried);
        self.emit(none, id);
        let next = self.here();
        for (at, taken) in jumps {
            let target = next.saturating_add(Target::try_from(taken).unwrap_or_default());
            let target = if fields.is_empty() { next } else { target.saturating_add(1) };
            if let Some(Op::Bound { to, .. } | Op::Jump(to)) = self.code.ops.get_mut(at as usize) {
                *to = target;
            }
        }
    }

    fn variable(&mut self, name: &str) -> Op {
        Op::Variable(self.variable_index(name))
    }

    fn variable_index(&mut self, name: &str) -> u32 {
        let known = self.code.variables.iter().position(|variable| **variable == *name);
        let at = known.unwrap_or_else(|| {
            self.code.variables.push(Rc::from(name));
            self.code.variables.len().saturating_sub(1)
        });
        u32::try_from(at).unwrap_or_default()
    }

    /// A key that is constant needs no instructions of its own.
    fn index_end(&mut self, id: ExprId, optional: bool) -> Result<(), EvalError> {
        let skip = self.unmark();
        if let Some(key) = self.constant_since(skip.saturating_add(1)).cloned() {
            check_key(&key)?;
            self.truncate(skip);
            let key = self.constant(key);
            self.emit(Op::Field { key, optional }, id);
        } else {
            self.emit(Op::Index { optional }, id);
            self.patch(skip);
        }
        Ok(())
    }

    // ---- calls ------------------------------------------------------------------------------------------------------

    fn call(
        &mut self,
        expr: &'a Expr,
        function: &'a Rc<str>,
        target: Option<&'a Expr>,
        args: &'a [Expr],
        charged: bool,
    ) -> Result<(), EvalError> {
        let id = expr.id;
        let (function, target) = &self.callee(function, target);
        let target = *target;
        match (&**function, args) {
            (operators::LOGICAL_AND, [left, right]) => {
                self.plan([Task::Visit(left), Task::AndLeft(id), Task::Visit(right), Task::AndRight(id)]);
                return Ok(());
            }
            (operators::LOGICAL_OR, [left, right]) => {
                self.plan([Task::Visit(left), Task::OrLeft(id), Task::Visit(right), Task::OrRight(id)]);
                return Ok(());
            }
            (operators::CONDITIONAL, [_, _, _])
            | (operators::INDEX | operators::OPT_INDEX | operators::OPT_SELECT, [_, _]) => {
                return self.attribute(expr, charged);
            }
            (operators::EQUALS, [left, right]) => {
                self.plan([Task::Visit(left), Task::Visit(right), Task::Emit(Op::Equal, id)]);
                return Ok(());
            }
            (operators::NOT_EQUALS, [left, right]) => {
                self.plan([Task::Visit(left), Task::Visit(right), Task::Emit(Op::NotEqual, id)]);
                return Ok(());
            }
            (operators::NOT_STRICTLY_FALSE, [operand]) => {
                self.plan([Task::Visit(operand), Task::Emit(Op::NotStrictlyFalse, id)]);
                return Ok(());
            }
            (operators::ADD, [left, right]) => {
                if let (Some(slot), ExprKind::List { elements, optional_indices }) =
                    (self.accumulator(left), &right.kind)
                {
                    match elements.as_slice() {
                        [element] if optional_indices.is_empty() => self.plan([
                            Task::Emit(Op::Accumulator, left.id),
                            Task::Mark,
                            Task::Visit(element),
                            Task::AppendOne { id, slot },
                        ]),
                        _ => self.plan([
                            Task::Emit(Op::Accumulator, left.id),
                            Task::Visit(right),
                            Task::Emit(Op::Append(slot), id),
                        ]),
                    }
                    return Ok(());
                }
            }
            (MAP_INSERT, [into, rest @ ..]) => {
                if let Some(slot) = self.accumulator(into) {
                    self.insert(id, into.id, slot, rest);
                    return Ok(());
                }
            }
            ("or" | "orValue", [alternative]) if target.is_some() => {
                if let Some(receiver) = target {
                    let unwrap = &**function == "orValue";
                    self.plan([
                        Task::Visit(receiver),
                        Task::OptionalOr(id, unwrap),
                        Task::Visit(alternative),
                        Task::Emit(Op::OptionalEnd, id),
                        Task::PatchToHere,
                    ]);
                    return Ok(());
                }
            }
            _ => {}
        }
        let (site, strict, overload) = self.resolve(id, function, target.is_some(), args.len());
        let mut tasks = Vec::new();
        for (at, argument) in target.into_iter().chain(args).enumerate() {
            tasks.extend([Task::Mark, Task::Visit(argument)]);
            // cel-go charges for a call whose last argument failed, as all of them have been observed then.
            if strict && at.saturating_add(1) < site.arguments as usize {
                tasks.push(Task::Abort { id, drop: u32::try_from(at).unwrap_or_default() });
            }
        }
        tasks.push(Task::CallEnd { expr, site, strict, overload });
        self.plan(tasks);
        Ok(())
    }

    /// The function that a call means and its receiver, if it has one. The checker writes it into the tree; without it
    /// `a.b.f()` is the function `a.b.f` if there is one.
    fn callee(&self, function: &Rc<str>, target: Option<&'a Expr>) -> (Rc<str>, Option<&'a Expr>) {
        let found = |name: &str| self.env.function(name).map(|known| Rc::from(known.name));
        let qualified = match target {
            _ if self.checked.is_some() => None,
            None => self.env.container().resolve(function, found),
            Some(target) => qualified_name(target)
                .filter(|name| self.local_named(name.split('.').next().unwrap_or_default()).is_none())
                .and_then(|name| self.env.container().resolve(&format!("{name}.{function}"), found)),
        };
        qualified.map_or_else(|| (Rc::clone(function), target), |name| (name, None))
    }

    /// The slot of the accumulator that `expr` is, when changing it in place is seen by nobody: macros alone can name it,
    /// and what they add to it becomes its next value.
    fn accumulator(&self, expr: &Expr) -> Option<u32> {
        let ExprKind::Ident(name) = &expr.kind else { return None };
        if !name.starts_with('@') {
            return None;
        }
        let local = self.local_named(name)?;
        local.init.is_none().then_some(local.slot)
    }

    /// `cel.@mapInsert(accumulator, key, value)` and `cel.@mapInsert(accumulator, {key: value})`.
    fn insert(&mut self, id: ExprId, accumulator: ExprId, slot: u32, rest: &'a [Expr]) {
        match rest {
            [key, value] => self.plan([
                Task::Emit(Op::Accumulator, accumulator),
                Task::Mark,
                Task::Emit(Op::AccumulatorFailed { slot, to: 0 }, id),
                Task::Visit(key),
                Task::Abort { id, drop: 0 },
                Task::Visit(value),
                Task::Emit(Op::Insert { slot, pair: true }, id),
                Task::PatchToHere,
                Task::PatchToHere,
            ]),
            _ => self.plan(
                core::iter::once(Task::Emit(Op::Accumulator, accumulator))
                    .chain(rest.iter().map(Task::Visit))
                    .chain([Task::Emit(Op::Insert { slot, pair: false }, id)])
                    .collect::<Vec<_>>(),
            ),
        }
    }

    /// What a call calls, whether its arguments are evaluated only until one fails, and its overload if there is one.
    fn resolve(
        &self,
        id: ExprId,
        name: &Rc<str>,
        member: bool,
        args: usize,
    ) -> (Site, bool, Option<&'a OverloadDecl>) {
        let arguments = args.saturating_add(usize::from(member));
        let env: &'a Env = self.env;
        let Some(function) = env.function(name) else {
            return (Site::new(name, Callee::Missing, arguments, None), false, None);
        };
        let selected = match self.reference(id) {
            Some(Reference::Overloads(ids)) => match ids.as_slice() {
                [only] => function.overloads.iter().find(|overload| overload.id == *only),
                _ => None,
            },
            _ => None,
        };
        let cost = selected.and_then(|overload| overload.cost).or(function.cost);
        let mut strict = arguments > 2;
        let callee = if let Some(candidate) = selected.and_then(|overload| candidate(function, overload)) {
            strict |= selected.is_some_and(|overload| overload.variadic);
            if function.unguarded { Callee::Body(candidate.body) } else { Callee::Guarded(candidate) }
        } else if let Some(body) = function.singleton {
            Callee::Body(body)
        } else {
            let mut candidates: Vec<Candidate> =
                function.overloads.iter().filter_map(|overload| candidate(function, overload)).collect();
            match (candidates.len(), candidates.pop()) {
                (1, Some(only)) => {
                    strict |= function.overloads.iter().any(|overload| overload.variadic);
                    Callee::Guarded(only)
                }
                (_, Some(last)) => {
                    strict = true;
                    candidates.push(last);
                    Callee::Dispatch(candidates)
                }
                (_, None) => Callee::Missing,
            }
        };
        (Site::new(name, callee, arguments, cost), strict, selected)
    }

    fn call_end(
        &mut self,
        expr: &'a Expr,
        mut site: Site,
        strict: bool,
        overload: Option<&'a OverloadDecl>,
    ) -> Result<(), EvalError> {
        let arguments = site.arguments as usize;
        let aborts = if strict { arguments.saturating_sub(1) } else { 0 };
        let marks = self.marks.split_off(self.marks.len().saturating_sub(arguments.saturating_add(aborts)));
        let starts: Vec<Target> = marks.iter().copied().step_by(if strict { 2 } else { 1 }).collect();
        let ends = starts.iter().copied().skip(1).chain([self.here()]);
        let constants: Vec<Option<Value>> = starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| match self.code.ops.get(start as usize..end as usize) {
                Some([Op::Const(constant)] | [Op::Const(constant), Op::Abort { .. }]) => {
                    self.code.constants.get(*constant as usize).cloned()
                }
                _ => None,
            })
            .collect();
        let start = starts.first().copied().unwrap_or_else(|| self.here());

        if is_conversion(&site.name)
            && self.optimized
            && let [Some(value)] = constants.as_slice()
        {
            let folded = site.call(core::slice::from_ref(value)).map_err(|error| error.at(expr.id))?;
            self.truncate(start);
            self.emit_constant(folded, expr.id);
            return Ok(());
        }
        if overload.is_some_and(|overload| overload.id == "in_list" && self.optimized)
            && let ([_, Some(Value::List(list))], [_, second]) = (constants.as_slice(), starts.as_slice())
        {
            if list.is_empty() {
                self.truncate(start);
                self.emit_constant(Value::Bool(false), expr.id);
                return Ok(());
            }
            if let Some(set) = Set::new(list.iter()) {
                self.truncate(*second);
                self.code.sets.push(set);
                self.emit(Op::InSet(last_index(self.code.sets.len())), expr.id);
                return Ok(());
            }
        }
        let mut prepared_call = false;
        if self.optimized
            && let Some(prepare) = self.preparation(&site, overload)
            && let Some(prepared) = prepare(&constants).map_err(|error| error.at(expr.id))?
        {
            site.callee = Callee::Prepared(prepared);
            prepared_call = !strict;
        }
        self.code.sites.push(site);
        let site = last_index(self.code.sites.len());
        self.emit(if prepared_call { Op::CallPrepared(site) } else { Op::Call(site) }, expr.id);
        if strict {
            for abort in marks.into_iter().skip(1).step_by(2) {
                self.patch(abort);
            }
        }
        Ok(())
    }

    /// How a call may be prepared for constant arguments: as its overload says, or any of its function with as many.
    fn preparation(&self, site: &Site, overload: Option<&OverloadDecl>) -> Option<super::decls::Prepare> {
        if let Some(overload) = overload {
            return overload.prepare;
        }
        let function = self.env.function(&site.name)?;
        let alike = |overload: &&OverloadDecl| overload.params.len() == site.arguments as usize;
        function.overloads.iter().filter(alike).find_map(|overload| overload.prepare)
    }

    // ---- literals ---------------------------------------------------------------------------------------------------

    fn list_end(&mut self, expr: &'a Expr) {
        let start = self.unmark();
        let elements = self.code.ops.get(start as usize + 1..).unwrap_or_default();
        let mut values = Vec::new();
        for pair in elements.chunks(2) {
            if let [Op::Const(constant), Op::ListPush { optional: false }] = pair
                && self.optimized
                && let Some(value) = self.code.constants.get(*constant as usize)
            {
                values.push(value.clone());
            } else {
                self.emit(Op::ListEnd, expr.id);
                self.patch(start);
                return;
            }
        }
        if !self.optimized {
            self.emit(Op::ListEnd, expr.id);
            self.patch(start);
            return;
        }
        self.truncate(start);
        self.emit_constant(Value::list(values), expr.id);
    }

    fn map_end(&mut self, expr: &'a Expr) {
        let start = self.unmark();
        let entries = self.code.ops.get(start as usize + 1..).unwrap_or_default();
        let mut map = OwnedMap::default();
        for entry in entries.chunks(4) {
            if let [Op::Const(key), Op::MapKey, Op::Const(value), Op::MapPut { optional: false }] = entry
                && self.optimized
                && let Some(key) = self.code.constants.get(*key as usize)
                && let Some(value) = self.code.constants.get(*value as usize)
            {
                map.insert(key.clone(), value.clone());
            } else {
                self.emit(Op::MapEnd, expr.id);
                self.patch(start);
                return;
            }
        }
        if !self.optimized {
            self.emit(Op::MapEnd, expr.id);
            self.patch(start);
            return;
        }
        self.truncate(start);
        self.emit_constant(Value::map(map), expr.id);
    }

    /// `[element]` is a constant if its element is, and then costs nothing to make.
    fn append_end(&mut self, id: ExprId, slot: u32) {
        let start = self.unmark();
        if let Some(value) = self.constant_since(start).filter(|_| self.optimized).cloned() {
            self.truncate(start);
            self.emit_constant(Value::list(alloc::vec![value]), id);
            self.emit(Op::Append(slot), id);
        } else {
            self.emit(Op::AppendOne(slot), id);
        }
    }

    // ---- comprehensions ---------------------------------------------------------------------------------------------

    fn comprehension(&mut self, id: ExprId, comprehension: &'a Comprehension) {
        let accumulator = self.local();
        let first = self.local();
        let second = comprehension.iter_var2.as_ref().map(|_| self.local());
        self.code.folds.push(Fold { accumulator, first, second, ..Fold::default() });
        let fold = last_index(self.code.folds.len());
        self.plan([
            Task::Mark,
            Task::Emit(Op::Jump(0), comprehension.accu_init.id),
            Task::Visit(&comprehension.accu_init),
            Task::FoldInitial(fold),
            Task::Visit(&comprehension.iter_range),
            Task::FoldStart { id, fold, comprehension },
            Task::Visit(&comprehension.loop_condition),
            Task::FoldCondition { id, fold },
            Task::Visit(&comprehension.loop_step),
            Task::FoldStep { id, fold },
            Task::Visit(&comprehension.result),
            Task::FoldEnd { id, fold },
        ]);
    }

    fn local(&mut self) -> u32 {
        let slot = self.code.locals;
        self.code.locals = slot.saturating_add(1);
        slot
    }

    /// A constant first value is set when the loop starts; any other is computed where it is first read, if ever.
    fn fold_initial(&mut self, fold: u32) {
        let jump = self.marks.last().copied().unwrap_or_default();
        let initial = match self.constant_since(jump.saturating_add(1)).cloned() {
            Some(value) => {
                self.unmark();
                self.truncate(jump);
                Some(self.constant(value))
            }
            None => None,
        };
        let Some(plan) = self.code.folds.get_mut(fold as usize) else { return };
        plan.initial = initial;
        if initial.is_none() {
            let end = Op::LazyEnd(plan.accumulator);
            self.emit(end, ExprId::default());
            self.patch(jump);
        }
    }

    fn fold_start(&mut self, id: ExprId, fold: u32, comprehension: &'a Comprehension) {
        self.emit(Op::FoldStart(fold), id);
        let next = self.here();
        self.emit(Op::FoldNext(fold), id);
        let Some(plan) = self.code.folds.get_mut(fold as usize) else { return };
        plan.next = next;
        let plan = *plan;
        let init = if plan.initial.is_some() { None } else { Some(self.unmark().saturating_add(1)) };
        self.scope.push(Local { name: Rc::clone(&comprehension.accu_var), slot: plan.accumulator, init });
        self.scope.push(Local { name: Rc::clone(&comprehension.iter_var), slot: plan.first, init: None });
        if let (Some(name), Some(slot)) = (&comprehension.iter_var2, plan.second) {
            self.scope.push(Local { name: Rc::clone(name), slot, init: None });
        }
        self.mark();
    }
}

const MAP_COST: u32 = 30;
const STRUCT_COST: u32 = 40;

/// The function with which macros build maps.
const MAP_INSERT: &str = "cel.@mapInsert";

fn last_index(len: usize) -> u32 {
    u32::try_from(len.saturating_sub(1)).unwrap_or_default()
}

fn candidate(function: &FunctionDecl, overload: &OverloadDecl) -> Option<Candidate> {
    let body = overload.body?;
    let parameter = |kind: &Type| if function.unguarded { Parameter::Any } else { Parameter::new(kind) };
    Some(Candidate { parameters: overload.params.iter().map(parameter).collect(), body })
}

/// Condition and branches of `?:`.
fn conditional_operands(expr: &Expr) -> Option<[&Expr; 3]> {
    match &expr.kind {
        ExprKind::Call { function, target: None, args } if **function == *operators::CONDITIONAL => {
            args.iter().collect::<Vec<_>>().try_into().ok()
        }
        _ => None,
    }
}

/// Functions whose call with a constant is a constant (`overloads.IsTypeConversionFunction`).
fn is_conversion(function: &str) -> bool {
    matches!(
        function,
        "bool" | "bytes" | "double" | "duration" | "dyn" | "int" | "string" | "timestamp" | "type" | "uint"
    )
}

/// Whether a value can qualify another.
///
/// # Errors
/// `invalid qualifier type: …` when it is no scalar.
pub(super) fn check_key(key: &Value) -> Result<(), EvalError> {
    match key {
        Value::String(_) | Value::Int(_) | Value::Uint(_) | Value::Bool(_) | Value::Double(_) => Ok(()),
        other => Err(EvalError::new(format!("invalid qualifier type: {}", other.go_type()))),
    }
}
