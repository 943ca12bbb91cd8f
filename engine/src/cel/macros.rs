//! Macros: calls that the parser rewrites (cel-go `parser/macro.go`, `ext/comprehensions.go`, `cel/library.go`,
//! `ext/lists.go`), node for node and number for number as cel-go does. Libraries bring them; the parser applies those of
//! its environment. What was written is kept in [`super::ast::SourceInfo::macro_calls`].

use alloc::{boxed::Box, format, rc::Rc, string::String, vec, vec::Vec};

use super::{
    ast::{Comprehension, Expr, ExprId, ExprKind, MapEntry, Numbering, OffsetRange, StructField},
    decls::{Example, explain},
    operators,
    value::Value,
};

/// A macro.
#[derive(Clone, Debug)]
pub struct Macro {
    /// The function whose calls it rewrites.
    pub name: &'static str,
    /// Whether it rewrites `receiver.name(…)`, else `name(…)`.
    pub receiver: bool,
    /// How many arguments, without the receiver.
    pub args: usize,
    /// How.
    pub expand: Expand,
    /// What it does: a sentence or two, for a person who writes policies. Empty without the feature `reference`.
    pub doc: &'static str,
    /// Checked examples.
    pub examples: &'static [Example],
}

/// Rewrites a call: receiver, if it has one, and arguments in, expansion out.
pub type Expand = fn(&mut Expander<'_>, Option<Expr>, Vec<Expr>) -> Result<Expr, MacroError>;

/// Why a call cannot be rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacroError {
    /// The node to blame.
    pub id: ExprId,
    /// In cel-go's words.
    pub message: String,
}

/// Name of the accumulator. No text can say it.
pub const ACCUMULATOR: &str = "@result";

/// What the accumulator was called once; still refused as the name of an iteration variable.
const OLD_ACCUMULATOR: &str = "__result__";

/// Name of the iteration variable of a comprehension that iterates over nothing.
const UNUSED: &str = "#unused";

/// The function that adds an entry to a map or fails when its key is there.
pub const MAP_INSERT: &str = "cel.@mapInsert";

/// The function behind `sortBy`.
pub const SORT_BY_KEYS: &str = "@sortByAssociatedKeys";

/// Macros of the standard library, as Kubernetes has them: with `exists_one`, without `existsOne`.
#[must_use]
pub fn standard_macros() -> Vec<Macro> {
    vec![
        Macro {
            receiver: false,
            ..receiver(
                "has",
                1,
                has,
                "Whether a field is there. Without it, reading a field that is not there is an error.",
                &[
                    Example { expression: "has({'a': 1}.a)", result: "true" },
                    Example { expression: "has({'a': 1}.b)", result: "false" },
                ],
            )
        },
        receiver(
            "all",
            2,
            all,
            "Whether the predicate holds for every element of a list, or key of a map.",
            &[
                Example { expression: "[1, 2, 3].all(x, x > 0)", result: "true" },
                Example { expression: "{'team': 'a'}.all(key, key == 'team')", result: "true" },
                Example { expression: "[].all(x, x > 0)", result: "true" },
            ],
        ),
        receiver(
            "exists",
            2,
            exists,
            "Whether the predicate holds for an element of a list, or key of a map.",
            &[
                Example { expression: "[1, 2, 3].exists(x, x > 2)", result: "true" },
                Example { expression: "[].exists(x, x > 2)", result: "false" },
                Example { expression: "[dyn('a'), dyn(1)].exists(x, x == 1)", result: "true" },
            ],
        ),
        receiver(
            "exists_one",
            2,
            exists_one,
            "Whether the predicate holds for exactly one element or key.",
            &[
                Example { expression: "[1, 2, 2].exists_one(x, x == 1)", result: "true" },
                Example { expression: "[1, 2, 2].exists_one(x, x == 2)", result: "false" },
            ],
        ),
        receiver(
            "map",
            2,
            map,
            "The list of what the expression gives for every element, or key.",
            &[
                Example { expression: "[1, 2, 3].map(x, x * 2)", result: "[2, 4, 6]" },
                Example { expression: "{'a': 1}.map(key, key + '!')", result: "['a!']" },
            ],
        ),
        receiver(
            "map",
            3,
            map,
            "The same for those elements, or keys, for which the predicate holds.",
            &[Example { expression: "[1, 2, 3].map(x, x > 1, x * 2)", result: "[4, 6]" }],
        ),
        receiver(
            "filter",
            2,
            filter,
            "The list of those elements, or keys, for which the predicate holds.",
            &[
                Example { expression: "[1, 2, 3].filter(x, x > 1)", result: "[2, 3]" },
                Example { expression: "{'a': 1, 'b': 2}.filter(key, key != 'a')", result: "['b']" },
            ],
        ),
    ]
}

