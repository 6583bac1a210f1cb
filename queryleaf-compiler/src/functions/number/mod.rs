//! Functions on numbers.
//!
//! `numeric` is Decimal128 here and `double precision` is a double, so one operator often serves
//! both; they part where rounding or precision differ.

mod bits;
mod bucket;
mod format;
mod integer;
mod power;
mod round;
mod signatures;

pub(super) use signatures::SIGNATURES;

use super::argument::{constant_integer, constant_text, expression, operand};
use super::{ArgumentError, Signature};
use crate::lower::LoweredArgument;
use crate::lower::operators::{call, int, unary};
use crate::plan::{Expression, Literal};
use crate::types::Type;
use queryleaf_plan::{Template, Value};

/// The functions of this family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFunction {
    /// `abs(x)`.
    Absolute,
    /// `sign(x)`.
    Sign,
    /// `ceil(x)`.
    Ceiling,
    /// `floor(x)`.
    Floor,
    /// `round(x, digits)`.
    Round,
    /// `trunc(x, digits)`.
    Truncate,
    /// `mod(x, y)`.
    Modulo,
    /// `div(x, y)`.
    Quotient,
    /// `sqrt(x)`.
    SquareRoot,
    /// `power(x, y)`, `x ^ y`.
    Power,
    /// `exp(x)`.
    Exponential,
    /// `ln(x)`.
    NaturalLogarithm,
    /// `log(x)`, `log10(x)`.
    DecimalLogarithm,
    /// `log(base, x)`.
    Logarithm,
    /// `pi()`.
    Pi,
    /// `degrees(x)`.
    Degrees,
    /// `radians(x)`.
    Radians,
    /// `sin(x)`.
    Sine,
    /// `cos(x)`.
    Cosine,
    /// `tan(x)`.
    Tangent,
    /// `cot(x)`.
    Cotangent,
    /// `asin(x)`.
    ArcSine,
    /// `acos(x)`.
    ArcCosine,
    /// `atan(x)`.
    ArcTangent,
    /// `atan2(y, x)`.
    ArcTangentOfQuotient,
    /// `sinh(x)`.
    HyperbolicSine,
    /// `cosh(x)`.
    HyperbolicCosine,
    /// `tanh(x)`.
    HyperbolicTangent,
    /// `asinh(x)`.
    AreaHyperbolicSine,
    /// `acosh(x)`.
    AreaHyperbolicCosine,
    /// `atanh(x)`.
    AreaHyperbolicTangent,
    /// `width_bucket(x, low, high, count)`.
    Bucket,
    /// `width_bucket(x, thresholds)`.
    BucketOfThresholds,
    /// `to_char(x, pattern)`.
    Write,
    /// `a & b`.
    AndBits,
    /// `a | b`.
    OrBits,
    /// `a # b`.
    DifferingBits,
    /// `~a`.
    OtherBits,
    /// `a << n`.
    ShiftLeft,
    /// `a >> n`.
    ShiftRight,
    /// `gcd(a, b)`.
    GreatestCommonDivisor,
    /// `lcm(a, b)`.
    LeastCommonMultiple,
    /// `factorial(n)`.
    Factorial,
    /// `cbrt(x)`, `||/ x`.
    CubeRoot,
    /// `to_hex(n)`.
    Hexadecimal,
    /// `num_nulls(a, ..)`.
    CountNulls,
    /// `num_nonnulls(a, ..)`.
    CountValues,
    /// `random()`: another number each time that it is computed.
    Random,
}

/// The bucket after the last one must have a number too.
const MOST_BUCKETS: i64 = 2_147_483_646;

/// How many radians make a degree, to the digits that PostgreSQL uses.
const RADIANS_PER_DEGREE: f64 = 0.017_453_292_519_943_295;

