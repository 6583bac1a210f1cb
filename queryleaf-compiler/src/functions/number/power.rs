//! Powers and logarithms.
//!
//! The server answers NaN or infinity where PostgreSQL reports an error; here it is one too.

use super::super::argument::{constant_integer, expression, operand};
use super::double;
use super::round::power_of_ten;
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, raise, unary};
use crate::plan::Expression;
use queryleaf_plan::Template;

/// `power(x, y)`.
pub(super) fn power(arguments: &[LoweredArgument<'_>], numeric: bool) -> Template {
    if numeric {
        power_of_decimal(arguments)
    } else {
        power_of_double(operand(arguments, 0), operand(arguments, 1))
    }
}

/// A power of 0 is an underflow unless the base is 0.
fn power_of_double(base: Template, exponent: Template) -> Template {
    bind("base", base, |base| {
        let is_zero = call("$eq", [base.clone(), int(0)]);
        let underflow = cond(is_zero, double(f64::NAN), int(0));
        let power = call("$pow", [base, exponent]);
        checked("power", power, vec![underflow], |power| power)
    })
}

/// The server's decimal power is off in its last digits, and finds that 10 to the power of 0 is 0.
fn power_of_decimal(arguments: &[LoweredArgument<'_>]) -> Template {
    let base = operand(arguments, 0);
    let exponent = operand(arguments, 1);
    let constant = constant_integer(expression(arguments, 1));
    match constant {
        Some(1) => return base,
        Some(exponent @ 2..=3) => {
            return bind("base", base, |base| {
                let factors = (0..exponent).map(|_| base.clone());
                unary("$multiply", Template::array(factors))
            });
        }
        _ => {}
    }
    let power = |exponent: Template| {
        let power = call("$pow", [base, exponent]);
        checked("power", power, vec![], settled)
    };
    if is_plain(expression(arguments, 1)) {
        return power(exponent);
    }
    bind("exponent", exponent, |exponent| {
        cond(
            call("$eq", [exponent.clone(), int(0)]),
            power_of_ten(1, 0),
            power(exponent),
        )
    })
}

/// Whether an exponent is known to be other than 0.
pub(super) fn is_plain(exponent: Option<&Expression>) -> bool {
    constant_integer(exponent).is_some_and(|exponent| exponent != 0)
}

/// `exp(x)`.
pub(super) fn exponential(x: Template, numeric: bool) -> Template {
    let underflow = if numeric { vec![] } else { vec![int(0)] };
    checked("exp", unary("$exp", x), underflow, |value| value)
}

/// `log(base, x)` of decimals. The server's `$log` is no help: for decimal bases other than 2 and
/// 10 it divides by the base instead of by its logarithm.
pub(super) fn logarithm(base: Template, x: Template) -> Template {
    let quotient = call("$divide", [unary("$ln", x), unary("$ln", base)]);
    bind("logarithm", quotient, settled)
}

/// `cot(x)`: infinite at 0, in the direction of its sign.
pub(super) fn cotangent(x: Template) -> Template {
    bind("tangent", unary("$tan", x), |tangent| {
        let text = unary("$toString", tangent.clone());
        let is_negative = call("$eq", [text, Template::string("-0")]);
        let infinite = cond(
            is_negative,
            double(f64::NEG_INFINITY),
            double(f64::INFINITY),
        );
        cond(
            call("$eq", [tangent.clone(), int(0)]),
            infinite,
            call("$divide", [double(1.0), tangent]),
        )
    })
}

/// A value that is an error when it is infinite or not a number.
pub(super) fn finite(name: &str, value: Template) -> Template {
    checked(name, value, vec![], |value| value)
}

/// A value that is an error when it is infinite, not a number, or one of these.
fn checked(
    name: &str,
    value: Template,
    mut bad: Vec<Template>,
    body: impl FnOnce(Template) -> Template,
) -> Template {
    bad.extend([double(f64::NAN), double(f64::INFINITY)]);
    bind("result", value, |result| {
        let is_bad = call("$in", [unary("$abs", result.clone()), Template::Array(bad)]);
        let message = format!("{name}: the result is out of range");
        cond(is_bad, raise(&message, result.clone()), body(result))
    })
}

/// A decimal rounded to 28 digits, which takes away the noise that the server's functions leave in
/// the last ones: without this, `power(1.1, 2)` is not 1.21.
///
/// The product has 6 digits more than there is room for, and the exact product that is taken off
/// again leaves the first 28.
fn settled(value: Template) -> Template {
    call(
        "$subtract",
        [
            call("$multiply", [value.clone(), int(1_000_001)]),
            call("$multiply", [value, int(1_000_000)]),
        ],
    )
}