/// Macros with two iteration variables: index and element of a list, key and value of a map.
#[must_use]
pub fn two_variable_macros() -> Vec<Macro> {
    vec![
        receiver(
            "all",
            3,
            all2,
            "Whether the predicate holds for every index and element, or key and value.",
            &[
                Example { expression: "['a', 'b'].all(i, v, i < 2 && v != '')", result: "true" },
                Example { expression: "{'a': 1, 'b': 2}.all(k, v, k != '' && v > 0)", result: "true" },
            ],
        ),
        receiver(
            "exists",
            3,
            exists2,
            "Whether the predicate holds for an index and element, or key and value.",
            &[Example { expression: "{'a': 1, 'b': 2}.exists(k, v, k == 'b' && v == 2)", result: "true" }],
        ),
        receiver(
            "existsOne",
            3,
            exists_one2,
            "Whether the predicate holds for exactly one entry.",
            &[Example { expression: "['a', 'b'].existsOne(i, v, i == 1 && v == 'b')", result: "true" }],
        ),
        receiver(
            "exists_one",
            3,
            exists_one2,
            "Whether the predicate holds for exactly one entry.",
            &[Example { expression: "{'a': 1, 'b': 1}.exists_one(k, v, v == 1)", result: "false" }],
        ),
        receiver(
            "transformList",
            3,
            transform_list,
            "The list of what the expression gives for every entry.",
            &[Example {
                expression: "['a', 'b'].transformList(i, v, string(i) + v)",
                result: "['0a', '1b']",
            }],
        ),
        receiver(
            "transformList",
            4,
            transform_list,
            "The same for those entries for which the predicate holds.",
            &[Example { expression: "['a', 'b'].transformList(i, v, i > 0, v)", result: "['b']" }],
        ),
        receiver(
            "transformMap",
            3,
            transform_map,
            "The map with the same keys and what the expression gives.",
            &[Example {
                expression: "{'a': 1, 'b': 2}.transformMap(k, v, v * 10)",
                result: "{'a': 10, 'b': 20}",
            }],
        ),
        receiver(
            "transformMap",
            4,
            transform_map,
            "The same for those entries for which the predicate holds.",
            &[Example {
                expression: "{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10)",
                result: "{'b': 20}",
            }],
        ),
        receiver(
            "transformMapEntry",
            3,
            transform_map_entry,
            "The map of the entries the expression gives.",
            &[
                Example { expression: "{'a': 'x'}.transformMapEntry(k, v, {v: k})", result: "{'x': 'a'}" },
                Example { expression: "['a'].transformMapEntry(i, v, {v: i})", result: "{'a': 0}" },
            ],
        ),
        receiver(
            "transformMapEntry",
            4,
            transform_map_entry,
            "The same where the predicate holds.",
            &[Example {
                expression: "['a', 'b'].transformMapEntry(i, v, i > 0, {v: i})",
                result: "{'b': 1}",
            }],
        ),
    ]
}

