//! Values that the client computes from the parameters before a command is sent.

/// A value computed from parameters: a parameter like the others, numbered after those that are
/// given, so that whatever a query does with a parameter it can do with this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Computed {
    /// `'%' || :word || '%'`: one text after the other.
    Concatenation {
        /// The texts.
        parts: Vec<Part>,
        /// Whether `NULL` is an empty text, as for `CONCAT`, or makes everything `NULL`.
        skip_null: bool,
    },
}

/// A part of a concatenation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A constant.
    Text(String),
    /// A parameter of type text, counted from 0.
    Parameter(u16),
}
