//! How many digits behind the point a `numeric` is written with.
//!
//! That is no part of a number's value, but of its text. Where MongoDB computes as many digits as
//! PostgreSQL, a number can be written; of a quotient or an average it has more.

use super::{
    Aggregate, AggregateFunction, ArithmeticOperator, ColumnId, Expression, ExpressionKind,
    Literal, Relation, SubqueryForm, WindowCall, WindowFunction,
};
use crate::functions::{Function, NumberFunction};
use crate::types::Type;
use std::collections::BTreeMap;

/// The digits behind the point of a `numeric`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As many as MongoDB has for it.
    Same,
    /// So many; MongoDB may have more, all of them zero.
    Rounded(i32),
    /// Another number of them than in PostgreSQL.
    Unknown,
}

/// The scales of the columns of a query that are not [`Scale::Same`].
#[derive(Debug, Default)]
pub struct Scales(BTreeMap<ColumnId, Scale>);

impl Scales {
    /// That of one column.
    pub fn only(column: ColumnId, scale: Scale) -> Self {
        Scales([(column, scale)].into())
    }

    /// Those of all columns that are made in a relation or below it.
    pub fn of(relation: &Relation) -> Self {
        let mut scales = Scales::default();
        scales.relation(relation);
        scales
    }

    fn relation(&mut self, relation: &Relation) {
        relation.for_each_input(|input| self.relation(input));
        match relation {
            Relation::Project { columns, .. } => {
                for (column, expression) in columns {
                    self.note(*column, self.scale(expression));
                }
            }
            Relation::Aggregate {
                keys, aggregates, ..
            } => {
                for (column, key) in keys {
                    self.note(*column, self.scale(key));
                }
                for (column, aggregate) in aggregates {
                    self.note(*column, self.aggregate(aggregate));
                }
            }
            Relation::Window { calls, .. } => {
                for (column, call) in calls {
                    self.note(*column, self.window(call));
                }
            }
            Relation::Values { columns, rows } => {
                for (number, column) in columns.iter().enumerate() {
                    let scale = self.common(rows.iter().filter_map(|row| row.get(number)));
                    self.note(*column, scale);
                }
            }
            Relation::SetOperation { columns, .. } => {
                for column in columns {
                    let (left, right) = (self.column(column.left), self.column(column.right));
                    self.note(
                        column.column,
                        if left == right { left } else { Scale::Unknown },
                    );
                }
            }
            Relation::Apply {
                subquery, column, ..
            } => match &subquery.form {
                SubqueryForm::Scalar(inner) | SubqueryForm::Array(inner) => {
                    self.note(*column, self.column(*inner));
                }
                SubqueryForm::Exists | SubqueryForm::Any(_) => {}
            },
            Relation::Unnest { array, item, .. } => self.note(*item, self.scale(array)),
            Relation::Scan { .. }
            | Relation::Walk { .. }
            | Relation::OneRow
            | Relation::Filter { .. }
            | Relation::Distinct { .. }
            | Relation::Sort { .. }
            | Relation::Limit { .. }
            | Relation::Join { .. }
            | Relation::DistinctOn { .. } => {}
        }
    }

    fn note(&mut self, column: ColumnId, scale: Scale) {
        if scale != Scale::Same {
            self.0.insert(column, scale);
        }
    }

    fn column(&self, column: ColumnId) -> Scale {
        self.0.get(&column).copied().unwrap_or(Scale::Same)
    }

