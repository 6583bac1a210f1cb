//! Subqueries inside expressions.

use super::{ColumnId, Expression, Relation};

/// A query inside an expression; it may read the columns of the queries around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Subquery {
    /// Its rows.
    pub relation: Relation,
    /// What the expression wants to know of them.
    pub form: SubqueryForm,
}

/// What is asked of the rows of a subquery.
///
/// `x IN (SELECT y ..)` is `Any(x = y)`, `x NOT IN (SELECT y ..)` is `Not` of that, and
/// `x > ALL (SELECT y ..)` is `Not(Any(Not(x > y)))`: so `NULL`s come out as SQL wants them.
#[derive(Debug, Clone, PartialEq)]
pub enum SubqueryForm {
    /// The value of this column in the only row; `NULL` where there is none, an error where there
    /// are more.
    Scalar(ColumnId),
    /// Whether there are rows; never null itself.
    Exists,
    /// Whether this condition is true of a row: `NULL` where it is of none, but is `NULL` of some.
    Any(Box<Expression>),
    /// The values of this column in an array, in the order of the rows: `ARRAY(SELECT ..)`. Empty,
    /// not `NULL`, where there are none.
    Array(ColumnId),
}
