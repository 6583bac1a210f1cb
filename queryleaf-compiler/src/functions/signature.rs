//! What a function takes and gives.

use super::Function;
use crate::types::Type;

/// One way to call a function. A function with several has several signatures of one name; the
/// analyser picks by PostgreSQL's rules: exact types first, then implied casts, `double precision`
/// before other numbers and `text` before everything for literals whose type is open.
#[derive(Debug)]
pub(crate) struct Signature {
    /// The name in lower case.
    pub(crate) name: &'static str,
    /// The types of the arguments.
    pub(crate) arguments: &'static [ArgumentType],
    /// How many of the last arguments may be left out.
    pub(crate) optional: usize,
    /// Whether the last argument may be repeated.
    pub(crate) variadic: bool,
    /// The type of the result.
    pub(crate) result: ResultType,
    /// When the result is `NULL`.
    pub(crate) nullability: Nullability,
    /// The function.
    pub(crate) function: Function,
}

/// What may stand as an argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ArgumentType {
    /// This type, or what casts to it implicitly.
    Exactly(Type),
    /// A constant text that the query spells out, such as the field of `EXTRACT`.
    LiteralText,
    /// A constant integer that the query spells out.
    LiteralInteger,
    /// Any array whose items are no arrays themselves; arrives as it is.
    AnyArray,
    /// An array like [`AnyArray`](ArgumentType::AnyArray) whose items can be compared: no
    /// documents.
    ComparableArray,
    /// A value of the item type of the array that the argument of this number is.
    ItemOf(usize),
    /// A value of the type of the argument of this number. Two arrays are of one type when their
    /// items are, whether or not those may be `NULL`.
    SameAs(usize),
    /// Anything that can be written as text; arrives as its cast to `text`. A boolean arrives as
    /// it is, since PostgreSQL writes it as `t` in some functions and as `true` in others.
    AnyText,
    /// Any array whose items can be written as text; arrives as its cast to `text[]`. An array of
    /// booleans arrives as it is, for the same reason.
    TextArray,
    /// Any `jsonb`: also a document, a struct or a map, but no array; arrives as it is.
    AnyJson,
    /// Anything at all.
    Any,
}

/// The type of a function's result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ResultType {
    /// Always this one.
    Exactly(Type),
    /// An array of this one, whose items cannot be `NULL`.
    ArrayOf(Type),
    /// An array of this one, whose items may be `NULL`.
    ArrayOfNullable(Type),
    /// An array of arrays of texts, which may be `NULL`.
    ArrayOfTexts,
    /// An array of what the argument of this number is.
    ArrayOfArgument(usize),
    /// An array of the items of the arguments: the items of those that are arrays, and the others
    /// themselves. An item may be `NULL` where one of these may.
    ArrayOfAll,
    /// The type of the argument of this number.
    SameAs(usize),
}

/// When a function's result is `NULL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nullability {
    /// When an argument is; the lowering sees arguments that are not null.
    Strict,
    /// Also for some arguments that are not `NULL`; the lowering sees arguments that are not null
    /// and answers null itself.
    StrictAndSometimes,
    /// When the first argument is; the lowering sees a first argument that is not null, and the
    /// others as they are.
    WhenFirst,
    /// When all arguments are; the lowering sees the arguments as they are and answers null itself.
    WhenAll,
    /// Never; the lowering sees the arguments as they are.
    Never,
    /// The lowering sees the arguments as they are and answers null itself.
    Custom,
}

impl Signature {
    /// A function of exactly these arguments that is [`Nullability::Strict`].
    pub(super) const fn new(
        name: &'static str,
        arguments: &'static [ArgumentType],
        result: ResultType,
        function: Function,
    ) -> Self {
        Signature {
            name,
            arguments,
            optional: 0,
            variadic: false,
            result,
            nullability: Nullability::Strict,
            function,
        }
    }

    /// The same function, of which the last arguments may be left out.
    pub(super) const fn optional(mut self, count: usize) -> Self {
        self.optional = count;
        self
    }

    /// The same function with its last argument repeated.
    pub(super) const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }

    /// The same function, with another rule for `NULL`.
    pub(super) const fn null(mut self, nullability: Nullability) -> Self {
        self.nullability = nullability;
        self
    }
}

/// What the function takes, as error messages say it: `(text, integer)`.
impl std::fmt::Display for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let required = self.arguments.len().saturating_sub(self.optional);
        f.write_str("(")?;
        for (index, argument) in self.arguments.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match argument {
                ArgumentType::Exactly(ty) => write!(f, "{ty}")?,
                ArgumentType::LiteralText => f.write_str("a quoted literal")?,
                ArgumentType::LiteralInteger => f.write_str("a literal integer")?,
                ArgumentType::AnyArray
                | ArgumentType::ComparableArray
                | ArgumentType::TextArray => f.write_str("an array")?,
                ArgumentType::ItemOf(_) => f.write_str("an item of the array")?,
                ArgumentType::SameAs(_) => f.write_str("the same type")?,
                ArgumentType::AnyText => f.write_str("a value")?,
                ArgumentType::AnyJson => f.write_str("jsonb")?,
                ArgumentType::Any => f.write_str("anything")?,
            }
            if index >= required {
                f.write_str(" (optional)")?;
            }
        }
        f.write_str(if self.variadic { ", ..)" } else { ")" })
    }
}