/// Macros of optional values.
#[must_use]
pub fn optional_macros() -> Vec<Macro> {
    vec![
        receiver(
            "optMap",
            2,
            opt_map,
            "What the expression gives for the value, as an optional; none for none.",
            &[
                Example { expression: "optional.of('a').optMap(x, x + '!').orValue('none')", result: "'a!'" },
                Example { expression: "{'a': 1}.?b.optMap(x, x + 1).hasValue()", result: "false" },
            ],
        ),
        receiver(
            "optFlatMap",
            2,
            opt_flat_map,
            "The optional that the expression gives for the value; none for none.",
            &[Example { expression: "{'a': {'b': 1}}.?a.optFlatMap(x, x.?b).orValue(0)", result: "1" }],
        ),
    ]
}

/// Macros of the lists library from version 2 on.
#[must_use]
pub fn list_macros() -> Vec<Macro> {
    vec![receiver(
        "sortBy",
        2,
        sort_by,
        "The list in the order of the keys that the expression gives.",
        &[
            Example { expression: "['bb', 'a'].sortBy(x, size(x))", result: "['a', 'bb']" },
            Example { expression: "[{'n': 2}, {'n': 1}].sortBy(x, x.n)[0].n", result: "1" },
        ],
    )]
}

// Inlined, so that texts nobody reads are not linked.
#[inline(always)]
const fn receiver(
    name: &'static str,
    args: usize,
    expand: Expand,
    doc: &'static str,
    examples: &'static [Example],
) -> Macro {
    Macro {
        name,
        receiver: true,
        args,
        expand,
        doc: explain(doc),
        examples: if cfg!(feature = "reference") { examples } else { &[] },
    }
}

/// Makes the nodes of one expansion (cel-go's `ExprHelper`): all stand where the call stands.
#[derive(Debug)]
pub struct Expander<'p> {
    pub(super) nodes: &'p mut Numbering,
    pub(super) position: Option<u32>,
    pub(super) range: OffsetRange,
}

