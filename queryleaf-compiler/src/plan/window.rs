//! Window function calls.

use super::{AggregateFunction, Expression, SortKey};

/// A call with an `OVER` clause.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowCall {
    /// Which function.
    pub function: WindowFunction,
    /// Its arguments; none for `COUNT(*)`. `LAG` and `LEAD` have all three, the offset as 1 and the
    /// default as `NULL` where the query leaves them out.
    pub arguments: Vec<Expression>,
    /// `FILTER (WHERE ..)`, of aggregates only.
    pub filter: Option<Expression>,
    /// `PARTITION BY`.
    pub partition: Vec<Expression>,
    /// `ORDER BY`.
    pub order: Vec<SortKey>,
    /// The frame; SQL's default written out where the query gives none.
    pub frame: Frame,
}

/// The functions that may have an `OVER` clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowFunction {
    /// An aggregate over the frame.
    Aggregate(AggregateFunction),
    /// `ROW_NUMBER()`.
    RowNumber,
    /// `RANK()`.
    Rank,
    /// `DENSE_RANK()`.
    DenseRank,
    /// `PERCENT_RANK()`.
    PercentRank,
    /// `CUME_DIST()`.
    CumeDist,
    /// `NTILE(buckets)`.
    Ntile,
    /// `LAG(value, offset, default)`.
    Lag,
    /// `LEAD(value, offset, default)`.
    Lead,
    /// `FIRST_VALUE(value)`.
    FirstValue,
    /// `LAST_VALUE(value)`.
    LastValue,
    /// `NTH_VALUE(value, n)`.
    NthValue,
}

/// The rows around the current one that an aggregate sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// How the bounds count.
    pub unit: FrameUnit,
    /// Where it begins.
    pub start: FrameBound,
    /// Where it ends.
    pub end: FrameBound,
}

/// `ROWS`, `RANGE` or `GROUPS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameUnit {
    /// By rows.
    Rows,
    /// By the value of the sort key; the current row means all its peers.
    Range,
    /// By groups of peers.
    Groups,
}

/// An end of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum FrameBound {
    /// `UNBOUNDED PRECEDING`.
    UnboundedPreceding,
    /// `n PRECEDING`.
    Preceding(Expression),
    /// `CURRENT ROW`.
    CurrentRow,
    /// `n FOLLOWING`.
    Following(Expression),
    /// `UNBOUNDED FOLLOWING`.
    UnboundedFollowing,
}

impl Frame {
    /// Whether there may be a row without any row in its frame: where the frame does not hold the
    /// row itself.
    pub fn may_be_empty(&self) -> bool {
        matches!(self.start, FrameBound::Following(_))
            || matches!(self.end, FrameBound::Preceding(_))
    }

    /// The whole partition.
    pub const WHOLE: Frame = Frame {
        unit: FrameUnit::Range,
        start: FrameBound::UnboundedPreceding,
        end: FrameBound::UnboundedFollowing,
    };

    /// From the beginning to the current row and its peers: what SQL takes for granted.
    pub const DEFAULT: Frame = Frame {
        unit: FrameUnit::Range,
        start: FrameBound::UnboundedPreceding,
        end: FrameBound::CurrentRow,
    };
}
