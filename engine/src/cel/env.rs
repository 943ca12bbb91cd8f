//! The environment: what names mean while expressions are parsed, checked and planned. Extending one shares what it had.

use alloc::{boxed::Box, collections::BTreeMap, rc::Rc, vec::Vec};
use core::fmt::Debug;

use super::{
    ast::Ast,
    checker::{CheckedAst, Validator, check},
    container::Container,
    decls::{FunctionDecl, OverloadDecl, VariableDecl},
    error::EvalError,
    issues::Issues,
    library::{Library, well_known::WellKnown},
    macros::Macro,
    parser::{Parsed, Parser},
    types::Type,
    value::{Object, OwnedMap, Value},
};
use crate::order;

/// Names and their meaning, immutable; cloning and extending are cheap.
#[derive(Clone, Debug, Default)]
pub struct Env {
    container: Container,
    variables: Rc<BTreeMap<Rc<str>, Type>>,
    functions: Rc<BTreeMap<&'static str, Rc<FunctionDecl>>>,
    macros: Rc<Vec<Macro>>,
    optional_syntax: bool,
    type_names: Rc<BTreeMap<Rc<str>, Type>>,
    providers: Rc<Vec<Rc<dyn TypeProvider>>>,
    libraries: Rc<Vec<&'static str>>,
    validators: Rc<Vec<Validator>>,
    options: Options,
}

/// Settings of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `<`, `<=`, `>`, `>=` between int, uint and double (Kubernetes 1.28).
    pub cross_type_numeric_comparisons: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { cross_type_numeric_comparisons: true }
    }
}

/// Types with fields, by name.
pub trait TypeProvider: Debug {
    /// Whether there is a type of that name.
    fn contains(&self, type_name: &str) -> bool;

    /// The type that a name denotes, when it is another than the object type of that name.
    fn alias(&self, name: &str) -> Option<Type> {
        let _ = name;
        None
    }

    /// The type of a field of the type `type_name`.
    fn field(&self, type_name: &str, field: &str) -> Option<Type>;

    /// All fields of the type `type_name`, by name: for completion. Empty when it is unknown.
    fn fields(&self, type_name: &str) -> Vec<(Rc<str>, Type)>;

    /// A value of the type `type_name` with those fields.
    ///
    /// # Errors
    /// Fields that do not fit.
    fn make(&self, type_name: &str, fields: OwnedMap) -> Result<Value, EvalError> {
        Ok(Object::new(type_name, "*types.protoObj", fields).into())
    }

    /// Whether the name of a type is a value when it stands by itself.
    fn is_value(&self, type_name: &str) -> bool {
        let _ = type_name;
        true
    }

    /// What a global name stands for besides variables: an enumeration's constant, say.
    fn constant(&self, name: &str) -> Option<(Type, Value)> {
        let _ = name;
        None
    }
}

/// A table of types with fields.
#[derive(Clone, Debug, Default)]
pub struct ObjectTypes {
    types: BTreeMap<Rc<str>, BTreeMap<Rc<str>, Type>>,
}

impl ObjectTypes {
    /// Declares the type `name` with those fields, in place of what was declared under that name.
    pub fn declare<'a>(&mut self, name: &str, fields: impl IntoIterator<Item = (&'a str, Type)>) {
        let fields = order::map(fields.into_iter().map(|(field, kind)| (Rc::from(field), kind)));
        self.types.insert(Rc::from(name), fields);
    }

    /// Declares one field of the type `name`, which need not exist yet.
    pub fn declare_field(&mut self, name: &str, field: &str, kind: Type) {
        self.types.entry(Rc::from(name)).or_default().insert(Rc::from(field), kind);
    }
}

impl TypeProvider for ObjectTypes {
    fn contains(&self, type_name: &str) -> bool {
        self.types.contains_key(type_name)
    }

    fn field(&self, type_name: &str, field: &str) -> Option<Type> {
        self.types.get(type_name)?.get(field).cloned()
    }

    fn fields(&self, type_name: &str) -> Vec<(Rc<str>, Type)> {
        let fields = self.types.get(type_name).into_iter().flatten();
        fields.map(|(name, kind)| (Rc::clone(name), kind.clone())).collect()
    }
}

impl Env {
    /// An environment of those libraries and nothing else.
    #[must_use]
    pub fn new(options: Options, libraries: Vec<Library>) -> Self {
        let known: Rc<dyn TypeProvider> = Rc::new(WellKnown);
        let mut env = Self { options, providers: Rc::new(alloc::vec![known]), ..Self::default() };
        for library in libraries {
            env.add(library);
        }
        env
    }

    /// The same with one more library; one of that name that is there already stays as it is.
    #[must_use]
    pub fn with_library(mut self, library: Library) -> Self {
        self.add(library);
        self
    }

    /// The same with variables, each in place of one of its name.
    #[must_use]
    pub fn with_variables(mut self, variables: impl IntoIterator<Item = VariableDecl>) -> Self {
        let table = Rc::make_mut(&mut self.variables);
        for variable in variables {
            table.insert(variable.name, variable.kind);
        }
        self
    }

    /// The same with one variable.
    #[must_use]
    pub fn with_variable(self, name: &str, kind: Type) -> Self {
        self.with_variables([VariableDecl { name: Rc::from(name), kind }])
    }

    /// The same with more object types; among types of one name the last added counts.
    #[must_use]
    pub fn with_types(mut self, provider: Rc<dyn TypeProvider>) -> Self {
        Rc::make_mut(&mut self.providers).push(provider);
        self
    }