impl Expander<'_> {
    fn id(&mut self) -> ExprId {
        self.nodes.take(self.position, self.range)
    }

    /// A literal.
    pub fn literal(&mut self, value: Value) -> Expr {
        Expr::new(self.id(), ExprKind::Literal(value))
    }

    /// A name.
    pub fn ident(&mut self, name: &str) -> Expr {
        Expr::new(self.id(), ExprKind::Ident(Rc::from(name)))
    }

    /// The accumulator.
    pub fn accumulator(&mut self) -> Expr {
        self.ident(ACCUMULATOR)
    }

    /// `[elements]`
    pub fn list(&mut self, elements: Vec<Expr>) -> Expr {
        Expr::new(self.id(), ExprKind::List { elements, optional_indices: Vec::new() })
    }

    /// `{}`
    pub fn empty_map(&mut self) -> Expr {
        Expr::new(self.id(), ExprKind::Map(Vec::new()))
    }

    /// `function(args)`
    pub fn call(&mut self, function: &str, args: Vec<Expr>) -> Expr {
        Expr::new(self.id(), ExprKind::Call { function: Rc::from(function), target: None, args })
    }

    /// `target.function(args)`
    pub fn member_call(&mut self, function: &str, target: Expr, args: Vec<Expr>) -> Expr {
        let target = Some(Box::new(target));
        Expr::new(self.id(), ExprKind::Call { function: Rc::from(function), target, args })
    }

    /// `has(operand.field)`
    pub fn presence_test(&mut self, operand: Expr, field: Rc<str>) -> Expr {
        Expr::new(self.id(), ExprKind::Select { operand: Box::new(operand), field, test_only: true })
    }

    /// A fold.
    pub fn comprehension(&mut self, fold: Comprehension) -> Expr {
        Expr::new(self.id(), ExprKind::Comprehension(Box::new(fold)))
    }

    /// The same expression with numbers of its own, each node where its original stands.
    pub fn copy(&mut self, expr: &Expr) -> Expr {
        let (position, range) =
            (self.nodes.info.position(expr.id), self.nodes.info.range(expr.id).unwrap_or_default());
        let id = self.nodes.take(position, range);
        if self.nodes.exhausted() {
            return Expr::new(id, ExprKind::Unspecified);
        }
        let kind = match &expr.kind {
            ExprKind::Unspecified => ExprKind::Unspecified,
            ExprKind::Literal(value) => ExprKind::Literal(value.clone()),
            ExprKind::Ident(name) => ExprKind::Ident(Rc::clone(name)),
            ExprKind::Select { operand, field, test_only } => {
                let operand = self.copy_boxed(operand);
                ExprKind::Select { operand, field: Rc::clone(field), test_only: *test_only }
            }
            ExprKind::Call { function, target, args } => {
                let args = self.copy_all(args);
                let target = target.as_ref().map(|target| self.copy_boxed(target));
                ExprKind::Call { function: Rc::clone(function), target, args }
            }
            ExprKind::List { elements, optional_indices } => {
                let elements = self.copy_all(elements);
                ExprKind::List { elements, optional_indices: optional_indices.clone() }
            }
            ExprKind::Map(entries) => self.copy_map(entries),
            ExprKind::Struct { type_name, fields } => self.copy_struct(type_name, fields),
            ExprKind::Comprehension(fold) => ExprKind::Comprehension(self.copy_fold(fold)),
        };
        Expr::new(id, kind)
    }

    // Expressions nest deeply: each of these keeps its locals out of the frame of `copy`.

    #[inline(never)]
    fn copy_boxed(&mut self, expr: &Expr) -> Box<Expr> {
        Box::new(self.copy(expr))
    }

    #[inline(never)]
    fn copy_all(&mut self, exprs: &[Expr]) -> Vec<Expr> {
        let mut copies = Vec::with_capacity(exprs.len());
        for expr in exprs {
            copies.push(self.copy(expr));
        }
        copies
    }

    #[inline(never)]
    fn copy_map(&mut self, entries: &[MapEntry]) -> ExprKind {
        let mut copies = Vec::with_capacity(entries.len());
        for entry in entries {
            let id = self.id();
            let key = self.copy(&entry.key);
            copies.push(MapEntry { id, key, value: self.copy(&entry.value), optional: entry.optional });
        }
        ExprKind::Map(copies)
    }

    #[inline(never)]
    fn copy_struct(&mut self, type_name: &Rc<str>, fields: &[StructField]) -> ExprKind {
        let mut copies = Vec::with_capacity(fields.len());
        for field in fields {
            let (id, name) = (self.id(), Rc::clone(&field.name));
            copies.push(StructField { id, name, value: self.copy(&field.value), optional: field.optional });
        }
        ExprKind::Struct { type_name: Rc::clone(type_name), fields: copies }
    }

    #[inline(never)]
    fn copy_fold(&mut self, fold: &Comprehension) -> Box<Comprehension> {
        Box::new(Comprehension {
            iter_range: self.copy(&fold.iter_range),
            iter_var: Rc::clone(&fold.iter_var),
            iter_var2: fold.iter_var2.clone(),
            accu_var: Rc::clone(&fold.accu_var),
            accu_init: self.copy(&fold.accu_init),
            loop_condition: self.copy(&fold.loop_condition),
            loop_step: self.copy(&fold.loop_step),
            result: self.copy(&fold.result),
        })
    }
}

fn error(blamed: &Expr, message: impl Into<String>) -> MacroError {
    MacroError { id: blamed.id, message: message.into() }
}

/// A call that reached an expansion without its receiver or an argument: the table of macros rules it out.
fn malformed() -> MacroError {
    MacroError { id: ExprId::default(), message: String::from("malformed macro call") }
}

fn take<const N: usize>(target: Option<Expr>, args: Vec<Expr>) -> Result<(Expr, [Expr; N]), MacroError> {
    let args = args.try_into().map_err(|_| malformed())?;
    Ok((target.ok_or_else(malformed)?, args))
}