/// The aggregation expression of a call.
pub(super) fn lower(function: NumberFunction, arguments: &[LoweredArgument<'_>]) -> Template {
    let x = || operand(arguments, 0);
    let y = || operand(arguments, 1);
    let ty = expression(arguments, 0).map(|it| &it.ty);
    let numeric = ty == Some(&Type::Numeric);
    match function {
        NumberFunction::Absolute => unary("$abs", x()),
        NumberFunction::Sign if numeric => unary("$toDecimal", call("$cmp", [x(), int(0)])),
        NumberFunction::Sign => unary("$toDouble", call("$cmp", [x(), int(0)])),
        NumberFunction::Ceiling if numeric => round::ceiling(x()),
        NumberFunction::Ceiling => unary("$ceil", x()),
        NumberFunction::Floor if numeric => round::floor(x()),
        NumberFunction::Floor => unary("$floor", x()),
        NumberFunction::Round if numeric => round::round(arguments),
        NumberFunction::Round => unary("$round", x()),
        NumberFunction::Truncate if numeric => round::truncate(arguments),
        NumberFunction::Truncate => unary("$trunc", x()),
        NumberFunction::Modulo if numeric => round::unsigned_zero(call("$mod", [x(), y()])),
        NumberFunction::Modulo => call("$mod", [x(), y()]),
        NumberFunction::Quotient => round::quotient(x(), y()),
        NumberFunction::SquareRoot => unary("$sqrt", x()),
        NumberFunction::Power => power::power(arguments, numeric),
        NumberFunction::Exponential => power::exponential(x(), numeric),
        NumberFunction::NaturalLogarithm => unary("$ln", x()),
        NumberFunction::DecimalLogarithm => unary("$log10", x()),
        NumberFunction::Logarithm => power::logarithm(x(), y()),
        NumberFunction::Pi => double(std::f64::consts::PI),
        NumberFunction::Degrees => power::finite(
            "degrees",
            call("$divide", [x(), double(RADIANS_PER_DEGREE)]),
        ),
        NumberFunction::Radians => call("$multiply", [x(), double(RADIANS_PER_DEGREE)]),
        NumberFunction::Sine => unary("$sin", x()),
        NumberFunction::Cosine => unary("$cos", x()),
        NumberFunction::Tangent => unary("$tan", x()),
        NumberFunction::Cotangent => power::cotangent(x()),
        NumberFunction::ArcSine => unary("$asin", x()),
        NumberFunction::ArcCosine => unary("$acos", x()),
        NumberFunction::ArcTangent => unary("$atan", x()),
        NumberFunction::ArcTangentOfQuotient => call("$atan2", [x(), y()]),
        NumberFunction::HyperbolicSine => unary("$sinh", x()),
        NumberFunction::HyperbolicCosine => unary("$cosh", x()),
        NumberFunction::HyperbolicTangent => unary("$tanh", x()),
        NumberFunction::AreaHyperbolicSine => unary("$asinh", x()),
        NumberFunction::AreaHyperbolicCosine => unary("$acosh", x()),
        NumberFunction::AreaHyperbolicTangent => unary("$atanh", x()),
        NumberFunction::Bucket => bucket::width_bucket(arguments),
        NumberFunction::BucketOfThresholds => bucket::bucket_of_thresholds(arguments),
        NumberFunction::Write => format::to_char(arguments),
        NumberFunction::AndBits => bits::and_bits(arguments),
        NumberFunction::OrBits => bits::or_bits(arguments),
        NumberFunction::DifferingBits => bits::differing_bits(arguments),
        NumberFunction::OtherBits => bits::other_bits(arguments),
        NumberFunction::ShiftLeft => bits::shift_left(arguments),
        NumberFunction::ShiftRight => bits::shift_right(arguments),
        NumberFunction::GreatestCommonDivisor => integer::greatest_common_divisor(x(), y(), ty),
        NumberFunction::LeastCommonMultiple => integer::least_common_multiple(arguments, ty),
        NumberFunction::Factorial => integer::factorial(x()),
        NumberFunction::CubeRoot => integer::cube_root(x()),
        NumberFunction::Hexadecimal => integer::hexadecimal(x(), ty),
        NumberFunction::CountNulls => integer::count_of_nulls(arguments, true),
        NumberFunction::CountValues => integer::count_of_nulls(arguments, false),
        NumberFunction::Random => unary("$rand", Template::ALWAYS),
    }
}

fn double(value: f64) -> Template {
    Template::Value(Value::Double(value))
}

/// What is wrong with the constant arguments of a call.
pub(super) fn check(
    function: NumberFunction,
    arguments: &[Expression],
) -> Result<(), ArgumentError> {
    let sign = |number: usize| arguments.get(number).and_then(constant_sign);
    let integer = |number: usize| constant_integer(arguments.get(number)).unwrap_or_default();
    let error = |argument: usize, message: &str| {
        Err(ArgumentError {
            argument,
            message: message.to_owned(),
            help: None,
        })
    };
    match function {
        NumberFunction::SquareRoot if sign(0).is_some_and(|sign| sign < 0) => {
            error(0, "a negative number has no square root")
        }
        NumberFunction::NaturalLogarithm
        | NumberFunction::DecimalLogarithm
        | NumberFunction::Logarithm
            if sign(0).is_some_and(|sign| sign < 1) =>
        {
            error(0, "only positive numbers have a logarithm")
        }
        NumberFunction::Logarithm if sign(1).is_some_and(|sign| sign < 1) => {
            error(1, "only positive numbers have a logarithm")
        }
        NumberFunction::Logarithm if constant_integer(arguments.first()) == Some(1) => {
            error(0, "the base of a logarithm cannot be 1")
        }
        NumberFunction::Round | NumberFunction::Truncate
            if constant_integer(arguments.get(1))
                .is_some_and(|digits| !round::DIGITS.contains(&digits)) =>
        {
            error(1, "the number of digits must be from -20 to 99")
        }
        NumberFunction::Modulo | NumberFunction::Quotient if sign(1) == Some(0) => {
            error(1, "division by zero")
        }
        NumberFunction::Bucket if !(1..=MOST_BUCKETS).contains(&integer(3)) => {
            error(3, "the number of buckets must be from 1 to 2147483646")
        }
        NumberFunction::BucketOfThresholds
            if arguments.get(1).is_some_and(bucket::has_null_threshold) =>
        {
            error(1, "a threshold cannot be NULL")
        }
        NumberFunction::ShiftLeft | NumberFunction::ShiftRight
            if constant_integer(arguments.get(1)).is_some_and(|distance| {
                let width = bits::width(arguments.first().map(|it| &it.ty));
                !(0..i64::from(width)).contains(&distance)
            }) =>
        {
            error(1, "a shift that is farther than the number has bits")
        }
        NumberFunction::Factorial
            if constant_integer(arguments.first())
                .is_some_and(|n| !(0..=i64::from(integer::LARGEST_FACTORIAL)).contains(&n)) =>
        {
            error(0, "the factorial of a number that is negative or beyond 36")
        }
        NumberFunction::Write => {
            let pattern = constant_text(arguments.get(1)).unwrap_or_default();
            match format::problem(pattern) {
                None => Ok(()),
                Some(reason) => Err(ArgumentError {
                    argument: 1,
                    message: format!("`'{pattern}'` is no pattern for numbers: {reason}"),
                    help: Some("write it like `'FM999,990.00'`".to_owned()),
                }),
            }
        }
        _ => Ok(()),
    }
}

/// The sign of a number that the query spells out.
fn constant_sign(expression: &Expression) -> Option<i8> {
    if let Some(value) = constant_integer(Some(expression)) {
        return i8::try_from(value.signum()).ok();
    }
    match expression.as_literal()? {
        Literal::Double(value) if *value == 0.0 => Some(0),
        Literal::Double(value) => Some(if *value < 0.0 { -1 } else { 1 }),
        Literal::Numeric(text) => {
            let digits = text.split(['e', 'E']).next().unwrap_or(text);
            if !digits.contains(|digit: char| ('1'..='9').contains(&digit)) {
                Some(0)
            } else if digits.starts_with('-') {
                Some(-1)
            } else {
                Some(1)
            }
        }
        _ => None,
    }
}

/// Whether a call is null by itself when an argument is: all of the server's arithmetic is, and
/// where a value is used twice, the lowering binds it.
pub(super) fn propagates_null(function: NumberFunction, arguments: &[Expression]) -> bool {
    match function {
        // `$cmp` finds null less than 0.
        NumberFunction::Sign
        | NumberFunction::Bucket
        | NumberFunction::BucketOfThresholds
        | NumberFunction::Write => false,
        NumberFunction::AndBits
        | NumberFunction::OrBits
        | NumberFunction::DifferingBits
        | NumberFunction::ShiftLeft
        | NumberFunction::ShiftRight
        | NumberFunction::GreatestCommonDivisor
        | NumberFunction::LeastCommonMultiple
        | NumberFunction::Factorial
        | NumberFunction::Hexadecimal => false,
        // Anything to the power of 0 is 1 there.
        NumberFunction::Power => power::is_plain(arguments.get(1)),
        // Two calls of `$ln`, of which one may fail where the other is null.
        NumberFunction::Logarithm => arguments.iter().all(|argument| !argument.nullable),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
