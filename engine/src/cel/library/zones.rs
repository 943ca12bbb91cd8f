//! Time zones, as the accessors of timestamps name them: an offset `+02:00`, or the name of an IANA zone.

use alloc::format;

use crate::cel::{error::EvalError, value::Timestamp};

/// Seconds east of UTC at that moment in the zone `name`.
///
/// # Errors
/// In Go's words: `unknown time zone Mars/Base`, `strconv.Atoi: parsing "x": invalid syntax`.
pub fn offset(name: &str, moment: Timestamp) -> Result<i64, EvalError> {
    match name.split_once(':') {
        Some((hours, minutes)) => {
            let (hours, minutes) = (atoi(hours)?, atoi(minutes)?);
            let scaled = hours.wrapping_mul(60);
            let total = if name.starts_with('-') { scaled.wrapping_sub(minutes) } else { scaled.wrapping_add(minutes) };
            Ok(total.wrapping_mul(60))
        }
        None => named(name, moment),
    }
}

fn atoi(text: &str) -> Result<i64, EvalError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let cause = if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        "invalid syntax"
    } else {
        match text.parse() {
            Ok(value) => return Ok(value),
            Err(_) => "value out of range",
        }
    };
    Err(EvalError::new(format!("strconv.Atoi: parsing {text:?}: {cause}")))
}

fn named(name: &str, moment: Timestamp) -> Result<i64, EvalError> {
    // The zone of the API server's machine, taken for UTC.
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(0);
    }
    if name.contains("..") || name.starts_with(['/', '\\']) {
        return Err(EvalError::new("time: invalid location name"));
    }
    let _ = moment;
    Err(EvalError::new(format!("unknown time zone {name}")))
}