    /// The same, expressions being written in the namespace `name`.
    #[must_use]
    pub fn with_container(self, name: &str) -> Self {
        Self { container: Container::new(name), ..self }
    }

    /// The same with one more validator, after those it has.
    #[must_use]
    pub fn with_validator(mut self, validator: Validator) -> Self {
        if !self.validators.contains(&validator) {
            Rc::make_mut(&mut self.validators).push(validator);
        }
        self
    }

    fn add(&mut self, library: Library) {
        if self.libraries.contains(&library.name) {
            return;
        }
        Rc::make_mut(&mut self.libraries).push(library.name);
        let functions = Rc::make_mut(&mut self.functions);
        for function in library.functions {
            match functions.get_mut(function.name) {
                Some(known) => merge(Rc::make_mut(known), function),
                None => {
                    functions.insert(function.name, Rc::new(function));
                }
            }
        }
        if !library.macros.is_empty() {
            Rc::make_mut(&mut self.macros).extend(library.macros);
        }
        self.optional_syntax |= library.optional_syntax;
        let type_names = Rc::make_mut(&mut self.type_names);
        for kind in library.types {
            type_names.insert(Rc::from(kind.runtime_name()), kind);
        }
        for validator in library.validators {
            if !self.validators.contains(&validator) {
                Rc::make_mut(&mut self.validators).push(validator);
            }
        }
    }

    /// Text to tree, macros expanded.
    #[must_use]
    pub fn parse(&self, text: &str) -> Parsed {
        Parser { macros: &self.macros, optional_syntax: self.optional_syntax }.parse(text)
    }

    /// Tree to checked tree.
    ///
    /// # Errors
    /// With all that is wrong with its types and literals.
    pub fn check(&self, ast: Ast) -> Result<CheckedAst, Issues> {
        let (checked, issues) = check(self, ast);
        if issues.is_empty() { Ok(checked) } else { Err(issues) }
    }

    /// Text to checked tree: [`Env::parse`], then [`Env::check`].
    ///
    /// # Errors
    /// With the issues of the first stage that has any.
    pub fn compile(&self, text: &str) -> Result<CheckedAst, Issues> {
        let Parsed { ast, issues } = self.parse(text);
        if issues.is_empty() { self.check(ast) } else { Err(issues) }
    }

    /// The settings.
    #[must_use]
    pub const fn options(&self) -> Options {
        self.options
    }

    /// The namespace expressions are written in.
    #[must_use]
    pub const fn container(&self) -> &Container {
        &self.container
    }

    /// The variables, by name.
    pub fn variables(&self) -> impl Iterator<Item = (&Rc<str>, &Type)> {
        self.variables.iter()
    }

    /// The functions, by name.
    pub fn functions(&self) -> impl Iterator<Item = &Rc<FunctionDecl>> {
        self.functions.values()
    }

    /// The macros; among those of one name and number of arguments the last counts.
    #[must_use]
    pub fn macros(&self) -> &[Macro] {
        &self.macros
    }

    /// The names of the libraries, as added.
    #[must_use]
    pub fn libraries(&self) -> &[&'static str] {
        &self.libraries
    }

    /// The validators, in order.
    #[must_use]
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// The variable declared under exactly this name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Type> {
        self.variables.get(name)
    }

    /// The function declared under exactly this name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Rc<FunctionDecl>> {
        self.functions.get(name)
    }

    /// The overload with that id of the function `name`.
    #[must_use]
    pub fn overload(&self, name: &str, id: &str) -> Option<&OverloadDecl> {
        self.function(name)?.overloads.iter().find(|overload| overload.id == id)
    }

    /// The type that exactly this name denotes: `int`, `kubernetes.Quantity`, an object type.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<Type> {
        if let Some(kind) = self.type_names.get(name) {
            return Some(kind.clone());
        }
        self.providers.iter().rev().find_map(|provider| {
            provider.alias(name).or_else(|| provider.contains(name).then(|| Type::object(name)))
        })
    }

    /// Who knows the object type of that name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&Rc<dyn TypeProvider>> {
        self.providers.iter().rev().find(|provider| provider.contains(name))
    }

    /// Whether there is an object type of that name.
    #[must_use]
    pub fn contains_type(&self, name: &str) -> bool {
        self.providers.iter().rev().any(|provider| provider.contains(name))
    }

    /// The type of a field of the object type `type_name`.
    #[must_use]
    pub fn field_type(&self, type_name: &str, field: &str) -> Option<Type> {
        self.providers.iter().rev().find(|provider| provider.contains(type_name))?.field(type_name, field)
    }

    /// All fields of the object type `type_name`.
    #[must_use]
    pub fn fields(&self, type_name: &str) -> Vec<(Rc<str>, Type)> {
        let provider = self.providers.iter().rev().find(|provider| provider.contains(type_name));
        provider.map(|provider| provider.fields(type_name)).unwrap_or_default()
    }

    /// The constant that exactly this name denotes.
    #[must_use]
    pub fn constant(&self, name: &str) -> Option<Box<(Type, Value)>> {
        self.providers.iter().rev().find_map(|provider| provider.constant(name)).map(Box::new)
    }
}

/// Adds to `known` the overloads of `other` that it lacks, as cel-go merges declarations of one function.
fn merge(known: &mut FunctionDecl, other: FunctionDecl) {
    for overload in other.overloads {
        if !known.overloads.iter().any(|had| had.id == overload.id) {
            known.overloads.push(overload);
        }
    }
    known.singleton = known.singleton.or(other.singleton);
    known.cost = known.cost.or(other.cost);
    known.unguarded &= other.unguarded;
}