fn iteration_variable(arg: &Expr, otherwise: &str) -> Result<Rc<str>, MacroError> {
    let ExprKind::Ident(name) = &arg.kind else { return Err(error(arg, otherwise)) };
    not_accumulator(arg, name)?;
    Ok(Rc::clone(name))
}

fn not_accumulator(arg: &Expr, name: &str) -> Result<(), MacroError> {
    if name == ACCUMULATOR || name == OLD_ACCUMULATOR {
        return Err(error(arg, "iteration variable overwrites accumulator variable"));
    }
    Ok(())
}

const NOT_SIMPLE: &str = "argument must be a simple name";
const NOT_IDENTIFIER: &str = "argument is not an identifier";

/// What differs between the macros that fold with [`ACCUMULATOR`]; filled in cel-go's order of evaluation, which is the
/// order of the numbers.
struct Fold {
    init: Expr,
    condition: Expr,
    step: Expr,
    result: Expr,
}

impl Fold {
    fn over(self, x: &mut Expander<'_>, range: Expr, variables: (Rc<str>, Option<Rc<str>>)) -> Expr {
        x.comprehension(Comprehension {
            iter_range: range,
            iter_var: variables.0,
            iter_var2: variables.1,
            accu_var: Rc::from(ACCUMULATOR),
            accu_init: self.init,
            loop_condition: self.condition,
            loop_step: self.step,
            result: self.result,
        })
    }

    fn all(x: &mut Expander<'_>, predicate: Expr) -> Self {
        let init = x.literal(Value::Bool(true));
        let accumulator = x.accumulator();
        let condition = x.call(operators::NOT_STRICTLY_FALSE, vec![accumulator]);
        let accumulator = x.accumulator();
        let step = x.call(operators::LOGICAL_AND, vec![accumulator, predicate]);
        Self { init, condition, step, result: x.accumulator() }
    }

    fn exists(x: &mut Expander<'_>, predicate: Expr) -> Self {
        let init = x.literal(Value::Bool(false));
        let accumulator = x.accumulator();
        let not = x.call(operators::LOGICAL_NOT, vec![accumulator]);
        let condition = x.call(operators::NOT_STRICTLY_FALSE, vec![not]);
        let accumulator = x.accumulator();
        let step = x.call(operators::LOGICAL_OR, vec![accumulator, predicate]);
        Self { init, condition, step, result: x.accumulator() }
    }

    fn exists_one(x: &mut Expander<'_>, predicate: Expr) -> Self {
        let init = x.literal(Value::Int(0));
        let condition = x.literal(Value::Bool(true));
        let (accumulator, one) = (x.accumulator(), x.literal(Value::Int(1)));
        let more = x.call(operators::ADD, vec![accumulator, one]);
        let same = x.accumulator();
        let step = x.call(operators::CONDITIONAL, vec![predicate, more, same]);
        let (accumulator, one) = (x.accumulator(), x.literal(Value::Int(1)));
        Self { init, condition, step, result: x.call(operators::EQUALS, vec![accumulator, one]) }
    }

    /// Appends `element` where `predicate` holds.
    fn list(x: &mut Expander<'_>, predicate: Option<Expr>, element: Expr) -> Self {
        let init = x.list(Vec::new());
        let condition = x.literal(Value::Bool(true));
        let step = Self::append(x, predicate, element);
        Self { init, condition, step, result: x.accumulator() }
    }

    fn append(x: &mut Expander<'_>, predicate: Option<Expr>, element: Expr) -> Expr {
        let (accumulator, element) = (x.accumulator(), x.list(vec![element]));
        let step = x.call(operators::ADD, vec![accumulator, element]);
        Self::only_if(x, predicate, step)
    }

    fn only_if(x: &mut Expander<'_>, predicate: Option<Expr>, step: Expr) -> Expr {
        let Some(predicate) = predicate else { return step };
        let same = x.accumulator();
        x.call(operators::CONDITIONAL, vec![predicate, step, same])
    }
}

