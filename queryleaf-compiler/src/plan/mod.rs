//! The logical algebra: what a query means, before it is decided how the server shall do it.

mod aggregate;
mod columns;
mod condition;
mod display;
mod expression;
mod graph_walk;
mod relation;
mod scale;
mod subquery;
mod walk;
mod walk_relation;
mod window;
mod write;

pub use aggregate::{Aggregate, AggregateFunction};
pub use expression::{
    ArithmeticOperator, ComparisonOperator, Expression, ExpressionKind, Literal, Path, PathStep,
};
pub use graph_walk::{Walk, WalkShape};
pub use relation::{
    ColumnId, JoinKind, NaturalOrder, NewColumns, NullsOrder, Relation, SetColumn, SetOperator,
    SortDirection, SortKey,
};
pub use scale::{Scale, Scales};
pub use subquery::{Subquery, SubqueryForm};
pub use window::{Frame, FrameBound, FrameUnit, WindowCall, WindowFunction};
pub use write::{
    Conflict, ConflictUpdate, Content, FIRST_GENERATED, MergeClause, Target, TargetItem,
    UploadOptions, Write, WriteAction, WriteOptions,
};