    /// The scale of a number, or of the numbers in an array.
    pub fn scale(&self, number: &Expression) -> Scale {
        match &number.kind {
            ExpressionKind::Path(path) if path.steps.is_empty() => self.column(path.column),
            ExpressionKind::Array(items) => self.common(items),
            ExpressionKind::Subscript { array, .. } => self.scale(array),
            _ if number.ty != Type::Numeric => Scale::Same,
            ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) | ExpressionKind::Path(_) => {
                Scale::Same
            }
            ExpressionKind::Negate(operand) => self.scale(operand),
            ExpressionKind::Cast(operand) if operand.ty.is_integer() => Scale::Same,
            ExpressionKind::Cast(operand) if operand.ty == Type::Numeric => self.scale(operand),
            ExpressionKind::Call {
                function: Function::Number(NumberFunction::Round | NumberFunction::Truncate),
                arguments,
            } => rounded(arguments),
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => {
                let keeps_scale = match operator {
                    ArithmeticOperator::Add
                    | ArithmeticOperator::Subtract
                    | ArithmeticOperator::Multiply
                    | ArithmeticOperator::Modulo => true,
                    ArithmeticOperator::Divide => false,
                };
                let is_same = |operand: &Expression| self.scale(operand) == Scale::Same;
                if keeps_scale && is_same(left) && is_same(right) {
                    Scale::Same
                } else {
                    Scale::Unknown
                }
            }
            ExpressionKind::Coalesce(items)
            | ExpressionKind::Greatest(items)
            | ExpressionKind::Least(items) => self.common(items),
            ExpressionKind::Case {
                branches,
                otherwise,
            } => {
                let values = branches.iter().map(|(_, value)| value);
                self.common(values.chain(otherwise.as_deref()))
            }
            _ => Scale::Unknown,
        }
    }

    /// The scale that all of these have; `NULL` has any.
    fn common<'a>(&self, values: impl IntoIterator<Item = &'a Expression>) -> Scale {
        let is_null = |value: &Expression| matches!(value.as_literal(), Some(Literal::Null));
        let mut scales = values
            .into_iter()
            .filter(|value| !is_null(value))
            .map(|value| self.scale(value));
        let first = scales.next().unwrap_or(Scale::Same);
        if scales.all(|other| other == first) {
            first
        } else {
            Scale::Unknown
        }
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Scale {
        let ordered = aggregate.order.first().map(|key| &key.expression);
        match aggregate.function {
            AggregateFunction::Mode | AggregateFunction::PercentileDisc => self.common(ordered),
            function => self.aggregated(function, aggregate.arguments.first()),
        }
    }

    fn aggregated(&self, function: AggregateFunction, argument: Option<&Expression>) -> Scale {
        match function {
            AggregateFunction::Sum
            | AggregateFunction::Min
            | AggregateFunction::Max
            | AggregateFunction::ArrayAgg
            | AggregateFunction::JsonAgg => self.common(argument),
            AggregateFunction::Avg
            | AggregateFunction::StddevPop
            | AggregateFunction::StddevSamp
            | AggregateFunction::VarPop
            | AggregateFunction::VarSamp => Scale::Unknown,
            // These are no numerics, or have been dealt with.
            AggregateFunction::Count
            | AggregateFunction::CountRows
            | AggregateFunction::BoolAnd
            | AggregateFunction::BoolOr
            | AggregateFunction::StringAgg
            | AggregateFunction::PercentileCont
            | AggregateFunction::PercentileDisc
            | AggregateFunction::Mode => Scale::Same,
        }
    }

    fn window(&self, call: &WindowCall) -> Scale {
        let value = call.arguments.first();
        match call.function {
            WindowFunction::Aggregate(function) => self.aggregated(function, value),
            // The value or the default.
            WindowFunction::Lag | WindowFunction::Lead => {
                self.common(value.into_iter().chain(call.arguments.get(2)))
            }
            WindowFunction::FirstValue | WindowFunction::LastValue | WindowFunction::NthValue => {
                self.common(value)
            }
            WindowFunction::RowNumber
            | WindowFunction::Rank
            | WindowFunction::DenseRank
            | WindowFunction::PercentRank
            | WindowFunction::CumeDist
            | WindowFunction::Ntile => Scale::Same,
        }
    }
}

/// `ROUND(x)`, `ROUND(x, 2)`.
fn rounded(arguments: &[Expression]) -> Scale {
    let digits = match arguments {
        [_] => Some(0),
        [_, digits] => digits.as_integer(),
        _ => None,
    };
    match digits.map(|digits| i32::try_from(digits.max(0))) {
        Some(Ok(digits)) => Scale::Rounded(digits),
        Some(Err(_)) | None => Scale::Unknown,
    }
}