fn has(x: &mut Expander<'_>, _: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let [arg]: [Expr; 1] = args.try_into().map_err(|_| malformed())?;
    match arg.kind {
        ExprKind::Select { operand, field, .. } => Ok(x.presence_test(*operand, field)),
        _ => Err(error(&arg, "invalid argument to has() macro")),
    }
}

fn all(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [variable, predicate]) = take(target, args)?;
    let variable = iteration_variable(&variable, NOT_SIMPLE)?;
    Ok(Fold::all(x, predicate).over(x, range, (variable, None)))
}

fn exists(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [variable, predicate]) = take(target, args)?;
    let variable = iteration_variable(&variable, NOT_SIMPLE)?;
    Ok(Fold::exists(x, predicate).over(x, range, (variable, None)))
}

fn exists_one(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [variable, predicate]) = take(target, args)?;
    let variable = iteration_variable(&variable, NOT_SIMPLE)?;
    Ok(Fold::exists_one(x, predicate).over(x, range, (variable, None)))
}

fn map(x: &mut Expander<'_>, target: Option<Expr>, mut args: Vec<Expr>) -> Result<Expr, MacroError> {
    let transform = args.pop().ok_or_else(malformed)?;
    let predicate = if args.len() > 1 { args.pop() } else { None };
    let variable = iteration_variable(args.first().ok_or_else(malformed)?, NOT_IDENTIFIER)?;
    let range = target.ok_or_else(malformed)?;
    Ok(Fold::list(x, predicate, transform).over(x, range, (variable, None)))
}

fn filter(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [element, predicate]) = take(target, args)?;
    let variable = iteration_variable(&element, NOT_IDENTIFIER)?;
    Ok(Fold::list(x, Some(predicate), element).over(x, range, (variable, None)))
}

fn iteration_variables(first: &Expr, second: &Expr) -> Result<(Rc<str>, Option<Rc<str>>), MacroError> {
    let ExprKind::Ident(one) = &first.kind else { return Err(error(first, NOT_SIMPLE)) };
    let ExprKind::Ident(two) = &second.kind else { return Err(error(second, NOT_SIMPLE)) };
    if one == two {
        return Err(error(second, format!("duplicate variable name: {one}")));
    }
    not_accumulator(first, one)?;
    not_accumulator(second, two)?;
    Ok((Rc::clone(one), Some(Rc::clone(two))))
}

fn all2(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [first, second, predicate]) = take(target, args)?;
    let variables = iteration_variables(&first, &second)?;
    Ok(Fold::all(x, predicate).over(x, range, variables))
}

fn exists2(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [first, second, predicate]) = take(target, args)?;
    let variables = iteration_variables(&first, &second)?;
    Ok(Fold::exists(x, predicate).over(x, range, variables))
}

fn exists_one2(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let (range, [first, second, predicate]) = take(target, args)?;
    let variables = iteration_variables(&first, &second)?;
    Ok(Fold::exists_one(x, predicate).over(x, range, variables))
}

/// The parts of a call of a `transform…` macro.
struct Transform {
    range: Expr,
    variables: (Rc<str>, Option<Rc<str>>),
    predicate: Option<Expr>,
    transform: Expr,
}

fn transform(target: Option<Expr>, mut args: Vec<Expr>) -> Result<Transform, MacroError> {
    let transform = args.pop().ok_or_else(malformed)?;
    let predicate = if args.len() > 2 { args.pop() } else { None };
    let [first, second] = args.as_slice() else { return Err(malformed()) };
    let variables = iteration_variables(first, second)?;
    Ok(Transform { range: target.ok_or_else(malformed)?, variables, predicate, transform })
}

fn transform_list(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let call = transform(target, args)?;
    // Here, unlike in `map`, the step is numbered before the first value and the condition.
    let step = Fold::append(x, call.predicate, call.transform);
    let init = x.list(Vec::new());
    let condition = x.literal(Value::Bool(true));
    let result = x.accumulator();
    Ok(Fold { init, condition, step, result }.over(x, call.range, call.variables))
}

