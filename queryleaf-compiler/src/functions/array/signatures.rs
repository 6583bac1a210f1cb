//! How the functions on arrays are called.
//!
//! Where an operand is the word `NULL`, `||` joins two arrays, as in PostgreSQL: of signatures that
//! fit equally well the last one is taken.

use super::super::{ArgumentType, Function, Nullability, ResultType};
use super::{ArrayFunction, Signature};
use crate::types::Type;

const ARRAY: ArgumentType = ArgumentType::AnyArray;
const COMPARABLE: ArgumentType = ArgumentType::ComparableArray;
const ITEM: ArgumentType = ArgumentType::ItemOf(0);
const SAME: ArgumentType = ArgumentType::SameAs(0);
/// What an untyped literal on the left becomes.
const SAME_AS_RIGHT: ArgumentType = ArgumentType::SameAs(1);
const DIMENSION: ArgumentType = ArgumentType::LiteralInteger;
const INTEGER: ArgumentType = ArgumentType::Exactly(Type::Integer);
const TEXTS: ArgumentType = ArgumentType::TextArray;
const TEXT: ArgumentType = ArgumentType::Exactly(Type::Text);

pub(in super::super) const SIGNATURES: &[Signature] = &[
    integer("cardinality", &[ARRAY], ArrayFunction::Cardinality),
    integer("array_length", &[ARRAY, DIMENSION], ArrayFunction::Length)
        .null(Nullability::StrictAndSometimes),
    integer("array_upper", &[ARRAY, DIMENSION], ArrayFunction::Length)
        .null(Nullability::StrictAndSometimes),
    integer(
        "array_lower",
        &[ARRAY, DIMENSION],
        ArrayFunction::LowerBound,
    )
    .null(Nullability::StrictAndSometimes),
    items("array_append", &[ARRAY, ITEM], ArrayFunction::Append).null(Nullability::Never),
    items("||", &[ARRAY, ITEM], ArrayFunction::Append).null(Nullability::Never),
    items(
        "array_prepend",
        &[ArgumentType::ItemOf(1), ARRAY],
        ArrayFunction::Prepend,
    )
    .null(Nullability::Never),
    items(
        "||",
        &[ArgumentType::ItemOf(1), ARRAY],
        ArrayFunction::Prepend,
    )
    .null(Nullability::Never),
    items("array_cat", &[ARRAY, SAME], ArrayFunction::Concatenate).null(Nullability::WhenAll),
    items(
        "array_cat",
        &[SAME_AS_RIGHT, ARRAY],
        ArrayFunction::Concatenate,
    )
    .null(Nullability::WhenAll),
    items("||", &[SAME_AS_RIGHT, ARRAY], ArrayFunction::Concatenate).null(Nullability::WhenAll),
    items("||", &[ARRAY, SAME], ArrayFunction::Concatenate).null(Nullability::WhenAll),
    integer(
        "array_position",
        &[COMPARABLE, ITEM, ArgumentType::LiteralInteger],
        ArrayFunction::Position,
    )
    .optional(1)
    .null(Nullability::Custom),
    function(
        "array_positions",
        &[COMPARABLE, ITEM],
        ResultType::ArrayOf(Type::Integer),
        ArrayFunction::Positions,
    )
    .null(Nullability::WhenFirst),
    function(
        "array_remove",
        &[COMPARABLE, ITEM],
        ResultType::SameAs(0),
        ArrayFunction::Remove,
    )
    .null(Nullability::WhenFirst),
    items(
        "array_replace",
        &[COMPARABLE, ITEM, ITEM],
        ArrayFunction::Replace,
    )
    .null(Nullability::WhenFirst),
    text("array_to_string", &[TEXTS, TEXT], ArrayFunction::ToText),
    text(
        "array_to_string",
        &[TEXTS, TEXT, TEXT],
        ArrayFunction::ToTextWithNull,
    )
    .null(Nullability::Custom),
    boolean("@>", &[COMPARABLE, SAME], ArrayFunction::Contains),
    boolean("@>", &[SAME_AS_RIGHT, COMPARABLE], ArrayFunction::Contains),
    boolean("<@", &[COMPARABLE, SAME], ArrayFunction::ContainedIn),
    boolean(
        "<@",
        &[SAME_AS_RIGHT, COMPARABLE],
        ArrayFunction::ContainedIn,
    ),
    boolean("&&", &[COMPARABLE, SAME], ArrayFunction::Overlaps),
    boolean("&&", &[SAME_AS_RIGHT, COMPARABLE], ArrayFunction::Overlaps),
    boolean("contains", &[COMPARABLE, ITEM], ArrayFunction::Has),
    function(
        "::slice",
        &[ARRAY, INTEGER, INTEGER],
        ResultType::SameAs(0),
        ArrayFunction::Slice,
    ),
    function(
        "::fill",
        &[ArgumentType::Any, INTEGER],
        ResultType::ArrayOfArgument(0),
        ArrayFunction::Fill,
    )
    .null(Nullability::Never),
    function(
        "trim_array",
        &[ARRAY, INTEGER],
        ResultType::SameAs(0),
        ArrayFunction::Trim,
    ),
    integer("array_ndims", &[ARRAY], ArrayFunction::Dimensions)
        .null(Nullability::StrictAndSometimes),
    text("array_dims", &[ARRAY], ArrayFunction::DimensionsText)
        .null(Nullability::StrictAndSometimes),
];

const fn integer(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: ArrayFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Integer), which)
}

const fn boolean(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: ArrayFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Boolean), which)
}

const fn text(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: ArrayFunction,
) -> Signature {
    function(name, arguments, ResultType::Exactly(Type::Text), which)
}

const fn items(
    name: &'static str,
    arguments: &'static [ArgumentType],
    which: ArrayFunction,
) -> Signature {
    function(name, arguments, ResultType::ArrayOfAll, which)
}

const fn function(
    name: &'static str,
    arguments: &'static [ArgumentType],
    result: ResultType,
    which: ArrayFunction,
) -> Signature {
    Signature::new(name, arguments, result, Function::Array(which))
}
