//! What is said of a recursion that does not compile.

use super::super::Column;
use crate::diagnostic::{Code, Diagnostic, Span};

pub(super) fn not_a_walk(span: Span) -> Box<Diagnostic> {
    let message = "this recursion is no walk through a collection";
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .note("MongoDB follows one field of a collection to another one, with `$graphLookup`")
            .help(
                "join one collection with the rows so far by one equality of fields, as in \
                 `FROM staff s JOIN t ON s.boss = t._id`, with conditions on its own fields only",
            ),
    )
}

pub(super) fn not_computed(span: Span, column: Option<&Column>) -> Box<Diagnostic> {
    let name = column.map_or("", |column| column.name.as_str());
    let message = format!("column `{name}` depends on the way by which a row is reached");
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .note("MongoDB tells which documents are reached and how many steps away, not by which way")
            .help(
                "a recursion can have fields of the collection, columns that stay as they are, \
                 and one that grows by one, as in `t.depth + 1`",
            ),
    )
}

pub(super) fn endless(span: Span) -> Box<Diagnostic> {
    let message = "this recursion is no series of integers with an end";
    Box::new(
        Diagnostic::error(Code::Unsupported, span, message)
            .help("count one column up to a number, as in `SELECT n + 1 FROM t WHERE n < 10`"),
    )
}

pub(super) fn unknown_bound(span: Span) -> Box<Diagnostic> {
    let message = "this condition on the rows so far is not supported in a recursion";
    Box::new(Diagnostic::error(Code::Unsupported, span, message).help(
        "bound a column that begins with a number and grows by one, as in `t.depth < 5`; \
             put other conditions on the result",
    ))
}
