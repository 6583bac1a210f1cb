//! The logical algebra: what a query means, before it is decided how the server shall do it.

mod aggregate;
mod expression;
mod relation;
mod walk;

pub use aggregate::{Aggregate, AggregateFunction};
pub use expression::{
    ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Literal, Path, PathStep,
};
pub use relation::{ColumnId, NullsOrder, Relation, SortDirection, SortKey};
