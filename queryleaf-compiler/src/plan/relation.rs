//! The relational operators.

use super::{Aggregate, Expression, Subquery, Walk, WindowCall};
use crate::diagnostic::Span;

/// A column of some relation. Each has its own number, unique in the query, so that expressions
/// can be moved between relations without renaming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub u32);

/// A relational operator over its inputs.
#[derive(Debug, Clone, PartialEq)]
pub enum Relation {
    /// The documents of a collection; one column, the document.
    Scan {
        /// The table of the query, by its number in [`Query::tables`](crate::Query).
        table: usize,
        /// The document.
        document: ColumnId,
        /// `ORDER BY $natural`: in the order in which they are stored, or backwards.
        natural: Option<NaturalOrder>,
    },
    /// One row of no columns: a query without `FROM`.
    OneRow,
    /// `VALUES (..), (..)`.
    Values {
        /// The columns.
        columns: Vec<ColumnId>,
        /// The rows: one expression per column, of one type in each column.
        rows: Vec<Vec<Expression>>,
    },
    /// The input's rows, each as often as its array has items.
    Unnest {
        /// The rows.
        input: Box<Relation>,
        /// The array.
        array: Expression,
        /// The item.
        item: ColumnId,
        /// `WITH ORDINALITY`: the item's position, counted from 1.
        ordinality: Option<ColumnId>,
        /// Whether a row without items is kept: `LEFT JOIN UNNEST(..) ON TRUE`.
        keep_empty: bool,
    },
    /// The rows for which the predicate is true.
    Filter {
        /// The rows.
        input: Box<Relation>,
        /// The condition.
        predicate: Expression,
    },
    /// One row per group; with no keys exactly one row, whatever the input.
    Aggregate {
        /// The rows.
        input: Box<Relation>,
        /// The grouping keys.
        keys: Vec<(ColumnId, Expression)>,
        /// The aggregates.
        aggregates: Vec<(ColumnId, Aggregate)>,
    },
    /// The rows with these columns only.
    Project {
        /// The rows.
        input: Box<Relation>,
        /// The columns; their order is the result's.
        columns: Vec<(ColumnId, Expression)>,
    },
    /// The rows without duplicates.
    Distinct {
        /// The rows: always a projection or something that keeps its columns.
        input: Box<Relation>,
    },
    /// The rows in order.
    Sort {
        /// The rows.
        input: Box<Relation>,
        /// The keys, the first one first.
        keys: Vec<SortKey>,
    },
    /// Some of the rows.
    Limit {
        /// The rows.
        input: Box<Relation>,
        /// How many at the most: an integer literal or a parameter.
        limit: Option<Expression>,
        /// How many are passed over first: an integer literal or a parameter.
        offset: Option<Expression>,
    },
    /// The pairs of rows that belong together.
    ///
    /// The right side may read the columns of the left one: that is `LATERAL`.
    Join {
        /// What becomes of rows without a partner.
        kind: JoinKind,
        /// The left side.
        left: Box<Relation>,
        /// The right side.
        right: Box<Relation>,
        /// When two rows belong together; `TRUE` for a cross join.
        condition: Expression,
    },
    /// The rows, each with what a subquery gives for it.
    Apply {
        /// The rows; the subquery may read their columns.
        input: Box<Relation>,
        /// The subquery.
        subquery: Box<Subquery>,
        /// The column of its result.
        column: ColumnId,
    },
    /// `UNION`, `INTERSECT` or `EXCEPT`.
    SetOperation {
        /// Which of them.
        operator: SetOperator,
        /// Whether duplicates count.
        all: bool,
        /// The left side: always a projection or something that keeps its columns.
        left: Box<Relation>,
        /// The right side, likewise.
        right: Box<Relation>,
        /// The columns of the result; those of both sides have the same type.
        columns: Vec<SetColumn>,
    },
    /// The rows, each as it is and then once more with every document that a walk from it reaches.
    Walk {
        /// The rows.
        input: Box<Relation>,
        /// The walk, which may read their columns.
        walk: Box<Walk>,
    },
    /// The rows, each with the results of window functions.
    Window {
        /// The rows.
        input: Box<Relation>,
        /// The calls.
        calls: Vec<(ColumnId, WindowCall)>,
    },
    /// `DISTINCT ON (keys)`: of the rows with equal keys the first one in the given order.
    DistinctOn {
        /// The rows.
        input: Box<Relation>,
        /// The keys.
        keys: Vec<Expression>,
        /// The order; it begins with the keys where there is one, and the result comes in it.
        order: Vec<SortKey>,
    },
}

/// What a join does with rows that have no partner.
///
/// There is no right join: it is a left join with its sides exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    /// Drops them.
    Inner,
    /// Keeps those of the left side, with `NULL` in the columns of the right side.
    Left,
    /// Keeps those of both sides.
    Full,
    /// Only asks whether there is a partner: each row of the left side at most once, without the
    /// columns of the right side.
    Semi,
    /// The rows of the left side that have no partner.
    Anti,
}

/// `UNION`, `INTERSECT` or `EXCEPT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOperator {
    /// The rows of both sides.
    Union,
    /// The rows that both sides have.
    Intersect,
    /// The rows of the left side that the right side does not have.
    Except,
}

/// A column of a set operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetColumn {
    /// The column of the result.
    pub column: ColumnId,
    /// Where it comes from on the left side.
    pub left: ColumnId,
    /// Where it comes from on the right side.
    pub right: ColumnId,
}

/// Hands out the numbers of new columns.
#[derive(Debug, Clone, Default)]
pub struct NewColumns(u32);

impl NewColumns {
    /// A number that no column of the query has.
    pub fn column(&mut self) -> ColumnId {
        let id = ColumnId(self.0);
        self.0 = self.0.saturating_add(1);
        id
    }
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    /// What is compared.
    pub expression: Expression,
    /// From small to large or the other way.
    pub direction: SortDirection,
    /// Where `NULL` goes.
    pub nulls: NullsOrder,
}

/// `ORDER BY $natural`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NaturalOrder {
    /// As the documents are stored, or backwards.
    pub direction: SortDirection,
    /// Where the query says so.
    pub span: Span,
}

/// `ASC` or `DESC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortDirection {
    /// From small to large.
    Ascending,
    /// From large to small.
    Descending,
}

/// `NULLS FIRST` or `NULLS LAST`. SQL's default is last when ascending and first when descending,
/// the opposite of MongoDB's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsOrder {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}
