//! Aggregate calls.

use super::{Expression, SortKey};

/// A call of an aggregate function.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Which function.
    pub function: AggregateFunction,
    /// Its arguments; none for `COUNT(*)`. For `PERCENTILE_*` the fraction.
    pub arguments: Vec<Expression>,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// The order inside the call, or of `WITHIN GROUP`.
    pub order: Vec<SortKey>,
    /// `FILTER (WHERE ..)`.
    pub filter: Option<Expression>,
}

impl AggregateFunction {
    /// Whether it counts, so that over nothing it is 0.
    pub fn is_count(self) -> bool {
        matches!(
            self,
            AggregateFunction::Count | AggregateFunction::CountRows
        )
    }
}

/// The aggregate functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AggregateFunction {
    /// `COUNT(*)`, `COUNT(x)`.
    Count,
    /// `COUNT(DISTINCT (a, b))`: the different rows of its arguments, those of `NULL`s among them.
    CountRows,
    /// `SUM(x)`.
    Sum,
    /// `AVG(x)`.
    Avg,
    /// `MIN(x)`.
    Min,
    /// `MAX(x)`.
    Max,
    /// `STDDEV_POP(x)`.
    StddevPop,
    /// `STDDEV_SAMP(x)`, `STDDEV(x)`.
    StddevSamp,
    /// `VAR_POP(x)`.
    VarPop,
    /// `VAR_SAMP(x)`, `VARIANCE(x)`.
    VarSamp,
    /// `BOOL_AND(x)`, `EVERY(x)`.
    BoolAnd,
    /// `BOOL_OR(x)`.
    BoolOr,
    /// `STRING_AGG(x, separator)`.
    StringAgg,
    /// `ARRAY_AGG(x)`: keeps `NULL`s.
    ArrayAgg,
    /// `JSON_AGG(x)`: like `ARRAY_AGG`, but a document column's value.
    JsonAgg,
    /// `PERCENTILE_CONT(fraction) WITHIN GROUP (ORDER BY x)`.
    PercentileCont,
    /// `PERCENTILE_DISC(fraction) WITHIN GROUP (ORDER BY x)`.
    PercentileDisc,
    /// `MODE() WITHIN GROUP (ORDER BY x)`.
    Mode,
}
