//! How the functions on numbers are called.
//!
//! As in PostgreSQL, what has no signature for integers takes them as `double precision`, unless
//! only `numeric` is there.

use super::super::{ArgumentType, Function, Nullability, ResultType};
use super::{NumberFunction, NumberFunction as F, Signature};
use crate::types::Type;

const INTEGER: ArgumentType = ArgumentType::Exactly(Type::Integer);
const BIGINT: ArgumentType = ArgumentType::Exactly(Type::Bigint);
const NUMERIC: ArgumentType = ArgumentType::Exactly(Type::Numeric);
const DOUBLE: ArgumentType = ArgumentType::Exactly(Type::Double);
const ANY: ArgumentType = ArgumentType::Any;
const COUNT: ArgumentType = ArgumentType::LiteralInteger;

pub(in super::super) const SIGNATURES: &[Signature] = &[
    same("abs", &[INTEGER], F::Absolute),
    same("abs", &[BIGINT], F::Absolute),
    same("abs", &[NUMERIC], F::Absolute),
    same("abs", &[DOUBLE], F::Absolute),
    same("sign", &[NUMERIC], F::Sign),
    same("sign", &[DOUBLE], F::Sign),
    same("ceil", &[NUMERIC], F::Ceiling),
    same("ceil", &[DOUBLE], F::Ceiling),
    same("ceiling", &[NUMERIC], F::Ceiling),
    same("ceiling", &[DOUBLE], F::Ceiling),
    same("floor", &[NUMERIC], F::Floor),
    same("floor", &[DOUBLE], F::Floor),
    same("round", &[NUMERIC], F::Round),
    same("round", &[DOUBLE], F::Round),
    same("round", &[NUMERIC, INTEGER], F::Round),
    same("trunc", &[NUMERIC], F::Truncate),
    same("trunc", &[DOUBLE], F::Truncate),
    same("trunc", &[NUMERIC, INTEGER], F::Truncate),
    same("mod", &[INTEGER, INTEGER], F::Modulo),
    same("mod", &[BIGINT, BIGINT], F::Modulo),
    same("mod", &[NUMERIC, NUMERIC], F::Modulo),
    same("div", &[NUMERIC, NUMERIC], F::Quotient),
    same("sqrt", &[NUMERIC], F::SquareRoot),
    same("sqrt", &[DOUBLE], F::SquareRoot),
    same("power", &[NUMERIC, NUMERIC], F::Power),
    same("power", &[DOUBLE, DOUBLE], F::Power),
    same("pow", &[NUMERIC, NUMERIC], F::Power),
    same("pow", &[DOUBLE, DOUBLE], F::Power),
    same("^", &[NUMERIC, NUMERIC], F::Power),
    same("^", &[DOUBLE, DOUBLE], F::Power),
    same("exp", &[NUMERIC], F::Exponential),
    same("exp", &[DOUBLE], F::Exponential),
    same("ln", &[NUMERIC], F::NaturalLogarithm),
    same("ln", &[DOUBLE], F::NaturalLogarithm),
    same("log", &[NUMERIC], F::DecimalLogarithm),
    same("log", &[DOUBLE], F::DecimalLogarithm),
    same("log10", &[NUMERIC], F::DecimalLogarithm),
    same("log10", &[DOUBLE], F::DecimalLogarithm),
    same("log", &[NUMERIC, NUMERIC], F::Logarithm),
    same("&", &[INTEGER, INTEGER], F::AndBits),
    same("&", &[BIGINT, BIGINT], F::AndBits),
    same("|", &[INTEGER, INTEGER], F::OrBits),
    same("|", &[BIGINT, BIGINT], F::OrBits),
    same("#", &[INTEGER, INTEGER], F::DifferingBits),
    same("#", &[BIGINT, BIGINT], F::DifferingBits),
    same("~", &[INTEGER], F::OtherBits),
    same("~", &[BIGINT], F::OtherBits),
    same("<<", &[INTEGER, INTEGER], F::ShiftLeft),
    same("<<", &[BIGINT, INTEGER], F::ShiftLeft),
    same(">>", &[INTEGER, INTEGER], F::ShiftRight),
    same(">>", &[BIGINT, INTEGER], F::ShiftRight),
    same("gcd", &[INTEGER, INTEGER], F::GreatestCommonDivisor),
    same("gcd", &[BIGINT, BIGINT], F::GreatestCommonDivisor),
    same("lcm", &[INTEGER, INTEGER], F::LeastCommonMultiple),
    same("lcm", &[BIGINT, BIGINT], F::LeastCommonMultiple),
    of("factorial", &[BIGINT], Type::Numeric, F::Factorial),
    double("cbrt", &[DOUBLE], F::CubeRoot),
    of("to_hex", &[INTEGER], Type::Text, F::Hexadecimal),
    of("to_hex", &[BIGINT], Type::Text, F::Hexadecimal),
    of("num_nulls", &[ANY], Type::Integer, F::CountNulls)
        .variadic()
        .null(Nullability::Never),
    of("num_nonnulls", &[ANY], Type::Integer, F::CountValues)
        .variadic()
        .null(Nullability::Never),
    double("pi", &[], F::Pi),
    double("random", &[], F::Random),
    double("degrees", &[DOUBLE], F::Degrees),
    double("radians", &[DOUBLE], F::Radians),
    double("sin", &[DOUBLE], F::Sine),
    double("cos", &[DOUBLE], F::Cosine),
    double("tan", &[DOUBLE], F::Tangent),
    double("cot", &[DOUBLE], F::Cotangent),
    double("asin", &[DOUBLE], F::ArcSine),
    double("acos", &[DOUBLE], F::ArcCosine),
    double("atan", &[DOUBLE], F::ArcTangent),
    double("atan2", &[DOUBLE, DOUBLE], F::ArcTangentOfQuotient),
    double("sinh", &[DOUBLE], F::HyperbolicSine),
    double("cosh", &[DOUBLE], F::HyperbolicCosine),
    double("tanh", &[DOUBLE], F::HyperbolicTangent),
    double("asinh", &[DOUBLE], F::AreaHyperbolicSine),
    double("acosh", &[DOUBLE], F::AreaHyperbolicCosine),
    double("atanh", &[DOUBLE], F::AreaHyperbolicTangent),
    // PostgreSQL's buckets of `numeric` depend on how many digits its quotient happens to have.
    of(
        "width_bucket",
        &[DOUBLE, DOUBLE, DOUBLE, COUNT],
        Type::Integer,
        F::Bucket,
    ),
    of(
        "width_bucket",
        &[ArgumentType::ItemOf(1), ArgumentType::ComparableArray],
        Type::Integer,
        F::BucketOfThresholds,
    ),
    of(
        "to_char",
        &[NUMERIC, ArgumentType::LiteralText],
        Type::Text,
        F::Write,
    ),
];

/// A function that gives what it takes.
const fn same(
    name: &'static str,
    arguments: &'static [ArgumentType],
    function: NumberFunction,
) -> Signature {
    Signature::new(
        name,
        arguments,
        ResultType::SameAs(0),
        Function::Number(function),
    )
}

const fn double(
    name: &'static str,
    arguments: &'static [ArgumentType],
    function: NumberFunction,
) -> Signature {
    of(name, arguments, Type::Double, function)
}

const fn of(
    name: &'static str,
    arguments: &'static [ArgumentType],
    result: Type,
    function: NumberFunction,
) -> Signature {
    Signature::new(
        name,
        arguments,
        ResultType::Exactly(result),
        Function::Number(function),
    )
}
