//! The relational operators.

use super::{Aggregate, Expression};

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
    },
    /// One row of no columns: a query without `FROM`.
    OneRow,
    /// The input's rows, each as often as its array has items.
    Unnest {
        /// The rows.
        input: Box<Relation>,
        /// The array: always a path.
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
