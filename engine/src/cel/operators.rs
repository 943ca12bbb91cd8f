//! cel-go's names of the operators (`common/operators`): the functions that operator syntax calls.

/// `c ? a : b`
pub const CONDITIONAL: &str = "_?_:_";
/// `a && b`
pub const LOGICAL_AND: &str = "_&&_";
/// `a || b`
pub const LOGICAL_OR: &str = "_||_";
/// `!a`
pub const LOGICAL_NOT: &str = "!_";
/// `a == b`
pub const EQUALS: &str = "_==_";
/// `a != b`
pub const NOT_EQUALS: &str = "_!=_";
/// `a < b`
pub const LESS: &str = "_<_";
/// `a <= b`
pub const LESS_EQUALS: &str = "_<=_";
/// `a > b`
pub const GREATER: &str = "_>_";
/// `a >= b`
pub const GREATER_EQUALS: &str = "_>=_";
/// `a + b`
pub const ADD: &str = "_+_";
/// `a - b`
pub const SUBTRACT: &str = "_-_";
/// `a * b`
pub const MULTIPLY: &str = "_*_";
/// `a / b`
pub const DIVIDE: &str = "_/_";
/// `a % b`
pub const MODULO: &str = "_%_";
/// `-a`
pub const NEGATE: &str = "-_";
/// `a[b]`
pub const INDEX: &str = "_[_]";
/// `a[?b]`
pub const OPT_INDEX: &str = "_[?_]";
/// `a.?b`; the second argument is a string literal
pub const OPT_SELECT: &str = "_?._";
/// `a in b`
pub const IN: &str = "@in";
/// Whether to go on in `all` and `exists`: anything but `false`, errors included.
pub const NOT_STRICTLY_FALSE: &str = "@not_strictly_false";

/// The operator that is written `symbol` between two operands.
#[must_use]
pub fn binary(symbol: &str) -> Option<&'static str> {
    Some(BINARY.iter().find(|row| row.0 == symbol)?.1)
}

/// How a binary operator is written.
#[must_use]
pub fn binary_symbol(function: &str) -> Option<&'static str> {
    Some(BINARY.iter().find(|row| row.1 == function)?.0)
}

/// How tightly an operator binds: 1 is tightest, 8 is `?:`; 0 for whatever is no operator (`operators.Precedence`).
#[must_use]
pub fn precedence(function: &str) -> u8 {
    match function {
        INDEX | OPT_INDEX | OPT_SELECT => 1,
        LOGICAL_NOT | NEGATE => 2,
        MULTIPLY | DIVIDE | MODULO => 3,
        ADD | SUBTRACT => 4,
        EQUALS | NOT_EQUALS | LESS | LESS_EQUALS | GREATER | GREATER_EQUALS | IN => 5,
        LOGICAL_AND => 6,
        LOGICAL_OR => 7,
        CONDITIONAL => 8,
        _ => 0,
    }
}

const BINARY: [(&str, &str); 14] = [
    ("&&", LOGICAL_AND),
    ("||", LOGICAL_OR),
    ("==", EQUALS),
    ("!=", NOT_EQUALS),
    ("<", LESS),
    ("<=", LESS_EQUALS),
    (">", GREATER),
    (">=", GREATER_EQUALS),
    ("in", IN),
    ("+", ADD),
    ("-", SUBTRACT),
    ("*", MULTIPLY),
    ("/", DIVIDE),
    ("%", MODULO),
];
