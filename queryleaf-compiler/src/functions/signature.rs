//! What a function takes and gives.

use super::Function;
use crate::types::Type;

/// One way to call a function. A function with several has several signatures of one name; the
/// analyser picks by PostgreSQL's rules: exact types first, then implied casts, `double precision`
/// before other numbers and `text` before everything for literals whose type is open.
#[derive(Debug)]
pub struct Signature {
    /// The name in lower case.
    pub name: &'static str,
    /// The types of the arguments.
    pub arguments: &'static [ArgumentType],
    /// How many of the last arguments may be left out.
    pub optional: usize,
    /// Whether the last argument may be repeated.
    pub variadic: bool,
    /// The type of the result.
    pub result: ResultType,
    /// When the result is `NULL`.
    pub nullability: Nullability,
    /// The function.
    pub function: Function,
}

/// What may stand as an argument.
#[derive(Debug, Clone, PartialEq)]
pub enum ArgumentType {
    /// This type, or what casts to it implicitly.
    Exactly(Type),
    /// A constant text that the query spells out, such as the field of `EXTRACT`.
    LiteralText,
    /// A constant integer that the query spells out.
    LiteralInteger,
    /// Any array.
    AnyArray,
    /// A value of the item type of the array that the first argument is.
    ItemOfFirst,
    /// Anything that can be written as text.
    AnyText,
    /// Anything at all.
    Any,
}

/// The type of a function's result.
#[derive(Debug, Clone, PartialEq)]
pub enum ResultType {
    /// Always this one.
    Exactly(Type),
    /// An array of this one.
    ArrayOf(Type),
    /// The type of the argument of this number.
    SameAs(usize),
    /// The type of an item of the array that this argument is.
    ItemOf(usize),
}

/// When a function's result is `NULL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nullability {
    /// When an argument is; the lowering sees arguments that are not null.
    Strict,
    /// Also for some arguments that are not `NULL`; the lowering sees arguments that are not null
    /// and answers null itself.
    StrictAndSometimes,
    /// Never; the lowering sees the arguments as they are.
    Never,
    /// The lowering sees the arguments as they are and answers null itself.
    Custom,
}
