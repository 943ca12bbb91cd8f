//! `kubernetes.quantity` (`library/quantity.go`): amounts of resources, as `k8s.io/apimachinery/pkg/api/resource` reads
//! and computes them. Exact, with two representations that can be told apart: `isInteger` and `asInteger` know only the
//! one that fits 64 bits.

use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::{any::Any, cell::Cell, cmp::Ordering};

use super::decimal::Decimal;
use crate::cel::{
    cost::functions as cost,
    decls::{Body, Example, FunctionDecl, OverloadDecl},
    error::EvalError,
    library::{Library, too_large},
    types::Type,
    value::{Opaque, Value},
};
use crate::decimal;

/// Name of the type.
pub const QUANTITY: &str = "kubernetes.Quantity";

/// The library.
#[must_use]
pub fn library() -> Library {
    Library::new("kubernetes.quantity", functions())
}

fn kind() -> Type {
    Type::object(QUANTITY)
}

fn functions() -> Vec<FunctionDecl> {
    let global = |id, params: Vec<Type>, result, body: Body| OverloadDecl::new(id, params, result).body(body);
    let member =
        |id, params: Vec<Type>, result, body: Body| OverloadDecl::member(id, params, result).body(body);
    let q = kind;
    vec![
        FunctionDecl::new(
            "quantity",
            "The amount that the text denotes: `1.5Gi`, `100m`, `2e3`.",
            vec![global("string_to_quantity", vec![Type::String], q(), parse)],
        )
        .examples(&[
            Example { expression: "quantity('200M') == quantity('0.2G')", result: "true" },
            Example {
                expression: "quantity('10K')",
                result: "error: unable to parse quantity's suffix",
            },
        ])
        .cost(cost::scan)
        .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "isQuantity",
            "Whether the text denotes an amount.",
            vec![global("is_quantity_string", vec![Type::String], Type::Bool, is_quantity)],
        )
        .examples(&[
            Example { expression: "isQuantity('1.3G')", result: "true" },
            Example { expression: "isQuantity('200K')", result: "false" },
        ])
        .cost(cost::scan)
        .estimate(cost::scan_estimate),
        FunctionDecl::new(
            "sign",
            "1 for an amount above zero, -1 for one below, 0 for zero.",
            vec![global("quantity_sign", vec![q()], Type::Int, sign)],
        )
        .examples(&[Example { expression: "sign(quantity('-5k'))", result: "-1" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "isGreaterThan",
            "Whether the amount is greater than another.",
            vec![member("quantity_is_greater_than", vec![q(), q()], Type::Bool, is_greater_than)],
        )
        .examples(&[Example { expression: "quantity('150Mi').isGreaterThan(quantity('100Mi'))", result: "true" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "isLessThan",
            "Whether the amount is less than another.",
            vec![member("quantity_is_less_than", vec![q(), q()], Type::Bool, is_less_than)],
        )
        .examples(&[Example { expression: "quantity('50M').isLessThan(quantity('100M'))", result: "true" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "compareTo",
            "0 when the amounts are equal, 1 when the first is greater, -1 when it is less.",
            vec![member("quantity_compare_to", vec![q(), q()], Type::Int, compare_to)],
        )
        .examples(&[Example { expression: "quantity('50M').compareTo(quantity('50Mi'))", result: "-1" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "asApproximateFloat",
            "The amount as a double, which may lose precision.",
            vec![member("quantity_get_float", vec![q()], Type::Double, as_approximate_float)],
        )
        .examples(&[Example { expression: "quantity('1.5k').asApproximateFloat()", result: "1500.0" }])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "asInteger",
            "The amount as an integer; an error when it has a fraction or is too large. See `isInteger`.",
            vec![member("quantity_get_int", vec![q()], Type::Int, as_integer)],
        )
        .examples(&[
            Example { expression: "quantity('50k').asInteger()", result: "50000" },
            Example { expression: "quantity('9999999999999999999999').asInteger()", result: "error: cannot convert value to integer" },
        ])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "isInteger",
            "Whether `asInteger` gives a value. Written with a fraction or too many digits (`1.0`, `1Pi`) it gives none.",
            vec![member("quantity_is_integer", vec![q()], Type::Bool, is_integer)],
        )
        .examples(&[
            Example { expression: "quantity('50000000G').isInteger()", result: "true" },
            Example { expression: "quantity('1000m').isInteger()", result: "false" },
        ])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "add",
            "The sum of two amounts, or of an amount and an integer.",
            vec![
                member("quantity_add", vec![q(), q()], q(), add),
                member("quantity_add_int", vec![q(), Type::Int], q(), add),
            ],
        )
        .examples(&[
            Example { expression: "quantity('50k').add(quantity('20k')) == quantity('70k')", result: "true" },
            Example { expression: "quantity('50k').add(20).asInteger()", result: "50020" },
        ])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
        FunctionDecl::new(
            "sub",
            "The difference of two amounts, or of an amount and an integer.",
            vec![
                member("quantity_sub", vec![q(), q()], q(), sub),
                member("quantity_sub_int", vec![q(), Type::Int], q(), sub),
            ],
        )
        .examples(&[
            Example { expression: "quantity('50k').sub(quantity('20k')) == quantity('30k')", result: "true" },
            Example { expression: "quantity('50k').sub(20000).asInteger()", result: "30000" },
        ])
        .cost(cost::nominal)
        .estimate(cost::nominal_estimate),
    ]
}

/// How an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    DecimalExponent,
    BinarySi,
    DecimalSi,
}

/// What it is computed with.
#[derive(Clone, Debug)]
enum Amount {
    /// value × 10^scale
    Int {
        value: i64,
        scale: i32,
    },
    Dec(Decimal),
}

/// An amount.
#[derive(Clone, Debug)]
pub struct Quantity {
    amount: Amount,
    format: Format,
    /// The text it was read from, when Go takes that for its canonical form.
    text: Option<String>,
    /// Set once it has been compared with an amount that does not fit 64 bits: Go changes its representation then, and it
    /// is no integer any more.
    promoted: Cell<bool>,
    /// Whether it is a result of `add` or `sub`: Go hands out a pointer, to which no other amount is equal.
    computed: bool,
}

impl Opaque for Quantity {
    fn kind(&self) -> Type {
        kind()
    }

    fn equals(&self, other: &Value) -> Result<bool, EvalError> {
        match quantity_of(other) {
            Some(other) if !other.computed => Ok(self.order(other).is_eq()),
            _ => Err(EvalError::no_such_overload()),
        }
    }

    fn go_type(&self) -> &'static str {
        if self.computed { "*cel.Quantity" } else { "cel.Quantity" }
    }

    fn text(&self) -> String {
        self.canonical()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Why a text is no amount.
const FORMAT_WRONG: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NUMERIC: &str = "unable to parse numeric part of quantity";
const SUFFIX: &str = "unable to parse quantity's suffix";

/// A text taken apart.
struct Parts<'a> {
    positive: bool,
    /// All of the number, with its sign.
    value: &'a str,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

/// `parseQuantityString`, whose oddities (`+` is 0, `Mi` is 0) are those of its loops.
fn take_apart(text: &str) -> Option<Parts<'_>> {
    let positive = !text.starts_with('-');
    let signed = usize::from(text.starts_with(['+', '-']));
    let digits_from = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.bytes().take_while(u8::is_ascii_digit).count()
    };
    let zeros = text.get(signed..).unwrap_or_default().bytes().take_while(|b| *b == b'0').count();
    let start = signed + zeros;
    if start == text.len() {
        return Some(Parts { positive, value: "0", whole: "0", fraction: "", suffix: "" });
    }
    let mut end = digits_from(start);
    let whole = match text.get(start..end) {
        Some("") | None => "0",
        Some(digits) => digits,
    };
    let mut fraction = "";
    if text.as_bytes().get(end) == Some(&b'.') {
        let from = end + 1;
        end = digits_from(from);
        fraction = text.get(from..end).unwrap_or_default();
    }
    let value = text.get(..end).unwrap_or_default();
    let suffix = text.get(end..).unwrap_or_default();
    let rest = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    rest.bytes().all(|b| b.is_ascii_digit()).then_some(Parts { positive, value, whole, fraction, suffix })
}

/// Base, exponent and format of a suffix.
fn interpret(suffix: &str) -> Option<(u32, i32, Format)> {
    Some(match suffix {
        "" => (10, 0, Format::DecimalSi),
        "n" => (10, -9, Format::DecimalSi),
        "u" => (10, -6, Format::DecimalSi),
        "m" => (10, -3, Format::DecimalSi),
        "k" => (10, 3, Format::DecimalSi),
        "M" => (10, 6, Format::DecimalSi),
        "G" => (10, 9, Format::DecimalSi),
        "T" => (10, 12, Format::DecimalSi),
        "P" => (10, 15, Format::DecimalSi),
        "E" => (10, 18, Format::DecimalSi),
        "Ki" => (2, 10, Format::BinarySi),
        "Mi" => (2, 20, Format::BinarySi),
        "Gi" => (2, 30, Format::BinarySi),
        "Ti" => (2, 40, Format::BinarySi),
        "Pi" => (2, 50, Format::BinarySi),
        "Ei" => (2, 60, Format::BinarySi),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E']).filter(|digits| !digits.is_empty())?;
            (10, exponent.parse::<i64>().ok()? as i32, Format::DecimalExponent)
        }
    })
}

fn suffix_of(base: u32, exponent: i64, format: Format) -> String {
    let known = match (format, base, exponent) {
        (Format::DecimalExponent, 10, 0) => "",
        (Format::DecimalExponent, 10, exponent) => return format!("e{exponent}"),
        (Format::DecimalSi, 10, exponent) => match exponent {
            -9 => "n",
            -6 => "u",
            -3 => "m",
            3 => "k",
            6 => "M",
            9 => "G",
            12 => "T",
            15 => "P",
            18 => "E",
            // Beyond these Go has no suffix, and writes none.
            _ => "",
        },
        (Format::BinarySi, 2, exponent) => match exponent {
            10 => "Ki",
            20 => "Mi",
            30 => "Gi",
            40 => "Ti",
            50 => "Pi",
            60 => "Ei",
            _ => "",
        },
        _ => "",
    };
    String::from(known)
}

impl Quantity {
    /// Reads an amount (`resource.ParseQuantity`).
    ///
    /// # Errors
    /// Go's three texts.
    pub fn parse(text: &str) -> Result<Self, EvalError> {
        const DIGITS: i32 = 18;
        let new = |amount, format, text: Option<&str>| Self {
            amount,
            format,
            text: text.map(String::from),
            promoted: Cell::new(false),
            computed: false,
        };
        if text.is_empty() {
            return Err(EvalError::new(FORMAT_WRONG));
        }
        if text == "0" {
            return Ok(new(Amount::Int { value: 0, scale: 0 }, Format::DecimalSi, Some(text)));
        }
        let parts = take_apart(text).ok_or_else(|| EvalError::new(FORMAT_WRONG))?;
        let (base, exponent, mut format) = interpret(parts.suffix).ok_or_else(|| EvalError::new(SUFFIX))?;
        let length = |digits: &str| i32::try_from(digits.len()).unwrap_or(i32::MAX);
        let (whole, fraction) = (length(parts.whole), length(parts.fraction));
        let (mut scale, precision, factor) = match format {
            Format::DecimalExponent | Format::DecimalSi => {
                (exponent, DIGITS.saturating_sub(whole.saturating_add(fraction)), 1)
            }
            Format::BinarySi if exponent >= 0 && fraction == 0 => {
                (0, (15 - exponent * 3 / 10 - 1_i32).saturating_sub(whole), 1_i64 << exponent)
            }
            Format::BinarySi => (0, -1, 1),
        };
        if precision >= 0 {
            scale = scale.wrapping_sub(fraction);
            if scale >= -9 {
                let digits = format!("{}{}", parts.whole, parts.fraction);
                let value: i64 = digits.parse().map_err(|_| EvalError::new(NUMERIC))?;
                if let Some(result) = value.checked_mul(factor) {
                    let amount = Amount::Int { value: if parts.positive { result } else { -result }, scale };
                    let canonical = match format {
                        Format::BinarySi => exponent % 10 == 0 && value & 7 != 0,
                        _ => scale % 3 == 0 && !digits.ends_with("000") && !digits.starts_with('0'),
                    };
                    return Ok(new(amount, format, canonical.then_some(text)));
                }
            }
        }
        let parsed = Decimal::parse(parts.value).ok_or_else(|| EvalError::new(NUMERIC))?;
        let scaled = match base {
            2 => parsed.times_power_of_two(exponent.unsigned_abs()),
            _ => parsed.shifted(i64::from(exponent)),
        };
        let negative = scaled.sign() < 0;
        let mut amount = scaled.absolute();
        if amount.sign() != 0 {
            amount = amount.round_up(9).ok_or_else(too_large)?;
        }
        let (most, one) = (Decimal::from_int(i64::MAX, 0), Decimal::from_int(1, 0));
        if format == Format::BinarySi && amount.compare(&most).is_gt() {
            amount = most;
        }
        if format == Format::BinarySi && amount.compare(&one).is_lt() && amount.sign() > 0 {
            format = Format::DecimalSi;
        }
        Ok(new(Amount::Dec(if negative { amount.negated() } else { amount }), format, None))
    }

    fn from_int(value: i64) -> Self {
        Self {
            amount: Amount::Int { value, scale: 0 },
            format: Format::DecimalExponent,
            text: None,
            promoted: Cell::new(false),
            computed: false,
        }
    }

    fn decimal(&self) -> Decimal {
        match &self.amount {
            Amount::Int { value, scale } => Decimal::from_int(*value, -i64::from(*scale)),
            Amount::Dec(decimal) => decimal.clone(),
        }
    }

    fn is_dec(&self) -> bool {
        self.promoted.get() || matches!(self.amount, Amount::Dec(_))
    }

    fn order(&self, other: &Self) -> Ordering {
        match (&self.amount, &other.amount) {
            (Amount::Int { value: a, scale: s }, Amount::Int { value: b, scale: t }) if s == t => a.cmp(b),
            _ => self.decimal().compare(&other.decimal()),
        }
    }

    /// `Cmp`, which leaves the receiver in the other representation when the argument is in it.
    fn compare(&self, other: &Self) -> Ordering {
        if other.is_dec() {
            self.promoted.set(true);
        }
        self.order(other)
    }

    fn as_int(&self) -> Option<i64> {
        match &self.amount {
            Amount::Int { value, scale } if !self.promoted.get() => scaled_up(*value, *scale),
            _ => None,
        }
    }

    /// The sum (`Add`), or the difference (`Sub`, which looks at the representations in another order).
    fn plus(&self, other: &Self, subtract: bool) -> Result<Self, EvalError> {
        let mut sum = Self { text: None, computed: true, promoted: Cell::new(false), ..self.clone() };
        if self.decimal().sign() == 0 {
            sum.format = other.format;
        }
        if let (Amount::Int { value: a, scale: s }, Amount::Int { value: b, scale: t }) =
            (&self.amount, &other.amount)
        {
            let b = if subtract { b.wrapping_neg() } else { *b };
            if !self.is_dec()
                && !other.is_dec()
                && let Some((value, scale)) = add_ints((*a, *s), (b, *t))
            {
                sum.amount = Amount::Int { value, scale };
                return Ok(sum);
            }
        }
        let second = other.decimal();
        let second = if subtract { second.negated() } else { second };
        sum.amount = Amount::Dec(self.decimal().plus(&second).ok_or_else(too_large)?);
        Ok(sum)
    }

    /// The amount as text (`String`): canonical, unless it was read from a text that Go takes to be so.
    #[must_use]
    pub fn canonical(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let decimal = self.decimal();
        if decimal.sign() == 0 {
            return String::from("0");
        }
        let mut format = self.format;
        if format == Format::BinarySi {
            let small = Decimal::from_int(1024, 0);
            let whole = decimal.clone().round_up(0).filter(|whole| whole.compare(&decimal).is_eq());
            match whole {
                Some(mut whole) if !decimal.clone().absolute().compare(&small).is_lt() => {
                    let mut exponent = 0;
                    while let Some(less) = whole.divided(1024) {
                        whole = less;
                        exponent += 10;
                    }
                    return format!("{}{}", whole.unscaled(), suffix_of(2, exponent, format));
                }
                _ => format = Format::DecimalSi,
            }
        }
        let (digits, exponent) = decimal.canonical();
        format!("{digits}{}", suffix_of(10, exponent, format))
    }
}

/// value × 10^scale, if it fits.
fn scaled_up(value: i64, scale: i32) -> Option<i64> {
    match (value, scale) {
        (_, ..0) => None,
        (0, _) => Some(0),
        _ => value.checked_mul(10_i64.checked_pow(scale.unsigned_abs())?),
    }
}

fn add_ints(a: (i64, i32), b: (i64, i32)) -> Option<(i64, i32)> {
    if b.0 == 0 {
        return Some(a);
    }
    if a.0 == 0 {
        return Some(b);
    }
    let scale = a.1.min(b.1);
    let at = |(value, own): (i64, i32)| scaled_up(value, own.checked_sub(scale)?);
    Some((at(a)?.checked_add(at(b)?)?, scale))
}

/// The amount that the value is, if it is one.
#[must_use]
pub fn quantity_of(value: &Value) -> Option<&Quantity> {
    match value {
        Value::Opaque(opaque) => opaque.as_any().downcast_ref(),
        _ => None,
    }
}

fn receiver(args: &[Value]) -> Result<&Quantity, EvalError> {
    args.first().and_then(quantity_of).ok_or_else(EvalError::no_such_overload)
}

fn pair(args: &[Value]) -> Result<(&Quantity, &Quantity), EvalError> {
    let second = args.get(1).and_then(quantity_of).ok_or_else(EvalError::no_such_overload)?;
    Ok((receiver(args)?, second))
}

fn text(args: &[Value]) -> Result<&str, EvalError> {
    args.first().and_then(Value::as_str).ok_or_else(EvalError::no_such_overload)
}

fn parse(args: &[Value]) -> Result<Value, EvalError> {
    Quantity::parse(text(args)?).map(|quantity| Value::Opaque(Rc::new(quantity)))
}

fn is_quantity(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(Quantity::parse(text(args)?).is_ok()))
}

