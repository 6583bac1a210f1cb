//! Rounding of decimal numbers.
//!
//! The server's `$round` takes ties to the even neighbour, PostgreSQL takes them away from zero.
//! Its `$ceil` and `$floor` answer NaN for decimals of 35 digits and more, and all of them leave a
//! zero signed, which shows as `-0`.

use super::super::argument::{constant_integer, expression, operand};
use crate::lower::LoweredArgument;
use crate::lower::operators::{bind, call, cond, int, unary};
use queryleaf_plan::{Template, Value};

/// The digits after the point that `$round` and `$trunc` take; before the point, if negative.
pub(super) const DIGITS: std::ops::Range<i64> = -20..100;

/// `round(x, digits)` with constant digits.
pub(super) fn round_to(x: Template, digits: i32) -> Template {
    let digits = if digits == 0 {
        Digits::None
    } else {
        Digits::Constant(digits)
    };
    rounded(x, digits)
}

/// `round(x, digits)`.
pub(super) fn round(arguments: &[LoweredArgument<'_>]) -> Template {
    rounded(operand(arguments, 0), digits(arguments))
}

/// `$round`, except for ties, where what is behind the wanted digits is added
/// once more. (Adding half a unit to everything would not do: with 34 digits the sum may have to be
/// rounded itself.)
fn rounded(x: Template, digits: Digits) -> Template {
    let (digits, unit, half) = match digits {
        Digits::None => (None, int(1), power_of_ten(5, -1)),
        Digits::Constant(digits) => {
            let below = digits.saturating_neg().saturating_sub(1);
            let unit = power_of_ten(1, digits.saturating_neg());
            (Some(int(digits)), unit, power_of_ten(5, below))
        }
        Digits::Computed(digits) => {
            let unit = |digit: &str, digits: Template| {
                let exponent = unary("$toString", digits);
                let written = call("$concat", [Template::string(digit), exponent]);
                unary("$toDecimal", written)
            };
            let exponent = call("$multiply", [int(-1), digits.clone()]);
            let below = call("$subtract", [int(-1), digits.clone()]);
            (Some(digits), unit("1E", exponent), unit("5E", below))
        }
    };
    let rounded = bind("x", x, |x| {
        let rest = call("$mod", [x.clone(), unit]);
        cond(
            call("$eq", [unary("$abs", rest.clone()), half]),
            call("$add", [x.clone(), rest]),
            with_digits("$round", x, digits),
        )
    });
    unsigned_zero(rounded)
}

/// `trunc(x, digits)`.
pub(super) fn truncate(arguments: &[LoweredArgument<'_>]) -> Template {
    let digits = match digits(arguments) {
        Digits::None => None,
        Digits::Constant(digits) => Some(int(digits)),
        Digits::Computed(digits) => Some(digits),
    };
    unsigned_zero(with_digits("$trunc", operand(arguments, 0), digits))
}

fn with_digits(operator: &str, x: Template, digits: Option<Template>) -> Template {
    match digits {
        None => unary(operator, x),
        Some(digits) => call(operator, [x, digits]),
    }
}

/// How many digits after the point are wanted.
enum Digits {
    None,
    Constant(i32),
    Computed(Template),
}

fn digits(arguments: &[LoweredArgument<'_>]) -> Digits {
    if arguments.len() < 2 {
        return Digits::None;
    }
    match constant_integer(expression(arguments, 1)).map(i32::try_from) {
        Some(Ok(0)) => Digits::None,
        Some(Ok(digits)) => Digits::Constant(digits),
        _ => Digits::Computed(operand(arguments, 1)),
    }
}

/// `ceil(x)` of a decimal.
pub(super) fn ceiling(x: Template) -> Template {
    bind("x", x, |x| {
        let is_above = call("$gt", [call("$mod", [x.clone(), int(1)]), int(0)]);
        let carry = cond(is_above, int(1), int(0));
        call("$add", [unary("$trunc", x), carry])
    })
}

/// `floor(x)` of a decimal.
pub(super) fn floor(x: Template) -> Template {
    bind("x", x, |x| {
        let is_below = call("$lt", [call("$mod", [x.clone(), int(1)]), int(0)]);
        let carry = cond(is_below, int(-1), int(0));
        call("$add", [unary("$trunc", x), carry])
    })
}

/// `div(x, y)`: the quotient without its fraction. The rest is taken off first, since a rounded
/// quotient may have reached the next integer.
pub(super) fn quotient(x: Template, y: Template) -> Template {
    bind("x", x, |x| {
        bind("y", y, |y| {
            let rest = call("$mod", [x.clone(), y.clone()]);
            unsigned_zero(call("$divide", [call("$subtract", [x, rest]), y]))
        })
    })
}

/// The same decimal, with a negative zero made a plain one.
pub(super) fn unsigned_zero(decimal: Template) -> Template {
    call("$add", [decimal, int(0)])
}

/// `digit * 10^exponent` as a Decimal128.
pub(super) fn power_of_ten(digit: u8, exponent: i32) -> Template {
    /// What is added to the exponents of Decimal128.
    const BIAS: i32 = 6176;
    let biased = exponent.clamp(-BIAS, 6111).saturating_add(BIAS);
    let bits = (u128::from(biased.unsigned_abs()) << 113) | u128::from(digit);
    Template::Value(Value::Decimal128(bits.to_le_bytes()))
}
