//! Conversions between numbers.

use super::super::super::Scope;
use super::super::super::operators::{call, cond, int, unary};
use super::super::operand::Surroundings;
use super::super::value;
use crate::plan::Expression;
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// A number as one of another type. What does not fit is an error on the server.
pub(super) fn convert(operand: &Expression, whole: &Expression, scope: &Scope) -> Option<Template> {
    let to_integer = match whole.ty {
        Type::Integer => "$toInt",
        _ => "$toLong",
    };
    Some(match (&operand.ty, &whole.ty) {
        (Type::Integer | Type::Bigint, Type::Integer | Type::Bigint) => {
            unary(to_integer, value(operand, scope))
        }
        // Half to even, as the server rounds.
        (Type::Double, Type::Integer | Type::Bigint) => {
            unary(to_integer, unary("$round", value(operand, scope)))
        }
        (Type::Numeric, Type::Integer | Type::Bigint) => {
            half_away_from_zero(to_integer, operand, scope)
        }
        (Type::Integer | Type::Bigint | Type::Numeric, Type::Double) => {
            unary("$toDouble", value(operand, scope))
        }
        // Of a double, both servers keep 15 digits.
        (Type::Integer | Type::Bigint | Type::Double, Type::Numeric) => {
            unary("$toDecimal", value(operand, scope))
        }
        _ => return None,
    })
}

/// A decimal rounded half away from zero: moved by a half and cut off by the conversion.
fn half_away_from_zero(to_integer: &str, operand: &Expression, scope: &Scope) -> Template {
    let mut surroundings = Surroundings::default();
    let operand = surroundings.operand(operand, false, scope);
    let number = surroundings.bound(operand.value, scope);
    let half = cond(
        call("$lt", [number.clone(), int(0)]),
        HALF_BELOW,
        HALF_ABOVE,
    );
    let rounded = unary(to_integer, call("$add", [number, half]));
    surroundings.around(rounded, Template::null())
}

const HALF_ABOVE: Template = Template::Value(Value::Decimal128(half(0)));
const HALF_BELOW: Template = Template::Value(Value::Decimal128(half(1)));

/// 5 times ten to the power of -1, with this sign bit.
const fn half(sign: u128) -> [u8; 16] {
    const BIAS: u128 = 6176;
    ((sign << 127) | ((BIAS - 1) << 113) | 5).to_le_bytes()
}