fn sign(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Int(receiver(args)?.decimal().sign()))
}

fn is_greater_than(args: &[Value]) -> Result<Value, EvalError> {
    let (a, b) = pair(args)?;
    Ok(Value::Bool(a.compare(b).is_gt()))
}

fn is_less_than(args: &[Value]) -> Result<Value, EvalError> {
    let (a, b) = pair(args)?;
    Ok(Value::Bool(a.compare(b).is_lt()))
}

fn compare_to(args: &[Value]) -> Result<Value, EvalError> {
    let (a, b) = pair(args)?;
    Ok(Value::Int(a.compare(b) as i64))
}

fn as_approximate_float(args: &[Value]) -> Result<Value, EvalError> {
    let (base, exponent) = match &receiver(args)?.amount {
        Amount::Int { value, scale } => (*value as f64, i64::from(*scale)),
        Amount::Dec(decimal) => (decimal::parse(&decimal.unscaled()).unwrap_or(f64::NAN), -decimal.scale()),
    };
    Ok(Value::Double(if exponent == 0 { base } else { base * power_of_ten(exponent) }))
}

/// Go's `math.Pow10`: a product, or a quotient, of two powers.
fn power_of_ten(exponent: i64) -> f64 {
    let exact = |exponent: i64| decimal::parse(&format!("1e{exponent}")).unwrap_or(f64::NAN);
    match exponent {
        0..=308 => exact(exponent / 32 * 32) * exact(exponent % 32),
        309.. => f64::INFINITY,
        -323..0 => exact(-(-exponent / 32 * 32)) / exact(-exponent % 32),
        _ => 0.0,
    }
}

fn as_integer(args: &[Value]) -> Result<Value, EvalError> {
    let value = receiver(args)?.as_int();
    value.map(Value::Int).ok_or_else(|| EvalError::new("cannot convert value to integer"))
}

fn is_integer(args: &[Value]) -> Result<Value, EvalError> {
    Ok(Value::Bool(receiver(args)?.as_int().is_some()))
}

fn computed(args: &[Value], subtract: bool) -> Result<Value, EvalError> {
    let quantity = receiver(args)?;
    let sum = match args.get(1) {
        Some(Value::Int(value)) => quantity.plus(&Quantity::from_int(*value), subtract)?,
        Some(other) => {
            quantity.plus(quantity_of(other).ok_or_else(EvalError::no_such_overload)?, subtract)?
        }
        None => return Err(EvalError::no_such_overload()),
    };
    Ok(Value::Opaque(Rc::new(sum)))
}

fn add(args: &[Value]) -> Result<Value, EvalError> {
    computed(args, false)
}

fn sub(args: &[Value]) -> Result<Value, EvalError> {
    computed(args, true)
}