fn transform_map(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let call = transform(target, args)?;
    let key = Rc::clone(&call.variables.0);
    Ok(insert(x, call, Some(&key)))
}

fn transform_map_entry(
    x: &mut Expander<'_>,
    target: Option<Expr>,
    args: Vec<Expr>,
) -> Result<Expr, MacroError> {
    let call = transform(target, args)?;
    Ok(insert(x, call, None))
}

fn insert(x: &mut Expander<'_>, call: Transform, key: Option<&str>) -> Expr {
    let mut args = vec![x.accumulator()];
    if let Some(key) = key {
        args.push(x.ident(key));
    }
    args.push(call.transform);
    let step = x.call(MAP_INSERT, args);
    let step = Fold::only_if(x, call.predicate, step);
    let init = x.empty_map();
    let condition = x.literal(Value::Bool(true));
    let result = x.accumulator();
    Fold { init, condition, step, result }.over(x, call.range, call.variables)
}

fn opt_map(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    opt(x, target, args, "optMap", true)
}

fn opt_flat_map(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    opt(x, target, args, "optFlatMap", false)
}

fn opt(
    x: &mut Expander<'_>,
    target: Option<Expr>,
    args: Vec<Expr>,
    name: &str,
    wrap: bool,
) -> Result<Expr, MacroError> {
    let (target, [variable, mapped]) = take(target, args)?;
    let ExprKind::Ident(variable) = variable.kind else {
        return Err(error(&variable, format!("{name}() variable name must be a simple identifier")));
    };
    let condition = x.member_call("hasValue", target, Vec::new());
    let nothing = x.list(Vec::new());
    let ExprKind::Call { target: Some(target), .. } = &condition.kind else { return Err(malformed()) };
    let copy = x.copy(target);
    let value = x.member_call("value", copy, Vec::new());
    let bound = bind(x, nothing, variable, value, mapped);
    let present = if wrap { x.call("optional.of", vec![bound]) } else { bound };
    let none = x.call("optional.none", Vec::new());
    Ok(x.call(operators::CONDITIONAL, vec![condition, present, none]))
}

/// A fold over `nothing` whose accumulator is `variable`: binds it to `value` in `result`.
fn bind(x: &mut Expander<'_>, nothing: Expr, variable: Rc<str>, value: Expr, result: Expr) -> Expr {
    let loop_condition = x.literal(Value::Bool(false));
    let loop_step = x.ident(&variable);
    x.comprehension(Comprehension {
        iter_range: nothing,
        iter_var: Rc::from(UNUSED),
        iter_var2: None,
        accu_var: variable,
        accu_init: value,
        loop_condition,
        loop_step,
        result,
    })
}

fn sort_by(x: &mut Expander<'_>, target: Option<Expr>, args: Vec<Expr>) -> Result<Expr, MacroError> {
    let target = target.ok_or_else(malformed)?;
    let input = x.ident("@__sortBy_input__");
    let sortable = matches!(
        target.kind,
        ExprKind::List { .. }
            | ExprKind::Select { .. }
            | ExprKind::Ident(_)
            | ExprKind::Comprehension(_)
            | ExprKind::Call { .. }
    );
    if !sortable {
        let message =
            "sortBy can only be applied to a list, identifier, comprehension, call or select expression";
        return Err(error(&target, message));
    }
    let ExprKind::Ident(name) = &input.kind else { return Err(malformed()) };
    let name = Rc::clone(name);
    let list = x.copy(&input);
    let keys = map(x, Some(list), args)?;
    let list = x.copy(&input);
    let sorted = x.member_call(SORT_BY_KEYS, list, vec![keys]);
    let iter_range = x.list(Vec::new());
    let loop_condition = x.literal(Value::Bool(false));
    Ok(x.comprehension(Comprehension {
        iter_range,
        iter_var: Rc::from(UNUSED),
        iter_var2: None,
        accu_var: name,
        accu_init: target,
        loop_condition,
        loop_step: input,
        result: sorted,
    }))
}
